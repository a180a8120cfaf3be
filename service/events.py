"""Routes of events."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import Response, request
from marshmallow import Schema

from schemas.common import PageQuery
from schemas.event import (
    EventChangePage,
    EventClaimPage,
    EventConfirmation,
    EventInFull,
    EventMerge,
    EventPage,
    EventQuery,
    EventSplit,
)
from service import access, cursor, documented, examples_events, wire_events
from service.arguments import Routes
from service.desk import desk
from service.problems import Fault, ProblemError
from store import deeds, events
from store.deeds import Deed, NotThere
from store.events import EventFilter

routes = Routes(
    "events", __name__, url_prefix="/v1/events", description="Events: what all articles tell of one happening."
)


def _missing() -> ProblemError:
    return ProblemError(404, "There is no such event.")


def wanted_parties(query: Mapping[str, Any]) -> tuple[tuple[str, list[str]], ...]:
    """The parties that a query names, as the store asks for them."""
    return tuple((name, desk().editor.party_keys(name)) for name in query.get("party", ()))


@routes.route("", methods=["GET"])
@routes.needs("claims:read")
@routes.query(EventQuery)
@routes.response(200, EventPage, example=examples_events.EVENT_PAGE, headers=documented.LINK)
@routes.doc(operationId="listEvents", summary="Events by filter, the latest first")
def list_events(query: dict[str, Any]) -> Response:
    """One page of events, by the days on which they were."""
    wanted = EventFilter(
        kinds=tuple(query.get("kind", ())),
        states=tuple(query.get("state", ("current",))),
        contradicted=query.get("contradicted"),
        parties=wanted_parties(query),
        places=tuple(query.get("place", ())),
        articles=tuple(str(one) for one in query.get("article", ())),
        claims=tuple(str(one) for one in query.get("claim", ())),
        date_from=query.get("date_from"),
        date_to=query.get("date_to"),
    )
    return cursor.page_of(
        request,
        query,
        EventPage(),
        lambda s, after: events.page(s, wanted, after=after, limit=query["limit"]),
        wire_events.event,
    )


@routes.route("/<uuid:event_id>", methods=["GET"])
@routes.needs("claims:read")
@routes.response(200, EventInFull, example=examples_events.EVENT)
@routes.doc(operationId="getEvent", summary="One event: what is told of it, and where that does not fit together")
def get_event(event_id: UUID) -> dict[str, Any]:
    """The event, in whatever state, with the values told, who tells them, the contradictions between them, and its
    claims in the order in which they were told."""
    return _in_full(str(event_id))


def _in_full(event_id: str) -> dict[str, Any]:
    with desk().database.reading() as s:
        found = events.get(s, event_id)
        if found is None:
            raise _missing()
        members = events.members(s, [event_id]).get(event_id, [])
        claims = events.claims_of(s, event_id, after=None, limit=wire_events.MOST_CLAIMS)
    return wire_events.event_in_full(found, members, claims.items, desk().editor)


@routes.route("/<uuid:event_id>/claims", methods=["GET"])
@routes.needs("claims:read")
@routes.query(PageQuery)
@routes.response(200, EventClaimPage, example=examples_events.EVENT_CLAIM_PAGE, headers=documented.LINK)
@routes.doc(operationId="listClaimsOfEvent", summary="The claims of an event, in the order in which they were told")
def event_claims(query: dict[str, Any], event_id: UUID) -> Response:
    """One page of an event's claims. Withdrawn ones are among them where a person confirmed them."""
    return _page_of(str(event_id), query, EventClaimPage(), events.claims_of, wire_events.event_claim)


@routes.route("/<uuid:event_id>/changes", methods=["GET"])
@routes.needs("claims:read")
@routes.query(PageQuery)
@routes.response(200, EventChangePage, example=examples_events.EVENT_CHANGE_PAGE, headers=documented.LINK)
@routes.doc(operationId="listChangesOfEvent", summary="What people did to an event, the oldest first")
def event_changes(query: dict[str, Any], event_id: UUID) -> Response:
    """One page of an event's history: who confirmed, split and merged what, when and why."""
    return _page_of(str(event_id), query, EventChangePage(), events.changes, wire_events.event_change)


def _page_of(
    event_id: str,
    query: dict[str, Any],
    schema: Schema,
    find: Callable[..., Any],
    show: Callable[[Any], dict[str, Any]],
) -> Response:
    """A page of what belongs to an event. ProblemError 404 where there is none."""

    def page(s: Any, after: Any) -> Any:
        if events.get(s, event_id) is None:
            raise _missing()
        return find(s, event_id, after=after, limit=query["limit"])

    return cursor.page_of(request, query, schema, page, show)


@routes.route("/<uuid:event_id>/confirm", methods=["POST"])
@routes.needs("claims:review")
@routes.arguments(EventConfirmation, example=examples_events.EVENT_CONFIRMATION)
@routes.response(200, EventInFull, example=examples_events.EVENT)
@routes.doc(operationId="confirmEvent", summary="Confirm that claims tell of an event")
def confirm_event(fields: dict[str, Any], event_id: UUID) -> dict[str, Any]:
    """Makes suggested members confirmed ones, which stay in the event until a person moves them."""
    claims = [str(one) for one in fields.get("claims", ())]
    _do(lambda s, deed: deeds.confirm(s, str(event_id), claims, deed, desk().editor, desk().clock()), event_id, fields)
    return _in_full(str(event_id))


@routes.route("/<uuid:event_id>/split", methods=["POST"])
@routes.needs("claims:review")
@routes.arguments(EventSplit, example=examples_events.EVENT_SPLIT)
@routes.response(201, EventInFull, example=examples_events.EVENT, headers=documented.MADE)
@routes.doc(operationId="splitEvent", summary="Take claims out of an event that tell of another happening")
def split_event(fields: dict[str, Any], event_id: UUID) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Makes a new event of these claims, confirmed; the two are never put together again but by a person."""
    claims = [str(one) for one in fields["claims"]]
    made: str = _do(
        lambda s, deed: deeds.split(s, str(event_id), claims, deed, desk().editor, desk().clock()), event_id, fields
    )
    return _in_full(made), 201, {"Location": f"/v1/events/{made}"}


@routes.route("/<uuid:event_id>/merge", methods=["POST"])
@routes.needs("claims:review")
@routes.arguments(EventMerge, example=examples_events.EVENT_MERGE)
@routes.response(200, EventInFull, example=examples_events.EVENT)
@routes.doc(operationId="mergeEvents", summary="Put another event's claims into this one")
def merge_events(fields: dict[str, Any], event_id: UUID) -> dict[str, Any]:
    """Confirms the claims of both events as members of this one. The other stays as `merged`, and says into which."""
    other = str(fields["event"])
    _do(lambda s, deed: deeds.merge(s, str(event_id), other, deed, desk().editor, desk().clock()), event_id, fields)
    return _in_full(str(event_id))


def _do(what: Callable[[Any, Deed], Any], event_id: UUID, fields: dict[str, Any]) -> Any:
    """Does something to an event, in one transaction. ProblemError 404 for no event, 409 where it does not fit."""
    deed = Deed(fields.get("reviewer"), access.key_id(), fields.get("reason"))
    with desk().database.transaction() as s:
        if events.get(s, str(event_id)) is None:
            raise _missing()
        try:
            return what(s, deed)
        except NotThere as fault:
            named = "/event" if "event" in fields else "/claims"
            raise ProblemError(409, f"It cannot be done: {fault}.", [Fault(named, "unfit", f"{fault}.")]) from fault
