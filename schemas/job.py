"""Jobs on the wire."""

from __future__ import annotations

from marshmallow import Schema, fields


class JobLinks(Schema):
    """Where to go from a job."""

    self = fields.String()
    article = fields.String()
    claims = fields.String()


class Job(Schema):
    """One order to read an article."""

    id = fields.UUID()
    status = fields.String(metadata={"enum": ["queued", "started", "finished", "failed"]})
    attempts = fields.Integer(metadata={"description": "How often reading was begun."})
    queued_at = fields.AwareDateTime(format="iso")
    started_at = fields.AwareDateTime(format="iso", allow_none=True)
    ended_at = fields.AwareDateTime(format="iso", allow_none=True)
    error = fields.String(allow_none=True, metadata={"description": "Why it failed, or what the last attempt died of."})
    article_id = fields.UUID()
    links = fields.Nested(JobLinks)
