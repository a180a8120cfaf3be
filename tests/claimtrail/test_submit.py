from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from claimtrail import cli
from claimtrail.commands import submit

Output = pytest.CaptureFixture[str]


@pytest.fixture
def run(service: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    client = submit.Client
    monkeypatch.setattr(
        submit,
        "Client",
        lambda url, **given: client(url, transport=service.transport, pause=lambda _: None, **given),
    )
    return lambda *args: cli.main(["submit", *(str(arg) for arg in args)])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "talks on june 9.txt"
    path.write_text("Talks on June 9.", "utf-8")
    return path


def test_one_article_as_a_table(run: Callable[..., int], service: Any, file: Path, capsys: Output) -> None:
    assert run(file, "--published-at", "2025-06-03", "--publisher", "Example") == 0
    assert service.posted == [
        {
            "published_at": "2025-06-03",
            "publisher": "Example",
            "text": "Talks on June 9.",
            "url": "https://files.invalid/talks%20on%20june%209.txt",
        }
    ]
    heading, columns, row = capsys.readouterr().out.strip().splitlines()
    assert heading == f"{file}: 1 claim  http://127.0.0.1:8000/v1/articles/A1"
    assert columns.startswith("KIND")
    assert "Mali, Niger · Doha" in row
    assert "Ada Testova" in row


def test_json_is_one_line_an_article(run: Callable[..., int], service: Any, tmp_path: Path, capsys: Output) -> None:
    lines = [json.dumps({"url": f"https://news.example/{n}", "text": f"Text {n}."}) for n in range(3)]
    (tmp_path / "all.ndjson").write_text("\n".join(lines) + "\n\n", "utf-8")
    assert run(tmp_path, "--json", "--key", "secret") == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["article"]["id"] for one in told] == ["A1", "A2", "A3"]
    assert all(one["job"]["status"] == "finished" and len(one["claims"]) == 1 for one in told)
    assert {request.headers["Authorization"] for request in service.requests} == {"Bearer secret"}


def test_an_article_sent_twice_says_so(run: Callable[..., int], file: Path, capsys: Output) -> None:
    assert run(file, file) == 0
    assert "1 claim (already known)" in capsys.readouterr().out


def test_what_is_refused_does_not_stop_the_others(
    run: Callable[..., int], service: Any, tmp_path: Path, capsys: Output
) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"url": "ftp://news.example", "text": "Text."}), "utf-8")
    (tmp_path / "b.txt").write_text("Text.", "utf-8")
    assert run(tmp_path) == 1
    told = capsys.readouterr()
    assert "a.json: HTTP 422: The article was refused. (/url: Not a valid address.)" in told.err
    assert "b.txt: 1 claim" in told.out


def test_a_text_that_was_not_read_says_why(run: Callable[..., int], service: Any, file: Path, capsys: Output) -> None:
    service.reading = {"state": "skipped", "reason": "language uk is not read yet"}
    assert run(file) == 0
    assert "0 claims" in (told := capsys.readouterr().out)
    assert "  not read: language uk is not read yet" in told
    run(file, "--json")
    assert json.loads(capsys.readouterr().out)["article"]["reading"]["state"] == "skipped"


def test_the_service_is_looked_for_where_it_is_set_to_be(
    run: Callable[..., int], service: Any, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAIMTRAIL_PORT", "8017")
    assert run(file) == 0
    assert run(file, "--api", "http://localhost:9000/") == 0
    assert {request.url.netloc.decode() for request in service.requests} == {"127.0.0.1:8017", "localhost:9000"}


def test_a_job_that_fails_says_why(run: Callable[..., int], service: Any, file: Path, capsys: Output) -> None:
    service.job = {"status": "failed", "error": "out of memory"}
    assert run(file) == 1
    assert "job J1 is failed: out of memory" in capsys.readouterr().out


def test_a_job_that_still_waits_says_so(run: Callable[..., int], service: Any, file: Path, capsys: Output) -> None:
    service.polls = 1_000_000
    assert run(file, "--timeout", "0") == 1
    assert "job J1 is started: still waiting; ask again later" in capsys.readouterr().out


def test_no_service_says_how_to_start_one(run: Callable[..., int], service: Any, file: Path, capsys: Output) -> None:
    service.refusals = [httpx.ConnectError("refused")] * 99
    assert run(file) == 1
    assert "is `claimtrail up` running?" in capsys.readouterr().err


def test_nothing_is_sent_when_a_file_is_unreadable(
    run: Callable[..., int], service: Any, file: Path, capsys: Output
) -> None:
    assert run(file, "nowhere.txt") == 2
    assert service.requests == []
    assert "nowhere.txt: No such file" in capsys.readouterr().err


def test_one_address_is_for_one_article(run: Callable[..., int], service: Any, file: Path, capsys: Output) -> None:
    assert run(file, file, "--url", "https://news.example/1") == 2
    assert service.requests == []


@pytest.mark.parametrize("seconds", ["nan", "inf", "-1", "soon", "1e300"])
def test_a_time_to_wait_that_is_none_is_refused(
    run: Callable[..., int], file: Path, seconds: str, capsys: Output
) -> None:
    with pytest.raises(SystemExit, match="2"):
        run(file, "--timeout", seconds)
    assert "invalid number of seconds" in capsys.readouterr().err


def test_half_a_character_is_not_sent(run: Callable[..., int], tmp_path: Path, capsys: Output) -> None:
    (tmp_path / "a.json").write_text('{"url": "https://news.example/1", "text": "x \\ud800"}', "utf-8")
    assert run(tmp_path / "a.json") == 1
    assert "it cannot be sent as JSON" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["submit", "extract", "score"])
def test_help_shows_examples(command: str, capsys: Output) -> None:
    with pytest.raises(SystemExit) as done:
        cli.main([command, "--help"])
    assert done.value.code == 0
    assert f"examples:\n  claimtrail {command} " in capsys.readouterr().out
