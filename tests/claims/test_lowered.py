"""Lowered texts and the patterns for them: they find what patterns that ignore case find in the text."""

from __future__ import annotations

import random
import re
import sys

from claims import captives, catalog, encounters, losses
from claims.values.folding import for_lowered, lowered
from tests.claims.test_hostile_patterns import fitting, parser

LOOKED_FOR = [
    *(rule.pattern for kind in catalog.kinds().values() for rule in kind.rules),
    *(pattern for _, pattern in losses.PATTERNS.values()),
    *captives.FAMILIES.values(),
    encounters.NOUNS,
]
TRIGGERS = [pattern for pattern in dict.fromkeys(LOOKED_FOR) if pattern.flags & re.IGNORECASE]


def test_no_letter_grows_or_shrinks() -> None:
    assert [c for c in map(chr, range(sys.maxunicode + 1)) if len(lowered(c)) != 1] == []
    assert lowered("İZMİR wınter ſoldiers 5 K") == "izmir winter soldiers 5 k"


def test_escapes_and_groups_stay_what_they_are() -> None:
    pattern = re.compile(r"(?P<who>[A-Z]\w+) met\b\W+(?P=who)\S", re.IGNORECASE)
    found = for_lowered(pattern).search("they met. they!")
    assert found is not None
    assert found["who"] == "they"
    assert not for_lowered(pattern).flags & re.IGNORECASE


def test_what_does_not_ignore_case_is_left_as_it_is() -> None:
    pattern = re.compile("May")
    assert for_lowered(pattern) is pattern


def test_both_find_the_same() -> None:
    found = {}
    for pattern in TRIGGERS:
        plain, chance = for_lowered(pattern), random.Random(pattern.pattern)
        tree = parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE)
        for _ in range(60):
            words = [fitting(tree, chance) for _ in range(3)]
            case = chance.choice((str, str.upper, str.title, str.swapcase))
            text = case(f"The {words[0]}, {words[1]} and {words[2]}.")
            spans = [match.span() for match in pattern.finditer(text)]
            assert [match.span() for match in plain.finditer(lowered(text))] == spans, text
            found[pattern] = found.get(pattern, 0) + len(spans)
    assert len(TRIGGERS) > 15
    assert sum(count > 20 for count in found.values()) > 0.9 * len(TRIGGERS)
