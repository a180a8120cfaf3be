"""Ground: which words name it, which places they mean, and whose forces act on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from claims.context import Sentence
from claims.draft import Hit
from claims.model import Place
from claims.reporting import is_report
from claims.values.places import PlaceMention
from claims.values.units import Quantity, find_areas, find_shares
from claims.words import Word, conjoined

# Pieces of land that can be won and lost; the settled ones first.
SETTLED = frozenset(
    "village town city settlement hamlet suburb capital stronghold municipality community locality port".split()
)
NOUNS = SETTLED | frozenset(
    """district province region oblast territory land ground area position hill ridge height base airport airbase
    airfield airstrip border crossing post outpost bridgehead island peninsula enclave valley front sector
    neighbourhood neighborhood zone country swath swathe stretch farmland barracks checkpoint dam highway mile
    kilometre kilometer km hectare acre coast bank corridor state county governorate commune heartland
    countryside refinery trench hilltop garrison fort fortress outskirt northeast northwest southeast southwest
    mountain desert strip camp""".split()
)
_PARTS = frozenset(
    """part half third quarter percent most much number bit edge swath swathe stretch rest lot majority upward upwards
    more some dozen hundred thousand all each""".split()
)
FORCES = frozenset(
    """troop force army soldier fighter rebel militant insurgent militia military unit brigade battalion division
    column marine paratrooper serviceman guard separatist guerrilla invader occupier army commander assault
    detachment regiment navy tank infantry junta government regime jihadist gunman group faction movement side
    enemy alliance coalition authority police administration defender ministry formation invader attacker
    opposition""".split()
)
_PRONOUNS = frozenset("it they we he she its their our his her them us".split())


@dataclass(frozen=True, slots=True)
class Ground:
    """What a claim says of ground: the places named, the region around them, an area and a share of a whole."""

    places: tuple[Place, ...]
    words: str
    area: Quantity | None
    share: Quantity | None


def is_ground(sentence: Sentence, word: Word) -> bool:
    """Whether a noun names ground: a place of the gazetteer, or a word for a piece of land."""
    if any(m.start <= word.start < m.end for m in sentence.places):
        return True
    if word.pos == "PRON" or word.low in ("which", "that"):
        return False
    if word.lemma in _PARTS and word.lemma not in NOUNS:
        return any(is_ground(sentence, inner) for inner in word.objects("of"))
    return word.lemma in NOUNS or any(is_ground(sentence, a) for a in word.kids_of("appos"))


def ground_of(hit: Hit, nouns: Sequence[Word], around: Iterable[Word] = (), *, strict: bool = False) -> Ground | None:
    """The ground that these nouns name; `around` are words under whose "in" a containing area may stand.

    None where no noun names ground. With `strict` the verb itself says that it is ground, so that an unknown name is
    taken for a place.
    """
    sentence, context = hit.sentence, hit.context
    named = [noun for noun in nouns if is_ground(sentence, noun) or (strict and _unknown(hit, noun))]
    if not named:
        return None
    named += [n.head for n in named if n.dep == "appos" and n.head not in named and n.head.pos == "PROPN"]
    reach = [w for noun in named for w in noun.subtree(skip=("relcl", "advcl", "acl"))]
    direct = _direct(hit, named, strict=strict)
    near = [o for w in around for o in w.objects("in", "across", "within", "inside", "of")]
    outer = sentence.places_in([*reach, *(x for o in near for x in o.subtree(skip=("relcl", "advcl", "acl")))])
    holding = _finest([m for m in outer if m.name not in {d.name for d in direct}])
    if direct:
        region = next((m.name for m in holding if m.kind != "water"), None)
        direct = [d if d.region or region is None else replace(d, region=region) for d in direct]
    places = _finest(direct) or holding or _meant(hit, named)
    resolved = tuple(context.gazetteer.resolve(m.name, region=m.region, countries=context.countries) for m in places)
    start, end = min(w.start for w in reach), max(w.end for w in reach)
    stretch = sentence.text[start:end]
    areas, shares = find_areas(stretch), find_shares(stretch)
    words = ", ".join(m.text for m in places) or named[0].text
    return Ground(resolved, words, areas[0] if areas else None, shares[0] if shares else None)


def _direct(hit: Hit, nouns: Sequence[Word], *, strict: bool) -> list[PlaceMention]:
    """The places that the nouns themselves name: "Sake", "the town of Sake", "Sake, a town in North Kivu"."""
    found: list[PlaceMention] = []
    for noun in nouns:
        own = [noun, *noun.kids_of("compound", "nmod", "appos")]
        if noun.lemma.rstrip("s") in SETTLED or noun.lemma in (
            "island",
            "region",
            "province",
            "district",
            "state",
            "area",
        ):
            own += noun.objects("of")
        mentions = hit.sentence.places_in(own)
        found += mentions
        if not mentions and strict and _unknown(hit, noun):
            start, end = _name_span(noun)
            name = hit.sentence.text[start:end]
            found.append(PlaceMention(start, end, name, name, "settlement", None, known=False))
    return found


def _name_span(noun: Word) -> tuple[int, int]:
    parts = [noun, *(k for k in noun.kids if k.dep in ("compound", "nmod", "punct") and k.i < noun.i and k.text != ",")]
    return min(p.start for p in parts), noun.end


def _unknown(hit: Hit, noun: Word) -> bool:
    """Whether a name that nobody knows can be a place's: no person of the article, no party."""
    if (
        noun.pos != "PROPN"
        or not noun.text[0].isupper()
        or (hit.context.people.knows(noun.text)
        and not noun.kids_of("appos"))
    ):
        return False
    mentions = hit.sentence.parties_in([noun])
    alone = not noun.kids_of("compound")
    return not any(m.source != "leader" or alone for m in mentions)


