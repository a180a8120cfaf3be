"""Time expressions as values: what the words say, before anyone asks what day it is.

Each expression lists the spans it may mean (`spans`); `resolve` picks the nearest that the tense allows.
An expression `floats` when tense decides between several ("in May", "on Friday", "June 2").
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from claims.model import Precision
from claims.values import holidays
from claims.values.spans import (
    FUTURE,
    PAST,
    Setting,
    Span,
    UnresolvedError,
    cut,
    day_span,
    decade_span,
    make_day,
    month_span,
    nearest,
    season_span,
    unit_span,
    year_span,
)

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Expression:
    """A time expression. Subclasses say which spans it may mean."""

    def spans(self, setting: Setting) -> list[Span]:  # noqa: ARG002
        """All spans the words may mean; UnresolvedError where there is none."""
        raise UnresolvedError

    def resolve(self, setting: Setting) -> Span:
        """The one span meant; UnresolvedError where that cannot be said."""
        return nearest(self.spans(setting), setting)

    @property
    def floats(self) -> bool:
        """Whether tense decides between several spans."""
        return False

    @property
    def own_year(self) -> int | None:
        """The year the words themselves give."""
        return None


@dataclass(frozen=True, slots=True)
class Spoken(Expression):
    """Days as spoken, near publication: weekdays and the like of yesterday."""


@dataclass(frozen=True, slots=True)
class Vague(Expression):
    """Words like "recently": kept, never resolved."""


@dataclass(frozen=True, slots=True)
class _Yearly(Expression):
    """Something that comes once a year. `shift` is -1 for "last May", 0 "this May", +1 "next May"."""

    year: int | None = None
    shift: int | None = None

    def in_year(self, year: int) -> Span:
        """The span within one year."""
        raise NotImplementedError

    def spans(self, setting: Setting) -> list[Span]:
        """One span if the year is known, else those of the years around publication."""
        if self.year is not None:
            return [self.in_year(self.year)]
        today = setting.day()
        around = []
        for year in range(today.year - 8, today.year + 9) if isinstance(self, Day) and self.leap else _around(today):
            try:
                around.append(self.in_year(year))
            except UnresolvedError:
                continue
        if self.shift is None:
            return around
        if self.shift == -1:
            allowed = [s for s in around if s.last and s.last < today][-1:]
        elif self.shift == 1:
            allowed = [s for s in around if s.first and s.first > today][:1]
        elif setting.tense == PAST:
            allowed = [s for s in around if s.first and s.first <= today][-1:]
        else:
            allowed = [s for s in around if s.last and s.last >= today][:1]
        if not allowed:
            raise UnresolvedError
        return allowed

    def resolve(self, setting: Setting) -> Span:
        """Nearest by tense; a past date may be a day ahead (zones of time)."""
        return nearest(self.spans(setting), setting, slack=1)

    @property
    def floats(self) -> bool:
        """Floats without a year."""
        return self.year is None

    @property
    def own_year(self) -> int | None:
        """The stated year."""
        return self.year


def _around(today: date) -> range:
    return range(today.year - 2, today.year + 3)


def first_day(span: Span) -> date:
    """The first day of a span, the first of all where it is open."""
    return span.first or date.min


@dataclass(frozen=True, slots=True)
class Day(_Yearly):
    """A day of a month ("May 16"), with the weekday if the text names it, which then helps to tell the year."""

    month: int = 1
    day: int = 1
    weekday: int | None = None

    @property
    def leap(self) -> bool:
        """Whether the day is 29 February."""
        return (self.month, self.day) == (2, 29)

    def in_year(self, year: int) -> Span:
        """That day of `year`."""
        return day_span(make_day(year, self.month, self.day))

    def resolve(self, setting: Setting) -> Span:
        """The nearest by tense; if its weekday is not the named one, the nearest of the three years where it is."""
        found = _Yearly.resolve(self, setting)
        if self.year is not None or self.weekday is None or first_day(found).weekday() == self.weekday:
            return found
        fitting = [s for s in self.spans(setting) if abs(first_day(s).year - setting.day().year) <= 1]
        fitting = [s for s in fitting if first_day(s).weekday() == self.weekday]
        return fitting[0] if len(fitting) == 1 else found


@dataclass(frozen=True, slots=True)
class Month(_Yearly):
    """A month."""

    month: int = 1

    def in_year(self, year: int) -> Span:
        """That month of `year`."""
        return month_span(year, self.month)


@dataclass(frozen=True, slots=True)
class Season(_Yearly):
    """A season; a winter counts to the year it begins in."""

    season: str = "spring"

    def in_year(self, year: int) -> Span:
        """That season of `year`."""
        return season_span(year, self.season)


@dataclass(frozen=True, slots=True)
class Holiday(_Yearly):
    """A holiday by its lower-case name."""

    name: str = "christmas"

    def in_year(self, year: int) -> Span:
        """That holiday of `year`."""
        return holidays.holiday_span(self.name, year)


@dataclass(frozen=True, slots=True)
class Year(Expression):
    """A year."""

    year: int

    def spans(self, setting: Setting) -> list[Span]:  # noqa: ARG002
        """The year."""
        return [year_span(self.year)]

    @property
    def own_year(self) -> int | None:
        """The year itself."""
        return self.year


@dataclass(frozen=True, slots=True)
class Years(Expression):
    """A decade or a century: `count` years from `year`."""

    year: int
    count: int = 10

    def spans(self, setting: Setting) -> list[Span]:  # noqa: ARG002
        """All its years."""
        return [decade_span(self.year, self.count)]


@dataclass(frozen=True, slots=True)
class Part(Expression):
    """Early, mid or late, a half, the first week … of another expression."""

    inner: Expression
    part: str

    def spans(self, setting: Setting) -> list[Span]:
        """That part of every span the inner expression may mean."""
        return [cut(span, self.part) for span in self.inner.spans(setting)]

    @property
    def floats(self) -> bool:
        """Floats as the inner one does."""
        return self.inner.floats

    @property
    def own_year(self) -> int | None:
        """The inner one's year."""
        return self.inner.own_year


