"""Articles on the wire."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema

from schemas.claim import Claim, State, check_state
from schemas.common import BLANKS, CommaList, PageQuery, Strict, clean, described
from schemas.job import Job
from schemas.problem import Problem
from schemas.source import Received

MAX_TEXT, MAX_HTML, MAX_TITLE, MAX_URL, MAX_NAME = 100_000, 2_000_000, 500, 2_048, 200
MAX_LANGUAGE, MAX_BATCH = 35, 100
_PORT = r"(?:6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3})"
_HOST = (
    r"[A-Za-z0-9\u00a1-\u167f\u1681-\u1fff\u3040-\ud7ff](?:[A-Za-z0-9._\u00a1-\u167f\u1681-\u1fff\u3040-\ud7ff-]*"
    r"[A-Za-z0-9\u00a1-\u167f\u1681-\u1fff\u3040-\ud7ff])?\.?"
)
_UNFIT = rf"\u0000-\u0020\u007f\\<>\"{BLANKS}"
URL_PATTERN = rf"^[Hh][Tt][Tt][Pp][Ss]?://{_HOST}(?::{_PORT})?(?:[/?#][^{_UNFIT}]*)?$"
LANGUAGE_PATTERN = r"^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$"
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9-]{10}T[0-9:]{5}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})")


def check_url(value: str) -> None:
    """Refuses what is no plain web address: other schemes, credentials, no host, impossible ports, blanks inside."""
    clean(MAX_URL)(value)
    if re.fullmatch(URL_PATTERN, value):
        return
    scheme, colon, rest = value.partition("://")
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if not colon or scheme.lower() not in ("http", "https"):
        fault = "Only http and https addresses are taken."
    elif "@" in authority:
        fault = "It must not hold a user name or password."
    elif re.search(f"[{_UNFIT}]", value):
        fault = "It holds blanks or characters that no URL may hold."
    elif re.fullmatch(rf"{_HOST}:.*", authority):
        fault = "Its port is none: 1 to 65535 there are."
    else:
        fault = "It names no host."
    raise ValidationError(f"invalid_url: {fault}")


def published_moment(value: str) -> date | datetime:
    """What a date, or a date-time with offset, names. Raises ValueError for anything else."""
    if _DATE.fullmatch(value):
        return date.fromisoformat(value)
    if _TIME.fullmatch(value):
        return datetime.fromisoformat(value)
    raise ValueError(value)


class Published(fields.String):
    """A date, or a date-time that says its offset, loaded as Python reads it: RFC 3339 also allows small letters, and
    a leap second, which is a moment like others."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        told: str = super()._deserialize(value, attr, data, **kwargs)
        written = re.sub(r"(T[0-9]{2}:[0-9]{2}):60", r"\1:59", told.upper())
        try:
            published_moment(written)
        except ValueError as error:
            raise ValidationError(
                "invalid_date: A date (2025-06-03) or a date-time with offset (2025-06-03T09:30:00+02:00) is wanted."
            ) from error
        return written


def check_language(value: str) -> None:
    """Takes a language tag (BCP 47)."""
    if len(value) > MAX_LANGUAGE or not re.fullmatch(LANGUAGE_PATTERN, value):
        raise ValidationError("invalid_language: A language tag is wanted, such as en or pt-BR.")


