"""Deliveries: which notices are due, who may send them now, and what came of it.

A sender takes a webhook for one turn, by a conditional UPDATE with a lease and a token, and sends what is due of it in
order. Only the holder of the token writes down what came of it, so that no webhook is served by two at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, exists, func, literal, or_, select, update
from sqlalchemy.orm import Session

from store import tallies
from store.columns import UtcDateTime
from store.webhook_tables import Delivery, Webhook
from store.webhooks import signing

# A webhook that nothing was delivered to for so long, though it was tried, is switched off.
GIVE_UP_AFTER = timedelta(days=5)
# An answer that took longer, or a failure, and the webhook shares the places that are left to such.
_LONG_MS = 5_000
# A lease that ends so many of its lengths ahead was given before the clock was set back.
_LEASES_AHEAD = 10
# Of a notice that is replayed again and again the last attempts are kept.
_MOST_ATTEMPTS = 30
_LONGEST_ERROR = 300


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice to be sent. `tries` attempts were made before; `attempts` tells of the last ones."""

    id: str
    type: str
    body: str
    tries: int
    attempts: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Lane:
    """A webhook in a sender's hands for one turn, and what is due of it, in order."""

    webhook_id: str
    token: str
    url: str
    secrets: Sequence[str]
    strained: bool
    letters: Sequence[Letter]


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of sending a notice. `again_at` is when it is tried again, None for never; `gone` that the receiver
    wants nothing more. `error` is None where it was delivered."""

    at: datetime
    ms: int
    status: int | None = None
    error: str | None = None
    again_at: datetime | None = None
    gone: bool = False

    @property
    def outcome(self) -> str:
        """ "delivered", "failed", or "put off" to a later attempt."""
        return "delivered" if self.error is None else "failed" if self.again_at is None else "put off"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a webhook stands after an attempt: whether anything is sent to it, and whether it fails or is slow."""

    active: bool
    strained: bool


def are_due(s: Session, now: datetime) -> bool:
    """Whether anything can be sent now that nobody is sending."""
    return s.scalar(_servable(now, now).limit(1)) is not None


def take(
    s: Session,
    *,
    sender: str,
    lease_until: datetime,
    now: datetime,
    new_token: Callable[[], str],
    limit: int,
    with_strained: bool = True,
) -> Lane | None:
    """Takes the webhook whose last turn was longest ago among those with something due, and up to `limit` of that.

    None where there is none; without `with_strained` those that fail or are slow are left aside.
    """
    wanted = _servable(now, lease_until)
    if not with_strained:
        wanted = wanted.where(Webhook.strained.is_(False))
    chosen = s.scalar(
        wanted.order_by(Webhook.served_at, Webhook.id)
        .limit(1)
        .with_for_update(key_share=True, skip_locked=True, of=Webhook)
    )
    if chosen is None:
        return None
    token = new_token()
    held = update(Webhook).where(Webhook.id == chosen, _is_free(now, lease_until)).returning(Webhook)
    row = s.scalar(
        held.values(token=token, sender=sender[:200], lease_until=lease_until, served_at=now).execution_options(
            synchronize_session=False, populate_existing=True
        )
    )
    if row is None:
        return None
    due = select(Delivery.id, Delivery.type, Delivery.body, Delivery.tries, Delivery.attempts).where(*_due(chosen, now))
    letters = [Letter(*one) for one in s.execute(due.order_by(Delivery.due_at, Delivery.id).limit(limit))]
    return Lane(row.id, token, row.url, signing(row.secrets, now), row.strained, letters)


