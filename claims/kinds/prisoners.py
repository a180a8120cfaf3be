"""Prisoners: a number of people exchanged, freed, captured or held, or of bodies handed over."""

from __future__ import annotations

from claims.kind import Kind
from claims.model import Field, FieldType

KIND = Kind(
    name="prisoners",
    definition=(
        "A number of people exchanged, freed, captured or held as prisoners of war, detainees or hostages, "
        "or of bodies handed over."
    ),
    fields=(
        Field("count", FieldType.COUNT, "How many, None where the words are vague."),
        Field("count_low", FieldType.COUNT, "The least that the words allow."),
        Field("count_high", FieldType.COUNT, "The most that the words allow."),
        Field("count_text", FieldType.WORDS, "The number words, verbatim."),
        Field("qualifier", FieldType.CHOICE, "How exact the number is.", ("exact", "at_least", "about", "at_most")),
        Field("per_side", FieldType.FLAG, "Whether the number holds for each side."),
        Field(
            "action",
            FieldType.CHOICE,
            "What happened to them.",
            ("exchanged", "released", "captured", "held", "returned", "killed"),
        ),
        Field(
            "subject",
            FieldType.CHOICE,
            "Who they are.",
            ("prisoners_of_war", "civilians", "children", "hostages", "detainees", "bodies", "unspecified"),
        ),
        Field("side", FieldType.PARTY, "Whose people they are."),
    ),
    rules=(),
)
