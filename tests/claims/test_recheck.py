"""Whether a claim's words still stand: never guessed, and never at another sentence."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.links import CONTEXT
from claims.recheck import Difference, Outcome, Recheck, check, normal

BEFORE = "The river ferry was late again on Tuesday."
QUOTE = "Chad freed 40 captives near Abéché, said Amina Yaro."
AFTER = "Traders in the old market spoke of little else."
TEXT = f"{BEFORE} {QUOTE} {AFTER}"


def look(text: str, quote: str = QUOTE, original: str = TEXT, *, nth: int = 0) -> Recheck:
    """Looks in a text for a quote of the original, as it stood there for the nth time."""
    start = -1
    for _ in range(nth + 1):
        start = original.index(quote, start + 1)
    end = start + len(quote)
    prefix, suffix = original[max(0, start - CONTEXT) : start], original[end : end + CONTEXT]
    found = check(text, quote, prefix=prefix, suffix=suffix, start=start)
    if found.start is not None and found.end is not None:
        assert text[found.start : found.end] == found.found
    assert (found.found is None) == (found.outcome in (Outcome.GONE, Outcome.AMBIGUOUS))
    return found


def test_words_that_stand_where_they_stood() -> None:
    assert look(TEXT) == Recheck(Outcome.PRESENT, 43, 43 + len(QUOTE), QUOTE, candidates=1)
    assert look(f"An hour ago. {TEXT}").outcome == "present", "further on, between the same neighbours"
    elsewhere = f"{BEFORE[::-1]} {QUOTE} {AFTER[::-1]}"
    assert look(elsewhere).outcome == "present", "at the same place, between others"


@pytest.mark.parametrize(
    "text",
    [
        TEXT.replace(" ", "\u00a0\n "),
        unicodedata.normalize("NFD", TEXT),
        TEXT.replace("Amina Yaro", "Amina\r\n\r\nYaro"),
    ],
)
def test_what_makes_no_difference(text: str) -> None:
    found = look(text)
    assert found.outcome == "present"
    assert normal(found.found or "") == normal(QUOTE)


def test_quotation_marks_and_dashes_make_no_difference() -> None:
    quote = "“It’s a swap – 40 for 40,” he said."
    original = f"{BEFORE} {quote} {AFTER}"
    assert look(f'{BEFORE} "It\'s a swap - 40 for 40," he said. {AFTER}', quote, original).outcome == "present"


def test_words_that_moved() -> None:
    other = "A new lead stands here, of quite another length."
    assert look(f"{other} {AFTER} {BEFORE} {QUOTE}").outcome == "moved"
    assert look(f"{QUOTE} {other} {other}").outcome == "moved"


@pytest.mark.parametrize(
    ("new", "difference"),
    [
        ("Chad freed 41 captives near Abéché, said Amina Yaro.", ("replace", "40", "41")),
        ("Chad freed 40 captives near Abéché, said Amina Yoro.", ("replace", "Yaro.", "Yoro.")),
        ("Chad never freed 40 captives near Abéché, said Amina Yaro.", ("insert", "", "never")),
        ("Chad freed captives near Abéché, said Amina Yaro.", ("delete", "40", "")),
    ],
)
def test_a_sentence_that_differs_is_altered_between_its_neighbours_and_gone_elsewhere(
    new: str, difference: tuple[str, str, str]
) -> None:
    between = look(f"Corrected. {BEFORE} {new} {AFTER}")
    assert (between.outcome, between.found, between.differences) == ("altered", new, (Difference(*difference),))
    assert look(f"{BEFORE} {new} Quite another sentence.").outcome == "altered", "after the same neighbour"
    assert look(f"Quite another sentence. {new} {AFTER}").outcome == "altered", "before the same neighbour"
    assert look(f"Quite another sentence. {new} And one more of these.") == Recheck(Outcome.GONE)


def test_a_longer_number_is_not_the_same_number() -> None:
    quote, original = "They freed 40", "They freed 40 captives."
    for text in ("They freed 400 captives.", "They freed 40,000 captives.", "They freed 40.5 captives."):
        assert look(text, quote, original).outcome != "present"
        assert look(f"Yes. {text}", quote, original).outcome not in ("present", "moved")
    assert look("Then 1,40 captives left.", "40 captives left", "40 captives left.").outcome == "gone"


def test_other_sentences_at_the_place_are_no_alteration() -> None:
    assert look(f"{BEFORE} Nobody knows what became of the captives. {AFTER}").outcome == "gone"
    assert look(f"{BEFORE} {AFTER}").outcome == "gone"
    assert look("").outcome == "gone"


def test_a_sentence_that_is_said_twice() -> None:
    twice = f"{TEXT} {TEXT}"
    assert look(twice).outcome == "present", "the one at its old place, of two with the same neighbours"
    shifted = look(f"Now: {twice}")
    assert (shifted.outcome, shifted.candidates) == ("ambiguous", 2)
    assert look(f"Now: {TEXT} Also: {QUOTE} Yes.").outcome == "present", "one with its neighbours"
    assert look(f"Now: {QUOTE} Also: {QUOTE} Yes.").outcome == "ambiguous"
    near = f"Now: {QUOTE} Also. {BEFORE} {QUOTE} Yes."
    one_side = look(near)
    assert (one_side.outcome, one_side.start) == ("moved", near.rindex(QUOTE)), "one neighbour is left to one of them"


def test_two_altered_ones_decide_nothing() -> None:
    altered = QUOTE.replace("40", "41")
    found = look(f"{BEFORE} {altered} {AFTER} {BEFORE} {QUOTE.replace('40', '42')} {AFTER}")
    assert (found.outcome, found.candidates) == ("ambiguous", 2)


def test_the_only_sentence_of_a_text() -> None:
    assert look(QUOTE, original=QUOTE).outcome == "present"
    assert look(QUOTE.replace("40", "50"), original=QUOTE).outcome == "altered"
    assert look(f"{BEFORE} {QUOTE}", original=QUOTE).outcome == "moved"


small = st.text(alphabet='ab4 .,\n“"e\u0301é', max_size=40)


@given(small, small, small, small, st.integers(0, 40))
def test_nothing_is_found_that_is_not_there(text: str, quote: str, prefix: str, suffix: str, start: int) -> None:
    found = check(text, quote, prefix=prefix, suffix=suffix, start=start)
    if found.found is not None:
        assert text[found.start : found.end] == found.found
    if found.outcome in ("present", "moved"):
        assert normal(found.found or "") == normal(quote).strip()
        assert normal(quote).strip() in normal(text)
    if found.outcome == "altered":
        assert normal(found.found or "") != normal(quote).strip()


@given(small, small.filter(str.strip), small)
def test_an_unchanged_text_still_has_it(before: str, quote: str, after: str) -> None:
    quote = f"Word {quote.strip()} word"
    text = f"{before} {quote} {after}"
    start = len(before) + 1
    end = start + len(quote)
    found = check(
        text, quote, prefix=text[max(0, start - CONTEXT) : start], suffix=text[end : end + CONTEXT], start=start
    )
    assert (found.outcome, found.start, found.end) == ("present", start, end)


ROW = "They freed 41 captives. "
LARGEST = 100_000


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("a" * LARGEST, "a" * 50_000),
        ("a " * (LARGEST // 2), "a " * 25_000 + "b"),
        ("a " * (LARGEST // 2), "a a a"),
        (ROW * (LARGEST // len(ROW)), ROW.strip()),
        (ROW * (LARGEST // len(ROW)), ROW.strip().replace("41", "40")),
        ("e" + "\u0301\u0323" * (LARGEST // 2), "e\u0301 freed"),
        ("\u1161" * LARGEST, "freed"),
        ("." * LARGEST, "They freed 40."),
        ("A? " * (LARGEST // 3), "A? B? C?"),
    ],
)
def test_no_text_takes_long(text: str, quote: str) -> None:
    began = time.process_time()
    check(text, quote, prefix=(ROW * 3)[-CONTEXT - 1 : -1], suffix=(" " + ROW * 3)[:CONTEXT], start=7)
    assert time.process_time() - began < 1
