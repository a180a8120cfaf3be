"""Backup and restore as an operator does them: with the service running, and into another place."""

from __future__ import annotations

import io
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from claimtrail import cli
from claimtrail.alone import alone
from claimtrail.copying import bar
from store import migrate
from store.database import Database

pytestmark = pytest.mark.slow

# Submits articles without end; a line for each that was acknowledged: when, its number, its id.
STREAM = """
import itertools, sys, time, httpx
with httpx.Client(base_url=sys.argv[1], timeout=30) as service:
    for n in itertools.count():
        article = {"url": f"https://news.example/{n}", "published_at": "2025-06-03"}
        article["text"] = f"Armenia and Azerbaijan exchanged {100 + n} prisoners of war on Monday."
        answer = service.post("/v1/articles", json=article)
        if answer.status_code == 202:
            print(time.time(), n, answer.json()["article"]["id"], flush=True)
"""


def until(true: Callable[[], Any], seconds: float = 240) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
    return found


def command(data_dir: Path, *args: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
    whole = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    whole |= {"CLAIMTRAIL_DATA_DIR": str(data_dir)} | env
    call = [sys.executable, "-m", "claimtrail", *map(str, args)]
    return subprocess.run(call, env=whole, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture
def up() -> Iterator[Callable[[Path], str]]:
    """Brings up the service on a data directory; gives its address. It is stopped after the test."""
    processes = []

    def start(data_dir: Path) -> str:
        with socket.socket() as trial:
            trial.bind(("127.0.0.1", 0))
            port = trial.getsockname()[1]
        env = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
        env |= {"CLAIMTRAIL_DATA_DIR": str(data_dir), "CLAIMTRAIL_PORT": str(port), "CLAIMTRAIL_LEASE_SECONDS": "3"}
        log = data_dir.with_suffix(".log")
        with log.open("wb") as out:
            call = [sys.executable, "-m", "claimtrail", "up"]
            processes.append(subprocess.Popen(call, env=env, stdout=out, stderr=out, process_group=0))
        until(lambda: "is ready" in log.read_text("utf-8") or processes[-1].poll() is not None)
        assert processes[-1].poll() is None, log.read_text("utf-8")
        return f"http://127.0.0.1:{port}"

    yield start
    for process in processes:
        process.send_signal(signal.SIGTERM)
    for process in processes:
        with suppress(subprocess.TimeoutExpired):
            process.wait(40)
        process.kill()


def articles(base: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    cursor: str | None = None
    with httpx.Client(base_url=base, timeout=30) as service:
        while True:
            params = {"limit": "200"} | ({"cursor": cursor} if cursor else {})
            page = service.get("/v1/articles", params=params).json()
            found |= {item["id"]: item for item in page["items"]}
            cursor = page["next_cursor"]
            if cursor is None:
                return found


def test_a_backup_under_load_restored_elsewhere_has_all_that_was_acknowledged_and_is_read_to_the_end(
    tmp_path: Path, up: Callable[[Path], str]
) -> None:
    base = up(tmp_path / "here")
    with (tmp_path / "acknowledged").open("wb") as out:
        stream = subprocess.Popen([sys.executable, "-c", STREAM, base], stdout=out, stderr=subprocess.DEVNULL)
    try:
        until(lambda: (tmp_path / "acknowledged").read_text("utf-8").count("\n") > 100)
        began = time.time()
        made = command(tmp_path / "here", "backup", tmp_path / "backup")
        assert stream.poll() is None
    finally:
        stream.kill()
        stream.wait()
    assert (made.returncode, made.stderr) == (0, ""), made.stderr
    lines = [line.split() for line in (tmp_path / "acknowledged").read_text("utf-8").splitlines()]
    before = {id_: int(n) for moment, n, id_ in lines if float(moment) < began}
    assert len(before) > 100

    done = command(tmp_path / "there", "restore", tmp_path / "backup")
    assert done.returncode == 0, done.stderr
    with closing(sqlite3.connect(tmp_path / "there" / "claimtrail.sqlite3")) as connection:
        assert connection.execute("pragma integrity_check").fetchall() == [("ok",)]
        assert connection.execute("pragma foreign_key_check").fetchall() == []
    there = up(tmp_path / "there")
    until(lambda: {article["status"] for article in articles(there).values()} == {"finished"})
    found = articles(there)
    assert before.keys() <= found.keys()
    assert f" {len(found)} articles, " in made.stdout
    for id_, n in list(before.items())[-20:]:
        claims = httpx.get(f"{there}/v1/articles/{id_}/claims", timeout=30).json()["items"]
        assert [claim["details"]["count"] for claim in claims] == [100 + n]


def test_a_restore_is_refused_while_the_service_runs_on_the_data(tmp_path: Path, up: Callable[[Path], str]) -> None:
    data_dir = tmp_path / "here"
    base = up(data_dir)
    assert command(data_dir, "backup", tmp_path / "backup").returncode == 0
    sent = httpx.post(f"{base}/v1/articles", json={"url": "https://news.example/1", "text": "Later."}, timeout=30)
    done = command(data_dir, "restore", tmp_path / "backup")
    pid = (data_dir / "run" / "supervisor.pid").read_text("ascii").strip()
    told = f"claimtrail restore: the service (process {pid}) runs on the data directory {data_dir}; stop it first\n"
    assert (done.returncode, done.stderr) == (1, told)
    assert httpx.get(f"{base}/v1/articles/{sent.json()['article']['id']}", timeout=30).status_code == 200
    assert httpx.get(f"{base}/readyz", timeout=30).json()["status"] == "ready"


def test_no_service_starts_while_a_restore_is_under_way(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    with alone(tmp_path / "run"):
        done = command(tmp_path, "up")
    assert done.returncode == 1
    assert "runs on the data directory" in done.stderr


Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Runs a command in this process, on a data directory of its own: its status, output and errors."""
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CLAIMTRAIL_DATA_DIR", str(tmp_path / "data"))

    def run(*args: str | Path) -> tuple[int, str, str]:
        status = cli.main([str(arg) for arg in args])
        return (status, *capsys.readouterr())

    return run


def test_what_they_say(tmp_path: Path, call: Call) -> None:
    database, out = tmp_path / "data" / "claimtrail.sqlite3", tmp_path / "out"
    nothing = f"0 articles, 0 revisions, 0 jobs, 0 claims; schema {migrate.head()}"
    assert call("backup", out) == (1, "", f"claimtrail backup: there is no database at {database}\n")
    migrated = Database.open(f"sqlite:///{database}")
    migrate.upgrade(migrated)
    migrated.dispose()
    status, said, _ = call("backup", out)
    assert (status, said.startswith(f"{out}: {nothing}; ")) == (0, True)
    refused = f"claimtrail backup: there is a file {out} already; --force replaces it\n"
    assert call("backup", out) == (1, "", refused)
    assert call("backup", out, "--force")[0] == 0
    status, said, _ = call("restore", out)
    first, second = said.splitlines()
    assert (status, first) == (0, f"{database}: {nothing}; restored from {out}")
    assert second.startswith(f"what was there before is {database}.20")
    assert Path(second.split()[-1]).is_file()
    (tmp_path / "text").write_text("Dear diary", "utf-8")
    refused = f"claimtrail restore: {tmp_path / 'text'} is no backup made by `claimtrail backup`\n"
    assert call("restore", tmp_path / "text") == (1, "", refused)


@pytest.mark.parametrize("options", [("backup", "--force"), ("restore",)])
def test_a_database_out_of_reach_is_told_without_its_password(
    tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    (tmp_path / "out").write_bytes(b"PGDMP")
    monkeypatch.setenv("DATABASE_URL", "postgresql://desk:hunter2@127.0.0.1:1/x")
    status, said, told = call(*options, tmp_path / "out")
    assert (status, said) == (1, "")
    assert told.startswith(f"claimtrail {options[0]}: ")
    assert "hunter2" not in told
    assert (tmp_path / "out").read_bytes() == b"PGDMP"


@pytest.mark.parametrize(("total", "shown"), [(1_000_000, False), (500_000_000, True)])
def test_a_bar_is_shown_for_what_is_large(monkeypatch: pytest.MonkeyPatch, total: int, shown: bool) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with bar("copying") as progress:
        progress(total // 2, total)
        progress(total, total)
    assert ("copying" in terminal.getvalue()) is shown
