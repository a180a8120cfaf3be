"""Casualties as events: one attack, battle or day of fighting, with its toll."""

from __future__ import annotations

from collections.abc import Iterable

from claims.events.count import agree, count_of, near
from claims.events.days import Meeting, gap, meeting
from claims.events.disputes import over_numbers
from claims.events.happening import (
    ALL,
    APART,
    MUCH,
    NOTHING,
    SOMETHING,
    Happening,
    Told,
    same_parties,
    same_spot,
    spot_of,
)
from claims.model import Claim, Fact

_DAYS = 3


def _tell(claim: Claim, named: tuple[str, ...]) -> Iterable[Told]:
    details = claim.details
    side = details.get("side")
    parties = tuple(dict.fromkeys([*([side] if side else []), *named]))
    names = ("count", "qualifier", "outcome", "subject", "side")
    values = {name: details.get(name) for name in names}
    yield Told("toll", parties, spot_of(details.get("place")), values=values)


def _likeness(one: Fact, other: Fact) -> int:
    where = None if one.spot is None or other.spot is None else same_spot(one.spot, other.spot)
    when = meeting(one, other)
    if where is False or when is Meeting.APART or (not where and same_parties(one, other) == 0):
        return APART
    mine, theirs = count_of(one), count_of(other)
    same = comparable(one, other) and mine.number is not None and theirs.number is not None
    if where and not (one.spot and one.spot.wide):
        if when is Meeting.EXACT:
            return ALL
        about = when is Meeting.LOOSE and gap(one, other) <= _DAYS
        return MUCH if about and not (one.dated and other.dated) and (near(mine, theirs) or not same) else NOTHING
    if when is Meeting.EXACT and same and agree(mine, theirs):
        return MUCH if where else SOMETHING
    return NOTHING


def comparable(one: Fact, other: Fact) -> bool:
    """Whether two numbers are of the same people: with the same outcome, of one sort, of no two sides."""
    mine, theirs = one.values, other.values
    if mine.get("side") and theirs.get("side") and mine["side"] != theirs["side"]:
        return False
    sorts = {mine.get("subject"), theirs.get("subject")}
    return mine.get("outcome") == theirs.get("outcome") and len(sorts) == 1


HAPPENING = Happening(
    families=("toll",),
    tell=_tell,
    likeness=_likeness,
    contradictions=over_numbers(comparable, rising=True),
    by_party=True,
    reach=0,
    span=10,
)
