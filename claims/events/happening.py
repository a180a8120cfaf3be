"""How claims of one kind are told to be of one happening: what each kind of claim brings for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from claims.model import Claim, Fact, Member, Place, Spot
from claims.values.parties import country_code

# Likeness of two facts: never of one happening; nothing that speaks for it; and ever more that does.
APART, NOTHING, SOMETHING, MUCH, ALL = -1, 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class Marks:
    """What an event is kept under, and looked for by, instead of parties and places: its numbers, say."""

    kept: tuple[str, ...]
    sought: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What a claim tells of one happening, before its time and its article's parties are added.

    With `marks` its neighbours are looked for by these alone.
    """

    family: str
    parties: tuple[str, ...] = ()
    spot: Spot | None = None
    marks: Marks | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Value:
    """A value that some members of an event tell; `of` says what it is a value of, where that needs saying."""

    value: Any
    members: tuple[Member, ...]
    of: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two values or more of one field that cannot all be true, and why."""

    field: str
    reason: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Happening:
    """How a kind's claims are compared.

    `families` are the sorts of happening that there are. `tell` gives what a claim tells, of several happenings where
    it names several, being given the parties that its quote names. `likeness` weighs whether two facts of one family
    are of one happening. `by_party` says that neighbours are looked for by their parties, besides by their place;
    `reach` is how many days the times of neighbours may lie apart, `span` how many days one happening may take.
    `took_place` finds words in an article that tell, maybe with a day, that what its claims tell of was carried out.
    `contradictions` looks at the members of one event. `misdated` tells whether two facts of neighbouring days may yet
    be of one happening, told of two days; None where none are.
    """

    families: tuple[str, ...]
    tell: Callable[[Claim, tuple[str, ...]], Iterable[Told]]
    likeness: Callable[[Fact, Fact], int]
    contradictions: Callable[[Sequence[Member]], Iterable[Contradiction]]
    by_party: bool
    reach: int
    span: int
    misdated: Callable[[Fact, Fact], bool] | None = None
    took_place: re.Pattern[str] | None = None


def spot_of(place: Place | None) -> Spot | None:
    """A place as facts have it: wide are countries and regions."""
    if place is None:
        return None
    names = tuple(dict.fromkeys(name for name in (place.name, place.canonical) if name))
    if not names:
        return None
    region_alone = place.geonames_id is None and place.region is None and place.country is not None
    wide = region_alone or any(country_code(name) for name in names)
    return Spot(names, place.geonames_id, place.region, place.country, wide, unsure=bool(place.candidates))


def same_spot(one: Spot, other: Spot) -> bool | None:
    """Whether two places are one; None where they may be, as a town and its region may."""
    if one.geonames_id is not None and one.geonames_id == other.geonames_id:
        return True
    inside = None if _within(one, other) or _within(other, one) else False
    if one.geonames_id is not None and other.geonames_id is not None:
        return inside
    if not set(_folded(one)) & set(_folded(other)):
        return inside
    if one.country and other.country and one.country != other.country:
        return False
    if one.region and other.region and one.region != other.region and not (one.wide or other.wide):
        return False
    if (one.unsure and one.region is None) or (other.unsure and other.region is None):
        return True if one == other else None
    return True if one.wide == other.wide else None


def same_parties(one: Fact, other: Fact) -> int | None:
    """How many parties two facts share, those that their articles tell of counting where they name none in common; None
    where one of them tells of none at all."""
    mine, theirs = set(one.parties), set(other.parties)
    shared = mine & theirs or mine & set(other.theatre) or theirs & set(one.theatre)
    if not mine and not theirs:
        shared = set(one.theatre) & set(other.theatre)
    if not (mine or one.theatre) or not (theirs or other.theatre):
        return None
    return len(shared)


def _within(inner: Spot, outer: Spot) -> bool:
    """Whether the outer place is the region or the country of the inner one, as far as can be told."""
    if not outer.wide:
        return False
    named = set(_folded(outer))
    if inner.region is not None and inner.region.casefold() in named:
        return True
    return outer.region is None and outer.country is not None and outer.country == inner.country


def _folded(spot: Spot) -> tuple[str, ...]:
    return tuple(name.casefold() for name in spot.names)
