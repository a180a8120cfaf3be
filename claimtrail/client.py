"""A small Python client for a running Claimtrail service.

with Client("http://127.0.0.1:8000") as service:
    submitted = service.submit({"url": "https://example.org/a", "text": "…"})
    job = service.wait(submitted["job"]["id"])
    for claim in service.claims(submitted["article"]["id"]):
        print(claim["kind"], claim["quote"])
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

DONE = ("finished", "failed")
_EXPORTS = "/v1/claims."
PASSING = (429, 502, 503, 504)


class ServiceError(Exception):
    """The service cannot be reached or refused the request; the message says which, and what its answer was.

    `status` is that of the answer, None where there was none. `passing` says that the same may succeed later, after
    `retry_after` seconds where the service says so.
    """

    def __init__(
        self, told: str, status: int | None = None, *, passing: bool = False, retry_after: float | None = None
    ) -> None:
        super().__init__(told)
        self.status = status
        self.passing = passing
        self.retry_after = retry_after


class Client:
    """Talks to one service. `pause` sleeps between tries (seconds); pass another in tests."""

    def __init__(
        self,
        base_url: str,
        *,
        key: str | None = None,
        timeout: float = 40.0,
        retries: int = 6,
        pause: Callable[[float], None] = time.sleep,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        headers = {"Accept": "application/json"}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        try:
            self._http = httpx.Client(
                base_url=base_url.rstrip("/"), headers=headers, timeout=timeout, transport=transport
            )
        except httpx.InvalidURL as error:
            raise ServiceError(f"{base_url!r} is not an address of a service ({error})") from error
        except UnicodeEncodeError as error:
            raise ServiceError("the key holds characters that no header can carry") from error
        self._retries = retries
        self._pause = pause

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the connections."""
        self._http.close()

    def submit(self, article: Mapping[str, Any], *, idempotency_key: str | None = None) -> dict[str, Any]:
        """POSTs one article; the answer's `article`, `job` and `duplicate`. Raises ServiceError when it is refused."""
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        return self._call("POST", "/v1/articles", json=dict(article), headers=headers)

    def submit_batch(
        self, articles: Sequence[Mapping[str, Any]], *, idempotency_key: str | None = None
    ) -> list[dict[str, Any]]:
        """POSTs up to 100 articles at once; of each, in their order, its `status` with `article`, `job` and
        `duplicate`, or with its `problem`. Raises ServiceError when the batch as a whole is refused."""
        headers = {"Content-Type": "application/x-ndjson"}
        if idempotency_key:
            headers["Idempotency-Key"] = idempotency_key
        body = b"\n".join(map(line_of, articles))
        items = self._call("POST", "/v1/articles/batch", content=body, headers=headers).get("items")
        if not isinstance(items, list) or len(items) != len(articles):
            raise ServiceError(f"{self._http.base_url} does not answer for each article: is it Claimtrail?")
        return items

    def wait(self, job_id: str, *, seconds: float = 300.0) -> dict[str, Any]:
        """The job once it has ended, or as it stands after `seconds`; long-polls in between."""
        return self._ended(f"/v1/jobs/{job_id}", seconds)

    def articles(self, **filters: str | Sequence[str]) -> Iterator[dict[str, Any]]:
        """All articles, newest first, page by page; `filters` as the API has them."""
        return self._items("/v1/articles", **filters)

    def read_again(self, article_id: str) -> dict[str, Any]:
        """Orders another reading of an article; its job. Raises ServiceError where there is none of that id."""
        return self._call("POST", f"/v1/articles/{_step(article_id)}/jobs")

    def withdraw(self, article_id: str) -> dict[str, Any]:
        """Withdraws an article; the article as it is then, its claims marked so. Raises ServiceError where there is
        none of that id."""
        return self._call("DELETE", f"/v1/articles/{_step(article_id)}")

    def article(self, article_id: str) -> dict[str, Any]:
        """An article as it stands, with its text. Raises ServiceError where there is none of that id."""
        return self._call("GET", f"/v1/articles/{article_id}")

    def claims(self, article_id: str) -> Iterator[dict[str, Any]]:
        """All current claims of an article, in the order of its text, page by page."""
        return self._items(f"/v1/articles/{article_id}/claims")

    def reviews(self, claim_id: str | None = None, **filters: str | Sequence[str]) -> Iterator[dict[str, Any]]:
        """All reviews of a claim, newest first, or else of all claims, newest change first; `filters` as the API has
        them. Raises ServiceError where there is no such claim or filter."""
        path = "/v1/reviews" if claim_id is None else f"/v1/claims/{_step(claim_id)}/reviews"
        return self._items(path, **filters)

    def review(self, review_id: str) -> dict[str, Any]:
        """A review as it stands. Raises ServiceError where there is none of that id."""
        return self._call("GET", f"/v1/reviews/{_step(review_id)}")

    def review_versions(self, review_id: str) -> Iterator[dict[str, Any]]:
        """A review as each of its versions left it, oldest first. Raises ServiceError where there is none."""
        return self._items(f"/v1/reviews/{_step(review_id)}/versions")

    def add_review(
        self, claim_id: str, review: Mapping[str, Any], *, idempotency_key: str | None = None
    ) -> dict[str, Any]:
        """Records a review of a claim, once however often it has to be sent; the review as it is kept. Raises
        ServiceError when it is refused."""
        headers = {"Idempotency-Key": idempotency_key or str(uuid.uuid4())}
        return self._call("POST", f"/v1/claims/{_step(claim_id)}/reviews", json=dict(review), headers=headers)

    def edit_review(self, seen: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
        """Changes a review by a JSON merge patch; the review as it is then.

        `seen` is the review as `review` or `reviews` gave it. Raises ServiceError, status 412, where someone has
        changed it since: look at it again, and decide anew.
        """
        headers = {"If-Match": f'"{seen["version"]}"'}
        return self._call("PATCH", f"/v1/reviews/{_step(seen['id'])}", json=dict(changes), headers=headers)

    def events(self, view: str = "events", **filters: str | Sequence[str]) -> Iterator[dict[str, Any]]:
        """All events, the latest first; or the entries of another `view` of them, the earliest first: `talks`,
        `exchanges`, or `places/{geonames_id}/control`. `filters` as the API has them. Raises ServiceError."""
        return self._items(f"/v1/{view}", **filters)

    def event(self, event_id: str) -> dict[str, Any]:
        """An event with what is told of it. Raises ServiceError where there is none of that id."""
        return self._call("GET", f"/v1/events/{_step(event_id)}")

    def event_changes(self, event_id: str) -> Iterator[dict[str, Any]]:
        """What people did to an event, the oldest first. Raises ServiceError where there is none of that id."""
        return self._items(f"/v1/events/{_step(event_id)}/changes")

    def change_event(self, event_id: str, action: str, change: Mapping[str, Any]) -> dict[str, Any]:
        """Does something to an event (`confirm`, `split` or `merge`); the event as it is then, the new one after a
        split. Raises ServiceError when it is refused."""
        return self._call("POST", f"/v1/events/{_step(event_id)}/{action}", json=dict(change))

    def webhooks(self) -> Iterator[dict[str, Any]]:
        """All webhooks, oldest first, without their secrets."""
        return self._items("/v1/webhooks")

    def webhook(self, webhook_id: str) -> dict[str, Any]:
        """A webhook as it stands, without its secret. Raises ServiceError where there is none of that id."""
        return self._call("GET", f"/v1/webhooks/{_step(webhook_id)}")

    def add_webhook(self, webhook: Mapping[str, Any]) -> dict[str, Any]:
        """Has an address told of what happens; the webhook with its `secret`, which is never shown again. One whose
        answer was lost is made twice: look at the list, and delete the other. Raises ServiceError."""
        return self._call("POST", "/v1/webhooks", json=dict(webhook))

    def edit_webhook(self, seen: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
        """Changes a webhook, `seen` as `webhook` gave it, by a JSON merge patch; the webhook as it is then. Raises
        ServiceError, status 412, where it has changed since."""
        headers = {"If-Match": f'"{seen["version"]}"'}
        return self._call("PATCH", f"/v1/webhooks/{_step(seen['id'])}", json=dict(changes), headers=headers)

    def delete_webhook(self, webhook_id: str) -> None:
        """Deletes a webhook, what waits for it, and its log. Raises ServiceError where there is none."""
        self._call("DELETE", f"/v1/webhooks/{_step(webhook_id)}")

    def rotate_webhook_secret(self, webhook_id: str) -> dict[str, Any]:
        """Gives a webhook a new secret; the webhook with that `secret`. The old one signs beside it for a day."""
        return self._call("POST", f"/v1/webhooks/{_step(webhook_id)}/secret")

    def test_webhook(self, webhook_id: str) -> dict[str, Any]:
        """Has a notice sent that tells nothing; the delivery. Raises ServiceError, status 409 for a disabled one."""
        return self._call("POST", f"/v1/webhooks/{_step(webhook_id)}/test")

    def deliveries(self, webhook_id: str, **filters: str) -> Iterator[dict[str, Any]]:
        """What was sent to a webhook, newest first; `filters` as the API has them. Raises ServiceError."""
        return self._items(f"/v1/webhooks/{_step(webhook_id)}/deliveries", **filters)

    def replay_delivery(self, webhook_id: str, delivery_id: str) -> dict[str, Any]:
        """Has a notice sent once more, under its own id; the delivery. Raises ServiceError."""
        path = f"/v1/webhooks/{_step(webhook_id)}/deliveries/{_step(delivery_id)}/replay"
        return self._call("POST", path)

    def _items(self, path: str, **filters: str | Sequence[str]) -> Iterator[dict[str, Any]]:
        params: dict[str, Any] = {"limit": 200, **filters}
        while True:
            page = self._call("GET", path, params=params)
            yield from page["items"]
            if page["next_cursor"] is None:
                return
            params["cursor"] = page["next_cursor"]

    def diff(self, article_id: str, *, from_: int | None = None, to: int | None = None) -> dict[str, Any]:
        """What changed between the claims of two revisions, by default the newest and the one before it. Raises
        ServiceError where there are none of these, or their claims are not known."""
        params = {name: number for name, number in (("from", from_), ("to", to)) if number is not None}
        return self._call("GET", f"/v1/articles/{quote(article_id, safe='')}/diff", params=params)

    def check_source(
        self, claim_id: str, text: str | None = None, *, html: str | None = None, wait: float = 60.0
    ) -> dict[str, Any]:
        """Has the service look for a claim's words in its source as it is now, and keep what came of it.

        The source is its `text`, its page as `html`, or, without both, the page that the service fetches. What takes a
        worker is waited for up to `wait` seconds. Raises ServiceError when it is refused.
        """
        source = {name: value for name, value in (("text", text), ("html", html)) if value is not None}
        found = self._call("POST", f"/v1/claims/{_step(claim_id)}/source-checks", json=source)
        return (
            found if found.get("status", "finished") in DONE else self._ended(f"/v1/source-checks/{found['id']}", wait)
        )

    def proof(self, claim_id: str) -> dict[str, Any]:
        """Whether a claim's words stand in what was received. Raises ServiceError where there is none of that id."""
        return self._call("GET", f"/v1/claims/{_step(claim_id)}/proof")

    def source(self, article_id: str, revision: int) -> bytes:
        """What a revision was made of, as it was received. Raises ServiceError where there is none, or it is not
        kept."""
        return self._answer("GET", f"/v1/articles/{_step(article_id)}/revisions/{revision}/source").content

    def check(
        self,
        text: str,
        *,
        title: str | None = None,
        published_at: str | None = None,
        language: str | None = None,
        wait: float = 60.0,
        idempotency_key: str | None = None,
    ) -> dict[str, Any]:
        """Has a draft compared with what the desk holds: the check once it has ended, or as it stands after `wait`
        seconds. The draft is sent once however often it has to be tried. Raises ServiceError when it is refused."""
        told = {"title": title, "published_at": published_at, "language": language}
        draft = {"text": text} | {name: value for name, value in told.items() if value is not None}
        headers = {"Idempotency-Key": idempotency_key or str(uuid.uuid4())}
        made = self._call("POST", "/v1/checks", json=draft, headers=headers)
        return self._ended(f"/v1/checks/{made['id']}", wait)

    def delete_check(self, check_id: str) -> None:
        """Deletes a check, and its draft where it has not been read. Raises ServiceError where there is none."""
        self._call("DELETE", f"/v1/checks/{_step(check_id)}")

    def export(self, form: str = "csv", *, view: str = "claims", **filters: str | Sequence[str]) -> Iterator[bytes]:
        """All claims that pass the filters as a file, piece by piece as it comes; `form` is one of `formats()`. With
        the view `talks` and the form `ics`, the calendar of talks.

        Raises ServiceError where it is refused, and where it breaks off: what came until then is not the whole.
        """
        path = f"/v1/{view}.{_step(form)}"
        begun = False
        for attempt in range(self._retries + 1):
            try:
                with self._http.stream("GET", path, params=filters) as answer:
                    if answer.status_code in PASSING and attempt < self._retries:
                        after = answer.headers.get("Retry-After", "")
                        self._pause(min(float(after), 10.0) if after.isdigit() else min(0.2 * 2**attempt, 3))
                        continue
                    if answer.is_error:
                        answer.read()
                        raise ServiceError(_refusal(answer), answer.status_code)
                    for piece in answer.iter_bytes():
                        begun = True
                        yield piece
                    return
            except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
                raise ServiceError(f"{self._http.base_url} is not an address of a service ({error})") from error
            except httpx.TransportError as error:
                if begun:
                    raise ServiceError(f"the export broke off ({error}); what came is not the whole") from error
                if attempt == self._retries:
                    raise ServiceError(f"no service answers at {self._http.base_url} ({error})") from error
                self._pause(min(0.2 * 2**attempt, 3))

    def formats(self) -> list[str]:
        """The forms in which the service exports claims."""
        paths = self._call("GET", "/openapi.json")["paths"]
        return [path.removeprefix(_EXPORTS) for path in paths if path.startswith(_EXPORTS)]

    def _ended(self, path: str, seconds: float) -> dict[str, Any]:
        """What is at `path` once it has ended, or as it stands after `seconds`; long-polls in between."""
        until = time.monotonic() + seconds
        while True:
            left = until - time.monotonic()
            prefer = f"wait={max(0, min(20, int(left)))}"
            found = self._call("GET", path, headers={"Prefer": prefer})
            if found["status"] in DONE or left <= 0:
                return found
            self._pause(0.2)

    def _call(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        return _body(self._answer(method, path, **request))

    def _answer(self, method: str, path: str, **request: Any) -> httpx.Response:
        for attempt in range(self._retries + 1):
            last = attempt == self._retries
            try:
                answer = self._http.request(method, path, **request)
            except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
                raise ServiceError(f"{self._http.base_url} is not an address of a service ({error})") from error
            except ValueError as error:
                raise ServiceError(f"it cannot be sent as JSON ({error})") from error
            except httpx.TransportError as error:
                if last:
                    where = self._http.base_url
                    raise ServiceError(
                        f"no service answers at {where} ({error}); is `claimtrail up` running?", passing=True
                    ) from error
                self._pause(min(0.2 * 2**attempt, 3))
                continue
            if answer.status_code in PASSING and not last:
                after = _retry_after(answer)
                self._pause(min(0.2 * 2**attempt, 3) if after is None else min(after, 10.0))
                continue
            if answer.is_error:
                passing = answer.status_code in PASSING
                after = _retry_after(answer)
                raise ServiceError(_refusal(answer), answer.status_code, passing=passing, retry_after=after)
            return answer
        raise AssertionError("unreachable: the last try returns or raises")


def line_of(article: Mapping[str, Any]) -> bytes:
    """An article as one line of NDJSON, without its end."""
    try:
        return json.dumps(article, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # half a surrogate pair, for the service to refuse
        return json.dumps(article).encode()


def _retry_after(answer: httpx.Response) -> float | None:
    after = answer.headers.get("Retry-After", "")
    return float(after) if after.isascii() and after.isdigit() else None


def _step(name: str) -> str:
    """What a user names, as one step of a path."""
    return quote(name, safe="") or "-"


def _body(answer: httpx.Response) -> dict[str, Any]:
    if answer.status_code == 204:
        return {}
    try:
        body = answer.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise ServiceError(f"{answer.request.url} answers, but not with a JSON object: is it Claimtrail?")
    return body


def _refusal(answer: httpx.Response) -> str:
    try:
        problem = answer.json()
    except ValueError:
        problem = None
    if not isinstance(problem, dict):
        return f"HTTP {answer.status_code} from {answer.request.url}"
    faults = "; ".join(f"{e.get('pointer') or '(whole body)'}: {e.get('detail')}" for e in problem.get("errors") or [])
    told = problem.get("detail") or problem.get("title") or ""
    hint = "; give it as Client(…, key=…), or by --key or CLAIMTRAIL_KEY" if answer.status_code == 401 else ""
    told = f"HTTP {answer.status_code}: {told}" + (f" ({faults})" if faults else "")
    return told.removesuffix(".") + hint if hint else told
