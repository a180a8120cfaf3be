from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.values.numbers import find_amounts, find_numbers, find_ordinals, words_value

# Text, number words, value, qualifier, the words that qualify.
ROWS = [
    ("Orsk sent home 1,000 prisoners.", "1,000", 1000, "exact", ""),
    ("Orsk sent home 1000 prisoners.", "1000", 1000, "exact", ""),
    ("Orsk sent home 1 000 prisoners.", "1 000", 1000, "exact", ""),
    ("Orsk sent home 1\u00a0000 prisoners.", "1\u00a0000", 1000, "exact", ""),
    ("Orsk sent home 1,234,567 letters.", "1,234,567", 1_234_567, "exact", ""),
    ("Orsk sent home 390 people.", "390", 390, "exact", ""),
    ("205 each came home", "205", 205, "exact", ""),
    ("six men", "six", 6, "exact", ""),
    ("Six men", "Six", 6, "exact", ""),
    ("zero men", "zero", 0, "exact", ""),
    ("twenty-one men", "twenty-one", 21, "exact", ""),
    ("seventy five men", "seventy five", 75, "exact", ""),
    ("one hundred men", "one hundred", 100, "exact", ""),
    ("a hundred men", "a hundred", 100, "exact", ""),
    ("a thousand men", "a thousand", 1000, "exact", ""),
    ("two hundred and five men", "two hundred and five", 205, "exact", ""),
    ("three thousand two hundred men", "three thousand two hundred", 3200, "exact", ""),
    ("one and a half million people", "one and a half million", 1_500_000, "exact", ""),
    ("half a million people", "half a million", 500_000, "exact", ""),
    ("1.2 million people", "1.2 million", 1_200_000, "exact", ""),
    ("2.5 thousand people", "2.5 thousand", 2500, "exact", ""),
    ("3 million people", "3 million", 3_000_000, "exact", ""),
    ("3bn people", "3bn", 3_000_000_000, "exact", ""),
    ("5m people", "5m", 5_000_000, "exact", ""),
    ("10k people", "10k", 10_000, "exact", ""),
    ("a dozen captives", "a dozen", 12, "exact", ""),
    ("two dozen captives", "two dozen", 24, "exact", ""),
    ("half a dozen captives", "half a dozen", 6, "exact", ""),
    ("a couple of captives", "a couple", 2, "about", "a couple"),
    ("a 25-member team", "25", 25, "exact", ""),
    ("a 200-strong unit", "200", 200, "exact", ""),
    ("a total of 84 people", "84", 84, "exact", ""),
    ("exactly 100 men", "100", 100, "exact", ""),
    ("the remaining 63 hostages", "63", 63, "exact", ""),
    ("2.5 men", "2.5", None, "exact", ""),
    ("some 200 soldiers", "200", 200, "about", "some"),
    ("about 1,200 soldiers", "1,200", 1200, "about", "about"),
    ("around 50 bodies", "50", 50, "about", "around"),
    ("nearly 100 captives", "100", 100, "about", "nearly"),
    ("almost two dozen captives", "two dozen", 24, "about", "almost"),
    ("roughly 300 men", "300", 300, "about", "roughly"),
    ("approximately 40 men", "40", 40, "about", "approximately"),
    ("an estimated 3,000 men", "3,000", 3000, "about", "an estimated"),
    ("close to 900 men", "900", 900, "about", "close to"),
    ("just under 900 men", "900", 900, "about", "just under"),
    ("~900 men", "900", 900, "about", "~"),
    ("200-odd men", "200", 200, "about", "odd"),
    ("fifty or so men", "fifty", 50, "about", "or so"),
    ("at least 30 people", "30", 30, "at_least", "at least"),
    ("At least another 30 people", "30", 30, "at_least", "At least"),
    ("more than 6,000 bodies", "6,000", 6000, "at_least", "more than"),
    ("over 100 people", "100", 100, "at_least", "over"),
    ("well over 100 people", "100", 100, "at_least", "well over"),
    ("upwards of 40 men", "40", 40, "at_least", "upwards of"),
    ("no fewer than 12 men", "12", 12, "at_least", "no fewer than"),
    ("in excess of 500 men", "500", 500, "at_least", "in excess of"),
    ("30 or more men", "30", 30, "at_least", "or more"),
    ("1,000-plus men", "1,000", 1000, "at_least", "plus"),
    ("100+ men", "100", 100, "at_least", "+"),
    ("up to 150 men", "150", 150, "at_most", "up to"),
    ("as many as 1,200 men", "1,200", 1200, "at_most", "as many as"),
    ("fewer than 20 men", "20", 20, "at_most", "fewer than"),
    ("less than 20 men", "20", 20, "at_most", "less than"),
    ("no more than ten men", "ten", 10, "at_most", "no more than"),
    ("at most five men", "five", 5, "at_most", "at most"),
    ("five men at most", "five", 5, "exact", ""),
    ("dozens of captives", "dozens", None, "about", "dozens"),
    ("scores of men", "scores", None, "about", "scores"),
    ("hundreds of soldiers", "hundreds", None, "about", "hundreds"),
    ("tens of thousands of men", "tens of thousands", None, "about", "tens of thousands"),
    ("more than several hundred men", "several hundred", None, "about", "more than"),
    ("several hostages", "several", None, "about", "several"),
    ("a few hostages", "a few", None, "about", "a few"),
    ("several hundred soldiers", "several hundred", None, "about", "several hundred"),
    ("a handful of men", "a handful", None, "about", "a handful"),
    ("a number of hostages", "a number", None, "about", "a number"),
    ("an unknown number of men", "unknown number", None, "about", "unknown number"),
]

