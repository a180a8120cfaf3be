"""Tenure: who has ground, told without a verb of taking or holding ("is rebel-held", "has 4,000 troops in")."""

from __future__ import annotations

import re
from collections.abc import Iterator

from claims.belligerents import can_move, side_of
from claims.clauses import objects_of, subject_of, targets_of
from claims.conquest import ADVANCED, ANNEXED, CAPTURED, CEDES, HOLDS, WITHDREW
from claims.draft import Hit
from claims.forces import FORCES, base
from claims.ground import ground_of
from claims.model import Status
from claims.takers import Taking, doer_side
from claims.timing import dates_of
from claims.words import Word, conjoined

TENURE = re.compile(
    r"-(?:held|controlled|occupied|ruled)\b"
    r"|(?<=\w)['’]s?(?=[,.;:]| (?:since|again|alone|now|on|for|until|once|before|after|within"
    r"|by|and|but|while|when|as|in)\b|$| \()"
    # All others together, so that they are tried at the beginnings of words alone.
    r"|\b(?:(?:present|active)\b(?= (?:in|on|at|along|inside)\b)|(?:back|remain(?:s|ed)?) with\b"
    r"|t(?:ake|akes|aken|aking|ook) up positions?\b"
    r"|claim(?:s|ed|ing)?\b(?=[^.;]{0,120}\b(?:as (?:its|their|his) own|for (?:itself|themselves))\b)"
    r"|(?:be|is|are|was|were|been) (?:out of|gone)\b|(?:got|gets?|getting|c[ao]mes?|coming) (?:to )?within\b"
    r"|(?:got|gets?|getting|gotten|c[ao]mes?|coming|went|gone|push(?:es|ed|ing)?|reach(?:es|ed|ing)?) as far as\b"
    r"|improv(?:ed|es?|ing) (?:its |their |the )?(?:tactical )?(?:positions?|situation)\b"
    r"|(?:theirs|ours)\b|(?:its|their|our) own(?=[,.;:]| (?:since|again|now|once)\b|$)"
    r"|(?:stay(?:s|ed)?|remain(?:s|ed)?"
    r"|(?:is|are|was|were)(?= (?:still|again|now|back|once|[A-Z][\w-]+ (?:again|once|now))\b))"
    r"(?= (?:\w+ ){0,2}[A-Z][\w-]+)"
    r"|(?:its|their|his|our) way(?= (?:back )?(?:in|to|into|onto|towards?|through|up|across|past|deeper|out)\b)"
    r"|sovereignty\b(?= over\b)|wants?\b(?=[^.;]{3,60} out of\b)"
    r"|masters? of\b|(?:ha(?:s|ve|d)|having)\b"
    r"(?= (?:[\w,’'-]+ ){0,6}(?:troops|soldiers|forces|fighters|peacekeepers|servicemen"
    r"|strongholds?|bastions?|bases?|garrisons?|headquarters|outposts?|positions?)\b))",
    re.IGNORECASE,
)
_STATES = frozenset("be remain stay become".split())
_POSSESSIVES = frozenset(("'s", "’s", "'", "’"))
_COPULAS = frozenset("is are was were stay stays stayed remain remains remained".split())
_PREDICATES = ("attr", "acomp", "oprd", "dobj")
_TOWARDS = ("in", "to", "into", "onto", "toward", "towards", "through", "across", "past")
# What a side has in a place that it holds.
_SEATS = frozenset("stronghold bastion base garrison headquarters outpost position".split())
_RECOGNISING = frozenset("recognise recognize acknowledge accept back endorse support".split())
_CLAIMING = frozenset("claim assert declare proclaim".split())
_IN = ("in", "on", "at", "along", "inside", "near", "across")
_WITH = ("with",)


