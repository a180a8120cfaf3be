"""Comma-separated values (RFC 4180): one claim a row, the columns named by the paths of the API.

Words from articles that a spreadsheet would take for a formula get an apostrophe before them; numbers stay numbers.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any

from claims import catalog
from claims.model import FieldType
from service.exports.contract import Batch, Format, Frame
from store.claims import ClaimView

Column = tuple[str, Callable[[ClaimView], Any]]

# The signs that OWASP names, with their full-width and small forms, after whatever a spreadsheet may pass over to get
# to one; and a first character that is itself one of its separators.
_FORMULA = re.compile(
    "[\x00-\x20\x7f-\xa0\u00ad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff]*"
    "[=+\\-@\uff1d\uff0b\uff0d\uff20\u2212\ufe62\ufe63\ufe66\ufe6b]|[\x00-\x1f]"
)
_PLACE_PARTS = ("name", "region", "country", "lat", "lon", "geonames_id")
_SOURCE = "article_id revision url deep_link publisher title published_at start end prefix suffix".split()


def columns() -> list[Column]:
    """The names of the columns and what each holds: what all claims have, then the fields of every kind's details."""
    plain = ["id", "kind", "status", "state", "quote"]
    named = [(name, name) for name in plain]
    named += [(f"date.{part}", f"date_{part}") for part in ("text", "from", "to", "edtf", "precision")]
    named += [(f"attribution.{part}", part) for part in ("speaker", "via", "cue")]
    named += [(f"source.{part}", part) for part in _SOURCE]
    named += [(name, name) for name in ("confidence", "extractor", "created_at", "updated_at")]
    found: dict[str, Callable[[ClaimView], Any]] = {name: partial(_attribute, at) for name, at in named}
    found |= {f"explanation.{part}": partial(_explained, part) for part in ("rule", "trigger")}
    for kind in catalog.kinds().values():
        for field in kind.fields:
            if field.type in (FieldType.PLACE, FieldType.PLACES):
                parts = {f"details.{field.name}.{part}": partial(_of_places, field.name, part) for part in _PLACE_PARTS}
                found |= parts
            else:
                found[f"details.{field.name}"] = partial(_detail, field.name)
    return list(found.items())


def _attribute(name: str, claim: ClaimView) -> Any:
    return getattr(claim, name)


def _explained(name: str, claim: ClaimView) -> Any:
    return claim.explanation.get(name)


def _detail(name: str, claim: ClaimView) -> Any:
    return claim.details.get(name)


def _of_places(name: str, part: str, claim: ClaimView) -> Any:
    """A part of a place; of several places each one's, so that the third name has the third country."""
    given = claim.details.get(name)
    parts = [one.get(part) for one in (given if isinstance(given, list) else [given]) if isinstance(one, Mapping)]
    return (parts[0] if len(parts) == 1 else parts) if any(one is not None for one in parts) else None


def cell(value: Any) -> Any:
    """A value as it stands in a cell: nothing in it can be taken for a formula."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        value = "; ".join("" if one is None else str(one) for one in value)
    text = str(value)
    return f"'{text}" if _FORMULA.match(text) else text


def _write(batches: Iterable[Batch], _: Frame) -> Iterator[bytes]:
    held = columns()
    out = io.StringIO(newline="")
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow([name for name, _ in held])
    for batch in batches:
        rows.writerows([cell(read(claim)) for _, read in held] for claim in batch.claims)
        yield out.getvalue().encode()
        out.seek(0)
        out.truncate()
    yield out.getvalue().encode()


FORMAT = Format(
    suffix="csv",
    name="Csv",
    media_type="text/csv",
    parameters="; charset=utf-8; header=present",
    write=_write,
    title="a table (CSV)",
    told="One claim a row (RFC 4180, UTF-8). The columns are named by the paths of the API; read them by name, as new "
    "kinds of claim bring new ones. Text that a spreadsheet would take for a formula has an apostrophe before it; "
    "several values have `; ` between them",
    order=10,
)
