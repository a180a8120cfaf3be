"""Clauses: who does a verb, what it is done to, and the nouns behind its prepositions, however the parse hangs them."""

from __future__ import annotations

from collections.abc import Iterable

from claims.belligerents import can_move, named_side, relative
from claims.context import Sentence
from claims.draft import Hit
from claims.forces import FORCES, base
from claims.ground import is_ground
from claims.reporting import is_report
from claims.words import Word, conjoined

_TIMES = frozenset("day week month year evening morning night afternoon hour weekend".split())
_COMPASS = frozenset(
    "north south east west northeast northwest southeast southwest north-east north-west south-east south-west".split()
)
_COMMA = 15
# Whom these have as their object does what stands behind "of" or "from".
_CHARGING = frozenset("accuse suspect blame prevent stop keep bar block".split())
# The prepositions that may join ground to a noun ("loss of", "control over", "advance on").
OF_NOUN = ("of", "over", "from", "into", "in", "on", "to", "near", "toward", "towards", "around", "across", "inside")


def subject_of(verb: Word) -> Word | None:
    """Who does what an active verb says: its subject, or that of the verb it leans on, or the noun it describes."""
    if hands_over(verb) and (doer := verb.kid("nsubj", "poss", "compound")) is not None:
        return doer
    if hands_over(verb) and verb.dep == "dobj" and verb.head.is_verb:
        return subject_of(verb.head)  # "ruled out handing over any land"
    at = (verb.head.verb() or verb) if verb.dep == "amod" else verb
    while True:
        subject = at.kid("nsubj") or (at.kid("nsubjpass") if at is not verb else None)
        if subject is not None:
            return relative(at, subject)
        given = at.head.head if at.dep in ("acl", "relcl") and at.head.lemma in _TIMES else at.head
        if at.tag == "VB" and given.lemma in ("give", "allow") and (told := given.kid("dative")) is not None:
            return told  # "gave the rebels 48 hours to leave"
        if at.dep in ("acl", "relcl") and at.head.is_noun:
            if at.tag == "VBG" or base(at.head) in FORCES:
                return at.head
            return at.head.kid("poss") or next(iter(at.head.objects("by", "for", "from")), None)
        objects = at.head.kid("dobj") if at.dep in ("xcomp", "advcl") and not at.is_root else None
        if objects is not None and at.dep == "xcomp":
            return objects
        if at.dep == "pcomp" and at.head.head.lemma in _CHARGING and (charged := at.head.head.kid("dobj")) is not None:
            return charged
        if at.is_root or at.dep not in ("conj", "xcomp", "advcl", "pcomp", "prep", "dep", "ccomp", "acl", "acomp"):
            return None
        if at.dep == "ccomp" and is_report(at.head):
            return None
        at = at.head


def objects_of(hit: Hit, verb: Word) -> tuple[list[Word], bool]:
    """What a verb is done to, and whether that is the subject of its passive or the noun it describes."""
    if verb.dep == "amod":
        return conjoined(verb.head), False
    if verb.head.lemma in ("be", "remain", "stay") and (
        verb.dep == "attr" or (verb.dep == "acomp" and (verb.tag == "VBN" or verb.low == "overrun"))
    ):
        return [x for noun in verb.head.kids_of("nsubj") for x in conjoined(noun)], True
    things = [noun for noun in verb.kids_of("dobj") if noun.lemma not in _TIMES]
    if verb.kid("nsubjpass") is not None:
        things = [noun for noun in things if noun.low != "that"]  # a conjunction that the parse takes for a pronoun
    things = things or [noun for noun in verb.kids_of("npadvmod") if hit.sentence.places_in([noun])]
    things = things or (verb.objects("over") if hands_over(verb) else [])
    found = [x for noun in things for x in conjoined(relative(verb, noun))]
    subject = verb.kid("nsubj")
    if not found and verb.dep == "relcl" and subject is not None and relative(verb, subject) is subject:
        # "His prize, the strip of land he took": the clause describes what stands right before it.
        before = [verb.head, *(k for k in verb.head.kids_of("appos") if k.i < subject.i)]
        found = conjoined(before[-1])
    if not found and verb.kid("nsubjpass", "auxpass") is None and verb.kid("nsubj") is not None:
        found = _next_name(hit, verb)
    if found:
        return found, False
    found = [x for noun in verb.kids_of("nsubjpass") for x in conjoined(relative(verb, noun))]
    if not found and verb.tag in ("VBN", "VBD") and verb.dep == "acl":
        found = conjoined(verb.head)
    if not found and verb.kid("auxpass") is not None:
        # "X, besieged for weeks, was lost": the parse may leave the subject with the participle.
        found = [
            x for k in verb.kids_of("advcl") if k.i < verb.i for noun in k.kids_of("nsubj") for x in conjoined(noun)
        ]
    if not found and verb.dep == "xcomp" and verb.kid("auxpass") is not None:
        found = [x for noun in verb.head.kids_of("nsubj", "nsubjpass") for x in conjoined(noun)]  # "is to be vacated"
    bare = verb.tag in ("VBN", "VBD") and verb.kid("aux") is None
    small = bare and verb.dep in ("ccomp", "xcomp", "oprd", "conj", "advcl", "dep") and verb.tag == "VBN"
    declared = verb.dep == "ccomp" and verb.kid("mark") is None and is_report(verb.head)
    if not found and (small or declared or (bare and verb.objects("by"))):
        found = [x for noun in verb.kids_of("nsubj") for x in conjoined(noun)]
    if not found and small and verb.dep == "advcl":
        # "Seized in March, Kherson was freed in November."
        found = [x for noun in verb.head.kids_of("nsubj", "nsubjpass") if noun.i > verb.i for x in conjoined(noun)]
    if not found and small and verb.kid("auxpass") is None:
        shared = verb.head.kids_of("nsubjpass") if verb.dep == "conj" else []
        before = [w for w in hit.sentence.words if w.i < verb.i and w.is_noun and is_ground(hit.sentence, w)]
        near = verb.dep != "advcl" or (bool(before) and verb.start - before[-1].end <= _COMMA)
        active = verb.dep == "conj" and verb.head.kid("nsubj") is not None  # "surrendered a lead and lost in Turin"
        found = shared or (before[-1:] if near and not active else [])
    if not found and verb.dep == "conj" and verb.tag == "VBN":
        found = verb.head.kids_of("nsubjpass")
    return found, True


