"""Events in the store: claims find each other as they come, leave as they go, and stay where people put them."""

from __future__ import annotations

import itertools
import random
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select

from claims import catalog
from claims.events.editor import Editor
from claims.model import Status
from store import articles, deeds, event_keys, events, grouping, members, migrate
from store.database import Database
from store.deeds import Deed, NotThere
from store.events import EventFilter
from store.tables import Claim

EDITOR = Editor(catalog.happenings())
DEED = Deed("A. Kariuki", "k1", "read both")
DAY = date(2025, 6, 6)
SIDES = ("Kenya", "Somalia")


def told(
    claim_in: Any, number: int, *, day: date = DAY, status: Status = Status.OCCURRED, who: str | None = None
) -> tuple[str, Any]:
    """A text that tells of an exchange of so many between Kenya and Somalia, and its claim."""
    text = f"Kenya and Somalia exchanged {number} prisoners each on {day:%d %B}."
    claim = claim_in(
        text,
        text,
        kind="prisoners",
        status=status,
        speaker=who,
        dated=(day, day),
        value_words=str(number),
        count=number,
        qualifier="exact",
        per_side=True,
        action="exchanged",
        subject="prisoners_of_war",
        side=None,
    )
    return text, claim


def post(desk: Any, claim_in: Any, number: int, **more: Any) -> str:
    text, claim = told(claim_in, number, **more)
    return str(desk.read(text, [claim]))


def listed(desk: Any, **wanted: Any) -> list[events.EventView]:
    with desk.database.reading() as s:
        return events.page(s, EventFilter(**wanted), after=None, limit=100).items


def claims_of(desk: Any, event_id: str) -> list[tuple[str, bool]]:
    with desk.database.reading() as s:
        found = events.claims_of(s, event_id, after=None, limit=100).items
    return [(one.claim.id, one.confirmed) for one in found]


def do(desk: Any, deed: Any, event_id: str, given: Any) -> Any:
    with desk.database.transaction() as s:
        return deed(s, event_id, given, DEED, EDITOR, desk.now)


def test_articles_that_tell_of_one_exchange_meet_in_one_event(desk: Any, claim_in: Any) -> None:
    for number in (195, 195, 207):
        post(desk, claim_in, number)
    post(desk, claim_in, 195, day=date(2025, 6, 13))
    later, first = listed(desk)
    assert (first.claims_count, first.articles_count, first.first, first.last) == (3, 3, DAY, DAY)
    assert first.contradicted
    assert (later.claims_count, later.contradicted) == (1, False)
    assert [e.id for e in listed(desk, contradicted=True)] == [first.id]
    assert [e.id for e in listed(desk, date_from=date(2025, 6, 7))] == [later.id]
    assert listed(desk, kinds=("talks",)) == []


def test_an_event_is_found_by_its_claims_articles_and_parties(desk: Any, claim_in: Any) -> None:
    article = post(desk, claim_in, 195)
    (event,) = listed(desk)
    (claim, _), *_ = claims_of(desk, event.id)
    for wanted in ({"articles": (article,)}, {"claims": (claim,)}, {"families": ("handover",)}):
        assert [e.id for e in listed(desk, **wanted)] == [event.id]
    assert listed(desk, parties=(("Chad", ()),)) == []
    keys = EDITOR.party_keys("Kenya")
    assert [e.id for e in listed(desk, parties=(("Kenya", keys),))] == [event.id]
    assert listed(desk, articles=("nobody's",)) == []


def test_pages_of_events_hold_each_once(desk: Any, claim_in: Any) -> None:
    for day in range(1, 8):
        post(desk, claim_in, 100, day=date(2025, 5, day))
    seen, after = [], None
    with desk.database.reading() as s:
        while True:
            page = events.page(s, EventFilter(), after=after, limit=3)
            seen += [event.first for event in page.items]
            after = page.next
            if after is None:
                break
    assert seen == [date(2025, 5, day) for day in range(7, 0, -1)]


def test_reading_again_changes_nothing_and_a_claim_that_is_gone_leaves_its_event(desk: Any, claim_in: Any) -> None:
    article = post(desk, claim_in, 195)
    post(desk, claim_in, 207)
    (before,) = listed(desk)
    with desk.database.transaction() as s:
        articles.reread(s, article, extractor="1.0.0", now=desk.now)
    (taken,) = desk.take()
    assert desk.commit(taken, [told(claim_in, 195)[1]])
    assert listed(desk) == [before]
    with desk.database.transaction() as s:
        articles.reread(s, article, extractor="1.0.0", now=desk.now)
    (taken,) = desk.take()
    assert desk.commit(taken, [])
    (after,) = listed(desk)
    assert (after.id, after.claims_count, after.contradicted) == (before.id, 1, False)


