"""Notices in the outbox: of what, for whom, and in the transaction in which it happens; and the log's retention."""

from __future__ import annotations

import json
import os
import threading
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from claims import catalog
from claims.events.editor import Editor
from claims.model import Status
from store import articles, deliveries, jobs, notices, reviews, webhooks
from store.database import Database
from store.notices import Notice
from store.reviews import Content, Hand
from store.webhooks import Full, Wish

TEXT = "Envoys of Chad and Niger met in Doha on Monday. They freed 40 captives."
MET, FREED = "Envoys of Chad and Niger met in Doha on Monday.", "They freed 40 captives."
NOW = "2025-06-01T12:00:00+00:00"
EDITOR = Editor(catalog.happenings())


def hook(desk: Any, *types: str, **filters: list[str]) -> str:
    with desk.database.transaction() as s:
        wish = Wish("https://hooks.example/", types or notices.TYPES, filters)
        return webhooks.add(s, wish, random_bytes=os.urandom, now=desk.now)[0].id


def outbox(desk: Any, webhook_id: str) -> list[dict[str, Any]]:
    """What waits for a webhook, in order."""
    with desk.database.reading() as s:
        query = "select body from webhook_deliveries where webhook_id = '{}' order by due_at, id"
        return [json.loads(row[0]) for row in s.connection().exec_driver_sql(query.format(webhook_id))]


def told(desk: Any, webhook_id: str) -> list[tuple[str, Any]]:
    return [(one["type"], one["data"].get("kind")) for one in outbox(desk, webhook_id)]


def talks(claim_in: Any, **more: Any) -> Any:
    given = {"parties": ["Chad", "Niger"], "place": "Doha", "dated": (date(2025, 6, 2), date(2025, 6, 2))}
    return claim_in(TEXT, MET, **given | more)


def freed(claim_in: Any, **more: Any) -> Any:
    return claim_in(TEXT, FREED, kind="prisoners", count=40, **more)


def test_what_a_reading_finds_changes_and_withdraws_is_told_in_the_order_of_its_text(desk: Any, claim_in: Any) -> None:
    webhook_id = hook(desk)
    article = desk.read(TEXT, [freed(claim_in), talks(claim_in)], "https://news.example/1", publisher="The Day")
    first = outbox(desk, webhook_id)
    claims = {claim.kind: claim.id for claim in desk.claims()}
    assert [(one["type"], one["timestamp"]) for one in first] == [
        ("claim.created", NOW),
        ("claim.created", NOW),
        ("article.read", NOW),
    ]
    links = {"self": f"/v1/claims/{claims['talks']}", "article": f"/v1/articles/{article}"}
    data = {"id": claims["talks"], "kind": "talks", "status": "occurred", "state": "current", "article_id": article}
    assert first[0]["data"] == data | {"revision": 1, "links": links}
    assert first[1]["data"]["kind"] == "prisoners"
    assert first[2]["data"]["claims_count"] == 2
    assert "Envoys" not in json.dumps(first)
    assert "The Day" not in json.dumps(first)
    desk.wait(60)
    desk.read(TEXT + " ", [talks(claim_in, status=Status.DENIED, speaker="A")], "https://news.example/1")
    changed, withdrawn, read = outbox(desk, webhook_id)[3:]
    assert (changed["type"], changed["data"]["changed"]) == ("claim.changed", ["attribution", "status"])
    assert (changed["data"]["status"], changed["data"]["revision"]) == ("denied", 2)
    assert (withdrawn["type"], withdrawn["data"]["id"]) == ("claim.withdrawn", claims["prisoners"])
    assert withdrawn["data"]["state"] == "withdrawn"
    assert (read["type"], read["data"]["revision"]) == ("article.read", 2)
    desk.read(TEXT + "  ", [talks(claim_in, status=Status.DENIED, speaker="A")], "https://news.example/1")
    assert told(desk, webhook_id)[6:] == [("article.read", None)], "the same in a new revision is no change"
    with desk.database.transaction() as s:
        articles.withdraw(s, article, EDITOR, desk.now)
    assert told(desk, webhook_id)[7:] == [("claim.withdrawn", "talks")]


