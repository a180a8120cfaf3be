"""Ground: which words name a piece of land, and which places, area and share of a whole they mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from claims.backref import is_it, is_landmark, last, meant
from claims.context import Sentence
from claims.draft import Hit
from claims.land import LAND, MILITARY, OF_TOWN, PARTS, REGION_BEHIND, SETTLED, SPOTS
from claims.model import Place
from claims.values.parties import country_code
from claims.values.place_cues import AMONG, TELLER
from claims.values.places import PlaceMention, is_everyday
from claims.values.units import Quantity, find_areas, find_shares
from claims.words import ASIDE, Word, conjoined

_CLAUSES = ("relcl", "advcl", "acl", "parataxis")
_ELSEWHERE = ("relcl", "advcl", "ccomp", "parataxis", "nsubj", "nsubjpass", "agent", "conj", "csubj", "npadvmod")
# Of an unknown full name these tell of a person.
_DETAINING = frozenset("capture seize free hold take liberate".split())
_TITLES = frozenset("general colonel captain commander leader president mr chief lieutenant major".split())
# "Four towns, among them Sake": named places out of a number of them.
_AMONG = re.compile(rf",? {AMONG} (?:the (?:town|city|village)s? of )?")
# "20 districts, about 30,000 square kilometres".
_AREA_BEHIND = re.compile(
    r",? (?:or |an area of |some |about |around |roughly |nearly |almost |more than |over ){0,6}\d[\d,.]{0,20}"
    r"(?: square (?:kilomet(?:re|er)s?|miles?)| sq\.? ?(?:km|mi(?:les?)?)| ?km²)"
)
_WITHIN = re.compile(r",? (?:in )?(?:the )?(?:[a-z]+ern )?")
# A place behind these is not where the ground lies ("a line towards Russia").
# Arabic articles within a name ("Deir al-Balah").
_ARTICLES = frozenset("al el as ash at an az ar ad ed es".split())
_TOWARDS = frozenset("towards toward against for with including".split())


@dataclass(frozen=True, slots=True)
class Ground:
    """What a claim says of ground: the places named, the words for them, an area and a share of a whole."""

    places: tuple[Place, ...]
    words: str
    area: Quantity | None
    share: Quantity | None
    plain: bool

    @property
    def says_something(self) -> bool:
        """Whether it tells which ground, or how much."""
        return bool(self.places or self.area or self.share)


def is_ground(sentence: Sentence, word: Word) -> bool:
    """Whether a noun names ground: a place, or a word for a piece of land."""
    if _place_at(sentence, word) or word.lemma in LAND or word.lemma in SPOTS - PARTS:
        return True
    if word.dep == "appos" and not word.is_root and _place_at(sentence, word.head):
        return True  # "Lyman, a hub that its army had captured"
    if word.low == "all" and any(o.objects("of") for o in word.objects("but", "except")):
        inner = [x for o in word.objects("but", "except") for x in o.objects("of")]
        return any(is_ground(sentence, x) for x in inner)  # "all but two of the districts"
    if (word.pos == "PRON" and word.lemma not in PARTS) or word.low in ("which", "that"):
        return False
    if word.lemma == "quarter" and word.kid("poss", "compound") is not None:
        return True  # of a town, and no fourth part
    whole = word.objects("of") if word.lemma in PARTS or word.pos == "NUM" or word.lemma in OF_TOWN else []
    if whole:
        return any(is_ground(sentence, inner) for inner in whole)
    return any(is_ground(sentence, a) for a in word.kids_of("appos"))


def ground_of(
    hit: Hit, nouns: Sequence[Word], clause: Word | None = None, *, strict: bool = False, but: Word | None = None
) -> Ground | None:
    """The ground that these nouns name; an area around it may stand elsewhere in their `clause`, not under `but`.

    None where no noun names ground. With `strict` the clause itself says that it is ground, so that an unknown name is
    taken for a place, and "it" for the last one.
    """
    sentence = hit.sentence
    named = [
        n
        for n in nouns
        if is_ground(sentence, n) or _known(hit, n) or _of_known(hit, n) or (strict and (_unknown(hit, n) or is_it(n)))
    ]
    if not named:
        return None
    named += [n.head for n in named if n.dep == "appos" and n.head not in named and n.head.pos == "PROPN"]
    aside = sentence.places_in(but.subtree()) if but is not None else []
    reach = [w for noun in named for w in _reach(noun)]
    found = [m for noun in named for m in _of_noun(hit, noun, strict=strict) if m not in aside]
    found = [m for m in found if not is_landmark(sentence, m)] or found
    # "The port on Lake Tanganyika", "a rock in the Black Sea" go by other names.
    found = [m for m in found if m.kind != "water" or any(m.start < n.end and n.start < m.end for n in named)]
    found = found or _apposed(sentence, named)
    around = sentence.places_in([*_around(clause, nouns), *_where(clause)]) if clause is not None else []
    around = [m for m in around if m.kind != "water" and m not in aside and not _inside(m, found)]
    places = (
        _examples(sentence, named, reach)
        or _narrowed(_without_containers(sentence, _listed(sentence, found)))
        or _finest(_listed(sentence, around))
        or meant(hit, named, clause, _around(clause, nouns) if clause is not None else [])
        or _only(sentence, named)
    )
    regions = [m for m in [*sentence.places_in(reach), *around] if m.kind == "region"]
    region = next((m.name for m in regions if not _of_a_teller(sentence, places, m)), None)
    places = places or _of_nation(sentence, reach)
    places = [
        m if m.region or m.kind not in ("settlement", "area") or region == m.name else replace(m, region=region)
        for m in places
    ]
    found_places = tuple(resolved(hit, places))
    stretch = sentence.text[min(w.start for w in reach) : max(w.end for w in reach)]
    areas, shares = find_areas(stretch), find_shares(stretch)
    if not areas and (apposed := _AREA_BEHIND.match(sentence.text, max(w.end for w in reach))) is not None:
        areas = find_areas(apposed.group())
    plain = any(
        n.lemma in LAND | MILITARY or n.pos in ("PROPN", "PRON") or _place_at(sentence, n) for n in named
    ) or bool({w.lemma for w in reach} & LAND)
    words = ", ".join(m.text for m in places) or named[0].text
    return Ground(found_places, words, areas[0] if areas else None, shares[0] if shares else None, plain)


def _examples(sentence: Sentence, nouns: Sequence[Word], reach: Sequence[Word]) -> list[PlaceMention]:
    """The settlements named as some of the ground: "eight towns, including Sake", "ten posts, among them Kilambo"."""
    if not any(n.tag in ("NNS", "CD") or n.lemma in PARTS for n in nouns):
        return []
    end = max(w.end for w in reach)
    some = [w for noun in nouns for o in (noun, *noun.objects("of")) for w in o.objects("including", "like")]
    named = sentence.places_in([w for one in some for w in one.subtree(skip=_CLAUSES)])
    among = _AMONG.search(sentence.text, end)
    if not named and among is not None:
        named = [m for m in sentence.places if m.start == among.end()]
    return [m for m in _listed(sentence, named) if m.kind == "settlement"]


def _of_a_teller(sentence: Sentence, places: Sequence[PlaceMention], region: PlaceMention) -> bool:
    """Whether somebody who speaks stands between the places and a region, which is then only his."""
    before = [m.end for m in places if m.end <= region.start]
    return bool(before) and TELLER.search(sentence.text, max(before), region.start) is not None


def resolved(hit: Hit, places: Sequence[PlaceMention]) -> list[Place]:
    """The places that these mentions name, namesakes told apart by what the article is about."""
    countries = hit.context.countries
    return [hit.context.gazetteer.resolve(m.name, region=m.region, countries=countries) for m in places]


def _apposed(sentence: Sentence, nouns: Sequence[Word]) -> list[PlaceMention]:
    """The place right before a noun that explains it, whatever the parse makes of the two ("Izium, the base from")."""
    starts = [n.noun_span()[0] for n in nouns if n.pos == "NOUN"]
    return [m for m in sentence.places if any(sentence.text[m.end : start] == ", " for start in starts)]


def _of_nation(sentence: Sentence, reach: Sequence[Word]) -> list[PlaceMention]:
    """The country of "Russian territory", "Sudanese soil"."""
    for word in reach:
        if word.lemma not in ("territory", "soil", "land"):
            continue
        for party in sentence.parties_in(word.kids_of("amod", "compound")):
            if party.source == "demonym" and country_code(party.party):
                return [PlaceMention(party.start, party.end, party.text, party.party, "country")]
    return []


def _place_at(sentence: Sentence, word: Word) -> bool:
    return any(m.start <= word.start < m.end for m in sentence.places)


def _of_noun(hit: Hit, noun: Word, *, strict: bool) -> list[PlaceMention]:
    """The places one noun names: itself, or what it is "of", "in" and "at"."""
    sentence = hit.sentence
    own = [noun, *(c for k in noun.kids_of("compound", "nmod", "appos") for c in conjoined(k))]
    if noun.lemma in LAND:
        own += noun.objects("of")
    direct = [m for m in sentence.places_in(own) if m.kind != "water" or noun.start < m.end <= noun.end]
    named = [m for m in direct if m.start <= noun.start < m.end] or direct
    if noun.pos == "PROPN":
        named = [_whole(hit, noun, m) for m in named]
    if not named and (_known(hit, noun) or (strict and _unknown(hit, noun))):
        start, end = _name_span(noun)
        name = sentence.text[start:end]
        named = [PlaceMention(start, end, name, name, "settlement", None, known=False)]
    if not named and noun.lemma in PARTS:
        inner = [m for o in noun.objects("of") for x in conjoined(o) for m in _of_noun(hit, x, strict=strict)]
        if inner:
            return inner
    if not named and noun.lemma in SPOTS | SETTLED | {"district"}:
        # "The Siachen glacier": nobody need know a name that says what it names.
        for kid in noun.kids_of("compound", "nmod"):
            if kid.i == noun.i - 1 and _unknown(hit, kid):
                start, end = _name_span(kid)
                name = sentence.text[start:end]
                named = [PlaceMention(start, end, name, name, "area", None, known=False)]
    if named and noun.lemma not in SPOTS:
        return named
    inner = sentence.places_in(_reach(noun))
    inner = [m for m in inner if not is_landmark(sentence, m)] or inner
    inner = [m for m in inner if m.kind != "water" or noun.lemma in ("coast", "bank", "shore", "river")]
    behind = noun.objects("of", "at", "in", "near")
    if not behind and not noun.is_root:
        # "Took the base at Bulo Marer": the parse may hang the place on the verb.
        nexts = [k for k in noun.head.kids_of("prep") if k.i == noun.i + 1 and k.low in ("at", "in", "near")]
        behind = [o for prep in nexts for o in prep.kids_of("pobj")]
    unknown = [o for o in behind if noun.lemma in LAND | SPOTS and _unknown(hit, o) and not _place_at(sentence, o)]
    if unknown and all(m.kind in ("region", "area", "country") for m in inner):
        start, end = _name_span(unknown[0])
        name = sentence.text[start:end]
        return [PlaceMention(start, end, name, name, "settlement", inner[0].name if inner else None, known=False)]
    bare = [] if named or inner else _bare(hit, _reach(noun))
    return _finest([*named, *bare, *(m for m in inner if not _inside(m, named))])


def _bare(hit: Hit, words: Sequence[Word]) -> list[PlaceMention]:
    """A known place among words that nothing around marks as one ("outposts along the Bhamo road")."""
    for word in words:
        if _known(hit, word):
            start, end = _name_span(word)
            name = hit.sentence.text[start:end]
            return [PlaceMention(start, end, name, name, "settlement")]
    return []


def _reach(noun: Word) -> list[Word]:
    """The words of one noun's phrase, without clauses and without what it is joined to."""
    parts = [
        k.subtree(skip=_CLAUSES)
        for k in noun.kids
        if k.dep not in ASIDE and (k.low not in _TOWARDS or any(o.lemma == "area" for o in k.kids_of("pobj")))
    ]
    return sorted([noun, *(w for part in parts for w in part)], key=lambda w: w.i)


