"""Events in the form of the wire's schemas: what is told of them, weighed by the heart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from claims.events.compare import MOST_TOLD, value_told
from claims.events.editor import Editor
from claims.events.happening import Contradiction
from claims.events.summary import Told, summary
from claims.model import Member
from service import wire
from store.events import ChangeView, EventClaim, EventView

MOST_CLAIMS = MOST_TOLD


def event(found: EventView) -> dict[str, Any]:
    """An event for schemas.event.Event."""
    links = {"self": f"/v1/events/{found.id}"}
    return {
        "id": found.id,
        "kind": found.kind,
        "family": found.family,
        "state": found.state,
        "date": {"from": found.first, "to": found.last, "stated": found.dated},
        "claims_count": found.claims_count,
        "articles_count": found.articles_count,
        "contradicted": found.contradicted,
        "version": found.version,
        "created_at": found.created_at,
        "updated_at": found.updated_at,
        "links": links
        | {
            "claims": f"{links['self']}/claims",
            "changes": f"{links['self']}/changes",
            "merged_into": None if found.merged_into is None else f"/v1/events/{found.merged_into}",
        },
    }


def event_in_full(
    found: EventView, members: Sequence[Member], claims: Iterable[EventClaim], editor: Editor
) -> dict[str, Any]:
    """An event for schemas.event.EventInFull."""
    weighed, contradictions = summary(members), editor.contradictions(members)
    return event(found) | {
        "contradicted": bool(contradictions),
        "independent_sources": weighed.independent_sources,
        "told": [_told(one) for one in weighed.told],
        "contradictions": [_contradiction(one) for one in contradictions],
        "claims": [event_claim(one) for one in claims],
    }


def event_claim(found: EventClaim) -> dict[str, Any]:
    """A claim of an event for schemas.event.EventClaim."""
    return {"membership": "confirmed" if found.confirmed else "suggested", "claim": wire.claim(found.claim)}


def event_change(found: ChangeView) -> dict[str, Any]:
    """What a person did to an event, for schemas.event.EventChange."""
    told: Mapping[str, Any] = found.details
    return {
        "id": found.id,
        "event_id": found.event_id,
        "action": found.action,
        "reviewer": found.reviewer,
        "by_key": found.by_key,
        "reason": found.reason,
        "claims": told.get("claims", []),
        "from": told.get("from"),
        "into": told.get("into"),
        "created_at": found.created_at,
    }


def _told(one: Told) -> dict[str, Any]:
    return value_told(one.value) | {
        "field": one.field,
        "articles": one.articles,
        "independent_sources": one.independent_sources,
    }


def _contradiction(one: Contradiction) -> dict[str, Any]:
    values = [value_told(value) for value in one.values]
    claims = list(dict.fromkeys(claim for value in values for claim in value["claims"]))
    return {"field": one.field, "reason": one.reason, "values": values, "claims": claims}
