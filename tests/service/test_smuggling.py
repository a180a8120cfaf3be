"""Requests that two readers could take for different ones: refused, and nothing after them is read."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.server import LIMITS, make_app
from tests.service.api_process import Api, all_of, answers_of, problem_of

pytestmark = pytest.mark.slow

HOST = b"Host: localhost\r\n"
POST = b"POST /v1/articles HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n"
SMUGGLED = b"DELETE /v1/articles/01972400-5b1c-7a52-9d0e-3f6a1c2b4d5e HTTP/1.1\r\n" + HOST + b"\r\n"
BODY = json.dumps({"url": "https://smuggled.example/", "text": "Words."}).encode()
LENGTH = b"Content-Length: %d\r\n" % len(BODY)
CHUNK = b"%x\r\n%s\r\n" % (len(BODY), BODY)

AMBIGUOUS = {
    "two lengths": POST + LENGTH + b"Content-Length: 5\r\n\r\n" + BODY,
    "the same length twice": POST + LENGTH * 2 + b"\r\n" + BODY,
    "a list of lengths": POST + b"Content-Length: 5, 5\r\n\r\n" + BODY,
    "a length with a sign": POST + b"Content-Length: +5\r\n\r\n" + BODY,
    "a negative length": POST + b"Content-Length: -5\r\n\r\n" + BODY,
    "a length in hex": POST + b"Content-Length: 0x10\r\n\r\n" + BODY,
    "a length with an underscore": POST + b"Content-Length: 1_0\r\n\r\n" + BODY,
    "a length of other digits": POST + "Content-Length: ²\r\n\r\n".encode("latin-1") + BODY,
    "a length of more digits than numbers have": POST + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n" + BODY,
    "an empty length": POST + b"Content-Length:\r\n\r\n" + BODY,
    "a length with a comma": POST + b"Content-Length: 5,\r\n\r\n" + BODY,
    "length and chunks": CHUNKED + LENGTH + b"\r\n0\r\n\r\n",
    "chunks and length": POST + LENGTH + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks twice": CHUNKED + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunked, chunked": POST + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "chunked, identity": POST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "identity": POST + b"Transfer-Encoding: identity\r\n" + LENGTH + b"\r\n" + BODY,
    "identity, chunked": POST + b"Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n",
    "gzip, chunked": POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "xchunked": POST + b"Transfer-Encoding: xchunked\r\n" + LENGTH + b"\r\n" + BODY,
    "chunked in quotes": POST + b'Transfer-Encoding: "chunked"\r\n\r\n0\r\n\r\n',
    "chunked with a vertical tab": POST + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    "an empty coding": POST + b"Transfer-Encoding:\r\n" + LENGTH + b"\r\n" + BODY,
    "chunks in HTTP/1.0": CHUNKED.replace(b"HTTP/1.1", b"HTTP/1.0") + b"\r\n0\r\n\r\n",
    "a space before the colon": POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "a tab before the colon": POST + b"Content-Length\t: 5\r\n\r\n" + BODY,
    "a space before the name": POST + b" Content-Length: 5\r\n\r\n" + BODY,
    "a folded line": POST + b"X-Folded: a\r\n Content-Length: 5\r\n" + LENGTH + b"\r\n" + BODY,
    "a folded coding": POST + b"Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
    "two slashes": b"GET //v1/articles HTTP/1.1\r\n" + HOST + b"\r\n",
    "a fragment": b"GET /v1/articles#x HTTP/1.1\r\n" + HOST + b"\r\n",
    "bare LF after the request line": b"POST /v1/articles HTTP/1.1\n" + HOST + LENGTH + b"\r\n" + BODY,
    "bare LF among the headers": POST + b"X: y\nContent-Length: 5\r\n\r\n" + BODY,
    "bare LF at the end": b"GET /healthz HTTP/1.1\r\n" + HOST + b"\n",
    "only bare LF": b"GET /healthz HTTP/1.1\nHost: localhost\n\n",
    "bare CR": POST + b"X: y\rContent-Length: 5\r\n\r\n" + BODY,
    "NUL in a value": POST + b"X: a\0b\r\n\r\n",
    "NUL in a name": POST + b"X\0: b\r\n\r\n",
    "NUL in the target": b"GET /healthz\0 HTTP/1.1\r\n" + HOST + b"\r\n",
    "a name with a letter beyond ASCII": POST + "Contént-Length: 5\r\n\r\n".encode(),
    "a line without a colon": POST + b"nonsense\r\n\r\n",
    "an empty name": POST + b": x\r\n\r\n",
    "two hosts": b"GET /healthz HTTP/1.1\r\n" + HOST + b"Host: evil.example\r\n\r\n",
    "no host": b"GET /healthz HTTP/1.1\r\n\r\n",
    "an absolute target": b"GET http://localhost/healthz HTTP/1.1\r\n" + HOST + b"\r\n",
    "another's absolute target": b"GET http://evil.example/healthz HTTP/1.1\r\n" + HOST + b"\r\n",
    "a tunnel": b"CONNECT localhost:80 HTTP/1.1\r\n" + HOST + b"\r\n",
    "a target without a slash": b"GET healthz HTTP/1.1\r\n" + HOST + b"\r\n",
    "an asterisk": b"GET * HTTP/1.1\r\n" + HOST + b"\r\n",
    "a space in the target": b"GET /healthz /x HTTP/1.1\r\n" + HOST + b"\r\n",
    "two spaces": b"GET  /healthz HTTP/1.1\r\n" + HOST + b"\r\n",
    "HTTP/0.9": b"GET /healthz\r\n",
    "HTTP/0.9 with a version": b"GET /healthz HTTP/0.9\r\n\r\n",
    "HTTP/1.2 in small letters": b"GET /healthz http/1.1\r\n" + HOST + b"\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0",
    "HTTP/1.10": b"GET /healthz HTTP/1.10\r\n" + HOST + b"\r\n",
    "a method in small letters": b"get /healthz HTTP/1.1\r\n" + HOST + b"\r\n",
    "a method with a colon": b"GET: /healthz HTTP/1.1\r\n" + HOST + b"\r\n",
    "empty lines first": b"\r\n\r\nGET /healthz HTTP/1.1\r\n" + HOST + b"\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
}
CHUNKS = {
    "no size": b"\r\n",
    "a size that is none": b"zz\r\n{}\r\n0\r\n\r\n",
    "a negative size": b"-1\r\n{}\r\n0\r\n\r\n",
    "a size with a sign": b"+2\r\n{}\r\n0\r\n\r\n",
    "a size with 0x": b"0x2\r\n{}\r\n0\r\n\r\n",
    "a size with an underscore": b"0_2\r\n{}\r\n0\r\n\r\n",
    "a space before the size": b" 2\r\n{}\r\n0\r\n\r\n",
    "a space after the size": b"2 \r\n{}\r\n0\r\n\r\n",
    "bare LF after the size": b"2\n{}\r\n0\r\n\r\n",
    "bare CR in an extension": b"2;a\rb\r\n{}\r\n0\r\n\r\n",
    "LF in an extension": b"2;a\nb\r\n{}\r\n0\r\n\r\n",
    "an endless extension": b"2;" + b"a" * 9000,
    "a size line without an end": b"0" * 9000,
    "data longer than its size": b"2\r\n{}xx\r\n0\r\n\r\n",
    "data shorter than its size": b"5\r\n{}\r\n0\r\n\r\n",
    "bare LF after the data": b"2\r\n{}\n0\r\n\r\n",
    "a length among the trailers": b"2\r\n{}\r\n0\r\nContent-Length: 5\r\n\r\n",
    "a coding among the trailers": b"2\r\n{}\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n",
    "a host among the trailers": b"2\r\n{}\r\n0\r\nHost: evil.example\r\n\r\n",
    "bare LF among the trailers": b"2\r\n{}\r\n0\r\nX: y\n\r\n",
    "trailers without end": b"2\r\n{}\r\n0\r\n" + b"X: y\r\n" * 200,
    "chunks too small to be meant": b"1\r\n \r\n" * 20_000,
}


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    running = Api(tmp_path_factory.mktemp("api"))
    yield running
    running.stop()


@pytest.mark.parametrize("sent", AMBIGUOUS.values(), ids=AMBIGUOUS)
def test_what_is_ambiguous_ends_the_connection(api: Api, sent: bytes) -> None:
    problem_of(api.raw(sent + SMUGGLED), 400)
    assert api.stored() == 0


@pytest.mark.parametrize("sent", AMBIGUOUS.values(), ids=AMBIGUOUS)
def test_so_it_does_after_a_good_request_and_in_two_pieces(api: Api, sent: bytes) -> None:
    good = b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n"
    with api.connect() as link:
        link.sendall(good + sent[:7])
        came = link.recv(65536)
        with contextlib.suppress(OSError):  # of what was seen to be none by its first letters
            link.sendall(sent[7:])
        (status, _, _), answer = answers_of(came + all_of(link))
    assert status == 200
    problem_of(answer, 400)


@pytest.mark.parametrize("chunks", CHUNKS.values(), ids=CHUNKS)
def test_chunks_that_are_none_end_the_connection(api: Api, chunks: bytes) -> None:
    problem_of(api.raw(CHUNKED + b"\r\n" + chunks + SMUGGLED, end=True), 400)
    assert api.stored() == 0


@pytest.mark.parametrize(
    ("sent", "statuses"),
    [
        (CHUNKED + b"\r\n2\r\n{}\r\n0\r\n\r\n", [422, 404]),
        (CHUNKED + b'\r\n2;name="a;b"\r\n{}\r\n00\r\nX-Trailer: yes\r\n\r\n', [422, 404]),
        (POST + b"Transfer-Encoding: Chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", [422, 404]),
        (POST + b"Content-Length: 2\r\n\r\n{}", [422, 404]),
        (POST + b"Content-Length: 0002\r\n\r\n{}", [422, 404]),
        (POST + b"\r\n", [400, 404]),
        (b"\r\nGET /healthz HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\n\r\nxyz", [200, 404]),
        (b"HEAD /nowhere HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\n\r\nxyz", [404, 404]),
        (POST + b"Content_Length: 500\r\nContent-Length: 2\r\n\r\n{}", [422, 404]),
        (POST + b"Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nContent-Length: 2\r\n\r\n{}", [422, 404]),
    ],
)
def test_what_is_clear_ends_where_it_says(api: Api, sent: bytes, statuses: list[int]) -> None:
    last = b"GET /last HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"
    with api.connect() as link:
        link.sendall(sent + last)
        came = all_of(link)
    assert [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", came)] == statuses


@pytest.mark.parametrize(
    "before",
    [
        POST + b"Content-Length: 3000000\r\n\r\n",
        CHUNKED + b"\r\n" + b"%x\r\n" % 3_000_000 + b" " * 2_100_000,
        b"GET /healthz HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n",
        b"GET /healthz HTTP/1.0\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\n" + HOST + b"Content-Length: 3000000\r\n\r\n",
    ],
    ids=["a body too large", "chunks too large", "the last one", "the only one", "a body that nobody reads"],
)
def test_nothing_follows_the_last_answer(api: Api, before: bytes) -> None:
    with api.connect() as link:
        link.sendall(before + POST + LENGTH + b"\r\n" + BODY)
        came = all_of(link)
    assert came.count(b"HTTP/1.1 ") + came.count(b"HTTP/1.0 ") == 1
    assert api.stored() == 0


def test_a_body_in_any_pieces_is_the_same(api: Api) -> None:
    head = CHUNKED.replace(b"articles HTTP", b"articles/batch HTTP") + b"Connection: close\r\n\r\n"
    sent = head + b"1\r\n[\r\n2\r\n{}\r\n1\r\n]\r\n0\r\n\r\n"
    with api.connect() as link:
        for at in range(len(sent)):
            link.sendall(sent[at : at + 1])
        ((status, _, body),) = answers_of(all_of(link))
    assert status == 207
    assert [item["status"] for item in json.loads(body)["items"]] == [422]


def test_no_header_changes_the_path(api: Api) -> None:
    hidden = b"GET /v1/metrics HTTP/1.1\r\n" + HOST + b"SCRIPT_NAME: /v1\r\nConnection: close\r\n\r\n"
    problem_of(api.raw(hidden), 404)
    problem_of(api.raw(hidden.replace(b"SCRIPT_NAME: /v1", b"PATH_INFO: /metrics")), 404)


def test_the_app_and_the_door_have_the_same_measures(open_settings: object, tmp_path: Path) -> None:
    app = make_app(open_settings())  # type: ignore[operator]
    assert app.config["MAX_CONTENT_LENGTH"] == LIMITS.body_of("/v1/articles")
