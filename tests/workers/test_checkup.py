from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from workers import checkup
from workers.checkup import Silent


def test_our_own_valkey_keeps_a_file(server: Any) -> None:
    found = checkup.look(server.url)
    assert found.server.startswith("Valkey ")
    assert found.keeps_file is True


def test_one_that_keeps_none_is_told(server: Any) -> None:
    with Redis.from_url(server.url) as client:
        client.config_set("appendonly", "no")
    assert checkup.look(server.url).keeps_file is False


def test_one_that_does_not_tell_is_no_fault(server: Any) -> None:
    with Redis.from_url(server.url) as client:
        client.acl_setuser("desk", enabled=True, passwords=["+hunter2"], commands=["+ping"])
    found = checkup.look(f"{server.url.replace('unix://', 'unix://desk:hunter2@')}")
    assert found == checkup.Checkup("it", None)


@pytest.mark.parametrize("url", ["redis://:hunter2@127.0.0.1:1/0", "unix:///nowhere/hunter2.sock"])
def test_one_that_is_away(url: str) -> None:
    with pytest.raises(Silent, match=r"^does not answer \(\w+\)$"):
        checkup.look(url)


def test_one_that_refuses_the_password(server: Any) -> None:
    with pytest.raises(Silent, match="refuses the user or the password") as told:
        checkup.look(f"{server.url.replace('unix://', 'unix://desk:hunter2@')}")
    assert "hunter2" not in str(told.value)


def test_one_that_says_nothing_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkup, "_TIMEOUT_SECONDS", 0.2)
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        with pytest.raises(Silent, match="does not answer"):
            checkup.look(f"redis://127.0.0.1:{mute.getsockname()[1]}/0")


def test_a_url_that_cannot_be_used_is_not_repeated() -> None:
    with pytest.raises(Silent, match=r"^has a URL that cannot be used$"):
        checkup.look("redis://:hunter2@h/0?socket_timeout=hunter2")
