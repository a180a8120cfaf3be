"""Finds time expressions in a text.

A compiled gate lets through only texts in which one may stand. There every form (claims.values.date_forms) is looked
for, the longest of those that overlap wins, and what stands before and between them makes bounds and ranges.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from claims.model import DateValue
from claims.values.date_forms import FORMS
from claims.values.date_words import DAY, HOLIDAY, MONTH, SEASON, UNIT, WEEKDAY
from claims.values.expressions import Between, Bound, Day, Expression, Month, Part, Vague
from claims.values.spans import Setting, UnresolvedError, edtf_of


@dataclass(frozen=True, slots=True)
class DateMention:
    """A time expression at [start, end) of its text, with the preposition that belongs to it."""

    start: int
    end: int
    text: str
    expression: Expression

    def resolve(self, setting: Setting) -> DateValue:
        """The interval it names there and then; both ends None where that cannot be said."""
        try:
            span = self.expression.resolve(setting)
        except (UnresolvedError, OverflowError):
            return DateValue(self.text)
        return DateValue(self.text, span.first, span.last, edtf_of(span), span.precision)

    @property
    def vague(self) -> bool:
        """Whether the words name no interval at all ("recently")."""
        return isinstance(self.expression, Vague)


_GATE = re.compile(
    rf"\b(?:{MONTH}|{WEEKDAY})|\d|\b(?i:{SEASON}|{UNIT}s?|yesterday|today|tonight|tomorrow|overnight|{HOLIDAY}|recent|recently"
    r"|lately|soon|shortly|previously|imminently|future|point|stage|time)\b"
)
_BEFORE = re.compile(
    r"\b(?:(?P<bound>since|until|till|up to|by|before|after|from|prior to|ahead of|starting|as of|between)"
    r"|(?:late |early )?(?:on or about|on|in|during|throughout|at|over))(?: the)? $",
    re.IGNORECASE,
)
_OWN_BOUND = re.compile(r"(?P<bound>since|until|till|before|after|by) ", re.IGNORECASE)
_END_OF = re.compile(r"(?:the )?(?:very )?(?:end|close) of|^end-", re.IGNORECASE)
_ALSO = re.compile(rf",? and (?P<day>{DAY})(?! \w+s\b)(?![\w-])")
# A month alone is only a time where something says so: "May" and "March" are words, and names, too.
_MONTH_LED = re.compile(
    r"\b(?:in|since|until|till|by|before|after|from|of|during|throughout|between|and|to|for|mid|early|late|last|this"
    r"|next"
    r"|on|around|through|until|a|the|or)[ -](?:the )?$|[’'(–—-]$",
    re.IGNORECASE,
)
_MONTH_OWNED = re.compile(
    r"[’']s\b|[ -](?:talks|meeting|summit|round|offensive|deal|truce|ceasefire|agreement|exchange|swap|vote)"
)
_BOUNDS = {
    "since": "since",
    "until": "until",
    "till": "until",
    "up to": "until",
    "by": "until",
    "before": "before",
    "prior to": "before",
    "ahead of": "before",
    "after": "after",
    "from": "from",
    "starting": "from",
    "as of": "since",
}


def find_dates(text: str) -> list[DateMention]:
    """All time expressions of `text` in order, not overlapping."""
    if not _GATE.search(text):
        return []
    mentions = [m for core in _longest(text) for m in _with_lists(text, core)]
    return _joined(text, [_led(text, m) for m in mentions])


def _longest(text: str) -> list[DateMention]:
    found = []
    for pattern, build in FORMS:
        for match in pattern.finditer(text):
            expression = build(match)
            if expression is not None and _is_time(text, match, expression):
                found.append(DateMention(match.start(), match.end(), match.group(), expression))
    kept: list[DateMention] = []
    for mention in sorted(found, key=lambda m: (m.start - m.end, m.start)):
        if all(mention.end <= other.start or other.end <= mention.start for other in kept):
            kept.append(mention)
    return sorted(kept, key=lambda m: m.start)


def _is_time(text: str, match: re.Match[str], expression: Expression) -> bool:
    """Whether a bare month is meant as one."""
    if not isinstance(expression, Month) or expression.year is not None or expression.shift is not None:
        return True
    if not match["month"][0].isupper():
        return False
    return bool(_MONTH_LED.search(text, 0, match.start()) or _MONTH_OWNED.match(text, match.end()))


def _with_lists(text: str, mention: DateMention) -> list[DateMention]:
    """ "May 16 and 17": the second day borrows the month of the first."""
    also = _ALSO.match(text, mention.end)
    if not isinstance(mention.expression, Day) or also is None or not mention.text[-1].isdigit():
        return [mention]
    day = replace(mention.expression, day=int(re.sub(r"\D", "", also["day"])), weekday=None)
    return [mention, DateMention(also.start("day"), also.end("day"), also["day"], day)]


def _led(text: str, mention: DateMention) -> DateMention:
    """With the preposition before it; "since", "until", "by" and the like make it an interval open at one end."""
    start, expression = mention.start, mention.expression
    own = _OWN_BOUND.match(mention.text)
    before = _BEFORE.search(text, 0, mention.start)
    word = own["bound"] if own else before["bound"] if before else None
    if before is not None and not isinstance(expression, Vague):
        start = before.start()
    if isinstance(expression, Between | Bound):
        word = None
    if word is not None and word.lower() != "between":
        kind = _BOUNDS[word.lower()]
        if kind in ("until", "before") and isinstance(expression, Part) and _END_OF.search(mention.text):
            kind, expression = "until", expression.inner
        expression = Bound(kind, expression)
    return DateMention(start, mention.end, text[start : mention.end], expression)


def _joined(text: str, mentions: list[DateMention]) -> list[DateMention]:
    """ "From A to B", "between A and B" are one interval."""
    found: list[DateMention] = []
    for mention in mentions:
        last = found[-1] if found else None
        joint = text[last.end : mention.start] if last else ""
        pair = _pair(last, mention, joint) if last else None
        if last is not None and pair is not None:
            found[-1] = DateMention(last.start, mention.end, text[last.start : mention.end], pair)
        else:
            found.append(mention)
    return found


def _pair(first: DateMention, last: DateMention, joint: str) -> Expression | None:
    word, second = first.text.split(" ", 1)[0].lower(), last.expression
    begin = first.expression.inner if isinstance(first.expression, Bound) else first.expression
    if isinstance(second, Bound) and joint == " " and second.kind == "until" and word == "from":
        return Between(begin, second.inner)
    plain = joint.lower() in (" to ", " through ", " – ", "–", "-", " — ")
    if (word == "from" and plain) or (word == "between" and joint == " and "):
        return Between(begin, second)
    return None
