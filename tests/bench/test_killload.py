"""The load with kills, on a small scale; and that its proof sees what it is there to see."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

from bench.killload import Plan, brought_up, main, run
from bench.ledger import FIRST_NUMBER, Ledger, Sent
from bench.service import Service
from bench.wire import Clients

pytestmark = pytest.mark.slow

LEASES = {"CLAIMTRAIL_LEASE_SECONDS": "3"}
PLAN = Plan(articles=40, rate=8, padding=20, kill_every=1.5, min_kills=4)


@pytest.mark.parametrize(
    ("database", "names"),
    [("sqlite", ["api", "worker-1", "horse-1", "valkey", "supervisor"]), ("postgresql", ["postgresql", "worker-1"])],
)
def test_whatever_is_killed_under_load_nothing_is_lost_doubled_or_wrong(database: str, names: list[str]) -> None:
    with brought_up(names, database, LEASES) as (service, victims):
        figures = run(Ledger(Clients([service.base]), padding=PLAN.padding), PLAN, victims)
        assert figures["passed"], json.dumps(figures) + service.worries()
    assert figures["kills_total"] >= 4
    assert figures["accepted"] == 40


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--victim", "postgresql"], "wants --database postgresql"),
        (["--base", "http://127.0.0.1:1"], "--run tells where the pid files are"),
    ],
)
def test_victims_that_it_could_not_bring_back_are_refused(options: list[str], told: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.killload", *options], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert told in done.stderr


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    """One service for the tests that leave it whole."""
    with brought_up([], "sqlite", LEASES) as (found, _):
        yield found


@pytest.fixture
def ledger(service: Service) -> Ledger:
    """Ten articles, all read."""
    filled = Ledger(Clients([service.base]), padding=2)
    filled.fill(10)
    assert filled.verdict(60).clean
    return filled


def test_the_program_attaches_to_a_service_and_prints_its_figures(
    service: Service, capfd: pytest.CaptureFixture[str]
) -> None:
    options = ["--n", "10", "--kill-every", "1", "--min-kills", "1", "--padding", "5", "--victim", "worker-1"]
    done = main(["--base", service.base, "--run", str(service.data_dir / "run"), *options])
    figures = json.loads(capfd.readouterr().out.splitlines()[-1])
    assert (done, figures["passed"], figures["accepted"]) == (0, True, 10)
    assert set(figures["kills"]) == {"worker-1"}


def test_an_article_that_is_not_read_counts_as_lost(ledger: Ledger) -> None:
    told = {"article": {"id": ledger.sent[0].article}, "job": {"id": "01a21582-0ca4-770a-a2c5-de005e57d99e"}}
    ledger.note(99_999, told)
    verdict = ledger.verdict(1)
    assert list(verdict.lost) == [99_999]
    assert not verdict.clean


def test_an_article_that_nobody_was_told_of_counts_as_doubled(ledger: Ledger) -> None:
    forgotten = ledger.sent.pop()
    verdict = ledger.verdict(30)
    assert verdict.doubled == [f"nobody was told of article {forgotten.article}"]
    assert not verdict.clean


def test_claims_of_another_article_count_as_wrong(ledger: Ledger) -> None:
    first, second, *_ = ledger.sent
    ledger.sent[0] = Sent(first.number, second.article, first.job)
    verdict = ledger.verdict(30)
    assert verdict.wrong
    assert not verdict.clean


def test_another_revision_of_an_article_counts_as_doubled(ledger: Ledger) -> None:
    ledger.clients.next().submit(ledger.article(FIRST_NUMBER) | {"text": "Another text."})
    assert any("has revision 2" in fault for fault in ledger.verdict(30).doubled)
