from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

import claims.kinds
from claims import catalog
from claims.language import Parser
from claims.model import Article
from claims.reader import Reader
from claims.values.gazetteer import Gazetteer

TRIAL = '''
    """A trial: which flags were raised."""

    import re

    from claims.draft import Draft
    from claims.kind import Kind
    from claims.model import Field, FieldType
    from claims.rule import Rule

    def build(hit):
        yield Draft(word=hit.word, details={"words": hit.trigger}, value_words=hit.trigger, identity=("words",))

    KIND = Kind(
        name="flags",
        definition="Which flag was raised.",
        fields=(Field("words", FieldType.WORDS, "The words."),),
        rules=(Rule("flags.raised", re.compile(r"raised", re.I), build, "A flag was raised.", "A flag was lowered."),),
    )
'''


@pytest.fixture
def trial_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "flags.py").write_text(dedent(TRIAL))
    monkeypatch.setattr(claims.kinds, "__path__", [*claims.kinds.__path__, str(tmp_path)])
    yield
    sys.modules.pop("claims.kinds.flags", None)
    importlib.invalidate_caches()


def test_the_kinds_are_those_of_the_modules() -> None:
    modules = sorted(file.stem for file in Path(next(iter(claims.kinds.__path__))).glob("[!_]*.py"))
    assert list(catalog.kinds()) == modules
    assert {"prisoners", "talks", "territory"} <= set(modules)


def test_a_kind_is_one_module_and_nothing_else(trial_kind: None, parser: Parser, gazetteer: Gazetteer) -> None:
    assert "flags" in catalog.kinds()
    reader = Reader(parser, gazetteer, catalog.kinds())
    (claim,) = reader.read(Article("The rebels raised their flag over the fort.", language="en")).claims
    assert (claim.kind, claim.details, claim.explanation.rule) == ("flags", {"words": "raised"}, "flags.raised")


def test_a_module_without_a_kind_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "empty_kind.py").write_text("")
    monkeypatch.setattr(claims.kinds, "__path__", [*claims.kinds.__path__, str(tmp_path)])
    with pytest.raises(TypeError, match="empty_kind defines no KIND"):
        catalog.kinds()
    sys.modules.pop("claims.kinds.empty_kind", None)
