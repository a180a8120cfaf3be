"""Holidays that can be computed. Islamic ones by the civil (tabular) calendar, so they are approximate to a day."""

from __future__ import annotations

from datetime import date, timedelta

from claims.model import Precision
from claims.values.spans import Span, UnresolvedError, day_span, make_day

FIXED = {
    "christmas": (12, 25),
    "christmas day": (12, 25),
    "christmas eve": (12, 24),
    "orthodox christmas": (1, 7),
    "boxing day": (12, 26),
    "new year": (1, 1),
    "new year's": (1, 1),
    "new year's day": (1, 1),
    "new year's eve": (12, 31),
    "victory day": (5, 9),
    "may day": (5, 1),
    "nowruz": (3, 20),
    "valentine's day": (2, 14),
}
EASTER = {"palm sunday": -7, "good friday": -2, "easter": 0, "easter sunday": 0, "easter monday": 1, "pentecost": 49}
# Month and day of the Islamic year, and for how many days.
ISLAMIC = {
    "ramadan": (9, 1, 30),
    "eid al-fitr": (10, 1, 3),
    "eid al-adha": (12, 9, 4),
    "ashura": (1, 10, 1),
    "mawlid": (3, 12, 1),
}
NAMES = frozenset(FIXED) | frozenset(EASTER) | frozenset(ISLAMIC) | {"orthodox easter", "thanksgiving"}
_ISLAMIC_EPOCH = 227015  # proleptic ordinal of 1 Muharram 1 (19 July 622 Gregorian)


def western_easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous algorithm of 1876)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def orthodox_easter(year: int) -> date:
    """Easter Sunday of the Julian computus in Gregorian days (Meeus), valid 1900-2099."""
    d = (19 * (year % 19) + 15) % 30
    e = (2 * (year % 4) + 4 * (year % 7) - d + 34) % 7
    month, day = divmod(d + e + 114, 31)
    return date(year, month, day + 1) + timedelta(days=13)


def islamic_day(year: int, month: int, day: int) -> date:
    """A day of the tabular Islamic calendar."""
    return date.fromordinal(
        day + (59 * (month - 1) + 1) // 2 + (year - 1) * 354 + (3 + 11 * year) // 30 + _ISLAMIC_EPOCH - 1
    )


def holiday_span(name: str, year: int) -> Span:
    """The holiday `name` (lower case, one of NAMES) that begins in the Gregorian `year`, else UnresolvedError."""
    if not 1900 <= year <= 2099:
        raise UnresolvedError
    if name in FIXED:
        return day_span(make_day(year, *FIXED[name]))
    if name in EASTER:
        return day_span(western_easter(year) + timedelta(days=EASTER[name]))
    if name == "orthodox easter":
        return day_span(orthodox_easter(year))
    if name == "thanksgiving":
        first = date(year, 11, 1)
        return day_span(first + timedelta(days=(3 - first.weekday()) % 7 + 21))
    month, day, days = ISLAMIC[name]
    hijri = (year - 622) * 33 // 32
    for candidate in range(hijri, hijri + 3):
        first = islamic_day(candidate, month, day)
        if first.year == year:
            return Span(first, first + timedelta(days=days - 1), Precision.APPROXIMATE)
    raise UnresolvedError
