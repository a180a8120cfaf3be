"""Takings: what one verb says of ground and of the side that takes, enters, holds, leaves, loses or gives it up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from claims.afield import movements
from claims.backref import is_it
from claims.belligerents import can_move, enemy_of, named_side, relative, side_of, teller
from claims.clauses import agent_of, beside, objects_of, subject_of, targets_of
from claims.conquest import (
    ACTIVE_ONLY,
    ADVANCED,
    BEHIND,
    CAPTURED,
    CEDES,
    FALLING,
    HOLDS,
    OBJECT,
    PUSHED,
    WITHDREW,
    Sense,
    lemma_of,
)
from claims.draft import Hit
from claims.fallings import falling
from claims.forces import FORCES, REBELS, base
from claims.ground import Ground, ground_of, is_ground
from claims.model import Status
from claims.signs import declared, flag
from claims.status import modality
from claims.takers import Taking, doer_side, home_of, unnamed_side
from claims.words import Word, conjoined

_PAPERS = frozenset("treaty decree law bill document accord agreement act".split())
_POSTED = frozenset("defend hold garrison guard station deploy base occupy".split())
_AGAIN = frozenset("it control them town city village place airport".split())
_CONFINED = frozenset("jail prison cell custody captivity dungeon".split())
# Who sits somewhere to talk holds no ground there.
_TALKING = frozenset("team delegation negotiator committee commission panel delegate mediator envoy court".split())
_LEAVING = frozenset("abandon evacuate lose quit".split())
# Nobody but forces does these to ground.
_FORCEFUL = frozenset("clear free secure keep run get".split())
# "The order to pull out of the town".
_ORDERS = frozenset("order permission decision command instruction".split())
_LEADING_AWAY = frozenset("march walk".split())
# What is somebody's and conquers markets.
_GOODS = frozenset("catch product good brand film song beach wine fish car company firm team player album dish".split())
# Parties capture provinces in them, and no armies.
_POLLS = frozenset("election vote poll ballot referendum".split())
# "Hold little more than the town".
_LITTLE = frozenset("little more nothing".split())
_EVER = frozenset("before after until since".split())
# With a particle that is not its own a verb means something else: "take off", "hold on".
_APART = frozenset("up off down on forth out".split())
# Verbs of gaining a hold on ground, and not the ground.
_GAINING = frozenset("gain win secure establish".split())


def takings(hit: Hit, verb: Word) -> list[Taking]:
    """What a verb says of ground, by the first way of reading it that finds any."""
    for reading in (_pushed, _object, _behind, falling, flag, declared, movements):
        found = list(reading(hit, verb))
        if found:
            return found
    return []


def _object(hit: Hit, verb: Word) -> Iterator[Taking]:
    """Verbs whose object, or the subject of whose passive, is the ground."""
    sense = OBJECT.get(lemma_of(verb))
    if sense is None or not _complete(verb, sense):
        return
    objects, passive = objects_of(hit, verb)
    objects += [x for o in objects if o.low in _LITTLE for x in (*o.objects("than"), *verb.objects("than"))]
    particles = {k.low for k in verb.kids_of("prt", "advmod")}
    back = bool(particles & {"back"})
    if (passive and lemma_of(verb) in ACTIVE_ONLY and agent_of(hit, verb) is None) or (
        particles & _APART - set(sense.particles)
    ):
        return
    doer = agent_of(hit, verb) if passive else subject_of(verb)
    if doer is not None and doer.lemma in _PAPERS and lemma_of(verb) == "annex":
        signer = doer.verb()
        doer = subject_of(signer) if signer is not None else doer  # "signed treaties annexing the regions"
    if _idiom(verb, objects):
        return
    soldierly = doer is not None and (
        base(doer) in FORCES or (sense.action == WITHDREW and doer.low in ("it", "they", "we"))
    )
    soldierly = soldierly and (sense.action in (CAPTURED, ADVANCED) or lemma_of(verb) in _LEAVING)
    if (
        doer is not None
        and lemma_of(verb) in _LEAVING
        and any(m.source == "group" for m in hit.sentence.parties_in([doer]))
    ):
        soldierly = True  # "The RSF loses El Geteina"
    if objects and all(is_it(o) for o in objects) and _taken_before(verb):
        soldierly = True  # "captured Palmyra in May, lost it in March"
    ground = ground_of(hit, objects, verb, strict=not sense.loose or back or soldierly)
    if ground is None or any(w.lemma in _POLLS for w in verb.subtree(skip=("conj", "advcl", "parataxis"))):
        return
    actor = doer_side(hit, verb, doer, ground)
    if doer is not None and not can_move(hit, doer) and not (actor is not None and _leads(hit, doer)):
        return
    if sense.loose and not _done_by_forces(hit, verb, doer, actor, ground):
        return
    action = sense.action
    small = action == CAPTURED and any(o.lemma in ("foothold", "toehold") for o in objects)
    if small or (lemma_of(verb) == "gain" and [o.low for o in objects] == ["ground"]):
        action = ADVANCED
    if lemma_of(verb) == "occupy" and _occupying(verb):
        action = HOLDS
    if lemma_of(verb) == "enter" and modality(verb).status is Status.DENIED:
        action = CAPTURED  # an entry that was repelled, or never was, is a capture denied
    takers = verb.objects("to")
    if action == CEDES and takers and not any(_can_take(hit, o) for o in takers):
        return
    if action == CEDES and lemma_of(verb) in ("return", "transfer") and not takers:
        if actor is None and doer is None and passive and modality(verb).status is Status.PROPOSED:
            actor = enemy_of(hit, teller(hit, verb))  # "insists that the villages be returned"
        if actor is None or home_of(hit, ground.places) in (None, actor):
            return
    if action == CEDES and not back and lemma_of(verb) in ("give", "surrender", "yield") and _gave_way(verb):
        action = WITHDREW
    if action == ADVANCED and _also_taken(verb):
        return
    if lemma_of(verb) == "restore":
        owner = next((side for o in takers if (side := side_of(hit, o))), None)
        if owner is None:
            return
        if actor in (None, owner):
            action, actor = CAPTURED, owner
    if actor is None and doer is None:
        robbed = next((side for o in verb.objects("from") if (side := side_of(hit, o))), None)
        actor = enemy_of(hit, robbed) if robbed and action == CAPTURED else unnamed_side(hit, verb, action, ground)
    yield Taking(verb, action, actor, ground, told=can_move(hit, doer))


def _idiom(verb: Word, objects: Sequence[Word]) -> bool:
    """Whether a verb is part of what tells of no ground: "took place", "left behind"."""
    if lemma_of(verb) == "leave":
        return any(k.low == "behind" for k in verb.kids)
    if lemma_of(verb) == "hold":
        return any(k.low in ("responsible", "accountable", "liable", "back") for k in verb.kids)
    if lemma_of(verb) == "take":
        return any(o.low == "place" and not o.kids_of("det", "poss") for o in objects)
    return lemma_of(verb) == "run" and verb.dep == "relcl" and _of_institution(verb.head)


def _behind(hit: Hit, verb: Word) -> Iterator[Taking]:
    """Verbs whose ground stands behind a preposition: "advanced on X", "pulled out of Y", "remain in Z"."""
    for senses in BEHIND:
        sense = senses.get(lemma_of(verb))
        if sense is not None and _complete(verb, sense):
            yield from _moved(hit, verb, sense)


def _moved(hit: Hit, verb: Word, sense: Sense) -> Iterator[Taking]:
    moved = verb.kid("dobj", "nsubjpass")
    apart = moved is not None and moved.low in ("that", "which") and verb.dep == "relcl"
    if apart and lemma_of(verb) in ("hold", "keep") and not can_move(hit, verb.head):
        return  # "the summit that they held in Simla"
    if lemma_of(verb) == "set":
        if moved is None or moved.low != "foot":
            return
        moved = None  # "has not set foot in the town"
    if moved is not None and lemma_of(verb) in _LEADING_AWAY and not moved.kids_of("poss") and moved.low != "itself":
        return  # "marched them to the airport"
    if moved is not None and moved.low == "that" and verb.kid("nsubj") is not None:
        moved = None  # a conjunction that the parse takes for a pronoun
    if moved is not None and (moved.low in ("itself", "themselves") or _set_off(hit, verb, moved)):
        moved = None
    elif lemma_of(verb) in ("plant", "install", "establish", "ensconce"):
        return
    mover = moved if moved is not None and lemma_of(verb) not in ("fight", "make") else subject_of(verb)
    targets = [relative(verb, t) for t in targets_of(verb, sense.behind)]
    if verb.dep == "relcl":  # "Kyiv, from whose outskirts they pulled back"
        targets = [verb.head if any(k.low == "whose" for k in t.kids) else t for t in targets]
    if any(t.low == "home" or t.lemma in _CONFINED for t in targets):
        return
    talking = any(k.low == "down" for k in verb.kids) or (mover is not None and mover.lemma in _TALKING)
    if talking and lemma_of(verb) == "sit":
        return
    if sense.action == WITHDREW and not targets:
        targets = _left(hit, verb, mover)
    if moved is not None:
        targets += moved.objects(*sense.behind)
    targets += [
        o
        for t in targets
        if not is_ground(hit.sentence, t)
        for o in t.objects("in", "near", "at", "of", "around", "outside")
    ]
    if sense.action == ADVANCED:
        targets += beside(verb)
        distances = [*verb.kids_of("npadvmod", "dobj"), *verb.objects("by", "of")]
        targets += [k for k in distances if k.lemma in ("kilometre", "kilometer", "km", "mile")]
        mover = subject_of(verb) if moved in targets else mover
    if mover is not None and not can_move(hit, mover):
        mover = next((m for m in conjoined(mover) if can_move(hit, m)), mover)  # "gunners and infantry"
    bidden = sense.action == WITHDREW and verb.dep == "acl" and verb.head.lemma in _ORDERS
    if not can_move(hit, mover) and not bidden:
        return
    doer = agent_of(hit, verb) if verb.kid("nsubjpass") is not None else subject_of(verb)
    soldierly = mover is not None and base(mover) in FORCES
    ground = ground_of(hit, targets, verb, strict=soldierly or lemma_of(verb) in ("withdraw", "retreat", "pull"))
    if ground is None or (sense.action != WITHDREW and not ground.says_something):
        return
    if soldierly and not ground.plain:
        ground = replace(ground, plain=True)
    if sense.action == ADVANCED and _also_taken(verb):
        return
    actor = doer_side(hit, verb, doer, ground) or doer_side(hit, verb, mover, ground)
    if actor is None and (doer is None or bidden):
        actor = unnamed_side(hit, verb, sense.action, ground)
    if sense.action == HOLDS and mover is not None and _hardly_any(mover):
        yield Taking(verb, WITHDREW, actor, ground, told=True, status=Status.OCCURRED)
        return
    yield Taking(verb, sense.action, actor, ground, told=True)


def _left(hit: Hit, verb: Word, mover: Word | None) -> list[Word]:
    """What is left by a verb that does not say so itself: the ground that the words around it tell of."""
    if verb.dep == "advcl" and verb.kid("nsubj") is not None and verb.kid("mark", "advmod") is not None:
        found = _ground_above(hit, verb.head)  # "They moved into the town as the rebels pulled out"
        if found:
            return found
    if verb.dep == "conj" and verb.head.is_verb:
        # "They moved into the town and withdrew again."
        before = next((s for senses in BEHIND if (s := senses.get(lemma_of(verb.head)))), None)
        if before is not None and (found := targets_of(verb.head, before.behind)):
            return found
    if up := next((w for w in verb.climb() if w.dep == "relcl"), None):
        # "The town was seized by rebels, who had to pull out a week later."
        taking = up.head.verb()
        if taking is not None and lemma_of(taking) in OBJECT and (found := objects_of(hit, taking)[0]):
            return found
    if mover is None:
        return []
    # "The units defending the town were ordered to pull out."
    posts = [k for k in mover.kids_of("acl", "relcl") if lemma_of(k) in _POSTED]
    return [o for k in posts for o in (*k.kids_of("dobj"), *targets_of(k, ("in", "at", "around")))]


def _ground_above(hit: Hit, verb: Word) -> list[Word]:
    """The nouns that another verb of taking or moving has for its ground."""
    behind = [prep for senses in BEHIND if (sense := senses.get(lemma_of(verb))) for prep in sense.behind]
    taken = objects_of(hit, verb)[0] if lemma_of(verb) in OBJECT or lemma_of(verb) in _GAINING else []
    inner = [o for t in taken for o in t.objects("in", "at", "near", "on")]
    return [*targets_of(verb, behind), *inner, *taken]


def _set_off(hit: Hit, verb: Word, noun: Word) -> bool:
    """Whether a comma sets off what the parse takes for a verb's object: it explains another noun."""
    first = noun.noun_span()[0]
    return noun.i > verb.i and hit.sentence.text[verb.end : first].rstrip().endswith(",")


