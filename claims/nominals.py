"""Takings of ground told by nouns: the capture, fall, loss, control, withdrawal, annexation of a place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from claims.afield import nowhere
from claims.belligerents import can_move, side_of
from claims.clauses import OF_NOUN, right_behind, subject_of
from claims.conquest import (
    ADVANCED,
    CAPTURED,
    CEDES,
    CEDING_CONTROL,
    CONTROL,
    GETTING_CONTROL,
    HOLDS,
    KEEPING_CONTROL,
    LOSING_CONTROL,
    NOUNS,
    OBJECT,
    WITHDREW,
    Sense,
)
from claims.draft import Hit
from claims.forces import FORCES
from claims.ground import Ground, ground_of, is_ground, last_place
from claims.model import Status
from claims.reporting import is_report
from claims.takers import Taking, doer_side, unnamed_side
from claims.words import Word, conjoined

_HAPPENING = frozenset(
    "be begin start happen occur come follow proceed continue end finish resume wait have go".split()
)
_COMPLETING = frozenset("complete finish achieve begin order launch start".split())
_SOLDIERLY = frozenset("territorial battlefield military ground armoured armored cross-border land".split())


def nominals(hit: Hit) -> Iterator[Taking]:
    """The takings told by the noun that set the rule off: the capture, fall, loss, control, withdrawal of ground."""
    noun = hit.word
    sense = NOUNS.get(noun.low.replace("-", "")) or NOUNS.get(noun.lemma.replace("-", "")) or NOUNS.get(noun.lemma)
    if sense is None or noun.dep in ("compound", "amod"):
        return
    if any(p.start <= noun.start < p.end for p in hit.sentence.parties):
        return  # the "Liberation" in a movement's name
    if noun.is_verb and (
        noun.tag != "VBG" or noun.kid("dobj") or noun.dep not in ("pobj", "dobj", "nsubj", "nsubjpass")
    ):
        return
    if noun.dep == "pobj" and noun.head.low in ("under", "beyond", "outside"):
        return
    if sense.action == HOLDS and noun.dep == "appos" and noun.head.dep in ("nsubj", "nsubjpass"):
        return  # "Kidal, their last foothold, fell": what became of it is told by the verb
    verb = noun.head if noun.dep in ("dobj", "nsubj", "nsubjpass") and noun.head.is_verb else None
    owners, targets = _owners_and_targets(hit, noun, sense, verb)
    where = verb is not None and verb.dep == "relcl" and any(k.low == "where" for k in verb.kids)
    if not targets and noun.lemma in CONTROL and verb is not None and where:
        targets = [predicated(verb.head)]  # "one of the places where they hold sway"
    ground = ground_of(hit, targets, None, strict=not sense.loose)
    if ground is not None and not ground.places and sense.action == HOLDS and verb is not None:
        ground = ground_of(hit, targets, verb, strict=not sense.loose)  # "In the town they have a foothold at the mill"
    if noun.lemma == "evacuation" and not any(can_move(hit, o) for o in owners):
        return  # that of civilians
    if ground is None and noun.lemma not in CONTROL and sense.action != ADVANCED:
        lost = sense.action in (WITHDREW, CEDES)  # "Armenia's loss" is Armenia's, "the town's loss" its owner's
        owned = [
            o
            for o in noun.kids_of("poss")
            if is_ground(hit.sentence, o) and not (lost and hit.sentence.parties_in([o]))
        ]
        ground, owners = ground_of(hit, owned, None), [o for o in owners if o not in owned]
    if ground is None and not targets and noun.dep in ("nsubj", "nsubjpass", "dobj", "pobj"):
        its = any(k.low == "its" for k in noun.kids_of("poss"))
        the = any(k.low in ("the", "this") for k in noun.kids_of("det")) and not sense.loose
        if sense.action == CAPTURED and (its or the):
            ground, owners = last_place(hit, noun), [o for o in owners if o.dep != "poss"]
    nameless = ground is None or not ground.says_something
    if nameless and _moving(noun) and any(_moves(hit, o) for o in owners):
        ground = nowhere(noun)
    elif ground is None or (sense.loose and not _meant_as_ground(hit, noun, sense, owners, ground)):
        return
    if sense.action == WITHDREW and any(can_move(hit, o) for o in owners):
        ground = replace(ground, plain=True)
    actor = next((side for o in owners if (side := side_of(hit, o))), None)
    if noun.lemma in CONTROL:
        yield from _control(hit, noun, verb, actor, ground)
        return
    credit = noun.head.head if noun.dep == "pobj" and noun.head.low == "with" else None
    if actor is None and credit is not None and credit.lemma == "credit":
        actor = side_of(hit, credit.kid("dobj", "nsubjpass"))  # "credited the brigade with the liberation of"
    if actor is None and noun.dep == "dobj" and verb is not None and not is_report(verb):
        actor = doer_side(hit, verb, subject_of(verb), ground)
    if actor is None and not any(can_move(hit, o) for o in owners):
        actor = unnamed_side(hit, noun, sense.action, ground)
    small = noun.lemma in ("foothold", "toehold")
    if small and verb is not None and verb.lemma in OBJECT and verb.lemma not in GETTING_CONTROL:
        return
    gained = small and verb is not None and verb.lemma in GETTING_CONTROL
    done = noun.lemma == "occupation" and verb is not None and noun.dep == "dobj" and verb.lemma in _COMPLETING
    action = ADVANCED if gained else CAPTURED if done else sense.action
    yield Taking(noun, action, actor, ground, status=_done(noun))


def _owners_and_targets(hit: Hit, noun: Word, sense: Sense, verb: Word | None) -> tuple[list[Word], list[Word]]:
    """Whose deed a noun is, and to what: "the army's capture of Kidal", "the fall of Kidal to the rebels"."""
    targets = [*noun.objects(*(("of", "over") if sense.action == CEDES else OF_NOUN)), *right_behind(noun)]
    if noun.is_root and noun.lemma == "control":
        # "The Houthis control Sanaa", which the parse may take for a noun with its explanation.
        targets += [x for k in noun.kids_of("appos", "dobj") for x in conjoined(k)]
    targets = [t for t in targets if not any(d.start < t.end and t.start < d.end for d in hit.sentence.dates)]
    if sense.action == ADVANCED and verb is not None:
        targets += verb.objects("in", "into", "near", "on", "across", "around")
    owners = [*noun.objects("by"), *noun.kids_of("poss", "amod", "compound", "nmod")]
    if sense.action in (ADVANCED, WITHDREW):
        movers = [o for o in noun.objects("of") if can_move(hit, o) and not is_ground(hit.sentence, o)]
        owners, targets = (
            [*movers, *owners],
            [t for t in targets if t not in movers] + [o for m in movers for o in m.objects(*OF_NOUN)],
        )
    if noun.lemma == "fall":
        owners = [*(o for o in noun.objects("to") if can_move(hit, o)), *owners]
        targets = [t for t in targets if t not in owners]
    return owners, targets


def _moving(noun: Word) -> bool:
    """Whether a noun is a movement of armies by itself: an advance, a push that was stopped, territorial gains."""
    stopped = noun.dep in ("dobj", "nsubjpass") and noun.head.lemma in ("stop", "halt", "repel", "repulse", "thwart")
    territorial = any(k.low in ("territorial", "battlefield") for k in noun.kids)
    return noun.lemma in ("advance", "incursion") or stopped or territorial


def _moves(hit: Hit, owner: Word) -> bool:
    """Whether an advance is that of forces: "the rebels' advance", "Russian advance", "their lightning advance"."""
    return can_move(hit, owner) or bool(hit.sentence.parties_in([owner])) or owner.low == "their"


def predicated(noun: Word) -> Word:
    """What a noun is said of: "Sittwe remains one of the towns …" tells of Sittwe."""
    top = noun
    while top.dep == "pobj" and top.head.low == "of":
        top = top.head.head
    subject = top.head.kid("nsubj") if top.dep in ("attr", "oprd") else None
    return subject if noun.is_noun and subject is not None else noun


def _done(noun: Word) -> Status | None:
    """Whether a nominal deed is done although its verb is not: "the loss of the town may bring down the government"."""
    verb = noun.head
    definite = any(k.dep == "poss" or k.low == "the" for k in noun.kids)
    if noun.dep != "nsubj" or not definite or verb.lemma in _HAPPENING:
        return None
    return Status.OCCURRED if any(k.dep == "aux" and k.low in ("may", "might", "will") for k in verb.kids) else None


def _meant_as_ground(hit: Hit, noun: Word, sense: Sense, owners: Sequence[Word], ground: Ground) -> bool:
    """Whether a loose noun ("fall", "push", "loss", "return") means ground: of places, or by forces."""
    if not ground.says_something:
        return sense.action == HOLDS and ground.plain and any(side_of(hit, o) for o in owners)
    if sense.action in (CAPTURED, WITHDREW, CEDES):
        return ground.plain
    inside = noun.dep == "pobj" and noun.head.low == "in" and noun.head.head.is_verb  # "is in possession of"
    subject = subject_of(noun.head) if noun.dep == "dobj" else subject_of(noun.head.head) if inside else None
    doers = [*owners, *([subject] if subject is not None else [])]
    soldierly = any(k.low in _SOLDIERLY for k in noun.kids)
    into = any(k.low in ("into", "on", "toward", "towards") for k in noun.kids_of("prep"))
    if sense.action == HOLDS or noun.lemma == "invasion" or _moving(noun) or soldierly or into:
        return soldierly or any(side_of(hit, o) for o in doers)
    return any(o.lemma in FORCES for o in doers)


def _control(hit: Hit, noun: Word, verb: Word | None, owner: str | None, ground: Ground) -> Iterator[Taking]:
    """Control that is taken, kept, lost, given up, or that passes to somebody."""
    if verb is not None and noun.dep == "nsubjpass" and verb.lemma in GETTING_CONTROL:
        agent = next((o for o in verb.objects("by") if can_move(hit, o)), None)
        by = side_of(hit, agent) if agent is not None else owner or unnamed_side(hit, noun, CAPTURED, ground)
        yield Taking(verb, CAPTURED, by, ground)
        return
    if verb is None and noun.dep == "pobj" and noun.head.low == "in":
        verb, action = noun.head.head, HOLDS
    elif verb is None or noun.dep != "dobj":
        taker = next((o for o in verb.objects("to") if can_move(hit, o)), None) if verb is not None else None
        if taker is not None:
            yield Taking(noun, CAPTURED, side_of(hit, taker), ground)
        elif owner is not None:
            yield Taking(noun, HOLDS, owner, ground)
        return
    elif verb.lemma in GETTING_CONTROL:
        action = CAPTURED
    elif verb.lemma in LOSING_CONTROL:
        action = WITHDREW
    elif verb.lemma in CEDING_CONTROL:
        action = CEDES
    elif verb.lemma in KEEPING_CONTROL or owner is not None:
        action = HOLDS
    else:
        return
    subject = subject_of(verb)
    actor = owner or doer_side(hit, verb, subject, ground)
    if actor is not None or can_move(hit, subject):
        yield Taking(verb if verb.is_verb else noun, action, actor, ground, told=True)
