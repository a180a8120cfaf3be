"""The words of time expressions: pieces of patterns, and what they mean."""

from __future__ import annotations

import re

from claims.values.holidays import NAMES
from claims.values.numbers import words_value

_MONTHS = "January February March April May June July August September October November December".split()
_SHORT = "Jan Feb Mar Apr Jun Jul Aug Sept Sep Oct Nov Dec".split()
MONTH_NUMBERS = {name.lower(): number for number, name in enumerate(_MONTHS, start=1)}
MONTH_NUMBERS |= {s.lower(): next(n for m, n in MONTH_NUMBERS.items() if m.startswith(s.lower()[:3])) for s in _SHORT}
WEEKDAY_NUMBERS = {day: n for n, day in enumerate("monday tuesday wednesday thursday friday saturday sunday".split())}
_ORDER = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
_ORDER += "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth twenty-first".split()
ORDERS = {word: n for n, word in enumerate(_ORDER, start=1)}

FULL_MONTH = rf"(?:{'|'.join(_MONTHS)})\b"
MONTH = rf"(?:{FULL_MONTH}|(?:{'|'.join(_SHORT)})\b\.?)"
WEEKDAY = r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b"
DAY = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?![\w%]|[.,:]\d)"
UNIT = r"(?:day|night|week|fortnight|month|quarter|year|decade|weekend|hour)"
_COUNTED = (
    "people|men|women|children|soldiers|troops|prisoners|captives|civilians|fighters|servicemen|hostages|detainees"
    "|residents|militants|bodies|villages|towns|homes|houses|vehicles|tanks|drones|missiles|rockets|shells|cases|others"
    "|square|sq|km|kilomet(?:er|re)s|met(?:er|re)s|miles|hectares|acres|tons|tonnes|dollars|euros|hours|feet|more|strong"
)
# "In 2000 soldiers" counts soldiers, and so does "2000 Ukrainian soldiers".
YEAR = rf"(?:1[5-9]\d\d|20\d\d)(?![\w%/]|[.,]\d|-(?![12]\d|early|mid|late)|:\d|[ -](?:[A-Za-z]+[ -])?(?:{_COUNTED})\b)"
NUMBER_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    "|eighteen|nineteen|twenty|thirty|forty|fifty|sixty"
)
COUNT = rf"(?:\d{{1,3}}|a couple of|couple of|a few|few|several|many|half an?|an?|{NUMBER_WORDS})"
SEASON = r"(?:spring|summer|autumn|fall|winter)\b"
DAYTIME = r"(?:(?:,? at)? (?:early morning|morning|afternoon|evening|night|noon|midnight|dawn|dusk|midday)\b)?"
PART = (
    r"(?:(?:the )?(?:very )?(?:beginning|start|opening|middle|end|close|first half|second half|latter half"
    r"|(?:first|last|opening|closing|final|early) days|(?:first|second|third|fourth|last|final)[ -](?:week|quarter))"
    r" of (?:the )?|(?:early|late) in |(?:very )?(?:early|late)[- ]|end-(?=[A-Z])|mid(?:dle)?[- ]?)"
)
WHICH = r"(?:(?:this|the) (?:past|coming)|last|past|this|next|coming)"
_HOLIDAYS = "|".join(sorted((re.escape(name) for name in NAMES), key=len, reverse=True))
HOLIDAY = "(?:" + _HOLIDAYS.replace("'", "['’]") + r")\b"
VAGUE = (
    r"(?:(?:very |any time |anytime )?soon(?! as| after|er|-)|lately"
    r"|shortly(?! before| after)|previously|imminently"
    r"|(?:the )?(?:coming|recent|(?:next|last|past) (?:few|several|couple of)) (?:hours|days|weeks|months|years)"
    r"|the (?:very )?(?:near|nearest|foreseeable|immediate|not[- ]too[- ]distant) future"
    r"|the (?:hours|days|weeks|months|years) (?:ahead|to come)"
    r"|(?:a|an|some|another) (?:later|future|early|unspecified|undisclosed) (?:date|stage|point|time)"
    r"|(?:some time|a while|(?:not )?long|(?:many |some )?(?:hours|days|weeks|months|years|decades))"
    r" (?:ago|later|earlier)"
    r"|before (?:too )?long|within (?:hours|days|weeks|months)|these days|(?:more |most )?recent(?:ly)?)"
)
# What may follow a bare number, ordinal or season that is a time and not the number of something.
CLOSED = (
    r"(?=['’\"”)\].,;:?!–—]|$| ?[-–—] | (?:and|or|at|in|after|before|to|on|of|when|as|with|for|from|by|between|but"
    r"|while|that|if|the|a|an|where|who|which|was|were|is|are|has|have|had|will|would|could|may|said|met|under|over|near|he"
    r"|she|they|it|we|his|her|their|its|because|since|until|despite|during|through|this|last|next)\b)"
)


def number_in(words: str) -> int:
    """The digits of "16th"."""
    return int(re.sub(r"\D", "", words))


def month_of(word: str) -> int:
    """The number of a month by its name or abbreviation."""
    return MONTH_NUMBERS[word.rstrip(".").lower()]


def weekday_of(word: str) -> int:
    """The number of a weekday, Monday is 0."""
    return WEEKDAY_NUMBERS[word.lower()]


def count_of(words: str) -> int | None:
    """The number a count says; None for "several" and other vague ones."""
    low = words.lower()
    if low.isdigit():
        return int(low)
    if low in ("a", "an", "one"):
        return 1
    if low.endswith("couple of"):
        return 2
    value = words_value(low)
    return None if value is None else int(value)


def part_of(words: str | None) -> str | None:
    """The part that PART's words name, in the terms of claims.values.spans.cut."""
    if not words:
        return None
    low = words.lower().replace("-", " ").strip()
    found = re.search(r"\b(first|second|latter|third|fourth|last|final) (half|week|quarter)\b", low)
    if found:
        return f"{found[1].replace('latter', 'second')} {found[2]}"
    if re.search(r"\b(?:early|beginning|start|opening|first)\b", low):
        return "early"
    return "mid" if "mid" in low else "late"
