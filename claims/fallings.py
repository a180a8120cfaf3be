"""Ground that changes hands on its own account: it falls, follows, passes to somebody."""

from __future__ import annotations

from collections.abc import Iterator

from claims.backref import is_it
from claims.belligerents import can_move, side_of
from claims.clauses import agent_of, subject_of, targets_of
from claims.conquest import CAPTURED, FALLING, lemma_of
from claims.draft import Hit
from claims.ground import ground_of
from claims.takers import Taking, unnamed_side
from claims.words import Word, conjoined

_TAKEN_TOO = frozenset("fall seize capture take overrun retake recapture liberate".split())


def falling(hit: Hit, verb: Word) -> Iterator[Taking]:
    """ "X fell to the rebels", "X has fallen"."""
    described = verb.head if verb.dep in ("relcl", "acl") else None
    # "Should Kidal fall": the parse may hide the subject.
    subject = subject_of(verb) or described or verb.kid("compound")
    if lemma_of(verb) not in FALLING or subject is None:
        return
    if lemma_of(verb) == "follow":
        yield from _following(hit, verb, subject)
        return
    if lemma_of(verb) == "change":
        yield from _changing(hit, verb, subject)
        return
    if subject.dep == "attr" and verb.dep in ("relcl", "acl"):
        subject = subject.head.kid("nsubj") or subject  # "Kidal was the first town to fall"
    if verb.kid("prt", "acomp", "dobj", "xcomp") is not None:
        return
    if any(k.kid("nummod") for k in verb.kids_of("npadvmod")):
        return
    if is_it(subject) and verb.dep == "advcl":
        above = subject_of(verb.head)  # "Khe Sanh held out for 30 days before it fell"
        if above is not None and any(m.kind == "settlement" for m in hit.sentence.places_in([above])):
            subject = above
    taker = next((o for o in targets_of(verb, FALLING[lemma_of(verb)]) if can_move(hit, o)), None)
    ground = ground_of(hit, conjoined(subject), verb, strict=taker is not None)
    if ground is None or (taker is None and not (lemma_of(verb) == "fall" and ground.places and ground.plain)):
        return
    actor = side_of(hit, taker) if taker is not None else unnamed_side(hit, verb, CAPTURED, ground)
    yield Taking(verb, CAPTURED, actor, ground)


def _following(hit: Hit, verb: Word, subject: Word) -> Iterator[Taking]:
    """ "Kidal fell on Monday. Gao followed a day later": it fell, too."""
    before = [w for w in hit.sentence.words[: verb.i] if w.is_verb and lemma_of(w) in _TAKEN_TOO]
    if not before and hit.sentence.previous is not None:
        before = [w for w in hit.sentence.previous.words if w.is_verb and lemma_of(w) in _TAKEN_TOO]
    if not before or verb.kid("dobj", "prt", "auxpass") is not None or verb.objects("by"):
        return
    ground = ground_of(hit, conjoined(subject), verb)
    if (
        ground is not None
        and ground.places
        and ground.plain
        and (subject.pos == "PROPN" or hit.sentence.places_in(subject.kids))
    ):
        earlier = agent_of(hit, before[-1]) if before[-1].kid("nsubjpass") else subject_of(before[-1])
        taker = side_of(hit, earlier) if can_move(hit, earlier) else None
        yield Taking(verb, CAPTURED, taker or unnamed_side(hit, verb, CAPTURED, ground), ground)


def _changing(hit: Hit, verb: Word, subject: Word) -> Iterator[Taking]:
    """ "The town has changed hands": nobody says into whose."""
    ground = ground_of(hit, conjoined(subject), verb)
    if ground is not None and ground.places and any(k.low == "hands" for k in verb.kids_of("dobj")):
        yield Taking(verb, CAPTURED, None, ground)
