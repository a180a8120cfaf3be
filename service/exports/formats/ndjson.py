"""Newline-delimited JSON: one claim a line, as the API gives it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from schemas.claim import Claim
from service import wire
from service.exports.contract import Batch, Format, Frame


def _write(batches: Iterable[Batch], _: Frame) -> Iterator[bytes]:
    schema = Claim()
    for batch in batches:
        lines = (
            json.dumps(schema.dump(wire.claim(claim)), ensure_ascii=False, separators=(",", ":"))
            for claim in batch.claims
        )
        yield "".join(f"{line}\n" for line in lines).encode()


FORMAT = Format(
    suffix="ndjson",
    name="Ndjson",
    media_type="application/x-ndjson",
    write=_write,
    title="JSON lines",
    told="One claim a line, in the very form of the list",
    order=11,
)
