"""Diffs on the wire: what changed between the claims of two revisions of an article."""

from __future__ import annotations

from marshmallow import Schema, ValidationError, fields

from schemas.claim import STATUSES, Attribution, ClaimDate
from schemas.common import Strict

CHANGES = ("added", "withdrawn", "changed", "reworded")
MAX_REVISION = 2**31 - 1


def check_revision(value: int) -> None:
    """A number that a revision may have."""
    if not 1 <= value <= MAX_REVISION:
        raise ValidationError(f"out_of_range: It must be between 1 and {MAX_REVISION}.")


def _revision(name: str, description: str) -> fields.Integer:
    metadata = {"description": description, "minimum": 1, "maximum": MAX_REVISION}
    return fields.Integer(data_key=name, strict=False, validate=check_revision, metadata=metadata)


class DiffQuery(Strict):
    """Which two revisions are compared."""

    from_ = _revision("from", "The revision to start from; by default the one before `to`.")
    to = _revision("to", "The revision to compare it with; by default the newest. It may be the older one.")


class SeenClaim(Schema):
    """A claim as one revision had it."""

    id = fields.UUID(
        metadata={
            "description": "That of the claim at `/v1/claims/{id}`, unless its revision was replaced before being read."
        }
    )
    kind = fields.String()
    status = fields.String(metadata={"enum": list(STATUSES)})
    quote = fields.String(metadata={"description": "The exact words."})
    date = fields.Nested(ClaimDate, allow_none=True)
    attribution = fields.Nested(Attribution)
    details = fields.Dict(keys=fields.String(), metadata={"description": "The values, by kind: see `/v1/kinds`."})
    start = fields.Integer(metadata={"description": "In Unicode code points of that revision's text."})
    end = fields.Integer(metadata={"description": "Exclusive."})


class ClaimChange(Schema):
    """What became of one claim."""

    change = fields.String(
        metadata={
            "enum": list(CHANGES),
            "description": "`changed`: the same statement with another value; `reworded`: the same values in other "
            "words.",
        }
    )
    fields_ = fields.List(
        fields.String(),
        data_key="fields",
        attribute="fields",
        metadata={"description": "What differs, such as `quote`, `status` or `details.count`."},
    )
    before = fields.Nested(SeenClaim, allow_none=True)
    after = fields.Nested(SeenClaim, allow_none=True)


class Diff(Schema):
    """What changed between the claims of two revisions, in the order of the text."""

    article_id = fields.UUID()
    from_ = fields.Integer(data_key="from", attribute="from")
    to = fields.Integer()
    changes = fields.List(fields.Nested(ClaimChange))
    unchanged = fields.Integer(metadata={"description": "How many claims say the same in the same words."})
