"""What a work-horse has in its hand, in memory that it shares with its parent and that outlives it."""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from enum import IntEnum

SLOTS = 16
_TOKEN = 36
# stopping, note, the slot being read (from 1), padding; since when, on the clock that the reader goes by
_HEAD = struct.Struct("=BBB5xd")


class Note(IntEnum):
    """Why a work-horse let go of what it still held, where its end alone does not tell."""

    NONE = 0
    OUT_OF_MEMORY = 1
    NO_DATABASE = 2
    OVERDUE = 3


@dataclass(frozen=True, slots=True)
class Current:
    """The token of the job being read, and since when."""

    token: str
    since: float


class Hand:
    """Up to 16 tokens, which of them is being read, and a word each way. Written by one process at a time.

    A token is written here before the job is taken, so that none is held that the parent does not know of. The
    parent may read one half written; no job has such a token, so nothing comes of it.
    """

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, _HEAD.size + SLOTS * _TOKEN)

    def clear(self) -> None:
        """Forgets everything, but not a request to stop."""
        self._memory[1:] = bytes(len(self._memory) - 1)

    def pick_up(self, token: str) -> str:
        """Notes that a job of this token is held; returns the token. Raises OverflowError when the hand is full."""
        for slot in range(SLOTS):
            if not self._token(slot):
                self._write(slot, token.encode("ascii"))
                return token
        raise OverflowError("the hand is full")

    def put_down(self, token: str) -> None:
        """Forgets a token, and that it was being read."""
        for slot in range(SLOTS):
            if self._token(slot) == token:
                if self._memory[2] == slot + 1:
                    self._memory[2] = 0
                self._write(slot, b"")

    def begin(self, token: str, now: float) -> None:
        """Notes that the job of this token, held already, is being read from now on."""
        slot = next(slot for slot in range(SLOTS) if self._token(slot) == token)
        _HEAD.pack_into(self._memory, 0, self._memory[0], self._memory[1], slot + 1, now)

    @property
    def held(self) -> list[str]:
        """The tokens held, oldest first."""
        return [token for slot in range(SLOTS) if (token := self._token(slot))]

    @property
    def current(self) -> Current | None:
        """What is being read now."""
        _, _, place, since = _HEAD.unpack_from(self._memory)
        token = self._token(place - 1) if place else ""
        return Current(token, since) if token else None

    @property
    def note(self) -> Note:
        """Why the rest was let go."""
        return Note(self._memory[1])

    @note.setter
    def note(self, value: Note) -> None:
        self._memory[1] = value

    @property
    def stopping(self) -> bool:
        """Whether the work-horse is asked to read no further article."""
        return bool(self._memory[0])

    @stopping.setter
    def stopping(self, value: bool) -> None:
        self._memory[0] = value

    def _token(self, slot: int) -> str:
        at = _HEAD.size + slot * _TOKEN
        return self._memory[at : at + _TOKEN].rstrip(b"\0").decode("ascii", "replace")

    def _write(self, slot: int, token: bytes) -> None:
        at = _HEAD.size + slot * _TOKEN
        self._memory[at : at + _TOKEN] = token.ljust(_TOKEN, b"\0")
