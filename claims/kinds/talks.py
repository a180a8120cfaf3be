"""Talks: negotiations, rounds, summits, meetings and calls between states, armed sides or mediators."""

from __future__ import annotations

from claims.kind import Kind
from claims.model import Field, FieldType

KIND = Kind(
    name="talks",
    definition=(
        "Talks, negotiations, a round, a summit, a meeting or a call between states, armed sides, their leaders, "
        "delegations or mediators, with a time for it, or with word that no date is set or that it was called off."
    ),
    fields=(
        Field("parties", FieldType.PARTIES, "The sides that talk, by their usual English names."),
        Field("place", FieldType.PLACE, "Where the talks are held."),
        Field("round", FieldType.NUMBER, "Which round it is: 2 for the second round."),
        Field("format", FieldType.CHOICE, "What sort of talks.", ("meeting", "call", "summit", "talks")),
    ),
    rules=(),
)
