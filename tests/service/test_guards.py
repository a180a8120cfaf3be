"""The guard of an Idempotency-Key, taken away: the check must then fail, so that it guards something."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from store import idempotency
from store.database import Database


def check_one_answer(newsroom: Any, answers: list[Any]) -> None:
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.get_data() for answer in answers}) == 1
    with newsroom.database.reading() as s:
        assert s.connection().exec_driver_sql("select count(*) from idempotency_keys").scalar() == 1


@pytest.mark.parametrize("guarded", [True, False])
def test_without_its_primary_key_twins_at_the_same_time_get_two_answers(
    postgres_database: Database, make_newsroom: Any, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    """On SQLite writers take turns, and the second finds the key of the first in any case."""
    newsroom = make_newsroom(postgres_database)
    if not guarded:
        with postgres_database.transaction() as s:
            s.connection().exec_driver_sql("alter table idempotency_keys drop constraint idempotency_keys_pkey")
    barrier, look, waited = threading.Barrier(2), idempotency.look, set[int]()

    def look_together(*rest: Any) -> Any:
        found = look(*rest)
        if threading.get_ident() not in waited:
            waited.add(threading.get_ident())
            barrier.wait(10)
        return found

    monkeypatch.setattr(idempotency, "look", look_together)
    sent = newsroom.article()
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: newsroom.post(sent, Idempotency_Key="k"), range(2)))
    if guarded:
        check_one_answer(newsroom, answers)
    else:
        with pytest.raises(AssertionError):
            check_one_answer(newsroom, answers)
