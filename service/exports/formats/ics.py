"""iCalendar: each claim of talks on its days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from service.exports import calendar, places
from service.exports.calendar import Entry
from service.exports.contract import Batch, Format, Frame
from store.claims import ClaimView

_EXACT = ("day", "range")


def _write(batches: Iterable[Batch], _: Frame) -> Iterator[bytes]:
    dated = ([_entry(claim) for claim in batch.claims if claim.date_from or claim.date_to] for batch in batches)
    return calendar.written("Claimtrail: claims of talks", dated)


def _entry(claim: ClaimView) -> Entry:
    spots = list(places.of(claim))
    first = claim.date_from or claim.date_to
    last = claim.date_to or claim.date_from
    assert first is not None and last is not None  # noqa: S101 - undated claims are left out
    said = " via ".join(filter(None, (claim.speaker, claim.via)))
    told = [f"“{claim.quote}”", said, claim.publisher, claim.title, f"When: {claim.date_text}", claim.deep_link]
    point = next(((s.lat, s.lon) for s in spots if s.lat is not None and s.lon is not None), None)
    parties = " – ".join(claim.details.get("parties") or ())
    return Entry(
        uid=f"urn:uuid:{claim.id}",
        first=first,
        last=last,
        exact=claim.date_precision in _EXACT and bool(claim.date_from and claim.date_to),
        status=claim.status,
        what=f"{claim.details.get('format') or 'talks'}: {parties or claim.quote}",
        told=[line for line in told if line],
        created=claim.created_at,
        changed=claim.updated_at,
        url=claim.deep_link,
        location="; ".join(spot.told for spot in spots) or None,
        point=point,
        withdrawn=claim.state == "withdrawn",
    )


FORMAT = Format(
    suffix="ics",
    name="Calendar",
    media_type=calendar.MEDIA_TYPE,
    parameters="; charset=utf-8",
    write=_write,
    title="a calendar of claims of talks",
    told="Each dated claim of talks as an entry of whole days (iCalendar); `/v1/talks.ics` has one entry for each "
    "meeting instead, however many claims tell of it. Other kinds and undated claims are left out",
    kinds=("talks",),
    order=40,
)
