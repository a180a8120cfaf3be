"""What became of each claim from one version of a text to the next."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.diff import Diff, diff
from claims.model import Attribution, DateValue, Place, Sighting

DOHA = {"name": "Doha", "canonical": "Doha", "region": None, "geonames_id": 290030}


def seen(quote: str, at: int = 0, *, kind: str = "prisoners", id_: str | None = None, **details: Any) -> Sighting:
    dated = details.pop("dated", None)
    return Sighting(
        id=id_ or f"{kind} {quote} {sorted(details.items(), key=str)}",
        kind=kind,
        status=details.pop("status", "occurred"),
        start=at,
        end=at + len(quote),
        quote=quote,
        details=details,
        date=None if dated is None else DateValue("then", dated, dated),
        attribution=Attribution(details.pop("speaker", None)),
    )


def told(found: Diff) -> list[tuple[str, str | None, str | None]]:
    return [
        (str(c.change), c.before and c.before.quote, c.after and c.after.quote)  # type: ignore[misc]
        for c in found.changes
    ]


A = seen("Chad freed 40 captives on Monday.", 0, count=40, side="Chad")
B = seen("Envoys of Chad and Niger met in Doha.", 50, kind="talks", parties=["Chad", "Niger"], place=DOHA)


def test_nothing_changed() -> None:
    assert diff([A, B], [B, A]) == Diff((), 2)
    moved = [replace(one, start=one.start + 9, end=one.end + 9) for one in (A, B)]
    assert diff([A, B], moved) == Diff((), 2)
    assert diff([], []) == Diff((), 0)


def test_added_and_withdrawn() -> None:
    assert told(diff([A], [A, B])) == [("added", None, B.quote)]
    assert told(diff([A, B], [B])) == [("withdrawn", A.quote, None)]
    assert diff([A], [A, B]).unchanged == 1


def test_the_number_changed() -> None:
    new = seen("Chad freed 45 captives on Monday.", 3, count=45, side="Chad")
    (change,) = diff([A, B], [new, B]).changes
    assert (change.change, change.fields) == ("changed", ("quote", "details.count"))
    assert (change.before, change.after) == (A, new)


def test_the_same_words_came_to_mean_another_day() -> None:
    one, other = (seen("They met on Monday.", kind="talks", id_="x", dated=date(2025, 6, day)) for day in (2, 9))
    (change,) = diff([one], [other]).changes
    assert (change.change, change.fields) == ("changed", ("date.from", "date.to"))


def test_a_reading_by_newer_rules_that_states_no_other_value_changed_nothing() -> None:
    one = seen("They met in Doha.", kind="talks", id_="x", count_text="about 40", place=DOHA, per_side=False)
    spelled = Place("Ad-Dawhah", "Doha", None, geonames_id=290030)
    other = replace(one, details={"count_text": "40", "place": spelled, "round": None})
    assert diff([one], [other]) == Diff((), 1)
    (change,) = diff([one], [replace(other, status="denied")]).changes
    assert (change.change, change.fields) == ("changed", ("status",))


def test_the_sentence_was_reworded() -> None:
    new = seen("In Doha, envoys of Chad and Niger met.", 50, kind="talks", parties=["Niger", "Chad"], place=DOHA)
    (change,) = diff([A, B], [A, new]).changes
    assert (change.change, change.fields) == ("reworded", ("quote",))


@pytest.mark.parametrize(
    "other",
    [
        seen("Niger's army says it holds 40 deserters from three garrisons.", count=40),
        seen("Chad freed 40 captives on Monday.", kind="casualties", count=40, side="Chad"),
        seen("Mali seized 90 rebels in the north at dawn.", count=90, side="Mali"),
    ],
)
def test_unrelated_claims_are_not_paired(other: Sighting) -> None:
    assert Counter(str(c.change) for c in diff([A], [other]).changes) == {"added": 1, "withdrawn": 1}


def test_of_two_values_in_a_sentence_the_one_that_changed() -> None:
    quote, new = "They freed 40 Chadians and 50 Nigeriens at dawn.", "They freed 45 Chadians and 50 Nigeriens at dawn."
    before = [seen(quote, count=40, side="Chad"), seen(quote, count=50, side="Niger")]
    after = [seen(new, count=50, side="Niger"), seen(new, count=45, side="Chad")]
    found = {change.change: change for change in diff(before, after).changes}
    assert found["changed"].before == before[0]
    assert found["changed"].after == after[1]
    assert found["reworded"].after == after[0]


def test_a_sentence_that_was_doubled_is_one_more() -> None:
    again = replace(A, id="second", start=200, end=233)
    assert told(diff([A, B], [A, B, again])) == [("added", None, A.quote)]
    assert told(diff([A, B, again], [A, B])) == [("withdrawn", A.quote, None)]


def numbered(*numbers: int) -> list[Sighting]:
    return [seen(f"They freed {n} captives at dawn.", 50 * i, count=n) for i, n in enumerate(numbers)]


def test_of_many_like_sentences_those_at_the_same_place_are_one() -> None:
    found = diff(numbered(10, 20, 30, 40), numbered(10, 25, 30, 45))
    assert [c.after and c.after.details["count"] for c in found.changes] == [25, 45]
    assert {str(c.change) for c in found.changes} == {"changed"}
    assert found.unchanged == 2


def test_where_it_cannot_be_told_which_one_became_which_none_did() -> None:
    assert {str(c.change) for c in diff(numbered(10, 20, 30), numbered(40, 50)).changes} == {"added", "withdrawn"}
    shifted = diff(numbered(10, 20, 30), numbered(20, 30, 70))
    assert Counter(str(c.change) for c in shifted.changes) == {"withdrawn": 1, "added": 1}
    assert shifted.unchanged == 2


def village(name: str, at: int) -> Sighting:
    quote = f"The army took the village of {name} in the north, the ministry said."
    return seen(quote, at, kind="territory", action="took", places=[{"name": name}])


def test_another_place_in_the_same_words_is_another_claim_unless_it_stands_there() -> None:
    one, other, middle = village("Adaba", 0), village("Oroko", 0), replace(B, start=100, end=137)
    assert Counter(str(c.change) for c in diff([one, middle], [other, middle]).changes) == {"changed": 1}
    elsewhere = village("Oroko", 200)
    found = diff([one, middle], [middle, elsewhere])
    assert Counter(str(c.change) for c in found.changes) == {"withdrawn": 1, "added": 1}
    denied = [replace(one, id="n", quote=one.quote.replace("took", "never took"), status="denied")]
    assert Counter(str(c.change) for c in diff([one], denied).changes) == {"changed": 1}


def test_one_sentence_said_a_thousand_times_with_another_number() -> None:
    before = [replace(A, id=f"a{n}", start=n * 40, end=n * 40 + 33) for n in range(1000)]
    other = seen("Chad freed 45 captives on Monday.", count=45, side="Chad")
    after = [replace(other, id=f"b{n}", start=n * 40, end=n * 40 + 33) for n in range(999)]
    assert Counter(str(c.change) for c in diff(before, after).changes) == {"changed": 999, "withdrawn": 1}


def test_changes_are_in_the_order_of_the_text() -> None:
    third = seen("Mali seized 90 rebels in the north at dawn.", 20, count=90)
    assert [q or p for _, p, q in told(diff([B], [A, third]))] == [A.quote, third.quote, B.quote]


claims = st.lists(
    st.builds(
        lambda words, n, kind, at: seen(f"{' '.join(words)} {n}", at, kind=kind, count=n),
        st.lists(st.sampled_from(["they", "freed", "captives", "Chad", "dawn", "on"]), min_size=1, max_size=6),
        st.integers(1, 3),
        st.sampled_from(["prisoners", "talks"]),
        st.integers(0, 99),
    ),
    max_size=8,
    unique_by=lambda one: one.id,
)


@given(claims, claims)
def test_each_claim_is_told_once(before: list[Sighting], after: list[Sighting]) -> None:
    found = diff(before, after)
    old = [c.before.id for c in found.changes if c.before]
    new = [c.after.id for c in found.changes if c.after]
    assert len(set(old)) == len(old) == len(before) - found.unchanged
    assert len(set(new)) == len(new) == len(after) - found.unchanged
    assert all(c.before.kind == c.after.kind for c in found.changes if c.before and c.after)
    assert diff(before[::-1], after[::-1]) == found, "whatever their order"
    assert diff(before, before) == Diff((), len(before))
    back = diff(after, before)
    assert back.unchanged == found.unchanged


@pytest.mark.parametrize("variety", [1, 7, 2000])
def test_two_thousand_claims_take_no_second(variety: int) -> None:
    before = [seen(f"They freed {n} captives at gate {n % variety}.", n, id_=f"a{n}", count=n) for n in range(2000)]
    after = [
        seen(f"They then freed {n} captives at gate {n % variety}.", n, id_=f"b{n}", count=n + 1) for n in range(2000)
    ]
    began = time.process_time()
    diff(before, after)
    diff(before, [replace(one, quote=one.quote.replace("then ", "")) for one in after])
    assert time.process_time() - began < 2
