"""Finding claims: which of them pass a filter, in an order that pages can follow at any depth.

Neither engine's planner is left to guess. One condition is the source: an index in which the claims that meet it lie
in the order of the list. It is read in growing batches, and the other conditions are asked of each batch by key, until
the page is full. Where several conditions could be the source, the rarest is taken, as far as a capped count can tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, cast, column, func, literal, or_, select, table, tuple_, union
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session
from sqlalchemy.types import String

from store.columns import UtcDateTime
from store.ids import is_id
from store.norm import fold, phrases
from store.page import Key, key_moment, key_number
from store.tables import Claim, ClaimWords, Facet

_RARE = 2000
_FIRST_BATCH = 64
_LARGEST_BATCH = 4096
_INDEX = table("claim_index", column("rowid"))

Phrases = Sequence[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class ClaimFilter:
    """Which claims a list holds. Every field narrows it; an empty one does not.

    Within a field of several values one of them is enough, except for `q`, whose texts must all be found: each is
    a list of words and of "phrases in quotes" looked for in the quote, the speaker and the outlet. Names are compared
    folded (store.norm): parties, places and publishers as a whole, speakers by the words given ("Peskov").
    `date_from`/`date_to` ask for an overlap with the claim's date, the counts for one with the numbers it states.
    """

    q: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    date_from: date | None = None
    date_to: date | None = None
    published_from: date | None = None
    published_to: date | None = None
    count_min: int | None = None
    count_max: int | None = None
    updated_since: datetime | None = None
    states: tuple[str, ...] = ("current",)


@dataclass(frozen=True, slots=True)
class _Branch:
    """Claims that meet one condition: a query of their numbers, and the column of it."""

    query: Select[Any]
    seq: ColumnElement[int]

    def read(self, before: int | None, limit: int) -> Select[Any]:
        query = self.query if before is None else self.query.where(self.seq < before)
        return query.order_by(self.seq.desc()).limit(limit)


@dataclass(frozen=True, slots=True)
class _Source:
    """A condition that can drive the search: the claims of any of its branches. It settles the conditions named."""

    branches: Sequence[_Branch]
    settles: frozenset[str]

    def read(self, before: int | None, limit: int) -> Select[Any]:
        if len(self.branches) == 1:
            return self.branches[0].read(before, limit)
        parts = [b.read(before, limit).subquery() for b in self.branches]
        merged = union(*(select(part.c[0].label("seq")) for part in parts)).subquery()
        return select(merged.c.seq).order_by(merged.c.seq.desc()).limit(limit)


def find(s: Session, filters: ClaimFilter, *, after: Key | None, limit: int) -> tuple[list[int], Key | None]:
    """The numbers of the claims of one page in order, and the key of the last if others follow."""
    search = _Search(filters, sqlite=s.get_bind().dialect.name == "sqlite")
    if search.hopeless:
        return [], None
    keys = search.by_change(s, after) if filters.updated_since is not None else search.by_age(s, after, limit)
    found: list[Key] = []
    for batch in keys:
        found += batch
        if len(found) > limit:
            break
    page = found[:limit]
    seqs = [int(key[-1]) for key in page]
    return seqs, page[-1] if len(found) > limit else None


class _Search:
    """The conditions of one filter, as what must hold of a claim and as what may drive the search."""

    def __init__(self, filters: ClaimFilter, *, sqlite: bool) -> None:
        self.filters = filters
        self.sqlite = sqlite
        self.phrases = [phrase for text in filters.q for phrase in phrases(text)]
        self.speakers = [name.split() for name in _folded(filters.speakers)]
        self.names = {
            facet: _folded(given)
            for facet, given in (
                ("party", filters.parties),
                ("place", filters.places),
                ("publisher", filters.publishers),
            )
            if given
        }
        self.articles = [article for article in filters.articles if is_id(article)]
        self.hopeless = (
            any(not phrases(text) for text in filters.q)
            or (bool(filters.speakers) and not self.speakers)
            or any(not names for names in self.names.values())
            or (bool(filters.articles) and not self.articles)
        )
        self.conditions = self._conditions()

    def by_age(self, s: Session, after: Key | None, limit: int) -> Iterator[list[Key]]:
        """Batches of keys of the claims found, newest first."""
        before = None if after is None else key_number(after, 0)
        source = self._rarest(s)
        rest = [condition for name, condition in self.conditions.items() if name not in source.settles]
        size = limit + 1 if not rest else max(limit + 1, _FIRST_BATCH)
        while True:
            batch = list(s.scalars(source.read(before, size)))
            kept = self._kept(s, batch, rest)
            yield [(seq,) for seq in batch if seq in kept]
            if len(batch) < size:
                return
            before, size = batch[-1], min(size * 4, _LARGEST_BATCH)

    def by_change(self, s: Session, after: Key | None) -> Iterator[list[Key]]:
        """Batches of keys of the claims found, the longest unchanged first."""
        place = tuple_(Claim.updated_at, Claim.seq)
        query = select(Claim.updated_at, Claim.seq).where(Claim.updated_at >= self.filters.updated_since)
        query = query.order_by(Claim.updated_at, Claim.seq)
        last = None if after is None else (key_moment(after, 0), key_number(after, 1))
        size = _FIRST_BATCH * 4
        rest = [condition for name, condition in self.conditions.items() if name != "updated"]
        while True:
            part = query if last is None else query.where(place > tuple_(literal(last[0], UtcDateTime()), last[1]))
            batch = s.execute(part.limit(size)).all()
            kept = self._kept(s, [seq for _, seq in batch], rest)
            yield [(when.isoformat(), seq) for when, seq in batch if seq in kept]
            if len(batch) < size:
                return
            last, size = (batch[-1][0], batch[-1][1]), min(size * 4, _LARGEST_BATCH)

    def _kept(self, s: Session, seqs: Sequence[int], conditions: Sequence[ColumnElement[bool]]) -> set[int]:
        if not conditions or not seqs:
            return set(seqs)
        return set(s.scalars(select(Claim.seq).where(Claim.seq.in_(seqs), *conditions)))

    def _conditions(self) -> dict[str, ColumnElement[bool]]:
        """What must hold of a claim, by name."""
        f, found = self.filters, dict[str, ColumnElement[bool]]()
        for name, col, values in (
            ("state", Claim.state, f.states),
            ("kind", Claim.kind, f.kinds),
            ("status", Claim.status, f.statuses),
            ("article", Claim.article_id, self.articles),
        ):
            if values:
                found[name] = col.in_(values)
        found |= self._ranges()
        for facet, names in self.names.items():
            found[facet] = _has(facet, names)
        if self.speakers:
            found["speaker"] = or_(*(and_(*(_has("speaker", [word]) for word in name)) for name in self.speakers))
        if self.phrases:
            held = select(literal(1)).where(ClaimWords.seq == Claim.seq, self._says())
            found["q"] = held.correlate(Claim).exists()
        return found

    def _ranges(self) -> dict[str, ColumnElement[bool]]:
        f, found = self.filters, dict[str, ColumnElement[bool]]()
        if f.published_from is not None or f.published_to is not None:
            found["published"] = Claim.published_on.between(f.published_from or date.min, f.published_to or date.max)
        # Both ends are asked for, so that undated claims never pass.
        if f.date_from is not None or f.date_to is not None:
            found["span_to"] = Claim.span_to >= (f.date_from or date.min)
            found["span_from"] = Claim.span_from <= (f.date_to or date.max)
        if f.count_min is not None:
            found["count_high"] = Claim.count_high >= _clamped(f.count_min)
        if f.count_max is not None:
            found["count_low"] = Claim.count_low <= _clamped(f.count_max)
        if f.updated_since is not None:
            found["updated"] = Claim.updated_at >= f.updated_since
        return found

    def _says(self) -> ColumnElement[bool]:
        if self.sqlite:
            spaced = ClaimWords.words.expression
            return and_(*(func.instr(spaced, f" {' '.join(phrase)} ") > 0 for phrase in self.phrases))
        return ClaimWords.words.bool_op("@@")(cast(literal(_tsquery(self.phrases), String), TSQUERY))

    def _sources(self) -> Iterator[_Source]:
        """All conditions that could drive the search, the likely best first."""
        if self.articles:
            branches = [_claims(Claim.article_id == article, sort=True) for article in self.articles]
            yield _Source(branches, frozenset({"article"}))
        if self.phrases:
            yield _Source([self._matching()], frozenset({"q"}))
        if self.speakers:
            settled = {"speaker"} if all(len(name) == 1 for name in self.speakers) else set()
            yield _Source([_facet("speaker", name[-1]) for name in self.speakers], frozenset(settled))
        for facet, names in self.names.items():
            yield _Source([_facet(facet, name) for name in names], frozenset({facet}))
        states = self.filters.states or ("current", "withdrawn")
        for name, col, values in (
            ("status", Claim.status, self.filters.statuses),
            ("kind", Claim.kind, self.filters.kinds),
        ):
            if values:
                pairs = [(value, state) for value in values for state in states]
                branches = [_claims(col == value, Claim.state == state) for value, state in pairs]
                yield _Source(branches, frozenset({name, "state"}))

    def _rarest(self, s: Session) -> _Source:
        """The source to drive the search."""
        sources = list(self._sources())
        ranges = [_Source([_claims(c, sort=True)], frozenset({name})) for name, c in self._ranges().items()]
        states = self.filters.states or ("current", "withdrawn")
        anything = _Source([_claims(Claim.state == state) for state in states], frozenset({"state"}))
        if not ranges and len(sources) <= 1:
            return sources[0] if sources else anything
        best, fewest = (sources[0] if sources else anything), _RARE
        for source in sources + ranges:
            number = self._count(s, source, fewest)
            if number < fewest:
                best, fewest = source, number
        return best

    def _count(self, s: Session, source: _Source, cap: int) -> int:
        number = 0
        for branch in source.branches:
            part = branch.query.limit(cap - number).subquery()
            number += s.scalar(select(func.count()).select_from(part)) or 0
            if number >= cap:
                break
        return number

    def _matching(self) -> _Branch:
        if self.sqlite:
            asked = " AND ".join(f'"{" ".join(phrase)}"' for phrase in self.phrases)
            matches = column("claim_index").bool_op("MATCH")(literal(asked, String))
            return _Branch(select(_INDEX.c.rowid.label("seq")).where(matches), _INDEX.c.rowid)
        return _Branch(select(ClaimWords.seq).where(self._says()), ClaimWords.seq.expression)


def _claims(*conditions: ColumnElement[bool], sort: bool = False) -> _Branch:
    """Claims by an index that ends in their number; with `sort`, by one that does not, and few of them."""
    # An expression cannot be served by the primary key, so the planner is not tempted to walk along that.
    seq = Claim.seq + 0 if sort else Claim.seq.expression
    return _Branch(select(Claim.seq).where(*conditions), seq)


def _facet(facet: str, value: str) -> _Branch:
    return _Branch(select(Facet.seq).where(Facet.facet == facet, Facet.value == value), Facet.seq.expression)


def _has(facet: str, values: Sequence[str]) -> ColumnElement[bool]:
    held = select(literal(1)).where(Facet.facet == facet, Facet.value.in_(values), Facet.seq == Claim.seq)
    return held.correlate(Claim).exists()


def _folded(names: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(folded for name in names if (folded := fold(name))))


def _clamped(count: int) -> int:
    return max(-(2**63), min(2**63 - 1, count))


def _tsquery(asked: Phrases) -> str:
    return " & ".join("(" + " <-> ".join(f"'{word}'" for word in phrase) + ")" for phrase in asked)
