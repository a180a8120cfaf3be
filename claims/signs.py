"""Ground told of by signs: flags raised over it, and declarations that it is free or a side's own."""

from __future__ import annotations

from collections.abc import Iterator

from claims.belligerents import named_side, side_of
from claims.clauses import objects_of, subject_of, targets_of
from claims.conquest import ANNEXED, CAPTURED, FLAGS, HOLDS, lemma_of
from claims.draft import Hit
from claims.ground import ground_of
from claims.takers import Taking, home_of
from claims.words import Word

_DECLARING = frozenset("declare proclaim pronounce".split())
_FREED = frozenset("free liberated secure secured cleared recovered recaptured retaken".split())


def flag(hit: Hit, verb: Word) -> Iterator[Taking]:
    """A flag raised over a place."""
    banner = verb.kid("nsubj")
    if lemma_of(verb) == "fly" and banner is not None and banner.lemma in ("flag", "banner"):
        ground = ground_of(hit, targets_of(verb, ("over", "above", "in", "on")), verb)
        owner = next((side for o in [*banner.objects("of"), *banner.kids] if (side := named_side(hit, o))), None)
        if owner is None and banner.kid("poss") is not None:
            owner = side_of(hit, banner.kid("poss"))  # "our flag"
        if ground is not None and ground.places and owner is not None:
            yield Taking(verb, HOLDS, owner, ground, told=True)
        return
    if lemma_of(verb) in FLAGS and any(
        k.lemma in ("flag", "banner", "colour", "jack", "tricolour", "tricolor", "ensign")
        for k in verb.kids_of("dobj", "nsubjpass")
    ):
        above = ("over", "above", "in", "on", "at", "atop")
        over = [*targets_of(verb, above), *(o for k in verb.kids_of("dobj", "nsubjpass") for o in k.objects(*above))]
        over += [o for x in over for o in x.objects("in", "at", "of", "to")]
        ground = ground_of(hit, [*over, *(k for o in over for k in o.kids_of("poss"))], verb)
        if ground is not None and ground.places:
            yield Taking(verb, CAPTURED, side_of(hit, subject_of(verb)), ground)


def declared(hit: Hit, verb: Word) -> Iterator[Taking]:
    """A place declared or recognised as a side's own."""
    parts = [k for k in verb.kids_of("dobj") if k.lemma in ("part", "territory", "land")]
    freed = [k for k in verb.kids_of("oprd", "acomp", "advmod", "ccomp", "xcomp") if k.low in _FREED]
    if freed and lemma_of(verb) in _DECLARING:
        ground = ground_of(hit, objects_of(hit, verb)[0], verb)
        if ground is not None and ground.places:
            freer = side_of(hit, subject_of(verb)) or home_of(hit, ground.places)
            yield Taking(verb, CAPTURED, freer, ground)
        return
    own = [*(k for prep in verb.kids_of("prep") if prep.low == "as" for k in prep.kids), *verb.kids_of("oprd"), *parts]
    if lemma_of(verb) in ("declare", "recognise", "recognize") and any(
        k.lemma in ("part", "territory", "own", "soil", "land")
        or (k.pos in ("ADJ", "PROPN") and hit.sentence.parties_in([k]))
        for o in own
        for k in o.subtree()
    ):
        # "Declared Smara part of Morocco": the parse may join the two.
        joined = [k for part in parts for k in part.kids_of("compound", "nmod")]
        ground = ground_of(hit, joined or objects_of(hit, verb)[0], verb, strict=True)
        if ground is not None and ground.places:
            actor = next((side for o in own if (side := named_side(hit, o))), None) or side_of(hit, subject_of(verb))
            yield Taking(verb, ANNEXED, actor, ground)
