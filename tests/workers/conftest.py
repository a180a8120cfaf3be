"""Tools for the tests of the workers' door: a real Valkey, a desk that takes articles in, a reader that is simple."""

from __future__ import annotations

import itertools
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue

from claims.events.editor import Editor
from claims.model import Abstention, Article, Claim, Explanation, Reading, Status
from settings import Hosts, valkey_url
from store import abstentions, articles, jobs
from store.database import Database
from workers import doorbell, valkey
from workers.fetching import Fetcher
from workers.hand import Hand
from workers.tools import Tools

PROJECT = Path(__file__).resolve().parents[2]
FAULTY = Path(__file__).with_name("faulty.py")


def until(true: Callable[[], Any], seconds: float = 60) -> Any:
    """Waits until something holds; fails when it does not in time."""
    deadline = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
    return found


@dataclass
class Server:
    """A Valkey of our own, which can be killed and started again on the same files."""

    data_dir: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return valkey_url(self.data_dir)

    def start(self) -> None:
        self.process = subprocess.Popen(valkey.command(self.data_dir, os.getpid()))
        client = Redis.from_url(self.url, socket_timeout=1)

        def answers() -> bool:
            try:
                return bool(client.ping())
            except RedisError:
                return False

        until(answers)
        client.close()

    def stop(self, number: signal.Signals = signal.SIGKILL) -> None:
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait()
            self.process = None


@pytest.fixture
def make_server() -> Iterator[Callable[[Path], Server]]:
    """Starts a Valkey on a data directory; ended with the test."""
    made = []

    def make(data_dir: Path) -> Server:
        found = Server(data_dir)
        made.append(found)
        found.start()
        return found

    yield make
    for found in made:
        found.stop()


@pytest.fixture
def server(tmp_path: Path, make_server: Callable[[Path], Server]) -> Server:
    """A Valkey with nothing in it."""
    return make_server(tmp_path / "v")


@pytest.fixture(name="until")
def _until() -> Callable[..., Any]:
    return until


@pytest.fixture
def doorbells(server: Server) -> Iterator[Queue]:
    """The queue of doorbells, empty."""
    connection = doorbell.connect(server.url, timeout=2)
    yield doorbell.queue(connection)
    connection.close()


class PlainReader:
    """Finds one claim in each text: its first word, and refuses the second. May be given a hook that is called with
    every text."""

    def __init__(self, hook: Callable[[str], None] = lambda _: None) -> None:
        self.hook = hook
        self.articles: list[Article] = []

    def read(self, article: Article) -> Reading:
        self.articles.append(article)
        self.hook(article.text)
        word, *rest = article.text.split()
        claim = Claim("talks", Status.OCCURRED, 0, len(word), word, {}, Explanation("t", word), word)
        starts = [article.text.index(other, len(word)) for other in rest[:1]]
        refused = [Abstention("talks", "t", o, at, at + len(o), o, "why") for o, at in zip(rest, starts, strict=False)]
        return Reading("read", "en", (claim,), abstentions=tuple(refused))


