"""No string keeps a pattern or a cleaner: what each of them takes grows with the length of its text, and no faster."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import random
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pytest

import claims
from claims import catalog
from claims.acronyms import explained
from claims.links import anchor
from claims.names import People
from claims.page import PageError, read_page
from claims.sentences import dateline, split
from claims.tongue import tongue_of
from claims.values.dates import find_dates
from claims.values.gazetteer import Gazetteer
from claims.values.numbers import find_numbers, find_ordinals
from claims.values.parties import find_parties
from claims.values.places import find_places
from service.urls import canonical
from store.norm import fold, phrases, words

SHORT, LONG = 25_000, 50_000
SECONDS, GROWTH = 1.0, 3.0
# What takes less than this tells nothing of growth.
FLOOR = 0.02

UNITS = (
    *("a", "A", "A ", "a ", "Aa ", "a-", "A-", "A’s ", "A. ", "é", "e\u0301", "\U0001f600", "\u00a0", "\u200b"),
    *(" ", "\n", "a\n", "\r\n", ".", ",", "'", "“", '"', "(", "[A](", "-", "–", "0", "1,", "1 ", "1-", "12:30 "),
    *("June ", "June 2, ", "Monday and ", "two ", "twenty-", "hundred and ", "more than ", "half a "),
    *("said ", ", said ", "who said, ", "talks ", "no date ", "when ", "between ", "from each ", "killed ", "U.S. "),
    *(
        "village of ",
        "north of the ",
        "the ",
        "of ",
        "and ",
        "<a ",
        "<p>",
        "</",
        "<!--",
        "&#x",
        "&amp;",
        "='",
        "%41",
        "/../",
    ),
)


def _modules() -> Iterator[Any]:
    for found in pkgutil.walk_packages(claims.__path__, "claims."):
        yield importlib.import_module(found.name)


def _patterns_in(value: Any, name: str, seen: set[int]) -> Iterator[tuple[str, re.Pattern[str]]]:
    """The patterns in a value, however deep in tuples, dicts and dataclasses, with where they stand."""
    if isinstance(value, re.Pattern):
        yield name, value
    elif id(value) not in seen:
        seen.add(id(value))
        parts: list[tuple[Any, Any]] = []
        if isinstance(value, dict):
            parts = list(value.items())
        elif isinstance(value, (tuple, list, set, frozenset)):
            parts = list(enumerate(value))
        elif dataclasses.is_dataclass(value) and not isinstance(value, type):
            parts = [(f.name, getattr(value, f.name)) for f in dataclasses.fields(value)]
        for key, part in parts:
            yield from _patterns_in(part, f"{name}.{key}", seen)


def _patterns() -> dict[str, re.Pattern[str]]:
    """Every compiled pattern of the package once, by the first name it goes by."""
    seen: set[int] = set()
    found = [(rule.id, rule.pattern) for kind in catalog.kinds().values() for rule in kind.rules]
    for module in _modules():
        for name, value in vars(module).items():
            if not name.startswith("__"):
                found += _patterns_in(value, f"{module.__name__.removeprefix('claims.')}.{name}", seen)
    names: dict[re.Pattern[str], str] = {}
    for name, pattern in found:
        names.setdefault(pattern, name)
    return {name: pattern for pattern, name in names.items()}


PATTERNS = _patterns()


def fitting(tree: Any, chance: random.Random) -> str:
    """A string that a parsed pattern is likely to take, so that it works hard before it refuses what comes after."""
    made = ""
    for code, value in tree:
        if code is codes.LITERAL:
            made += chr(value)
        elif code is codes.IN:
            made += _of_class(value, chance)
        elif code is codes.BRANCH:
            made += fitting(chance.choice(value[1]), chance)
        elif code is codes.SUBPATTERN:
            made += fitting(value[3], chance)
        elif code is codes.ATOMIC_GROUP:
            made += fitting(value, chance)
        elif code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            low, high, inner = value
            made += "".join(fitting(inner, chance) for _ in range(chance.randint(low, min(high, low + 2))))
        elif code is codes.ASSERT and value[0] > 0:
            made += fitting(value[1], chance)
        elif code in (codes.ANY, codes.NOT_LITERAL):
            made += "x"
    return made


def _of_class(items: Any, chance: random.Random) -> str:
    code, value = chance.choice(items)
    if code is codes.LITERAL:
        return chr(value)
    if code is codes.RANGE:
        return chr(chance.choice(value))
    figures = {codes.CATEGORY_DIGIT: "7", codes.CATEGORY_SPACE: " ", codes.CATEGORY_NOT_WORD: " "}
    return figures.get(value, "w") if code is codes.CATEGORY else "x"


class TooLongError(Exception):
    """What is measured has used up its time."""


@contextmanager
def _bounded() -> Iterator[None]:
    def ring(*_: object) -> None:
        raise TooLongError

    before = signal.signal(signal.SIGVTALRM, ring)
    signal.setitimer(signal.ITIMER_VIRTUAL, 5 * SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _cost(work: Callable[[str], object], text: str, enough: float) -> float:
    """The CPU time that the work takes, the best of three where one is not good `enough`: others share the machine."""
    best = float("inf")
    for _ in range(3):
        began = time.process_time()
        try:
            with _bounded():
                work(text)
        except TooLongError:
            return float("inf")
        best = min(best, time.process_time() - began)
        if best <= enough:
            break
    return best


def slow(work: Callable[[str], object], units: list[str]) -> list[tuple[str, float, float]]:
    """The units of which a long text takes too long, or far more than one of half its length."""
    found = []
    for unit in units:
        text = unit * (LONG // len(unit) + 1)
        short = _cost(work, text[:SHORT], FLOOR)
        bound = min(SECONDS, GROWTH * max(short, FLOOR))
        long = _cost(work, text[:LONG], bound)
        if long > bound:
            found.append((unit, round(short, 3), round(long, 3)))
    return found


def _matching(pattern: re.Pattern[str]) -> Callable[[str], object]:
    def work(text: str) -> None:
        for _ in pattern.finditer(text):
            pass
        pattern.fullmatch(text)

    return work


def _own(pattern: re.Pattern[str], count: int) -> list[str]:
    """Units made for a pattern: strings that it takes, and such strings without their last letter."""
    chance = random.Random(pattern.pattern)
    tree = parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE)
    made = [fitting(tree, chance) or "x" for _ in range(count)]
    return [unit for own in made for unit in (f"{own} ", own[:-1] or "x")]


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_takes_time_in_proportion_to_its_text(name: str) -> None:
    at = list(PATTERNS).index(name)
    sampled = ["A", "A-", UNITS[at % len(UNITS)], *_own(PATTERNS[name], 1)[:1]]
    assert slow(_matching(PATTERNS[name]), sampled) == []


@pytest.mark.torture
@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_takes_any_string_in_proportion_to_its_length(name: str) -> None:
    assert slow(_matching(PATTERNS[name]), [*UNITS, *_own(PATTERNS[name], 6)]) == []


def _read(text: str) -> None:
    with suppress(PageError):
        read_page(
            f"<html><body><article><p>Russia met Ukraine.</p>{text}</article></body></html>", url="https://a.example/"
        )


CLEANERS: dict[str, Callable[[str], object]] = {
    "sentences": split,
    "datelines": dateline,
    "language": tongue_of,
    "acronyms": explained,
    "people": People,
    "dates": find_dates,
    "numbers": find_numbers,
    "ordinals": find_ordinals,
    "parties": find_parties,
    "links": lambda text: anchor(text, 100, 1_600, "https://a.example/"),
    "pages": _read,
    "addresses": lambda text: canonical(f"https://a.example/{text}"),
    "queries of addresses": lambda text: canonical(f"https://a.example/?{text}"),
    "names": fold,
    "words": words,
    "phrases": phrases,
}


@pytest.mark.parametrize("name", CLEANERS)
def test_a_cleaner_takes_time_in_proportion_to_its_text(name: str) -> None:
    assert slow(CLEANERS[name], list(UNITS[::5])) == []


@pytest.mark.torture
@pytest.mark.parametrize("name", CLEANERS)
def test_a_cleaner_takes_any_string_in_proportion_to_its_length(name: str) -> None:
    assert slow(CLEANERS[name], list(UNITS)) == []


@pytest.mark.parametrize("unit", UNITS[::3])
def test_places_are_found_in_time_in_proportion_to_the_text(gazetteer: Gazetteer, unit: str) -> None:
    assert slow(lambda text: find_places(text, gazetteer), [unit]) == []
