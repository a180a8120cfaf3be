"""Texts that are kept only until they are read: drafts, and pages that claims are looked for in."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store import tallies
from store.check_tables import Check
from store.source_tables import SourceLook
from store.tables import Tally

_METRIC, _LABEL = "passing_texts", "came"
Standing = tuple[float, int, int, int]


def note(s: Session) -> None:
    """Notes in its transaction that one came, as of one that goes again at once no other trace is left."""
    tallies.add(s, {(_METRIC, _LABEL): 1})


def standing(s: Session) -> Standing:
    """What changes whenever any of them comes or goes."""
    came = s.scalar(select(Tally.value).where(Tally.metric == _METRIC, Tally.label == _LABEL))
    checks, texts = s.execute(select(func.count(), func.count(Check.text))).one()
    return came or 0.0, checks, texts, s.scalars(select(func.count()).select_from(SourceLook)).one()
