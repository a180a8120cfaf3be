"""What was sent to a service, and the proof that all of it was read: nothing lost, nothing doubled, nothing wrong.

Every article tells of a number of its own and is otherwise the same, to the length. So all must have the same claims,
but for the number.
"""

from __future__ import annotations

import json
import time
import uuid
from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Any

from bench.wire import Clients
from claimtrail.client import Client, ServiceError

FIRST_NUMBER = 10_000
_THREADS = 8
_LOOK_SECONDS = 0.2
_LOOK_AT = 32
_TOLD = "Armenia and Azerbaijan exchanged {n} prisoners of war on Monday, the Red Cross said. "
_PADDING = "On May {day}, officials said {n} soldiers were captured near the village while talks went on. "
# What differs between articles without being wrong.
_OWN = {"id", "source", "created_at", "updated_at"}
_PLACE = ("revision", "start", "end", "prefix", "suffix")


@dataclass(frozen=True, slots=True)
class Sent:
    """An article that was accepted: its number, its id, its job's."""

    number: int
    article: str
    job: str


@dataclass(slots=True)
class Verdict:
    """What became of what was sent. `lost` gives the state of each number that did not finish."""

    sent: int = 0
    lost: dict[int, str] = field(default_factory=dict)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    claims_each: int = 0
    seconds: float = 0.0

    @property
    def clean(self) -> bool:
        """Whether nothing is lost, doubled or wrong, and there was something to read."""
        return not (self.lost or self.doubled or self.wrong) and (self.claims_each > 0 or not self.sent)

    def figures(self) -> dict[str, Any]:
        """It as figures; of the faults a few, the rest counted."""
        told = asdict(self)
        states = Counter(self.lost.values())
        faults = [*self.doubled, *self.wrong][:5]
        told |= {"lost": len(self.lost), "doubled": len(self.doubled), "wrong": len(self.wrong)}
        return told | {"seconds": round(self.seconds, 1), "lost_states": dict(states), "faults": faults}


