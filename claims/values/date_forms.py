"""The forms that time expressions take: a pattern each, and what its words mean."""

from __future__ import annotations

import re
from collections.abc import Callable

from claims.values.date_words import (
    COUNT,
    DAY,
    DAYTIME,
    HOLIDAY,
    MONTH,
    PART,
    SEASON,
    UNIT,
    VAGUE,
    WEEKDAY,
    WEEKDAY_NUMBERS,
    YEAR,
    count_of,
    month_of,
    part_of,
)
from claims.values.expressions import (
    Between,
    Bound,
    Day,
    Expression,
    Holiday,
    Month,
    Part,
    Season,
    Vague,
    WeekOf,
    Year,
    Years,
)
from claims.values.relative import Anchored, Away, DayOfMonth, Offset, Period, Stretch, Weekday

Build = Callable[[re.Match[str]], Expression | None]


def _number(words: str) -> int:
    return int(re.sub(r"\D", "", words))


def _group(m: re.Match[str], name: str) -> str | None:
    return m.groupdict().get(name)


def _year_of(m: re.Match[str]) -> int | None:
    year = _group(m, "year")
    return int(year) if year else None


def _day(m: re.Match[str]) -> Expression:
    weekday = _group(m, "weekday")
    return Day(
        year=_year_of(m),
        month=month_of(m["month"]),
        day=_number(m["day"]),
        weekday=WEEKDAY_NUMBERS[weekday.lower()] if weekday else None,
    )


def _day_range(m: re.Match[str]) -> Expression:
    found = m.groupdict()
    year = _year_of(m)
    first = month_of(m["month"])
    last = month_of(found["month2"]) if found.get("month2") else first
    begin_year = None if year is None else year - (first > last)
    return Between(Day(begin_year, None, first, _number(m["day"])), Day(year, None, last, _number(m["day2"])))


def _days_of_month(m: re.Match[str]) -> Expression | None:
    # "16 and 17 May" are two days, "between 16 and 19 May" is one stretch.
    listed = " and " in m.group() and not m.group().lower().startswith("between")
    return None if listed else _day_range(m)


def _iso(m: re.Match[str]) -> Expression | None:
    month, day = int(m["m"]), int(m["d"])
    return Day(int(m["y"]), None, month, day) if 1 <= month <= 12 and 1 <= day <= 31 else None


def _dotted(m: re.Match[str]) -> Expression | None:
    first, second = int(m["a"]), int(m["b"])
    if m["sep"] == "." or first > 12:
        day, month = first, second
    elif second > 12 or first == second:
        month, day = first, second
    else:
        return None  # 3/4/2024 may be either
    return Day(int(m["y"]), None, month, day) if 1 <= month <= 12 and 1 <= day <= 31 else None


_SHIFTS = {"last": -1, "past": -1, "previous": -1, "this": 0, "current": 0, "next": 1, "coming": 1, "following": 1}


def _shift(words: str | None) -> int | None:
    return None if not words else _SHIFTS.get(words.split()[-1].lower())


def _month(m: re.Match[str]) -> Expression:
    month: Expression = Month(year=_year_of(m), shift=_shift(_group(m, "which")), month=month_of(m["month"]))
    part = part_of(_group(m, "part"))
    return Part(month, part) if part else month


def _months(m: re.Match[str]) -> Expression:
    year = _year_of(m)
    return Between(Month(year, None, month_of(m["month"])), Month(year, None, month_of(m["month2"])))


def _year(m: re.Match[str]) -> Expression:
    part = part_of(_group(m, "part"))
    year = Year(int(m["year"]))
    return Part(year, part) if part else year


def _years(m: re.Match[str]) -> Expression:
    part = part_of(_group(m, "part"))
    decade = Years(int(m["year"][:4]))
    return Part(decade, part) if part else decade


def _season(m: re.Match[str]) -> Expression | None:
    year = _year_of(m)
    season: Expression = Season(year=year, shift=_shift(_group(m, "which")), season=m["season"].lower())
    part = part_of(_group(m, "part"))
    return Part(season, part) if part else season


def _weekday(m: re.Match[str]) -> Expression:
    which = (_group(m, "which") or "").split()
    week = {"last": -1, "this": 0, "next": 1}.get((_group(m, "week") or "").split(" ")[0].lower())
    return Weekday(WEEKDAY_NUMBERS[m["weekday"].lower()], which[-1].lower() if which else None, week)


_SPOKEN = {
    "yesterday": (-1, -1),
    "today": (0, 0),
    "tonight": (0, 0),
    "tomorrow": (1, 1),
    "overnight": (-1, 0),
    "last night": (-1, -1),
    "the day before yesterday": (-2, -2),
    "the day after tomorrow": (2, 2),
    "earlier in the day": (0, 0),
    "later in the day": (0, 0),
    "earlier today": (0, 0),
    "later today": (0, 0),
}


