"""Whatever a reading holds is written: counts beyond any column, the first day and the last, odd words, any status."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from claims.model import Attribution, Claim, DateValue, Explanation, Place, Precision, Status, plain

TEXT = "Mali and Niger met. 𝔐ali and Niger mét 3 times\u200b\u202e.\r\nIt was late.\t" * 3
# Texts hold neither NUL nor lone surrogates: both are refused at the door and left out of pages.
WORDS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=40)
COUNTS = st.none() | st.integers(-(2**80), 2**80) | st.sampled_from((0, 2**31, 2**63 - 1, 2**63, -(2**63) - 1, 10**300))
DAYS = st.none() | st.dates() | st.sampled_from((date.min, date.max))
PLACES = st.builds(
    Place,
    name=WORDS,
    canonical=st.none() | WORDS,
    region=st.none() | WORDS,
    lat=st.none() | st.floats(-90, 90),
    lon=st.none() | st.floats(-180, 180),
    geonames_id=st.none() | st.integers(0, 2**40),
)
DETAILS = {
    "talks": st.fixed_dictionaries(
        {"parties": st.lists(WORDS, max_size=4), "place": st.none() | PLACES, "round": COUNTS}
    ),
    "prisoners": st.fixed_dictionaries(
        {"count": COUNTS, "count_low": COUNTS, "count_high": COUNTS, "side": st.none() | WORDS}
    ),
}


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    kind = draw(st.sampled_from(sorted(DETAILS)))
    start = draw(st.integers(0, len(TEXT) - 2))
    end = draw(st.integers(start + 1, len(TEXT)))
    when = st.builds(
        DateValue, WORDS, DAYS, DAYS, st.none() | WORDS.map(lambda w: w[:64]), st.none() | st.sampled_from(Precision)
    )
    return Claim(
        kind=kind,
        status=draw(st.sampled_from(Status)),
        start=start,
        end=end,
        quote=TEXT[start:end],
        details=draw(DETAILS[kind]),
        explanation=Explanation(f"{kind}.rule", draw(WORDS), draw(st.dictionaries(WORDS, WORDS, max_size=3))),
        value_words=draw(WORDS),
        date=draw(st.none() | when),
        attribution=draw(st.builds(Attribution, *[st.none() | WORDS] * 3)),
        confidence=draw(st.floats(0, 1)),
    )


def extreme(count: int, day: date) -> Claim:
    return Claim(
        "prisoners",
        Status.OCCURRED,
        0,
        4,
        "Mali",
        {"count": count, "count_low": count, "count_high": count, "side": "x" * 1_000},
        Explanation("prisoners.rule", "x"),
        str(count),
        DateValue("then", day, day, str(day), Precision.DAY),
        Attribution("y" * 5_000),
        1.0,
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(claims(), min_size=1, max_size=6))
@example([extreme(2**63, date.max), extreme(-(2**63) - 1, date.min), extreme(10**300, date.max)])
def test_any_reading_is_written_and_comes_back_as_it_was(desk: Any, found: list[Claim]) -> None:
    article = desk.read(TEXT, found)
    stored = desk.claims(articles=(article,))
    assert {(c.start, c.end) for c in stored} == {(c.start, c.end) for c in found}
    told = {_told(c.quote, c.details, c.confidence, c.date_from, c.date_to, c.speaker) for c in stored}
    assert told == {
        _told(
            c.quote,
            plain(c.details),
            c.confidence,
            c.date.first if c.date else None,
            c.date.last if c.date else None,
            c.attribution.speaker,
        )
        for c in found
    }


def _told(quote: str, details: Any, *others: Any) -> tuple[Any, ...]:
    return (quote, json.dumps(details, sort_keys=True), *others)


@pytest.mark.parametrize("day", [date.min, date(9999, 12, 31)])
@pytest.mark.parametrize("count", [2**63, 10**300, -(2**63) - 1, -(10**300)])
def test_a_count_beyond_any_and_a_day_at_the_end_of_time_are_found_by_filters(desk: Any, count: int, day: date) -> None:
    desk.read(TEXT, [extreme(count, day)])
    bound = {"count_min": 2**62} if count > 0 else {"count_max": -(2**62)}
    assert desk.quotes(**bound) == {"Mali"}
    assert desk.quotes(date_from=day, date_to=day) == {"Mali"}


def test_every_claim_of_a_text_that_says_one_thing_three_thousand_times_is_written(desk: Any) -> None:
    text = "Mali and Niger met. " * 3_000
    found = [
        Claim("talks", Status.OCCURRED, at, at + 19, text[at : at + 19], {}, Explanation("talks.rule", "met"), "met")
        for at in range(0, len(text), 20)
    ]
    submitted = desk.submit(text)
    (taken,) = desk.take()
    assert desk.commit(taken, found)
    assert desk.article(submitted.article.id).claims_count == 3_000
