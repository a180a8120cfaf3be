from __future__ import annotations

from claims.values.dates import find_dates
from claims.values.numbers import find_numbers, find_ordinals


def test_letters_that_pass_for_others_are_read_and_kept() -> None:
    (date,) = find_dates("They met last wınter in Ankara.")
    assert date.text == "last wınter"
    assert [o.value for o in find_ordinals("the ſecond round")] == [2]
    (number,) = find_numbers("Half a mıllıon people fled.")
    assert (number.text, number.value) == ("Half a mıllıon", 500_000)


def test_numbers_beyond_any_count_are_none() -> None:
    assert find_numbers("999999999999 billion prisoners") == []
