"""The words for forces: those of states, rebels, enemies, and those that any side may have."""

from __future__ import annotations

from claims.words import Word

STATES = frozenset(
    """army military government regime junta ministry staff navy police infantry infantryman paratrooper marine
    authority authorities administration troop soldier serviceman commando artillery conscript gunner tank parliament
    peacekeeper loyalist federal division regiment brigade battalion corps squadron guard gendarme squaddie
    cavalry regular grenadier rifleman sapper legionnaire gurkha dragoon hussar""".split()
)
REBELS = frozenset(
    """rebel insurgent militant guerrilla separatist jihadist gunman fighter militia militiaman paramilitary faction
    gang bandit brigand warlord sect movement group
    terrorist islamist extremist mutineer opposition insurgency rebellion
    saboteur infiltrator peshmerga mujahideen mujahid fedayeen""".split()
)
INVADERS = frozenset("invader occupier intruder aggressor".split())
ENEMIES = INVADERS | frozenset("enemy attacker adversary rival opponent foe".split())
NEUTRAL = frozenset(
    """force unit side defender column detachment squad team garrison formation alliance coalition assault army command
    council warplane armor armour convoy vehicle contingent mission patrol offensive counteroffensive
    counter-offensive counterattack counter-attack mercenary""".split()
)
FORCES = STATES | REBELS | ENEMIES | NEUTRAL


def base(word: Word) -> str:
    """A noun's singular, capitals or not ("Gunmen" at the head of a sentence passes for a name)."""
    if word.pos != "PROPN":
        return word.lemma
    return word.low[:-3] + "man" if word.low.endswith("men") else word.low.rstrip("s")