@pytest.mark.parametrize(
    ("filters", "kinds"),
    [
        ({}, ["talks", "prisoners", None]),
        ({"kind": ["talks"]}, ["talks", None]),
        ({"status": ["denied"]}, [None]),
        ({"status": ["denied", "occurred"], "kind": ["prisoners"]}, ["prisoners", None]),
        ({"place": ["doha"]}, ["talks", None]),
        ({"party": ["NIGER", "Mali"]}, ["talks", None]),
        ({"party": ["Mali"]}, [None]),
        ({"publisher": ["the day."]}, ["talks", "prisoners", None]),
        ({"publisher": ["Another"]}, []),
        ({"place": ["..."]}, [None]),
    ],
)
def test_filters(desk: Any, claim_in: Any, filters: dict[str, list[str]], kinds: list[str | None]) -> None:
    """Each narrows the notices that have what it asks for: an article has a publisher, but neither kind nor place."""
    webhook_id = hook(desk, "claim.created", "article.read", **filters)
    desk.read(TEXT, [talks(claim_in), freed(claim_in)], publisher="The Day")
    assert [kind for _, kind in told(desk, webhook_id)] == kinds


def test_publishers_without_a_letter_are_not_taken_for_one_another(desk: Any, claim_in: Any) -> None:
    webhook_id = hook(desk, publisher=["\U0001f600"])
    desk.read(TEXT, [talks(claim_in)], publisher="***")
    assert told(desk, webhook_id) == []


def test_only_the_types_asked_for(desk: Any, claim_in: Any) -> None:
    webhook_id, off = hook(desk, "claim.withdrawn"), hook(desk)
    with desk.database.transaction() as s:
        held = webhooks.hold(s, off, desk.now)
        assert held is not None
        webhooks.change(s, held, Wish("https://hooks.example/", notices.TYPES, {}, state="disabled"), desk.now)
    desk.read(TEXT, [talks(claim_in)])
    assert told(desk, webhook_id) == []
    assert told(desk, off) == []


def test_an_article_that_fails_is_told_when_it_is_given_up(desk: Any) -> None:
    webhook_id = hook(desk, "article.failed", publisher=["The Day"])
    for publisher in ("The Day", "Another"):
        desk.submit(TEXT, publisher=publisher)
    for attempt in (1, 2):
        for taken in desk.take(1) + desk.take(1):
            with desk.database.transaction() as s:
                jobs.crashed(s, taken.token, "it burst", max_attempts=2, now=desk.now)
        assert len(outbox(desk, webhook_id)) == attempt - 1
    (found,) = outbox(desk, webhook_id)
    assert found["data"]["error"] == "it burst"
    assert found["data"]["links"]["self"] == f"/v1/articles/{found['data']['id']}"
    desk.submit(TEXT, publisher="The Day")
    desk.take()
    desk.wait(31)
    with desk.database.transaction() as s:
        assert jobs.free_expired(s, now=desk.now, lease_seconds=30, max_lost=1).failed
    assert len(outbox(desk, webhook_id)) == 2


def test_an_event_is_told_once_when_it_becomes_contradicted(desk: Any, claim_in: Any) -> None:
    webhook_id, other = (
        hook(desk, "event.contradicted", kind=["talks"]),
        hook(desk, "event.contradicted", kind=["territory"]),
    )
    on = date(2025, 6, 2)
    desk.read(TEXT, [talks(claim_in, status=Status.SCHEDULED)], published_on=on)
    assert outbox(desk, webhook_id) == []
    desk.read(TEXT, [talks(claim_in, status=Status.CANCELLED)], published_on=on)
    (found,) = outbox(desk, webhook_id)
    with desk.database.reading() as s:
        (row,) = s.connection().exec_driver_sql("select id, kind, contradicted from events").all()
    assert row.contradicted
    assert found["data"] == {"id": row.id, "kind": "talks", "links": {"self": f"/v1/events/{row.id}"}}
    desk.read(TEXT, [talks(claim_in, status=Status.CANCELLED, speaker="B")], published_on=on)
    assert len(outbox(desk, webhook_id)) == 1
    assert outbox(desk, other) == []


def test_a_review_is_told_when_it_is_published_and_not_before(desk: Any) -> None:
    webhook_id = hook(desk)
    subject = "019723f0-5b1c-7a52-9d0e-3f6a1c2b4d5e"
    with desk.database.transaction() as s:
        made = reviews.add(s, "claim", subject, Content(verdict="true"), Hand("Ada"), now=desk.now)
    assert outbox(desk, webhook_id) == []
    for rationale in ("a", "b"):
        with desk.database.transaction() as s:
            held = reviews.hold(s, made.id)
            assert held is not None
            content = Content(state="published", verdict="true", rationale=rationale)
            reviews.change(s, held, content, Hand("Ada"), now=desk.now)
    (found,) = outbox(desk, webhook_id)
    assert found["type"] == "review.published"
    assert found["data"]["subject"] == {"type": "claim", "id": subject}
    assert (found["data"]["verdict"], found["data"]["version"]) == ("true", 2)


