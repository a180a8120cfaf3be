"""Intervals of days: the calendar arithmetic under the time expressions.

The conventions (thirds of a month and of a year, seasons, Monday-to-Sunday weeks) are those of the annotation
guidelines the project is measured by: days 1-10, 11-20, 21-end; January-April, May-August, September-December;
March-May, June-August, September-November, December-February.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from claims.model import Precision

PAST, PRESENT, FUTURE = "past", "present", "future"
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_EDTF_SEASON = {3: 21, 6: 22, 9: 23, 12: 24}
_DAY = timedelta(days=1)
MIN_YEAR, MAX_YEAR = 1000, 2999


class UnresolvedError(Exception):
    """The expression names no interval here: it is vague, or what it leans on is not known."""


@dataclass(frozen=True, slots=True)
class Span:
    """Inclusive days `first` to `last` (None where open) and how finely they are stated."""

    first: date | None
    last: date | None
    precision: Precision


@dataclass(frozen=True, slots=True)
class Setting:
    """What an expression is resolved against: the day of publication, the tense, and a day spoken of just before."""

    today: date | None
    tense: str | None = None
    anchor: date | None = None

    def day(self) -> date:
        """The day of publication; UnresolvedError where it is not known."""
        if self.today is None:
            raise UnresolvedError
        return self.today

    def moved(self, today: date, tense: str) -> Setting:
        """The same setting seen from another day and tense."""
        return replace(self, today=today, tense=tense)


def day_span(day: date) -> Span:
    """One day."""
    return Span(day, day, Precision.DAY)


def make_day(year: int, month: int, day: int) -> date:
    """A date, UnresolvedError where the calendar has none."""
    try:
        return date(year, month, day)
    except ValueError:
        raise UnresolvedError from None


def month_span(year: int, month: int) -> Span:
    """A whole month."""
    if not MIN_YEAR <= year <= MAX_YEAR:
        raise UnresolvedError
    return Span(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]), Precision.MONTH)


def months_span(year: int, month: int, count: int, precision: Precision) -> Span:
    """`count` whole months from `month` of `year`."""
    end_year, end_month = divmod(year * 12 + month - 1 + count - 1, 12)
    return Span(month_span(year, month).first, month_span(end_year, end_month + 1).last, precision)


def year_span(year: int) -> Span:
    """A whole year."""
    return months_span(year, 1, 12, Precision.YEAR)


def season_span(year: int, season: str) -> Span:
    """A season; a winter belongs to the year it begins in."""
    return months_span(year, SEASONS[season], 3, Precision.SEASON)


def week_span(day: date, shift: int = 0) -> Span:
    """The Monday-to-Sunday week of `day`, `shift` weeks on."""
    monday = plus_days(day, 7 * shift - day.weekday())
    return Span(monday, monday + 6 * _DAY, Precision.RANGE)


def plus_days(day: date, days: int) -> date:
    """`day` and `days` more, UnresolvedError outside the calendar."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        raise UnresolvedError from None