def test_a_withdrawn_article_takes_its_claims_out_and_brings_them_back(desk: Any, claim_in: Any) -> None:
    article = post(desk, claim_in, 195)
    (event,) = listed(desk)
    with desk.database.transaction() as s:
        articles.withdraw(s, article, EDITOR, desk.now)
    assert listed(desk) == []
    assert [(e.id, e.claims_count) for e in listed(desk, states=("withdrawn",))] == [(event.id, 0)]
    text, claim = told(claim_in, 195)
    with desk.database.reading() as s:
        url = articles.get(s, article).url
    desk.submit(text, url)
    (taken,) = desk.take()
    assert desk.commit(taken, [claim])
    assert [e.claims_count for e in listed(desk)] == [1]


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_the_order_the_same_claims_come_together(desk: Any, claim_in: Any, seed: int) -> None:
    sent = [(number, date(2025, 6, day)) for day in (1, 2, 9) for number in (195, 207, 200)]
    random.Random(seed).shuffle(sent)
    for number, day in sent:
        post(desk, claim_in, number, day=day)
    assert sorted((e.first, e.claims_count) for e in listed(desk)) == [(date(2025, 6, day), 3) for day in (1, 2, 9)]


def test_what_a_person_split_stays_apart_and_what_a_person_merged_together(desk: Any, claim_in: Any) -> None:
    for number in (195, 207):
        post(desk, claim_in, number)
    (event,) = listed(desk)
    odd = next(i for i, _ in claims_of(desk, event.id) if "207" in desk_quote(desk, i))
    other = do(desk, deeds.split, event.id, [odd])
    assert claims_of(desk, other) == [(odd, True)]
    assert len(claims_of(desk, event.id)) == 1
    post(desk, claim_in, 196)
    assert claims_of(desk, other) == [(odd, True)], "nothing is put beside it that likes the other as well"
    assert all(odd not in dict(claims_of(desk, e.id)) for e in listed(desk) if e.id != other)
    do(desk, deeds.merge, event.id, other)
    assert (odd, True) in claims_of(desk, event.id)
    (gone,) = listed(desk, states=("merged",))
    assert (gone.id, gone.merged_into, gone.claims_count) == (other, event.id, 0)
    with desk.database.reading() as s:
        history = events.changes(s, event.id, after=None, limit=10).items
        assert [c.action for c in events.changes(s, other, after=None, limit=10).items] == ["split", "merged"]
    assert [(c.action, c.reviewer, c.by_key, c.reason) for c in history] == [
        ("split", "A. Kariuki", "k1", "read both"),
        ("merged", "A. Kariuki", "k1", "read both"),
    ]
    assert history[0].details == {"claims": [odd], "into": other}


def desk_quote(desk: Any, claim_id: str) -> str:
    return str(next(c.quote for c in desk.claims() if c.id == claim_id))


def test_a_confirmed_claim_stays_though_it_is_read_otherwise(desk: Any, claim_in: Any) -> None:
    article = post(desk, claim_in, 195)
    post(desk, claim_in, 195)
    (event,) = listed(desk)
    mine = next(c.id for c in desk.claims() if c.article_id == article)
    do(desk, deeds.confirm, event.id, [mine])
    claim = told(claim_in, 195)[1]
    with desk.database.transaction() as s:
        articles.reread(s, article, extractor="2.0.0", now=desk.now)
    (taken,) = desk.take()
    moved = told(claim_in, 195, day=date(2025, 7, 20))[1]
    object.__setattr__(claim, "date", moved.date)  # the same words, resolved to another day
    assert desk.commit(taken, [claim])
    assert (mine, True) in claims_of(desk, event.id)


def test_what_does_not_fit_is_refused_and_nothing_is_written(desk: Any, claim_in: Any) -> None:
    post(desk, claim_in, 195)
    post(desk, claim_in, 195, day=date(2025, 6, 20))
    two, one = listed(desk)
    stranger = claims_of(desk, two.id)[0][0]
    for deed, given in (
        (deeds.confirm, [stranger]),
        (deeds.split, [stranger]),
        (deeds.split, [claims_of(desk, one.id)[0][0]]),
        (deeds.merge, one.id),
        (deeds.merge, "019723f0-5b1c-7a52-9d0e-3f6a1c2b4d5e"),
    ):
        with pytest.raises(NotThere):
            do(desk, deed, one.id, given)
    assert [e.version for e in listed(desk)] == [two.version, one.version]
    do(desk, deeds.merge, one.id, two.id)
    with pytest.raises(NotThere, match="was merged into"):
        do(desk, deeds.confirm, two.id, [])


def test_the_tables_of_events_go_with_their_migration(desk: Any, claim_in: Any) -> None:
    post(desk, claim_in, 195)
    migrate.downgrade(desk.database, "0003_keys")
    migrate.upgrade(desk.database)
    assert listed(desk) == []
    post(desk, claim_in, 195)
    assert [e.claims_count for e in listed(desk)] == [1]


