"""Articles on the wire."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from marshmallow import Schema, ValidationError, fields, validates_schema

from schemas.claim import ClaimPage
from schemas.common import CommaList, PageQuery, Strict, clean
from schemas.job import Job
from schemas.problem import Problem

MAX_TEXT, MAX_HTML, MAX_TITLE, MAX_URL, MAX_NAME = 100_000, 2_000_000, 500, 2_048, 200
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:[Zz]|[+-]\d\d:?\d\d)")


def check_url(value: str) -> None:
    """Refuses what is no plain web address: other schemes, credentials, no host, impossible ports, blanks inside."""
    clean(MAX_URL)(value)
    if re.search(r"[\s\x00-\x20\x7f\\<>\"]", value):
        raise ValidationError("invalid_url: It holds blanks or characters that no URL may hold.")
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError as error:
        raise ValidationError("invalid_url: It cannot be read as a URL; mind the brackets and the port.") from error
    if parts.scheme.lower() not in ("http", "https"):
        raise ValidationError("invalid_url: Only http and https addresses are taken.")
    if parts.username is not None or parts.password is not None:
        raise ValidationError("invalid_url: It must not hold a user name or password.")
    if not parts.hostname or port == 0 or not re.search(r"[^\W_]", parts.hostname):
        raise ValidationError("invalid_url: It names no host, or no usable port.")


def published_day(value: str) -> date:
    """The local date of a date or of a date-time with offset. Raises ValueError for anything else."""
    if _DATE.fullmatch(value):
        return date.fromisoformat(value)
    if _TIME.fullmatch(value):
        return datetime.fromisoformat(value.upper()).date()
    raise ValueError(value)


def check_published(value: str) -> None:
    """Takes a date, or a date-time that says its offset."""
    try:
        published_day(value)
    except ValueError as error:
        raise ValidationError(
            "invalid_date: A date (2025-06-03) or a date-time with offset (2025-06-03T09:30:00+02:00) is wanted."
        ) from error


def check_language(value: str) -> None:
    """Takes a language tag (BCP 47)."""
    if len(value) > 35 or not _LANGUAGE.fullmatch(value):
        raise ValidationError("invalid_language: A language tag is wanted, such as en or pt-BR.")


class ArticleIn(Strict):
    """An article as it is submitted: `url`, and exactly one of `text` and `html`."""

    text = fields.String(
        allow_none=True,
        validate=clean(MAX_TEXT),
        metadata={
            "description": "The article as plain text; offsets of claims count its code points.",
            "maxLength": MAX_TEXT,
        },
    )
    html = fields.String(
        allow_none=True,
        validate=clean(MAX_HTML),
        metadata={"description": "The article's page; its text, title and date are read from it."},
    )
    url = fields.String(
        required=True,
        validate=check_url,
        metadata={
            "description": "Where the article stands. The same address again is the article's next revision.",
            "format": "uri",
            "maxLength": MAX_URL,
            "pattern": "^[Hh][Tt][Tt][Pp][Ss]?://",
        },
    )
    title = fields.String(allow_none=True, validate=clean(MAX_TITLE), metadata={"maxLength": MAX_TITLE})
    publisher = fields.String(allow_none=True, validate=clean(MAX_NAME), metadata={"maxLength": MAX_NAME})
    published_at = fields.String(
        allow_none=True,
        validate=check_published,
        metadata={
            "description": "A date, or a date-time with offset. Relative dates are resolved against its local date."
        },
    )
    language = fields.String(
        allow_none=True, validate=check_language, metadata={"description": "A language tag (BCP 47).", "maxLength": 35}
    )
    external_id = fields.String(
        allow_none=True,
        validate=clean(MAX_NAME),
        metadata={"description": "Your own name for the article; kept as it is.", "maxLength": MAX_NAME},
    )

    @validates_schema(skip_on_field_errors=True)
    def exactly_one(self, data: dict[str, Any], **_: Any) -> None:
        """Of `text` and `html`, one."""
        if data.get("text") is not None and data.get("html") is not None:
            raise ValidationError({"html": ["conflict: `text` and `html` exclude each other; send one of them."]})
        if data.get("text") is None and data.get("html") is None:
            raise ValidationError({"text": ["required: Send the article as `text` or as `html`."]})


class Reading(Schema):
    """Whether an article was read for claims."""

    state = fields.String(metadata={"enum": ["waiting", "read", "skipped"]})
    reason = fields.String(allow_none=True)


class ArticleLinks(Schema):
    """Where to go from an article."""

    self = fields.String()
    claims = fields.String()
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
        fields.String(validate=lambda v: _one_of(v, ("current", "withdrawn"))),
        metadata={"description": "`current` (the default), `withdrawn`, or both."},
    )
    url = fields.String(validate=check_url, metadata={"description": "The article of this address."})


def _one_of(value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise ValidationError(f"invalid_choice: One of {', '.join(choices)} is wanted.")


class Submitted(Schema):
    """What became of a submission."""

    article = fields.Nested(Article)
    job = fields.Nested(Job)
    duplicate = fields.Boolean(metadata={"description": "Whether the same was known already."})
    claims = fields.Nested(
        ClaimPage,
        metadata={"description": "The first page of claims, where `Prefer: wait` was sent and they were ready."},
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
