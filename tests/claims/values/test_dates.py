from __future__ import annotations

import time
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from claims.values.dates import DateMention, find_dates
from claims.values.spans import Setting

PUBLISHED = date(2025, 6, 4)  # a Wednesday

# Texts that name no time at all.
TIMELESS = [
    "It may happen that they march in single file.",
    "They March on, and May is not amused.",
    "The 15th brigade left in 2,000 trucks.",
    "Prime Minister May said April Smith and June Harlow were late.",
    "Theresa May and Jan Odem shook hands.",
    "He may go, for a second time, to the 24 Hour Diner.",
    "They lost 1500 soldiers and 300 vehicles.",
    "The division moved in 1500 soldiers and 40 tanks.",
    "It was a force of 2000 Orskan soldiers.",
    "A 2000-strong crowd gathered on Mondays.",
    "A version 2.0 of the plan was sent.",
    "The Sunday Times of Orsk ran it.",
    "Crowds dispersed after Friday prayers.",
    "The office at 24 February Street was searched.",
    "Shops shut on Black Friday.",
    "USA Today and Orsk Today ran it.",
    "The list comes out every Friday and Each Monday.",
    "They rested after a three-year break.",
    "They fought for two years, day after day, every week.",
    "It was the first meeting in three years.",
    "The fall of Orsk came as a shock.",
    "The spring offensive stalled.",
    "They left as soon as possible, shortly before the shelling.",
    "The line runs 3/4/2024 metres.",
    "The price rose to $1990 and 2022% of that.",
    "A third round, a second try, a quarter of the land.",
    "Grid 48.1990 was hit.",
]


def texts(text: str) -> list[str]:
    return [mention.text for mention in find_dates(text)]


def days(text: str, tense: str | None = "past", anchor: date | None = None) -> tuple[date | None, date | None]:
    (mention,) = find_dates(text)
    found = mention.resolve(Setting(PUBLISHED, tense, anchor))
    return found.first, found.last


@pytest.mark.parametrize("text", TIMELESS)
def test_what_is_no_time(text: str) -> None:
    assert texts(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("in mid-May and early June", ["in mid-May", "early June"]),
        ("On May 16 and 17 they met.", ["On May 16 and 17"]),
        ("On May 16, 17 and 18, 2024, they met.", ["On May 16", "17", "18, 2024"]),
        ("on 16 and 17 May", ["on 16 and 17 May"]),
        ("on May 16 and June 2", ["on May 16", "June 2"]),
        ("On May 16 and 17 soldiers came home.", ["On May 16"]),
        ("On May 16, 17 soldiers came home.", ["On May 16"]),
        ("On May 16, 200 soldiers came home.", ["On May 16"]),
        ("on Monday and again on Thursday", ["on Monday", "on Thursday"]),
        ("on Monday or Tuesday", ["on Monday", "Tuesday"]),
        ("in April and May", ["in April", "May"]),
        ("in 2022 and 2023", ["in 2022", "2023"]),
        ("from May 30 to June 2", ["from May 30 to June 2"]),
        ("May-June", ["May-June"]),
        ("between Monday and Wednesday or on Friday", ["between Monday and Wednesday", "on Friday"]),
        ("The talks were moved from Monday to Wednesday.", ["Monday", "Wednesday"]),
        ("Monday's meeting followed that of June 2.", ["Monday", "June 2"]),
        ("since Monday’s talks", ["Monday"]),
        ("The bridge passed to Ukraine last spring.", ["last spring"]),
        ("Envoys fly to Georgia later this year.", ["later this year"]),
        ("Russia today gave it up.", ["today"]),
        ("The Arab League met on Friday.", ["on Friday"]),
        ("They took over last week and gave in on Friday.", ["last week", "on Friday"]),
        ("on\u00a02\u00a0June", ["on\u00a02\u00a0June"]),
        ("on June\n2", ["on June\n2"]),
        ("İzmir, İstanbul: on June 2", ["on June 2"]),
    ],
)
def test_which_words_are_taken(text: str, expected: list[str]) -> None:
    assert texts(text) == expected


