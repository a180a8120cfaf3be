"""What came of looking for a claim's words, on both engines."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text as sql

from claims.model import Finding
from store import source_checks

TEXT = "They freed 40 captives."
ALTERED = Finding(
    "altered", 3, 26, "They freed 41 captives.", [{"op": "replace", "old": "40", "new": "41"}], 1, "0" * 64, 9
)
GONE = Finding("gone", None, None, None, [], 0, "f" * 64, 100)


@pytest.fixture
def claim_id(desk: Any, claim_in: Any) -> str:
    desk.read(TEXT, [claim_in(TEXT, TEXT)])
    return str(desk.claims()[0].id)


def add(desk: Any, claim_id: str, finding: Finding = GONE) -> Any:
    with desk.database.transaction() as s:
        return source_checks.add(s, claim_id, finding, now=desk.now)


def test_what_is_kept_comes_back(desk: Any, claim_id: str) -> None:
    kept = add(desk, claim_id, ALTERED)
    assert (kept.claim_id, kept.quote, kept.checked_at, kept.finding) == (claim_id, TEXT, desk.now, ALTERED)
    with desk.database.reading() as s:
        assert source_checks.get(s, kept.id) == kept


def test_pages_newest_first(desk: Any, claim_id: str) -> None:
    made = [add(desk, claim_id).id for _ in range(5)]
    found: list[str] = []
    after = None
    with desk.database.reading() as s:
        while True:
            page = source_checks.of_claim(s, claim_id, after=after, limit=2)
            assert page is not None
            found += [one.id for one in page.items]
            after = page.next
            if after is None:
                break
        with pytest.raises(ValueError, match="not the key"):
            source_checks.of_claim(s, claim_id, after=(1,), limit=2)
    assert found == made[::-1]


@pytest.mark.parametrize("unknown", ["0197a1b2-0000-7000-8000-000000000000", "nonsense\0"])
def test_unknown_ids(desk: Any, unknown: str) -> None:
    assert add(desk, unknown) is None
    with desk.database.reading() as s:
        assert source_checks.get(s, unknown) is None
        assert source_checks.of_claim(s, unknown, after=None, limit=1) is None


def test_no_more_than_so_many_are_kept(desk: Any, claim_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_checks, "MOST", 2)
    add(desk, claim_id)
    add(desk, claim_id)
    with pytest.raises(source_checks.TooMany):
        add(desk, claim_id)
    with desk.database.reading() as s:
        assert s.scalar(sql("select count(*) from source_checks")) == 2


def test_they_go_with_their_article(desk: Any, claim_id: str) -> None:
    add(desk, claim_id)
    with desk.database.transaction() as s:
        s.execute(sql("delete from articles"))
        assert s.scalar(sql("select count(*) from source_checks")) == 0
