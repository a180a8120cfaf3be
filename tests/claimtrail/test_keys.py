"""`claimtrail keys`, and the first key of a service that others can reach."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from claimtrail import cli
from store import keys as stored
from store import migrate
from store.database import Database

KEY = f"ctk_first_{'0c' * 32}"


@pytest.fixture(autouse=True)
def _own_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("CLAIMTRAIL_DATA_DIR", str(tmp_path / "data"))


def keys(*arguments: str) -> int:
    return cli.main(["keys", *arguments])


def test_create_prints_the_key_alone_on_its_last_line_and_works_before_the_first_start(capsys: Any) -> None:
    assert keys("create", "website CMS", "--scopes", "articles:write,claims:read", "--expires", "90d") == 0
    told = capsys.readouterr()
    assert re.fullmatch(r"ctk_[0-9a-f]{16}_[0-9a-f]{64}\n", told.out)
    assert "website CMS may articles:write, claims:read until 20" in told.err
    assert told.out.strip() not in told.err


def test_list_shows_no_secret_and_revoke_ends_a_key(capsys: Any) -> None:
    keys("create", "desk")
    _, key_id, secret = capsys.readouterr().out.strip().split("_")
    assert keys("list") == 0
    told = capsys.readouterr().out
    assert secret not in told
    assert [line.split()[:3] for line in told.splitlines()[1:]] == [[key_id, "desk", "active"]]
    assert keys("revoke", key_id) == 0
    keys("list")
    assert f"{key_id}  desk  revoked" in capsys.readouterr().out


def test_without_keys_the_list_says_what_that_means(capsys: Any) -> None:
    assert cli.main(["migrate"]) == 0
    assert keys("list") == 0
    assert "answers its own machine only" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["list"], ["revoke", "first"]])
def test_who_only_looks_makes_no_database(capsys: Any, tmp_path: Path, arguments: list[str]) -> None:
    assert keys(*arguments) == 1
    told = capsys.readouterr().err
    assert f"there is no database at {tmp_path / 'data' / 'claimtrail.sqlite3'}" in told
    assert "CLAIMTRAIL_DATA_DIR" in told
    assert not (tmp_path / "data" / "claimtrail.sqlite3").exists()


def test_create_says_where_it_made_a_database(capsys: Any, tmp_path: Path) -> None:
    assert keys("create", "desk") == 0
    assert f"A new database was made for it at {tmp_path / 'data' / 'claimtrail.sqlite3'}" in capsys.readouterr().err
    assert keys("create", "desk") == 0
    assert "A new database" not in capsys.readouterr().err


@pytest.mark.parametrize("command", [["keys", "create", "desk"], ["migrate"]])
def test_a_log_whose_file_was_moved_away_is_not_written_over(capsys: Any, tmp_path: Path, command: list[str]) -> None:
    """What is only in the log yet is as good as lost with it; the file may come back."""
    database = Database.open(f"sqlite:///{tmp_path / 'data' / 'claimtrail.sqlite3'}")
    migrate.upgrade(database)
    with database.transaction() as s:
        stored.add(s, KEY, "first", ["admin"], now=datetime.now(UTC))
    file, aside = tmp_path / "data" / "claimtrail.sqlite3", tmp_path / "aside"
    file.rename(aside)
    assert cli.main(command) == 1
    assert "put its file back" in capsys.readouterr().err
    aside.rename(file)
    with database.reading() as s:
        assert stored.exist(s)
    database.dispose()


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (["create", "desk", "--scopes", "everything"], 2, "articles:write, claims:read, claims:review"),
        (["create", "desk", "--scopes", ","], 2, "scopes are"),
        (["create", "desk", "--scopes", "claims:feed,claims:read"], 2, "stands alone"),
        (["create", " "], 2, "name"),
        (["create", "desk", "--expires", "soon"], 2, "90d"),
        (["create", "desk", "--expires", "2020-01-01"], 2, "expired already"),
        (["create", "desk", "--expires", "99999d"], 0, ""),
        (["revoke", "nobody"], 1, "keys list"),
    ],
)
def test_what_cannot_be_done_says_what_can(capsys: Any, arguments: list[str], status: int, told: str) -> None:
    assert cli.main(["migrate"]) == 0
    assert keys(*arguments) == status
    assert told in capsys.readouterr().err


def test_a_database_that_was_not_migrated_says_so(
    capsys: Any, monkeypatch: pytest.MonkeyPatch, blank_postgres_url: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", blank_postgres_url)
    assert keys("create", "desk") == 1
    assert "run: claimtrail migrate" in capsys.readouterr().err


def test_migrate_makes_the_operators_own_first_key_once(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAIMTRAIL_FIRST_KEY", KEY)
    assert cli.main(["migrate"]) == 0
    told = capsys.readouterr().out
    assert "the first key is made" in told
    assert KEY not in told
    monkeypatch.setenv("CLAIMTRAIL_FIRST_KEY", f"ctk_second_{'0d' * 32}")
    assert cli.main(["migrate"]) == 0
    keys("list")
    rows = capsys.readouterr().out.splitlines()[-1:]
    assert [row.split()[:4] for row in rows] == [["first", "first", "key", "active"]]


def serve(port: int, **env: str) -> subprocess.Popen[str]:
    known = dict(os.environ) | {"REDIS_URL": "redis://127.0.0.1:1", "CLAIMTRAIL_PORT": str(port)} | env
    command = [sys.executable, "-m", "claimtrail", "api"]
    return subprocess.Popen(command, env=known, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@pytest.mark.slow
def test_no_other_address_is_listened_on_before_there_is_a_key(capsys: Any) -> None:
    for made in (False, True):
        if made:
            cli.main(["migrate"])
        with serve(free_port(), CLAIMTRAIL_HOST="0.0.0.0") as refused:
            try:
                told, _ = refused.communicate(timeout=60)
            finally:
                refused.kill()
        assert refused.returncode == 2
        assert "claimtrail keys create" in told
    keys("create", "desk", "--scopes", "claims:read")
    key = capsys.readouterr().out.splitlines()[-1]
    port = free_port()
    served = serve(port, CLAIMTRAIL_HOST="0.0.0.0")
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                bare = httpx.get(f"http://127.0.0.1:{port}/v1/claims", headers={"Host": "claims.example"})
                break
            except httpx.TransportError:
                assert time.monotonic() < deadline
                time.sleep(0.1)
        assert bare.status_code == 401
        headers = {"Host": "claims.example", "Authorization": f"Bearer {key}"}
        assert httpx.get(f"http://127.0.0.1:{port}/v1/claims", headers=headers).status_code == 200
        keys("revoke", key.split("_")[1])
        assert httpx.get(f"http://127.0.0.1:{port}/v1/claims", headers=headers).status_code == 401
    finally:
        served.send_signal(signal.SIGTERM)
        log, _ = served.communicate(timeout=60)
    assert key.split("_")[2] not in log


@pytest.mark.slow
def test_an_open_desk_says_so_at_its_start() -> None:
    cli.main(["migrate"])
    port = free_port()
    served = serve(port)
    try:
        first = json.loads(served.stdout.readline())
        assert "no key exists" in first["event"]
    finally:
        served.send_signal(signal.SIGTERM)
        served.communicate(timeout=60)
