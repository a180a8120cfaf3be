"""Routes of three views of events: the calendar of talks, a place's timeline, and the ledger of exchanges."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from claims.events import facts, views
from claims.events.views import Number
from claims.model import Member, Spot
from schemas.export import TalkExportQuery
from schemas.view import ControlPage, ControlQuery, ExchangePage, ExchangeQuery, TalkPage, TalkQuery
from service import cursor, documented, examples_views
from service.arguments import Routes
from service.desk import desk
from service.events import wanted_parties
from service.exports import talks
from service.exports.routes import Other, documented_as, frame_of, negotiated, streamed
from store import events
from store.events import EventFilter, EventView
from store.keys import FEED

_HANDOVERS = ("handover", "bodies")
_MOST_BEFORE = 5_000

routes = Routes("views", __name__, url_prefix="/v1", description="Events of one kind, side by side.")


def _calendar_of_talks() -> Other:
    """The route of the calendar as a file."""
    form = talks.FORMAT

    @routes.route("/talks.ics", methods=["GET"])
    @routes.needs("claims:read", FEED)
    @routes.query(TalkExportQuery)
    @documented_as(form, examples_views.CALENDAR)
    @routes.doc(operationId="exportTalksAsCalendar", summary="Talks as a calendar, one entry for each meeting")
    def talks_as_calendar(query: dict[str, Any]) -> Response:
        """The calendar of talks for calendar programs (iCalendar): one entry of whole days for each meeting, however
        many claims tell of it. An entry keeps its `UID`, and its `SEQUENCE` grows when what is told of it changes; it
        is `CONFIRMED` where it was held or is announced for a day, `CANCELLED` where it was called off, and else
        `TENTATIVE`. To subscribe to it, put a key with the scope `claims:feed` alone behind it as `token`."""
        found = talks.batches(desk().database, _wanted(query, kinds=("talks",)), most=query.get("limit"))
        return streamed(form, frame_of("/v1/talks.ics"), found)

    return Other(form, talks_as_calendar, examples_views.CALENDAR)


@routes.route("/talks", methods=["GET"])
@routes.needs("claims:read")
@negotiated([_calendar_of_talks()])
@routes.query(TalkQuery)
@routes.response(200, TalkPage, example=examples_views.TALK_PAGE, headers=documented.LINK)
@routes.doc(operationId="listTalks", summary="The calendar of talks, the earliest first")
def list_talks(query: dict[str, Any]) -> Response:
    """One page of the talks that were held, are planned, or were called off, by their days. Each entry is what is told
    most; its event has what else is told. By `Accept: text/calendar` it is the whole of `/v1/talks.ics`."""
    wanted = _wanted(query, kinds=("talks",))

    told: dict[str, list[Member]] = {}

    def page(s: Any, after: Any) -> Any:
        return _with_members(s, wanted, after, query["limit"], told)

    return cursor.page_of(request, query, TalkPage(), page, lambda one: _talk(one, told.get(one.id, [])))


@routes.route("/places/<int(max=2147483647):geonames_id>/control", methods=["GET"])
@routes.needs("claims:read")
@routes.query(ControlQuery)
@routes.response(200, ControlPage, example=examples_views.CONTROL_PAGE, headers=documented.LINK)
@routes.doc(operationId="listControlOfPlace", summary="Who claimed what control of a place, and when, with the denials")
def control_of_place(query: dict[str, Any], geonames_id: int) -> Response:
    """One page of a place's timeline, the earliest first: what was claimed of it, and beside it what was denied. It
    says what is claimed, never who is there."""
    as_of = query.get("as_of")
    key = facts.place_key("territory", "control", geonames_id)
    wanted = EventFilter(kinds=("territory",), keys=(key,), date_to=as_of)

    told: dict[str, list[Member]] = {}

    def page(s: Any, after: Any) -> Any:
        return _with_members(s, wanted, after, query["limit"], told)

    def show(one: EventView) -> dict[str, Any]:
        return _control(one, views.known_by(told.get(one.id, []), as_of))

    return cursor.page_of(request, query, ControlPage(), page, show)


@routes.route("/exchanges", methods=["GET"])
@routes.needs("claims:read")
@routes.query(ExchangeQuery)
@routes.response(200, ExchangePage, example=examples_views.EXCHANGE_PAGE, headers=documented.LINK)
@routes.doc(operationId="listExchanges", summary="The ledger of exchanges, the earliest first, with running totals")
def list_exchanges(query: dict[str, Any]) -> Response:
    """One page of handovers of people and of bodies: how many of each side, by category, and the totals up to each,
    with the least and the most told."""
    wanted = _wanted(query, kinds=("prisoners",), families=_HANDOVERS)

    shown: dict[str, tuple[list[Number], list[Number]]] = {}

    def page(s: Any, after: Any) -> Any:
        before = events.before(s, wanted, after, most=_MOST_BEFORE)
        found = events.page(s, wanted, after=after, limit=query["limit"], oldest_first=True)
        listed = [*before, *(one.id for one in found.items)]
        told = events.members(s, listed)
        numbers = [views.numbers_of(told.get(event_id, [])) for event_id in listed]
        both = zip(numbers, views.totals(numbers), strict=True)
        shown.update(zip(listed, both, strict=True))
        return found

    return cursor.page_of(request, query, ExchangePage(), page, lambda one: _exchange(one, *shown[one.id]))


def _with_members(s: Any, wanted: EventFilter, after: Any, limit: int, told: dict[str, list[Member]]) -> Any:
    """A page of events, the earliest first; what tells of each is added to `told`."""
    found = events.page(s, wanted, after=after, limit=limit, oldest_first=True)
    told |= events.members(s, [one.id for one in found.items])
    return found


def _wanted(query: dict[str, Any], **more: Any) -> EventFilter:
    return EventFilter(
        parties=wanted_parties(query), date_from=query.get("date_from"), date_to=query.get("date_to"), **more
    )


def _entry(found: EventView) -> dict[str, Any]:
    return {
        "event_id": found.id,
        "date": {"from": found.first, "to": found.last, "stated": found.dated},
        "contradicted": found.contradicted,
        "claims_count": found.claims_count,
        "articles_count": found.articles_count,
        "links": {"event": f"/v1/events/{found.id}"},
    }


def _talk(found: EventView, members: list[Member]) -> dict[str, Any]:
    told = views.talk_of(members)
    return _entry(found) | {
        "status": told.status,
        "parties": told.parties,
        "place": None if told.place is None else _spot(told.place),
        "round": told.round,
        "format": told.format,
    }


def _spot(spot: Spot) -> dict[str, Any]:
    name = spot.names[-1]
    return {"name": name, "geonames_id": spot.geonames_id, "region": spot.region, "country": spot.country}


def _control(found: EventView, members: list[Member]) -> dict[str, Any]:
    claims = [_told(member) for member in members if not views.is_denial(member)]
    denials = [_told(member) for member in members if views.is_denial(member)]
    return _entry(found) | {"claims": claims, "denials": denials}


def _told(member: Member) -> dict[str, Any]:
    fact = member.fact
    return {
        "claim_id": member.claim_id,
        "status": fact.status,
        "actor": fact.values.get("actor"),
        "action": fact.values.get("action"),
        "share_percent": fact.values.get("share_percent"),
        "date": {"from": fact.first, "to": fact.last, "stated": fact.dated},
        "speaker": member.speaker,
        "publisher": member.publisher,
        "told_on": member.published_on,
        "quote": member.quote,
    }


def _exchange(found: EventView, numbers: list[Number], totals: list[Number]) -> dict[str, Any]:
    return _entry(found) | {
        "family": found.family,
        "numbers": [_number(one) for one in numbers],
        "totals": [_number(one) for one in totals],
    }


def _number(one: Number) -> dict[str, Any]:
    return {"side": one.side, "category": one.category, "low": one.low, "high": one.high}
