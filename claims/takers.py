"""Who took ground, or lost it, when a sentence names nobody."""

from __future__ import annotations

from claims.belligerents import anyone, enemy_of, is_rebel, last_named, teller, telling
from claims.draft import Hit
from claims.model import Place
from claims.values.parties import country_code
from claims.words import Word


def taker_of(hit: Hit, word: Word, places: tuple[Place, ...], *, back: bool) -> str | None:
    """Who took ground when nobody is named: the teller; else, of the article's sides, the one whose land it is not.

    `back` says that it was taken back: then it is the one whose land it is.
    """
    (side, boasting), home = telling(hit, word), home_of(hit, places)
    if side is not None:
        return enemy_of(hit, side) if side == home and not (back or boasting) else side
    if home is not None:
        rebels = next((p for p, _ in hit.context.mentions.most_common() if is_rebel(p)), None)
        return home if back else enemy_of(hit, home) or rebels
    if len(hit.context.mentions) == 1:
        return next(iter(hit.context.mentions))
    if back:
        return last_named(hit, -1, anyone)
    return next((p for p in hit.context.pair[:1] if places and is_rebel(p)), None)


def home_of(hit: Hit, places: tuple[Place, ...]) -> str | None:
    """The country of a place, where the article speaks of it as a side."""
    land = places[0].country if places else None
    return next((p for p in hit.context.mentions if land and country_code(p) == land), None)


def loser_of(hit: Hit, word: Word, places: tuple[Place, ...]) -> str | None:
    """Who lost ground when nobody is named: the side that owns up to it, else the one whose land it is."""
    return teller(hit, word) or home_of(hit, places)
