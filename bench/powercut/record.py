"""Writes down what a process does to its SQLite files, below SQLite and above the operating system.

SQLite reaches files through a table of functions (a VFS: sqlite.org/vfs.html). Here the usual table is copied and made
the default; the functions that change a file are replaced by ones that do the same and then append to a log what was
done. Nothing of SQLite or of the program under test is changed. `bench.powercut.replay` makes of the log what a disk
might hold after the power went.

The log counts cautiously: a write is in it once it is done, and a sync tells from where in the log it began, so that
what another thread did meanwhile does not pass for synced.
"""

from __future__ import annotations

import ctypes
import os
import sqlite3
import struct
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

WRITE, TRUNCATE, SYNC, DELETE, SYNC_FOLDER = 1, 2, 3, 4, 5
HEADER = struct.Struct("<BHqI")  # what was done, length of the file's name, a number, length of the data

_SQLITE_IOERR = 10
_OPEN_MAIN_DB, _OPEN_MAIN_JOURNAL, _OPEN_SUPER_JOURNAL, _OPEN_WAL = 0x100, 0x800, 0x4000, 0x80000
_LASTING = _OPEN_MAIN_DB | _OPEN_MAIN_JOURNAL | _OPEN_SUPER_JOURNAL | _OPEN_WAL

_p, _int, _int64 = ctypes.c_void_p, ctypes.c_int, ctypes.c_int64
_Open = ctypes.CFUNCTYPE(_int, _p, _p, _p, _int, _p)
_Delete = ctypes.CFUNCTYPE(_int, _p, _p, _int)
_Write = ctypes.CFUNCTYPE(_int, _p, _p, _int, _int64)
_Truncate = ctypes.CFUNCTYPE(_int, _p, _int64)
_Sync = ctypes.CFUNCTYPE(_int, _p, _int)
_OpenFolder = ctypes.CFUNCTYPE(_int, _p, _p)
_SetCall = ctypes.CFUNCTYPE(_int, _p, ctypes.c_char_p, _p)
_GetCall = ctypes.CFUNCTYPE(_p, _p, ctypes.c_char_p)
_OPEN_FOLDER = b"openDirectory"


_VFS_VERSION = 3  # which the unix VFS has been since SQLite 3.7.6


class _Vfs(ctypes.Structure):
    _fields_ = (
        ("version", _int),
        ("file_size", _int),
        ("longest_path", _int),
        ("following", _p),
        ("name", ctypes.c_char_p),
        ("data", _p),
        ("open", _p),
        ("delete", _p),
        ("others", _p * 11),
        ("set_call", _p),
        ("get_call", _p),
        ("next_call", _p),
    )


class _Methods(ctypes.Structure):
    _fields_ = (
        ("version", _int),
        ("close", _p),
        ("read", _p),
        ("write", _p),
        ("truncate", _p),
        ("sync", _p),
        ("others", _p * 13),
    )


class CannotRecordError(Exception):
    """The SQLite that Python uses is out of reach here: linked in without its names, say."""


def start(folder: Path, log: Path) -> None:
    """Records from now on, for the rest of the process and for what it forks, each change to SQLite files in `folder`.

    To be called before the first connection is opened. Raises CannotRecordError.
    """
    for library in filter(None, map(_library, _places())):
        recorder = _Recorder(library, folder.resolve(), log)
        _kept.append(recorder)
        recorder.register()
        if recorder.takes_hold():
            return
    raise CannotRecordError("Python's sqlite3 does not use an SQLite library that can be reached from outside.")


# A library in which one of these is registered may call its functions for as long as the process lives.
_kept: list[_Recorder] = []


def _places() -> list[str | None]:
    """Where Python's SQLite may be: in a library of its own, in the program itself, or in the extension module."""
    try:
        lines = Path("/proc/self/maps").read_text("utf-8", "replace").splitlines()
    except OSError:
        lines = []
    mapped = sorted({line.split(maxsplit=5)[-1] for line in lines})
    libraries = [path for path in mapped if "libsqlite3" in Path(path).name]
    return [*libraries, None, *(path for path in mapped if Path(path).name.startswith("_sqlite3."))]


def _library(place: str | None) -> ctypes.CDLL | None:
    """The library at that place, if it holds SQLite."""
    try:
        library = ctypes.CDLL(place)
        library.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
        library.sqlite3_vfs_find.argtypes = (ctypes.c_char_p,)
        library.sqlite3_vfs_register.argtypes = (ctypes.POINTER(_Vfs), _int)
        usual = library.sqlite3_vfs_find(None)
    except (OSError, AttributeError):
        return None
    return library if usual and usual.contents.version >= _VFS_VERSION else None