def _whole(hit: Hit, noun: Word, mention: PlaceMention) -> PlaceMention:
    """A name with the capitalised words before it ("Mount Harriet") where nobody knows a shorter one."""
    start, end = _name_span(noun)
    if not (start < mention.start and mention.end == end and hit.sentence.text[start].isupper()):
        return mention
    name = hit.sentence.text[start:end]
    known = name if hit.context.gazetteer.knows(name) or name.startswith(("Mount ", "Fort ", "Port ")) else None
    return mention if known is None else replace(mention, start=start, text=name, name=name)


def _around(clause: Word, nouns: Sequence[Word]) -> list[Word]:
    """The words of a clause that may name the area around its ground."""
    inside = {id(w) for noun in nouns for w in noun.subtree()}
    if any(clause.under(noun) for noun in nouns):
        inside -= {id(w) for w in clause.subtree()}  # "the areas that it holds in Kharkiv and Sumy"
    found, todo = [], [k for k in clause.kids if k.dep not in _ELSEWHERE and k.low != "according"]
    while todo:
        word = todo.pop()
        if id(word) not in inside or word.dep in ("prep", "pobj"):
            found.append(word)
            todo += [k for k in word.kids if k.dep not in (*ASIDE, "poss", "ccomp")]
    return found


def _where(clause: Word) -> list[Word]:
    """What a clause with "where" tells more of: "the Kursk region, where it holds 500 square kilometres"."""
    if clause.dep != "relcl" or not any(k.low == "where" for k in clause.kids):
        return []
    return clause.head.subtree(skip=("relcl", "acl", "advcl"))


