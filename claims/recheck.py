"""Whether the words of a claim still stand in a newer text of its source.

Nothing but white space, the shape of quotation marks and dashes, and Unicode's two ways to write one letter is
overlooked. A sentence that only resembles the claim's is never taken for it: at most it counts as the altered one, and
only where it stands between the same neighbours.
"""

from __future__ import annotations

import hashlib
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from claims.links import CONTEXT
from claims.model import Finding, plain
from claims.sentences import split

# Of a neighbour that was itself edited, so much next to the sentence is to be as it was; less says nothing.
_NEAR, _LEAST_NEAR = 20, 8
# Longer sentences are tables, and more alike ones than this decide nothing.
_MOST_WORDS, _MOST_ALIKE, _MOST_DIFFERENCES = 400, 8, 20
# Unicode's own bound for marks on one letter (UAX 15, stream-safe text). Sorting more takes the square of their number.
_MOST_MARKS = 30
_SAME = {
    **dict.fromkeys("“”„‟«»″＂", '"'),
    **dict.fromkeys("‘’‚‛‹›´`′＇", "'"),
    **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),
}
_TABLE = str.maketrans(_SAME)


class Outcome(StrEnum):
    """What became of a claim's words."""

    PRESENT = "present"
    MOVED = "moved"
    ALTERED = "altered"
    GONE = "gone"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class Difference:
    """Words of the quote and what stands in their place; `op` is "replace", "insert" or "delete"."""

    op: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Recheck:
    """What was found: `text[start:end] == found`, all None where no place was decided on.

    `candidates` counts the places that came into question; `differences` is filled for `ALTERED` alone.
    """

    outcome: Outcome
    start: int | None = None
    end: int | None = None
    found: str | None = None
    differences: tuple[Difference, ...] = ()
    candidates: int = 0


def finding(text: str, quote: str, *, prefix: str, suffix: str, start: int) -> Finding:
    """What `check` says of this text, as it is kept."""
    found = check(text, quote, prefix=prefix, suffix=suffix, start=start)
    return Finding(
        outcome=str(found.outcome),
        start=found.start,
        end=found.end,
        found=found.found,
        differences=plain(found.differences),
        candidates=found.candidates,
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        text_length=len(text),
    )


def check(text: str, quote: str, *, prefix: str, suffix: str, start: int) -> Recheck:
    """Looks for a claim's quote in a text; `prefix`, `suffix` and `start` say where it stood, as its link was made.

    Takes time in proportion to the text, whatever is in it.
    """
    page, wanted = _Page(text), normal(quote).strip()
    if not wanted:
        return Recheck(Outcome.GONE)
    here = _Neighbours(prefix, suffix)
    places = [at for at in _places(page.letters, wanted) if page.is_whole(at, at + len(wanted), quote, here)]
    if places:
        return _exact(page, places, len(wanted), here, start)
    return _altered(page, wanted, here)


def normal(text: str) -> str:
    """The text as it is compared."""
    return _Page(text).letters


class _Page:
    """A text as it is compared: `letters`, and for each of them the stretch of the text that it stands for."""

    def __init__(self, text: str) -> None:
        self.text = text
        parts: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        for start, end, part in _pieces(text):
            parts.append(part)
            self.starts += [start] * len(part)
            self.ends += [end] * len(part)
        self.letters = "".join(parts)

    def is_whole(self, first: int, last: int, quote: str, here: _Neighbours) -> bool:
        """Whether the stretch of letters [first, last) cuts no letter, and no word or number that the quote did not."""
        if first and self.starts[first - 1] == self.starts[first]:
            return False
        if last < len(self.starts) and self.starts[last - 1] == self.starts[last]:
            return False
        inside = self.letters[first : first + 2], self.letters[max(first, last - 2) : last]
        begins = not _goes_on(self.letters[max(0, first - 2) : first], inside[0]) or _goes_on(here.prefix, quote[:2])
        ends = not _goes_on(inside[1], self.letters[last : last + 2]) or _goes_on(quote[-2:], here.suffix)
        return begins and ends

    def place(self, outcome: Outcome, first: int, last: int, **more: object) -> Recheck:
        """The stretch of letters [first, last) as the outcome."""
        start, end = self.starts[first], self.ends[last - 1]
        return Recheck(outcome, start, end, self.text[start:end], **more)  # type: ignore[arg-type]