def test_a_list_shares_its_month_and_year() -> None:
    found = [
        m.resolve(Setting(PUBLISHED, "past")) for m in find_dates("on May 16, 17 and 18, 2023, and on June 2, 2024")
    ]
    assert [v.first for v in found] == [date(2023, 5, 16), date(2023, 5, 17), date(2023, 5, 18), date(2024, 6, 2)]
    found = [m.resolve(Setting(PUBLISHED, "past")) for m in find_dates("on May 16 and June 2, 2024")]
    assert [v.first for v in found] == [date(2024, 5, 16), date(2024, 6, 2)]


def test_a_weekday_tells_the_year() -> None:
    assert days("on Friday, March 1") == (date(2024, 3, 1), date(2024, 3, 1))
    assert days("on Saturday, March 1") == (date(2025, 3, 1), date(2025, 3, 1))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("the next day", date(2025, 5, 21), date(2025, 5, 21)),
        ("the following morning", date(2025, 5, 21), date(2025, 5, 21)),
        ("the same day", date(2025, 5, 20), date(2025, 5, 20)),
        ("on that day", date(2025, 5, 20), date(2025, 5, 20)),
        ("the day before.", date(2025, 5, 19), date(2025, 5, 19)),
        ("two days later", date(2025, 5, 22), date(2025, 5, 22)),
        ("a day earlier", date(2025, 5, 19), date(2025, 5, 19)),
        ("two weeks earlier", date(2025, 5, 6), date(2025, 5, 6)),
        ("the following week", date(2025, 5, 26), date(2025, 6, 1)),
        ("the previous month", date(2025, 4, 1), date(2025, 4, 30)),
        ("a month later", date(2025, 6, 1), date(2025, 6, 30)),
        ("the following Monday", date(2025, 5, 26), date(2025, 5, 26)),
        ("the previous Friday", date(2025, 5, 16), date(2025, 5, 16)),
    ],
)
def test_what_counts_from_a_day_spoken_of_before(text: str, first: date, last: date) -> None:
    assert days(text, "past", date(2025, 5, 20)) == (first, last)
    assert days(text) == (None, None)


@pytest.mark.parametrize("text", ["in two days", "in three weeks", "two days after the raid", "a day after they met"])
def test_a_stretch_of_the_past_names_no_day(text: str) -> None:
    assert days(text, "past", date(2025, 5, 20)) == (None, None)


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("since Monday", "since"),
        ("until June 10", "until"),
        ("by Friday", "until"),
        ("no later than Friday", "until"),
        ("before June 10", "before"),
        ("ahead of June 10", "before"),
        ("after June 10", "after"),
        ("from July 1", "from"),
        ("on June 2", None),
        ("from May 30 to June 2", None),
        ("soon", None),
    ],
)
def test_bounds(text: str, bound: str | None) -> None:
    (mention,) = find_dates(text)
    assert mention.bound == bound
    assert mention.text == text


def test_vague_words_are_told_from_dates() -> None:
    vague = {"recently", "soon", "in the near future", "in the coming days", "several weeks ago", "at a later date"}
    for text in (*vague, "on June 2", "last week", "since Monday"):
        (mention,) = find_dates(text)
        assert mention.text == text
        assert mention.vague == (text in vague)


MONTHS = "January February March April May June July August September October November December".split()
SHORT = "Jan. Feb. March April May June July Aug. Sept. Oct. Nov. Dec.".split()
WRITTEN = [
    lambda d: f"{MONTHS[d.month - 1]} {d.day}, {d.year}",
    lambda d: f"{SHORT[d.month - 1]} {d.day}, {d.year}",
    lambda d: f"{d.day} {MONTHS[d.month - 1]} {d.year}",
    lambda d: f"{d:%A}, {d.day} {MONTHS[d.month - 1]} {d.year}",
    lambda d: f"{d:%A}, {MONTHS[d.month - 1]} {d.day}, {d.year}",
    lambda d: d.isoformat(),
    lambda d: f"{d:%d.%m.%Y}",
]
DAYS = st.dates(date(1950, 1, 1), date(2090, 12, 31))