def _inside(mention: PlaceMention, others: Sequence[PlaceMention]) -> bool:
    return any(o.start < mention.end and mention.start < o.end for o in others)


def _name_span(noun: Word) -> tuple[int, int]:
    parts = [noun]
    for kid in reversed([k for k in noun.kids if k.i < noun.i]):
        named = kid.text[0].isupper() or kid.text in "-‑–" or (kid.low in _ARTICLES and parts[-1].text in "-‑–")
        if kid.dep not in ("compound", "nmod", "punct", "nummod") or not named:
            break
        parts.append(kid)
    while len(parts) > 1 and parts[-1].text in "-‑–":
        parts.pop()
    return min(p.start for p in parts), noun.end


def _unknown(hit: Hit, noun: Word) -> bool:
    """Whether a name that nobody knows can be a place's: no person of the article, no party."""
    if noun.pos != "PROPN" or noun.tag == "NNPS" or not noun.text[0].isupper() or not noun.text.isalpha():
        return False
    if noun.i == 0 and is_everyday(noun.text):
        return False
    explained = any(is_ground(hit.sentence, k) for k in noun.kids_of("appos"))
    person = hit.context.people.knows(noun.text) and not explained
    if person and (not noun.kids_of("compound") or noun.head.lemma in _DETAINING):
        return False
    if any(k.lemma in _TITLES for k in noun.kids):
        return False
    return not hit.sentence.parties_in([noun]) and not any(d.start <= noun.start < d.end for d in hit.sentence.dates)


