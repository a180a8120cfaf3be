"""What changed between the claims of two versions of one text.

A claim of the one version is paired with one of the other where both are plainly the same statement: the same id, else
sentences that are alike and share what they state. Where several would fit equally well, none is taken.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from claims.model import Sighting, plain

# A sentence of which at least so much is kept is the same one if it still states something of what it did; with less,
# only if it states all the same.
_ALIKE, _RETOLD = 0.65, 0.5
# Bounds of the work: words that more claims have tell none of them apart, and only the likeliest partners are weighed.
_MOST_WITH_A_WORD, _MOST_PARTNERS, _LONGEST_QUOTE = 16, 12, 2_000
_ROUNDS = 4
_WORD = re.compile(r"\w+(?:[.,:]\d+)*")
# What an edit exchanges within a sentence that stays the same.
_EXCHANGED = re.compile(
    r"^(?:.*\d.*|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    r"|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|dozens?"
    r"|hundreds|thousands|january|february|march|april|may|june|july|august|september|october|november|december"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|today|yesterday|tomorrow))$"
)
_LEAST_FRAME = 3

Values = Mapping[str, Any]


class Change(StrEnum):
    """What became of a claim."""

    ADDED = "added"
    WITHDRAWN = "withdrawn"
    CHANGED = "changed"
    REWORDED = "reworded"


@dataclass(frozen=True, slots=True)
class Changed:
    """One change, with the names of the fields that differ, as a claim has them on the wire (`details.count`)."""

    change: Change
    fields: tuple[str, ...]
    before: Sighting | None
    after: Sighting | None


@dataclass(frozen=True, slots=True)
class Diff:
    """The changes in the order of the text, and how many claims say the same as before."""

    changes: tuple[Changed, ...]
    unchanged: int


def diff(before: Sequence[Sighting], after: Sequence[Sighting]) -> Diff:
    """How the claims `after` differ from those `before`. Neither may hold an id twice.

    Takes time in proportion to their number, whatever they say.
    """
    old, new = _ordered(before), _ordered(after)
    left, other = _Side(old), _Side(new)
    by_id = {one.seen.id: one for one in new}
    pairs = [(one, by_id[one.seen.id]) for one in old if one.seen.id in by_id]
    for match in (_same_statement, _alike, _same_frame):
        left.settle(one for one, _ in pairs)
        other.settle(one for _, one in pairs)
        pairs += match(left, other)
    left.settle(one for one, _ in pairs)
    other.settle(one for _, one in pairs)
    told = [change for pair in pairs if (change := _compared(*pair)) is not None]
    unchanged = len(pairs) - len(told)
    told += [Changed(Change.WITHDRAWN, (), one.seen, None) for one in left.waiting]
    told += [Changed(Change.ADDED, (), None, one.seen) for one in other.waiting]
    return Diff(tuple(sorted(told, key=_place)), unchanged)


class _Sentence:
    """The words of a quote; of a very long one, those of both its ends."""

    def __init__(self, quote: str) -> None:
        if len(quote) > _LONGEST_QUOTE:
            half = _LONGEST_QUOTE // 2
            quote = f"{quote[:half]} {quote[-half:]}"
        self.words = _WORD.findall(quote.casefold())

    @cached_property
    def counted(self) -> Counter[str]:
        """How often it has each word."""
        return Counter(self.words)

    @cached_property
    def frame(self) -> str:
        """It with numbers and days left open; "" where hardly anything else is said."""
        left = [_EXCHANGED.sub("#", word) for word in self.words]
        return " ".join(left) if len(left) - left.count("#") >= _LEAST_FRAME else ""


class _One:
    """A claim, and what it is compared by."""

    def __init__(self, seen: Sighting, sentence: _Sentence) -> None:
        self.seen, self.sentence = seen, sentence
        self.values = {name: value for name, value in _values(seen) if value not in (None, [], False)}

    @property
    def frame(self) -> tuple[str, str] | None:
        """What it shares with claims that differ from it in a number or day only."""
        return (self.seen.kind, self.sentence.frame) if self.sentence.frame else None

    @cached_property
    def stated(self) -> str:
        """All its values."""
        return repr(sorted(self.values.items()))


class _Side:
    """The claims of one version: `waiting` are those that have no partner yet."""

    def __init__(self, claims: Sequence[_One]) -> None:
        self.waiting = claims
        self.frames = Counter(one.frame for one in claims)
        self._starts: list[int] = []
        self._numbers: list[int] = []

    def settle(self, paired: Iterable[_One]) -> None:
        """Takes out all that are paired, given in the order of the pairs."""
        at: dict[int, int] = {}
        taken = set()
        for number, one in enumerate(paired):
            taken.add(id(one))
            at.setdefault(one.seen.start, number)
        self.waiting = [one for one in self.waiting if id(one) not in taken]
        self._starts = sorted(at)
        self._numbers = [at[start] for start in self._starts]

    def before(self, one: _One) -> int:
        """The number of the pair that stands next before a claim, -1 for none."""
        at = bisect_left(self._starts, one.seen.start) - 1
        return self._numbers[at] if at >= 0 else -1

    def after(self, one: _One) -> int:
        """The number of the pair that stands next after it, -1 for none."""
        at = bisect_right(self._starts, one.seen.start)
        return self._numbers[at] if at < len(self._numbers) else -1


_Pair = tuple[_One, _One]


def _ordered(claims: Iterable[Sighting]) -> list[_One]:
    sentences: dict[str, _Sentence] = {}
    ordered = []
    for seen in sorted(claims, key=lambda one: (one.start, one.end, one.kind, one.id)):
        if seen.quote not in sentences:
            sentences[seen.quote] = _Sentence(seen.quote)
        ordered.append(_One(seen, sentences[seen.quote]))
    return ordered


def _place(change: Changed) -> tuple[int, int, bool, str]:
    one = change.after or change.before
    if one is None:
        raise ValueError("a change is one of something")
    return one.start, one.end, change.after is not None, one.id


def _values(seen: Sighting) -> Iterator[tuple[str, Any]]:
    """What a claim states, by field. The words by which it does are no values."""
    yield "status", seen.status
    if seen.date is not None:
        resolved = seen.date.first is not None or seen.date.last is not None
        yield "date.from", plain(seen.date.first)
        yield "date.to", plain(seen.date.last)
        yield "date.precision", seen.date.precision and str(seen.date.precision)
        yield "date.text", None if resolved else seen.date.text.casefold()
    yield "attribution.speaker", seen.attribution.speaker
    yield "attribution.via", seen.attribution.via
    for name, value in seen.details.items():
        if not name.endswith("_text"):
            yield f"details.{name}", _meant(plain(value))


def _meant(value: Any) -> Any:
    """A place by what it is rather than by how it is spelled; of lists, the members in one order."""
    if isinstance(value, Mapping):
        known = value.get("geonames_id") or value.get("canonical") or value.get("name")
        return [str(known), str(value.get("region"))] if "name" in value else repr(sorted(value.items()))
    if isinstance(value, list):
        return sorted((_meant(one) for one in value), key=str)
    return value


def _compared(one: _One, other: _One) -> Changed | None:
    """The change from the one to the other, None where both say the same in the same words."""
    names = sorted(one.values.keys() | other.values.keys())
    differing = tuple(name for name in names if one.values.get(name) != other.values.get(name))
    requoted = ("quote",) if " ".join(one.seen.quote.split()) != " ".join(other.seen.quote.split()) else ()
    if differing:
        return Changed(Change.CHANGED, requoted + differing, one.seen, other.seen)
    return Changed(Change.REWORDED, requoted, one.seen, other.seen) if requoted else None


def _grouped(
    old: Iterable[_One], new: Iterable[_One], key: Callable[[int, _One], Hashable]
) -> Iterator[tuple[list[_One], list[_One]]]:
    """The claims that share a frame and a key, where both sides have some. The key is made of side and claim."""
    groups: dict[Hashable, tuple[list[_One], list[_One]]] = defaultdict(lambda: ([], []))
    for side, claims in enumerate((old, new)):
        for one in claims:
            if one.frame is not None:
                groups[one.frame, key(side, one)][side].append(one)
    yield from ((left, right) for left, right in groups.values() if left and right)


def _same_statement(old: _Side, new: _Side) -> list[_Pair]:
    """Pairs of the same frame that state the same: whichever are taken of several, the answer is one."""
    same = _grouped(old.waiting, new.waiting, lambda _, one: one.stated)
    return [pair for left, right in same for pair in zip(left, right, strict=False)]


def _same_frame(old: _Side, new: _Side) -> list[_Pair]:
    """Pairs of the same frame that do not differ among themselves, or are as many as before at their place."""
    pairs: list[_Pair] = []
    taken: set[int] = set()
    sides = old, new

    def take(left: Sequence[_One], right: Sequence[_One]) -> None:
        pairs.extend(zip(left, right, strict=False))
        taken.update(id(one) for pair in zip(left, right, strict=False) for one in pair)

    keys: list[Callable[[int, _One], Hashable]] = [
        lambda _, __: None,
        lambda side, one: sides[side].before(one),
        lambda side, one: sides[side].after(one),
    ]
    for key in keys:
        rest = [[one for one in side.waiting if id(one) not in taken] for side in sides]
        for left, right in list(_grouped(rest[0], rest[1], key)):
            uniform = len({one.stated for one in left}) == len({one.stated for one in right}) == 1
            whole = len(left) == old.frames[left[0].frame] and len(right) == new.frames[right[0].frame]
            if (uniform and whole) or (key is not keys[0] and len(left) == len(right)):
                take(left, right)
    return pairs


def _alike(old: _Side, new: _Side) -> list[_Pair]:
    """Pairs of which each is the best match of the other, and better than any second."""
    scores = _scores(old, new)
    pairs: list[_Pair] = []
    for _ in range(_ROUNDS):
        best, best_of = _best(scores, 0), _best(scores, 1)
        found = [(i, j) for i, j in best.items() if j is not None and best_of[j] == i]
        if not found:
            break
        pairs += [(old.waiting[i], new.waiting[j]) for i, j in found]
        gone, come = {i for i, _ in found}, {j for _, j in found}
        scores = {(i, j): score for (i, j), score in scores.items() if i not in gone and j not in come}
    return pairs


def _best(scores: Mapping[tuple[int, int], float], side: int) -> dict[int, int | None]:
    """For each claim of a side the other's that fits best, None where two fit equally well."""
    top: dict[int, tuple[float, int | None]] = {}
    for pair, score in scores.items():
        mine, its = pair[side], pair[1 - side]
        most = top.get(mine, (0.0, None))[0]
        if score > most:
            top[mine] = (score, its)
        elif score == most:
            top[mine] = (score, None)
    return {mine: its for mine, (_, its) in top.items()}


