"""Clients that stall, trickle or do not read: they cost nobody else anything, and come to an end."""

from __future__ import annotations

import itertools
import json
import signal
import socket
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from service.limits import Limits
from tests.service.api_process import Api, all_of, answer_of, problem_of

pytestmark = pytest.mark.slow

# Shorter than in earnest, so that the tests see the end of them.
SECONDS = {"head_seconds": 2, "idle_seconds": 1, "body_seconds": 3, "answer_seconds": 3, "parting_seconds": 1}
BYTES_PER_SECOND = 200_000
MOST_SECONDS = 20
POST = b"POST /v1/articles HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
DOCS = b"GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: localhost\r\n\r\n"


def drops(text: bytes, size: int = 1) -> Iterator[bytes]:
    return (text[at : at + size] for at in range(0, len(text), size))


def silent() -> Iterator[bytes]:
    return iter(())


def half_a_head() -> Iterator[bytes]:
    return iter([b"GET /healthz HTTP/1.1\r\nHost: local"])


def head_in_drops() -> Iterator[bytes]:
    return itertools.chain([b"GET /healthz HTTP/1.1\r\n"], drops(b"X-Slow: yes\r\n" * 1000))


def line_in_drops() -> Iterator[bytes]:
    return drops(b"GET /" + b"x" * 8000)


def body_stalled() -> Iterator[bytes]:
    return iter([POST + b'Content-Length: 5000\r\n\r\n{"url": "https://a.example/'])


def body_expected() -> Iterator[bytes]:
    return iter([POST + b"Expect: 100-continue\r\nContent-Length: 5000\r\n\r\n"])


def body_in_drops() -> Iterator[bytes]:
    return itertools.chain([POST + b"Content-Length: 1900000\r\n\r\n"], drops(b" " * 5000))


def chunks_stalled() -> Iterator[bytes]:
    return iter([CHUNKED + b'1b\r\n{"url": "https://a.example'])


def chunks_in_drops() -> Iterator[bytes]:
    return itertools.chain([CHUNKED], drops(b"1\r\n \r\n" * 1000, 6))


def trailers_in_drops() -> Iterator[bytes]:
    return itertools.chain([CHUNKED + b"2\r\n{}\r\n0\r\n"], drops(b"X-Slow: yes\r\n" * 1000))


def answer_unread() -> Iterator[bytes]:
    return iter([DOCS * 6])


SORTS: tuple[Callable[[], Iterator[bytes]], ...] = (
    silent,
    half_a_head,
    head_in_drops,
    line_in_drops,
    body_stalled,
    body_expected,
    body_in_drops,
    chunks_stalled,
    chunks_in_drops,
    trailers_in_drops,
    answer_unread,
)
# HTTP has no answer for those who have asked nothing, nor a second one for those who do not read the first.
UNTOLD = {"silent", "answer_unread"}


@dataclass
class Staller:
    """A client that sends its pieces one at a time and looks whether anyone still listens."""

    sort: str
    link: socket.socket
    pieces: Iterator[bytes]
    began: float
    came: bytes = b""
    ended: float | None = None

    def turn(self) -> None:
        try:
            self.link.send(next(self.pieces, b""))
            while self.sort != "answer_unread" and (piece := self.link.recv(65536)):
                self.came += piece
        except BlockingIOError:
            return
        except OSError:
            pass
        if self.sort == "answer_unread":
            return  # with its window shut it cannot be told of the end
        self.ended = time.monotonic()
        self.link.close()


@dataclass
class Crowd:
    """Very many of them at once."""

    api: Api
    count: int
    members: list[Staller] = field(default_factory=list)

    def gather(self) -> None:
        for number in range(self.count):
            sort = SORTS[number % len(SORTS)]
            link = socket.socket()
            if sort is answer_unread:
                link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            link.settimeout(10)
            link.connect(("127.0.0.1", self.api.port))
            link.setblocking(False)
            self.members.append(Staller(sort.__name__, link, sort(), time.monotonic()))

    def leave(self) -> None:
        for one in self.members:
            one.link.close()

    def stall(self, until: float) -> None:
        while time.monotonic() < until and (left := [one for one in self.members if one.ended is None]):
            for one in left:
                one.turn()
            time.sleep(0.1)


