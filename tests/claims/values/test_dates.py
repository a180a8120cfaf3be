from __future__ import annotations

import time
from datetime import date

import pytest
from edtf import parse_edtf
from hypothesis import given
from hypothesis import strategies as st

from claims.values.dates import find_dates
from claims.values.spans import Setting

PUBLISHED = date(2025, 6, 4)  # a Wednesday

# Text, tense, first and last day of the first time expression in it.
ROWS = [
    ("They met on June 2.", "past", "2025-06-02", "2025-06-02"),
    ("on June 2, 2024 in", "past", "2024-06-02", "2024-06-02"),
    ("on 2 June they", "past", "2025-06-02", "2025-06-02"),
    ("on Monday, June 2, he", "past", "2025-06-02", "2025-06-02"),
    ("in mid-May and early June", "past", "2025-05-11", "2025-05-20"),
    ("between June 20 and June 30", "future", "2025-06-20", "2025-06-30"),
    ("between March 5 and 9", "past", "2025-03-05", "2025-03-09"),
    ("from May 30 to June 2", "past", "2025-05-30", "2025-06-02"),
    ("May 23-25", "past", "2025-05-23", "2025-05-25"),
    ("in May 2024", "past", "2024-05-01", "2024-05-31"),
    ("in September 2022", "past", "2022-09-01", "2022-09-30"),
    ("on Friday", "past", "2025-05-30", "2025-05-30"),
    ("on Friday", "future", "2025-06-06", "2025-06-06"),
    ("last week", "past", "2025-05-26", "2025-06-01"),
    ("next week", "future", "2025-06-09", "2025-06-15"),
    ("since February 2022", "past", "2022-02-01", None),
    ("until June 10", "future", None, "2025-06-10"),
    ("by the end of May", "past", None, "2025-05-31"),
    ("before the end of June", "future", None, "2025-06-30"),
    ("in 2014", "past", "2014-01-01", "2014-12-31"),
    ("last spring", "past", "2025-03-01", "2025-05-31"),
    ("in the summer of 2023", "past", "2023-06-01", "2023-08-31"),
    ("yesterday", "past", "2025-06-03", "2025-06-03"),
    ("overnight", "past", "2025-06-03", "2025-06-04"),
    ("three days ago", "past", "2025-06-01", "2025-06-01"),
    ("over the past two months", "past", "2025-04-04", "2025-06-04"),
    ("recently", "past", None, None),
    ("in the near future", "future", None, None),
    ("later this year", "future", "2025-06-04", "2025-12-31"),
    ("this month", "past", "2025-06-01", "2025-06-30"),
    ("at the weekend", "past", "2025-05-31", "2025-06-01"),
    ("on Easter Monday", "past", "2025-04-21", "2025-04-21"),
    ("2025-06-02", "past", "2025-06-02", "2025-06-02"),
    ("02.06.2025", "past", "2025-06-02", "2025-06-02"),
    ("in late August", "past", "2024-08-21", "2024-08-31"),
    ("late Friday", "past", "2025-05-30", "2025-05-30"),
    ("in two weeks", "future", "2025-06-16", "2025-06-22"),
    ("Monday’s session", "past", "2025-06-02", "2025-06-02"),
    ("October’s BRICS summit", "past", "2024-10-01", "2024-10-31"),
    ("in the first half of 2024", "past", "2024-01-01", "2024-06-30"),
    ("the end of June", "future", "2025-06-21", "2025-06-30"),
    ("in the 1990s", "past", "1990-01-01", "1999-12-31"),
    ("in early 2023", "past", "2023-01-01", "2023-04-30"),
    ("Between 1989 and 1990", "past", "1989-01-01", "1990-12-31"),
    ("on 5 September 2016", "past", "2016-09-05", "2016-09-05"),
    ("this weekend", "future", "2025-06-07", "2025-06-08"),
    ("before the month is out", "future", None, "2025-06-30"),
    ("in early July", "future", "2025-07-01", "2025-07-10"),
    ("the summit on April 27", "past", "2025-04-27", "2025-04-27"),
    ("a week ago", "past", "2025-05-26", "2025-06-01"),
    ("within three days", "future", "2025-06-04", "2025-06-07"),
    ("in the coming days", "future", None, None),
    ("soon", "future", None, None),
    ("on the 15th, in", "future", "2025-06-15", "2025-06-15"),
    ("tomorrow", "future", "2025-06-05", "2025-06-05"),
    ("June 10-12", "future", "2025-06-10", "2025-06-12"),
    ("from 10 to 12 June", "future", "2025-06-10", "2025-06-12"),
    ("between 10 and 12 June", "future", "2025-06-10", "2025-06-12"),
    ("in early 2024", "past", "2024-01-01", "2024-04-30"),
    ("in the middle of May", "past", "2025-05-11", "2025-05-20"),
    ("after June 10", "future", "2025-06-11", None),
    ("as of June 1", "past", "2025-06-01", None),
    ("this spring", "past", "2025-03-01", "2025-05-31"),
    ("next Friday", "future", "2025-06-13", "2025-06-13"),
    ("last Friday", "past", "2025-05-30", "2025-05-30"),
    ("Friday next week", "future", "2025-06-13", "2025-06-13"),
    ("in the last three weeks", "past", "2025-05-14", "2025-06-04"),
    ("a year ago", "past", "2024-01-01", "2024-12-31"),
    ("in December", "past", "2024-12-01", "2024-12-31"),
    ("in December", "future", "2025-12-01", "2025-12-31"),
    ("on Christmas Eve", "past", "2024-12-24", "2024-12-24"),
    ("on Sept. 3, 2024", "past", "2024-09-03", "2024-09-03"),
    ("the 3rd of September 2024", "past", "2024-09-03", "2024-09-03"),
    ("since Monday", "past", "2025-06-02", None),
    ("by Sunday", "future", None, "2025-06-08"),
    ("in mid-2024", "past", "2024-05-01", "2024-08-31"),
    ("earlier this week", "past", "2025-06-02", "2025-06-04"),
    ("today", "past", "2025-06-04", "2025-06-04"),
    ("last night", "past", "2025-06-03", "2025-06-03"),
    ("at the end of 2024", "past", "2024-09-01", "2024-12-31"),
]

