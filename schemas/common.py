"""What several schemas share: the strict base, kinds of text, lists in a query, links and pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields

MAX_LIMIT = 200
# Each value of a filter is looked up by itself.
MAX_VALUES = 50
# What counts as blank, spelled out: what \s means differs from one language's patterns to another's.
BLANKS = r"\u0009-\u000d\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
# What `clean` takes, for the documentation: something besides blanks, and no NUL.
TEXT_PATTERN = rf"^[^\u0000]*[^\u0000{BLANKS}][^\u0000]*$"


class Strict(Schema):
    """A body or query in which nothing unknown is let pass."""

    class Meta:
        """Unknown fields are faults."""

        unknown = RAISE


def described(most: int, description: str = "") -> dict[str, Any]:
    """The documentation of a text that `clean(most)` takes."""
    told = {"minLength": 1, "maxLength": most, "pattern": TEXT_PATTERN}
    return told | ({"description": description} if description else {})


def clean(most: int) -> Callable[[str], None]:
    """A validator of texts: not blank, at most `most` characters, and storable (no NUL, no lone surrogates)."""

    def check(value: str) -> None:
        if not value.strip():
            raise ValidationError("blank: It must not be blank.")
        if len(value) > most:
            raise ValidationError(f"too_long: It has {len(value):,} characters; at most {most:,} are taken.")
        if "\0" in value:
            raise ValidationError("invalid_text: It holds a NUL character.")
        if not value.isascii() and re.search(r"[\ud800-\udfff]", value):
            raise ValidationError("invalid_text: It holds half of a surrogate pair, which is no character.")

    return check


class CommaList(fields.List[Any]):
    """Values of a query parameter, separated by commas or given repeatedly: any of them may hold."""

    is_multiple = True

    def __init__(self, each: fields.Field[Any], *, description: str) -> None:
        super().__init__(each, metadata={"description": description, "maxItems": MAX_VALUES})

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> list[Any]:
        given = value if isinstance(value, list) else [value]
        parts = [part.strip() for one in given for part in str(one).split(",") if part.strip()]
        if not parts:
            raise ValidationError("blank: It names no value.")
        check_values(parts)
        return super()._deserialize(parts, attr, data, **kwargs)


def check_values(values: Sequence[Any]) -> None:
    """No more values of one parameter than are taken."""
    if len(values) > MAX_VALUES:
        raise ValidationError(f"too_many: It has {len(values):,} values; at most {MAX_VALUES} are taken.")


def between(least: int, most: int) -> Callable[[int], None]:
    """A validator of numbers: from `least` to `most`."""

    def check(number: int) -> None:
        if not least <= number <= most:
            raise ValidationError(f"out_of_range: It must be between {least} and {most}.")

    return check


class PageQuery(Strict):
    """Which page of a list."""

    cursor = fields.String(
        validate=clean(2000),
        metadata=described(2000, "The `next_cursor` of the page before; opaque."),
    )
    limit = fields.Integer(
        load_default=25,
        strict=False,
        validate=between(1, MAX_LIMIT),
        metadata={
            "description": f"How many items a page holds, at most {MAX_LIMIT}.",
            "minimum": 1,
            "maximum": MAX_LIMIT,
        },
    )
