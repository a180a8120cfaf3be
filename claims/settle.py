"""The last step: of several readings of one fact the best stays, and becomes a claim."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from claims.draft import Hit
from claims.model import Claim, Explanation, Place, Status
from claims.qualify import Qualified


@dataclass(frozen=True, slots=True)
class Found:
    """A qualified draft with the rule and the hit it came from."""

    rule: str
    hit: Hit
    qualified: Qualified


def settled(kind: str, found: Sequence[Found]) -> list[Claim]:
    """The claims of one kind: one for each fact of a sentence, that of the highest rank, the earlier among equals."""
    return [_claim(kind, one) for one in _best(_best(found, _as_written), _as_resolved)]


def _best(found: Sequence[Found], when: Callable[[Found], Hashable]) -> list[Found]:
    best: dict[Hashable, Found] = {}
    for one in found:
        key = (one.hit.sentence.index, _identity(one, when(one)))
        rival = best.get(key)
        if rival is None or one.qualified.draft.rank > rival.qualified.draft.rank:
            best[key] = one
    return list(best.values())


def _as_written(one: Found) -> Hashable:
    """The words of its time: two readings of them are of one fact, whichever year each takes them for."""
    mention = one.qualified.draft.date
    return None if mention is None else (mention.start, mention.end)


def _as_resolved(one: Found) -> Hashable:
    when = one.qualified.date
    return None if when is None else (when.first, when.last)


def _identity(one: Found, when: Hashable) -> Hashable:
    """What makes two readings of a sentence the same fact."""
    draft, details = one.qualified.draft, one.qualified.draft.details
    return (
        tuple(sorted((name, _key(value)) for name, value in details.items() if name in draft.identity)),
        when if "date" in draft.identity else None,
    )


def _key(value: Any) -> str:
    if isinstance(value, Place):
        return value.name.lower()
    if isinstance(value, (list, tuple)):
        return ",".join(sorted(_key(v) for v in value))
    return str(value)


def _claim(kind: str, one: Found) -> Claim:
    draft, sentence = one.qualified.draft, one.hit.sentence
    fields = dict(draft.fields)
    if one.qualified.date is not None:
        fields.setdefault("date", one.qualified.date.text)
    if one.qualified.status_words:
        fields.setdefault("status", one.qualified.status_words)
    if one.qualified.attribution.cue:
        fields.setdefault("attribution", one.qualified.attribution.cue)
    return Claim(
        kind=kind,
        status=one.qualified.status,
        start=sentence.start,
        end=sentence.end,
        quote=sentence.text,
        details=dict(draft.details),
        explanation=Explanation(one.rule, one.hit.trigger, fields),
        value_words=draft.value_words,
        date=one.qualified.date,
        attribution=one.qualified.attribution,
        confidence=round(_confidence(one), 2),
    )


def _confidence(one: Found) -> float:
    """The rule's own rank, less where the status leans on a hedge or the date stayed open.

    The ranks are shares of claims that were right on articles that their rules had not seen (docs/quality.md).
    """
    confidence = one.qualified.draft.rank
    if one.qualified.status is Status.PROPOSED:
        confidence -= 0.07
    if one.qualified.date is not None and one.qualified.date.first is None and one.qualified.date.last is None:
        confidence -= 0.05
    if one.hit.sentence.heading:
        confidence -= 0.05
    return min(0.97, max(0.1, confidence))
