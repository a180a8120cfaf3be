"""Time expressions as they stand in a text: forms with their prepositions, joined to ranges, bounds and lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from string import ascii_uppercase

from claims.values.date_gate import GATE, forms_at
from claims.values.date_words import (
    CLOSED,
    COUNT,
    DAY,
    MONTH,
    UNIT,
    YEAR,
    count_of,
    number_in,
)
from claims.values.expressions import (
    About,
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
from claims.values.relative import (
    Anchored,
    AnchoredWeekday,
    Away,
    DayOfMonth,
    Offset,
    OfYear,
    Period,
    Shifted,
    Stretch,
    Weekday,
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A time expression at [start, end)."""

    start: int
    end: int
    expression: Expression


# "The week of June 2", "the night of 2 May", "two days after Monday": forms that hold another expression.
_HOLDER = re.compile(
    r"(?:the )?(?:(?P<week>week|weekend) (?:of|beginning|starting|that began)(?: on)?"
    r"|overnight(?: on| to| into)?|(?:early|small|early morning) hours (?:of|on)"
    r"|(?:(?:early|late) )?(?:night|morning|evening|afternoon) (?:of|on|to)"
    rf"|(?:eve|day|(?P<count>{COUNT}) (?P<unit>{UNIT})s?) (?P<side>of|before|after|from)) (?:the )?",
    re.IGNORECASE,
)
_DEPTH = 2  # "two days after the night of June 2"; no sane text goes deeper
_NAME_AFTER = re.compile(
    r"[’']?s? (?:Times|Post|Mirror|Mail|Herald|Telegraph|Express|[Pp]rayers?|Street|Square|Avenue|Road|Boulevard|Bridge"
    r"|Brigade|Battalion|Regiment|Movement|Stadium|University|Mosque|School|Party|Revolution|Group|Club|Hospital|Airport"
    r"|Fund|Foundation|Alliance|Coalition|Forces)\b"
)
_NAME_BEFORE = re.compile(
    r"(?<!\w)(?:(?:Black|Bloody|Ash|Super|Cyber|Maundy|Holy|[Ee]very|[Ee]ach) (?=[A-Z])"
    r"|(?:Theresa|Prague|Arab) (?=May|[Ss]pring)|[A-Z]\w+ (?=Today\b))"
)
_GLUE = frozenset("$€£#%/.’'-")
_TO = re.compile(r"(?P<dash> ?[-–—] ?)|,? (?:to|through|until|till|up to) (?:on )?")
_AND = re.compile(r" and (?:on )?")
_ALSO = re.compile(
    rf"(?P<days>(?:, {DAY}){{0,9}}),? (?:and|or|&) (?:the )?(?P<last>{DAY})"
    rf"(?:(?:,? | of )(?P<year>{YEAR})|{CLOSED})"
)
_DAYS_FIRST = re.compile(rf"{DAY}(?:, {DAY}){{0,9}},? (?:and|or|&) (?:the )?(?={DAY} (?:of )?{MONTH})")
_DAY = re.compile(DAY)
_LEAD = re.compile(
    r"(?<!\w)(?:(?P<bound>since|up until|until|till|no later than|(?:no|not) earlier than|not before"
    r"|by|before|prior to|ahead of|after|from|starting"
    r"|beginning|between|(?<!fell )(?<!fall )(?<!falls )(?<!fallen )(?<!falling )through)"
    r"(?: at least| about| around| as (?:early|late) as)?(?: on| in)?"
    r"|(?P<about>(?:on or )?(?:around|about)|circa)|(?P<stretch>for)"
    r"|(?:(?:early|late|earlier|later) )?(?:on|in|during|over|throughout|at|within|as of)) $",
    re.IGNORECASE,
)
_BOUNDS = {
    "since": "since",
    "after": "after",
    "from": "from",
    "starting": "from",
    "beginning": "from",
    "not before": "from",
    "no earlier than": "from",
    "not earlier than": "from",
    "before": "before",
    "prior to": "before",
    "ahead of": "before",
}
_TIME = (
    r"(?:(?:\d{1,2}[:.]\d\d(?: ?[ap]\.?m\b\.?)?|\d{1,2} ?[ap]\.?m\b\.?)(?: (?:local time|\w+ time|GMT|UTC|CET))?"
    r"|noon|midnight|midday|dawn|dusk)"
)
_TIME_BEFORE = re.compile(rf"(?<!\w)(?:(?:at|around|about) )?{_TIME},? $", re.IGNORECASE)
_TIME_AFTER = re.compile(
    rf",? (?:at|around) (?:about |around )?{_TIME}|,? (?:morning|afternoon|evening|night)\b", re.IGNORECASE
)
# "Postponed from Monday to Wednesday" names two days, not a stretch of three.
_MOVED = re.compile(r"\b(?:postpon|mov|reschedul|shift|delay|push|brought forward)[a-z]*\b[^.;]{0,20}$", re.IGNORECASE)
_END_OF = re.compile(
    r"(?:the )?(?:very )?(?:end|close)(?:[ -]of|-)|(?:year|month|week)(?:[’']s)?[ -]end|the \w+ (?:is|ends)",
    re.IGNORECASE,
)
_JOINTS = frozenset({" and ", ", ", " or ", ", and ", ", or ", " and in ", " and on "})
_SINGLE_DAYS = (Day, Weekday, Offset, DayOfMonth, AnchoredWeekday)
_ENDS = (*_SINGLE_DAYS, Month, Year, Part, Season, Period, Holiday, Years, OfYear)
_SPACES = {ord(c): " " for c in "\u00a0\u202f\u2009\n\r\t"}
_LOWER = {ord(c): c.lower() for c in ascii_uppercase}  # str.lower() may change a text's length


