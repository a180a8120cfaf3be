"""Writing what came of reading an article: one transaction that only the job's holder can commit."""

from __future__ import annotations

import json
import uuid
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from claims import model
from store import abstentions, grouping, leases, notices, sightings, sources
from store.bulk import insert_many
from store.grouping import Editor, Told
from store.jobs import Taken
from store.norm import fold, words
from store.tables import Article, Claim, ClaimWords, Facet, Job, Revision

_NAMESPACE = uuid.UUID("6f2d6bd1-53f0-4f0a-9a52-3c1c1a1f7f0e")
_LEAST, _MOST = -(2**63), 2**63 - 1
_PARTY = {model.FieldType.PARTY, model.FieldType.PARTIES}
_PLACE = {model.FieldType.PLACE, model.FieldType.PLACES}
# What readers of a claim see change: the column, and the field that it is served in.
_SERVED = {"status": "status", "state": "state", "speaker": "attribution", "via": "attribution", "cue": "attribution"}
_SERVED |= {f"date_{part}": "date" for part in ("text", "from", "to", "edtf", "precision")} | {"details": "details"}
Found = tuple[model.Claim, "Anchor", Sequence[model.Fact]]


@dataclass(frozen=True, slots=True)
class Anchor:
    """How a claim's words are found again in its source: the deep link and the words around them."""

    deep_link: str
    prefix: str
    suffix: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a worker found. `anchors` holds one Anchor for each of `reading.claims`, in their order, and `facts` those
    that each of them tells.

    `text` is what was extracted from an article's html (None where text was submitted), as are `title`,
    `published_at` and `published_on`, which fill what the submission left open.
    """

    reading: model.Reading
    anchors: Sequence[Anchor] = ()
    facts: Sequence[Sequence[model.Fact]] = ()
    text: str | None = None
    title: str | None = None
    published_at: str | None = None
    published_on: date | None = None


def claim_id(article_id: str, kind: str, quote: str, occurrence: int, value_words: str, *, ordinal: int = 0) -> str:
    """The id by which a claim is known over re-reading, a UUID of version 5.

    `occurrence` numbers the places of the text where the quote stands, from 0; `ordinal` tells apart what has all
    else in common.
    """
    parts = [article_id, kind, quote, occurrence, value_words] + ([ordinal] if ordinal else [])
    return str(uuid.uuid5(_NAMESPACE, json.dumps(parts, ensure_ascii=False)))


def commit(
    s: Session,
    taken: Taken,
    outcome: Outcome,
    *,
    kinds: Mapping[str, Sequence[model.Field]],
    editor: Editor,
    extractor: str,
    now: datetime,
    keep_html: bool = True,
) -> bool:
    """Stores the reading, ends the job, and brings the article's claims, the events that they tell of and the
    article's abstentions up to date, all in the caller's transaction.

    False, with nothing written, when the token is no longer the holder's. A reading of a revision that has been
    replaced, or of an article withdrawn meanwhile, ends its job and is kept with its revision, but leaves claims and
    abstentions alone. Without `keep_html` a page goes once its text is there. `kinds` gives the fields of each kind's
    details. Raises ValueError for one whose quote is not what the text has at its place.
    """
    held = select(Job).where(Job.id == taken.job_id, Job.token == taken.token, Job.status == "started")
    job = s.scalar(held.with_for_update().execution_options(populate_existing=True))
    if job is None:
        return False
    locked = select(Article).where(Article.id == job.article_id).with_for_update()
    article = s.scalars(locked.execution_options(populate_existing=True)).one()
    revision = s.get_one(Revision, (job.article_id, job.revision))
    text = _settle_text(revision, outcome)
    _check(text, outcome)
    _fill(revision, outcome)
    if not keep_html:
        sources.forget_page(s, revision)
    found = _identified(revision.article_id, text, outcome)
    seen = ((identity, claim) for identity, (claim, _, _) in found.items())
    sightings.replace(s, article.id, revision.number, seen, extractor=extractor)
    to_group: tuple[Sequence[Told], Sequence[int]] | None = None
    if article.revision == revision.number and article.state == "current":
        to_group = _bring_up_to_date(s, revision, found, kinds=kinds, extractor=extractor, now=now)
        article.claims_count = len(to_group[0])
        abstentions.replace(s, article.id, revision.number, outcome.reading.abstentions)
        article.updated_at = now
        notices.article_read(s, article, revision, job.id, now)
    leases.finish(job, now)
    job.extractor = extractor
    s.flush()
    if to_group is not None:
        # Last, as the other workers wait for it.
        grouping.bring_up_to_date(s, article.id, *to_group, editor, now)
    return True


def _settle_text(revision: Revision, outcome: Outcome) -> str:
    # Offsets of stored claims point into this text, so what was extracted once stays.
    if revision.text is None:
        revision.text = outcome.text
    elif outcome.text is not None and outcome.text != revision.text:
        raise ValueError("the text of a revision cannot change")
    return revision.text or ""


def _check(text: str, outcome: Outcome) -> None:
    if len(outcome.anchors) != len(outcome.reading.claims):
        raise ValueError("every claim needs its anchor")
    if len(outcome.facts) != len(outcome.reading.claims):
        raise ValueError("every claim needs its facts, be there none")
    found: list[model.Claim | model.Abstention] = [*outcome.reading.claims, *outcome.reading.abstentions]
    for one in found:
        if not 0 <= one.start < one.end <= len(text) or text[one.start : one.end] != one.quote:
            noun = "claim" if isinstance(one, model.Claim) else "abstention"
            raise ValueError(f"the quote of a {one.kind} {noun} is not at {one.start}:{one.end} of its text")


def _fill(revision: Revision, outcome: Outcome) -> None:
    revision.reading_state, revision.reading_reason = outcome.reading.state, outcome.reading.reason
    revision.title = revision.title or outcome.title
    revision.language = revision.language or outcome.reading.language
    if revision.published_at is None and outcome.published_at is not None:
        revision.published_at, revision.published_on = outcome.published_at, outcome.published_on


def _bring_up_to_date(
    s: Session,
    revision: Revision,
    found: Mapping[str, Found],
    *,
    kinds: Mapping[str, Sequence[model.Field]],
    extractor: str,
    now: datetime,
) -> tuple[list[Told], list[int]]:
    """Adds, changes and withdraws claims of the article until they are those of the reading.

    Returns these with their facts, and the rows of those that were withdrawn.
    """
    mine = Claim.article_id == revision.article_id
    known = {row.id: row for row in s.scalars(select(Claim).where(mine))}
    added: list[dict[str, Any]] = []
    seqs: dict[str, int] = {row.id: row.seq for row in known.values()}
    back = {row.id for row in known.values() if row.state != "current"}
    changed: list[str] = []
    told: dict[int, list[str]] = {}
    # From the end of the text, so that lists that show the newest first have an article's claims in order.
    for identity, (claim, anchor, _) in sorted(found.items(), key=lambda item: item[1][0].start, reverse=True):
        values = _values(revision, claim, anchor, kinds.get(claim.kind, ()), extractor)
        row = known.get(identity)
        if row is None:
            of = {"id": identity, "article_id": revision.article_id, "created_at": now, "updated_at": now}
            added.append(of | values)
        elif fresh := [name for name, value in values.items() if getattr(row, name) != value]:
            for name in fresh:
                setattr(row, name, values[name])
            row.updated_at = now
            changed.append(identity)
            if served := sorted({_SERVED[name] for name in fresh if name in _SERVED}):
                told[row.seq] = served
    gone = [row for identity, row in known.items() if identity not in found and row.state == "current"]
    for row in gone:
        row.state, row.updated_at = "withdrawn", now
    s.flush()
    if added:
        insert_many(s, Claim, added)
        numbered = select(Claim.id, Claim.seq).where(mine).order_by(Claim.seq)
        seqs |= {identity: seq for identity, seq in s.execute(numbered) if identity in found}
    new = {seqs[row["id"]]: found[row["id"]][0] for row in added}
    _index(s, revision, new, {seqs[identity]: found[identity][0] for identity in changed}, kinds)
    withdrawn = [row.seq for row in gone]
    notices.of_claims(s, created=list(reversed(new)), changed=told, withdrawn=withdrawn, now=now)
    telling = [
        Told(seqs[identity], facts, claim.attribution.speaker, revision.published_on, identity in back)
        for identity, (claim, _, facts) in found.items()
    ]
    return telling, withdrawn


def _identified(article_id: str, text: str, outcome: Outcome) -> dict[str, Found]:
    found: dict[str, Found] = {}
    places: dict[str, list[int]] = {}  # looked for once: a text may say one thing thousands of times
    for claim, anchor, facts in zip(outcome.reading.claims, outcome.anchors, outcome.facts, strict=True):
        if claim.quote not in places:
            places[claim.quote] = list(_places(text, claim.quote))
        occurrence, ordinal = bisect_left(places[claim.quote], claim.start), 0
        while True:
            identity = claim_id(article_id, claim.kind, claim.quote, occurrence, claim.value_words, ordinal=ordinal)
            twin = found.get(identity)
            if twin is None:
                found[identity] = (claim, anchor, facts)
                break
            if twin[0] == claim:
                break
            ordinal += 1
    return found


def _places(text: str, quote: str) -> Iterator[int]:
    """Where the quote stands in the text, overlapping places too."""
    at = text.find(quote)
    while at >= 0:
        yield at
        at = text.find(quote, at + 1)


def _values(
    revision: Revision, claim: model.Claim, anchor: Anchor, fields: Sequence[model.Field], extractor: str
) -> dict[str, Any]:
    """The columns of a claim that a reading decides."""
    when = claim.date or model.DateValue(text="")
    dated = when.first is not None or when.last is not None
    counts = [
        value
        for field in fields
        if field.type is model.FieldType.COUNT and type(value := claim.details.get(field.name)) is int
    ]
    return {
        "revision": revision.number,
        "kind": claim.kind,
        "status": str(claim.status),
        "state": "current",
        "quote": claim.quote,
        "start": claim.start,
        "end": claim.end,
        "prefix": anchor.prefix,
        "suffix": anchor.suffix,
        "deep_link": anchor.deep_link,
        "date_text": None if claim.date is None else when.text,
        "date_from": when.first,
        "date_to": when.last,
        "date_edtf": when.edtf,
        "date_precision": None if when.precision is None else str(when.precision),
        "span_from": (when.first or date.min) if dated else None,
        "span_to": (when.last or date.max) if dated else None,
        "speaker": claim.attribution.speaker,
        "via": claim.attribution.via,
        "cue": claim.attribution.cue,
        "details": model.plain(claim.details),
        "explanation": model.plain(claim.explanation),
        "confidence": float(claim.confidence),
        "extractor": extractor,
        "count_low": _storable(min(counts)) if counts else None,
        "count_high": _storable(max(counts)) if counts else None,
        "published_on": revision.published_on,
    }


def _storable(count: int) -> int:
    """A count as its column can hold it; the details keep it whole."""
    return max(_LEAST, min(_MOST, count))


def _index(
    s: Session,
    revision: Revision,
    added: Mapping[int, model.Claim],
    changed: Mapping[int, model.Claim],
    kinds: Mapping[str, Sequence[model.Field]],
) -> None:
    """Writes the facets and the words under which the claims are found."""
    if changed:
        stale = delete(Facet).where(Facet.seq.in_(list(changed)))
        s.execute(stale.execution_options(synchronize_session=False))
    facets = [
        {"facet": facet, "value": value, "seq": seq}
        for seq, claim in [*added.items(), *changed.items()]
        for facet, value in sorted(_facets(revision, claim, kinds.get(claim.kind, ())))
    ]
    insert_many(s, Facet, facets)
    insert_many(s, ClaimWords, [{"seq": seq, "words": _words(claim)} for seq, claim in added.items()])
    for seq, claim in changed.items():
        s.get_one(ClaimWords, seq).words = _words(claim)
    s.flush()


def _words(claim: model.Claim) -> tuple[str, ...]:
    said = claim.attribution
    return words("\n".join(part for part in (claim.quote, said.speaker, said.via) if part))


def _facets(revision: Revision, claim: model.Claim, fields: Sequence[model.Field]) -> set[tuple[str, str]]:
    named = [("publisher", revision.publisher)]
    for field in fields:
        value = claim.details.get(field.name)
        if field.type in _PARTY:
            named += [("party", name) for name in _listed(value)]
        elif field.type in _PLACE:
            places = [place for place in _listed(value) if isinstance(place, model.Place)]
            named += [("place", name) for place in places for name in (place.name, place.canonical, place.region)]
    found = {(facet, fold(name)) for facet, name in named if isinstance(name, str)}
    found |= {("speaker", word) for word in fold(claim.attribution.speaker or "").split()}
    return {(facet, value) for facet, value in found if value}


def _listed(value: Any) -> Iterable[Any]:
    if value is None:
        return ()
    return value if isinstance(value, (list, tuple)) else (value,)
