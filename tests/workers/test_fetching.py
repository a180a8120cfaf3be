"""Pages are fetched from a real server on this machine, within limits that no answer of it can widen."""

from __future__ import annotations

import gzip
import shutil
import socket
import ssl
import subprocess
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from settings import Hosts
from workers import fetching
from workers.charsets import decoded
from workers.fetching import Fetcher, NotFetched, NotNow

PAGE = b"<html><body><p>Envoys met in Doha.</p></body></html>"


def answer(body: bytes = PAGE, *headers: str, status: str = "200 OK", kind: str = "text/html") -> bytes:
    told = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", "Connection: close", *headers]
    return "\r\n".join(told).encode("latin-1") + b"\r\n\r\n" + body


class Site:
    """Sends for each path what the test put there: bytes, or pieces of them with pauses between."""

    def __init__(self) -> None:
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        self.pages: dict[str, Any] = {}
        self.requests: list[str] = []
        self.tls: ssl.SSLContext | None = None
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                visitor = self.server.accept()[0]
            except OSError:
                return
            threading.Thread(target=self._answer, args=(visitor,), daemon=True).start()

    def _answer(self, visitor: socket.socket) -> None:
        if self.tls is not None:
            try:
                visitor = self.tls.wrap_socket(visitor, server_side=True)
            except OSError:
                visitor.close()
                return
        with visitor:
            asked = b""
            while b"\r\n\r\n" not in asked:
                asked += visitor.recv(65536)
            self.requests.append(asked.decode("latin-1"))
            pieces = self.pages.get(asked.split()[1].decode(), answer(status="404 Not Found"))
            try:
                for piece in [pieces] if isinstance(pieces, bytes) else pieces():
                    visitor.sendall(piece)
                # Not to be reset before it has been read.
                visitor.shutdown(socket.SHUT_WR)
                visitor.recv(1)
            except OSError:
                return


@pytest.fixture
def site() -> Iterator[Site]:
    found = Site()
    yield found
    with suppress(OSError):  # closed by the test
        found.server.shutdown(socket.SHUT_RDWR)
    found.server.close()


@pytest.fixture
def fetch(site: Site) -> Callable[..., Any]:
    """Fetches a path of the site, by a name that leads to it."""
    names = {"news.example": "127.0.0.1", "inside.example": "10.0.0.7", "other.example": "127.0.0.1"}

    def lookup(host: str, port: int, **_: Any) -> list[tuple[Any, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (names[host], port))]

    fetcher = Fetcher(
        Hosts(("news.example", "inside.example", ".sub.example")),
        ports=(site.port,),
        networks=[ip_network("127.0.0.0/8")],
        lookup=lookup,
    )
    return lambda path="/": fetcher.fetch(f"http://news.example:{site.port}{path}")


def test_a_page_is_fetched_under_its_own_name_and_nothing_else_is_told(
    site: Site, fetch: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    site.pages["/a?b"] = answer(PAGE, "ETag: x", "Set-Cookie: c=1", "Last-Modified: Tue, 03 Jun 2025 09:00:00 GMT")
    found = fetch("/a?b")
    assert (found.url, found.status, found.body, found.content) == (
        f"http://news.example:{site.port}/a?b",
        200,
        PAGE,
        PAGE.decode(),
    )
    assert found.is_html
    assert dict(found.headers) == {
        "content-type": "text/html",
        "etag": "x",
        "last-modified": "Tue, 03 Jun 2025 09:00:00 GMT",
    }
    (asked,) = site.requests
    lines = dict(line.split(": ", 1) for line in asked.split("\r\n")[1:] if line)
    assert lines["Host"] == f"news.example:{site.port}"
    assert lines["User-Agent"].startswith("Claimtrail ")
    assert set(lines) == {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"}


def moved(to: str) -> bytes:
    return answer(b"", f"Location: {to}", status="302 Found")


def test_where_a_page_was_moved_it_is_found(site: Site, fetch: Any) -> None:
    for hop in range(5):
        site.pages[f"/{hop}"] = moved(f"/{hop + 1}#part")
    site.pages["/5"] = answer()
    assert fetch("/0").url.endswith("/5")
    site.pages["/5"] = moved("/6")
    site.pages["/6"] = answer()
    with pytest.raises(NotFetched, match="on and on"):
        fetch("/0")


@pytest.mark.parametrize("to", ["http://xn--/", "http://xn--a/", "http:////][..", "javascript:x"])
def test_a_page_that_was_moved_to_no_address_is_not_asked_for_again(site: Site, fetch: Any, to: str) -> None:
    site.pages["/"] = moved(to)
    with pytest.raises(NotFetched, match="leads to one that is none"):
        fetch()
    assert len(site.requests) == 1


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        ("http://inside.example:PORT/", "leads to 10.0.0.7, which is private"),
        ("http://other.example:PORT/", "other.example is not fetched from"),
        ("http://sub.example:PORT/", "sub.example is not fetched from"),
        ("http://news.example:1/", "port 1 is not connected to"),
        ("http://[::1]:PORT/", "is not fetched from"),
        ("http://2130706433:PORT/", "odd spelling"),
        ("file:///etc/passwd", "none of http or https"),
        ("//news.example@other.example:PORT/", "user name"),
    ],
)
def test_each_step_of_the_way_is_looked_at(site: Site, fetch: Any, to: str, reason: str) -> None:
    site.pages["/"] = moved(to.replace("PORT", str(site.port)))
    with pytest.raises(NotFetched, match=reason):
        fetch()
    assert len(site.requests) == 1


