"""Parsing only the sentences that rules ask for must not change a single claim."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from claims import catalog
from claims.context import Sentence
from claims.language import Parser
from claims.model import Article
from claims.reader import Reader, Triggers
from claims.values.gazetteer import Gazetteer

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (ROOT / "tests" / "gold", ROOT.parent / "shared" / "gold" / "tune", ROOT.parent / "shared" / "seeds")


class Whole(Reader):
    """Parses every sentence."""

    def _to_parse(self, triggered: Sequence[tuple[Sentence, Triggers]]) -> list[Sentence]:
        return [sentence for sentence, _ in triggered]


def article(path: Path) -> Article:
    if path.suffix == ".txt":
        return Article(path.read_text("utf-8"), language="en")
    held = json.loads(path.read_text("utf-8"))
    day = held.get("published_at")
    return Article(held["text"], published_at=date.fromisoformat(day[:10]) if day else None, language="en")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_pre_filter_changes_no_claim(parser: Parser, gazetteer: Gazetteer, folder: Path) -> None:
    paths = [p for p in sorted(folder.glob("*")) if p.suffix in (".json", ".txt")] if folder.is_dir() else []
    if not paths:
        pytest.skip(f"there are no articles in {folder.parent.name}/{folder.name} beside the project")
    paths = paths[:: 1 + len(paths) // 100]  # of many, some: a parse of every sentence takes its time
    reader, whole = Reader(parser, gazetteer, catalog.kinds()), Whole(parser, gazetteer, catalog.kinds())
    differing = [p.name for p in paths if reader.read(article(p)).claims != whole.read(article(p)).claims]
    assert differing == []
