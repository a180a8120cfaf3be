"""The words of time expressions: pieces of patterns, and what they mean."""

from __future__ import annotations

import re

from claims.values.holidays import NAMES
from claims.values.numbers import words_value

_MONTHS = "January February March April May June July August September October November December".split()
_SHORT = "Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec".split()
MONTH_NUMBERS = {name.lower(): number for number, name in enumerate(_MONTHS, start=1)}
MONTH_NUMBERS |= {s.lower(): next(n for m, n in MONTH_NUMBERS.items() if m.startswith(s.lower()[:3])) for s in _SHORT}
WEEKDAY_NUMBERS = {day: n for n, day in enumerate("monday tuesday wednesday thursday friday saturday sunday".split())}

MONTH = rf"(?:{'|'.join(_MONTHS)}|(?:{'|'.join(_SHORT)})\b\.?)"
WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
DAY = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?![\d:%]|[.,]\d)"
YEAR = r"(?:1[5-9]\d\d|20\d\d)(?![\d%]|[.,]\d)"
UNIT = r"(?:day|night|week|fortnight|month|quarter|year|decade|weekend|hour)"
COUNT = (
    r"(?:\d{1,3}|a couple of|a few|several|some|half a dozen|an?|one|two|three|four|five|six|seven|eight|nine|ten"
    r"|eleven"
    r"|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty)"
)
SEASON = r"(?:spring|summer|autumn|fall|winter)"
DAYTIME = r"(?: (?:morning|afternoon|evening|night|noon|midnight|lunchtime|at dawn|at dusk))?"
PART = (
    r"(?:(?:the )?(?:very )?(?:early|beginning of|start of|opening of|middle of|late|end of|close of|first half of"
    r"|second half of|latter half of|first days of|last days of|(?:first|second|third|fourth|last|final) (?:week"
    r"|quarter) of)"
    r"(?: in)?(?: the)? |(?:early|late|mid)-? ?)"
)
HOLIDAY = "|".join(sorted((re.escape(name) for name in NAMES), key=len, reverse=True))
VAGUE = (
    r"recently|lately|(?:very )?soon|in (?:the )?(?:(?:very )?(?:near(?:est)?|foreseeable) future|(?:coming|next few"
    r"|recent|last few|past few)"
    r" (?:hours|days|weeks|months|years))|in the (?:days|weeks|months) (?:ahead|to come)|shortly|at (?:a"
    r"|some) (?:later|future) (?:date|stage|point|time)"
    r"|(?:over|during|for) (?:the )?(?:coming|recent) (?:days|weeks|months|years)|(?:these|those) days|previously"
    r"|imminently"
)


def month_of(word: str) -> int:
    """The number of a month by its name or abbreviation."""
    return MONTH_NUMBERS[word.rstrip(".").lower()]


def count_of(words: str) -> int | None:
    """The number a count says; None for "several" and other vague ones."""
    low = words.lower()
    if low.isdigit():
        return int(low)
    if low in ("a", "an", "one"):
        return 1
    if low == "a couple of":
        return 2
    if low == "half a dozen":
        return 6
    value = words_value(low)
    return None if value is None else int(value)


def part_of(words: str | None) -> str | None:
    """The part that PART's words name, in the terms of claims.values.spans.cut."""
    if not words:
        return None
    low = re.sub(r"[- ]+", " ", words.lower()).strip()
    for name in ("first half", "second half"):
        if name in low or (name == "second half" and "latter half" in low):
            return name
    found = re.search(r"\b(first|second|third|fourth|last|final) (week|quarter|days)\b", low)
    if found:
        return f"{found[1]} {found[2]}"
    if re.search(r"early|beginning|start|opening", low):
        return "early"
    return "mid" if re.search(r"\bmid", low) else "late"
