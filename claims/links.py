"""Links that lead a browser to a quote on its page: text fragments as the WICG defines them.

A browser looks for the words without regard to case, accents, the shape of quotation marks or the amount of
whitespace, at word boundaries only, and takes the first place that fits. No single term may reach over the end of a
paragraph; a quote that does, or a long one, is given by its first and last words.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from urllib.parse import quote as percent

CONTEXT = 32
_LONGEST_TERM = 300
_WORDS = (3, 4, 6, 9, 14, 22, 36)
_CONTEXT_WORDS = (1, 2, 3, 4, 6, 9, 14, 22)
_NEARBY = 1_000
_CHUNK = re.compile(r"[^ \n]+")
_INSIDE_WORD = ".,:;'·"
_SAME = str.maketrans({"‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "\u00ad": None})


@dataclass(frozen=True, slots=True)
class Link:
    """A deep link to a quote, and the characters just before and after it (at most 32, as they stand)."""

    deep_link: str
    prefix: str
    suffix: str


def anchor(text: str, start: int, end: int, url: str) -> Link:
    """The link to `text[start:end]` on the page at `url` (offsets in code points, `end` exclusive).

    The link carries words from before or after the quote only where the quote alone stands more than once in the text.
    A stretch that cuts words is linked with the whole of them; one without any visible character by the address alone.
    Raises ValueError for a stretch that is not in the text.
    """
    if not 0 <= start < end <= len(text):
        raise ValueError(f"there is no stretch {start}:{end} in a text of {len(text)} characters")
    found = Link(url, text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT])
    page = _page(text)
    first, last = page.whole_words(start, end)
    if first == last:
        return found
    address, _, fragment = url.partition("#")
    target = f"{address}#{fragment.partition(':~:')[0]}:~:text={page.directive(first, last)}"
    return replace(found, deep_link=target)


@dataclass(frozen=True, slots=True)
class _Terms:
    """What a directive names, each as a stretch of the folded text; `last` is None where `first` is the whole."""

    first: tuple[int, int]
    last: tuple[int, int] | None = None
    before: tuple[int, int] | None = None
    after: tuple[int, int] | None = None


@dataclass(frozen=True)
class _Page:
    """A text as a browser compares it: `folded`, and for each of its characters the place it comes from in `text`."""

    text: str
    folded: str
    origins: list[int]

    def whole_words(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the folded text that covers [start, end) of the text, without cut words or outer space."""
        first, last = bisect_left(self.origins, start), bisect_left(self.origins, end)
        while first < last and self.folded[first] in " \n":
            first += 1
        while first < last and self.folded[last - 1] in " \n":
            last -= 1
        if first == last:
            return first, last
        while not self._boundary(first):
            first -= 1
        while not self._boundary(last):
            last += 1
        return first, last

    def directive(self, first: int, last: int) -> str:
        """The shortest of the directives tried that fits [first, last) alone; failing that, the one that says most."""
        tried = _Terms((first, last))
        reached = None
        for tried in self._candidates(first, last):
            found = self._matches(tried)
            if found == [(first, last)]:
                return self._written(tried)
            if reached is None and found[:1] == [(first, last)]:
                reached = tried
        return self._written(reached or tried)

    def _candidates(self, first: int, last: int) -> Iterator[_Terms]:
        forms = list(self._forms(first, last))
        yield from forms
        before, after = self._before(first), self._after(last)
        # Words of the same paragraph first: between two paragraphs a page may have other things.
        for near in (True, False):
            left = [s for s in before if near == ("\n" not in self.folded[s[1] : first])]
            right = [s for s in after if near == ("\n" not in self.folded[last : s[0]])]
            for count in range(max(len(left), len(right))):
                one, other = left[count : count + 1], right[count : count + 1]
                yield from (replace(form, before=b) for form in forms for b in one)
                yield from (replace(form, after=a) for form in forms for a in other)
        for count in range(min(len(before), len(after))):
            yield from (replace(form, before=before[count], after=after[count]) for form in forms)

    def _forms(self, first: int, last: int) -> Iterator[_Terms]:
        """The ways to name the stretch itself: whole, or by ever more of its first and last words."""
        words = [(m.start(), m.end()) for m in _CHUNK.finditer(self.folded, first, last)]
        whole = "\n" not in self.folded[first:last]
        if whole and last - first <= _LONGEST_TERM:
            yield _Terms((first, last))
            return
        head = [w for w in words if "\n" not in self.folded[first : w[0]]]
        tail = [w for w in words if "\n" not in self.folded[w[1] : last]]
        made = None
        for count in _WORDS:
            begin = (first, head[min(count, len(head)) - 1][1])
            finish = (tail[-min(count, len(tail))][0], last)
            terms = _Terms(begin, finish)
            if begin[1] < finish[0] and self._boundary(begin[1]) and self._boundary(finish[0]) and terms != made:
                made = terms
                yield terms
        if whole:
            yield _Terms((first, last))

    def _before(self, first: int) -> list[tuple[int, int]]:
        """Ever longer stretches that end just before `first`, within one paragraph."""
        end = first
        while end and self.folded[end - 1] in " \n":
            end -= 1
        begin = max(self.folded.rfind("\n", 0, end) + 1, end - _NEARBY)
        starts = [m.start() for m in _CHUNK.finditer(self.folded, begin, end) if self._boundary(m.start())]
        counts = dict.fromkeys(min(n, len(starts)) for n in _CONTEXT_WORDS if starts)
        return [(starts[-n], end) for n in counts]

    def _after(self, last: int) -> list[tuple[int, int]]:
        """Ever longer stretches that begin just after `last`, within one paragraph."""
        begin = last
        while begin < len(self.folded) and self.folded[begin] in " \n":
            begin += 1
        end = self.folded.find("\n", begin)
        end = min(len(self.folded) if end < 0 else end, begin + _NEARBY)
        ends = [m.end() for m in _CHUNK.finditer(self.folded, begin, end) if self._boundary(m.end())]
        counts = dict.fromkeys(min(n, len(ends)) for n in _CONTEXT_WORDS if ends)
        return [(begin, ends[n - 1]) for n in counts]

    def _matches(self, terms: _Terms) -> list[tuple[int, int]]:
        """The first two stretches that a browser could take for what the terms name."""
        found: list[tuple[int, int]] = []
        for start, end in self._occurrences(terms.first, 0):
            if terms.before and not self._preceded(start, self.folded[slice(*terms.before)]):
                continue
            ends = [end] if terms.last is None else (e for _, e in self._occurrences(terms.last, end))
            stop = next((e for e in ends if terms.after is None or self._followed(e, terms.after)), None)
            if stop is not None:
                found.append((start, stop))
            if len(found) == 2:
                break
        return found

    def _occurrences(self, term: tuple[int, int], at: int) -> Iterator[tuple[int, int]]:
        sought = self.folded[slice(*term)]
        while (at := self.folded.find(sought, at)) >= 0:
            if self._boundary(at) and self._boundary(at + len(sought)):
                yield at, at + len(sought)
            at += 1

    def _preceded(self, at: int, words: str) -> bool:
        while at and self.folded[at - 1] in " \n":
            at -= 1
        at -= len(words)
        return at >= 0 and self.folded.startswith(words, at) and self._boundary(at)

    def _followed(self, at: int, term: tuple[int, int]) -> bool:
        words = self.folded[slice(*term)]
        while at < len(self.folded) and self.folded[at] in " \n":
            at += 1
        return self.folded.startswith(words, at) and self._boundary(at + len(words))

    def _boundary(self, at: int) -> bool:
        """Whether no word goes on over `at`; a point or apostrophe between two letters or digits is inside a word."""
        if not 0 < at < len(self.folded):
            return True
        left, right = self.folded[at - 1], self.folded[at]
        if left in _INSIDE_WORD and at > 1:
            left = self.folded[at - 2]
        elif right in _INSIDE_WORD and at + 1 < len(self.folded):
            right = self.folded[at + 1]
        return not (left.isalnum() and right.isalnum())

    def _written(self, terms: _Terms) -> str:
        before, after = self._encoded(terms.before), self._encoded(terms.after)
        parts = [before and f"{before}-", self._encoded(terms.first), self._encoded(terms.last), after and f"-{after}"]
        return ",".join(part for part in parts if part)

    def _encoded(self, term: tuple[int, int] | None) -> str:
        if term is None:
            return ""
        words = self.text[self.origins[term[0]] : self._ends[term[1] - 1]]
        return percent(" ".join(words.split()), safe="").replace("-", "%2D")

    @cached_property
    def _ends(self) -> list[int]:
        """For each folded character where what it comes from ends in the text, marks that fold to nothing included."""
        ends = [len(self.text)] * len(self.origins)
        for at in range(len(self.origins) - 2, -1, -1):
            following = self.origins[at + 1]
            ends[at] = following if following != self.origins[at] else ends[at + 1]
        return ends


@lru_cache(maxsize=1)
def _page(text: str) -> _Page:
    """The text folded; kept for the next claim of the same article."""
    folded: list[str] = []
    origins: list[int] = []
    gap = ""
    for at, character in enumerate(text):
        if character.isspace():
            gap = "\n" if "\n" in (gap, character) or character in "\r\u2028\u2029" else " "
            continue
        kept = _fold(character)
        if not kept:
            continue
        if gap and folded:
            folded.append(gap)
            origins.append(at - 1)
        gap = ""
        folded += kept
        origins += [at] * len(kept)
    return _Page(text, "".join(folded), origins)


@lru_cache(maxsize=4_096)
def _fold(character: str) -> str:
    """What is left of a character when case, accents and the shape of quotation marks are set aside."""
    spread = unicodedata.normalize("NFD", character.translate(_SAME))
    return "".join(c for c in spread if not unicodedata.combining(c)).casefold()