def test_workers_that_store_at_the_same_time_make_one_event_of_one_happening(
    desk: Any, claim_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    deal = Editor.deal

    def slowly(*given: Any) -> Any:
        time.sleep(0.1)
        return deal(*given)

    monkeypatch.setattr(Editor, "deal", slowly)
    told_by = [told(claim_in, 195 + n) for n in range(6)]
    for text, _ in told_by:
        desk.submit(text)
    taken = desk.take(limit=len(told_by))
    by_text = dict(told_by)
    address = desk.database.engine.url.render_as_string(hide_password=False)
    if desk.database.path is not None:
        address = f"sqlite:///{desk.database.path}"
    start = Barrier(len(taken))

    def store(one: Any) -> bool:
        worker = replace(desk, database=Database.open(address))  # as another process would
        with worker.database.reading() as s:
            text = articles.revision(s, one.article_id, one.revision).text
        start.wait()
        done = bool(worker.commit(one, [by_text[text]]))
        worker.database.dispose()
        return done

    with ThreadPoolExecutor(len(taken)) as pool:
        assert all(pool.map(store, taken))
    (event,) = listed(desk)
    assert (event.claims_count, event.articles_count) == (6, 6)


def test_a_number_that_is_corrected_contradicts_nothing_any_more(desk: Any, claim_in: Any) -> None:
    post(desk, claim_in, 195)
    article = post(desk, claim_in, 207)
    (event,) = listed(desk)
    assert event.contradicted
    with desk.database.reading() as s:
        url = articles.get(s, article).url
    text, claim = told(claim_in, 195, who="a spokesman")
    desk.submit(text + " It was corrected.", url)
    (taken,) = desk.take()
    assert desk.commit(taken, [claim])
    (event,) = listed(desk)
    assert (event.claims_count, event.contradicted) == (2, False)
    text, claim = told(claim_in, 196)
    desk.submit(text, url)
    (taken,) = desk.take()
    assert desk.commit(taken, [claim])
    assert [e.contradicted for e in listed(desk)] == [True]
    text, claim = told(claim_in, 200)
    desk.submit(text, url)
    (taken,) = desk.take()
    assert desk.commit(taken, [claim])
    assert [e.contradicted for e in listed(desk)] == [False], "200 may be 195, rounded"


def test_an_event_told_in_more_ways_than_are_compared_is_found_by_all_its_keys(
    desk: Any, claim_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (members, event_keys):
        monkeypatch.setattr(module, "MOST_COMPARED", 3)
    for number in range(101, 108):
        post(desk, claim_in, number)
    text, claim = told(claim_in, 300)
    claim.details["side"] = "Chad"
    desk.read(text, [claim])
    for number in range(108, 111):
        post(desk, claim_in, number)
    (event,) = listed(desk)
    assert (event.claims_count, event.contradicted) == (11, True)
    assert [e.id for e in listed(desk, keys=tuple(EDITOR.party_keys("Chad")))] == [event.id]


def test_an_article_of_thousands_of_numbers_keeps_no_writer_waiting(desk: Any, claim_in: Any) -> None:
    """Compared each with each, they took minutes."""
    lines, claims = zip(*(told(claim_in, 1_000 + n, day=date(2025, 5, 1 + n % 28)) for n in range(2_000)), strict=True)
    text, ends = " ".join(lines), itertools.accumulate(len(line) + 1 for line in lines)
    claims = tuple(
        replace(claim, start=end - 1 - len(line), end=end - 1)
        for claim, line, end in zip(claims, lines, ends, strict=True)
    )
    began = time.process_time()
    desk.read(text, claims)
    desk.read(f"{text} Again.", claims)
    assert time.process_time() - began < 20
    grouped = sum(event.claims_count for event in listed(desk))
    assert grouped == 2 * grouping.MOST_TOLD
    with desk.database.reading() as s:
        assert s.scalar(select(func.count()).select_from(Claim)) == 4_000


def test_of_events_that_are_near_the_newest_are_taken_and_each_of_them_whole(
    desk: Any, claim_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in (1, 10, 20):
        for number in (195, 207):
            post(desk, claim_in, number, day=date(2025, 6, day))
    ids = sorted((event.id for event in listed(desk)), reverse=True)
    assert len(ids) == 3

    def taken() -> tuple[set[str], list[str]]:
        with desk.database.reading() as s:
            near, known = members.newest(s, ids)
        return near, sorted(str(member.event_id) for _, member in known)

    assert taken() == (set(ids), sorted(ids * 2))
    monkeypatch.setattr(members, "_MOST_KNOWN", 5)
    assert taken() == (set(ids[:2]), sorted(ids[:2] * 2))
    monkeypatch.setattr(members, "_MOST_NEAR", 1)
    assert taken() == ({ids[0]}, [ids[0]] * 2)
