"""What `claimtrail doctor` looks at. Each check says what it found, whatever is broken, and what to do next."""

from __future__ import annotations

import http.client
import json
import os
import platform
import pwd
import resource
import shutil
import socket
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import settings
from claimtrail.copying import opened
from claimtrail.visible import visible
from settings import Settings, SettingsError

if TYPE_CHECKING:
    from store.checkup import Checkup

_OLDEST_PYTHON = (3, 11)
_OLDEST_SQLITE = (3, 35)  # the first to know RETURNING
_LITTLE_ROOM = 2_000_000_000
_HTTP_SECONDS = 5.0
_CLOCK_SECONDS = 2.0


class State(StrEnum):
    """How a check came out."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found, and what to do about it."""

    check: str
    state: State
    told: str
    advice: str = ""


def findings() -> Iterator[Finding]:
    """All checks, one after the other; what needs settings is left out where they cannot be used. Raises nothing."""
    yield from _guarded("python", _python)
    try:
        read = settings.read()
    except SettingsError as fault:
        told = "; ".join(line.strip() for line in str(fault).splitlines()[1:])
        yield Finding("settings", State.FAULT, told, "mend these variables; what depends on them was not checked")
        yield from _guarded("model", _model)
        return
    except OSError as fault:
        yield Finding("settings", State.FAULT, f"they cannot be read: {fault}", "run it from a folder that exists")
        return
    yield Finding("settings", State.OK, "all can be used")
    service, runs = _service(read)
    for name, check in (
        ("data", lambda: _data(read)),
        ("database", lambda: _database(read, runs=runs)),
        ("queue", lambda: _queue(read, runs=runs)),
        ("gazetteer", lambda: _gazetteer(read)),
        ("model", _model),
    ):
        yield from _guarded(name, check)
    yield service


