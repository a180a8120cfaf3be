"""Talks as events: one meeting, round or call."""

from __future__ import annotations

import re
from collections.abc import Iterable

from claims.events.days import FORWARD, Meeting, gap, meeting, narrow
from claims.events.disputes import stories
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
from claims.model import Claim, Fact, Spot

# A round that is put off keeps its number for so long; after that another count of rounds has begun.
_PUT_OFF = 14
_BUILDING = re.compile(
    r"\b(?:palace|hotel|house|residence|villa|castle|kremlin|embassy|ministry|headquarters|airport|centre|center|hall"
    r"|base|resort|club|parliament|mansion|office)\b",
    re.IGNORECASE,
)
_CALL, _MET = frozenset(("call",)), frozenset(("meeting", "summit"))


def _tell(claim: Claim, named: tuple[str, ...]) -> Iterable[Told]:
    details = claim.details
    parties = tuple(details.get("parties") or ()) or named
    values = {"round": details.get("round"), "format": details.get("format")}
    yield Told("meeting", parties, spot_of(details.get("place")), values=values)


def _likeness(one: Fact, other: Fact) -> int:
    shared = _shared(one, other)
    rounds = _rounds(one, other)
    where = None if one.spot is None or other.spot is None else _same_place(one.spot, other.spot)
    when = meeting(one, other)
    if shared == 0 or rounds is False or (where is False and not rounds) or _other_format(one, other):
        return APART
    if when is Meeting.APART:
        put_off = rounds and shared >= 2 and gap(one, other) <= _PUT_OFF
        return SOMETHING if put_off else APART
    sure = bool(rounds) + bool(where)
    if when is Meeting.EXACT:
        return ALL if shared >= 2 else (MUCH if sure else NOTHING)
    if when is Meeting.UNSURE or shared < 2:
        return NOTHING
    return MUCH if rounds else (SOMETHING if where else _within(one, other))


def _misdated(one: Fact, other: Fact) -> bool:
    """Whether two meetings a day apart may be one: of the same two at one place, or planned and begun a day off."""
    if gap(one, other) != 1 or not (narrow(one) and narrow(other)) or _shared(one, other) < 2:
        return False
    if _rounds(one, other) is False or _other_format(one, other):
        return False
    if one.spot is None or other.spot is None:
        return False
    where = _same_place(one.spot, other.spot)
    return where is True or (where is None and (one.status in FORWARD) != (other.status in FORWARD))


def _same_place(one: Spot, other: Spot) -> bool | None:
    """Whether two places are one; None where they may be, as a palace may stand in any city."""
    where = same_spot(one, other)
    return None if where is False and (_is_building(one) or _is_building(other)) else where


def _is_building(spot: Spot) -> bool:
    """Whether a place is one within a city, of which nothing tells where it lies."""
    return spot.geonames_id is None and _BUILDING.search(spot.names[0]) is not None


def _within(one: Fact, other: Fact) -> int:
    """A day inside a stretch of days: "May 23 to 25" and "May 24", but not "in May"."""
    short = all(fact.dated and fact.first and fact.last and (fact.last - fact.first).days < 7 for fact in (one, other))
    return SOMETHING if short and (narrow(one) or narrow(other) or one.first == other.first) else NOTHING


def _shared(one: Fact, other: Fact) -> int:
    """How many parties the two share; 0 where each has one that the other has not, and but one is common to both."""
    mine, theirs = set(one.parties), set(other.parties)
    if len(mine) < 2 or len(theirs) < 2:
        return 0 if same_parties(one, other) == 0 else min(1, len(mine | theirs))
    shared = mine & theirs
    return len(shared) if len(shared) >= 2 or mine <= theirs or theirs <= mine else 0


def _rounds(one: Fact, other: Fact) -> bool | None:
    mine, theirs = one.values.get("round"), other.values.get("round")
    return None if mine is None or theirs is None else bool(mine == theirs)


def _other_format(one: Fact, other: Fact) -> bool:
    formats = {one.values.get("format"), other.values.get("format")}
    return bool(formats & _CALL) and bool(formats & _MET)


HAPPENING = Happening(
    families=("meeting",),
    tell=_tell,
    likeness=_likeness,
    contradictions=stories("held"),
    by_party=True,
    reach=_PUT_OFF,
    span=31,
    misdated=_misdated,
)
