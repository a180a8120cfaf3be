"""The sender: what is due is sent in order and signed, tried again in time, and lost by nothing that is killed."""

from __future__ import annotations

import itertools
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import standardwebhooks.webhooks
from standardwebhooks import Webhook

from store import deliveries, notices, webhooks
from store.database import Database
from store.deliveries import Attempt
from store.notices import Notice
from store.webhooks import Off, Wish
from workers.posting import Answer
from workers.sender import JITTER, PAUSES, Sender, asked_for

HASTY = Path(__file__).with_name("hasty_sender.py")
START = datetime(2025, 6, 1, 12, tzinfo=UTC)


def verify(secret: str, headers: dict[str, str], body: bytes) -> Any:
    """The reference library's own verification, by a watch that shows when the notice was sent."""

    class Then(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return datetime.fromtimestamp(int(headers["webhook-timestamp"]), tz)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(standardwebhooks.webhooks, "datetime", Then)
        return Webhook(secret).verify(body, headers)


@dataclass
class Post:
    """Stands for the receivers: answers as `behave` says for an id and its attempt; notes all at the turned time."""

    behave: Callable[[str, int], Answer]
    now: datetime = START
    got: list[tuple[datetime, str, dict[str, str], bytes]] = field(default_factory=list)

    def __call__(self, url: str, headers: Any, body: bytes) -> Answer:
        number = headers["webhook-id"]
        self.got.append((self.now, url, dict(headers), body))
        return self.behave(number, sum(1 for _, _, h, _ in self.got if h["webhook-id"] == number))

    def times(self, number: str) -> list[datetime]:
        return [at for at, _, headers, _ in self.got if headers["webhook-id"] == number]


def hook(database: Database, url: str = "https://hooks.example/a", now: datetime = START) -> tuple[str, str]:
    """A webhook for tests of sending: its id and secret."""
    with database.transaction() as s:
        made, secret = webhooks.add(s, Wish(url, ["article.read"], {}), random_bytes=os.urandom, now=now)
    return made.id, secret


def tell(database: Database, count: int, now: datetime = START) -> list[str]:
    """Tells all webhooks of so many happenings; returns the ids of the notices, oldest first."""
    with database.transaction() as s:
        notices.tell(s, [Notice("article.read", {"number": n}) for n in range(count)], now)
        query = "select id from webhook_deliveries order by id"
        return [row[0] for row in s.connection().exec_driver_sql(query)][-count:] if count else []


def sender(database: Database, post: Post, name: str = "one", **more: Any) -> Sender:
    settings: dict[str, Any] = {"clock": lambda: 0.0, "chance": lambda: 0.5} | more
    return Sender(database, post, name=name, now=lambda: post.now, **settings)


def statuses(database: Database, webhook_id: str = "%") -> Counter[str]:
    """How many notices of a webhook, or of all, stand how."""
    with database.reading() as s:
        query = "select status, count(*) from webhook_deliveries where webhook_id like '{}' group by status"
        found = s.connection().exec_driver_sql(query.format(webhook_id.replace("%", "%%"))).all()
    return Counter({row[0]: row[1] for row in found})


def look(database: Database, webhook_id: str, now: datetime) -> webhooks.WebhookView:
    with database.reading() as s:
        found = webhooks.get(s, webhook_id, now)
    assert found is not None
    return found


def next_due(database: Database) -> datetime | None:
    with database.reading() as s:
        query = "select min(due_at) from webhook_deliveries where status = 'waiting'"
        found = s.connection().exec_driver_sql(query).scalar()
    if found is None or isinstance(found, datetime):
        return found
    return datetime.fromisoformat(found).replace(tzinfo=UTC)


def work_off(database: Database, post: Post, one: Sender, *, until: timedelta = timedelta(days=10)) -> None:
    """Sends until nothing waits, turning the clock to the next time something is due."""
    while (due := next_due(database)) is not None and due < START + until:
        post.now = max(post.now, due)
        if not one.step():
            return


FAILURES = [
    Answer(error="No answer within 15 seconds."),
    Answer(error="It cannot be reached."),
    Answer(error="The connection broke off before there was an answer."),
    Answer(302),
    Answer(400),
    Answer(404),
    Answer(500),
    Answer(503),
    Answer(429, retry_after="600"),
]


def test_notices_to_a_receiver_that_fails_in_every_way_come_in_order_and_in_time(database: Database) -> None:
    webhook_id, secret = hook(database)
    ids = tell(database, 150)
    place = {number: n for n, number in enumerate(ids)}
    # Of each ten the last fails twice, and every fiftieth for good.
    fails = {number: 99 if n % 50 == 49 else 2 if n % 10 == 9 else 0 for number, n in place.items()}

    def behave(number: str, attempt: int) -> Answer:
        return FAILURES[(place[number] // 10 + attempt) % 9] if attempt <= fails[number] else Answer(204)

    post = Post(behave)
    work_off(database, post, sender(database, post))
    firsts = list(dict.fromkeys(headers["webhook-id"] for _, _, headers, _ in post.got))
    assert firsts == ids, "first attempts in the order in which things happened"
    assert [at for at, _, _, _ in post.got] == sorted(at for at, _, _, _ in post.got)
    assert statuses(database, webhook_id) == {"delivered": 147, "failed": 3}
    bodies = defaultdict(set)
    for _, _, headers, body in post.got:
        assert verify(secret, headers, body)["data"] == {"number": place[headers["webhook-id"]]}
        bodies[headers["webhook-id"]].add(body)
    assert all(len(each) == 1 for each in bodies.values())
    half = 1 + JITTER / 2
    for number in ids:
        times = post.times(number)
        assert len(times) == min(fails[number] + 1, 10)
        for nth, pause in enumerate(PAUSES[: len(times) - 1]):
            answer = behave(number, nth + 1)
            wanted = max(pause * half, 600 if answer.status == 429 else 0)
            assert times[nth + 1] - times[nth] == timedelta(seconds=wanted)
    assert look(database, webhook_id, post.now).wish.state == "active"
    with database.reading() as s:
        (last, *_) = webhooks.deliveries(s, webhook_id, statuses=["failed"], after=None, limit=1).items
    assert len(last.attempts) == 10
    assert all(one["error"] for one in last.attempts)


def test_the_pauses_are_those_of_the_specification() -> None:
    hours = [pause / 3600 for pause in PAUSES[3:]]
    assert (*PAUSES[:3], *hours) == (5, 300, 1800, 2, 5, 10, 14, 20, 24)


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("-5", 0),
        ("soon", 0),
        ("", 0),
        (None, 0),
        ("9" * 400, 999_999_999),
        ("١٢٠", 0),
        ("Sun, 01 Jun 2025 12:10:00 GMT", 600),
        ("Sun, 01 Jun 2025 11:00:00 GMT", 0),
        ("Sun, 01 Jun 99999 11:00:00 GMT", 0),
    ],
)
def test_what_a_retry_after_asks_for(told: str | None, seconds: float) -> None:
    assert asked_for(told, START) == seconds


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (Answer(429, retry_after="600"), 600),
        (Answer(503, retry_after="600"), 600),
        (Answer(503, retry_after="2"), 5.25),
        (Answer(429, retry_after="9999999"), 24 * 3600),
        (Answer(500, retry_after="600"), 5.25),
    ],
)
def test_who_has_too_much_to_do_is_left_alone_as_long_as_asked_for_within_bounds(
    sqlite_database: Database, answer: Answer, seconds: float
) -> None:
    hook(sqlite_database)
    tell(sqlite_database, 1)
    post = Post(lambda *_: answer)
    assert sender(sqlite_database, post).step()
    assert next_due(sqlite_database) == START + timedelta(seconds=seconds)


