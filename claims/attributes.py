"""What the model's rules and its lemmatizer make of words, without asking them of every word anew.

Nearly all of it depends on a word and on what tagger and parser say of it, and is kept for each sort of word.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from spacy.matcher import Matcher
from spacy.pipeline import AttributeRuler, Lemmatizer
from spacy.tokens import Doc, Token

# What a rule may ask of a word, so that all words of one sort answer alike.
_ASKED = {"TAG", "LOWER", "DEP", "IS_SPACE"}
# Of two verbs that share a form the lemmatizer takes the shorter, be it far rarer ("hops" for "hopes").
_LONGER = "hope slate stage axe rage ride wade prime site slope code"
_LEMMAS = {("VERB", stem[:-1] + end): stem for stem in _LONGER.split() for end in ("es", "ed", "ing")}
_LEMMAS |= {("VERB", f"install{end}"): "install" for end in ("ed", "ing")}
_LEMMAS |= {("NOUN", "bases"): "base", ("NOUN", "corpses"): "corpse"}
# Sorts of words that are kept; a text made of ever other ones is not to fill the memory.
_MOST = 20_000


class Sort(NamedTuple):
    """All that is read of a word but its place."""

    text: str
    low: str
    lemma: str
    pos: str
    tag: str
    dep: str


class Attributes:
    """The attributes of the words of documents, as the model's own parts would set them.

    Raises ValueError for a model whose rules ask for something else of a word.
    """

    def __init__(self, ruler: AttributeRuler, lemmatizer: Lemmatizer) -> None:
        self._ruler = ruler
        self._lemmatizer = lemmatizer
        self._known: dict[tuple[int, int, int], Sort | None] = {}
        # How each rule over several words begins.
        self._openings = Matcher(ruler.vocab)
        for number, rule in enumerate(ruler.patterns):
            patterns: Any = rule["patterns"]
            if strange := sorted({name for pattern in patterns for asked in pattern for name in asked} - _ASKED):
                raise ValueError(f"the language model has patterns that ask for {', '.join(strange)}")
            if any(len(pattern) > 1 for pattern in patterns):
                self._openings.add(str(number), [pattern[:1] for pattern in patterns])

    def of(self, doc: Doc) -> Sequence[Sort]:
        """Those of the words of a document that has been tagged and parsed."""
        keys = [(orth, tag, dep) for orth, tag, dep in doc.to_array(["ORTH", "TAG", "DEP"]).tolist()]
        if not all(key in self._known for key in keys):
            for token, key in zip(doc, keys, strict=True):
                if key not in self._known:
                    self._learn(key, token)
        found = [sort for key in keys if (sort := self._known.get(key)) is not None]
        if len(found) < len(keys):
            # Rules over several words may hold here, or too many sorts were learnt just now to keep them all.
            return [_sort(token) for token in self._lemmatizer(self._ruler(doc))]
        return found

    def _learn(self, key: tuple[int, int, int], token: Token) -> None:
        """Finds out what one sort of word is made of; None where a rule over several words may begin with it."""
        if len(self._known) >= _MOST:
            self._known.clear()
        alone = Doc(token.vocab, words=[token.text], tags=[token.tag_], deps=[token.dep_], heads=[0])
        if self._openings(alone, allow_missing=True):
            self._known[key] = None
        else:
            self._known[key] = _sort(self._lemmatizer(self._ruler(alone))[0])


def _sort(token: Token) -> Sort:
    low = token.lower_.replace("’", "'")
    lemma = _LEMMAS.get((token.pos_, low)) or token.lemma_.lower()
    return Sort(token.text, low, lemma, token.pos_, token.tag_, token.dep_)