def _guarded(name: str, check: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from check()
    except SettingsError as fault:
        yield Finding(name, State.FAULT, str(fault), "mend that variable")
    except Exception as fault:  # a check that fails is a finding too; its words might tell of a password
        yield Finding(name, State.FAULT, f"could not be checked ({type(fault).__name__})", "see the service's log")


def _python() -> Iterator[Finding]:
    told = f"Python {platform.python_version()} with SQLite {sqlite3.sqlite_version}"
    if sys.version_info < _OLDEST_PYTHON or sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        wanted = ".".join(map(str, _OLDEST_PYTHON)), ".".join(map(str, _OLDEST_SQLITE))
        yield Finding("python", State.FAULT, told, f"install Python {wanted[0]} with SQLite {wanted[1]}, or newer")
    else:
        yield Finding("python", State.OK, told)


def _data(read: Settings) -> Iterator[Finding]:
    folder = read.data_dir
    if not folder.exists():
        above = next(path for path in folder.parents if path.exists())
        if os.access(above, os.W_OK | os.X_OK):
            yield Finding("data", State.WARNING, f"{folder} is not there yet", "`claimtrail up` makes it")
        else:
            told = f"{folder} is not there, and {above} cannot be written to"
            yield Finding("data", State.FAULT, told, "make it, or set CLAIMTRAIL_DATA_DIR")
        return
    if not folder.is_dir():
        yield Finding("data", State.FAULT, f"{folder} is no folder", "set CLAIMTRAIL_DATA_DIR")
        return
    owner = folder.stat().st_uid
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        told = f"{folder} belongs to {_user(owner)} and cannot be written to by {_user(os.geteuid())}"
        yield Finding("data", State.FAULT, told, f"run it as {_user(owner)}, or give that folder to this user")
    elif owner != os.geteuid():
        told = f"{folder} belongs to {_user(owner)}, and this is {_user(os.geteuid())}"
        yield Finding("data", State.WARNING, told, f"run everything, this too, as {_user(owner)}")
    else:
        yield Finding("data", State.OK, f"{folder} can be written to")
    free = shutil.disk_usage(folder).free
    told = f"{free / 1e6:,.0f} MB are free at {folder}, CLAIMTRAIL_MIN_FREE_MB is {read.min_free_mb:,}"
    if free < read.min_free_mb * 10**6:
        yield Finding("disk", State.FAULT, told, "make room: no article is taken in meanwhile")
    elif free < _LITTLE_ROOM:
        yield Finding("disk", State.WARNING, told, "make room, before no more articles can be taken in")
    else:
        yield Finding("disk", State.OK, told)


def _database(read: Settings, *, runs: bool) -> Iterator[Finding]:
    from store import checkup
    from store.database import Unavailable

    with opened(read) as database:
        where = checkup.place(database)
        if database.path is not None and not database.path.exists():
            lost = "`claimtrail restore` a backup, or `claimtrail migrate` for a new one"
            advice = lost if runs else "`claimtrail up` or `claimtrail migrate` makes it"
            yield Finding("database", State.FAULT if runs else State.WARNING, f"there is no {where} yet", advice)
            return
        began = time.monotonic()
        try:
            found = checkup.look(database, now=lambda: datetime.now(UTC))
        except Unavailable as fault:
            advice = _ADVICE.get(fault.reason, "see whether its server runs and lets this machine in")
            yield Finding("database", State.FAULT, f"{where} is {fault.reason}", advice)
            return
        yield _usable(where, found)
        if found.keys is not None:
            yield _access(read, *found.keys)
        if database.is_sqlite:
            yield _sound(found, time.monotonic() - began)
        if found.ahead is not None:
            yield _clock(found.ahead.total_seconds(), read.lease_seconds)


_ADVICE = {
    "damaged": "stop the service and `claimtrail restore` the last good backup; the damaged file is kept",
    "read-only": "let this user write to the file and its folder",
    "refusing access": "mend the user, the password or the grants of DATABASE_URL",
    "missing": "mend DATABASE_URL, or make that database",
    "locked": "see which process holds it; it should be gone in seconds",
    "busy": "see what the server is busy with, and its max_connections",
    "full": "make room on the disk",
    "not migrated": "run `claimtrail migrate`",
}


def _usable(where: str, found: Checkup) -> Finding:
    from store import migrate

    if found.revision is None:
        return Finding("database", State.FAULT, f"{where} was never migrated", "run `claimtrail migrate`")
    if found.revision != migrate.head():
        told = f"{where} is at schema {found.revision}, this release wants {migrate.head()}"
        older = migrate.knows(found.revision)
        return Finding("database", State.FAULT, told, "run `claimtrail migrate`" if older else "update Claimtrail")
    if found.unwritable:
        told = f"{where} can be read, but is {found.unwritable} to a writer"
        return Finding("database", State.FAULT, told, _ADVICE.get(found.unwritable, "see its server's log"))
    return Finding("database", State.OK, f"{where}, schema {found.revision}, can be written to")


def _access(read: Settings, usable: int, made: int) -> Finding:
    from service.access import LOOPBACK

    advice = "make one: `claimtrail keys create NAME --scopes admin`"
    if usable or (not made and read.first_key):
        return Finding("access", State.OK, f"API keys that can be used: {usable}; nobody is answered without one")
    if made:
        told = "all API keys are revoked or have expired, so that nobody is answered"
        return Finding("access", State.WARNING, told, advice)
    if LOOPBACK.fullmatch(read.host):
        return Finding("access", State.OK, "there are no API keys; this machine alone is answered, without one")
    told = f"others can reach {read.host or 'every address'}, and there are no API keys to tell them apart"
    return Finding("access", State.FAULT, told, advice)


def _sound(found: Checkup, seconds: float) -> Finding:
    if found.damage:
        return Finding("integrity", State.FAULT, f"it is damaged: {'; '.join(found.damage)}", _ADVICE["damaged"])
    return Finding("integrity", State.OK, f"quick_check found nothing, in {seconds:.1f} s")


def _clock(ahead: float, lease_seconds: int) -> Finding:
    told = f"the database server's clock is {abs(ahead):.1f} s {'ahead' if ahead >= 0 else 'behind'}"
    if abs(ahead) < _CLOCK_SECONDS:
        return Finding("clock", State.OK, told)
    # Leases are set by one machine's clock and found expired by another's.
    state = State.FAULT if abs(ahead) >= lease_seconds / 2 else State.WARNING
    return Finding("clock", state, told, "have all machines keep their time by NTP")


def _queue(read: Settings, *, runs: bool) -> Iterator[Finding]:
    from workers import checkup

    found = urlsplit(read.redis_url)
    where = found.path if found.scheme == "unix" else f"{found.hostname}:{found.port or 6379}"
    where = f"the {'embedded Valkey' if read.embedded_valkey else 'queue'} at {unquote(where)}"
    try:
        server = checkup.look(read.redis_url)
    except checkup.Silent as fault:
        if read.embedded_valkey and not runs:
            yield Finding("queue", State.OK, f"{where} does not run; `claimtrail up` starts it")
        else:
            advice = "see whether it runs; articles are taken in meanwhile, and read once it answers"
            yield Finding("queue", State.FAULT, f"{where} {fault}", advice)
        return
    if read.embedded_valkey and server.keeps_file is False:
        yield Finding("queue", State.WARNING, f"{where} keeps no file", "start it by `claimtrail up`")
    else:
        yield Finding("queue", State.OK, f"{where} answers: {server.server}")


def _gazetteer(read: Settings) -> Iterator[Finding]:
    from claims.values.gazetteer import Gazetteer, GazetteerError

    try:
        Gazetteer.open(read.gazetteer)
    except GazetteerError as fault:
        yield Finding(
            "gazetteer", State.FAULT, str(fault), "`make run` builds it; CLAIMTRAIL_GAZETTEER says where it is"
        )
        return
    yield Finding("gazetteer", State.OK, f"{read.gazetteer}, {read.gazetteer.stat().st_size / 1e6:,.0f} MB")


def _model() -> Iterator[Finding]:
    began, held = time.monotonic(), _peak_mb()
    try:
        from claims import language

        words = [word for words in language.load().parse(["Envoys met in Geneva."]) for word in words]
    except Exception as fault:  # whatever an installation may lack
        told = f"the language model cannot be loaded ({type(fault).__name__}: {fault})"
        yield Finding("model", State.FAULT, told, "install anew: make clean, then make run")
        return
    if not words:
        yield Finding(
            "model", State.FAULT, "the language model reads nothing", "install anew: make clean, then make run"
        )
        return
    told = f"the language model loads in {time.monotonic() - began:.1f} s and takes {_peak_mb() - held:.0f} MB"
    yield Finding("model", State.OK, told)


def _peak_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def _service(read: Settings) -> tuple[Finding, bool]:
    """What answers at the service's address, and whether that is a running service."""
    where = read.base_url
    connection = http.client.HTTPConnection(read.local_host.strip("[]"), read.port, timeout=_HTTP_SECONDS)
    try:
        connection.request("GET", "/readyz", headers={"Accept": "application/json"})
        answer = connection.getresponse()
        status, body = answer.status, json.loads(answer.read(65536))
        told = body["status"] if status == 200 else "; ".join(e["detail"] for e in body["errors"])
    except ConnectionRefusedError:
        return _port(read), False
    except TimeoutError:
        told = f"what listens at {where} does not answer within {_HTTP_SECONDS:.0f} s"
        return Finding("service", State.FAULT, told, "see its log; end it if it stays so"), True
    except (ConnectionError, http.client.HTTPException, ValueError, LookupError, TypeError):
        told = f"what answers at {where} is not Claimtrail"
        return Finding("service", State.FAULT, told, "CLAIMTRAIL_PORT chooses another port"), False
    except OSError as fault:
        told = f"{where} cannot be reached: {fault.strerror or fault}"
        return Finding("service", State.FAULT, told, "mend CLAIMTRAIL_HOST"), False
    finally:
        connection.close()
    if status == 200:
        amiss = [f"{part}: {state}" for part, state in body.items() if part != "status" and state != "ok"]
        told += f" ({', '.join(amiss)})" if amiss else ""
    told = visible(f"{where}/readyz says: {told}")
    if status != 200:
        return Finding(
            "service", State.FAULT, told, "see the findings on database and queue, and the service's log"
        ), True
    if body["status"] != "ready":
        return Finding("service", State.WARNING, told, "mend what it names; what waits is not lost"), True
    return Finding("service", State.OK, told), True


def _port(read: Settings) -> Finding:
    family = socket.AF_INET6 if ":" in read.host else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((read.host.strip("[]"), read.port))
        except OSError as fault:
            told = f"{read.host} port {read.port} cannot be listened on: {fault.strerror or fault}"
            return Finding("service", State.FAULT, told, "CLAIMTRAIL_PORT and CLAIMTRAIL_HOST choose others")
    return Finding("service", State.OK, f"none runs; {read.host} port {read.port} is free for it")


def _user(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"
