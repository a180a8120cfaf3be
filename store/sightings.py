"""Which claims each revision of an article had, and what they stated there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from claims import model
from store.bulk import insert_many
from store.ids import is_id
from store.sighting_tables import KeptReading, Sighting
from store.tables import Article, Revision


@dataclass(frozen=True, slots=True)
class RevisionSeen:
    """What is known of the claims of one revision: `claims` is None where they are not, in the order of its text else.

    `reading_state` and `reading_reason` are the revision's.
    """

    number: int
    reading_state: str
    reading_reason: str | None
    claims: tuple[model.Sighting, ...] | None


def newest(s: Session, article_id: str) -> int | None:
    """The number of the article's newest revision, None for an unknown article."""
    return s.scalar(select(Article.revision).where(Article.id == article_id)) if is_id(article_id) else None


def of_revision(s: Session, article_id: str, number: int) -> RevisionSeen | None:
    """What was seen in a revision. None for an unknown one."""
    if not is_id(article_id):
        return None
    columns = (Revision.reading_state, Revision.reading_reason, Revision.text)
    found: Any = s.execute(
        select(*columns, KeptReading.extractor)
        .outerjoin(
            KeptReading, (KeptReading.article_id == Revision.article_id) & (KeptReading.revision == Revision.number)
        )
        .where(Revision.article_id == article_id, Revision.number == number)
    ).first()
    if found is None:
        return None
    state, reason, text, kept = found
    if kept is None:
        return RevisionSeen(number, state, reason, None)
    rows = s.scalars(
        select(Sighting).where(Sighting.article_id == article_id, Sighting.revision == number).order_by(Sighting.number)
    )
    return RevisionSeen(number, state, reason, tuple(_view(row, text or "") for row in rows))


def replace(
    s: Session, article_id: str, revision: int, found: Iterable[tuple[str, model.Claim]], *, extractor: str
) -> None:
    """Puts the claims of a new reading, each with its id, in the place of what was seen in the revision before."""
    kept = s.get(KeptReading, (article_id, revision))
    if kept is None:
        s.add(KeptReading(article_id=article_id, revision=revision, extractor=extractor))
    else:
        kept.extractor = extractor
        s.execute(
            delete(Sighting)
            .where(Sighting.article_id == article_id, Sighting.revision == revision)
            .execution_options(synchronize_session=False)
        )
    ordered = sorted(found, key=lambda one: (one[1].start, one[1].end, one[0]))
    rows = [_row(article_id, revision, number, *one) for number, one in enumerate(ordered)]
    insert_many(s, Sighting, rows)


def _row(article_id: str, revision: int, number: int, claim_id: str, claim: model.Claim) -> dict[str, object]:
    when = claim.date
    return {
        "article_id": article_id,
        "revision": revision,
        "number": number,
        "claim_id": claim_id,
        "kind": claim.kind,
        "status": str(claim.status),
        "start": claim.start,
        "end": claim.end,
        "date_text": None if when is None else when.text,
        "date_from": None if when is None else when.first,
        "date_to": None if when is None else when.last,
        "date_edtf": None if when is None else when.edtf,
        "date_precision": None if when is None or when.precision is None else str(when.precision),
        "speaker": claim.attribution.speaker,
        "via": claim.attribution.via,
        "cue": claim.attribution.cue,
        "details": model.plain(claim.details),
    }


def _view(row: Sighting, text: str) -> model.Sighting:
    precision = None if row.date_precision is None else model.Precision(row.date_precision)
    dated = model.DateValue(row.date_text or "", row.date_from, row.date_to, row.date_edtf, precision)
    return model.Sighting(
        id=row.claim_id,
        kind=row.kind,
        status=row.status,
        start=row.start,
        end=row.end,
        quote=text[row.start : row.end],
        details=row.details,
        date=None if row.date_text is None else dated,
        attribution=model.Attribution(row.speaker, row.via, row.cue),
    )
