"""When a claim's fact may have been, and how well two such times agree."""

from __future__ import annotations

from datetime import date, timedelta
from enum import IntEnum

from claims.model import Claim, DateValue, Fact, Status

# A time of so many days at most names the day of a happening; a longer one, the stretch in which it lies.
_NARROW = 2
# Longer ones ("in 2024", "since March") could hold any number of happenings.
WIDEST = 62
_BEFORE, _AHEAD = 7, 30
# What is told of what lies ahead, and of what has come.
FORWARD = (Status.SCHEDULED, Status.PROPOSED, Status.UNSCHEDULED)
HELD = frozenset((Status.OCCURRED, Status.ONGOING))


class Meeting(IntEnum):
    """How well two times agree."""

    APART = 0
    UNSURE = 1
    LOOSE = 2
    EXACT = 3


def stated(when: DateValue | None) -> tuple[date, date] | None:
    """The days that a time expression names, None where it is open, too long or unresolved."""
    if when is None or when.first is None or when.last is None or (when.last - when.first).days >= WIDEST:
        return None
    return when.first, when.last


def open_stretch(when: DateValue | None) -> bool:
    """Whether a time is told which is too long, or open, for one happening to be told by it."""
    return when is not None and (when.first is not None or when.last is not None) and stated(when) is None


def left_open(claim: Claim, published_on: date | None) -> tuple[date, date] | None:
    """The days that a claim without a date leaves room for: about its publication, ahead or behind by its status."""
    if published_on is None or open_stretch(claim.date):
        return None
    behind, ahead = _BEFORE, 0
    if claim.status in FORWARD:
        behind, ahead = 0, _AHEAD
    elif claim.status is Status.CANCELLED:
        ahead = _AHEAD
    return _shifted(published_on, -behind), _shifted(published_on, ahead)


def narrow(fact: Fact) -> bool:
    """Whether the fact names its day."""
    return fact.dated and length(fact) <= _NARROW


def length(fact: Fact) -> int:
    """How many days the fact may have been on; more than any where it does not say."""
    if fact.first is None or fact.last is None:
        return WIDEST + 1
    return (fact.last - fact.first).days + 1


def meeting(one: Fact, other: Fact) -> Meeting:
    """How well the times of two facts agree: EXACT for one day, LOOSE where they may be one, UNSURE where nothing is
    stated that speaks for or against it."""
    if one.first is None or one.last is None or other.first is None or other.last is None:
        return Meeting.UNSURE
    if one.last < other.first or other.last < one.first:
        return Meeting.APART if one.dated and other.dated else Meeting.UNSURE
    return Meeting.EXACT if narrow(one) and narrow(other) else Meeting.LOOSE


def gap(one: Fact, other: Fact) -> int:
    """How many days lie between two facts, 0 where they meet; many where one of them has no time."""
    if one.first is None or one.last is None or other.first is None or other.last is None:
        return WIDEST
    return max(0, (one.first - other.last).days, (other.first - one.last).days)


def _shifted(day: date, days: int) -> date:
    try:
        return day + timedelta(days)
    except OverflowError:
        return day
