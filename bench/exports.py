"""`python -m bench.exports`: what an export of many claims costs: rows a second, and the API process's peak memory.

A store is filled as by workers, then its claims are copied until there are enough. A real API process exports them in
each format that holds all of them, first a few, then all; the peak of the process may grow by no more than a bar.
"""

from __future__ import annotations

import argparse
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
from tqdm import tqdm

from bench.grouping import Desk
from claimtrail.client import Client

BAR_MB = 32.0
_SEEDED = 20
_FEW = 2_000
FORMATS = ("csv", "ndjson", "jsonld", "annotations.jsonld", "geojson", "ics")
_PROC = Path("/proc")
_START_SECONDS = 120.0
# A UUID of chance; what it looks like is all that matters here.
_ID = (
    "lower(printf('%s-%s-4%s-8%s-%s', hex(randomblob(4)), hex(randomblob(2)), substr(hex(randomblob(2)), 2), "
    "substr(hex(randomblob(2)), 2), hex(randomblob(6))))"
)


def fill(folder: Path, rows: int, *, quiet: bool = False) -> Path:
    """A database with so many claims, in `folder`."""
    desk = Desk(folder, seed=1)
    for _ in tqdm(range(_SEEDED), desc="articles", unit="article", disable=quiet or None, leave=False):
        desk.add()
    desk.database.dispose()
    path = folder / "claims.sqlite3"
    with closing(sqlite3.connect(path)) as database, database:
        names = [row[1] for row in database.execute("pragma table_info(claims)") if row[1] not in ("seq", "id")]
        told = ", ".join(f'"{name}"' for name in names)
        (there,) = database.execute("select count(*) from claims").fetchone()
        while there < rows:
            copied = min(there, rows - there)
            database.execute(
                f"insert into claims (id, {told}) select {_ID}, {told} from claims order by seq limit {copied}"
            )
            there += copied
    return path


@contextmanager
def serving(database: Path) -> Iterator[tuple[str, int]]:
    """An API process over the database: its address and the process that answers."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    env = os.environ | {
        "DATABASE_URL": f"sqlite:///{database}",
        "REDIS_URL": "redis://127.0.0.1:1",
        "CLAIMTRAIL_DATA_DIR": str(database.parent),
        "CLAIMTRAIL_PORT": str(port),
        "CLAIMTRAIL_LOG_LEVEL": "ERROR",
    }
    process = subprocess.Popen([sys.executable, "-m", "claimtrail", "api"], env=env, stderr=subprocess.DEVNULL)
    url, deadline = f"http://127.0.0.1:{port}", time.monotonic() + _START_SECONDS
    try:
        while True:
            try:
                httpx.get(f"{url}/healthz").raise_for_status()
                break
            except httpx.HTTPError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
        children = (_PROC / str(process.pid) / "task" / str(process.pid) / "children").read_text().split()
        yield url, int(children[0]) if children else process.pid
    finally:
        process.terminate()
        process.wait(60)


def peak_mb(pid: int) -> float:
    """The most memory that the process ever held, in MB."""
    lines = (_PROC / str(pid) / "status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def export(url: str, form: str, limit: int) -> tuple[float, int]:
    """The seconds that an export took, and its bytes."""
    began, size = time.perf_counter(), 0
    with Client(url, timeout=120) as service:
        for piece in service.export(form, limit=str(limit)):
            size += len(piece)
    return time.perf_counter() - began, size


def run(rows: int, formats: Sequence[str] = FORMATS, *, quiet: bool = False) -> float:
    """Prints what each format costs; returns by how many MB the process grew at most from few rows to all of them."""
    grown = 0.0
    with tempfile.TemporaryDirectory() as folder:
        database = fill(Path(folder), rows, quiet=quiet)
        for form in formats:
            # A process of its own for each, as a peak never sinks.
            with serving(database) as (url, pid):
                export(url, form, _FEW)
                before = peak_mb(pid)
                seconds, size = export(url, form, rows)
                after = peak_mb(pid)
            grown = max(grown, after - before)
            held = f"peak {after:.1f} MB ({before:.1f} MB after {_FEW:,} rows)"
            print(
                f"{form:20} {rows / seconds:8,.0f} rows/s  {size / 1e6:7.1f} MB in {seconds:5.1f} s  {held}", flush=True
            )
    return grown


def main() -> int:
    """The command; 1 where memory grew by more than the bar."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000, help="claims in the store (100,000)")
    parser.add_argument("--formats", nargs="+", default=FORMATS, metavar="FORMAT", help="which ones (all)")
    asked = parser.parse_args()
    grown = run(asked.rows, asked.formats)
    print(f"from {_FEW:,} to {asked.rows:,} rows the peak grew by {grown:.1f} MB at most (bar {BAR_MB:.0f})")
    return int(grown > BAR_MB)


if __name__ == "__main__":
    raise SystemExit(main())
