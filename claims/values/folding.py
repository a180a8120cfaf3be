"""Letters that differ from plain ones in little but name, and that a pattern which ignores case takes for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any, TypeVar

_LIKE = str.maketrans({"ſ": "s", "ı": "i", "İ": "I", "K": "K"})
Mention = TypeVar("Mention", bound=Any)


def folding(find: Callable[[str], list[Mention]]) -> Callable[[str], list[Mention]]:
    """A finder of mentions that reads "wınter" and "WİNTER" as "winter", and gives the words as the text has them.

    Each such letter is one code point for one, so that offsets stay as they are.
    """

    @wraps(find)
    def found(text: str) -> list[Mention]:
        plain = text.translate(_LIKE)
        mentions = find(plain)
        return mentions if plain == text else [replace(m, text=text[m.start : m.end]) for m in mentions]

    return found
