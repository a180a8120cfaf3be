"""JSON-LD: schema.org's Claim."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from service.exports.contract import Batch, Format, Frame
from service.exports.jsonlist import filled, json_list
from service.exports.nodes import CONTEXT, claim_node


def _write(batches: Iterable[Batch], _: Frame) -> Iterator[bytes]:
    nodes = ([filled(claim_node(claim)) for claim in batch.claims] for batch in batches)
    return json_list({"@context": CONTEXT}, "@graph", nodes)


FORMAT = Format(
    suffix="jsonld",
    name="JsonLd",
    media_type="application/ld+json",
    write=_write,
    title="schema.org Claims",
    told="Each claim as a schema.org `Claim` with its text, who says it (`author`) and the article in which it stands "
    "(`appearance`), in one JSON-LD graph",
    order=20,
)