def plus_months(day: date, months: int) -> date:
    """The same day of the month `months` on, cut to the month's end."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not MIN_YEAR <= year <= MAX_YEAR:
        raise UnresolvedError
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def plus(day: date, count: int, unit: str) -> date:
    """`day` moved by `count` days, weeks, months, years, decades."""
    if unit in ("hour", "day", "night"):
        return plus_days(day, count)
    if unit in ("week", "fortnight", "weekend"):
        return plus_days(day, count * (14 if unit == "fortnight" else 7))
    return plus_months(day, count * {"month": 1, "quarter": 3, "year": 12, "decade": 120, "century": 1200}[unit])


def unit_span(day: date, unit: str) -> Span:
    """The calendar unit (week, month, …) that holds `day`."""
    if unit in ("hour", "day", "night"):
        return day_span(day)
    if unit == "week":
        return week_span(day)
    if unit == "fortnight":
        return Span(week_span(day).first, week_span(day, 1).last, Precision.RANGE)
    if unit == "weekend":
        saturday = plus_days(day, 5 - day.weekday())
        return Span(saturday, saturday + _DAY, Precision.RANGE)
    if unit == "month":
        return month_span(day.year, day.month)
    if unit == "quarter":
        return months_span(day.year, (day.month - 1) // 3 * 3 + 1, 3, Precision.RANGE)
    if unit == "year":
        return year_span(day.year)
    years = {"decade": 10, "century": 100}[unit]
    return decade_span(day.year // years * years, years)


def decade_span(year: int, years: int = 10) -> Span:
    """`years` whole years from `year`."""
    return months_span(year, 1, 12 * years, Precision.RANGE)


def _distance(span: Span, day: date) -> int:
    first, last = span.first or date.min, span.last or date.max
    return 0 if first <= day <= last else min(abs((first - day).days), abs((last - day).days))


def nearest(spans: Sequence[Span], setting: Setting, slack: int = 0) -> Span:
    """The nearest of `spans` that the tense allows: past, begun by today; future, not over before today.

    `slack` days of grace for the past: a report written "tomorrow" by the clock of its place still looks back.
    """
    if len(spans) == 1:
        return spans[0]
    today = setting.day()
    if setting.tense == PAST:
        spans = [s for s in spans if s.first and s.first <= today + slack * _DAY]
    elif setting.tense == FUTURE:
        spans = [s for s in spans if s.last and s.last >= today]
    if not spans:
        raise UnresolvedError
    return min(spans, key=lambda s: (_distance(s, today), s.first or date.min))


PARTS = ("early", "mid", "late", "first half", "second half")


def cut(span: Span, part: str) -> Span:
    """A part of a week, month, season, year or decade: early, mid, late, a half, or "N week"/"N quarter"/"N days"."""
    first, last = span.first, span.last
    if first is None or last is None:
        raise UnresolvedError
    days = (last - first).days + 1
    word, _, unit = part.partition(" ")
    if unit == "half":
        return _half(first, last, days, first_half=word == "first")
    if unit in ("week", "quarter", "days"):
        return _nth(first, last, days, word, unit)
    if days < _CUTTABLE:
        return span  # a day, a weekend
    if days <= 7:
        bounds = {"early": (0, 2), "mid": (2, 3), "late": (3, days - 1)}[part]
        return Span(first + bounds[0] * _DAY, first + bounds[1] * _DAY, Precision.APPROXIMATE)
    if span.precision is Precision.MONTH:
        bounds = {"early": (1, 10), "mid": (11, 20), "late": (21, last.day)}[part]
        return Span(first.replace(day=bounds[0]), first.replace(day=bounds[1]), Precision.APPROXIMATE)
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    if first.day != 1 or months < 3:
        raise UnresolvedError
    at = {"early": 0, "mid": 1, "late": 2}[part]
    if months == 120:  # early, mid and late of a decade: years 0-3, 4-6, 7-9
        skip, count = ((0, 4), (4, 3), (7, 3))[at]
        return replace(decade_span(first.year + skip, count), precision=Precision.APPROXIMATE)
    third = months // 3
    begin = plus_months(first, third * at)
    return months_span(begin.year, begin.month, third if at < 2 else months - 2 * third, Precision.APPROXIMATE)


_WEEK = 7
_CUTTABLE = 4


def _half(first: date, last: date, days: int, *, first_half: bool) -> Span:
    if days > 31 and first.day == 1:
        middle = plus_months(first, ((last.year - first.year) * 12 + last.month - first.month + 1) // 2)
    elif days > 27:
        middle = first + 15 * _DAY
    elif days == _WEEK:
        middle = first + 3 * _DAY
    else:
        raise UnresolvedError
    return Span(first, middle - _DAY, Precision.RANGE) if first_half else Span(middle, last, Precision.RANGE)


def _nth(first: date, last: date, days: int, word: str, unit: str) -> Span:
    order = {"first": 0, "opening": 0, "second": 1, "third": 2, "fourth": 3, "last": -1, "final": -1}
    at = order[word]
    if unit == "days" and 28 <= days <= 31:
        return cut(Span(first, last, Precision.MONTH), "late" if at == -1 else "early")
    if unit == "week" and 28 <= days <= 31:
        begin = last - 6 * _DAY if at == -1 else first + 7 * at * _DAY
        return Span(begin, begin + 6 * _DAY, Precision.RANGE)
    if unit == "quarter" and days > 360:
        begin = plus_months(first, 3 * (at % 4))
        return months_span(begin.year, begin.month, 3, Precision.RANGE)
    raise UnresolvedError


def edtf_of(span: Span) -> str | None:
    """The interval in Extended Date/Time Format (ISO 8601-2, level 1); None where both ends are open."""
    first, last = span.first, span.last
    if first is None or last is None:
        if first is None and last is None:
            return None
        return f"{first.isoformat() if first else '..'}/{last.isoformat() if last else '..'}"
    if first == last:
        return first.isoformat() + ("~" if span.precision is Precision.APPROXIMATE else "")
    if span.precision is Precision.YEAR:
        return f"{first.year:04}"
    if span.precision is Precision.MONTH:
        return f"{first.year:04}-{first.month:02}"
    if span.precision is Precision.SEASON:
        return f"{first.year:04}-{_EDTF_SEASON[first.month]}"
    mark = "~" if span.precision is Precision.APPROXIMATE else ""
    return f"{first.isoformat()}{mark}/{last.isoformat()}{mark}"
