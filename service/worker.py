"""gunicorn's threaded worker, with problems instead of pages for what never reaches the app."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
from typing import Any

from gunicorn.http import errors  # type: ignore[import-untyped]
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

from service.problems import MEDIA_TYPE, title_of
from store.ids import new_id

# A client that sends or takes nothing for so many seconds is gone: a struct timeval of seconds and microseconds.
_PATIENCE = struct.pack("@ll", 20, 0)
_STATUSES: tuple[tuple[type[Exception], int], ...] = (
    (errors.LimitRequestLine, 414),
    (errors.LimitRequestHeaders, 431),
    (errors.ExpectationFailed, 417),
    (errors.UnsupportedTransferCoding, 501),
    (errors.ParseException, 400),
)


class Worker(ThreadWorker):  # type: ignore[misc]
    """Answers requests that cannot be parsed as problems, and waits for none that has stopped halfway."""

    def handle(self, conn: Any) -> Any:
        """Serves what comes on a connection, on which every read and write has its time."""
        for direction in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            conn.sock.setsockopt(socket.SOL_SOCKET, direction, _PATIENCE)
        return super().handle(conn)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:
        """Tells a client of a request that was none."""
        status = next((status for kind, status in _STATUSES if isinstance(exc, kind)), 500)
        if status == 500:
            super().handle_error(req, client, addr, exc)
            return
        number = new_id()
        self.log.warning("request %s cannot be read: %s", number, type(exc).__name__)
        title = title_of(status)
        problem = {
            "type": "about:blank",
            "title": title,
            "status": status,
            "detail": self._detail(status),
            "errors": [],
            "request_id": number,
        }
        body = json.dumps(problem).encode()
        head = (
            f"HTTP/1.1 {status} {title}\r\nConnection: close\r\nContent-Type: {MEDIA_TYPE}\r\n"
            f"Content-Length: {len(body)}\r\nX-Request-ID: {number}\r\n\r\n"
        )
        with contextlib.suppress(OSError):
            client.sendall(head.encode("ascii") + body)

    def _detail(self, status: int) -> str:
        if status == 414:
            return f"The request line is longer than the {self.cfg.limit_request_line:,} bytes that are taken."
        if status == 431:
            fields, size = self.cfg.limit_request_fields, self.cfg.limit_request_field_size
            return f"There are more than {fields} header fields, or one of more than {size:,} bytes."
        return "The request line or the headers cannot be taken."
