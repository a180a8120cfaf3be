"""The reader: an article in, its claims out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from claims import catalog, language
from claims.context import Context, Parses, Sentence
from claims.draft import Draft, Hit, Refusal
from claims.kind import Kind
from claims.model import MOST_ABSTENTIONS, Abstention, Article, Claim, Reading
from claims.qualify import qualified
from claims.rule import Rule
from claims.settle import Found, settled
from claims.tongue import tongue_of
from claims.values.gazetteer import Gazetteer

# No sentence of news has so many words of one rule; a text made of them would cost more than it is worth.
_MOST = 40
# By kind: each rule whose triggers stand in a sentence, with their places.
Triggers = dict[str, list[tuple[Rule, list[tuple[int, int]]]]]


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
        triggered = [(s, self._triggers(s)) for s in context.sentences]
        context.parse(self._to_parse(triggered))
        claims: list[Claim] = []
        refused: list[Abstention] = []
        for kind in self._kinds.values():
            made, not_made = _of_kind(kind, triggered)
            claims += made
            refused += not_made
        claims.sort(key=lambda c: (c.start, c.kind, c.value_words))
        refused.sort(key=lambda a: (a.start, a.kind, a.reason))
        return Reading("read", tongue, tuple(claims), abstentions=tuple(refused[:MOST_ABSTENTIONS]))

    def _triggers(self, sentence: Sentence) -> Triggers:
        """The rules whose triggers stand in the sentence, with where they do."""
        found: Triggers = {}
        for kind in self._kinds.values():
            for rule in kind.rules:
                spans = sentence.spans(rule.pattern)
                if spans and (rule.needs is None or rule.needs(sentence)):
                    found.setdefault(kind.name, []).append((rule, spans))
        return found

    def _to_parse(self, triggered: Sequence[tuple[Sentence, Triggers]]) -> list[Sentence]:
        """The sentences that hold any trigger: the others need no parse."""
        return [sentence for sentence, triggers in triggered if triggers]


def open_reader(gazetteer: Path) -> Reader:
    """Loads the language model and the gazetteer file. Raises GazetteerError where there is none."""
    return Reader(language.load(), Gazetteer.open(gazetteer), catalog.kinds())


def _of_kind(kind: Kind, triggered: Sequence[tuple[Sentence, Triggers]]) -> tuple[list[Claim], list[Abstention]]:
    """The claims of one kind, and the sentences that have none although a rule looked at them."""
    found: list[Found] = []
    refused: dict[int, Abstention] = {}
    for rule, hit in _hits(kind, triggered):
        at = hit.sentence
        for built in rule.build(hit):
            asked = isinstance(built, Draft) and at.text.endswith(("?", "?”", '?"'))
            made = Refusal("a question tells of nothing that is so") if asked else built
            if isinstance(made, Draft):
                found.append(Found(rule.id, hit, qualified(made, hit)))
            elif isinstance(made, Refusal):
                abstention = Abstention(kind.name, rule.id, hit.trigger, at.start, at.end, at.text, made.reason)
                refused.setdefault(at.start, abstention)
    claims = settled(kind.name, found)
    told = {claim.start for claim in claims}
    return claims, [abstention for abstention in refused.values() if abstention.start not in told]


def _hits(kind: Kind, triggered: Sequence[tuple[Sentence, Triggers]]) -> Iterator[tuple[Rule, Hit]]:
    """Every rule of a kind on every sentence that holds one of its triggers."""
    for sentence, triggers in triggered:
        for rule, spans in triggers.get(kind.name, ()):
            for start, end in spans[:_MOST]:
                word = sentence.word_at(start, end)
                if word is not None:
                    yield rule, Hit(sentence.context, sentence, word, sentence.text[start:end])
