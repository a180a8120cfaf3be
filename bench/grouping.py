"""`python -m bench.grouping`: what one article more costs as the store grows, its claims finding their events.

Claims of invented conflicts, spread over two years, are stored as a worker stores them, without being read from any
text; then the storing of some articles more is timed in a small and in a large store, by turns, so that what else the
machine does falls on both alike.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from tqdm import tqdm

from claims import catalog
from claims.events.editor import Editor
from claims.model import Article, Attribution, Claim, DateValue, Explanation, Place, Precision, Reading, Status
from store import articles, jobs, migrate, results, submissions
from store.database import Database
from store.results import Anchor, Outcome

BAR = 3.0
_CLAIMS_AN_ARTICLE = 10
_DAYS = 730
_NOW = datetime(2025, 12, 31, 12, tzinfo=UTC)
_FIRST = date(2024, 1, 1)
_SIDES = (
    ("Russia", "Ukraine"),
    ("Armenia", "Azerbaijan"),
    ("Ethiopia", "Eritrea"),
    ("Israel", "Hamas"),
    ("Sudan", "Rapid Support Forces"),
    ("Rwanda", "Democratic Republic of the Congo"),
    ("India", "Pakistan"),
    ("Mali", "Chad"),
)


class Desk:
    """A store of its own, filled and added to as by workers."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.database = Database.open(f"sqlite:///{folder / 'claims.sqlite3'}")
        migrate.upgrade(self.database)
        self._kinds = {kind.name: kind.fields for kind in catalog.kinds().values()}
        self._editor = Editor(catalog.happenings())
        self._chance = random.Random(seed)
        self._number = 0

    def add(self) -> float:
        """Stores one article more with its claims; returns the seconds that its commit took."""
        self._number += 1
        day = _FIRST + timedelta(self._chance.randrange(_DAYS))
        lines = list(_told(self._chance, day))
        text = " ".join(quote for quote, _ in lines)
        url = f"https://news.example/{self._number}"
        with self.database.transaction() as s:
            sent = submissions.Submission(
                url=url, canonical_url=url, text=text, published_at=day.isoformat(), published_on=day
            )
            articles.submit(s, sent, extractor="1", now=_NOW)
            (taken,) = jobs.take(
                s, worker="bench", limit=1, lease_seconds=60, now=_NOW, new_token=lambda: str(uuid.uuid4())
            )
        claims = tuple(_claim(text, quote, values) for quote, values in lines)
        facts = self._editor.facts(Article(text, published_at=day), claims)
        outcome = Outcome(Reading("read", "en", claims), [Anchor(url, "", "")] * len(claims), facts)
        began = time.perf_counter()
        with self.database.transaction() as s:
            results.commit(s, taken, outcome, kinds=self._kinds, editor=self._editor, extractor="1", now=_NOW)
        return time.perf_counter() - began


def _told(chance: random.Random, published: date) -> Iterator[tuple[str, dict[str, Any]]]:
    """What one article tells: of the happenings of some days before it, as other articles of these days do."""
    one, other = _SIDES[chance.randrange(len(_SIDES))]
    for number in range(_CLAIMS_AN_ARTICLE):
        day = published - timedelta(chance.randrange(1, 5))
        seen = random.Random(f"{one} {day}")  # the same in every article that tells of that day
        kind = ("talks", "prisoners", "territory", "casualties")[number % 4]
        count = seen.randrange(20, 400) + (chance.random() < 0.1)
        town = f"{one[:3]}ville {seen.randrange(40)}"
        place = Place(town, town, "West", "XX", 1.0, 1.0, 10_000_000 + hash(town) % 1_000_000)
        details: dict[str, dict[str, Any]] = {
            "talks": {"parties": [one, other], "place": place, "round": None, "format": "meeting"},
            "prisoners": {
                "count": count,
                "qualifier": "exact",
                "per_side": True,
                "action": "exchanged",
                "subject": "prisoners_of_war",
                "side": None,
            },
            "territory": {"actor": one, "action": "captured", "places": [place]},
            "casualties": {
                "count": count,
                "qualifier": "exact",
                "outcome": "killed",
                "subject": "people",
                "side": None,
                "place": place,
            },
        }
        yield f"{one} and {other} on {day}, {kind} {number}: {count}.", {"kind": kind, "day": day} | details[kind]


def _claim(text: str, quote: str, told: dict[str, Any]) -> Claim:
    values = dict(told)
    kind, day = values.pop("kind"), values.pop("day")
    start = text.index(quote)
    return Claim(
        kind=kind,
        status=Status.OCCURRED,
        start=start,
        end=start + len(quote),
        quote=quote,
        details=values,
        explanation=Explanation(f"{kind}.bench", kind),
        value_words=quote,
        date=DateValue(str(day), day, day, str(day), Precision.DAY),
        attribution=Attribution(),
    )


def run(small: int, large: int, rounds: int, *, quiet: bool = False) -> tuple[float, float]:
    """The median seconds of storing one article more in a store of `small` and in one of `large` claims."""
    with tempfile.TemporaryDirectory() as folder:
        desks = []
        for size in (small, large):
            place = Path(folder) / str(size)
            place.mkdir()
            desk = Desk(place, seed=size)
            for _ in tqdm(range(size // _CLAIMS_AN_ARTICLE), desc=f"{size:,} claims", unit="article", disable=quiet):
                desk.add()
            desks.append(desk)
        taken: list[list[float]] = [[], []]
        for _ in range(rounds):
            for times, desk in zip(taken, desks, strict=True):
                times.append(desk.add())
        for desk in desks:
            desk.database.dispose()
    return statistics.median(taken[0]), statistics.median(taken[1])


def main() -> int:
    """Prints the two times and their ratio; 1 where that is over the bar."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", type=int, default=1_000, help="claims in the small store (1,000)")
    parser.add_argument("--large", type=int, default=100_000, help="claims in the large store (100,000)")
    parser.add_argument("--rounds", type=int, default=100, help="articles added to each and timed (100)")
    asked = parser.parse_args()
    small, large = run(asked.small, asked.large, asked.rounds)
    times = f"{small * 1000:.1f} ms at {asked.small:,} claims, {large * 1000:.1f} ms at {asked.large:,}"
    print(f"one article more: {times}")
    print(f"{large / small:.2f} times as much (bar {BAR})")
    return int(large / small > BAR)


if __name__ == "__main__":
    raise SystemExit(main())
