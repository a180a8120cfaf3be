"""The app in the test's own process, over a real database, and short ways to do what clients and workers do."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis import Redis
from redis.exceptions import RedisError

import settings as configuration
from claims import catalog
from claims.events.editor import Editor
from claims.model import (
    EXTRACTOR_VERSION,
    Abstention,
    Article,
    Attribution,
    Claim,
    DateValue,
    Explanation,
    Field,
    FieldType,
    Place,
    Reading,
    Status,
)
from service import doorbell
from service.app import create_app
from service.doorbell import Doorbell
from service.prefer import Waiting
from service.rates import Rates
from settings import Settings
from store import jobs, keys, results
from store.database import Database
from store.results import Anchor, Outcome
from workers import doorbell as workers_doorbell
from workers import valkey

TEXT = "Envoys of Chad and Niger met in Doha on Monday, Amina Yaro said. They freed 40 captives."
NOBODY = "redis://127.0.0.1:1/0"
EDITOR = Editor(catalog.happenings())
KINDS = {
    "talks": (Field("parties", FieldType.PARTIES, "who meets"), Field("place", FieldType.PLACE, "where")),
    "prisoners": tuple(Field(f"count{part}", FieldType.COUNT, "how many") for part in ("", "_low", "_high")),
}


@dataclass
class Newsroom:
    """One app with its database, a clock that the test turns, and `meanwhile`, done whenever a request waits."""

    database: Database
    settings: Settings
    redis_url: str = NOBODY
    now: datetime = datetime(2025, 6, 3, 9, tzinfo=UTC)
    ticks: float = 0.0
    meanwhile: Callable[[], Any] = lambda: None
    numbers: Any = field(default_factory=itertools.count)
    app: Flask = field(init=False)

    def __post_init__(self) -> None:
        ring = Doorbell(doorbell.connect(self.redis_url), now=lambda: self.ticks)
        waiting = Waiting(1, now=lambda: self.ticks, sleep=self._sleep)
        self.app = create_app(
            self.settings,
            database=self.database,
            doorbell=ring,
            rates=Rates(self.redis_url, per_minute=self.settings.rate_limit, now=lambda: self.ticks),
            clock=lambda: self.now,
            waiting=waiting,
        )

    def _sleep(self, seconds: float) -> None:
        self.ticks += seconds
        self.meanwhile()

    @property
    def http(self) -> FlaskClient:
        return self.app.test_client()

    def article(self, **fields: Any) -> dict[str, Any]:
        return {"url": f"https://news.example/{next(self.numbers)}", "text": TEXT, **fields}

    def post(self, body: Any = None, path: str = "/v1/articles", **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.post(path, json=self.article() if body is None else body, headers=named)

    def read(
        self,
        *found: Claim,
        refused: Sequence[Abstention] = (),
        extractor: str = EXTRACTOR_VERSION,
        reading: str = "read",
        reason: str | None = None,
    ) -> int:
        """Does what a worker does, for all that waits. Returns how many jobs that were."""
        with self.database.transaction() as s:
            taken = jobs.take(
                s, worker="w", limit=100, lease_seconds=30, now=self.now, new_token=lambda: str(uuid.uuid4())
            )
        for job in taken:
            outcome = Outcome(
                Reading(reading, "en", tuple(found), reason=reason, abstentions=tuple(refused)),
                [Anchor("https://deep.example", "b", "a")] * len(found),
                EDITOR.facts(Article("", published_at=date(2025, 6, 3)), found),
            )
            with self.database.transaction() as s:
                assert results.commit(s, job, outcome, kinds=KINDS, editor=EDITOR, extractor=extractor, now=self.now)
        return len(taken)

    def hold(self, *, seconds: float) -> None:
        """Takes a job as a worker does, and keeps it."""
        with self.database.transaction() as s:
            assert jobs.take(s, worker="w", limit=1, lease_seconds=seconds, now=self.now, new_token=lambda: "held")

    def fail(self, reason: str) -> None:
        with self.database.transaction() as s:
            (job,) = jobs.take(s, worker="w", limit=1, lease_seconds=30, now=self.now, new_token=lambda: "t")
            assert jobs.fail(s, job.token, reason, now=self.now)

    def key(self, *scopes: str, name: str = "a desk", **more: Any) -> str:
        """Makes a key with these scopes."""
        with self.database.transaction() as s:
            return keys.make(s, name, scopes, now=self.now, random_bytes=os.urandom, **more)

    def as_key(self, key: str, path: str = "/v1/claims", method: str = "GET", **more: Any) -> Any:
        """A request with a key."""
        return self.http.open(path, method=method, headers={"Authorization": f"Bearer {key}"}, **more)

    def wait(self, **period: float) -> None:
        self.now += timedelta(**period)

    def rows(self) -> int:
        """How many articles, jobs and kept keys there are, from the database itself."""
        with self.database.reading() as s:
            tables = ("articles", "revisions", "jobs", "idempotency_keys")
            driver = s.connection()
            return sum(driver.exec_driver_sql(f"select count(*) from {table}").scalar() or 0 for table in tables)


def claim_of(
    quote: str,
    text: str = TEXT,
    *,
    kind: str = "talks",
    status: Status = Status.OCCURRED,
    dated: date | None = None,
    speaker: str | None = None,
    place: str | None = None,
    **details: Any,
) -> Claim:
    start = text.index(quote)
    if place is not None:
        details["place"] = Place(place)
    return Claim(
        kind=kind,
        status=status,
        start=start,
        end=start + len(quote),
        quote=quote,
        details=details,
        explanation=Explanation(f"{kind}.rule", quote.split(maxsplit=1)[0], {"quote": quote}),
        value_words="",
        date=None if dated is None else DateValue("then", dated, dated),
        attribution=Attribution(speaker, None, "said" if speaker else None),
    )


def settings_for(folder: Path, **more: Any) -> Settings:
    known: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": 8000,
        "data_dir": folder,
        "database_url": f"sqlite:///{folder / 'claimtrail.sqlite3'}",
        "redis_url": NOBODY,
        "embedded_valkey": False,
        "gazetteer": folder / "none",
        "workers": 1,
        "api_threads": 8,
        "log_level": "INFO",
        "article_cpu_seconds": 20,
        "worker_memory_mb": 1024,
        "lease_seconds": 30,
        "max_attempts": 5,
        "keep_jobs_days": 0,
        "keep_checks_hours": 24,
        "keep_deliveries_days": 30,
        "max_backlog": 10_000,
        "min_free_mb": 0,
        "rate_limit": 0,
        "trusted_proxies": 0,
        "verdicts": ("true", "half true", "false"),
        "fetch_hosts": configuration.Hosts(),
        "allowed_networks": (),
        "allowed_ports": (80, 443, 8080, 8443),
        "keep_html": True,
        "first_key": "",
    }
    return Settings(**{name: known[name] for name in Settings.__dataclass_fields__ if name in known} | more)


@pytest.fixture
def open_settings(tmp_path: Path) -> Callable[..., Settings]:
    return lambda **more: settings_for(tmp_path, **more)


@pytest.fixture
def newsroom(database: Database, tmp_path: Path) -> Newsroom:
    """On each engine."""
    return Newsroom(database, settings_for(tmp_path))


@pytest.fixture
def desk(sqlite_database: Database, tmp_path: Path) -> Newsroom:
    """On SQLite alone, for what does not touch the database's ways."""
    return Newsroom(sqlite_database, settings_for(tmp_path))


