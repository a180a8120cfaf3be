"""Notices: what webhooks are told, written into their outbox in the transaction in which it happens.

A notice is thin: ids, kind and status, and where to fetch the rest; never the words of an article.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.bulk import insert_many
from store.event_tables import Event
from store.ids import new_id
from store.members import chunks
from store.norm import fold
from store.tables import Article, Claim, Facet, Job, Revision
from store.webhook_tables import Delivery, Webhook

TYPES = (
    "claim.created",
    "claim.changed",
    "claim.withdrawn",
    "article.read",
    "article.failed",
    "event.contradicted",
    "review.published",
)
# Sent by its own route only, to whichever webhook is tested.
TEST = "webhook.test"
# What a webhook may filter by; the last three by their folded names, as lists of claims are.
EXACT, FOLDED = ("kind", "status"), ("publisher", "place", "party")
_CLAIMS = TYPES[:3]
_KEPT = "webhooks"


@dataclass(frozen=True, slots=True)
class Notice:
    """One happening. `marks` are the values that filters look at; one that is not among them narrows nothing."""

    type: str
    data: Mapping[str, Any]
    marks: Mapping[str, Collection[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Subscription:
    webhook_id: str
    types: frozenset[str]
    filters: Mapping[str, frozenset[str]]

    def wants(self, notice: Notice) -> bool:
        """Whether the webhook is to be told."""
        return notice.type in self.types and all(
            not wanted.isdisjoint(notice.marks[name]) for name, wanted in self.filters.items() if name in notice.marks
        )


def tell(s: Session, notices: Iterable[Notice], now: datetime) -> None:
    """Puts notices, in their order, into the outbox of each webhook that wants them: one insert for all."""
    rows = []
    for notice in notices:
        wanted_by = [one for one in _subscriptions(s) if one.wants(notice)]
        body = body_of(notice, now) if wanted_by else ""
        rows += [row_of(one.webhook_id, notice.type, body, now) for one in wanted_by]
    insert_many(s, Delivery, rows)


def body_of(notice: Notice, now: datetime) -> str:
    """What is sent, in ASCII."""
    told = {"type": notice.type, "timestamp": now.isoformat(), "data": dict(notice.data)}
    return json.dumps(told, separators=(",", ":"))


def row_of(webhook_id: str, kind: str, body: str, now: datetime) -> dict[str, Any]:
    """A row of the outbox, due at once."""
    return {
        "id": new_id(),
        "webhook_id": webhook_id,
        "type": kind,
        "status": "waiting",
        "tries": 0,
        "due_at": now,
        "created_at": now,
        "attempts": [],
        "body": body,
    }


def of_claims(
    s: Session,
    *,
    created: Sequence[int] = (),
    changed: Mapping[int, Sequence[str]] | None = None,
    withdrawn: Sequence[int] = (),
    now: datetime,
) -> None:
    """Tells of the claims of these rows, as they are now; of the changed ones with the fields that changed."""
    if not _any_wants(s, *_CLAIMS):
        return
    changes = changed or {}
    told = (
        dict.fromkeys(created, _CLAIMS[0]) | dict.fromkeys(changes, _CLAIMS[1]) | dict.fromkeys(withdrawn, _CLAIMS[2])
    )
    marks = _facets(s, told) if any(one.filters for one in _subscriptions(s)) else {}
    columns = (Claim.seq, Claim.id, Claim.kind, Claim.status, Claim.state, Claim.article_id, Claim.revision)
    rows = {
        row.seq: row for some in chunks(list(told)) for row in s.execute(select(*columns).where(Claim.seq.in_(some)))
    }
    notices = []
    for seq, kind in told.items():
        row = rows[seq]
        data: dict[str, Any] = {"id": row.id, "kind": row.kind, "status": row.status, "state": row.state}
        data |= {"article_id": row.article_id, "revision": row.revision}
        if kind == _CLAIMS[1]:
            data["changed"] = list(changes[seq])
        data["links"] = {"self": f"/v1/claims/{row.id}", "article": f"/v1/articles/{row.article_id}"}
        seen: dict[str, Collection[str]] = {"kind": (row.kind,), "status": (row.status,)}
        seen |= {name: marks.get(seq, {}).get(name, ()) for name in FOLDED}
        notices.append(Notice(kind, data, seen))
    tell(s, notices, now)


def article_read(s: Session, article: Article, revision: Revision, job_id: str, now: datetime) -> None:
    """Tells that an article was read in its newest revision, or skipped."""
    data = {
        "id": article.id,
        "revision": revision.number,
        "job_id": job_id,
        "reading": {"state": revision.reading_state, "reason": revision.reading_reason},
        "claims_count": article.claims_count,
        "links": _article_links(article.id, job_id),
    }
    tell(s, [Notice("article.read", data, {"publisher": _folded(revision.publisher)})], now)


def articles_failed(s: Session, job_ids: Collection[str], now: datetime) -> None:
    """Tells that these jobs failed for good."""
    if not job_ids or not _any_wants(s, "article.failed"):
        return
    query = select(Job.id, Job.article_id, Job.revision, Job.error, Revision.publisher).join(
        Revision, (Revision.article_id == Job.article_id) & (Revision.number == Job.revision)
    )
    notices = []
    for row in s.execute(query.where(Job.id.in_(job_ids)).order_by(Job.id)):
        data = {"id": row.article_id, "revision": row.revision, "job_id": row.id, "error": row.error}
        data["links"] = _article_links(row.article_id, row.id)
        notices.append(Notice("article.failed", data, {"publisher": _folded(row.publisher)}))
    tell(s, notices, now)


def events_contradicted(s: Session, events: Mapping[str, str], now: datetime) -> None:
    """Tells of events, by id and kind, that are about to be contradicted and are not yet."""
    if not events or not _any_wants(s, "event.contradicted"):
        return
    standing = select(Event.id).where(Event.contradicted.is_(True), Event.state == "current")
    already = {one for some in chunks(list(events)) for one in s.scalars(standing.where(Event.id.in_(some)))}
    fresh = [(event_id, kind) for event_id, kind in events.items() if event_id not in already]
    links = {event_id: {"self": f"/v1/events/{event_id}"} for event_id, _ in fresh}
    tell(
        s,
        [
            Notice("event.contradicted", {"id": event_id, "kind": kind, "links": links[event_id]}, {"kind": (kind,)})
            for event_id, kind in fresh
        ],
        now,
    )


def review_published(
    s: Session, review_id: str, version: int, verdict: str | None, subject: tuple[str, str], now: datetime
) -> None:
    """Tells that a review was published. `subject` is its type and id."""
    links = {"self": f"/v1/reviews/{review_id}", "subject": f"/v1/{subject[0]}s/{subject[1]}"}
    data = {"id": review_id, "version": version, "verdict": verdict, "links": links}
    tell(s, [Notice("review.published", data | {"subject": {"type": subject[0], "id": subject[1]}})], now)


def _any_wants(s: Session, *types: str) -> bool:
    return any(not one.types.isdisjoint(types) for one in _subscriptions(s))


def _subscriptions(s: Session) -> Sequence[_Subscription]:
    """The webhooks that are told of anything, asked for once a transaction: a session is one here.

    On PostgreSQL none of them is deleted before this transaction ends, which writes rows that point to them.
    """
    if _KEPT not in s.info:
        columns = (Webhook.id, Webhook.types, Webhook.filters)
        active = select(*columns).where(Webhook.state == "active").order_by(Webhook.id)
        with s.no_autoflush:  # nothing that waits to be written has to do with webhooks
            rows = s.execute(active.with_for_update(read=True, key_share=True)).all()
        s.info[_KEPT] = [_Subscription(row.id, frozenset(row.types), _filters(row.filters)) for row in rows]
    found: Sequence[_Subscription] = s.info[_KEPT]
    return found


def _filters(kept: Mapping[str, Sequence[str]]) -> dict[str, frozenset[str]]:
    return {name: frozenset(values if name in EXACT else map(fold, values)) for name, values in kept.items() if values}


def _facets(s: Session, seqs: Collection[int]) -> dict[int, dict[str, set[str]]]:
    """The folded values of each claim by which it is found, by their names."""
    found: dict[int, dict[str, set[str]]] = {}
    query = select(Facet.seq, Facet.facet, Facet.value).where(Facet.facet.in_(FOLDED))
    for some in chunks(list(seqs)):
        for seq, facet, value in s.execute(query.where(Facet.seq.in_(some))):
            found.setdefault(seq, {}).setdefault(facet, set()).add(value)
    return found


def _folded(name: str | None) -> tuple[str, ...]:
    # By a name without a letter or digit nothing is found: all of them would be one.
    folded = "" if name is None else fold(name)
    return (folded,) if folded else ()


def _article_links(article_id: str, job_id: str) -> dict[str, str]:
    self = f"/v1/articles/{article_id}"
    return {"self": self, "claims": f"{self}/claims", "job": f"/v1/jobs/{job_id}"}
