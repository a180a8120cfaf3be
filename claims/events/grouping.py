"""Grouping: which facts are told of one happening.

The facts of a neighbourhood are dealt out anew whenever one is added, the most definite ones first, so that the order
in which articles came does not matter. What a person confirmed stays where it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from claims.events import days
from claims.events.happening import APART, NOTHING, Happening
from claims.model import Fact, Member, Status

# What is told in one article is more likely told of one happening.
_SAME_ARTICLE = 0.5
_HARDLY = 0.01


@dataclass(eq=False)
class Cluster:
    """Members held to tell of one happening, of those that tell the very same one in `told`.

    `event_id` is set where a person confirmed members of it.
    """

    members: list[Member] = field(default_factory=list)
    told: list[Member] = field(default_factory=list)
    event_id: str | None = None
    # What is stated: the first and the last day, and the longest stretch of days.
    first: date = date.max
    last: date = date.min
    longest: int = 0

    def take(self, alike: Sequence[Member]) -> None:
        """Adds members that tell the very same."""
        self.members += alike
        self.told.append(alike[0])
        fact = alike[0].fact
        if fact.dated and fact.first is not None and fact.last is not None:
            self.first, self.last = min(self.first, fact.first), max(self.last, fact.last)
            self.longest = max(self.longest, days.length(fact))

    def holds(self, fact: Fact, span: int) -> bool:
        """Whether a fact is of its kind and family, and states no day further from its own than one happening's are."""
        one = self.told[0].fact
        if (one.kind, one.family) != (fact.kind, fact.family):
            return False
        if not fact.dated or fact.first is None or fact.last is None or not self.longest:
            return True
        apart = (max(self.last, fact.last) - min(self.first, fact.first)).days
        return apart <= max(span, self.longest, days.length(fact))

    def join(self, other: Cluster) -> None:
        """Adds all members of another one."""
        self.members += other.members
        self.told += other.told
        self.event_id = self.event_id or other.event_id
        self.first, self.last = min(self.first, other.first), max(self.last, other.last)
        self.longest = max(self.longest, other.longest)


def grouped(
    members: Sequence[Member], happenings: Mapping[str, Happening], *, apart: frozenset[frozenset[str]] = frozenset()
) -> list[Cluster]:
    """The members in clusters, one for each happening, in the order of their days.

    `apart` holds pairs of events (or claims' events) that a person has parted: their members are never put together.
    """
    clusters: dict[str, Cluster] = {}
    for member in members:
        if member.confirmed and member.event_id is not None:
            clusters.setdefault(member.event_id, Cluster(event_id=member.event_id)).take([member])
    found = list(clusters.values())
    for alike in _twins(m for m in sorted(members, key=_turn) if not m.confirmed):
        _deal(alike, found, happenings[alike[0].fact.kind], apart)
    for happening in happenings.values():
        if happening.misdated is not None:
            _join_moved(found, happening, apart)
            _join_misdated(found, happening, happening.misdated, apart)
    return sorted(found, key=lambda c: min(_turn(m)[2:] for m in c.members))


def identified(clusters: Sequence[Cluster]) -> list[tuple[str | None, Cluster]]:
    """Each cluster with its event's id: the one that most of its members had, each id once; None for a new one."""
    taken = {c.event_id for c in clusters if c.event_id is not None}
    named: dict[int, str] = {index: c.event_id for index, c in enumerate(clusters) if c.event_id is not None}
    wishes = []
    for index, cluster in enumerate(clusters):
        if cluster.event_id is None:
            votes: dict[str, int] = {}
            for member in cluster.members:
                if member.event_id is not None:
                    votes[member.event_id] = votes.get(member.event_id, 0) + 1
            wishes += [(-count, event_id, index) for event_id, count in votes.items()]
    for _, event_id, index in sorted(wishes):
        if index not in named and event_id not in taken:
            named[index] = event_id
            taken.add(event_id)
    return [(named.get(index), cluster) for index, cluster in enumerate(clusters)]


def _twins(members: Iterable[Member]) -> list[list[Member]]:
    """Members that tell the very same, together: there is no need to compare each of them."""
    twins: dict[object, list[Member]] = {}
    for member in members:
        fact = member.fact
        mark = (fact.kind, fact.family, fact.first, fact.last, fact.dated, fact.parties, fact.theatre, fact.spot)
        same = (*mark, fact.status, tuple(sorted((k, str(v)) for k, v in fact.values.items())))
        twins.setdefault(same if fact.dated else (*same, member.article_id), []).append(member)
    return list(twins.values())


def _turn(member: Member) -> tuple[bool, int, date, int, str, int]:
    """The most definite first; the earliest among equals."""
    fact = member.fact
    told = sum(value is not None for value in (fact.spot, *fact.values.values()))
    return not fact.dated, days.length(fact), fact.first or date.min, -told, member.claim_id, member.number


