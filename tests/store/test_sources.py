"""The sources of revisions that were there before any was noted."""

from __future__ import annotations

import hashlib
from typing import Any

from store import migrate, sources


def test_the_migration_hashes_what_was_there_and_a_page_to_come_outlives_it(desk: Any) -> None:
    sent = {"Слова.": None, None: "<p>Слова.</p>"}
    ids = [desk.submit(text, html=html).article.id for text, html in sent.items()]
    to_come = desk.submit(None).article.id
    migrate.downgrade(desk.database, "0008_checks")
    migrate.upgrade(desk.database)
    with desk.database.reading() as s:
        found = [sources.kept(s, article_id, 1) for article_id in ids]
        assert sources.kept(s, to_come, 1) is None
    assert [one.source.form for one in found] == ["text", "html"]
    for one, content in zip(found, ("Слова.", "<p>Слова.</p>"), strict=True):
        assert one.body == content.encode()
        assert one.source.sha256 == hashlib.sha256(content.encode()).hexdigest()
        assert one.source.fetched_at is None
    assert desk.article(to_come).source is None


def test_withdrawing_keeps_the_source_and_nothing_is_there_for_what_is_unknown(desk: Any) -> None:
    with desk.database.reading() as s:
        assert sources.kept(s, "nonsense", 1) is None
        assert sources.proof(s, "nonsense") is None
