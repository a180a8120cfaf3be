"""Words from articles on their way into other formats, in which some of them would mean something."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from store.claims import ClaimView

_MOST = 120
# What XML 1.0 cannot hold, and the control characters that it can but nobody should.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_OUTSIDE_ADDRESSES = re.compile('[\\s<>"{}|\\\\^`\x00-\x20\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]')


def web_address(url: str | None) -> str | None:
    """The address if it is one of the web, so that nothing else (`javascript:`) ever becomes a link; None otherwise.

    Characters that no address has are percent-encoded.
    """
    if not url:
        return None
    url = _OUTSIDE_ADDRESSES.sub(lambda found: quote(found[0]), url)
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme.lower() in ("http", "https") and parts.netloc else None


def for_xml(text: str) -> str:
    """The text with the replacement character for what XML cannot hold."""
    return _NOT_IN_XML.sub("\ufffd", text)


def on_a_line(text: str) -> str:
    """The text on one line, without control characters."""
    return " ".join(_CONTROLS.sub(" ", text).split())


def in_lines(text: str) -> str:
    """The text with nothing but line feeds of all control characters, however its lines were broken."""
    return "\n".join(on_a_line(line) for line in text.splitlines()).strip("\n")


def headline(claim: ClaimView) -> str:
    """What a claim is about, on one line."""
    return shortened(f"{claim.kind}, {claim.status}: {on_a_line(claim.quote)}")


def shortened(text: str) -> str:
    """The text, cut where it is longer than a title should be."""
    return text if len(text) <= _MOST else text[: _MOST - 1].rstrip() + "…"
