"""The doctor finds each thing that is broken, says what to do, and is itself broken by nothing."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import namedtuple
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from claimtrail import checkup, cli
from claimtrail.checkup import Finding, State
from settings import valkey_url
from store import keys, migrate
from store.database import Database
from workers import valkey

Findings = Callable[[], dict[str, Finding]]
NEEDLESS = ("CLAIMTRAIL_FIRST_KEY", "CLAIMTRAIL_GAZETTEER", "CLAIMTRAIL_HOST", "DATABASE_URL", "REDIS_URL")


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory of the test's own, that is not there yet, and a port that is free."""
    for name in NEEDLESS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CLAIMTRAIL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("CLAIMTRAIL_PORT", str(free_port()))
    return tmp_path / "data"


@pytest.fixture
def findings(monkeypatch: pytest.MonkeyPatch) -> Findings:
    """What the doctor finds, by check, but for the language model, which takes seconds to load."""
    monkeypatch.setattr(checkup, "_model", lambda: iter(()))
    return lambda: {finding.check: finding for finding in checkup.findings()}


@pytest.fixture
def migrated(data_dir: Path) -> Iterator[Database]:
    """The database where the settings say."""
    database = Database.open(f"sqlite:///{data_dir / 'claimtrail.sqlite3'}")
    migrate.upgrade(database)
    yield database
    database.dispose()


