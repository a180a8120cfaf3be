"""Sources as they were received: what a revision was made of, so that a claim can be proved after its page changed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from store.ids import is_id
from store.source_tables import Source
from store.tables import Claim, Revision


@dataclass(frozen=True, slots=True)
class SourceView:
    """Whether a source is `text` or `html`, and the SHA-256 of its bytes as received; when, where and with which answer
    it was fetched, None where it was sent."""

    form: str
    sha256: str
    fetched_at: datetime | None
    url: str | None
    status: int | None
    headers: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A source with its bytes, None where its page is not kept."""

    source: SourceView
    body: bytes | None


@dataclass(frozen=True, slots=True)
class Proof:
    """A claim's words and their place, beside the text that they were found in and what that was made of.

    `kept` is None for a revision without a source, of which a page was never fetched.
    """

    claim_id: str
    article_id: str
    revision: int
    quote: str
    start: int
    end: int
    text: str
    kept: Kept | None


def sha256(body: bytes) -> str:
    """The hash by which a source is known, in hexadecimal digits."""
    return hashlib.sha256(body).hexdigest()


def view(row: Source) -> SourceView:
    """The view of a loaded row."""
    return SourceView(row.form, row.sha256, row.fetched_at, row.url, row.status, row.headers)


def add(s: Session, article_id: str, revision: int, *, text: str | None, html: str | None) -> Source:
    """Notes what a revision is made of, as it was sent; returns the row, of which a fetched one has more to tell."""
    form, content = ("html", html or "") if text is None else ("text", text)
    row = Source(article_id=article_id, revision=revision, form=form, sha256=sha256(content.encode()))
    s.add(row)
    s.flush()
    return row


def forget_page(s: Session, revision: Revision) -> None:
    """Deletes a page whose text has been read; its hash stays."""
    if revision.text is None:
        return
    source = s.get(Source, (revision.article_id, revision.number))
    if source is not None and source.form == "html":
        revision.html = source.body = None


def kept(s: Session, article_id: str, revision: int) -> Kept | None:
    """The source of a revision. None where there is no such revision, or its page was not fetched yet."""
    if not is_id(article_id):
        return None
    row = s.get(Source, (article_id, revision), options=[undefer(Source.body)])
    if row is None:
        return None
    if row.body is not None:
        return Kept(view(row), row.body)
    column = Revision.html if row.form == "html" else Revision.text
    body = s.scalar(select(column).where(Revision.article_id == article_id, Revision.number == revision))
    return Kept(view(row), None if body is None else body.encode())


def proof(s: Session, claim_id: str) -> Proof | None:
    """What proves a claim. None for an unknown one."""
    if not is_id(claim_id):
        return None
    found = s.scalar(select(Claim).where(Claim.id == claim_id))
    if found is None:
        return None
    text = s.scalar(
        select(Revision.text).where(Revision.article_id == found.article_id, Revision.number == found.revision)
    )
    return Proof(
        claim_id=found.id,
        article_id=found.article_id,
        revision=found.revision,
        quote=found.quote,
        start=found.start,
        end=found.end,
        text=text or "",
        kept=kept(s, found.article_id, found.revision),
    )
