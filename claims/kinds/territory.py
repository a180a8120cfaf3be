"""Territory: who took, holds, lost, left, claims or is asked to give up which ground."""

from __future__ import annotations

from claims.kind import Kind
from claims.model import Field, FieldType

KIND = Kind(
    name="territory",
    definition="Who took, holds, lost, left, claims or is asked to give up which ground.",
    fields=(
        Field("actor", FieldType.PARTY, "The side that acts, by its usual English name."),
        Field(
            "action",
            FieldType.CHOICE,
            "What it did with the ground.",
            ("captured", "advanced", "holds", "withdrew", "cedes", "annexed"),
        ),
        Field("places", FieldType.PLACES, "The most specific places named, each with its containing region."),
        Field("area_km2", FieldType.NUMBER, "An area in square kilometres, converted where needed."),
        Field("share_percent", FieldType.NUMBER, "A share of a whole in percent."),
    ),
    rules=(),
)