@dataclass
class Desk:
    """Takes articles in, and has the tools to read them, at a clock that the test turns."""

    database: Database
    reader: PlainReader = field(default_factory=PlainReader)
    hand: Hand = field(default_factory=Hand)
    now: datetime = datetime(2025, 6, 1, 12, tzinfo=UTC)
    seconds: float = 0.0
    rung: int = 0
    armed: int = 0
    numbers: Any = field(default_factory=itertools.count)
    fetch: Callable[[str], Any] = Fetcher(Hosts()).fetch

    def submit(self, text: str | None, url: str = "", **more: Any) -> str:
        """Takes an article in; returns the id of its job."""
        url = url or f"https://news.example/{next(self.numbers)}"
        with self.database.transaction() as s:
            sent = articles.Submission(url=url, canonical_url=url, text=text, **more)
            return articles.submit(s, sent, extractor="1.0.0", now=self.now).job.id

    def job(self, job_id: str) -> jobs.JobView:
        with self.database.reading() as s:
            found = jobs.get(s, job_id)
        assert found is not None
        return found

    def article(self, job_id: str) -> articles.ArticleView:
        with self.database.reading() as s:
            found = articles.get(s, self.job(job_id).article_id)
        assert found is not None
        return found

    def refused(self, job_id: str) -> list[str]:
        """The quotes of the abstentions that the job's article has."""
        with self.database.reading() as s:
            page = abstentions.of_article(s, self.job(job_id).article_id, after=None, limit=200)
        return [one.quote for one in page.items]

    def statuses(self, job_ids: list[str]) -> list[str]:
        return [self.job(job_id).status for job_id in job_ids]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What the database itself says."""
        with self.database.reading() as s:
            return [tuple(row) for row in s.connection().exec_driver_sql(query)]

    def check_each_once(self, articles: int) -> None:
        """Each article is there once, was read to its end once, and has the one claim of its text, found by its words.

        The check of every scenario in which something is killed, late or done twice.
        """
        urls = self.rows("select canonical_url from articles")
        assert len(set(urls)) == articles
        assert len(urls) == articles
        read = self.rows("select r.text, j.status, a.claims_count from articles a join jobs j on j.article_id = a.id "
                         "join revisions r on r.article_id = a.id order by a.id")  # fmt: skip
        assert [tuple(rest) for _, *rest in read] == [("finished", 1)] * articles
        claims = self.rows("select c.quote, c.state from articles a join claims c on c.article_id = a.id order by a.id")
        assert claims == [(text.split()[0], "current") for text, *_ in read]
        assert self.rows("select count(distinct seq) from claim_words") == [(articles,)]

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.seconds += seconds

    def take(self, limit: int = 16) -> list[jobs.Taken]:
        """Takes jobs as a work-horse does, its hand holding them."""
        tokens = (str(number).rjust(36, "t") for number in self.numbers)
        with self.database.transaction() as s:
            return jobs.take(
                s,
                worker="w",
                limit=limit,
                lease_seconds=30,
                now=self.now,
                new_token=lambda: self.hand.pick_up(next(tokens)),
            )

    @property
    def tools(self) -> Tools:
        def ring() -> None:
            self.rung += 1

        def arm() -> None:
            self.armed += 1

        return Tools(
            database=self.database,
            reader=self.reader,
            kinds={},
            editor=Editor({}),
            hand=self.hand,
            worker="w",
            lease_seconds=30,
            max_attempts=5,
            arm=arm,
            ring=ring,
            now=lambda: self.now,
            clock=lambda: self.seconds,
            fetch=self.fetch,
            keep_html=True,
        )


@pytest.fixture
def desk(database: Database) -> Desk:
    """A desk on each engine."""
    return Desk(database)


@pytest.fixture
def make_desk() -> Callable[[Database], Desk]:
    """A desk on a database of the test's choice."""
    return Desk


@pytest.fixture
def small_desk(sqlite_database: Database) -> Desk:
    """A desk on SQLite, for what has nothing to do with the engine."""
    return Desk(sqlite_database)


class Receiver:
    """A web server on loopback that notes each POST and answers as `behave` says for its path, id and attempt.

    What that gives is a status, or a pair of it and headers, or one of "hang", "reset", "drip", "flood".
    """

    def __init__(self, behave: Callable[[str, str, int], Any] = lambda *_: 204, port: int = 0) -> None:
        self.behave = behave
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self._seen: dict[str, int] = {}
        self._lock = threading.Lock()
        self._over = threading.Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                receiver.answer(self)

            def do_GET(self) -> None:
                receiver.got.append((f"GET {self.path}", {}, b""))
                self.send_error(404)

            def log_message(self, *_: Any) -> None:
                pass

        class Quiet(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, *_: Any) -> None:
                pass

        self._server = Quiet(("127.0.0.1", port), Handler)
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(length := int(handler.headers["Content-Length"]))
        if len(body) < length:
            return  # its sender was killed before it had sent all: that was no request
        headers = {name.lower(): value for name, value in handler.headers.items()}
        number = headers.get("webhook-id", "")
        with self._lock:
            self.got.append((handler.path, headers, body))
            attempt = self._seen[number] = self._seen.get(number, 0) + 1
        what = self.behave(handler.path, number, attempt)
        if what == "hang":
            self._over.wait(20)
        elif what == "reset":
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            handler.connection.close()
        elif what in ("drip", "flood"):
            handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
            while not self._over.wait(0.05 if what == "drip" else 0):
                handler.wfile.write(b"X-More: 1\r\n" if what == "drip" else b"X-More: " + b"1" * 4000 + b"\r\n")
        else:
            status, more = what if isinstance(what, tuple) else (what, {})
            handler.send_response(status)
            for name, value in more.items():
                handler.send_header(name, value)
            handler.end_headers()

    def close(self) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def make_receiver() -> Iterator[Callable[..., Receiver]]:
    """Starts web servers; ended with the test."""
    made: list[Receiver] = []

    def make(*args: Any, **more: Any) -> Receiver:
        made.append(Receiver(*args, **more))
        return made[-1]

    yield make
    for one in made:
        one.close()


