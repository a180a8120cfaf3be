"""Which time expression belongs to which word: by the parse, the date of a fact and not that of its telling."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from claims.context import Sentence, kept
from claims.model import DateValue
from claims.reporting import is_report
from claims.values.dates import DateMention
from claims.values.spans import PAST, Setting
from claims.words import Word

_JOINT = re.compile(r" (?:on|in|for|at|(?:set|scheduled|planned|due|slated) (?:for|on|in))? ?")
_PLACED = re.compile(
    r"(?: with [^,;:.]{2,50})?(?: (?:in|at|near) [^,;:.]{2,40})?,?(?: (?:(?:that|which) (?:was|were|is|are|had been) )?"
    r"(?:due|planned|scheduled|set|slated|announced|foreseen|held|to be held)(?: to be held)?"
    r"(?: (?:in|at|near) [^,;:.]{2,40})?(?: (?:for|on|in))?)? "
)
_FINITE = frozenset("VBD VBZ VBP MD".split())
_DEADLINE = re.compile(r"(?:by|before|within|no later than|not later than|until)\b", re.IGNORECASE)
_WITNESSES = frozenset("see witness find bring".split())
_CARRIERS = frozenset(
    """date day week weekend month period time evening morning afternoon night start end middle nightfall daybreak dawn
    dusk noon midday midnight sunset sunrise eve close hour""".split()
)


@kept
def dated_word(sentence: Sentence, mention: DateMention) -> Word | None:
    """The word that a time expression dates: a verb, or a noun like "meeting" in "Monday's meeting"; kept for the next
    word of the sentence that looks for its date.
    """
    at = sentence.word_at(mention.start, mention.end)
    if at is not None and at.dep == "nsubj" and at.head.lemma in _WITNESSES:
        return at.head.kid("ccomp", "xcomp") or at.head  # "May 2015 saw the town fall"
    while at is not None and not at.is_root:
        inside = mention.start <= at.start < mention.end
        if (
            not inside
            and not _dates(sentence, at)
            and (at.is_verb or (at.is_noun and at.lemma not in _CARRIERS and at.dep not in ("npadvmod", "conj")))
        ):
            return _over(at, mention)
        if not inside and at.dep == "conj" and at.is_noun and not _dates(sentence, at):
            return at
        at = at.head
    return _over(at, mention) if at is not None and at.is_verb else at


def _over(verb: Word, mention: DateMention) -> Word:
    """The verb dated, or that before it: in "rang him on Sunday, both said" the parse may give the wrong one."""
    subject = verb.kid("nsubj")
    told = verb.kid("ccomp") if is_report(verb) else None
    if told is not None and subject is not None and told.end < mention.start < subject.start < verb.start:
        return told  # "…, on Wednesday, the ministry said"
    if subject is None or not is_report(verb) or verb.dep not in ("advcl", "parataxis", "conj", "ccomp"):
        return verb
    return verb.head if verb.head.is_verb and verb.head.end < mention.start < subject.start < verb.start else verb


def next_date(sentence: Sentence, word: Word) -> list[DateMention]:
    """The time expression that follows a noun at once ("a summit on April 27"), whatever the parse makes of it."""
    for mention in sentence.dates:
        if mention.start > word.end and _JOINT.fullmatch(sentence.text[word.end : mention.start]):
            return [mention]
    return []


def soon_date(sentence: Sentence, word: Word) -> list[DateMention]:
    """The time behind a noun and its place ("at their meeting in Doha on May 4"), with no verb between but one of
    planning.
    """
    mention = next((d for d in sentence.dates if d.start > word.end), None)
    if mention is None or not _PLACED.fullmatch(sentence.text[word.end : mention.start]):
        return []
    between = [w for w in sentence.words if word.end <= w.start < mention.start]
    return [] if any(w.tag in _FINITE for w in between) else [mention]


def wanted_by(sentence: Sentence, noun: Word) -> list[DateMention]:
    """The time still to come by which somebody wants what a noun names: "called for talks before the end of the month".

    A verb of saying, too, may govern it; but its own time is past.
    """
    verb = noun.verb()
    if verb is None or sentence.context.today is None:
        return []
    mine = [d for d in sentence.dates if d.start > noun.end and dated_word(sentence, d) is verb]
    return [d for d in mine if _ahead(d, sentence.context.today)]


def _ahead(mention: DateMention, today: date) -> bool:
    span = mention.resolve(Setting(today, PAST, None))
    if _DEADLINE.match(mention.text):
        return True
    return (span.last is not None and span.last > today) and (span.first is None or span.first >= today)


def _dates(sentence: Sentence, word: Word) -> bool:
    return any(d.start <= word.start < d.end for d in sentence.dates)


def dates_of(sentence: Sentence, anchors: list[Word]) -> list[DateMention]:
    """The time expressions that date any of these words, without those that only frame others ("this year … in May").

    A verb of saying is never an anchor: its date is that of the saying.
    """
    wanted = [word for word in anchors if not is_report(word)]
    found = [d for d in sentence.dates if (at := dated_word(sentence, d)) is not None and at in wanted]
    if len(found) < 2:
        return found
    today = sentence.context.today
    spans = [(d, d.resolve(Setting(today, None, None))) for d in found]
    named = {(span.first, span.last) for _, span in spans if span.first and span.last}
    kept = []
    for mention, span in spans:
        vague = span.first is None and span.last is None and bool(named)
        if not vague and not any(_frames(span, first, last) for first, last in named):
            kept.append(mention)
    return kept


def _frames(span: DateValue, first: date, last: date) -> bool:
    """Whether a closed interval holds another one and is wider."""
    if span.first is None or span.last is None or (span.first, span.last) == (first, last):
        return False
    return span.first <= first and last <= span.last


def hung_on(sentence: Sentence, verbs: Sequence[Word]) -> list[DateMention]:
    """The time that a clause hangs on: "on May 23, when a fifth round ended"."""
    whens = [k for verb in verbs for k in verb.kids if k.low == "when"]
    return [d for d in sentence.dates if any(sentence.text[d.end : k.start] in (", ", " ") for k in whens)]