def _finest(mentions: Sequence[PlaceMention]) -> list[PlaceMention]:
    """Those of the finest level: settlements before regions, regions before countries; each name once."""
    levels = {"country": 2, "region": 1, "area": 1}
    finest = min((levels.get(m.kind, 0) for m in mentions), default=0)
    unique: dict[str, PlaceMention] = {}
    for mention in mentions:
        if levels.get(mention.kind, 0) == finest:
            unique.setdefault(mention.name, mention)
    return list(unique.values())


def _meant(hit: Hit, nouns: Sequence[Word]) -> list[PlaceMention]:
    """What "that region", "the town" stand for: the last place of the sort; else the one place of the sentence."""
    sentence = hit.sentence
    inner = [w for noun in nouns for w in noun.subtree(skip=("relcl", "advcl", "acl"))]
    around = [*inner, *(o for noun in nouns for o in noun.head.objects("in"))]
    for word in around:
        definite = any(k.low in ("the", "that", "this") for k in word.kids_of("det"))
        single = word.tag == "NN" and definite
        if single and word.lemma in ("region", "province", "district", "oblast", "state", "territory"):
            return _last(hit, word, ("region", "area"))
        if single and word.lemma in SETTLED:
            return _last(hit, word, ("settlement",))
    here = _finest([m for m in sentence.places if m.kind not in ("country", "water")])
    return here if len(here) == 1 else []


def _last(hit: Hit, word: Word, kinds: Sequence[str]) -> list[PlaceMention]:
    at = hit.sentence
    for other in reversed(hit.context.sentences[max(0, at.index - 4) : at.index + 1]):
        found = [m for m in other.places if m.kind in kinds and (other is not at or m.end <= word.start)]
        if found:
            return [found[-1]]
    return []


def subject_of(verb: Word) -> Word | None:
    """Who does what an active verb says: its subject, or that of the verb it leans on, or the noun it describes."""
    at = verb
    while True:
        subject = at.kid("nsubj") or (at.kid("nsubjpass") if at is not verb else None)
        if subject is not None:
            return at.head if subject.low in ("which", "that", "who") and at.dep == "relcl" else subject
        if at.dep == "acl" and at.tag == "VBG":
            return at.head
        if at.is_root or at.dep not in ("conj", "xcomp", "advcl", "pcomp", "prep", "dep", "acl", "ccomp"):
            return None
        if at.dep == "ccomp" and is_report(at.head):
            return None
        at = at.head


def actor_of(hit: Hit, noun: Word | None) -> str | None:
    """The side that a noun names, or stands for: "its troops", "they", "the army"."""
    if noun is None:
        return None
    sentence = hit.sentence
    for one in conjoined(noun):
        named = sentence.parties_in(one.subtree(skip=("relcl", "advcl", "acl", "conj")))
        if named:
            return _chosen(one, named, sentence)
    words = {w.low for w in noun.subtree(skip=("relcl", "advcl", "acl"))}
    if noun.low in ("we", "our", "us") or words & {"our"}:
        return _speaking(hit, noun)
    if noun.pos == "PRON" or words & _PRONOUNS or noun.lemma in FORCES:
        return hit.context.party_before(sentence, noun.start)
    return None


def _chosen(noun: Word, named: Sequence[object], sentence: Sentence) -> str:
    """Of several parties in one phrase ("Russia's Wagner Group") the one that heads it, else the first."""
    mentions = sentence.parties_in([noun])
    first = mentions[-1] if mentions else named[0]
    return str(getattr(first, "party", ""))


def _speaking(hit: Hit, noun: Word) -> str | None:
    """The side behind "we": that of whoever speaks."""
    sentence = hit.sentence
    named = [m for m in sentence.parties if not m.modifier and m.source != "organisation"]
    outside = [m.party for m in named if m.start > noun.start]
    return outside[0] if outside else hit.context.party_before(sentence, noun.start)


def other_side(hit: Hit, party: str | None) -> str | None:
    """The article's other side, where it has two and this is one of them."""
    pair = hit.context.pair
    if party not in pair or len(pair) < 2:
        return None
    return pair[1] if pair[0] == party else pair[0]


def possessors(noun: Word) -> list[Word]:
    """Whose a nominal act is: "Russia's capture", "capture by Russia", "the Russian pullout"."""
    return [*noun.kids_of("poss"), *noun.objects("by"), *noun.kids_of("amod", "compound", "nmod")]


def hands_of(noun: Word) -> list[Word]:
    """Whose hands or control a noun speaks of: "in Ukrainian hands", "under the control of the army"."""
    return [*noun.kids_of("poss", "amod", "compound", "nmod"), *noun.objects("of", "by")]