class ArticleIn(Strict):
    """An article as it is submitted: `url`, and one of `text` and `html`, or neither to have the page fetched."""

    text = fields.String(
        allow_none=True,
        validate=clean(MAX_TEXT),
        metadata=described(MAX_TEXT, "The article as plain text; offsets of claims count its code points."),
    )
    html = fields.String(
        allow_none=True,
        validate=clean(MAX_HTML),
        metadata=described(MAX_HTML, "The article's page; its text, title and date are read from it."),
    )
    url = fields.String(
        required=True,
        validate=check_url,
        metadata={
            "description": "Where the article stands. The same address again is the article's next revision. Without "
            "`text` and `html` a worker fetches the page, where the operator has listed its host.",
            "maxLength": MAX_URL,
            "pattern": URL_PATTERN,
        },
    )
    title = fields.String(allow_none=True, validate=clean(MAX_TITLE), metadata=described(MAX_TITLE))
    publisher = fields.String(allow_none=True, validate=clean(MAX_NAME), metadata=described(MAX_NAME, "The outlet."))
    published_at = Published(
        allow_none=True,
        metadata={
            "description": "A date, or a date-time with offset. Relative dates are resolved against its local date.",
            "anyOf": [{"format": "date"}, {"format": "date-time"}],
        },
    )
    language = fields.String(
        allow_none=True,
        validate=check_language,
        metadata={
            "description": "A language tag (BCP 47).",
            "maxLength": MAX_LANGUAGE,
            "pattern": LANGUAGE_PATTERN,
        },
    )
    external_id = fields.String(
        allow_none=True,
        validate=clean(MAX_NAME),
        metadata=described(MAX_NAME, "Your own name for the article; kept as it is."),
    )

    @validates_schema(skip_on_field_errors=True)
    def not_both(self, data: dict[str, Any], **_: Any) -> None:
        """Of `text` and `html`, one; whether it may be neither is not the schema's to say."""
        if data.get("text") is not None and data.get("html") is not None:
            raise ValidationError({"html": ["conflict: `text` and `html` exclude each other; send one of them."]})


class Reading(Schema):
    """Whether an article was read for claims."""

    state = fields.String(metadata={"enum": ["waiting", "read", "skipped"]})
    reason = fields.String(allow_none=True)


class ArticleLinks(Schema):
    """Where to go from an article."""

    self = fields.String()
    claims = fields.String()
    abstentions = fields.String()
    source = fields.String(metadata={"description": "What the revision was made of, byte for byte."})
    job = fields.String()


class Article(Schema):
    """An article in its newest revision."""

    id = fields.UUID(metadata={"description": "The same over all revisions."})
    url = fields.String()
    title = fields.String(allow_none=True)
    publisher = fields.String(allow_none=True)
    published_at = fields.String(allow_none=True)
    language = fields.String(allow_none=True)
    external_id = fields.String(allow_none=True)
    revision = fields.Integer()
    state = fields.String(metadata={"enum": ["current", "withdrawn"]})
    status = fields.String(
        metadata={"enum": ["queued", "started", "finished", "failed"], "description": "That of its latest job."}
    )
    reading = fields.Nested(Reading)
    source = fields.Nested(
        Received, allow_none=True, metadata={"description": "What the revision was made of; null until it was fetched."}
    )
    claims_count = fields.Integer()
    created_at = fields.AwareDateTime(format="iso")
    updated_at = fields.AwareDateTime(format="iso")
    links = fields.Nested(ArticleLinks)


class ArticleWithText(Article):
    """An article with its text, null until `html` has been read."""

    text = fields.String(allow_none=True)


class ArticlePage(Schema):
    """One page of articles, newest first."""

    items = fields.List(fields.Nested(Article))
    next_cursor = fields.String(allow_none=True)


class ArticleQuery(PageQuery):
    """Which articles a list holds."""

    state = CommaList(
        State(validate=check_state),
        description="`current` (the default), `withdrawn`, or both.",
    )
    url = fields.String(
        validate=check_url,
        metadata={
            "description": "The article of this address.",
            "maxLength": MAX_URL,
            "pattern": URL_PATTERN,
        },
    )


class Submitted(Schema):
    """What became of a submission."""

    article = fields.Nested(Article)
    job = fields.Nested(Job)
    duplicate = fields.Boolean(metadata={"description": "Whether the same was known already."})
    claims = fields.List(
        fields.Nested(Claim),
        metadata={
            "description": "The first page of claims, where `Prefer: wait` was sent and the article was read in time. "
            "A `Link` header leads to the next page, if there is one."
        },
    )


class BatchItem(Schema):
    """What became of one submission of a batch."""

    status = fields.Integer()
    article = fields.Nested(Article)
    job = fields.Nested(Job)
    duplicate = fields.Boolean()
    problem = fields.Nested(Problem)


class BatchResult(Schema):
    """What became of a batch, in its order."""

    items = fields.List(fields.Nested(BatchItem))