def _spoken(m: re.Match[str]) -> Expression:
    words = m.group().lower()
    if words not in _SPOKEN:
        words = re.sub(r"^(?:early|late) | (?:morning|afternoon|evening|night|noon)$", "", words)
    return Offset(*_SPOKEN[words])


def _period(m: re.Match[str]) -> Expression:
    unit, words = m["unit"].lower(), m["which"].lower()
    shift = _shift(words) or 0
    side = -1 if words.startswith("earlier") else 1 if words.startswith("later") else 0
    period: Expression = Period(unit, shift, side)
    part = part_of(_group(m, "part"))
    return Part(Period(unit, shift), part) if part else period


def _part_of_now(m: re.Match[str]) -> Expression:
    return Part(Period(m["unit"].lower(), 0), part_of(m["part"]) or "late")


def _away(m: re.Match[str]) -> Expression | None:
    count = count_of(m["count"])
    if count is None:
        return Vague()
    return Away(-count, m["unit"].lower().rstrip("s"), "more" if _group(m, "more") else None)


# "The first talks in three years" says how long there were none.
_FIRST_IN = re.compile(r"\b(?:first|only|last|most|[a-z]{3,}est)\b[^.;:]{0,60}$", re.IGNORECASE)


def _in_a_while(m: re.Match[str]) -> Expression | None:
    if _FIRST_IN.search(m.string, max(0, m.start() - 70), m.start()):
        return None
    count = count_of(m["count"])
    if count is None:
        return Vague()
    unit = m["unit"].lower().rstrip("s")
    return Stretch(count, unit, 1) if m["prep"].lower() == "within" else Away(count, unit)


def _stretch(m: re.Match[str]) -> Expression:
    several = m["count"] is None and m["unit"].lower().endswith("s")
    count = None if several else count_of(m["count"] or "a")
    if count is None:
        return Vague()
    return Stretch(count, m["unit"].lower().rstrip("s"), -1 if (_shift(_group(m, "which")) or 0) < 0 else 1)


def _later(m: re.Match[str]) -> Expression:
    count = count_of(m["count"])
    if count is None:
        return Vague()
    sign = 1 if m["side"].lower() in ("later", "after", "afterwards") else -1
    return Anchored(sign * count, m["unit"].lower().rstrip("s"))


def _same(m: re.Match[str]) -> Expression:
    which = m["which"].lower()
    count = 0 if which in ("same", "that") else -1 if which in ("previous", "preceding") else 1
    return Anchored(count, m["unit"].lower())


def _holiday(m: re.Match[str]) -> Expression:
    return Holiday(year=_year_of(m), name=m["name"].lower().replace("’", "'"))


def _of_month(m: re.Match[str]) -> Expression | None:
    day = _number(m["day"])
    return DayOfMonth(day, _shift(_group(m, "which"))) if 1 <= day <= 31 else None


_START = r"(?<![\w.-])"
_WHICH = "(?:(?P<which>last|this past|this coming|this|next|past|coming) )?"
_OF_YEAR = rf"(?:(?:,| of|) ?(?P<year>{YEAR}))?"
_TO = "(?: ?[-–—] ?| to | through | until )"
_END = r"(?=\s*(?:[.,;:)”\"–—]|$)| (?:and|at|in|after|to|on|when|as|with|for|between|but|while|that|if|or|by)\b)"
_PEOPLE = "(?! (?:people|men|soldiers|prisoners|civilians|troops|fighters))"


def _form(pattern: str, build: Build, *, any_case: bool = True) -> tuple[re.Pattern[str], Build]:
    return re.compile(_START + pattern, re.IGNORECASE if any_case else 0), build