class Ledger:
    """Sends articles under addresses of its own and remembers which. `padding` sentences make a reading last."""

    def __init__(self, clients: Clients, *, padding: int = 0) -> None:
        self.clients = clients
        self.run = uuid.uuid4().hex[:12]
        self.sent: list[Sent] = []
        self._padding = padding

    def article(self, number: int) -> dict[str, Any]:
        """The article that tells of a number from 10000 to 99999."""
        padding = "".join(_PADDING.replace("{day}", str(1 + day % 28)) for day in range(self._padding))
        text = (_TOLD + padding).replace("{n}", str(number)).strip()
        return {"url": self._url(number), "published_at": "2025-06-03", "text": text}

    def key(self, number: int) -> str:
        """The Idempotency-Key of that article."""
        return f"{self.run}-{number}"

    def send(self, number: int) -> Sent:
        """Sends an article as often as it takes. Sent twice, it is remembered twice. ServiceError when refused."""
        return self.note(number, self.clients.next().submit(self.article(number), idempotency_key=self.key(number)))

    def note(self, number: int, answer: Mapping[str, Any]) -> Sent:
        """Remembers the answer to an article."""
        one = Sent(number, answer["article"]["id"], answer["job"]["id"])
        self.sent.append(one)
        return one

    def fill(self, count: int, *, first: int = FIRST_NUMBER, threads: int = _THREADS) -> list[Sent]:
        """Sends that many articles at once, numbered from `first`."""
        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(self.send, range(first, first + count)))

    def finished(self) -> int:
        """How many of those sent are finished now."""
        return self._states(self.sent).count("finished")

    def verdict(self, patience: float) -> Verdict:
        """Waits until all are finished, `patience` seconds at most, then looks at every claim through every API."""
        found = Verdict(sent=len(self.sent))
        began = time.monotonic()
        # Asked in the order of their reading, some at a time: to ask after all of them costs more than the reading.
        waiting = deque(self.sent)
        while waiting and (waited := time.monotonic() - began) < patience:
            states = self._states(list(islice(waiting, _LOOK_AT)))
            while states and states[0] == "finished":
                states.popleft()
                waiting.popleft()
            if states and states[0] == "failed":
                break
            if states:
                time.sleep(min(_LOOK_SECONDS, patience - waited))
        found.seconds = time.monotonic() - began
        left = zip(waiting, self._states(waiting), strict=True)
        found.lost = {one.number: state for one, state in left if state != "finished"}
        found.doubled = self._doubled()
        for client in self.clients.all:
            found.doubled += self._strangers(client)
            found.claims_each, wrong = self._wrong(client, found.lost)
            found.wrong += wrong
        return found

    def _states(self, sent: Iterable[Sent]) -> deque[str]:
        def state(one: Sent) -> str:
            try:
                return str(self.clients.next().wait(one.job, seconds=0)["status"])
            except ServiceError as fault:
                return str(fault)

        with ThreadPoolExecutor(_THREADS) as pool:
            return deque(pool.map(state, sent))

    def _doubled(self) -> list[str]:
        """Submissions that got two ids, and ids that two submissions got."""
        faults = []
        for what, pairs in (
            ("articles", {(one.number, one.article) for one in self.sent}),
            ("jobs", {(one.number, one.job) for one in self.sent}),
        ):
            numbers, ids = Counter(number for number, _ in pairs), Counter(found for _, found in pairs)
            faults += [f"submission {number} got {times} {what}" for number, times in numbers.items() if times > 1]
            faults += [f"{times} submissions got the same of {what}: {one}" for one, times in ids.items() if times > 1]
        return faults

    def _strangers(self, client: Client) -> list[str]:
        """Articles that the service has under our addresses, but nobody was told of, and those stored twice."""
        ours = {one.article for one in self.sent}
        found = [article for article in client.articles() if article["url"].startswith(self._url(""))]
        faults = [f"nobody was told of article {one['id']}" for one in found if one["id"] not in ours]
        times = Counter(one["url"] for one in found)
        faults += [f"{url} is stored {number} times" for url, number in times.items() if number > 1]
        faults += [f"{one['url']} has revision {one['revision']}" for one in found if one["revision"] != 1]
        missing = ours - {one["id"] for one in found}
        return faults + [f"article {one} is in no list" for one in missing]

    def _wrong(self, client: Client, lost: Mapping[int, str]) -> tuple[int, list[str]]:
        """How many claims the articles have, and those whose claims are not like the others', or not in the text."""
        read = {one.number: one.article for one in self.sent if one.number not in lost}

        def look(number: int) -> tuple[int, list[str]]:
            return number, self._shape(number, list(client.claims(read[number])))

        with ThreadPoolExecutor(_THREADS) as pool:
            shapes = dict(pool.map(look, read))
        if not shapes:
            return 0, []
        usual = shapes[min(shapes)]  # the first is read before there are any faults
        told = [
            f"article {number} has other claims than the first: {len(shape)} instead of {len(usual)}"
            for number, shape in shapes.items()
            if shape != usual
        ]
        twice = [claim for claim, times in Counter(usual).items() if times > 1]
        return len(usual), told + [f"all articles have a claim twice: {claim[:200]}" for claim in twice]

    def _shape(self, number: int, claims: Iterable[Mapping[str, Any]]) -> list[str]:
        """The claims without what is an article's own. A quote that is not in the text shows as such."""
        text = self.article(number)["text"]
        shape = []
        for claim in claims:
            place = {name: claim["source"][name] for name in _PLACE}
            exact = text[place["start"] : place["end"]] == claim["quote"]
            told = {name: value for name, value in claim.items() if name not in _OWN} | {"at": place, "exact": exact}
            if not exact:
                told["number"] = number  # so that it is like no other's
            shape.append(json.dumps(told, sort_keys=True).replace(str(number), "{n}"))
        return shape

    def _url(self, number: int | str) -> str:
        return f"https://news.example/{self.run}/{number}"


def must_be_clean(verdict: Verdict, logs: Sequence[str] = ()) -> None:
    """AssertionError with all that is known unless nothing is lost, doubled or wrong."""
    if not verdict.clean:
        raise AssertionError("\n".join([json.dumps(verdict.figures()), *(log[-3000:] for log in logs)]))
