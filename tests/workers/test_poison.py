"""Articles at which reading hangs in ways that no exception ends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

STAGED = Path(__file__).with_name("staged.py")
TOO_MUCH, TOO_LONG = "reading it took more than {} s of processor time", "reading it took too long and did not end"
SEGFAULT = "the process reading it was ended by SIGSEGV"


def check_harm(yard: Any, until: Any, poisons: dict[str, str], *, cpu_seconds: int = 1, without: str = "") -> None:
    """Each poison fails after five attempts for its reason, and none of its mates notices."""
    mates = [yard.submit("mate first")]
    bad = {poison: yard.submit(poison) for poison in poisons}
    mates += [yard.submit(f"mate {n}") for n in range(3)]
    for _ in range(2):
        yard.start(STAGED, without=without, article_cpu_seconds=cpu_seconds, lease_seconds=3)
    until(lambda: yard.ended([*bad.values(), *mates]), max(240, 80 * cpu_seconds))
    assert yard.desk.statuses(mates) == ["finished"] * 4
    assert {yard.desk.job(job_id).attempts for job_id in mates} == {1}
    jobs = {poison: yard.desk.job(job_id) for poison, job_id in bad.items()}
    assert {poison: job.error for poison, job in jobs.items()} == poisons
    assert {(job.status, job.attempts) for job in jobs.values()} == {("failed", 5)}
    read = [text for _, text in yard.events("read")]
    assert {poison: read.count(poison) for poison in poisons} == dict.fromkeys(poisons, 5)
    assert not yard.desk.rows("select 1 from claims where quote <> 'mate'")


def most_cpu(yard: Any) -> float:
    """The most processor time that a work-horse has used."""
    return max(float(used) for _, used in yard.events("cpu"))


def test_what_hangs_in_c_crashes_or_swallows_exceptions_fails_alone(yard: Any, until: Any) -> None:
    poisons = dict.fromkeys(("loop", "swallow 0"), TOO_MUCH.format(1)) | {"segfault": SEGFAULT}
    check_harm(yard, until, poisons)
    assert most_cpu(yard) < 4  # the limit, up to a second for rounding it up, the mates, and the kernel's delay


@pytest.mark.torture
def test_what_only_waits_fails_alone_too(yard: Any, until: Any) -> None:
    check_harm(yard, until, {"sleep 3600": TOO_LONG, "swallow 3600": TOO_LONG}, without="patience")


@pytest.mark.torture
@pytest.mark.timeout(1800)
def test_with_the_limits_of_a_newsroom_everything_that_hangs_is_ended_in_time(yard: Any, until: Any) -> None:
    poisons = dict.fromkeys(("loop", "regex", "power", "swallow 0"), TOO_MUCH.format(20))
    check_harm(yard, until, poisons, cpu_seconds=20)
    assert 15 < most_cpu(yard) < 25
