"""What a ninjs item says, in the terms of the store: its identity, version, address and body."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, time
from typing import Any
from urllib.parse import quote

from marshmallow import ValidationError

from claims.fragments import page_of
from schemas.article import MAX_NAME, MAX_TEXT, MAX_TITLE, check_url, published_moment
from schemas.common import clean
from service import urls
from service.arguments import in_utc
from service.problems import Fault, ProblemError
from store.ninjs import Item
from store.submissions import Submission

# A guid that stands in a path as it is, whatever normalises it.
_PLAIN = re.compile(r"[A-Za-z0-9](?:(?:[A-Za-z0-9:_-]|\.(?!\.)){0,498}[A-Za-z0-9])?")
_MARKUP = ("text/html", "application/xhtml+xml")
_MAIN = ("main", "body", "")
_CANONICAL = "canonical"


def guid_of(fields: Mapping[str, Any]) -> str:
    """What the item is known by."""
    return str(fields.get("guid") or fields["uri"])


def status_of(fields: Mapping[str, Any]) -> str:
    """ "usable", "withheld" or "canceled"."""
    return _told(fields, "pubstatus", "pubStatus") or "usable"


def item_of(fields: Mapping[str, Any], base_url: str) -> Item | str:
    """The item in a loaded NinjsItem, or why there is nothing in it to take in. ProblemError 422 for a plain text that
    is longer than texts may be.

    An item that names no web address gets one under `base_url`, made from its guid.
    """
    canceled = status_of(fields) == "canceled"
    submission = None if canceled else _submission(fields, base_url)
    if submission is None and not canceled:
        return "It has no body."
    created = _told(fields, "versioncreated", "versionCreated", "contentmodified", "contentModified")
    return Item(
        guid=guid_of(fields),
        version=fields.get("version") or None,
        version_created=None if created is None else _moment(created),
        evolved_from=_told(fields, "evolvedfrom", "evolvedFrom"),
        submission=submission,
    )


def _submission(fields: Mapping[str, Any], base_url: str) -> Submission | None:
    title = _short(fields.get("headline") or _main(fields.get("headlines"))[1], MAX_TITLE)
    language = (fields.get("language") or "").replace("_", "-") or None
    markup, text = _body(fields)
    if text is not None and len(text) > MAX_TEXT:
        fault = Fault("/bodies", "too_long", f"It has {len(text):,} characters; at most {MAX_TEXT:,} are taken.")
        raise ProblemError(422, "The body does not say what is wanted.", [fault])
    if markup is None and text is None:
        return None
    published_at = _told(
        fields, "firstpublished", "firstcreated", "firstCreated", "contentcreated", "contentCreated"
    ) or _told(fields, "versioncreated", "versionCreated")
    moment = None if published_at is None else published_moment(published_at)
    url = _url(fields, base_url)
    return Submission(
        url=url,
        canonical_url=urls.canonical(url),
        text=text,
        html=None if markup is None else page_of(markup, title=title, language=language),
        title=title,
        publisher=_short(fields.get("source"), MAX_NAME) or _short(_name(fields.get("provider")), MAX_NAME),
        published_at=published_at,
        published_on=moment.date() if isinstance(moment, datetime) else moment,
        language=language,
        external_id=guid_of(fields),
    )


def _body(fields: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """The body as markup, or else as plain text."""
    if (fields.get("body_html") or "").strip():
        return fields["body_html"], None
    if (fields.get("body_text") or "").strip():
        return None, fields["body_text"]
    kind, value = _main(fields.get("bodies"))
    if value is None:
        return None, None
    return (value, None) if kind in _MARKUP else (None, value)


def _main(parts: Iterable[Mapping[str, Any]] | None) -> tuple[str, str | None]:
    """Of several headlines or bodies the main one, with its media type: markup before plain text, else the first."""
    found = [
        ((part.get("contenttype") or part.get("contentType") or "").partition(";")[0].strip().lower(), part)
        for part in parts or ()
        if (part.get("value") or "").strip()
    ]
    if not found:
        return "", None
    best = min(found, key=lambda one: ((one[1].get("role") or "").lower() not in _MAIN, one[0] not in _MARKUP))
    return best[0], str(best[1]["value"])


def _url(fields: Mapping[str, Any], base_url: str) -> str:
    """The item's web address: the one that it says is canonical, else its identity where that is one."""
    linked = [link.get("href") for link in fields.get("links") or () if link.get("rel") == _CANONICAL]
    named = (fields.get("canonicalurl"), fields.get("canonicalUrl"), *linked, fields.get("uri"), fields.get("guid"))
    found = next((url for url in named if url and _passes(check_url, url)), None)
    return found or base_url + _step(guid_of(fields))


def _step(guid: str) -> str:
    """A guid as the last step of a path; as its SHA-256 where normalising could make two of them one."""
    if _PLAIN.fullmatch(guid):
        return quote(guid, safe=":")
    return hashlib.sha256(guid.encode()).hexdigest()


def _moment(told: str) -> datetime:
    moment = published_moment(told)
    return in_utc(moment) if isinstance(moment, datetime) else datetime.combine(moment, time.min, UTC)


def _told(fields: Mapping[str, Any], *names: str) -> str | None:
    """The first of these fields that says something."""
    return next((fields[name] for name in names if (fields.get(name) or "").strip()), None)


def _short(value: Any, most: int) -> str | None:
    """A name or title of no more characters than are kept; None for what is none."""
    told = " ".join(value.split())[:most].strip() if isinstance(value, str) else ""
    return told if told and _passes(clean(most), told) else None


def _name(provider: Any) -> Any:
    return provider.get("name") if isinstance(provider, Mapping) else provider


def _passes(check: Callable[[str], None], value: str) -> bool:
    try:
        check(value)
    except ValidationError:
        return False
    return True