def _pieces(text: str) -> Iterator[tuple[int, int, str]]:
    """The text letter by letter, each with its marks, and each run of white space as one blank."""
    at, size = 0, len(text)
    while at < size:
        letter, end = text[at], at + 1
        if letter.isspace():
            while end < size and text[end].isspace():
                end += 1
            yield at, end, " "
        elif letter < "\u0300" and (end == size or text[end] < "\u0300"):
            yield at, end, _SAME.get(letter, letter)
        else:
            while end < size and end - at <= _MOST_MARKS and _joins(text[end]):
                end += 1
            yield at, end, unicodedata.normalize("NFC", text[at:end]).translate(_TABLE)
        at = end


def _joins(letter: str) -> bool:
    """Whether it may become one with the letter before it: marks, and the later parts of a Korean syllable."""
    if letter < "\u0300":
        return False
    if "\u1160" <= letter <= "\u11ff" or "\ud7b0" <= letter <= "\ud7ff":
        return True
    return unicodedata.category(letter)[0] == "M"


def _goes_on(left: str, right: str) -> bool:
    """Whether a word or number goes on from the one side to the other: `40` is no part of `40,000`."""
    if not left or not right:
        return False
    one, other = left[-1], right[0]
    if one.isalnum() and other.isalnum():
        return True
    if one.isdigit() and other in ".,":
        return right[1:2].isdigit()
    return one in ".," and other.isdigit() and left[-2:-1].isdigit()


class _Neighbours:
    """What stood before and after the quote, at most CONTEXT characters of the text each."""

    def __init__(self, prefix: str, suffix: str) -> None:
        self.prefix, self.suffix = prefix, suffix
        # Less than could be kept is all there was: the quote stood at the text's very beginning, or end.
        self.first, self.last = len(prefix) < CONTEXT, len(suffix) < CONTEXT
        # The outermost letter may have been cut from its marks.
        before, after = normal(prefix), normal(suffix)
        self.before = (before if self.first else before[1:]).strip()
        self.after = (after if self.last else after[:-1]).strip()

    def precede(self, letters: str, first: int) -> bool:
        """Whether the same words stand before."""
        near = letters[max(0, first - 2 * CONTEXT) : first].strip()
        return near == self.before if self.first else bool(self.before) and near.endswith(self.before)

    def follow(self, letters: str, last: int) -> bool:
        """Whether the same words stand after."""
        near = letters[last : last + 2 * CONTEXT].strip()
        return near == self.after if self.last else bool(self.after) and near.startswith(self.after)

    def nearly_precede(self, letters: str, first: int) -> bool:
        """Whether at least the nearest words before are the same."""
        if len(self.before) < _LEAST_NEAR:
            return self.first and self.precede(letters, first)
        return letters[max(0, first - 2 * CONTEXT) : first].strip().endswith(self.before[-_NEAR:])

    def nearly_follow(self, letters: str, last: int) -> bool:
        """Whether at least the nearest words after are the same."""
        if len(self.after) < _LEAST_NEAR:
            return self.last and self.follow(letters, last)
        return letters[last : last + 2 * CONTEXT].strip().startswith(self.after[:_NEAR])


def _places(letters: str, wanted: str) -> Iterator[int]:
    """Where the words stand, overlapping places too (Knuth, Morris and Pratt: no text makes it look twice)."""
    back, matched = [0], 0
    for letter in wanted[1:]:
        while matched and wanted[matched] != letter:
            matched = back[matched - 1]
        matched += wanted[matched] == letter
        back.append(matched)
    matched = 0
    for at, letter in enumerate(letters):
        while matched and (matched == len(wanted) or wanted[matched] != letter):
            matched = back[matched - 1]
        matched += wanted[matched] == letter
        if matched == len(wanted):
            yield at + 1 - matched


