"""Talks that are moved from one day to another: the day that was given up, and the new one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from claims.context import Sentence
from claims.model import Status
from claims.status import modality, upheld
from claims.values.dates import DateMention, find_dates
from claims.words import Word

_MOVING = frozenset("move reschedule shift postpone delay defer adjourn".split())
_MOVING_PARTICLES = frozenset(
    [("push", "back"), ("put", "off"), ("put", "back"), ("bring", "forward"), ("hold", "over"), ("carry", "over")]
)
# What stands before the day that was given up, and before the new one.
_ROLE = re.compile(r"(?P<old>from)|(?P<new>to|till|until)|(?P<unsure>for)", re.IGNORECASE)
_ROLE_BEFORE = re.compile(r"\b(?:from|to|till|until|for) (?:the )?$", re.IGNORECASE)
_SPAN = re.compile(r"(from .{1,100}?) ((?:to|till|until) .{1,100})", re.IGNORECASE)
_STOP = re.compile(r"[;:]|, (?:but|while|although|after|as|where|which|who)\b")
_PUT_AGAIN = frozenset("hold begin start open resume convene take go meet be".split())
_PLANNED = frozenset("plan schedule set slate due expect foresee announce arrange fix".split())


@dataclass(frozen=True, slots=True)
class Move:
    """The verb that moves talks, and the days with what became of each."""

    verb: Word
    times: tuple[tuple[DateMention | None, Status], ...]


def moved(sentence: Sentence, word: Word, dates: Sequence[DateMention]) -> Move | None:
    """How the talks that a noun names were moved to another day; None where the sentence tells of no new day.

    `dates` are those that the talks are known to have.
    """
    verb = word.verb() if not word.is_verb else None
    if verb is None or (word.start > verb.start and word.dep not in ("dobj", "nsubjpass")):
        return None
    if not _moves(verb) or not _is_what_moves(word, verb):
        return _held_instead(sentence, word, verb, dates)
    told = [(_role(sentence, word, role, mention), mention) for role, mention in _told(sentence, verb)]
    fresh = [mention for role, mention in told if role == "new"]
    if not fresh:
        return None
    named = [d for d in dates if not any(d.start < m.end and m.start < d.end for _, m in told)]
    old = [mention for role, mention in told if role == "old"] or [d for d in named if d.end <= verb.start]
    wanted = modality(verb).status
    if wanted is Status.DENIED or upheld(verb):
        kept: list[DateMention | None] = [*old] or [None]
        return Move(verb, tuple((d, Status.SCHEDULED) for d in kept))
    new = Status.PROPOSED if wanted is Status.PROPOSED else Status.SCHEDULED
    given_up = Status.SCHEDULED if new is Status.PROPOSED else Status.CANCELLED
    return Move(verb, (*((d, given_up) for d in old), *((d, new) for d in fresh)))


def _held_instead(sentence: Sentence, word: Word, verb: Word, dates: Sequence[DateMention]) -> Move | None:
    """ "Talks planned for July 10 will now be held on July 14"."""
    if verb.lemma in _PLANNED and verb.dep in ("nsubj", "nsubjpass", "csubj", "csubjpass"):
        verb = verb.head  # the parse may take "planned" for the verb of the talks
    planned = any(w.lemma in _PLANNED for w in sentence.words[word.i + 1 : verb.i])
    aux = [k.low for k in verb.kids_of("aux", "auxpass")]
    if not planned or not dates or verb.lemma not in _PUT_AGAIN or word.dep not in ("nsubj", "nsubjpass"):
        return None
    if "will" not in aux or not any(k.low in ("now", "instead") for k in verb.kids_of("advmod")):
        return None
    end = _STOP.search(sentence.text, verb.end)
    reach = end.start() if end is not None else len(sentence.text)
    fresh = [d for d in sentence.dates if verb.end <= d.start < reach]
    old = [d for d in dates if d.end <= verb.start]
    if not fresh or not old:
        return None
    return Move(verb, (*((d, Status.CANCELLED) for d in old), (fresh[0], Status.SCHEDULED)))


def _moves(verb: Word) -> bool:
    if verb.lemma in _MOVING:
        return True
    return any((verb.lemma, k.low) in _MOVING_PARTICLES for k in verb.kids_of("prt", "advmod", "prep"))


def _is_what_moves(word: Word, verb: Word) -> bool:
    """Whether the talks are what is moved, and not what something else is moved for."""
    below = next((w for w in word.climb() if w.head is verb), None)
    if below is None or below.dep not in ("dobj", "nsubjpass", "nsubj"):
        return False
    return below is word or not any(w.dep == "prep" and w.low != "of" for w in word.climb() if w.under(below))


def _role(sentence: Sentence, word: Word, role: str, mention: DateMention) -> str:
    """ "Put off a meeting planned for Thursday": what is planned for a day is not put off to it."""
    if role != "unsure":
        return role
    at = sentence.word_at(mention.start, mention.end)
    planned = at is not None and any(w.lemma in _PLANNED and w.under(word) for w in at.climb())
    return "old" if planned else "new"


def _told(sentence: Sentence, verb: Word) -> Iterator[tuple[str, DateMention]]:
    """The days told behind the verb, and whether each is that given up or the new one."""
    stop = _STOP.search(sentence.text, verb.end)
    reach = stop.start() if stop is not None else len(sentence.text)
    for mention in sentence.dates:
        if not verb.end <= mention.start < reach:
            continue
        both = _SPAN.fullmatch(mention.text)
        parts = [(mention.start + both.start(n), both[n]) for n in (1, 2)] if both else [(mention.start, mention.text)]
        for start, text in parts:
            before = _ROLE_BEFORE.search(sentence.text, max(0, start - 12), start)
            role = _ROLE.match(text) or (_ROLE.match(before[0]) if before is not None else None)
            if role is None or role.lastgroup is None:
                continue
            bare = _ROLE.sub("", text, count=1) if _ROLE.match(text) else text
            at = start + len(text) - len(bare)
            found = next(iter(find_dates(bare)), None)
            if found is not None:
                yield role.lastgroup, replace(found, start=at + found.start, end=at + found.end)
