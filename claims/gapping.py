"""Gapping: facts whose verb is not said again ("Kalbajar by November 15, Aghdam by November 20 and Lachin by …")."""

from __future__ import annotations

import re
from collections.abc import Iterator

from claims.context import Sentence
from claims.values.dates import DateMention
from claims.values.places import PlaceMention

_JOINT = re.compile(r"(?:,? and|,? but|,|;) ")
_ALONE = re.compile(r"(?:,? and|,|;) ?")
_ENDED = re.compile(r"(?: as well| too| likewise)?(?=[,.;]| and\b|$)")
_FINITE = frozenset("VBD VBZ VBP VB VBN VBG MD".split())
_LONGEST = 70


def gapped(sentence: Sentence, first: DateMention) -> Iterator[tuple[list[PlaceMention], DateMention]]:
    """The places behind a date that have a date of their own and no verb, each with that date."""
    behind = first.end
    for date in sentence.dates:
        if date.start < behind:
            continue
        stretch = sentence.text[behind : date.start]
        if len(stretch) > _LONGEST or any(behind <= w.start < date.start and w.tag in _FINITE for w in sentence.words):
            return
        places = [m for m in sentence.places if behind <= m.start < date.start and m.kind != "water"]
        behind = date.end
        if _ALONE.fullmatch(stretch):
            places = [m for m in sentence.places if m.start == date.end + 1 and _ENDED.match(sentence.text, m.end)]
            behind = places[-1].end if places else behind
        elif not _JOINT.match(stretch):
            return
        if not places:
            return
        yield places, date
