"""Main clauses that a semicolon joins: each is parsed by itself, as the parser takes one for a part of another."""

from __future__ import annotations

import re
from collections.abc import Sequence

from claims.words import Word

_JOINT = re.compile(r"; (?=\S)")
# Shorter parts are entries of a list, as are those behind a colon; so many are a list, too.
_FEWEST_WORDS, _MOST_PARTS = 4, 4


def parts_of(text: str) -> list[int]:
    """Where the parts of a sentence begin that are parsed apart; [0] where it is one."""
    joints = [match.end() for match in _JOINT.finditer(text)]
    if not joints or len(joints) >= _MOST_PARTS or ":" in text[: joints[0]]:
        return [0]
    starts = [0, *joints]
    pieces = [text[start:end] for start, end in zip(starts, [*joints, len(text)], strict=True)]
    whole = all(len(p.split()) >= _FEWEST_WORDS and p.count("(") == p.count(")") for p in pieces)
    return starts if whole else [0]


def joined(parts: Sequence[tuple[int, list[Word]]]) -> list[Word]:
    """One sentence of the words of its parts, each with the offset where it begins: the later hang from the first."""
    words: list[Word] = []
    first: Word | None = None
    for start, part in parts:
        before = len(words)
        for word in part:
            word.i += before
            word.start += start
            word.end += start
        root = next((word for word in part if word.is_root), None)
        if first is None:
            first = root
        elif root is not None:
            root.head, root.dep = first, "parataxis"
            first.kids.append(root)
        words += part
    return words
