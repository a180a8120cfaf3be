"""Places named in a text: what stands after "village of" or before "region", and what the gazetteer knows.

A capitalised name counts when it is cued, or known and not part of a longer name (a person's, a brigade's, a paper's).
How well known it must be depends on what stands around it.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from claims.values import place_cues as cues
from claims.values.gazetteer import Gazetteer
from claims.values.parties import capital_of, find_parties

STOPLIST = Path(__file__).resolve().parent.parent / "data" / "not_places.txt"
LONGEST = 5


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A place named at [start, end). `name` is bare of "village of" and "region", `kind` as in the gazetteer.

    `region` is the region or country that the text names around it; `known` whether the gazetteer has the name.
    """

    start: int
    end: int
    text: str
    name: str
    kind: str
    region: str | None = None
    known: bool = True


# Hamlets bear the names of everything.
_SMALL = 5_000
# So far before its examples a word for places stands at most.
_EXAMPLES_REACH = 120


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    trust: int
    kind: str


def find_places(
    text: str, gazetteer: Gazetteer, countries: Sequence[str] = (), named: Container[str] = ()
) -> list[PlaceMention]:
    """The places named in a text, in its order, without overlaps.

    A town that few know is easier believed in one of the `countries` (ISO codes) that the article speaks of; of the
    names in `named` it is known that they are places.
    """
    words = [(m.start(), _unpossessed(m)) for m in cues.WORD.finditer(text)]
    if not words:
        return []
    actors = [(p.start, p.end) for p in find_parties(text) if p.source not in ("country", "capital")]
    spans = list(_spans(text, words, gazetteer, actors, countries))
    spans = [replace(s, trust=2) if text[s.start : s.end] in named else s for s in spans]
    chains = _chains(text, spans)
    mentions = [mention for chain in chains for mention in _judged(text, chain)]
    numbered = _numbered(text)
    mentions = [m for m in mentions if not any(n.start < m.end and m.start < n.end for n in numbered)]
    mentions = sorted([*mentions, *_capitals(text), *numbered], key=lambda m: m.start)
    return _with_regions(text, mentions, gazetteer)


def _numbered(text: str) -> list[PlaceMention]:
    """Heights that go by a number on military maps: "Hill 677", "Point 4875"."""
    return [
        PlaceMention(m.start(), m.end(), m.group(), m.group(), "area", known=False) for m in cues.HEIGHT.finditer(text)
    ]


def _capitals(text: str) -> Iterator[PlaceMention]:
    """ "The Omani capital" is Muscat."""
    for party in find_parties(text):
        capital = capital_of(party.party) if party.source == "demonym" else None
        if capital is not None and text.startswith(" capital", party.end):
            end = party.end + len(" capital")
            yield PlaceMention(party.start, end, text[party.start : end], capital, "settlement")


def _unpossessed(match: re.Match[str]) -> int:
    word = match.group()
    return match.end() - (2 if word.endswith(("'s", "’s")) else 1 if word.endswith(("'", "’")) else 0)


def _spans(
    text: str,
    words: list[tuple[int, int]],
    gazetteer: Gazetteer,
    actors: list[tuple[int, int]],
    countries: Sequence[str],
) -> Iterator[_Span]:
    """Stretches that may be places: the longest known name at each word, else the whole unknown run."""
    known = cache(lambda number: _longest_known(text, words, number, gazetteer))
    at = stop = later = 0
    while at < len(words):
        size = known(at)
        # The end of a run and the next known name in it are looked for once, not anew from each of its words.
        stop = stop if at < stop else at + _run_length(text, words, at)
        run = stop - at
        if size == 0:
            later = max(later, at + 1)
            while later < stop and not known(later):
                later += 1
            known_later = later - at
            start, end = words[at][0], words[at + run - 1][1]
            word = text[start : words[at][1]].lower()
            everyday = _ordinary(text, start, word)
            if run == 1 and not everyday and not _is_code(text[start:end]) and not _inside(actors, start, end):
                yield from _split_or_whole(text, start, end, gazetteer)
            elif run > 1 and word in _stoplist() | cues.COMPASS:
                at += 1
                continue
            elif run > 1 and known_later == run and not _inside(actors, start, end):
                if re.fullmatch(cues.REGIONAL, text[slice(*words[at + run - 1])].lower()):
                    end = words[at + run - 2][1]
                yield _Span(start, end, -1, "settlement")
            elif run > 1 and known_later < run and _may_stand_left(text, words, at + known_later - 1):
                at += known_later
                continue
            elif run > 1 and not everyday and word not in cues.TITLES and not _inside(actors, start, end):
                yield _Span(start, end, -1, "settlement")
            at += run
            continue
        start, end = words[at][0], words[at + size - 1][1]
        standing = gazetteer.standing(text[start:end])
        sided = size == 1 and _inside(actors, start, end) and not (standing and standing.trust == 2)
        if standing and _alone(text, words, at, size) and not sided:
            home = not standing.trust and any(
                r.country in countries and r.population >= _SMALL for r in gazetteer.records(text[start:end])
            )
            yield _Span(start, end, 1 if home else standing.trust, standing.kind)
            at += size
        else:
            at += max(size, run)


