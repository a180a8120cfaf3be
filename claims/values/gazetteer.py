"""The gazetteer: what is known of a place's name, and which place it means in an article.

It reads the file that `claims.values.gazetteer_build` makes. The file is taken into memory as a whole when it is
opened (a few megabytes, some milliseconds), so that a fork shares it and no file offset with its parent.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, Self

from claims.model import Candidate, Place
from claims.values.spelling import key_of, loose_key

CACHED = 20_000
# How a record was found: by a curated name, GeoNames' own name, one of its alternates, or a forgiving spelling.
CURATED, PRIMARY, ALTERNATE, LOOSE = range(4)
_TRUST = {CURATED: 6.0, PRIMARY: 1.0, ALTERNATE: 0.1, LOOSE: 0.05}
_FLOOR = {CURATED: 20_000, PRIMARY: 500, ALTERNATE: 500, LOOSE: 500}
_SURE, _CLEAR = 0.6, 0.9
_NEW_WORLD = frozenset(("US", "CA", "AU", "NZ", "ZA"))
_METROPOLIS, _FAMOUS, _TOWN = 1_000_000, 100_000, 50_000

_EXACT = """SELECT p.id, p.canonical, p.kind, p.region, p.country, p.lat, p.lon, p.population, p.geonames_id, n.rank
    FROM name n JOIN place p ON p.id = n.place WHERE n.key = ?"""
_FORGIVING = """SELECT p.id, p.canonical, p.kind, p.region, p.country, p.lat, p.lon, p.population, p.geonames_id, 3
    FROM loose l JOIN place p ON p.id = l.place WHERE l.key = ?"""
_ANY = "SELECT 1 FROM name n JOIN place p ON p.id = n.place LIMIT 1"


class GazetteerError(ValueError):
    """There is no gazetteer in the file; the message names it and says what is there."""


class Record(NamedTuple):
    """One place of the gazetteer, with how the name led to it."""

    id: int
    canonical: str
    kind: str
    region: str | None
    country: str | None
    lat: float | None
    lon: float | None
    population: int
    geonames_id: int | None
    rank: int

    @property
    def weight(self) -> float:
        """How likely the name means it, all else being equal."""
        if self.kind == "country":
            return 1e8
        return _TRUST[self.rank] * math.pow(max(self.population, _FLOOR[self.rank]), 0.7)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a bare name is worth: its usual `kind`, and `trust` from 0 (some namesake somewhere) to 2 (well known)."""

    kind: str
    trust: int


class Gazetteer:
    """Looks places up by name. Immutable; safe to share with threads and forked children."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self.records = lru_cache(maxsize=CACHED)(self._records)
        self.standing = lru_cache(maxsize=CACHED)(self._standing)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Opens the built file. Raises GazetteerError where there is none, and for any other file."""
        db = sqlite3.connect(":memory:", check_same_thread=False)
        try:
            db.deserialize(Path(path).read_bytes() or b"\0")  # SQLite has no memory for nothing
            db.execute("PRAGMA query_only = ON")
            sound = db.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
            sound = sound and db.execute(_ANY).fetchone() is not None
        except OSError as fault:
            raise GazetteerError(f"there is no gazetteer at {path} ({fault.strerror})") from fault
        except sqlite3.Error as fault:
            raise GazetteerError(f"{path} is no gazetteer, or a damaged one ({fault})") from fault
        if not sound:
            raise GazetteerError(f"{path} is an empty or damaged gazetteer")
        return cls(db)

    def knows(self, name: str) -> bool:
        """Whether some place goes by that name, in any usual spelling."""
        return bool(self.records(name))

    def kind_of(self, name: str) -> str | None:
        """What the name usually means: settlement, region, country, area, water or venue; None where unknown."""
        standing = self.standing(name)
        return standing.kind if standing else None

    def resolve(
        self, name: str, *, region: str | None = None, countries: Sequence[str] = (), kind: str | None = None
    ) -> Place:
        """The place a name means, given the region named with it, the ISO codes of the countries the article speaks of
        (most spoken of first), and the kind of place where the text tells it.

        Where namesakes cannot be told apart only `name` and `region` are filled, and `candidates` hold the choice.
        """
        records = _without_doubles(self.records(name), kind)
        if not records:
            return Place(name, region=region)
        wanted = self._region_of(region)
        largest = max((r.population for r in records if r.rank <= PRIMARY), default=0)
        spoken_of = {r: () if _called_after(r, largest) else countries for r in records}
        beliefs = sorted(((_belief(r, wanted, spoken_of[r], kind), r) for r in records), key=lambda b: -b[0])
        total = sum(belief for belief, _ in beliefs)
        shares = [(belief / total, r) for belief, r in beliefs]
        share, top = shares[0]
        candidates = tuple(_candidate(r, s) for s, r in shares[:5] if s >= 0.01)
        if share < _SURE or _foreign(top, wanted, countries):
            return Place(name, region=region, candidates=candidates)
        return Place(
            name=name,
            canonical=top.canonical,
            region=region if region and not self._is_country(region) else top.region,
            country=top.country,
            lat=top.lat,
            lon=top.lon,
            geonames_id=top.geonames_id,
            candidates=candidates if share < _CLEAR else (),
        )

    def _records(self, name: str) -> tuple[Record, ...]:
        key = key_of(name)
        found = self._db.execute(_EXACT, (key,)).fetchall()
        if not found and len(key) > 3 and (forgiving := loose_key(name)):
            found = self._db.execute(_FORGIVING, (forgiving,)).fetchall()
        return tuple(sorted((Record(*row) for row in found), key=lambda r: (-r.weight, r.id)))

    def _standing(self, name: str) -> Standing | None:
        records = self.records(name)
        if not records:
            return None
        top = _without_doubles(records, None)[0]
        if top.rank == CURATED or (top.rank == PRIMARY and top.population >= _FAMOUS):
            return Standing(top.kind, 2)
        return Standing(top.kind, int(top.rank == PRIMARY or (top.rank == ALTERNATE and top.population >= _TOWN)))

    def _is_country(self, name: str) -> bool:
        return any(record.kind == "country" for record in self.records(name))

    def _region_of(self, region: str | None) -> frozenset[tuple[str | None, str | None]]:
        """(country, region) pairs that the words for a region may mean; (country, None) for a whole country."""
        if not region:
            return frozenset()
        found: set[tuple[str | None, str | None]] = set()
        for record in self.records(region):
            if record.kind == "country":
                found.add((record.country, None))
            elif record.rank == CURATED:
                found.add((record.country, record.region if record.kind == "settlement" else record.canonical))
        return frozenset(found)


