"""Claims in the words of schema.org."""

from __future__ import annotations

from typing import Any

from service.exports import places
from service.exports.places import Spot
from service.exports.words import web_address
from store.claims import ClaimView

CONTEXT = "https://schema.org"


def claim_node(claim: ClaimView) -> dict[str, Any]:
    """The claim as a schema.org Claim. Who is a person and who an organisation is not known, and so not said."""
    days = [day.isoformat() if day is not None else ".." for day in (claim.date_from, claim.date_to)]
    return {
        "@type": "Claim",
        "@id": f"urn:uuid:{claim.id}",
        "identifier": claim.id,
        "text": claim.quote,
        "author": {"name": claim.speaker} if claim.speaker else None,
        "datePublished": claim.published_at,
        "dateCreated": claim.created_at.isoformat(),
        "dateModified": claim.updated_at.isoformat(),
        "temporalCoverage": None if days == ["..", ".."] else "/".join(days),
        "contentLocation": [_place_node(spot) for spot in places.of(claim)],
        "about": [{"name": party} for party in _parties(claim)],
        "keywords": [claim.kind, claim.status],
        "creativeWorkStatus": claim.state,
        "appearance": {
            "@type": "Article",
            "@id": web_address(claim.url),
            "url": web_address(claim.deep_link),
            "headline": claim.title,
            "datePublished": claim.published_at,
            "publisher": {"@type": "Organization", "name": claim.publisher} if claim.publisher else None,
        },
    }


def _parties(claim: ClaimView) -> list[str]:
    given = claim.details.get("parties") or [claim.details.get("actor"), claim.details.get("side")]
    return [one for one in given if one]


def _place_node(spot: Spot) -> dict[str, Any]:
    point = None if spot.lat is None else {"@type": "GeoCoordinates", "latitude": spot.lat, "longitude": spot.lon}
    address = {"@type": "PostalAddress", "addressRegion": spot.region, "addressCountry": spot.country}
    located = spot.region or spot.country
    return {
        "@type": "Place",
        "name": spot.name,
        "address": address if located else None,
        "geo": point,
        "sameAs": spot.geonames,
    }