def _hardly_any(noun: Word) -> bool:
    """ "No soldier", "hardly a fighter", "none of the rebels"."""
    return noun.low in ("none", "nobody") or any(k.low in ("no", "hardly", "barely", "scarcely") for k in noun.kids)


def _pushed(hit: Hit, verb: Word) -> Iterator[Taking]:
    """One side drives another out: told of the one that drives, it takes the ground; of the other, that loses it."""
    losing = verb.kid("dobj", "nsubjpass")
    if losing is None and verb.dep == "pcomp" and verb.kid("auxpass") is not None and verb.head.low in _EVER:
        losing = subject_of(verb)
    elif losing is None and verb.tag == "VBN" and verb.dep == "advcl":
        losing = verb.head.kid("nsubj", "nsubjpass")  # "Driven from the town, the soldiers …"
    elif losing is None and verb.tag == "VBN" and verb.dep == "acl":
        losing = verb.head  # "the soldiers, driven from the town, …"
    if lemma_of(verb) not in PUSHED or not can_move(hit, losing):
        return
    whence = [*targets_of(verb, ("from", "of", "out")), *(losing.objects("from") if losing is not None else [])]
    if not whence and losing is subject_of(verb) and verb.dep == "pcomp":
        whence = _ground_above(hit, verb.head.head)  # "gained a foothold in the village before being driven out"
    ground = ground_of(hit, whence, verb, strict=True)
    if ground is None:
        return
    passive = verb.kid("nsubjpass", "auxpass") is not None
    passive = passive or (verb.dep in ("advcl", "acl") and verb.kid("dobj") is None)
    winner = side_of(hit, agent_of(hit, verb) if passive else subject_of(verb))
    loser = side_of(hit, losing) or enemy_of(hit, winner)
    if loser == winner:
        loser = enemy_of(hit, winner)
    if passive:
        told = teller(hit, verb)
        winner = told if told is not None and told == enemy_of(hit, loser) else None
    elif winner is None:
        winner = enemy_of(hit, loser)
    if winner is None:
        yield Taking(verb, WITHDREW, loser, ground, status=Status.OCCURRED if verb.dep == "pcomp" else None)
    else:
        yield Taking(verb, CAPTURED, winner, ground)


