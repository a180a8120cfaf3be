"""A claim in the making: what a rule has read, before status and speaker are settled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from claims.context import Context, Sentence
from claims.model import Status
from claims.values.dates import DateMention
from claims.words import Word


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule's trigger in a sentence: the word that heads what its pattern matched."""

    context: Context
    sentence: Sentence
    word: Word
    trigger: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What a rule makes of a hit.

    `word` carries the fact: its clause tells status and speaker. `status` is set where the rule itself knows it; else
    `usual` is what the words mean when nothing qualifies them. `value_words` are the verbatim words of the value.
    `identity` names the fields (of `details`, or "date") that tell two facts of one sentence apart; of drafts alike in
    them the one of the highest `rank` (0 to 1) stays.
    """

    word: Word
    details: Mapping[str, Any]
    value_words: str
    fields: Mapping[str, str] = field(default_factory=dict)
    date: DateMention | None = None
    status: Status | None = None
    usual: Status = Status.OCCURRED
    identity: tuple[str, ...] = ()
    rank: float = 0.7


@dataclass(frozen=True, slots=True)
class Refusal:
    """A candidate that a rule saw and does not claim: why, in words for whoever misses the claim."""

    reason: str
