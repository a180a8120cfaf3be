"""`claimtrail review` and the client's reviews, against the real API in this process."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog.testing

import settings
from claims.events.editor import Editor
from claims.model import Attribution, Claim, Explanation, Reading, Status
from claimtrail import actions, cli
from claimtrail.client import Client, ServiceError
from claimtrail.commands import review
from service import doorbell
from service.app import create_app
from service.doorbell import Doorbell
from service.rates import Rates
from store import articles, jobs, results
from store.database import Database
from store.results import Anchor, Outcome

Output = pytest.CaptureFixture[str]
NOW = datetime(2025, 6, 3, 9, tzinfo=UTC)
TEXT = "They freed 40 captives."


@pytest.fixture
def claim_id(sqlite_database: Database) -> str:
    """A claim of forty captives."""
    sent = articles.Submission(url="https://a.example/1", canonical_url="https://a.example/1", text=TEXT)
    with sqlite_database.transaction() as s:
        articles.submit(s, sent, extractor="1", now=NOW)
        (job,) = jobs.take(s, worker="w", limit=1, lease_seconds=9, now=NOW, new_token=lambda: str(uuid.uuid4()))
        claim = Claim(
            kind="prisoners",
            status=Status.OCCURRED,
            start=0,
            end=len(TEXT),
            quote=TEXT,
            details={"count": 40},
            explanation=Explanation("r", "freed", {}),
            value_words="40",
            date=None,
            attribution=Attribution(None, None, None),
        )
        outcome = Outcome(Reading("read", "en", (claim,)), [Anchor("https://a.example/1", "", "")], [()])
        assert results.commit(s, job, outcome, kinds={"prisoners": ()}, editor=Editor({}), extractor="1", now=NOW)
        return str(s.connection().exec_driver_sql("select id from claims").scalar())


@pytest.fixture
def client(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Callable[..., Client]]:
    monkeypatch.setenv("CLAIMTRAIL_DATA_DIR", str(tmp_path))
    ring = Doorbell(doorbell.connect("redis://127.0.0.1:1/0"), now=lambda: 0.0)
    rates = Rates(None, per_minute=0, now=lambda: 0.0)
    app = create_app(settings.read(), database=sqlite_database, doorbell=ring, rates=rates, clock=lambda: NOW)
    transport = httpx.WSGITransport(app=app)
    with structlog.testing.capture_logs():
        yield lambda url="http://127.0.0.1:8000", **given: Client(url, transport=transport, **given)


@pytest.fixture
def run(client: Callable[..., Client], monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    monkeypatch.setattr(actions, "Client", client)
    return lambda *args: cli.main(["review", *args])


def one(capsys: Output) -> Any:
    (line,) = capsys.readouterr().out.splitlines()
    return json.loads(line)


def test_a_review_from_its_first_word_to_its_history(run: Callable[..., int], claim_id: str, capsys: Output) -> None:
    given = ["--verdict", "half true", "--evidence", "https://b.example/1", "--reviewer", "Ada"]
    given += ["--correct", "details.count=207", "--because", "the list", "--correct", "status=on hold\x1b[2J"]
    assert run("add", claim_id, *given, "--json") == 0
    made = one(capsys)
    values = [("details.count", 207, 40), ("status", "on hold\x1b[2J", "occurred")]
    assert [(c["field"], c["value"], c["machine"]) for c in made["corrections"]] == values
    edit = ["--publish", "--evidence", "https://b.example/2", "--correct", "details.count=208", "--clear", "assignee"]
    assert run("edit", made["id"], *edit, "--reason", "a recount", "--reviewer", "Bo", "--json") == 0
    told = one(capsys)
    assert (told["version"], told["state"], told["verdict"]) == (2, "published", "half true")
    assert [e["url"] for e in told["evidence"]] == ["https://b.example/1", "https://b.example/2"]
    assert [c["value"] for c in told["corrections"]] == ["on hold\x1b[2J", 208]
    assert run("show", made["id"]) == 0
    shown = capsys.readouterr().out
    assert "details.count: 208 (the machine: 40)" in shown
    assert "\x1b" not in shown
    assert run("history", made["id"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "version 1  2025-06-03 09:00  Ada"
    assert lines[2:4] == ["version 2  2025-06-03 09:00  Bo", "  changed    state, evidence, corrections"]
    assert lines[4] == "  reason     a recount"
    assert run("history", made["id"], "--json") == 0
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [made, told]


def test_lists(run: Callable[..., int], claim_id: str, capsys: Output) -> None:
    assert run("list") == 0
    assert capsys.readouterr().out == "There are no such reviews.\n"
    for name in ("Ada", "Bo"):
        assert run("add", claim_id, "--assignee", name) == 0
    capsys.readouterr()
    assert run("list", "--claim", claim_id, "--state", "draft,published") == 0
    heading, *rows = capsys.readouterr().out.splitlines()
    assert heading.split() == list(review._HEADINGS)
    assert [row.split()[1:3] for row in rows] == [["draft", "Bo"], ["draft", "Ada"]]
    assert run("list", "--assignee", "Ada", "--json") == 0
    assert one(capsys)["assignee"] == "Ada"


def test_a_file_is_a_review(run: Callable[..., int], claim_id: str, tmp_path: Path, capsys: Output) -> None:
    file = tmp_path / "review.json"
    file.write_text(json.dumps({"verdict": "true", "evidence": [{"url": "https://b.example", "title": "T"}]}), "utf-8")
    assert run("add", claim_id, "--file", str(file), "--verdict", "false", "--json") == 0
    made = one(capsys)
    assert (made["verdict"], made["evidence"][0]["title"]) == ("false", "T")
    for text in ("[", "[]", '{"evidence": ["x"]}'):
        file.write_text(text, "utf-8")
        assert run("add", claim_id, "--file", str(file)) == 2
        assert str(file) in capsys.readouterr().err
    assert run("add", claim_id, "--file", str(tmp_path / "none")) == 2


def test_who_looked_at_another_version_is_told_what_to_do(
    run: Callable[..., int], claim_id: str, capsys: Output
) -> None:
    assert run("add", claim_id, "--json") == 0
    made = one(capsys)
    assert run("edit", made["id"], "--verdict", "true") == 0
    assert run("edit", made["id"], "--verdict", "false", "--version", "1") == 1
    told = capsys.readouterr().err
    assert "HTTP 412" in told
    assert f"claimtrail review history {made['id']}" in told
    assert run("edit", made["id"], "--verdict", "false", "--version", "2") == 0


@pytest.mark.parametrize(
    ("call", "status", "told"),
    [
        (["show", "no/such?id"], 1, "claimtrail review list"),
        (["add", "none", "--verdict", "true"], 1, "claimtrail submit --json"),
        (["add", "CLAIM", "--verdict", "perhaps"], 1, "One of true, mostly true"),
        (["add", "CLAIM", "--correct", "details.none=1"], 1, "no such field"),
        (["add", "CLAIM", "--because", "x"], 2, "--correct"),
        (["edit", "REVIEW", "--withdraw"], 1, "Say why"),
        (["edit", "REVIEW", "--reason", "x"], 2, "nothing to change"),
        (["list", "--claim", "CLAIM", "--verdict", "true"], 2, "only --state"),
    ],
)
def test_errors_say_what_to_do_next(
    run: Callable[..., int],
    client: Callable[..., Client],
    claim_id: str,
    capsys: Output,
    call: list[str],
    status: int,
    told: str,
) -> None:
    names = {"CLAIM": claim_id, "REVIEW": client().add_review(claim_id, {})["id"]}
    capsys.readouterr()
    assert run(*(names.get(word, word) for word in call)) == status
    said = capsys.readouterr().err
    assert said.startswith(f"claimtrail review {call[0]}: ")
    assert told in said


@pytest.mark.parametrize("call", [["add", "x", "--correct", "count"], ["edit", "x", "--clear", "state"], []])
def test_a_mistake_in_the_call_is_told(run: Callable[..., int], call: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        run(*call)


def test_the_client_changes_only_what_it_has_seen(client: Callable[..., Client], claim_id: str) -> None:
    with client() as service:
        seen = service.add_review(claim_id, {"verdict": "true"}, idempotency_key="k")
        assert service.add_review(claim_id, {"verdict": "true"}, idempotency_key="k") == seen
        assert service.review(seen["id"]) == seen
        assert list(service.reviews()) == list(service.reviews(claim_id, state="draft")) == [seen]
        assert list(service.reviews(verdict="false")) == []
        later = service.edit_review(seen, {"verdict": "false"})
        with pytest.raises(ServiceError, match="version 2 now") as refused:
            service.edit_review(seen, {"verdict": "true"})
        assert refused.value.status == 412
        assert list(service.review_versions(seen["id"])) == [seen, later]