def good_requests(api: Api, enough: threading.Event) -> list[float]:
    """How long each of many good requests took, with a connection of its own and without."""
    took = []
    apart = httpx.Limits(max_keepalive_connections=0)
    with httpx.Client(base_url=api.url) as kept, httpx.Client(base_url=api.url, limits=apart) as fresh:
        for number in itertools.count():
            if enough.is_set():
                return took
            body = {"url": f"https://good.example/{number}", "text": "Words."}
            begun = time.monotonic()
            answer = fresh.post("/v1/articles", json=body) if number % 2 else kept.get("/healthz")
            took.append(time.monotonic() - begun)
            assert answer.status_code in (200, 202)
            time.sleep(0.05)
    return took


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    running = Api(tmp_path_factory.mktemp("api"), **SECONDS, bytes_per_second=BYTES_PER_SECOND)
    yield running
    assert running.stop() == 0
    levels = {json.loads(line)["level"] for line in running.log.read_text("utf-8").splitlines()}
    assert "error" not in levels


def test_three_hundred_of_them_cost_nobody_anything_and_all_come_to_an_end(api: Api) -> None:
    crowd, enough = Crowd(api, 300), threading.Event()
    listeners = api.sockets()
    try:
        crowd.gather()
        took: list[float] = []
        good = threading.Thread(target=lambda: took.extend(good_requests(api, enough)))
        good.start()
        begun = time.monotonic()
        while api.sockets() > listeners + 2 and time.monotonic() - begun < MOST_SECONDS:
            crowd.stall(time.monotonic() + 0.5)
        ended = time.monotonic()
        enough.set()
        good.join()
        assert len(took) > 20
        assert statistics.median(took) < 0.2
        assert max(took) < 2
        assert ended - begun < MOST_SECONDS
        for one in crowd.members:
            if one.sort in UNTOLD:
                assert not one.came
            else:
                assert one.ended is not None
                problem_of(answer_of(one.came.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n")), 408)
        assert httpx.get(f"{api.url}/v1/articles", params={"url": "https://a.example/"}).json()["items"] == []
    finally:
        enough.set()
        crowd.leave()


def test_more_of_them_than_there_are_places(tmp_path: Path) -> None:
    api = Api(tmp_path, connections=50, head_seconds=60, body_seconds=60)
    crowd = Crowd(api, 200)
    try:
        crowd.gather()
        for number in range(20):
            begun = time.monotonic()
            answer = httpx.post(f"{api.url}/v1/articles", json={"url": f"https://a.example/{number}", "text": "Words."})
            assert answer.status_code == 202
            assert time.monotonic() - begun < 3
        assert api.sockets() < 60
    finally:
        crowd.leave()
        assert api.stop() == 0


def test_whoever_sends_steadily_has_the_time_it_takes(api: Api) -> None:
    body = json.dumps({"url": "https://a.example/steady", "text": "Words."}).encode().ljust(1_900_000)
    with api.connect() as link:
        link.sendall(POST + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body))
        begun = time.monotonic()
        for piece in drops(body, BYTES_PER_SECOND // 5):
            link.sendall(piece)
            time.sleep(0.1)
        assert time.monotonic() - begun > SECONDS["body_seconds"] + 1
        assert answer_of(all_of(link))[0] == 202


def test_a_client_that_expects_a_word_first_gets_it(api: Api) -> None:
    body = json.dumps({"url": "https://a.example/expected", "text": "Words."}).encode()
    head = POST + b"Connection: close\r\nExpect: 100-continue\r\nContent-Length: "
    with api.connect() as link:
        link.sendall(head + b"%d\r\n\r\n" % len(body))
        assert link.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        link.sendall(body)
        assert answer_of(all_of(link))[0] == 202
    problem_of(api.raw(head + b"3000000\r\n\r\n"), 413)


def test_an_answer_larger_than_the_client_takes_at_once_arrives_whole(api: Api) -> None:
    whole = httpx.get(f"{api.url}/docs/swagger-ui-bundle.js").content
    assert len(whole) > 1_000_000
    with socket.socket() as link:
        link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        link.settimeout(30)
        link.connect(("127.0.0.1", api.port))
        link.sendall(DOCS * 3 + DOCS.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        time.sleep(0.5)
        came = all_of(link)
    assert came.count(whole) == 4


def test_bodies_without_room_go_and_small_requests_stay(tmp_path: Path) -> None:
    api = Api(tmp_path, held_bytes=3_000_000)
    links = [api.connect() for _ in range(3)]
    try:
        for link, size in zip(links, (1_800_000, 900_000, 1_000_000), strict=True):
            link.sendall(POST + b"Content-Length: 1900000\r\n\r\n" + b" " * size)
            time.sleep(0.3)
        problem = problem_of(answer_of(all_of(links[0])), 503)
        assert "again" in problem["detail"]
        for link in links[1:]:
            link.setblocking(False)
            with pytest.raises(BlockingIOError):
                link.recv(1)
        answer = httpx.post(f"{api.url}/v1/articles", json={"url": "https://a.example/small", "text": "Words."})
        assert answer.status_code == 202
        links[1].setblocking(True)
        links[1].sendall(b" " * 349_000)  # there is hardly room for a byte more, of bodies
        time.sleep(0.3)
        for path in ("/healthz", "/v1/articles", "/openapi.json"):
            assert httpx.get(f"{api.url}{path}").status_code == 200
    finally:
        for link in links:
            link.close()
        assert api.stop() == 0


def test_memory_stays_bounded_under_many_large_bodies(api: Api) -> None:
    before = api.memory()
    head = b"POST /v1/articles/batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    links = []
    try:
        for _ in range(10):
            link = api.connect()
            links.append(link)
            link.sendall(head + b"Content-Length: 19000000\r\n\r\n")
            link.sendall(b" " * 18_999_999)
        with httpx.Client(base_url=api.url) as others:
            took = [others.get("/v1/kinds").elapsed.total_seconds() for _ in range(9)]
        assert statistics.median(took) < 1
        for link in links:
            link.sendall(b" ")
        statuses = {int(link.recv(12).split()[1]) for link in links}
        assert statuses == {400}
        assert api.memory() < before + 200  # two of them are read at a time
    finally:
        for link in links:
            link.close()


def test_a_stop_waits_for_no_stalled_client(tmp_path: Path) -> None:
    api = Api(tmp_path, hurry_seconds=1, head_seconds=60, body_seconds=60, idle_seconds=60)
    crowd = Crowd(api, 33)
    crowd.gather()
    crowd.stall(time.monotonic() + 1)
    job = httpx.post(f"{api.url}/v1/articles", json={"url": "https://a.example/", "text": "Words."}).headers["Location"]
    with api.connect() as link:
        link.sendall(f"GET {job} HTTP/1.1\r\nHost: localhost\r\nPrefer: wait=3\r\n\r\n".encode())
        time.sleep(0.3)
        begun = time.monotonic()
        api.process.send_signal(signal.SIGTERM)
        assert answer_of(all_of(link))[0] == 200
    assert api.stop() == 0
    assert time.monotonic() - begun < 12
    crowd.leave()


def test_a_request_half_sent_when_the_stop_comes_is_still_answered(tmp_path: Path) -> None:
    api = Api(tmp_path)
    body = json.dumps({"url": "https://a.example/late", "text": "Words."}).encode()
    with api.connect() as link:
        link.sendall(POST + b"Content-Length: %d\r\n\r\n" % len(body) + body[:9])
        time.sleep(0.3)
        api.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        link.sendall(body[9:])
        assert answer_of(all_of(link))[0] == 202
    assert api.stop() == 0


def test_the_measures_in_earnest() -> None:
    limits = Limits()
    assert (limits.head_seconds, limits.body_seconds, limits.connections) == (10, 30, 1000)
