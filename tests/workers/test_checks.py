"""Drafts are compared with what the desk holds, which is left as it is; and none that was taken in is lost."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from claims import catalog, language
from claims.events.editor import Editor
from claims.reader import Reader
from claims.values.gazetteer import Gazetteer
from store import checks
from store.checks import CheckView, Draft
from store.database import Database
from workers.hand import Note
from workers.jobs import read_shift
from workers.rounds import MAX_LOST, Reconciler, Renewer
from workers.settle import Rules, settle

GAZETTEER = Path(__file__).resolve().parents[2] / "assets" / "gazetteer.sqlite3"
TABLES = ("events", "event_members", "event_keys", "event_partings", "event_changes", "articles", "claims", "revisions")
HELD = {
    "Radio Lamu": "Armenia and Azerbaijan exchanged 24 prisoners of war on June 2, Amina Yaro said.",
    "The Daily Example": "On June 2, Armenia and Azerbaijan exchanged 24 captured soldiers at a border crossing.",
}


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(language.load(), Gazetteer.open(GAZETTEER), catalog.kinds())


def send(desk: Any, text: str, published_at: str | None = "2025-06-04", **more: Any) -> str:
    with desk.database.transaction() as s:
        return checks.add(s, Draft(text, published_at=published_at, **more), now=desk.now).id


def look(desk: Any, check_id: str) -> CheckView:
    with desk.database.reading() as s:
        found = checks.get(s, check_id)
    assert found is not None
    return found


def take(desk: Any) -> checks.Taken:
    with desk.database.transaction() as s:
        found = checks.take(
            s,
            worker="w",
            lease_seconds=30,
            now=desk.now,
            new_token=lambda: desk.hand.pick_up(f"{next(desk.numbers):>036}"),
        )
    assert found is not None
    return found


@pytest.fixture
def compared(desk: Any, reader: Reader) -> Callable[..., Sequence[dict[str, Any]]]:
    """A desk that holds two articles; gives what comes of a draft's claims, its tables having stayed as they were."""
    tools = replace(
        desk.tools,
        reader=reader,
        editor=Editor(catalog.happenings()),
        kinds={kind.name: kind.fields for kind in catalog.kinds().values()},
    )
    for publisher, text in HELD.items():
        desk.submit(text, publisher=publisher, published_at="2025-06-03", published_on=date(2025, 6, 3), language="en")
    read_shift(tools)

    def dump() -> list[Any]:
        return [sorted(map(str, desk.rows(f"select * from {table}"))) for table in TABLES]

    def found(text: str, **more: Any) -> Sequence[dict[str, Any]]:
        before = dump()
        check_id = send(desk, text, **more)
        read_shift(tools)
        check = look(desk, check_id)
        assert check.status == "finished", check.error
        assert dump() == before
        assert desk.rows("select text, title from checks") == [(None, None)]
        assert check.result is not None
        told: Sequence[dict[str, Any]] = check.result["claims"]
        assert all(text[one["start"] : one["end"]] == one["quote"] for one in told)
        return told

    assert desk.rows("select state, contradicted from events") in ([("current", False)], [("current", 0)])
    return found


def test_a_claim_that_others_tell_the_same_agrees(desk: Any, compared: Any) -> None:
    (event,) = desk.rows("select id from events")[0]
    (claim,) = compared("It is over: Armenia and Azerbaijan exchanged 24 prisoners of war on Monday.")
    assert (claim["kind"], claim["verdict"], claim["independent_sources"]) == ("prisoners", "agrees", 2)
    assert claim["events"] == [{"event": event, "contradictions": []}]
    assert claim["date"] == {
        "text": "on Monday",
        "from": "2025-06-02",
        "to": "2025-06-02",
        "edtf": "2025-06-02",
        "precision": "day",
    }
    assert claim["details"]["count"] == 24
    assert set(claim["attribution"]) == {"speaker", "via", "cue"}


def test_the_very_words_of_an_article_agree_with_it(compared: Any) -> None:
    (claim,) = compared(HELD["Radio Lamu"])
    assert (claim["verdict"], claim["attribution"]["speaker"]) == ("agrees", "Amina Yaro")


def test_another_number_differs_and_it_is_told_who_says_which(desk: Any, compared: Any) -> None:
    (claim,) = compared("Armenia and Azerbaijan exchanged 31 prisoners of war on June 2.")
    assert claim["verdict"] == "differs"
    ((contradiction,),) = [event["contradictions"] for event in claim["events"]]
    assert contradiction["field"] == "count"
    by_draft = {value["draft"]: value for value in contradiction["values"]}
    assert (by_draft[True]["value"], by_draft[True]["claims"], by_draft[True]["said_by"]) == (31, [], [])
    held = [value for value in contradiction["values"] if not value["draft"]]
    assert {value["value"] for value in held} == {24}
    assert {who for value in held for who in value["said_by"]} == {"Amina Yaro", "The Daily Example"}
    known = {claim_id for (claim_id,) in desk.rows("select id from claims")}
    assert {claim_id for value in held for claim_id in value["claims"]} == known


