"""Readings that overlap: many rings for one job, leases that run out under a living worker, clocks that jump."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from workers import doorbell

pytestmark = pytest.mark.slow

STAGED = Path(__file__).with_name("staged.py")
# On the other engine too when there is time: what the engines do differently has tests in this process.
SHORT = pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.torture)], indirect=True
)


def ring(yard: Any, times: int) -> None:
    """Rings so often, whatever waits in the queue already."""
    connection = doorbell.connect(yard.server.url, timeout=2)
    queue = doorbell.queue(connection)
    for _ in range(times):
        queue.enqueue_call(doorbell.read_waiting, result_ttl=0, failure_ttl=0)
    connection.close()


def unheard(yard: Any) -> int:
    connection = doorbell.connect(yard.server.url, timeout=2)
    waiting = int(doorbell.queue(connection).count)
    connection.close()
    return waiting


def test_a_job_rung_fifty_times_over_four_workers_is_read_once(yards: Any, until: Any) -> None:
    for _ in range(4):
        yards.start(STAGED)
    until(lambda: yards.ready(4))
    job_id = yards.submit("sleep 0.5", ring=False)
    ring(yards, 50)
    until(lambda: yards.ended([job_id]) and not unheard(yards))
    assert [text for _, text in yards.events("read")] == ["sleep 0.5"]
    assert [committed for _, committed in yards.events("commit")] == [job_id]
    assert yards.events("drop") == []
    assert len({worker for worker, _ in yards.events("cpu")}) > 1, "several workers heard it"
    yards.desk.check_each_once(1)
    assert yards.desk.job(job_id).attempts == 1


@SHORT
def test_a_result_that_comes_after_its_lease_has_run_out_is_dropped(yards: Any, until: Any) -> None:
    """The first worker stands still with its work-horse until the second is reading the same article."""
    job_id = yards.submit("sleep 2")
    first = yards.start(STAGED, lease_seconds=3)
    ((horse, _),) = until(lambda: yards.events("read"))
    for pid in (first.pid, horse):
        os.kill(pid, signal.SIGSTOP)
    yards.start(STAGED, lease_seconds=3)
    until(lambda: len(yards.events("read")) == 2)
    for pid in (horse, first.pid):
        os.kill(pid, signal.SIGCONT)
    until(lambda: yards.ended([job_id]) and yards.events("drop"))
    (committed,), (dropped,) = yards.events("commit"), yards.events("drop")
    assert committed[0] != horse
    assert dropped == (horse, job_id)
    until(lambda: "its lease was lost, the result is dropped" in yards.log())
    yards.desk.check_each_once(1)
    assert yards.desk.job(job_id).attempts == 1


@pytest.mark.parametrize("jump", [3600, -3600])
def test_a_clock_that_jumps_under_living_workers_fails_nothing(yard: Any, until: Any, jump: int) -> None:
    for _ in range(2):
        yard.start(STAGED, lease_seconds=3)
    until(lambda: yard.ready(2))
    ids = [yard.submit(f"sleep 0.{n % 10}") for n in range(10)]
    until(lambda: yard.events("commit"))
    yard.set_clocks(jump)
    until(lambda: yard.ended(ids))
    yard.desk.check_each_once(10)
    assert len(yard.events("commit")) == 10
    assert {yard.desk.job(job_id).attempts for job_id in ids} == {1}


def test_what_a_dead_worker_held_does_not_wait_until_a_clock_set_back_has_caught_up(yard: Any, until: Any) -> None:
    yard.doom.write_text("worker while reading", "utf-8")
    yard.set_clocks(3600)
    job_id = yard.submit("text")
    yard.start(STAGED, lease_seconds=3).wait(60)
    yard.set_clocks(0)
    yard.start(STAGED, lease_seconds=3)
    until(lambda: yard.ended([job_id]), 30)
    yard.desk.check_each_once(1)


@SHORT
def test_a_worker_that_is_stopped_under_load_leaves_its_rest_to_the_others(yards: Any, until: Any) -> None:
    ids = [yards.submit("sleep 0.1", ring=False) for _ in range(40)]
    stopped, _ = (yards.start(STAGED) for _ in range(2))
    until(lambda: len({pid for pid, _ in yards.events("done")}) > 1)
    stopped.send_signal(signal.SIGTERM)
    assert stopped.wait(60) == 0
    until(lambda: yards.ended(ids))
    yards.desk.check_each_once(40)
    assert len(yards.events("read")) == 40
    assert yards.desk.rows("select attempts, lost_leases from jobs group by 1, 2") == [(0, 0)]
