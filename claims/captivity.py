"""Whether people who are counted are captives at all: by what is done to them, and by what their article speaks of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from claims import captives
from claims.captives import BODIES
from claims.context import Context, Sentence, kept
from claims.deeds import MOVING, Deed
from claims.headcount import Headcount
from claims.values.parties import country_code
from claims.words import Word

NEAR = 4.0
_FAR = 7.0
CLOSE = 2.6
# More people than this are taken or freed only where they are called prisoners.
_MOST = 500_000
_HANDING = frozenset("hand give turn send deliver".split())
_WAITING = frozenset("hall lobby queue traffic lounge".split())
_STAYING = frozenset("remain stay".split())
# Who gives up these gives himself up; they are no other people.
_GIVEN_UP = frozenset("arm weapon hand themselves border bridge line freedom plane".split())
_BEING = frozenset(
    "be include take feature benefit form sit live wait spend languish suffer pass change make remain follow".split()
)
_LOOKS_BACK = 4
# An article on two sides that speaks of captives this often is about them, though it names a prison or a court.
_SPOKEN_OF = 3


def is_meant(sentence: Sentence, one: Headcount, deed: Deed, cost: float, found: Sequence[Deed]) -> bool:
    """Whether a deed is believed to be done to the people counted."""
    taken = any(d is not deed and d.strong and one.noun is not None and d.word.under(one.noun) for d in found)
    if _of_sport(sentence):
        return False
    if deed.family == "kill":
        return (one.captive or taken) and one.subject != BODIES and cost <= NEAR
    if one.traded and (one.noun is None or deed.family == "exchange"):
        return deed.family == "exchange" or (deed.family in ("release", "return") and cost <= NEAR)
    if not one.captive and (one.mention.value or 0) > _MOST:
        return False
    if _beside(one, deed) or _does_it(one, deed):
        return False
    if not one.captive and (
        sentence.spans(captives.ORDINARY) or (deed.family == "capture" and sentence.spans(captives.CONTRABAND))
    ):
        return False
    if not one.captive and any(o.lemma in _WAITING for o in deed.word.objects("in", "at")):
        return False  # kept in a hall or a queue, members and passengers are nobody's captives
    if deed.family == "journey":
        return one.noun is not None and cost <= CLOSE and one.head.head is deed.word and _captivity_near(sentence, 2)
    if deed.family == "portion":
        some = one.noun is not None or one.head.under(deed.word)
        return some and cost <= NEAR and _captivity_near(sentence, 3)
    if deed.family == "list":
        return cost <= NEAR and one.subject != BODIES and _captivity_near(sentence)
    if one.captive or (one.subject == BODIES and deed.family in ("return", "exchange", "hold")):
        return cost <= _FAR
    if deed.strong and _told_of(one, deed):
        return True
    if cost > NEAR or deed.word.lemma in _STAYING:
        return False
    if deed.strong and (one.noun is not None or one.word.objects("of")):
        return True
    if taken or (one.subject == captives.SOLDIERS and (deed.word.lemma in _HANDING or _got_back(sentence, deed))):
        return True
    if deed.strong and cost <= CLOSE and _weight(sentence.context.article.text, captives.CAPTIVITY):
        return True
    if deed.word.lemma == "hold" and one.noun is not None and _is_force(sentence, deed.word):
        return one.head.head is deed.word or deed.word.under(one.noun)
    if _is_held(one, deed):
        return True
    loosely = deed.family == "hold" and one.subject == captives.UNSPECIFIED
    return _captivity_near(sentence, 3 if loosely else None)


def _is_held(one: Headcount, deed: Deed) -> bool:
    """Whether people are said to be in somebody's hands: "eight soldiers are being held in the town"."""
    verb, noun = deed.word, one.noun
    if verb.lemma != "hold" or noun is None or one.head.dep != "nsubjpass" or one.head.head is not verb:
        return False
    being = any(k.dep == "auxpass" and k.low == "being" for k in verb.kids)
    return being or (one.subject == captives.SOLDIERS and verb.kid("prep") is not None)


