"""What rules see: the sentences of one article with all that was found in them, and what the article speaks of.

Everything is found when it is first asked for. Offsets of words and mentions count within their sentence.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, wraps
from itertools import pairwise
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from claims.acronyms import explained
from claims.joints import joined, parts_of
from claims.mends import mend
from claims.model import Article
from claims.names import People
from claims.sentences import dateline, split
from claims.values.dates import DateMention, find_dates
from claims.values.folding import for_lowered, lowered
from claims.values.gazetteer import Gazetteer
from claims.values.numbers import NumberMention, OrdinalMention, find_numbers, find_ordinals
from claims.values.parties import PartyMention, country_code, find_parties, rivals_of
from claims.values.places import PlaceMention, find_places, is_everyday
from claims.words import Word

# What the parse takes unfamiliar names for at the head of a sentence, and as what they hang there.
_MISTAKEN = frozenset("NN VBN VBD VBG VB JJ RB UH FW".split())
_NOMINAL = frozenset("nsubj nsubjpass dobj pobj conj appos poss attr compound".split())
_LABELLED = re.compile(r"[A-Z][\w’'-]{0,60}+(?: [\w’'-]{1,60}+){0,3}: (?=[A-Z“\"][^:]{30,}$)")
_GOVERNMENT = re.compile(
    r"\b(?:the|its|with|and) (?:government|army|federal|military|junta|president|regime)\b", re.IGNORECASE
)
_OFTEN, _RIVALRY = 3, 2
_TOWN = re.compile(r"([A-Z][\w’'-]{1,60}+(?: [A-Z][\w’'-]{1,60}+){0,2})(?:, [A-Z][\w ]{1,60})? [–—] (?=[A-Z])")
_ACRONYM = 3
_FILED = re.compile(r" ?[:–—] (?=\S)| - (?=\S)")
_LOCATED = re.compile(
    r"\b(?:in|near|inside|across|from|around|outside|to|into|towards?|within|capital|city of|of|at|through|on|over)"
    r"(?: the)?(?: (?:[a-z]+ern|central))? $",
    re.IGNORECASE,
)
# "Envoys from Kenya" are Kenya's, wherever they are.
_SENT = re.compile(
    r"\b(?:envoys?|delegat(?:ion|e)s?|negotiators?|officials?|ministers?|leaders?|presidents?|diplomats?|teams?"
    r"|representatives?|mediators?|ambassadors?|emissar(?:y|ies)|commanders?|generals?|chiefs?) (?:of|from)(?: the)? $",
    re.IGNORECASE,
)
_JOINED = re.compile(r"(?:[’']s?)? ?(?:and|with|or|/|-|–|,) ?(?:the |between )?(?:\w{1,60}+ )?$")


class Located(Protocol):
    """Anything with a place in its sentence."""

    @property
    def start(self) -> int:
        """Where it begins."""

    @property
    def end(self) -> int:
        """Where it ends, exclusive."""


class Parses(Protocol):
    """What turns sentences into words (claims.language.Parser)."""

    def parse(self, sentences: Iterable[str]) -> Iterable[list[Word]]:
        """The words of each sentence."""


@dataclass(eq=False)
class Sentence:
    """One sentence. `start`/`end` are its place in the article's text."""

    context: Context = field(repr=False)
    index: int
    block: int
    start: int
    end: int
    heading: bool
    # Found once: hostile sentences have hundreds of mentions, and every rule asks for the words of each of them.
    _stretches: dict[tuple[int, int], tuple[int, ...]] = field(default_factory=dict, init=False, repr=False)
    _heads: dict[tuple[int, int], Word | None] = field(default_factory=dict, init=False, repr=False)
    _answers: dict[tuple[Any, ...], Any] = field(default_factory=dict, init=False, repr=False)
    # By the pattern's id, which lives as long as its module: to hash a pattern takes longer than to look for it.
    _spans: dict[int, list[tuple[int, int]]] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def text(self) -> str:
        """Its words as they stand."""
        return self.context.article.text[self.start : self.end]

    @cached_property
    def _lowered(self) -> str:
        return lowered(self.text)

    def spans(self, pattern: re.Pattern[str]) -> list[tuple[int, int]]:
        """Where words of a pattern stand in its text; looked for once."""
        spans = self._spans.get(id(pattern))
        if spans is None:
            plain = for_lowered(pattern)
            found = pattern.finditer(self.text) if plain is pattern else plain.finditer(self._lowered)
            spans = self._spans[id(pattern)] = [match.span() for match in found]
        return spans

    @cached_property
    def lead(self) -> int:
        """How long its dateline is, or the date that it is filed under: the words behind it begin there."""
        return dateline(self.text) or self._filed() or self._town()

    def _town(self) -> int:
        """How long the dateline of an article is that begins with a plain town: "Muscat – "."""
        match = _TOWN.match(self.text) if self.index <= 1 else None
        return match.end() if match is not None and self.context.gazetteer.knows(match[1]) else 0

    def _filed(self) -> int:
        """How long the date at the head of a timeline's entry is ("September 8: "); 0 where there is none."""
        first = next(iter(self.dates), None)
        if first is None or self.text[: first.start].strip(" •*·▪–-"):
            return 0
        colon = _FILED.match(self.text, first.end)
        return colon.end() if colon is not None else 0

    @cached_property
    def opening(self) -> int:
        """Where what is parsed begins: behind the dateline, or a short label ("The balance: ")."""
        label = _LABELLED.match(self.text, self.lead)
        if label is None or find_parties(label.group()):
            return self.lead
        return label.end()

    @cached_property
    def stamp(self) -> DateMention | None:
        """The date that it is filed under in a timeline: at its head, or all that the sentence before it says."""
        if self._filed():
            return self.dates[0]
        at = self.previous
        if at is None or len(at.dates) != 1 or (at.block != self.block and not at.heading):
            return None
        alone = at.text[at.dates[0].end :].strip(" .:–—-") == "" and at.dates[0].start == 0
        return at.dates[0] if alone else None

    @cached_property
    def words(self) -> list[Word]:
        """The parsed words, those of a dateline left out."""
        self.context.parse([self])
        return self.__dict__["words"]  # type: ignore[no-any-return]

    @cached_property
    def dates(self) -> list[DateMention]:
        """Time expressions."""
        return find_dates(self.text)

    @cached_property
    def numbers(self) -> list[NumberMention]:
        """Numbers that belong to no date."""
        return [n for n in find_numbers(self.text) if not any(n.start < d.end and d.start < n.end for d in self.dates)]

    @cached_property
    def ordinals(self) -> list[OrdinalMention]:
        """Ordinals that belong to no date."""
        return [n for n in find_ordinals(self.text) if not any(n.start < d.end and d.start < n.end for d in self.dates)]

    @cached_property
    def parties(self) -> list[PartyMention]:
        """Countries, leaders, armies, groups and organisations, those of a dateline left out."""
        return [m for m in find_parties(self.text) if m.start >= self.lead]

    @cached_property
    def places(self) -> list[PlaceMention]:
        """Places, that of a dateline left out."""
        found = self._marked
        if any(name in self.text for name in self.context.named - {m.name for m in found}):
            found = find_places(self.text, self.context.gazetteer, self.context.countries, self.context.named)
        return [m for m in found if m.start >= self.lead]

    @cached_property
    def _marked(self) -> list[PlaceMention]:
        """Places that are known for such by themselves or by what stands around them."""
        return find_places(self.text, self.context.gazetteer, self.context.countries)

    def placed(self, mention: PartyMention) -> bool:
        """Whether a country or capital is named as a place only ("in Syria")."""
        if mention.source not in ("country", "capital"):
            return False
        if self.text[: mention.start].lower().endswith("according to "):
            return False
        owned = self.text[mention.end : mention.end + 2] in ("'s", "’s")
        reach = max(0, mention.start - 40)
        if owned or _SENT.search(self.text, reach, mention.start):
            return False
        return _LOCATED.search(self.text, reach, mention.start) is not None

    @property
    def previous(self) -> Sentence | None:
        """The sentence before it."""
        return self.context.sentences[self.index - 1] if self.index else None

    def word_at(self, start: int, end: int) -> Word | None:
        """The word that heads the stretch [start, end): the one whose governor stands outside it."""
        if (start, end) not in self._heads:
            inside = self._between(start, end)
            heads = [w for w in inside if w.is_root or w.head not in inside]
            self._heads[start, end] = heads[-1] if heads else None
        return self._heads[start, end]

    def within(self, mentions: Iterable[Located], words: Sequence[Word]) -> list[Located]:
        """Those of the mentions that lie on one of the words."""
        wanted = {w.i for w in words}
        return [m for m in mentions if not wanted.isdisjoint(self._under(m.start, m.end))]

    def _under(self, start: int, end: int) -> tuple[int, ...]:
        """The numbers of the words that the stretch [start, end) lies on; kept, as it is asked for again and again."""
        if (start, end) not in self._stretches:
            self._stretches[start, end] = tuple(w.i for w in self._between(start, end))
        return self._stretches[start, end]

    def _between(self, start: int, end: int) -> list[Word]:
        """The words that the stretch [start, end) lies on."""
        low = bisect_right(self.words, start, key=lambda w: w.end)
        return self.words[low : bisect_left(self.words, end, key=lambda w: w.start)]

    def parties_in(self, words: Sequence[Word]) -> list[PartyMention]:
        """The parties named by these words, mere modifiers ("Russian-backed") left out."""
        return [m for m in self.within(self.parties, words) if isinstance(m, PartyMention) and not m.modifier]

    def places_in(self, words: Sequence[Word]) -> list[PlaceMention]:
        """The places named by these words."""
        return [m for m in self.within(self.places, words) if isinstance(m, PlaceMention)]


Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


