"""Reviews on the wire: what a fact-checker records beside what the machine read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields

from schemas.article import MAX_NAME, MAX_TITLE, MAX_URL, URL_PATTERN, check_url
from schemas.common import BLANKS, MAX_VALUES, CommaList, PageQuery, Strict, check_values, clean, described

STATES = ("draft", "published", "withdrawn")
NEW_STATES = STATES[:2]
SUBJECT_TYPES = ("claim", "event")
MAX_RATIONALE, MAX_REASON, MAX_VERDICT, MAX_EVIDENCE, MAX_CORRECTIONS = 10_000, 1_000, 100, 50, 30
FIELD_PATTERN = r"^[a-z][a-z0-9_]{0,63}(?:\.[A-Za-z0-9_-]{1,64}){0,5}$"
MAX_FIELD = 200
MAX_STRING, MAX_MEMBERS, MAX_NESTING, MAX_VALUE = 2_000, 100, 6, 10_000
# What a correction's value may be, for the documentation; `check_value` says how deep and how long in all.
VALUE = "ReviewValue"
_VALUE_REF = {"$ref": f"#/components/schemas/{VALUE}"}
_STORABLE = r"^[^\u0000]*$"
# One of several values with commas between.
_ONE = rf"^[^\u0000,]*[^\u0000,{BLANKS}][^\u0000,]*$"
VALUE_SCHEMA: dict[str, Any] = {
    "description": f"Any JSON, nested at most {MAX_NESTING} deep, of at most {MAX_VALUE:,} characters in all.",
    "anyOf": [
        {"type": ["null", "boolean", "number"]},
        {"type": "string", "maxLength": MAX_STRING, "pattern": _STORABLE},
        {"type": "array", "maxItems": MAX_MEMBERS, "items": _VALUE_REF},
        {
            "type": "object",
            "maxProperties": MAX_MEMBERS,
            "propertyNames": {"type": "string", "maxLength": MAX_NAME, "pattern": _STORABLE},
            "additionalProperties": _VALUE_REF,
        },
    ],
}


def check_value(value: Any) -> None:
    """Takes JSON of bounded depth and size, whose texts can be stored."""
    if _weight(value, MAX_NESTING) > MAX_VALUE:
        raise ValidationError(f"too_long: It has more than {MAX_VALUE:,} characters.")


def _weight(value: Any, depth: int) -> int:
    """About how many characters it has as JSON."""
    if isinstance(value, str):
        return _text(value, MAX_STRING)
    if not isinstance(value, list | dict):
        return len(str(value))
    if depth == 0:
        raise ValidationError(f"too_deep: It is nested deeper than {MAX_NESTING} levels.")
    if len(value) > MAX_MEMBERS:
        raise ValidationError(f"too_many: A list or object in it has more than {MAX_MEMBERS} members.")
    if isinstance(value, list):
        return 2 + sum(_weight(one, depth - 1) + 1 for one in value)
    return 2 + sum(_text(name, MAX_NAME) + _weight(one, depth - 1) + 2 for name, one in value.items())


def _text(value: str, most: int) -> int:
    if value.strip():
        clean(most)(value)
    elif len(value) > most:
        raise ValidationError(f"too_long: A text in it has more than {most:,} characters.")
    return len(value) + 2


def _check_field(value: str) -> None:
    if len(value) > MAX_FIELD or not re.fullmatch(FIELD_PATTERN, value):
        raise ValidationError("invalid_field: A field's path is wanted, such as date.from or details.count.")


def _choice(*choices: str) -> Any:
    def check(value: str) -> None:
        if value not in choices:
            raise ValidationError(f"invalid_choice: One of {', '.join(choices)} is wanted.")

    return check


def _text_or_none(most: int, description: str) -> fields.String:
    return fields.String(allow_none=True, validate=clean(most), metadata=described(most, description))


class _Listed(fields.List[Any]):
    """A list of at most so many; null for none."""

    def __init__(self, each: fields.Field[Any], most: int, description: str) -> None:
        super().__init__(each, allow_none=True, metadata={"description": description, "maxItems": most})
        self._most = most

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> list[Any]:
        if isinstance(value, list) and len(value) > self._most:
            raise ValidationError(f"too_many: It has {len(value):,} items; at most {self._most} are taken.")
        return super()._deserialize(value, attr, data, **kwargs)


class EvidenceIn(Strict):
    """What a verdict rests on."""

    url = fields.String(required=True, validate=check_url, metadata={"maxLength": MAX_URL, "pattern": URL_PATTERN})
    title = _text_or_none(MAX_TITLE, "What stands there.")
    note = _text_or_none(MAX_REASON, "What it shows.")


class CorrectionIn(Strict):
    """What a field of the subject should say; the machine's own value stays where it is."""

    field = fields.String(
        required=True,
        validate=_check_field,
        metadata={
            "description": "A path in the subject as it is served, such as `status`, `date.from` or `details.count`.",
            "maxLength": MAX_FIELD,
            "pattern": FIELD_PATTERN,
        },
    )
    value = fields.Raw(required=True, allow_none=True, validate=check_value, metadata={"anyOf": [_VALUE_REF]})
    reason = _text_or_none(MAX_REASON, "Why.")


