"""What the matched words of a time expression mean: builders for the forms of claims.values.date_forms."""

from __future__ import annotations

import re

from claims.values.date_words import (
    ORDERS,
    count_of,
    month_of,
    number_in,
    part_of,
    weekday_of,
)
from claims.values.expressions import Between, Day, Expression, Holiday, Month, Part, Season, Vague, Year, Years
from claims.values.relative import (
    Ahead,
    Anchored,
    AnchoredWeekday,
    Away,
    DayOfMonth,
    Offset,
    OfThatYear,
    OfYear,
    Period,
    Stretch,
    Weekday,
)

Match = re.Match[str]
# "The first talks in three years" says how long there were none.
_FIRST_IN = re.compile(r"\b(?:first|only|last|most|[a-z]{3,}est)\b[^.;:]{0,60}$", re.IGNORECASE)


def _get(m: Match, name: str) -> str:
    """The words of a group that not every form has, in lower case."""
    return (m.groupdict().get(name) or "").lower()


def whole(m: Match, inner: Expression) -> Expression:
    """With the part ("early", "the end of") that the match names."""
    part = part_of(_get(m, "part"))
    return Part(inner, part) if part else inner


def _year_in(m: Match) -> int | None:
    year = _get(m, "year")
    return int(year) if year else None


_SHIFTS = {"last": -1, "past": -1, "previous": -1, "this": 0, "current": 0, "next": 1, "coming": 1, "following": 1}


def _shift(m: Match, name: str = "which") -> int | None:
    words = _get(m, name)
    return _SHIFTS.get(words.split()[-1]) if words else None


def _of_year(m: Match, inner: Day | Month | Season | Holiday) -> Expression:
    if _get(m, "then"):
        return OfThatYear(inner)
    shift = _shift(m, "rel")
    return inner if shift is None else OfYear(inner, shift)


def day(m: Match) -> Expression:
    """A day of a month, with its weekday and year where named."""
    named = weekday_of(m["weekday"]) if _get(m, "weekday") else None
    return _of_year(m, Day(_year_in(m), None, month_of(m["month"]), number_in(m["day"]), named))


def days(m: Match) -> Expression:
    """ "23-25 May": from day to day of one month."""
    year, month = _year_in(m), month_of(m["month"])
    return Between(Day(year, None, month, number_in(m["day"])), Day(year, None, month, number_in(m["day2"])))


def iso(m: Match) -> Expression:
    """2025-06-02."""
    return Day(int(m["y"]), None, int(m["m"]), int(m["d"]))


def dotted(m: Match) -> Expression | None:
    """02.06.2025, or 13/06/2025; None where month and day may be swapped."""
    first, second = int(m["a"]), int(m["b"])
    if m["sep"] == "/" and first <= 12:
        if second <= 12 and first != second:
            return None  # 3/4/2024 may be either
        first, second = second, first
    return Day(int(m["y"]), None, second, first) if 1 <= second <= 12 and 1 <= first <= 31 else None


def month(m: Match) -> Expression:
    """A month, or its part."""
    return whole(m, _of_year(m, Month(_year_in(m), _shift(m), month_of(m["month"]))))


def month_then(m: Match) -> Expression:
    """ "That December": of the year spoken of just before."""
    return OfThatYear(Month(None, None, month_of(m["month"])))


def two_parts(m: Match) -> Expression:
    """ "Early to mid May"."""
    whole_month = Month(_year_in(m), None, month_of(m["month"]))
    return Between(Part(whole_month, m["part"].lower()), Part(whole_month, m["part2"].lower()))


def season(m: Match) -> Expression:
    """A season, or its part."""
    return whole(m, _of_year(m, Season(_year_in(m), _shift(m), m["season"].lower())))


def decade(m: Match) -> Expression:
    """ "The 1990s", "the late 80s"."""
    return whole(m, Years(_year_in(m) or 1900 + int(m["short"])))


def century(m: Match) -> Expression | None:
    """ "The 20th century"; None before the eleventh, which are rather something else."""
    number = ORDERS.get(m["order"].lower()) or number_in(m["order"])
    return whole(m, Years(100 * number - 99, 100)) if 11 <= number <= 29 else None


