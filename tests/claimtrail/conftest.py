"""The engine is opened once for all tests of the commands; one test opens it as a user does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from claims.reader import Reader, open_reader
from claimtrail import cli, engine

GAZETTEER = Path(__file__).resolve().parents[2] / "assets" / "gazetteer.sqlite3"


@pytest.fixture(scope="session")
def opened() -> Reader:
    return open_reader(GAZETTEER)


@pytest.fixture
def claimtrail(opened: Reader, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Runs the command line, with an engine that is open already."""
    monkeypatch.setattr(engine, "open_reader", lambda _: opened)
    return lambda *args: cli.main([str(arg) for arg in args])
