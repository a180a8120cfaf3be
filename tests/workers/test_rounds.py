from __future__ import annotations

import subprocess
import threading
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import Mock

import pytest

from store import articles, idempotency, jobs, notices, webhooks
from store.database import Unavailable
from store.notices import Notice
from store.webhooks import Wish
from workers.hand import Note
from workers.rounds import _PRUNE_EVERY, MAX_LOST, Reconciler, Renewer, Rounds


def test_rounds_go_on_after_a_fault_and_end_when_told() -> None:
    enough = threading.Event()
    faults: list[BaseException] = [Unavailable("locked"), ValueError("a mistake")]
    count = 0

    def step() -> None:
        nonlocal count
        count += 1
        if faults:
            raise faults.pop()
        enough.set()

    rounds = Rounds("test", 0.01, step)
    rounds.start()
    assert enough.wait(10)
    rounds.stop()
    ended_at = count
    assert not rounds.is_alive()
    assert ended_at >= 3
    assert count == ended_at


def renewer(desk: Any, horse: int = 0) -> Renewer:
    return Renewer(
        desk.database,
        desk.hand,
        lease_seconds=30,
        overdue_seconds=200,
        horse=lambda: horse,
        now=lambda: desk.now,
        clock=lambda: desk.seconds,
    )


def test_leases_last_as_long_as_the_hand_holds_the_job(desk: Any) -> None:
    kept, lost = desk.submit("kept"), desk.submit("lost")
    _, second = desk.take()
    desk.hand.put_down(second.token)
    for _ in range(10):
        desk.wait(10)
        renewer(desk).step()
    with desk.database.transaction() as s:
        assert jobs.free_expired(s, now=desk.now, lease_seconds=30, max_lost=MAX_LOST).queued == [lost]
    assert desk.job(kept).status == "started"


@pytest.mark.parametrize("began", [True, False])
def test_a_work_horse_that_waits_for_ever_is_ended_and_one_that_gets_on_is_not(small_desk: Any, began: bool) -> None:
    for n in range(3):
        small_desk.submit(f"text {n}")
    first, second, third = (taken.token for taken in small_desk.take())
    with subprocess.Popen(["sleep", "300"]) as horse:
        watch = renewer(small_desk, horse.pid)
        for token in (first, second):
            watch.step()
            small_desk.hand.begin(token)
            watch.step()
            small_desk.wait(150)
            watch.step()
            small_desk.hand.put_down(token)
        if began:
            small_desk.hand.begin(third)
        watch.step()
        small_desk.wait(199)
        watch.step()
        assert horse.poll() is None
        assert small_desk.hand.note is Note.NONE
        small_desk.wait(2)
        watch.step()
        assert horse.wait(10) == -9
    assert small_desk.hand.note is Note.OVERDUE


def test_a_worker_without_a_work_horse_is_never_overdue(small_desk: Any) -> None:
    watch = renewer(small_desk, 0)
    for _ in range(3):
        watch.step()
        small_desk.wait(1000)
    assert small_desk.hand.note is Note.NONE


def test_the_reconciler_frees_what_died_with_its_process_and_rings(desk: Any) -> None:
    job_id = desk.submit("text")
    rings: list[bool] = []

    def ring() -> bool:
        rings.append(True)
        return True

    reconciler = Reconciler(desk.database, worker="another", lease_seconds=30, ring=ring, now=lambda: desk.now)
    desk.take()
    reconciler.step()
    assert rings == [], "what is being read is not rung for"
    desk.wait(31)
    reconciler.step()
    assert rings == [True]
    assert (desk.job(job_id).status, desk.job(job_id).attempts) == ("queued", 0)


def test_what_a_dead_predecessor_of_the_name_held_is_read_again_at_once_but_never_what_is_held_now(desk: Any) -> None:
    left, others = desk.submit("left"), desk.submit("others")
    desk.take(1)
    with desk.database.transaction() as s:
        jobs.take(s, worker="another", limit=1, lease_seconds=30, now=desk.now, new_token=lambda: "o" * 36)
    successor = Reconciler(desk.database, worker="w", lease_seconds=30, ring=lambda: True, now=lambda: desk.now)
    successor.step()
    assert [desk.job(job).status for job in (left, others)] == ["queued", "started"]
    desk.take(1)
    successor.step()
    assert desk.job(left).status == "started"


