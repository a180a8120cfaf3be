"""What is told of an event: its values with how many tell each, and how many sources it has."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from claims.events import sources
from claims.events.happening import Value
from claims.model import Fact, Member

# What says what a number is a number of.
_OF_A_NUMBER = ("qualifier", "per_side", "side", "subject", "outcome")
Said = tuple[str, Any, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Told:
    """A value of a field, and who tells it."""

    field: str
    value: Value
    articles: int
    independent_sources: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What all members of an event tell together."""

    told: tuple[Told, ...]
    independent_sources: int


def summary(members: Sequence[Member]) -> Summary:
    """What these members of one event tell, those values first that most articles tell."""
    values: dict[Hashable, tuple[Said, list[Member]]] = {}
    for member in members:
        for name, value, of in _said(member.fact):
            key = (name, str(value), tuple(sorted(of.items())))
            values.setdefault(key, ((name, value, of), []))[1].append(member)
    groups = sources.sources(members)
    told = [_told(said, tellers, groups) for said, tellers in values.values()]
    order = {name: place for place, name in enumerate(dict.fromkeys(one.field for one in told))}
    told.sort(key=lambda one: (order[one.field], -one.articles))
    return Summary(tuple(told), len(groups))


def _told(said: Said, tellers: Sequence[Member], groups: Sequence[frozenset[str]]) -> Told:
    name, value, of = said
    articles = {member.article_id for member in tellers}
    independent = sum(not articles.isdisjoint(group) for group in groups)
    return Told(name, Value(value, tuple(tellers), of), len(articles), independent)


def _said(fact: Fact) -> Iterator[Said]:
    """The values in a fact, with what each is a value of."""
    yield "status", fact.status, {}
    if fact.dated and fact.first is not None and fact.last is not None:
        yield "date", _edtf(fact.first, fact.last), {}
    if fact.spot is not None:
        yield "place", fact.spot.names[-1], {}
    counted = "count" in fact.values
    for name, value in fact.values.items():
        if value is None or (counted and name in _OF_A_NUMBER):
            continue
        of = {n: v for n in _OF_A_NUMBER if (v := fact.values.get(n)) not in (None, False)} if name == "count" else {}
        yield name, value, of


def _edtf(first: date, last: date) -> str:
    return first.isoformat() if first == last else f"{first.isoformat()}/{last.isoformat()}"
