"""Tables: read by others as they were meant, and never obeyed."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

SHEET = "{http://www.gnumeric.org/v10.dtd}"


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_a_row_has_what_the_api_tells(filled: Any) -> None:
    rows = rows_of(filled.http.get("/v1/claims.csv").text)
    items = filled.http.get("/v1/claims").json["items"]
    assert [row["id"] for row in rows] == [item["id"] for item in items]
    for row, item in zip(rows, items, strict=True):
        for path, value in row.items():
            told: Any = item
            for step in path.split("."):
                told = told.get(step) if isinstance(told, dict) else None
            shown = "; ".join(told) if isinstance(told, list) else told
            assert value == ("" if shown is None else str(shown)), path
    assert {row["details.count"] for row in rows} == {"", "40"}
    assert {row["details.parties"] for row in rows} == {"", "Chad; Niger", "Mali; Togo"}


def test_the_file_is_as_rfc_4180_says(write: Any, claim: Any) -> None:
    text = write("csv", [replace(claim, quote='a, "b"\r\nc', title="Zürich – 東京")])
    assert text.endswith("\r\n")
    assert '"a, ""b""\r\nc"' in text
    assert rows_of(text)[0]["source.title"] == "Zürich – 東京"
    assert write("csv", []) == text[: text.index("\r\n") + 2], "an empty list has its columns"


def test_places_and_numbers(write: Any, claim: Any) -> None:
    lima = {"name": "Lima", "canonical": "Lima", "region": None, "country": "PE", "lat": -12.04, "lon": -77.03}
    (row,) = rows_of(write("csv", [replace(claim, details={"place": lima, "count": -5, "per_side": True})]))
    assert (row["details.place.lat"], row["details.place.country"]) == ("-12.04", "PE"), "numbers stay numbers"
    assert (row["details.count"], row["details.per_side"]) == ("-5", "true")
    both = {"places": [lima, lima | {"name": "Cusco", "lat": None}], "actor": "Peru"}
    (row,) = rows_of(write("csv", [replace(claim, kind="territory", details=both)]))
    assert row["details.places.name"] == "Lima; Cusco"
    assert row["details.places.lat"] == "'-12.04; "


def test_no_cell_begins_as_a_formula_does(write: Any, formula: Any) -> None:
    (row,) = rows_of(write("csv", [formula]))
    words = formula.quote
    for path in ("quote", "attribution.speaker", "source.publisher", "source.title", "source.url", "date.text"):
        assert row[path] == f"'{words}"
    for path, value in row.items():
        if path not in ("details.place.lat", "details.place.lon"):
            assert value.lstrip("\u00a0\u2007\u200b\u3000\ufeff ")[:1] not in tuple("=+-@＝＋－＠\t\r\n"), path


def test_no_words_leave_their_cell(write: Any, injection: Any) -> None:
    (row,) = rows_of(write("csv", [injection]))
    assert row["quote"] in (injection.quote, f"'{injection.quote}")
    assert row["id"] == injection.id


@pytest.mark.skipif(shutil.which("ssconvert") is None, reason="ssconvert (gnumeric) is not installed")
def test_a_spreadsheet_finds_no_formula(write: Any, tmp_path: Path, formulas: Any) -> None:
    file, out = tmp_path / "claims.csv", tmp_path / "claims.gnumeric"
    bare = tmp_path / "bare.csv"
    file.write_bytes(write("csv", formulas).encode())
    bare.write_text('id,quote\r\n1,"=1+1"\r\n', "utf-8")
    found = {}
    for source in (file, bare):
        command = ["ssconvert", "--import-encoding=UTF-8", "-T", "Gnumeric_XmlIO:sax:0", str(source), str(out)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        cells = ElementTree.parse(out).iter(f"{SHEET}Cell")  # its own output
        # A formula's cell has no type of a value.
        found[source.name] = [cell.text for cell in cells if cell.get("ValueType") is None]
    assert found["bare.csv"] == ["=1+1"], "it would find one"
    assert found["claims.csv"] == []
