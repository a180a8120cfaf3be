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
        claims: list[Claim] = []
        refused: list[Abstention] = []
        for kind in self._kinds.values():
            made, not_made = _of_kind(kind, context)
            claims += made
            refused += not_made
        claims.sort(key=lambda c: (c.start, c.kind, c.value_words))
        refused.sort(key=lambda a: (a.start, a.kind, a.reason))
        return Reading("read", tongue, tuple(claims), abstentions=tuple(refused[:MOST_ABSTENTIONS]))

    def _may_claim(self, sentence: Sentence) -> bool:
        """Whether any rule's trigger stands in the sentence: the others need no parse."""
        rules = (rule for kind in self._kinds.values() for rule in kind.rules)
        return not sentence.furniture and any(rule.pattern.search(sentence.text) for rule in rules)


def open_reader(gazetteer: Path) -> Reader:
    """Loads the language model and the gazetteer file. Raises GazetteerError where there is none."""
    return Reader(language.load(), Gazetteer.open(gazetteer), catalog.kinds())


def _of_kind(kind: Kind, context: Context) -> tuple[list[Claim], list[Abstention]]:
    """The claims of one kind, and the sentences that have none although a rule looked at them."""
    found: list[Found] = []
    refused: dict[int, Abstention] = {}
    for rule, hit in _hits(kind.rules, context):
        at = hit.sentence
        for made in rule.build(hit):
            if isinstance(made, Draft):
                found.append(Found(rule.id, hit, qualified(made, hit)))
            elif isinstance(made, Refusal):
                abstention = Abstention(kind.name, rule.id, hit.trigger, at.start, at.end, at.text, made.reason)
                refused.setdefault(at.start, abstention)
    claims = settled(kind.name, found)
    told = {claim.start for claim in claims}
    return claims, [abstention for abstention in refused.values() if abstention.start not in told]


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