def _is_code(word: str) -> bool:
    return word[:2].isupper() or any(c.isdigit() for c in word)


def _split_or_whole(text: str, start: int, end: int, gazetteer: Gazetteer) -> Iterator[_Span]:
    """An unknown word; "Moscow-Kyiv" is two known ones, "Kyiv-based" is none."""
    parts = list(re.finditer(r"[^-‑–]+", text[start:end]))
    if len(parts) > 1:
        standings = [gazetteer.standing(p.group()) for p in parts]
        if all(s and s.trust == 2 and p.group()[0].isupper() for s, p in zip(standings, parts, strict=True)):
            yield from (
                _Span(start + p.start(), start + p.end(), 2, s.kind)
                for s, p in zip(standings, parts, strict=True)
                if s is not None
            )
            return
        if not parts[-1].group()[0].isupper() and len(parts) == 2 and len(parts[-1].group()) > 3:
            return
    yield _Span(start, end, -1, "settlement")


def _longest_known(text: str, words: list[tuple[int, int]], at: int, gazetteer: Gazetteer) -> int:
    """How many words from `at` make the longest name the gazetteer has; 0 for none or an ordinary English word."""
    best, last = 0, at
    start = words[at][0]
    for last in range(at, min(at + LONGEST, len(words))):
        if last > at and not _linked(text, words[last - 1][1], words[last][0]):
            break
        name = text[start : words[last][1]]
        if last == at and (_ordinary(text, start, name) or _acronym(name, gazetteer)):
            continue
        standing = gazetteer.standing(name)
        if standing and (standing.trust > 0 or last == at):
            best = last - at + 1
    if best > 1 and re.fullmatch(cues.REGIONAL + "|river", text[slice(*words[at + best - 1])].lower()):
        shorter = text[start : words[at + best - 2][1]]
        same = {r.id for r in gazetteer.records(text[start : words[at + best - 1][1]])}
        if any(r.id in same for r in gazetteer.records(shorter)):
            return best - 1
    return best


def _acronym(name: str, gazetteer: Gazetteer) -> bool:
    """Whether it is an abbreviation of anything but a country."""
    return name.isupper() and len(name) < 5 and gazetteer.kind_of(name) != "country"


def _ordinary(text: str, start: int, name: str) -> bool:
    """Whether a word is an everyday one here: "Reading", but not "in Reading" or "the city of Split"."""
    word = name.lower()
    if word not in _stoplist() or cues.CALLED.search(text, max(0, start - 40), start):
        return False
    return not (word in cues.TOWNS_TOO and cues.PLACED.search(text, max(0, start - 12), start))


def _linked(text: str, end: int, start: int) -> bool:
    return cues.LINKS.fullmatch(text, end, start) is not None or text[end:start] == " "


def _run_length(text: str, words: list[tuple[int, int]], at: int) -> int:
    size = 1
    while at + size < len(words) and text[words[at + size - 1][1] : words[at + size][0]] == " ":
        size += 1
    return size


