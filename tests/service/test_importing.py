"""Bulk imports into a real service: interrupted, gone on with, refused in part."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from claimtrail import cli
from claimtrail.commands import import_

Output = pytest.CaptureFixture[str]


@dataclass
class Wire(httpx.BaseTransport):
    """Carries requests to the app, and does what is asked before or after one of them, by its number from 1."""

    app: Any
    before: dict[int, Callable[[], Any]] = field(default_factory=dict)
    after: dict[int, Callable[[], Any]] = field(default_factory=dict)
    paths: list[str] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.paths.append(request.url.path)
        number = len(self.paths)
        if (refusal := self.before.get(number, lambda: None)()) is not None:
            return refusal
        raw = request.read()
        self.sizes.append(raw.count(b"\n") + 1)
        sent = httpx.Request(request.method, request.url, headers=request.headers, content=raw)
        answer = httpx.WSGITransport(app=self.app).handle_request(sent)
        answer.read()
        self.after.get(number, lambda: None)()
        return answer


@dataclass
class Import:
    """`claimtrail import` into the newsroom."""

    newsroom: Any
    wire: Wire
    pauses: list[float]

    def __call__(self, *args: Any) -> int:
        return cli.main(["import", *map(str, args)])

    def articles(self) -> list[Any]:
        with self.newsroom.database.reading() as s:
            found = s.connection().exec_driver_sql("select url, revision from articles order by url")
            return [tuple(row) for row in found]


@pytest.fixture
def bring(newsroom: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Import]:
    yield from _bring(newsroom, monkeypatch, tmp_path)


@pytest.fixture
def bring_here(desk: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Import]:
    yield from _bring(desk, monkeypatch, tmp_path)


def _bring(newsroom: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Import]:
    monkeypatch.setenv("CLAIMTRAIL_DATA_DIR", str(tmp_path / "data"))
    wire, pauses, client, importer = Wire(newsroom.app), [], import_.Client, import_.Importer
    monkeypatch.setattr(import_, "Client", lambda url, **more: client(url, transport=wire, **more))
    monkeypatch.setattr(import_, "Importer", lambda *a, **more: importer(*a, pause=pauses.append, **more))
    yield Import(newsroom, wire, pauses)


def interrupt() -> None:
    raise KeyboardInterrupt


def url(number: int) -> str:
    return f"https://archive.example/{number:05}"


def lines(path: Path, numbers: range, **more: Any) -> Path:
    told = [json.dumps({"url": url(n), "text": f"Article {n}.", **more}) for n in numbers]
    path.write_text("\n".join(told) + "\n", "utf-8")
    return path


def kept(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "data" / "imports").iterdir())


def test_an_import_interrupted_twice_brings_each_article_once_by_batches(
    bring_here: Import, tmp_path: Path, capsys: Output
) -> None:
    bring = bring_here
    archive = lines(tmp_path / "archive.ndjson", range(600))
    bring.wire.before[3] = interrupt  # nothing was sent
    assert bring(archive) == 130
    assert "the same command goes on" in capsys.readouterr().err
    assert len(bring.articles()) == 200
    bring.wire.after[5] = interrupt  # sent and stored, and the answer lost
    assert bring(archive) == 130
    assert len(bring.articles()) == 400
    assert bring(archive) == 0
    assert bring.articles() == [(url(n), 1) for n in range(600)]
    told = capsys.readouterr()
    assert "going on after 300 articles" in told.err
    assert f"{archive}: 500 accepted, 100 known already, 0 refused\n" in told.out
    assert set(bring.wire.paths) == {"/v1/articles/batch"}
    assert bring.wire.sizes == [100] * 7
    assert kept(tmp_path) == []
    assert not (tmp_path / "archive.ndjson.errors.ndjson").exists()


def test_what_is_refused_is_told_once_by_its_line(
    bring_here: Import, tmp_path: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("claimtrail.importing.BATCH", 10)
    archive = lines(tmp_path / "a.ndjson", range(25))
    told = archive.read_bytes().split(b"\n")
    told[4], told[5], told[12], told[13] = b"{", b"", b'{"url": "ftp://a.example", "text": "x"}', b"\xff"
    archive.write_bytes(b"\n".join(told))
    bring_here.wire.before[3] = interrupt
    assert bring_here(archive) == 130
    with (tmp_path / "a.ndjson.errors.ndjson").open("ab") as file:
        file.write(b'{"line": 300')  # as a crash leaves it
    assert bring_here(archive) == 1
    errors = [json.loads(line) for line in (tmp_path / "a.ndjson.errors.ndjson").read_bytes().splitlines()]
    assert [error["line"] for error in errors] == [5, 13, 14]
    assert errors[0]["problem"]["detail"].startswith("line 5: not JSON")
    assert errors[1]["problem"]["errors"][0]["code"] == "invalid_url"
    assert "21 accepted, 0 known already, 3 refused (" in capsys.readouterr().out
    assert len(bring_here.articles()) == 21


def test_a_file_that_has_changed_is_read_from_the_start(
    bring_here: Import, tmp_path: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("claimtrail.importing.BATCH", 10)
    archive = lines(tmp_path / "a.ndjson", range(30))
    bring_here.wire.before[2] = interrupt
    assert bring_here(archive) == 130
    lines(archive, range(1000, 1012))
    assert bring_here(archive) == 0
    assert "has changed" in capsys.readouterr().err
    assert len(bring_here.articles()) == 22
    bring_here.wire.before[5] = interrupt
    assert bring_here(archive) == 130
    assert bring_here(archive, "--anew") == 0
    assert "0 accepted, 12 known already" in capsys.readouterr().out


def test_a_full_service_is_waited_for_and_gets_smaller_batches(
    newsroom: Any, make_newsroom: Any, bring: Import, tmp_path: Path, capsys: Output
) -> None:
    bring.wire.app = make_newsroom(newsroom.database, max_backlog=6).app
    for number in range(6, 40):
        bring.wire.before[number] = lambda: newsroom.read() and None
    assert bring(lines(tmp_path / "a.ndjson", range(10))) == 0
    assert bring.articles() == [(url(n), 1) for n in range(10)]
    assert bring.pauses == [30.0] * 3
    assert "waiting: HTTP 503: More than 6 articles wait" in capsys.readouterr().err


def test_who_is_away_is_waited_for_but_not_for_ever(bring_here: Import, tmp_path: Path, capsys: Output) -> None:
    def away() -> None:
        raise httpx.ConnectError("refused")

    archive = lines(tmp_path / "a.ndjson", range(5))
    bring_here.wire.before |= dict.fromkeys((1, 2), away) | {3: lambda: httpx.Response(502)}
    assert bring_here(archive) == 0
    assert bring_here.pauses == [1.0, 2.0, 4.0]
    bring_here.wire.before |= dict.fromkeys(range(5, 99), away)
    assert bring_here(archive) == 1
    assert "is `claimtrail up` running?" in capsys.readouterr().err


def test_a_batch_that_is_too_large_for_a_proxy_is_parted(bring_here: Import, tmp_path: Path) -> None:
    refuse = lambda: httpx.Response(413, text="<html>")  # noqa: E731
    bring_here.wire.before |= {1: refuse, 2: refuse, 3: refuse}
    assert bring_here(lines(tmp_path / "a.ndjson", range(4))) == 1
    assert bring_here.articles() == [(url(n), 1) for n in (1, 2, 3)]
    assert '"status": 413' in (tmp_path / "a.ndjson.errors.ndjson").read_text()


def test_two_texts_of_one_address_are_two_revisions_however_often_they_are_sent(bring: Import, tmp_path: Path) -> None:
    archive = tmp_path / "a.ndjson"
    told = [{"url": f"{url(1)}{more}", "text": text} for more, text in (("", "First."), ("?utm_source=x", "Second."))]
    archive.write_text("\n".join(map(json.dumps, told)), "utf-8")
    bring.wire.after[1] = interrupt
    assert bring(archive) == 130
    assert bring(archive) == 0
    assert [revision for _, revision in bring.articles()] == [2]


def test_a_folder_is_gone_on_with_by_its_files(
    bring_here: Import, tmp_path: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("claimtrail.importing.BATCH", 10)
    folder = tmp_path / "in"
    for name in ("a", "b"):
        (folder / name).mkdir(parents=True)
        for number in range(6):
            (folder / name / f"{number}.txt").write_text(f"Text {number} of {name}.", "utf-8")
    (folder / "b" / "6.json").write_text('{"text": "Its own.", "url": "https://own.example/", "mood": 1}', "utf-8")
    (folder / "b" / "7.txt").write_bytes(b"\xff\xfe")
    lines(folder / "c.ndjson", range(3))
    (folder / "c.ndjson.errors.ndjson").write_text("{}")
    bring_here.wire.before[2] = interrupt
    assert bring_here(folder) == 130
    assert bring_here(folder, "--publisher", "The Archive") == 1
    found = bring_here.articles()
    assert len(found) == 16
    assert {revision for _, revision in found} == {1}
    assert ("https://files.invalid/a/0.txt", 1) in found
    assert ("https://files.invalid/b/0.txt", 1) in found
    told = capsys.readouterr()
    assert "going on after 10 articles" in told.err
    assert "all together: 16 accepted, 0 known already, 1 refused" in told.out
    assert json.loads((tmp_path / "in.errors.ndjson").read_text())["file"] == "b/7.txt"
    listed = bring_here.newsroom.http.get("/v1/articles?url=https://own.example/").json["items"]
    assert listed[0]["publisher"] == "The Archive"


def test_lines_of_standard_input_are_taken(
    bring_here: Import, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.chdir(tmp_path)
    raw = b"\xef\xbb\xbf" + lines(tmp_path / "a", range(3)).read_bytes() + b'\r\n{"text": "No address.\\ud800"}'
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
    assert bring_here("-") == 1
    assert "stdin: 3 accepted, 0 known already, 1 refused (stdin.errors.ndjson)" in capsys.readouterr().out


def test_a_dry_run_sends_and_writes_nothing(bring_here: Import, tmp_path: Path, capsys: Output) -> None:
    archive = lines(tmp_path / "a.ndjson", range(3), language="English, mostly")
    with archive.open("a", encoding="utf-8") as file:
        file.write('{"text": "Good."}\nnothing\n')
    assert bring_here(archive, "--dry-run") == 1
    told = capsys.readouterr()
    assert "line 1: language: A language tag is wanted, such as en or pt-BR." in told.err
    assert "line 5: not JSON" in told.err
    assert "1 can be sent, 4 would be refused; nothing was sent" in told.out
    assert bring_here.wire.paths == []
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix == ".ndjson") == ["a.ndjson"]


def test_an_address_alone_is_left_to_the_service(bring_here: Import, tmp_path: Path, capsys: Output) -> None:
    archive = tmp_path / "a.ndjson"
    archive.write_text(f'{{"url": "{url(1)}"}}\n', "utf-8")
    assert bring_here(archive, "--dry-run") == 0
    assert "1 bring no text: the service takes them where CLAIMTRAIL_FETCH_HOSTS" in capsys.readouterr().out
    assert bring_here(archive) == 1
    (error,) = [json.loads(line) for line in (tmp_path / "a.ndjson.errors.ndjson").read_bytes().splitlines()]
    assert error["problem"]["errors"][0]["code"] == "not_fetched"


def test_it_waits_for_the_readings_when_asked_to(bring_here: Import, tmp_path: Path, capsys: Output) -> None:
    bring_here.newsroom.meanwhile = bring_here.newsroom.read
    assert bring_here(lines(tmp_path / "a.ndjson", range(3)), "--wait") == 0
    assert "3 read, 0 not" in capsys.readouterr().out


def test_what_cannot_begin_says_why(bring_here: Import, tmp_path: Path, capsys: Output) -> None:
    (tmp_path / "empty").mkdir()
    assert bring_here(tmp_path / "nowhere") == 2
    assert "there is no such file or folder" in capsys.readouterr().err
    assert bring_here(tmp_path / "empty") == 2
    bring_here.newsroom.key("admin")
    assert bring_here(lines(tmp_path / "a.ndjson", range(3))) == 1
    assert "CLAIMTRAIL_KEY" in capsys.readouterr().err


def test_a_line_without_end_is_not_taken_into_memory(
    bring_here: Import, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("claimtrail.origins.MOST_BYTES", 200)
    good = json.dumps({"url": url(1), "text": "Good."}).encode()
    (tmp_path / "a.ndjson").write_bytes(b"x" * 450 + b"\n" + good + b"\n" + b"y" * 400)
    assert bring_here(tmp_path / "a.ndjson") == 1
    errors = [json.loads(line) for line in (tmp_path / "a.ndjson.errors.ndjson").read_bytes().splitlines()]
    assert [error["line"] for error in errors] == [1, 3]
    assert len(bring_here.articles()) == 1
