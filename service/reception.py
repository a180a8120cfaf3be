"""One request as it comes in, piece by piece, until a thread can answer it without waiting for the client.

Where a request begins and ends is decided once, by gunicorn's parser of heads; what that allows and is
ambiguous all the same is refused here. No socket is touched and no clock read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NoReturn
from urllib.parse import unquote

from gunicorn.asgi.parser import ParseError, PythonProtocol  # type: ignore[import-untyped]
from gunicorn.http import errors  # type: ignore[import-untyped]
from gunicorn.http.body import ChunkedReader  # type: ignore[import-untyped]
from gunicorn.http.message import Request  # type: ignore[import-untyped]
from gunicorn.http.unreader import IterUnreader  # type: ignore[import-untyped]
from werkzeug.exceptions import RequestEntityTooLarge

from service.holding import spool
from service.limits import Limits

_END = b"\r\n\r\n"
_DIGITS = re.compile(r"[0-9]{1,18}")
# How a request line can begin, and the size of a first chunk, as far as they have come: who speaks another language
# (TLS, most often), or sends a body that is not cut into chunks, would else wait for its time to run out.
_LINE = re.compile(rb"\r?\n?[!#-'*+.^_`|~0-9A-Z-]{0,20}(?: |\Z)")
_SIZE = re.compile(rb"[0-9A-Fa-f]{1,16}(?:[ \t;\r]|\Z)")
# To gunicorn's decoder of chunks, which wants a head before them. The request's own was read already.
_CHUNKS_FOLLOW = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
# What chunks may cost beyond their data: so many bytes, and a part of the data. Tiny ones are work without end.
_CHUNK_BYTES, _CHUNK_SHARE = 65_536, 16


class Refused(Exception):  # noqa: N818 - it says what happens to the request
    """What came is no request that can be taken: the status and the reason to tell, and the end of its connection."""

    def __init__(self, status: int, detail: str, cause: str) -> None:
        super().__init__(cause)
        self.status = status
        self.detail = detail
        self.cause = cause


class _TooLarge:
    """The body of a request whose body is larger than may be: whoever reads it learns so."""

    def read(self, _size: int = -1) -> NoReturn:
        raise RequestEntityTooLarge

    readline = read

    def __iter__(self) -> NoReturn:
        raise RequestEntityTooLarge


class Reception:
    """Takes one request in. `complete` says that it is there; then `request` is what gunicorn answers.

    A body above the measure is not waited for: the request is complete without it, its body raises
    RequestEntityTooLarge when it is read, and its connection ends with the answer.
    """

    def __init__(self, cfg: Any, client: Any, number: int, limits: Limits) -> None:
        self.request: Any = None
        self.complete = False
        self.held = 0  # bytes of the body
        self._cfg = cfg
        self._client = client
        self._number = number
        self._limits = limits
        self._head = bytearray()
        self._line_read = False
        self._body = spool()
        self._measure = 0
        self._wanted = 0
        self._take: Callable[[bytes], bytes] = self._take_head
        self._chunks: Any = None
        self._raw = 0

    @property
    def wants_continue(self) -> bool:
        """Whether the client waits for a 100 before it sends the body."""
        return bool(self.request is not None and not self.complete and self.request._expected_100_continue)

    def take(self, piece: bytes) -> bytes:
        """Takes the next piece in; gives back what of it belongs to the next request. Raises Refused, and OSError
        when the disk cannot hold the body."""
        rest = piece
        while rest and not self.complete:
            rest = self._take(rest)
        return rest

    def close(self) -> None:
        """Forgets the body."""
        self._body.close()

    def _take_head(self, piece: bytes) -> bytes:
        head = self._head
        before = len(head)
        head += piece
        end = head.find(_END, max(0, before - 3))
        if end < 0:
            self._look_at_part(before)
            return b""
        rest = bytes(head[end + len(_END) :])
        del head[end + len(_END) :]
        self._begin(self._parsed(bytes(head)))
        head.clear()
        return rest

    def _look_at_part(self, before: int) -> None:
        # What is wrong already is told at once; but a head that comes byte by byte is not read anew with each.
        head = self._head
        if not self._line_read and not _LINE.match(head[:24]):
            raise _refused(errors.InvalidRequestLine(""), self._cfg)
        new = bytes(head[max(0, before - 1) :])
        bare = new.count(b"\n") != new.count(b"\r\n")
        line_ends = not self._line_read and b"\n" in new and head.find(b"\n", 2) > 0
        most = self._limits.head_bytes if self._line_read else self._limits.line_bytes
        if not (bare or line_ends or len(head) > most):
            return
        try:
            self._parsed(bytes(head))
        except errors.NoMoreData:
            self._line_read = self._line_read or line_ends
        if len(head) > self._limits.head_bytes:
            raise _head_too_large(self._cfg)

    def _parsed(self, head: bytes) -> Any:
        line = head.find(b"\r\n", 2)
        if (line if line >= 0 else len(head)) > self._limits.line_bytes:
            most = self._limits.line_bytes
            raise Refused(414, f"The request line is longer than the {most:,} bytes that are taken.", "LongLine")
        try:
            request = Request(self._cfg, IterUnreader([head]), self._client, self._number)
        except errors.ParseException as fault:
            raise _refused(fault, self._cfg) from fault
        if len(head) > self._limits.head_bytes:
            raise _head_too_large(self._cfg)
        return request

    def _begin(self, request: Any) -> None:
        """Decides how the body is told from what follows it."""
        _check(request)
        self._measure = self._limits.body_of(unquote(request.path))
        self.request = request
        if isinstance(request.body.reader, ChunkedReader):
            self._chunks = PythonProtocol(on_body=self._keep)
            self._chunks.feed(_CHUNKS_FOLLOW)
            self._take = self._take_chunks
            return
        self._wanted = request.body.reader.length
        self._take = self._take_length
        if self._wanted > self._measure:
            self._cut()
        elif not self._wanted:
            self._end()

    def _take_length(self, piece: bytes) -> bytes:
        part, rest = piece[: self._wanted], piece[self._wanted :]
        self._keep(part)
        self._wanted -= len(part)
        if not self._wanted:
            self._end()
        return rest

    def _take_chunks(self, piece: bytes) -> bytes:
        if not self._raw and not _SIZE.match(piece[:20]):
            raise _no_chunks("InvalidChunkSize")
        self._raw += len(piece)
        try:
            self._chunks.feed(piece)
        except RequestEntityTooLarge:
            self._cut()
            return b""
        except ParseError as fault:
            raise _no_chunks(type(fault).__name__) from fault
        if self._raw - self.held > _CHUNK_BYTES + self.held // _CHUNK_SHARE:
            raise Refused(400, "The body comes in chunks that are too small; send larger ones.", "TinyChunks")
        if not self._chunks.is_complete:
            return b""
        rest: bytes = self._chunks.remaining()
        # From here on it is a request of known length, so that nobody has to ask again where its body ends.
        self.request.headers = [
            *((name, value) for name, value in self.request.headers if name != "TRANSFER-ENCODING"),
            ("CONTENT-LENGTH", str(self.held)),
        ]
        self._end()
        return rest

    def _keep(self, part: bytes) -> None:
        if self.held + len(part) > self._measure:
            raise RequestEntityTooLarge
        self._body.write(part)
        self.held += len(part)

    def _end(self) -> None:
        self._body.seek(0)
        self.request.body = self._body
        self._finish()

    def _cut(self) -> None:
        self.request.force_close()
        self.request.body = _TooLarge()
        self._finish()

    def _finish(self) -> None:
        # Too late for a 100, which gunicorn would send otherwise.
        self.request._expected_100_continue = False
        self.complete = True


def _check(request: Any) -> None:
    """Refuses what others between the client and here could read in another way."""
    if request.uri.startswith("//") or (not request.uri.startswith("/") and request.uri != "*"):
        raise Refused(400, "The request line names a path and nothing before it.", "AbsoluteTarget")
    if "#" in request.uri:
        raise Refused(400, "The request line has a fragment, which is the client's own.", "Fragment")
    names = [name for name, _ in request.headers]
    if request.version >= (1, 1) and "HOST" not in names:
        raise Refused(400, "A request of HTTP/1.1 has a Host header.", "NoHost")
    for name, value in request.headers:
        if name == "TRANSFER-ENCODING" and value.lower() != "chunked":
            raise Refused(400, "Of transfer codings, chunked alone is taken.", "TransferCoding")
        if name == "CONTENT-LENGTH" and not _DIGITS.fullmatch(value):
            raise Refused(400, "The Content-Length is no length.", "ContentLength")


def _no_chunks(cause: str) -> Refused:
    return Refused(400, "The body is said to come in chunks, but these are none.", cause)


def _head_too_large(cfg: Any) -> Refused:
    return _refused(errors.LimitRequestHeaders("head"), cfg)


def _refused(fault: Exception, cfg: Any) -> Refused:
    cause = type(fault).__name__
    if isinstance(fault, errors.LimitRequestHeaders):
        fields, size = cfg.limit_request_fields, cfg.limit_request_field_size
        detail = (
            f"There are more than {fields} header fields, one of more than {size:,} bytes, or too many bytes in all."
        )
        return Refused(431, detail, cause)
    if isinstance(fault, errors.ExpectationFailed):
        return Refused(417, "Of expectations, 100-continue alone is met.", cause)
    return Refused(400, "The request line or the headers cannot be taken.", cause)
