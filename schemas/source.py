"""Sources as they were received, and proofs of claims by them, on the wire."""

from __future__ import annotations

from marshmallow import Schema, fields


class Fetched(Schema):
    """When and where a page was fetched."""

    at = fields.AwareDateTime(format="iso")
    url = fields.String(metadata={"description": "Where it was found in the end: the address may have led on."})
    status = fields.Integer(metadata={"description": "The HTTP status of the answer."})
    headers = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={"description": "Of the answer's headers, those that say which version of the page it was."},
    )


class Received(Schema):
    """What a revision was made of."""

    form = fields.String(metadata={"enum": ["text", "html"]})
    sha256 = fields.String(
        metadata={
            "description": "Of the bytes as received: of a page as the site sent it, uncompressed; of what a client "
            "sent, in UTF-8."
        }
    )
    fetched = fields.Nested(Fetched, allow_none=True, metadata={"description": "Null where a client sent it."})


class ProvenSource(Received):
    """What a revision was made of, and whether it is here still."""

    kept = fields.Boolean(metadata={"description": "Whether its bytes are kept."})
    matches = fields.Boolean(
        allow_none=True, metadata={"description": "Whether these have that SHA-256; null where they are not kept."}
    )


class ProofLinks(Schema):
    """Where to go from a proof."""

    claim = fields.String()
    source = fields.String()


class Proof(Schema):
    """A claim, looked up in what was received when it was made."""

    claim_id = fields.UUID()
    article_id = fields.UUID()
    revision = fields.Integer()
    quote = fields.String()
    start = fields.Integer(metadata={"description": "In Unicode code points of that revision's text."})
    end = fields.Integer(metadata={"description": "Exclusive."})
    quote_matches = fields.Boolean(metadata={"description": "Whether that text has the quote exactly there."})
    text_sha256 = fields.String(metadata={"description": "The SHA-256 of that text, in UTF-8."})
    source = fields.Nested(ProvenSource, allow_none=True)
    links = fields.Nested(ProofLinks)
