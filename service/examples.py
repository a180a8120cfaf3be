"""One invented article and what becomes of it, for the documentation."""

from __future__ import annotations

import hashlib
from typing import Any

from claims.model import EXTRACTOR_VERSION

_ARTICLE_ID = "019723f0-5b1c-7a52-9d0e-3f6a1c2b4d5e"
_JOB_ID = "019723f0-5b1c-7a53-8c41-0a9b8c7d6e5f"
_CLAIM_ID = "5b0d3c52-6c2f-5f0e-9a37-6a7f0f1f2c3d"
_TIME = "2025-06-03T08:15:02.481000+00:00"
_LATER = "2025-06-03T08:15:03.027000+00:00"
_REVIEWED = "2025-06-12T14:02:10.220000+00:00"
_REVIEWED_AGAIN = "2025-06-13T07:40:55.903000+00:00"
_TEXT = (
    "The talks make progress. Envoys of Kenya and Somalia will meet in Nairobi on June 9, Kenya's foreign minister "
    "told Radio Lamu."
)
_QUOTE = "Envoys of Kenya and Somalia will meet in Nairobi on June 9, Kenya's foreign minister told Radio Lamu."
_START = _TEXT.index(_QUOTE)
_PASSED_OVER = "The talks make progress."
_URL = "https://daily.example/2025/06/03/envoys"
_SENT = {
    "url": _URL,
    "title": "Envoys to meet in Nairobi",
    "publisher": "The Daily Example",
    "published_at": "2025-06-03T09:30:00+03:00",
    "language": "en",
    "external_id": "cms-48213",
}

SOURCE: dict[str, Any] = {"form": "text", "sha256": hashlib.sha256(_TEXT.encode()).hexdigest(), "fetched": None}
ARTICLE_IN: dict[str, Any] = {"text": _TEXT, **_SENT}


def _article(status: str, reading: str, claims: int, state: str = "current") -> dict[str, Any]:
    return {
        "id": _ARTICLE_ID,
        **_SENT,
        "revision": 1,
        "state": state,
        "status": status,
        "reading": {"state": reading, "reason": None},
        "source": SOURCE,
        "claims_count": claims,
        "created_at": _TIME,
        "updated_at": _TIME,
        "links": {
            "self": f"/v1/articles/{_ARTICLE_ID}",
            "claims": f"/v1/articles/{_ARTICLE_ID}/claims",
            "abstentions": f"/v1/articles/{_ARTICLE_ID}/abstentions",
            "source": f"/v1/articles/{_ARTICLE_ID}/revisions/1/source",
            "job": f"/v1/jobs/{_JOB_ID}",
        },
    }


def _job(status: str) -> dict[str, Any]:
    ended = status == "finished"
    return {
        "id": _JOB_ID,
        "status": status,
        "attempts": int(ended),
        "queued_at": _TIME,
        "started_at": _LATER if ended else None,
        "ended_at": _LATER if ended else None,
        "error": None,
        "article_id": _ARTICLE_ID,
        "links": {
            "self": f"/v1/jobs/{_JOB_ID}",
            "article": f"/v1/articles/{_ARTICLE_ID}",
            "claims": f"/v1/articles/{_ARTICLE_ID}/claims",
        },
    }


