"""What becomes of an article whose page was fetched: its revision is filled, or a next one is there, or all is as it
was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import articles, leases, sources
from store.jobs import Taken
from store.source_tables import Source
from store.submissions import NOT_FETCHED, Submission
from store.tables import Article, Job, Revision


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a site sent. `url` is where it was found in the end, `body` what was received, uncompressed, and `content`
    the characters of that."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    content: str
    is_html: bool


def store(s: Session, taken: Taken, fetched: Fetched, *, now: datetime) -> int | None:
    """Stores the page that a job had to fetch; returns the number of the revision that the job is to read now.

    A page that is as it was is no new revision. None, with nothing written, when the token is no longer held. The job
    will not fetch again: what fails from now on is the reading.
    """
    job = leases.held(s, Job, taken.token)
    if job is None:
        return None
    locked = select(Article).where(Article.id == job.article_id).with_for_update()
    article = s.scalars(locked.execution_options(populate_existing=True)).one()
    revision = s.get_one(Revision, (job.article_id, job.revision))
    order, job.fetch = job.fetch, None
    page = {"html": fetched.content} if fetched.is_html else {"text": fetched.content}
    found = Submission.ordered(order or {}, text=page.get("text"), html=page.get("html"))
    if revision.content_hash == NOT_FETCHED:
        revision.content_hash, revision.text, revision.html = found.content_hash, found.text, found.html
        source = sources.add(s, article.id, revision.number, text=found.text, html=found.html)
        _tell(source, fetched, now)
    elif revision.content_hash == found.content_hash:
        source = s.get_one(Source, (article.id, revision.number))
        if source.fetched_at is None and source.sha256 == sources.sha256(fetched.body):
            _tell(source, fetched, now)
    elif article.job_id == job.id and article.revision == revision.number:
        # Else somebody has sent a newer revision meanwhile, which stays the newest.
        article.revision += 1
        article.url, article.updated_at = found.url, now
        articles.add_revision(s, article, found, now)
        _tell(s.get_one(Source, (article.id, article.revision)), fetched, now)
        job.revision = article.revision
    s.flush()
    return job.revision


def _tell(source: Source, fetched: Fetched, now: datetime) -> None:
    source.fetched_at, source.url, source.status = now, fetched.url, fetched.status
    source.headers = dict(fetched.headers)
    if fetched.body != fetched.content.encode():
        source.sha256, source.body = sources.sha256(fetched.body), fetched.body