def test_what_nobody_told_is_unknown_beside_what_others_did(compared: Any) -> None:
    draft = (
        "Armenia and Azerbaijan exchanged 24 prisoners of war on June 2. "
        "Envoys of Kenya and Somalia will meet in Nairobi on June 9."
    )
    found = {claim["kind"]: claim for claim in compared(draft)}
    assert {kind: claim["verdict"] for kind, claim in found.items()} == {"prisoners": "agrees", "talks": "unknown"}
    assert (found["talks"]["events"], found["talks"]["independent_sources"]) == ([], 0)


def test_a_draft_without_a_day_is_not_guessed_at(compared: Any) -> None:
    (claim,) = compared("Armenia and Azerbaijan exchanged 24 prisoners of war on Monday.", published_at=None)
    assert (claim["verdict"], claim["date"]["from"]) == ("unknown", None)


def test_what_the_desk_took_back_is_held_no_longer(desk: Any, compared: Any) -> None:
    with desk.database.transaction() as s:
        s.connection().exec_driver_sql("update claims set state = 'withdrawn'")
    (claim,) = compared("Armenia and Azerbaijan exchanged 31 prisoners of war on June 2.")
    assert claim["verdict"] == "unknown"


def test_drafts_are_read_before_articles_and_between_them(small_desk: Any) -> None:
    desk, seen = small_desk, []
    desk.submit("first article")
    desk.submit("second article")
    send(desk, "waiting draft", language="en")

    def hook(text: str) -> None:
        seen.append((text, desk.hand.current in desk.hand.held))
        desk.wait(0.1)
        if text == "first article":
            send(desk, "urgent draft")

    desk.reader.hook = hook
    read_shift(desk.tools)
    assert seen == [(text, True) for text in ("waiting draft", "first article", "urgent draft", "second article")]
    assert desk.hand.held == []
    assert desk.armed == 4


