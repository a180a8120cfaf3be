from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from claimtrail.commands import score

Run = Callable[..., int]
Output = pytest.CaptureFixture[str]

FIRST = (
    "Armenia and Azerbaijan will hold peace talks in Tbilisi on June 9, the foreign ministry said after the ceasefire."
)
SECOND = "The last meeting, of May 12, was held in Batumi."
ARTICLE = {
    "id": "own-a",
    "url": "https://news.example/own-a",
    "publisher": "Example",
    "title": "Talks",
    "published_at": "2025-06-03",
    "language": "en",
    "text": f"{FIRST}\n\n{SECOND}",
    "claims": [
        {
            "kind": "talks",
            "quote": FIRST,
            "status": "proposed",
            "attributed_to": "the foreign ministry",
            "date_text": "on June 9",
            "date_from": "2025-06-09",
            "date_to": "2025-06-09",
            "parties": ["Armenia", "Azerbaijan"],
            "place": "Tbilisi",
            "round": None,
        },
        {
            "kind": "prisoners",
            "quote": SECOND,
            "status": "occurred",
            "count": 4,
            "count_text": "May",
            "qualifier": "exact",
            "action": "held",
        },
    ],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "gold").mkdir()
    (tmp_path / "gold" / "a.json").write_text(json.dumps(ARTICLE), "utf-8")
    return tmp_path / "gold"


def test_the_table(claimtrail: Run, folder: Path, capsys: Output) -> None:
    assert claimtrail("score", folder) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0].split() == ["kind", "gold", "found", "false", "prec", "recall", "F1", "strict"]
    rows = {line.split()[0]: line.split()[1:] for line in told if line}
    assert rows["prisoners"] == ["1", "0", "0", "0.000", "0.000", "0.000", "0.000"]
    assert rows["talks"][:2] == ["1", "1"]
    assert rows["talks"][-1] == "0.000"
    assert rows["talks.status"] == ["0", "1", "0.000"]
    assert rows["talks.place"] == ["1", "1", "1.000"]


def test_errors_are_listed_by_article(claimtrail: Run, folder: Path, capsys: Output) -> None:
    assert claimtrail("score", folder, "--errors") == 0
    told = capsys.readouterr().out
    assert told.startswith("== own-a\n")
    assert f"WRONG talks status\n    “{FIRST}”\n    gold:  " in told
    assert "    found: scheduled " in told
    assert "    rule:  talks." in told
    assert f"MISSED prisoners\n    “{SECOND}”\n    gold:  " in told


def test_json_and_predictions(claimtrail: Run, folder: Path, tmp_path: Path, capsys: Output) -> None:
    out = tmp_path / "found.jsonl"
    assert claimtrail("score", folder, "--json", "--pred-out", out) == 0
    assert json.loads(capsys.readouterr().out)["kinds"]["talks"]["found"] == 1
    (line,) = out.read_text("utf-8").splitlines()
    told = json.loads(line)
    assert told["id"] == "own-a"
    assert FIRST in {claim["quote"] for claim in told["claims"]}


def test_through_a_service(
    claimtrail: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output, tmp_path: Path
) -> None:
    """The figures are those of what the service tells, not of the engine here."""
    found = {
        "kind": "prisoners",
        "status": "occurred",
        "quote": SECOND,
        "date": None,
        "attribution": {"speaker": None},
        "confidence": 0.9,
        "details": {"count": 4, "qualifier": "exact", "action": "held"},
        "source": {"start": len(FIRST) + 2, "end": len(FIRST) + 2 + len(SECOND)},
    }
    posted: list[dict[str, Any]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            posted.append(json.loads(request.content))
            return httpx.Response(202, json={"article": {"id": "A"}, "job": {"id": "J"}, "duplicate": False})
        if request.url.path == "/v1/jobs/J":
            return httpx.Response(200, json={"id": "J", "status": "finished"})
        return httpx.Response(200, json={"items": [found], "next_cursor": None})

    client = score.Client
    monkeypatch.setattr(
        score, "Client", lambda url, **given: client(url, transport=httpx.MockTransport(answer), **given)
    )
    assert claimtrail("score", folder, "--json", "--api", "http://127.0.0.1:1") == 0
    kinds = json.loads(capsys.readouterr().out)["kinds"]
    assert (kinds["prisoners"]["f1"], kinds["talks"]["f1"]) == (1.0, 0.0)
    assert posted == [{k: v for k, v in ARTICLE.items() if k not in {"id", "claims"}}]


def test_a_failed_job_stops_the_score(
    claimtrail: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return httpx.Response(202, json={"article": {"id": "A"}, "job": {"id": "J"}, "duplicate": False})
        return httpx.Response(200, json={"id": "J", "status": "failed", "error": "out of memory"})

    client = score.Client
    monkeypatch.setattr(
        score, "Client", lambda url, **given: client(url, transport=httpx.MockTransport(answer), **given)
    )
    assert claimtrail("score", folder, "--api", "http://127.0.0.1:1") == 1
    assert "own-a: job J is failed (out of memory)" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "no gold articles"),
        ("{", "a.json: "),
        ("[]", "it has no id, url, published_at, text, claims"),
        (json.dumps({**ARTICLE, "text": "other"}), "an annotated quote is not in the text"),
    ],
)
def test_what_is_no_gold_is_refused(
    claimtrail: Run, tmp_path: Path, content: str | None, said: str, capsys: Output
) -> None:
    if content is not None:
        (tmp_path / "a.json").write_text(content, "utf-8")
    assert claimtrail("score", tmp_path) == 2
    assert said in capsys.readouterr().err


def test_the_annotations_of_this_project_are_gold() -> None:
    assert score.load([Path(__file__).resolve().parents[1] / "gold"])
