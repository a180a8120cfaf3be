"""News items in JSON (IPTC ninjs) on the wire: what of them is read here; all else in an item is let pass unread."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validates_schema

from schemas.article import MAX_HTML, MAX_TEXT, MAX_URL, Article, Published
from schemas.common import clean, described
from schemas.job import Job

MAX_GUID, MAX_PARTS, MAX_VERSION = 500, 100, 100
PUB_STATUSES = ("usable", "withheld", "canceled")
OUTCOMES = ("taken", "duplicate", "withdrawn", "outdated", "ignored")
# As the standard's tags, and with the underscore that some systems write.
TAG_PATTERN = r"^[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*$"
_TAG_LENGTH = 35
_NO_NUL = r"^[^\u0000]*$"
# A headline is cut to what a title may have; much longer ones are none.
_LONG = 10_000


def _storable(most: int) -> Callable[[str], None]:
    """A validator of texts that may be empty, but not longer than that, nor such that they cannot be stored."""
    filled = clean(most)

    def check(value: str) -> None:
        filled(value if value.strip() else f"{value[:most]}.")
        if len(value) > most:
            raise ValidationError(f"too_long: It has {len(value):,} characters; at most {most:,} are taken.")

    return check


def _text(most: int, description: str = "") -> fields.String:
    told: dict[str, Any] = {"maxLength": most, "pattern": _NO_NUL}
    if description:
        told["description"] = description
    return fields.String(allow_none=True, validate=_storable(most), metadata=told)


def _moment(description: str) -> Published:
    return Published(
        allow_none=True,
        metadata={"description": description, "anyOf": [{"format": "date"}, {"format": "date-time"}]},
    )


def _guid(description: str) -> fields.String:
    return fields.String(allow_none=True, validate=clean(MAX_GUID), metadata=described(MAX_GUID, description))


def _language(value: str) -> None:
    if value and (len(value) > _TAG_LENGTH or not re.fullmatch(TAG_PATTERN, value)):
        raise ValidationError("invalid_language: A language tag is wanted, such as en or pt-BR.")


def _few(values: list[Any]) -> None:
    if len(values) > MAX_PARTS:
        raise ValidationError(f"too_many: It has {len(values):,} parts; at most {MAX_PARTS} are taken.")


def _parts(each: type[Schema]) -> fields.List[Any]:
    return fields.List(fields.Nested(each), allow_none=True, validate=_few, metadata={"maxItems": MAX_PARTS})


class Version(fields.Field[str]):
    """A version's name, which is a text to some and a whole number to others; loaded as text."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        del attr, data, kwargs
        if isinstance(value, float) and value.is_integer():  # which JSON does not tell from an integer
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise ValidationError("type: A text or a whole number is wanted.")
        if isinstance(value, int) and abs(value) >= 10**18:
            raise ValidationError("out_of_range: As a number it has at most 18 digits.")
        told = str(value)
        _storable(MAX_VERSION)(told)
        return told


class _Lenient(Schema):
    class Meta:
        """Items hold much that is not read here."""

        unknown = EXCLUDE


class NinjsHeadline(_Lenient):
    """A headline of ninjs 2 and 3."""

    role = _text(200)
    value = _text(_LONG)


class NinjsBody(_Lenient):
    """A body of ninjs 2 and 3."""

    role = _text(200)
    contenttype = _text(200)
    contentType = _text(200)  # noqa: N815 - the standard's name
    value = _text(MAX_HTML)


class NinjsLink(_Lenient):
    """Where the item, or something of it, is found."""

    rel = _text(200)
    href = _text(MAX_URL)


class NinjsItem(_Lenient):
    """A news item as ninjs 1, 2 and 3 have it: with `guid` or `uri`. What is not named here is let pass unread."""

    guid = _guid("The item's identity over all its versions, as Superdesk sends it.")
    uri = _guid("Its identity in the standard; where it is a web address and no other is told, also the article's.")
    type = _text(200, "Only `text` is taken in; without it an item is a text.")
    version = Version(
        allow_none=True,
        metadata={
            "description": "Where it is a number, it tells which version is the newer one.",
            "type": ["string", "integer"],
            "maxLength": MAX_VERSION,
            "pattern": _NO_NUL,
            "minimum": -(10**18) + 1,
            "maximum": 10**18 - 1,
        },
    )
    pubstatus = fields.String(
        allow_none=True,
        metadata={
            "enum": [*PUB_STATUSES, None],
            "description": "`usable` by default; `canceled` withdraws the article.",
        },
    )
    pubStatus = fields.String(allow_none=True, metadata={"enum": [*PUB_STATUSES, None]})  # noqa: N815
    headline = _text(_LONG)
    headlines = _parts(NinjsHeadline)
    body_html = _text(MAX_HTML)
    body_text = _text(MAX_TEXT)
    bodies = _parts(NinjsBody)
    versioncreated = _moment("When this version was made.")
    versionCreated = _moment("The same.")  # noqa: N815
    firstpublished = _moment("When the item was first published; relative dates are resolved against it.")
    firstcreated = _moment("When the item was made; where `firstpublished` is missing, that.")
    firstCreated = _moment("The same.")  # noqa: N815
    contentcreated = _moment("When its content was made.")
    contentCreated = _moment("The same.")  # noqa: N815
    contentmodified = _moment("When its content was last changed.")
    contentModified = _moment("The same.")  # noqa: N815
    language = fields.String(
        allow_none=True,
        validate=_language,
        metadata={
            "description": "A language tag (BCP 47), or none.",
            "maxLength": _TAG_LENGTH,
            "pattern": rf"^$|{TAG_PATTERN}",
        },
    )
    source = _text(_LONG, "The outlet.")
    provider = fields.Raw(
        allow_none=True,
        metadata={"description": "The outlet where `source` is missing: its name, or an object with it."},
    )
    evolvedfrom = _text(MAX_GUID, "The guid of the item that this one continues: it becomes that article's revision.")
    evolvedFrom = _text(MAX_GUID, "The same.")  # noqa: N815
    canonicalurl = _text(MAX_URL, "Where the article stands.")
    canonicalUrl = _text(MAX_URL, "The same.")  # noqa: N815
    links = _parts(NinjsLink)

    @validates_schema(skip_on_field_errors=True)
    def named(self, data: dict[str, Any], **_: Any) -> None:
        """An item has an identity."""
        if data.get("guid") is None and data.get("uri") is None:
            raise ValidationError({"guid": ["required: An item is known by its `guid` or its `uri`."]})
        for name in ("pubstatus", "pubStatus"):
            if data.get(name) is not None and data[name] not in PUB_STATUSES:
                raise ValidationError({name: [f"not_allowed: One of {', '.join(PUB_STATUSES)} is wanted."]})


class NinjsResult(Schema):
    """What became of a pushed item."""

    guid = fields.String()
    outcome = fields.String(metadata={"enum": list(OUTCOMES)})
    reason = fields.String(allow_none=True, metadata={"description": "Why nothing was taken in, where nothing was."})
    article = fields.Nested(
        Article, allow_none=True, metadata={"description": "The item's article as it stands, where it has one."}
    )
    job = fields.Nested(Job, allow_none=True, metadata={"description": "The reading, where something was taken in."})
