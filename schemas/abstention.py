"""Abstentions on the wire: sentences of which no claim was made, and why."""

from __future__ import annotations

from marshmallow import Schema, fields

from schemas.claim import KIND_PATTERN, check_kind
from schemas.common import CommaList, PageQuery


class Abstention(Schema):
    """A sentence that holds a rule's trigger and of which the rule made no claim."""

    kind = fields.String(metadata={"description": "The kind of claim that it is none of."})
    rule = fields.String(metadata={"description": "The rule that looked at it."})
    trigger = fields.String(metadata={"description": "The word that set the rule off."})
    quote = fields.String(metadata={"description": "The sentence."})
    start = fields.Integer(metadata={"description": "In Unicode code points of the revision's text."})
    end = fields.Integer(metadata={"description": "Exclusive."})
    reason = fields.String(metadata={"description": "Why it is no claim, in words."})
    revision = fields.Integer(metadata={"description": "The article's revision that was read."})


class AbstentionPage(Schema):
    """One page of abstentions."""

    items = fields.List(fields.Nested(Abstention))
    next_cursor = fields.String(allow_none=True)


class AbstentionQuery(PageQuery):
    """Which abstentions of an article a list holds."""

    kind = CommaList(
        fields.String(validate=check_kind, metadata={"pattern": KIND_PATTERN}),
        description="Kinds, comma for OR.",
    )
