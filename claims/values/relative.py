"""Time expressions that count from the day of publication, or from a day spoken of just before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from claims.model import Precision
from claims.values.expressions import Day, Expression, Holiday, Month, Season, Spoken, first_day
from claims.values.spans import (
    FUTURE,
    PAST,
    Setting,
    Span,
    UnresolvedError,
    day_span,
    make_day,
    nearest,
    plus,
    plus_days,
    unit_span,
)


@dataclass(frozen=True, slots=True)
class Weekday(Spoken):
    """A weekday (0 is Monday). `which` is last, next, this, coming; `week` counts weeks from this one."""

    weekday: int
    which: str | None = None
    week: int | None = None

    def spans(self, setting: Setting) -> list[Span]:
        """The day of the named week, the last or next one, or those within a week of publication."""
        today = setting.day()
        ahead = (self.weekday - today.weekday()) % 7
        if self.week is not None:
            return [day_span(plus_days(today, 7 * self.week + self.weekday - today.weekday()))]
        if self.which in ("last", "past"):
            return [day_span(plus_days(today, ahead - 7))]
        if self.which == "next":  # said in the same week, "next Friday" is the week after's
            return [day_span(plus_days(today, 7 + self.weekday - today.weekday()))]
        if self.which == "coming":
            return [day_span(plus_days(today, ahead or 7))]
        if self.which == "this" and setting.tense != PAST:
            return [day_span(plus_days(today, ahead))]
        return (
            [day_span(plus_days(today, ahead - 7)), day_span(plus_days(today, ahead))] if ahead else [day_span(today)]
        )

    def resolve(self, setting: Setting) -> Span:
        """Without a tense a weekday looks back, as news does."""
        return nearest(self.spans(setting), setting if setting.tense == FUTURE else replace(setting, tense=PAST))

    @property
    def floats(self) -> bool:
        """Floats when nothing else says which."""
        return self.which is None and self.week is None


@dataclass(frozen=True, slots=True)
class Offset(Spoken):
    """Days counted from publication: yesterday is -1 to -1, overnight -1 to 0."""

    first: int
    last: int

    def spans(self, setting: Setting) -> list[Span]:
        """The days."""
        first, last = self.first, self.last
        if first != last and setting.tense == FUTURE:
            first, last = 0, last - first
        today = setting.day()
        precision = Precision.DAY if first == last else Precision.RANGE
        return [Span(plus_days(today, first), plus_days(today, last), precision)]


@dataclass(frozen=True, slots=True)
class DayOfMonth(Expression):
    """ "The 15th": of the month that the tense allows, or of the month `shift` from this one."""

    day: int
    shift: int | None = None

    def spans(self, setting: Setting) -> list[Span]:
        """That day in the months around."""
        today = setting.day()
        found = []
        for months in (self.shift,) if self.shift is not None else range(-2, 3):
            month = plus(today.replace(day=1), months, "month")
            try:
                found.append(day_span(make_day(month.year, month.month, self.day)))
            except UnresolvedError:
                continue
        if not found:
            raise UnresolvedError
        return found

    @property
    def floats(self) -> bool:
        """Floats when no month is named."""
        return self.shift is None


@dataclass(frozen=True, slots=True)
class Period(Expression):
    """A calendar unit `shift` from the current one ("last week", "next month"). `side` -1 is its part up to today
    ("earlier this week"), +1 the part from today. Without a shift the tense decides ("the weekend")."""

    unit: str
    shift: int | None = 0
    side: int = 0

    def spans(self, setting: Setting) -> list[Span]:
        """The unit, or its part before or after today."""
        today = setting.day()
        shifts = (self.shift,) if self.shift is not None else (-1, 0, 1)
        spans = [unit_span(plus(_start(today, self.unit), n, self.unit), self.unit) for n in shifts]
        if self.side < 0:
            return [Span(spans[0].first, max(today, first_day(spans[0])), Precision.RANGE)]
        if self.side > 0:
            return [Span(today, spans[0].last, Precision.RANGE)]
        return spans

    @property
    def floats(self) -> bool:
        """Floats without a shift."""
        return self.shift is None


def _start(today: date, unit: str) -> date:
    return today.replace(day=1) if unit in ("month", "quarter", "year") else today


@dataclass(frozen=True, slots=True)
class Away(Expression):
    """ "Three days ago", "in two weeks": the day so far from publication, the whole unit for weeks and longer.
    `bound` is "more" ("more than a year ago": not after) or None."""

    count: int
    unit: str
    bound: str | None = None

    def spans(self, setting: Setting) -> list[Span]:
        """The day, week, month or year so far away."""
        day = plus(setting.day(), self.count, self.unit)
        if self.bound:
            return [Span(None, day, Precision.APPROXIMATE)]
        span = unit_span(day, "week" if self.unit == "fortnight" else self.unit)
        return [span if span.first == span.last else replace(span, precision=Precision.APPROXIMATE)]


@dataclass(frozen=True, slots=True)
class Stretch(Expression):
    """ "Over the past two months", "within three days": from so far away up to publication, or the other way.
    Without a direction (0) the tense gives it."""

    count: int
    unit: str
    direction: int

    def spans(self, setting: Setting) -> list[Span]:
        """The stretch."""
        today = setting.day()
        direction = self.direction or (1 if setting.tense == FUTURE else -1)
        hours = self.unit == "hour"
        count = -(-self.count // 24) if hours else self.count
        far = plus(today, direction * count, "day" if hours else self.unit)
        return [Span(min(far, today), max(far, today), Precision.APPROXIMATE)]


@dataclass(frozen=True, slots=True)
class Anchored(Expression):
    """ "The next day", "a week earlier", "the same day": counted from a day spoken of just before.
    `whole` means all of the unit ("the following week"), not a day so far on ("a week later")."""

    count: int
    unit: str
    whole: bool = False

    def spans(self, setting: Setting) -> list[Span]:
        """The unit so far from the anchor; UnresolvedError without one."""
        if setting.anchor is None:
            raise UnresolvedError
        day = plus(setting.anchor, self.count, self.unit)
        return [day_span(day) if self.unit == "week" and not self.whole else unit_span(day, self.unit)]


@dataclass(frozen=True, slots=True)
class Ahead(Away):
    """ "In two weeks": so far ahead, where the tense is future; of the past it would tell how long something took."""

    def spans(self, setting: Setting) -> list[Span]:
        """The day, week, month or year ahead."""
        if setting.tense != FUTURE:
            raise UnresolvedError
        return Away.spans(self, setting)


@dataclass(frozen=True, slots=True)
class Shifted(Expression):
    """ "Two days after June 2", "the eve of Monday": so far from another expression."""

    count: int
    unit: str
    inner: Expression

    def spans(self, setting: Setting) -> list[Span]:
        """The day so far after its last day, or before its first one."""
        span = self.inner.resolve(setting)
        base = span.first if self.count < 0 else span.last
        if base is None:
            raise UnresolvedError
        return [day_span(plus(base, self.count, self.unit))]


@dataclass(frozen=True, slots=True)
class AnchoredWeekday(Expression):
    """ "The following Monday", "the previous Friday": the first such day after or before the anchor."""

    weekday: int
    sign: int

    def spans(self, setting: Setting) -> list[Span]:
        """That weekday; UnresolvedError without an anchor."""
        if setting.anchor is None:
            raise UnresolvedError
        away = (self.sign * (self.weekday - setting.anchor.weekday())) % 7 or 7
        return [day_span(plus_days(setting.anchor, self.sign * away))]


@dataclass(frozen=True, slots=True)
class OfYear(Expression):
    """ "June of last year", "2 May this year": of the year `shift` from the current one."""

    inner: Day | Month | Season | Holiday
    shift: int

    def spans(self, setting: Setting) -> list[Span]:
        """The one of that year."""
        return [self.inner.in_year(setting.day().year + self.shift)]


@dataclass(frozen=True, slots=True)
class OfThatYear(Expression):
    """ "June of that year": of the year of the time spoken of just before."""

    inner: Day | Month | Season | Holiday

    def spans(self, setting: Setting) -> list[Span]:
        """The one of the anchor's year; UnresolvedError without an anchor."""
        if setting.anchor is None:
            raise UnresolvedError
        return [self.inner.in_year(setting.anchor.year)]