def tenures(hit: Hit) -> Iterator[Taking]:
    """The sides that have ground, by the word that set the rule off."""
    text, word = hit.trigger.lower(), hit.word
    verb = word if word.is_verb and word.dep not in ("acomp", "attr") else word.head
    if text.startswith("-"):
        yield from _owned(hit, word)
    elif text in _POSSESSIVES:
        yield from _possessed(hit, word.head if word.dep == "case" else word)
    elif text.endswith(" own") or text in ("theirs", "ours"):
        yield from _possessed(hit, word)
    elif text in _COPULAS:
        yield from _styled(hit, word)
    elif text.endswith(" way"):
        yield from _working(hit, word)
    elif text in ("present", "active") and word.dep == "acomp":
        yield from _present(hit, verb, verb.kid("nsubj"), [*word.objects(*_IN), *verb.objects(*_IN)])
    elif text.startswith("ha") and word.lemma == "have" and word.pos != "AUX":
        force = word.kid("dobj")
        if force is not None and (base(force) in FORCES or force.lemma in _SEATS):
            yield from _present(hit, word, subject_of(word), [*targets_of(word, _IN), *force.objects(*_IN)])
    elif text.endswith(" with"):
        yield from _back(hit)
    elif text.endswith((" out of", " gone")):
        yield from _outside(hit, word)
    elif text.endswith(" as far as"):
        moved = next((w for w in word.climb() if w.is_verb), None)
        far = [w for w in hit.sentence.words if w.low == "far" and w.i > word.i - 3]
        if moved is not None:
            ends = [o for w in (*far, *moved.kids, moved) for o in targets_of(w, ("as",))]
            yield from _gaining(hit, moved, [*ends, *(o for e in ends for o in e.objects("of", "in", "at"))])
    elif text.startswith("improv") and word.is_verb:
        yield from _gaining(hit, word, targets_of(word, (*_IN, "towards")))
    elif text.endswith(" within"):
        nears = [o for w in word.climb() for d in w.objects("within") for o in [*d.objects("of"), *d.objects("from")]]
        yield from _gaining(hit, word, nears)
    elif text.startswith("claim"):
        yield from _claiming(hit, word)
    elif text.endswith(("position", "positions")) and word.is_verb:
        taken = [o for k in word.kids_of("dobj") for o in k.objects(*_IN)]
        yield from _present(hit, word, subject_of(word), [*targets_of(word, _IN), *taken])
    elif text.startswith("master"):
        yield from _masters(hit, word)
    elif text == "sovereignty":
        yield from _sovereign(hit, word)
    elif text.startswith("want"):
        yield from _unwanted(hit, word)


def _owned(hit: Hit, word: Word) -> Iterator[Taking]:
    """ "The town is rebel-held": said of a subject, and not in passing ("the rebel-held town")."""
    verb = word.head
    if word.dep not in ("acomp", "attr", "oprd") or verb.lemma not in _STATES:
        return
    dash = word.end - len(hit.trigger)
    owner = next((m.party for m in hit.sentence.parties if m.end == dash), None)
    owner = owner or next((side for k in word.kids if k.end == dash and (side := side_of(hit, k))), None)
    # "Toretsk is …": the parse may take an unknown name for an adverb.
    subjects = verb.kids_of("nsubj") or [k for k in verb.kids_of("advmod") if k.i < verb.i and k.text[0].isupper()]
    ground = ground_of(hit, [x for s in subjects for x in conjoined(s)], verb, strict=True)
    if ground is not None:
        yield Taking(verb, HOLDS, owner, ground, told=owner is not None)


def _possessed(hit: Hit, word: Word) -> Iterator[Taking]:
    """ "The town is the rebels' again", "is no longer theirs": theirs, and nothing of theirs."""
    verb = word.head
    if word.dep not in _PREDICATES or verb.lemma not in _STATES:
        return
    ground = ground_of(hit, [x for s in verb.kids_of("nsubj") for x in conjoined(s)], verb, strict=True)
    owner = side_of(hit, word)
    if ground is None or owner is None or not ground.says_something:
        return
    lost = verb.kid("neg") is not None
    status = Status.OCCURRED if lost else None
    # "By Sunday the town was theirs": it had become so.
    became = (
        verb.tag == "VBD"
        and bool(dates_of(hit.sentence, [verb]))
        and not any(k.low in ("since", "still") for k in verb.kids)
    )
    yield Taking(verb, WITHDREW if lost else CAPTURED if became else HOLDS, owner, ground, told=True, status=status)


def _styled(hit: Hit, verb: Word) -> Iterator[Taking]:
    """ "The village stays Ukrainian", "is Russian again"."""
    called = next((k for k in verb.kids_of(*_PREDICATES) if k.i > verb.i and k.pos in ("ADJ", "PROPN")), None)
    named = hit.sentence.parties_in([called]) if called is not None else []
    if called is None or verb.lemma not in _STATES or not named or named[0].source not in ("demonym", "country"):
        return
    ground = ground_of(hit, [x for s in verb.kids_of("nsubj") for x in conjoined(s)], verb, strict=True)
    if ground is not None and ground.places:
        yield Taking(verb, HOLDS, named[0].party, ground, told=True)


def _working(hit: Hit, way: Word) -> Iterator[Taking]:
    """ "Fought their way into the town", "shot its way out of it"."""
    verb = way.head
    force = subject_of(verb) if way.dep == "dobj" else None
    if not can_move(hit, force):
        return
    out = [o for head in (verb, way) for o in targets_of(head, ("of",)) if any(k.low == "out" for k in head.kids)]
    into = [o for head in (verb, way) for o in targets_of(head, _TOWARDS)]
    ground = ground_of(hit, out or into, verb, strict=True)
    if ground is not None and ground.places:
        action = WITHDREW if out else ADVANCED
        yield Taking(verb, action, doer_side(hit, verb, force, ground), ground, told=True)


