"""Entries of the views, of invented events, for the documentation."""

from __future__ import annotations

from typing import Any

_EVENT_ID = "019723f0-5b1c-7a55-a2b1-4d5e6f708192"
_CLAIM_ID = "5b0d3c52-6c2f-5f0e-9a37-6a7f0f1f2c3d"


def _entry(day: str, contradicted: bool) -> dict[str, Any]:
    return {
        "event_id": _EVENT_ID,
        "date": {"from": day, "to": day, "stated": True},
        "contradicted": contradicted,
        "claims_count": 2,
        "articles_count": 2,
        "links": {"event": f"/v1/events/{_EVENT_ID}"},
    }


TALK_PAGE = {
    "items": [
        _entry("2025-06-09", False)
        | {
            "status": "scheduled",
            "parties": ["Kenya", "Somalia"],
            "place": {"name": "Nairobi", "geonames_id": 184745, "region": None, "country": "KE"},
            "round": None,
            "format": "meeting",
        }
    ],
    "next_cursor": None,
}


CALENDAR = "\r\n".join(
    [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Claimtrail//Claims//EN",
        "CALSCALE:GREGORIAN",
        "NAME:Claimtrail: talks",
        "X-WR-CALNAME:Claimtrail: talks",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "BEGIN:VEVENT",
        "SUMMARY:[scheduled] meeting: Kenya – Somalia",
        "DTSTART;VALUE=DATE:20250609",
        "DTEND;VALUE=DATE:20250610",
        "DTSTAMP:20250603T081503Z",
        f"UID:urn:uuid:{_EVENT_ID}",
        "SEQUENCE:0",
        "STATUS:CONFIRMED",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
)


def _told(status: str, speaker: str, quote: str) -> dict[str, Any]:
    return {
        "claim_id": _CLAIM_ID,
        "status": status,
        "actor": "Somalia",
        "action": "captured",
        "share_percent": None,
        "date": {"from": "2025-06-02", "to": "2025-06-02", "stated": True},
        "speaker": speaker,
        "publisher": "The Daily Example",
        "told_on": "2025-06-03",
        "quote": quote,
    }


CONTROL_PAGE = {
    "items": [
        _entry("2025-06-02", True)
        | {
            "claims": [_told("occurred", "Somalia's army", "The army took Jilib on Monday, it said.")],
            "denials": [_told("denied", "al-Shabab", "Al-Shabab denied that Jilib had been taken on Monday.")],
        }
    ],
    "next_cursor": None,
}


def _number(side: str, low: int, high: int) -> dict[str, Any]:
    return {"side": side, "category": "prisoners", "low": low, "high": high}


EXCHANGE_PAGE = {
    "items": [
        _entry("2025-06-06", True)
        | {
            "family": "handover",
            "numbers": [_number("Kenya", 195, 207), _number("Somalia", 195, 207)],
            "totals": [_number("Kenya", 495, 507), _number("Somalia", 495, 507)],
        }
    ],
    "next_cursor": None,
}