def _without_doubles(records: Sequence[Record], kind: str | None) -> list[Record]:
    """A town and the region called after it are no rivals: the kind decides, else the town stands for both.

    A curated place likewise displaces the same town of GeoNames.
    """
    kept: list[Record] = []
    towns = {r.country for r in records if r.kind == "settlement" and r.rank <= PRIMARY}
    regions = {r.country for r in records if r.kind == "region"}
    for record in records:
        if kind == "region" and record.kind == "settlement" and record.country in regions:
            continue
        if kind != "region" and record.kind == "region" and record.country in towns:
            continue
        if not any(_same(record, other) for other in kept):
            kept.append(record)
    return kept


def _same(record: Record, other: Record) -> bool:
    """Whether two records are one place: the same land, the same named area, or towns within some 15 km."""
    if record.country != other.country or record.kind != other.kind:
        return False
    if record.kind == "country" or (record.kind != "settlement" and record.canonical == other.canonical):
        return True
    if record.lat is None or record.lon is None or other.lat is None or other.lon is None:
        return False
    return abs(record.lat - other.lat) < 0.15 and abs(record.lon - other.lon) < 0.2


def _belief(
    record: Record, wanted: frozenset[tuple[str | None, str | None]], countries: Sequence[str], kind: str | None
) -> float:
    belief = record.weight
    if record.country in countries:
        belief *= 200.0 / (1 + countries.index(record.country))
    elif record.kind == "country":
        belief *= 0.2 if countries else 1
    elif record.population >= _METROPOLIS:
        belief *= 10
    if kind is not None and record.kind == kind:
        belief *= 20
    if wanted:
        inside = (record.country, record.region) in wanted or (record.country, None) in wanted
        belief *= 1000 if inside else 0.01 if record.region else 1
    return belief


def _called_after(record: Record, largest: int) -> bool:
    """Whether a town of the New World bears the name of a far larger city: an article on America may speak of Rome."""
    small = record.kind == "settlement" and record.rank != CURATED and record.population < _FAMOUS * 4
    return small and record.country in _NEW_WORLD and largest >= _FAMOUS and record.population * 3 < largest


def _foreign(record: Record, wanted: frozenset[tuple[str | None, str | None]], countries: Sequence[str]) -> bool:
    """Whether the best namesake is still no good: outside the region named, or a small town in a land not spoken of."""
    if wanted and record.region and record.kind == "settlement":
        return (record.country, record.region) not in wanted and (record.country, None) not in wanted
    small = record.rank != CURATED and record.population < _FAMOUS
    return bool(countries) and small and record.country not in countries


def _candidate(record: Record, share: float) -> Candidate:
    return Candidate(
        record.canonical, record.region, record.country, record.lat, record.lon, record.geonames_id, round(share, 2)
    )