def record(
    s: Session, token: str, letter: Letter, attempt: Attempt, *, lease_until: datetime, now: datetime
) -> Standing | None:
    """Writes down an attempt and renews the lease; how the webhook stands then. None, with nothing written, where the
    turn is another's by now, or the webhook was deleted."""
    failed = attempt.error is not None
    strained = failed or attempt.ms > _LONG_MS
    since = func.coalesce(Webhook.failing_since, literal(now, UtcDateTime())) if failed else None
    held = update(Webhook).where(Webhook.token == token).returning(Webhook.id, Webhook.state, Webhook.failing_since)
    row = s.execute(
        held.values(lease_until=lease_until, strained=strained, failing_since=since).execution_options(
            synchronize_session=False
        )
    ).first()
    if row is None:
        return None
    told: dict[str, Any] = {"at": attempt.at.isoformat(), "status": attempt.status, "ms": attempt.ms}
    told["error"] = attempt.error and attempt.error.replace("\0", "")[:_LONGEST_ERROR]
    values: dict[str, Any] = {"tries": Delivery.tries + 1, "attempts": [*letter.attempts, told][-_MOST_ATTEMPTS:]}
    if attempt.again_at is None:
        values |= {"status": "failed" if failed else "delivered", "ended_at": now}
    else:
        values["due_at"] = attempt.again_at
    written = update(Delivery).where(Delivery.id == letter.id).values(values)
    s.execute(written.execution_options(synchronize_session=False))
    reason = _reason(attempt, row.failing_since, now)
    if reason is not None and row.state == "active":
        off = update(Webhook).where(Webhook.id == row.id)
        off = off.values(state="disabled", reason=reason, version=Webhook.version + 1, updated_at=now)
        s.execute(off.execution_options(synchronize_session=False))
    return Standing(reason is None and row.state == "active", strained)


def release(s: Session, token: str, outcomes: Mapping[str, int]) -> None:
    """Ends a turn, and counts how its attempts ended."""
    freed = update(Webhook).where(Webhook.token == token).values(token=None, sender=None, lease_until=None)
    s.execute(freed.execution_options(synchronize_session=False))
    tallies.add(s, {("deliveries", outcome): number for outcome, number in outcomes.items()})


def release_of(s: Session, sender: str) -> None:
    """Ends the turns of a sender that has died: the caller bears its name."""
    freed = update(Webhook).where(Webhook.sender == sender[:200]).values(token=None, sender=None, lease_until=None)
    s.execute(freed.execution_options(synchronize_session=False))


def waiting(s: Session) -> tuple[int, datetime | None]:
    """How many notices wait for active webhooks, and since when the oldest of them."""
    asked = select(func.count(), func.min(Delivery.created_at)).join(Webhook, Webhook.id == Delivery.webhook_id)
    row = s.execute(asked.where(Webhook.state == "active", Delivery.status == "waiting")).one()
    return int(row[0]), row[1]


def disabled(s: Session) -> int:
    """How many webhooks are disabled."""
    return s.scalar(select(func.count()).select_from(Webhook).where(Webhook.state == "disabled")) or 0


def past(s: Session, *, before: datetime, limit: int) -> list[str]:
    """The ids of up to `limit` notices that are older and that nobody will send any more."""
    old = select(Delivery.id).join(Webhook, Webhook.id == Delivery.webhook_id).where(Delivery.created_at < before)
    ended = or_(Delivery.status != "waiting", Webhook.state == "disabled")
    return list(s.scalars(old.where(ended).order_by(Delivery.created_at).limit(limit)))


def forget(s: Session, delivery_ids: Sequence[str]) -> None:
    """Deletes these notices."""
    gone = delete(Delivery).where(Delivery.id.in_(delivery_ids))
    s.execute(gone.execution_options(synchronize_session=False))


def _servable(now: datetime, lease_until: datetime) -> Any:
    something = exists().where(*_due(Webhook.id, now))
    return select(Webhook.id).where(Webhook.state == "active", _is_free(now, lease_until), something)


def _is_free(now: datetime, lease_until: datetime) -> Any:
    furthest = now + _LEASES_AHEAD * max(lease_until - now, timedelta(minutes=1))
    return or_(Webhook.lease_until.is_(None), Webhook.lease_until < now, Webhook.lease_until > furthest)


def _due(webhook_id: Any, now: datetime) -> tuple[Any, ...]:
    return Delivery.webhook_id == webhook_id, Delivery.status == "waiting", Delivery.due_at <= now


def _reason(attempt: Attempt, failing_since: datetime | None, now: datetime) -> str | None:
    """Why nothing more is to be sent after this attempt, None where that goes on."""
    if attempt.gone:
        return "The receiver answered 410: it is gone for good."
    if failing_since is None or now - failing_since < GIVE_UP_AFTER:
        return None
    told = f"Nothing could be delivered since {failing_since:%Y-%m-%d %H:%M} UTC: {attempt.error}"
    return told.replace("\0", "")[:_LONGEST_ERROR]
