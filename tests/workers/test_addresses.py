"""A URL from outside leads to the public internet or nowhere: no packet goes where it must not."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Sequence
from ipaddress import ip_address, ip_network
from typing import Any

import pytest

from settings import Hosts
from workers.addresses import REFUSED, Refused, Unresolved, place, refusal, resolve
from workers.fetching import Fetcher, NotFetched

PUBLIC = "93.184.216.34"
# All that is known to lead where it must not; PORT is where the canary listens.
HOSTILE = """
http://127.0.0.1:PORT/ http://[::1]:PORT/ http://localhost:PORT/ http://2130706433:PORT/ http://0x7f000001:PORT/
http://0x7f.0.0.1:PORT/ http://0x7f.1:PORT/ http://017700000001:PORT/ http://0177.0.0.1:PORT/ http://0177.0.0.01:PORT/
http://127.1:PORT/ http://127.0.1:PORT/ http://127.0.0.1.:PORT/ http://localhost.:PORT/ http://0:PORT/
http://0.0.0.0:PORT/ http://[::]:PORT/ http://[0:0:0:0:0:0:0:1]:PORT/ http://[::ffff:127.0.0.1]:PORT/
http://[::ffff:7f00:1]:PORT/ http://[::127.0.0.1]:PORT/ http://[::ffff:0:127.0.0.1]:PORT/ http://[64:ff9b::7f00:1]:PORT/
http://[64:ff9b:1::7f00:1]:PORT/ http://[2002:7f00:1::]:PORT/ http://[2001:0:7f00:1::]:PORT/ http://[fe80::1]:PORT/
http://[fe80::1%25lo]:PORT/ http://[::1%25lo]:PORT/ http://[::1%lo]:PORT/ http://[fec0::1]:PORT/ http://[fc00::1]:PORT/
http://[fd00:ec2::254]/ http://[ff02::1]:PORT/ http://169.254.169.254/latest/meta-data/ http://168.63.129.16/
http://100.100.100.200/ http://192.0.0.192/ http://10.0.0.1/ http://172.16.0.1/ http://192.168.0.1/ http://100.64.0.1/
http://198.18.0.1/ http://224.0.0.1/ http://255.255.255.255/ http://240.0.0.1/ http://192.0.2.1/ http://[2001:db8::1]/
http://user@127.0.0.1:PORT/ http://user:pw@public.example/ http://public.example@127.0.0.1:PORT/
http://public.example:PORT@public.example/ http://127.0.0.1:PORT\\@public.example/ http://public.example\\@127.0.0.1:PORT/
http://①②⑦.⓪.⓪.①:PORT/ http://127。0。0。1:PORT/ http://127．0．0．1:PORT/ http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:PORT/ http://loc\u00adalhost:PORT/
http://127.0.0.1%2f:PORT/ http://%31%32%37.0.0.1:PORT/ http://127.0.0.1%00.public.example:PORT/
http://rebinding.example/ http://mixed.example:80/ http://private.example/ http://mapped.example/ http://zoned.example/
http://public.example:22/ http://public.example:25/ http://public.example:6379/ http://public.example:0/
ftp://127.0.0.1:PORT/ file:///etc/passwd gopher://127.0.0.1:PORT/ dict://127.0.0.1:PORT/ unix:///run/x.sock
http:127.0.0.1:PORT http:///127.0.0.1:PORT/ //127.0.0.1:PORT/ http://:PORT/ http:// javascript:alert(1) data:,x
HTTP://LOCALHOST:PORT/ http://127.0.0.1:PORT#@public.example/ http://127.0.0.1:PORT?@public.example/
""".split()
NAMES = {
    "public.example": [PUBLIC],
    "mixed.example": [PUBLIC, "127.0.0.1"],
    "private.example": ["10.1.2.3"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "zoned.example": ["fe80::1%lo"],
    "localhost": ["127.0.0.1", "::1"],
}


class Canary:
    """Listens on this machine, on both engines of its network, and counts who comes."""

    def __init__(self) -> None:
        first = socket.create_server(("127.0.0.1", 0))
        self.port = first.getsockname()[1]
        self.servers = [first]
        if socket.has_dualstack_ipv6():
            self.servers.append(socket.create_server(("::1", self.port), family=socket.AF_INET6))
        self.came = 0
        for server in self.servers:
            threading.Thread(target=self._watch, args=(server,), daemon=True).start()

    def _watch(self, server: socket.socket) -> None:
        while True:
            try:
                visitor, _ = server.accept()
            except OSError:
                return
            self.came += 1  # before the visitor learns of it
            visitor.close()

    def close(self) -> None:
        for server in self.servers:
            server.shutdown(socket.SHUT_RDWR)
            server.close()


@pytest.fixture
def canary() -> Iterator[Canary]:
    found = Canary()
    yield found
    found.close()


class Resolver:
    """Answers as NAMES has it; for a name that rebinds, with a public address first and the loopback ever after."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, host: str, port: int, **_: Any) -> Sequence[tuple[Any, ...]]:
        self.asked.append(host)
        if host == "rebinding.example":
            found = [PUBLIC] if self.asked.count(host) == 1 else ["127.0.0.1"]
        elif host in NAMES:
            found = NAMES[host]
        else:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]


