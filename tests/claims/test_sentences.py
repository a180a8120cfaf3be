from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.sentences import split


def sentences(text: str) -> list[str]:
    return [text[s.start : s.end] for s in split(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Goma fell. Sake did not.", ["Goma fell.", "Sake did not."]),
        ("The U.S. envoy left. The U.N. stayed.", ["The U.S. envoy left.", "The U.N. stayed."]),
        ("It was agreed with the U.S. The army denied it.", ["It was agreed with the U.S.", "The army denied it."]),
        ("Gen. Amr met Lt. Col. Diallo at 5 p.m. in Gao.", ["Gen. Amr met Lt. Col. Diallo at 5 p.m. in Gao."]),
        ("J. P. Okoro said no.", ["J. P. Okoro said no."]),
        ("“We left the town. We shall return,” he said.", ["“We left the town.", "We shall return,” he said."]),
        ("“Where is the army?” asked one.", ["“Where is the army?” asked one."]),
        ("Some 3.5 km were lost. Nobody spoke.", ["Some 3.5 km were lost.", "Nobody spoke."]),
        ("Title without a stop\n\nFirst sentence.", ["Title without a stop", "First sentence."]),
        (
            "A line that was broken by\nan e-mail program. Next.",
            ["A line that was broken by\nan e-mail program.", "Next."],
        ),
        ("One line.\nAnother line.", ["One line.", "Another line."]),
        ("  \n \n", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_a_short_line_without_a_stop_is_a_heading() -> None:
    heading, body = split("Rebels leave Bunia\n\nThe rebels left Bunia on Friday.")
    assert heading.heading
    assert not body.heading


def test_page_furniture_and_what_follows_related_stories_is_set_apart() -> None:
    story = "The column reached the river at noon and stayed there for the night. " * 12
    text = f"{story}\n\nSign up for our newsletter.\n\nRelated articles\n\nAnother army took another town."
    found = {text[s.start : s.end]: s.furniture for s in split(text)}
    assert found["Sign up for our newsletter."]
    assert found["Another army took another town."]
    assert not found["The column reached the river at noon and stayed there for the night."]


def test_a_site_heading_above_the_article_closes_nothing() -> None:
    text = "Related News\n\nThe army left Kidal on Monday."
    assert not split(text)[-1].furniture


def test_an_endless_line_is_cut() -> None:
    found = split("word " * 20_000)
    assert max(s.end - s.start for s in found) <= 1_500
    assert sum(s.end - s.start for s in found) > 95_000


@given(st.text(alphabet="aB .!?\"“”'\n\u00a0é1", max_size=300))
def test_sentences_never_overlap_nor_begin_with_blanks(text: str) -> None:
    last = 0
    for span in split(text):
        assert last <= span.start < span.end <= len(text)
        assert text[span.start : span.end].strip() == text[span.start : span.end]
        last = span.end


@pytest.mark.parametrize("piece", [".", "…", "!?", '."', "a\n", "a b c\n", " ", "A.", "“"])
def test_the_strangest_text_is_split_in_time(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    begun = time.process_time()
    split(text)
    assert time.process_time() - begun < 5
