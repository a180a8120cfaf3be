"""Webhooks: who is told of what, by which secrets it is signed, and the log of what was sent."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from store import notices
from store.bulk import insert_many
from store.ids import is_id, new_id
from store.notices import Notice
from store.page import Key, Page, key_text
from store.webhook_tables import Delivery, Webhook

MOST = 500
SECRET_BYTES = 32
# So long a secret goes on signing beside the one that took its place, of which so many may be at once.
OLD_SECRETS_SIGN = timedelta(hours=24)
_MOST_OLD_SECRETS = 4
BY_REQUEST = "It was switched off by request."


class Full(Exception):  # noqa: N818 - says a state, as the HTTP code does
    """There are as many webhooks as there may be."""


class Off(Exception):  # noqa: N818 - as above
    """The webhook is disabled: nothing is sent to it."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a webhook's owner decides. `filters` holds the values wanted by their names (store.notices)."""

    url: str
    types: Sequence[str]
    filters: Mapping[str, Sequence[str]]
    description: str | None = None
    state: str = "active"


@dataclass(frozen=True, slots=True)
class WebhookView:
    """A webhook without its secrets. `old_secret_until` is when the last of the old ones ends."""

    id: str
    wish: Wish
    reason: str | None
    version: int
    failing_since: datetime | None
    old_secret_until: datetime | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """A notice of a webhook's and what became of it. `due_at` is when the next attempt is made, if one is."""

    id: str
    webhook_id: str
    type: str
    status: str
    attempts: Sequence[Mapping[str, Any]]
    due_at: datetime | None
    created_at: datetime
    ended_at: datetime | None


def add(s: Session, wish: Wish, *, random_bytes: Callable[[int], bytes], now: datetime) -> tuple[WebhookView, str]:
    """Stores a webhook and returns it with its secret, which nothing returns later. Raises Full."""
    if (s.scalar(select(func.count()).select_from(Webhook)) or 0) >= MOST:
        raise Full
    secret = _secret(random_bytes)
    row = Webhook(
        id=new_id(),
        secrets=[{"secret": secret, "until": None}],
        version=1,
        strained=False,
        served_at=now,
        created_at=now,
        updated_at=now,
    )
    _put(row, wish)
    s.add(row)
    s.flush()
    return _view(row, now), secret


def get(s: Session, webhook_id: str, now: datetime) -> WebhookView | None:
    """The webhook of that id."""
    row = s.get(Webhook, webhook_id, populate_existing=True) if is_id(webhook_id) else None
    return None if row is None else _view(row, now)


def page(s: Session, now: datetime, *, after: Key | None, limit: int) -> Page[WebhookView]:
    """All webhooks, oldest first. ValueError for a key that no such page gave."""
    query = select(Webhook).order_by(Webhook.id).limit(limit + 1)
    if after is not None:
        query = query.where(Webhook.id > key_text(after, 0))
    rows = s.scalars(query).all()
    return Page([_view(row, now) for row in rows[:limit]], (rows[limit - 1].id,) if len(rows) > limit else None)


def hold(s: Session, webhook_id: str, now: datetime) -> WebhookView | None:
    """The same as `get`, for `change`: nobody else changes it before this transaction ends."""
    row = _held(s, webhook_id)
    return None if row is None else _view(row, now)


def change(s: Session, held: WebhookView, wish: Wish, now: datetime) -> WebhookView:
    """Gives a webhook that `hold` gave its new settings. One that is switched on begins anew: it has not failed."""
    row = s.get_one(Webhook, held.id)
    switched = wish.state != row.state
    _put(row, wish)
    if switched:
        row.reason = BY_REQUEST if wish.state == "disabled" else None
        row.failing_since, row.strained = None, False
    _changed(row, now)
    s.flush()
    return _view(row, now)


def rotate(
    s: Session, webhook_id: str, *, random_bytes: Callable[[int], bytes], now: datetime
) -> tuple[WebhookView, str] | None:
    """Gives a webhook a new secret and returns it; the old one signs beside it for a day. None for an unknown id."""
    row = _held(s, webhook_id)
    if row is None:
        return None
    secret = _secret(random_bytes)
    until = (now + OLD_SECRETS_SIGN).isoformat()
    old = [one | {"until": one["until"] or until} for one in _signing(row.secrets, now)]
    row.secrets = [{"secret": secret, "until": None}, *old[:_MOST_OLD_SECRETS]]
    _changed(row, now)
    s.flush()
    return _view(row, now), secret


