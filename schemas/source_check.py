"""Source checks on the wire: whether the words of a claim still stand in a newer text of its source."""

from __future__ import annotations

from marshmallow import Schema, fields

from schemas.article import MAX_TEXT
from schemas.common import Strict, clean, described

OUTCOMES = ("present", "moved", "altered", "gone", "ambiguous")
_NO_TEXT = "required: Fetching the source is not enabled here: send its text as `text`."


class SourceCheckIn(Strict):
    """The text in which to look: the source's as it is now."""

    text = fields.String(
        required=True,
        validate=clean(MAX_TEXT),
        error_messages={"required": _NO_TEXT, "null": _NO_TEXT},
        metadata=described(MAX_TEXT, "The source as plain text. It is not kept."),
    )


class Difference(Schema):
    """Words of the quote, and what stands in their place."""

    op = fields.String(metadata={"enum": ["replace", "insert", "delete"]})
    old = fields.String()
    new = fields.String()


class SourceCheck(Schema):
    """What came of one check."""

    id = fields.UUID()
    claim_id = fields.UUID()
    outcome = fields.String(
        metadata={
            "enum": list(OUTCOMES),
            "description": "`present`: the exact words stand at their place or between the same neighbours; `moved`: "
            "they stand elsewhere; `altered`: nearly the same words stand next to the same neighbours; "
            "`gone`: neither; `ambiguous`: several places fit equally well. White space, the shape of quotation marks "
            "and dashes, and Unicode normalisation make no difference.",
        }
    )
    checked_at = fields.AwareDateTime(format="iso")
    quote = fields.String(metadata={"description": "The claim's words that were looked for."})
    start = fields.Integer(
        allow_none=True, metadata={"description": "Where they were found, in Unicode code points of the text sent."}
    )
    end = fields.Integer(allow_none=True, metadata={"description": "Exclusive."})
    found = fields.String(allow_none=True, metadata={"description": "What the text sent has there."})
    differences = fields.List(
        fields.Nested(Difference), metadata={"description": "For `altered`: the words that differ, at most 20 times."}
    )
    candidates = fields.Integer(metadata={"description": "How many places came into question."})
    text_sha256 = fields.String(metadata={"description": "The SHA-256 of the text sent, in UTF-8."})
    text_length = fields.Integer(metadata={"description": "Its length in Unicode code points."})


class SourceCheckPage(Schema):
    """One page of checks, newest first."""

    items = fields.List(fields.Nested(SourceCheck))
    next_cursor = fields.String(allow_none=True)
