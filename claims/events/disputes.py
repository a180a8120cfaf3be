"""Where the claims of one event contradict each other: what cannot all be true, told by different voices.

A plan that comes true is no contradiction, nor is a number told more exactly, or a toll that grew.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from claims.events.count import agree, count_of
from claims.events.days import FORWARD, HELD, Meeting, meeting, narrow
from claims.events.happening import Contradiction, Value
from claims.model import Fact, Member, Status

_AGAINST: dict[str, frozenset[Status]] = {
    Status.CANCELLED: HELD | {Status.SCHEDULED},
    Status.DENIED: HELD | {Status.SCHEDULED},
}
_SITTINGS = frozenset(("meeting", "summit", "call"))
# Of an event that is told in more ways, the earliest are compared; and so many values are named in a reason.
_MOST, _NAMED = 120, 6
# Of one article's numbers the first so many are looked through for what explains another.
_BESIDE = 40
Pair = tuple[Member, Member]
Contradicts = Callable[[Sequence[Member]], Iterable[Contradiction]]


def stories(held: str) -> Contradicts:
    """Contradictions in what became of a meeting, `held` being the word for one that took place, and in its day."""

    def found(members: Sequence[Member]) -> Iterator[Contradiction]:
        yield from _status(members, held)
        done = [m for m in members if m.fact.status in HELD and narrow(m.fact)]
        planned = [m for m in members if m.fact.status == Status.SCHEDULED and narrow(m.fact)]
        pairs = [p for p in _pairs(done) if _of_other_days(*p)]
        # What is planned later may be planned anew.
        at_once = [p for p in _pairs(planned) if not _told_before(*p) and not _told_before(*p[::-1])]
        pairs += [p for p in at_once if _of_other_days(*p)]
        yield from _told("date", pairs, [*done, *planned], lambda m: (str(m.fact.first), {}))

    return found


def over_numbers(comparable: Callable[[Fact, Fact], bool], *, rising: bool = False) -> Contradicts:
    """Contradictions in how many there were, and in whether it happened. Where numbers are `rising` with the days, a
    later one that is higher contradicts none before it."""

    def clash(one: Member, other: Member) -> bool:
        mine, theirs = count_of(one.fact), count_of(other.fact)
        if not comparable(one.fact, other.fact) or agree(mine, theirs) or _tense(one) != _tense(other):
            return False
        if meeting(one.fact, other.fact) is Meeting.LOOSE and one.fact.dated and other.fact.dated:
            return False  # of a stretch of days, and of one of them
        return not (rising and _grown(one, other))

    def found(members: Sequence[Member]) -> Iterator[Contradiction]:
        yield from _status(members, "told as done")
        counted = [m for m in members if count_of(m.fact).number is not None and _tense(m) is not None]
        pairs = [p for p in _pairs(counted) if clash(*p)]
        sided = [told[0] for told in _tellings(counted).values() if told[0].fact.values.get("side") is not None][:_MOST]
        beside = _by_article(counted) if pairs else {}
        pairs = [p for p in pairs if not _explained(p, sided, beside) and not _is_part(p, beside, comparable)]
        yield from _told("count", pairs, counted, _number)

    return found


def over_ground(members: Sequence[Member]) -> Iterator[Contradiction]:
    """Contradictions in who took or holds a place: taken against denied, taken by one against held by another."""
    pairs = [p for p in _pairs(members) if _fought_over(*p) or _fought_over(*reversed(p))]
    yield from _told("status", pairs, members, _deed)


def _of_other_days(one: Member, other: Member) -> bool:
    return meeting(one.fact, other.fact) is Meeting.APART and _of_one_sitting(one, other)


def _of_one_sitting(one: Member, other: Member) -> bool:
    """Whether two days cannot both be told of one event: talks may last for days, a meeting does not."""
    mine, theirs = one.fact.values, other.fact.values
    numbered = mine.get("round") is not None and mine.get("round") == theirs.get("round")
    return numbered or {mine.get("format"), theirs.get("format")} <= _SITTINGS


def _fought_over(one: Member, other: Member) -> bool:
    """Whether the first tells of ground as taken, left or held, and the second, no earlier, that this is not so."""
    mine, theirs = one.fact, other.fact
    if mine.status not in HELD or _earlier(other, one):
        return False
    deed, reply = mine.values.get("action"), theirs.values.get("action")
    if theirs.status == Status.DENIED:
        return deed != "advanced" if reply in ("captured", "withdrew") else deed == reply
    lasting = theirs.status in HELD and reply == "holds"
    if deed == "captured":
        return lasting and _others(one, other)
    return deed == "withdrew" and lasting and not _others(one, other)


def _others(one: Member, other: Member) -> bool:
    actors = one.fact.values.get("actor"), other.fact.values.get("actor")
    return None not in actors and actors[0] != actors[1]


def _earlier(one: Member, other: Member) -> bool:
    """Whether the first was told before what the second tells of had happened."""
    return (
        one.published_on is not None
        and other.fact.first is not None
        and (one.published_on < (other.fact.first if other.fact.dated else other.published_on or other.fact.first))
    )


def _status(members: Sequence[Member], held: str) -> Iterator[Contradiction]:
    names = dict.fromkeys(HELD, held) | {Status.SCHEDULED: "scheduled"}

    moved = _moved(members)

    def clash(one: Member, other: Member) -> bool:
        if one.fact.status not in _AGAINST.get(other.fact.status, ()):
            return False
        if moved and (other.article_id, other.quote) in moved and _told_before(one, other):
            return False  # a plan that was moved to another day
        same_people = "count" not in one.fact.values or agree(count_of(one.fact), count_of(other.fact))
        return same_people and meeting(one.fact, other.fact) is not Meeting.APART

    def told(member: Member) -> tuple[str, dict[str, Any]]:
        return names.get(Status(member.fact.status), member.fact.status), {}

    yield from _told("status", [p for p in _pairs(members) if clash(*p) or clash(*reversed(p))], members, told)


def _moved(members: Sequence[Member]) -> frozenset[tuple[str, str]]:
    """The articles and quotes that give up a day for another one: "moved from Thursday to Friday"."""
    off = {(m.article_id, m.quote): m.fact for m in members if m.fact.status == Status.CANCELLED}
    if not off:
        return frozenset()
    ahead = [((m.article_id, m.quote), m.fact) for m in members if m.fact.status in FORWARD]
    return frozenset(at for at, fact in ahead if at in off and off[at].first != fact.first)


def _told_before(one: Member, other: Member) -> bool:
    return one.published_on is not None and other.published_on is not None and one.published_on < other.published_on


def _deed(member: Member) -> tuple[str, dict[str, Any]]:
    fact = member.fact
    if fact.status == Status.DENIED:
        return "denied", {"action": fact.values.get("action")}
    return str(fact.values.get("action")), {"actor": fact.values.get("actor")}


def _number(member: Member) -> tuple[int | None, dict[str, Any]]:
    values = member.fact.values
    told = {name: values.get(name) for name in ("qualifier", "per_side", "subject", "outcome", "side")}
    return values.get("count"), {name: value for name, value in told.items() if value not in (None, False)}


def _tense(member: Member) -> str | None:
    """Whether a number is told of what happened or of what is agreed; None where it says neither."""
    if member.fact.status in HELD:
        return "done"
    return "planned" if member.fact.status == Status.SCHEDULED else None


def _by_article(counted: Sequence[Member]) -> dict[str, list[Member]]:
    """What each article counts: the first of its numbers, each once."""
    found: dict[str, dict[Hashable, Member]] = {}
    for member in counted:
        told = found.setdefault(member.article_id, {})
        if len(told) < _BESIDE:
            told.setdefault((_voice(member), _telling(member)), member)
    return {article: list(told.values()) for article, told in found.items()}


def _is_part(pair: Pair, beside: Mapping[str, Sequence[Member]], comparable: Callable[[Fact, Fact], bool]) -> bool:
    """Whether one of two numbers is a part of the other: the voice that tells it tells the whole, too, or the other
    parts that make it up ("270 soldiers and 120 civilians" are 390)."""
    for whole, part in (pair, pair[::-1]):
        total, number = count_of(whole.fact), count_of(part.fact)
        if not (total.exact and number.exact) or (total.number or 0) < (number.number or 0):
            continue
        # "Among them were 270", without a day of its own, is a part whoever tells it.
        vague = not part.fact.dated and whole.fact.values.get("subject") != part.fact.values.get("subject")
        others = [m for m in beside[part.article_id] if m is not part and (vague or _voice(m) == _voice(part))]
        others = [m for m in others if count_of(m.fact).exact and _tense(m) == _tense(part)]
        if any(comparable(whole.fact, m.fact) and agree(total, count_of(m.fact)) for m in others):
            return True
        parts = [m for m in others if _of_one_people(m, part)]
        numbers = [count_of(m.fact).number or 0 for m in parts]
        sums = {*numbers, sum(numbers)} if numbers else set()
        if (total.number or 0) - (number.number or 0) in sums:
            return True
    return False


def _of_one_people(one: Member, other: Member) -> bool:
    """Whether two numbers are of different sorts of one side's people."""
    mine, theirs = one.fact.values, other.fact.values
    same = all(mine.get(name) == theirs.get(name) for name in ("side", "outcome", "per_side"))
    return same and mine.get("subject") != theirs.get("subject")


