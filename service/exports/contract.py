"""What every format of an export is: its names, and how it writes claims."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from store.claims import ClaimView
from store.reviews import ReviewView


@dataclass(frozen=True, slots=True)
class Batch:
    """Some claims of an export in its order, and by claim the published reviews where the format asks for them."""

    claims: Sequence[ClaimView]
    reviews: Mapping[str, Sequence[ReviewView]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Frame:
    """What an export tells of itself.

    `root` is the service's own address, `address` that of the export, `following` that of a feed's next page. `updated`
    is when any claim in it changed last, None while there is none. `verdicts` is the scale of reviews, the best first.
    """

    root: str
    address: str
    following: str | None = None
    updated: datetime | None = None
    verdicts: tuple[str, ...] = ()


# What it is given is a format's own matter: batches of claims, or of what else it writes.
Write = Callable[[Iterable[Any], Frame], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Format:
    """One format: `/v1/claims.{suffix}`, or an Accept of its media type and, where it has one, its profile.

    `title` completes "claims as", `told` is a sentence without its end. `write` gives the file in pieces as the
    claims come, and looks at each batch once. `kinds` are the only ones that it can hold, where it cannot hold all;
    with `reviewed` it gets the reviews. A feed holds the newest claims alone. `order` decides where several formats
    would do equally well, the least first.
    """

    suffix: str
    name: str
    media_type: str
    write: Write
    title: str
    told: str
    profile: str | None = None
    parameters: str = ""
    kinds: tuple[str, ...] = ()
    feed: bool = False
    reviewed: bool = False
    order: int = 0

    @property
    def content_type(self) -> str:
        """The Content-Type of its files."""
        profile = f'; profile="{self.profile}"' if self.profile else ""
        return f"{self.media_type}{self.parameters}{profile}"

    @property
    def schema(self) -> dict[str, str]:
        """What the documentation says of its files: an object where they are JSON."""
        return {"type": "object" if self.media_type.endswith("+json") else "string"}