def _complete(verb: Word, sense: Sense) -> bool:
    """Whether the particle that a verb needs ("give up") stands with it."""
    kids = {k.low for k in verb.kids if k.dep in ("prt", "advmod", "prep", "advcl", "acomp", "oprd")}
    return not sense.particles or bool(kids & sense.particles)


def _done_by_forces(hit: Hit, verb: Word, doer: Word | None, actor: str | None, ground: Ground) -> bool:
    """Whether a loose verb means ground here: forces or a side do it, and to land."""
    robbed = doer is None and any(side_of(hit, o) for o in verb.objects("from"))
    if not ground.says_something and not (ground.plain and (actor or robbed)):
        return False
    if doer is None:
        return (
            ground.plain
            or ground.area is not None
            or (OBJECT[lemma_of(verb)].action == WITHDREW and teller(hit, verb) is not None)
        )
    if lemma_of(verb) in ("govern", "administer", "rule"):
        if base(doer) in REBELS and actor is not None:
            return True
        return named_side(hit, doer) is not None or (ground.share is not None and actor is not None)
    if lemma_of(verb) == "flee":
        return base(doer) in FORCES
    if OBJECT[lemma_of(verb)].action in (ADVANCED, WITHDREW) or lemma_of(verb) in _FORCEFUL:
        return can_move(hit, doer)
    return can_move(hit, doer) or actor is not None


