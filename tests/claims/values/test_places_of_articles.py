"""The places of the corpus outside the repository lie within 25 km of where they should; doubts are told as doubts."""

from __future__ import annotations

import csv
import json
import math
from datetime import date
from pathlib import Path

import pytest

from claims.context import Context
from claims.language import Parser
from claims.model import Article, Place
from claims.values.gazetteer import Gazetteer

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "gold"
TABLE = CORPUS / "places.csv"
EARTH_RADIUS_KM = 6371.0
FARTHEST_KM = 25.0


def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def distance_km(place: Place, lat: float, lon: float) -> float:
    """The great-circle distance, by the haversine formula."""
    assert place.lat is not None
    assert place.lon is not None
    one, other = math.radians(place.lat), math.radians(lat)
    a = math.sin((other - one) / 2) ** 2
    a += math.cos(one) * math.cos(other) * math.sin(math.radians(lon - place.lon) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(a))


@pytest.mark.skipif(not TABLE.exists(), reason="the corpus with its places is not beside the project")
def test_every_place_lies_where_it_does_and_doubts_are_told(parser: Parser, gazetteer: Gazetteer) -> None:
    wrong = []
    for row in rows():
        (file,) = CORPUS.glob(f"*/{row['as_in']}.json")
        held = json.loads(file.read_text("utf-8"))
        article = Article(held["text"], published_at=date.fromisoformat(held["published_at"]), language="en")
        context = Context(article, parser, gazetteer)
        named = [m for s in context.sentences for m in s.places if row["name"] in (m.name, m.text)]
        if not named:
            wrong.append((row["name"], "is not found in its article"))
            continue
        for mention in named:
            place = gazetteer.resolve(mention.name, region=mention.region, countries=context.countries)
            if row["expect"] == "sure":
                away = distance_km(place, float(row["lat"]), float(row["lon"])) if place.lat is not None else None
                if away is None or away > FARTHEST_KM or place.country != row["country"]:
                    wrong.append((row["name"], f"{place}, {away} km away"))
            elif place.lat is not None and not place.candidates:
                wrong.append((row["name"], f"is given as sure: {place}"))
    assert wrong == []
