"""The one job there is: read what waits. Runs in a work-horse; writes to the database and returns nothing."""

from __future__ import annotations

import logging
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import logs
from claims.links import anchor
from claims.model import EXTRACTOR_VERSION, Article, Reading
from claims.page import Page, PageError, read_page
from store import articles, fetches, jobs, results, tallies
from store.articles import RevisionView
from store.database import Unavailable
from store.jobs import Taken
from store.results import Anchor, Outcome
from workers.checks import read_drafts
from workers.fetching import NotFetched, NotNow, pause
from workers.hand import SLOTS, Note
from workers.looks import look_at_sources
from workers.tools import Reads, Tools, tools

# After so long a work-horse makes way for a fresh one, and its memory is given back.
SHIFT_SECONDS = 45.0
# So long a draft may wait behind short articles; a look at each of them would cost a tenth of its time.
_LOOK_SECONDS = 0.1
# The upper ends of the classes in which readings are counted by their time.
_EDGES = ("0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "20", "60")

_REHEARSAL = """<html lang="en"><head><title>A week at the border</title></head><body><article>
<p>Armenia and Azerbaijan exchanged 24 prisoners of war on Monday, the Red Cross said.</p>
<p>Envoys of the two countries are to meet in Geneva on June 20 for a second round of talks, a spokesman said.</p>
<p>Armenian forces captured the village of Kut in early May, the Defense Ministry in Yerevan said on Tuesday.</p>
</article></body></html>"""

_log = logging.getLogger(__name__)


class _Lost(Exception):  # noqa: N818 - says what happened
    """The lease of a job was lost."""


class ShiftEnded(Exception):  # noqa: N818 - says what happened
    """A work-horse could not go on; the message is the kind of exception that it met."""


def read_waiting() -> None:
    """Reads waiting drafts, and articles, 16 at a time, until none waits, the shift is over, or the worker stops.

    Each is committed by itself. What was taken but not begun is given back. Raises ShiftEnded: RQ logs what is raised
    here, with its message and all that it was raised from.
    """
    try:
        read_shift(tools())
    except Exception as fault:
        raise ShiftEnded(type(fault).__name__) from None


def rehearse(reader: Reads) -> None:
    """Reads a page that is nobody's. What is made on first use is then there before the fork, and made once."""
    page = read_page(_REHEARSAL, url="https://example.org/")
    reading = reader.read(Article(text=page.text, url="https://example.org/", published_at=date(2025, 6, 3)))
    _anchors(page.text, "https://example.org/", reading)


def read_shift(use: Tools, *, seconds: float = SHIFT_SECONDS) -> None:
    """Reads what waits with these tools for at most that long, and the article in hand then.

    Raises Unavailable and MemoryError, with a note of it in the hand: the parent gives back what is held.
    """
    try:
        _read_all(use, use.clock() + seconds)
    except Unavailable:
        use.hand.note = Note.NO_DATABASE
        raise
    except MemoryError:
        use.hand.note = Note.OUT_OF_MEMORY
        raise


def _read_all(use: Tools, end: float) -> None:
    while not use.hand.stopping and use.clock() < end:
        read_drafts(use, end)  # before articles, and between them: somebody waits for these
        look_at_sources(use, end)
        looked = use.clock()
        batch = _take(use)
        if not batch:
            return
        if len(batch) == SLOTS:
            use.ring()  # there is probably more, for another worker to begin with
        for place, taken in enumerate(batch):
            if use.hand.stopping or (place and use.clock() >= end):
                _give_back(use, batch[place:])
                break
            _read_one(use, taken)
            if use.clock() - looked >= _LOOK_SECONDS:
                read_drafts(use, end)
                looked = use.clock()
    use.ring()


def _take(use: Tools) -> list[Taken]:
    with use.database.transaction() as s:
        batch = jobs.take(
            s,
            worker=use.worker,
            limit=SLOTS,
            lease_seconds=use.lease_seconds,
            now=use.now(),
            new_token=lambda: use.hand.pick_up(str(uuid.uuid4())),
        )
    for token in set(use.hand.held) - {taken.token for taken in batch}:
        use.hand.put_down(token)
    return batch


def _give_back(use: Tools, batch: Sequence[Taken]) -> None:
    with use.database.transaction() as s:
        for taken in batch:
            jobs.give_back(s, taken.token)
    for taken in batch:
        use.hand.put_down(taken.token)


def _read_one(use: Tools, taken: Taken) -> None:
    use.hand.begin(taken.token)
    use.arm()
    began = use.clock()
    about = {"job_id": taken.job_id, "article_id": taken.article_id}
    try:
        taken = _with_its_page(use, taken)
        outcome = _outcome(use, taken)
        took = use.clock() - began
        with use.database.transaction() as s:
            kept = results.commit(
                s,
                taken,
                outcome,
                kinds=use.kinds,
                editor=use.editor,
                extractor=EXTRACTOR_VERSION,
                now=use.now(),
                keep_html=use.keep_html,
            )
            if kept:
                tallies.add(s, count_reading(outcome.reading, took))
        if kept:
            found = len(outcome.reading.claims)
            _log.info("read", extra=about | {"claims": found, "ms": round(took * 1000, 1)})
        else:
            raise _Lost
    except _Lost:
        _log.warning("its lease was lost, the result is dropped", extra=about)
    except (Unavailable, MemoryError):
        raise
    except NotNow as fault:
        _log.warning("not fetched: %s", fault, extra=about)
        with use.database.transaction() as s:
            job = jobs.crashed(
                s, taken.token, str(fault), max_attempts=use.max_attempts, now=use.now(), pause=pause(taken.attempts)
            )
            if job is not None:
                tallies.add(s, {("readings", "failed" if job.status == "failed" else "put off"): 1})
    except (PageError, NotFetched) as fault:
        _log.warning("not read: %s", fault, extra=about)
        with use.database.transaction() as s:
            if jobs.fail(s, taken.token, str(fault), now=use.now()):
                tallies.add(s, {("readings", "failed"): 1})
    except Exception as fault:
        _log.error("it could not be read", extra=about | logs.told(fault))
        with use.database.transaction() as s:
            reason = f"reading it failed ({type(fault).__name__}); the worker's log tells where"
            job = jobs.crashed(s, taken.token, reason, max_attempts=use.max_attempts, now=use.now())
            if job is not None:
                tallies.add(s, {("readings", "failed" if job.status == "failed" else "crashed"): 1})
    use.hand.put_down(taken.token)


def _with_its_page(use: Tools, taken: Taken) -> Taken:
    """The job, its page fetched and stored where that was ordered; no transaction is open while a site is asked.

    Raises NotFetched and NotNow, and _Lost where somebody else has the job by now.
    """
    if taken.fetch is None:
        return taken
    fetched = use.fetch(str(taken.fetch["url"]))
    with use.database.transaction() as s:
        number = fetches.store(s, taken, fetched, now=use.now())
    if number is None:
        raise _Lost
    return replace(taken, revision=number)


def count_reading(reading: Reading, seconds: float) -> dict[tuple[str, str], float]:
    """What a finished reading adds to the counts (store.tallies)."""
    edge = next((edge for edge in _EDGES if seconds <= float(edge)), "+Inf")
    by_kind = Counter(claim.kind for claim in reading.claims)
    counts: dict[tuple[str, str], float] = {("claims", kind): number for kind, number in by_kind.items()}
    return counts | {("readings", "finished"): 1, ("reading_seconds", edge): 1, ("reading_seconds", "sum"): seconds}


def _outcome(use: Tools, taken: Taken) -> Outcome:
    with use.database.reading() as s:
        revision = articles.revision(s, taken.article_id, taken.revision)
    if revision is None:
        raise LookupError("the article is no longer there")
    page = None
    if revision.text is None:
        page = read_page(revision.html or "", url=revision.url)
        revision = _completed(revision, page)
    text = revision.text or ""
    article = Article(
        text=text,
        url=revision.url,
        title=revision.title,
        publisher=revision.publisher,
        published_at=revision.published,
        language=revision.language,
    )
    reading = use.reader.read(article)
    found = Outcome(reading, _anchors(text, revision.url, reading), use.editor.facts(article, reading.claims))
    if page is None:
        return found
    return replace(
        found, text=page.text, title=page.title, published_at=page.published_at, published_on=page.published_on
    )


def _completed(revision: RevisionView, page: Page) -> RevisionView:
    """The revision with its text, and what its submission left open, from the page."""
    dated = revision.published_at is not None
    return replace(
        revision,
        text=page.text,
        title=revision.title or page.title,
        published_at=revision.published_at if dated else page.published_at,
        published_on=revision.published_on if dated else page.published_on,
        language=revision.language or page.language,
    )


def _anchors(text: str, url: str, reading: Reading) -> list[Anchor]:
    links = (anchor(text, claim.start, claim.end, url) for claim in reading.claims)
    return [Anchor(link.deep_link, link.prefix, link.suffix) for link in links]