def _exact(page: _Page, places: Sequence[int], length: int, here: _Neighbours, start: int) -> Recheck:
    found = partial(page.place, candidates=len(places))
    before = {at for at in places if here.precede(page.letters, at)}
    after = {at for at in places if here.follow(page.letters, at + length)}
    same = [at for at in places if page.starts[at] == start]
    kept = before & after
    if len(kept) > 1:
        same = [at for at in same if at in kept]
    elif kept:
        same = list(kept)
    if same:
        return found(Outcome.PRESENT, same[0], same[0] + length)
    likely = places if len(places) == 1 else [] if kept else sorted(before | after)
    if len(likely) == 1:
        return found(Outcome.MOVED, likely[0], likely[0] + length)
    return Recheck(Outcome.AMBIGUOUS, candidates=len(places))


def _altered(page: _Page, wanted: str, here: _Neighbours) -> Recheck:
    old = wanted.split(" ")
    if len(old) > _MOST_WORDS:
        return Recheck(Outcome.GONE)
    counted, alike = Counter(old), []
    for sentence in split(page.text):
        first, last = bisect_left(page.starts, sentence.start), bisect_left(page.starts, sentence.end)
        sides = here.nearly_precede(page.letters, first) + here.nearly_follow(page.letters, last)
        if not sides:
            continue
        new = page.letters[first:last].split()
        allowed = max(2, len(old) // 3) if sides == 2 else max(1, len(old) // 5)
        shared = (counted & Counter(new)).total()
        if shared > 1 and _missing(len(old), len(new), shared) <= allowed:
            alike.append((first, last, new, allowed))
        if len(alike) > _MOST_ALIKE:
            return Recheck(Outcome.AMBIGUOUS, candidates=len(alike))
    close = []
    for first, last, new, allowed in alike:
        changes = list(_changes(old, new))
        kept = len(old) - sum(len(gone) for gone, _ in changes)
        if kept > 1 and _missing(len(old), len(new), kept) <= allowed:
            close.append((first, last, changes))
    if len(close) != 1:
        return Recheck(Outcome.AMBIGUOUS if close else Outcome.GONE, candidates=len(close))
    first, last, changes = close[0]
    told = tuple(_difference(gone, come) for gone, come in changes[:_MOST_DIFFERENCES])
    return page.place(Outcome.ALTERED, first, last, differences=told, candidates=1)


def _missing(old: int, new: int, shared: int) -> int:
    """How many words the one or the other has for itself."""
    return max(old, new) - shared


def _difference(gone: Sequence[str], come: Sequence[str]) -> Difference:
    op = "replace" if gone and come else "delete" if gone else "insert"
    return Difference(op, " ".join(gone), " ".join(come))


def _changes(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[list[str], list[str]]]:
    """The words that differ, in their order, beside the longest sequence that both have in common."""
    longest = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in range(len(old) - 1, -1, -1):
        row, below = longest[i], longest[i + 1]
        for j in range(len(new) - 1, -1, -1):
            row[j] = below[j + 1] + 1 if old[i] == new[j] else max(below[j], row[j + 1])
    i = j = 0
    gone: list[str] = []
    come: list[str] = []
    while i < len(old) or j < len(new):
        if i < len(old) and j < len(new) and old[i] == new[j]:
            if gone or come:
                yield gone, come
                gone, come = [], []
            i, j = i + 1, j + 1
        elif j == len(new) or (i < len(old) and longest[i + 1][j] >= longest[i][j + 1]):
            gone.append(old[i])
            i += 1
        else:
            come.append(new[j])
            j += 1
    if gone or come:
        yield gone, come
