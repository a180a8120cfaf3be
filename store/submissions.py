"""Articles as they are sent, before anything is known of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

# In the place of a hash, where the page has to be fetched.
NOT_FETCHED = ""


@dataclass(frozen=True, slots=True)
class Submission:
    """An article as a client sends it; exactly one of `text` and `html`, or neither where a worker is to fetch the
    page. `published_on` is the local date."""

    url: str
    canonical_url: str
    text: str | None = None
    html: str | None = None
    title: str | None = None
    publisher: str | None = None
    published_at: str | None = None
    published_on: date | None = None
    language: str | None = None
    external_id: str | None = None

    @property
    def is_to_fetch(self) -> bool:
        """Whether the page has to be fetched first."""
        return self.text is None and self.html is None

    @property
    def order(self) -> dict[str, Any]:
        """What a worker has to know of it to fetch the page, as JSON: `ordered` makes a submission of it again."""
        told = asdict(self) | {"published_on": None if self.published_on is None else self.published_on.isoformat()}
        return {name: value for name, value in told.items() if value is not None}

    @classmethod
    def ordered(cls, order: Mapping[str, Any], *, text: str | None, html: str | None) -> Submission:
        """The submission of that order, with the page that was fetched for it."""
        on = order.get("published_on")
        told = dict(order) | {"published_on": None if on is None else date.fromisoformat(on)}
        return cls(**told | {"text": text, "html": html})

    @property
    def content_hash(self) -> str:
        """The SHA-256 by which the same text, or the same html, is known again; empty where it has to be fetched."""
        if self.is_to_fetch:
            return NOT_FETCHED
        form, content = ("html", self.html) if self.text is None else ("text", self.text)
        return hashlib.sha256(f"{form}\0{content}".encode()).hexdigest()