def test_a_step_to_no_address_at_all(site: Site, fetch: Any) -> None:
    for to in ("http://news.example:x:y/", "http://[::zz]/", "http://news.example:99999/", "\xff"):
        site.pages["/"] = moved(to)
        with pytest.raises((NotNow, NotFetched)):
            fetch()


def test_no_step_leads_from_https_to_http() -> None:
    with pytest.raises(NotFetched, match="from https to http"):
        Fetcher._next("https://news.example/", "http://news.example/")


@pytest.mark.parametrize("status", ["404 Not Found", "410 Gone", "403 Forbidden", "204 No Content", "304 Not Modified"])
def test_what_will_not_be_there_later_either_fails(site: Site, fetch: Any, status: str) -> None:
    site.pages["/"] = answer(b"", status=status)
    with pytest.raises(NotFetched, match=f"answered {status[:3]}"):
        fetch()


@pytest.mark.parametrize("status", ["500 Oops", "503 Busy", "429 Slowly", "408 Late"])
def test_what_may_be_there_later_is_told_apart(site: Site, fetch: Any, status: str) -> None:
    site.pages["/"] = answer(b"", status=status)
    with pytest.raises(NotNow, match=f"answered {status[:3]}"):
        fetch()


@pytest.mark.parametrize("kind", ["application/pdf", "image/svg+xml", "application/json", "text/html2", ""])
def test_what_is_no_page_is_not_read(site: Site, fetch: Any, kind: str) -> None:
    site.pages["/"] = answer(kind=kind)
    with pytest.raises(NotFetched, match="no page but"):
        fetch()


def test_plain_text_is_taken_up_to_the_limit_of_texts(site: Site, fetch: Any) -> None:
    site.pages["/"] = answer(b"x" * 100_000, kind="Text/Plain ; charset=utf-8")
    assert not fetch().is_html
    site.pages["/"] = answer(b"x" * 100_001, kind="text/plain")
    with pytest.raises(NotFetched, match="100,000 characters"):
        fetch()
    site.pages["/"] = answer(b" \n", kind="text/plain")
    with pytest.raises(NotFetched, match="empty"):
        fetch()


def endless(piece: bytes, first: bytes) -> Callable[[], Iterator[bytes]]:
    def pieces() -> Iterator[bytes]:
        yield first
        while True:
            yield piece

    return pieces


def test_a_page_may_have_two_megabytes(site: Site, fetch: Any) -> None:
    site.pages["/"] = answer(b"x" * 2_000_000)
    assert len(fetch().body) == 2_000_000
    packed = answer(gzip.compress(b"x" * 2_000_000), "Content-Encoding: gzip")
    site.pages["/"] = packed
    assert len(fetch().body) == 2_000_000


@pytest.mark.parametrize("how", ["told", "endless", "bomb", "trailing", "nothing in it"])
def test_what_is_larger_is_not_read_to_its_end(site: Site, fetch: Any, how: str) -> None:
    packed = "Content-Encoding: gzip"
    empty = zlib.compressobj(wbits=31)
    start, flushed = empty.compress(b""), empty.flush(zlib.Z_SYNC_FLUSH)
    site.pages["/"] = {
        "told": answer(b"x", "Content-Length: 2000001"),
        "endless": endless(b"x" * 65536, answer(b"")),
        "bomb": answer(gzip.compress(bytes(200_000_000), 9), packed),
        "trailing": endless(b"x" * 65536, answer(gzip.compress(PAGE), packed)),
        "nothing in it": endless(b"\0\0\0\xff\xff" * 10_000, answer(start + flushed, packed)),
    }[how]
    with pytest.raises(NotFetched, match="larger than 2 MB"):
        fetch()


def test_what_is_packed_otherwise_or_breaks_off(site: Site, fetch: Any) -> None:
    for body, packing, reason in (
        (b"x", "br", "not asked for"),
        (b"no gzip", "gzip", "packed wrongly"),
        (gzip.compress(PAGE)[:-9], "gzip", "broke off"),
    ):
        site.pages["/"] = answer(body, f"Content-Encoding: {packing}")
        with pytest.raises((NotFetched, NotNow), match=reason):
            fetch()
    site.pages["/"] = answer(PAGE, "Content-Length: 5000")
    with pytest.raises(NotNow, match="broke"):
        fetch()


