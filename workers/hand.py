"""What a work-horse has in its hand, in memory that it shares with its parent and that outlives it."""

from __future__ import annotations

import mmap
from enum import IntEnum

SLOTS = 16
_TOKEN = 36
# The head: whether to stop, the note, the slot being read (from 1).
_STOPPING, _NOTE, _PLACE, _HEAD = 0, 1, 2, 4


class Note(IntEnum):
    """Why a work-horse let go of what it still held, where its end alone does not tell."""

    NONE = 0
    OUT_OF_MEMORY = 1
    NO_DATABASE = 2
    OVERDUE = 3


class Hand:
    """Up to 16 tokens, which of them is being read, and a word each way. Written by one process at a time.

    A token is written here before the job is taken, so that none is held that the parent does not know of. The
    parent may read one half written; no job has such a token, so nothing comes of it.
    """

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, _HEAD + SLOTS * _TOKEN)

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
                if self._memory[_PLACE] == slot + 1:
                    self._memory[_PLACE] = 0
                self._write(slot, b"")

    def begin(self, token: str) -> None:
        """Notes that the job of this token, held already, is being read from now on."""
        self._memory[_PLACE] = 1 + next(slot for slot in range(SLOTS) if self._token(slot) == token)

    @property
    def held(self) -> list[str]:
        """The tokens held, oldest first."""
        return [token for slot in range(SLOTS) if (token := self._token(slot))]

    @property
    def current(self) -> str | None:
        """The token of the job that is being read now."""
        place = self._memory[_PLACE]
        return self._token(place - 1) or None if place else None

    @property
    def note(self) -> Note:
        """Why the rest was let go."""
        return Note(self._memory[_NOTE])

    @note.setter
    def note(self, value: Note) -> None:
        self._memory[_NOTE] = value

    @property
    def stopping(self) -> bool:
        """Whether the work-horse is asked to read no further article."""
        return bool(self._memory[_STOPPING])

    @stopping.setter
    def stopping(self, value: bool) -> None:
        self._memory[_STOPPING] = value

    def _token(self, slot: int) -> str:
        at = _HEAD + slot * _TOKEN
        return self._memory[at : at + _TOKEN].rstrip(b"\0").decode("ascii", "replace")

    def _write(self, slot: int, token: bytes) -> None:
        at = _HEAD + slot * _TOKEN
        self._memory[at : at + _TOKEN] = token.ljust(_TOKEN, b"\0")
