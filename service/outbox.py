"""An answer on its way out: written by a thread as if to a socket, taken by the client at its own speed."""

from __future__ import annotations

import select
import socket
import time
from tempfile import SpooledTemporaryFile
from typing import NoReturn

from service.holding import IN_MEMORY, Budget, spool
from service.limits import Limits

# Of an answer that is made while it is sent, so much may wait.
DRAINED = 4 * 1024 * 1024
_LOOK_MS = 1000
_LIMITS = Limits()


class Outbox:
    """What gunicorn takes for the client's socket. What the client does not take is kept, and nothing here waits but
    `drain`.

    One thread at a time: the one that answers, then the loop. `sent` counts the bytes that have gone. Of what waits
    IN_MEMORY bytes are not taken from the budget, so that a short answer always has room.
    """

    def __init__(self, sock: socket.socket, budget: Budget) -> None:
        self._sock = sock
        self._budget = budget
        self._taken = 0
        self._fresh: list[bytes] = []
        self._fresh_bytes = 0
        self._file: SpooledTemporaryFile[bytes] | None = None
        self._read = self._written = 0
        self.sent = 0

    @property
    def left(self) -> int:
        """How many bytes wait."""
        return self._fresh_bytes + self._written - self._read

    def sendall(self, data: bytes) -> None:
        """Takes bytes for the client. OSError when there is no room, or the client is gone."""
        more = self.left + len(data) - IN_MEMORY - self._taken
        if more > 0:
            if not self._budget.take(more):
                raise BrokenPipeError("there is no room for the answer")
            self._taken += more
        self._fresh.append(data)
        self._fresh_bytes += len(data)
        if self._fresh_bytes >= IN_MEMORY:
            self.flush()

    def send(self, data: bytes) -> int:
        """sendall, as gunicorn calls it for short messages."""
        self.sendall(data)
        return len(data)

    def flush(self) -> None:
        """Sends what the client takes at once. OSError when it is gone."""
        try:
            self._flush()
        finally:
            self._give()

    def _flush(self) -> None:
        if self._file is None:
            data = b"".join(self._fresh)
            data = data[self._sent(data) :]
            self._fresh, self._fresh_bytes = ([data] if data else []), len(data)
            if len(data) < IN_MEMORY:
                return
            self._file, self._read, self._written = spool(), 0, 0
        self._file.seek(self._written)
        self._file.write(b"".join(self._fresh))
        self._written += self._fresh_bytes
        self._fresh, self._fresh_bytes = [], 0
        while self._read < self._written:
            self._file.seek(self._read)
            part = self._file.read(IN_MEMORY)
            sent = self._sent(part)
            self._read += sent
            if sent < len(part):
                return
        self._file.close()
        self._file, self._read, self._written = None, 0, 0

    def drain(self, most: int = DRAINED) -> None:
        """Waits until no more than `most` bytes are left, as is fit for an answer that is made while it is sent.

        OSError when the client is gone, or takes less than service.limits asks of it.
        """
        if self.left <= most:
            return
        ready = select.poll()
        ready.register(self._sock, select.POLLOUT)
        began, sent_before = time.monotonic(), self.sent
        self.flush()
        while self.left > most:
            moved = (self.sent - sent_before) / _LIMITS.bytes_per_second
            if time.monotonic() > began + _LIMITS.answer_seconds + moved:
                raise BrokenPipeError("the client takes too little")
            ready.poll(_LOOK_MS)
            self.flush()

    def _sent(self, data: bytes) -> int:
        done = 0
        view = memoryview(data)
        try:
            while done < len(data):
                done += self._sock.send(view[done:])
        except BlockingIOError:
            pass
        finally:
            self.sent += done
        return done

    def _give(self) -> None:
        """Gives back what is no longer needed."""
        needed = max(0, self.left - IN_MEMORY)
        if self._taken > needed:
            self._budget.give(self._taken - needed)
            self._taken = needed

    def close(self) -> None:
        """Forgets what waits."""
        self._budget.give(self._taken)
        self._taken = 0
        if self._file is not None:
            self._file.close()
        self._file, self._read, self._written = None, 0, 0
        self._fresh, self._fresh_bytes = [], 0

    def shutdown(self, _how: int) -> NoReturn:
        """Not for those who write: the loop ends the connection."""
        raise OSError("the loop ends connections")