def _present(hit: Hit, verb: Word, force: Word | None, where: list[Word]) -> Iterator[Taking]:
    ground = ground_of(hit, where, None)
    if ground is None or not ground.places or not can_move(hit, force):
        return
    actor = doer_side(hit, verb, force, ground)
    if actor is not None:
        yield Taking(verb, HOLDS, actor, ground, told=True)


def _back(hit: Hit) -> Iterator[Taking]:
    """ "Most of the city is back with the army"."""
    verb = hit.word.head if not hit.word.is_verb else hit.word
    while not verb.is_root and verb.lemma not in _STATES:
        verb = verb.head
    owner = next((o for o in targets_of(verb, _WITH) if can_move(hit, o)), None)
    ground = ground_of(hit, [x for s in verb.kids_of("nsubj") for x in conjoined(s)], verb)
    if owner is not None and ground is not None and verb.lemma in _STATES:
        yield Taking(verb, HOLDS, doer_side(hit, verb, owner, ground), ground, told=True)


def _outside(hit: Hit, word: Word) -> Iterator[Taking]:
    """ "They must be out of the town by Friday"."""
    verb = word if word.lemma == "be" else word.head
    force = subject_of(verb)
    gone = next((w for w in hit.sentence.words[word.i :] if w.low == "gone" and w.start < word.start + 12), None)
    whence = [*targets_of(verb, ("of",)), *(targets_of(gone, ("from", "of")) if gone else [])]
    ground = ground_of(hit, whence, verb)
    if ground is not None and ground.places and can_move(hit, force):
        yield Taking(verb, WITHDREW, doer_side(hit, verb, force, ground), ground, told=True)


def _gaining(hit: Hit, verb: Word, where: list[Word]) -> Iterator[Taking]:
    """ "Got to within 8 km of the town", "improved its position near it"."""
    force = subject_of(verb)
    ground = ground_of(hit, where, None)
    if ground is not None and ground.places and can_move(hit, force):
        yield Taking(verb, ADVANCED, doer_side(hit, verb, force, ground), ground, told=True)


def _claiming(hit: Hit, word: Word) -> Iterator[Taking]:
    """ "Claims the islands as its own"."""
    ground = ground_of(hit, objects_of(hit, word)[0], word)
    claimant = side_of(hit, subject_of(word))
    if ground is not None and ground.places and claimant is not None:
        yield Taking(word, ANNEXED, claimant, ground)


def _sovereign(hit: Hit, noun: Word) -> Iterator[Taking]:
    """ "Recognised Moroccan sovereignty over the Sahara", "claims sovereignty over the islands"."""
    ground = ground_of(hit, [x for o in noun.objects("over") for x in conjoined(o)], None)
    verb = noun.head if noun.dep in ("dobj", "nsubjpass") else None
    if ground is None or not ground.places or verb is None:
        return
    owner = next((side for o in noun.kids_of("amod", "poss", "compound") if (side := side_of(hit, o))), None)
    owner = owner or next((m.party for o in noun.kids_of("amod") for m in hit.sentence.parties_in([o])), None)
    if verb.lemma in _RECOGNISING and owner is not None:
        yield Taking(verb, ANNEXED, owner, ground)
    elif verb.lemma in _CLAIMING and (claimant := owner or side_of(hit, subject_of(verb))) is not None:
        yield Taking(verb, ANNEXED, claimant, ground)


def _unwanted(hit: Hit, verb: Word) -> Iterator[Taking]:
    """ "Wants the troops out of the valley"."""
    words = hit.sentence.words
    out = next((w for w in words if w.i > verb.i and w.low == "out" and w.objects("of")), None)
    forces = [w for w in words if out is not None and verb.i < w.i < out.i and w.is_noun and can_move(hit, w)]
    ground = ground_of(hit, [x for o in out.objects("of") for x in conjoined(o)], None) if out is not None else None
    if forces and ground is not None and ground.places and verb.is_verb:
        yield Taking(verb, CEDES, side_of(hit, forces[-1]), ground, told=True, status=Status.PROPOSED)


def _masters(hit: Hit, word: Word) -> Iterator[Taking]:
    """ "They are masters of the town", "have made themselves masters of it"."""
    ground = ground_of(hit, word.objects("of"), None)
    made = next((w for w in word.climb() if w.lemma == "make"), None)
    verb = made or next((w for w in word.climb() if w.lemma in _STATES), None)
    if ground is None or verb is None or not ground.places:
        return
    doer = subject_of(verb)
    if can_move(hit, doer):
        action = CAPTURED if made is not None or verb.lemma == "become" else HOLDS
        yield Taking(verb, action, doer_side(hit, verb, doer, ground), ground, told=True)
