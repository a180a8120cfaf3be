"""Movements told without the ground they are on: "its troops advanced", "has been gaining ground", "fell back"."""

from __future__ import annotations

from collections.abc import Iterator

from claims.belligerents import can_move, side_of
from claims.clauses import subject_of, targets_of
from claims.conquest import ADVANCED, WITHDREW, lemma_of
from claims.draft import Hit
from claims.forces import FORCES, base
from claims.ground import Ground
from claims.takers import Taking
from claims.words import Word

_FORWARD = frozenset("advance".split())
_BACKWARD = frozenset("withdraw retreat".split())
_BACKWARD_WITH = frozenset((("pull", "back"), ("pull", "out"), ("fall", "back"), ("move", "back"), ("draw", "back")))
_GAINS = {"gain": ADVANCED, "make": ADVANCED, "record": ADVANCED, "lose": WITHDREW, "cede": WITHDREW, "yield": WITHDREW}
_GAINED = frozenset("ground territory".split())
_MADE = frozenset("gain advance inroad headway breakthrough".split())
_LINES = frozenset("line defence defense front".split())
_DRIVEN = frozenset("push drive force throw beat".split())
# Behind these stands what the movement is on, which others read, or what makes it no movement of armies at all.
_SOMEWHERE = ("from", "into", "on", "toward", "towards", "of", "to", "across", "through", "onto")


def movements(hit: Hit, verb: Word) -> Iterator[Taking]:
    """A side's forces that move forwards or back by a verb that needs no ground."""
    mover = subject_of(verb)
    particles = {k.low for k in verb.kids_of("prt", "advmod")}
    lemma, objects = lemma_of(verb), verb.kids_of("dobj")
    action: str | None = None
    if verb.kid("nsubjpass") is not None or mover is None:
        driven = verb.kid("nsubjpass")
        if lemma in _DRIVEN and "back" in particles and driven is not None:
            mover, action = driven, WITHDREW
    elif lemma in _GAINS and any(o.lemma in (_MADE if lemma in ("make", "record") else _GAINED) for o in objects):
        action = _GAINS[lemma]
    elif lemma == "break" and _breaks(verb):
        action = ADVANCED
    elif not objects and not _elsewhere(hit, verb):
        if lemma in _FORWARD:
            action = ADVANCED
        elif lemma in _BACKWARD or any((lemma, p) in _BACKWARD_WITH for p in particles):
            action = WITHDREW
    if action is None or not _forces(hit, mover):
        return
    actor = side_of(hit, mover)
    if actor is not None:
        yield Taking(verb, action, actor, nowhere(verb), told=True)


def _breaks(verb: Word) -> bool:
    """Whether a breakthrough is one of armies: "broke the front line", "had broken through"."""
    through = any(k.low == "through" for k in verb.kids_of("prt", "advmod")) and verb.kid("dobj") is None
    return through or any(o.lemma in _LINES for o in (*verb.kids_of("dobj"), *targets_of(verb, ("through",))))


def _elsewhere(hit: Hit, verb: Word) -> bool:
    """Whether something tells where to or whence: "withdrew from the talks"; lines are where armies fall back to."""
    targets = [t for t in targets_of(verb, _SOMEWHERE) if t.lemma not in (*_LINES, "position")]
    return any(not any(d.start <= t.start < d.end for d in hit.sentence.dates) for t in targets)


def nowhere(word: Word) -> Ground:
    """Ground that nobody names; `word` stands for it in the explanation."""
    return Ground((), word.text, None, None, plain=True)


def _forces(hit: Hit, mover: Word | None) -> bool:
    """Whether those who move are forces, a side that fights, or a pronoun for them."""
    if mover is None or not can_move(hit, mover):
        return False
    named = hit.sentence.parties_in([mover])
    return (
        base(mover) in FORCES
        or mover.low in ("they", "we")
        or any(m.source in ("country", "group", "demonym") for m in named)
    )
