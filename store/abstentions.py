"""Abstentions as stored: what the rules looked at in an article and did not claim, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select, tuple_
from sqlalchemy.orm import Session

from claims import model
from store.bulk import insert_many
from store.ids import is_id
from store.page import Key, Page, key_number
from store.tables import Abstention


@dataclass(frozen=True, slots=True)
class AbstentionView:
    """An abstention, and the revision into whose text `start` and `end` point."""

    kind: str
    rule: str
    trigger: str
    quote: str
    start: int
    end: int
    reason: str
    revision: int


def of_article(
    s: Session, article_id: str, *, kinds: Sequence[str] = (), after: Key | None, limit: int
) -> Page[AbstentionView]:
    """Those of the article's last reading (of some kinds only, where named), by their position in its text.

    ValueError for a key that no such page gave.
    """
    if not is_id(article_id):
        return Page([], None)
    place = (Abstention.revision, Abstention.number)
    query = select(Abstention).where(Abstention.article_id == article_id)
    if kinds:
        query = query.where(Abstention.kind.in_(kinds))
    if after is not None:
        query = query.where(tuple_(*place) > tuple_(key_number(after, 0), key_number(after, 1)))
    rows = s.scalars(query.order_by(*place).limit(limit + 1)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return Page([_view(row) for row in rows[:limit]], None if last is None else (last.revision, last.number))


def replace(s: Session, article_id: str, revision: int, found: Sequence[model.Abstention]) -> None:
    """Puts those of a new reading, in the order of its text, in the place of all that the article had."""
    s.execute(delete(Abstention).where(Abstention.article_id == article_id))
    rows = [
        {
            "article_id": article_id,
            "revision": revision,
            "number": number,
            "kind": one.kind,
            "rule": one.rule,
            "trigger": one.trigger,
            "start": one.start,
            "end": one.end,
            "quote": one.quote,
            "reason": one.reason,
        }
        for number, one in enumerate(found)
    ]
    insert_many(s, Abstention, rows)


def _view(row: Abstention) -> AbstentionView:
    return AbstentionView(
        kind=row.kind,
        rule=row.rule,
        trigger=row.trigger,
        quote=row.quote,
        start=row.start,
        end=row.end,
        reason=row.reason,
        revision=row.revision,
    )
