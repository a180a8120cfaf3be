"""Views of events on the wire: the calendar of talks, who claims to control a place, and the ledger of exchanges."""

from __future__ import annotations

from marshmallow import Schema, fields

from schemas.claim import STATUSES
from schemas.common import MAX_VALUES, CommaList, PageQuery, clean, described
from schemas.event import MAX_NAME, EventDate


class SpotOut(Schema):
    """A place, as the claims tell it most."""

    name = fields.String()
    geonames_id = fields.Integer(allow_none=True)
    region = fields.String(allow_none=True)
    country = fields.String(allow_none=True, metadata={"description": "An ISO 3166-1 alpha-2 code."})


class ViewLinks(Schema):
    """Where to go from an entry."""

    event = fields.String()


class _Entry(Schema):
    """An event in a view."""

    event_id = fields.UUID()
    date = fields.Nested(EventDate)
    contradicted = fields.Boolean()
    claims_count = fields.Integer()
    articles_count = fields.Integer()
    links = fields.Nested(ViewLinks)


class Talk(_Entry):
    """Talks as the calendar has them: what is told most of them."""

    status = fields.String(
        allow_none=True,
        metadata={"enum": [*STATUSES, None], "description": "The one told last; held, once anybody tells so."},
    )
    parties = fields.List(fields.String())
    place = fields.Nested(SpotOut, allow_none=True)
    round = fields.Integer(allow_none=True)
    format = fields.String(allow_none=True)


class TalkPage(Schema):
    """One page of the calendar, the earliest first."""

    items = fields.List(fields.Nested(Talk))
    next_cursor = fields.String(allow_none=True)


class ControlClaim(Schema):
    """Who tells what of a place."""

    claim_id = fields.UUID()
    status = fields.String(metadata={"enum": list(STATUSES)})
    actor = fields.String(allow_none=True)
    action = fields.String(allow_none=True)
    share_percent = fields.Float(allow_none=True)
    date = fields.Nested(EventDate)
    speaker = fields.String(allow_none=True)
    publisher = fields.String(allow_none=True)
    told_on = fields.Date(allow_none=True, metadata={"description": "When the article was published."})
    quote = fields.String()


class Control(_Entry):
    """One fight for a place: what was claimed, and the denials beside it."""

    claims = fields.List(fields.Nested(ControlClaim))
    denials = fields.List(fields.Nested(ControlClaim))


class ControlPage(Schema):
    """One page of a place's timeline, the earliest first."""

    items = fields.List(fields.Nested(Control))
    next_cursor = fields.String(allow_none=True)


class Number(Schema):
    """How many of one side's people of one sort: the least and the most told."""

    side = fields.String(allow_none=True, metadata={"description": "Whose people; null where nothing says it."})
    category = fields.String(metadata={"description": "`prisoners`, `civilians`, `children`, `bodies`, …"})
    low = fields.Integer(allow_none=True)
    high = fields.Integer(allow_none=True)


class Exchange(_Entry):
    """One handover, with both sides' numbers, and the totals up to it."""

    family = fields.String(metadata={"enum": ["handover", "bodies"]})
    numbers = fields.List(
        fields.Nested(Number), metadata={"description": "Of those who tell of it as done: none of a plan."}
    )
    totals = fields.List(
        fields.Nested(Number), metadata={"description": "Running totals of all handovers of this list up to this one."}
    )


class ExchangePage(Schema):
    """One page of the ledger, the earliest first."""

    items = fields.List(fields.Nested(Exchange))
    next_cursor = fields.String(allow_none=True)


class _DaysQuery(PageQuery):
    """Days, and parties."""

    date_from = fields.Date(metadata={"description": "What goes on to this day at least."})
    date_to = fields.Date(metadata={"description": "What begins on this day at the latest."})
    party = CommaList(
        fields.String(validate=clean(MAX_NAME), metadata=described(MAX_NAME)),
        description=f"Parties that are named; each of them has to be. At most {MAX_VALUES}.",
    )


class TalkQuery(_DaysQuery):
    """Which talks the calendar holds."""


class ExchangeQuery(_DaysQuery):
    """Which handovers the ledger holds."""


class ControlQuery(PageQuery):
    """Up to which day a place's timeline goes."""

    as_of = fields.Date(
        metadata={"description": "Only what had been told by this day, and of what was then not ahead."}
    )
