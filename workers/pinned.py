"""An HTTP transport that connects to the addresses that were found for one place, and to nothing else."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterable
from typing import Any

import httpcore
import httpx

from workers.addresses import Target


def client(
    target: Target,
    *,
    connect_seconds: float,
    total_seconds: float,
    user_agent: str,
    tls: ssl.SSLContext | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> httpx.Client:
    """A client of one place: no proxies, cookies of others, credentials of the machine's or redirects followed.

    From now on its connections live `total_seconds` in all, whatever they wait for; it raises httpx.TimeoutException
    then, httpx.ConnectError for another place, and what httpx raises. `tls` says whose certificates are trusted.
    """
    backend = _Pinned(target, connect_seconds, clock() + total_seconds, clock)
    transport = _Transport(backend, tls or httpx.create_ssl_context(trust_env=False))
    return httpx.Client(
        transport=transport,
        trust_env=False,
        follow_redirects=False,
        timeout=httpx.Timeout(total_seconds, connect=connect_seconds),
        headers={"User-Agent": user_agent},
    )


class _Transport(httpx.HTTPTransport):
    """As httpx has it, on a pool that connects in its own way: the name stays in Host and SNI."""

    def __init__(self, backend: httpcore.NetworkBackend, tls: ssl.SSLContext) -> None:
        super().__init__(trust_env=False, verify=tls)
        # httpx has no other way to say how to connect.
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls,
            max_connections=1,
            max_keepalive_connections=0,
            network_backend=backend,
        )


class _Pinned(httpcore.NetworkBackend):
    """Connects to a target's addresses, one after the other, in the name of its place alone."""

    def __init__(self, target: Target, connect_seconds: float, end: float, clock: Callable[[], float]) -> None:
        self._target, self._connect_seconds, self._end, self._clock = target, connect_seconds, end, clock
        self._sockets = httpcore.SyncBackend()

    def left(self, timeout: float | None) -> float:
        """The seconds that may be waited, at most `timeout`. Raises ReadTimeout where none is left."""
        left = self._end - self._clock()
        if left <= 0:
            raise httpcore.ReadTimeout("the time for all of it is over")
        return left if timeout is None else min(left, timeout)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the time for all addresses together is known here
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first address that takes one. Raises httpcore's ConnectError and ConnectTimeout."""
        if (host, port) != (self._target.place.host, self._target.place.port):
            raise httpcore.ConnectError(f"{host}:{port} is not the place that was looked up")
        fault: Exception = httpcore.ConnectError("no address")
        end = min(self._end, self._clock() + self._connect_seconds)
        for address in self._target.addresses:
            left = end - self._clock()
            if left <= 0:
                raise httpcore.ConnectTimeout("the time for connecting is over")
            try:
                made = self._sockets.connect_tcp(address, port, left, local_address, socket_options)
                return _Timed(made, self.left)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as refused:
                fault = refused
        raise fault


class _Timed(httpcore.NetworkStream):
    """A connection of which no wait lasts beyond the end of its time, so that a server that drips gains nothing."""

    def __init__(self, stream: httpcore.NetworkStream, left: Callable[[float | None], float]) -> None:
        self._stream, self._left = stream, left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """As the stream's."""
        return self._stream.read(max_bytes, self._left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """As the stream's."""
        self._stream.write(buffer, self._left(timeout))

    def close(self) -> None:
        """As the stream's."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """As the stream's."""
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, self._left(timeout)), self._left)

    def get_extra_info(self, info: str) -> Any:
        """As the stream's."""
        return self._stream.get_extra_info(info)