def doctor(env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "claimtrail", "doctor"]
    return subprocess.run(command, env=os.environ | env, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.slow
def test_of_a_running_service_all_is_well(data_dir: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("wb") as out:
        up = subprocess.Popen([sys.executable, "-m", "claimtrail", "up"], stdout=out, stderr=out, process_group=0)
    try:
        deadline = time.monotonic() + 240
        while "is ready" not in log.read_text("utf-8"):
            assert time.monotonic() < deadline, log.read_text("utf-8")
            time.sleep(0.1)
        done = doctor({})
    finally:
        up.send_signal(signal.SIGTERM)
        up.wait(60)
    lines = [line.split(maxsplit=2) for line in done.stdout.splitlines()]
    assert done.returncode == 0, done.stdout + done.stderr
    assert {line[0] for line in lines} <= {"ok", "warning"}
    checks = [line[1] for line in lines]
    expected = [
        "python",
        "settings",
        "data",
        "disk",
        "database",
        "access",
        "integrity",
        "queue",
        "gazetteer",
        "model",
        "service",
    ]
    assert checks == expected
    assert [line[2] for line in lines if line[1] == "service"] == [
        f"http://127.0.0.1:{os.environ['CLAIMTRAIL_PORT']}/readyz says: ready"
    ]
    assert "answers: Valkey" in done.stdout
    assert "the language model loads in " in done.stdout


def test_before_the_first_start_nothing_is_a_fault_and_nothing_is_made(findings: Findings, data_dir: Path) -> None:
    found = findings()
    assert {check for check, finding in found.items() if finding.state is State.WARNING} >= {"data", "database"}
    assert State.FAULT not in {finding.state for finding in found.values()}
    assert not data_dir.exists()


def test_settings_that_cannot_be_used_are_all_told(monkeypatch: pytest.MonkeyPatch, findings: Findings) -> None:
    monkeypatch.setenv("CLAIMTRAIL_PORT", "none")
    monkeypatch.setenv("CLAIMTRAIL_WORKERS", "0")
    monkeypatch.setenv("DATABASE_URL", "mysql://desk:hunter2@db/x")
    found = findings()
    assert found.keys() == {"python", "settings"}
    assert found["settings"].state is State.FAULT
    for name in ("CLAIMTRAIL_PORT", "CLAIMTRAIL_WORKERS", "DATABASE_URL"):
        assert name in found["settings"].told
    assert "hunter2" not in found["settings"].told


def test_with_everything_broken_there_is_no_traceback_and_no_password(tmp_path: Path) -> None:
    (tmp_path / "junk").write_bytes(b"junk" * 100)
    env = {
        "DATABASE_URL": "postgresql://desk:hunter2@127.0.0.1:1/x?password=hunter2",
        "REDIS_URL": "redis://desk:hunter2@127.0.0.1:1/0",
        "CLAIMTRAIL_GAZETTEER": str(tmp_path / "junk"),
        "CLAIMTRAIL_DATA_DIR": str(tmp_path / "junk"),
    }
    done = doctor(env)
    assert done.returncode == 1
    assert done.stderr == ""
    assert "hunter2" not in done.stdout
    faults = {line.split()[1] for line in done.stdout.splitlines() if line.startswith("fault ")}
    assert faults == {"data", "database", "queue", "gazetteer"}


def test_a_check_that_fails_is_a_finding_that_does_not_repeat_what_it_was_told(
    monkeypatch: pytest.MonkeyPatch, findings: Findings
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("postgresql://desk:hunter2@db/x")

    monkeypatch.setattr("store.checkup.place", broken)
    found = findings()
    assert found["database"].state is State.FAULT
    assert found["database"].told == "could not be checked (RuntimeError)"
    assert "service" in found


def test_json_says_the_same(monkeypatch: pytest.MonkeyPatch, findings: Findings, capsys: Any) -> None:
    assert cli.main(["doctor", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is True
    assert [one["check"] for one in told["findings"]] == list(findings())
    monkeypatch.setenv("CLAIMTRAIL_GAZETTEER", "/none")
    assert cli.main(["doctor", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    (fault,) = (one for one in told["findings"] if one["state"] == "fault")
    assert told["ok"] is False
    assert (fault["check"], fault["told"].split(" (")[0]) == ("gazetteer", "there is no gazetteer at /none")
    assert "`make run`" in fault["advice"]


def test_each_finding_takes_one_line(monkeypatch: pytest.MonkeyPatch, findings: Findings, capsys: Any) -> None:
    monkeypatch.setenv("CLAIMTRAIL_GAZETTEER", "/none\n\x1b[2J")
    assert cli.main(["doctor"]) == 1
    told = capsys.readouterr().out
    assert len(told.splitlines()) == len(findings())
    assert "\x1b" not in told


@pytest.mark.parametrize(
    ("free", "state"), [(10_000_000_000, State.OK), (1_000_000_000, State.WARNING), (10_000_000, State.FAULT)]
)
def test_a_disk_that_runs_full(
    monkeypatch: pytest.MonkeyPatch, findings: Findings, data_dir: Path, free: int, state: State
) -> None:
    data_dir.mkdir()
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**12, 0, free))
    assert findings()["disk"].state is state


def test_a_data_directory_that_cannot_be_written_to(
    monkeypatch: pytest.MonkeyPatch, findings: Findings, data_dir: Path
) -> None:
    data_dir.mkdir()
    monkeypatch.setattr(os, "access", lambda *_: False)
    found = findings()["data"]
    assert (found.state, "cannot be written to" in found.told) == (State.FAULT, True)
    data_dir.rmdir()
    assert findings()["data"].state is State.FAULT


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_data_directory_of_another_user(findings: Findings, data_dir: Path) -> None:
    data_dir.mkdir()
    os.chown(data_dir, 54321, -1)
    found = findings()["data"]
    assert (found.state, "belongs to user 54321" in found.told) == (State.WARNING, True)


def test_a_database_as_it_should_be(findings: Findings, migrated: Database) -> None:
    found = findings()
    assert {found[check].state for check in ("data", "database", "integrity")} == {State.OK}
    assert migrate.head() in found["database"].told
    assert "clock" not in found


def test_others_may_reach_the_service_only_where_there_is_a_key(
    monkeypatch: pytest.MonkeyPatch, findings: Findings, migrated: Database
) -> None:
    assert (findings()["access"].state, "no API keys" in findings()["access"].told) == (State.OK, True)
    monkeypatch.setenv("CLAIMTRAIL_HOST", "0.0.0.0")
    found = findings()["access"]
    assert (found.state, "claimtrail keys create" in found.advice) == (State.FAULT, True)
    now = datetime.now(UTC)
    with migrated.transaction() as s:
        made = keys.make(s, "desk", ["admin"], now=now, random_bytes=secrets.token_bytes)
    found = findings()["access"]
    assert (found.state, "can be used: 1;" in found.told) == (State.OK, True)
    with migrated.transaction() as s:
        keys.revoke(s, made.split("_")[1], now)
    found = findings()["access"]
    assert (found.state, "nobody is answered" in found.told) == (State.WARNING, True)


@pytest.mark.parametrize(
    ("statement", "advice"),
    [
        ("update alembic_version set version_num = '0001_initial'", "run `claimtrail migrate`"),
        ("update alembic_version set version_num = '9999_future'", "update Claimtrail"),
        ("drop table alembic_version", "run `claimtrail migrate`"),
    ],
)
def test_a_database_at_another_schema(findings: Findings, migrated: Database, statement: str, advice: str) -> None:
    with migrated.transaction() as s:
        s.execute(text(statement))
    found = findings()["database"]
    assert (found.state, found.advice) == (State.FAULT, advice)


def test_a_damaged_database(findings: Findings, migrated: Database) -> None:
    with migrated.transaction() as s:
        for n in range(100):
            key = {"key": str(n), "body": "x" * 4000}
            s.execute(text("insert into idempotency_keys values ('s', :key, 'h', 202, '{}', :body, null, '2025')"), key)
    migrated.dispose()
    assert migrated.path is not None
    whole = migrated.path.read_bytes()
    migrated.path.write_bytes(whole[: len(whole) * 3 // 4] + b"\xff" * 30_000 + whole[len(whole) * 3 // 4 + 30_000 :])
    found = findings()["integrity"]
    assert (found.state, "claimtrail restore" in found.advice) == (State.FAULT, True)
    migrated.path.write_bytes(b"\xff" * 30_000)
    found = findings()["database"]
    assert (found.state, "claimtrail restore" in found.advice) == (State.FAULT, True)


def test_a_postgresql_database(monkeypatch: pytest.MonkeyPatch, findings: Findings, postgres_url: str) -> None:
    monkeypatch.setenv("DATABASE_URL", postgres_url)
    found = findings()
    assert (found["database"].state, found["clock"].state) == (State.OK, State.OK)
    assert found["database"].told.startswith("PostgreSQL at ")
    assert "integrity" not in found


@pytest.mark.parametrize(
    ("seconds", "state"),
    [(0.5, State.OK), (-1.5, State.OK), (-5, State.WARNING), (14, State.WARNING), (16, State.FAULT)],
)
def test_a_clock_that_is_off(
    monkeypatch: pytest.MonkeyPatch, findings: Findings, postgres_url: str, seconds: float, state: State
) -> None:
    monkeypatch.setenv("DATABASE_URL", postgres_url)
    monkeypatch.setattr("store.checkup._ahead", lambda *_: timedelta(seconds=seconds))
    assert findings()["clock"].state is state


def test_a_queue_that_answers_and_one_that_does_not(
    monkeypatch: pytest.MonkeyPatch, findings: Findings, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    monkeypatch.setenv("REDIS_URL", valkey_url(elsewhere))
    assert findings()["queue"].state is State.FAULT
    server = subprocess.Popen(valkey.command(elsewhere, os.getpid()))
    try:
        deadline = time.monotonic() + 30
        while (found := findings()["queue"]).state is not State.OK:
            assert time.monotonic() < deadline, found
            time.sleep(0.1)
        assert "answers: Valkey " in found.told
    finally:
        server.kill()
        server.wait()


class Stub(BaseHTTPRequestHandler):
    """Gives the answer that its server was given."""

    def do_GET(self) -> None:
        status, kind, body = self.server.answer
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Is quiet."""


DEGRADED = b'{"status": "degraded", "database": "ok", "workers": "missing"}'


def problem(detail: str) -> bytes:
    return json.dumps({"status": 503, "errors": [{"pointer": "", "code": "c", "detail": detail}]}).encode()


@pytest.mark.parametrize(
    ("answer", "state", "told"),
    [
        ((200, "application/json", b'{"status": "ready"}'), State.OK, "/readyz says: ready"),
        (
            (200, "application/json", b'{"status": "degraded", "database": "ok", "workers": "missing"}'),
            State.WARNING,
            "degraded (workers: missing)",
        ),
        ((503, "application/problem+json", problem("The database is locked.")), State.FAULT, "The database is locked."),
        ((200, "text/html", b"<html>Wiki</html>"), State.FAULT, "is not Claimtrail"),
        ((200, "application/json", b'["ready"]'), State.FAULT, "is not Claimtrail"),
        ((404, "text/plain", b""), State.FAULT, "is not Claimtrail"),
    ],
)
def test_what_answers_at_the_services_address(
    monkeypatch: pytest.MonkeyPatch, findings: Findings, answer: Any, state: State, told: str
) -> None:
    with HTTPServer(("127.0.0.1", 0), Stub) as server:
        server.answer = answer
        monkeypatch.setenv("CLAIMTRAIL_PORT", str(server.server_port))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            found = findings()["service"]
        finally:
            server.shutdown()
            thread.join()
    assert (found.state, told in found.told) == (state, True), found


def test_a_service_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch, findings: Findings) -> None:
    monkeypatch.setattr(checkup, "_HTTP_SECONDS", 0.2)
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        monkeypatch.setenv("CLAIMTRAIL_PORT", str(mute.getsockname()[1]))
        found = findings()["service"]
    assert (found.state, "does not answer within" in found.told) == (State.FAULT, True)


def test_a_port_that_cannot_be_listened_on(monkeypatch: pytest.MonkeyPatch, findings: Findings) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))  # taken, but nobody answers there
        monkeypatch.setenv("CLAIMTRAIL_PORT", str(other.getsockname()[1]))
        found = findings()["service"]
    assert (found.state, "cannot be listened on" in found.told) == (State.FAULT, True)


def test_an_installation_without_its_model(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise OSError("no model")

    monkeypatch.setattr("claims.language.load", broken)
    (found,) = checkup._model()
    assert (found.state, "no model" in found.told) == (State.FAULT, True)
