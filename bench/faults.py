"""What a service has to live through: a queue emptied, away or frozen, a database locked or full, an end under load.

Each function brings up a service of its own, does the harm, and returns figures. It raises AssertionError where a
promise was broken, and Skipped where this machine does not let the harm be done.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx

from bench.killload import brought_up
from bench.ledger import FIRST_NUMBER, Ledger, Verdict, must_be_clean
from bench.servers import Queue, answers, wipe
from bench.service import Service, running, slay, until
from bench.wire import Clients, Wire
from claimtrail.client import ServiceError
from settings import valkey_url

Figures = dict[str, Any]
_ANSWER_SECONDS = 1.0
# Large enough not to count as nearly full while there is no ballast.
_DISK_MB = 512


class Skipped(Exception):  # noqa: N818 - says a state
    """This cannot be tried here; the message says why."""


def must(holds: bool, what: str, figures: Mapping[str, Any]) -> None:
    """AssertionError with the figures unless it holds."""
    if not holds:
        raise AssertionError(f"{what}: {figures}")


def wiped(env: Mapping[str, str], *, waiting: int = 500, within: float = 30.0, workers: int = 2) -> Figures:
    """Valkey is emptied while jobs wait and the workers stand still, then killed, so that it comes back empty."""
    names = [f"worker-{number}" for number in range(1, workers + 1)]
    with brought_up([], "sqlite", {"CLAIMTRAIL_WORKERS": str(workers), **env}) as (service, _):
        ledger = Ledger(Clients([service.base]))
        url = valkey_url(service.data_dir)
        with standing_still(service, names):
            ledger.fill(waiting)
            finished = ledger.finished()
            wipe(url)
            gone = service.pid("valkey")
            slay(gone)
            until(lambda: service.pid("valkey") != gone and answers(url), 30, "Valkey's return")
        verdict = ledger.verdict(within + 60)
        figures: Figures = {"waiting": waiting - finished, "finished_s": round(verdict.seconds, 1)}
        must_be_clean(verdict, [service.worries()])
    must(figures["waiting"] == waiting, "some were read before the harm was done", figures)
    must(verdict.seconds <= within, f"not finished within {within} s", figures)
    return figures


def queue_away(
    env: Mapping[str, str],
    *,
    frozen: bool,
    seconds: float = 60.0,
    rate: float = 5.0,
    answered_within: float = _ANSWER_SECONDS,
    finished_within: float = 60.0,
) -> Figures:
    """A Valkey that nobody starts again is killed, or stands still, for a while: articles are taken in all the same."""
    with (
        tempfile.TemporaryDirectory(prefix="ct-") as folder,
        Queue(Path(folder)) as queue,
        brought_up([], "sqlite", {"REDIS_URL": queue.url, **env}) as (service, _),
    ):
        ledger = Ledger(Clients([service.base], retries=0))
        ledger.fill(5)
        must_be_clean(ledger.verdict(60))
        wire = _noted_afresh(ledger)
        queue.freeze() if frozen else queue.kill()
        refused = _steadily(ledger.send, FIRST_NUMBER + 5, seconds, rate)
        statuses, slowest, sent = dict(wire.statuses), max(wire.seconds), len(ledger.sent) - 5
        queue.freeze(thaw=True) if frozen else queue.start()
        verdict = ledger.verdict(finished_within + 60)
        figures: Figures = {"sent": sent, "answers": statuses, "slowest_ms": round(1000 * slowest)}
        figures |= {"finished_s": round(verdict.seconds, 1)}
        must_be_clean(verdict, [service.worries()])
    must(not refused and statuses == {202: sent} and sent > 0, "not all were taken in at once", figures)
    must(slowest <= answered_within, f"not all were answered within {answered_within} s", figures)
    must(verdict.seconds <= finished_within, f"not finished within {finished_within} s of its return", figures)
    return figures


def locked(env: Mapping[str, str], *, seconds: float = 20.0) -> Figures:
    """Another process holds SQLite's write lock: what is sent is refused with a time to try again, and reading goes on.

    Then all is well, with the same keys.
    """
    with brought_up([], "sqlite", env) as (service, _):
        ledger = Ledger(Clients([service.base], retries=0))
        ledger.fill(5)
        must_be_clean(ledger.verdict(60))
        wire = _noted_afresh(ledger)
        reading = Clients([service.base], retries=0)
        other = sqlite3.connect(service.data_dir / "claimtrail.sqlite3", isolation_level=None, timeout=30)
        other.execute("BEGIN IMMEDIATE")
        try:
            refused = _steadily(ledger.send, FIRST_NUMBER + 5, seconds, 4.0)
            read = len(list(reading.all[0].claims(ledger.sent[0].article)))
        finally:
            other.execute("ROLLBACK")
            other.close()
        figures: Figures = {"answers": dict(wire.statuses), "without_retry_after": wire.silent}
        figures |= {"slowest_s": round(max(wire.seconds), 1), "claims_read_meanwhile": read}
        must(
            bool(refused) and {*wire.statuses} <= {202, 503} and not wire.silent, "not refused as it should be", figures
        )
        must(read > 0, "nothing could be read meanwhile", figures)
        figures |= _well_again(ledger, service, refused)
    return figures


def disk_full(env: Mapping[str, str], *, tries: int = 40) -> Figures:
    """The disk of the data directory is full: what is sent is refused, and a process that is killed comes back.

    Nothing is half stored, and once there is room all is well.
    """
    with (
        small_disk(_DISK_MB) as disk,
        tempfile.TemporaryDirectory(prefix="ct-") as folder,
        Service(Path(folder), env, data_dir=disk / "data") as service,
    ):
        ledger = Ledger(Clients([service.base], retries=0), padding=40)
        ledger.fill(5)
        must_be_clean(ledger.verdict(60))
        wire = _noted_afresh(ledger)
        first = FIRST_NUMBER + 5
        with full(disk):
            refused = _all_refused(ledger.send, range(first, first + tries))
            killed = service.pid("api")
            os.killpg(killed, signal.SIGKILL)  # with those who would answer in its place for a moment more
            until(lambda: _answers(service) or service.process.poll() is not None, 60, "the API on a full disk")
            must(service.process.poll() is None, "the supervisor has ended", {"log": service.worries()})
            refused += _all_refused(ledger.send, range(first + tries, first + 2 * tries))
        figures: Figures = {"answers": dict(wire.statuses), "without_retry_after": wire.silent}
        must(len(refused) > tries, "hardly any was refused", figures)
        must({*wire.statuses} <= {202, 503}, "not refused as it should be", figures)
        must(not wire.silent, "refused without a time to try again", figures)
        until(lambda: service.pid("api") != killed, 30, "the pid file of the API")
        figures |= _well_again(ledger, service, refused)
    return figures


def terminated(env: Mapping[str, str], *, rounds: int = 3, rate: float = 10.0, padding: int = 40) -> Figures:
    """The whole service is told to stop under load, and started again; clients go on trying."""
    with brought_up([], "sqlite", env) as (service, _):
        ledger = Ledger(Clients([service.base]), padding=padding)
        over, refused = threading.Event(), list[int]()
        load = threading.Thread(
            target=lambda: refused.extend(_steadily(ledger.send, FIRST_NUMBER, 3600, rate, over)), daemon=True
        )
        load.start()
        stops, starts = [], []
        for _ in range(rounds):
            time.sleep(3)
            began = time.monotonic()
            status = service.stop()
            stops.append(round(time.monotonic() - began, 1))
            left = running(service.data_dir)
            must(status == 0 and not left, "it did not end cleanly", {"status": status, "left": len(left)})
            starts.append(round(service.start(), 1))
        over.set()
        load.join()
        verdict = ledger.verdict(400)
        must_be_clean(verdict, [service.worries()])
        attempts = {ledger.clients.all[0].wait(one.job, seconds=0)["attempts"] for one in ledger.sent}
    figures: Figures = {"sent": len(ledger.sent), "stops_s": stops, "starts_s": starts, "finished_s": verdict.seconds}
    figures["finished_s"] = round(verdict.seconds, 1)
    must(not refused, "some were refused", figures)
    must(attempts == {1}, "a stop counted as a failed attempt", figures | {"attempts": sorted(attempts)})
    return figures


@contextmanager
def standing_still(service: Service, names: Sequence[str]) -> Iterator[None]:
    """Has these processes stand still within the block (SIGSTOP)."""
    pids = [service.pid(name) for name in names]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """A file system of its own in memory, of that size. Skipped where this user may mount none."""
    with tempfile.TemporaryDirectory(prefix="ct-disk-") as folder:
        options = ["-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "claimtrail-test", folder]
        try:
            subprocess.run(["mount", *options], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            raise Skipped("a small disk cannot be mounted here; root may") from None
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """Has nothing more fit on a disk within the block, whatever others give back meanwhile."""
    ballast, filled, over = disk / "ballast", threading.Event(), threading.Event()

    def fill_up() -> None:
        with ballast.open("wb", buffering=0) as held:
            while not over.wait(0.002):
                for size in (2**20, 2**12, 1):
                    with suppress(OSError):
                        while held.write(bytes(size)):
                            pass
                filled.set()

    filler = threading.Thread(target=fill_up, daemon=True)
    filler.start()
    filled.wait(60)
    try:
        yield
    finally:
        over.set()
        filler.join()
        ballast.unlink()


def _noted_afresh(ledger: Ledger) -> Wire:
    wire = ledger.clients.wire
    wire.statuses.clear()
    wire.seconds.clear()
    return wire


def _steadily(
    send: Callable[[int], object],
    first: int,
    seconds: float,
    rate: float,
    over: threading.Event | None = None,
) -> list[int]:
    """Sends articles from that number on for some time, or until it is over; returns the numbers refused."""
    over, began, numbers = over or threading.Event(), time.monotonic(), list[int]()
    with ThreadPoolExecutor(16) as pool:
        sent = []
        while time.monotonic() - began < seconds and not over.wait(1 / rate):
            numbers.append(first + len(numbers))
            sent.append(pool.submit(_refuses, send, numbers[-1]))
    return [number for number, one in zip(numbers, sent, strict=True) if one.result()]


def _all_refused(send: Callable[[int], object], numbers: Sequence[int]) -> list[int]:
    return [number for number in numbers if _refuses(send, number)]


def _refuses(send: Callable[[int], object], number: int) -> bool:
    try:
        send(number)
    except ServiceError:
        return True
    return False


def _answers(service: Service) -> bool:
    with suppress(httpx.TransportError):
        return httpx.get(f"{service.base}/healthz", timeout=10).is_success
    return False


def _well_again(ledger: Ledger, service: Service, refused: Sequence[int]) -> Figures:
    """What was refused is in no list; sent again with its key, it is taken in as new, and all is read."""
    before: Verdict = ledger.verdict(120)
    must_be_clean(before, [service.worries()])
    patient = Clients([service.base])
    began = time.monotonic()
    duplicates = 0
    for number in refused:
        answer = patient.next().submit(ledger.article(number), idempotency_key=ledger.key(number))
        duplicates += bool(answer["duplicate"])
        ledger.note(number, answer)
    verdict = ledger.verdict(120)
    must_be_clean(verdict, [service.worries()])
    figures = {"refused": len(refused), "well_again_s": round(time.monotonic() - began, 1)}
    must(not duplicates, "something was stored though it was refused", figures | {"duplicates": duplicates})
    return figures
