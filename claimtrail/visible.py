"""Text from elsewhere, made fit for a terminal: what would steer it is shown instead of obeyed."""

from __future__ import annotations

import re
import unicodedata

# Joiners, which shape letters in many scripts and steer nothing.
_HARMLESS = frozenset("\u200c\u200d")
_STEERING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_SUSPECTS = re.compile(r"[^ -~]")


def visible(text: str) -> str:
    """One line of text with every control character (escapes, C1, line breaks), and every invisible one that turns the
    reading direction or hides, written out as in `\\x1b`."""
    return _SUSPECTS.sub(lambda found: _written(found[0]), text)


def visible_lines(text: str) -> str:
    """The same for text of several lines, which stay lines."""
    return "\n".join(map(visible, text.split("\n")))


def _written(letter: str) -> str:
    if unicodedata.category(letter) not in _STEERING or letter in _HARMLESS:
        return letter
    return letter.encode("unicode_escape").decode("ascii")