def test_nothing_of_a_draft_is_logged(small_desk: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    send(small_desk, "Zanzibar whispers", title="Zanzibar title")
    bad = send(small_desk, "Zanzibar breaks")

    def hook(text: str) -> None:
        if "breaks" in text:
            raise ValueError(text)

    small_desk.reader.hook = hook
    read_shift(small_desk.tools)
    failed = look(small_desk, bad)
    assert failed.error == "reading it failed (ValueError); the worker's log tells where"
    assert (failed.status, failed.attempts) == ("failed", 5)
    assert any("check_id" in vars(record) for record in caplog.records)
    assert not any("Zanzibar" in str(vars(record)) for record in caplog.records)


@pytest.mark.parametrize("fault", [MemoryError("Zanzibar"), None])
def test_a_work_horse_that_dies_of_a_draft_counts_and_the_fifth_time_it_fails(desk: Any, fault: Any) -> None:
    check_id, job_id = send(desk, "heavy draft"), desk.submit("light article")

    def hook(text: str) -> None:
        if text == "heavy draft":
            raise fault or KeyboardInterrupt

    desk.reader.hook = hook
    for attempt in range(1, 6):
        with pytest.raises(type(fault or KeyboardInterrupt())):
            read_shift(desk.tools)
        settle(desk.database, desk.hand, -signal.SIGKILL, Rules(5, 20, 1024), now=lambda: desk.now)
        desk.hand.note = Note.NONE
        assert look(desk, check_id).attempts == attempt
    told = "reading it took more than 1024 MB of memory" if fault else "the process reading it was ended by SIGKILL"
    failed = look(desk, check_id)
    assert (failed.status, failed.error) == ("failed", told)
    assert desk.rows("select text from checks") == [(None,)]
    read_shift(desk.tools)
    assert desk.job(job_id).status == "finished"


def test_without_a_database_a_draft_is_given_back_and_nothing_held_against_it(desk: Any) -> None:
    check_id = send(desk, "a draft")
    desk.hand.begin(take(desk).token)
    desk.hand.note = Note.NO_DATABASE
    settle(desk.database, desk.hand, 1, Rules(5, 20, 1024), now=lambda: desk.now)
    assert (look(desk, check_id).status, look(desk, check_id).attempts) == ("queued", 0)


def reconciler(desk: Any, worker: str = "another") -> Reconciler:
    return Reconciler(
        desk.database,
        worker=worker,
        lease_seconds=30,
        ring=lambda: bool(desk.tools.ring()) or True,
        now=lambda: desk.now,
        keep_checks=timedelta(hours=2),
    )


def test_a_lease_is_kept_while_it_is_renewed_and_one_that_ran_out_is_taken_again(desk: Any) -> None:
    check_id = send(desk, "a draft")
    held = take(desk)
    rounds = reconciler(desk)
    renewer = Renewer(
        desk.database,
        desk.hand,
        lease_seconds=30,
        overdue_seconds=900,
        horse=lambda: 0,
        now=lambda: desk.now,
        clock=lambda: desk.seconds,
    )
    for _ in range(5):
        desk.wait(20)
        renewer.step()
        rounds.step()
    assert look(desk, check_id).status == "started"
    assert desk.rung == 0
    desk.hand.clear()  # killed with its whole process
    desk.wait(31)
    rounds.step()
    assert (look(desk, check_id).status, look(desk, check_id).attempts) == ("queued", 0)
    assert desk.rung == 1, "a draft that waits is rung for"
    read_shift(desk.tools)
    assert look(desk, check_id).status == "finished"
    with desk.database.transaction() as s:
        assert not checks.finish(s, held.token, {}, now=desk.now), "the dead one's result would come too late"


def test_a_successor_of_the_same_name_waits_for_no_lease(desk: Any) -> None:
    check_id = send(desk, "a draft")
    take(desk)
    reconciler(desk, "w").step()
    assert look(desk, check_id).status == "queued"


def test_a_draft_lost_with_every_process_that_takes_it_ends_failed(small_desk: Any) -> None:
    check_id, rounds = send(small_desk, "a draft"), reconciler(small_desk)
    for _ in range(MAX_LOST):
        take(small_desk)
        small_desk.hand.clear()
        small_desk.wait(31)
        rounds.step()
    assert look(small_desk, check_id).status == "failed"


def test_what_came_of_a_draft_is_forgotten_after_its_time(desk: Any) -> None:
    check_id, rounds = send(desk, "a draft"), reconciler(desk)
    read_shift(desk.tools)
    desk.wait(7_199)
    rounds.step()
    assert look(desk, check_id).status == "finished"
    desk.wait(2)
    rounds.step()
    assert desk.rows("select id from checks") == []


def test_the_words_of_a_draft_leave_the_file_and_its_log_with_the_next_round(small_desk: Any) -> None:
    text = f"Xanadu {'waits for word ' * 5_000}"
    send(small_desk, text, title="Quixotic title")
    path = small_desk.database.path

    def found() -> list[bool]:
        held = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
        return [words in held for words in (b"waits for word waits", b"Quixotic", b'"quote": "Xanadu"')]

    rounds = reconciler(small_desk)
    rounds.step()
    assert found() == [True, True, False]
    read_shift(small_desk.tools)
    rounds.step()
    assert found() == [False, False, True]
    small_desk.wait(7_201)
    rounds.step()
    assert found() == [False] * 3


def test_a_draft_deleted_while_it_is_read_leaves_nothing(desk: Any) -> None:
    check_id = send(desk, "a draft")

    def hook(_: str) -> None:
        with desk.database.transaction() as s:
            checks.withdraw(s, check_id)

    desk.reader.hook = hook
    read_shift(desk.tools)
    assert desk.rows("select id from checks") == []
    assert desk.hand.held == []


def test_of_drafts_that_are_done_nothing_stays_in_the_hand(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else their leases would be renewed, one by one more, for as long as drafts come."""
    held: list[int] = []
    finish = checks.finish

    def finishing(*of: Any, **more: Any) -> bool:
        held.append(len(desk.hand.held))
        return finish(*of, **more)

    monkeypatch.setattr(checks, "finish", finishing)
    for number in range(3):
        send(desk, f"draft {number}")
    read_shift(desk.tools)
    assert held == [1, 1, 1]
    assert desk.hand.held == []


def test_the_words_of_a_deleted_draft_leave_the_log_though_it_could_not_be_emptied_then(small_desk: Any) -> None:
    rounds, path = reconciler(small_desk), small_desk.database.path
    rounds.step()
    check_id = send(small_desk, f"Xanadu {'waits for word ' * 5_000}")
    with Database.open(f"sqlite:///{path}").reading() as s:
        checks.get(s, check_id)
        with small_desk.database.transaction() as writing:
            assert checks.withdraw(writing, check_id)
        assert not small_desk.database.empty_log(), "someone reads what was there before"

    def found() -> bool:
        return any(b"waits for word waits" in file.read_bytes() for file in path.parent.glob(f"{path.name}*"))

    assert found()
    rounds.step()
    assert not found()
