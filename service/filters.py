"""The filters of lists of claims, from a query to what the store takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.arguments import in_utc
from store.claims import ClaimFilter


def claim_filter(query: Mapping[str, Any]) -> ClaimFilter:
    """What schemas.claim.ClaimQuery read, as the store asks for it; current claims where no state is named."""
    return ClaimFilter(
        q=tuple(query.get("q", ())),
        kinds=tuple(query.get("kind", ())),
        statuses=tuple(query.get("status", ())),
        articles=tuple(str(one) for one in query.get("article", ())),
        speakers=tuple(query.get("speaker", ())),
        parties=tuple(query.get("party", ())),
        places=tuple(query.get("place", ())),
        publishers=tuple(query.get("publisher", ())),
        date_from=query.get("date_from"),
        date_to=query.get("date_to"),
        published_from=query.get("published_from"),
        published_to=query.get("published_to"),
        count_min=query.get("count_min"),
        count_max=query.get("count_max"),
        updated_since=in_utc(query["updated_since"]) if "updated_since" in query else None,
        states=tuple(query.get("state", ("current",))),
    )
