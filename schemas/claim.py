"""Claims on the wire."""

from __future__ import annotations

import re
from typing import Any

from marshmallow import Schema, ValidationError, fields

from schemas.common import MAX_VALUES, CommaList, PageQuery, check_values, clean, described

STATUSES = ("occurred", "ongoing", "scheduled", "proposed", "unscheduled", "denied", "cancelled")
STATES = ("current", "withdrawn")
KIND_PATTERN = r"^[a-z][a-z0-9_-]{0,63}$"


class ClaimDate(Schema):
    """The time of a fact: its words and the inclusive interval they name."""

    text = fields.String(allow_none=True)
    from_ = fields.Date(data_key="from", attribute="from", allow_none=True)
    to = fields.Date(allow_none=True)
    edtf = fields.String(allow_none=True, metadata={"description": "The interval in Extended Date/Time Format."})
    precision = fields.String(
        allow_none=True, metadata={"enum": ["day", "range", "month", "season", "year", "approximate", None]}
    )


class Attribution(Schema):
    """Who says it, through whom, and the word that shows it."""

    speaker = fields.String(allow_none=True)
    via = fields.String(allow_none=True)
    cue = fields.String(allow_none=True)


class Source(Schema):
    """Where the words stand."""

    article_id = fields.UUID()
    revision = fields.Integer()
    url = fields.String()
    deep_link = fields.String(metadata={"description": "The URL with a text fragment that opens it at the quote."})
    publisher = fields.String(allow_none=True)
    title = fields.String(allow_none=True)
    published_at = fields.String(allow_none=True)
    start = fields.Integer(metadata={"description": "In Unicode code points of the revision's text."})
    end = fields.Integer(metadata={"description": "Exclusive."})
    prefix = fields.String()
    suffix = fields.String()


class Explanation(Schema):
    """Why the claim was made."""

    rule = fields.String()
    trigger = fields.String()
    fields_ = fields.Dict(keys=fields.String(), values=fields.String(), data_key="fields", attribute="fields")


class Claim(Schema):
    """One mention of one fact in an article."""

    id = fields.UUID(metadata={"description": "Stable over re-reading."})
    kind = fields.String()
    status = fields.String(metadata={"enum": list(STATUSES)})
    state = fields.String(metadata={"enum": ["current", "withdrawn"]})
    quote = fields.String(metadata={"description": "The exact words."})
    date = fields.Nested(ClaimDate, allow_none=True)
    attribution = fields.Nested(Attribution)
    details = fields.Dict(keys=fields.String(), metadata={"description": "The values, by kind: see `/v1/kinds`."})
    source = fields.Nested(Source)
    explanation = fields.Nested(Explanation)
    confidence = fields.Float()
    extractor = fields.String()
    created_at = fields.AwareDateTime(format="iso")
    updated_at = fields.AwareDateTime(format="iso")


class ClaimPage(Schema):
    """One page of claims."""

    items = fields.List(fields.Nested(Claim))
    next_cursor = fields.String(allow_none=True)


class State(fields.String):
    """A state of claims or articles."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(metadata={"enum": list(STATES)}, **kwargs)


def check_state(value: str) -> None:
    """A state of claims or articles."""
    if value not in STATES:
        raise ValidationError("invalid_choice: `current` or `withdrawn` is wanted.")


def check_status(value: str) -> None:
    """A status of claims."""
    if value not in STATUSES:
        raise ValidationError(f"invalid_choice: One of {', '.join(STATUSES)} is wanted.")


def check_kind(value: str) -> None:
    """A name as kinds have them."""
    if not re.fullmatch(KIND_PATTERN, value):
        raise ValidationError("invalid_choice: A kind's name is wanted; GET /v1/kinds lists them.")


def _texts(description: str) -> fields.List[str]:
    return fields.List(
        fields.String(validate=clean(500), metadata=described(500)),
        validate=check_values,
        metadata={"description": description, "maxItems": MAX_VALUES},
    )


class ArticleClaimQuery(PageQuery):
    """Which claims of an article a list holds."""

    state = CommaList(
        State(validate=check_state),
        description="`current` (the default), `withdrawn`, or both.",
    )


class ClaimQuery(ArticleClaimQuery):
    """Which claims a list holds. Every parameter narrows it; several values are alternatives, but all `q` must hold."""

    kind = CommaList(
        fields.String(validate=check_kind, metadata={"pattern": KIND_PATTERN}),
        description="Kinds, comma for OR.",
    )
    status = CommaList(
        fields.String(validate=check_status, metadata={"enum": list(STATUSES)}),
        description="Statuses, comma for OR.",
    )
    article = CommaList(
        fields.UUID(metadata={"format": "uuid"}),
        description="Article ids, comma for OR.",
    )
    q = _texts('Words that the claim holds; "quoted words" stand together.')
    speaker = _texts("Who says it, by any part of the name.")
    party = _texts("A party, by its usual English name.")
    place = _texts("A place or its region.")
    publisher = _texts("The outlet.")
    date_from = fields.Date(metadata={"description": "Facts whose time reaches to this day or beyond."})
    date_to = fields.Date(metadata={"description": "Facts whose time begins by this day."})
    published_from = fields.Date(metadata={"description": "Articles published on this day or later."})
    published_to = fields.Date(metadata={"description": "Articles published by this day."})
    count_min = fields.Integer(metadata={"description": "Claims that state this number or more."})
    count_max = fields.Integer(metadata={"description": "Claims that state this number or less."})
    updated_since = fields.AwareDateTime(
        format="iso", metadata={"description": "Claims changed at or after this moment, the longest unchanged first."}
    )
