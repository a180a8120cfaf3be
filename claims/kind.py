"""What a kind of claim is: its definition, the fields of its `details`, and the rules that find it."""

from __future__ import annotations

from dataclasses import dataclass

from claims.events.happening import Happening
from claims.model import Field
from claims.rule import Rule


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of claim. Each module of `claims.kinds` defines one as `KIND`; `claims.catalog` finds them there.

    `happening` tells which of its claims are of one happening; without it they are told of no events.
    """

    name: str
    definition: str
    fields: tuple[Field, ...]
    rules: tuple[Rule, ...]
    happening: Happening | None = None
