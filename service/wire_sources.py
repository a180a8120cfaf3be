"""Sources, and proofs by them, in the form of the wire's schemas."""

from __future__ import annotations

from typing import Any

from claims.model import plain
from store.source_checks import SourceCheckView
from store.source_looks import LookView
from store.sources import Proof, SourceView, sha256


def source(found: SourceView | None) -> dict[str, Any] | None:
    """A source for schemas.source.Received."""
    if found is None:
        return None
    fetched = None
    if found.fetched_at is not None:
        fetched = {"at": found.fetched_at, "url": found.url, "status": found.status, "headers": found.headers}
    return {"form": found.form, "sha256": found.sha256, "fetched": fetched}


def source_path(article_id: str, revision: int) -> str:
    """Where the source of a revision is."""
    return f"/v1/articles/{article_id}/revisions/{revision}/source"


def proof(found: Proof) -> dict[str, Any]:
    """A proof for schemas.source.Proof."""
    proven = None
    if found.kept is not None:
        body = found.kept.body
        matches = None if body is None else sha256(body) == found.kept.source.sha256
        proven = {**(source(found.kept.source) or {}), "kept": body is not None, "matches": matches}
    return {
        "claim_id": found.claim_id,
        "article_id": found.article_id,
        "revision": found.revision,
        "quote": found.quote,
        "start": found.start,
        "end": found.end,
        "quote_matches": found.text[found.start : found.end] == found.quote,
        "text_sha256": sha256(found.text.encode()),
        "source": proven,
        "links": {
            "claim": f"/v1/claims/{found.claim_id}",
            "source": source_path(found.article_id, found.revision),
        },
    }


def check(kept: SourceCheckView) -> dict[str, Any]:
    """A source check for schemas.source_check.SourceCheck."""
    return {
        "id": kept.id,
        "claim_id": kept.claim_id,
        "status": "finished",
        "error": None,
        "checked_at": kept.checked_at,
        "quote": kept.quote,
        **plain(kept.finding),
    }


def look(found: LookView) -> dict[str, Any]:
    """An order that is not done for schemas.source_check.SourceCheck."""
    told = ("outcome", "checked_at", "start", "end", "found", "candidates", "text_sha256", "text_length")
    return {
        "id": found.id,
        "claim_id": found.claim_id,
        "status": found.status,
        "error": found.error,
        "quote": found.quote,
        "differences": [],
        **dict.fromkeys(told),
    }
