"""Back-references to places: what "the town", "that region", "it" and "there" mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from claims.context import Sentence
from claims.draft import Hit
from claims.land import OF_TOWN, PEAKS, REGION_BEHIND, REGIONAL, SETTLED
from claims.values.places import PlaceMention, is_everyday
from claims.words import ASIDE, Word

_BEARING = re.compile(r"(?<!\bthe )\b(?:north|south|east|west)(?:-?(?:east|west))? of (?:the )?(?:\w+ )?$")
_OPENING = re.compile(r"((?:[A-Z][\w’'-]{2,60}+)(?: [A-Z][\w’'-]{1,60}+)?)(?=,| [a-z])")
_IN_REGION = re.compile(
    r"\b(?:in|around|near|for|over|at|of|on) ((?:[A-Z][\w’'-]{1,60})(?: [A-Z][\w’'-]{1,60}){0,2}),? in (?:the )?"
)
_OWNED = frozenset("airport centre center outskirt port base dam bridge garrison palace prison district".split())
_SITES = frozenset("base airbase airport airfield port garrison fort barracks camp post outpost".split())
_BACKWARDS = 14
_ACRONYM = 3
_SMALLER = frozenset("town village settlement hamlet".split())
_OFTEN = 4
# A place behind these is hardly what the sentence is about.
_ASTRAY = [[w] for w in "from to towards near via with against around outside".split()]
_BACK = re.compile(r"[“\"]?(?:The (?:town|city|village)|It|Its)\b")


def meant(hit: Hit, nouns: Sequence[Word], clause: Word | None, around: Sequence[Word]) -> list[PlaceMention]:
    """What "that region", "the town", "it", "there" stand for among these nouns, or `around` them in their clause."""
    inner = [w for noun in nouns for w in noun.subtree(skip=ASIDE)]
    there = [w for head in (*nouns, *([clause] if clause is not None else [])) for w in head.kids if w.low == "there"]
    for word in [*inner, *around, *there]:
        definite = any(k.low in ("the", "that", "this") for k in word.kids_of("det")) or is_it(word)
        if word in nouns and word.lemma in _OWNED and any(k.low in ("its", "their") for k in word.kids_of("poss")):
            return last(hit, word, ("settlement",))  # "took over its airport"
        if not definite or word.tag == "NNS":
            continue
        if word.lemma in REGIONAL | {"territory"} and word.lemma != "district":
            return last(hit, word, ("region", "area"))
        if word.low == "there":
            return last(hit, word, ("settlement", "area", "region"))
        if word.lemma in SETTLED | {"place"} or is_it(word) or (word.lemma in OF_TOWN and word in nouns):
            if word.lemma in SETTLED and (unknown := _unknown_before(hit)) is not None:
                return [unknown]
            return last(hit, word, ("settlement",)) or last(hit, word, ("area", "region"))
        if (
            word.lemma in _SITES
            and word in nouns
            and not any(k.pos == "PROPN" for k in word.kids_of("compound", "nmod"))
        ):
            return last(hit, word, ("settlement",))  # "They overran the base": that of the town spoken of
        if word.lemma in PEAKS and word in nouns:
            return last(hit, word, ("area", "settlement"))
        if word.lemma == "country":
            return last(hit, word, ("country",))
        if word.lemma in ("island", "archipelago", "peninsula", "enclave", "strip", "heights", "valley"):
            return last(hit, word, ("area", "region")) or last(hit, word, ("country",))
        if word.lemma == "corridor" and word in nouns:
            return last(hit, word, ("area",))
    return []


def _unknown_before(hit: Hit) -> PlaceMention | None:
    """The town of the sentence before that is in no gazetteer, where its region behind it tells that it is one:
    "fighting in Al-Khiwai in West Kordofan"; None where a known town is named there, or none."""
    before = hit.sentence.previous
    if before is None or any(m.kind == "settlement" for m in (*before.places, *hit.sentence.places)):
        return None
    for match in _IN_REGION.finditer(before.text):
        region = next((m for m in before.places if m.start == match.end() and m.kind in ("region", "area")), None)
        spans = [(m.start, m.end) for m in before.places] + [(m.start, m.end) for m in before.parties]
        taken = any(start < match.end(1) and match.start(1) < end for start, end in spans)
        if region is not None and not taken:
            return PlaceMention(
                match.start(1), match.end(1), match[1], match[1], "settlement", region.name, known=False
            )
    return None


def _kind(sentence: Sentence, mention: PlaceMention) -> str:
    """What sort of place a mention is: before "region" a region, whatever town is called so too."""
    return "region" if REGION_BEHIND.match(sentence.text, mention.end) else mention.kind


@lru_cache(maxsize=_BACKWARDS + 1)
def _opening(sentence: Sentence) -> list[PlaceMention]:
    """A known place that opens a sentence as its subject, where nothing else around it tells that it is one."""
    match = _OPENING.match(sentence.text)
    taken = {m.start for m in sentence.places} | {m.start for m in sentence.parties}
    if match is None or sentence.lead or 0 in taken:
        return []
    standing = sentence.context.gazetteer.standing(match[1])
    if standing is None or standing.trust == 0 or is_everyday(match[1]):
        return []
    if sentence.context.people.knows(match[1].split()[-1]):
        return []
    return [PlaceMention(0, match.end(1), match[1], match[1], standing.kind)]


def last(hit: Hit, word: Word, kinds: Sequence[str]) -> list[PlaceMention]:
    """The place of these kinds that `word` ("the town", "its") most likely means: spoken of lately, first and often.

    None or one. The weights were fitted by hand on the project's annotated articles.
    """
    at = hit.sentence
    best: tuple[float, PlaceMention] | None = None
    for other in reversed(hit.context.sentences[max(0, at.index - _BACKWARDS) : at.index + 1]):
        seats = {(p.start, p.end): other.placed(p) for p in other.parties if p.source == "capital"}
        sides = {span for span, is_place in seats.items() if word.lemma in _SMALLER or not is_place}
        sides |= {span for span in seats if other.text[: span[0]].lower().endswith("according to ")}
        sides = set() if word.lemma == "capital" else sides
        found = [m for m in [*_opening(other), *other.places] if _kind(other, m) in kinds]
        if word.lemma == "capital" and not word.kids_of("amod", "compound", "poss"):
            found = [m for m in found if (m.start, m.end) in seats]
        named = [(p.start, p.end) for p in other.parties if p.source in ("group", "organisation")]
        found = [m for m in found if not any(start <= m.start and m.end <= end for start, end in named)]
        found = [m for m in found if (m.start, m.end) not in sides and not is_landmark(other, m)]
        found = [m for m in found if not (m.text.isupper() and len(m.text) > _ACRONYM)]  # of a dateline or a letterhead
        back = other is not at and _BACK.match(other.text) is not None
        for number, mention in enumerate(found):
            score = min(hit.context.count(mention.name), _OFTEN) * 0.5
            score -= 1.0 * (at.index - other.index) + 1.0 * min(number, 2)
            score -= 1.5 * back  # such a sentence is on what was named before it
            score -= 3.0 * (other is at and mention.start > word.start)
            score -= 0.8 * (other.text[max(0, mention.start - 9) : mention.start].split(" ")[-2:-1] in _ASTRAY)
            if best is None or score > best[0]:
                best = (score, mention)
    return [best[1]] if best is not None else []


def is_landmark(sentence: Sentence, mention: PlaceMention) -> bool:
    """Whether a place only tells where another lies: "25 km north of Bukavu", "west of the Oskil river"."""
    return _BEARING.search(sentence.text, max(0, mention.start - 20), mention.start) is not None


def is_it(noun: Word) -> bool:
    """Whether a word is "it" or "there"."""
    return noun.low in ("it", "there")
