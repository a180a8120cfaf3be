"""The wire's schemas by themselves: no app, no database."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from schemas.article import URL_PATTERN, ArticleIn, check_url, published_moment
from schemas.claim import STATUSES, Claim, ClaimQuery
from schemas.common import BLANKS, TEXT_PATTERN, clean


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("2025-06-03", "2025-06-03"),
        ("2025-06-03T00:30:00+03:00", "2025-06-03T00:30:00+03:00"),
        ("2025-06-03T23:30:00-1000", "2025-06-03T23:30:00-1000"),
        ("2025-06-03T23:30Z", "2025-06-03T23:30Z"),
        ("2024-02-29t12:00:00.5z", "2024-02-29T12:00:00.5Z"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),
    ],
)
def test_moments_of_publication_are_kept_as_they_can_be_read_again(value: str, kept: str) -> None:
    loaded = ArticleIn().load({"url": "https://a.example", "text": "x", "published_at": value})
    assert loaded["published_at"] == kept
    assert str(published_moment(kept)).startswith(value[:10])


@pytest.mark.parametrize(
    "value",
    [
        "",
        "2025-02-30",
        "2025-06-03T10:00",
        "2025-06-03T24:00:00Z",
        "2025-06-03T10:61:00Z",
        "2025-06-03T10:00:61Z",
        "2025-06-03T10:00:00+24:00",
        "2025-W23",
        "20250603",
        "2025-06-03 10:00:00Z",
        "٢٠٢٥-06-03",
    ],
)
def test_what_is_no_moment_is_refused(value: str) -> None:
    assert "published_at" in ArticleIn().validate({"url": "https://a.example", "text": "x", "published_at": value})


def taken(check: Any, value: str) -> bool:
    try:
        check(value)
    except ValidationError:
        return False
    return True


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=6) | st.text("\0 \t\x1c\x85\u3000\ufeffx", max_size=4)
)
def test_texts_are_taken_as_documented(value: str) -> None:
    assert taken(clean(500), value) == bool(re.search(TEXT_PATTERN, value))


def test_blanks_are_those_that_are_stripped() -> None:
    for number in range(0x10000):
        assert bool(re.fullmatch(f"[{BLANKS}]", chr(number))) == chr(number).isspace(), hex(number)


@given(st.from_regex(URL_PATTERN, fullmatch=True))
def test_addresses_are_taken_as_documented(value: str) -> None:
    assert taken(check_url, value) == (len(value) <= 2048)


def test_nulls_are_as_good_as_nothing() -> None:
    loaded = ArticleIn().load({"url": "https://a.example", "text": "x", "html": None, "title": None})
    assert loaded["text"] == "x"
    assert loaded["html"] is None


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(ValidationError) as caught:
        ArticleIn().load({"url": 1, "title": "", "more": 1, "published_at": "x"})
    assert set(caught.value.normalized_messages()) == {"url", "title", "more", "published_at"}


def test_values_of_a_query_by_commas_and_by_repetition() -> None:
    loaded = ClaimQuery().load({"kind": ["talks, territory", "prisoners,"], "status": "denied", "q": ["a, b"]})
    assert loaded["kind"] == ["talks", "territory", "prisoners"]
    assert loaded["status"] == ["denied"]
    assert loaded["q"] == ["a, b"], "a comma is part of what is looked for"
    assert loaded["limit"] == 25


def test_the_statuses_are_those_of_the_model() -> None:
    from claims.model import Precision, Status

    assert set(STATUSES) == set(Status)
    precision = Claim().fields["date"].schema.fields["precision"].metadata["enum"]
    assert set(precision) == {*Precision, None}
