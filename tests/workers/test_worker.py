"""Real worker processes, a real Valkey, and articles that do harm."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from rq import Callback
from rq.exceptions import StopRequested

from workers import doorbell
from workers.hand import Hand
from workers.worker import HouseWorker, Stable

pytestmark = pytest.mark.slow


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text("ascii").rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_the_model_is_loaded_once_before_the_first_work_horse(yard: Any, until: Any) -> None:
    worker = yard.start()
    for n in range(3):
        job_id = yard.submit(f"text {n}")
        until(lambda job_id=job_id: yard.ended([job_id]))
    assert [pid for pid, _ in yard.events("load")] == [worker.pid]
    horses = {pid for pid, _ in yard.events("read")}
    assert len(horses) == 3
    assert worker.pid not in horses


@pytest.mark.parametrize(
    ("poison", "settings", "reason"),
    [
        ("hog", {"worker_memory_mb": 512}, "reading it took more than 512 MB of memory"),
        ("raise", {}, "reading it failed (ArithmeticError); the worker's log tells where"),
    ],
)
def test_a_poisonous_article_harms_only_itself(
    yard: Any, until: Any, poison: str, settings: dict[str, int], reason: str
) -> None:
    mates = [yard.submit(f"mate {n}") for n in range(3)]
    bad = yard.submit(f"{poison} now")
    mates += [yard.submit(f"mate {n}") for n in range(3, 6)]
    yard.start(**settings)
    until(lambda: yard.ended([bad, *mates]))
    assert yard.desk.statuses(mates) == ["finished"] * 6
    assert {yard.desk.job(job_id).attempts for job_id in mates} == {1}
    job = yard.desk.job(bad)
    assert (job.status, job.attempts, job.error) == ("failed", 5, reason)
    assert len([1 for _, text in yard.events("read") if text == f"{poison} now"]) == 5
    assert not yard.events("hoarded")


def test_sigterm_finishes_the_article_in_hand_and_gives_back_the_rest(yard: Any, until: Any) -> None:
    first, *rest = [yard.submit("sleep 2") for _ in range(4)]
    worker = yard.start()
    until(lambda: yard.events("read"))
    worker.send_signal(signal.SIGTERM)
    time.sleep(1.2)
    worker.send_signal(signal.SIGTERM)  # an impatient operator
    assert worker.wait(20) == 0
    assert yard.desk.statuses([first, *rest]) == ["finished"] + ["queued"] * 3
    assert [yard.desk.job(job_id).attempts for job_id in rest] == [0, 0, 0]


def test_a_work_horse_told_to_stop_by_itself_finishes_its_article_too(yard: Any, until: Any) -> None:
    ids = [yard.submit("sleep 1") for _ in range(3)]
    yard.start()
    ((horse, _),) = until(lambda: yard.events("read"))
    os.kill(horse, signal.SIGTERM)
    until(lambda: not alive(horse))
    assert len([1 for pid, _ in yard.events("done") if pid == horse]) == 1
    until(lambda: yard.ended(ids))
    assert {yard.desk.job(job_id).attempts for job_id in ids} == {1}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_idle_worker_stops_at_once(yard: Any, until: Any, number: signal.Signals) -> None:
    worker = yard.start()
    until(lambda: yard.events("ready"))
    time.sleep(0.5)
    worker.send_signal(number)
    assert worker.wait(10) == 0


def test_what_a_killed_worker_held_is_read_by_the_next_and_its_work_horse_dies_with_it(yard: Any, until: Any) -> None:
    ids = [yard.submit("sleep 30"), yard.submit("text")]
    worker = yard.start(lease_seconds=3)
    ((horse, _),) = until(lambda: yard.events("read"))
    worker.kill()
    worker.wait()
    until(lambda: not alive(horse), 5)
    yard.start(lease_seconds=3)
    until(lambda: len(yard.events("read")) > 1)
    assert {yard.desk.job(job_id).attempts for job_id in ids} <= {0, 1}
    assert not yard.events("done")


def test_a_lease_is_kept_while_a_long_article_is_read(yard: Any, until: Any) -> None:
    job_id = yard.submit("sleep 7")
    yard.start(lease_seconds=3)
    yard.start(lease_seconds=3)
    until(lambda: yard.ended([job_id]))
    assert yard.desk.job(job_id).status == "finished"
    assert len(yard.events("read")) == 1


def test_a_killed_work_horse_is_one_attempt_and_the_article_is_read_again(yard: Any, until: Any) -> None:
    job_id = yard.submit("sleep 1")
    worker = yard.start()
    ((horse, _),) = until(lambda: yard.events("read"))
    os.kill(horse, signal.SIGKILL)
    until(lambda: yard.ended([job_id]))
    assert (yard.desk.job(job_id).status, yard.desk.job(job_id).attempts) == ("finished", 2)
    assert worker.poll() is None


def test_without_its_queue_a_worker_waits_and_then_does_what_came_meanwhile(yard: Any, until: Any) -> None:
    worker = yard.start()
    until(lambda: yard.events("ready"))
    yard.server.stop()
    ids = [yard.submit(f"text {n}") for n in range(3)]
    time.sleep(2)
    assert yard.desk.statuses(ids) == ["queued"] * 3
    yard.server.start()
    until(lambda: yard.ended(ids))
    assert worker.poll() is None, "it has not even been started anew"
    assert len(yard.events("load")) == 1


def test_a_queue_that_goes_while_an_article_is_read_loses_nothing(yard: Any, until: Any) -> None:
    ids = [yard.submit("sleep 2"), yard.submit("text")]
    worker = yard.start()
    until(lambda: yard.events("read"))
    yard.server.stop()
    until(lambda: yard.ended(ids))
    assert {yard.desk.job(job_id).attempts for job_id in ids} == {1}
    later = yard.submit("later")
    yard.server.start()
    until(lambda: yard.ended([later]))
    assert worker.poll() is None


def test_the_watch_over_a_work_horse_goes_on_without_the_queue(server: Any) -> None:
    connection = doorbell.connect(server.url, timeout=2)
    doorbells = doorbell.queue(connection)
    doorbell.ring(doorbells)
    stable = Stable(Hand(), confine=lambda: None, settle=lambda _: None)
    worker = HouseWorker(connection, stable, name="w")
    worker.register_birth()
    (job,) = doorbells.jobs
    execution = worker.prepare_execution(job)
    server.stop()
    worker.maintain_heartbeats(job, execution)
    worker.teardown()
    connection.close()


def test_a_signal_does_not_break_off_the_settling_of_what_a_work_horse_held(server: Any) -> None:
    connection = doorbell.connect(server.url, timeout=2)
    doorbells = doorbell.queue(connection)
    doorbell.ring(doorbells)
    settled = []

    def settle(exit_code: int) -> None:
        worker.stop()
        settled.append(exit_code)

    worker = HouseWorker(connection, Stable(Hand(), confine=lambda: None, settle=settle), name="w")
    worker.register_birth()
    worker.execute_job(doorbells.jobs[0], doorbells)
    assert settled == [0]
    with pytest.raises(StopRequested):
        worker.stop()
    worker.teardown()
    connection.close()


def test_a_wiped_queue_is_rung_again(yard: Any, until: Any) -> None:
    yard.start()
    until(lambda: yard.events("ready"))
    connection = doorbell.connect(yard.server.url, timeout=2)
    connection.flushall()
    connection.close()
    job_id = yard.submit("text", ring=False)
    until(lambda: yard.ended([job_id]), 20)


def test_foreign_messages_are_thrown_away_unread(yard: Any, until: Any, tmp_path: Path) -> None:
    queue = doorbell.queue(doorbell.connect(yard.server.url, timeout=2))
    trace = tmp_path / "trace"
    queue.enqueue_call("os.mkdir", args=[str(trace)])
    queue.enqueue_call("workers.jobs.read_waiting", on_success=Callback("os.getpid"))
    yard.start()
    until(lambda: not queue.count and not queue.connection.llen(queue.intermediate_queue_key))
    assert until(lambda: yard.log().count("is no doorbell") == 2)
    assert not trace.exists()
    assert queue.connection.keys("rq:job:*") == []
    queue.connection.close()


def test_two_workers_share_what_waits(yard: Any, until: Any) -> None:
    for _ in range(2):
        yard.start()
    until(lambda: len(yard.events("ready")) == 2)
    ids = [yard.submit("sleep 0.1") for _ in range(48)]
    until(lambda: yard.ended(ids))
    assert len(yard.events("done")) == 48
    assert len({pid for pid, _ in yard.events("done")}) >= 2


def test_leases_are_renewed_by_a_thread_that_work_in_c_does_not_hold_up(yard: Any, until: Any) -> None:
    """The work-horse is stopped outright; only its parent can keep the lease."""
    job_id = yard.submit("sleep 1")
    yard.start(lease_seconds=3)
    ((horse, _),) = until(lambda: yard.events("read"))
    os.kill(horse, signal.SIGSTOP)
    time.sleep(5)
    assert yard.desk.job(job_id).status == "started"
    assert len(yard.events("read")) == 1
    os.kill(horse, signal.SIGCONT)
    until(lambda: yard.ended([job_id]))
    assert len(yard.events("read")) == 1
