"""The words of a parsed sentence: a light tree of our own, so that rules know nothing of the parser behind it.

Offsets count code points of the sentence's text. Tags are Penn Treebank's, dependencies ClearNLP's (the labels of the
English models of spaCy).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

# How what stands beside a phrase, and is no part of it, hangs from its noun.
ASIDE = ("relcl", "advcl", "acl", "conj", "parataxis")
_INSIDE_NOUN = {"compound", "amod", "det", "poss", "nummod", "nmod", "quantmod", "case", "predet", "punct", "advmod"}


@dataclass(slots=True, eq=False)
class Word:
    """One token. `head` is the word itself at the root; `kids` stand in the order of the text."""

    i: int
    text: str
    low: str
    lemma: str
    pos: str
    tag: str
    dep: str
    start: int
    end: int
    head: Word = field(init=False, repr=False)
    kids: list[Word] = field(default_factory=list, repr=False)

    @property
    def is_root(self) -> bool:
        """Whether nothing governs the word."""
        return self.head is self

    @property
    def is_verb(self) -> bool:
        """Whether it heads a clause: a verb, or a form of "be" that is no auxiliary."""
        return self.pos in ("VERB", "AUX") and self.dep not in ("aux", "auxpass", "amod", "compound")

    @property
    def is_noun(self) -> bool:
        """Whether it is a noun, a name or a pronoun."""
        return self.pos in ("NOUN", "PROPN", "PRON")

    def climb(self) -> Iterator[Word]:
        """The word and all that govern it, up to the root."""
        word = self
        yield word
        while not word.is_root:
            word = word.head
            yield word

    def subtree(self, skip: Collection[str] = ()) -> list[Word]:
        """The word and all it governs in the order of the text, without branches whose dependency is in `skip`."""
        found, todo = [], [self]
        while todo:
            word = todo.pop()
            found.append(word)
            todo += [kid for kid in word.kids if kid.dep not in skip]
        return sorted(found, key=lambda w: w.i)

    def kids_of(self, *deps: str) -> list[Word]:
        """The kids with one of these dependencies."""
        return [kid for kid in self.kids if kid.dep in deps]

    def kid(self, *deps: str) -> Word | None:
        """The first of them."""
        for kid in self.kids:
            if kid.dep in deps:
                return kid
        return None

    def verb(self) -> Word | None:
        """The nearest verb at or above the word."""
        return next((word for word in self.climb() if word.is_verb), None)

    def under(self, other: Word) -> bool:
        """Whether `other` governs the word, however far up, or is the word."""
        word = self
        while word is not other:
            if word.head is word:
                return False
            word = word.head
        return True

    def objects(self, *prepositions: str) -> list[Word]:
        """The nouns under the word's prepositions of these names, conjoined ones included."""
        found = []
        for prep in self.kids:
            if prep.dep in ("prep", "agent", "dative", "prt") and prep.low in prepositions:
                for noun in prep.kids_of("pobj", "pcomp"):
                    found += conjoined(noun)
        return found

    def noun_span(self) -> tuple[int, int]:
        """The stretch of the noun phrase up to its head: determiners, adjectives, compounds, the head."""
        start = self.start
        for kid in reversed([k for k in self.kids if k.i < self.i]):
            if kid.dep not in _INSIDE_NOUN:
                break
            start = kid.subtree()[0].start
        return start, self.end


def conjoined(word: Word) -> list[Word]:
    """The word and those joined to it by "and", "or" and commas."""
    found, todo = [], [word]
    while todo:
        one = todo.pop(0)
        found.append(one)
        todo += one.kids_of("conj")
    return found


def first(words: Iterator[Word], test: Callable[[Word], bool]) -> Word | None:
    """The first word that passes the test."""
    return next((word for word in words if test(word)), None)