@given(day=DAYS, write=st.sampled_from(WRITTEN), tense=st.sampled_from(["past", "present", "future", None]))
def test_a_full_date_is_read_back_whatever_the_tense(day: date, write: object, tense: str | None) -> None:
    assert callable(write)
    (mention,) = find_dates(f"Envoys met on {write(day)} in Orsk.")
    assert mention.text == f"on {write(day)}"
    found = mention.resolve(Setting(PUBLISHED, tense))
    assert (found.first, found.last, found.edtf) == (day, day, day.isoformat())


@given(first=DAYS, length=st.integers(1, 300))
def test_a_full_range_is_read_back(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    words = f"from {WRITTEN[2](first)} to {WRITTEN[2](last)}"
    assert texts(words) == [words]
    assert days(words) == (first, last)


@given(today=DAYS, away=st.integers(0, 120))
def test_a_date_without_a_year_is_the_nearest_that_the_tense_allows(today: date, away: int) -> None:
    for tense, day in (("past", today - timedelta(days=away)), ("future", today + timedelta(days=away))):
        (mention,) = find_dates(f"on {MONTHS[day.month - 1]} {day.day}")
        assert mention.resolve(Setting(today, tense)).first == day


@given(today=DAYS, weekday=st.integers(0, 6))
def test_a_weekday_is_the_nearest_that_the_tense_allows(today: date, weekday: int) -> None:
    name = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()[weekday]
    (mention,) = find_dates(f"on {name}")
    past = mention.resolve(Setting(today, "past")).first
    future = mention.resolve(Setting(today, "future")).first
    assert past is not None
    assert future is not None
    assert past.weekday() == future.weekday() == weekday
    assert today - timedelta(days=7) < past <= today <= future < today + timedelta(days=7)


WORDS = """
May June 2 16 31 2024 1990s , - – and to from between since until by the of in on at early late mid- first half week
year last next this Monday Friday’s Christmas Day spring Q1 a two days ago later in soon recently 10:30 . / 02.06.2025
2025-06-02 century 20th overnight eve after before weekend half night of the
"""
PIECES = st.sampled_from(WORDS.split())


@given(
    st.lists(PIECES, max_size=40).map(" ".join) | st.text(alphabet="MayJune 0123456789-–.,/ofinthebySat’", max_size=200)
)
@example("June 31 and February 30, 0000")
@example("the 99th century, 29 February 1900")
def test_any_text_gives_mentions_that_lie_in_it_in_order(text: str) -> None:
    last = 0
    for mention in find_dates(text):
        assert last <= mention.start < mention.end <= len(text)
        assert text[mention.start : mention.end] == mention.text
        for today in (PUBLISHED, None, date.min, date.max):
            for tense in ("past", "future", None):
                found = mention.resolve(Setting(today, tense, today))
                assert found.first is None or found.last is None or found.first <= found.last
        last = mention.end


@pytest.mark.parametrize(
    "piece",
    (
        *("1 2 3 4 ", "May 1-", "the the ", "last last ", "in in a ", "from between since ", "May 1, 2, 3, 4, ", "1, "),
        *(
            "the night of ",
            "two days after ",
            "early late mid- ",
            "2024-",
            "Monday to ",
            "first talks ",
            "a ",
            "x",
            " ",
        ),
    ),
)
def test_a_hostile_text_takes_no_more_than_its_length(piece: str) -> None:
    began = time.process_time()
    find_dates((piece * 100_000)[:100_000])
    assert time.process_time() - began < 8  # linear needs a second or two, quadratic many minutes


def test_a_mention_is_a_value() -> None:
    (mention,) = find_dates("on June 2")
    assert mention == DateMention(0, 9, "on June 2", mention.expression)
    assert hash(mention) == hash(find_dates("on June 2")[0])