def _can_take(hit: Hit, noun: Word) -> bool:
    """Whether ground can be given to a noun: a side, a force, a leader, not a hotel chain."""
    return can_move(hit, noun) or noun.pos in ("PRON", "PROPN") or side_of(hit, noun) is not None


def _leads(hit: Hit, doer: Word) -> bool:
    """Whether a doer that is no force is a leader or speaks of itself as one: "Putin", "its generals", "we"."""
    if doer.pos == "NOUN" and doer.lemma in _GOODS:
        return False
    return doer.pos in ("PROPN", "PRON") or named_side(hit, doer) is None or bool(doer.kids_of("appos"))


def _of_institution(noun: Word) -> bool:
    """Whether a place only tells where an institution is: "the health ministry in Gaza, which Hamas runs"."""
    return noun.dep == "pobj" and noun.head.head.lemma in ("ministry", "authority", "government", "office", "hospital")


def _occupying(verb: Word) -> bool:
    """Whether "occupy" tells of a state: in the present, under way, or since some time."""
    if any(k.dep == "auxpass" and k.tag in ("VBZ", "VBP") for k in verb.kids):
        return True
    if verb.objects("from") and verb.objects("to", "until"):
        return True  # "from 1941 to 1946"
    since = any(o.low == "since" for o in verb.kids) or verb.head.lemma in ("continue", "keep", "remain", "stay")
    return since or verb.tag in ("VBZ", "VBP", "VBG") or any(k.low in ("still", "long") for k in verb.kids)


