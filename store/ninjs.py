"""News items that other systems push: which article each became, in whatever order their versions arrive."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from store import articles
from store.articles import ArticleView, Submitted
from store.database import Conflict
from store.grouping import Editor
from store.ninjs_tables import NinjsItem
from store.submissions import Submission
from store.tables import Article


@dataclass(frozen=True, slots=True)
class Item:
    """One version of a pushed item. `evolved_from` is the guid of the item that it continues; `submission` is None
    for an item that is canceled."""

    guid: str
    version: str | None
    version_created: datetime | None
    evolved_from: str | None
    submission: Submission | None


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a pushed item: "created", "revised", "requeued" or "duplicate" as `articles.submit` has them,
    "withdrawn", "unknown" (canceled before it came), "outdated" (a newer version came before) or "superseded" (another
    item evolved from it). `made` tells more of the first four."""

    outcome: str
    article: ArticleView | None = None
    made: Submitted | None = None


def receive(s: Session, item: Item, *, editor: Editor, extractor: str, now: datetime) -> Received:
    """Has an item become an article, its article's next revision, or the withdrawal of it.

    An item keeps its article, and that its address, whatever a later version says. One that evolved from another goes
    on with the other's article, even where it comes first; where both are articles before it is known that one leads to
    the other, the older one is withdrawn. Raises Conflict when others are at the same items.
    """
    earlier_guid = item.evolved_from if item.evolved_from != item.guid else None
    locked = _locked(s, [guid for guid in (item.guid, earlier_guid) if guid is not None], now)
    own, earlier = locked[item.guid], locked.get(earlier_guid or "")
    current = None if own.article_id is None else articles.get(s, own.article_id)
    if own.superseded:
        # What evolved from it came first. What it evolved from ends with that, too, be it an article meanwhile.
        if earlier is not None and not earlier.superseded and earlier.article_id != own.article_id:
            replaced = earlier.article_id
            _take_over(earlier, own, now)
            # Locks the article that takes over before the events are, as whoever withdraws that one does.
            s.flush()
            if replaced is not None:
                articles.withdraw(s, replaced, editor, now)
        return Received("superseded", current)
    if _older(item, own):
        return Received("outdated", current)
    # One that tells no version leaves what is known: else an older one that comes late would undo a cancellation.
    own.version, own.version_created = item.version or own.version, item.version_created or own.version_created
    own.updated_at = now
    if item.submission is None:
        if own.article_id is None:
            return Received("unknown")
        return Received("withdrawn", articles.withdraw(s, own.article_id, editor, now))
    made = articles.submit(s, _addressed(s, item.submission, own, earlier), extractor=extractor, now=now)
    own.article_id = made.article.id
    if earlier is not None and earlier.article_id in (None, own.article_id):
        _take_over(earlier, own, now)
    s.flush()
    return Received(made.outcome, made.article, made)


def _take_over(earlier: NinjsItem, own: NinjsItem, now: datetime) -> None:
    earlier.article_id, earlier.superseded, earlier.updated_at = own.article_id, True, now


def _addressed(s: Session, submission: Submission, own: NinjsItem, earlier: NinjsItem | None) -> Submission:
    """The submission under the address of the article that is the item's already, or the one of its predecessor."""
    known = own.article_id or (None if earlier is None else earlier.article_id)
    article = None if known is None else s.get(Article, known)
    if article is None:
        return submission
    return replace(submission, url=article.url, canonical_url=article.canonical_url)


def _older(item: Item, than: NinjsItem) -> bool:
    """Whether a version precedes the one heeded last: by its number where both are numbers, else by its time."""
    numbers = [one.version for one in (item, than)]
    if all(number is not None and number.isascii() and number.isdigit() for number in numbers):
        # As texts: how long a number may be is the wire's to say, and Python refuses to read very long ones.
        one, other = ((len(bare), bare) for bare in ((number or "").lstrip("0") for number in numbers))
        if one != other:
            return one < other
    if item.version_created is None or than.version_created is None:
        return False
    return item.version_created < than.version_created


def _locked(s: Session, guids: Sequence[str], now: datetime) -> dict[str, NinjsItem]:
    """The rows of these items, made where they are missing; others wait for them until the transaction ends."""
    insert = postgresql.insert if s.get_bind().dialect.name == "postgresql" else sqlite.insert
    keys = {hashlib.sha256(guid.encode()).hexdigest(): guid for guid in guids}
    found = {}
    # In one order everywhere, so that nobody waits in a circle.
    for key in sorted(keys):
        s.execute(
            insert(NinjsItem)
            .values(guid_key=key, guid=keys[key], superseded=False, created_at=now, updated_at=now)
            .on_conflict_do_nothing(index_elements=[NinjsItem.guid_key])
        )
        query = select(NinjsItem).where(NinjsItem.guid_key == key).with_for_update()
        row = s.scalar(query.execution_options(populate_existing=True))
        if row is None:
            raise Conflict("the item is being forgotten by others")
        found[keys[key]] = row
    return found
