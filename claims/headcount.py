"""Numbers of people in a sentence: who is counted, and whether the number holds for each side."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from claims.captives import (
    BODIES,
    CAPTURE,
    DEAD,
    DETAINEES,
    EXCHANGE,
    JAILED,
    NEVER,
    OF_WAR,
    PEOPLES,
    RELEASE,
    RETURN,
    SOLDIERS,
    UNSPECIFIED,
    is_captive,
    subject_of,
)
from claims.context import Sentence, kept
from claims.values.numbers import NumberMention
from claims.words import Word, conjoined

_INSIDE = frozenset("nummod quantmod compound nmod amod advmod npadvmod predet det".split())
_STANDS_ALONE = frozenset("dobj nsubj nsubjpass conj appos attr dep ROOT".split())
_GROUPS = frozenset("batch group total contingent convoy many number party busload".split())
_BARE_UNDER = frozenset("at to from".split())
_TAKEN = frozenset("captive captured kidnapped abducted hostage jailed imprisoned seized interned".split())
_PARTS = frozenset("them those these us whom people".split())
_BETWEEN = frozenset("ADJ DET PRON PROPN NOUN NUM ADV PART CCONJ".split())
_REACH = 7
_EACH_AFTER = re.compile(
    r"(?:(?!\b(?:and|while|whereas|but|with)\b)[^;:\n]){0,60}?"
    r"\b(?:each(?! other)|apiece|a side|per side|either (?:side|army|party|camp)"
    r"|(?:from|on|by|to) every side|respectively|a head)\b",
    re.IGNORECASE,
)
_FROM_EACH = re.compile(r" (?:from|for|on|by) (?:each|either|both|every) (?:side|party|army)")
_EACH_BEFORE = re.compile(r"^(?:each|either|every)$")
_TRADE = re.compile(r"(?: [\w’'-]+){0,5}?[ -](?:for|against)[ -](?:the |some |about |another )?")
_REACH_OF_TRADE = 80
_PEOPLED = frozenset("city town port village country region province district island enclave settlement".split())
_YEAR = re.compile(r"(?:19|20)\d\d")
_MONEY = re.compile(
    r"[$€£¥]|\b(?:dollars?|euros?|pounds?|roubles?|rubles?|rials?|riyals?|dinars?|hryvnias?|lira|francs?|barrels?|budget)\b",
    re.IGNORECASE,
)
_FOR = re.compile(r"(?: |-)for(?: |-)")


@dataclass(frozen=True, slots=True)
class Headcount:
    """A number of people. `word` heads the number, `noun` what is counted, None where that is left out.

    `head` is the word by which they hang in the sentence. `subject` is one of claims.captives.SUBJECTS; `captive` says
    whether the noun itself speaks of captivity. `traded` marks
    one given for another. A bare number is `like` the noun counted before it in its sentence.
    """

    mention: NumberMention
    word: Word
    noun: Word | None
    head: Word
    subject: str
    captive: bool
    per_side: bool = False
    traded: bool = False
    like: Word | None = None


def has_numbers(sentence: Sentence) -> bool:
    """Whether a sentence holds any number, without which it counts nobody."""
    return bool(sentence.numbers)


@kept
def headcounts(sentence: Sentence) -> tuple[Headcount, ...]:
    """The numbers of people in a sentence, those of two and more, in its order; "N for N" is one, for each side.

    Kept, as each of them looks at those of its sentence, and of the sentences before.
    """
    found: list[Headcount] = []
    for mention in sentence.numbers:
        if mention.value is not None and mention.value < 2:
            continue
        word = sentence.word_at(mention.start, mention.end)
        traded = _traded(sentence, mention)
        one = _counted(sentence, mention, word, traded=traded) if word is not None else None
        if one is not None and one.noun is None and _no_people(sentence, mention):
            one = None
        last = found[-1] if found else None
        if last is not None and _same_again(sentence, last, mention):
            whole = replace(one, mention=last.mention) if one is not None and one.noun else last
            found[-1] = replace(whole, per_side=True)
            continue
        if one is None:
            continue
        if last is not None and (one.noun is None or one.noun.low == "ones") and one.head in (word, one.noun):
            one = replace(one, subject=last.subject, like=last.like or last.noun, per_side=last.per_side)
        following = next((m.start for m in sentence.numbers if m.start > mention.start), len(sentence.text))
        found.append(replace(one, per_side=one.per_side or _for_each(sentence, one, following)))
    return tuple(found)


def _no_people(sentence: Sentence, mention: NumberMention) -> bool:
    """Whether a bare number is more likely a year or a sum of money."""
    year = _YEAR.fullmatch(mention.text) is not None
    return year or _MONEY.search(sentence.text) is not None


def _same_again(sentence: Sentence, last: Headcount, mention: NumberMention) -> bool:
    """Whether a number only repeats the one before: "25 for 25"."""
    if last.mention.value is None or last.mention.value != mention.value:
        return False
    return _FOR.fullmatch(sentence.text[last.mention.end : mention.start]) is not None


def _traded(sentence: Sentence, mention: NumberMention) -> bool:
    """Whether a number is given for another: "233 people for 73"."""
    near = [m for m in sentence.numbers if m is mention or abs(m.start - mention.start) < _REACH_OF_TRADE]
    return any(
        mention in (one, other) and _TRADE.fullmatch(sentence.text[one.end : other.start])
        for one, other in pairwise(near)
    )


def _counted(sentence: Sentence, mention: NumberMention, word: Word, *, traded: bool) -> Headcount | None:
    for noun in _candidates(sentence, mention, word):
        if noun.dep == "pobj" and noun.head.low == "of" and noun.head.head.lemma in _PEOPLED:
            return None  # "a port of 280,000 people"
        subject = _subject(sentence, noun)
        if subject is not None:
            captive = is_captive(noun) or any(k.low in _TAKEN for k in noun.kids_of("amod", "compound"))
            if not captive and any(k.low in NEVER for k in noun.kids):
                return None
            head = word if noun.under(word) else noun
            return Headcount(mention, word, noun, head, subject, captive, traded=traded)
    swapped = traded and any(EXCHANGE.fullmatch(w.text) for w in word.climb())
    if not (swapped and sentence.text[mention.end : mention.end + 1] == "-") and _followed_by_noun(
        sentence, mention, word
    ):
        return None
    whole = _whole_of(sentence, word)
    if whole is not None:
        subject = _subject(sentence, whole)
        return Headcount(mention, word, whole if subject else None, whole, subject or UNSPECIFIED, is_captive(whole))
    if word.dep == "appos" and word.head.is_noun and not traded and not EXCHANGE.fullmatch(word.head.text):
        subject = _subject(sentence, word.head)
        return Headcount(mention, word, word.head, word.head, subject, is_captive(word.head)) if subject else None
    if traded or _stands_alone(word) or _FROM_EACH.match(sentence.text, mention.end):
        owner = word.head.head if word.head.low == "of" else None
        subject = BODIES if owner is not None and subject_of(owner) == BODIES else UNSPECIFIED
        return Headcount(mention, word, None, word, subject, False, traded=traded)
    return None


def _stands_alone(word: Word) -> bool:
    """Whether a bare number is somebody by itself: "handed over 60", "the 700 held there", "80 men for 45"."""
    if any(k.low in ("the", "these", "those") for k in word.kids_of("det")) and word.low in ("two", "three"):
        return False  # "the two" are the sides
    if word.dep == "pobj":
        if word.head.low == "of":
            owner = word.head.head
            if owner.lemma in _GROUPS or subject_of(owner) == BODIES:
                return True
            return any(p.fullmatch(owner.text) for p in (EXCHANGE, RELEASE, RETURN, CAPTURE))
        return word.head.low in _BARE_UNDER or any(k.dep in ("acl", "prep", "relcl") for k in word.kids)
    return word.dep in _STANDS_ALONE or (word.dep == "npadvmod" and word.head.is_verb and word.kid("amod") is None)


def _candidates(sentence: Sentence, mention: NumberMention, word: Word) -> Iterator[Word]:
    """The nouns that the number may count: by the tree, then by the words that follow it."""
    at = word
    while at.dep in _INSIDE and not at.is_root:
        at = at.head
        if at.is_noun and at.start >= mention.end:
            yield from _best(at)
            if EXCHANGE.fullmatch(at.text) and "for" in sentence.text[mention.end : at.start]:
                yield from at.objects("of")
    for noun in [*word.objects("of", "among"), *(o for k in word.kids if k.is_noun for o in k.objects("of"))]:
        if noun.low not in _PARTS:
            yield from _best(noun)
    behind = [w for w in sentence.words if w.start >= mention.end][:_REACH]
    for place, near in enumerate(behind):
        if near.low == "," and place and sentence.parties_in([behind[place - 1]]):
            continue
        if near.low in ("of", "-", "“", '"') or (near.tag == "VBN" and near.low != "been"):
            continue
        if near.pos not in _BETWEEN:
            return
        following = behind[place + 1] if place + 1 < len(behind) else None
        if near.is_noun and (following is None or not following.is_noun or following.low in ("prisoner", "captive")):
            yield from _best(near)
            if near.tag != "NNP" or not sentence.parties_in([near]):
                return


def _best(noun: Word) -> Iterator[Word]:
    """The noun, or one that it only owns or describes: "six pilots' remains", "80 troops prisoner"."""
    if noun.dep == "poss" and subject_of(noun.head) == BODIES:
        yield noun.head
    if noun.low in ("prisoner", "captive", "hostage"):
        yield from (k for k in noun.kids if k.dep in ("compound", "nmod") and subject_of(k))
    yield noun
    yield from (k for k in noun.kids if k.dep == "appos" and subject_of(k))


def _subject(sentence: Sentence, noun: Word) -> str | None:
    """What sort of people a noun names, with the words around it; people named by their nation are people."""
    subject = subject_of(noun)
    around = {k.low for k in noun.kids}
    behind = sentence.text[noun.start : noun.end + 8]
    if subject is None:
        named = sentence.within(sentence.parties, [noun])
        if not named and noun.tag == "NNPS" and PEOPLES.fullmatch(noun.text):
            return UNSPECIFIED
        plural = noun.tag in ("NNPS", "NNS") or noun.low.endswith(("s", "ese", "ish", "ch"))
        if not named or not plural or getattr(named[0], "source", "") not in ("demonym", "group"):
            return None
        subject = UNSPECIFIED
    if OF_WAR.match(behind):
        return SOLDIERS
    if noun.lemma == "prisoner" and any(o.tag == "NN" and not o.kids for o in noun.objects("of")):
        return None  # "prisoners of joy"
    if around & DEAD and subject != BODIES:
        return BODIES
    owner = noun
    while owner.dep == "pobj" and owner.head.low == "of" and not owner.head.is_root:
        owner = owner.head.head
        if subject_of(owner) == BODIES:
            return BODIES
    if any(k.dep == "relcl" and any(subject_of(w) == BODIES for w in k.kids if _whose(w)) for k in noun.kids):
        return BODIES
    if subject == UNSPECIFIED and any(subject_of(k) == SOLDIERS for k in noun.kids_of("conj")):
        return SOLDIERS  # "policemen and soldiers"
    if noun.low in ("members", "personnel") and re.search(r"\b(?:army|military|guard|forces)\b", sentence.text):
        return SOLDIERS
    if around & JAILED and subject in (SOLDIERS, UNSPECIFIED) and not around & {"captured"}:
        return DETAINEES
    return subject


def _whose(word: Word) -> bool:
    return any(k.low == "whose" for k in word.kids)


def _followed_by_noun(sentence: Sentence, mention: NumberMention, word: Word) -> bool:
    """Whether the number counts something else than people."""
    if sentence.within(sentence.dates, [word.head]):
        return False
    if word.dep in _INSIDE and word.head.start >= mention.end and (word.head.is_noun or word.dep == "nummod"):
        return True
    if any(o.low not in _PARTS for o in word.objects("of")):
        return True
    behind = next((w for w in sentence.words if w.start >= mention.end), None)
    if behind is None or sentence.within(sentence.dates, [behind]):
        return False
    return behind.pos in ("NOUN", "PROPN", "SYM") and behind.dep != "npadvmod"


def _whole_of(sentence: Sentence, word: Word) -> Word | None:
    """What a bare number counts, said elsewhere: "the number of hostages is now 48", "12 of those freed"."""
    for noun in sentence.words:
        if noun.lemma in ("number", "total", "tally", "figure", "count") and noun.is_noun:
            verb = noun.verb()
            if verb is not None and word.under(verb):
                counted = next((o for o in noun.objects("of") if o.pos != "NUM"), None)
                return counted or (noun if noun.kid("acl") is not None else None)
    return None


def _for_each(sentence: Sentence, one: Headcount, end: int) -> bool:
    behind = sentence.text[one.mention.end : max(one.mention.end, end)]
    if _EACH_AFTER.match(behind):
        return True
    return any(
        _EACH_BEFORE.match(w.low) or any(_EACH_BEFORE.match(k.low) for k in w.kids_of("det", "appos", "advmod"))
        for w in _doers(one.head)
    )


def _doers(noun: Word) -> list[Word]:
    """The subjects of the clause that a noun stands in, those of the clause around it where it is the subject."""
    for at in noun.climb():
        subjects = [w for k in at.kids_of("nsubj", "nsubjpass") for w in conjoined(k) if not noun.under(w)]
        if subjects:
            return subjects
        if at.dep in ("relcl", "advcl"):
            return []
    return []