# Texts that name no time at all.
TIMELESS = [
    "It may happen that they march in single file.",
    "The 15th brigade left in 2,000 trucks.",
    "President May said April Smith was late.",
    "He may go, for a second time, to the 24 Hour Diner.",
    "They lost 1500 soldiers and 300 vehicles.",
    "A version 2.0 of the plan was sent.",
]


def iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


@pytest.mark.parametrize(("text", "tense", "first", "last"), ROWS)
def test_dates(text: str, tense: str, first: str | None, last: str | None) -> None:
    mention = find_dates(text)[0]
    assert text[mention.start : mention.end] == mention.text
    found = mention.resolve(Setting(PUBLISHED, tense))
    assert (iso(found.first), iso(found.last)) == (first, last)
    assert (found.edtf is None) == (first is None and last is None)
    if found.edtf is not None and ".." not in found.edtf:
        parse_edtf(found.edtf)


@pytest.mark.parametrize("text", TIMELESS)
def test_what_is_no_time(text: str) -> None:
    assert find_dates(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("in mid-May and early June", ["in mid-May", "early June"]),
        ("On May 16 and 17 they met.", ["On May 16", "17"]),
        ("on Monday and again on Thursday", ["on Monday", "on Thursday"]),
        ("from May 30 to June 2", ["from May 30 to June 2"]),
        ("Monday's meeting followed that of June 2.", ["Monday", "June 2"]),
        ("16 and 17 May", ["17 May"]),
    ],
)
def test_several_times_in_one_text(text: str, expected: list[str]) -> None:
    assert [m.text for m in find_dates(text)] == expected


def test_without_a_publication_day_only_full_dates_are_resolved() -> None:
    nowhere = Setting(None, "past")
    assert find_dates("on Friday")[0].resolve(nowhere).first is None
    assert find_dates("on 3 May 2021")[0].resolve(nowhere).first == date(2021, 5, 3)


def test_what_counts_from_a_day_spoken_of_before() -> None:
    setting = Setting(PUBLISHED, "past", date(2025, 5, 20))
    for text, day in (("the next day", 21), ("the same day", 20), ("two days later", 22), ("a day earlier", 19)):
        assert find_dates(text)[0].resolve(setting).first == date(2025, 5, day)


@given(st.text(alphabet="MayJune 0123456789-–.,/ofintheby", max_size=200))
def test_any_text_gives_mentions_that_lie_in_it(text: str) -> None:
    last = 0
    for mention in find_dates(text):
        assert last <= mention.start < mention.end <= len(text)
        assert text[mention.start : mention.end] == mention.text
        mention.resolve(Setting(PUBLISHED, "future"))
        last = mention.end


def test_a_long_hostile_text_takes_no_time() -> None:
    began = time.process_time()
    for piece in ("1 2 3 4 ", "May 1-", "the the ", "last last ", "in in a "):
        find_dates((piece * 1000)[:5000])
    assert time.process_time() - began < 5
