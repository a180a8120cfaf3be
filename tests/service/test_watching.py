"""Feeds that are watched, and what of them comes into a real service."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from claimtrail import cli, feeds, watching
from claimtrail.client import Client
from claimtrail.commands import watch
from claimtrail.watching import Watched, Ways

URL = "https://kura.example/feed"
Output = pytest.CaptureFixture[str]


def entry(number: int, text: str | None = None, **more: str) -> str:
    told = {
        "title": f"Entry {number} &amp; more",
        "link": f"https://kura.example/{number}",
        "guid": f"kura-{number}",
        "pubDate": "Tue, 03 Jun 2025 01:30:00 +0400",
        "description": "A summary.",
        **more,
    }
    full = "" if text is None else f"<content:encoded><![CDATA[<p>{text}</p>]]></content:encoded>"
    return f"<item>{''.join(f'<{name}>{value}</{name}>' for name, value in told.items() if value)}{full}</item>"


def rss(*entries: str, head: str = "") -> str:
    spaces = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
    about = "<title>Kura Wire</title><language>en-GB</language>"
    return f'<?xml version="1.0"?><rss version="2.0" {spaces}><channel>{about}{head}{"".join(entries)}</channel></rss>'


@dataclass
class Hosts:
    """Answers for each address, the last of them for ever, and what was asked."""

    answers: dict[str, list[Any]] = field(default_factory=dict)
    asked: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        left = self.answers[str(request.url)]
        answer = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, str):
            return httpx.Response(200, text=answer)
        status, headers, body = answer
        return httpx.Response(status, headers=headers, text=body)


@dataclass
class Watching:
    """`claimtrail watch` of one feed, look by look."""

    newsroom: Any
    hosts: Hosts
    folder: Path
    now: float = 1_750_000_000.0
    chance: float = 0.5
    told: list[str] = field(default_factory=list)
    broken: Callable[[], httpx.Response | None] = lambda: None

    def ways(self) -> Ways:
        wsgi = httpx.WSGITransport(app=self.newsroom.app)

        def carry(request: httpx.Request) -> httpx.Response:
            return self.broken() or wsgi.handle_request(request)

        service = Client("http://127.0.0.1:8000", transport=httpx.MockTransport(carry), retries=0, pause=lambda _: None)
        http = httpx.Client(transport=httpx.MockTransport(self.hosts))
        return Ways(service, http, lambda: self.now, lambda: self.chance, self.told.append)

    def feed(self, *, by_address: bool = False, every: float = 900.0) -> Watched:
        return Watched(URL, api="a", folder=self.folder, every=every, ways=self.ways(), by_address=by_address)

    def articles(self) -> list[Any]:
        return sorted(self.newsroom.http.get("/v1/articles").json["items"], key=lambda one: one["url"])


@pytest.fixture
def watching_(desk: Any, tmp_path: Path) -> Watching:
    return Watching(desk, Hosts(), tmp_path / "watch")


def test_new_entries_come_in_once_with_what_the_feed_tells_of_them(watching_: Watching) -> None:
    here = watching_
    here.hosts.answers[URL] = [rss(entry(2, "Second."), entry(1, "First."))]
    assert here.feed().look()
    first, second = here.articles()
    assert first["id"] < second["id"], "the oldest first"
    told = ("url", "title", "publisher", "published_at", "language", "external_id")
    assert [first[name] for name in told] == [
        "https://kura.example/1",
        "Entry 1 & more",
        "Kura Wire",
        "2025-06-03T01:30:00+04:00",
        "en-GB",
        "kura-1",
    ]
    here.hosts.answers[URL] = [rss(entry(3, "Third."), entry(2, "Second, mended."), entry(1, "First."))]
    assert here.feed().look()
    assert [article["revision"] for article in here.articles()] == [1, 2, 1]
    assert here.told == ["Kura Wire: 2 taken in, 0 left out, 0 refused"] * 2
    assert here.feed().look()
    assert len(here.told) == 2, "nothing new, nothing told"


def test_an_unchanged_feed_is_not_sent_again(watching_: Watching) -> None:
    here = watching_
    marks = {"ETag": '"7"', "Last-Modified": "Tue, 03 Jun 2025 01:30:00 GMT"}
    here.hosts.answers[URL] = [(200, marks, rss(entry(1, "First."))), (304, {}, "")]
    assert here.feed().look()
    assert here.feed().look()
    asked = here.hosts.asked[1].headers
    assert (asked["If-None-Match"], asked["If-Modified-Since"]) == ('"7"', marks["Last-Modified"])
    assert len(here.articles()) == 1


def test_what_the_service_could_not_take_comes_with_the_next_look(watching_: Watching) -> None:
    here, answers = watching_, iter([None, httpx.Response(503), None, None])
    here.broken = lambda: next(answers, None)
    here.hosts.answers[URL] = [(200, {"ETag": '"7"'}, rss(entry(2, "Second."), entry(1, "First.")))]
    assert not here.feed().look()
    assert "tried again at the next look" in here.told[0]
    assert here.feed().look()
    assert "If-None-Match" not in here.hosts.asked[1].headers, "not all of it is in yet"
    assert [article["revision"] for article in here.articles()] == [1, 1]


def test_an_interrupted_look_goes_on(watching_: Watching) -> None:
    here = watching_
    here.hosts.answers[URL] = [rss(entry(2, "Second."), entry(1, "First."))]
    count = iter(range(9))

    def interrupt() -> None:
        if next(count) == 1:
            raise KeyboardInterrupt

    here.broken = interrupt
    with pytest.raises(KeyboardInterrupt):
        here.feed().look()
    assert len(here.articles()) == 1
    assert here.feed().look()
    assert [article["revision"] for article in here.articles()] == [1, 1]


def test_where_a_feed_has_moved_for_good_it_is_looked_for_from_then_on(watching_: Watching) -> None:
    here = watching_
    there, mirror = "https://kura.example/new", "https://mirror.example/feed"
    here.hosts.answers = {
        URL: [(301, {"Location": "/new"}, "")],
        there: [(302, {"Location": mirror}, "")],
        mirror: [rss(entry(1, "First."))],
    }
    assert here.feed().look()
    assert "moved for good to https://kura.example/new" in here.told[0]
    assert here.feed().look()
    assert [str(one.url) for one in here.hosts.asked] == [URL, there, mirror, there, mirror]
    for location in ("file:///etc/passwd", "http://", there):
        here.hosts.answers[there] = [(302, {"Location": location}, "")]
        assert not here.feed().look()


def test_who_asks_for_rest_gets_it(watching_: Watching) -> None:
    here = watching_
    here.hosts.answers[URL] = [(503, {"Retry-After": "7200"}, ""), rss(), rss(head="<ttl>60</ttl>")]
    assert not here.feed().look()
    again = here.feed()
    assert again.next == here.now + 7200, "kept over an interruption"
    assert again.look()
    assert again.next == here.now + 900 * 1.05
    assert again.look()
    assert here.feed().next == here.now + 3600
    period = "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>"
    here.hosts.answers[URL] = [rss(head=period)]
    assert again.look()
    assert here.feed().next == here.now + 6 * 3600
    date = format_datetime(datetime.now(UTC) + timedelta(hours=3), usegmt=True)
    here.hosts.answers[URL] = [(429, {"Retry-After": date}, "")]
    assert not again.look()
    assert 3 * 3600 - 60 < here.feed().next - here.now <= 3 * 3600


def test_failures_are_answered_with_longer_and_longer_rests(watching_: Watching) -> None:
    here = watching_
    here.hosts.answers[URL] = [
        httpx.ConnectTimeout(""),
        (500, {}, ""),
        "<html>no feed</html>",
        (404, {}, ""),
        rss(),
    ]
    rests = []
    for _ in range(4):
        feed = here.feed()
        assert not feed.look()
        rests.append(feed.next - here.now)
    assert rests == [900 * 2, 900 * 4, 900 * 8, 900 * 16]
    assert [word in line for word, line in zip(("answer", "500", "neither", "404"), here.told, strict=True)] == [
        True
    ] * 4
    here.chance = 0.0
    feed = here.feed()
    assert feed.look()
    assert feed.next - here.now == 900
    here.hosts.answers[URL] = [(500, {}, "")]
    assert not feed.look()
    assert feed.next - here.now == pytest.approx(900 * 2 * 0.8), "it counts anew, and not in step with others"


def test_a_feed_that_is_gone_is_not_asked_again(watching_: Watching) -> None:
    here = watching_
    here.hosts.answers[URL] = [(410, {}, "")]
    assert watch.watch([here.feed()], here.ways(), once=False, sleep=lambda _: None) == 1
    assert watch.watch([here.feed()], here.ways(), once=False, sleep=lambda _: None) == 1
    assert len(here.hosts.asked) == 1
    assert "--anew" in here.told[-1]
    again = here.feed()
    again.forget()
    here.hosts.answers[URL] = [rss()]
    assert watch.watch([again], here.ways(), once=True, sleep=lambda _: None) == 0


def test_entries_without_their_text_are_left_out_or_sent_by_address(watching_: Watching) -> None:
    here = watching_
    here.hosts.answers[URL] = [rss(entry(2), entry(1, "First."), entry(3, "No address.", link="", guid="x"))]
    assert here.feed().look()
    assert here.told == [
        "Kura Wire: 1 taken in, 1 left out for they bring no full text (--fetch has the service fetch such pages), "
        "0 refused, 1 without an address"
    ]
    here.hosts.answers[URL] = [rss(entry(4))]
    sent: list[Any] = []
    here.broken = lambda: sent.append(1)
    assert not here.feed(by_address=True).look()
    assert "https://kura.example/4 is not fetched by the service: HTTP 422" in here.told[1]
    assert here.feed(by_address=True).look()
    assert len(sent) == 1, "what is refused is not sent again"


def test_atom_is_read_as_well(watching_: Watching) -> None:
    here = watching_
    here.hosts.answers[URL] = [
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>'
        '<entry><id>tag:1</id><title>One</title><link href="/a"/><published>2025-06-03</published>'
        '<content type="text">Plain &amp; simple.</content></entry>'
        '<entry xml:lang="de"><id>https://kura.example/b</id><updated>2025-06-03T23:00:00-07:00</updated>'
        '<content type="html">&lt;p&gt;Text&lt;/p&gt;</content></entry></feed>'
    ]
    assert here.feed().look()
    one, two = here.articles()
    assert (one["url"], one["published_at"]) == ("https://kura.example/a", "2025-06-03")
    assert here.newsroom.http.get(one["links"]["self"]).json["text"] == "Plain & simple."
    assert (two["url"], two["published_at"], two["language"]) == (
        "https://kura.example/b",
        "2025-06-03T23:00:00-07:00",
        "de",
    )


def test_whatever_stands_for_a_date_the_entry_comes_in(watching_: Watching) -> None:
    here = watching_
    dates = {
        "soon": None,
        "Tue, 03 Jun 2025 09:30:00 EST": "2025-06-03T09:30:00-05:00",
        "Tue, 03 Jun 2025 09:30:00": "2025-06-03",
        "Tue, 03 Jun 2025 09:30:00 +99999999999999": None,
        "2025-06-03T09:30:00+00:19:32": None,
        "Tue, 03 Jun 99999 09:30:00 GMT": None,
        "0000-00-00": None,
    }
    here.hosts.answers[URL] = [rss(*(entry(n, "Text.", pubDate=told) for n, told in enumerate(dates)))]
    assert here.feed().look(), here.told
    found = [article["published_at"] for article in here.articles()]
    assert found[1:3] == list(dates.values())[1:3]
    assert len(found) == len(dates)


def test_no_feed_is_too_large_or_slow_to_be_given_up(watching_: Watching, monkeypatch: pytest.MonkeyPatch) -> None:
    here = watching_
    here.hosts.answers[URL] = [rss(entry(1, "x" * 3000))]
    monkeypatch.setattr(feeds, "MOST_BYTES", 1000)
    assert not here.feed().look()
    assert "larger than 1,000 bytes" in here.told[0]
    monkeypatch.undo()
    clock = iter([0.0, 61.0, 122.0])
    with pytest.raises(feeds.FeedError, match="more than 60 s"):
        feeds.fetch(here.ways().http, URL, now=lambda: next(clock))


def test_of_what_the_feed_shows_no_more_only_so_much_is_remembered(
    watching_: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "_MOST_SEEN", 2)
    here = watching_
    for number in range(6):
        here.hosts.answers[URL] = [rss(entry(number))]
        here.feed().look()
    (path,) = here.folder.iterdir()
    assert len(json.loads(path.read_text())["seen"]) == 3
    path.write_text("{broken")
    assert here.feed().look()


def test_it_sleeps_until_the_next_feed_has_its_turn(watching_: Watching) -> None:
    here, slept = watching_, []
    here.chance = 0.0
    here.hosts.answers[URL] = [rss()]

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        here.now += seconds
        if len(slept) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        watch.watch([here.feed()], here.ways(), once=False, sleep=sleep)
    assert slept == [900.0] * 3
    assert len(here.hosts.asked) == 3


@pytest.fixture
def _commands(watching_: Watching, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("CLAIMTRAIL_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(watch, "Client", lambda *_, **__: watching_.ways().service)
    monkeypatch.setattr(watch, "_http", lambda: watching_.ways().http)
    yield


@pytest.mark.usefixtures("_commands")
def test_the_command_looks_once(watching_: Watching, capsys: Output) -> None:
    watching_.hosts.answers[URL] = [rss(entry(1, "First."), head="<ttl>60</ttl>")]
    assert cli.main(["watch", URL, URL, "--once"]) == 0
    assert cli.main(["watch", URL, "--once"]) == 0
    told = [line for line in capsys.readouterr().out.splitlines() if not line.startswith("20")]
    assert told == ["Kura Wire: 1 taken in, 0 left out, 0 refused", f"{URL}: it asks for 60 more minutes of rest"]


@pytest.mark.usefixtures("_commands")
def test_the_command_ends_where_the_key_does_not_fit(watching_: Watching, capsys: Output) -> None:
    watching_.newsroom.key("admin")
    watching_.hosts.answers[URL] = [rss(entry(1, "First."))]
    assert cli.main(["watch", URL]) == 1
    assert "CLAIMTRAIL_KEY" in capsys.readouterr().err


@pytest.mark.parametrize("args", [["ftp://a.example"], ["a.xml"], [URL, "--every", "4"], [URL, "--every", "x"], []])
def test_what_cannot_be_watched_is_refused(args: list[str], capsys: Output) -> None:
    with pytest.raises(SystemExit, match="2"):
        cli.main(["watch", *args])
