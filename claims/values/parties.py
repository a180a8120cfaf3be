"""Who acts: countries, their people, capitals and leaders, armed groups, organisations, by their usual English names.

The names come from `claims/data/countries.csv` (one state a row) and `claims/data/parties.csv` (all others); they are
looked up word by word, the longest name first, so that the time does not grow with their number.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "data"
# First names that begin alike are one, differently spelt.
_ALIKE = 3
SOURCES = ("country", "demonym", "capital", "leader", "organisation", "group")

_WORD = re.compile(r"(?:[A-Za-z]\.){2,}|[^\W_]+(?:['’][^\W\d_]+)*")
_GAP = re.compile(r"(?:['’]s?)?\s|[-‑–./]|\.? |['’]| \(")
_NAME_BEFORE = re.compile(r"(?<![\w-])([A-Z][\w’'-]*\w) $")
# What a demonym or a country before a hyphen is when it says whose side or kind something else is.
_BOUND = re.compile(r"[-‑–](?:[a-z]+ed|held|led|run|made|built|born|speaking|style|language|friendly|wide|based|won)\b")
_LEADS = re.compile(r"\b(?:pro|anti|ex|non|post|former)[-‑–]$", re.IGNORECASE)
_PLACE_WORDS = re.compile(
    r"\s(?:(?:[a-z]+(?:ern|al)|border|port|resort|holy|seaside|lakeside|frontline|industrial|coal-mining)\s)?"
    r"(?:language|speakers?|town|city|village|settlement|capital|region|province|oblast|district|coast|border|frontier"
    r"|side of|soil|embassy in|consulate in|resort|island|peninsula|enclave|exclave|port)\b"
    r"(?! (?:guards?|troops|forces|police|patrols?|posts?|guardsmen)\b)"
)
_NAMED_AFTER = re.compile(
    r" (?:House|(?:International )?Airport|Avenue|Street|Square|Cent(?:er|re)|Institute|Foundation|University|Stadium"
    r"|Bridge|Hospital|Palace|Mosque|Library|Boulevard|Highway|Prize)\b"
)
_FIRST_NAMES = frozenset(
    """Chad Jordan Israel Kenya India Paris London Berlin Sofia Santiago Lima Wellington Kingston Kim Johnson Carter
    Cameron Bennett Abbas Barak""".split()
)
_BEFORE_SURNAME = frozenset(
    """president premier chancellor minister secretary leader chief envoy ambassador general marshal mr mrs ms dr sir
    king prince sheikh sultan emir crown ayatollah mullah negotiator spokesman spokeswoman adviser advisor senator
    governor commander dictator strongman candidate colonel gen director professor aide
    in on at the a an after with when but and while as if for to from by that this before since yet although though
    however both only even like now then because until against between about under over or so where what how
    will would can could should did does is was has had says said neither either nor whether asked yesterday today
    tomorrow earlier later recently meanwhile once former late monday tuesday wednesday thursday friday saturday
    sunday""".split()
)
_SURNAME_BEHIND = re.compile(
    r" (?!President|Prime|Foreign|Defen[cs]e|Interior|Minister|King|Queen|Ambassador|Army|Air|Armed|Police|Embassy"
    r"|Mayor|Talks|Summit|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)[A-Z][a-z]+\b(?!-)"
)
_GEORGIAN = re.compile(
    r"(?:Atlanta|Augusta|Savannah|Macon|Columbus|Athens|Marietta|Fort \w+), $"
    r"|\b(?:state of|Governor of|South|U\.?S\.? state of) $"
)
_AMERICAN = re.compile(
    r"(?:'s|’s)?\s(?:Senate|Senator|Sen\.|Rep\.|Republicans?|Democrats?|Governor|Gov\.|governor|lawmakers?|voters?"
    r"|Secretary of State|secretary of state|State|Tech|Bulldogs|General Assembly|congress\w+|peach\w*)\b"
)


@dataclass(frozen=True, slots=True)
class PartyMention:
    """A party named at [start, end): `party` is its usual English name, `source` one of SOURCES.

    `modifier` marks names that only describe something else ("Russian-backed", "the Turkish city", "pro-Russian").
    """

    start: int
    end: int
    text: str
    party: str
    source: str
    modifier: bool = False


@dataclass(slots=True)
class _Lexicon:
    forms: dict[tuple[str, ...], tuple[str, str]] = field(default_factory=dict)
    longest: dict[str, int] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    demonyms: dict[str, str] = field(default_factory=dict)
    rivals: dict[str, list[str]] = field(default_factory=dict)
    seats: dict[str, str] = field(default_factory=dict)
    given: dict[str, set[str]] = field(default_factory=dict)

    def add(self, form: str, party: str, source: str) -> None:
        key = tuple(token.plain for token in _tokens(form))
        self.forms.setdefault(key, (party, source))
        self.longest[key[0]] = max(len(key), self.longest.get(key[0], 0))


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    plain: str


def find_parties(text: str) -> list[PartyMention]:
    """The parties named in a text, in its order, without overlaps."""
    return list(_found(text))


# A sentence is asked for its parties, and for its places, which are none of them.
@lru_cache(maxsize=1_000)
def _found(text: str) -> tuple[PartyMention, ...]:
    lexicon = _lexicon()
    tokens = list(_tokens(text))
    found, at = [], 0
    while at < len(tokens):
        size, hit = _longest(lexicon, text, tokens, at)
        if hit is not None and hit[0]:
            start, end = tokens[at].start, tokens[at + size - 1].end
            party, source = hit
            if not _somebody_else(text, start, end, party, source):
                found.append(
                    PartyMention(start, end, text[start:end], party, source, _modifies(text, start, end, source))
                )
        at += max(size, 1)
    return tuple(found)


def country_code(party: str) -> str | None:
    """The ISO 3166-1 alpha-2 code of a country, None for any other party."""
    return _lexicon().codes.get(party)


def country_named(code: str) -> str | None:
    """The country of an ISO 3166-1 alpha-2 code, None where there is none."""
    return next((party for party, own in _lexicon().codes.items() if own == code), None)


def demonym_of(party: str) -> str | None:
    """The adjective of a country ("Ukrainian" for Ukraine), None where it has none."""
    return _lexicon().demonyms.get(party)


def capital_of(party: str) -> str | None:
    """The capital of a country, by its usual English name; None for any other party."""
    return _lexicon().seats.get(party)


def rivals_of(party: str) -> tuple[str, ...]:
    """Those whom a party is known to fight, or to have fought: the state against an armed group, and the reverse."""
    return tuple(_lexicon().rivals.get(party, ()))


def _longest(lexicon: _Lexicon, text: str, tokens: list[_Token], at: int) -> tuple[int, tuple[str, str] | None]:
    limit = lexicon.longest.get(tokens[at].plain, 0)
    words: list[str] = []
    best: tuple[int, tuple[str, str] | None] = (0, None)
    for size in range(1, min(limit, len(tokens) - at) + 1):
        token = tokens[at + size - 1]
        if size > 1 and not _joined(text, tokens[at + size - 2].end, token.start):
            break
        words.append(token.plain)
        hit = lexicon.forms.get(tuple(words))
        if hit is not None:
            best = (size, hit)
    return best


def _joined(text: str, end: int, start: int) -> bool:
    return _GAP.fullmatch(text, end, start) is not None


def _tokens(text: str) -> Iterator[_Token]:
    for match in _WORD.finditer(text):
        word, end = match.group(), match.end()
        if word.endswith(("'s", "’s", "'S", "’S")):
            word, end = word[:-2], end - 2
        yield _Token(match.start(), end, _plain(word))


def _plain(word: str) -> str:
    """A word as the lexicon keeps it: no accents, no dots, articles small, capitals as they stand but for headlines."""
    word = word.replace(".", "").replace("’", "'")
    if not word.isascii():
        word = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    if word.lower() in ("al", "el", "the", "bin", "de", "von", "der", "of", "and", "for", "ad", "ul"):
        return word.lower()
    return word.capitalize() if word.isupper() and len(word) > 5 else word


def _modifies(text: str, start: int, end: int, source: str) -> bool:
    if _BOUND.match(text, end) or _LEADS.search(text, max(0, start - 8), start):
        return True
    return source == "demonym" and _PLACE_WORDS.match(text, end) is not None


def _somebody_else(text: str, start: int, end: int, party: str, source: str) -> bool:
    """Whether the name is part of a person's ("Jordan Smith", "Chad Brown") or the American state."""
    if party == "Georgia" and source == "country":
        return bool(_AMERICAN.match(text, end) or _GEORGIAN.search(text, 0, start))
    name = text[start:end]
    if source == "leader" and _NAMED_AFTER.match(text, end):
        return True  # Blair House
    if source == "leader" and " " not in name and text[max(0, start - 1) : start] in ("-", "‑"):
        return True  # Mazar-i-Sharif
    if name in _FIRST_NAMES and _SURNAME_BEHIND.match(text, end):
        return True
    if (source == "leader" and " " not in name) or name in ("Jordan", "Chad", "Israel", "Wagner"):
        before = _NAME_BEFORE.search(text, max(0, start - 30), start)
        if before is not None and before[1].lower() not in _BEFORE_SURNAME and not before[1].endswith(("'s", "’s")):
            if _plain(before[1])[:_ALIKE] in _lexicon().given.get(_plain(name), ()):
                return False  # "Valeriy" for "Valerii"
            return (_plain(before[1]),) not in _lexicon().forms and not before[1].endswith("ian")
    return False


