"""Rules as data: what sets a rule off, what it builds, and examples that prove both."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `pattern` finds the trigger in a sentence's text; `build` makes drafts of claims from a match, or a
    refusal where a reader might ask why there is none.

    `needs` tells of a sentence, by its text alone, whether it holds what else the rule cannot do without: where it
    does not, the sentence need not be parsed. `example` is a text of which the rule makes a claim; of
    `counter_example` it makes none.
    """

    id: str
    pattern: re.Pattern[str]
    build: Callable[..., Iterable[Any]]
    example: str
    counter_example: str
    needs: Callable[..., bool] | None = None