def _next_name(hit: Hit, verb: Word) -> list[Word]:
    """The place right behind a verb, which the parse may take for an adverb or the next clause's subject."""
    behind = next((w for w in hit.sentence.words if w.i == verb.i + 1), None)
    while behind is not None and behind.dep == "compound" and behind.head.i == behind.i + 1:
        behind = behind.head
    if behind is None or not behind.text[0].isupper() or behind.dep in ("dobj", "pobj", "compound", "amod", "poss"):
        return []
    return [behind] if behind.pos == "PROPN" or hit.sentence.places_in([behind]) else []


def hands_over(word: Word) -> bool:
    """Whether "hand over X" passes in the parse for a noun, and its particle for a preposition."""
    noun = word.low in ("hand", "handing") and word.pos == "NOUN"
    verb = word.lemma == "hand" and word.is_verb and word.kid("dobj", "nsubjpass") is None
    return (noun or verb) and bool(word.objects("over"))


def joins(word: Word, sentence: Sentence) -> bool:
    """Whether a verb after "and" passes in the parse for what describes its object ("advanced and liberated X")."""
    if word.dep != "amod" or word.tag not in ("VBN", "VBD", "JJ") or word.head.i != word.i + 1 or not word.i:
        return False
    return sentence.words[word.i - 1].low == "and" and word.head.pos == "PROPN" and word.head.verb() is not None


def agent_of(hit: Hit, verb: Word) -> Word | None:
    """The side or force that does what a passive says ("by the rebels", not "by Friday")."""
    agent = next((o for o in verb.objects("by") if can_move(hit, o) or named_side(hit, o)), None)
    if agent is None and verb.dep == "conj" and verb.tag == "VBN" and verb.kid("nsubj", "nsubjpass") is None:
        return agent_of(hit, verb.head)  # "was conquered by Israel in 1967 and annexed in 1981"
    return agent


def targets_of(verb: Word, prepositions: Iterable[str]) -> list[Word]:
    """The nouns behind these prepositions, through "out of", "back from", "deep into"."""
    wanted = tuple(prepositions)
    found = verb.objects(*wanted)
    for kid in verb.kids:
        if kid.dep in ("prep", "prt", "advmod", "acomp") and kid.low != "according":
            found += kid.objects(*wanted)
            found += [o for inner in kid.kids if inner.dep in ("prep", "advmod") for o in inner.objects(*wanted)]
    return list(dict.fromkeys(found))


def beside(verb: Word) -> list[Word]:
    """The nouns that tell on which side of them something happens: "advanced west of the town"."""
    sides = [k for k in verb.kids if k.low in _COMPASS and k.dep in ("advmod", "npadvmod", "prep", "dobj")]
    return [o for side in sides for o in side.objects("of", "from")]


def right_behind(noun: Word) -> list[Word]:
    """The ground right behind a noun ("the pullout from Izyum"), wherever the parse has hung it."""
    *_, top = noun.climb()
    for prep in [*top.kids, *noun.head.kids]:
        if prep.dep == "prep" and prep.i == noun.i + 1 and prep.low in OF_NOUN:
            return [x for o in prep.kids_of("pobj") for x in conjoined(o)]
    return []
