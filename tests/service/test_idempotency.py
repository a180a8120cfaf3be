"""Idempotency keys: a repetition is safe."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest


def test_the_same_key_gives_the_same_answer_again(newsroom: Any) -> None:
    sent = newsroom.article()
    first = newsroom.post(sent, Idempotency_Key="k 1")
    newsroom.read()
    second = newsroom.post(sent, Idempotency_Key="k 1")
    assert (first.status_code, second.status_code) == (202, 202)
    assert second.get_data() == first.get_data()
    assert second.headers["Location"] == first.headers["Location"]
    assert second.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers


def test_a_key_of_another_body_is_refused(newsroom: Any, faults: Any) -> None:
    newsroom.post(Idempotency_Key="k")
    before = newsroom.rows()
    refused = newsroom.post(Idempotency_Key="k")
    assert refused.status_code == 422
    assert faults(refused) == {("Idempotency-Key", "key_reused")}
    assert newsroom.rows() == before


def test_the_bodies_bytes_are_compared(desk: Any) -> None:
    body = json.dumps(desk.article())
    headers = {"Idempotency-Key": "k"}
    assert desk.http.post("/v1/articles", data=body, headers=headers, mimetype="application/json").status_code == 202
    spaced = desk.http.post("/v1/articles", data=body + " ", headers=headers, mimetype="application/json")
    assert spaced.status_code == 422


def test_a_key_is_forgotten_after_a_week(newsroom: Any) -> None:
    newsroom.post(Idempotency_Key="k")
    newsroom.wait(days=6, hours=23)
    assert newsroom.post(Idempotency_Key="k").status_code == 422
    newsroom.wait(hours=2)
    assert newsroom.post(Idempotency_Key="k").status_code == 202


def test_a_key_belongs_to_its_endpoint(newsroom: Any) -> None:
    sent = newsroom.article()
    assert newsroom.post(sent, Idempotency_Key="k").status_code == 202
    assert newsroom.post([sent], "/v1/articles/batch", Idempotency_Key="k").status_code == 207


def test_a_twin_of_one_that_waits_is_in_flight(newsroom: Any, faults: Any, claim_of: Any) -> None:
    sent = newsroom.article()
    twins: list[Any] = []

    def meanwhile() -> None:
        twins.append(newsroom.post(sent, Idempotency_Key="k"))
        newsroom.read(claim_of("Envoys of Chad and Niger met"))

    newsroom.meanwhile = meanwhile
    first = newsroom.post(sent, Idempotency_Key="k", Prefer="wait=5")
    assert first.status_code == 201
    assert twins[0].status_code == 409
    assert faults(twins[0]) == set()
    assert int(twins[0].headers["Retry-After"]) >= 1
    replay = newsroom.post(sent, Idempotency_Key="k", Prefer="wait=5")
    assert replay.status_code == 201
    assert replay.get_data() == first.get_data()
    assert replay.headers["Idempotent-Replayed"] == "true"


def test_a_flight_that_never_landed_ends(newsroom: Any) -> None:
    """The process dies while its client waits: the article is stored, and the key tells so a little later."""
    sent = newsroom.article()

    def die() -> None:
        raise KeyboardInterrupt

    newsroom.meanwhile = die
    with pytest.raises(KeyboardInterrupt):
        newsroom.post(sent, Idempotency_Key="k", Prefer="wait=5")
    newsroom.wait(seconds=60)
    replay = newsroom.post(sent, Idempotency_Key="k")
    assert replay.status_code == 202
    assert replay.headers["Idempotent-Replayed"] == "true"


def test_twins_at_the_same_time_become_one(newsroom: Any) -> None:
    sent = newsroom.article()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: newsroom.post(sent, Idempotency_Key="k"), range(8)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.get_data() for answer in answers}) == 1
    assert sum("Idempotent-Replayed" in answer.headers for answer in answers) == 7


def test_a_batch_is_replayed_whole(newsroom: Any) -> None:
    batch = [newsroom.article(), {"url": "https://x.example"}]
    first = newsroom.post(batch, "/v1/articles/batch", Idempotency_Key="k")
    before = newsroom.rows()
    second = newsroom.post(batch, "/v1/articles/batch", Idempotency_Key="k")
    assert (first.status_code, second.status_code) == (207, 207)
    assert second.get_data() == first.get_data()
    assert newsroom.rows() == before


@pytest.mark.parametrize("key", ["", "x" * 256, "tab\there", "ümlaut"])
def test_a_key_that_cannot_be_used(desk: Any, faults: Any, key: str) -> None:
    answer = desk.post(Idempotency_Key=key)
    assert answer.status_code == 400
    assert faults(answer) == {("Idempotency-Key", "invalid_key")}
    assert desk.rows() == 0


def test_the_longest_key(desk: Any) -> None:
    assert desk.post(Idempotency_Key="x" * 255).status_code == 202


def test_a_flight_does_not_last_until_a_clock_set_back_has_caught_up(newsroom: Any) -> None:
    sent = newsroom.article()

    def die() -> None:
        raise KeyboardInterrupt

    newsroom.meanwhile = die
    with pytest.raises(KeyboardInterrupt):
        newsroom.post(sent, Idempotency_Key="k", Prefer="wait=30")
    assert newsroom.post(sent, Idempotency_Key="k").status_code == 409
    newsroom.wait(hours=-1)
    replay = newsroom.post(sent, Idempotency_Key="k")
    assert replay.status_code == 202
    assert replay.headers["Idempotent-Replayed"] == "true"
