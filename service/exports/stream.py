"""Claims for an export, page by page: each page is a reading of its own, so that no client holds a transaction."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from datetime import datetime

import structlog

import logs
from service.exports.contract import Batch, Format
from store import claims, reviews
from store.claims import ClaimFilter
from store.database import Database

PAGE = 200
# A claim may have many reviews.
_REVIEWED_PAGE = 50
_log = structlog.get_logger("claimtrail.api")


def batches(
    database: Database, filters: ClaimFilter, form: Format, *, most: int | None, until: datetime
) -> Iterator[Batch]:
    """All claims that pass the filters, at most `most` of them, each once. Raises Unavailable.

    Claims that come meanwhile are left out. By last change that means what changes after `until`: it would come again,
    and without end where claims change faster than they are read.
    """
    after = None
    left = most
    size = _REVIEWED_PAGE if form.reviewed else PAGE
    while left is None or left > 0:
        wanted = size if left is None else min(size, left)
        with database.reading() as s:
            page = claims.page(s, filters, after=after, limit=wanted)
            told = reviews.published(s, "claim", [one.id for one in page.items]) if form.reviewed else {}
        found = page.items
        if filters.updated_since is not None:
            found = [one for one in found if one.updated_at <= until]
        yield Batch(found, told)
        if page.next is None or len(found) < len(page.items):
            return
        after = page.next
        left = None if left is None else left - len(found)


class Pieces:
    """A file in pieces, for a server to send and to close."""

    def __init__(self, first: bytes, rest: Generator[bytes]) -> None:
        self._first: bytes | None = first
        self._rest = rest

    def __iter__(self) -> Pieces:
        return self

    def __next__(self) -> bytes:
        if self._first is None:
            return next(self._rest)
        first, self._first = self._first, None
        return first

    def close(self) -> None:
        """Ends it wherever it is."""
        self._rest.close()


def begun(pieces: Iterator[bytes], request_id: str, *, leave: Callable[[], None], pace: Callable[[], None]) -> Pieces:
    """The pieces, of which the first is made at once: what is amiss at the start is raised here.

    What breaks later ends the connection without its end, so that no client takes the part for the whole. `pace` waits
    for the client before each further piece; `leave` is called at the end, whichever it is.
    """
    rest = _guarded(pieces, request_id, leave, pace)
    return Pieces(next(rest, b""), rest)


def _guarded(
    pieces: Iterator[bytes], request_id: str, leave: Callable[[], None], pace: Callable[[], None]
) -> Generator[bytes]:
    sent = False
    try:
        for piece in pieces:
            yield piece
            sent = True
            pace()
    except OSError:
        if sent:
            _log.info("export not taken", request_id=request_id)
        raise
    except Exception as fault:
        if not sent:
            raise
        _log.error("export broke off", **logs.told(fault), request_id=request_id)
        # Of no other kind: the server ends the connection, and writes no traceback, which may hold words of articles.
        raise BrokenPipeError("the export broke off") from None
    finally:
        leave()
