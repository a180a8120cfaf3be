"""What the store gives, in the form of the wire's schemas."""

from __future__ import annotations

from typing import Any

from claims.diff import Diff
from claims.model import Sighting, plain
from service import wire_sources
from store.abstentions import AbstentionView
from store.articles import ArticleView
from store.claims import ClaimView
from store.jobs import JobView
from store.reviews import ReviewView


def job(found: JobView) -> dict[str, Any]:
    """A job for schemas.job.Job."""
    return {
        "id": found.id,
        "status": found.status,
        "attempts": found.attempts,
        "queued_at": found.queued_at,
        "started_at": found.started_at,
        "ended_at": found.ended_at,
        "error": found.error,
        "article_id": found.article_id,
        "links": {
            "self": f"/v1/jobs/{found.id}",
            "article": f"/v1/articles/{found.article_id}",
            "claims": f"/v1/articles/{found.article_id}/claims",
        },
    }


def article(found: ArticleView) -> dict[str, Any]:
    """An article for schemas.article.Article and ArticleWithText. What could not be read is told as skipped."""
    state, reason = found.reading_state, found.reading_reason
    if state == "waiting" and found.job.status == "failed":
        state, reason = "skipped", found.job.error
    return {
        "id": found.id,
        "url": found.url,
        "title": found.title,
        "publisher": found.publisher,
        "published_at": found.published_at,
        "language": found.language,
        "external_id": found.external_id,
        "revision": found.revision,
        "state": found.state,
        "status": found.job.status,
        "reading": {"state": state, "reason": reason},
        "source": wire_sources.source(found.source),
        "claims_count": found.claims_count,
        "created_at": found.created_at,
        "updated_at": found.updated_at,
        "links": {
            "self": f"/v1/articles/{found.id}",
            "claims": f"/v1/articles/{found.id}/claims",
            "abstentions": f"/v1/articles/{found.id}/abstentions",
            "source": wire_sources.source_path(found.id, found.revision),
            "job": f"/v1/jobs/{found.job.id}",
        },
        "text": found.text,
    }


def claim(found: ClaimView) -> dict[str, Any]:
    """A claim for schemas.claim.Claim."""
    date = {
        "text": found.date_text,
        "from": found.date_from,
        "to": found.date_to,
        "edtf": found.date_edtf,
        "precision": found.date_precision,
    }
    return {
        "id": found.id,
        "kind": found.kind,
        "status": found.status,
        "state": found.state,
        "quote": found.quote,
        "date": None if found.date_text is None else date,
        "attribution": {"speaker": found.speaker, "via": found.via, "cue": found.cue},
        "details": found.details,
        "source": {
            "article_id": found.article_id,
            "revision": found.revision,
            "url": found.url,
            "deep_link": found.deep_link,
            "publisher": found.publisher,
            "title": found.title,
            "published_at": found.published_at,
            "start": found.start,
            "end": found.end,
            "prefix": found.prefix,
            "suffix": found.suffix,
        },
        "explanation": found.explanation,
        "confidence": found.confidence,
        "extractor": found.extractor,
        "created_at": found.created_at,
        "updated_at": found.updated_at,
    }


def abstention(found: AbstentionView) -> dict[str, Any]:
    """An abstention for schemas.abstention.Abstention."""
    return {
        "kind": found.kind,
        "rule": found.rule,
        "trigger": found.trigger,
        "quote": found.quote,
        "start": found.start,
        "end": found.end,
        "reason": found.reason,
        "revision": found.revision,
    }


def review(found: ReviewView) -> dict[str, Any]:
    """A review for schemas.review.Review, in whichever version it was found."""
    said = found.content
    return {
        "id": found.id,
        "subject": {"type": found.subject_type, "id": found.subject_id},
        "version": found.version,
        "state": said.state,
        "verdict": said.verdict,
        "rationale": said.rationale,
        "evidence": said.evidence,
        "corrections": said.corrections,
        "assignee": said.assignee,
        "reviewer": found.reviewer,
        "by_key": found.by_key,
        "reason": found.reason,
        "created_at": found.created_at,
        "updated_at": found.updated_at,
        "published_at": found.published_at,
        "links": {
            "self": f"/v1/reviews/{found.id}",
            "subject": f"/v1/{found.subject_type}s/{found.subject_id}",
            "versions": f"/v1/reviews/{found.id}/versions",
        },
    }


def diff(article_id: str, from_: int, to: int, found: Diff) -> dict[str, Any]:
    """A diff for schemas.diff.Diff."""
    return {
        "article_id": article_id,
        "from": from_,
        "to": to,
        "changes": [
            {"change": str(one.change), "fields": one.fields, "before": _seen(one.before), "after": _seen(one.after)}
            for one in found.changes
        ],
        "unchanged": found.unchanged,
    }


def _seen(claim: Sighting | None) -> dict[str, Any] | None:
    if claim is None:
        return None
    when = claim.date
    date = None
    if when is not None:
        date = {"text": when.text, "from": when.first, "to": when.last, "edtf": when.edtf, "precision": when.precision}
    return {
        "id": claim.id,
        "kind": claim.kind,
        "status": claim.status,
        "quote": claim.quote,
        "date": date,
        "attribution": plain(claim.attribution),
        "details": claim.details,
        "start": claim.start,
        "end": claim.end,
    }
