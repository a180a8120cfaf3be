"""Every harm of the long program, on a small scale. The figures that it is to reach are measured there, not here."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from bench import crowds, faults, torture

pytestmark = pytest.mark.slow

LEASES = {"CLAIMTRAIL_LEASE_SECONDS": "3"}
QUICK: dict[str, Callable[[], Any]] = {
    "valkey wiped": partial(faults.wiped, LEASES, waiting=60, workers=1, within=60),
    "valkey away": partial(faults.queue_away, LEASES, frozen=False, seconds=4, answered_within=3),
    "valkey frozen": partial(faults.queue_away, LEASES, frozen=True, seconds=4, answered_within=3),
    "database locked": partial(faults.locked, LEASES, seconds=7),
    "disk full": partial(faults.disk_full, LEASES, tries=5),
    "stopped under load": partial(faults.terminated, LEASES, rounds=1, rate=8, padding=10),
    "same key, sqlite": partial(crowds.same_key, LEASES, database="sqlite", rounds=5),
    "same key, postgresql": partial(crowds.same_key, LEASES, database="postgresql", rounds=3),
    "several machines": partial(crowds.several_machines, LEASES, articles=40),
}


@pytest.mark.parametrize("harm", QUICK)
def test_the_service_lives_through(harm: str) -> None:
    try:
        QUICK[harm]()
    except faults.Skipped as reason:
        pytest.skip(str(reason))


def test_the_table_tells_of_each_scenario_what_became_of_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails() -> dict[str, Any]:
        raise AssertionError("an article is lost")

    def cannot() -> dict[str, Any]:
        raise faults.Skipped("no disk")

    ways = {"good": lambda: {"lost": 0}, "bad": fails, "none": cannot}
    made = [torture.Scenario(name, "the bar", way, way) for name, way in ways.items()]
    monkeypatch.setattr(torture, "scenarios", lambda _: made)
    assert torture.main(["--only", "good", "--only", "none"]) == 0
    assert torture.main([]) == 1
    rows = capsys.readouterr().out.splitlines()[-3:]
    assert [row.split()[:2] for row in rows] == [["good", "passed"], ["bad", "FAILED"], ["none", "skipped"]]
    assert "an article is lost" in rows[1]
