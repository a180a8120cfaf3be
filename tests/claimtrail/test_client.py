from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from claimtrail.client import Client, ServiceError

ARTICLE = {"url": "https://news.example/1", "text": "Talks on June 9."}


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def client(service: Any, pauses: list[float]) -> Callable[..., Client]:
    def make(**given: Any) -> Client:
        return Client("http://127.0.0.1:8000/", transport=service.transport, pause=pauses.append, **given)

    return make


def test_submit_wait_and_read(client: Callable[..., Client], service: Any) -> None:
    service.pages, service.polls = 3, 2
    with client() as desk:
        submitted = desk.submit(ARTICLE)
        job = desk.wait(submitted["job"]["id"])
        claims = list(desk.claims(submitted["article"]["id"]))
    assert job["status"] == "finished"
    assert len(claims) == 3
    assert service.posted == [ARTICLE]
    polls = [request for request in service.requests if "/jobs/" in request.url.path]
    lists = [request for request in service.requests if request.url.path.endswith("/claims")]
    assert [dict(one.url.params) for one in lists] == [{"limit": "200"}, *({"limit": "200", "cursor": c} for c in "23")]
    assert [poll.headers["Prefer"] for poll in polls] == ["wait=20"] * 3


def test_a_wait_ends_with_its_time(client: Callable[..., Client], service: Any) -> None:
    service.polls = 5
    assert client().wait("J1", seconds=0)["status"] == "started"
    assert len(service.requests) == 1


def test_a_key_and_an_idempotency_key_are_sent(client: Callable[..., Client], service: Any) -> None:
    client(key="secret").submit(ARTICLE, idempotency_key="once")
    client().submit(ARTICLE)
    first, second = service.requests
    assert (first.headers["Authorization"], first.headers["Idempotency-Key"]) == ("Bearer secret", "once")
    assert "Authorization" not in second.headers
    assert "Idempotency-Key" not in second.headers


def test_what_passes_is_tried_again(client: Callable[..., Client], service: Any, pauses: list[float]) -> None:
    service.refusals = [
        service.problem(503, "Busy.", {"Retry-After": "2"}),
        service.problem(429, "Slow down.", {"Retry-After": "3600"}),
        service.problem(502, "Gone for a moment."),
        httpx.ConnectError("refused"),
    ]
    assert client().submit(ARTICLE)["job"]["id"] == "J1"
    assert pauses == [2.0, 10.0, 0.8, 1.6]


def test_what_does_not_pass_is_given_up(client: Callable[..., Client], service: Any, pauses: list[float]) -> None:
    service.refusals = [httpx.ConnectError("refused")] * 9
    with pytest.raises(ServiceError, match=r"no service answers at http://127.0.0.1:8000.*is `claimtrail up` running"):
        client(retries=2).submit(ARTICLE)
    assert len(pauses) == 2
    service.refusals = [service.problem(503, "The database is locked.")] * 9
    with pytest.raises(ServiceError, match="HTTP 503: The database is locked"):
        client(retries=1).submit(ARTICLE)


def test_a_refusal_is_told_field_by_field(client: Callable[..., Client], pauses: list[float]) -> None:
    with pytest.raises(ServiceError, match=r"HTTP 422: The article was refused. \(/url: Not a valid address.\)"):
        client().submit({"url": "ftp://news.example", "text": "x"})
    assert pauses == []


@pytest.mark.parametrize("body", ["<html>Bad Gateway</html>", "[]", '"no"', '{"errors": null}'])
def test_a_refusal_in_another_form_is_told_too(client: Callable[..., Client], service: Any, body: str) -> None:
    service.refusals = [httpx.Response(500, text=body)]
    with pytest.raises(ServiceError, match="HTTP 500"):
        client().submit(ARTICLE)


@pytest.mark.parametrize("body", ["", "<html>", "[]"])
def test_an_answer_that_is_no_service_of_ours_is_refused(
    client: Callable[..., Client], service: Any, body: str
) -> None:
    service.refusals = [httpx.Response(200, text=body)]
    with pytest.raises(ServiceError, match="is it Claimtrail"):
        client().submit(ARTICLE)


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ServiceError, match="not an address of a service"):
        Client("127.0.0.1:8000").submit(ARTICLE)
