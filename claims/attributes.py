"""spaCy's attribute ruler without asking all of its patterns of every word: what holds for one sort of word is kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from spacy.matcher import Matcher
from spacy.pipeline import AttributeRuler
from spacy.tokens import Doc

# What a pattern of one word may ask, each of (tag, lower case, dependency).
_ASKED: dict[str, Callable[[tuple[str, str, str]], Any]] = {
    "TAG": lambda sort: sort[0],
    "LOWER": lambda sort: sort[1],
    "DEP": lambda sort: sort[2],
    "IS_SPACE": lambda sort: sort[1].isspace(),
}
_HOLDS: dict[str, Callable[[Any, Any], bool]] = {
    "IN": lambda value, wanted: value in wanted,
    "NOT_IN": lambda value, wanted: value not in wanted,
    "REGEX": lambda value, wanted: re.search(wanted, value) is not None,
}
# Sorts of words that are kept; a text made of ever other ones is not to fill the memory.
_MOST = 50_000


class Attributes:
    """What the model's rules set of words, beside tagger and parser: the same, at a fifth of the cost.

    Raises ValueError for a model whose patterns ask for something else.
    """

    def __init__(self, ruler: AttributeRuler) -> None:
        self._ruler = ruler
        self._of_one: list[tuple[int, list[Mapping[str, Any]]]] = []
        self._of_more = Matcher(ruler.vocab)
        self._known: dict[tuple[str, str, str], tuple[int, ...]] = {}
        for number, rule in enumerate(ruler.patterns):
            patterns: Any = rule["patterns"]
            if all(len(pattern) == 1 for pattern in patterns):
                self._of_one.append((number, [_checked(pattern[0]) for pattern in patterns]))
            else:
                self._of_more.add(str(number), patterns)

    def set(self, doc: Doc) -> None:
        """Sets them in a document that has been tagged and parsed."""
        strings = self._ruler.vocab.strings
        found = [
            (number, strings[str(number)], token.i, token.i + 1)
            for token in doc
            for number in self._numbers((token.tag_, token.lower_, token.dep_))
        ]
        found += [(int(strings[name]), name, start, end) for name, start, end in self._of_more(doc, allow_missing=True)]
        # In the order of the rules, of which the later ones win.
        self._ruler.set_annotations(doc, sorted(found))  # type: ignore[no-untyped-call]

    def _numbers(self, sort: tuple[str, str, str]) -> tuple[int, ...]:
        """The numbers of the rules that hold for one sort of word."""
        known = self._known.get(sort)
        if known is None:
            if len(self._known) >= _MOST:
                self._known.clear()
            known = tuple(number for number, patterns in self._of_one if any(_fits(sort, one) for one in patterns))
            self._known[sort] = known
        return known


def _fits(sort: tuple[str, str, str], pattern: Mapping[str, Any]) -> bool:
    for name, wanted in pattern.items():
        value = _ASKED[name](sort)
        if isinstance(wanted, Mapping):
            if not all(_HOLDS[how](value, what) for how, what in wanted.items()):
                return False
        elif value != wanted:
            return False
    return True


def _checked(pattern: Mapping[str, Any]) -> Mapping[str, Any]:
    hows = {how for wanted in pattern.values() if isinstance(wanted, Mapping) for how in wanted}
    if strange := sorted((set(pattern) - set(_ASKED)) | (hows - set(_HOLDS))):
        raise ValueError(f"the language model has patterns that ask for {', '.join(strange)}")
    return pattern
