"""What is posted to an address of somebody else's choice, against real servers on loopback."""

from __future__ import annotations

import itertools
import socket
import ssl
import time
from collections.abc import Callable
from ipaddress import ip_network
from typing import Any

import pytest

from workers.posting import Answer, poster

LOOPBACK = [ip_network("127.0.0.0/8")]
HEADERS = {"Content-Type": "application/json", "webhook-id": "1"}


def posting(receiver: Any = None, *, allowed: Any = LOOPBACK, **more: Any) -> Callable[[str], Answer]:
    ports = {80, 443} | ({receiver.port} if receiver is not None else set())
    tls = ssl.create_default_context()  # not the one of the certifi bundle, which takes time to read
    made: dict[str, Any] = {"lookup": socket.getaddrinfo, "tls": tls, "ports": ports} | more
    post = poster(allowed, **made)
    return lambda url: post(url, HEADERS, b'{"type":"t"}')


@pytest.mark.parametrize(
    ("what", "answer"),
    [
        (204, Answer(204)),
        (200, Answer(200)),
        (404, Answer(404)),
        (410, Answer(410)),
        (500, Answer(500)),
        ((302, {"Location": "/elsewhere"}), Answer(302)),
        ((307, {"Location": "/elsewhere"}), Answer(307)),
        ((429, {"Retry-After": "120"}), Answer(429, retry_after="120")),
        ("reset", Answer(error="The connection broke off before there was an answer.")),
        ("hang", Answer(error="No answer within 0 seconds.")),
        ("drip", Answer(error="No answer within 0 seconds.")),
        ("flood", Answer(error="The connection broke off before there was an answer.")),
    ],
)
def test_each_answer_and_each_failure_is_told(make_receiver: Any, what: Any, answer: Answer) -> None:
    receiver = make_receiver(lambda *_: what)
    began = time.monotonic()
    assert posting(receiver, total_seconds=0.4)(f"{receiver.url}/hook") == answer
    assert time.monotonic() - began < 3
    assert [(path, body) for path, _, body in receiver.got] == [("/hook", b'{"type":"t"}')], "no redirect is followed"


def test_of_an_endless_body_little_is_read(make_receiver: Any) -> None:
    def endless(*_: Any) -> tuple[int, dict[str, str]]:
        return 200, {"Content-Length": str(10**12)}

    receiver = make_receiver(endless)
    assert posting(receiver, total_seconds=0.4)(receiver.url) == Answer(200)


def test_where_nobody_listens(make_receiver: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    found = posting(ports={port})(f"http://127.0.0.1:{port}/")
    assert found == Answer(error="It cannot be reached.")


def answering(*addresses: str) -> tuple[list[Any], Callable[..., Any]]:
    """A look-up that gives these addresses, one at each question, and the questions."""
    asked: list[Any] = []
    given = itertools.cycle(addresses)

    def lookup(host: str, port: int, **_: Any) -> Any:
        asked.append(host)
        address = next(given)
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (address, port))]

    return asked, lookup


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.7", "192.168.1.1", "169.254.169.254", "100.64.0.1", "::1", "fd00:ec2::254",
     "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "fe80::1", "224.0.0.1", "0.0.0.0"],
)  # fmt: skip
def test_private_addresses_are_not_connected_to(make_receiver: Any, address: str) -> None:
    receiver = make_receiver()
    _, lookup = answering(address)
    found = posting(receiver, allowed=(), lookup=lookup)(f"https://hooks.example:{receiver.port}/")
    assert found.status is None
    assert "not connected to" in str(found.error)
    assert receiver.got == []


def test_a_name_is_looked_up_once_so_that_a_second_answer_leads_nowhere(make_receiver: Any) -> None:
    receiver = make_receiver()
    asked, lookup = answering("127.0.0.1", "127.0.0.2")
    found = posting(receiver, lookup=lookup)(f"http://hooks.example:{receiver.port}/a")
    assert found == Answer(204)
    assert asked == ["hooks.example"]
    ((path, headers, _),) = receiver.got
    assert (path, headers["host"]) == ("/a", f"hooks.example:{receiver.port}")


def test_plain_http_and_odd_ports_are_for_allowed_networks_only(make_receiver: Any) -> None:
    _, lookup = answering("93.184.215.14")
    post = posting(lookup=lookup)
    assert "only https" in str(post("http://hooks.example/").error)
    assert "Port 25" in str(post("https://hooks.example:25/").error)
    assert "user name" in str(post("https://a:b@hooks.example/").error)


def test_a_name_that_is_not_found_may_be_found_later() -> None:
    def lookup(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    assert "was not found" in str(posting(lookup=lookup)("https://nowhere.example/").error)


def test_a_server_that_speaks_no_tls(make_receiver: Any) -> None:
    receiver = make_receiver()
    found = posting(receiver, connect_seconds=1, total_seconds=2)(f"https://127.0.0.1:{receiver.port}/")
    assert found.status is None
    assert found.error
    assert receiver.got == []
