"""Prisoners as events: one exchange or release, one handover of bodies, one capture, one number that is held."""

from __future__ import annotations

import re
from collections.abc import Iterable

from claims import captives
from claims.events.count import Count, agree, count_of, marks_of, near
from claims.events.days import Meeting, meeting, narrow
from claims.events.disputes import over_numbers
from claims.events.happening import ALL, APART, MUCH, NOTHING, SOMETHING, Happening, Told, same_parties
from claims.model import Claim, Fact

HANDOVER = "handover"
_FAMILIES = {
    captives.EXCHANGED: HANDOVER,
    captives.RELEASED: HANDOVER,
    captives.RETURNED: HANDOVER,
    captives.CAPTURED: "capture",
    captives.HELD: "holding",
    captives.KILLED: "killing",
}
_BODIES = "bodies"
_PLAIN = frozenset((captives.UNSPECIFIED, captives.SOLDIERS, captives.DETAINEES))


def _tell(claim: Claim, named: tuple[str, ...]) -> Iterable[Told]:
    details = claim.details
    family = _FAMILIES.get(str(details.get("action")), HANDOVER)
    if family == HANDOVER and details.get("subject") == captives.BODIES:
        family = _BODIES
    side = details.get("side")
    parties = tuple(dict.fromkeys([*([side] if side else []), *named]))
    names = ("count", "qualifier", "per_side", "action", "subject", "side")
    values = {name: details.get(name) for name in names}
    # Many are captured, held or killed on one day; what tells them apart is their number.
    number = Count(details.get("count"), str(details.get("qualifier")))
    marks = None if family in (HANDOVER, _BODIES) else marks_of(number)
    yield Told(family, parties, None, marks, values)


def _likeness(one: Fact, other: Fact) -> int:
    if same_parties(one, other) == 0:
        return APART
    when = meeting(one, other)
    if when is Meeting.APART:
        return APART
    if when is Meeting.UNSURE:
        return NOTHING
    handover = one.family in (HANDOVER, _BODIES)
    mine, theirs = count_of(one), count_of(other)
    if comparable(one, other):
        alike = agree(mine, theirs)
        if when is Meeting.EXACT and (handover or alike):
            return ALL if alike else MUCH
        if mine.number is None or theirs.number is None:
            return NOTHING
        if alike:
            return MUCH if mine.exact and theirs.exact else SOMETHING
        if handover and (_part_of(one, other) or _part_of(other, one)):
            return SOMETHING
        return SOMETHING if handover and not (one.dated and other.dated) and near(mine, theirs) else NOTHING
    if when is Meeting.EXACT:
        return MUCH if handover else NOTHING
    return SOMETHING if handover and not (one.dated and other.dated) and _about_one_day(one, other) else NOTHING


def comparable(one: Fact, other: Fact) -> bool:
    """Whether two numbers are of the same people: of one sort, and of the same side where both say whose."""
    mine, theirs = one.values, other.values
    if mine.get("side") and theirs.get("side") and mine["side"] != theirs["side"]:
        return bool(mine.get("per_side") or theirs.get("per_side"))
    sorts = {str(mine.get("subject")), str(theirs.get("subject"))}
    return len(sorts) == 1 or sorts <= _PLAIN or captives.UNSPECIFIED in sorts


def of_the_same(one: Fact, other: Fact) -> bool:
    """Whether one of two numbers is wrong where they differ: not where one may be a part of the other."""
    mine, theirs = one.values, other.values
    sorts = {str(mine.get("subject")), str(theirs.get("subject"))}
    if not comparable(one, other) or not (len(sorts) == 1 or sorts <= _PLAIN):
        return False
    sided = [bool(v.get("side") or v.get("per_side")) for v in (mine, theirs)]
    whole = [v.get("action") == captives.EXCHANGED for v in (mine, theirs)]
    # How many one side let go, without a word on whose they are, is a part of those who were exchanged.
    return not any(not s and not w for s, w in zip(sided, whole, strict=True)) or whole[0] == whole[1]


def _part_of(part: Fact, whole: Fact) -> bool:
    """Whether a smaller number of some sort of people, without a day of its own, may be told of those freed on the one
    day that its article names: "Among them were 270 soldiers"."""
    if part.dated or not narrow(whole) or (part.first, part.last) != (whole.first, whole.last):
        return False
    sorts = part.values.get("subject"), whole.values.get("subject")
    smaller = (count_of(part).number or 0) < (count_of(whole).number or 0)
    return smaller and sorts[0] != sorts[1] == captives.UNSPECIFIED


def _about_one_day(one: Fact, other: Fact) -> bool:
    """Whether two facts without a date were published about one day: the numbers of two sides of one exchange."""
    return one.last is not None and other.last is not None and abs((one.last - other.last).days) <= 1


# "The exchange took place on Friday", with its numbers elsewhere.
_TOOK_PLACE = re.compile(
    r"\b(?:The|the|This) (?:(?:prisoners?|captives?|hostages?|body|bodies) )?"
    r"(?:exchange|swap|handover|release|transfer)(?: [^.;,]{0,60}?)?,? "
    r"(?:took place|happened|occurred|was (?:carried out|held|completed|conducted|made))\b[^.;]{0,80}"
)


HAPPENING = Happening(
    families=(HANDOVER, _BODIES, "capture", "holding", "killing"),
    tell=_tell,
    likeness=_likeness,
    contradictions=over_numbers(of_the_same),
    by_party=True,
    reach=0,
    span=31,
    took_place=_TOOK_PLACE,
)
