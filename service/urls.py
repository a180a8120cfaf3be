"""The one form of an article's address by which it is known again."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

from courlan import normalize_url
from url_normalize import url_normalize

# What newsletters, networks and advertisers add. Deliberately few: a parameter that chooses the article must stay, or
# two articles would become one (courlan's own list takes "gallery" and "cid", and drops what has no value).
_TRACKING = re.compile(
    r"(?:utm|mtm|pk|piwik|matomo|hsa|vero|oly|at|wt)_\w+|(?:fb|g|dc|gc|tw|y|ys|msclk|igsh|gbra|wbra|ttc)?clid"
    r"|(?:msclk|igsh|gbra|wbra|click|partner)id|igsh|mc_[ce]id|_ga|_gl|xtor|cmpid|smid|smtyp|ocid|ns_\w+",
    re.IGNORECASE,
)


def canonical(url: str) -> str:
    """The URL normalised (RFC 3986), without fragment and tracking parameters; as it is where that cannot be done."""
    parts = urlsplit(url)
    try:
        plain = url_normalize(urlunsplit(parts._replace(query="", fragment=""))) or url
        plain = normalize_url(plain)
    except (ValueError, UnicodeError):
        plain = urlunsplit(parts._replace(query="", fragment=""))
    kept = [pair for pair in parts.query.split("&") if pair and not _TRACKING.fullmatch(pair.partition("=")[0])]
    return f"{plain}?{'&'.join(sorted(kept))}" if kept else plain