def _scores(old: _Side, new: _Side) -> dict[tuple[int, int], float]:
    having: dict[tuple[str, str], list[int]] = defaultdict(list)
    for j, other in enumerate(new.waiting):
        for word in other.sentence.counted:
            having[other.seen.kind, word].append(j)
    scores = {}
    for i, one in enumerate(old.waiting):
        shared: Counter[int] = Counter()
        for word in one.sentence.counted:
            with_it = having.get((one.seen.kind, word), ())
            if len(with_it) <= _MOST_WITH_A_WORD:
                shared.update(with_it)
        for j in sorted(shared, key=lambda j: (-shared[j], j))[:_MOST_PARTNERS]:
            score = _score(one, new.waiting[j])
            if score is not None and _may_be_one(old, one, new, new.waiting[j]):
                scores[i, j] = score
    return scores


def _may_be_one(old: _Side, one: _One, new: _Side, other: _One) -> bool:
    """Whether nothing speaks against it: what is told of one thing after another in the same words, and what states
    something else in other words, has to stand at the same place."""
    if one.frame is not None and one.frame == other.frame:
        free = old.frames[one.frame] == new.frames[one.frame] == 1
    else:
        free = one.stated == other.stated
    return free or old.before(one) == new.before(other) or old.after(one) == new.after(other)


def _score(one: _One, other: _One) -> float | None:
    """How well two claims of one kind fit, None where they may be unrelated."""
    both = (one.sentence.counted & other.sentence.counted).total()
    alike = 2 * both / (len(one.sentence.words) + len(other.sentence.words))
    same = [name for name, value in one.values.items() if other.values.get(name) == value]
    told = [name for name in same if name != "status"]
    names = one.values.keys() | other.values.keys()
    retold = len(same) == len(names) and len(told) > 1
    related = bool(told) or (one.frame is not None and one.frame == other.frame)
    if (retold and alike >= _RETOLD) or (related and alike >= _ALIKE):
        return round(alike + len(same) / len(names), 6)
    return None
