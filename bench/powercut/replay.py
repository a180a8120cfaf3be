"""From the log of `bench.powercut.record`, what a disk may hold after the power went.

Of each file: all that was done up to the beginning of its last finished sync, and of what came later any part: each
sector of each write by itself, torn in the middle too; each truncation. A file that was never synced may be missing,
and a deleted one be back until its folder is synced. A write never harms bytes beside it, as SQLite expects of a disk
(sqlite.org/psow.html).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from bench.powercut.record import DELETE, HEADER, SYNC, SYNC_FOLDER, TRUNCATE, WRITE

_SHARED_MEMORY = "-shm"  # the index of a write-ahead log: never written to disk on purpose
_LOGS = ("-wal", "-journal")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing done to a file. `end` is how long the log was with it.

    `number` is the offset of a write, the size after a truncation, how long the log was when a sync began, or 1 where
    the folder was synced as part of a deletion.
    """

    what: int
    name: str
    number: int
    data: bytes
    end: int

    @property
    def in_checkpoint(self) -> bool:
        """Whether it writes to the database file itself."""
        return self.what == WRITE and not self.name.endswith(_LOGS)


@dataclass(frozen=True, slots=True)
class Cut:
    """When the power goes (a length of the log), and what becomes of what was not synced by then.

    Each piece of at most `sector` bytes reaches the disk with the probability `kept`.
    """

    moment: int
    kept: float
    sector: int


@dataclass(slots=True)
class Losses:
    """How many un-synced pieces reached the disk, or did not; and whether some of them were of a checkpoint."""

    kept: int = 0
    lost: int = 0
    in_checkpoint: bool = False


def read(log: Path) -> list[Step]:
    """The steps of a log. One that was cut off at its end does not count."""
    held = log.read_bytes()
    steps = []
    at = 0
    while at + HEADER.size <= len(held):
        what, name_size, number, size = HEADER.unpack_from(held, at)
        name_at = at + HEADER.size
        data_at = name_at + name_size
        at = data_at + size
        if at > len(held):
            break
        steps.append(Step(what, held[name_at:data_at].decode(), number, held[data_at:at], at))
    return steps


def image(steps: Sequence[Step], before: Path, after: Path, cut: Cut, rng: Random) -> Losses:
    """Makes the folder `after`: what the disk holds after the cut, when it held the folder `before` at first."""
    after.mkdir(parents=True)
    losses = Losses()
    by_name: dict[str, list[Step]] = {path.name: [] for path in sorted(before.iterdir()) if path.is_file()}
    folder_safe = 0
    for step in steps:
        if step.end > cut.moment:
            break
        if step.what == SYNC_FOLDER:
            folder_safe = max(folder_safe, step.number)
        else:
            by_name.setdefault(step.name, []).append(step)
    for name, done in by_name.items():
        if name.endswith(_SHARED_MEMORY):
            continue
        if not done:
            shutil.copy(before / name, after / name)
            continue
        held = _survives(before / name, done, folder_safe, cut, rng, losses)
        if held is not None:
            (after / name).write_bytes(held)
    return losses


def _survives(
    before: Path, done: Sequence[Step], folder_safe: int, cut: Cut, rng: Random, losses: Losses
) -> bytearray | None:
    """A file's content after the cut; None where it is missing."""
    held = bytearray(before.read_bytes()) if before.exists() else None
    deleted = (step.end for step in done if step.what == DELETE and (step.number or step.end <= folder_safe))
    safe = max([0, *deleted, *(step.number for step in done if step.what == SYNC)])
    for step in done:
        if step.end <= safe:
            held = _apply(held, step)
    pending = [step for step in done if step.end > safe and step.what != SYNC]
    losses.in_checkpoint |= any(step.in_checkpoint for step in pending)
    if held is None and rng.random() >= cut.kept:
        losses.lost += len(pending)
        return None
    for step in pending:
        for piece in _pieces(step, cut.sector):
            if rng.random() < cut.kept:
                losses.kept += 1
                held = _apply(held, piece)
                continue
            losses.lost += 1
            if piece.what == DELETE:
                # The old file is still there, so nothing of what was later done to a new one of its name is.
                return held
            if piece.what == WRITE and rng.random() < cut.kept:
                torn = piece.data[: rng.randrange(len(piece.data))]
                held = _apply(held, Step(WRITE, piece.name, piece.number, torn, piece.end))
    return held


def _pieces(step: Step, sector: int) -> Iterator[Step]:
    """A write by sectors of the file; other steps whole."""
    if step.what != WRITE:
        yield step
        return
    at, end = step.number, step.number + len(step.data)
    while at < end:
        upto = min(end, (at // sector + 1) * sector)
        yield Step(WRITE, step.name, at, step.data[at - step.number : upto - step.number], step.end)
        at = upto


def _apply(held: bytearray | None, step: Step) -> bytearray | None:
    if step.what == DELETE:
        return None
    held = bytearray() if held is None else held
    if step.what == WRITE and step.data:
        if len(held) < step.number:
            held.extend(bytes(step.number - len(held)))
        held[step.number : step.number + len(step.data)] = step.data
    elif step.what == TRUNCATE:
        del held[step.number :]
        held.extend(bytes(step.number - len(held)))
    return held
