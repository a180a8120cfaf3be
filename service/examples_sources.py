"""What became of the invented article's sentences later, for the documentation."""

from __future__ import annotations

import hashlib
from typing import Any

from service.examples import ARTICLE, ARTICLE_WITH_TEXT, CLAIM, SOURCE

_CLAIM_ID, _QUOTE, _SOURCE = CLAIM["id"], CLAIM["quote"], CLAIM["source"]
_SEEN_FIELDS = ("id", "kind", "status", "quote", "date", "attribution", "details")
_BEFORE = {name: CLAIM[name] for name in _SEEN_FIELDS} | {"start": _SOURCE["start"], "end": _SOURCE["end"]}
_LATER_QUOTE = _QUOTE.replace("June 9", "June 11")
_AFTER = {
    **_BEFORE,
    "id": "c1f7a0de-8d0b-5c1a-8f40-6c1b7e0d9a52",
    "quote": _LATER_QUOTE,
    "date": {"text": "on June 11", "from": "2025-06-11", "to": "2025-06-11", "edtf": "2025-06-11", "precision": "day"},
    "end": _SOURCE["start"] + len(_LATER_QUOTE),
}
DIFF: dict[str, Any] = {
    "article_id": _SOURCE["article_id"],
    "from": 1,
    "to": 2,
    "changes": [{"change": "changed", "fields": ["quote", "date.from", "date.to"], "before": _BEFORE, "after": _AFTER}],
    "unchanged": 0,
}

_TEXT = f"{_SOURCE['prefix']}{_LATER_QUOTE}"
SOURCE_CHECK_IN = {"text": _TEXT}
SOURCE_CHECK: dict[str, Any] = {
    "id": "019723f1-7a30-7b11-a2c4-5d6e7f809102",
    "claim_id": _CLAIM_ID,
    "status": "finished",
    "error": None,
    "outcome": "altered",
    "checked_at": "2025-06-05T07:40:11.204000+00:00",
    "quote": _QUOTE,
    "start": _SOURCE["start"],
    "end": len(_TEXT),
    "found": _LATER_QUOTE,
    "differences": [{"op": "replace", "old": "9,", "new": "11,"}],
    "candidates": 1,
    "text_sha256": hashlib.sha256(_TEXT.encode()).hexdigest(),
    "text_length": len(_TEXT),
}
SOURCE_CHECK_QUEUED = {
    **dict.fromkeys(SOURCE_CHECK),
    "id": SOURCE_CHECK["id"],
    "claim_id": _CLAIM_ID,
    "status": "queued",
    "quote": _QUOTE,
    "differences": [],
}
SOURCE_CHECK_PAGE = {"items": [SOURCE_CHECK], "next_cursor": None}
PROOF: dict[str, Any] = {
    "claim_id": _CLAIM_ID,
    "article_id": ARTICLE["id"],
    "revision": 1,
    "quote": _QUOTE,
    "start": _SOURCE["start"],
    "end": _SOURCE["end"],
    "quote_matches": True,
    "text_sha256": hashlib.sha256(ARTICLE_WITH_TEXT["text"].encode()).hexdigest(),
    "source": SOURCE | {"kept": True, "matches": True},
    "links": {"claim": f"/v1/claims/{_CLAIM_ID}", "source": ARTICLE["links"]["source"]},
}
