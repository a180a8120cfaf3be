"""Where a bulk import takes its articles from: files of NDJSON, files of one article each, and standard input.

Each is read piece by piece, from wherever an interrupted import had come to.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from claimtrail.sources import SUFFIXES, SourceError, complete, form_of, parse

ERRORS = ".errors.ndjson"
# No more of one article is read: the service takes no larger batch.
MOST_BYTES = 19_000_000
_MARK_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Record:
    """One article: where it stands, `end` as the position behind it, and its submission, or why it is none."""

    place: Mapping[str, Any]
    end: int
    submission: dict[str, Any] | None
    fault: str | None = None


class Origin(Protocol):
    """What articles are read from. `name` is unique, `size` the last position in `unit`s, None where it is unknown."""

    name: str
    errors: Path
    unit: str
    resumable: bool

    @property
    def size(self) -> int | None:
        """The position at its end. Raises OSError."""

    def records(self, at: int, seen: int) -> Iterator[Record]:
        """The articles from a position on, before which there were so many lines. Raises OSError."""

    def mark(self, at: int) -> str:
        """What tells whether all before a position is as it was. Raises OSError."""


class Lines:
    """A file of NDJSON. Positions are bytes."""

    unit = "B"
    resumable = True

    def __init__(self, path: Path, defaults: Mapping[str, str | None]) -> None:
        self.path = path
        self.name = str(path)
        self.errors = path.with_name(path.name + ERRORS)
        self._defaults = defaults

    @property
    def size(self) -> int | None:
        """Its length."""
        return self.path.stat().st_size

    def records(self, at: int, seen: int) -> Iterator[Record]:
        """The lines that hold something."""
        with self.path.open("rb") as file:
            file.seek(at)
            yield from _lines(file, self.path.name, at, seen, self._defaults)

    def mark(self, at: int) -> str:
        """Of the last bytes before a position, as reading all of it again would take long."""
        with self.path.open("rb") as file:
            file.seek(max(0, at - _MARK_BYTES))
            return hashlib.sha256(file.read(at - max(0, at - _MARK_BYTES))).hexdigest()


class Stdin:
    """NDJSON on standard input, which cannot be gone on with."""

    name = "stdin"
    unit = "B"
    resumable = False
    size = None
    errors = Path("stdin" + ERRORS)

    def __init__(self, defaults: Mapping[str, str | None]) -> None:
        self._defaults = defaults

    def records(self, at: int, seen: int) -> Iterator[Record]:
        """The lines that hold something."""
        yield from _lines(sys.stdin.buffer, self.name, at, seen, self._defaults)

    def mark(self, at: int) -> str:
        """Nothing: what was read is gone."""
        del at
        return ""


class Files:
    """Files of one article each. Positions are numbers of files."""

    unit = "file"
    resumable = True

    def __init__(
        self, name: str, files: Sequence[Path], base: Path, errors: Path, defaults: Mapping[str, str | None]
    ) -> None:
        self.name = name
        self.errors = errors
        self._files = files
        self._base = base
        self._defaults = defaults

    @property
    def size(self) -> int | None:
        """How many there are."""
        return len(self._files)

    def records(self, at: int, seen: int) -> Iterator[Record]:
        """One article a file; in its address the file's place below the folder that all of them share."""
        del seen
        for number, path in enumerate(self._files[at:], at + 1):
            step = os.path.relpath(path, self._base)
            place = {"file": step}
            try:
                if path.stat().st_size > MOST_BYTES:
                    raise SourceError(f"larger than {MOST_BYTES:,} bytes")
                content = path.read_bytes().decode("utf-8-sig")
                form = form_of(path)
                told = parse(step, content) if form == "json" else {form: content}
                found = complete(str(path), told, self._defaults, step=step, addresses=True)
                yield Record(place, number, found.submission)
            except UnicodeDecodeError:
                yield Record(place, number, None, "not UTF-8 text; convert it first, for example with iconv")
            except (OSError, SourceError) as error:
                why = error.strerror if isinstance(error, OSError) else str(error)
                yield Record(place, number, None, why)

    def mark(self, at: int) -> str:
        """Of the names before a position."""
        names = b"\0".join(os.fsencode(path) for path in self._files[:at])
        return hashlib.sha256(names).hexdigest()


def origins(paths: Sequence[str], defaults: Mapping[str, str | None]) -> list[Origin]:
    """What these paths name: each file of NDJSON by itself, the other files of a folder together, and together those
    that are named one by one. Raises SourceError for a path that is missing, or a folder without such files."""
    found: list[Origin] = []
    single: list[Path] = []
    for path in paths:
        file = Path(path)
        if path == "-":
            found.append(Stdin(defaults))
        elif file.is_dir():
            found += _folder(file.resolve(), defaults)
        elif not file.is_file():
            raise SourceError(f"{path}: there is no such file or folder")
        elif form_of(file) == "ndjson":
            found.append(Lines(file.resolve(), defaults))
        else:
            single.append(file.resolve())
    if single:
        base = Path(os.path.commonpath([file.parent for file in single]))
        name = str(single[0]) if len(single) == 1 else f"{len(single)} files in {base}"
        errors = single[0].with_name(single[0].name + ERRORS) if len(single) == 1 else base / f"import{ERRORS}"
        found.append(Files(name, single, base, errors, defaults))
    return found


def _folder(folder: Path, defaults: Mapping[str, str | None]) -> Iterator[Origin]:
    files = sorted(f for f in folder.rglob("*") if f.suffix.lower() in SUFFIXES and f.is_file())
    files = [file for file in files if not file.name.endswith(ERRORS)]
    if not files:
        raise SourceError(f"{folder}: no article files in this folder (looked for {', '.join(SUFFIXES)})")
    plain = [file for file in files if form_of(file) != "ndjson"]
    if plain:
        yield Files(str(folder), plain, folder, folder.with_name(folder.name + ERRORS), defaults)
    for file in files:
        if form_of(file) == "ndjson":
            yield Lines(file, defaults)


def _lines(file: BinaryIO, name: str, at: int, seen: int, defaults: Mapping[str, str | None]) -> Iterator[Record]:
    number = seen
    while line := file.readline(MOST_BYTES):
        number += 1
        at += len(line)
        place = {"line": number}
        if not line.endswith(b"\n") and len(line) == MOST_BYTES:
            while (rest := file.readline(MOST_BYTES)) and not rest.endswith(b"\n"):
                at += len(rest)
            at += len(rest)
            yield Record(place, at, None, f"the line is longer than {MOST_BYTES:,} bytes")
            continue
        bare = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        if not bare.strip():
            continue
        try:
            told = parse(f"line {number}", bare.decode())
            yield Record(place, at, complete(f"{name}:{number}", told, defaults, addresses=True).submission)
        except UnicodeDecodeError:
            yield Record(place, at, None, "not UTF-8 text; convert it first, for example with iconv")
        except SourceError as error:
            yield Record(place, at, None, str(error))