def _taken_before(verb: Word) -> bool:
    """Whether the verb that this one is joined to, or leans on, tells of ground, too."""
    if any(_of_ground(k) for k in verb.kids_of("advcl") if k.i < verb.i):
        return True  # "after they had entered Goma they left it"
    if verb.dep not in ("conj", "advcl") or not _of_ground(verb.head):
        return False
    return not any(is_it(o) for o in verb.head.kids_of("dobj")) or _taken_before(verb.head)


def _of_ground(verb: Word) -> bool:
    lemma = lemma_of(verb)
    return lemma in OBJECT or lemma in FALLING or any(lemma in senses for senses in BEHIND)


def _gave_way(verb: Word) -> bool:
    """Whether ground was given up to force and not by agreement: told as done, with no one to whom."""
    return verb.tag in ("VBD", "VBN") and modality(verb).status is None and not targets_of(verb, ("to",))


def _also_taken(verb: Word) -> bool:
    """Whether the same breath says that the ground entered was taken too."""
    others = [*verb.kids_of("conj"), *([verb.head] if verb.dep == "conj" else [])]
    taken = [o for o in others if lemma_of(o) in OBJECT and OBJECT[lemma_of(o)].action == CAPTURED]
    return any(k.low in _AGAIN for o in taken for k in o.kids_of("dobj"))
