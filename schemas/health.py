"""The service's own state on the wire."""

from __future__ import annotations

from marshmallow import Schema, fields


class Health(Schema):
    """That the process answers."""

    status = fields.String(metadata={"enum": ["ok"]})


class Readiness(Schema):
    """Whether articles can be taken in."""

    status = fields.String(metadata={"enum": ["ready", "degraded"]})
    database = fields.String(metadata={"enum": ["ok"]})
    redis = fields.String(metadata={"enum": ["ok", "down"]})
    workers = fields.String(metadata={"enum": ["ok", "missing"], "description": "Whether one was heard of lately."})
    room = fields.String(metadata={"enum": ["ok", "full"], "description": "Whether more articles can be taken in."})
