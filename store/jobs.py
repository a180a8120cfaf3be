"""Jobs: who may read which article now.

A job is queued, taken (started, with a fencing token and a lease), and ends finished or failed. Only the holder of
the token may renew, give back or finish it; whoever lost the lease finds the token changed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from store import leases, notices
from store.ids import is_id
from store.leases import Freed
from store.tables import Article, Job


@dataclass(frozen=True, slots=True)
class JobView:
    """A job as others see it. `attempts` counts the tries begun, leases lost with a whole process apart."""

    id: str
    article_id: str
    revision: int
    status: str
    attempts: int
    queued_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    error: str | None
    extractor: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A job in a worker's hands. `attempts` crashed ones came before; `alone` says it was taken by itself; `fetch`
    holds the `url` of the page that has to be fetched first."""

    job_id: str
    article_id: str
    revision: int
    token: str
    attempts: int
    alone: bool
    fetch: Mapping[str, Any] | None = None


def view(job: Job) -> JobView:
    """The view of a loaded row."""
    running = job.status in {"started", "finished"}
    return JobView(
        id=job.id,
        article_id=job.article_id,
        revision=job.revision,
        status=job.status,
        attempts=job.attempts + running,
        queued_at=job.queued_at,
        started_at=job.started_at,
        ended_at=job.ended_at,
        error=job.error,
        extractor=job.extractor,
    )


def get(s: Session, job_id: str) -> JobView | None:
    """The job of that id."""
    job = s.get(Job, job_id) if is_id(job_id) else None
    return None if job is None else view(job)


def latest(s: Session, article_id: str) -> JobView | None:
    """The newest job of an article."""
    if not is_id(article_id):
        return None
    job = s.scalar(select(Job).join(Article, Article.job_id == Job.id).where(Article.id == article_id))
    return None if job is None else view(job)


def take(
    s: Session, *, worker: str, limit: int, lease_seconds: float, now: datetime, new_token: Callable[[], str]
) -> list[Taken]:
    """Takes up to `limit` of the longest waiting jobs, each with a lease until `now + lease_seconds`.

    A job marked `alone` is taken when its turn comes, and then by itself. Concurrent takers never get the same job.
    """
    held = leases.take(s, Job, worker=worker, limit=limit, lease_seconds=lease_seconds, now=now, new_token=new_token)
    return [
        Taken(job.id, job.article_id, job.revision, token, job.attempts, job.alone, job.fetch) for token, job in held
    ]


def renew(s: Session, tokens: Collection[str], *, lease_seconds: float, now: datetime) -> set[str]:
    """Extends the leases of these tokens; returns those still held. Work under any other token is to be dropped."""
    return leases.renew(s, Job, tokens, lease_seconds=lease_seconds, now=now)


def give_back(s: Session, token: str, *, alone: bool = False) -> bool:
    """Queues a job again that was not read, without counting an attempt: the worker stops, or a batch crashed.

    With `alone` it is taken by itself next time. False when the token is no longer held.
    """
    return leases.give_back(s, Job, token, alone=alone)


def crashed(
    s: Session, token: str, reason: str, *, max_attempts: int, now: datetime, pause: timedelta | None = None
) -> JobView | None:
    """Counts an attempt of the job that was being read when its work-horse died or the reading raised.

    It is queued again, to be taken alone (or, with `pause`, not before so long), or failed with `reason` when
    `max_attempts` are spent. Where it is not known
    which of a batch was being read, give all of them back `alone`: the next crash will tell. None when no longer held.
    """
    return _crashed(s, token, reason, max_attempts, now, pause)


def fail(s: Session, token: str, reason: str, *, now: datetime) -> JobView | None:
    """Ends a job at once that no further attempt can help. None when no longer held."""
    return _crashed(s, token, reason, 0, now)


def _crashed(
    s: Session, token: str, reason: str, max_attempts: int, now: datetime, pause: timedelta | None = None
) -> JobView | None:
    job = leases.crashed(s, Job, token, reason, max_attempts=max_attempts, now=now, pause=pause)
    if job is None:
        return None
    if job.status == "failed":
        s.flush()
        notices.articles_failed(s, [job.id], now)
    return view(job)


def free_expired(
    s: Session, *, now: datetime, lease_seconds: float, max_lost: int, worker: str | None = None, limit: int = 1000
) -> Freed:
    """Queues the jobs again whose process is gone (leases.free_expired), failing those lost `max_lost` times."""
    freed = leases.free_expired(
        s, Job, now=now, lease_seconds=lease_seconds, max_lost=max_lost, worker=worker, limit=limit
    )
    if freed.failed:
        s.flush()
        notices.articles_failed(s, freed.failed, now)
    return freed


def waiting(s: Session) -> tuple[int, datetime | None]:
    """How many jobs are queued, and since when the oldest of them."""
    row = s.execute(select(func.count(), func.min(Job.queued_at)).where(Job.status == "queued")).one()
    return int(row[0]), row[1]


def more_wait_than(s: Session, most: int) -> bool:
    """Whether more than `most` jobs are queued."""
    return leases.more_wait_than(s, Job, most)


def counts(s: Session) -> dict[str, int]:
    """How many jobs are queued, started and failed. The finished are not counted: there is no end of them."""
    found = {"queued": 0, "started": 0, "failed": 0}
    rows = s.execute(select(Job.status, func.count()).where(Job.status.in_(list(found))).group_by(Job.status))
    return found | {status: int(number) for status, number in rows}


def leases_held(s: Session, now: datetime) -> tuple[int, int]:
    """How many leases are held, and how many have run out."""
    started = select(func.count()).select_from(Job).where(Job.status == "started")
    late = s.scalar(started.where(Job.lease_until < now)) or 0
    return (s.scalar(started) or 0) - late, late


def past(s: Session, *, before: datetime, limit: int) -> list[str]:
    """The ids of up to `limit` jobs that ended before that time and are not their article's latest.

    They never are again. It looks through all that ended so long ago: ask it where no writer waits.
    """
    old = (
        select(Job.id)
        .where(Job.status.in_(["finished", "failed"]), Job.queued_at < before, Job.ended_at < before)
        .where(~select(Article.id).where(Article.job_id == Job.id, Article.id == Job.article_id).exists())
        .limit(limit)
    )
    return list(s.scalars(old))


def forget(s: Session, job_ids: Collection[str]) -> None:
    """Deletes these jobs."""
    s.execute(delete(Job).where(Job.id.in_(job_ids)).execution_options(synchronize_session=False))
