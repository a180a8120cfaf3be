"""Every rule of every kind carries its own proof: a text of which it makes a claim, and one of which it makes none."""

from __future__ import annotations

from datetime import date

import pytest

from claims import catalog
from claims.model import Article
from claims.reader import Reader
from claims.rule import Rule

RULES = [rule for kind in catalog.kinds().values() for rule in kind.rules]


def fired(reader: Reader, text: str) -> set[str]:
    reading = reader.read(Article(text, published_at=date(2025, 6, 5), language="en"))
    return {claim.explanation.rule for claim in reading.claims}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_example_fires_and_the_counter_example_does_not(reader: Reader, rule: Rule) -> None:
    assert rule.id in fired(reader, rule.example)
    assert rule.id not in fired(reader, rule.counter_example)


def test_rules_are_named_after_their_kind_and_only_once() -> None:
    ids = [rule.id for rule in RULES]
    assert len(set(ids)) == len(ids)
    for kind in catalog.kinds().values():
        assert kind.rules
        assert all(rule.id.startswith(f"{kind.name}.") for rule in kind.rules)
