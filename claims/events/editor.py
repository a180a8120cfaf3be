"""The editor of events: what the store asks of the heart when claims come, change or go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from claims.events import days, facts, grouping
from claims.events.happening import Contradiction, Happening
from claims.model import Article, Claim, Fact, Member

# So many ways in which a neighbourhood is told are dealt out anew; of a larger one only what is added.
_DEALT_ANEW = 150
# More than these ways in which one event is told are not compared with each other.
_WEIGHED = 60


class Editor:
    """Decides which facts are of one happening, by what each kind brings for it."""

    def __init__(self, happenings: Mapping[str, Happening]) -> None:
        self._happenings = happenings

    def facts(self, article: Article, claims: Sequence[Claim]) -> tuple[tuple[Fact, ...], ...]:
        """The facts that each claim of an article tells."""
        return facts.facts(article, claims, self._happenings)

    def looks(self, fact: Fact) -> Iterable[tuple[str, date, date]]:
        """Under which keys, and in which days, events are kept that the fact may belong to; none without time."""
        if fact.first is None or fact.last is None:
            return ()
        reach = timedelta(self._happenings[fact.kind].reach)
        first, last = max(fact.first, date.min + reach) - reach, min(fact.last, date.max - reach) + reach
        return [(key, first, last) for key in fact.looks]

    def party_keys(self, party: str) -> list[str]:
        """The keys under which events of a party are kept, by its usual English name."""
        kinds = ((kind, happening) for kind, happening in self._happenings.items() if happening.by_party)
        return [facts.party_key(kind, family, party) for kind, happening in kinds for family in happening.families]

    def deal(
        self, added: Sequence[Member], known: Sequence[Member], apart: frozenset[frozenset[str]]
    ) -> list[tuple[str | None, list[Member]]]:
        """The members in clusters, each with the id of the event as which it goes on, None for a new one.

        `known` are members of events, `added` ones without; the very objects given come back.
        """
        many = len(added) + len(known) > _DEALT_ANEW
        asked = {id(m): replace(m, confirmed=True) if many else m for m in known}
        given = {id(copy): m for m in known for copy in (asked[id(m)],)}
        clusters = grouping.grouped([*added, *asked.values()], self._happenings, apart=apart)
        named = grouping.identified(clusters)
        return [(event_id, [given.get(id(m), m) for m in cluster.members]) for event_id, cluster in named]

    def extent(self, told: Sequence[Fact]) -> tuple[date | None, date | None]:
        """The days of an event: of those facts that state it most closely, the first and the last day."""
        for some in (
            [f for f in told if days.narrow(f)],
            [f for f in told if f.dated],
            told,
        ):
            stretches = [(f.first, f.last) for f in some if f.first is not None and f.last is not None]
            if stretches:
                return min(first for first, _ in stretches), max(last for _, last in stretches)
        return None, None

    def contradictory(self, members: Sequence[Member], added: Sequence[Member] | None = None) -> bool:
        """Whether the members of one event contradict each other; where they did not before some were `added`, whether
        they do now."""
        weighed = members[-_WEIGHED:]
        if added is not None:
            pairs = ((one, other) for one in added for other in weighed if other is not one)
            if not any(self.contradictions(pair) for pair in pairs):
                return False
        return bool(self.contradictions(weighed))

    def contradictions(self, members: Sequence[Member]) -> list[Contradiction]:
        """Where the members of one event contradict each other."""
        return list(self._happenings[members[0].fact.kind].contradictions(members)) if members else []