def _alone(text: str, words: list[tuple[int, int]], at: int, size: int) -> bool:
    """Whether the name is no part of a longer one: of a person, an army unit, a newspaper."""
    if at > 0 and text[words[at - 1][1] : words[at][0]] == " " and not _may_stand_left(text, words, at - 1):
        return False
    end = words[at + size - 1][1]
    if cues.FOLLOWED.match(text, end):
        return False
    if at + size < len(words) and text[end : words[at + size][0]] == " ":
        after = text[slice(*words[at + size])].lower()
        return after in cues.OFFICE or after in _stoplist() - {"post", "times", "news", "independence", "university"}
    return True


def _may_stand_left(text: str, words: list[tuple[int, int]], at: int) -> bool:
    start, end = words[at]
    word = text[start:end].lower()
    if word in cues.TITLES or (end - start == 1 and word != "a"):
        return False
    opening = start == 0 or (text[max(0, start - 2) : start].strip(" “\"'") in (".", "!", "?", ":", "") and start < 3)
    return (
        word in _stoplist()
        or word in cues.COMPASS
        or re.search(r"(?:ian|ese|ish|ine|ern|held|occupied|controlled|ing|aeli|aqi|eni)$", word) is not None
        or (opening and word.endswith(("ed", "es", "s")))
    )


def _inside(stretches: list[tuple[int, int]], start: int, end: int) -> bool:
    return any(s < end and start < e for s, e in stretches)


def _chains(text: str, spans: list[_Span]) -> list[list[_Span]]:
    """Spans joined by commas and "and" stand together."""
    chains: list[list[_Span]] = []
    for span in spans:
        if chains and cues.LIST.fullmatch(text, chains[-1][-1].end, span.start):
            chains[-1].append(span)
        else:
            chains.append([span])
    return chains


def _judged(text: str, chain: list[_Span]) -> Iterator[PlaceMention]:
    """Those of a chain that are places, by what stands before and after it and by how well they are known."""
    before, after = text[max(0, chain[0].start - 60) : chain[0].start], cues.AFTER.match(text, chain[-1].end)
    examples = cues.EXAMPLES.search(text, max(0, chain[0].start - _EXAMPLES_REACH), chain[0].start)
    cue = None if before.lower().endswith("capital of ") else cues.BEFORE.search(before) or examples
    cued = bool(cue and (examples or cues.OF.search(before) or not cue["many"] or chain[0].trust >= 0))
    many = bool(cued and cue and (examples or cue["many"] or cue["word"].lower().endswith("ies")))
    taken, strict = bool(cues.TAKING.search(before)), bool(cues.STRICT.search(before))
    locative = bool(cues.LOCATIVE.search(before) or cues.STRUCK.search(before))
    anchored = any(s.trust >= 1 and s.kind != "country" for s in chain)
    for number, span in enumerate(chain):
        first, last = number == 0, number == len(chain) - 1
        own_after = cues.AFTER.match(text, span.end) or cues.APPOSED.match(text, span.end)
        behind = own_after if own_after else after if after and after["many"] else None
        before_it = cue if cued and (first or many) else None
        undergone = cues.UNDERGONE.match(text, span.end) is not None
        region_next = not last and chain[number + 1].kind in ("region", "country") and chain[number + 1].trust == 2
        hinted = before_it is not None or taken or undergone
        if span.trust < 0 and cues.BESIDE.match(text, span.end):
            accepted = True
        elif span.trust < 0:
            undergone = undergone and not text.startswith((" fell", " fall", " to fall"), span.end)
            accepted = (
                (before_it is not None or undergone or (taken and (anchored or first)) or (anchored and strict))
                or (first and strict)
                or (behind is not None and _names_kind(behind["word"]))
                or (first and locative and region_next)
            )
        elif span.trust == 0:
            accepted = hinted or behind is not None or strict or (locative and region_next)
        elif span.trust == 1:
            company = " " in text[span.start : span.end] or any(s.trust == 2 for s in chain)
            known = hinted or behind is not None or locative or region_next or company
            accepted = known and not cues.SPOKE.match(text, span.end)
        else:
            accepted = True
        if accepted:
            yield _mention(text, span, before_it, behind)


def _names_kind(word: str) -> bool:
    return word.lower() not in ("state", "front", "republic", "division", "department", "base", "zone", "area", "axis")


