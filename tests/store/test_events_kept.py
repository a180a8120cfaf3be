"""What people decided about events outlasts the comings and goings of claims: withdrawn, read again, told by others."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from claims.events.editor import Editor
from store import articles, deeds, events, members, partings
from store.deeds import NotThere
from tests.store.test_events import EDITOR, claims_of, desk_quote, do, listed, post, told

FAR = date(2025, 6, 20)


def withdraw(desk: Any, article: str) -> None:
    with desk.database.transaction() as s:
        articles.withdraw(s, article, EDITOR, desk.now)


def bring_back(desk: Any, claim_in: Any, article: str, number: int) -> None:
    """Posts a withdrawn article again, and reads it."""
    with desk.database.reading() as s:
        url = articles.get(s, article).url
    text, claim = told(claim_in, number)
    desk.submit(text, url)
    (taken,) = desk.take()
    assert desk.commit(taken, [claim])


def parted(desk: Any, *event_ids: str) -> bool:
    with desk.database.reading() as s:
        return frozenset(event_ids) in partings.among(s, event_ids)


def claim_of(desk: Any, event_id: str, number: int) -> str:
    return next(one for one, _ in claims_of(desk, event_id) if f" {number} " in desk_quote(desk, one))


def split(desk: Any, event_id: str, number: int) -> str:
    """Takes the claim with that number out of an event."""
    return str(do(desk, deeds.split, event_id, [claim_of(desk, event_id, number)]))


def test_an_event_comes_back_with_its_confirmed_claim(desk: Any, claim_in: Any) -> None:
    article = post(desk, claim_in, 195)
    (event,) = listed(desk)
    do(desk, deeds.confirm, event.id, [])
    withdraw(desk, article)
    assert listed(desk) == []
    bring_back(desk, claim_in, article, 195)
    assert [(e.id, e.claims_count) for e in listed(desk)] == [(event.id, 1)]
    post(desk, claim_in, 196)
    assert [(e.id, e.claims_count) for e in listed(desk)] == [(event.id, 2)], "and is found by what is new"


def test_a_claim_that_comes_back_contradicts_again(desk: Any, claim_in: Any) -> None:
    article = post(desk, claim_in, 195)
    post(desk, claim_in, 207)
    (event,) = listed(desk)
    do(desk, deeds.confirm, event.id, [])
    withdraw(desk, article)
    assert [e.contradicted for e in listed(desk)] == [False]
    bring_back(desk, claim_in, article, 195)
    assert [(e.id, e.contradicted) for e in listed(desk)] == [(event.id, True)]


def test_an_event_stays_while_anyone_tells_of_it(desk: Any, claim_in: Any) -> None:
    article = post(desk, claim_in, 195)
    post(desk, claim_in, 195)
    (event,) = listed(desk)
    do(desk, deeds.confirm, event.id, [])
    withdraw(desk, article)
    assert [e.id for e in listed(desk)] == [event.id], "though the first of those who tell the very same is gone"


def test_who_tells_what_was_withdrawn_wakes_its_event(desk: Any, claim_in: Any) -> None:
    article = post(desk, claim_in, 195)
    (event,) = listed(desk)
    do(desk, deeds.confirm, event.id, [])
    withdraw(desk, article)
    post(desk, claim_in, 195)
    assert [(e.id, e.claims_count) for e in listed(desk)] == [(event.id, 2)]


def test_an_event_that_keeps_a_withdrawn_claim_is_not_merged_away(
    desk: Any, claim_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = post(desk, claim_in, 195)
    (event,) = listed(desk)
    do(desk, deeds.confirm, event.id, [])
    for number in (196, 207):
        post(desk, claim_in, number)
    other = split(desk, event.id, 207)
    withdraw(desk, article)

    def gather(_: Editor, added: Any, known: Any, *__: Any) -> Any:
        return [(other, [*known, *added])]

    with monkeypatch.context() as patch:
        patch.setattr(Editor, "deal", gather)
        post(desk, claim_in, 208)
    assert [(e.id, e.claims_count) for e in listed(desk)] == [(other, 3)]
    assert [(e.id, e.claims_count) for e in listed(desk, states=("withdrawn",))] == [(event.id, 1)]
    assert listed(desk, states=("merged",)) == []
    bring_back(desk, claim_in, article, 195)
    assert claim_of(desk, event.id, 195)
    assert {e.id for e in listed(desk)} == {event.id, other}


def test_what_was_parted_stays_so_wherever_it_goes(desk: Any, claim_in: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in (195, 207, 300):
        post(desk, claim_in, number)
    (event,) = listed(desk)
    odd = claim_of(desk, event.id, 207)
    second = str(do(desk, deeds.split, event.id, [odd, claim_of(desk, event.id, 300)]))
    third = split(desk, second, 300)
    assert parted(desk, event.id, third), "as it came of what was parted from it"
    post(desk, claim_in, 400, day=FAR)
    (far,) = listed(desk, date_from=FAR)
    do(desk, deeds.merge, far.id, second)
    assert parted(desk, event.id, far.id)
    assert parted(desk, third, far.id)
    do(desk, deeds.merge, far.id, event.id)
    assert not parted(desk, event.id, far.id), "a person may"
    assert parted(desk, third, far.id)
    post(desk, claim_in, 500, day=date(2025, 6, 27))
    (last,) = listed(desk, date_from=date(2025, 6, 27))
    one = split(desk, far.id, 195)

    def gather(_: Editor, added: Any, known: Any, *__: Any) -> Any:
        return [(heir, [*known, *added])]

    # By the machine: what a person parted from an event is parted from what that becomes.
    post(desk, claim_in, 501, day=date(2025, 6, 27))
    two = split(desk, last.id, 501)
    heir = one
    with monkeypatch.context() as patch:
        patch.setattr(Editor, "deal", gather)
        post(desk, claim_in, 502, day=date(2025, 6, 27))
    assert {e.id: e.merged_into for e in listed(desk, states=("merged",))}[last.id] == one
    assert parted(desk, one, third)
    assert parted(desk, one, two)


def test_nothing_is_not_confirmed(desk: Any, claim_in: Any) -> None:
    article = post(desk, claim_in, 195)
    (event,) = listed(desk)
    withdraw(desk, article)
    with pytest.raises(NotThere, match="nothing to confirm"):
        do(desk, deeds.confirm, event.id, [])


def test_an_event_of_more_claims_than_one_question_may_name(
    desk: Any, claim_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(members, "_CHUNK", 2)
    for number in (195, 195, 196, 207, 208):
        post(desk, claim_in, number)
    (event,) = listed(desk)
    do(desk, deeds.confirm, event.id, [])
    before = claims_of(desk, event.id)
    assert [sure for _, sure in before] == [True] * 5
    other = str(do(desk, deeds.split, event.id, [claim for claim, _ in before[:3]]))
    assert claims_of(desk, other) == before[:3]
    do(desk, deeds.merge, event.id, other)
    assert claims_of(desk, event.id) == before


def test_a_much_told_event_leaves_room_for_the_others_beside_it(
    desk: Any, claim_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (195, 196, 197, 198):
        post(desk, claim_in, number)
    post(desk, claim_in, 300, day=FAR)
    for most, least, shown in ((4, 1, [2, 1]), (1, 3, [3, 1])):
        monkeypatch.setattr(events, "MOST_SHOWN", most)
        monkeypatch.setattr(events, "LEAST_SHOWN", least)
        ids = [e.id for e in reversed(listed(desk))]
        with desk.database.reading() as s:
            told_of = events.members(s, ids)
        assert [len(told_of[one]) for one in ids] == shown
