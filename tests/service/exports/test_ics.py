"""Calendars, as icalendar reads them back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import icalendar
import pytest

from claims.model import Status


def events_of(text: str) -> list[Any]:
    calendar = icalendar.Calendar.from_ical(text)
    assert not calendar.errors
    assert (calendar["VERSION"], calendar["X-WR-CALNAME"]) == ("2.0", calendar["NAME"])
    assert calendar["PRODID"]
    assert calendar["REFRESH-INTERVAL"].dt == timedelta(hours=1)
    found = calendar.walk("VEVENT")
    assert len(calendar.subcomponents) == len(found), "nothing but entries"
    for event in found:
        assert not event.errors
        assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "STATUS", "SUMMARY"} <= set(event)
        assert event["DTSTART"].dt < event["DTEND"].dt
    return list(found)


def test_an_entry(write: Any, claim: Any) -> None:
    (event,) = events_of(write("ics", [claim]))
    assert event["UID"] == f"urn:uuid:{claim.id}"
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2025, 6, 9), date(2025, 6, 10))
    assert event["DTSTART"].params["VALUE"] == "DATE"
    assert event["SUMMARY"] == "[scheduled] meeting: Kenya – Somalia"
    assert event["LOCATION"] == "Nairobi, KE"
    assert (event["GEO"].latitude, event["GEO"].longitude) == (-1.28, 36.82)
    assert event["STATUS"] == "CONFIRMED"
    assert event["URL"] == claim.deep_link
    assert claim.quote in event["DESCRIPTION"]
    assert event["DTSTAMP"].dt == claim.updated_at.replace(microsecond=0)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"status": "occurred"}, "CONFIRMED"),
        ({"status": "ongoing"}, "CONFIRMED"),
        ({"status": "scheduled"}, "CONFIRMED"),
        ({"status": "scheduled", "date_precision": "month"}, "TENTATIVE"),
        ({"status": "scheduled", "date_to": None}, "TENTATIVE"),
        ({"status": "proposed"}, "TENTATIVE"),
        ({"status": "denied"}, "TENTATIVE"),
        ({"status": "cancelled"}, "CANCELLED"),
        ({"status": "occurred", "state": "withdrawn"}, "CANCELLED"),
    ],
)
def test_how_sure_it_is(write: Any, claim: Any, changes: dict[str, Any], status: str) -> None:
    (event,) = events_of(write("ics", [replace(claim, **changes)]))
    assert event["STATUS"] == status
    word = "withdrawn" if changes.get("state") else changes["status"]
    assert event["SUMMARY"].startswith(f"[{word}] "), "also for those who show no status"


def test_its_days(write: Any, claim: Any) -> None:
    spans = [(date(2025, 6, 9), date(2025, 6, 11)), (None, date(2025, 6, 1)), (date(2025, 6, 1), None)]
    entries = [replace(claim, date_from=first, date_to=last) for first, last in [*spans, (None, None)]]
    found = [(event["DTSTART"].dt.day, event["DTEND"].dt.day) for event in events_of(write("ics", entries))]
    assert found == [(9, 12), (1, 2), (1, 2)], "the end is exclusive, and what is undated is left out"


def test_an_entry_ends_after_it_begins_on_the_last_day_there_is_too(write: Any, claim: Any) -> None:
    first, last = date(9999, 12, 30), date.max
    text = write("ics", [replace(claim, date_from=day, date_to=last) for day in (first, last)])
    found = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert [(event["DTSTART"].dt, event["DURATION"].dt.days) for event in found] == [(first, 2), (last, 1)]
    assert not any("DTEND" in event for event in found)


def test_the_sequence_grows_with_each_change(write: Any, claim: Any) -> None:
    times = [claim.created_at + timedelta(seconds=n) for n in (0, 1, 60, 10**8)]
    found = [events_of(write("ics", [replace(claim, updated_at=when)]))[0] for when in times]
    assert [event["SEQUENCE"] for event in found] == [0, 1, 60, 10**8]
    assert len({event["UID"] for event in found}) == 1


def test_lines_are_short_and_words_stay_words(write: Any, injection: Any) -> None:
    text = write("ics", [injection])
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert not any(ord(letter) < 32 and letter not in "\r\n" for letter in text)
    assert "\n" not in text.replace("\r\n", "")
    (event,) = events_of(text)
    assert set(event) <= set(
        "UID SEQUENCE DTSTAMP CREATED LAST-MODIFIED DTSTART DTEND SUMMARY STATUS TRANSP DESCRIPTION CATEGORIES "
        "LOCATION GEO URL".split()
    )
    assert "URL" not in event
    assert not event.subcomponents


def test_other_kinds_are_left_out(filled: Any) -> None:
    assert len(events_of(filled.http.get("/v1/claims.ics").text)) == 2
    assert events_of(filled.http.get("/v1/claims.ics?kind=prisoners").text) == []
    assert len(events_of(filled.http.get("/v1/claims.ics?kind=prisoners,talks").text)) == 2


def test_a_meeting_is_one_entry_that_changes(newsroom: Any, claim_of: Any) -> None:
    """Told in two articles, then called off: the subscriber's entry is the same one all the time."""
    text = "Envoys of Chad and Niger met in Doha."
    seen = []
    for status, published in (
        (Status.SCHEDULED, "2025-06-01"),
        (Status.SCHEDULED, "2025-06-02"),
        (Status.CANCELLED, "2025-06-03"),
    ):
        newsroom.post(newsroom.article(text=text, published_at=published))
        newsroom.read(
            claim_of(text, text, status=status, dated=date(2025, 6, 9), parties=("Chad", "Niger"), format="meeting")
        )
        (event,) = events_of(newsroom.http.get("/v1/talks.ics").text)
        seen.append((event["UID"], event["SEQUENCE"], event["STATUS"], event["DTEND"].dt))
        newsroom.wait(hours=1)
    assert len({uid for uid, *_ in seen}) == 1
    assert [status for _, _, status, _ in seen] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    sequences = [number for _, number, _, _ in seen]
    assert sequences == sorted(set(sequences)), "told more, or told otherwise"
    by_accept = newsroom.http.get("/v1/talks", headers={"Accept": "text/calendar"})
    assert by_accept.get_data() == newsroom.http.get("/v1/talks.ics").get_data()
    assert event["SUMMARY"] == "[cancelled] meeting: Chad – Niger"
