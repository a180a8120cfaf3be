"""Events on the wire."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields

from schemas.claim import KIND_PATTERN, Claim, check_kind
from schemas.common import CommaList, PageQuery, Strict, clean, described

STATES = ("current", "merged", "withdrawn")
MAX_CLAIMS, MAX_REASON, MAX_NAME = 500, 2_000, 200


class EventValue(Schema):
    """A value that claims of an event tell, and who says it."""

    value = fields.Raw(allow_none=True)
    of = fields.Dict(
        keys=fields.String(), metadata={"description": "What it is a value of: whose people a number counts, say."}
    )
    claims = fields.List(fields.UUID(), metadata={"description": "The claims that tell it, the first 200."})
    said_by = fields.List(fields.String(), metadata={"description": "Who says so, or else which outlets tell it."})


class EventTold(EventValue):
    """A value of one field, with how often it is told."""

    field = fields.String()
    articles = fields.Integer(metadata={"description": "How many articles tell it."})
    independent_sources = fields.Integer(metadata={"description": "How many of them do not repeat another one."})


class Contradiction(Schema):
    """Values of one field that cannot all be true."""

    field = fields.String()
    reason = fields.String()
    values = fields.List(fields.Nested(EventValue))
    claims = fields.List(fields.UUID(), metadata={"description": "All claims that it is between."})


class EventDate(Schema):
    """The days of an event, inclusive."""

    from_ = fields.Date(data_key="from", attribute="from", allow_none=True)
    to = fields.Date(allow_none=True)
    stated = fields.Boolean(
        metadata={"description": "Whether a claim states them; else they are those that the claims leave room for."}
    )


class EventLinks(Schema):
    """Where to go from an event."""

    self = fields.String()
    claims = fields.String()
    changes = fields.String()
    merged_into = fields.String(allow_none=True)


class Event(Schema):
    """A happening of which claims tell."""

    id = fields.UUID()
    kind = fields.String(metadata={"description": "The kind of its claims."})
    family = fields.String(metadata={"description": "The sort of happening within the kind: `handover`, say."})
    state = fields.String(metadata={"enum": list(STATES)})
    date = fields.Nested(EventDate)
    claims_count = fields.Integer()
    articles_count = fields.Integer()
    contradicted = fields.Boolean(metadata={"description": "Whether any of its claims contradict each other."})
    version = fields.Integer(metadata={"description": "Grows with every change."})
    created_at = fields.AwareDateTime(format="iso")
    updated_at = fields.AwareDateTime(format="iso")
    links = fields.Nested(EventLinks)


class EventClaim(Schema):
    """A claim of an event."""

    membership = fields.String(
        metadata={
            "enum": ["suggested", "confirmed"],
            "description": "Whether the machine suggests that the claim tells of this event, or a person confirmed it.",
        }
    )
    claim = fields.Nested(Claim)


class EventInFull(Event):
    """An event with all that is told of it."""

    independent_sources = fields.Integer(
        metadata={
            "description": "How many sources tell of it that do not repeat each other: copies of one text, and chains "
            "of outlets that cite each other, count once."
        }
    )
    told = fields.List(fields.Nested(EventTold), metadata={"description": "The values told, the commonest first."})
    contradictions = fields.List(fields.Nested(Contradiction))
    claims = fields.List(
        fields.Nested(EventClaim), metadata={"description": "The first 200, in the order in which they were told."}
    )


class EventPage(Schema):
    """One page of events, the latest first."""

    items = fields.List(fields.Nested(Event))
    next_cursor = fields.String(allow_none=True)


class EventClaimPage(Schema):
    """One page of an event's claims, in the order in which they were told."""

    items = fields.List(fields.Nested(EventClaim))
    next_cursor = fields.String(allow_none=True)


class EventChange(Schema):
    """What a person did to an event."""

    id = fields.UUID()
    event_id = fields.UUID()
    action = fields.String(metadata={"enum": ["confirmed", "split", "merged"]})
    reviewer = fields.String(allow_none=True)
    by_key = fields.String(allow_none=True, metadata={"description": "The id of the key that it was done with."})
    reason = fields.String(allow_none=True)
    claims = fields.List(fields.UUID())
    from_ = fields.UUID(data_key="from", attribute="from", allow_none=True)
    into = fields.UUID(allow_none=True)
    created_at = fields.AwareDateTime(format="iso")


class EventChangePage(Schema):
    """One page of what people did to an event, the oldest first."""

    items = fields.List(fields.Nested(EventChange))
    next_cursor = fields.String(allow_none=True)


class EventState(fields.String):
    """A state of events."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(metadata={"enum": list(STATES)}, validate=_check_state, **kwargs)


def _check_state(value: str) -> None:
    if value not in STATES:
        raise ValidationError(f"invalid_choice: One of {', '.join(STATES)} is wanted.")


def _names(description: str) -> CommaList:
    return CommaList(fields.String(validate=clean(MAX_NAME), metadata=described(MAX_NAME)), description=description)


class EventQuery(PageQuery):
    """Which events a list holds."""

    kind = CommaList(
        fields.String(validate=check_kind, metadata={"pattern": KIND_PATTERN}), description="Kinds, comma for OR."
    )
    state = CommaList(EventState(), description="`current` (the default), `merged`, `withdrawn`.")
    contradicted = fields.Boolean(
        truthy={"true"}, falsy={"false"}, metadata={"description": "Only those with contradictions, or without."}
    )
    party = _names("Parties that claims of the event name; each of them has to be.")
    place = _names("Places that claims of the event name; each of them has to be.")
    article = CommaList(fields.UUID(), description="Articles that tell of the event, comma for OR.")
    claim = CommaList(fields.UUID(), description="Claims that tell of the event, comma for OR.")
    date_from = fields.Date(metadata={"description": "Events that go on to this day at least."})
    date_to = fields.Date(metadata={"description": "Events that begin on this day at the latest."})


class _Deed(Strict):
    """Who does something to an event, and why."""

    reviewer = fields.String(allow_none=True, validate=clean(MAX_NAME), metadata=described(MAX_NAME, "Who does it."))
    reason = fields.String(allow_none=True, validate=clean(MAX_REASON), metadata=described(MAX_REASON, "Why."))


def _check_claims(values: list[Any]) -> None:
    if not 1 <= len(values) <= MAX_CLAIMS:
        raise ValidationError(f"out_of_range: From 1 to {MAX_CLAIMS} claims are wanted.")


def _claims(description: str, *, required: bool) -> fields.List[Any]:
    return fields.List(
        fields.UUID(),
        required=required,
        validate=_check_claims,
        metadata={"description": description, "minItems": 1, "maxItems": MAX_CLAIMS},
    )


class EventConfirmation(_Deed):
    """Confirms that claims tell of an event."""

    claims = _claims("The claims; left out, all that the event has now.", required=False)


class EventSplit(_Deed):
    """Takes claims out of an event."""

    claims = _claims("The claims that tell of another happening.", required=True)


class EventMerge(_Deed):
    """Puts another event's claims into this one."""

    event = fields.UUID(required=True, metadata={"description": "The event that tells of the same happening."})
