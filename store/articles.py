"""Articles: taking them in, looking them up, withdrawing them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, undefer

from store import grouping, jobs, notices, sources
from store.database import Conflict
from store.grouping import Editor
from store.ids import is_id, new_id
from store.jobs import JobView
from store.page import Key, Page
from store.source_tables import Source
from store.sources import SourceView
from store.submissions import NOT_FETCHED
from store.submissions import Submission as Submission  # noqa: PLC0414 - part of what this module offers
from store.tables import Article, Claim, Job, Revision

_RACES = 3


@dataclass(frozen=True, slots=True)
class RevisionView:
    """One version of an article, with its whole content: what a worker reads."""

    article_id: str
    number: int
    url: str
    text: str | None
    html: str | None
    title: str | None
    publisher: str | None
    published_at: str | None
    published_on: date | None
    language: str | None

    @property
    def published(self) -> date | datetime | None:
        """`published_at` as a date, or as a time with its own offset."""
        if self.published_at is None:
            return self.published_on
        return (
            date.fromisoformat(self.published_at)
            if len(self.published_at) == 10
            else datetime.fromisoformat(self.published_at)
        )


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article in its newest revision, with its latest job. `text` is filled by `get` only."""

    id: str
    url: str
    canonical_url: str
    revision: int
    state: str
    claims_count: int
    created_at: datetime
    updated_at: datetime
    title: str | None
    publisher: str | None
    published_at: str | None
    published_on: date | None
    language: str | None
    external_id: str | None
    reading_state: str
    reading_reason: str | None
    text: str | None
    job: JobView
    source: SourceView | None


@dataclass(frozen=True, slots=True)
class Submitted:
    """What became of a submission: "created", "revised", "duplicate", "requeued" (known, but read once more), or
    "fetched again"."""

    article: ArticleView
    job: JobView
    outcome: str


@dataclass(frozen=True, slots=True)
class ArticleFilter:
    """Which articles a list holds. Empty `states` means any."""

    states: tuple[str, ...] = ("current",)
    canonical_url: str | None = None


def submit(s: Session, submission: Submission, *, extractor: str, now: datetime) -> Submitted:
    """Stores a submission and orders its reading, unless the same is known and read by this extractor already. A page
    that has to be fetched may be another than it was: it is fetched again, unless that is ordered already.

    Two submissions of one URL at the same time become one article: the later waits for the earlier and follows it.
    """
    for _ in range(_RACES):
        article = _locked(s, Article.url_key == _url_key(submission.canonical_url))
        if article is not None:
            return _submit_known(s, article, submission, extractor=extractor, now=now)
        made = _create(s, submission, extractor=extractor, now=now)
        if made is not None:
            return made
    raise Conflict("the article keeps being taken in by others")


def get(s: Session, article_id: str) -> ArticleView | None:
    """The article of that id, with its text."""
    if not is_id(article_id):
        return None
    row = s.execute(_joined().where(Article.id == article_id).options(undefer(Revision.text))).first()
    return None if row is None else _view(*row, text=row[1].text)


def revision(s: Session, article_id: str, number: int) -> RevisionView | None:
    """One revision with its content."""
    found = s.get(Revision, (article_id, number), options=[undefer(Revision.text), undefer(Revision.html)])
    if found is None:
        return None
    return RevisionView(
        article_id=found.article_id,
        number=found.number,
        url=found.url,
        text=found.text,
        html=found.html,
        title=found.title,
        publisher=found.publisher,
        published_at=found.published_at,
        published_on=found.published_on,
        language=found.language,
    )


def page(s: Session, *, filters: ArticleFilter, after: Key | None, limit: int) -> Page[ArticleView]:
    """Articles, newest first, that follow the key `after`; their texts are left out."""
    query = _joined()
    if filters.states:
        query = query.where(Article.state.in_(filters.states))
    if filters.canonical_url is not None:
        query = query.where(Article.url_key == _url_key(filters.canonical_url))
    if after is not None:
        query = query.where(Article.id < str(after[0]))
    rows = s.execute(query.order_by(Article.id.desc()).limit(limit + 1)).all()
    items = [_view(*row, text=None) for row in rows[:limit]]
    return Page(items, (items[-1].id,) if len(rows) > limit else None)


