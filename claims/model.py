"""The nouns of the heart: what an article is to the reader, and what a claim is to everyone else.

All offsets count Unicode code points of `Article.text`, end exclusive, so that
`text[claim.start:claim.end] == claim.quote` always holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

EXTRACTOR_VERSION = "1.6.0"
# More than this is no help to whoever asks why a claim is missing.
MOST_ABSTENTIONS = 200


class Status(StrEnum):
    """What the text says of a fact."""

    OCCURRED = "occurred"
    ONGOING = "ongoing"
    SCHEDULED = "scheduled"
    PROPOSED = "proposed"
    UNSCHEDULED = "unscheduled"
    DENIED = "denied"
    CANCELLED = "cancelled"


class Precision(StrEnum):
    """How finely a date is stated."""

    DAY = "day"
    RANGE = "range"
    MONTH = "month"
    SEASON = "season"
    YEAR = "year"
    APPROXIMATE = "approximate"


@dataclass(frozen=True, slots=True)
class Article:
    """An article as the reader needs it. `published_at` anchors relative dates; without it they stay unresolved."""

    text: str
    url: str = ""
    title: str | None = None
    publisher: str | None = None
    published_at: date | datetime | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class DateValue:
    """A time expression and the inclusive interval it names.

    `first` and `last` are both None where it cannot be resolved; one of them is None for an open interval.
    `edtf` is the Extended Date/Time Format (ISO 8601-2, level 1) of the interval, None where unresolved.
    """

    text: str
    first: date | None = None
    last: date | None = None
    edtf: str | None = None
    precision: Precision | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """One place that a name may mean, with the share of belief it gets (0 to 1)."""

    canonical: str
    region: str | None
    country: str | None
    lat: float | None
    lon: float | None
    geonames_id: int | None
    confidence: float


@dataclass(frozen=True, slots=True)
class Place:
    """A place: `name` as the text spells it; the rest from the gazetteer, None where unsure.

    `country` is an ISO 3166-1 alpha-2 code; `region` is the containing region, as the text names it, else the
    gazetteer's.
    """

    name: str
    canonical: str | None = None
    region: str | None = None
    country: str | None = None
    lat: float | None = None
    lon: float | None = None
    geonames_id: int | None = None
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who says it (`speaker`), through whom (`via`), and the word that shows it (`cue`)."""

    speaker: str | None = None
    via: str | None = None
    cue: str | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a claim was made: the rule, the word that set it off, and the words each field was read from."""

    rule: str
    trigger: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Claim:
    """One mention of one fact.

    `details` holds the fields that the claim's kind defines; `value_words` are the verbatim words that carry
    its value (the count, the date, the places), which with kind, quote and occurrence identify it over re-reading.
    """

    kind: str
    status: Status
    start: int
    end: int
    quote: str
    details: Mapping[str, Any]
    explanation: Explanation
    value_words: str
    date: DateValue | None = None
    attribution: Attribution = field(default_factory=Attribution)
    confidence: float = 0.5


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of looking for a claim's words, and in which text: only its SHA-256 and length in code points."""

    outcome: str
    start: int | None
    end: int | None
    found: str | None
    differences: Sequence[dict[str, str]]
    candidates: int
    text_sha256: str
    text_length: int


@dataclass(frozen=True, slots=True)
class Sighting:
    """A claim as one version of its text had it, under the id by which it is known over re-reading."""

    id: str
    kind: str
    status: str
    start: int
    end: int
    quote: str
    details: Mapping[str, Any]
    date: DateValue | None = None
    attribution: Attribution = field(default_factory=Attribution)


@dataclass(frozen=True, slots=True)
class Abstention:
    """A sentence in which a rule was set off and refused, with the reason: `text[start:end] == quote`."""

    kind: str
    rule: str
    trigger: str
    start: int
    end: int
    quote: str
    reason: str


class FieldType(StrEnum):
    """What a field of `details` holds; it decides which list filter finds the claim and how the field is documented."""

    PARTY = "party"
    PARTIES = "parties"
    PLACE = "place"
    PLACES = "places"
    COUNT = "count"
    NUMBER = "number"
    FLAG = "flag"
    CHOICE = "choice"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a kind's `details`. `choices` is filled for `FieldType.CHOICE` only; every field may be None."""

    name: str
    type: FieldType
    description: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading one article: `state` is "read" or "skipped", with a `reason` when skipped.

    `abstentions` are in the order of the text, at most MOST_ABSTENTIONS of them.
    """

    state: str
    language: str | None
    claims: tuple[Claim, ...] = ()
    reason: str | None = None
    abstentions: tuple[Abstention, ...] = ()


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something happened, as far as it serves to tell places apart.

    `wide` ones are no town but may hold some; of an `unsure` one it is open which of several it is.
    """

    names: tuple[str, ...]
    geonames_id: int | None = None
    region: str | None = None
    country: str | None = None
    wide: bool = False
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """What a claim tells of one happening, in the form in which it is compared with what others tell.

    `family` is the sort of happening within the kind. `first` and `last` are the days, inclusive, on which it may have
    been: those that the claim states where `dated`, else what its article leaves room for; None where nothing does.
    `parties` are those that the claim names, `theatre` those of which its article tells most. `values` are what the
    kind compares besides. Events are kept under the `keys` of their facts, and looked for by the `looks` of others.
    """

    kind: str
    family: str
    status: str
    first: date | None
    last: date | None
    dated: bool
    parties: tuple[str, ...]
    theatre: tuple[str, ...]
    keys: tuple[str, ...]
    looks: tuple[str, ...]
    spot: Spot | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Member:
    """A fact that a stored claim tells, with whose it is and of which event it is held to tell.

    `number` tells apart the facts of one claim, from 0. A `confirmed` member stays where it is until a person moves it.
    """

    claim_id: str
    number: int
    fact: Fact
    article_id: str
    quote: str
    publisher: str | None = None
    speaker: str | None = None
    via: str | None = None
    published_on: date | None = None
    event_id: str | None = None
    confirmed: bool = False


def plain(value: Any) -> Any:
    """`value` as JSON-ready data: dataclasses become dicts, tuples lists, dates ISO strings."""
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, Mapping):
        return {k: plain(v) for k, v in value.items()}
    return {name: plain(getattr(value, name)) for name in value.__dataclass_fields__}
