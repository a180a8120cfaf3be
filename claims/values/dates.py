"""Finds time expressions in a text.

A compiled gate finds the places where one may begin; only there are the forms (claims.values.date_forms) tried. What
stands before, between and behind them makes bounds, ranges and lists (claims.values.date_phrases).
"""

from __future__ import annotations

from dataclasses import dataclass

from claims.model import DateValue
from claims.values.date_phrases import find_phrases
from claims.values.expressions import Bound, Expression, Vague
from claims.values.folding import folding
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

    @property
    def bound(self) -> str | None:
        """ "since", "until", "before", "after" or "from" where the interval is open at one end, else None."""
        return self.expression.kind if isinstance(self.expression, Bound) else None


@folding
def find_dates(text: str) -> list[DateMention]:
    """All time expressions of `text` in order, not overlapping; of the readings at one place the longest."""
    return [DateMention(p.start, p.end, text[p.start : p.end], p.expression) for p in find_phrases(text)]