def test_a_first_round_that_fails_frees_nothing_by_name_later(small_desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    job_id = small_desk.submit("text")
    successor = Reconciler(
        small_desk.database, worker="w", lease_seconds=30, ring=lambda: True, now=lambda: small_desk.now
    )
    with monkeypatch.context() as away:
        away.setattr(small_desk.database, "transaction", Mock(side_effect=Unavailable("locked")))
        with pytest.raises(Unavailable):
            successor.step()
    small_desk.take()
    successor.step()
    assert small_desk.job(job_id).status == "started"


def test_what_is_lost_with_its_process_again_and_again_fails_in_the_end(small_desk: Any) -> None:
    job_id = small_desk.submit("text")
    reconciler = Reconciler(
        small_desk.database, worker="another", lease_seconds=30, ring=lambda: True, now=lambda: small_desk.now
    )
    for _ in range(MAX_LOST):
        assert small_desk.job(job_id).status == "queued"
        small_desk.take()
        small_desk.hand.clear()
        small_desk.wait(31)
        reconciler.step()
    assert small_desk.job(job_id).status == "failed"
    assert "lost 50 times" in small_desk.job(job_id).error


def test_a_queue_out_of_reach_is_told_once_and_its_return_too(
    small_desk: Any, caplog: pytest.LogCaptureFixture
) -> None:
    small_desk.submit("text")
    answers = [True, False, False, False, True, True]
    reconciler = Reconciler(
        small_desk.database, worker="another", lease_seconds=30, ring=lambda: answers.pop(0), now=lambda: small_desk.now
    )
    for _ in range(6):
        reconciler.step()
    told = [record.getMessage() for record in caplog.records if "the queue" in record.getMessage()]
    assert told == ["the queue cannot be reached; work waits", "the queue can be reached again"]


def test_idempotency_keys_are_forgotten_in_time(small_desk: Any) -> None:
    def known(key: str) -> bool:
        with small_desk.database.reading() as s:
            return idempotency.look(s, "scope", key, "hash", old) is not None

    old = small_desk.now
    more: dict[str, Any] = {"status": 202, "headers": {}, "body": "", "in_flight_until": None}
    with small_desk.database.transaction() as s:
        idempotency.save(s, "scope", "old", "hash", now=old, **more)
        idempotency.save(s, "scope", "new", "hash", now=old + timedelta(days=6), **more)
    small_desk.wait(8 * 86400)
    Reconciler(
        small_desk.database, worker="another", lease_seconds=30, ring=lambda: True, now=lambda: small_desk.now
    ).step()
    assert (known("old"), known("new")) == (False, True)


def end(desk: Any, job_id: str) -> str:
    """Has a waiting job fail, which ends it."""
    (taken,) = desk.take()
    with desk.database.transaction() as s:
        jobs.fail(s, taken.token, "an end", now=desk.now)
    desk.hand.clear()
    return job_id


def read_again(desk: Any, job_id: str) -> str:
    """A further job for the article of that one; returns its id."""
    with desk.database.transaction() as s:
        return articles.reread(s, desk.job(job_id).article_id, extractor="1.0.0", now=desk.now).id


def known(desk: Any, job_ids: list[str]) -> list[bool]:
    with desk.database.reading() as s:
        return [jobs.get(s, job_id) is not None for job_id in job_ids]


def test_ended_jobs_are_forgotten_in_time_but_for_the_latest_of_each_article(desk: Any) -> None:
    first = end(desk, desk.submit("text"))
    second = end(desk, read_again(desk, first))
    desk.wait(29 * 86400)
    young = end(desk, read_again(desk, first))
    waiting = read_again(desk, first)
    alone = end(desk, waiting)
    lone = end(desk, desk.submit("another"))
    reconciler = Reconciler(
        desk.database,
        worker="another",
        lease_seconds=30,
        ring=lambda: True,
        now=lambda: desk.now,
        keep_jobs=timedelta(days=30),
    )
    reconciler.step()
    assert all(known(desk, [first, second, young, alone, lone]))
    desk.wait(2 * 86400)
    for _ in range(_PRUNE_EVERY):
        reconciler.step()
    assert known(desk, [first, second, young, alone, lone]) == [False, False, True, True, True]
    desk.wait(400 * 86400)
    for _ in range(_PRUNE_EVERY):
        reconciler.step()
    assert known(desk, [young, alone, lone]) == [False, True, True]


def test_jobs_are_kept_for_ever_unless_told_otherwise(small_desk: Any) -> None:
    first = end(small_desk, small_desk.submit("text"))
    end(small_desk, read_again(small_desk, first))
    small_desk.wait(10_000 * 86400)
    Reconciler(
        small_desk.database, worker="another", lease_seconds=30, ring=lambda: True, now=lambda: small_desk.now
    ).step()
    assert known(small_desk, [first]) == [True]


def test_many_old_jobs_are_forgotten_a_few_a_round(small_desk: Any) -> None:
    first = end(small_desk, small_desk.submit("text"))
    old = [first, *(end(small_desk, read_again(small_desk, first)) for _ in range(450))]
    small_desk.wait(86401)
    reconciler = Reconciler(
        small_desk.database,
        worker="another",
        lease_seconds=30,
        ring=lambda: True,
        now=lambda: small_desk.now,
        keep_jobs=timedelta(days=1),
    )
    left = []
    for _ in range(4):
        reconciler.step()
        left.append(sum(known(small_desk, old)))
    assert left == [251, 51, 1, 1]


def test_old_deliveries_are_forgotten(desk: Any) -> None:
    with desk.database.transaction() as s:
        wish = Wish("https://hooks.example/", ["article.read"], {})
        made, _ = webhooks.add(s, wish, random_bytes=bytes, now=desk.now)

    def tell(now: datetime) -> None:
        with desk.database.transaction() as s:
            notices.tell(s, [Notice("article.read", {})], now)

    tell(desk.now)
    tell(desk.now + timedelta(days=2))
    with desk.database.transaction() as s:
        held = webhooks.hold(s, made.id, desk.now)
        assert held is not None
        webhooks.change(s, held, Wish(wish.url, wish.types, {}, state="disabled"), desk.now)
    desk.wait(31 * 86400)
    reconciler = Reconciler(desk.database, worker="another", lease_seconds=30, ring=lambda: True, now=lambda: desk.now)
    reconciler.step()
    assert len(desk.rows("select id from webhook_deliveries")) == 1, "what is younger than 30 days stays"
