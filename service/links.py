"""One client's connection as the loop keeps it."""

from __future__ import annotations

import socket
import struct
from typing import Any

from service.holding import Budget
from service.limits import Limits
from service.outbox import Outbox
from service.reception import Reception

# A struct linger: on, of no seconds.
_AT_ONCE = struct.pack("ii", 1, 0)
# How long the kernel keeps, of a connection that has ended here, what the client does not take.
_OF_THE_KERNEL = getattr(socket, "TCP_USER_TIMEOUT", None)


class Link:
    """A connection: what is coming in on it, what is going out, and until when that may take.

    `sock`, `client` and `server` are what gunicorn's handling of a request reads of a connection.
    """

    def __init__(self, raw: socket.socket, client: Any, answers: Budget, limits: Limits, *, due: float) -> None:
        raw.setblocking(False)
        if _OF_THE_KERNEL is not None:
            raw.setsockopt(socket.IPPROTO_TCP, _OF_THE_KERNEL, int(limits.answer_seconds * 1000))
        self.raw = raw
        self.sock = Outbox(raw, answers)
        self.client = client
        self.server = raw.getsockname()
        self.reception: Reception | None = None
        self.number = 0  # of the request on this connection
        self.began = 0.0  # when its head was there, or its answer
        self.sent_before = 0  # of earlier answers
        self.counted = 0  # what of its body the budget knows
        self.rest = b""  # what has come of the next one
        self.due = due
        self.events = 0  # what the loop listens for
        self.last = False  # whether the connection ends with the answer
        self.parting = False

    @property
    def size(self) -> int:
        """How much of the request's body is here."""
        return self.reception.held if self.reception is not None else 0

    def body_due(self, limits: Limits) -> float:
        """Until when the body has time, after what has come of it so far."""
        return self.began + limits.body_seconds + self.size / limits.bytes_per_second

    def answer_due(self, limits: Limits) -> float:
        """Until when the answer has time, after what the client has taken of it."""
        return self.began + limits.answer_seconds + (self.sock.sent - self.sent_before) / limits.bytes_per_second

    def cut(self) -> None:
        """Ends the connection so that nothing of it stays behind, whatever the client does."""
        try:
            self.raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        finally:
            self.raw.close()
