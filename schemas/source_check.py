"""Source checks on the wire: whether the words of a claim still stand in a newer text of its source."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema

from schemas.article import MAX_HTML, MAX_TEXT
from schemas.common import Strict, clean, described

OUTCOMES = ("present", "moved", "altered", "gone", "ambiguous")


class SourceCheckIn(Strict):
    """The source as it is now: as `text`, as `html` that a worker parses, or neither to have it fetched."""

    text = fields.String(
        allow_none=True,
        validate=clean(MAX_TEXT),
        metadata=described(MAX_TEXT, "The source as plain text. It is not kept."),
    )
    html = fields.String(
        allow_none=True,
        validate=clean(MAX_HTML),
        metadata=described(MAX_HTML, "The source's page; its text is read from it. It is not kept."),
    )

    @validates_schema(skip_on_field_errors=True)
    def not_both(self, data: dict[str, Any], **_: Any) -> None:
        """Of `text` and `html`, one at most."""
        if data.get("text") is not None and data.get("html") is not None:
            raise ValidationError({"html": ["conflict: `text` and `html` exclude each other; send one of them."]})


class Difference(Schema):
    """Words of the quote, and what stands in their place."""

    op = fields.String(metadata={"enum": ["replace", "insert", "delete"]})
    old = fields.String()
    new = fields.String()


class SourceCheck(Schema):
    """What came of one check."""

    id = fields.UUID()
    claim_id = fields.UUID()
    status = fields.String(
        metadata={
            "enum": ["queued", "started", "finished", "failed"],
            "description": "`finished` at once where `text` was sent. Until then all that was found is null.",
        }
    )
    error = fields.String(allow_none=True, metadata={"description": "Why it failed, or what the last attempt died of."})
    outcome = fields.String(
        allow_none=True,
        metadata={
            "enum": [*OUTCOMES, None],
            "description": "`present`: the exact words stand at their place or between the same neighbours; `moved`: "
            "they stand elsewhere; `altered`: nearly the same words stand next to the same neighbours; "
            "`gone`: neither; `ambiguous`: several places fit equally well. White space, the shape of quotation marks "
            "and dashes, and Unicode normalisation make no difference.",
        },
    )
    checked_at = fields.AwareDateTime(
        format="iso", allow_none=True, metadata={"description": "When the words were looked for."}
    )
    quote = fields.String(metadata={"description": "The claim's words that were looked for."})
    start = fields.Integer(
        allow_none=True, metadata={"description": "Where they were found, in Unicode code points of the text."}
    )
    end = fields.Integer(allow_none=True, metadata={"description": "Exclusive."})
    found = fields.String(allow_none=True, metadata={"description": "What the text has there."})
    differences = fields.List(
        fields.Nested(Difference), metadata={"description": "For `altered`: the words that differ, at most 20 times."}
    )
    candidates = fields.Integer(allow_none=True, metadata={"description": "How many places came into question."})
    text_sha256 = fields.String(
        allow_none=True,
        metadata={"description": "The SHA-256, in UTF-8, of the text sent, or of that read from the page."},
    )
    text_length = fields.Integer(allow_none=True, metadata={"description": "Its length in Unicode code points."})


class SourceCheckPage(Schema):
    """One page of checks, newest first."""

    items = fields.List(fields.Nested(SourceCheck))
    next_cursor = fields.String(allow_none=True)
