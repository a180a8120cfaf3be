"""The sender: takes what is due of webhooks, signs it as Standard Webhooks says, posts it, and writes down the outcome.

Each webhook is served by one sender at a time and in order, for a turn; then others have theirs. What a killed sender
had in hand is sent once more: at least once, under the same id.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from standardwebhooks import Webhook

import logs
from store import deliveries
from store.database import Database, Unavailable
from store.deliveries import Attempt, Lane, Letter, Standing
from workers.posting import Answer, Post

# What the specification recommends: the pauses after each failed attempt, in seconds. After the last it is given up.
PAUSES = (5, 300, 1800, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)
# A pause grows by up to this part of it, by chance, so that what failed together does not come back together.
JITTER = 0.1
_LONGEST_RETRY_AFTER = 24 * 3600.0
_HEEDED = (429, 503)
_GONE = 410
# More than the longest attempt, its look-up included, and a wait for the database.
LEASE_SECONDS = 45.0
# A webhook's turn ends after so many notices or seconds, and the notice in hand then.
_MOST_OF_TURN, _TURN_SECONDS = 32, 5.0
SLOTS = 8
_LOOK_SECONDS = 0.5
_STORE_TRIES = 4

_log = logging.getLogger(__name__)


class Sender:
    """Serves webhooks. `post` sends; `clock` counts seconds, `chance` gives a number from 0 to 1.

    `name` is nobody else's: what is held under it was a predecessor's that has died.
    """

    def __init__(
        self,
        database: Database,
        post: Post,
        *,
        name: str,
        now: Callable[[], datetime],
        clock: Callable[[], float],
        chance: Callable[[], float],
        slots: int = SLOTS,
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        self._database = database
        self._post = post
        self._name = name
        self._now = now
        self._clock = clock
        self._chance = chance
        self._slots = slots
        self._lease = timedelta(seconds=lease_seconds)
        self._stopped = threading.Event()
        self._changed = threading.Condition()
        self._busy = self._strained = 0

    def stop(self) -> None:
        """Has `run` end once what is being sent has its answer. May be called by a handler of signals."""
        self._stopped.set()

    def run(self) -> None:
        """Sends until stopped. A database out of reach is waited for."""
        begun, told = False, ""
        with ThreadPoolExecutor(self._slots, "sender") as pool:
            while not self._stopped.is_set():
                if not self._has_room():
                    continue
                try:
                    begun = begun or self.begin()
                    lane = self.take()
                    told = ""
                except Unavailable as fault:
                    lane = None
                    if fault.reason != told:
                        _log.warning("the sender: %s", fault)
                    told = fault.reason
                if lane is None:
                    self._stopped.wait(_LOOK_SECONDS)
                else:
                    pool.submit(self._serve, lane)

    def begin(self) -> bool:
        """Frees what a predecessor of this name held; True. Raises Unavailable."""
        with self._database.transaction() as s:
            deliveries.release_of(s, self._name)
        return True

    def step(self) -> bool:
        """Serves one webhook for one turn, here and now; whether there was one. Raises Unavailable."""
        lane = self.take()
        if lane is not None:
            self._serve(lane)
        return lane is not None

    def take(self) -> Lane | None:
        """A webhook with something due, to be served. Those in trouble get half of the places at most."""
        now = self._now()
        with self._database.reading() as s:  # a look costs no writer's turn
            if not deliveries.are_due(s, now):
                return None
        with self._changed:
            with_strained = self._strained < max(1, self._slots // 2)
        with self._database.transaction() as s:
            lane = deliveries.take(
                s,
                sender=self._name,
                lease_until=now + self._lease,
                now=now,
                new_token=lambda: str(uuid.uuid4()),
                limit=_MOST_OF_TURN,
                with_strained=with_strained,
            )
        if lane is not None:
            with self._changed:
                self._busy += 1
                self._strained += lane.strained
        return lane

    def _has_room(self) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: self._busy < self._slots, timeout=_LOOK_SECONDS)
            return self._busy < self._slots

    def _serve(self, lane: Lane) -> None:
        try:
            until, outcomes = self._clock() + _TURN_SECONDS, Counter[str]()
            for letter in lane.letters:
                if self._stopped.is_set() or self._clock() >= until or not self._send(lane, letter, outcomes):
                    break
            self._stored(lambda s: deliveries.release(s, lane.token, outcomes))
        except Unavailable as fault:
            _log.warning("the sender: %s; what it holds is sent once more later", fault)
        except Exception as fault:
            _log.error("a webhook could not be served", extra={"webhook_id": lane.webhook_id} | logs.told(fault))
        finally:
            with self._changed:
                self._busy -= 1
                self._strained -= lane.strained
                self._changed.notify_all()

    def _send(self, lane: Lane, letter: Letter, outcomes: Counter[str]) -> bool:
        """Sends one notice and writes down what came of it, and in `outcomes`; whether the turn goes on."""
        at, began = self._now(), self._clock()
        answer = self._post(lane.url, signed(letter, lane.secrets, at), letter.body.encode("ascii"))
        ms = max(0, round((self._clock() - began) * 1000))
        attempt = judged(letter, answer, at=at, now=self._now(), ms=ms, chance=self._chance())
        about = {"webhook_id": lane.webhook_id, "delivery_id": letter.id, "status": answer.status, "ms": ms}
        _log.info("notice %s", "delivered" if attempt.error is None else "not delivered", extra=about)
        standing: Standing | None = None

        def write(s: Any) -> None:
            nonlocal standing
            now = self._now()
            standing = deliveries.record(s, lane.token, letter, attempt, lease_until=now + self._lease, now=now)

        self._stored(write)
        if standing is not None:
            outcomes[attempt.outcome] += 1
        # Who gets into trouble gives its place to others: its next turn is among its like.
        return standing is not None and standing.active and (lane.strained or not standing.strained)

    def _stored(self, write: Callable[[Any], None]) -> None:
        """Has something written, with some patience. Raises Unavailable."""
        for last in (False,) * (_STORE_TRIES - 1) + (True,):
            try:
                with self._database.transaction() as s:
                    write(s)
            except Unavailable:
                if last:
                    raise
                self._stopped.wait(0.25)
            else:
                return


def signed(letter: Letter, secrets: Sequence[str], at: datetime) -> dict[str, str]:
    """The headers of a notice, with a signature by each secret."""
    return {
        "Content-Type": "application/json",
        "webhook-id": letter.id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(Webhook(one).sign(letter.id, at, letter.body) for one in secrets),
    }


def judged(letter: Letter, answer: Answer, *, at: datetime, now: datetime, ms: int, chance: float) -> Attempt:
    """What came of an attempt, and when the next one is made: as the schedule says, with some chance in it, or later
    where a receiver that has too much to do asks for it."""
    status = answer.status
    if status is not None and 200 <= status < 300:
        return Attempt(at, ms, status)
    error = answer.error or f"It answered {status}."
    if status == _GONE:
        return Attempt(at, ms, status, error, gone=True)
    if letter.tries >= len(PAUSES):
        return Attempt(at, ms, status, error)
    pause = PAUSES[letter.tries] * (1 + JITTER * chance)
    if status in _HEEDED:
        pause = max(pause, min(asked_for(answer.retry_after, now), _LONGEST_RETRY_AFTER))
    return Attempt(at, ms, status, error, again_at=now + timedelta(seconds=pause))


def asked_for(retry_after: str | None, now: datetime) -> float:
    """The seconds that a Retry-After asks to wait, 0 for none or what is none."""
    told = (retry_after or "").strip()
    if told.isascii() and told.isdigit():
        return float(told[:9])
    try:
        moment = parsedate_to_datetime(told)
        return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return 0.0