def kept(find: Callable[Concatenate[Sentence, Asked], Answer]) -> Callable[Concatenate[Sentence, Asked], Answer]:
    """A question about a sentence whose answer is kept as long as its article is: each fact of the sentence asks it."""

    @wraps(find)
    def answer(sentence: Sentence, /, *args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
        question = (find, *args, *kwargs.items())
        if question not in sentence._answers:
            sentence._answers[question] = find(sentence, *args, **kwargs)
        return sentence._answers[question]  # type: ignore[no-any-return]

    return answer


class Context:
    """One article as rules see it."""

    def __init__(self, article: Article, parser: Parses, gazetteer: Gazetteer) -> None:
        self.article = article
        self.parser = parser
        self.gazetteer = gazetteer
        self._counts: dict[str, int] = {}
        self._said: dict[re.Pattern[str], bool] = {}
        # The furniture of a page tells nothing, and what stands around it is read as if it were not there.
        told = [s for s in split(article.text) if not s.furniture]
        self.sentences = [Sentence(self, i, s.block, s.start, s.end, s.heading) for i, s in enumerate(told)]

    def parse(self, sentences: Sequence[Sentence]) -> None:
        """Parses these in one go; any other is parsed when a rule asks for its words."""
        starts = [parts_of(sentence.text[sentence.opening :]) for sentence in sentences]
        parsed = iter(self.parser.parse(self._pieces(sentences, starts)))
        for sentence, at in zip(sentences, starts, strict=True):
            words = joined([(sentence.opening + start, next(parsed)) for start in at])
            for word in words:
                if word.tag in _MISTAKEN and self._is_name(word):
                    word.pos, word.tag = "PROPN", "NNP"
            mend(words)
            sentence.__dict__["words"] = words

    @staticmethod
    def _pieces(sentences: Sequence[Sentence], starts: Sequence[Sequence[int]]) -> Iterator[str]:
        for sentence, at in zip(sentences, starts, strict=True):
            text = sentence.text[sentence.opening :]
            for start, end in zip(at, [*at[1:], len(text)], strict=True):
                yield text[start:end]

    def _is_name(self, word: Word) -> bool:
        """Whether a capitalised word is a well-known place's or a party's name, whatever the parse makes of it."""
        if not word.text[0].isupper() or not word.text.isalpha() or word.dep not in _NOMINAL or is_everyday(word.text):
            return False
        standing = self.gazetteer.standing(word.text)
        if standing is not None and standing.trust > 0:
            return True
        return any(m.source in ("country", "leader", "group", "capital") for m in find_parties(word.text))

    @property
    def today(self) -> date | None:
        """The local day of publication."""
        published = self.article.published_at
        return published.date() if isinstance(published, datetime) else published

    @cached_property
    def people(self) -> People:
        """The people named in the article."""
        return People(self.article.text)

    @cached_property
    def acronyms(self) -> dict[str, str]:
        """The full names of the acronyms that the article explains."""
        return explained(self.article.text)

    @cached_property
    def mentions(self) -> Counter[str]:
        """How often the article speaks of each party that can act (no organisations, no bare modifiers)."""
        named = Counter[str]()
        for sentence in self.sentences:
            acting = [m for m in sentence.parties if not m.modifier and m.source != "organisation"]
            named.update(m.party for m in acting if m.source != "capital" or not sentence.placed(m))
        return named

    @cached_property
    def named(self) -> frozenset[str]:
        """The names that are a place's somewhere in the article ("the town of Qana"), and so are everywhere in it."""
        return frozenset(m.name for s in self.sentences for m in s._marked if len(m.name) > _ACRONYM)

    @cached_property
    def pair(self) -> list[str]:
        """The two sides the article is about: those it names together most often, else those it names most often."""
        together = Counter[tuple[str, str]]()
        order = list(self.mentions)  # as the article first names them
        for sentence in self.sentences:
            named = [m for m in sentence.parties if not m.modifier and m.party in self.mentions]
            for one, other in pairwise(named):
                if one.party != other.party:
                    joined = _JOINED.match(sentence.text[one.end : other.start]) is not None
                    first, second = sorted((one.party, other.party), key=lambda p: (-self.mentions[p], order.index(p)))
                    together[first, second] += 3 if joined else 1
        # Two bystanders may be named in one breath; those the article is about it names often, too. An armed group's
        # enemy may be called "the government" throughout.
        often = [party for party, _ in self.mentions.most_common(2)]
        candidates: list[tuple[str, str]] = [*together, *([(often[0], often[1])] if len(often) > 1 else [])]
        ruled = min(len(_GOVERNMENT.findall(self.article.text)), _OFTEN)
        weights = {two: together[two] + min(self.mentions[two[0]], self.mentions[two[1]]) for two in candidates}
        for group in self.mentions:
            for state in rivals_of(group) if country_code(group) is None else ():
                key = next((two for two in weights if set(two) == {group, state}), (state, group))
                weights[key] = weights.get(key, 0) + min(self.mentions[group], self.mentions[state] + ruled)
        for two in weights:
            weights[two] += _RIVALRY * (two[1] in rivals_of(two[0]))
        return [*max(weights, key=weights.__getitem__)] if weights else often

    @cached_property
    def countries(self) -> list[str]:
        """The codes of the countries the article speaks of, the most often named first: they tell namesakes apart."""
        codes = (country_code(party) for party, _ in self.mentions.most_common(6))
        return [code for code in codes if code]

    @cached_property
    def openings(self) -> dict[int, int]:
        """Where each block begins, by its number: at its first sentence that is no furniture."""
        return {s.block: s.start for s in reversed(self.sentences)}

    def party_before(self, sentence: Sentence, offset: int, *, other_than: Sequence[str] = ()) -> str | None:
        """The last party named before a place in a sentence, as far back as the block and the sentence before it."""
        at: Sentence | None = sentence
        while at is not None and (at is sentence or sentence.index - at.index <= 2):
            named = [m for m in at.parties if not m.modifier and (at is not sentence or m.end <= offset)]
            fitting = [m.party for m in named if m.party not in other_than and m.source != "organisation"]
            if fitting:
                return fitting[-1] if at is sentence else fitting[0]
            at = at.previous
        return None

    def count(self, words: str) -> int:
        """How often the article has these words; counted once."""
        if words not in self._counts:
            self._counts[words] = self.article.text.count(words)
        return self._counts[words]

    def mentions_any(self, pattern: re.Pattern[str]) -> bool:
        """Whether the article says anything of the kind anywhere; looked for once."""
        if pattern not in self._said:
            self._said[pattern] = pattern.search(self.article.text) is not None
        return self._said[pattern]
