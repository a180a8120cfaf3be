"""Files that appear whole or not at all, and stay after a power cut."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# What SQLite may have beside a database file.
WAL = "-wal"
SIDES = (WAL, "-shm", "-journal")


@contextmanager
def beside(target: Path) -> Iterator[Path]:
    """A new, empty file in the target's folder that only this user can read, gone after the block unless moved away.

    Raises OSError.
    """
    number, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    os.close(number)
    new = Path(name)
    try:
        yield new
    finally:
        for path in (new, *(Path(name + side) for side in SIDES)):
            path.unlink(missing_ok=True)


def publish(new: Path, target: Path, *, replace: bool) -> None:
    """Moves a file to its place, on the disk and for good. Raises FileExistsError unless it may `replace`."""
    sync(new)
    if replace:
        new.replace(target)
    else:
        keep_as(new, target)
        new.unlink(missing_ok=True)
    sync(target.parent)


def keep_as(path: Path, name: Path) -> None:
    """Gives a file a second name, or moves it there on a file system without such. Raises FileExistsError."""
    try:
        name.hardlink_to(path)
    except FileExistsError:
        raise
    except OSError:
        if name.exists():
            raise FileExistsError(f"there is a file {name} already") from None
        path.rename(name)


def sync(path: Path) -> None:
    """Has a file or folder written to the disk."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    except OSError:
        if not path.is_dir():  # some network file systems know no syncing of folders
            raise
    finally:
        os.close(number)
