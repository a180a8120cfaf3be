from __future__ import annotations

import pytest

from claimtrail.calibration import Bin, Judged, bins, expected_error


def test_claims_are_binned_by_their_confidence_and_the_highest_belongs_to_the_last_bin() -> None:
    judged = [Judged(0.9, True), Judged(1.0, False), Judged(0.89, True), Judged(0.0, False)]
    assert bins(judged) == [
        Bin(0.0, 0.5, 1, 0, 0.0),
        Bin(0.8, 0.9, 1, 1, 0.89),
        Bin(0.9, 1.0, 2, 1, 0.95),
    ]
    assert [b.share for b in bins(judged)] == [0.0, 1.0, 0.5]


def test_nine_right_of_ten_given_nine_tenths_is_no_error() -> None:
    assert expected_error(bins([Judged(0.9, n > 0) for n in range(10)])) == pytest.approx(0.0)


def test_the_error_weighs_the_bins_by_their_claims() -> None:
    judged = [Judged(0.95, True)] * 3 + [Judged(0.55, False)]
    assert expected_error(bins(judged)) == pytest.approx((3 * 0.05 + 0.55) / 4)


def test_without_claims_there_is_no_error_to_tell() -> None:
    assert bins([]) == []
    assert expected_error([]) is None
