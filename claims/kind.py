"""What a kind of claim is: its definition, the fields of its `details`, and the rules that find it."""

from __future__ import annotations

from dataclasses import dataclass

from claims.model import Field
from claims.rule import Rule


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of claim. Each module of `claims.kinds` defines one as `KIND`; `claims.catalog` finds them there."""

    name: str
    definition: str
    fields: tuple[Field, ...]
    rules: tuple[Rule, ...]
