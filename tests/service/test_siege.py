"""Hostile requests over a real socket: each is refused quickly as a problem, nothing is stored, others are served."""

from __future__ import annotations

import bz2
import gzip
import json
import threading
import time
import zlib
from collections.abc import Iterator

import httpx
import pytest

from tests.service.api_process import Api, all_of, answer_of, problem_of

pytestmark = pytest.mark.slow

SLOWEST_SECONDS = 2
HOST = b"Host: localhost\r\n"
URL = "https://hostile.example/1"
ID = "019723f0-5b1c-7a52-9d0e-3f6a1c2b4d5e"


def post(
    body: bytes, *headers: str, path: str = "/v1/articles", media_type: str = "application/json", host: bytes = HOST
) -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Connection: close", f"Content-Length: {len(body)}", *headers]
    if media_type:
        lines.append(f"Content-Type: {media_type}")
    return "".join(f"{line}\r\n" for line in lines).encode() + host + b"\r\n" + body


def ask(target: str, method: str = "GET", *headers: str, host: bytes = HOST) -> bytes:
    lines = [f"{method} {target} HTTP/1.1", "Connection: close", *headers]
    return "".join(f"{line}\r\n" for line in lines).encode() + host + b"\r\n"


def article(**fields: object) -> bytes:
    return json.dumps({"url": URL, "text": "Words.", **fields}).encode()


def batch(body: bytes, media_type: str = "application/json") -> bytes:
    return post(body, path="/v1/articles/batch", media_type=media_type)