def test_no_hostile_address_is_connected_to(canary: Canary, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the whole way that a page is fetched. Connections of the process to the outside are told apart and refused."""
    assert len(HOSTILE) >= 60
    outside: list[Any] = []

    def connect(address: tuple[str, int], *_: Any, **__: Any) -> socket.socket:
        outside.append(address)
        raise OSError("no network here")

    monkeypatch.setattr(socket, "create_connection", connect)
    for url in (one.replace("PORT", str(canary.port)) for one in HOSTILE):
        resolver = Resolver()
        fetcher = Fetcher(Hosts(("*",)), ports=(80, 443, 8080, 8443, canary.port), lookup=resolver)
        if "rebinding" in url:
            # The first answer is public: that one, and no other, is connected to.
            with pytest.raises(Exception, match="connection"):
                fetcher.fetch(url)
            assert resolver.asked == ["rebinding.example"]
            assert outside == [(PUBLIC, 80)]
            outside.clear()
            continue
        with pytest.raises(NotFetched):
            fetcher.fetch(url)
        assert outside == [], url
    assert canary.came == 0
    # The canary does count who comes.
    with socket.socket() as visitor:
        visitor.connect(("127.0.0.1", canary.port))
        visitor.recv(1)
    assert canary.came == 1


@pytest.mark.parametrize(("network", "reason"), REFUSED)
def test_each_network_of_the_table_is_refused_from_its_first_to_its_last(network: Any, reason: str) -> None:
    for address in (network[0], network[-1]):
        assert refusal(str(address)) is not None, address
    assert reason in {found for _, found in REFUSED}
    assert refusal(str(network[0]), [network]) is None, "unless the operator allows it"


def test_what_python_knows_to_be_no_public_address_is_in_the_table() -> None:
    for text in ("0.0.0.0/8", "10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"):
        network = ip_network(text)
        assert all(
            refusal(str(network[number])) for number in range(0, network.num_addresses, network.num_addresses // 7)
        )
    for first in range(256):
        for address in (f"{first}.0.0.1", f"{first}.200.7.9", f"[{first:x}00::1]".strip("[]"), f"20{first:02x}:1::1"):
            if not ip_address(address).is_global:
                assert refusal(address) is not None, address


@pytest.mark.parametrize("address", [PUBLIC, "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00::1"])
def test_public_addresses_are_not(address: str) -> None:
    assert refusal(address) is None


def test_a_name_is_looked_up_once_and_gives_the_addresses_to_connect_to() -> None:
    resolver = Resolver()
    found = resolve("https://public.example/a?b#c", lookup=resolver)
    assert (found.place.scheme, found.place.host, found.place.port) == ("https", "public.example", 443)
    assert (found.addresses, resolver.asked) == ((PUBLIC,), ["public.example"])
    assert resolve(f"http://{PUBLIC}:8080/", lookup=resolver).addresses == (PUBLIC,)
    assert resolver.asked == ["public.example"], "a number is not looked up"


def test_names_in_other_scripts_are_known_by_their_ascii_form() -> None:
    assert place("https://новини.приклад/a").host == "xn--b1amarcd.xn--80aikifvh"


def test_the_operator_allows_networks_and_ports() -> None:
    url, loopback = "http://127.0.0.1:5000/", [ip_network("127.0.0.0/8")]
    with pytest.raises(Refused, match="5000"):
        resolve(url, allowed=loopback)
    assert resolve(url, ports=(5000,), allowed=loopback).addresses == ("127.0.0.1",)
    with pytest.raises(Refused, match="mapped"):
        resolve("http://[::ffff:127.0.0.1]:5000/", ports=(5000,), allowed=loopback)


def test_a_name_that_is_not_found_may_be_later() -> None:
    with pytest.raises(Unresolved, match=r"nowhere\.example"):
        resolve("http://nowhere.example/", lookup=Resolver())
    with pytest.raises(Unresolved):
        resolve("http://nowhere.example/", lookup=lambda *_, **__: [])


def test_a_resolver_that_does_not_answer_is_not_waited_for() -> None:
    stuck = threading.Event()
    with pytest.raises(Unresolved, match="within 0 seconds"):
        resolve("http://slow.example/", lookup=lambda *_, **__: stuck.wait(30), seconds=0.05)
    stuck.set()
