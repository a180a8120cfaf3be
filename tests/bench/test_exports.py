"""A real process: an export that breaks in its middle is seen to be broken, and one that is whole is whole."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from bench import exports
from claimtrail.client import Client, ServiceError

pytestmark = pytest.mark.slow
# More than sockets and what waits for a client hold.
ROWS = 14_000


def test_a_database_that_goes_away_breaks_the_export(tmp_path: Path) -> None:
    database = exports.fill(tmp_path, ROWS, quiet=True)
    with exports.serving(database) as (url, _), Client(url, timeout=60, retries=0) as service:
        with httpx.stream("GET", f"{url}/v1/claims.ndjson?limit=500", timeout=60) as answer:
            lines = list(answer.iter_lines())
        assert answer.headers["Transfer-Encoding"] == "chunked"
        assert len({json.loads(line)["id"] for line in lines}) == 500
        pieces = service.export("ndjson")
        taken = len(next(pieces))
        for file in tmp_path.glob("claims.sqlite3*"):
            file.rename(file.with_name(f"gone-{file.name}"))
        with pytest.raises(ServiceError, match="broke off"):
            for piece in pieces:
                taken += len(piece)
        assert taken > 100_000, "it had begun"
        with pytest.raises(ServiceError) as refused:
            list(service.export("ndjson"))
        assert refused.value.status == 503