def find_phrases(text: str) -> Iterator[Phrase]:
    """All time expressions of `text` in order, not overlapping."""
    text = text.translate(_SPACES)
    waiting: list[Phrase] = []  # a list whose year may stand at its end: "May 16 and June 2, 2024"
    position = 0
    lowered = text.translate(_LOWER)
    while gate := GATE.search(lowered, position):
        listed = bool(waiting) and text[waiting[-1].end : gate.start()] in _JOINTS
        found = _read(text, gate.start(), waiting[-1] if waiting else None, listed=listed)
        if not found:
            position = gate.start() + 1
            continue
        position = found[-1].end
        if not listed:
            yield from waiting
            waiting = []
        year = found[-1].expression.own_year
        if year is not None:
            waiting = [replace(p, expression=_of_year(p.expression, year)) for p in waiting]
        waiting += found
    yield from waiting


def _read(text: str, start: int, last: Phrase | None, *, listed: bool) -> list[Phrase]:
    """The phrases that begin at `start`: several where they share a month ("May 16 and 17")."""
    low = last.end if last else 0
    if start and text[start - 1] in _GLUE:
        return []
    lead = _LEAD.search(text, max(low, start - 36), start)
    bound = (lead["bound"] or "").lower() if lead else ""
    moved = bound == "from" and lead and _MOVED.search(text, max(low, lead.start() - 40), lead.start())
    cued = listed and last is not None and isinstance(last.expression, Year | Month | Season | Part)
    if _named(text, start):
        return []
    found = _days_first(text, start) or _with_also(text, _form_at(text, start, cued=cued))
    if not found:
        return []
    if bound == "between" and len(found) == 2:
        pair = Between(found[0].expression, found[1].expression)
        found = [Phrase(start, found[1].end, pair)]
    elif len(found) == 1 and not moved:
        found = [_ranged(text, found[0], bound)]
    return [_led(text, found[0], None if moved else lead, low), *found[1:]]


def _named(text: str, start: int) -> bool:
    """Whether the word at `start` is part of a name ("Black Friday", "Orsk Today") or of a habit ("every Friday")."""
    before = text.rfind(" ", max(0, start - 20), start - 1) + 1 if start else 0
    name = _NAME_BEFORE.match(text, before)
    return name is not None and name.end() == start


def _form_at(text: str, start: int, *, cued: bool, depth: int = 0) -> Phrase | None:
    """The longest form at `start`."""
    best: Phrase | None = None
    for form in forms_at(text, start):
        match = form.pattern.match(text, start)
        if match is None or (best is not None and match.end() <= best.end):
            continue
        if form.cue is None or cued or form.cue(text, match):
            expression = form.build(match)
            if expression is not None:
                best = Phrase(start, match.end(), expression)
    if depth < _DEPTH:
        best = _held(text, start, best, depth + 1) or best
    return None if best is None or _NAME_AFTER.match(text, best.end) else best


def _held(text: str, start: int, best: Phrase | None, depth: int) -> Phrase | None:
    holder = _HOLDER.match(text, start)
    inner = _form_at(text, holder.end(), cued=True, depth=depth) if holder else None
    if holder is None or inner is None or (best is not None and inner.end <= best.end):
        return None
    if holder["week"]:
        return Phrase(start, inner.end, WeekOf(inner.expression, holder["week"].lower()))
    if not holder["side"]:
        return Phrase(start, inner.end, inner.expression)
    count = count_of(holder["count"] or "one")
    if count is None:
        return Phrase(start, inner.end, Vague())
    back = holder["side"].lower() in ("of", "before")
    unit = (holder["unit"] or "day").lower()
    return Phrase(start, inner.end, Shifted(-count if back else count, unit, inner.expression))


def _days_first(text: str, start: int) -> list[Phrase]:
    """ "16 and 17 May": the first days borrow the month of the last."""
    days = _DAYS_FIRST.match(text, start)
    last = _form_at(text, days.end(), cued=True) if days else None
    if days is None or last is None or not isinstance(last.expression, Day):
        return []
    numbers = _DAY.finditer(days.group())
    firsts = [_other_day(text, last.expression, start + m.start(), start + m.end()) for m in numbers]
    return _adjoining([*firsts, last])