def years(m: Match) -> Expression:
    """ "2014-15"."""
    first = int(m["year"])
    return Between(Year(first), Year(first // 100 * 100 + int(m["short"])))


def weekday(m: Match) -> Expression:
    """A weekday, with "last", "next" or its week."""
    which, number = _get(m, "which").strip().removeprefix("this ").removeprefix("the "), weekday_of(m["weekday"])
    if which in ("previous", "preceding", "following"):
        return AnchoredWeekday(number, 1 if which == "following" else -1)
    return Weekday(number, which or None, _shift(m, "week"))


_SPOKEN = {
    "the day before yesterday": (-2, -2),
    "the day after tomorrow": (2, 2),
    "overnight": (-1, 0),
    "last night": (-1, -1),
    "last evening": (-1, -1),
    "yesterday": (-1, -1),
    "tomorrow": (1, 1),
}


def spoken(m: Match) -> Expression:
    """Yesterday, tonight and the like."""
    return Offset(*next((days for words, days in _SPOKEN.items() if words in m.group().lower()), (0, 0)))


def period(m: Match) -> Expression:
    """ "Last week", "later this year", "early next month"."""
    side = {"earlier": -1, "later": 1}.get(_get(m, "side"), 0)
    return whole(m, Period(m["unit"].lower(), _shift(m) or 0, side))


def last_but_one(m: Match) -> Expression:
    """ "The week before last", "the week after next"."""
    return Period(m["unit"].lower(), -2 if _get(m, "side") == "before last" else 2)


def so_far(m: Match) -> Expression:
    """ "Earlier in the day", "later in the year"."""
    unit = m["unit"].lower()
    return Offset(0, 0) if unit == "day" else Period(unit, 0, -1 if _get(m, "side") == "earlier" else 1)


def part_of_now(m: Match) -> Expression:
    """ "The end of the year", "month-end"."""
    return whole(m, Period(m["unit"].lower(), 0))


def _amount(m: Match) -> tuple[int, str] | None:
    """The count and unit of a stretch of time; None for vague ones ("several weeks")."""
    unit = m["unit"].lower()
    if m["count"].lower() in ("half a", "half an"):
        return {"year": (6, "month"), "decade": (5, "year"), "day": (12, "hour")}.get(unit)
    count = count_of(m["count"])
    if count is None or not (_get(m, "half") or _get(m, "half2")):
        return None if count is None else (count, unit)
    return (12 * count + 6, "month") if unit == "year" else None


def _in_days(count: int, unit: str) -> tuple[int, str]:
    """Hours as the whole days they make: five hours ago is today, 48 hours ago the day before yesterday."""
    return (count // 24, "day") if unit == "hour" else (count, unit)


def ago(m: Match) -> Expression:
    """ "Two weeks ago"."""
    amount = _amount(m)
    if amount is None:
        return Vague()
    if _get(m, "less"):
        return Stretch(*amount, -1)
    count, unit = _in_days(*amount)
    return Away(-count, unit, "more" if _get(m, "more") else None)


def later(m: Match) -> Expression:
    """ "Three days later": from a day spoken of before."""
    amount = _amount(m)
    if amount is None:
        return Vague()
    count, unit = _in_days(*amount)
    ahead = m["side"].lower() in ("later", "after", "afterwards", "afterward")
    return Anchored(count if ahead else -count, unit)


def hence(m: Match) -> Expression:
    """ "Two weeks from now"."""
    amount = _amount(m)
    return Away(*_in_days(*amount)) if amount else Vague()


def in_a_while(m: Match) -> Expression | None:
    """ "In two days", "within a week"; None where it tells for how long something had not been."""
    if _FIRST_IN.search(m.string, max(0, m.start() - 70), m.start()):
        return None
    amount = _amount(m)
    if amount is None:
        return Vague()
    if m["prep"].lower().startswith(("within", "in under", "in less")):
        return Stretch(*amount, 0)
    return (Away if _get(m, "time") else Ahead)(*_in_days(*amount))


def stretch(m: Match) -> Expression:
    """ "The past two months", "next three days"."""
    count = count_of(_get(m, "count") or "one")
    if count is None or (m["plural"] and not _get(m, "count")):
        return Vague()
    return Stretch(count, m["unit"].lower(), -1 if (_shift(m) or 0) < 0 else 1)


def same(m: Match) -> Expression:
    """ "The same day", "the next morning"."""
    which, unit = m["which"].lower(), _get(m, "unit").removeprefix("same ") or "day"
    unit = "day" if unit in ("morning", "afternoon", "evening") else unit
    counts = {"same": 0, "that": 0, "previous": -1, "preceding": -1, "before": -1}
    return Anchored(counts.get(which, 1), unit, whole=True)


def holiday(m: Match) -> Expression:
    """A holiday, with its year where named."""
    return _of_year(m, Holiday(_year_in(m), _shift(m), m["name"].lower().replace("’", "'")))


def day_of_month(m: Match) -> Expression | None:
    """ "The 15th"; None for what no month has."""
    number = number_in(m["day"])
    return DayOfMonth(number, _shift(m)) if 1 <= number <= 31 else None


def year(m: Match) -> Expression:
    """A year, or its part."""
    return whole(m, Year(int(m["year"])))


def quarter(m: Match) -> Expression:
    """ "Q1 2024"."""
    return Part(Year(int(m["year"])), ("first", "second", "third", "fourth")[int(m["n"]) - 1] + " quarter")
