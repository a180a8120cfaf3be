"""Claims as a table for a terminal, and what was refused as a list."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from claimtrail.visible import visible

HEADINGS = ("KIND", "STATUS", "DATE", "WHAT", "SAID BY", "QUOTE")


def table(claims: Iterable[Mapping[str, Any]], *, width: int | None = None) -> str:
    """The claims (in the API's form) as aligned columns, cut to `width` columns (the terminal's by default)."""
    rows = [HEADINGS, *(tuple(map(one_line, _row(claim))) for claim in claims)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEADINGS) - 1)]
    widths = [min(w, cap) for w, cap in zip(widths, (12, 12, 23, 44, 28), strict=True)]
    room = max(20, (width or shutil.get_terminal_size((160, 24)).columns) - sum(widths) - 2 * len(widths))
    lines = []
    for row in rows:
        cells = [_cut(cell, w).ljust(w) for cell, w in zip(row, widths, strict=False)]
        lines.append("  ".join([*cells, _cut(row[-1], room)]).rstrip())
    return "\n".join(lines)


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Rows of as many cells each, the headings first, as aligned columns."""
    lines = [tuple(map(one_line, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip() for line in lines)


def counted(found: Sequence[Mapping[str, Any]], noun: str = "claim") -> str:
    """How many there are, in words."""
    return f"{len(found)} {noun if len(found) == 1 else f'{noun}s'}"


def explained(claim: Mapping[str, Any]) -> str:
    """One claim in full: its words, what they state, and the rule and the words from which each value was read."""
    said, why, source = claim.get("attribution") or {}, claim["explanation"], claim["source"]
    speaker = " via ".join(filter(None, (said.get("speaker"), said.get("via"))))
    rows = [
        ("says", f"“{claim['quote']}”"),
        ("what", _what(claim["details"])),
        ("date", _dated(claim.get("date"))),
        ("said by", speaker + (f" (“{said['cue']}”)" if said.get("cue") else "")),
        ("rule", f"{why['rule']} on “{why['trigger']}”"),
        ("read from", "; ".join(f"{name}: “{words}”" for name, words in why["fields"].items())),
        ("link", source["deep_link"]),
    ]
    lines = [one_line(f"{claim['kind']} · {claim['status']} · confidence {claim['confidence']:.2f}")]
    return "\n".join([*lines, *(f"  {name:<10} {one_line(value)}" for name, value in rows if value)])


def refused(abstention: Mapping[str, Any]) -> str:
    """One abstention (in the API's form): its words, the rule, and why that made no claim of them."""
    why = f"{abstention['rule']} on “{abstention['trigger']}”: {abstention['reason']}"
    return f"“{one_line(abstention['quote'])}”\n  {one_line(why)}"


def _dated(date: Mapping[str, Any] | None) -> str:
    """The words of a date and the interval they name."""
    if not date:
        return ""
    words = f"“{date['text']}”" if date.get("text") else ""
    interval = _interval({**date, "text": None})
    return " = ".join(filter(None, (words, interval))) + ("" if interval else " (not resolved)")


def _row(claim: Mapping[str, Any]) -> tuple[str, ...]:
    speaker = (claim.get("attribution") or {}).get("speaker") or ""
    interval = _interval(claim.get("date"))
    return claim["kind"], claim["status"], interval, _what(claim["details"]), speaker, claim["quote"]


def _interval(date: Mapping[str, Any] | None) -> str:
    if not date:
        return ""
    first, last = date.get("from"), date.get("to")
    if not first and not last:
        return f"“{date['text']}”" if date.get("text") else ""
    return str(first) if first == last else f"{first or '…'} – {last or '…'}"


def _what(details: Mapping[str, Any]) -> str:
    """The filled fields of `details` in a few words, whatever the kind."""
    shown = []
    for name, value in details.items():
        if value in (None, [], "", False):
            continue
        if value is True:
            shown.append(name.replace("_", " "))
        elif isinstance(value, list):
            shown.append(", ".join(_name(v) for v in value))
        else:
            shown.append(_name(value))
    return " · ".join(dict.fromkeys(shown))


def _name(value: Any) -> str:
    return str(value.get("name", "")) if isinstance(value, Mapping) else str(value)


def one_line(text: str) -> str:
    """On one line, whatever breaks it had, and without what a terminal would obey."""
    return visible(" ".join(text.split()))


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
