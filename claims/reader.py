"""The reader: an article in, its claims out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from claims import catalog, language
from claims.context import Context, Parses, Sentence
from claims.draft import Hit
from claims.kind import Kind
from claims.model import Article, Claim, Reading
from claims.qualify import qualified
from claims.rule import Rule
from claims.settle import Found, settled
from claims.tongue import tongue_of
from claims.values.gazetteer import Gazetteer


class Reader:
    """Reads articles. Opened once a process (loading the language model takes seconds), before any fork."""

    def __init__(self, parser: Parses, gazetteer: Gazetteer, kinds: Mapping[str, Kind]) -> None:
        self._parser = parser
        self._gazetteer = gazetteer
        self._kinds = kinds

    def read(self, article: Article) -> Reading:
        """The claims in the article's text, or a reading that was skipped, with its reason."""
        tongue = article.language or tongue_of(article.text) or "en"
        if tongue.split("-")[0].lower() != "en":
            return Reading("skipped", tongue, reason=f"language {tongue} is not read yet")
        context = Context(article, self._parser, self._gazetteer)
        context.parse([sentence for sentence in context.sentences if self._may_claim(sentence)])
        claims = [claim for kind in self._kinds.values() for claim in self._of_kind(kind, context)]
        return Reading("read", tongue, tuple(sorted(claims, key=lambda c: (c.start, c.kind, c.value_words))))

    def _may_claim(self, sentence: Sentence) -> bool:
        """Whether any rule's trigger stands in the sentence: the others need no parse."""
        rules = (rule for kind in self._kinds.values() for rule in kind.rules)
        return not sentence.furniture and any(rule.pattern.search(sentence.text) for rule in rules)

    def _of_kind(self, kind: Kind, context: Context) -> Sequence[Claim]:
        found = [
            Found(rule.id, hit, qualified(draft, hit))
            for rule, hit in _hits(kind.rules, context)
            for draft in rule.build(hit)
        ]
        return settled(kind.name, found)


def open_reader(gazetteer: Path) -> Reader:
    """Loads the language model and the gazetteer file. Raises GazetteerError where there is none."""
    return Reader(language.load(), Gazetteer.open(gazetteer), catalog.kinds())


def _hits(rules: Sequence[Rule], context: Context) -> Iterator[tuple[Rule, Hit]]:
    """Every rule on every sentence that holds one of its triggers; only those sentences are ever parsed."""
    for sentence in context.sentences:
        if sentence.furniture:
            continue
        for rule in rules:
            for match in rule.pattern.finditer(sentence.text):
                word = sentence.word_at(match.start(), match.end())
                if word is not None:
                    yield rule, Hit(context, sentence, word, match.group())
