"""`claimtrail up`: the whole service on this machine, until Ctrl-C."""

from __future__ import annotations

import argparse
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import logs
import settings
from claimtrail.alone import Occupied, alone
from claimtrail.children import Role, write_pid
from claimtrail.commands.sender import sender_name
from claimtrail.programs import Command, Fork
from claimtrail.supervisor import Supervisor
from settings import Settings, SettingsError
from workers import valkey
from workers.tied import tie_forks

EXAMPLES = """examples:
  claimtrail up
  CLAIMTRAIL_PORT=8080 CLAIMTRAIL_WORKERS=4 claimtrail up
  CLAIMTRAIL_DATA_DIR=/srv/claimtrail claimtrail up

Everything it keeps is in the data directory. Without DATABASE_URL that is a SQLite file, without REDIS_URL a Valkey
of its own. Ctrl-C or SIGTERM stops it all.
"""
# What a predecessor that was killed leaves behind is gone within that time.
_PORT_PATIENCE_SECONDS = 5.0
_EXAMPLE = {
    "url": "https://example.org/border-exchange",
    "published_at": "2025-06-03",
    "text": "Armenia and Azerbaijan exchanged 24 prisoners of war on Monday, the Red Cross said on Tuesday.",
}


class CannotStart(Exception):  # noqa: N818 - says a state
    """The service cannot be started; the message says why."""


def add_parser(subparsers: Any) -> None:
    """Adds `up` to the command line."""
    parser = subparsers.add_parser(
        "up",
        help="run the whole service on this machine",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run)


def run(_args: argparse.Namespace) -> int:
    """Runs everything until a signal. Returns 1, with a message, when it cannot start. Raises SettingsError."""
    tie_forks()
    read = settings.read()
    try:
        valkey.private_folder(read.run_dir)
        with _alone(read):
            _check(read)
            _migrate(read)
            supervisor = Supervisor(roles(read), read.run_dir, plain=sys.stderr.isatty())
            return supervisor.run(lambda: _is_up(read), lambda: _announce(read))
    except (CannotStart, OSError) as fault:
        print(f"claimtrail up: {fault}", file=sys.stderr)
        return 1


def roles(read: Settings) -> list[Role]:
    """The processes that make up the service. The API is loaded here, once: its successors are there at once."""
    from service.server import serve
    from workers.sending import send

    env = dict(os.environ) | {"PYTHONUNBUFFERED": "1", "CLAIMTRAIL_DATA_DIR": str(read.data_dir)}
    tied = ["--parent", str(os.getpid())]
    found = []
    if read.embedded_valkey:
        env["REDIS_URL"] = read.redis_url
        found.append(Role("valkey", Command(valkey.command(read.data_dir, os.getpid()), env), last=True))
    found.append(Role("api", Fork(partial(_serve, serve, read))))
    # Its successors bear its name, and so need not wait for what it held.
    found.append(Role("sender", Fork(partial(_send, send, read, sender_name()))))
    several = ["--processes", str(read.workers), "--run-dir", str(read.run_dir)]
    found.append(Role("workers", Command([*_claimtrail("worker"), *several, *tied], env), says_ready=True))
    return found


def _serve(serve: Callable[[Settings], None], read: Settings, _ready: int) -> int:
    try:
        serve(read)
    except SettingsError as fault:
        print(fault, file=sys.stderr)
        return 2
    return 0


def _send(send: Callable[[Settings, str], int], read: Settings, name: str, _ready: int) -> int:
    logs.configure(read.log_level)
    return send(read, name)


def _claimtrail(command: str) -> list[str]:
    return [sys.executable, "-P", "-m", "claimtrail", command]


@contextmanager
def _alone(read: Settings) -> Iterator[None]:
    """Holds the data directory for this supervisor. Raises CannotStart while another does, whatever pid files say."""
    try:
        with alone(read.run_dir):
            write_pid(read.run_dir / "supervisor.pid", os.getpid())
            try:
                yield
            finally:
                for left in read.run_dir.glob("*.pid"):
                    left.unlink(missing_ok=True)
    except Occupied as other:
        raise CannotStart(f"another one{other.who} runs on the data directory {read.data_dir}") from None


def _check(read: Settings) -> None:
    if not read.gazetteer.is_file():
        raise CannotStart(f"there is no gazetteer at {read.gazetteer}; `make run` builds it")
    deadline = time.monotonic() + _PORT_PATIENCE_SECONDS
    family = socket.AF_INET6 if ":" in read.host else socket.AF_INET
    while True:
        with socket.socket(family) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((read.host, read.port))
            except OSError as fault:
                if time.monotonic() > deadline:
                    told = f"cannot listen on {read.host} port {read.port}: {fault.strerror or fault}"
                    raise CannotStart(f"{told}; CLAIMTRAIL_HOST and CLAIMTRAIL_PORT choose another address") from None
            else:
                return
        time.sleep(0.1)


def _migrate(read: Settings) -> None:
    # In a process of its own: the supervisor is to stay small, and away from the database.
    env = dict(os.environ) | {"CLAIMTRAIL_DATA_DIR": str(read.data_dir)}
    command = [*_claimtrail("migrate"), "--parent", str(os.getpid())]
    if subprocess.run(command, env=env, stdin=subprocess.DEVNULL, check=False).returncode:  # noqa: S603 - ours
        raise CannotStart("the database cannot be brought up to date; claimtrail doctor tells more")


def _is_up(read: Settings) -> bool:
    return _status(read, "/readyz") == 200


def _status(read: Settings, path: str) -> int:
    """What the API answers, 0 where it does not."""
    connection = http.client.HTTPConnection(read.local_host, read.port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def _announce(read: Settings) -> None:
    base = read.base_url
    is_open = _status(read, "/v1/kinds") == 200
    keys = "none: everyone on this machine may use it; make one with: claimtrail keys create NAME"
    with_key = "" if is_open else ' -H "Authorization: Bearer $CLAIMTRAIL_KEY"'
    print(
        f"\nClaimtrail is ready.\n"
        f"  service  {base}/v1/articles\n"
        f"  docs     {base}/docs\n"
        f"  keys     {keys if is_open else 'needed; see them with: claimtrail keys list'}\n"
        f"  try      curl -s {base}/v1/articles -H 'Content-Type: application/json' -H 'Prefer: wait=10'{with_key}"
        f" -d '{json.dumps(_EXAMPLE)}'\n",
        flush=True,
    )
