"""Compares claims that were found with claims that were annotated.

Claims of one kind are paired one to one where their quotes overlap and the fact is the same; strictly, where the
status is the same too. An annotated claim marked optional counts neither way, and excuses one found claim on its words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from claimtrail import calibration
from claimtrail.agreement import Found, Gold, fields, on_same_words, overlap, same_fact

ALL = "all"
# The kinds that an article is annotated for which does not say so itself: those there were before any said it.
ANNOTATED = ("talks", "territory", "prisoners")


@dataclass(frozen=True, slots=True)
class Fault:
    """One way in which an article was misread: `what` is "missed", "false alarm", or "wrong" for some of its fields."""

    article: str
    what: str
    kind: str
    quote: str
    gold: Gold | None = None
    found: Found | None = None
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Counts:
    """Claims rightly found, wrongly found, and missed."""

    right: int = 0
    false: int = 0
    missed: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.right + other.right, self.false + other.false, self.missed + other.missed)

    @property
    def precision(self) -> float:
        """The share of what was found that is right; 0 when nothing was found."""
        return self.right / (self.right + self.false) if self.right + self.false else 0.0

    @property
    def recall(self) -> float:
        """The share of what was there that was found; 0 when nothing was there."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(slots=True)
class Score:
    """The score so far. `add` articles, then read it."""

    core: dict[str, Counts] = field(default_factory=dict)
    strict: dict[str, Counts] = field(default_factory=dict)
    agreed: Counter[str] = field(default_factory=Counter)
    compared: Counter[str] = field(default_factory=Counter)
    spans: int = 0
    exact_spans: int = 0
    overlaps: list[float] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    judged: list[calibration.Judged] = field(default_factory=list)

    def add(self, article: Mapping[str, Any], found: Sequence[Found], kinds: Iterable[str]) -> None:
        """Compares one annotated article (a gold file) with what was found in it.

        Its "kinds" are those it is annotated for, ANNOTATED without it: what is found of others counts neither way.
        """
        text = article["text"]
        for claim in found:
            start, end = claim["source"]["start"], claim["source"]["end"]
            self.spans += 1
            self.exact_spans += start < end and text[start:end] == claim["quote"]
        annotated = {*article.get("kinds", ANNOTATED), *(claim["kind"] for claim in article["claims"])}
        for kind in kinds:
            if kind not in annotated:
                continue
            mine = [claim for claim in found if claim["kind"] == kind]
            theirs = [claim for claim in article["claims"] if claim["kind"] == kind]
            self._add_kind(article, kind, mine, theirs)

    def report(self) -> dict[str, Any]:
        """The figures as JSON-ready data."""
        return {
            "kinds": {kind: self._row(kind) for kind in (*self.core, ALL)},
            "fields": {
                name: [self.agreed[name], total, round(self.agreed[name] / total, 3)]
                for name, total in sorted(self.compared.items())
            },
            "spans_exact": [self.exact_spans, self.spans],
            "quote_iou": round(sum(self.overlaps) / len(self.overlaps), 3) if self.overlaps else None,
            "confidence": self._calibration(),
        }

    def _calibration(self) -> dict[str, Any]:
        found = calibration.bins(self.judged)
        error = calibration.expected_error(found)
        return {
            "bins": [
                {
                    "from": b.low,
                    "to": b.high,
                    "claims": b.claims,
                    "mean": round(b.mean, 3),
                    "right": b.right,
                    "share": round(b.share, 3),
                }
                for b in found
            ],
            "expected_error": round(error, 3) if error is not None else None,
        }

    def _row(self, kind: str) -> dict[str, int | float]:
        core, strict = (
            sum(counts.values(), Counts()) if kind == ALL else counts[kind] for counts in (self.core, self.strict)
        )
        return {
            "gold": core.right + core.missed,
            "found": core.right,
            "false_alarms": core.false,
            "precision": round(core.precision, 3),
            "recall": round(core.recall, 3),
            "f1": round(core.f1, 3),
            "strict_f1": round(strict.f1, 3),
        }

    def _add_kind(self, article: Mapping[str, Any], kind: str, mine: list[Found], theirs: list[Gold]) -> None:
        text, published_at = article["text"], article["published_at"]

        def same(m: int, t: int) -> bool:
            return on_same_words(mine[m], theirs[t], text) and same_fact(mine[m], theirs[t], published_at)

        def strictly_same(m: int, t: int) -> bool:
            return mine[m]["status"] == theirs[t]["status"] and same(m, t)

        def likeness(m: int, t: int) -> int:
            return sum(agrees for _, agrees in fields(mine[m], theirs[t], published_at))

        strict = _compare(mine, theirs, text, strictly_same, likeness)
        core = _compare(mine, theirs, text, same, likeness)
        self.strict[kind] = self.strict.get(kind, Counts()) + strict.counts
        self.core[kind] = self.core.get(kind, Counts()) + core.counts
        for m, t in core.pairs:
            self.overlaps.append(overlap(mine[m], theirs[t], text))
            wrong = []
            for name, agrees in fields(mine[m], theirs[t], published_at):
                self.compared[f"{kind}.{name}"] += 1
                self.agreed[f"{kind}.{name}"] += agrees
                if not agrees:
                    wrong.append(name)
            if wrong:
                quote = theirs[t]["quote"]
                self.faults.append(Fault(article["id"], "wrong", kind, quote, theirs[t], mine[m], tuple(wrong)))
        self.judged += [calibration.Judged(mine[m]["confidence"], True) for m, _ in core.pairs]
        self.judged += [calibration.Judged(mine[m]["confidence"], False) for m in core.false]
        for t in core.missed:
            self.faults.append(Fault(article["id"], "missed", kind, theirs[t]["quote"], gold=theirs[t]))
        for m in core.false:
            self.faults.append(Fault(article["id"], "false alarm", kind, mine[m]["quote"], found=mine[m]))