FORMS: tuple[tuple[re.Pattern[str], Build], ...] = (
    _form(r"(?P<y>(?:19|20)\d\d)-(?P<m>\d\d)-(?P<d>\d\d)(?!\d)", _iso),
    _form(r"(?P<a>\d{1,2})(?P<sep>[./])(?P<b>\d{1,2})(?P=sep)(?P<y>(?:19|20)\d\d)(?!\d)", _dotted),
    _form(
        rf"(?P<month>{MONTH}) (?P<day>{DAY}){_TO}(?:(?P<month2>{MONTH}) )?(?P<day2>{DAY}){_PEOPLE}{_OF_YEAR}",
        _day_range,
        any_case=False,
    ),
    _form(
        rf"between (?P<month>{MONTH}) (?P<day>{DAY}) and (?P<day2>{DAY}){_PEOPLE}{_OF_YEAR}",
        _day_range,
    ),
    _form(
        rf"(?:between )?(?:the )?(?P<day>{DAY})(?:{_TO}| and )(?:the )?(?P<day2>{DAY}) "
        rf"(?:of )?(?P<month>{MONTH}){_OF_YEAR}",
        _days_of_month,
        any_case=False,
    ),
    _form(
        rf"(?:(?P<weekday>{WEEKDAY}),? (?:the )?)?(?P<month>{MONTH}) (?:the )?(?P<day>{DAY}){_OF_YEAR}",
        _day,
        any_case=False,
    ),
    _form(
        rf"(?:(?P<weekday>{WEEKDAY}),? )?(?:the )?(?P<day>{DAY}) (?:of )?(?P<month>{MONTH}){_OF_YEAR}",
        _day,
        any_case=False,
    ),
    _form(rf"(?P<month>{MONTH}){_TO}(?P<month2>{MONTH}){_OF_YEAR}", _months, any_case=False),
    _form(rf"(?P<part>{PART})?{_WHICH}(?P<month>{MONTH})(?!\w){_OF_YEAR}", _month),
    _form(rf"(?P<part>{PART})(?P<year>{YEAR})(?!s)", _year),
    _form(
        rf"between (?P<year>{YEAR}) and (?P<last>{YEAR})", lambda m: Between(Year(int(m["year"])), Year(int(m["last"])))
    ),
    _form(
        r"before the (?P<unit>week|month|year) (?:is out|ends)\b",
        lambda m: Bound("until", Period(m["unit"].lower(), 0)),
    ),
    _form(rf"(?:in|during|throughout|since|until|till|before|after|by|of) (?P<year>{YEAR})(?!s|\w){_PEOPLE}", _year),
    _form(rf"(?P<part>{PART})?(?:the )?(?P<year>(?:1[5-9]|20)\d0)s\b", _years),
    _form(rf"(?P<part>{PART})?(?:the )?{_WHICH}(?P<season>{SEASON})(?: of| in|) (?P<year>{YEAR})", _season),
    _form(rf"(?P<part>{PART})?(?P<which>last|this|next) (?P<season>{SEASON})\b", _season),
    _form(rf"(?P<part>{PART}|in |during |by |since )(?:the )?(?P<season>{SEASON})\b", _season),
    _form(
        rf"(?:late |early |the coming |the following )?{_WHICH}(?P<weekday>{WEEKDAY})\b{DAYTIME}"
        r"(?: (?P<week>last week|next week|this week|week))?",
        _weekday,
    ),
    _form(
        "(?:early |late )?(?:the day before yesterday|the day after tomorrow|yesterday|today|tonight|tomorrow|overnight"
        r"|last night|(?:earlier|later) (?:in the day|today))(?: (?:morning|afternoon|evening|night|noon))?\b",
        _spoken,
    ),
    _form(
        rf"(?P<part>{PART})?(?:the )?(?P<which>earlier this|later this|last|this past|this coming|this|next"
        r"|coming|following|previous|current) (?P<unit>week|weekend|month|quarter|year|decade|century"
        r"|fortnight)\b(?!-)",
        _period,
    ),
    _form(rf"(?P<part>{PART})(?:of )?the (?P<unit>week|month|year)\b", _part_of_now),
    _form(rf"(?P<more>more than )?(?P<count>{COUNT}) (?P<unit>{UNIT}s?) ago\b", _away),
    _form(rf"(?P<count>{COUNT}) (?P<unit>{UNIT}s?) (?P<side>earlier|later|before|after|afterwards)\b", _later),
    _form(r"(?:the )?(?P<which>same|next|following|previous|preceding) (?P<unit>day)\b", _same),
    _form(r"(?P<which>that) (?P<unit>day|week|month|year)\b", _same),
    _form(rf"(?P<name>{HOLIDAY})\b(?:,? (?P<year>{YEAR}))?", _holiday),
    _form(
        rf"(?P<prep>in|within) (?:the next )?(?:about |some )?(?P<count>{COUNT}) (?P<unit>{UNIT}s?)"
        rf"(?:['’] time)?{_END}",
        _in_a_while,
    ),
    _form(
        rf"(?:over|in|during|for|within|throughout) (?:the )?(?P<which>past|last|next|coming) "
        rf"(?:(?P<count>{COUNT}) )?(?P<unit>{UNIT}s?)\b",
        _stretch,
    ),
    _form(r"on the (?P<day>\d{1,2})(?:st|nd|rd|th)(?: of (?P<which>last|this|next) month)?" + _END, _of_month),
    _form(r"(?:at|over|on) the weekend\b", lambda _: Period("weekend", None)),
    _form(
        rf"(?:in |during )?the week of (?P<month>{MONTH}) (?P<day>{DAY}){_OF_YEAR}",
        lambda m: WeekOf(_day(m)),
        any_case=False,
    ),
    _form(rf"(?:{VAGUE})\b", lambda _: Vague()),
)
