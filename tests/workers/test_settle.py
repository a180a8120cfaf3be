from __future__ import annotations

import signal
from typing import Any

import pytest

from workers.hand import Note
from workers.settle import Rules, settle

RULES = Rules(max_attempts=5, cpu_seconds=20, memory_mb=1024)


def end(desk: Any, exit_code: int, slept: list[float] | None = None) -> bool:
    slept = [] if slept is None else slept
    return settle(desk.database, desk.hand, exit_code, RULES, now=lambda: desk.now, sleep=slept.append)


def test_the_one_being_read_is_blamed_and_the_others_are_read_one_by_one(desk: Any) -> None:
    ids = [desk.submit(f"text {n}") for n in range(4)]
    taken = desk.take()
    desk.hand.begin(taken[2].token)
    assert end(desk, -signal.SIGSEGV)
    assert [desk.job(job_id).attempts for job_id in ids] == [0, 0, 1, 0]
    assert desk.job(ids[2]).error == "the process reading it was ended by SIGSEGV"
    assert desk.hand.held == []
    for expected in ids:
        (one,) = desk.take()
        assert (one.job_id, one.alone) == (expected, True)
        desk.hand.clear()


@pytest.mark.parametrize(
    ("exit_code", "note", "reason"),
    [
        (-signal.SIGXCPU, Note.NONE, "reading it took more than 20 s of processor time"),
        (-signal.SIGKILL, Note.NONE, "the process reading it was ended by SIGKILL"),
        (-signal.SIGKILL, Note.OVERDUE, "reading it took too long and did not end"),
        (0, Note.OUT_OF_MEMORY, "reading it took more than 1024 MB of memory"),
        (7, Note.NONE, "the process reading it ended unexpectedly (status 7)"),
    ],
)
def test_the_reason_says_what_happened(small_desk: Any, exit_code: int, note: Note, reason: str) -> None:
    job_id = small_desk.submit("text")
    for attempt in range(1, 6):
        small_desk.hand.begin(small_desk.take()[0].token)
        small_desk.hand.note = note
        assert end(small_desk, exit_code)
        job = small_desk.job(job_id)
        assert (job.attempts, job.status) == (attempt, "failed" if attempt == 5 else "queued")
    assert job.error == reason


def test_where_nothing_was_being_read_nothing_is_blamed(desk: Any) -> None:
    job_id = desk.submit("text")
    desk.take()
    assert end(desk, -signal.SIGKILL)
    assert (desk.job(job_id).status, desk.job(job_id).attempts) == ("queued", 0)


def test_what_a_work_horse_without_database_held_is_read_together_again(desk: Any) -> None:
    ids = [desk.submit(f"text {n}") for n in range(2)]
    desk.hand.begin(desk.take()[0].token)
    desk.hand.note = Note.NO_DATABASE
    assert end(desk, 0)
    assert [desk.job(job_id).attempts for job_id in ids] == [0, 0]
    assert [taken.alone for taken in desk.take()] == [False, False]


def test_a_clean_end_leaves_nothing_to_do(small_desk: Any) -> None:
    assert not end(small_desk, 0)


def test_while_the_database_is_away_it_is_tried_for_a_while_and_then_left_to_the_leases(small_desk: Any) -> None:
    job_id = small_desk.submit("text")
    small_desk.hand.begin(small_desk.take()[0].token)
    path = small_desk.database.path
    aside = path.with_suffix(".aside")
    path.rename(aside)
    slept: list[float] = []
    assert end(small_desk, -signal.SIGSEGV, slept)
    assert len(slept) == 4
    aside.rename(path)
    assert small_desk.hand.held == []
    assert (small_desk.job(job_id).status, small_desk.job(job_id).attempts) == ("started", 1)