class _Recorder:
    def __init__(self, library: ctypes.CDLL, folder: Path, log: Path) -> None:
        self._library = library
        self._folders = {os.fsencode(folder)}
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        self._names: dict[int, bytes] = {}
        self._tables: dict[int, _Methods] = {}
        self._usual = library.sqlite3_vfs_find(None)
        usual = self._usual.contents
        self._open, self._delete = _Open(usual.open), _Delete(usual.delete)
        self._set_call = _SetCall(usual.set_call)
        # SQLite opens a folder for one purpose only: to sync it, after it made or deleted a file.
        self._open_folder = _OpenFolder(_GetCall(usual.get_call)(self._usual, _OPEN_FOLDER))
        self._folder_opened = threading.local()
        self._folder_seen = False
        self._callbacks: list[Any] = [
            _Open(self._opened),
            _Delete(self._deleted),
            _OpenFolder(self._opened_folder),
        ]
        self._vfs = _Vfs()
        ctypes.memmove(ctypes.byref(self._vfs), self._usual, ctypes.sizeof(_Vfs))
        self._vfs.name = b"recording"
        self._vfs.open, self._vfs.delete = (ctypes.cast(made, _p).value for made in self._callbacks[:2])

    def register(self) -> None:
        self._library.sqlite3_vfs_register(ctypes.byref(self._vfs), 1)
        self._set_call(self._usual, _OPEN_FOLDER, self._callbacks[2])

    def takes_hold(self) -> bool:
        """Whether what Python's sqlite3 writes comes by here."""
        with tempfile.TemporaryDirectory() as folder:
            here = os.fsencode(Path(folder).resolve())
            self._folders.add(here)
            connection = sqlite3.connect(Path(folder) / "probe.sqlite3")
            connection.execute("create table probe (x)")
            connection.close()
            self._folders.discard(here)
            held = self._log_size() > 0 and self._folder_seen
        os.ftruncate(self._log, 0)
        return held

    def _log_size(self) -> int:
        return os.fstat(self._log).st_size

    def _folder_was_opened(self) -> bool:
        """Whether it was in this thread, since the last call."""
        was: bool = getattr(self._folder_opened, "yes", False)
        self._folder_opened.yes = False
        return was

    def _opened_folder(self, path: int, out: int) -> int:
        self._folder_opened.yes = self._folder_seen = True
        return int(self._open_folder(path, out))

    def _note(self, what: int, name: bytes, number: int, data: bytes = b"") -> int:
        """Appends to the log, in one go; SQLite's code for success, or for a disk that fails."""
        record = HEADER.pack(what, len(name), number, len(data)) + name + data
        try:
            return 0 if os.write(self._log, record) == len(record) else _SQLITE_IOERR
        except OSError:
            return _SQLITE_IOERR

    def _name(self, path: int) -> bytes | None:
        """The name of a file in the folder; None for others."""
        folder, name = os.path.split(ctypes.string_at(path))
        return name if folder in self._folders else None

    def _opened(self, _vfs: int, path: int | None, file: int, flags: int, out: int | None) -> int:
        code = int(self._open(self._usual, path, file, flags, out))
        if code == 0 and path and flags & _LASTING and (name := self._name(path)) is not None:
            self._names[file] = name
            methods = ctypes.cast(file, ctypes.POINTER(ctypes.POINTER(_Methods)))
            methods[0] = ctypes.pointer(self._recording(methods[0]))
        return code

    def _deleted(self, _vfs: int, path: int, lasting: int) -> int:
        self._folder_was_opened()
        code = int(self._delete(self._usual, path, lasting))
        if code or (name := self._name(path)) is None:
            return code
        return self._note(DELETE, name, int(self._folder_was_opened()))

    def _recording(self, usual: Any) -> _Methods:
        """The table of an open file's functions, with those replaced that change it: one for each usual table."""
        address = ctypes.cast(usual, _p).value or 0
        if address in self._tables:
            return self._tables[address]
        table = _Methods()
        ctypes.memmove(ctypes.byref(table), usual, ctypes.sizeof(_Methods))
        made = [
            _Write(self._writer(_Write(table.write))),
            _Truncate(self._truncater(_Truncate(table.truncate))),
            _Sync(self._syncer(_Sync(table.sync))),
        ]
        table.write, table.truncate, table.sync = (ctypes.cast(one, _p).value for one in made)
        self._callbacks += made
        self._tables[address] = table
        return table

    def _writer(self, usual: Callable[..., int]) -> Callable[[int, int, int, int], int]:
        def write(file: int, data: int, size: int, offset: int) -> int:
            code = usual(file, data, size, offset)
            return code or self._note(WRITE, self._names[file], offset, ctypes.string_at(data, size))

        return write

    def _truncater(self, usual: Callable[..., int]) -> Callable[[int, int], int]:
        def truncate(file: int, size: int) -> int:
            return usual(file, size) or self._note(TRUNCATE, self._names[file], size)

        return truncate

    def _syncer(self, usual: Callable[..., int]) -> Callable[[int, int], int]:
        def sync(file: int, flags: int) -> int:
            begun = self._log_size()
            self._folder_was_opened()
            code = usual(file, flags) or self._note(SYNC, self._names[file], begun)
            if code or not self._folder_was_opened():
                return code
            return self._note(SYNC_FOLDER, b"", begun)

        return sync