GOOD = article()
JSON = {
    "nothing": (post(b""), 400),
    "blank": (post(b" \r\n\t "), 400),
    "half an object": (post(b'{"url": "https://hostile.example/1"'), 400),
    "half a string": (post(b'{"url": "https://hostile'), 400),
    "half an escape": (post(b'{"url": "\\u12"}'), 400),
    "an escape that is none": (post(b'{"url": "\\x41"}'), 400),
    "a word": (post(b"nonsense"), 400),
    "two values": (post(GOOD + GOOD), 400),
    "something after": (post(GOOD + b"x"), 400),
    "a comma too many": (post(GOOD[:-1] + b",}"), 400),
    "a comma too few": (post(b'{"url": "x" "text": "y"}'), 400),
    "single quotes": (post(b"{'url': 'x'}"), 400),
    "no quotes": (post(b"{url: 1}"), 400),
    "a comment": (post(b"/* */" + GOOD), 400),
    "NaN": (post(b'{"url": NaN}'), 400),
    "Infinity": (post(b'{"url": -Infinity}'), 400),
    "a number beyond all": (post(b'{"url": 1e99999}'), 400),
    "a number in hex": (post(b'{"url": 0x10}'), 400),
    "a leading zero": (post(b'{"url": 007}'), 400),
    "digits without end": (post(b'{"url": ' + b"7" * 1_000_000 + b"}"), 400),
    "a bare newline in a string": (post(b'{"url": "a\nb"}'), 400),
    "a bare NUL": (post(b'{"url": "a\0b"}'), 400),
    "a name twice": (post(GOOD[:-1] + b', "text": "Others."}'), 400),
    "a name twice, once in disguise": (post(GOOD[:-1] + b', "te\\u0078t": "Others."}'), 400),
    "a string alone": (post(b'"x"'), 422),
    "a list": (post(b"[" + GOOD + b"]"), 422),
    "null": (post(b"null"), 422),
    "an unknown field": (post(article(admin=True)), 422),
    "a text that is a list": (post(article(text=["x"])), 422),
    "an escaped NUL": (post(article(text="a\0b")), 422),
    "half a pair": (post(article(text="a\ud800b")), 422),
    "a prototype": (post(article(**{"__proto__": {"x": 1}})), 422),
    "a text too long": (post(article(text="x" * 100_001)), 422),
    "an address that runs": (post(article(url="javascript:alert(1)")), 422),
    "an address in here": (post(article(url="file:///etc/passwd")), 422),
    "an address with a password": (post(article(url="https://a:b@hostile.example/")), 422),
    "a date that is none": (post(article(published_at="2025-02-30")), 422),
    "an empty batch": (batch(b"[]"), 422),
    "an object for a batch": (batch(GOOD), 422),
    "a batch of too many": (batch(b"[" + b",".join([GOOD] * 101) + b"]"), 422),
    "lines of too many": (batch(b"1\n" * 10_000_000, "application/x-ndjson"), 400),
}
ENCODINGS = {
    "a byte order mark": (post(b"\xef\xbb\xbf" + GOOD), 400),
    "UTF-16": (post(GOOD.decode().encode("utf-16")), 400),
    "UTF-32": (post(GOOD.decode().encode("utf-32-be")), 400),
    "latin-1": (post(b'{"url": "https://hostile.example/\xe9"}'), 400),
    "overlong UTF-8": (post(b'{"url": "\xc0\xaf"}'), 400),
    "half a pair in UTF-8": (post(b'{"url": "\xed\xa0\x80"}'), 400),
    "beyond Unicode": (post(b'{"url": "\xf4\x90\x80\x80"}'), 400),
    "gzip": (post(gzip.compress(GOOD), "Content-Encoding: gzip"), 415),
    "deflate": (post(zlib.compress(GOOD), "Content-Encoding: deflate"), 415),
    "bzip2": (post(bz2.compress(GOOD), "Content-Encoding: bzip2"), 415),
    "gzip twice": (post(gzip.compress(gzip.compress(GOOD)), "Content-Encoding: gzip, gzip"), 415),
    "gzip, not said": (post(gzip.compress(GOOD)), 400),
    "UTF-7, said": (post(GOOD, media_type="application/json; charset=utf-7"), 415),
    "a form": (post(b"url=x&text=y", media_type="application/x-www-form-urlencoded"), 415),
    "parts": (post(b"--x\r\n\r\nx\r\n--x--", media_type="multipart/form-data; boundary=x"), 415),
    "XML": (post(b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>', media_type="text/xml"), 415),
    "no media type": (post(GOOD, media_type=""), 415),
    "a media type that is none": (post(GOOD, media_type=";;;,,,"), 415),
}
BOMBS = {
    "gzip of zeros": (post(gzip.compress(bytes(100_000_000), 1), "Content-Encoding: gzip"), 415),
    "a hundred thousand levels": (post(b"[" * 100_000 + b"]" * 100_000), 400),
    "levels without end": (post(b'{"a":' * 300_000), 400),
    "twenty megabytes of brackets": (batch(b"[" * 20_000_000), 400),
    "twenty megabytes of empty lists": (batch(b"[" + b"[]," * 6_666_665 + b"[]]"), 400),
    "twenty megabytes of brackets, paired": (batch(b"[]" * 10_000_000), 400),
    "twenty megabytes of numbers": (batch(b"[" + b"1," * 9_999_990 + b"1]"), 400),
    "twenty megabytes of quotes": (batch(b'"' * 20_000_000), 400),
    "twenty megabytes of backslashes": (batch(b'"' + b"\\" * 19_999_999), 400),
    "twenty megabytes of nothing": (batch(b" " * 20_000_000), 400),
    "many names": (post(b"{" + b",".join(b'"%d":1' % n for n in range(150_000)) + b"}"), 400),
    "one name very often": (post(b"{" + b",".join([b'"a":1'] * 300_000) + b"}"), 400),
    "a name without end": (post(b'{"' + b"a" * 1_900_000 + b'": 1}'), 422),
    "more than a body": (post(b" " * 2_000_001), 413),
    "more than a batch": (batch(b" " * 20_000_001), 413),
    "a body of the largest number": (
        ask("/v1/articles", "POST", f"Content-Length: {10**18 - 1}", "Content-Type: application/json"),
        413,
    ),
}
ADDRESSES = {
    "nowhere": (ask("/v1/nowhere"), 404),
    "up and out": (ask("/v1/../../etc/passwd"), 404),
    "up and out, encoded": (ask("/docs/%2e%2e%2f%2e%2e%2fsettings.py"), 404),
    "up and out, encoded twice": (ask("/docs/%252e%252e/settings.py"), 404),
    "up and out of Windows": (ask("/docs/..%5c..%5csettings.py"), 404),
    "two slashes": (ask("/v1//articles"), 404),
    "an encoded NUL": (ask("/v1/articles/%00"), 404),
    "an encoded newline": (ask("/v1/articles/%0d%0aSet-Cookie:x"), 404),
    "half an escape": (ask("/v1/articles/%"), 404),
    "no UTF-8": (ask("/v1/articles/%ff%fe"), 404),
    "a script": (ask("/v1/claims/<script>alert(1)</script>"), 404),
    "a very long path": (ask("/" + "x" * 8000), 404),
    "a line too long": (ask("/" + "x" * 50_000), 414),
    "a very long query": (ask("/v1/claims?q=" + "x" * 8000), 400),
    "bytes in the path": (b"GET /v1/\xff\xfe HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "an id that is none": (ask("/v1/articles/1"), 404),
    "an id and an or": (ask("/v1/jobs/1'%20or%20'1'='1"), 404),
    "an id of nobody": (ask(f"/v1/claims/{ID}"), 404),
    "an id of nobody, to delete": (ask(f"/v1/articles/{ID}", "DELETE"), 404),
    "an id of nobody, to read": (post(b"", path=f"/v1/articles/{ID}/jobs"), 404),
    "an id in capitals, braced": (ask("/v1/articles/{" + ID.upper() + "}"), 404),
    "a cursor that is none": (ask("/v1/claims?cursor=x"), 400),
    "a cursor of JSON": (ask("/v1/claims?cursor=eyJhIjoxfQ"), 400),
    "a cursor of pickle": (ask("/v1/claims?cursor=gASVCgAAAAAAAACMBnBvc2l4lC4"), 400),
    "a cursor without end": (ask("/v1/claims?cursor=" + "A" * 4000), 400),
    "an empty cursor": (ask("/v1/articles?cursor="), 400),
    "a limit of none": (ask("/v1/articles?limit=0"), 400),
    "a limit of all": (ask("/v1/articles?limit=999999999999999999999"), 400),
    "a limit that is none": (ask("/v1/articles?limit=1;drop"), 400),
    "an unknown parameter": (ask("/v1/articles?debug=true"), 400),
    "a parameter twice": (ask("/v1/articles?limit=1&limit=2"), 400),
    "a date that is none": (ask("/v1/claims?date_from=0000-00-00"), 400),
    "an encoded NUL in a search": (ask("/v1/claims?q=a%00b"), 400),
    "a thousand parameters": (ask("/v1/claims?" + "&".join(f"x{n}=1" for n in range(1000))), 400),
}
MANNERS = {
    "TRACE": (ask("/v1/articles", "TRACE"), 405),
    "PUT": (ask("/v1/articles", "PUT", "Content-Length: 0"), 405),
    "PATCH": (ask(f"/v1/articles/{ID}", "PATCH", "Content-Length: 0"), 405),
    "DELETE of all": (ask("/v1/articles", "DELETE"), 405),
    "POST to read": (post(GOOD, path="/v1/claims"), 405),
    "PROPFIND": (ask("/", "PROPFIND"), 404),
    "a method of ours": (ask("/v1/articles", "CLAIM"), 405),
    "a method without end": (ask("/v1/articles", "A" * 5000), 400),
    "another's host": (ask("/v1/articles", host=b"Host: evil.example\r\n"), 403),
    "another's host, to write": (post(GOOD, host=b"Host: evil.example\r\n"), 403),
    "a host by another name": (
        ask("/v1/articles", "GET", "X-Forwarded-Host: localhost", host=b"Host: evil.example\r\n"),
        403,
    ),
    "a host that begins like ours": (ask("/v1/articles", host=b"Host: localhost.evil.example\r\n"), 403),
    "a host that ends like ours": (ask("/v1/articles", host=b"Host: evil.example@localhost\r\n"), 403),
    "an empty host": (ask("/v1/articles", host=b"Host:\r\n"), 403),
    "a host with a path": (ask("/v1/articles", host=b"Host: localhost/x\r\n"), 403),
    "no host": (ask("/v1/articles", host=b""), 400),
    "too many headers": (ask("/v1/articles", "GET", *(f"X-{n}: 1" for n in range(200))), 431),
    "a header too long": (ask("/v1/articles", "GET", "X: " + "y" * 9000), 431),
    "headers too long together": (ask("/v1/articles", "GET", *(f"X-{n}: " + "y" * 5000 for n in range(20))), 431),
    "an expectation": (ask("/v1/articles", "GET", "Expect: the-worst"), 417),
    "a key too long": (post(GOOD, "Idempotency-Key: " + "k" * 256), 400),
    "a key of other letters": (post(GOOD, "Idempotency-Key: кл"), 400),
}
SECRET = "0" * 64
KEYS = {
    "a key of nobody": (ask("/v1/articles", "GET", f"Authorization: Bearer ctk_nobody_{SECRET}"), 401),
    "a key of nobody, to write": (post(GOOD, f"Authorization: Bearer ctk_nobody_{SECRET}"), 401),
    "a key that is none": (ask("/v1/claims", "GET", "Authorization: Bearer admin"), 401),
    "a key that is code": (ask("/v1/claims", "GET", "Authorization: Bearer ' or '1'='1"), 401),
    "a name and a password": (ask("/v1/claims", "GET", "Authorization: Basic YWRtaW46YWRtaW4="), 401),
    "an empty key": (ask("/v1/claims", "GET", "Authorization: Bearer "), 401),
    "two keys": (ask("/v1/claims", "GET", *[f"Authorization: Bearer ctk_nobody_{SECRET}"] * 2), 401),
}
BROKEN = {
    "no HTTP": (b"\x00\x01\x02\x03\r\n\r\n", 400),
    "TLS": (b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03", 400),
    "SSH": (b"SSH-2.0-OpenSSH_9.6\r\n", 400),
    "mail": (b"EHLO evil.example\r\n", 400),
    "Redis": (b"*1\r\n$4\r\nINFO\r\n", 400),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    "HTTP/0.9": (b"GET /\r\n", 400),
    "two lengths": (ask("/v1/articles", "POST", "Content-Length: 5", "Content-Length: 6") + GOOD, 400),
    "length and chunks": (ask("/v1/articles", "POST", "Content-Length: 5", "Transfer-Encoding: chunked") + GOOD, 400),
    "a coding that is none": (ask("/v1/articles", "POST", "Transfer-Encoding: xchunked") + GOOD, 400),
    "chunks that are none": (ask("/v1/articles", "POST", "Transfer-Encoding: chunked") + GOOD, 400),
    "a chunk of a terabyte": (
        ask("/v1/articles", "POST", "Transfer-Encoding: chunked", "Content-Type: application/json")
        + b"10000000000\r\n" + b" " * 2_100_000,
        413,
    ),
    "a folded header": (ask("/v1/articles", "GET", "X: a\r\n b"), 400),
    "a space before the colon": (ask("/v1/articles", "GET", "Content-Length : 5"), 400),
    "another's address": (ask("http://evil.example/"), 400),
    "a tunnel": (ask("evil.example:443", "CONNECT"), 400),
}  # fmt: skip
SIEGE = {
    f"{group}: {name}": entry
    for group, entries in {
        "JSON": JSON,
        "encoding": ENCODINGS,
        "bomb": BOMBS,
        "address": ADDRESSES,
        "manners": MANNERS,
        "key": KEYS,
        "broken": BROKEN,
    }.items()
    for name, entry in entries.items()
}
STALLED = {
    "nothing": (b"", None),
    "half a line": (b"GET /v1/art", 408),
    "half a head": (b"GET /v1/articles HTTP/1.1\r\nHost: loc", 408),
    "half a body": (post(GOOD)[:-9], 408),
    "no body": (post(GOOD)[: -len(GOOD)], 408),
    "half a chunk": (ask("/v1/articles", "POST", "Transfer-Encoding: chunked") + b"ff\r\n{", 408),
    "no last chunk": (ask("/v1/articles", "POST", "Transfer-Encoding: chunked") + b"2\r\n{}\r\n", 408),
}
STALLED_SECONDS = 8


class Others:
    """A good client that is served all the while."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.took: list[float] = []
        self.statuses: set[int] = set()

    def __enter__(self) -> Others:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._enough.set()
        self._thread.join()

    def _run(self) -> None:
        apart = httpx.Limits(max_keepalive_connections=0)  # each with a connection of its own
        with httpx.Client(base_url=self._api.url, timeout=30, limits=apart) as http:
            while not self._enough.wait(0.05):
                begun = time.monotonic()
                body = {"url": f"https://good.example/{len(self.took)}", "text": "Words."}
                self.statuses.add(http.post("/v1/articles", json=body).status_code)
                self.took.append(time.monotonic() - begun)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    running = Api(tmp_path_factory.mktemp("api"), head_seconds=2, body_seconds=3)
    with Others(running) as others:
        yield running
    assert running.stop() == 0
    assert others.statuses == {202}
    assert max(others.took) < SLOWEST_SECONDS
    assert running.stored() == len(others.took)
    logged = [json.loads(line) for line in running.log.read_text("utf-8").splitlines()]
    assert not [line for line in logged if line["level"] == "error" or line.get("status", 0) >= 500]


@pytest.mark.parametrize(("sent", "status"), SIEGE.values(), ids=SIEGE)
def test_it_is_refused_as_a_problem(api: Api, sent: bytes, status: int) -> None:
    with api.connect() as link:
        begun = time.monotonic()
        link.sendall(sent)
        problem_of(answer_of(all_of(link)), status)
        assert time.monotonic() - begun < SLOWEST_SECONDS


@pytest.mark.parametrize(("sent", "status"), STALLED.values(), ids=STALLED)
def test_what_stalls_comes_to_an_end(api: Api, sent: bytes, status: int | None) -> None:
    with api.connect() as link:
        begun = time.monotonic()
        link.sendall(sent)
        came = all_of(link)
        assert time.monotonic() - begun < STALLED_SECONDS
    if status is None:
        assert came == b""
    else:
        problem_of(answer_of(came), status)


def test_all_of_it_at_once(api: Api) -> None:
    ends: list[int] = []

    def send(sent: bytes) -> None:
        with api.connect() as link:
            link.sendall(sent)
            ends.append(answer_of(all_of(link))[0])

    at_once = [threading.Thread(target=send, args=(sent,)) for sent, _ in SIEGE.values() if len(sent) < 3_000_000]
    for one in at_once:
        one.start()
    for one in at_once:
        one.join()
    assert len(ends) == len(at_once)
    assert all(400 <= status < 500 for status in ends)
