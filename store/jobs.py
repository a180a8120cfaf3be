"""Jobs: who may read which article now.

A job is queued, taken (started, with a fencing token and a lease), and ends finished or failed. Only the holder of
the token may renew, give back or finish it; whoever lost the lease finds the token changed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from store.ids import is_id
from store.tables import Article, Job

# A process that dies twice with the same job in its hands may have died of it.
_LOSSES_BEFORE_ALONE = 2
# Workers may be set to leases of different lengths, but no lease ends so many of them ahead.
_LEASES_AHEAD = 10


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
    """A job in a worker's hands. `attempts` crashed ones came before; `alone` says it was taken by itself."""

    job_id: str
    article_id: str
    revision: int
    token: str
    attempts: int
    alone: bool


@dataclass(frozen=True, slots=True)
class Freed:
    """The ids of jobs whose lease had run out: `queued` again, or `failed` as it happened too often."""

    queued: list[str]
    failed: list[str]


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

    A job marked `alone` is taken when its turn comes, and then by itself. Concurrent takers never get the same job:
    on PostgreSQL each skips the rows another has locked, on SQLite they take turns; the conditional UPDATE guards both.
    """
    waiting = select(Job.id, Job.alone).where(Job.status == "queued").order_by(Job.queued_at, Job.id)
    first = s.execute(waiting.limit(1).with_for_update(skip_locked=True)).first()
    if first is None:
        return []
    chosen = [first.id]
    if not first.alone and limit > 1:
        others = waiting.where(~Job.alone, Job.id != first.id).limit(limit - 1).with_for_update(skip_locked=True)
        chosen += s.scalars(others)
    taken = []
    for job_id in chosen:
        token = new_token()
        row = s.execute(
            update(Job)
            .where(Job.id == job_id, Job.status == "queued")
            .values(
                status="started",
                token=token,
                worker=worker[:200],
                lease_until=now + timedelta(seconds=lease_seconds),
                started_at=now,
                ended_at=None,
                error=None,
            )
            .returning(Job.article_id, Job.revision, Job.attempts, Job.alone)
            .execution_options(synchronize_session=False)
        ).first()
        if row is not None:
            taken.append(Taken(job_id, row.article_id, row.revision, token, row.attempts, row.alone))
    return taken


def renew(s: Session, tokens: Collection[str], *, lease_seconds: float, now: datetime) -> set[str]:
    """Extends the leases of these tokens; returns those still held. Work under any other token is to be dropped."""
    held = (
        update(Job)
        .where(Job.token.in_(list(tokens)), Job.status == "started")
        .values(lease_until=now + timedelta(seconds=lease_seconds))
        .returning(Job.token)
        .execution_options(synchronize_session=False)
    )
    return {token for token in s.scalars(held) if token is not None}


def give_back(s: Session, token: str, *, alone: bool = False) -> bool:
    """Queues a job again that was not read, without counting an attempt: the worker stops, or a batch crashed.

    With `alone` it is taken by itself next time. False when the token is no longer held.
    """
    job = _held(s, token)
    if job is None:
        return False
    _requeue(job, alone=job.alone or alone)
    return True


def crashed(s: Session, token: str, reason: str, *, max_attempts: int, now: datetime) -> JobView | None:
    """Counts an attempt of the job that was being read when its work-horse died or the reading raised.

    It is queued again, to be taken alone, or failed with `reason` when `max_attempts` are spent. Where it is not known
    which of a batch was being read, give all of them back `alone`: the next crash will tell. None when no longer held.
    """
    job = _held(s, token)
    if job is None:
        return None
    job.attempts += 1
    if job.attempts >= max_attempts:
        _fail(job, reason, now)
    else:
        _requeue(job, alone=True)
        job.error = reason
    return view(job)


def fail(s: Session, token: str, reason: str, *, now: datetime) -> JobView | None:
    """Ends a job at once that no further attempt can help. None when no longer held."""
    job = _held(s, token)
    if job is None:
        return None
    job.attempts += 1
    _fail(job, reason, now)
    return view(job)


def free_expired(
    s: Session, *, now: datetime, lease_seconds: float, max_lost: int, worker: str | None = None, limit: int = 1000
) -> Freed:
    """Queues the jobs again whose process is gone, failing those lost `max_lost` times: their lease has run out, or
    they are held in the name of `worker`, which the caller bears now.

    Leases last `lease_seconds`, or not much more: one that ends ten times as far ahead was given before the clock was
    set back. It counts as run out; a holder that is alive has renewed it since.
    """
    furthest = now + timedelta(seconds=_LEASES_AHEAD * lease_seconds)
    expired = (
        select(Job)
        .where(Job.status == "started", or_(Job.lease_until < now, Job.lease_until > furthest, Job.worker == worker))
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    freed = Freed([], [])
    for job in s.scalars(expired).all():
        job.lost_leases += 1
        if job.lost_leases >= max_lost:
            _fail(job, f"the worker was lost {job.lost_leases} times while reading", now)
            freed.failed.append(job.id)
        else:
            _requeue(job, alone=job.alone or job.lost_leases >= _LOSSES_BEFORE_ALONE)
            freed.queued.append(job.id)
    return freed


def waiting(s: Session) -> tuple[int, datetime | None]:
    """How many jobs are queued, and since when the oldest of them."""
    row = s.execute(select(func.count(), func.min(Job.queued_at)).where(Job.status == "queued")).one()
    return int(row[0]), row[1]


def more_wait_than(s: Session, most: int) -> bool:
    """Whether more than `most` jobs are queued."""
    return s.scalar(select(Job.id).where(Job.status == "queued").offset(most).limit(1)) is not None


def counts(s: Session) -> dict[str, int]:
    """How many jobs are queued, started and failed. The finished are not counted: there is no end of them."""
    found = {"queued": 0, "started": 0, "failed": 0}
    rows = s.execute(select(Job.status, func.count()).where(Job.status.in_(list(found))).group_by(Job.status))
    return found | {status: int(number) for status, number in rows}


def leases(s: Session, now: datetime) -> tuple[int, int]:
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


def _held(s: Session, token: str) -> Job | None:
    held = select(Job).where(Job.token == token, Job.status == "started").with_for_update()
    return s.scalar(held.execution_options(populate_existing=True))


def _requeue(job: Job, *, alone: bool) -> None:
    # It keeps its place in the queue, so that it is not overtaken for ever.
    job.status, job.token, job.worker, job.lease_until = "queued", None, None, None
    job.alone = alone


def _fail(job: Job, reason: str, now: datetime) -> None:
    job.status, job.token, job.lease_until = "failed", None, None
    job.ended_at, job.error = now, reason.replace("\0", "")[:2000]