def delete(s: Session, webhook_id: str) -> bool:
    """Deletes a webhook with all that waits for it and its log. False for an unknown id."""
    row = s.get(Webhook, webhook_id, with_for_update=True, populate_existing=True) if is_id(webhook_id) else None
    if row is None:
        return False
    s.delete(row)
    s.flush()
    return True


def test(s: Session, webhook_id: str, now: datetime) -> DeliveryView | None:
    """Puts a notice into the outbox of this webhook that tells nothing. None for an unknown id; raises Off."""
    row = _active(s, webhook_id)
    if row is None:
        return None
    notice = Notice(notices.TEST, {"id": row.id, "links": {"self": f"/v1/webhooks/{row.id}"}})
    made = notices.row_of(row.id, notice.type, notices.body_of(notice, now), now)
    insert_many(s, Delivery, [made])
    return delivery(s, row.id, made["id"])


def deliveries(
    s: Session, webhook_id: str, *, statuses: Sequence[str] = (), after: Key | None, limit: int
) -> Page[DeliveryView]:
    """The notices of one webhook, newest first. ValueError for a key that no such page gave."""
    query = select(Delivery).where(Delivery.webhook_id == webhook_id).order_by(Delivery.id.desc()).limit(limit + 1)
    if statuses:
        query = query.where(Delivery.status.in_(statuses))
    if after is not None:
        query = query.where(Delivery.id < key_text(after, 0))
    rows = s.scalars(query).all()
    return Page([_delivery(row) for row in rows[:limit]], (rows[limit - 1].id,) if len(rows) > limit else None)


def delivery(s: Session, webhook_id: str, delivery_id: str) -> DeliveryView | None:
    """One notice of a webhook."""
    if not (is_id(webhook_id) and is_id(delivery_id)):
        return None
    found = select(Delivery).where(Delivery.id == delivery_id, Delivery.webhook_id == webhook_id)
    row = s.scalar(found.execution_options(populate_existing=True))
    return None if row is None else _delivery(row)


def replay(s: Session, webhook_id: str, delivery_id: str, now: datetime) -> DeliveryView | None:
    """Has a notice sent once more, now, under its own id and with all attempts. None for an unknown one; raises Off."""
    if delivery(s, webhook_id, delivery_id) is None or _active(s, webhook_id) is None:
        return None
    again = update(Delivery).where(Delivery.id == delivery_id)
    s.execute(
        again.values(status="waiting", tries=0, due_at=now, ended_at=None).execution_options(synchronize_session=False)
    )
    return delivery(s, webhook_id, delivery_id)


def signing(kept: Sequence[Mapping[str, Any]], now: datetime) -> list[str]:
    """The secrets among those that are kept of a webhook by which a notice is signed now, the current one first."""
    return [one["secret"] for one in _signing(kept, now)]


def _signing(kept: Sequence[Mapping[str, Any]], now: datetime) -> list[dict[str, Any]]:
    return [dict(one) for one in kept if one["until"] is None or datetime.fromisoformat(one["until"]) > now]


def _secret(random_bytes: Callable[[int], bytes]) -> str:
    return "whsec_" + base64.b64encode(random_bytes(SECRET_BYTES)).decode("ascii")


def _held(s: Session, webhook_id: str) -> Webhook | None:
    # Not in the way of those who write notices, which only want it not to be deleted.
    held = select(Webhook).where(Webhook.id == webhook_id).with_for_update(key_share=True)
    return s.scalar(held.execution_options(populate_existing=True)) if is_id(webhook_id) else None


def _active(s: Session, webhook_id: str) -> Webhook | None:
    row = _held(s, webhook_id)
    if row is not None and row.state != "active":
        raise Off
    return row


def _put(row: Webhook, wish: Wish) -> None:
    row.url, row.types, row.description, row.state = wish.url, list(wish.types), wish.description, wish.state
    row.filters = {name: list(values) for name, values in wish.filters.items()}


def _changed(row: Webhook, now: datetime) -> None:
    row.version, row.updated_at = row.version + 1, now


def _view(row: Webhook, now: datetime) -> WebhookView:
    ends = [datetime.fromisoformat(one["until"]) for one in _signing(row.secrets, now) if one["until"]]
    return WebhookView(
        id=row.id,
        wish=Wish(row.url, tuple(row.types), dict(row.filters), row.description, row.state),
        reason=row.reason,
        version=row.version,
        failing_since=row.failing_since,
        old_secret_until=max(ends, default=None),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _delivery(row: Delivery) -> DeliveryView:
    due_at = row.due_at if row.status == "waiting" else None
    return DeliveryView(
        row.id, row.webhook_id, row.type, row.status, tuple(row.attempts), due_at, row.created_at, row.ended_at
    )
