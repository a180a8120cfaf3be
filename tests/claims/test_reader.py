from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from claims.model import MOST_ABSTENTIONS, Article, Claim, Reading
from claims.reader import Reader

GOLD = Path(__file__).resolve().parents[1] / "gold"


def read(reader: Reader, text: str) -> Reading:
    return reader.read(Article(text, published_at=date(2025, 6, 5), language="en"))


@pytest.mark.parametrize(
    ("text", "kind", "trigger", "reason"),
    [
        (
            "Sudan and Chad are at war. Sudan and Chad want talks.",
            "talks",
            "talks",
            "no time is told for the talks, nor that there is none",
        ),
        (
            "The club and its captain hold talks on Friday.",
            "talks",
            "talks",
            "these are not talks between states or armed sides",
        ),
        (
            "The army of Chad fought rebels all day. A song captured the mood of the soldiers.",
            "territory",
            "captured",
            "what is taken, held or left is no ground, or no side that could do it",
        ),
        (
            "Chad's army and the rebels signed a truce. They did not speak of the prisoners.",
            "prisoners",
            "prisoners",
            "how many captives is not told, or it is one",
        ),
        (
            "Police said two detainees of the overcrowded prison had been freed on bail by a court.",
            "prisoners",
            "freed",
            "nothing says that the people counted are captives of a conflict",
        ),
    ],
)
def test_a_sentence_seen_and_refused_says_why(reader: Reader, text: str, kind: str, trigger: str, reason: str) -> None:
    (refused,) = [a for a in read(reader, text).abstentions if a.kind == kind and a.start == text.rfind(a.quote)]
    assert (refused.trigger, refused.reason) == (trigger, reason)
    assert text[refused.start : refused.end] == refused.quote
    assert refused.rule.startswith(f"{kind}.")


def test_what_was_claimed_is_not_refused(reader: Reader) -> None:
    found = read(reader, "Armenia and Azerbaijan held talks in Brussels on May 14, 2023.")
    assert [c.kind for c in found.claims] == ["talks"]
    assert found.abstentions == ()


def test_a_text_full_of_refusals_gives_the_first_of_them(reader: Reader) -> None:
    found = read(reader, "Chad and Sudan are at war. " + "They want talks. " * (MOST_ABSTENTIONS + 50))
    assert len(found.abstentions) == MOST_ABSTENTIONS
    assert [a.start for a in found.abstentions] == sorted(a.start for a in found.abstentions)


def test_furniture_between_the_paragraphs_changes_no_claim(reader: Reader) -> None:
    furniture = (
        "Subscribe to our newsletter and never miss a story.",
        "© 2025 All rights reserved.",
        "Read more: our best stories",
    )
    compared = 0
    for path in sorted(GOLD.glob("own-*.json"))[::12]:
        text = json.loads(path.read_text(encoding="utf-8"))["text"]
        paragraphs = text.split("\n\n")
        stuffed = "\n\n".join(f"{p}\n\n{furniture[i % 3]}" for i, p in enumerate(paragraphs))
        plain, among = ([_told(c) for c in read(reader, t).claims] for t in (text, stuffed))
        assert (path.stem, among) == (path.stem, plain)
        compared += len(plain)
    assert compared > 50


def _told(claim: Claim) -> tuple[object, ...]:
    return (claim.kind, claim.status, claim.quote, claim.date, claim.attribution, claim.details)
