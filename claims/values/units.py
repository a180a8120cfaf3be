"""Areas in square kilometres and shares in percent.

Conversions: one square mile is 2.589988 km2, one hectare 0.01 km2, one acre 0.004046856 km2
(international definitions).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from claims.values.folding import folding
from claims.values.numbers import find_amounts, qualifier_of

KM2_PER = {"km": 1.0, "mile": 2.589988, "hectare": 0.01, "acre": 0.004046856}

_AREA_UNIT = re.compile(
    r"[ \u00a0-]?(?:(?P<km>square[ -]kilomet(?:er|re)s?|sq\.? ?kms?|sq\.? kilomet(?:er|re)s?|km2|km²|km\^2)"
    r"|(?P<mile>square[ -]miles?|sq\.? ?mi(?:les?)?|mi2|mi²)|(?P<hectare>hectares?|ha)|(?P<acre>acres?))(?![\w²])",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"[ \u00a0-]?(?:%|percent\b|per cent\b|pct\b)", re.IGNORECASE)
_PARTS = {
    "half": 2,
    "third": 3,
    "quarter": 4,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
    "tenth": 10,
}
_MANY = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9}
_FRACTION = re.compile(
    rf"(?<![\w-])(?:(?P<many>{'|'.join(_MANY)})[ -](?P<part>{'|'.join(p for p in _PARTS if p != 'half')})s?"
    r"|(?P<half>half))(?![\w-])",
    re.IGNORECASE,
)
# "a third of", but not "a third round"; "half of the country", but no half an hour, half a million or first half.
_FRACTION_AFTER = re.compile(
    r" (?:of|its|the|their|all)\b"
    r"(?! (?:an? )?(?:hours?|minutes?|month|year|week|day|century|decade|season|game|match|time)\b)",
    re.IGNORECASE,
)
_HALF_BEFORE = re.compile(r"\b(?:first|second|latter|last|other|next|and a|better) $", re.IGNORECASE)
# "15-20%", "between 15 and 20 percent": neither end alone is the quantity, so both are passed over.
_RANGE_BEFORE = re.compile(
    r"(?:\d ?%?|percent|per cent)(?: to | or | ?[-–—] ?)$|\bbetween [\w.,]{1,12} ?%?(?: percent| per cent)? and $",
    re.IGNORECASE,
)
_RANGE_AFTER = re.compile(r"(?: to | ?[-–—] ?)\d")
_BETWEEN = re.compile(r"\bbetween $", re.IGNORECASE)
_CLEAR = re.compile(
    r"[- ](?:thirds|quarters|fourths|fifths|sixths|sevenths|eighths|ninths|tenths)$|^one-", re.IGNORECASE
)


def _ends_range(text: str, start: int, end: int) -> bool:
    return bool(
        _RANGE_BEFORE.search(text, max(0, start - 40), start)
        or _RANGE_AFTER.match(text, end)
        or _BETWEEN.search(text, max(0, start - 9), start)
    )


@dataclass(frozen=True, slots=True)
class Quantity:
    """A measured quantity: `text == source[start:end]` (number and unit), `value` in km2 or percent."""

    start: int
    end: int
    text: str
    value: float
    qualifier: str = "exact"


@folding
def find_areas(text: str) -> list[Quantity]:
    """All areas in `text`, converted to square kilometres and rounded to 2 decimals; vague amounts and
    ranges are left out."""
    found = []
    for amount in find_amounts(text):
        unit = _AREA_UNIT.match(text, amount.end)
        if unit is None or amount.value is None or _ends_range(text, amount.start, unit.end()):
            continue
        value = round(amount.value * KM2_PER[str(unit.lastgroup)], 2)
        qualifier, _ = qualifier_of(text, amount.start, amount.end)
        found.append(Quantity(amount.start, unit.end(), text[amount.start : unit.end()], value, qualifier))
    return found


@folding
def find_shares(text: str) -> list[Quantity]:
    """All shares of a whole in `text` in percent: "20%", "twelve percent", "two-thirds", "a fifth of", "half of".

    The ends of a range ("15 to 20 percent") are left out.
    """
    found = []
    for amount in find_amounts(text):
        sign = _PERCENT.match(text, amount.end)
        if sign and amount.value is not None and not _ends_range(text, amount.start, sign.end()):
            qualifier, _ = qualifier_of(text, amount.start, amount.end)
            found.append(Quantity(amount.start, sign.end(), text[amount.start : sign.end()], amount.value, qualifier))
    for match in _FRACTION.finditer(text):
        if not (_CLEAR.search(match.group()) or _FRACTION_AFTER.match(text, match.end())):
            continue
        if match["half"]:
            if _HALF_BEFORE.search(text, max(0, match.start() - 10), match.start()):
                continue
            value = 50.0
        else:
            value = round(100 * _MANY[match["many"].lower()] / _PARTS[match["part"].lower()], 2)
        qualifier, _ = qualifier_of(text, match.start(), match.end())
        found.append(Quantity(match.start(), match.end(), match.group(), value, qualifier))
    return sorted(found, key=lambda q: q.start)
