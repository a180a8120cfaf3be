"""The quality gate: what the extractor reaches on the project's own articles, and may not fall below."""

from __future__ import annotations

from pathlib import Path

import pytest

from claims.reader import Reader
from claimtrail.commands.score import load, scored
from claimtrail.engine import Engine
from claimtrail.scoring import Score

GOLD = Path(__file__).resolve().parents[1] / "gold"
# Core F1 and precision by kind: a little under what was measured when they were last raised.
FLOORS = {"casualties": (0.94, 0.97), "prisoners": (0.93, 0.95), "talks": (0.76, 0.86), "territory": (0.86, 0.90)}


@pytest.fixture(scope="module")
def score(opened: Reader) -> Score:
    articles = load([GOLD])
    engine = Engine(opened)
    wanted = ("text", "url", "title", "publisher", "published_at", "language")
    found = {a["id"]: engine.read({f: a[f] for f in wanted if a.get(f)})["claims"] for a in articles}
    return scored(articles, found)


@pytest.mark.parametrize("kind", FLOORS)
def test_no_kind_falls_below_its_floor(score: Score, kind: str) -> None:
    f1, precision = FLOORS[kind]
    assert score.core[kind].f1 >= f1
    assert score.core[kind].precision >= precision


def test_every_claim_is_exactly_where_it_says(score: Score) -> None:
    assert score.spans > 200
    assert score.exact_spans == score.spans
