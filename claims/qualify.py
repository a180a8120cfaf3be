"""Settles what a rule left open: the status, the speaker and the date of a draft."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from claims.context import Sentence
from claims.draft import Draft, Hit
from claims.model import Attribution, DateValue, Status
from claims.speakers import attribution
from claims.status import modality
from claims.timing import dated_word
from claims.values.date_words import MONTH
from claims.values.dates import DateMention
from claims.values.spans import FUTURE, PAST, Setting
from claims.words import Word

# Of times counted from one spoken of before, these need no more than its year.
_THAT_YEAR = re.compile(
    rf"\b(?:(?:that|the same) (?:year\b|{MONTH})|years? (?:later|earlier|before|after)\b)", re.IGNORECASE
)
_AHEAD = frozenset({Status.SCHEDULED, Status.PROPOSED, Status.UNSCHEDULED})
# What is told in an entry of a timeline happened, or was to be, on its date.
_FILED = frozenset({Status.OCCURRED, Status.SCHEDULED})
_NOW = frozenset("is are am has have 's 're 've".split())
_NEAR = 3
_YEAR = 366


@dataclass(frozen=True, slots=True)
class Qualified:
    """A draft with its status, speaker and date."""

    draft: Draft
    status: Status
    attribution: Attribution
    date: DateValue | None
    status_words: str


def qualified(draft: Draft, hit: Hit) -> Qualified:
    """The draft with all that its clause says of it."""
    found = modality(draft.word)
    status = draft.status or found.status or draft.usual
    if draft.status is None and found.status is None and found.progressive and draft.usual is Status.OCCURRED:
        status = Status.ONGOING
    when = None
    said = attribution(hit.sentence, draft.word)
    mention = draft.date
    if mention is not None:
        when, status = _dated(draft, mention, status, hit.sentence)
    stamp = hit.sentence.stamp
    own_voice = said.speaker is None or (said.cue or "").startswith("according")
    if stamp is not None and status in _FILED and own_voice and (when is None or _open(when)):
        when, status = _dated(draft, stamp, status, hit.sentence)
    return Qualified(draft, status, said, when, found.words)


def _open(when: DateValue) -> bool:
    return when.first is None and when.last is None


def _dated(draft: Draft, mention: DateMention, status: Status, sentence: Sentence) -> tuple[DateValue | None, Status]:
    """The date as the status' tense resolves it; a day still to come makes "occurred" into "scheduled"."""
    today = sentence.context.today
    tense = FUTURE if status in _AHEAD else None if status is Status.CANCELLED else PAST
    if status is Status.CANCELLED and _long_ago(draft.word):
        tense = PAST
    if tense is FUTURE and _of_the_plan(draft.word, mention, sentence):
        tense = PAST
    if status is Status.OCCURRED and _told_ahead(draft.word, mention, sentence):
        return None, status
    anchor = _anchor(mention, sentence)
    found = mention.resolve(Setting(today, tense, anchor))
    if status is Status.CANCELLED and today is not None and not _long_ago(draft.word):
        found = _nearest(mention, today, anchor)
    if found.first is None and found.last is None:
        found = mention.resolve(Setting(today, None, anchor))
    if (
        today is not None
        and status is draft.usual is Status.SCHEDULED
        and found.last is not None
        and found.last < today
    ):
        status = Status.OCCURRED  # the present of history books
    if today is not None and draft.status is None and status in (Status.OCCURRED, Status.ONGOING):
        ahead = found.first is not None and found.first > today
        if ahead and (found.last is None or found.last > today):
            status = Status.SCHEDULED
    return found, status


def _told_ahead(word: Word, mention: DateMention, sentence: Sentence) -> bool:
    """Whether a time is that of something else, still to come: "killed 14, who will be buried on Monday"."""
    at = dated_word(sentence, mention)
    if at is None or at is word or not at.is_verb or word.under(at):
        return False
    return any(k.low in ("will", "would", "'ll") for k in at.kids_of("aux"))


def _long_ago(word: Word) -> bool:
    """Whether it is told in the pluperfect: "had been postponed"."""
    verb = word if word.is_verb else word.verb()
    return verb is not None and any(k.low == "had" for k in verb.kids_of("aux"))


def _nearest(mention: DateMention, today: date, anchor: date | None) -> DateValue:
    """A time that may lie on either side of today, as that of what was called off: the nearer, else the later."""
    found = [mention.resolve(Setting(today, tense, anchor)) for tense in (FUTURE, PAST)]
    known = [value for value in found if value.first is not None]
    return min(known, key=lambda v: abs(((v.first or today) - today).days), default=found[-1])


def _of_the_plan(word: Word, mention: DateMention, sentence: Sentence) -> bool:
    """Whether a time is that of the offer or agreement, told as past, and not of what it is about."""
    at = dated_word(sentence, mention)
    if at is None or at is word or at.tag not in ("VBD", "VBN") or mention.start >= word.start or not word.under(at):
        return False
    return not any(k.low in _NOW for k in at.kids_of("aux", "auxpass"))  # "are expected before May to meet"


def _anchor(mention: DateMention, sentence: Sentence) -> date | None:
    """The day spoken of just before, from which "the next day" counts."""
    at: Sentence | None = sentence
    while at is not None and sentence.index - at.index <= _NEAR:
        for other in reversed(at.dates):
            if other is mention or (at is sentence and other.start >= mention.start):
                continue
            day = other.resolve(Setting(at.context.today, PAST, None))
            if day.first is None or day.last is None:
                continue
            if day.first == day.last or (_THAT_YEAR.search(mention.text) and (day.last - day.first).days < _YEAR):
                return day.first
        at = at.previous
    return None
