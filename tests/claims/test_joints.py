"""Sentences that are parsed in parts, and put together again."""

from __future__ import annotations

import pytest

from claims.joints import joined, parts_of
from claims.words import Word


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "The army took the town; the rebels kept the port.",
            ["The army took the town; ", "the rebels kept the port."],
        ),
        ("The army took the town, the rebels kept the port.", ["The army took the town, the rebels kept the port."]),
        ("It took three towns: Sake; Minova; and the port of Goma.", None),
        ("They came; they saw the town burn.", None),
        ("The army (which lost two men; none of them officers) took the town.", None),
        ("One two three four; five six seven eight; nine ten one two; three four five six; seven eight nine.", None),
    ],
)
def test_where_a_sentence_parts(text: str, parts: list[str] | None) -> None:
    starts = parts_of(text)
    got = [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]
    assert got == (parts or [text])


def _words(*texts: str) -> list[Word]:
    made, at = [], 0
    for i, text in enumerate(texts):
        made.append(Word(i, text, text, text, "NOUN", "NN", "dep", at, at + len(text)))
        at += len(text) + 1
    for word in made:
        word.head = made[0]
        if word is not made[0]:
            made[0].kids.append(word)
    made[0].dep = "ROOT"
    return made


def test_the_parts_become_one_sentence() -> None:
    first, second = _words("a", "bc"), _words("d", "e")
    words = joined([(10, first), (20, second)])
    assert [(w.text, w.i, w.start, w.end) for w in words] == [
        ("a", 0, 10, 11),
        ("bc", 1, 12, 14),
        ("d", 2, 20, 21),
        ("e", 3, 22, 23),
    ]
    assert [w.text for w in words if w.is_root] == ["a"]
    assert (words[2].head.text, words[2].dep) == ("a", "parataxis")
    assert words[2] in words[0].kids
    assert words[3].head is words[2]


def test_a_part_without_words_is_nothing() -> None:
    assert joined([(0, [])]) == []
    assert [w.text for w in joined([(0, []), (3, _words("a"))])] == ["a"]