def _known(hit: Hit, noun: Word) -> bool:
    """Whether a name is a place's that the gazetteer knows well enough, though nothing around it told so."""
    if noun.pos != "PROPN" or not _unknown(hit, noun):
        return False
    start, end = _name_span(noun)
    standing = hit.context.gazetteer.standing(hit.sentence.text[start:end])
    return standing is not None and standing.trust > 0


def _of_known(hit: Hit, noun: Word) -> bool:
    """Whether a noun names a part of such a place: "all of Kunduz"."""
    return noun.lemma in PARTS and any(_known(hit, o) or o.low == "it" for o in noun.objects("of"))


def _finest(mentions: Sequence[PlaceMention]) -> list[PlaceMention]:
    """Those of the finest level: settlements before regions, regions before countries; each name once."""
    levels = {"country": 2, "region": 1, "area": 1}
    finest = min((levels.get(m.kind, 0) for m in mentions), default=0)
    return _unique([m for m in mentions if levels.get(m.kind, 0) == finest])


def _narrowed(mentions: Sequence[PlaceMention]) -> list[PlaceMention]:
    """A list without the country around it ("in Ukraine, particularly in Donetsk")."""
    finer = [m for m in mentions if m.kind != "country"]
    return _unique(finer or mentions)


def _listed(sentence: Sentence, found: list[PlaceMention]) -> list[PlaceMention]:
    """With the others of their list ("Kunduz, Sar-e Pul and Taloqan"), of which the parse may lose some."""
    lists: list[list[PlaceMention]] = []
    for mention in sentence.places:
        gap = sentence.text[lists[-1][-1].end : mention.start] if lists else ""
        if gap in (", ", " and ", ", and ") and lists[-1][-1].kind == mention.kind:
            lists[-1].append(mention)
        else:
            lists.append([mention])
    whole = [
        one
        for members in lists
        if len(members) > 1 and " and " in sentence.text[members[-2].end : members[-1].start]
        for one in members
        if any(m in found for m in members)
    ]
    return sorted({*found, *whole}, key=lambda m: m.start)


