"""GeoJSON (RFC 7946): a point for each place of a claim that is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from service.exports import places
from service.exports.contract import Batch, Format, Frame
from service.exports.jsonlist import json_list
from service.exports.words import web_address
from store.claims import ClaimView


def _write(batches: Iterable[Batch], _: Frame) -> Iterator[bytes]:
    features = ([feature for claim in batch.claims for feature in _features(claim)] for batch in batches)
    return json_list({"type": "FeatureCollection", "attribution": places.CREDIT}, "features", features)


def _features(claim: ClaimView) -> Iterator[dict[str, Any]]:
    for number, spot in enumerate(places.of(claim)):
        if spot.lat is not None and spot.lon is not None:
            yield {
                "type": "Feature",
                "id": f"{claim.id}/{number}" if number else claim.id,
                "geometry": {"type": "Point", "coordinates": [spot.lon, spot.lat]},
                "properties": {
                    "claim_id": claim.id,
                    "kind": claim.kind,
                    "status": claim.status,
                    "state": claim.state,
                    "place": spot.name,
                    "region": spot.region,
                    "country": spot.country,
                    "geonames_id": spot.geonames_id,
                    "date_text": claim.date_text,
                    "date_from": _day(claim.date_from),
                    "date_to": _day(claim.date_to),
                    "quote": claim.quote,
                    "speaker": claim.speaker,
                    "via": claim.via,
                    "publisher": claim.publisher,
                    "published_at": claim.published_at,
                    "url": web_address(claim.deep_link),
                    "confidence": claim.confidence,
                    "attribution": places.CREDIT,
                },
            }


def _day(day: Any) -> str | None:
    return None if day is None else day.isoformat()


FORMAT = Format(
    suffix="geojson",
    name="GeoJson",
    media_type="application/geo+json",
    write=_write,
    title="GeoJSON",
    told="A point for each place of a claim whose coordinates are known, with its date and who says it. Places of "
    "which it is unsure which one is meant (`candidates`) are left out, and so are claims without a place. A point "
    "says where something is said to be, not what is true there. The coordinates are from GeoNames (CC BY 4.0)",
    order=30,
)
