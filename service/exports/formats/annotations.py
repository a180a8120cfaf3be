"""JSON-LD: W3C Web Annotations, which mark each claim in its article."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from service.exports.contract import Batch, Format, Frame
from service.exports.jsonlist import filled, json_list
from service.exports.words import headline, web_address
from store.claims import ClaimView

_PROFILE = "http://www.w3.org/ns/anno.jsonld"


def _write(batches: Iterable[Batch], frame: Frame) -> Iterator[bytes]:
    nodes = ([filled(_node(claim, frame.root)) for claim in batch.claims] for batch in batches)
    return json_list({"@context": _PROFILE}, "@graph", nodes)


def _node(claim: ClaimView, root: str) -> dict[str, Any]:
    said = f"{headline(claim)}\n{claim.speaker}" if claim.speaker else headline(claim)
    tags = [{"type": "TextualBody", "purpose": "tagging", "value": tag} for tag in (claim.kind, claim.status)]
    return {
        # Of the annotation; the claim that it is about has one of its own.
        "id": f"urn:uuid:{uuid.uuid5(uuid.UUID(claim.id), 'annotation')}",
        "type": "Annotation",
        "motivation": "describing",
        "created": claim.created_at.isoformat(),
        "modified": claim.updated_at.isoformat(),
        "generator": {"id": root, "type": "Software", "name": f"Claimtrail {claim.extractor}"},
        "body": [
            {"type": "TextualBody", "purpose": "describing", "value": said, "format": "text/plain"},
            {"id": f"{root}/v1/claims/{claim.id}", "format": "application/json", "purpose": "linking"},
            *tags,
        ],
        "target": {
            "source": web_address(claim.url),
            "selector": [
                {"type": "TextQuoteSelector", "exact": claim.quote, "prefix": claim.prefix, "suffix": claim.suffix},
                {"type": "TextPositionSelector", "start": claim.start, "end": claim.end},
            ],
        },
    }


FORMAT = Format(
    suffix="annotations.jsonld",
    name="Annotations",
    media_type="application/ld+json",
    profile=_PROFILE,
    write=_write,
    title="Web Annotations",
    told="Each claim as a W3C Web Annotation whose target is the article's URL, with the quote and its position as "
    "selectors. Positions count Unicode code points of the revision's text",
    order=22,
)
