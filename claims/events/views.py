"""Events of one kind side by side: the talks of a calendar, what was told of a place, and the numbers of handovers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from claims import captives
from claims.events.count import Count, count_of, is_rounding
from claims.events.days import HELD
from claims.model import Member, Spot, Status

_CATEGORIES = {captives.SOLDIERS: "prisoners", captives.UNSPECIFIED: "prisoners"}


@dataclass(frozen=True, slots=True)
class Talk:
    """What is told most of one meeting. Its status is that told last; held once anybody tells so of a day gone by."""

    status: str | None
    parties: tuple[str, ...]
    place: Spot | None
    round: int | None
    format: str | None


@dataclass(frozen=True, slots=True)
class Number:
    """How many of one side's people of one sort changed hands: the least and the most told, None where it is open.

    `side` is None where nothing says whose they are; rounded numbers yield to those that they are rounded from.
    """

    side: str | None
    category: str
    low: int | None
    high: int | None


def talk_of(members: Sequence[Member]) -> Talk:
    """The meeting that the members of one event tell of."""
    facts = [member.fact for member in members]
    spots = [f.spot for f in facts if f.spot is not None]
    parties = _commonest(tuple(sorted(f.parties)) for f in facts if len(f.parties) > 1)
    return Talk(
        status=_status(members),
        parties=parties or _commonest(f.parties for f in facts if f.parties) or (),
        place=_commonest(spot for spot in spots if not spot.wide) or _commonest(spots),
        round=_commonest(f.values.get("round") for f in facts if f.values.get("round") is not None),
        format=_commonest(f.values.get("format") for f in facts if f.values.get("format") is not None),
    )


def known_by(members: Iterable[Member], as_of: date | None) -> list[Member]:
    """Those that had been told by a day, of what was then not ahead; all of them without one."""
    return [
        member
        for member in members
        if as_of is None or (_told_on(member) <= as_of and (member.fact.first or date.min) <= as_of)
    ]


def is_denial(member: Member) -> bool:
    """Whether a member says that what others tell is not so."""
    return member.fact.status == Status.DENIED


def numbers_of(members: Sequence[Member]) -> list[Number]:
    """The numbers of a handover by side and sort, of those who tell of it as done."""
    told: dict[tuple[str | None, str], list[Count]] = {}
    sides = sorted({side for m in members for side in m.fact.parties})
    for member in members:
        values, count = member.fact.values, count_of(member.fact)
        if member.fact.status not in HELD or count.number is None:
            continue
        subject = str(values.get("subject"))
        category = _CATEGORIES.get(subject, subject)
        for side in sides if count.each and len(sides) == 2 else [values.get("side")]:
            told.setdefault((side, category), []).append(count)
    said = {category for side, category in told if side is not None}
    # A number without a side may be of both together: it counts only where nothing is told of either.
    return [
        Number(side, category, *_bounds(counts))
        for (side, category), counts in sorted(told.items(), key=lambda item: (str(item[0][0]), item[0][1]))
        if side is not None or category not in said
    ]


def totals(events: Iterable[Sequence[Number]]) -> Iterator[list[Number]]:
    """The running totals after each handover, by side and sort; what is open in one of them is open in all after it."""
    sums: dict[tuple[str | None, str], tuple[int | None, int | None]] = {}
    for numbers in events:
        for one in numbers:
            low, high = sums.get((one.side, one.category), (0, 0))
            sums[one.side, one.category] = _sum(low, one.low), _sum(high, one.high)
        yield [Number(side, category, *both) for (side, category), both in sums.items()]


def _sum(total: int | None, number: int | None) -> int | None:
    return None if total is None or number is None else total + number


def _bounds(counts: Sequence[Count]) -> tuple[int | None, int | None]:
    exact = {count.number for count in counts if count.exact and count.number is not None}
    exact = {n for n in exact if not any(n != other and is_rounding(n, other) for other in exact)} or exact
    if exact:
        return min(exact), max(exact)
    least = [c.number for c in counts if c.qualifier in ("at_least", "about") and c.number is not None]
    most = [c.number for c in counts if c.qualifier in ("at_most", "about") and c.number is not None]
    return (min(least) if least else None), (max(most) if most else None)


def _status(members: Sequence[Member]) -> str | None:
    if not members:
        return None
    held = [m for m in members if m.fact.status in HELD]
    if held:
        return str(held[-1].fact.status)
    last = max(_told_on(member) for member in members)
    told: str = _commonest(member.fact.status for member in members if _told_on(member) == last)
    return told


def _told_on(member: Member) -> date:
    return member.published_on or date.min


def _commonest(values: Iterable[Any]) -> Any:
    """The value told most, the first among equals; None where none is told."""
    counted = Counter(values)
    return max(counted, key=lambda value: counted[value]) if counted else None