def _mention(text: str, span: _Span, cue: re.Match[str] | None, behind: re.Match[str] | None) -> PlaceMention:
    kind = span.kind
    for match in (cue, behind):
        if match is not None and kind != "country":
            kind = next((k for pattern, k in cues.KINDS if pattern.fullmatch(match["word"])), "settlement")
    name = text[span.start : span.end]
    return PlaceMention(span.start, span.end, name, name, kind, known=span.trust >= 0)


def _with_regions(text: str, mentions: list[PlaceMention], gazetteer: Gazetteer) -> list[PlaceMention]:
    """Gives each place the region named behind it or behind its list, or before it ("Donetsk region's Toretsk")."""
    placed: list[PlaceMention] = []
    region: str | None = None
    for number in range(len(mentions) - 1, -1, -1):
        mention = mentions[number]
        following = _container(text, mentions, number + 1)
        found: str | None = None
        if following is not None and mention.kind != "country":
            gap = text[mention.end : mentions[number + 1].start]
            if (
                mention.kind == following.kind == "settlement"
                and gap.endswith(" in ")
                and _region_too(following, gazetteer)
            ):
                following = placed[-1] = replace(placed[-1], kind="region")
            wider = _wider(mention, following) and _may_lie_in(mention, following, gazetteer)
            if wider and cues.INSIDE.fullmatch(_without_kind(gap)):
                found = following.name
            elif cues.LIST.fullmatch(gap) and not wider and following.kind == mention.kind:
                found = region
        region = found
        placed.append(replace(mention, region=found))
    return [_led(text, placed, number) for number in range(len(placed) - 1, -1, -1)]


def _container(text: str, mentions: list[PlaceMention], number: int) -> PlaceMention | None:
    """The mention at `number`, or the region it owns: in "Russia's Kursk region" that is Kursk."""
    if number >= len(mentions):
        return None
    land = mentions[number]
    if land.kind == "country" and number + 1 < len(mentions):
        inner = mentions[number + 1]
        if inner.kind == "region" and re.fullmatch(r"[’']s? (?:[a-z-]+ )*", text[land.end : inner.start]):
            return inner
    return land


def _region_too(mention: PlaceMention, gazetteer: Gazetteer) -> bool:
    """Whether a region goes by the same name: "a village in Donetsk" lies in the region, not in the city."""
    return any(record.kind == "region" for record in gazetteer.records(mention.name))


def _wider(mention: PlaceMention, following: PlaceMention) -> bool:
    order = {"venue": 0, "settlement": 0, "area": 1, "water": 1, "region": 2, "country": 3}
    return order.get(following.kind, 0) > order.get(mention.kind, 0) and following.kind in ("region", "country", "area")


def _may_lie_in(mention: PlaceMention, following: PlaceMention, gazetteer: Gazetteer) -> bool:
    """Whether a known place has a namesake in the same land; nothing speaks against an unknown one."""
    lands = {r.country for r in gazetteer.records(mention.name)}
    around = {r.country for r in gazetteer.records(following.name)}
    return not lands or None in around or bool(lands & around)


def _without_kind(gap: str) -> str:
    return re.sub(rf"^[’']?s? (?:{cues.REGIONAL}|{cues.SETTLED}|{cues.AREAL})s?\b", "", gap, flags=re.IGNORECASE)


def _led(text: str, backwards: list[PlaceMention], number: int) -> PlaceMention:
    """A region before a place: "Donetsk region's Toretsk", "the Sumy region village of Yunakivka"."""
    mention = backwards[number]
    if mention.region is None and number + 1 < len(backwards) and mention.kind == "settlement":
        leading = backwards[number + 1]
        gap = text[leading.end : mention.start]
        led = re.fullmatch(
            rf"(?: (?:{cues.REGIONAL}))?(?:[’']s)? (?:(?:[a-z]+ )?{cues.SETTLED}s?(?: of)? )?", gap, re.IGNORECASE
        )
        if led and leading.kind == "region":
            return replace(mention, region=leading.name)
    return mention


def is_everyday(word: str) -> bool:
    """Whether a capitalised word is an ordinary English one or a person's name before it is a place's."""
    return word.lower() in _stoplist()


@cache
def _stoplist() -> frozenset[str]:
    return frozenset(STOPLIST.read_text(encoding="utf-8").split())