def _explained(pair: Pair, sided: Sequence[Member], counted: Mapping[str, Sequence[Member]]) -> bool:
    """Whether one of two numbers does not say whose people it counts, and agrees with what is told of other ones, or
    with both sides' together."""
    for one, other in (pair, pair[::-1]):
        if one.fact.values.get("side") is not None or one.fact.values.get("per_side"):
            continue
        side = other.fact.values.get("side")
        others = [m for m in sided if m.fact.values["side"] != side]
        if side is not None and any(agree(count_of(one.fact), count_of(m.fact)) for m in others):
            return True
        mine, theirs = count_of(one.fact), count_of(other.fact).number or 0
        sums = {theirs + (count_of(m.fact).number or 0) for m in others} if side is not None else set()
        # "Yemen freed 70, and the Houthis freed 250" is 320 in all.
        beside = [m for m in counted[other.article_id] if m is not other]
        sums |= {theirs + (count_of(m.fact).number or 0) for m in beside}
        if any(mine.number == total for total in sums):
            return True
    return False


def _grown(one: Member, other: Member) -> bool:
    low, high = sorted((one, other), key=lambda m: count_of(m.fact).number or 0)
    return low.published_on is not None and high.published_on is not None and high.published_on > low.published_on


def _pairs(members: Sequence[Member]) -> Iterator[Pair]:
    """Members of which each stands for all that tell the same as it, in pairs told by different voices: an article that
    tells two things in one voice tells of two things."""
    for one, other in combinations(list(_tellings(members).values())[:_MOST], 2):
        if (voices := {_voice(m) for m in one}) != {_voice(m) for m in other} or len(voices) > 1:
            yield one[0], other[0]