@pytest.fixture
def make_newsroom(tmp_path: Path) -> Callable[..., Newsroom]:
    def make(database: Database, *, redis_url: str = NOBODY, **more: Any) -> Newsroom:
        return Newsroom(database, settings_for(tmp_path, **more), redis_url=redis_url)

    return make


@pytest.fixture(name="claim_of")
def _claim_of() -> Any:
    return claim_of


@pytest.fixture
def faults() -> Callable[[Any], set[tuple[str, str]]]:
    """The pointers and codes in a problem, which is checked to be one."""

    def found(answer: Any) -> set[tuple[str, str]]:
        assert answer.mimetype == "application/problem+json"
        problem = json.loads(answer.get_data())
        assert set(problem) == {"type", "title", "status", "detail", "errors", "request_id"}
        assert problem["status"] == answer.status_code
        assert problem["request_id"] == answer.headers["X-Request-ID"]
        assert problem["detail"]
        return {(fault["pointer"], fault["code"]) for fault in problem["errors"]}

    return found


@pytest.fixture
def quotes() -> Callable[[Any], Sequence[str]]:
    return lambda answer: [claim["quote"] for claim in answer.json["items"]]


@pytest.fixture(scope="session")
def valkey_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Valkey."""
    folder = tmp_path_factory.mktemp("vk")
    process = subprocess.Popen(valkey.command(folder, os.getpid()))
    client = Redis.from_url(configuration.valkey_url(folder), socket_timeout=1)
    deadline = time.monotonic() + 30
    while True:
        try:
            if client.ping():
                break
        except RedisError:
            assert time.monotonic() < deadline, "Valkey did not start"
            time.sleep(0.05)
    client.close()
    yield configuration.valkey_url(folder)
    process.terminate()
    process.wait(30)


@pytest.fixture
def is_doorbell() -> Any:
    """How the workers know a doorbell."""
    return workers_doorbell.is_doorbell


def pages_of(newsroom: Any, address: str) -> list[list[str]]:
    """The ids on all pages, by way of the Link headers; the cursors in the bodies must lead the same way."""
    found = []
    following: str | None = address
    while following is not None:
        answer = newsroom.http.get(following)
        assert answer.status_code == 200, answer.text
        found.append([item.get("id") or item["event_id"] for item in answer.json["items"]])
        link = answer.headers.get("Link")
        assert (link is None) == (answer.json["next_cursor"] is None)
        if link is not None:
            assert link.endswith('>; rel="next"')
            assert answer.json["next_cursor"] in link
        following = None if link is None else link.partition(">")[0].lstrip("<")
    return found


@pytest.fixture(name="pages")
def _pages() -> Callable[[Any, str], list[list[str]]]:
    return pages_of
