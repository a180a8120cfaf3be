"""`claimtrail events` and `reread`, against the real API in this process, over articles that were really read."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog.testing

import settings
from claims import catalog
from claims.events.editor import Editor
from claims.model import Article
from claims.reader import Reader
from claimtrail import actions, cli
from claimtrail.client import Client
from claimtrail.commands import reread
from service import doorbell
from service.app import create_app
from service.doorbell import Doorbell
from service.rates import Rates
from store import articles, jobs, results
from store.database import Database
from store.results import Anchor, Outcome

Output = pytest.CaptureFixture[str]
NOW = datetime(2025, 6, 9, 9, tzinfo=UTC)
TEXTS = (
    "Kenya and Somalia exchanged 195 prisoners each on June 6, Kenya's army said.",
    "Somalia's defense ministry said that 207 prisoners from each side were exchanged with Kenya on June 6.",
    "Somalia's army captured Jilib on June 2. Al-Shabab denied that Jilib had been captured.",
    "Envoys of Kenya and Somalia will meet in Nairobi on June 20.",
)


@pytest.fixture
def desk(
    sqlite_database: Database, opened: Reader, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Database]:
    """A service with these articles read, which the commands ask."""
    monkeypatch.setenv("CLAIMTRAIL_DATA_DIR", str(tmp_path))
    kinds = {kind.name: kind.fields for kind in catalog.kinds().values()}
    editor, day = Editor(catalog.happenings()), date(2025, 6, 8)
    for number, text in enumerate(TEXTS):
        url = f"https://a.example/{number}"
        with sqlite_database.transaction() as s:
            sent = articles.Submission(
                url=url, canonical_url=url, text=text, published_at=day.isoformat(), published_on=day
            )
            articles.submit(s, sent, extractor="1", now=NOW)
            (job,) = jobs.take(s, worker="w", limit=1, lease_seconds=9, now=NOW, new_token=lambda: str(uuid.uuid4()))
            article = Article(text, url, published_at=day, language="en")
            reading = opened.read(article)
            anchors = [Anchor(url, "", "")] * len(reading.claims)
            outcome = Outcome(reading, anchors, editor.facts(article, reading.claims))
            assert results.commit(s, job, outcome, kinds=kinds, editor=editor, extractor="1", now=NOW)
    ring = Doorbell(doorbell.connect("redis://127.0.0.1:1/0"), now=lambda: 0.0)
    rates = Rates(None, per_minute=0, now=lambda: 0.0)
    app = create_app(settings.read(), database=sqlite_database, doorbell=ring, rates=rates, clock=lambda: NOW)
    transport = httpx.WSGITransport(app=app)

    def client(_: str, **given: Any) -> Client:
        return Client("http://127.0.0.1:8000", transport=transport, **given)

    for module in (actions, reread):
        monkeypatch.setattr(module, "Client", client)
    with structlog.testing.capture_logs():
        yield sqlite_database


@pytest.fixture
def run(desk: Database, capsys: Output) -> Callable[..., list[str]]:
    """The lines that a command prints."""

    def ran(*args: str) -> list[str]:
        assert cli.main([*args]) == 0, capsys.readouterr().err
        return capsys.readouterr().out.splitlines()

    return ran


def found(run: Callable[..., list[str]], *args: str) -> list[Any]:
    return [json.loads(line) for line in run("events", *args, "--json")]


def test_lists_and_one_in_full(run: Callable[..., list[str]]) -> None:
    assert [line.split()[2] for line in run("events", "list")[1:]] == ["talks", "prisoners", "territory"]
    (event,) = found(run, "list", "--contradicted", "--kind", "prisoners")
    shown = run("events", "show", event["id"])
    assert shown[1:5] == [
        "  2 claims of 2 articles, 2 independent sources",
        "  contradiction in count: 195 against 207",
        "    195: Kenya's army",
        "    207: Somalia's defense ministry",
    ]
    assert run("events", "list", "--from", "2026-01-01") == ["There are no such events."]


def test_the_views(run: Callable[..., list[str]]) -> None:
    assert "2025-06-20  scheduled  Kenya, Somalia  Nairobi" in run("events", "talks")[1]
    assert "Kenya 195-207 prisoners, Somalia 195-207 prisoners" in run("events", "exchanges", "--party", "Kenya")[1]
    (place,) = {c["details"]["places"][0]["geonames_id"] for c in claims_of(run, "territory")}
    heading, *told = run("events", "place", str(place))
    assert (heading.split()[0], len(told)) == ("TOLD", 2)
    assert any("Somalia captured (denied)" in line for line in told)


def claims_of(run: Callable[..., list[str]], kind: str) -> list[Any]:
    (event,) = found(run, "list", "--kind", kind)
    (full,) = found(run, "show", event["id"])
    return [one["claim"] for one in full["claims"]]


def test_what_people_do_and_its_history(run: Callable[..., list[str]], capsys: Output) -> None:
    (event,) = found(run, "list", "--kind", "prisoners")
    (claim, other) = (one["id"] for one in claims_of(run, "prisoners"))
    assert "confirmed" in run("events", "confirm", event["id"], claim, "--reviewer", "Ada")[-2]
    (made,) = found(run, "split", event["id"], other, "--reason", "another day")
    assert made["claims_count"] == 1
    run("events", "merge", event["id"], made["id"])
    assert [line.split()[1] for line in run("events", "history", event["id"])[1:]] == ["confirmed", "split", "merged"]
    assert f"merged into {event['id']}" in run("events", "show", made["id"])[1]
    assert cli.main(["events", "confirm", made["id"]]) == 1
    assert "was merged into" in capsys.readouterr().err
    assert cli.main(["events", "show", "none"]) == 1
    assert "address. /docs shows what there is; ids of events are in: claimtrail events list" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        cli.main(["events", "confirm"])
    assert capsys.readouterr().err.endswith("are required: EVENT\n")


def test_articles_are_read_again(run: Callable[..., list[str]], desk: Database, capsys: Output) -> None:
    assert run("reread", "--all") == ["4 ordered; claimtrail_jobs of GET /metrics tells how many wait"]
    with desk.transaction() as s:
        assert (
            len(jobs.take(s, worker="w", limit=9, lease_seconds=9, now=NOW, new_token=lambda: str(uuid.uuid4()))) == 4
        )
    assert cli.main(["reread"]) == 2
    assert cli.main(["reread", "nobody"]) == 1
    assert "nobody: HTTP 404" in capsys.readouterr().err
