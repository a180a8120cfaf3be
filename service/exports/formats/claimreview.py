"""JSON-LD: schema.org's ClaimReview, of claims on which a verdict is published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from service.exports.contract import Batch, Format, Frame
from service.exports.jsonlist import filled, json_list
from service.exports.nodes import CONTEXT, claim_node
from service.exports.words import web_address
from store.claims import ClaimView
from store.reviews import ReviewView

_BEST, _WORST = "true", "false"


def ranked(scale: Sequence[str]) -> Sequence[str]:
    """The verdicts of a scale that have a rank, the best first. What stands beyond "true" and "false" (unproven,
    disputed) is no lesser truth and has none; a scale without these two is taken as it stands."""
    if _BEST not in scale or _WORST not in scale:
        return scale
    best, worst = scale.index(_BEST), scale.index(_WORST)
    return scale[best : worst + 1] if best < worst else scale[worst : best + 1][::-1]


def _write(batches: Iterable[Batch], frame: Frame) -> Iterator[bytes]:
    scale = ranked(frame.verdicts)
    nodes = (
        [
            filled(_node(claim, review, scale, frame.root))
            for claim in batch.claims
            for review in batch.reviews.get(claim.id, ())
        ]
        for batch in batches
    )
    return json_list({"@context": CONTEXT}, "@graph", nodes)


def _node(claim: ClaimView, review: ReviewView, scale: Sequence[str], root: str) -> dict[str, Any]:
    said = review.content
    published = review.published_at or review.updated_at
    return {
        "@type": "ClaimReview",
        "@id": f"urn:uuid:{review.id}",
        "url": f"{root}/v1/reviews/{review.id}",
        "author": {"name": review.reviewer} if review.reviewer else None,
        "datePublished": published.isoformat(),
        "dateModified": review.updated_at.isoformat(),
        "claimReviewed": claim.quote,
        "reviewBody": said.rationale,
        "reviewRating": _rating(str(said.verdict), scale),
        "citation": [
            {"@type": "CreativeWork", "url": web_address(one["url"]), "name": one.get("title")} for one in said.evidence
        ],
        "itemReviewed": claim_node(claim),
    }


def _rating(verdict: str, scale: Sequence[str]) -> dict[str, Any]:
    rating: dict[str, Any] = {"@type": "Rating", "alternateName": verdict}
    if verdict in scale:
        rating |= {"ratingValue": len(scale) - scale.index(verdict), "bestRating": len(scale), "worstRating": 1}
    return rating


FORMAT = Format(
    suffix="claimreview.jsonld",
    name="ClaimReview",
    media_type="application/ld+json",
    profile="https://schema.org/ClaimReview",
    write=_write,
    title="schema.org ClaimReviews",
    told="Each published review of a claim as a schema.org `ClaimReview`; claims without a published verdict are left "
    "out. `reviewRating` counts from 1, the worst, along the scale from true to false; verdicts off that line have "
    "their name alone",
    reviewed=True,
    order=21,
)
