"""What others hold of the happenings that a draft's claims tell of, and where it does not fit together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from claims.events import sources
from claims.events.editor import Editor
from claims.events.happening import Contradiction, Value
from claims.model import Article, Claim, Fact, Member, plain

# Of those who contradict a claim, and of those who do not, so many are looked at together.
_MOST = 100
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
    """The members that a draft's claims would be of events, `name` being that of the draft and no article's."""
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
                published_on=day,
            )
            for part, fact in enumerate(facts)
        ]
        for number, (claim, facts) in enumerate(zip(claims, told, strict=True))
    ]


def compare(mine: Mapping[str, Sequence[Member]], known: Mapping[str, Sequence[Member]], editor: Editor) -> Compared:
    """Compares what one claim of a draft tells of each event with the members that the event has.

    An event without members tells nothing.
    """
    met = {event: _against(facts, known[event], editor) for event, facts in mine.items() if known.get(event)}
    if not met:
        return Compared(Verdict.UNKNOWN, {}, 0)
    verdict = Verdict.DIFFERS if any(met.values()) else Verdict.AGREES
    return Compared(verdict, met, sources.independent([member for event in met for member in known[event]]))


def _against(mine: Sequence[Member], known: Sequence[Member], editor: Editor) -> list[Contradiction]:
    """The contradictions in which one of the draft's members stands."""
    # Most agree with all, and all pairs of a much told event are many.
    clashing = [member for member in known if editor.contradictions([*mine, member])]
    if not clashing:
        return []
    apart = {id(member) for member in clashing}
    others = [member for member in known if id(member) not in apart]
    found = editor.contradictions([*mine, *clashing[:_MOST], *others[:_MOST]])
    ours = {id(member) for member in mine}
    return [one for one in found if any(id(member) in ours for value in one.values for member in value.members)]


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
