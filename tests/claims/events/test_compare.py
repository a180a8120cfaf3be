"""A draft's claims beside the members that events have."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

from claims import catalog
from claims.events import compare
from claims.events.compare import Comparison, Verdict
from claims.events.editor import Editor
from claims.model import Article, Claim, Explanation, Fact, Member, Status

DAY = date(2025, 6, 2)
EDITOR = Editor(catalog.happenings())


def told(count: int, article: str, *, claim: str = "", publisher: str | None = None, **more: Any) -> Member:
    """A member that tells of so many exchanged."""
    fact = Fact(
        kind="prisoners",
        family="handover",
        status=more.pop("status", "occurred"),
        first=DAY,
        last=DAY,
        dated=True,
        parties=("Chad", "Niger"),
        theatre=("Chad", "Niger"),
        keys=(),
        looks=(),
        values={"count": count, "qualifier": "exact", "per_side": False, "action": "exchanged", "subject": "captives"},
    )
    return Member(claim or article, 0, fact, article, "", publisher=publisher, published_on=DAY, **more)


def test_an_event_without_members_and_none_at_all_tell_nothing() -> None:
    beside = Comparison({"E": []}, EDITOR)
    for mine in ({}, {"E": [told(40, "draft")]}, {"F": [told(40, "draft")]}):
        assert beside.compare(mine) == compare.Compared(Verdict.UNKNOWN, {}, 0)


def test_one_event_may_agree_while_another_differs_and_sources_count_together() -> None:
    held = {"E": [told(40, "a", publisher="A")], "F": [told(31, "b", publisher="B"), told(31, "c", publisher="B")]}
    found = Comparison(held, EDITOR).compare({event: [told(40, "draft")] for event in held})
    assert (found.verdict, found.independent_sources) == (Verdict.DIFFERS, 2)
    assert found.events["E"] == []
    ((one,),) = [found.events["F"]]
    assert {value.value: len(value.members) for value in one.values} == {40: 1, 31: 2}


def test_a_contradiction_between_others_alone_is_not_the_drafts() -> None:
    held = {"E": [told(40, "a"), told(40, "b", status="cancelled")]}
    assert EDITOR.contradictions(held["E"])
    planned = told(40, "draft", status="proposed")
    assert Comparison(held, EDITOR).compare({"E": [planned]}) == compare.Compared(Verdict.AGREES, {"E": []}, 2)


def talks(day: int, article: str, **more: Any) -> Member:
    """A member that tells of a meeting planned for a day of June."""
    at = date(2025, 6, day)
    sides = ("Kenya", "Somalia")
    values = {"round": 2, "format": "talks"}
    fact = Fact("talks", "meeting", "scheduled", at, at, True, sides, sides, (), (), values=values)
    return Member(article, 0, fact, article, "", published_on=more.pop("published_on", DAY), **more)


def test_a_plan_of_another_day_differs_though_it_is_the_same_round() -> None:
    beside = Comparison({"E": [talks(12, "a")]}, EDITOR)
    assert beside.compare({"E": [talks(12, "draft", published_on=None)]}).verdict is Verdict.AGREES
    found = beside.compare({"E": [talks(13, "draft", published_on=None)]})
    assert found.verdict is Verdict.DIFFERS
    ((one,),) = [found.events["E"]]
    assert (one.field, {value.value for value in one.values}) == ("date", {"2025-06-12", "2025-06-13"})


def test_a_plan_told_later_may_be_a_new_one() -> None:
    later = talks(13, "b", published_on=date(2025, 6, 5))
    assert not EDITOR.contradictions([talks(12, "a"), later])
    assert EDITOR.contradictions([talks(12, "a"), talks(13, "b")])


def test_a_long_draft_about_a_much_told_event_is_compared_in_little_time() -> None:
    held = {"E": [told(100 + n % 40, f"a{n}", publisher=f"outlet {n}") for n in range(400)]}
    beside = Comparison(held, EDITOR)
    began = time.process_time()
    for n in range(1_000):
        found = beside.compare({"E": [told(200 + n % 30, "draft", claim=str(n))]})
        assert found.verdict is Verdict.DIFFERS
    assert time.process_time() - began < 5
    ((one,),) = [found.events["E"]]
    assert {len(value.members) for value in one.values if value.value < 200} == {10}, "all that tell it are told"


def test_the_plans_of_a_draft_are_of_no_day_and_what_it_tells_as_done_is() -> None:
    claims = [
        Claim("talks", status, 0, 5, "Talks", {}, Explanation("talks.noun", "talks"), value_words="")
        for status in (Status.SCHEDULED, Status.OCCURRED)
    ]
    article = Article("Talks", published_at=DAY)
    (plan,), (done,) = compare.members_of(article, claims, [[talks(12, "a").fact]] * 2, "draft")
    assert (plan.published_on, done.published_on) == (None, DAY)