# Text, number words, low, high.
RANGES = [
    ("between 10 and 15 men", "10 and 15", 10, 15),
    ("10 to 15 men", "10 to 15", 10, 15),
    ("from 10 to 15 men", "10 to 15", 10, 15),
    ("10-15 men", "10-15", 10, 15),
    ("10–15 men", "10–15", 10, 15),
    ("two or three men", "two or three", 2, 3),
    ("1,000 to 1,200 men", "1,000 to 1,200", 1000, 1200),
]

# Numbers of nothing that one could count.
COUNTLESS = [
    "9,223,372,036,854,775,808 men",
    "the sixth round",
    "on the 3rd day",
    "$500 and €40 and £2 million and USD 30",
    "500 dollars or 40 euros",
    "20% or 15 percent",
    "T-72 and Su-34 and G7 and COVID-19",
    "10:30 or 7/8",
    "a two-day visit by a 12-year-old boy",
    "the 1990s",
    "5 p.m.",
    "someone stone-cold often weighed tons",
]


@pytest.mark.parametrize(("text", "words", "value", "qualifier", "said"), ROWS)
def test_numbers(text: str, words: str, value: int | None, qualifier: str, said: str) -> None:
    (found,) = find_numbers(text)
    assert text[found.start : found.end] == found.text == words
    assert (found.value, found.qualifier, found.qualifier_text) == (value, qualifier, said)


@pytest.mark.parametrize(("text", "words", "low", "high"), RANGES)
def test_ranges(text: str, words: str, low: int, high: int) -> None:
    (found,) = find_numbers(text)
    assert text[found.start : found.end] == found.text == words
    assert (found.value, found.low, found.high, found.qualifier) == (None, low, high, "about")


@pytest.mark.parametrize("text", COUNTLESS)
def test_what_counts_nothing(text: str) -> None:
    assert [n.text for n in find_numbers(text)] == []


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("30 men", 30, 30),
        ("at least 30 men", 30, None),
        ("up to 30 men", None, 30),
        ("about 30 men", None, None),
        ("dozens of men", None, None),
    ],
)
def test_bounds(text: str, low: int | None, high: int | None) -> None:
    (found,) = find_numbers(text)
    assert (found.low, found.high) == (low, high)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("They swapped 1,000 for 1,000.", [1000, 1000]),
        ("a 303-for-303 swap", [303, 303]),
        ("a 1,000-for-1,000 swap", [1000, 1000]),
        ("a two-for-two swap", [2, 2]),
        ("12 soldiers and 15 civilians", [12, 15]),
        ("on May 16 200 soldiers", [16, 200]),
        ("more than 30, and 20 others", [30, 20]),
        ("60 went and 75 came", [60, 75]),
    ],
)
def test_several_numbers(text: str, values: list[int]) -> None:
    assert [n.value for n in find_numbers(text)] == values


def test_a_qualifier_belongs_to_its_own_number() -> None:
    assert [n.qualifier for n in find_numbers("about 30 men and 20 women")] == ["about", "exact"]
    assert [n.qualifier for n in find_numbers("30 men and at least 20 women")] == ["exact", "at_least"]
    assert find_numbers("handsome 30 men")[0].qualifier == "exact"


@pytest.mark.parametrize(
    ("text", "value"),
    [("second", 2), ("3rd", 3), ("21st", 21), ("twenty-first", 21), ("Thirtieth", 30), ("tenth", 10), ("112th", 112)],
)
def test_ordinals(text: str, value: int) -> None:
    (found,) = find_ordinals(f"The {text} round of talks")
    assert (found.text, found.value, found.start) == (text, value, 4)


def test_what_is_no_ordinal() -> None:
    assert find_ordinals("seconds passed at the 3rdrate mid-second 4thly counter-third") == []


@pytest.mark.parametrize(("words", "value"), [("and", None), ("a", None), ("goat", None), ("one and a half", 1.5)])
def test_number_words(words: str, value: float | None) -> None:
    assert words_value(words) == value


ONES = "one two three four five six seven eight nine".split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()


def spoken(number: int) -> str:
    """A number below a million in words, as English writes them."""
    if number >= 1000:
        rest = f" {spoken(number % 1000)}" if number % 1000 else ""
        return f"{spoken(number // 1000)} thousand{rest}"
    if number >= 100:
        rest = f" and {spoken(number % 100)}" if number % 100 else ""
        return f"{ONES[number // 100 - 1]} hundred{rest}"
    if number >= 20:
        return TENS[number // 10 - 2] + (f"-{ONES[number % 10 - 1]}" if number % 10 else "")
    teens = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
    return teens[number - 10] if number >= 10 else ONES[number - 1]


@given(st.integers(1, 999_999))
def test_words_and_figures_are_read_back(number: int) -> None:
    for written in (spoken(number), str(number), f"{number:,}", f"{number:,}".replace(",", "\u00a0")):
        (found,) = find_numbers(f"Orsk freed {written} captives.")
        assert (found.text, found.value) == (written, number)


@given(st.text(alphabet="0123456789, .-–%$kmandtwohuredforis", max_size=120))
def test_any_text_gives_numbers_that_lie_in_it_in_order(text: str) -> None:
    last = 0
    for found in find_numbers(text):
        assert last <= found.start < found.end <= len(text)
        assert text[found.start : found.end] == found.text
        assert found.low is None or found.high is None or found.low <= found.high
        last = found.end
    assert all(a.end <= b.start for a, b in zip(find_amounts(text), find_amounts(text)[1:], strict=False))


@pytest.mark.parametrize(
    "piece", ["1", "1,", "1 000 ", "twenty one ", "hundred ", "10-15-", "a ", "more than ", "a hundred and "]
)
def test_a_hostile_text_takes_no_more_than_its_length(piece: str) -> None:
    began = time.process_time()
    find_numbers((piece * 100_000)[:100_000])
    assert time.process_time() - began < 8
