"""What is done to the people counted in a sentence: the words for it, and which of them each number belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from claims.captives import FAMILIES, is_strong
from claims.context import Sentence, kept
from claims.headcount import Headcount
from claims.reporting import is_report
from claims.timing import dated_word, dates_of
from claims.values.dates import DateMention
from claims.words import Word

MOVING = frozenset(
    """come go bring get take send hand give turn be fly win have buy welcome ship receive return deliver arrive want
    walk travel step carry make drive ferry escort reach see set release let head bus allow hold""".split()
)
_LEAVING = frozenset("go walk leave".split())
_CLAUSES = frozenset("ccomp xcomp conj".split())
_OUT = frozenset("out off loose free".split())
_INSIDE = frozenset("in inside within behind".split())
_CONFINED = re.compile(r"^(?:hands|jails?|prisons?|dungeons?|cells|custody|detention|captivity)$", re.IGNORECASE)
_BORDERS = frozenset("relcl advcl ccomp parataxis acl pcomp".split())
# What these govern is no clause of its own: "saw twelve freed", "let five go".
_SMALL = frozenset("let see set have get leave make".split())
_ASKING = frozenset("offer propose demand urge want call ask suggest promise pledge vow threaten hope seek".split())
_WHEN = frozenset("when as".split())
_FARTHEST = 9.0
_ADJACENT = 3.5
_FRONTED = 0.2


@dataclass(frozen=True, slots=True)
class Deed:
    """A word of a family of `claims.captives.FAMILIES`. `trigger` is the word matched, `word` the one that acts."""

    family: str
    trigger: Word
    word: Word
    text: str
    strong: bool


@kept
def deeds(sentence: Sentence) -> tuple[Deed, ...]:
    """The words in a sentence by which captives are exchanged, freed, returned, taken, held, killed or listed."""
    found = []
    for family, pattern in FAMILIES.items():
        for start, end in sentence.spans(pattern):
            trigger, text = sentence.word_at(start, end), sentence.text[start:end]
            word = _acting(family, text.lower(), trigger) if trigger is not None else None
            if trigger is not None and word is not None:
                found.append(Deed(family, trigger, word, text, is_strong(text.lower())))
    return tuple(found)


def nearest(one: Headcount, found: Sequence[Deed]) -> Iterator[tuple[float, Deed]]:
    """The deeds by their distance from a number over the tree, the nearest first, with that distance."""
    up: dict[int, float] = {}
    for word in (one.head, one.word, one.noun or one.head):
        for above, steps in _upwards(word):
            up[above] = min(steps, up.get(above, steps))
    reached = []
    # "Of the 30 people abducted, 12 remain": what follows the whole is done to it, what is said of the part is not.
    fronted = one.head.dep == "pobj" and one.head.head.low == "of" and one.head.head.head.is_verb
    for i, deed in enumerate(found):
        beside = _FRONTED if fronted else _ADJACENT
        cost = min(_distance(up, deed.word), beside if follows(one, deed) else _FARTHEST)
        reached.append((cost + (0.0 if deed.strong else 0.3), i))
    for cost, i in sorted(reached):
        yield cost, found[i]


def follows(one: Headcount, deed: Deed) -> bool:
    """Whether a verb stands right behind the noun counted, whatever the parse makes of it ("men set free")."""
    return deed.word.is_verb and one.noun is not None and deed.word.start == one.noun.end + 1


def _upwards(noun: Word) -> Iterator[tuple[int, float]]:
    """How far each word that governs a noun is above it: steps over a clause's border count more."""
    steps = 0.0
    for at in noun.climb():
        yield at.i, steps
        steps += (0.5 if at.dep == "prep" else 1.0) + _border(at)
        if at.low == "of" and at.head.pos == "NUM" and at.head is not noun:
            steps += 3.0
        if steps > _FARTHEST:
            return


def _distance(up: dict[int, float], deed: Word) -> float:
    """How far the noun whose governors are given hangs from a word; steps downwards count more."""
    down = 0.0
    for at in deed.climb():
        if at.i in up:
            apart = at is not deed and (is_report(at) or deed.kid("dobj") is not None)
            return up[at.i] + down + (2.0 if apart else 0.0)
        down += (
            (0.3 if at.dep == "prep" or (at.dep == "xcomp" and at.lemma == "be") else 1.3)
            + _border(at)
            + (1.0 if at.dep in ("acl", "relcl") else 0.0)
        )
        if down > _FARTHEST:
            break
    return _FARTHEST


