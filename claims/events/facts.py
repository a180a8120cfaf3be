"""From an article's claims to facts: what each tells of a happening, with the time and the parties its article adds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from claims.events import days
from claims.events.happening import Happening, Marks, Told
from claims.model import Article, Claim, Fact, Spot
from claims.values.dates import find_dates
from claims.values.parties import find_parties
from claims.values.spans import PAST, Setting

# Of an article that names many, those it speaks of most are what it is about.
_MAIN, _MOST = 4, 6
# Places have names in thousands of texts; one happening is told of under few.
_KEYS = 12
# So much of an article is read for the parties, and the days, that its claims leave out.
_READ = 5_000
# Groups that govern a state and are named for it.
_GOVERNMENTS = {"Taliban": "Afghanistan"}
_MODIFIERS = ("country", "demonym", "leader", "organisation", "group", "capital")
Stretch = tuple[date, date]
Aspect = tuple[str, str, bool]


def facts(
    article: Article, claims: Sequence[Claim], happenings: Mapping[str, Happening]
) -> tuple[tuple[Fact, ...], ...]:
    """The facts of each claim of an article, in the order of the claims. Claims of kinds without events have none."""
    published = article.published_at
    published_on = published.date() if isinstance(published, datetime) else published
    quoted = [_named(claim.quote) for claim in claims]
    told = [
        tuple(happenings[claim.kind].tell(claim, named)) if claim.kind in happenings else ()
        for claim, named in zip(claims, quoted, strict=True)
    ]
    spots = _spots(told)
    told = [tuple(_located(one, spots) for one in ones) for ones in told]
    main = _main(article, quoted)
    agreed = _agreed(claims, told, _took_place(article.text, claims, published_on, happenings))
    return tuple(
        tuple(_fact(claim, one, main, agreed, published_on, happenings[claim.kind]) for one in ones)
        for claim, ones in zip(claims, told, strict=True)
    )


def _fact(
    claim: Claim,
    told: Told,
    main: tuple[str, ...],
    agreed: Mapping[Aspect, Stretch],
    published_on: date | None,
    happening: Happening,
) -> Fact:
    stated = days.stated(claim.date)
    stretch = stated or (None if claim.date and claim.date.first else agreed.get(_aspect(claim, told)))
    stretch = stretch or days.left_open(claim, published_on)
    first, last = stretch or (None, None)
    told, main = replace(told, parties=_as_states(told.parties)), _as_states(main)
    around = tuple(dict.fromkeys([*told.parties, *main]))[:_MOST]
    at = f"{claim.kind}:{told.family}"
    found = tuple(dict.fromkeys(_keys(told, around, happening)))[:_KEYS]
    marks = told.marks or Marks(found, found)
    return Fact(
        kind=claim.kind,
        family=told.family,
        status=str(claim.status),
        first=first,
        last=last,
        dated=stated is not None,
        parties=told.parties[:_MOST],
        theatre=tuple(sorted(main)),
        keys=tuple(f"{at}:{key}" for key in marks.kept),
        looks=tuple(f"{at}:{key}" for key in marks.sought),
        spot=told.spot,
        values=told.values,
    )


def party_key(kind: str, family: str, party: str) -> str:
    """The key under which events of a party are kept."""
    return f"{kind}:{family}:of:{party.casefold()[:80]}"


def place_key(kind: str, family: str, geonames_id: int) -> str:
    """The key under which events at a place are kept."""
    return f"{kind}:{family}:at:{geonames_id}"


def _keys(told: Told, parties: Sequence[str], happening: Happening) -> Iterator[str]:
    if told.spot is not None:
        if told.spot.geonames_id is not None:
            yield f"at:{told.spot.geonames_id}"
        yield from (f"at:{name.casefold()[:80]}" for name in told.spot.names)
    if happening.by_party:
        yield from (f"of:{party.casefold()[:80]}" for party in parties)
        if not parties:
            yield "of:"


def _named(text: str) -> tuple[str, ...]:
    """The parties that a quote names as such, and not only to describe something else."""
    return tuple(dict.fromkeys(m.party for m in find_parties(text) if not m.modifier))[:_MOST]


def _as_states(parties: Iterable[str]) -> tuple[str, ...]:
    """The parties, those that are a state's government under the state's name."""
    return tuple(dict.fromkeys(_GOVERNMENTS.get(party, party) for party in parties))


def _main(article: Article, quoted: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """The parties that an article tells of: those of its claims, or else of its whole text, the commonest first."""
    counted = Counter(party for named in quoted for party in named)
    if len(counted) < 2:
        counted.update(m.party for m in find_parties(f"{article.title or ''}\n{article.text}"[:_READ]))
    return tuple(party for party, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:_MAIN])


def _took_place(
    text: str, claims: Sequence[Claim], published_on: date | None, happenings: Mapping[str, Happening]
) -> dict[str, set[Stretch]]:
    """The days on which the article says that something of a kind took place, without telling more of it there."""
    found: dict[str, set[Stretch]] = {}
    for kind in {c.kind for c in claims if c.date is None and c.kind in happenings}:
        words = happenings[kind].took_place
        for match in words.finditer(text[:_READ]) if words is not None else ():
            spans = (m.resolve(Setting(published_on, PAST)) for m in find_dates(match.group()))
            found.setdefault(kind, set()).update(stretch for span in spans if (stretch := days.stated(span)))
    return found


def _agreed(
    claims: Sequence[Claim], told: Sequence[Sequence[Told]], took_place: Mapping[str, set[Stretch]]
) -> dict[Aspect, Stretch]:
    """The day of each sort of happening of which the article states one only: that of its claims without one, too."""
    found: dict[Aspect, set[Stretch]] = {}
    for claim, ones in zip(claims, told, strict=True):
        for one in ones if claim.status not in days.FORWARD else ():
            found.setdefault(_aspect(claim, one), set()).update(took_place.get(claim.kind, ()))
    for claim, ones in zip(claims, told, strict=True):
        stretch = days.stated(claim.date)
        for one in ones:
            if stretch is not None:
                found.setdefault(_aspect(claim, one), set()).add(stretch)
            elif days.open_stretch(claim.date):
                found.setdefault(_aspect(claim, one), set()).add((date.min, date.max))
    return {aspect: next(iter(s)) for aspect, s in found.items() if len(s) == 1 and (date.min, date.max) not in s}


def _spots(told: Sequence[Sequence[Told]]) -> dict[str, Spot]:
    """The places of which the article says in one of its claims which they are, by their names."""
    found: dict[str, set[Spot]] = {}
    for spot in (one.spot for ones in told for one in ones):
        if spot is not None and (spot.region is not None or spot.geonames_id is not None):
            found.setdefault(spot.names[0].casefold(), set()).add(spot)
    return {name: next(iter(spots)) for name, spots in found.items() if len(spots) == 1}


def _located(told: Told, spots: Mapping[str, Spot]) -> Told:
    """What is told, its place being that which the article calls by this name elsewhere."""
    if told.spot is None or told.spot.region is not None or told.spot.geonames_id is not None:
        return told
    return replace(told, spot=spots.get(told.spot.names[0].casefold(), told.spot))


def _aspect(claim: Claim, told: Told) -> Aspect:
    return claim.kind, told.family, claim.status in days.FORWARD
