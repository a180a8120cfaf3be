"""What others hold of the happenings that a draft's claims tell of, and where it does not fit together."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from claims.events import sources
from claims.events.days import FORWARD
from claims.events.editor import Editor
from claims.events.happening import Contradiction, Value
from claims.model import Article, Claim, Fact, Member, plain

# Of the ways in which an event is told, so many are held against a claim; of those that contradict it, and of those
# that do not, so many are then weighed against each other.
_LOOKED_AT, _WEIGHED = 300, 20
# So many claims, and names of who says so, are told of one value.
MOST_TOLD = 200


class Verdict(StrEnum):
    """How a claim stands to what is held already."""

    AGREES = "agrees"
    DIFFERS = "differs"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Compared:
    """A draft's claim beside what is held. `events` are those that tell of its happening, with the contradictions that
    it is part of; `independent_sources` how many sources of theirs do not repeat each other."""

    verdict: Verdict
    events: Mapping[str, Sequence[Contradiction]]
    independent_sources: int


def members_of(
    draft: Article, claims: Sequence[Claim], told: Sequence[Sequence[Fact]], name: str
) -> list[list[Member]]:
    """The members that a draft's claims would be of events, `name` being that of the draft and no article's.

    Its plans are of no day: one of another day than is held is to be noticed, be it the newer one.
    """
    published = draft.published_at
    day = published.date() if isinstance(published, datetime) else published
    return [
        [
            Member(
                str(number),
                part,
                fact,
                name,
                claim.quote,
                speaker=claim.attribution.speaker,
                via=claim.attribution.via,
                published_on=None if claim.status in FORWARD else day,
            )
            for part, fact in enumerate(facts)
        ]
        for number, (claim, facts) in enumerate(zip(claims, told, strict=True))
    ]


class Comparison:
    """Compares a draft's claims with the members that events have. What is told alike is compared once, so that a long
    draft about one happening does not cost what all its claims times all members would."""

    def __init__(self, known: Mapping[str, Sequence[Member]], editor: Editor) -> None:
        self._editor = editor
        self._known = known
        self._alike = {event: _alike(members) for event, members in known.items()}
        self._found: dict[tuple[str, str], list[Contradiction]] = {}
        self._sources: dict[frozenset[str], int] = {}

    def compare(self, mine: Mapping[str, Sequence[Member]]) -> Compared:
        """What comes of one claim, `mine` being what it tells of each event. An event without members tells nothing."""
        met = {event: self._against(event, facts) for event, facts in mine.items() if self._known.get(event)}
        if not met:
            return Compared(Verdict.UNKNOWN, {}, 0)
        verdict = Verdict.DIFFERS if any(met.values()) else Verdict.AGREES
        return Compared(verdict, met, self._independent(frozenset(met)))

    def _independent(self, events: frozenset[str]) -> int:
        if events not in self._sources:
            members = [member for event in sorted(events) for member in self._known[event]]
            self._sources[events] = sources.independent(members)
        return self._sources[events]

    def _against(self, event: str, mine: Sequence[Member]) -> list[Contradiction]:
        told = event, repr([(member.fact, member.speaker) for member in mine])
        if told not in self._found:
            self._found[told] = list(self._contradictions(self._alike[event], mine))
        return self._found[told]

    def _contradictions(self, alike: Mapping[str, Sequence[Member]], mine: Sequence[Member]) -> Iterator[Contradiction]:
        """Those in which one of the draft's members stands."""
        firsts = [members[0] for members in alike.values()][:_LOOKED_AT]
        # Most agree with all, and all pairs of a much told event are many.
        clashing = [bool(self._editor.contradictions([*mine, first])) for first in firsts]
        if not any(clashing):
            return
        chosen = [[first for first, does in zip(firsts, clashing, strict=True) if does is it] for it in (True, False)]
        found = self._editor.contradictions([*mine, *chosen[0][:_WEIGHED], *chosen[1][:_WEIGHED]])
        ours = {id(member) for member in mine}
        for one in found:
            if any(id(member) in ours for value in one.values for member in value.members):
                yield replace(one, values=tuple(_with_all(value, alike, ours) for value in one.values))


def _alike(members: Sequence[Member]) -> dict[str, list[Member]]:
    """The members of an event, those together that tell the very same."""
    found: dict[str, list[Member]] = {}
    for member in members:
        found.setdefault(repr(member.fact), []).append(member)
    return found


def _with_all(value: Value, alike: Mapping[str, Sequence[Member]], ours: Collection[int]) -> Value:
    """A value with all that tell it, and not only the first of those alike."""
    told = [[m] if id(m) in ours else alike[repr(m.fact)] for m in value.members]
    return replace(value, members=tuple(member for members in told for member in members))


def shown(claim: Claim, found: Compared, name: str) -> dict[str, Any]:
    """A claim of the draft of that name and what came of it, as data for JSON."""
    date = None
    if (when := claim.date) is not None:
        date = {"text": when.text, "from": when.first, "to": when.last, "edtf": when.edtf, "precision": when.precision}
    return {
        "kind": claim.kind,
        "status": str(claim.status),
        "quote": claim.quote,
        "start": claim.start,
        "end": claim.end,
        "date": plain(date),
        "attribution": plain(claim.attribution),
        "details": plain(claim.details),
        "verdict": str(found.verdict),
        "events": [
            {"event": event, "contradictions": [_contradiction(one, name) for one in contradictions]}
            for event, contradictions in found.events.items()
        ],
        "independent_sources": found.independent_sources,
    }


def _contradiction(one: Contradiction, name: str) -> dict[str, Any]:
    values = []
    for value in one.values:
        held = tuple(member for member in value.members if member.article_id != name)
        values.append(value_told(replace(value, members=held)) | {"draft": len(held) < len(value.members)})
    return {"field": one.field, "reason": one.reason, "values": values}


def value_told(one: Value) -> dict[str, Any]:
    """A value and who tells it, as data for JSON: the ids of the claims, and who says so or else which outlets."""
    return {
        "value": one.value,
        "of": dict(one.of),
        "claims": list(dict.fromkeys(m.claim_id for m in one.members))[:MOST_TOLD],
        "said_by": list(dict.fromkeys(who for m in one.members if (who := m.speaker or m.publisher)))[:MOST_TOLD],
    }
