"""Takings of ground, and who took it, or lost it, when a sentence names nobody."""

from __future__ import annotations

from dataclasses import dataclass

from claims.belligerents import anyone, enemy_of, is_rebel, last_named, named_side, side_of, teller, telling
from claims.conquest import ADVANCED, ANNEXED, BACK, CAPTURED, CEDES, HOLDS, WITHDREW, lemma_of
from claims.denials import denied
from claims.draft import Hit
from claims.forces import ENEMIES, FORCES, REBELS, STATES, base
from claims.ground import Ground
from claims.model import Place, Status
from claims.values.parties import country_code, country_named, rivals_of
from claims.words import Word

# An onlooker is named no oftener.
_SELDOM = 2


@dataclass(frozen=True, slots=True)
class Taking:
    """A side and its ground: `word` says what it does.

    `told` where the words name some force, known or not; `status` where they settle it, whatever stands around them.
    """

    word: Word
    action: str
    actor: str | None
    ground: Ground
    told: bool = False
    status: Status | None = None


def taker_of(hit: Hit, word: Word, places: tuple[Place, ...], *, back: bool) -> str | None:
    """Who took ground when nobody is named: the teller; else, of the article's sides, the one whose land it is not.

    `back` says that it was taken back: then it is the one whose land it is.
    """
    (side, boasting), home = telling(hit, word), home_of(hit, places)
    if side is not None and denied(word):
        return enemy_of(hit, side)  # who denies it is who would have lost it
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


def doer_side(hit: Hit, verb: Word, doer: Word | None, ground: Ground) -> str | None:
    """The side of whoever does it; "government forces" are those of the land, an unknown unit is the teller's."""
    named = named_side(hit, doer)
    if doer is None or named is not None:
        return named
    words = {base(w) for w in doer.subtree(skip=("relcl", "acl"))}
    if words & {"government", "regime", "junta", "loyalist"} and (home := home_of(hit, ground.places)):
        return home
    side = side_of(hit, doer)
    if side is None and base(doer) in FORCES:
        side = _unknown_unit(hit, verb, base(doer))
    return at_home(hit, doer, side, ground)


def _unknown_unit(hit: Hit, verb: Word, sort: str) -> str | None:
    """The side of a unit of which nothing but its sort is told: its teller's, else the only one in the article. No
    rebels are a state's, and no enemy is his who tells of him."""
    told_by = teller(hit, verb)
    alone = next(iter(hit.context.mentions)) if len(hit.context.mentions) == 1 else None
    sides = [side for side in (told_by, alone) if side is not None and (sort not in REBELS or is_rebel(side))]
    return next((side for side in sides if sort not in ENEMIES or side != told_by), None)


def at_home(hit: Hit, doer: Word, side: str | None, ground: Ground) -> str | None:
    """The state on whose land a bare "army" moves, where what was taken for its state is no foe of that one's."""
    land = ground.places[0].country if ground.places else None
    home = home_of(hit, ground.places) or (country_named(land) if land is not None else None)
    if side is None or home in (None, side) or is_rebel(side) or base(doer) not in STATES:
        return side
    if any(m.party == side for m in hit.sentence.parties) or side in rivals_of(home):
        return side
    named = hit.context.mentions
    stranger = named[side] <= _SELDOM and not named[home]
    return home if stranger or (named[home] and any(is_rebel(foe) for foe in rivals_of(home))) else side


def unnamed_side(hit: Hit, word: Word, action: str, ground: Ground) -> str | None:
    """The side that acts where the words name none."""
    back = lemma_of(word) in BACK or any(k.low == "back" for k in word.kids)
    if action in (CAPTURED, ADVANCED, ANNEXED):
        return taker_of(hit, word, ground.places, back=back)
    if action == HOLDS and lemma_of(word) == "occupy":
        return enemy_of(hit, home_of(hit, ground.places)) or teller(hit, word)
    if action == CEDES and back:
        return enemy_of(hit, home_of(hit, ground.places))
    return loser_of(hit, word, ground.places) if action in (WITHDREW, CEDES) else teller(hit, word)
