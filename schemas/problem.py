"""Errors on the wire: RFC 9457 problem details."""

from __future__ import annotations

from marshmallow import Schema, fields


class Fault(Schema):
    """One fault of a request."""

    pointer = fields.String(
        metadata={"description": "A JSON pointer to the faulty field; the parameter's name in a query."}
    )
    code = fields.String()
    detail = fields.String()


class Problem(Schema):
    """What went wrong (RFC 9457)."""

    type = fields.String()
    title = fields.String()
    status = fields.Integer()
    detail = fields.String()
    errors = fields.List(fields.Nested(Fault))
    request_id = fields.String()
