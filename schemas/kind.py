"""Kinds of claim on the wire."""

from __future__ import annotations

from marshmallow import Schema, fields


class KindField(Schema):
    """One field of a kind's `details`."""

    name = fields.String()
    type = fields.String()
    description = fields.String()
    choices = fields.List(fields.String())


class Kind(Schema):
    """A kind of claim: what it is and what its `details` hold."""

    name = fields.String()
    definition = fields.String()
    fields_ = fields.List(fields.Nested(KindField), data_key="fields", attribute="fields")


class KindList(Schema):
    """All kinds."""

    items = fields.List(fields.Nested(Kind))