class _Written(Strict):
    verdict = fields.String(
        allow_none=True,
        validate=clean(MAX_VERDICT),
        metadata=described(MAX_VERDICT, "One of `GET /v1/reviews/scale`; null while undecided."),
    )
    rationale = _text_or_none(MAX_RATIONALE, "Why the verdict is what it is.")
    evidence = _Listed(fields.Nested(EvidenceIn), MAX_EVIDENCE, "What the verdict rests on.")
    corrections = _Listed(
        fields.Nested(CorrectionIn), MAX_CORRECTIONS, "What the machine should have read; each field once."
    )
    assignee = _text_or_none(MAX_NAME, "Who is to work on it.")
    reviewer = _text_or_none(MAX_NAME, "Who writes this version; the name of the key where nobody is named.")


class ReviewIn(_Written):
    """A new review. Publishing it needs a verdict."""

    state = fields.String(validate=_choice(*NEW_STATES), metadata={"enum": list(NEW_STATES)}, load_default="draft")


class ReviewPatch(_Written):
    """A JSON merge patch (RFC 7396): what is left out stays, null empties, a list replaces the whole list. `reviewer`
    and `reason` tell of this change alone."""

    state = fields.String(
        validate=_choice(*STATES),
        metadata={"enum": list(STATES), "description": "Publishing needs a verdict, withdrawing a reason."},
    )
    reason = _text_or_none(MAX_REASON, "Why it is changed, for the history.")


class Subject(Schema):
    """What is reviewed."""

    type = fields.String(metadata={"enum": list(SUBJECT_TYPES)})
    id = fields.UUID()


class Evidence(Schema):
    """What a verdict rests on."""

    url = fields.String()
    title = fields.String(allow_none=True)
    note = fields.String(allow_none=True)


class Correction(Schema):
    """What a field should say, beside what the machine's said when that was written."""

    field = fields.String()
    value = fields.Raw(allow_none=True, metadata={"description": "What it should say."})
    machine = fields.Raw(
        allow_none=True, metadata={"description": "What the machine's field said when the correction was made."}
    )
    reason = fields.String(allow_none=True)


class ReviewLinks(Schema):
    """Where to go from a review."""

    self = fields.String()
    subject = fields.String()
    versions = fields.String()


class Review(Schema):
    """A review as one of its versions left it."""

    id = fields.UUID(metadata={"description": "The same over all versions."})
    subject = fields.Nested(Subject)
    version = fields.Integer(metadata={"description": "Counts from 1; in quotes it is the ETag."})
    state = fields.String(metadata={"enum": list(STATES)})
    verdict = fields.String(allow_none=True)
    rationale = fields.String(allow_none=True)
    evidence = fields.List(fields.Nested(Evidence))
    corrections = fields.List(fields.Nested(Correction))
    assignee = fields.String(allow_none=True)
    reviewer = fields.String(allow_none=True, metadata={"description": "Who wrote this version."})
    by_key = fields.String(allow_none=True, metadata={"description": "The name of the key it was written with."})
    reason = fields.String(allow_none=True, metadata={"description": "Why this version was written."})
    created_at = fields.AwareDateTime(format="iso")
    updated_at = fields.AwareDateTime(format="iso", metadata={"description": "When this version was written."})
    published_at = fields.AwareDateTime(
        format="iso", allow_none=True, metadata={"description": "When it was last published, null if it never was."}
    )
    links = fields.Nested(ReviewLinks)


class ReviewPage(Schema):
    """One page of reviews, or of the versions of one."""

    items = fields.List(fields.Nested(Review))
    next_cursor = fields.String(allow_none=True)


class VerdictScale(Schema):
    """The verdicts that a review may give."""

    verdicts = fields.List(fields.String())


def _states() -> CommaList:
    return CommaList(
        fields.String(validate=_choice(*STATES), metadata={"enum": list(STATES)}), description="States, comma for OR."
    )


def _names(description: str) -> fields.List[str]:
    return fields.List(
        fields.String(validate=clean(MAX_NAME), metadata=described(MAX_NAME)),
        validate=check_values,
        metadata={"description": description, "maxItems": MAX_VALUES},
    )


class SubjectReviewQuery(PageQuery):
    """Which reviews of a subject a list holds."""

    state = _states()


class ReviewQuery(SubjectReviewQuery):
    """Which reviews a list holds. Every parameter narrows it; several values are alternatives."""

    subject_type = CommaList(
        fields.String(validate=_choice(*SUBJECT_TYPES), metadata={"enum": list(SUBJECT_TYPES)}),
        description="What is reviewed, comma for OR.",
    )
    verdict = CommaList(
        fields.String(validate=clean(MAX_VERDICT), metadata=described(MAX_VERDICT) | {"pattern": _ONE}),
        description="Verdicts, comma for OR.",
    )
    assignee = _names("Who is to work on it, by the whole name.")
    reviewer = _names("Who wrote its newest version, by the whole name.")
    updated_since = fields.AwareDateTime(
        format="iso", metadata={"description": "Those changed at this moment or later (a date-time with offset)."}
    )
