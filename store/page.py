"""One page of a list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

T = TypeVar("T")
Key = tuple[int | str, ...]
_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """The items of a page and the key of its last one, None when nothing follows. Keys are JSON-ready."""

    items: list[T]
    next: Key | None


def key_number(key: Key, place: int) -> int:
    """The number at `place` of a key that a client hands back. ValueError for anything that no page ever gave."""
    if len(key) <= place or type(number := key[place]) is not int or not 0 <= number <= _LARGEST:
        raise ValueError("this is not the key of a page")
    return number


def key_text(key: Key, place: int) -> str:
    """The text at `place` of a key, as above."""
    if len(key) <= place or not isinstance(text := key[place], str):
        raise ValueError("this is not the key of a page")
    return text


def key_moment(key: Key, place: int) -> datetime:
    """The moment at `place` of a key in UTC, as above; OverflowError, too, for one that UTC has no name for."""
    moment = datetime.fromisoformat(key_text(key, place))
    if moment.tzinfo is None:
        raise ValueError("this is not the key of a page")
    return moment.astimezone(UTC)