def test_what_is_gone_is_told_nothing_more_until_it_is_switched_on(database: Database) -> None:
    webhook_id, _ = hook(database)
    ids = tell(database, 3)
    post = Post(lambda number, _: Answer(410) if number == ids[0] and len(post.got) == 1 else Answer(204))
    one = sender(database, post)
    assert one.step()
    assert not one.step()
    found = look(database, webhook_id, post.now)
    assert (found.wish.state, found.reason) == ("disabled", "The receiver answered 410: it is gone for good.")
    assert found.version == 2
    assert statuses(database, webhook_id) == {"failed": 1, "waiting": 2}
    assert tell(database, 1) == ids[2:], "nothing is written for it"
    with database.transaction() as s:
        with pytest.raises(Off):
            webhooks.test(s, webhook_id, post.now)
        held = webhooks.hold(s, webhook_id, post.now)
        assert held is not None
        webhooks.change(s, held, Wish(held.wish.url, held.wish.types, {}), post.now)
    assert one.step()
    assert statuses(database, webhook_id) == {"failed": 1, "delivered": 2}


def test_after_five_days_without_a_success_a_webhook_is_disabled_and_one_success_begins_them_anew(
    database: Database,
) -> None:
    webhook_id, _ = hook(database)
    works = START + timedelta(days=4)
    post = Post(lambda *_: Answer(204) if post.now.date() == works.date() else Answer(500))
    one = sender(database, post)
    seen = []
    for day in range(12):
        tell(database, 1, START + timedelta(days=day))
        post.now = START + timedelta(days=day)
        work_off(database, post, one, until=timedelta(days=day + 1))
        seen.append(look(database, webhook_id, post.now).wish.state)
    assert "disabled" in seen
    ended = look(database, webhook_id, post.now)
    assert seen.index("disabled") in (9, 10)
    assert str(ended.reason).startswith("Nothing could be delivered since 2025-06-0")
    assert max(at for at, *_ in post.got) >= works + timedelta(days=5)


