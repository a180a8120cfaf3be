"""Assaults on ground that were beaten: repelled, failed, unsuccessful."""

from __future__ import annotations

import re
from collections.abc import Iterator

from claims.belligerents import can_move, enemy_of, side_of, teller
from claims.clauses import agent_of, subject_of, targets_of
from claims.conquest import CAPTURED
from claims.draft import Hit
from claims.ground import ground_of
from claims.model import Status
from claims.takers import Taking
from claims.words import Word, conjoined

BEATEN = re.compile(
    r"\b(?:repel(?:s|led|ling)?|repuls(?:es?|ed|ing)|rebuff(?:s|ed|ing)?|thwart(?:s|ed|ing)?|foil(?:s|ed|ing)?"
    r"|(?:beat(?:s|en|ing)?|fought|fight(?:s|ing)?|fend(?:s|ed|ing)?|ward(?:s|ed|ing)?|held|hold(?:s|ing)?)"
    r"(?= (?:back|off)\b)"
    r"|(?:turn(?:s|ed|ing)?|push(?:es|ed|ing)?|dr[io]v(?:e|es|en|ing)|thr[eo]wn?|throw(?:s|ing)?)(?= back\b)"
    r"|unsuccessful(?:ly)?|fail(?:s|ed|ing)?|defeat(?:s|ed|ing)?)\b",
    re.IGNORECASE,
)
_ASSAULTS = frozenset(
    """attack assault offensive attempt onslaught raid storm charge bid effort operation counterattack counter-attack
    attacks""".split()
)
# What comes through the air takes no ground.
_BY_AIR = frozenset(
    """drone missile air aerial rocket mortar artillery cyber bomb suicide terrorist terror chemical arson hacker naval
    shahed balloon legal political diplomatic knife""".split()
)
_AIMS = ("on", "at", "near", "against", "around", "in", "into", "toward", "towards", "across", "along", "of")


def beaten(hit: Hit) -> Iterator[Taking]:
    """The assaults that a word of defeat is said of, each as a capture that was not."""
    word = hit.word
    verb = word if word.is_verb else word.head
    assaults: list[Word] = []
    if word.dep == "amod":
        assaults = [word.head]
    elif word.low.startswith("unsuccessful"):
        if word.dep == "advmod":
            return
        assaults = verb.kids_of("nsubj") if word.dep == "acomp" else []
    elif word.lemma == "fail":
        assaults = verb.kids_of("nsubj") if verb.kid("xcomp") is None else []
    elif word.is_verb:
        assaults = [*verb.kids_of("dobj"), *verb.kids_of("nsubjpass")]
    for assault in (x for one in assaults for x in conjoined(one)):
        if assault.lemma in _ASSAULTS and not any(
            k.low in _BY_AIR for k in assault.kids_of("compound", "amod", "nmod")
        ):
            yield from _failed(hit, verb, assault)


def _failed(hit: Hit, verb: Word, assault: Word) -> Iterator[Taking]:
    inner = [k for k in assault.kids_of("acl", "relcl") if k.is_verb]
    by = [*assault.objects("by"), *verb.objects("by")]
    goals = [
        *assault.objects(*_AIMS),
        *(o for one in by for o in one.objects(*_AIMS)),
        *(o for k in inner for o in (*k.kids_of("dobj"), *targets_of(k, _AIMS))),
    ]
    goals = [g for g in goals if not can_move(hit, g)] or targets_of(verb, ("near", "at", "around", "in", "on"))
    ground = ground_of(hit, [x for g in goals for x in conjoined(g)], verb, strict=True)
    if ground is None or not ground.places:
        return
    owners = [*assault.kids_of("poss", "amod", "compound", "nmod"), *assault.objects("by", "of", "from")]
    attacker = next((side for o in owners if (side := side_of(hit, o)) is not None), None)
    if attacker is None:
        passive = verb.kid("nsubjpass") is not None
        defender = agent_of(hit, verb) if passive else subject_of(verb) if assault.dep == "dobj" else None
        side = side_of(hit, defender) if defender is not None else teller(hit, verb)
        attacker = enemy_of(hit, side)
    yield Taking(verb, CAPTURED, attacker, ground, told=True, status=Status.DENIED)