def withdraw(s: Session, article_id: str, editor: Editor, now: datetime) -> ArticleView | None:
    """Withdraws an article and its claims; they stay, marked so. Withdrawing twice changes nothing."""
    article = _locked(s, Article.id == article_id) if is_id(article_id) else None
    if article is None:
        return None
    if article.state == "current":
        article.state, article.claims_count, article.updated_at = "withdrawn", 0, now
        gone = list(s.scalars(select(Claim.seq).where(Claim.article_id == article_id, Claim.state == "current")))
        s.execute(
            update(Claim)
            .where(Claim.article_id == article_id, Claim.state == "current")
            .values(state="withdrawn", updated_at=now)
            .execution_options(synchronize_session=False)
        )
        s.flush()
        notices.of_claims(s, withdrawn=gone, now=now)
        grouping.bring_up_to_date(s, article_id, (), gone, editor, now)
    return get(s, article_id)


def reread(s: Session, article_id: str, *, extractor: str, now: datetime) -> JobView | None:
    """Orders another reading of the newest revision; while one is queued, that one. None for an unknown article.

    A withdrawn article is read, but its claims stay withdrawn until it is submitted again.
    """
    article = _locked(s, Article.id == article_id) if is_id(article_id) else None
    if article is None:
        return None
    job = _latest_job(s, article)
    if job.status == "queued" and job.revision == article.revision:
        return jobs.view(job)
    known = s.get_one(Revision, (article.id, article.revision))
    is_to_fetch = known.content_hash == NOT_FETCHED
    fetch = {"url": article.url, "canonical_url": article.canonical_url} if is_to_fetch else None
    return jobs.view(_order(s, article, extractor=extractor, now=now, fetch=fetch))


def _url_key(canonical_url: str) -> str:
    return hashlib.sha256(canonical_url.encode()).hexdigest()


def _locked(s: Session, condition: Any) -> Article | None:
    query = select(Article).where(condition).with_for_update().execution_options(populate_existing=True)
    return s.scalar(query)


def _joined() -> Select[Article, Revision, Job, Source]:
    return (
        select(Article, Revision, Job, Source)
        .join(Revision, (Revision.article_id == Article.id) & (Revision.number == Article.revision))
        .join(Job, Job.id == Article.job_id)
        .outerjoin(Source, (Source.article_id == Revision.article_id) & (Source.revision == Revision.number))
    )


def _create(s: Session, submission: Submission, *, extractor: str, now: datetime) -> Submitted | None:
    """Makes the article, or returns None when another transaction has just made it."""
    insert = postgresql.insert if s.get_bind().dialect.name == "postgresql" else sqlite.insert
    article_id = new_id()
    made = s.execute(
        insert(Article)
        .values(
            id=article_id,
            url=submission.url,
            canonical_url=submission.canonical_url,
            url_key=_url_key(submission.canonical_url),
            revision=1,
            job_id=new_id(),
            state="current",
            claims_count=0,
            created_at=now,
            updated_at=now,
        )
        .on_conflict_do_nothing(index_elements=[Article.url_key])
        .returning(Article.id)
    ).first()
    if made is None:
        return None
    article = s.get_one(Article, article_id)
    add_revision(s, article, submission, now)
    fetch = submission.order if submission.is_to_fetch else None
    job = _order(s, article, extractor=extractor, now=now, fetch=fetch)
    return _submitted(s, article, job, "created")


