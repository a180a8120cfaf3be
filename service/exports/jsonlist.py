"""A JSON object with one long list in it, written piece by piece."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any


def json_list(head: Mapping[str, Any], name: str, parts: Iterable[Iterable[Any]]) -> Iterator[bytes]:
    """The object with the fields of `head` and, under `name`, all items of all parts, one a line."""
    yield f"{dumped(head)[:-1]},{dumped(name)}:[".encode()
    divider = "\n"
    for part in parts:
        lines = [dumped(item) for item in part]
        if lines:
            yield (divider + ",\n".join(lines)).encode()
            divider = ",\n"
    yield b"\n]}\n"


def filled(value: Any) -> Any:
    """The value without fields that are None and without what is empty then."""
    if isinstance(value, Mapping):
        kept = {name: filled(one) for name, one in value.items() if one is not None}
        return {name: one for name, one in kept.items() if one not in ({}, [])}
    if isinstance(value, list | tuple):
        return [filled(one) for one in value if one is not None]
    return value


def dumped(value: Any) -> str:
    """The value as JSON in the fewest characters."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
