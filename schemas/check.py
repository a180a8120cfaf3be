"""Checks of drafts on the wire."""

from __future__ import annotations

from marshmallow import Schema, fields

from schemas.article import LANGUAGE_PATTERN, MAX_LANGUAGE, MAX_TEXT, MAX_TITLE, Published, Reading, check_language
from schemas.claim import STATUSES, Attribution, ClaimDate
from schemas.common import Strict, clean, described
from schemas.event import EventValue

VERDICTS = ("agrees", "differs", "unknown")


class CheckIn(Strict):
    """A draft as it is sent."""

    text = fields.String(
        required=True,
        validate=clean(MAX_TEXT),
        metadata=described(MAX_TEXT, "The draft as plain text; it is deleted once it has been read."),
    )
    title = fields.String(allow_none=True, validate=clean(MAX_TITLE), metadata=described(MAX_TITLE))
    published_at = Published(
        allow_none=True,
        metadata={
            "description": "When it is to appear: a date, or a date-time with offset. Relative dates are resolved "
            "against its local date; a claim without any date is compared by it.",
            "anyOf": [{"format": "date"}, {"format": "date-time"}],
        },
    )
    language = fields.String(
        allow_none=True,
        validate=check_language,
        metadata={"description": "A language tag (BCP 47).", "maxLength": MAX_LANGUAGE, "pattern": LANGUAGE_PATTERN},
    )


class CheckValue(EventValue):
    """A value that the draft or claims of the desk tell."""

    draft = fields.Boolean(metadata={"description": "Whether the draft tells it."})


class CheckContradiction(Schema):
    """Values of one field that cannot all be true, the draft's among them."""

    field = fields.String()
    reason = fields.String()
    values = fields.List(fields.Nested(CheckValue))


class CheckEvent(Schema):
    """An event of the desk that a claim of the draft tells of, too."""

    event = fields.UUID(metadata={"description": "See `GET /v1/events/{id}`."})
    contradictions = fields.List(
        fields.Nested(CheckContradiction), metadata={"description": "Those that the draft's claim is part of."}
    )


class CheckClaim(Schema):
    """A claim of the draft beside what the desk holds."""

    kind = fields.String()
    status = fields.String(metadata={"enum": list(STATUSES)})
    quote = fields.String(metadata={"description": "The draft's exact words."})
    start = fields.Integer(metadata={"description": "In Unicode code points of the draft."})
    end = fields.Integer(metadata={"description": "Exclusive."})
    date = fields.Nested(ClaimDate, allow_none=True)
    attribution = fields.Nested(Attribution)
    details = fields.Dict(keys=fields.String(), metadata={"description": "The values, by kind: see `/v1/kinds`."})
    verdict = fields.String(
        metadata={
            "enum": list(VERDICTS),
            "description": "`unknown`: no event of the desk is of that happening. `agrees`: one is, and nothing in it "
            "contradicts the claim. `differs`: something does.",
        }
    )
    events = fields.List(fields.Nested(CheckEvent))
    independent_sources = fields.Integer(
        metadata={"description": "How many sources that tell of these events do not repeat another one."}
    )


class Check(Schema):
    """A draft's check: where it stands, and once it is finished, what came of it."""

    id = fields.UUID()
    status = fields.String(metadata={"enum": ["queued", "started", "finished", "failed"]})
    created_at = fields.AwareDateTime(format="iso")
    ended_at = fields.AwareDateTime(format="iso", allow_none=True)
    error = fields.String(allow_none=True, metadata={"description": "Why it failed, or what the last attempt died of."})
    reading = fields.Nested(Reading)
    claims = fields.List(
        fields.Nested(CheckClaim), metadata={"description": "In the order of the draft; none until it is finished."}
    )
