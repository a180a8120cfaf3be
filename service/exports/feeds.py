"""What all feeds of claims have in common."""

from __future__ import annotations

import uuid

from service.exports.contract import Frame
from service.exports.words import in_lines
from store.claims import ClaimView

NAME = "Claimtrail"
TITLE = "Claimtrail: the newest claims"


def feed_id(frame: Frame) -> str:
    """What tells the feed at this address from others, and stays the same."""
    return uuid.uuid5(uuid.NAMESPACE_URL, frame.address).urn


def lines(claim: ClaimView) -> str:
    """A claim in a few lines of plain text: its words, who says them, and where."""
    said = " via ".join(filter(None, (claim.speaker, claim.via)))
    when = None if claim.date_text is None else f"When: {claim.date_text}"
    where = ", ".join(filter(None, (claim.publisher, claim.title)))
    return in_lines("\n".join(filter(None, (f"“{claim.quote}”", said, when, where))))