def test_two_senders_never_serve_one_webhook_at_a_time(database: Database) -> None:
    hook(database)
    tell(database, 3)
    post = Post(lambda *_: Answer(204))
    one, other = sender(database, post), sender(database, post, name="other")
    lane = one.take()
    assert lane is not None
    assert other.take() is None
    post.now += timedelta(seconds=46)
    taken = other.take()
    assert taken is not None, "the lease ran out"
    with database.transaction() as s:
        kept = deliveries.record(
            s, lane.token, lane.letters[0], Attempt(post.now, 1, 204), lease_until=post.now, now=post.now
        )
    assert kept is None
    assert statuses(database, lane.webhook_id) == {"waiting": 3}, "who lost the lease writes nothing"
    sender(database, post, name="other").begin()
    assert sender(database, post).take() is not None, "a successor of the name frees what it held"


def test_a_lease_from_before_the_clock_was_set_back_ends(sqlite_database: Database) -> None:
    hook(sqlite_database)
    tell(sqlite_database, 1)
    post = Post(lambda *_: Answer(204), now=START + timedelta(days=30))
    assert sender(sqlite_database, post).take() is not None
    post.now = START
    assert sender(sqlite_database, post, name="other").take() is not None


def test_a_rotated_secret_signs_beside_the_new_one_for_a_day(database: Database) -> None:
    webhook_id, first = hook(database)
    secrets = [first]
    for hours in (1, 2):
        with database.transaction() as s:
            made = webhooks.rotate(s, webhook_id, random_bytes=os.urandom, now=START + timedelta(hours=hours))
        assert made is not None
        secrets.append(made[1])
    post = Post(lambda *_: Answer(204))
    for hours, valid in ((3, [True, True, True]), (25.5, [False, True, True]), (26.5, [False, False, True])):
        post.now = START + timedelta(hours=hours)
        tell(database, 1, post.now)
        assert sender(database, post).step()
        _, _, headers, body = post.got[-1]
        assert len(headers["webhook-signature"].split(" ")) == sum(valid)
        for secret, holds in zip(secrets, valid, strict=True):
            if holds:
                verify(secret, headers, body)
            else:
                with pytest.raises(standardwebhooks.webhooks.WebhookVerificationError):
                    verify(secret, headers, body)