def _adjoining(days: list[Phrase]) -> list[Phrase]:
    """Two days of which one follows the other are one stretch: "on July 17 and 18"."""
    if len(days) != 2:
        return days
    first, second = (phrase.expression for phrase in days)
    if isinstance(first, Day) and isinstance(second, Day) and second.day == first.day + 1:
        return [Phrase(days[0].start, days[1].end, Between(replace(first, year=second.year), second))]
    return days


def _with_also(text: str, first: Phrase | None) -> list[Phrase]:
    """ "May 16 and 17", "June 2, 3 and 4, 2024": the days behind borrow the month, and lend their year."""
    if first is None:
        return []
    also = _ALSO.match(text, first.end) if isinstance(first.expression, Day) else None
    if also is None or not isinstance(first.expression, Day) or first.expression.year is not None:
        return [first]
    if not text[first.end - 1].isdigit() and text[first.end - 2 : first.end] not in ("st", "nd", "rd", "th"):
        return [first]
    day = replace(first.expression, year=int(also["year"])) if also["year"] else first.expression
    rest = [_other_day(text, day, m.start(), m.end()) for m in _DAY.finditer(text, first.end, also.end("last"))]
    if also["year"]:
        rest[-1] = replace(rest[-1], end=also.end())
    return _adjoining([replace(first, expression=day), *rest])


def _other_day(text: str, day: Day, start: int, end: int) -> Phrase:
    return Phrase(start, end, replace(day, day=number_in(text[start:end]), weekday=None))


def _ranged(text: str, first: Phrase, bound: str) -> Phrase:
    """ "From A to B", "between A and B", "A–B": one interval."""
    joint = (_AND if bound == "between" else _TO).match(text, first.end) or _TO.match(text, first.end)
    if joint is None or not isinstance(first.expression, _ENDS):
        return first
    second = _form_at(text, joint.end(), cued=True)
    day = _DAY.match(text, joint.end())
    if second is None and day and isinstance(first.expression, Day):
        second = _other_day(text, first.expression, day.start(), day.end())
    if second is None or not isinstance(second.expression, _ENDS):
        return first
    alike = type(first.expression) is type(second.expression)
    if not alike and (bound not in ("from", "between") or joint.lastgroup == "dash"):
        return first
    return Phrase(first.start, second.end, Between(first.expression, second.expression))


def _led(text: str, phrase: Phrase, lead: re.Match[str] | None, low: int) -> Phrase:
    """With the time of day, and with the preposition before it; "since" and the like leave one end open."""
    start, end, expression = phrase.start, phrase.end, phrase.expression
    single = isinstance(expression, _SINGLE_DAYS)
    if single and (time := _TIME_AFTER.match(text, end)):
        end = time.end()
    if lead is not None and text[end : end + 2].lower() not in ("'s", "’s"):
        start, expression = _under(text, phrase, lead)
    if single and isinstance(expression, _SINGLE_DAYS):
        time = _TIME_BEFORE.search(text, max(low, start - 30), start)
        start = time.start() if time else start
    return Phrase(start, end, expression)


def _under(text: str, phrase: Phrase, lead: re.Match[str]) -> tuple[int, Expression]:
    """Where the phrase begins with its preposition, and what that makes of it."""
    expression, bound = phrase.expression, (lead["bound"] or "").lower()
    if bound == "between" and not isinstance(expression, Between):
        return phrase.start, expression
    if not bound and not lead["about"] and not _fits(text, phrase, lead.group().split()[-1].lower()):
        return phrase.start, expression
    if lead["about"] and not isinstance(expression, Vague):
        expression = About(expression)
    if bound and not isinstance(expression, Between | Vague | Stretch):
        kind = _BOUNDS.get(bound, "until")
        if kind in ("until", "before") and _END_OF.match(text, phrase.start):
            kind, expression = "until", expression.inner if isinstance(expression, Part) else expression
        expression = Bound(kind, expression)
    return lead.start(), expression


def _fits(text: str, phrase: Phrase, preposition: str) -> bool:
    """Whether the preposition belongs to the time, and not to the verb before it ("handed over last week")."""
    expression = phrase.expression
    if preposition == "for":
        return isinstance(expression, Stretch)
    the = text[phrase.start : phrase.start + 4].lower() in ("the ", "that")
    if isinstance(expression, Offset | Away | Anchored) or (
        isinstance(expression, Period) and expression.shift is not None
    ):
        return the or preposition in ("during", "throughout", "of") or text[phrase.end - 7 : phrase.end] == "weekend"
    if isinstance(expression, _SINGLE_DAYS) and (text[phrase.start].isupper() or text[phrase.start].isdigit()):
        return preposition in ("on", "of")
    return preposition not in ("on", "at") or the or not isinstance(expression, Month | Year | Season)


def _of_year(expression: Expression, year: int) -> Expression:
    """The same in `year`, where it has none of its own."""
    if isinstance(expression, Part | Bound):
        return replace(expression, inner=_of_year(expression.inner, year))
    if isinstance(expression, Day | Month | Season | Holiday) and expression.year is None and expression.shift is None:
        return replace(expression, year=year)
    return expression
