"""The example's claim and its review as the store has them, for exports to be made of in the documentation."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from service.examples import CLAIM, REVIEW
from store.claims import ClaimView
from store.reviews import Content, ReviewView


def claim_view() -> ClaimView:
    """The claim of service.examples."""
    when, source = CLAIM["date"], CLAIM["source"]
    same: dict[str, Any] = {
        name: CLAIM[name]
        for name in ("id", "kind", "status", "state", "quote", "details", "explanation", "confidence", "extractor")
    }
    return ClaimView(
        **same,
        **CLAIM["attribution"],
        **source,
        date_text=when["text"],
        date_from=date.fromisoformat(when["from"]),
        date_to=date.fromisoformat(when["to"]),
        date_edtf=when["edtf"],
        date_precision=when["precision"],
        created_at=datetime.fromisoformat(CLAIM["created_at"]),
        updated_at=datetime.fromisoformat(CLAIM["updated_at"]),
    )


def review_view() -> ReviewView:
    """The review of service.examples."""
    said = ("state", "verdict", "rationale", "evidence", "corrections", "assignee")
    return ReviewView(
        id=REVIEW["id"],
        subject_type="claim",
        subject_id=REVIEW["subject"]["id"],
        version=REVIEW["version"],
        content=Content(**{name: REVIEW[name] for name in said}),
        reviewer=REVIEW["reviewer"],
        by_key=REVIEW["by_key"],
        reason=REVIEW["reason"],
        created_at=datetime.fromisoformat(REVIEW["created_at"]),
        updated_at=datetime.fromisoformat(REVIEW["updated_at"]),
        published_at=datetime.fromisoformat(REVIEW["published_at"]),
    )
