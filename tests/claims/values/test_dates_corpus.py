"""The corpus of time expressions: what is found in each text, and what it means on the day it was published."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from edtf import parse_edtf

from claims.model import Precision
from claims.values.dates import find_dates
from claims.values.spans import Setting

with Path(__file__).with_name("dates.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['published_at']} {row['tense']} {row['text']}")
def test_corpus(row: dict[str, str]) -> None:
    published = date.fromisoformat(row["published_at"]) if row["published_at"] else None
    (mention,) = find_dates(row["text"])
    assert mention.text == row["date_text"]
    assert row["text"][mention.start : mention.end] == mention.text
    found = mention.resolve(Setting(published, row["tense"] or None))
    first, last = (day.isoformat() if day else "" for day in (found.first, found.last))
    assert (first, last) == (row["from"], row["to"])
    assert (found.edtf or "", found.precision or "") == (row["edtf"], row["precision"])
    if found.edtf:
        assert str(parse_edtf(found.edtf)) == found.edtf


def test_every_precision_is_in_the_corpus() -> None:
    assert len(ROWS) >= 150
    assert {row["precision"] for row in ROWS} == {"", *Precision}
