"""Ground: which words name a piece of land, and which places, area and share of a whole they mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from claims.context import Sentence
from claims.draft import Hit
from claims.model import Place
from claims.values.parties import country_code
from claims.values.places import PlaceMention, is_everyday
from claims.values.units import Quantity, find_areas, find_shares
from claims.words import Word, conjoined

_SETTLED = frozenset(
    """village town city settlement hamlet suburb capital stronghold municipality community locality port
    township""".split()
)
_REGIONAL = frozenset("region province oblast district state governorate county".split())
# Land that is land in any company.
LAND = (
    _SETTLED
    | _REGIONAL
    | frozenset(
        """territory land enclave exclave island archipelago peninsula heartland countryside swath swathe hilltop
        commune homeland area""".split()
    )
)
# Land that forces take; others take and leave it for other reasons.
SPOTS = frozenset(
    """ground area position hill ridge height base airport airbase airfield airstrip border crossing post outpost
    bridgehead valley front sector neighbourhood neighborhood zone country stretch farmland barracks checkpoint dam
    highway mile kilometre kilometer km hectare acre coast bank corridor mountain desert strip camp refinery trench
    garrison fort fortress outskirt northeast northwest southeast southwest north south east west centre center
    headquarters command palace station plant parliament road junction street mine field pass bridge riverbank foothold
    frontier toehold bastion pocket salient beachhead redoubt shoal reef feature atoll islet oilfield
    quarter line stronghold gateway rest soil half part top summit peak crest defence defense
    barrack square stadium steelworks factory temple monastery place building
    compound complex glacier axis direction""".split()
)
_MILITARY = frozenset(
    "post base airbase command garrison outpost barracks fort checkpoint stronghold bastion position".split()
)
_PARTS = frozenset(
    """part half third quarter fifth sixth seventh eighth tenth inch sliver percent cent
    most much number bit edge swath swathe stretch rest lot majority upward
    upwards more some dozen hundred thousand all each string series score handful couple bulk portion chunk slice
    both any depth side whole entirety""".split()
)
_PEAKS = frozenset("hill top summit peak crest ridge height pass".split())
# Parts of a town that stand for the town.
_OF_TOWN = frozenset("centre center outskirt suburb edge north south east west airport rest".split())
_REGION_BEHIND = re.compile(rf" (?:{'|'.join(sorted(_REGIONAL))})\b", re.IGNORECASE)
_BEARING = re.compile(r"(?<!\bthe )\b(?:north|south|east|west)(?:-?(?:east|west))? of (?:the )?(?:\w+ )?$")
_OPENING = re.compile(r"((?:[A-Z][\w’'-]{2,})(?: [A-Z][\w’'-]+)?)(?=,| [a-z])")
_CLAUSES = ("relcl", "advcl", "acl", "parataxis")
_ASIDE = ("relcl", "advcl", "acl", "conj", "parataxis")
_ELSEWHERE = ("relcl", "advcl", "ccomp", "parataxis", "nsubj", "nsubjpass", "agent", "conj", "csubj", "npadvmod")
# Of an unknown full name these tell of a person.
_DETAINING = frozenset("capture seize free hold take liberate".split())
_TITLES = frozenset("general colonel captain commander leader president mr chief lieutenant major".split())
_BACKWARDS = 14
_ACRONYM = 3
_WITHIN = re.compile(r",? (?:in )?(?:the )?(?:[a-z]+ern )?")
_SMALLER = frozenset("town village settlement hamlet".split())
_OFTEN = 4
# A place behind these is hardly what the sentence is about.
_ASTRAY = [[w] for w in "from to towards near via with against around outside".split()]
_BACK = re.compile(r"[“\"]?(?:The (?:town|city|village)|It|Its)\b")
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
    if _place_at(sentence, word) or word.lemma in LAND or word.lemma in SPOTS - _PARTS:
        return True
    if word.dep == "appos" and not word.is_root and _place_at(sentence, word.head):
        return True  # "Lyman, a hub that its army had captured"
    if word.low == "all" and any(o.objects("of") for o in word.objects("but", "except")):
        inner = [x for o in word.objects("but", "except") for x in o.objects("of")]
        return any(is_ground(sentence, x) for x in inner)  # "all but two of the districts"
    if word.pos == "PRON" or word.low in ("which", "that"):
        return False
    if word.lemma == "quarter" and word.kid("poss", "compound") is not None:
        return True  # of a town, and no fourth part
    if word.lemma in _PARTS or word.pos == "NUM" or word.lemma in _OF_TOWN:
        return any(is_ground(sentence, inner) for inner in word.objects("of"))
    return any(is_ground(sentence, a) for a in word.kids_of("appos"))


def ground_of(
    hit: Hit, nouns: Sequence[Word], clause: Word | None = None, *, strict: bool = False, but: Word | None = None
) -> Ground | None:
    """The ground that these nouns name; an area around it may stand elsewhere in their `clause`, not under `but`.

    None where no noun names ground. With `strict` the clause itself says that it is ground, so that an unknown name is
    taken for a place, and "it" for the last one.
    """
    sentence, context = hit.sentence, hit.context
    named = [
        n
        for n in nouns
        if is_ground(sentence, n) or _known(hit, n) or _of_known(hit, n) or (strict and (_unknown(hit, n) or _it(n)))
    ]
    if not named:
        return None
    named += [n.head for n in named if n.dep == "appos" and n.head not in named and n.head.pos == "PROPN"]
    aside = sentence.places_in(but.subtree()) if but is not None else []
    reach = [w for noun in named for w in _reach(noun)]
    found = [m for noun in named for m in _of_noun(hit, noun, strict=strict) if m not in aside]
    found = [m for m in found if not _landmark(sentence, m)] or found
    around = sentence.places_in(_around(clause, nouns)) if clause is not None else []
    around = [m for m in around if m.kind != "water" and m not in aside and not _inside(m, found)]
    places = (
        _narrowed(_without_containers(sentence, _listed(sentence, found)))
        or _finest(around)
        or _meant(hit, named, clause)
        or _only(sentence, named)
    )
    region = next((m.name for m in [*sentence.places_in(reach), *around] if m.kind == "region"), None)
    places = places or _of_nation(sentence, reach)
    places = [
        m if m.region or m.kind not in ("settlement", "area") or region == m.name else replace(m, region=region)
        for m in places
    ]
    resolved = tuple(context.gazetteer.resolve(m.name, region=m.region, countries=context.countries) for m in places)
    stretch = sentence.text[min(w.start for w in reach) : max(w.end for w in reach)]
    areas, shares = find_areas(stretch), find_shares(stretch)
    plain = any(
        n.lemma in LAND | _MILITARY or n.pos in ("PROPN", "PRON") or _place_at(sentence, n) for n in named
    ) or bool({w.lemma for w in reach} & LAND)
    words = ", ".join(m.text for m in places) or named[0].text
    return Ground(resolved, words, areas[0] if areas else None, shares[0] if shares else None, plain)


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
    if not named and noun.low in SPOTS | _SETTLED | {"district"}:
        # "The Siachen glacier": nobody need know a name that says what it names.
        for kid in noun.kids_of("compound", "nmod"):
            if kid.i == noun.i - 1 and _unknown(hit, kid):
                start, end = _name_span(kid)
                name = sentence.text[start:end]
                named = [PlaceMention(start, end, name, name, "area", None, known=False)]
    if named and noun.lemma not in SPOTS:
        return named
    inner = sentence.places_in(_reach(noun))
    inner = [m for m in inner if not _landmark(sentence, m)] or inner
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


def _landmark(sentence: Sentence, mention: PlaceMention) -> bool:
    """Whether a place only tells where another lies: "25 km north of Bukavu", "west of the Oskil river"."""
    return _BEARING.search(sentence.text, max(0, mention.start - 20), mention.start) is not None


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
        if k.dep not in _ASIDE and (k.low not in _TOWARDS or any(o.lemma == "area" for o in k.kids_of("pobj")))
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
    found, todo = [], [k for k in clause.kids if k.dep not in _ELSEWHERE]
    while todo:
        word = todo.pop()
        if id(word) not in inside or word.dep in ("prep", "pobj"):
            found.append(word)
            todo += [k for k in word.kids if k.dep not in (*_ASIDE, "poss", "ccomp")]
    return found


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
    person = hit.context.people.knows(noun.text) and not noun.kids_of("appos")
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
    return noun.lemma in _PARTS and any(_known(hit, o) for o in noun.objects("of"))


def _it(noun: Word) -> bool:
    return noun.low in ("it", "there")


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
    for mention in mentions:
        inside = kept and _WITHIN.fullmatch(sentence.text, kept[-1].end, mention.start)
        if inside and kept[-1].kind == "settlement" and _REGION_BEHIND.match(sentence.text, mention.end):
            kept[-1] = replace(kept[-1], region=kept[-1].region or mention.name)
        else:
            kept.append(mention)
    return kept


def _only(sentence: Sentence, nouns: Sequence[Word]) -> list[PlaceMention]:
    """Of "several localities" the one place that the sentence names before, if it names one."""
    if all(n.tag in ("NN", "NNP") and n.low != "ground" for n in nouns):
        return []
    sides = [(p.start, p.end) for p in sentence.parties]
    here = [m for m in sentence.places if m.kind != "country" and (m.start, m.end) not in sides]
    return here if len(here) == 1 and here[0].end <= nouns[0].start else []


def _unique(mentions: Iterable[PlaceMention]) -> list[PlaceMention]:
    unique: dict[str, PlaceMention] = {}
    for mention in mentions:
        unique.setdefault(mention.name, mention)
    return list(unique.values())


def _meant(hit: Hit, nouns: Sequence[Word], clause: Word | None) -> list[PlaceMention]:
    """What "that region", "the town", "it", "there" stand for: the last place of the sort."""
    inner = [w for noun in nouns for w in noun.subtree(skip=_ASIDE)]
    there = [w for head in (*nouns, *([clause] if clause is not None else [])) for w in head.kids if w.low == "there"]
    for word in [*inner, *(_around(clause, nouns) if clause is not None else []), *there]:
        definite = any(k.low in ("the", "that", "this") for k in word.kids_of("det")) or _it(word)
        if not definite or word.tag == "NNS":
            continue
        if word.lemma in _REGIONAL | {"territory"} and word.lemma != "district":
            return _last(hit, word, ("region", "area"))
        if word.lemma in _SETTLED | {"place"} or _it(word) or (word.lemma in _OF_TOWN and word in nouns):
            return _last(hit, word, ("settlement",)) or _last(hit, word, ("area", "region"))
        if word.lemma in _PEAKS and word in nouns:
            return _last(hit, word, ("area", "settlement"))
        if word.lemma == "country":
            return _last(hit, word, ("country",))
        if word.lemma in ("island", "archipelago", "peninsula", "enclave", "strip", "heights", "valley"):
            return _last(hit, word, ("area", "region")) or _last(hit, word, ("country",))
        if word.lemma in ("corridor", "strip", "valley") and word in nouns:
            return _last(hit, word, ("area",))
    return []


def last_place(hit: Hit, word: Word) -> Ground | None:
    """The ground a word means without naming it ("its fall", "the recapture"): the place spoken of last."""
    found = _last(hit, word, ("settlement",)) or _last(hit, word, ("area", "region"))
    places = tuple(
        hit.context.gazetteer.resolve(m.name, region=m.region, countries=hit.context.countries) for m in found
    )
    return Ground(places, found[0].text, None, None, plain=True) if found else None


def _kind(sentence: Sentence, mention: PlaceMention) -> str:
    """What sort of place a mention is: before "region" a region, whatever town is called so too."""
    return "region" if _REGION_BEHIND.match(sentence.text, mention.end) else mention.kind


def _opening(hit: Hit, sentence: Sentence) -> list[PlaceMention]:
    """A known place that opens a sentence as its subject, where nothing else around it tells that it is one."""
    match = _OPENING.match(sentence.text)
    taken = {m.start for m in sentence.places} | {m.start for m in sentence.parties}
    if match is None or sentence.lead or 0 in taken:
        return []
    standing = hit.context.gazetteer.standing(match[1])
    if standing is None or standing.trust == 0 or hit.context.people.knows(match[1].split()[-1]):
        return []
    return [PlaceMention(0, match.end(1), match[1], match[1], standing.kind)]


def _last(hit: Hit, word: Word, kinds: Sequence[str]) -> list[PlaceMention]:
    """The place of these kinds that "the town" and its like most likely mean: spoken of lately, first and often."""
    at = hit.sentence
    best: tuple[float, PlaceMention] | None = None
    for other in reversed(hit.context.sentences[max(0, at.index - _BACKWARDS) : at.index + 1]):
        seats = {(p.start, p.end): other.placed(p) for p in other.parties if p.source == "capital"}
        sides = {span for span, is_place in seats.items() if word.lemma in _SMALLER or not is_place}
        sides = set() if word.lemma in ("capital", "city") else sides
        found = [m for m in [*_opening(hit, other), *other.places] if _kind(other, m) in kinds]
        if word.lemma == "capital" and not word.kids_of("amod", "compound", "poss"):
            found = [m for m in found if (m.start, m.end) in seats]
        found = [m for m in found if (m.start, m.end) not in sides and not _landmark(other, m)]
        found = [m for m in found if not (m.text.isupper() and len(m.text) > _ACRONYM)]  # of a dateline or a letterhead
        back = other is not at and _BACK.match(other.text) is not None
        for number, mention in enumerate(found):
            score = min(hit.context.article.text.count(mention.name), _OFTEN) * 0.5
            score -= 1.0 * (at.index - other.index) + 1.0 * min(number, 2)
            score -= 1.5 * back  # such a sentence is on what was named before it
            score -= 3.0 * (other is at and mention.start > word.start)
            score -= 0.8 * (other.text[max(0, mention.start - 9) : mention.start].split(" ")[-2:-1] in _ASTRAY)
            if best is None or score > best[0]:
                best = (score, mention)
    return [best[1]] if best is not None else []
