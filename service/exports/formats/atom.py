"""Atom (RFC 4287): the newest claims, for feed readers."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from service.exports.contract import Batch, Format, Frame
from service.exports.feeds import NAME, TITLE, feed_id, lines
from service.exports.words import for_xml, headline, web_address
from store.claims import ClaimView

_ATOM = "http://www.w3.org/2005/Atom"
_MEDIA_TYPE = "application/atom+xml"


def _write(batches: Iterable[Batch], frame: Frame) -> Iterator[bytes]:
    out = io.BytesIO()
    with etree.xmlfile(out, encoding="utf-8") as file:
        file.write_declaration()
        with file.element(_named("feed"), nsmap={None: _ATOM}):
            _head(file, frame)
            for batch in batches:
                for claim in batch.claims:
                    _entry(file, claim, frame)
                file.flush()
                yield _drained(out)
    yield _drained(out)


def _drained(out: io.BytesIO) -> bytes:
    held = out.getvalue()
    out.seek(0)
    out.truncate()
    return held


def _head(file: Any, frame: Frame) -> None:
    _put(file, "id", feed_id(frame))
    _put(file, "title", TITLE)
    _put(file, "updated", _moment(frame.updated))
    _put_author(file, NAME)
    _put(file, "generator", NAME)
    _put(file, "link", rel="self", type=_MEDIA_TYPE, href=frame.address)
    if frame.following:
        _put(file, "link", rel="next", type=_MEDIA_TYPE, href=frame.following)


def _entry(file: Any, claim: ClaimView, frame: Frame) -> None:
    own = f"{frame.root}/v1/claims/{claim.id}"
    with file.element(_named("entry")):
        _put(file, "id", uuid.UUID(claim.id).urn)
        _put(file, "title", headline(claim))
        _put(file, "updated", _moment(claim.updated_at))
        _put(file, "published", _moment(claim.created_at))
        if said := claim.speaker or claim.publisher:
            _put_author(file, said)
        _put(file, "link", rel="alternate", href=web_address(claim.deep_link) or own)
        _put(file, "link", rel="related", type="application/json", href=own)
        for term in (claim.kind, claim.status):
            _put(file, "category", term=term)
        # As text, in which no reader looks for markup.
        _put(file, "content", lines(claim), type="text")


def _put_author(file: Any, name: str) -> None:
    with file.element(_named("author")):
        _put(file, "name", name)


def _put(file: Any, name: str, text: str = "", **attributes: str) -> None:
    with file.element(_named(name), {key: for_xml(value) for key, value in attributes.items()}):
        file.write(for_xml(text))


def _named(name: str) -> str:
    return f"{{{_ATOM}}}{name}"


def _moment(moment: datetime | None) -> str:
    return (moment or datetime(1970, 1, 1, tzinfo=UTC)).isoformat()


FORMAT = Format(
    suffix="atom",
    name="Atom",
    media_type=_MEDIA_TYPE,
    parameters="; charset=utf-8",
    write=_write,
    title="an Atom feed",
    told="The newest claims as an Atom feed (RFC 4287). `ETag` spares a client what it has already; the link `next` "
    "leads on to older claims",
    feed=True,
    order=50,
)