def _without_containers(sentence: Sentence, mentions: Sequence[PlaceMention]) -> list[PlaceMention]:
    """Places each with the region that is told right behind it ("Redkodub, Donetsk region") as no place of its own."""
    kept: list[PlaceMention] = []
    regions = {m.region for m in mentions if m.kind == "settlement"}
    for mention in mentions:
        if mention.kind == "region" and mention.name in regions and sentence.text[: mention.start].endswith(", the "):
            continue  # "El Obeid, the North Kordofan capital"
        inside = kept and _WITHIN.fullmatch(sentence.text, kept[-1].end, mention.start)
        if inside and kept[-1].kind == "settlement" and REGION_BEHIND.match(sentence.text, mention.end):
            kept[-1] = replace(kept[-1], region=kept[-1].region or mention.name)
        else:
            kept.append(mention)
    return kept


def _only(sentence: Sentence, nouns: Sequence[Word]) -> list[PlaceMention]:
    """Of "several localities" the one place that the sentence names before, if it names one."""
    definite = [n for n in nouns if n.lemma in SPOTS and any(k.low == "the" for k in n.kids_of("det"))]
    if all(n.tag in ("NN", "NNP") and n.low != "ground" for n in nouns) and not definite:
        return []
    sides = [(p.start, p.end) for p in sentence.parties]
    here = [m for m in sentence.places if m.kind != "country" and (m.start, m.end) not in sides]
    return here if len(here) == 1 and here[0].end <= nouns[0].start else []


def _unique(mentions: Iterable[PlaceMention]) -> list[PlaceMention]:
    unique: dict[str, PlaceMention] = {}
    for mention in mentions:
        unique.setdefault(mention.name, mention)
    return list(unique.values())


def last_place(hit: Hit, word: Word) -> Ground | None:
    """The ground a word means without naming it ("its fall", "the recapture"): the place spoken of last."""
    found = last(hit, word, ("settlement",)) or last(hit, word, ("area", "region"))
    places = tuple(
        hit.context.gazetteer.resolve(m.name, region=m.region, countries=hit.context.countries) for m in found
    )
    return Ground(places, found[0].text, None, None, plain=True) if found else None
