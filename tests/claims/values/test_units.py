from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.values.units import find_areas, find_shares

AREAS = [
    ("took 5 square kilometers of forest", "5 square kilometers", 5.0, "exact"),
    ("took 5 square kilometres of forest", "5 square kilometres", 5.0, "exact"),
    ("some 2,000 square kilometers", "2,000 square kilometers", 2000.0, "about"),
    ("more than 3,000 square kilometers", "3,000 square kilometers", 3000.0, "at_least"),
    ("up to 3,000 square kilometers", "3,000 square kilometers", 3000.0, "at_most"),
    ("ten square kilometres", "ten square kilometres", 10.0, "exact"),
    ("12 sq km", "12 sq km", 12.0, "exact"),
    ("12 sq. km", "12 sq. km", 12.0, "exact"),
    ("3.5 km2", "3.5 km2", 3.5, "exact"),
    ("3.5 km²", "3.5 km²", 3.5, "exact"),
    ("40 km^2", "40 km^2", 40.0, "exact"),
    ("a 12-square-kilometer pocket", "12-square-kilometer", 12.0, "exact"),
    ("100 square miles", "100 square miles", 259.0, "exact"),
    ("one square mile", "one square mile", 2.59, "exact"),
    ("100 sq mi", "100 sq mi", 259.0, "exact"),
    ("100 sq. miles", "100 sq. miles", 259.0, "exact"),
    ("4,000 hectares", "4,000 hectares", 40.0, "exact"),
    ("1.2 million hectares", "1.2 million hectares", 12_000.0, "exact"),
    ("250 acres", "250 acres", 1.01, "exact"),
    ("250 ha", "250 ha", 2.5, "exact"),
]
SHARES = [
    ("20% of the land", "20%", 20.0, "exact"),
    ("20 % of the land", "20 %", 20.0, "exact"),
    ("20 percent of the land", "20 percent", 20.0, "exact"),
    ("about 20 per cent of the land", "20 per cent", 20.0, "about"),
    ("twelve percent of the land", "twelve percent", 12.0, "exact"),
    ("99.5% of the land", "99.5%", 99.5, "exact"),
    ("a fifth of the country", "a fifth", 20.0, "exact"),
    ("nearly a fifth of its land", "a fifth", 20.0, "about"),
    ("one-fifth of Orsk", "one-fifth", 20.0, "exact"),
    ("a third of Orsk", "a third", 33.33, "exact"),
    ("two-thirds", "two-thirds", 66.67, "exact"),
    ("two thirds of the land", "two thirds", 66.67, "exact"),
    ("three quarters of the land", "three quarters", 75.0, "exact"),
    ("a quarter of its land", "a quarter", 25.0, "exact"),
    ("half of the country", "half", 50.0, "exact"),
    ("half the country", "half", 50.0, "exact"),
    ("more than half of its land", "half", 50.0, "at_least"),
]


@pytest.mark.parametrize(("text", "words", "value", "qualifier"), AREAS)
def test_areas(text: str, words: str, value: float, qualifier: str) -> None:
    (found,) = find_areas(text)
    assert text[found.start : found.end] == found.text == words
    assert (found.value, found.qualifier) == (value, qualifier)
    assert find_shares(text) == []


@pytest.mark.parametrize(("text", "words", "value", "qualifier"), SHARES)
def test_shares(text: str, words: str, value: float, qualifier: str) -> None:
    (found,) = find_shares(text)
    assert text[found.start : found.end] == found.text == words
    assert (found.value, found.qualifier) == (value, qualifier)
    assert find_areas(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "5 km from the front",
        "several square kilometers",
        "10 to 15 square kilometers",
        "15-20% of the land",
        "15 to 20 percent",
        "between 15 and 20 percent",
        "15 to 20% of the land",
        "15%-20% of the land",
        "between 15% and 20%",
        "a third round, a fifth column, the second half of the year",
        "half an hour, half a million men, half the time",
        "a quarter of a century",
        "20 hats, 40 havens",
        "12 km2000",
    ],
)
def test_what_is_neither(text: str) -> None:
    assert find_areas(text) == []
    assert find_shares(text) == []


def test_several_in_their_order() -> None:
    text = "Half of Orsk and 20% of Veld, or 5 km2 and 2 square miles"
    assert [s.value for s in find_shares(text)] == [50.0, 20.0]
    assert [a.value for a in find_areas(text)] == [5.0, 5.18]


@given(st.integers(1, 10_000_000))
def test_units_agree_with_each_other(number: int) -> None:
    (in_km,) = find_areas(f"{number:,} square kilometers")
    (in_hectares,) = find_areas(f"{number * 100} hectares")
    assert in_km.value == in_hectares.value == number


@pytest.mark.parametrize("piece", ["1", "20% ", "a third of ", "half ", "1 sq ", "between 1 and "])
def test_a_hostile_text_takes_no_more_than_its_length(piece: str) -> None:
    text = (piece * 100_000)[:100_000]
    began = time.process_time()
    find_areas(text)
    find_shares(text)
    assert time.process_time() - began < 8