def _deal(
    alike: Sequence[Member], clusters: list[Cluster], happening: Happening, apart: frozenset[frozenset[str]]
) -> None:
    member = alike[0]
    liked = [(weight, c) for c in clusters if (weight := _weight(member, c, happening, apart)) > NOTHING]
    if not liked:
        clusters.append(_alone(alike))
        return
    best = max(weight for weight, _ in liked)
    equals = [c for weight, c in liked if best - weight < _HARDLY]
    first = equals[0]
    for other in equals[1:]:
        if not _joined(first, other, happening, apart):
            # It could be told of either: refuse rather than guess.
            clusters.append(_alone(alike))
            return
    for other in equals[1:]:
        first.join(other)
        clusters.remove(other)
    first.take(alike)


def _alone(alike: Sequence[Member]) -> Cluster:
    cluster = Cluster()
    cluster.take(alike)
    return cluster


def _weight(member: Member, cluster: Cluster, happening: Happening, apart: frozenset[frozenset[str]]) -> float:
    """How much speaks for a member's being of a cluster; APART where anything speaks against it."""
    best: float = NOTHING
    if not cluster.holds(member.fact, happening.span):
        return APART
    for other in cluster.told:
        if _parted(member, other, apart):
            return APART
        weight: float = happening.likeness(member.fact, other.fact)
        if weight == APART:
            return APART
        if weight > NOTHING and member.article_id == other.article_id:
            weight += _SAME_ARTICLE
        best = max(best, weight)
    return best


def _joined(one: Cluster, other: Cluster, happening: Happening, apart: frozenset[frozenset[str]]) -> bool:
    """Whether nothing speaks against two clusters' being of one happening."""
    if one.event_id is not None and other.event_id is not None:
        return False
    return all(_weight(member, other, happening, apart) != APART for member in one.told)


def _join_moved(clusters: list[Cluster], happening: Happening, apart: frozenset[frozenset[str]]) -> None:
    """Joins the two days of what a sentence tells as moved from the one to the other."""
    mine = [c for c in clusters if c.told[0].fact.family in happening.families]
    given_up = _by_sentence(mine, (Status.CANCELLED,))
    if not given_up:
        return
    ahead = _by_sentence(mine, days.FORWARD)
    home = {id(member): cluster for cluster in mine for member in cluster.members}
    for sentence, off in given_up.items():
        new = ahead.get(sentence)
        if new is None or days.gap(off.fact, new.fact) > happening.reach:
            continue
        one, other = home[id(off)], home[id(new)]
        free = one.event_id is None or other.event_id is None
        if one is not other and free and not any(_parted(a, b, apart) for a in one.told for b in other.told):
            one.join(other)
            clusters.remove(other)
            home.update((id(member), one) for member in other.members)


def _by_sentence(clusters: Sequence[Cluster], statuses: Collection[str]) -> dict[tuple[str, str], Member]:
    """The members of these statuses that state a day, by their articles and quotes."""
    told = (m for c in clusters for m in c.members if m.fact.status in statuses and m.fact.dated)
    return {(member.article_id, member.quote): member for member in told}


def _join_misdated(
    clusters: list[Cluster],
    happening: Happening,
    misdated: Callable[[Fact, Fact], bool],
    apart: frozenset[frozenset[str]],
) -> None:
    """Joins what different articles tell of two neighbouring days, where it can be one happening and no third."""
    dated = [c for c in clusters if c.longest and c.told[0].fact.family in happening.families]
    dated.sort(key=lambda c: c.first)
    told = [[m for m in c.told if m.fact.dated] for c in dated]
    pairs = []
    for at, one in enumerate(dated):
        for beside in range(at + 1, len(dated)):
            other = dated[beside]
            if (other.first - one.last).days > 1:
                break
            # The first two tell most pairs apart.
            if misdated(told[at][0].fact, told[beside][0].fact) and all(
                misdated(a.fact, b.fact) and not _parted(a, b, apart) for a in told[at] for b in told[beside]
            ):
                pairs += [(one, other)] if _may_be_one(one, other) else []
    chances = Counter(id(cluster) for pair in pairs for cluster in pair)
    for one, other in pairs:
        if chances[id(one)] == chances[id(other)] == 1:
            one.join(other)
            clusters.remove(other)


def _may_be_one(one: Cluster, other: Cluster) -> bool:
    if one.event_id is not None and other.event_id is not None:
        return False
    # Who tells of both tells of two.
    return {m.article_id for m in one.members}.isdisjoint(m.article_id for m in other.members)


def _parted(one: Member, other: Member, apart: frozenset[frozenset[str]]) -> bool:
    return bool(apart) and frozenset((one.event_id or "", other.event_id or "")) in apart