def test_a_server_that_drips_or_says_nothing_gains_no_time(
    site: Site, fetch: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "TOTAL_SECONDS", 0.4)

    def drip(first: bytes) -> Callable[[], Iterator[bytes]]:
        def pieces() -> Iterator[bytes]:
            yield first
            for _ in range(200):
                time.sleep(0.05)
                yield b"x"

        return pieces

    for first in (b"", b"HTTP/1.1 200 OK\r\nX: ", answer(b"<html>")):
        site.pages["/"] = drip(first)
        began = time.monotonic()
        with pytest.raises(NotNow, match="in time"):
            fetch()
        assert time.monotonic() - began < 2


def test_nobody_listens(fetch: Any, site: Site) -> None:
    site.server.shutdown(socket.SHUT_RDWR)
    site.server.close()
    with pytest.raises(NotNow, match="no connection"):
        fetch()


@pytest.mark.parametrize(
    ("body", "told", "text"),
    [
        ("Київ".encode(), None, "Київ"),
        ("Київ".encode("cp1251"), "windows-1251", "Київ"),
        ("Київ".encode("cp1251"), ' "Windows-1251" ', "Київ"),
        (b'<meta charset="koi8-u">' + "Київ".encode("koi8-u"), None, '<meta charset="koi8-u">Київ'),
        (b"\xef\xbb\xbf" + "Київ".encode(), "windows-1251", "Київ"),
        ("\ufeffКиїв".encode("utf-16-le"), "utf-8", "Київ"),
        ("café".encode("latin-1"), None, "café"),
        (b"\x93so\x94", "iso-8859-1", "“so”"),
        (b"a\xff\0b", "utf-8", "a\ufffd\ufffdb"),
        (b"a+AGI-b", "utf-7", "a+AGI-b"),
        (b"\\u0041", "unicode_escape", "\\u0041"),
        (b"a", "punycode", "a"),
        (b"a", "no such thing", "a"),
    ],
)
def test_characters(body: bytes, told: str | None, text: str) -> None:
    assert decoded(body, told, html=True) == text


ARTICLE = b"""<!doctype html><html lang="en"><head><title>Ferry talks</title></head><body><article>
<p>Delegates of the two islands met on Monday to discuss the ferry that links their harbours, officials said.</p>
<p>They will meet again on Friday in the northern port, where the ferry is to be repaired over the summer.</p>
</article></body></html>"""


@pytest.mark.slow
def test_a_real_worker_fetches_what_the_operator_allows(yard: Any, until: Any, site: Site) -> None:
    site.pages["/moved"] = moved("/ferry")
    site.pages["/ferry"] = answer(gzip.compress(ARTICLE), "Content-Encoding: gzip")
    yard.start(fetch_hosts="127.0.0.1", allowed_networks="127.0.0.0/8", allowed_ports=site.port)
    good, gone = (yard.submit_page(f"http://127.0.0.1:{site.port}{path}") for path in ("/moved", "/none"))
    elsewhere = yard.submit_page(f"http://127.0.0.2:{site.port}/")
    until(lambda: yard.ended([good, gone, elsewhere]))
    read = yard.desk.article(good)
    assert read.job.status == "finished", read.job.error
    assert read.text.startswith("Delegates of the two islands met")
    assert (read.title, read.claims_count) == ("Ferry talks", 1)
    assert read.source.url == f"http://127.0.0.1:{site.port}/ferry"
    assert yard.desk.job(gone).error == "the site answered 404: there is no such page"
    assert yard.desk.job(elsewhere).error == "127.0.0.2 is not fetched from: it is not in CLAIMTRAIL_FETCH_HOSTS"
    assert len(site.requests) == 3


def test_a_site_shows_the_certificate_of_its_name(site: Site, fetch: Any, tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    made = (
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=n -keyout key -out cert"
    )
    command = ["openssl", *made.split(), "-addext", "subjectAltName=DNS:news.example"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(tmp_path / "cert", tmp_path / "key")
    named: list[str | None] = []
    served.sni_callback = lambda _, name, __: named.append(name)
    site.tls = served
    site.pages["/"] = answer()
    trusting = ssl.create_default_context(cafile=str(tmp_path / "cert"))
    loopback = [ip_network("127.0.0.0/8")]
    fetcher = Fetcher(
        Hosts(("*",)), (site.port,), loopback, tls=trusting, lookup=lambda *_, **__: [(2, 1, 6, "", ("127.0.0.1", 0))]
    )
    assert fetcher.fetch(f"https://news.example:{site.port}/").body == PAGE
    assert named == ["news.example"]
    with pytest.raises(NotNow, match="no secure connection"):
        fetcher.fetch(f"https://other.example:{site.port}/")
    with pytest.raises(NotNow, match="no secure connection"):
        replace(fetcher, tls=None).fetch(f"https://news.example:{site.port}/")
    assert len(site.requests) == 1