def test_a_replay_goes_under_its_own_id_with_all_attempts(database: Database) -> None:
    webhook_id, _ = hook(database)
    (number,) = tell(database, 1)
    post = Post(lambda _, attempt: Answer(204) if attempt in (1, 4) else Answer(500))
    one = sender(database, post)
    work_off(database, post, one)
    post.now += timedelta(hours=1)
    with database.transaction() as s:
        again = webhooks.replay(s, webhook_id, number, post.now)
    assert again is not None
    assert (again.status, again.id) == ("waiting", number)
    work_off(database, post, one)
    times = post.times(number)
    assert [later - sooner for sooner, later in itertools.pairwise(times[1:])] == [
        timedelta(seconds=5.25),
        timedelta(seconds=315),
    ]
    with database.reading() as s:
        found = webhooks.delivery(s, webhook_id, number)
    assert found is not None
    assert [attempt["status"] for attempt in found.attempts] == [204, 500, 500, 204]


def test_slow_receivers_do_not_keep_others_waiting(sqlite_database: Database) -> None:
    for n in range(12):
        hook(sqlite_database, f"https://slow.example/{n}", START)
    good, _ = hook(sqlite_database, "https://good.example/")
    tell(sqlite_database, 3)
    over, seen, lock = threading.Event(), Counter[str](), threading.Lock()

    def post(url: str, headers: Any, body: bytes) -> Answer:
        with lock:
            seen[url] += 1
            slow_now = sum(count for name, count in seen.items() if "slow" in name)
        if "good" in url:
            return Answer(204)
        # The first ones fail at once, and are known for it from then on; after that they hang.
        return Answer(500) if slow_now <= 12 else (over.wait(20), Answer(error="No answer within 15 seconds."))[1]

    began, ahead = time.monotonic(), 0.0

    def now() -> datetime:
        return START + timedelta(seconds=ahead + time.monotonic() - began)

    one = Sender(sqlite_database, post, name="n", now=now, clock=time.monotonic, chance=lambda: 0.0)
    running = threading.Thread(target=one.run)
    running.start()
    try:
        deadline = time.monotonic() + 15
        while statuses(sqlite_database, good) != {"delivered": 3} and time.monotonic() < deadline:
            time.sleep(0.05)
        assert statuses(sqlite_database, good) == {"delivered": 3}
        ahead = 60.0
        time.sleep(1)
        tell(sqlite_database, 5, now())
        while statuses(sqlite_database, good) != {"delivered": 8} and time.monotonic() < deadline:
            time.sleep(0.05)
        assert statuses(sqlite_database, good) == {"delivered": 8}, "though all the others hang"
        assert not over.is_set()
    finally:
        over.set()
        one.stop()
        running.join(20)
    assert not running.is_alive()


@dataclass
class Killed:
    """A sender in a process of its own that is killed and started anew, and its clock."""

    url: str
    folder: Path
    ahead: float = 0.0
    process: subprocess.Popen[bytes] | None = None
    kills: int = 0

    def start(self) -> None:
        (self.folder / "clock").write_text(str(self.ahead), "ascii")
        env = {
            "PYTHONPATH": str(HASTY.parents[2]),
            "DATABASE_URL": self.url,
            "CLOCK": str(self.folder / "clock"),
            "BEGUN": str(self.folder / "begun"),
        }
        self.process = subprocess.Popen([sys.executable, HASTY], env=dict(os.environ) | env)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self.kills += 1

    def turn(self, seconds: float) -> None:
        """Turns its clock ahead."""
        self.ahead += seconds
        aside = self.folder / "clock.new"
        aside.write_text(str(self.ahead), "ascii")
        aside.rename(self.folder / "clock")

    def begun(self) -> int:
        path = self.folder / "begun"
        return len(path.read_text("ascii").split()) if path.exists() else 0


@pytest.fixture
def killed(request: pytest.FixtureRequest, database: Database, tmp_path: Path) -> Iterator[Killed]:
    found = Killed(request.getfixturevalue("sqlite_url" if database.is_sqlite else "postgres_url"), tmp_path)
    yield found
    if found.process is not None:
        found.process.kill()
        found.process.wait()


