"""GeoJSON, read by OGR: points of places that are known, each with who says what and when."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyogrio
import pytest

LIMA = {
    "name": "Lima",
    "canonical": "Lima",
    "region": None,
    "country": "PE",
    "lat": -12.04,
    "lon": -77.03,
    "geonames_id": 3936456,
}


def test_points_as_ogr_reads_them(write: Any, claim: Any, tmp_path: Path) -> None:
    both = replace(claim, kind="territory", details={"places": [LIMA, LIMA | {"name": "Cusco", "canonical": "Cusco"}]})
    file = tmp_path / "claims.geojson"
    file.write_text(write("geojson", [claim, both]), "utf-8")
    told = pyogrio.read_info(file)
    assert (told["features"], told["geometry_type"], told["crs"]) == (3, "Point", "EPSG:4326")
    meta, _, shapes, values = pyogrio.raw.read(file)
    rows = [dict(zip(meta["fields"], row, strict=True)) for row in zip(*values, strict=True)]
    assert [row["place"] for row in rows] == ["Nairobi", "Lima", "Cusco"]
    assert rows[0]["quote"] == claim.quote
    assert rows[0]["speaker"] == claim.speaker
    assert str(rows[0]["date_from"])[:10] == "2025-06-09"
    assert all("GeoNames" in row["attribution"] for row in rows)
    assert len({bytes(shape) for shape in shapes}) == 2
    assert told["total_bounds"] == pytest.approx((-77.03, -12.04, 36.82, -1.28))


def test_what_is_not_known_is_no_point(write: Any, claim: Any) -> None:
    unsure = LIMA | {"candidates": [LIMA, LIMA]}
    details: list[Any] = [{}, {"place": None}, {"place": unsure}]
    details += [{"place": LIMA | changes} for changes in ({"lat": None}, {"lon": None}, {"lat": 91.0}, {"lon": -181.0})]
    found = json.loads(write("geojson", [replace(claim, details=one) for one in details]))
    assert found["features"] == []
    assert "GeoNames" in found["attribution"]
    assert "CC BY 4.0" in found["attribution"]


def test_its_form(write: Any, claim: Any) -> None:
    found = json.loads(write("geojson", [claim, replace(claim, date_text=None, date_from=None, date_to=None)]))
    assert set(found) == {"type", "attribution", "features"}
    for feature in found["features"]:
        assert set(feature) == {"type", "id", "geometry", "properties"}
        assert feature["geometry"] == {"type": "Point", "coordinates": [36.82, -1.28]}
        assert set(feature["properties"]) == set(found["features"][0]["properties"])


def test_no_words_become_more_than_words(write: Any, injection: Any) -> None:
    (feature,) = json.loads(write("geojson", [injection]))["features"]
    assert feature["properties"]["quote"] == injection.quote
    assert feature["properties"]["url"] is None
    assert set(feature["geometry"]) == {"type", "coordinates"}


@pytest.mark.skipif(shutil.which("ogrinfo") is None, reason="ogrinfo (gdal-bin) is not installed")
def test_ogrinfo_reads_hostile_words(write: Any, injections: Any, tmp_path: Path) -> None:
    file = tmp_path / "claims.geojson"
    file.write_text(write("geojson", injections), "utf-8")
    command = ["ogrinfo", "-ro", "-al", "-so", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert f"Feature Count: {len(injections)}" in done.stdout
    assert "ERROR" not in done.stderr