@cache
def _lexicon() -> _Lexicon:
    lexicon = _Lexicon()
    surnames: dict[str, set[str]] = {}
    for row in _rows("parties.csv"):
        for form in row["forms"].split("|"):
            lexicon.add(form, row["party"], row["kind"])
    for row in _rows("countries.csv"):
        party = row["party"]
        if row["code"]:
            lexicon.codes[party] = row["code"]
        for form in filter(None, row["names"].split("|")):
            lexicon.add(form, party, "country")
        for number, form in enumerate(filter(None, row["demonyms"].split("|"))):
            lexicon.add(form, party, "demonym")
            lexicon.add(form + "s", party, "demonym")
            if not number:
                lexicon.demonyms[party] = form
        for form in filter(None, row["capitals"].split("|")):
            lexicon.seats.setdefault(party, form)
            lexicon.add(form, party, "capital")
        for form in filter(None, row["leaders"].split("|")):
            if " " in form:
                first, *_, last = form.rstrip("*").split()
                lexicon.given.setdefault(_plain(last), set()).add(_plain(first)[:_ALIKE])
            lexicon.add(form.rstrip("*"), party, "leader")
            if not form.endswith("*") and " " in form:
                surnames.setdefault(form.split()[-1], set()).add(party)
    for row in _rows("rivals.csv"):
        lexicon.rivals.setdefault(row["one"], []).append(row["other"])
        lexicon.rivals.setdefault(row["other"], []).append(row["one"])
    for surname, parties in surnames.items():
        if len(parties) == 1 and len(surname) > 2:
            lexicon.add(surname, next(iter(parties)), "leader")
    return lexicon


def _rows(table: str) -> list[dict[str, str]]:
    with (DATA / table).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
