"""Territory as events: one fight for a place, or one giving up of it."""

from __future__ import annotations

from collections.abc import Iterable

from claims.conquest import ADVANCED, ANNEXED, CAPTURED, CEDES, HOLDS, WITHDREW
from claims.events.days import Meeting, gap, meeting, narrow
from claims.events.disputes import over_ground
from claims.events.happening import ALL, APART, MUCH, NOTHING, SOMETHING, Happening, Told, same_spot, spot_of
from claims.model import Claim, Fact
from claims.values.parties import country_code

_FAMILIES = {CEDES: "cession", ANNEXED: "annexation"}
# What is told of a town within so many days is told of one fight for it.
_FIGHT = 10
_WIDE_FIGHT = 2
_SAME_DEED = {CAPTURED: "take", ADVANCED: "take", HOLDS: "hold", WITHDREW: "leave"}


def _tell(claim: Claim, named: tuple[str, ...]) -> Iterable[Told]:
    details = claim.details
    actor = details.get("actor")
    parties = tuple(dict.fromkeys([*([actor] if actor else []), *named]))
    action = str(details.get("action"))
    values = {name: details.get(name) for name in ("actor", "action", "area_km2", "share_percent")}
    for place in details.get("places") or ():
        yield Told(_FAMILIES.get(action, "control"), parties, spot_of(place), values=values)


def _likeness(one: Fact, other: Fact) -> int:
    if one.spot is None or other.spot is None:
        return APART
    where = same_spot(one.spot, other.spot)
    apart = gap(one, other)
    if where is False or apart > _FIGHT:
        return APART
    if one.family != "control":
        return MUCH if where and one.values.get("actor") == other.values.get("actor") else NOTHING
    if where is None:
        return NOTHING
    if _regional(one) or _regional(other):
        return _of_a_region(one, other, apart)
    if meeting(one, other) is Meeting.EXACT:
        return ALL
    return MUCH if apart <= _FIGHT / 2 else SOMETHING


def _regional(fact: Fact) -> bool:
    """Whether it is told of a region, or may be: "advanced in Sumy", which is a town's name, too."""
    spot, values = fact.spot, fact.values
    if spot is None or any(country_code(name) for name in spot.names):
        return True
    measured = values.get("share_percent") is not None or values.get("area_km2") is not None
    return (spot.wide or spot.region in spot.names) and (values.get("action") == ADVANCED or measured)


def _of_a_region(one: Fact, other: Fact, apart: int) -> int:
    """Many things happen in a region at once: only the same deed of the same side, about then, is taken for one."""
    mine, theirs = one.values, other.values
    same_deed = _SAME_DEED.get(str(mine.get("action"))) == _SAME_DEED.get(str(theirs.get("action")))
    if not same_deed or mine.get("actor") != theirs.get("actor"):
        return NOTHING
    shares = {mine.get("share_percent"), theirs.get("share_percent")}
    if None not in shares and len(shares) == 1 and apart <= _FIGHT:
        return MUCH
    return SOMETHING if narrow(one) and narrow(other) and apart <= _WIDE_FIGHT else NOTHING


HAPPENING = Happening(
    families=("control", *_FAMILIES.values()),
    tell=_tell,
    likeness=_likeness,
    contradictions=over_ground,
    by_party=False,
    reach=_FIGHT,
    span=31,
)
