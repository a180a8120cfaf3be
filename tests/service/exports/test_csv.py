from __future__ import annotations

import csv
import io
from typing import Any


def test_a_table(newsroom: Any, claim_of: Any) -> None:
    newsroom.post(newsroom.article(publisher="=cmd|' /C calc'!A0"))
    newsroom.read(claim_of("They freed 40 captives", kind="prisoners", count=40))
    answer = newsroom.http.get("/v1/claims.csv")
    print(answer.text, answer.headers)
    (row,) = csv.DictReader(io.StringIO(answer.text, newline=""))
    assert row["source.publisher"] == "'=cmd|' /C calc'!A0"
    assert newsroom.http.get("/v1/claims", headers={"Accept": "text/csv"}).get_data() == answer.get_data()
