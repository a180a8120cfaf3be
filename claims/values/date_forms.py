"""The forms that single time expressions take: a pattern each, and what its words mean.

A form is matched at one position of the text; where forms compete, the longest match wins. What several of them make
together (ranges, lists, bounds) is the matter of claims.values.date_phrases.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from claims.values import date_meaning as meaning
from claims.values.date_words import (
    CLOSED,
    COUNT,
    DAY,
    DAYTIME,
    FULL_MONTH,
    HOLIDAY,
    MONTH,
    ORDERS,
    PART,
    SEASON,
    UNIT,
    VAGUE,
    WEEKDAY,
    WHICH,
    YEAR,
)
from claims.values.expressions import Expression, Vague
from claims.values.relative import Period

Match = re.Match[str]
Build = Callable[[Match], Expression | None]

# The words before an expression that show that a bare year, season or "May" is one.
_TIME_CUE = re.compile(
    r"\b(?:in|since|until|till|by|before|after|from|between|of|during|through|throughout|for|around|circa|about|to|year"
    r"|on|mid|early|late|as of)[ -](?:the )?$",
    re.IGNORECASE,
)
_DAY_CUE = re.compile(r"\b(?:on|by|until|till|since|from|before|after|between|to) $", re.IGNORECASE)
_MONTH_OWNED = re.compile(
    r"[’']s\b|[-–—/](?:[A-Z])| (?:talks|meeting|summit|round|truce|ceasefire|exchange|swap|vote)\b"
)
_NAME_NEXT = re.compile(r" [A-Z][a-z]")
_NEITHER = frozenset({"May", "March"})
_WINDOW = 14


@dataclass(frozen=True, slots=True)
class Form:
    """A pattern and what its match means. `cue` tells of a match that needs one whether the text before it has it."""

    pattern: re.Pattern[str]
    build: Build
    cue: Callable[[str, Match], bool] | None = None


def _cue(pattern: re.Pattern[str]) -> Callable[[str, Match], bool]:
    return lambda text, m: bool(pattern.search(text, max(0, m.start() - _WINDOW), m.start()))


_TIMELY, _DATED = _cue(_TIME_CUE), _cue(_DAY_CUE)
_ON = _cue(
    re.compile(r"\b(?:on|in|at|over|during|late|early|later|earlier|since|until|by|before|after) $", re.IGNORECASE)
)


def _is_year(text: str, m: Match) -> bool:
    enclosed = text[max(0, m.start() - 1) : m.start()] == "(" and text[m.end() : m.end() + 1] in (")", ",", "-", "–")
    return enclosed or _TIMELY(text, m)


def _is_month(text: str, m: Match) -> bool:
    cued = _TIMELY(text, m) or bool(_MONTH_OWNED.match(text, m.end()))
    return cued or not (m["month"] in _NEITHER or _NAME_NEXT.match(text, m.end()))


_OF_YEAR = (
    rf"(?:(?:,? | of )(?P<year>{YEAR})|,?(?: of)? (?P<rel>last|this|next) year\b"
    r"|(?: of)? (?P<then>that|the same) year\b)?"
)
# Behind these "that" joins a clause.
_TELLING = re.compile(
    r"\b(?:sa(?:id|ys?|ying)|t(?:old|ells?) \w+|add(?:ed|s|ing)|claim(?:ed|s|ing)?|not(?:ed|es|ing)|announc(?:ed|es)"
    r"|confirm(?:ed|s|ing)?|report(?:ed|s|ing)?|warn(?:ed|s|ing)?|so|insist(?:ed|s|ing)?) $"
)
_TO = "(?: ?[-–—] ?|/| to | through | until )"
_SO_MANY = rf"(?P<count>{COUNT})(?P<half> and a half)? (?P<unit>{UNIT})s?\b(?P<half2> and a half)?"
_ABOUT = "(?:(?:about|some|around|nearly|almost|roughly|exactly|just|barely|only) )?"
_MORE_LESS = (
    "(?:(?:(?P<more>(?:(?:well|just|a little) )?(?:more than|over)|at least)|(?P<less>less than|under|not even)"
    "|about|some|around|nearly|almost|roughly|exactly|just|barely|only) )?"
)
_CAPITAL_MONTH, _CAPITAL_WEEKDAY = f"(?-i:{MONTH})", f"(?-i:{WEEKDAY})"


def _form(pattern: str, build: Build, cue: Callable[[str, Match], bool] | None = None) -> Form:
    return Form(re.compile(pattern), build, cue)


def _free(pattern: str, build: Build, cue: Callable[[str, Match], bool] | None = None) -> Form:
    return Form(re.compile(pattern, re.IGNORECASE), build, cue)


def _points_back(text: str, match: Match) -> bool:
    """Whether "that" means the month, and joins no clause ("said that May was late")."""
    return _TELLING.search(text, max(0, match.start() - 14), match.start()) is None


_EVENT = (
    "(?:invasion|war|annexation|elections?|agreements?|accords?|deal|treaty|summit|talks|offensive|coup|revolution"
    "|referendum|ceasefire|truce|uprising|attack|campaign|counteroffensive)"
)

DIGIT_FORMS = (
    _form(r"(?P<y>(?:1[5-9]|20)\d\d)-(?P<m>0[1-9]|1[0-2])-(?P<d>0[1-9]|[12]\d|3[01])(?![\w-])", meaning.iso),
    _form(r"(?P<a>\d{1,2})(?P<sep>[./])(?P<b>\d{1,2})(?P=sep)(?P<y>(?:19|20)\d\d)(?![\w/]|\.\d)", meaning.dotted),
    _form(rf"(?P<day>{DAY}){_TO}(?:the )?(?P<day2>{DAY}) (?:of )?(?P<month>{MONTH}){_OF_YEAR}", meaning.days),
    _form(rf"(?P<day>{DAY}) (?:of )?(?P<month>{MONTH}){_OF_YEAR}", meaning.day),
    _form(rf"(?P<year>{YEAR})[-–/](?P<short>\d\d)(?![\w-]|[.,]\d)", meaning.years, _is_year),
    _form(rf"(?P<year>{YEAR})", meaning.year, _is_year),
    _form(rf"(?P<year>{YEAR})(?= {_EVENT}\b)", meaning.year, _cue(re.compile(r"(?:\b[Tt]he|[’']s) $"))),
)
MONTH_FORMS = (
    _form(rf"(?P<month>{MONTH}) (?:the )?(?P<day>{DAY}){_OF_YEAR}", meaning.day),
    _form(rf"(?P<month>{MONTH}) (?P<day>{DAY}){_TO}(?:the )?(?P<day2>{DAY})(?! {MONTH}){_OF_YEAR}", meaning.days),
    _form(
        rf"(?P<month>{MONTH})(?:(?:,? | of )(?P<year>{YEAR})|,?(?: of)? (?P<rel>last|this|next) year\b"
        r"| of (?P<then>that|the same) year\b)",
        meaning.month,
    ),
    _form(rf"(?P<month>{FULL_MONTH})", meaning.month, _is_month),
)
WEEKDAY_FORMS = (
    _form(
        rf"(?P<weekday>{WEEKDAY}),?{DAYTIME},? (?:the )?(?P<month>{MONTH}) (?:the )?(?P<day>{DAY}){_OF_YEAR}",
        meaning.day,
    ),
    _form(
        rf"(?P<weekday>{WEEKDAY}),?{DAYTIME},? (?:the )?(?P<day>{DAY}) (?:of )?(?P<month>{MONTH}){_OF_YEAR}",
        meaning.day,
    ),
    _form(rf"(?P<weekday>{WEEKDAY}){DAYTIME}(?:,?(?: of)? (?P<week>last|this|next) week\b)?{DAYTIME}", meaning.weekday),
)
HOLIDAY_FORM = _free(
    rf"(?:the )?(?P<which>{WHICH} )?(?-i:(?=[A-Z]))(?P<name>{HOLIDAY})"
    rf"(?:(?:,? | of )(?P<year>{YEAR})|(?: of)? (?P<rel>last|this|next) year\b)?",
    meaning.holiday,
)
WORD_FORMS = (
    _free(rf"the (?P<day>{DAY})(?:(?<=[a-z])| of)(?: day)?(?: of)? (?P<month>{_CAPITAL_MONTH}){_OF_YEAR}", meaning.day),
    _free(rf"(?P<part>{PART})(?P<which>{WHICH} )?(?P<month>{_CAPITAL_MONTH}){_OF_YEAR}", meaning.month),
    _free(rf"(?P<which>{WHICH}) (?P<month>{_CAPITAL_MONTH})", meaning.month),
    _free(rf"(?P<then>that|the same) (?P<month>{_CAPITAL_MONTH})(?!,? \d)", meaning.month_then, _points_back),
    _free(
        rf"(?:the )?(?P<part>early|mid)(?:dle)?-?(?:[ -](?:to|or)[ -]|/)(?P<part2>mid|late)[ -]"
        rf"(?P<month>{_CAPITAL_MONTH}){_OF_YEAR}",
        meaning.two_parts,
    ),
    _free(rf"(?P<part>{PART})(?P<year>{YEAR})", meaning.year),
    _free(r"(?:the )?(?:year )(?P<year>(?:1[5-9]|20)\d\d)\b", meaning.year),
    _free(
        rf"(?P<part>{PART})?(?:the )?(?P<which>{WHICH} )?(?P<season>{SEASON})"
        rf"(?:(?:,? | of | in )(?P<year>{YEAR})|(?: of)? (?P<rel>last|this|next) year\b)",
        meaning.season,
    ),
    _free(rf"(?P<part>{PART})?(?P<which>{WHICH}) (?P<season>{SEASON})", meaning.season),
    _free(rf"(?P<part>{PART})(?P<season>{SEASON}){CLOSED}(?! of (?!last|this|next))", meaning.season),
    _free(rf"(?:the )?(?P<season>{SEASON}){CLOSED}(?! of)", meaning.season, _TIMELY),
    _free(
        rf"(?:the )?(?P<part>{PART})?(?:the )?(?:(?P<year>(?:1[5-9]|20)\d0)|[’']?(?P<short>[2-9]0))[’']?s\b",
        meaning.decade,
    ),
    _free(
        rf"(?:the )?(?P<part>{PART})?(?:the )?(?P<order>\d\d(?:st|nd|rd|th)|{'|'.join(ORDERS)})[ -]century\b",
        meaning.century,
    ),
    _free(
        rf"(?:(?:early|late|earlier|later)(?: on)? )?(?P<which>{WHICH} |the (?:previous|preceding|following|coming) )?"
        rf"(?P<weekday>{_CAPITAL_WEEKDAY}){DAYTIME}(?:,?(?: of)? (?P<week>last|this|next) week\b)?",
        meaning.weekday,
    ),
    _free(
        r"(?:(?:early|late|earlier|later)(?: on)? )?(?:the day before yesterday|the day after tomorrow|yesterday|today"
        rf"|tonight|tomorrow|overnight|last (?:night|evening)|this (?:morning|afternoon|evening)){DAYTIME}\b",
        meaning.spoken,
    ),
    _free(
        rf"(?P<part>{PART})?(?:(?P<side>earlier|later) )?(?P<which>last|(?:the |this )?coming|this past|this|next"
        r"|the current) (?P<unit>week|weekend|month|quarter|year|decade|century|fortnight)\b(?!-)",
        meaning.period,
    ),
    _free(r"the (?P<which>past|last|next) (?P<unit>weekend)\b", meaning.period),
    _free(r"the (?P<unit>week|weekend|month|year) (?P<side>before last|after next)\b", meaning.last_but_one),
    _free(r"(?P<side>earlier|later) in the (?P<unit>day|week|month|year)\b", meaning.so_far),
    _free(r"the (?P<unit>week|month|year) (?:is (?:out|over)|ends)\b", meaning.part_of_now),
    _free(rf"(?P<part>{PART})the (?P<unit>week|month|year|decade|century)\b", meaning.part_of_now),
    _free(r"(?P<part>(?:the )?end[- ]of[- ])(?P<unit>month|year|week)\b", meaning.part_of_now),
    _free(r"(?P<unit>year|month|week)(?P<part>(?:[’']s)?[ -]end)\b", meaning.part_of_now),
    _free(r"the weekend\b", lambda _: Period("weekend", None), _ON),
    _free(rf"{_MORE_LESS}{_SO_MANY} ago\b", meaning.ago),
    _free(
        rf"{_ABOUT}{_SO_MANY} (?P<side>earlier|later|before|after|afterwards?"
        rf"|prior)\b{CLOSED}(?:(?<=er)(?<!fter)|(?! the))",
        meaning.later,
    ),
    # "Two days after the raid", "the day before they met": a time, but of an event whose own time is not said.
    _free(rf"(?:{_ABOUT}{_SO_MANY}|the day) (?:before|after)(?= )", lambda _: Vague()),
    _free(rf"{_ABOUT}{_SO_MANY} (?:from now|from today|hence)\b", meaning.hence),
    _free(
        rf"(?P<prep>in under|in less than|within|in)(?: the space of)? {_ABOUT}{_SO_MANY}(?P<time>[’']s? time)?{CLOSED}"
        r"(?! of)",
        meaning.in_a_while,
    ),
    _free(
        r"(?:the )?(?:very )?(?P<which>same|next|following|previous|preceding) "
        r"(?P<unit>day|night|morning|afternoon|evening)\b",
        meaning.same,
    ),
    _free(r"the (?P<which>same|previous|preceding|following) (?P<unit>week|month|year)\b", meaning.same),
    _free(
        rf"the (?P<which>past|last|next|coming) (?:(?P<count>{COUNT}) )?"
        rf"(?P<unit>{UNIT.replace('weekend|', '')})(?P<plural>s?)\b(?!-)",
        meaning.stretch,
    ),
    _free(rf"(?P<which>past|last|next) (?P<count>{COUNT}) (?P<unit>{UNIT})(?P<plural>s?)\b(?!-)", meaning.stretch),
    _free(
        r"(?P<which>that) (?P<unit>same day|day|night|morning|afternoon|evening|week|month|year)\b", meaning.same, _ON
    ),
    _free(
        r"the (?P<unit>day|week|month|year) (?P<which>before|after)(?=[.,;:)”\"]|$| (?:in|at|when|and|but|that"
        r"|to|with)\b)",
        meaning.same,
    ),
    HOLIDAY_FORM,
    _free(
        rf"the (?P<day>\d{{1,2}})(?:st|nd|rd|th)(?: of (?P<which>last|this|next) month)?{CLOSED}(?! of)",
        meaning.day_of_month,
        _DATED,
    ),
    _free(rf"Q(?P<n>[1-4])(?: of)? (?P<year>{YEAR})", meaning.quarter),
    _free(VAGUE + r"\b", lambda _: Vague()),
)
