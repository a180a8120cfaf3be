"""Reads article files as a newsroom has them: plain text, HTML, one JSON submission, or many as NDJSON."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

FIELDS = ("text", "html", "url", "title", "publisher", "published_at", "language", "external_id")
SUFFIXES = (".txt", ".text", ".md", ".html", ".htm", ".json", ".ndjson", ".jsonl")
# The top-level name that RFC 2606 reserves for addresses that lead nowhere.
NO_ADDRESS = "https://files.invalid/"
_MARKUP = re.compile(r"\s*<[a-z!?]", re.IGNORECASE)


class SourceError(ValueError):
    """A file cannot be read as an article; the message names it and says why."""


@dataclass(frozen=True, slots=True)
class Source:
    """One article to submit: `name` is how to call it in messages, `submission` the body of a POST."""

    name: str
    submission: dict[str, Any]


def sources(paths: Iterable[str], defaults: Mapping[str, str | None], *, addresses: bool = False) -> Iterator[Source]:
    """The articles in `paths` (files, folders, or "-" for standard input), completed from `defaults`; with `addresses`
    also those of which the page is still to be fetched.

    Raises SourceError for a path that is missing, empty, or not in one of the known forms.
    """
    for path in paths:
        if path == "-":
            yield from _read("stdin", _stdin(), form_of(None), defaults, addresses)
            continue
        file = Path(path)
        if file.is_dir():
            files = sorted(f for f in file.rglob("*") if f.is_file() and f.suffix.lower() in SUFFIXES)
            if not files:
                raise SourceError(f"{path}: no article files in this folder (looked for {', '.join(SUFFIXES)})")
        else:
            files = [file]
        for one in files:
            try:
                content = one.read_bytes().decode("utf-8-sig")
            except OSError as error:
                raise SourceError(f"{one}: {error.strerror}") from error
            except UnicodeDecodeError as error:
                raise SourceError(f"{one}: not UTF-8 text; convert it first, for example with iconv") from error
            yield from _read(str(one), content, form_of(one), defaults, addresses)


def text_of(name: str) -> str:
    """The text of one file, or of stdin for `-`. Raises SourceError where it cannot be read or is not UTF-8."""
    try:
        return (sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror
        raise SourceError(f"{name}: {why}") from error


def form_of(file: Path | None) -> str:
    """What a file holds, by its suffix: text, html, json or ndjson; any for standard input."""
    suffix = file.suffix.lower() if file else ""
    return {".html": "html", ".htm": "html", ".json": "json", ".ndjson": "ndjson", ".jsonl": "ndjson"}.get(
        suffix, "text" if file else "any"
    )


def _read(name: str, content: str, form: str, defaults: Mapping[str, str | None], addresses: bool) -> Iterator[Source]:
    if form == "any":
        form = _form(content)
    if form == "ndjson":
        # Not splitlines: it also parts at characters that JSON allows within its strings.
        lines = [(f"{name}:{number}", line) for number, line in enumerate(content.split("\n"), 1) if line.strip()]
        if not lines:
            raise SourceError(f"{name}: there is no text in it")
        for line_name, line in lines:
            yield complete(line_name, parse(line_name, line), defaults, addresses=addresses)
    elif form == "json":
        yield complete(name, parse(name, content), defaults, addresses=addresses)
    else:
        yield complete(name, {form: content}, defaults)


def _form(content: str) -> str:
    """What a content without a name looks like."""
    if _MARKUP.match(content):
        return "html"
    if not content.lstrip().startswith("{"):
        return "text"
    first, _, rest = content.strip().partition("\n")
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return "json"
    return "ndjson" if rest else "json"


def _stdin() -> str:
    if sys.stdin is None:
        raise SourceError("stdin: it is closed")
    try:
        return sys.stdin.read().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise SourceError("stdin: not UTF-8 text; convert it first, for example with iconv") from error


def parse(name: str, content: str) -> dict[str, Any]:
    """The submission in JSON text, without what no submission has. Raises SourceError."""
    try:
        found = json.loads(content)
    except RecursionError as error:
        raise SourceError(f"{name}: its JSON is nested too deep") from error
    except ValueError as error:
        raise SourceError(f"{name}: not JSON ({error})") from error
    if not isinstance(found, dict):
        raise SourceError(f"{name}: a JSON object with `text` or `html` is wanted, not a {type(found).__name__}")
    return {field: found[field] for field in FIELDS if found.get(field) is not None}


def complete(
    name: str,
    submission: dict[str, Any],
    defaults: Mapping[str, str | None],
    *,
    step: str | None = None,
    addresses: bool = False,
) -> Source:
    """A submission with what `defaults` add to it, and with an address if it brings none: under NO_ADDRESS, by `step`
    or else the last part of its name. Raises SourceError where there is no text in it; with `addresses` one that is
    its address alone will do, as a service may fetch the page."""
    content = submission.get("text") or submission.get("html")
    alone = addresses and "url" in submission and not {"text", "html"} & submission.keys()
    if not alone and (not isinstance(content, str) or not content.strip()):
        raise SourceError(f"{name}: there is no text in it")
    completed = {k: v for k, v in defaults.items() if v is not None} | submission
    completed.setdefault("url", NO_ADDRESS + quote(os.fsencode(step or Path(name).name)))
    return Source(name, completed)
