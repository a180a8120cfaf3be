"""Whether two numbers can be of one thing: rounding and bounds are no contradiction."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import Any

from claims.events.happening import Marks
from claims.model import Fact

# Nobody rounds people by more than this share, nor less than a hundred of them.
_ROUNDED, _LEAST_ROUND = 0.05, 100
_ABOUT, _NEAR = 0.1, 0.8
# There are not so many people.
_MOST = 10**10


@dataclass(frozen=True, slots=True)
class Count:
    """A number of people. `each` says that it holds for each of two sides, `sided` that it is of one."""

    number: int | None
    qualifier: str
    each: bool = False
    sided: bool = False

    @property
    def exact(self) -> bool:
        """Whether it is told as the very number."""
        return self.number is not None and self.qualifier == "exact"


def count_of(fact: Fact) -> Count:
    """The number in a fact's values."""
    values: Any = fact.values
    each, sided = bool(values.get("per_side")), bool(values.get("side"))
    return Count(values.get("count"), values.get("qualifier") or "exact", each, sided)


def agree(one: Count, other: Count) -> bool:
    """Whether both can be true of the same people; a vague number agrees with any."""
    if one.number is None or other.number is None:
        return True
    if one.each == other.each and one.sided == other.sided:
        return _agree(one.number, one.qualifier, other.number, other.qualifier)
    each, whole = (one, other) if one.each or (one.sided and not other.each) else (other, one)
    if whole.sided or whole.each:
        return _agree(one.number, one.qualifier, other.number, other.qualifier)
    # What is told without a word on the sides may be the number of one of them or of both.
    return any(
        _agree(times * (each.number or 0), each.qualifier, whole.number or 0, whole.qualifier) for times in (1, 2)
    )


def near(one: Count, other: Count) -> bool:
    """Whether the numbers are so near each other that they are told of the same people, be one of them wrong."""
    if one.number is None or other.number is None:
        return False
    least, most = sorted((one.number, other.number))
    return agree(one, other) or (most > 0 and least / most >= _NEAR)


def is_rounding(round_number: int, number: int) -> bool:
    """Whether the first may be the second, rounded: 1,200 for 1,212 and 200 for 195, but not 190 for 195."""
    step = 1
    while round_number and round_number % (step * 10) == 0:
        step *= 10
    off = round_number - number
    small = abs(off) <= round_number * _ROUNDED
    return step > 1 and round_number >= _LEAST_ROUND and small and -step / 2 < off <= step / 2


def marks_of(count: Count) -> Marks:
    """By what numbers that agree find each other: exact ones by themselves or what they round to, others, and these
    with exact ones, by their size. A number that is no number finds none."""
    if count.number is None or not 0 < count.number < _MOST:
        return Marks((), ())
    size = int(log(count.number, 1.2))
    sizes = range(size - 1, size + 2)
    if not count.exact:
        return Marks((f"size:{size}", f"vague:{size}"), tuple(f"size:{n}" for n in sizes))
    number = count.number
    rounded = {n for step in (10, 100, 1000, 10_000) if is_rounding(n := _nearest(number, step), number)}
    kept = [f"{number}", f"size:{size}", *(f"near:{n}" for n in rounded)]
    sought = [f"{number}", f"near:{number}", *(f"{n}" for n in rounded), *(f"vague:{n}" for n in sizes)]
    return Marks(tuple(dict.fromkeys(kept)), tuple(dict.fromkeys(sought)))


def _nearest(number: int, step: int) -> int:
    return (number + step // 2) // step * step


def _agree(one: int, qualifier: str, other: int, other_qualifier: str) -> bool:
    if one == other:
        return True
    if qualifier == other_qualifier == "exact":
        return is_rounding(one, other) or is_rounding(other, one)
    low, high = _bounds(one, qualifier)
    other_low, other_high = _bounds(other, other_qualifier)
    return low <= other_high and other_low <= high


def _bounds(number: int, qualifier: str) -> tuple[float, float]:
    if qualifier == "at_least":
        return number, float("inf")
    if qualifier == "at_most":
        return 0, number
    if qualifier == "about":
        return number * (1 - _ABOUT), number * (1 + _ABOUT)
    return number, number
