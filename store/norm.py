"""Names and words in the one form in which they are compared."""

from __future__ import annotations

import re
import unicodedata

_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
_POSSESSIVE = re.compile(r"['’ʼ`]s\b")
_DROPPED = re.compile(r"['’ʼ`´‘.]")
_WORD = re.compile(r"[^\W_]+")
_LONGEST_NAME = 200
_LONGEST_WORD = 64


def _bare(text: str) -> str:
    if text.isascii():
        return text.lower()  # as all that follows would, and most texts are
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_LETTERS)


def fold(name: str) -> str:
    """A name casefolded, without accents, apostrophes, dots, possessive "'s" and a leading "the".

    "The U.S." and "us" fold alike, "Russia's Defense Ministry" becomes "russia defense ministry". At most 200
    characters; "" where no letter or digit is left.
    """
    plain = _DROPPED.sub("", _POSSESSIVE.sub("", _bare(name)))
    found = _WORD.findall(plain)
    if len(found) > 1 and found[0] == "the":
        found = found[1:]
    return " ".join(found)[:_LONGEST_NAME].rstrip()


def words(text: str) -> tuple[str, ...]:
    """The words of a text in order, folded: letters and digits only, at most 64 characters each."""
    return tuple(word[:_LONGEST_WORD] for word in _WORD.findall(_bare(text)))


def phrases(query: str) -> list[tuple[str, ...]]:
    """What a user's query asks for: word sequences that must all occur. Any text is a query, none is an error.

    A stretch in double quotes is one phrase; elsewhere every stretch between blanks is ("state-owned" and "1,000" are
    phrases of two words). At most 32 are kept.
    """
    found: list[tuple[str, ...]] = []
    for index, part in enumerate(re.split(r'["“”„«»]', query)):
        for chunk in [part] if index % 2 else part.split():
            phrase = words(chunk)
            if phrase and phrase not in found:
                found.append(phrase)
    return found[:32]
