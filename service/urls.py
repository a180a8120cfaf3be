"""The one form of an article's address by which it is known again."""

from __future__ import annotations

from courlan import clean_url
from url_normalize import url_normalize


def canonical(url: str) -> str:
    """The URL normalised (RFC 3986), without fragment and tracking parameters; itself where that cannot be done."""
    try:
        plain = url_normalize(url) or url
        return clean_url(plain) or plain
    except (ValueError, UnicodeError):
        return url
