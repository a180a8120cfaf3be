"""Where in a text a time expression may begin: one compiled pattern, so that the rest of the text costs nothing more.

The gate is loose on purpose: it lets pass what the forms will refuse, but must not hold back what they would take.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from claims.values.date_forms import DIGIT_FORMS, HOLIDAY_FORM, MONTH_FORMS, WEEKDAY_FORMS, WORD_FORMS, Form
from claims.values.date_words import MONTH, MONTH_NUMBERS, NUMBER_WORDS, ORDERS, UNIT, WEEKDAY, WEEKDAY_NUMBERS
from claims.values.holidays import NAMES

_COUNTS = ("a couple of", "couple of", "a few", "few", "several", "many", "half an?", "an?", *NUMBER_WORDS.split("|"))
_ROUGHLY = (
    "about|some|around|nearly|almost|roughly|exactly|just|barely|only|more than|over|well over|at least|less than"
)
_ROUGHLY += "|under|not even|a little more than|a little over|just more than|well more than"
# Lower-case patterns with a plain letter first. These may stand after "the" as well as alone:
_NOUNS = (
    *"spring summer autumn fall winter weekend week year month night morning evening afternoon overnight".split(),
    *"early late mid last final past this next coming following previous preceding same current latter".split(),
    *"near nearest foreseeable immediate recent first second third fourth hours days weeks months years".split(),
    *(rf"{word}[- ]of\b" for word in ("beginning", "start", "opening", "middle", "end", "close", "eve", "day")),
    *(rf"{word} days of\b" for word in ("opening", "closing")),
    "small hours",
    "day (?:before|after)",
    "not[- ]too",
    "end-",
    "decades",
    "very (?:near|early|late|beginning|start|end|close|same|next|first|last|middle)",
    *(f"{word}[ -]century" for word in ORDERS),
)
_ALONE = (
    *"yesterday today tonight tomorrow earlier later within soon lately shortly previously imminently".split(),
    "these days",
    "very soon",
    "any ?time soon",
    "mo(?:re|st) recent",
    "some time (?:ago|later|earlier)",
    "a while (?:ago|later|earlier)",
    "not long (?:ago|later|earlier)",
    "long (?:ago|later|earlier)",
    *(f"{word} (?:later|future|early|unspecified|undisclosed) [dspt]" for word in ("an?", "some", "another")),
    rf"in (?:the space of|\d|(?:{_ROUGHLY}|{'|'.join(_COUNTS)}) )",
    r"q[1-4]\b",
    "that (?:same )?(?:day|night|week|month|year)",
    f"that {MONTH.lower()}",
    f"the same {MONTH.lower()}",
)


def _by_letter(patterns: Iterable[str]) -> str:
    """An alternation that looks at the first letter once, so that few patterns are tried at any word."""
    groups: dict[str, list[str]] = defaultdict(list)
    for pattern in patterns:
        groups[pattern[0]].append(pattern[1:])
    return "|".join(f"{letter}(?:{'|'.join(rest)})" for letter, rest in groups.items())


# Matched against the text in lower case.
GATE = re.compile(
    r"\b(?:"
    + _by_letter(
        [
            *MONTH_NUMBERS,
            *WEEKDAY_NUMBERS,
            *(name.replace("'", "['’]") for name in NAMES),
            *_NOUNS,
            *_ALONE,
            *(rf"{count} (?:and a half )?{UNIT}" for count in _COUNTS),
            *(rf"{word} (?:\d|(?:{'|'.join(_COUNTS)}) (?:and a half )?{UNIT})" for word in _ROUGHLY.split("|")),
            rf"the (?:\d|[’']\d0s|(?:half|past|last|next) |{_by_letter(_NOUNS)})",
        ]
    )
    + r"|\d)"
)
_KIND = re.compile(rf"(?P<month>{MONTH})|(?P<weekday>{WEEKDAY})|(?P<digit>\d)")
_FORMS = {
    "month": (*MONTH_FORMS, HOLIDAY_FORM),
    "weekday": WEEKDAY_FORMS,
    "digit": DIGIT_FORMS + WORD_FORMS,
}


def forms_at(text: str, start: int) -> tuple[Form, ...]:
    """The forms that may begin with the word at `start`."""
    kind = _KIND.match(text, start)
    return _FORMS[str(kind.lastgroup)] if kind else WORD_FORMS