@dataclass(frozen=True, slots=True)
class _Comparison:
    """Claims by their numbers: those rightly found, paired (found, gold), those missed, those falsely found."""

    pairs: list[tuple[int, int]]
    missed: list[int]
    false: list[int]

    @property
    def counts(self) -> Counts:
        return Counts(len(self.pairs), len(self.false), len(self.missed))


def _compare(
    mine: list[Found],
    theirs: list[Gold],
    text: str,
    same: Callable[[int, int], bool],
    likeness: Callable[[int, int], int],
) -> _Comparison:
    optional = {t for t, gold in enumerate(theirs) if gold.get("optional")}
    fitting = {
        t: sorted((m for m in range(len(mine)) if same(m, t)), key=lambda m, t=t: -likeness(m, t))  # type: ignore[misc]
        for t in range(len(theirs))
    }
    paired = _pairs(fitting, optional, likeness)
    spare = [t for t in sorted(optional) if t not in paired.values()]
    false = []
    for m in range(len(mine)):
        if m in paired:
            continue
        excuse = next((t for t in spare if on_same_words(mine[m], theirs[t], text)), None)
        if excuse is None:
            false.append(m)
        else:
            spare.remove(excuse)
    pairs = [(m, t) for m, t in paired.items() if t not in optional]
    missed = [t for t in range(len(theirs)) if t not in optional and t not in paired.values()]
    return _Comparison(pairs, missed, false)


def _pairs(fitting: Mapping[int, list[int]], optional: set[int], likeness: Callable[[int, int], int]) -> dict[int, int]:
    """As many pairs (found to gold) as there can be, obligatory gold claims first; then swapped for likeness."""
    paired: dict[int, int] = {}

    def settle(t: int, tried: set[int]) -> bool:
        for m in fitting[t]:
            if m in tried:
                continue
            tried.add(m)
            if m not in paired or settle(paired[m], tried):
                paired[m] = t
                return True
        return False

    for t in sorted(fitting, key=lambda t: t in optional):
        settle(t, set())
    while _swap(paired, fitting, likeness):
        pass
    return paired


def _swap(paired: dict[int, int], fitting: Mapping[int, list[int]], likeness: Callable[[int, int], int]) -> bool:
    """Exchanges the partners of any two pairs that are more alike crosswise; whether there were such."""
    swapped = False
    for m, t in list(paired.items()):
        for n, u in list(paired.items()):
            apart = m < n and paired[m] == t and paired[n] == u and n in fitting[t] and m in fitting[u]
            if apart and likeness(n, t) + likeness(m, u) > likeness(m, t) + likeness(n, u):
                paired[m], paired[n], swapped = u, t, True
    return swapped