@dataclass
class Bare:
    """A database and a time, on one engine only."""

    database: Database
    now: datetime = datetime(2025, 6, 1, 12, tzinfo=UTC)


def counted(database: Database) -> list[str]:
    """The statements that are executed from now on."""
    found: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        found.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    return found


def test_without_webhooks_a_reading_asks_one_question_more_and_writes_nothing(desk: Any, claim_in: Any) -> None:
    desk.submit(TEXT)
    (taken,) = desk.take()
    said = counted(desk.database)
    assert desk.commit(taken, [talks(claim_in), freed(claim_in)])
    assert len([one for one in said if "webhook" in one]) == 1


def test_with_webhooks_the_notices_of_a_reading_are_two_inserts(desk: Any, claim_in: Any) -> None:
    ids = [hook(desk) for _ in range(5)]
    desk.submit(TEXT)
    (taken,) = desk.take()
    said = counted(desk.database)
    assert desk.commit(taken, [talks(claim_in), freed(claim_in)])
    assert [len(outbox(desk, one)) for one in ids] == [3] * 5
    assert len([one for one in said if one.startswith("INSERT INTO webhook_deliveries")]) == 2, (
        "of claims, of the article"
    )


def test_what_is_rolled_back_is_told_to_nobody(desk: Any) -> None:
    webhook_id = hook(desk)
    with pytest.raises(ZeroDivisionError), desk.database.transaction() as s:
        notices.tell(s, [Notice("article.read", {})], desk.now)
        raise ZeroDivisionError
    assert outbox(desk, webhook_id) == []


def test_a_webhook_deleted_meanwhile_does_not_spoil_a_reading(desk: Any) -> None:
    webhook_id = hook(desk)
    done = threading.Event()

    def delete() -> None:
        with desk.database.transaction(patience=20) as s:
            webhooks.delete(s, webhook_id)
        done.set()

    deleting = threading.Thread(target=delete)
    with desk.database.transaction() as s:
        notices.tell(s, [Notice("claim.created", {}, {"kind": ("talks",)})], desk.now)
        deleting.start()
        assert not done.wait(0.3), "it waits"
        notices.tell(s, [Notice("article.read", {})], desk.now)
    deleting.join(20)
    assert done.is_set()
    assert outbox(desk, webhook_id) == []


def test_writing_notices_waits_for_no_sender_and_no_sender_for_it(postgres_database: Database) -> None:
    """On PostgreSQL; SQLite has one writer at a time."""
    desk = Bare(postgres_database)
    webhook_id = hook(desk)
    with desk.database.transaction() as s:
        notices.tell(s, [Notice("article.read", {})], desk.now)
    with desk.database.transaction() as s:
        notices.tell(s, [Notice("article.read", {})], desk.now)
        with desk.database.transaction() as other:
            until = desk.now + timedelta(seconds=45)
            lane = deliveries.take(other, sender="n", lease_until=until, now=desk.now, new_token=lambda: "t", limit=9)
            assert lane is not None
            assert lane.webhook_id == webhook_id


def test_old_deliveries_are_forgotten_but_for_those_that_still_go_out(desk: Any) -> None:
    active, off = hook(desk), hook(desk)
    for _ in range(3):
        with desk.database.transaction() as s:
            notices.tell(s, [Notice("article.read", {})], desk.now)
        desk.wait(86_400)
    with desk.database.transaction() as s:
        held = webhooks.hold(s, off, desk.now)
        assert held is not None
        webhooks.change(s, held, Wish("https://hooks.example/", ["article.read"], {}, state="disabled"), desk.now)
        before = desk.now - timedelta(days=1, hours=1)
        deliveries.forget(s, deliveries.past(s, before=before, limit=100))
    assert (len(outbox(desk, active)), len(outbox(desk, off))) == (3, 1)
    with desk.database.transaction() as s:
        assert deliveries.waiting(s)[0] == 3
        assert deliveries.disabled(s) == 1


def test_there_is_an_end_of_webhooks(sqlite_database: Database, desk_time: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(webhooks, "MOST", 2)
    wish = Wish("https://hooks.example/", ["article.read"], {})
    with sqlite_database.transaction() as s:
        for _ in range(2):
            webhooks.add(s, wish, random_bytes=os.urandom, now=desk_time)
        with pytest.raises(Full):
            webhooks.add(s, wish, random_bytes=os.urandom, now=desk_time)
