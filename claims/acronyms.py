"""Acronyms that an article explains: "the Rapid Support Forces (RSF)"."""

from __future__ import annotations

import re

# A word has a bound and is not given back, here and elsewhere: one of 100,000 letters costs no more than that.
_EXPLAINED = re.compile(
    r"((?:[A-Z][\w’'-]{0,60}+)(?: (?:[A-Z][\w’'-]{0,60}+|of|for|the|and|in|to|de|al)){1,8})"
    r" \((?:the )?([A-Z][A-Za-z.-]{1,9})\)"
)
_SMALL = frozenset("of for the and in to de al".split())


def explained(text: str) -> dict[str, str]:
    """The full name behind each acronym that a text explains where it first uses it.

    As many words as the acronym has letters, with a nationality before them; all of them where the letters are those of
    another language's name.
    """
    found: dict[str, str] = {}
    for match in _EXPLAINED.finditer(text):
        letters = re.sub(r"[^A-Z]", "", match[2])
        if len(letters) > 1 and match[1].split()[-1] not in _SMALL:
            found.setdefault(match[2], _named(match[1].split(), letters))
    return found


def _named(words: list[str], letters: str) -> str:
    start = next((i for i in range(len(words)) if _initials(words[i:]) == letters), None)
    if start is None:
        start = next((i + 1 for i in reversed(range(len(words))) if words[i] == "the"), 0)
    while start > 1 and words[start - 1][0].isupper():  # the first word may be a capital for opening the sentence only
        start -= 1
    kept = words[start:]
    while kept and kept[0] in _SMALL:
        kept = kept[1:]
    return " ".join(kept or words)


def _initials(words: list[str]) -> str:
    return "".join(part[:1] for word in words if word not in _SMALL for part in word.split("-")).upper()
