"""One invented news item, and what becomes of it, for the documentation."""

from __future__ import annotations

from typing import Any

from service.examples import JOB, SUBMITTED

_GUID = "urn:newsml:desk.example:2025-06-03T09:12:44.104772:9f0c1a7e-8d0c-4d3f-a0f4-5c2f6f1f8a11"
ITEM: dict[str, Any] = {
    "guid": _GUID,
    "version": "3",
    "type": "text",
    "pubstatus": "usable",
    "headline": "Envoys to meet in Nairobi",
    "body_html": "<p>Envoys of Kenya and Somalia will meet in Nairobi on June 9, Kenya's foreign minister told Radio "
    "Lamu.</p>",
    "language": "en",
    "source": "The Daily Example",
    "firstcreated": "2025-06-03T09:12:44+0300",
    "versioncreated": "2025-06-03T09:30:00+0300",
    "priority": 6,
}
_ARTICLE: dict[str, Any] = dict(SUBMITTED["article"])  # type: ignore[call-overload]
TAKEN: dict[str, Any] = {
    "guid": _GUID,
    "outcome": "taken",
    "reason": None,
    "article": _ARTICLE
    | {
        "url": f"https://ninjs.invalid/{_GUID}",
        "published_at": ITEM["firstcreated"],
        "external_id": _GUID,
    },
    "job": JOB,
}
IGNORED: dict[str, Any] = {
    "guid": "tag:desk.example:2025:picture-7",
    "outcome": "ignored",
    "reason": "Only items of the type text are taken in; this one's is picture.",
    "article": None,
    "job": None,
}
