from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from settings import valkey_socket
from workers import valkey


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text("ascii").rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_only_its_user_can_reach_it(server: Any) -> None:
    socket = valkey_socket(server.data_dir)
    assert socket.parent.stat().st_mode & 0o777 == 0o700
    assert (server.data_dir / "valkey").stat().st_mode & 0o777 == 0o700
    with Redis.from_url(server.url) as client:
        assert client.config_get("port")["port"] == "0", "no network"


def test_what_it_was_given_survives_being_killed(server: Any) -> None:
    with Redis.from_url(server.url) as client:
        client.set("kept", "yes")
        client.execute_command("waitaof", 1, 0, 3000)
    server.stop(signal.SIGKILL)
    server.start()
    with Redis.from_url(server.url) as client:
        assert client.get("kept") == b"yes"


def test_it_starts_once(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(valkey, "_PATIENCE_SECONDS", 0.2)
    lock = server.data_dir / "valkey" / "lock"
    assert not valkey._lock(lock)
    server.stop()
    assert valkey._lock(lock)


def test_it_dies_with_its_parent(tmp_path: Path, until: Any) -> None:
    script = """
import os, subprocess, sys, time
from pathlib import Path
from settings import valkey_socket
from workers import valkey
print(subprocess.Popen(valkey.command(Path(sys.argv[1]), os.getpid())).pid, flush=True)
time.sleep(300)
"""
    command = [sys.executable, "-c", script, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        until(lambda: valkey_socket(tmp_path).exists())
        assert alive(pid)
        parent.kill()
    until(lambda: not alive(pid))


def test_it_does_not_begin_for_a_parent_that_is_gone(tmp_path: Path) -> None:
    done = subprocess.run(valkey.command(tmp_path, os.getpid() + 1), check=False)
    assert done.returncode == 3
    assert list(tmp_path.iterdir()) == []


def test_a_path_too_long_for_a_socket_gets_a_short_one(tmp_path: Path) -> None:
    deep = tmp_path / ("folder" * 8) / ("folder" * 8) / "and a space"
    path = valkey_socket(deep)
    assert len(os.fsencode(path)) <= 107
    assert valkey_socket(deep) == path != valkey_socket(deep / "other")
    assert path.parent.name.startswith(f"claimtrail-{os.getuid()}-")
    assert valkey_socket(tmp_path) == tmp_path / "run" / "valkey.sock"


def test_the_address_can_be_used_whatever_the_path(tmp_path: Path, make_server: Any) -> None:
    server = make_server(tmp_path / "50% of it?")
    with Redis.from_url(server.url) as client:
        assert client.ping()


def test_a_folder_of_another_user_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: tmp_path.stat().st_uid + 1)
    with pytest.raises(PermissionError, match="another user"):
        valkey.private_folder(tmp_path)
