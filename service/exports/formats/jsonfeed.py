"""JSON Feed 1.1: the newest claims, for feed readers."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from service.exports.contract import Batch, Format, Frame
from service.exports.feeds import NAME, TITLE, lines
from service.exports.jsonlist import filled, json_list
from service.exports.words import headline, web_address
from store.claims import ClaimView


def _write(batches: Iterable[Batch], frame: Frame) -> Iterator[bytes]:
    head = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": TITLE,
        "feed_url": frame.address,
        "next_url": frame.following,
        "authors": [{"name": NAME}],
    }
    items = ([filled(_item(claim, frame.root)) for claim in batch.claims] for batch in batches)
    return json_list(filled(head), "items", items)


def _item(claim: ClaimView, root: str) -> dict[str, Any]:
    said = claim.speaker or claim.publisher
    own = f"{root}/v1/claims/{claim.id}"
    return {
        "id": uuid.UUID(claim.id).urn,
        "url": web_address(claim.deep_link) or own,
        "title": headline(claim),
        "content_text": lines(claim),
        "date_published": claim.created_at.isoformat(),
        "date_modified": claim.updated_at.isoformat(),
        "authors": [{"name": said}] if said else None,
        "tags": [claim.kind, claim.status],
        "_claimtrail": {"about": f"{root}/docs", "claim": own},
    }


FORMAT = Format(
    suffix="feed.json",
    name="JsonFeed",
    media_type="application/feed+json",
    write=_write,
    title="a JSON Feed",
    told="The newest claims as a JSON Feed (version 1.1). `ETag` spares a client what it has already; `next_url` leads "
    "on to older claims",
    feed=True,
    order=51,
)