def _tellings(members: Sequence[Member]) -> dict[Hashable, list[Member]]:
    found: dict[Hashable, list[Member]] = {}
    for member in members:
        found.setdefault(_telling(member), []).append(member)
    return found


def _telling(member: Member) -> Hashable:
    """What a member tells, and when."""
    fact = member.fact
    values = tuple(sorted((name, str(value)) for name, value in fact.values.items()))
    return fact.status, fact.first, fact.last, fact.dated, values, member.published_on


def _voice(member: Member) -> tuple[str, str]:
    return member.article_id, member.speaker or ""


def _told(
    field: str,
    pairs: Sequence[Pair],
    members: Sequence[Member],
    value_of: Callable[[Member], tuple[Any, dict[str, Any]]],
) -> Iterator[Contradiction]:
    """The contradictions in pairs that contradict each other, with all members that tell the same as these: one for all
    that hang together."""
    tellings = _tellings(members) if pairs else {}
    for group in _hanging_together(pairs):
        values: dict[Hashable, list[Member]] = {}
        for telling in group:
            value, of = value_of(tellings[telling][0])
            values.setdefault((value, tuple(sorted(of.items()))), []).extend(tellings[telling])
        listed = [Value(value_of(told[0])[0], tuple(told), value_of(told[0])[1]) for told in values.values()]
        shown = dict.fromkeys(f"{one.value:,}" if isinstance(one.value, int) else str(one.value) for one in listed)
        reason = " against ".join(list(shown)[:_NAMED]) + (" and others" if len(shown) > _NAMED else "")
        yield Contradiction(field, reason, tuple(listed))


def _hanging_together(pairs: Sequence[Pair]) -> list[list[Hashable]]:
    """What the members of the pairs tell, in groups that share members."""
    beside: dict[Hashable, dict[Hashable, None]] = {}
    for one, other in pairs:
        beside.setdefault(_telling(one), {})[_telling(other)] = None
        beside.setdefault(_telling(other), {})[_telling(one)] = None
    groups, seen = [], set()
    for start in beside:
        if start in seen:
            continue
        seen.add(start)
        group = [start]
        for telling in group:
            fresh = [near for near in beside[telling] if near not in seen]
            seen.update(fresh)
            group += fresh
        groups.append(group)
    return groups
