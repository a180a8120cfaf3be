"""The engine, opened once: the language model, the built gazetteer, and the reader over both."""

from __future__ import annotations

from pathlib import Path

import pytest

from claims import catalog, language
from claims.reader import Reader
from claims.values.gazetteer import Gazetteer

GAZETTEER = Path(__file__).resolve().parents[2] / "assets" / "gazetteer.sqlite3"


@pytest.fixture(scope="session")
def parser() -> language.Parser:
    return language.load()


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    return Gazetteer.open(GAZETTEER)


@pytest.fixture(scope="session")
def reader(parser: language.Parser, gazetteer: Gazetteer) -> Reader:
    return Reader(parser, gazetteer, catalog.kinds())