@dataclass
class Yard:
    """Real worker processes with the reader of `faulty.py`, which does what its texts say."""

    desk: Desk
    server: Server
    folder: Path
    url: str
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, script: Path = FAULTY, *, without: str = "", **settings: Any) -> subprocess.Popen[bytes]:
        """Starts a worker, or whatever that script is, in a process group of its own."""
        env = dict(os.environ) | {
            "DATABASE_URL": self.url,
            "REDIS_URL": self.server.url,
            "CLAIMTRAIL_DATA_DIR": str(self.folder),
            "FAULTY_LOG": str(self.folder / "events"),
            "FAULTY_DOOM": str(self.doom),
            "FAULTY_CLOCK": str(self.folder / "clock"),
            "PYTHONPATH": os.pathsep.join([str(self.folder), str(PROJECT)]),
            "WITHOUT": without,
        }
        env |= {f"CLAIMTRAIL_{name.upper()}": str(value) for name, value in settings.items()}
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, script], env=env, stdout=log, stderr=log, start_new_session=True
            )
        self.processes.append(process)
        return process

    def ready(self, workers: int) -> bool:
        """Whether so many workers have become ready so far."""
        return len(self.events("ready")) >= workers

    @property
    def doom(self) -> Path:
        """The file that names the point at which the next process to come there kills itself."""
        return self.folder / "doom"

    def set_clocks(self, seconds: float) -> None:
        """Makes the clocks of staged workers go wrong by so much."""
        aside = self.folder / "clock.new"
        aside.write_text(str(seconds), "utf-8")
        aside.rename(self.folder / "clock")

    def events(self, what: str) -> list[tuple[int, str]]:
        """What readers have noted: the pid, and what about. `what` is "load", "read" or "done"."""
        path = self.folder / "events"
        lines = [line.split(" ", 2) for line in path.read_text("utf-8").splitlines()] if path.exists() else []
        return [(int(pid), rest) for word, pid, rest in lines if word == what]

    def log(self) -> str:
        return (self.folder / "log").read_text("utf-8")

    def submit(self, text: str, *, ring: bool = True) -> str:
        """Takes an article in and rings, as the HTTP door does; returns the id of its job."""
        self.desk.now = datetime.now(UTC)
        job_id = self.desk.submit(text)
        if ring:
            connection = doorbell.connect(self.server.url, timeout=2)
            doorbell.ring(doorbell.queue(connection))
            connection.close()
        return job_id

    def submit_page(self, url: str) -> str:
        """As `submit`, for a page that has to be fetched."""
        self.desk.now = datetime.now(UTC)
        job_id = self.desk.submit(None, url)
        connection = doorbell.connect(self.server.url, timeout=2)
        doorbell.ring(doorbell.queue(connection))
        connection.close()
        return job_id

    def ended(self, job_ids: list[str]) -> bool:
        return set(self.desk.statuses(job_ids)) <= {"finished", "failed"}


@contextmanager
def _yard(desk: Desk, url: str, server: Server, folder: Path) -> Iterator[Yard]:
    folder.mkdir()
    found = Yard(desk, server, folder, url)
    yield found
    for process in found.processes:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture
def yard(small_desk: Desk, sqlite_url: str, server: Server, tmp_path: Path) -> Iterator[Yard]:
    """Workers, ended with the test."""
    with _yard(small_desk, sqlite_url, server, tmp_path / "yard") as found:
        yield found


@pytest.fixture
def yards(request: pytest.FixtureRequest, database: Database, server: Server, tmp_path: Path) -> Iterator[Yard]:
    """Workers, ended with the test, on each engine."""
    url = request.getfixturevalue("sqlite_url" if database.is_sqlite else "postgres_url")
    with _yard(Desk(database), url, server, tmp_path / "yard") as found:
        yield found
