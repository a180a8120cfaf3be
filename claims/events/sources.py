"""How many sources tell of an event that do not repeat each other: copies of one text, and chains of outlets that cite
each other, count once."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Sequence

from claims.model import Member

_WORD = re.compile(r"[^\W_]+")
# Sentences of so many words at least are not the same by chance, nor if they share such a part of their word sequences.
_LEAST_WORDS, _RUN, _COPIED = 8, 4, 0.6
_OUTLET = re.compile(
    r"\b(?:news|agency|radio|tv|television|times|post|daily|newspaper|herald|tribune|gazette|broadcaster|reuters|afp"
    r"|agence france-presse|associated press|ap|tass|interfax|ria novosti|xinhua|anadolu|bbc|cnn|al jazeera|bloomberg"
    r"|dpa|kyodo|yonhap|ansa|efe|pti|ukrinform|upi|axios|politico)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"\b(?!The\b)[A-Z]")
_MOST = 400


def independent(members: Sequence[Member]) -> int:
    """The number of sources among the articles of the members that stand on their own feet."""
    return len(sources(members))


def sources(members: Sequence[Member]) -> list[frozenset[str]]:
    """The articles of the members, by id, in sets of those that repeat each other."""
    joined = _Joined()
    publishers = {_plain(m.publisher): m.publisher for m in members[:_MOST] if m.publisher}
    named = {plain: re.compile(rf"\b{re.escape(name)}\b") for plain, name in publishers.items() if len(name) > 2}
    for member in members:
        joined.add(("article", member.article_id))
    for member in members[:_MOST]:
        for outlet in {*_outlets(member), *(p for p, name in named.items() if name.search(member.quote))}:
            joined.join(("article", member.article_id), ("outlet", outlet))
    seen: dict[Hashable, str] = {}
    for member in members[:_MOST]:
        runs = _runs(member.quote)
        shared: dict[str, int] = {}
        for run in runs:
            other = seen.setdefault(run, member.article_id)
            if other != member.article_id:
                shared[other] = shared.get(other, 0) + 1
        for other, count in shared.items():
            if count >= _COPIED * len(runs):
                joined.join(("article", member.article_id), ("article", other))
    groups = ({str(name) for sort, name in group if sort == "article"} for group in joined.groups())
    return sorted((frozenset(group) for group in groups if group), key=min)


def _outlets(member: Member) -> Iterable[str]:
    """The outlet that published a claim, and those that it has it from."""
    if member.publisher:
        yield _plain(member.publisher)
    if member.via:
        yield _plain(member.via)
    # "State television" is anybody's.
    if member.speaker and _OUTLET.search(member.speaker) and _NAME.search(member.speaker):
        yield _plain(member.speaker)


def _plain(name: str) -> str:
    words = [w.casefold() for w in _WORD.findall(name)]
    return " ".join(w for w in words if w not in ("the", "news", "agency")) or name.casefold()


def _runs(quote: str) -> frozenset[Hashable]:
    words = [w.casefold() for w in _WORD.findall(quote)]
    if len(words) < _LEAST_WORDS:
        return frozenset()
    return frozenset(tuple(words[i : i + _RUN]) for i in range(len(words) - _RUN + 1))


class _Joined:
    """Things in groups, each in one."""

    def __init__(self) -> None:
        self._above: dict[tuple[str, str], tuple[str, str]] = {}

    def add(self, one: tuple[str, str]) -> tuple[str, str]:
        """The thing that stands for the group of this one."""
        top = self._above.setdefault(one, one)
        while top != self._above[top]:
            top = self._above[top]
        self._above[one] = top
        return top

    def join(self, one: tuple[str, str], other: tuple[str, str]) -> None:
        """Makes the groups of two things one."""
        self._above[self.add(other)] = self.add(one)

    def groups(self) -> Iterable[set[tuple[str, str]]]:
        """All groups."""
        found: dict[tuple[str, str], set[tuple[str, str]]] = {}
        for one in list(self._above):
            found.setdefault(self.add(one), set()).add(one)
        return found.values()