WAYS: dict[str, Any] = {
    "ok": 204,
    "found": (302, {"Location": "/ok"}),
    "bad": 400,
    "missing": 404,
    "broken": 500,
    "busy": (429, {"Retry-After": "30"}),
    "away": (503, {"Retry-After": "Sun, 01 Jun 2099 12:10:00 GMT"}),
    "reset": "reset",
    "hang": "hang",
}
HUNG = 10


@pytest.mark.slow
def test_a_sender_that_is_killed_again_and_again_loses_nothing(
    killed: Killed, database: Database, make_receiver: Any, until: Any
) -> None:
    def behave(path: str, number: str, attempt: int) -> Any:
        if number not in fails or attempt > 1:
            return 204
        way = path.strip("/")
        return WAYS.get(way, 204) if way != "gone" else 204 if reopened else 410

    fails: set[str] = set()
    reopened: list[bool] = []
    receiver = make_receiver(behave)
    deaf = make_receiver()  # a port where nobody listens at first
    deaf.close()
    secrets, ids, now = {}, {}, datetime.now(UTC)
    for way in [*WAYS, "gone"]:
        webhook_id, secrets[way] = hook(database, f"{receiver.url}/{way}", now)
        ids[way] = webhook_id
    ids["refused"], secrets["refused"] = hook(database, f"http://127.0.0.1:{deaf.port}/refused", now)
    with database.transaction() as s:
        rows = [
            notices.row_of(ids[way], "article.read", f'{{"n":{n},"way":"{way}"}}', now)
            for n in range(49)
            for way in ids
            if way != "hang" or n < HUNG
        ]
        s.execute(deliveries.Delivery.__table__.insert(), rows)
    total = len(rows)
    fails |= {row["id"] for row in rows if json.loads(row["body"])["n"] % 4 == 0}
    assert total == 500
    chance = random.Random(7)
    began = time.monotonic()
    killed.start()
    late, seen = None, 0
    while True:
        time.sleep(0.15)
        left = statuses(database)
        if look(database, ids["gone"], now).wish.state == "disabled" and not reopened:
            reopened.append(True)
            with database.transaction() as s:
                held = webhooks.hold(s, ids["gone"], now)
                assert held is not None
                webhooks.change(s, held, Wish(held.wish.url, held.wish.types, {}), now)
                for one in webhooks.deliveries(s, ids["gone"], statuses=["failed"], after=None, limit=100).items:
                    webhooks.replay(s, ids["gone"], one.id, now)
        if late is None and time.monotonic() - began > 2:
            late = make_receiver(port=deaf.port)
        # In the midst of work, each time a little later.
        if killed.kills < 3 and len(receiver.got) > seen + 20 + chance.randrange(100):
            killed.kill()
            seen = len(receiver.got)
            killed.start()
        if left["delivered"] == total and killed.kills == 3:
            break
        with database.reading() as s:
            quiet = not deliveries.are_due(s, now + timedelta(seconds=time.monotonic() - began + killed.ahead))
        if quiet and late is not None:
            killed.turn(5 * 3600)
        assert time.monotonic() - began < 60, left
    assert late is not None
    posted = [*receiver.got, *late.got]
    assert {headers["webhook-id"] for _, headers, _ in posted} == {row["id"] for row in rows}
    bodies = {row["id"]: row["body"].encode() for row in rows}
    attempts = Counter[str]()
    for path, headers, body in posted:
        assert body == bodies[headers["webhook-id"]]
        assert verify(secrets[path.strip("/")], headers, body) == json.loads(body)
        attempts[headers["webhook-id"]] += 1
    # Each kill may have what was on its way sent once more, which is one of each webhook.
    certain = [one["id"] for one in rows if one["id"] in fails and json.loads(one["body"])["way"] in [*WAYS][1:]]
    fewest = dict.fromkeys(bodies, 1) | dict.fromkeys(certain, 2)
    assert all(attempts[number] >= fewest[number] for number in attempts)
    surplus = sum(attempts.values()) - sum(fewest.values())
    assert surplus <= len(ids) * (killed.kills + 1) + 1