@dataclass(frozen=True, slots=True)
class WeekOf(Expression):
    """ "The week of June 2", "the weekend of June 7"."""

    inner: Expression
    unit: str = "week"

    def spans(self, setting: Setting) -> list[Span]:
        """The week, or its weekend, that holds the day."""
        return [unit_span(first_day(self.inner.resolve(setting)), self.unit)]


@dataclass(frozen=True, slots=True)
class About(Expression):
    """ "Around June 2": the same days, but only approximately."""

    inner: Expression

    def resolve(self, setting: Setting) -> Span:
        """The inner one, marked as approximate."""
        return replace(self.inner.resolve(setting), precision=Precision.APPROXIMATE)

    @property
    def floats(self) -> bool:
        """Floats as the inner one does."""
        return self.inner.floats

    @property
    def own_year(self) -> int | None:
        """The inner one's year."""
        return self.inner.own_year


@dataclass(frozen=True, slots=True)
class Between(Expression):
    """From one expression to another, both included."""

    begin: Expression
    end: Expression

    def resolve(self, setting: Setting) -> Span:
        """The earlier end by tense, the later one as the first on or after it."""
        begin, end = self.begin, self.end
        year = end.own_year
        if begin.floats and begin.own_year is None and year is not None:
            last = end.resolve(setting)
            first = begin.resolve(setting.moved(last.last or first_day(last), PAST))
        else:
            first = begin.resolve(setting)
            moved = setting.moved(first.first, FUTURE) if first.first and end.floats else setting
            last = end.resolve(moved)
        if first.first is None or last.last is None or first.first > last.last:
            raise UnresolvedError
        return Span(first.first, last.last, _joint(first, last))


def _joint(first: Span, last: Span) -> Precision:
    return Precision.APPROXIMATE if Precision.APPROXIMATE in (first.precision, last.precision) else Precision.RANGE


@dataclass(frozen=True, slots=True)
class Bound(Expression):
    """Since, until, before or after another expression: an interval open at one end."""

    kind: str
    inner: Expression

    def resolve(self, setting: Setting) -> Span:
        """Since and after look back unless the tense is future; until, by and before have no first day."""
        if self.kind in ("since", "after"):
            tense = setting.tense if setting.tense == FUTURE and self.kind != "since" else PAST
            span = self.inner.resolve(replace(setting, tense=tense))
            if self.kind == "after" and span.last:
                return Span(span.last + _DAY, None, span.precision)
            return Span(span.first, None, span.precision)
        if self.kind == "from":
            span = self.inner.resolve(setting)
            open_end = setting.tense == FUTURE or not isinstance(self.inner, Spoken)
            return Span(span.first, None, span.precision) if open_end else span
        span = self.inner.resolve(setting)
        if self.kind == "before":
            return Span(None, first_day(span) - _DAY, span.precision)
        return Span(None, span.last, span.precision)