def _told_of(one: Headcount, deed: Deed) -> bool:
    """Whether a clause about the people tells the deed: "20 soldiers whom they captured", "18 came back, freed by"."""
    noun, word = one.noun, deed.word
    if noun is None or deed.family not in ("capture", "release"):
        return False
    if word.dep == "advcl" and word.tag == "VBN" and word.kid("nsubj", "nsubjpass") is None:
        return noun in word.head.kids_of("nsubj", "nsubjpass") and not word.kids_of("dobj")
    clause = next((w for w in word.climb() if w.dep == "relcl"), None)
    if clause is None or clause.head is not noun or not any(w.low == "whom" for w in clause.subtree()):
        return False
    return word in (clause, *clause.kids_of("ccomp", "xcomp"))


def _beside(one: Headcount, deed: Deed) -> bool:
    """Whether a deed is done to something else, and the people are only said to be by it ("held a cup before 900")."""
    if not deed.word.is_verb or deed.word.kid("dobj") is None:
        return False
    path = [w for w in one.head.climb() if w.under(deed.word) and w.head is deed.word and w is not deed.word]
    return any(w.dep == "prep" and w.low not in ("for", "against", "including", "from", "of") for w in path)


def _does_it(one: Headcount, deed: Deed) -> bool:
    """Whether those counted do the deed themselves, or do something else beside it ("900 marched for the release")."""
    head, verb = one.head, one.head.head
    if one.captive or head.dep != "nsubj" or not verb.is_verb:
        return False
    if verb is deed.word:
        done = verb.kid("dobj")
        return done is not None and verb.kid("auxpass") is None and done.lemma not in _GIVEN_UP
    return deed.word.under(verb) and not deed.word.is_verb and verb.lemma not in MOVING | _BEING


def _got_back(sentence: Sentence, deed: Deed) -> bool:
    """Whether a side got people back from another: "got 32 soldiers back from Azerbaijan"."""
    verb = deed.word
    if verb.lemma not in ("get", "take", "receive"):
        return False
    givers = [o for word in (verb, *verb.kids_of("advmod", "prt")) for o in word.objects("from")]
    return bool(sentence.parties_in(givers)) and _is_force(sentence, verb)


def _is_force(sentence: Sentence, verb: Word) -> bool:
    """Whether a party or a force does it."""
    subject = verb.kid("nsubj") or (next(iter(verb.objects("by")), None) if verb.kid("nsubjpass") else None)
    if subject is None:
        return False
    return subject.lemma in captives.FORCES or subject.low in ("they", "it") or bool(sentence.parties_in([subject]))


@kept
def _of_sport(sentence: Sentence) -> bool:
    return len({m.lower() for m in captives.SPORT.findall(sentence.text)}) > 1


@kept
def _captivity_near(sentence: Sentence, back: int | None = None) -> bool:
    """Whether the sentence or those before it speak of captives, or, where none are numbered, most of the article."""
    at: Sentence | None = sentence
    while at is not None and sentence.index - at.index < (back or _LOOKS_BACK):
        if captives.CAPTIVITY.search(at.text) or captives.CONFINEMENT.search(at.text):
            return True
        at = at.previous
    return back is None and _weight(sentence.context.article.text, captives.CAPTIVITY) >= 3


def speaks_of_captives(context: Context) -> bool:
    """Whether the article is about a conflict, of two sides at least, and not about prisons and crime."""
    conflict, crime = _weight(context.article.text, captives.CONFLICT), _weight(context.article.text, captives.CRIME)
    if not conflict and any(country_code(party) is None for party in context.mentions):
        conflict = 1
    if conflict and len(context.mentions) > 1:
        conflict += min(_weight(context.article.text, captives.CAPTIVITY), _SPOKEN_OF)
    if not conflict:
        conflict = int(
            len(context.mentions) > 1 or (not crime and _weight(context.article.text, captives.CAPTIVITY) > 0)
        )
    return conflict >= 1 and crime < 2 * conflict


@lru_cache(maxsize=4)
def _weight(text: str, pattern: re.Pattern[str]) -> int:
    return len(pattern.findall(text))


@lru_cache(maxsize=4)
def topic_of(sentence: Sentence, families: tuple[str, ...] = ("exchange", "release", "capture")) -> str:
    """The family of the deed spoken of last before a sentence, an exchange where there is none."""
    at = sentence.previous
    while at is not None and sentence.index - at.index <= _LOOKS_BACK:
        for family in families:
            if captives.FAMILIES[family].search(at.text):
                return family
        at = at.previous
    return "exchange"