CLAIM: dict[str, Any] = {
    "id": _CLAIM_ID,
    "kind": "talks",
    "status": "scheduled",
    "state": "current",
    "quote": _QUOTE,
    "date": {"text": "on June 9", "from": "2025-06-09", "to": "2025-06-09", "edtf": "2025-06-09", "precision": "day"},
    "attribution": {"speaker": "Kenya's foreign minister", "via": "Radio Lamu", "cue": "told"},
    "details": {
        "parties": ["Kenya", "Somalia"],
        "place": {
            "name": "Nairobi",
            "canonical": "Nairobi",
            "region": "Nairobi",
            "country": "KE",
            "lat": -1.28,
            "lon": 36.82,
            "geonames_id": 184745,
            "candidates": [],
        },
        "round": None,
        "format": "meeting",
    },
    "source": {
        "article_id": _ARTICLE_ID,
        "revision": 1,
        "url": _URL,
        "deep_link": f"{_URL}#:~:text=Envoys%20of%20Kenya,Radio%20Lamu.",
        "publisher": _SENT["publisher"],
        "title": _SENT["title"],
        "published_at": _SENT["published_at"],
        "start": _START,
        "end": _START + len(_QUOTE),
        "prefix": _TEXT[:_START],
        "suffix": "",
    },
    "explanation": {"rule": "talks.meet", "trigger": "meet", "fields": {"parties": "Envoys of Kenya and Somalia"}},
    "confidence": 0.9,
    "extractor": EXTRACTOR_VERSION,
    "created_at": _LATER,
    "updated_at": _LATER,
}
ABSTENTION: dict[str, Any] = {
    "kind": "talks",
    "rule": "talks.noun",
    "trigger": "talks",
    "quote": _PASSED_OVER,
    "start": 0,
    "end": len(_PASSED_OVER),
    "reason": "no time is told for the talks, nor that there is none",
    "revision": 1,
}
ARTICLE = _article("finished", "read", 1)
ARTICLE_WITH_TEXT = {**ARTICLE, "text": _TEXT}
WITHDRAWN = _article("finished", "read", 0, "withdrawn")
JOB = _job("queued")
SUBMITTED = {"article": _article("queued", "waiting", 0), "job": JOB, "duplicate": False}
READ = {"article": ARTICLE, "job": _job("finished"), "duplicate": False, "claims": [CLAIM]}
DUPLICATE = {"article": ARTICLE, "job": _job("finished"), "duplicate": True}
ARTICLE_PAGE = {"items": [ARTICLE], "next_cursor": None}
CLAIM_PAGE = {"items": [CLAIM], "next_cursor": None}
ABSTENTION_PAGE = {"items": [ABSTENTION], "next_cursor": None}
_REVIEW_ID = "01972a10-3c4d-7b61-8e2f-5a6b7c8d9e0f"
_EVIDENCE = {"url": "https://ministry.example/notes/31", "title": "Note to the press", "note": "It names June 10."}
_CORRECTION = {"field": "date.from", "value": "2025-06-10", "reason": "The ministry moved the meeting by a day."}
REVIEW_IN: dict[str, Any] = {
    "verdict": "mostly true",
    "rationale": "The envoys met, a day later than was said.",
    "evidence": [_EVIDENCE],
    "corrections": [_CORRECTION],
    "assignee": None,
    "reviewer": "Wanjiru Example",
    "state": "published",
}
REVIEW: dict[str, Any] = {
    "id": _REVIEW_ID,
    "subject": {"type": "claim", "id": _CLAIM_ID},
    "version": 1,
    "state": "published",
    "verdict": REVIEW_IN["verdict"],
    "rationale": REVIEW_IN["rationale"],
    "evidence": [_EVIDENCE],
    "corrections": [
        {"field": "date.from", "value": "2025-06-10", "machine": "2025-06-09", "reason": _CORRECTION["reason"]}
    ],
    "assignee": None,
    "reviewer": REVIEW_IN["reviewer"],
    "by_key": "fact-check desk",
    "reason": None,
    "created_at": _REVIEWED,
    "updated_at": _REVIEWED,
    "published_at": _REVIEWED,
    "links": {
        "self": f"/v1/reviews/{_REVIEW_ID}",
        "subject": f"/v1/claims/{_CLAIM_ID}",
        "versions": f"/v1/reviews/{_REVIEW_ID}/versions",
    },
}
REVIEW_PATCH = {"verdict": "true", "reason": "The date was a slip of the agency's.", "reviewer": "Otieno Example"}
REVIEW_CHANGED = {**REVIEW, "version": 2, "updated_at": _REVIEWED_AGAIN, **REVIEW_PATCH}
REVIEW_PAGE = {"items": [REVIEW_CHANGED], "next_cursor": None}
REVIEW_HISTORY = {"items": [REVIEW, REVIEW_CHANGED], "next_cursor": None}
VERDICTS = {"verdicts": ["true", "mostly true", "half true", "mostly false", "false", "unproven", "disputed"]}
PROBLEM: dict[str, Any] = {
    "type": "about:blank",
    "title": "Unprocessable Content",
    "status": 422,
    "detail": "The body does not say what is wanted.",
    "errors": [{"pointer": "/url", "code": "invalid_url", "detail": "Only http and https addresses are taken."}],
    "request_id": "019723f0-5b1c-7a54-b3f0-1d2c3b4a5968",
}
BATCH_RESULT = {"items": [{"status": 202, **SUBMITTED}, {"status": 422, "problem": PROBLEM}]}
