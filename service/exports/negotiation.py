"""Which format a client would like best (RFC 9110, section 12): JSON unless it says otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from werkzeug.http import parse_options_header

from service.arguments import JSON
from service.exports.contract import Format

T = TypeVar("T", bound="Format | None")
_RANGE = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+/[!#$%&'*+.^_`|~0-9A-Za-z-]+")


@dataclass(frozen=True, slots=True)
class _Wish:
    """A media range of an Accept header. `place` is where it stands in it."""

    type: str
    profiles: tuple[str, ...]
    quality: float
    place: int


def chosen(accept: Iterable[tuple[str, float]], offered: Sequence[Format]) -> Format | None:
    """The format that suits the client best, None for plain JSON. LookupError where nothing does.

    Each format counts by the range that speaks of it most closely; among equals what the client names first, then JSON,
    then the order of the formats. An Accept in which nothing can be read is as good as none.
    """
    wishes = list(_wishes(accept))
    if not wishes:
        return None
    ranked = []
    for number, form in enumerate((None, *offered)):
        media_type, profile = (JSON, None) if form is None else (form.media_type, form.profile)
        fitting = [(closeness, wish) for wish in wishes if (closeness := _closeness(wish, media_type, profile))]
        if fitting:
            closeness, best = max(fitting, key=lambda one: (one[0], one[1].quality))
            if best.quality > 0:
                ranked.append((-best.quality, -closeness, best.place, number, form))
    if not ranked:
        raise LookupError("none of these")
    return min(ranked, key=lambda one: one[:4])[-1]


def _wishes(accept: Iterable[tuple[str, float]]) -> Iterable[_Wish]:
    for place, (given, quality) in enumerate(accept):
        media_type, options = parse_options_header(given)
        if _RANGE.fullmatch(media_type):
            yield _Wish(media_type.lower(), tuple(options.get("profile", "").split()), quality, place)


def _closeness(wish: _Wish, media_type: str, profile: str | None) -> int:
    """How closely a range speaks of a format; 0 where it does not."""
    if wish.profiles:
        return 5 if wish.type == media_type and profile in wish.profiles else 0
    if wish.type == media_type:
        return 4 if profile is None else 3
    if wish.type == media_type.partition("/")[0] + "/*":
        return 2
    return int(wish.type == "*/*")