def _submit_known(s: Session, article: Article, submission: Submission, *, extractor: str, now: datetime) -> Submitted:
    known = select(Revision.content_hash).where(Revision.article_id == article.id, Revision.number == article.revision)
    job = _latest_job(s, article)
    if submission.is_to_fetch:
        return _fetch_again(s, article, job, submission, extractor=extractor, now=now)
    if s.scalar(known) != submission.content_hash:
        article.revision += 1
        article.url, article.state, article.updated_at = submission.url, "current", now
        add_revision(s, article, submission, now)
        job = _order(s, article, extractor=extractor, now=now)
        return _submitted(s, article, job, "revised")
    ended = job.status in {"finished", "failed"}
    if article.state == "current" and not (job.status == "failed" or (ended and _older(job.extractor, extractor))):
        return _submitted(s, article, job, "duplicate")
    if article.state != "current":
        article.state, article.updated_at = "current", now
    # A job under way looks at the article's state when it commits, and so restores the claims.
    if ended:
        job = _order(s, article, extractor=extractor, now=now)
    return _submitted(s, article, job, "requeued")


def _fetch_again(
    s: Session, article: Article, job: Job, submission: Submission, *, extractor: str, now: datetime
) -> Submitted:
    is_ordered = job.status in {"queued", "started"} and job.fetch is not None
    if article.state == "current" and is_ordered:
        return _submitted(s, article, job, "duplicate")
    if article.state != "current":
        article.state, article.updated_at = "current", now
    if not is_ordered:
        job = _order(s, article, extractor=extractor, now=now, fetch=submission.order)
    return _submitted(s, article, job, "fetched again")


def _submitted(s: Session, article: Article, job: Job, outcome: str) -> Submitted:
    s.flush()
    found = get(s, article.id)
    if found is None:
        raise LookupError(article.id)
    return Submitted(found, jobs.view(job), outcome)


def add_revision(s: Session, article: Article, submission: Submission, now: datetime) -> None:
    """Stores a submission as the article's newest revision, of which the article tells already."""
    s.add(
        Revision(
            article_id=article.id,
            number=article.revision,
            content_hash=submission.content_hash,
            url=submission.url,
            text=submission.text,
            html=submission.html,
            title=submission.title,
            publisher=submission.publisher,
            published_at=submission.published_at,
            published_on=submission.published_on,
            language=submission.language,
            external_id=submission.external_id,
            reading_state="waiting",
            created_at=now,
        )
    )
    s.flush()
    if not submission.is_to_fetch:
        sources.add(s, article.id, article.revision, text=submission.text, html=submission.html)


def _order(
    s: Session, article: Article, *, extractor: str, now: datetime, fetch: Mapping[str, Any] | None = None
) -> Job:
    job = Job(
        id=new_id(),
        article_id=article.id,
        revision=article.revision,
        extractor=extractor,
        status="queued",
        attempts=0,
        lost_leases=0,
        alone=False,
        queued_at=now,
        fetch=None if fetch is None else dict(fetch),
    )
    s.add(job)
    s.flush()
    article.job_id = job.id
    return job


def _latest_job(s: Session, article: Article) -> Job:
    return s.scalars(select(Job).where(Job.id == article.job_id).execution_options(populate_existing=True)).one()


def _older(version: str, than: str) -> bool:
    """Whether a dotted version precedes another; what is not numbers counts as older when it differs."""
    try:
        return [int(n) for n in version.split(".")] < [int(n) for n in than.split(".")]
    except ValueError:
        return version != than


def _view(article: Article, found: Revision, job: Job, source: Source | None, *, text: str | None) -> ArticleView:
    return ArticleView(
        id=article.id,
        url=article.url,
        canonical_url=article.canonical_url,
        revision=article.revision,
        state=article.state,
        claims_count=article.claims_count,
        created_at=article.created_at,
        updated_at=article.updated_at,
        title=found.title,
        publisher=found.publisher,
        published_at=found.published_at,
        published_on=found.published_on,
        language=found.language,
        external_id=found.external_id,
        reading_state=found.reading_state,
        reading_reason=found.reading_reason,
        text=text,
        job=jobs.view(job),
        source=None if source is None else sources.view(source),
    )
