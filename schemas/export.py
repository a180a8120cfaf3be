"""What may be asked of exports of claims: the filters of their list, and how many at most."""

from __future__ import annotations

from marshmallow import fields

from schemas.claim import ClaimQuery
from schemas.common import Strict, between
from schemas.view import TalkQuery

MAX_EXPORT = 10_000_000
MAX_FEED = 200


def _most() -> fields.Integer:
    return fields.Integer(
        strict=False,
        validate=between(1, MAX_EXPORT),
        metadata={
            "description": "How many the whole file holds at most; all of them without it.",
            "minimum": 1,
            "maximum": MAX_EXPORT,
        },
    )


class ExportQuery(ClaimQuery):
    """Which claims a file holds."""

    class Meta(Strict.Meta):
        """A file has no pages."""

        exclude = ("cursor",)

    limit = _most()


class FeedQuery(ClaimQuery):
    """Which claims a feed holds."""

    limit = fields.Integer(
        load_default=50,
        strict=False,
        validate=between(1, MAX_FEED),
        metadata={
            "description": f"How many entries the feed holds, at most {MAX_FEED}.",
            "minimum": 1,
            "maximum": MAX_FEED,
        },
    )


class TalkExportQuery(TalkQuery):
    """Which talks a calendar file holds."""

    class Meta(Strict.Meta):
        """A file has no pages."""

        exclude = ("cursor",)

    limit = _most()
