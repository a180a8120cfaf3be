"""Counts over processes, and workers that are heard of."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

from store import tallies, workers


def test_counts_add_up_from_several_threads_at_once(desk: Any) -> None:
    def count() -> None:
        for _ in range(20):
            with desk.database.transaction() as s:
                tallies.add(s, {("b", "y"): 1, ("a", "x"): 0.5})
            with desk.database.transaction() as s:
                tallies.add(s, {("a", "x"): 0.5, ("b", "y"): 1})

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with desk.database.reading() as s:
        assert tallies.read(s) == {("a", "x"): 80, ("b", "y"): 160}


def test_a_count_is_lost_with_its_transaction(desk: Any) -> None:
    try:
        with desk.database.transaction() as s:
            tallies.add(s, {("a", "x"): 1})
            raise KeyError
    except KeyError:
        pass
    with desk.database.reading() as s:
        assert tallies.read(s) == {}


def test_a_worker_is_alive_while_it_is_heard_of(desk: Any) -> None:
    def say(name: str) -> None:
        with desk.database.transaction() as s:
            workers.seen(s, name, started_at=desk.now, now=desk.now)

    def alive() -> int:
        with desk.database.reading() as s:
            return workers.alive(s, desk.now)

    assert alive() == 0
    say("one")
    say("one")
    say("other")
    assert alive() == 2
    desk.wait(20)
    say("one")
    desk.wait(15)
    assert alive() == 1
    with desk.database.transaction() as s:
        workers.gone(s, "one")
    assert alive() == 0
    desk.now += timedelta(days=2)
    say("third")
    with desk.database.reading() as s:
        assert s.connection().exec_driver_sql("select name from workers").scalars().all() == ["third"]