def part_of(one: Headcount, found: Sequence[Deed]) -> Deed | None:
    """What is done to a whole is done to its parts: "among those freed were 15 women"."""
    verb = one.head.verb()
    if one.noun is None or verb is None or verb.lemma not in ("be", "include", "comprise", "number"):
        return None
    wholes = [o for prep in ("among", "of") for o in verb.objects(prep)] + verb.kids_of("nsubj")
    wholes = [w for w in wholes if not one.head.under(w)]
    return next((d for d in found if d.strong and any(d.word.under(w) and d.word is not w for w in wholes)), None)


def date_of(sentence: Sentence, one: Headcount, word: Word) -> DateMention | None:
    """The date of the deed; of several in a sentence the one that stands in the number's own stretch."""
    anchors = [one.head, word, *(k for k in word.kids_of("ccomp", "xcomp") if word.lemma in _SMALL)]
    for at in word.climb():
        if is_report(at):
            break
        if at.is_verb or at.is_noun:
            anchors.append(at)
        if at.dep == "relcl" or (at.dep == "advcl" and not _WHEN & {k.low for k in at.kids}):
            break
        anchors += [k for k in at.kids_of("advcl") if _WHEN & {w.low for w in k.kids}]
    found = dates_of(sentence, anchors)
    if not found and len(sentence.dates) == 1 and _same_clause(dated_word(sentence, sentence.dates[0]), word):
        found = sentence.dates[:1]
    found = [d for d in found if not _of_the_asking(sentence, d, word)]
    if len(found) < 2:
        return found[0] if found else None
    following = [m.start for m in sentence.numbers if m.start > one.mention.start]
    end = following[0] if following else len(sentence.text)
    own = [d for d in found if one.mention.start < d.start < end]
    return own[0] if own else found[0]


def _of_the_asking(sentence: Sentence, date: DateMention, word: Word) -> bool:
    """Whether a time is only that of a wish or an offer; that of an agreement counts."""
    at = dated_word(sentence, date)
    if at is None or at is word or not word.under(at) or date.start > word.start:
        return False
    return at.lemma in _ASKING


def _same_clause(at: Word | None, word: Word) -> bool:
    """Whether no clause stands between a word that is dated, other than a verb of saying, and the deed."""
    while at is not None and not is_report(at):
        if word.under(at):
            return True
        if at.is_root or at.is_verb or at.dep == "appos":
            return False
        at = at.head
    return False


def _border(word: Word) -> float:
    if word.dep == "ccomp" and word.head.lemma in _SMALL:
        return 0.0
    if word.dep in _BORDERS:
        return {"acl": 1.0, "relcl": 1.0, "advcl": 3.0}.get(word.dep, 1.5)
    if word.dep == "conj" and word.is_verb:
        return 3.0 if word.kid("nsubj", "nsubjpass") else 1.0
    return 0.0


def _acting(family: str, text: str, word: Word) -> Word | None:
    """The word that acts where the trigger itself only says how; None where it means something else."""
    if text in ("home", "back"):
        verb = word.head if not word.is_root else word
        return verb if verb.is_verb and verb.lemma in MOVING and word.dep not in ("nsubj", "compound") else None
    if text.startswith("from "):
        return word if word.dep == "prep" else word.head if word.dep == "pobj" and word.head.low == "from" else None
    if text.startswith("let"):
        if word.dep == "aux" and word.head.lemma in _LEAVING:
            return word.head  # "let go 36 boys": the parse may take "let" for an auxiliary
        gone = any(k.low in _OUT or (k.dep in _CLAUSES and k.lemma in _LEAVING) for k in word.kids)
        return word if gone else None
    if text == "free" and word.pos != "VERB":
        verb = word.head if not word.is_root else word
        while verb.dep in ("dobj", "nummod") and not verb.is_verb:
            verb = verb.head  # "set free 153 detainees"
        return verb if verb.is_verb and verb.lemma in ("set", "go", "walk", "let", "be", "make") else None
    if family == "hold" and _CONFINED.match(text) and word.pos != "VERB":
        inside = word.dep == "pobj" and word.head.low in _INSIDE
        return word if inside or (text in ("detention", "captivity") and word.objects("of")) else None
    if _CONFINED.match(text) or text in ("hand", "hands", "remains"):
        return word if word.pos == "VERB" else None
    return word
