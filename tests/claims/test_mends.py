"""What the language model is known to get wrong, and how its words stand once mended."""

from __future__ import annotations

import pytest

from claims.language import Parser
from claims.mends import mend
from claims.words import Word


def parsed(parser: Parser, text: str) -> dict[str, Word]:
    (words,) = parser.parse([text])
    return {word.text: word for word in words}


@pytest.mark.parametrize(
    ("text", "word", "before", "after"),
    [
        ("In April Haftar had to abandon Surman and Sabratha.", "Haftar", ("pobj", "In"), ("nsubj", "had")),
        ("In Jeddah exporters and buyers had a meeting on Monday.", "exporters", ("pobj", "In"), ("nsubj", "had")),
        (
            "Delegations of the two countries negotiated in the Turkish capital on July 1.",
            "Delegations",
            ("ROOT", "Delegations"),
            ("nsubj", "negotiated"),
        ),
        (
            "Kenya has acknowledged losing ground, saying it had sent more men.",
            "losing",
            ("amod", "ground"),
            ("xcomp", "acknowledged"),
        ),
        ("Sudan's army retook Bara on September 11.", "army", ("compound", "retook"), ("nsubj", "retook")),
        ("The army retook Tibu on Monday, he said.", "army", ("compound", "retook"), ("nsubj", "retook")),
    ],
)
def test_words_hang_where_they_belong(
    parser: Parser, text: str, word: str, before: tuple[str, str], after: tuple[str, str]
) -> None:
    words = parsed(parser, text)
    assert (words[word].dep, words[word].head.text) == before
    mend(list(words.values()))
    assert (words[word].dep, words[word].head.text) == after
    assert words[word] in words[after[1]].kids


def test_a_plural_is_no_verb(parser: Parser) -> None:
    words = parsed(parser, "Two days later the Kenyan envoys John Odera and Ali Noor met Musa Barre in the same hotel.")
    assert words["envoys"].pos == "VERB"
    mend(list(words.values()))
    envoys = words["envoys"]
    assert (envoys.pos, envoys.tag, envoys.lemma, envoys.dep) == ("NOUN", "NNS", "envoy", "nsubj")


def test_what_is_right_stays(parser: Parser) -> None:
    words = parsed(parser, "In April, soldiers left the town of Sake and met envoys from Kenya.")
    before = [(w.dep, w.head.text, w.tag) for w in words.values()]
    mend(list(words.values()))
    assert [(w.dep, w.head.text, w.tag) for w in words.values()] == before
