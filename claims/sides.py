"""Which sides take part in what a word names: by its phrase, its verb, and what the article is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from claims import belligerents
from claims.clauses import subject_of
from claims.context import Sentence
from claims.draft import Hit
from claims.encounters import NOUNS
from claims.forces import base
from claims.reporting import is_report
from claims.values.parties import PartyMention
from claims.words import Word, conjoined

_BOTH = re.compile(
    r"\b(?:(?:the|these) (?:two|warring|rival|opposing) (?:sides?|countr(?:y|ies)|nations?|parties|leaders?"
    r"|delegations?|presidents?|camps|directors?|chiefs?|commanders?|generals?|capitals|militaries"
    r"|governments?|neighbou?rs?|armies|teams?|ministers?|officials)|both (?:sides?|countries|nations|parties"
    r"|delegations|leaders)"
    r"|the (?:sides|parties|delegations|negotiators|belligerents|teams)|each other|bilateral|direct|between them)\b",
    re.IGNORECASE,
)
_TWO = re.compile(
    r"\b(?:both|the two) (?:\w+ )?(?:leaders|presidents|sides|delegations|ministers|men|parties)\b", re.IGNORECASE
)
_PAIR = re.compile(
    r"\b(?:the pair|both men|the two men|the two leaders|the two presidents|both leaders|each other)\b", re.IGNORECASE
)
_BACK, _A_PAIR = 2, 2
_ALL = re.compile(
    r"\b(?:(?:all )?(?:the )?three (?:countries|sides|nations|parties|leaders)|trilateral|three-way|tripartite)\b",
    re.IGNORECASE,
)
_BETWEEN_BOTH = re.compile(
    r" between (?:both|the|these)(?: two)?(?: (?:warring|rival|opposing))? "
    r"(?:sides|parties|delegations|governments|countries|armies|neighbou?rs|camps|leaders|presidents)\b"
)
_KOREAS = re.compile(r"\b(?:inter-Korean|North and South Korea|(?:the )?two Koreas|both Koreas)\b", re.IGNORECASE)
_LISTED = re.compile(r",?(?: and)?(?: the)? ")
_NUMBERS = ("", "", "two", "three", "four", "five")
_AGAIN = re.compile(
    r"\b(?:the|these) same (?P<count>two|three|four|five) "
    r"(?:delegations|sides|parties|teams|countries|governments|leaders|nations|negotiators|ministers)\b",
    re.IGNORECASE,
)
_PRESENT = re.compile(
    r"\bwith (?:\S+ ){1,9}?(?:(?:also |both )?(?:taking part|present|attending|joining|sitting in|in attendance)"
    r"|(?:in the room|at the table|by their side|in between|as (?:a )?mediators?|mediating))\b"
)
_WITH = ("with", "between", "among", "of", "by", "to", "from")
_CLAUSES = ("relcl", "acl", "advcl", "appos", "ccomp", "parataxis")
# Who stands for a side by what he is.
_UNNAMED = frozenset("opposition government regime junta rebel insurgent guerrilla separatist".split())
_NEVER = frozenset({"organisation"})
# Who does this to talks need not take part in them.
_HOSTING = frozenset(
    """propose offer broker mediate host facilitate suggest urge call invite organise organize arrange announce welcome
    support convene back sponsor""".split()
)
# Who does this to talks "with" somebody means his own.
_PROPOSING = frozenset("propose offer suggest call announce".split())
# Who does this brings others together.
_FOR_OTHERS = frozenset(("host", "shuttle", "bring"))
# A nationality before these makes no side of talks.
_PRIVATE = frozenset(
    """club striker champion company owner firm league coach player bank investor brand airline carmaker star singer fan
    tourist giant maker operator union skater team investor manufacturer publisher actor band festival user""".split()
)


def parties_of(hit: Hit, word: Word) -> list[str]:
    """The sides of the talks that `word` names, in the order of the text; the article's two where it says "both".

    Empty where fewer than one side can be told.
    """
    if again := _same_again(hit):
        return again
    sides = [*_sides(hit, word), *_also_there(hit)]
    return _in_order(hit, [*sides, *_listed_with(hit, sides)])


def _listed_with(hit: Hit, sides: Sequence[str]) -> list[str]:
    """The organisations that stand in one list with the sides: "France, Lebanon and the United Nations"."""
    if len(sides) < _A_PAIR:
        return []
    named, text = hit.sentence.parties, hit.sentence.text
    return [
        two.party
        for one, two in pairwise(named)
        if two.source == "organisation" and one.party in sides and _LISTED.fullmatch(text, one.end, two.start)
    ]


def _same_again(hit: Hit) -> list[str]:
    """Those who met before, where "the same three delegations" meet again."""
    again = _AGAIN.search(hit.sentence.text)
    at = hit.sentence.previous if again is not None else None
    while again is not None and at is not None and hit.sentence.index - at.index <= _BACK:
        sides = list(dict.fromkeys(m.party for m in at.parties if not m.modifier and not at.placed(m)))
        if len(sides) == _NUMBERS.index(again["count"].lower()):
            return sides
        at = at.previous
    return []


def _also_there(hit: Hit) -> list[str]:
    """Those who sit in: "with Donald Trump in the room", "with the UN envoy at the table"."""
    found = _PRESENT.search(hit.sentence.text)
    if found is None:
        return []
    return [m.party for m in hit.sentence.parties if found.start() < m.start and m.end <= found.end()]


def _sides(hit: Hit, word: Word) -> list[str]:
    """The sides that the words themselves name, with the article's two where they name fewer."""
    sentence = hit.sentence
    if _KOREAS.search(sentence.text):
        return ["North Korea", "South Korea"]
    if word.is_verb and word.lemma in _FOR_OTHERS:
        guests = [w for noun in [*word.kids_of("dobj"), *word.objects("between")] for w in _own(noun)]
        sides = _named(hit, guests)
        if len(sides) >= 2 or word.lemma in ("shuttle", "bring"):
            return sides if len(sides) >= 2 else _completed(hit, [])
    if _BETWEEN_BOTH.match(sentence.text, word.end):
        return _completed(hit, [])
    inner = _named(hit, _own(word))
    if len(inner) < 2:
        inner = _between(hit, word) or inner
    outer = _around(hit, word)
    sides = _in_order(hit, [*inner, *outer]) if len(inner) < 2 else inner
    if len(sides) >= 2:
        return sides
    top = [party for party, _ in hit.context.mentions.most_common(3)]
    if _ALL.search(sentence.text) and len(top) == 3:
        return top
    if len(sides) == 1 and _with_his_own(word):
        return sides
    mediator = _mediator(hit, word) if sides else None
    return _in_order(hit, [*sides, mediator]) if mediator is not None else _completed(hit, sides)


def _with_his_own(word: Word) -> bool:
    """Whether a meeting is one that a leader holds with his own people ("chaired a meeting on the economy")."""
    verb = word.head
    if word.lemma not in ("meeting", "session") or word.dep != "dobj" or word.objects("with", "between", "of"):
        return False
    return verb.lemma in ("chair", "hold", "convene", "lead", "call", "open") and not verb.objects("with")


def _mediator(hit: Hit, word: Word) -> str | None:
    """The organisation whose envoy sits down with a side himself."""
    verb = word.verb()
    subject = subject_of(verb) if verb is not None and not is_report(verb) and verb.lemma not in _HOSTING else None
    if subject is None:
        return None
    named = hit.sentence.parties_in(subject.subtree(skip=("relcl", "acl", "advcl")))
    return next((m.party for m in named if m.source == "organisation"), None)


def _own(word: Word) -> list[Word]:
    """The words below the talks, without clauses and without other things that they are joined to."""
    found, todo = [word], [k for k in word.kids if k.dep != "conj"]
    while todo:
        at = todo.pop()
        leader = at.dep == "appos" and at.pos == "PROPN"  # "its head, Hakan Fidan"
        if (at.dep not in _CLAUSES or leader) and not (at.dep == "conj" and at.is_verb):
            found.append(at)
            todo += at.kids
    return sorted(found, key=lambda w: w.i)


def _in_order(hit: Hit, sides: list[str]) -> list[str]:
    """Each side once, those the sentence names in its order, and then the others."""
    named = {m.party: m.start for m in reversed(hit.sentence.parties)}
    return sorted(dict.fromkeys(sides), key=lambda side: named.get(side, len(hit.sentence.text)))


def _between(hit: Hit, word: Word) -> list[str]:
    """The two that "between" names behind the word, wherever the parse has hung it."""
    found = re.search(r"\bbetween\b[^.;]{3,120}", hit.sentence.text[word.end :])
    if found is None:
        return []
    start = word.end + found.start()
    reach = [w for w in hit.sentence.words if start <= w.start < word.end + found.end()]
    named = _named(hit, reach)
    return named[:2] if len(named) >= 2 else []


def _completed(hit: Hit, sides: list[str]) -> list[str]:
    """One side known: the other is the article's; none: its two."""
    pair = _spoken_of(hit) or hit.context.pair
    if len(pair) < 2:
        return sides
    if not sides:
        return pair
    if sides[0] in pair:
        return [*sides, *(p for p in pair if p not in sides)]
    if _TWO.search(hit.sentence.text):
        return [*sides, *pair]  # "Scholz sat down with both leaders"
    return [*sides, pair[0]] if _BOTH.search(hit.sentence.text) else sides


def _spoken_of(hit: Hit) -> list[str]:
    """The two that "the pair", "both men" mean: those named before in the sentence, or together just before it."""
    if not _PAIR.search(hit.sentence.text):
        return []
    at: Sentence | None = hit.sentence
    while at is not None and hit.sentence.index - at.index <= _BACK:
        limit = hit.word.start if at is hit.sentence else len(at.text)
        named = [
            m for m in at.parties if m.end <= limit and not m.modifier and m.source in ("leader", "country", "group")
        ]
        sides = list(dict.fromkeys(m.party for m in named if not at.placed(m)))
        if len(sides) >= _A_PAIR:
            return sides[:_A_PAIR]
        at = at.previous
    return []


def _on_the_line(hit: Hit, word: Word, verb: Word) -> list[str]:
    """Those who speak to each other in a call: "in a call on Sunday, Biden promised Zelensky help"."""
    prep = next((w for w in word.climb() if w.dep == "prep"), None)
    if prep is None or prep.head is not verb or prep.low not in ("in", "during", "on", "over", "at"):
        return []
    nouns = [*verb.kids_of("nsubj"), *verb.kids_of("dobj", "dative", "iobj"), *verb.objects("to", "with")]
    reach = [w for noun in nouns for w in noun.subtree(skip=("relcl", "acl", "advcl"))]
    sides = [m.party for m in hit.sentence.parties_in(reach)]
    return list(dict.fromkeys(sides)) if len(set(sides)) > 1 else []


def _around(hit: Hit, word: Word) -> list[str]:
    """The sides that do it: subjects and objects of the verbs that carry the talks."""
    found: list[str] = []
    at = word
    while not at.is_root and not at.is_verb:
        at = at.head
    for verb in at.climb():
        if not verb.is_verb:
            continue
        if is_report(verb):
            found += _on_the_line(hit, word, verb)
            break
        subject = verb.kid("nsubj", "nsubjpass")
        called_off = any(k.low == "off" for k in verb.kids_of("prt"))
        if verb.lemma in _HOSTING and not called_off and not _for_itself(word, verb):
            break
        for noun in [*verb.kids_of("nsubj", "nsubjpass"), *verb.kids_of("dobj", "attr"), *verb.objects(*_WITH)]:
            if word.under(noun) and word is not noun:  # "is Trump's guest for talks"
                found += _named(hit, noun.kids_of("poss", "amod", "compound"))
            elif not noun.under(word) and not word.under(noun):
                found += _named(hit, noun.subtree(skip=("relcl", "acl", "advcl")))
        if verb.dep in ("relcl", "acl") and subject is not None and subject.low in ("who", "which", "that"):
            found += _named(hit, verb.head.subtree(skip=("relcl", "acl")))
        if subject is not None and subject.low == "we":
            own = belligerents.side_of(hit, subject)
            found = [own, *found] if own is not None else found
        if subject is not None and len(set(found)) < 2 and subject.low in ("he", "she", "it"):
            last = hit.context.party_before(hit.sentence, subject.start, other_than=found)
            found += [last] if last else []
        if subject is not None or verb.dep in ("relcl", "advcl", "parataxis"):
            break
    return list(dict.fromkeys(found))


def _for_itself(word: Word, verb: Word) -> bool:
    """Whether who proposes talks means to take part: "offered to meet the king", "proposed talks with the king"."""
    if word.is_verb:
        return word.dep == "xcomp" and word.head is verb and verb.kid("nsubj") is not None
    return verb.lemma in _PROPOSING and bool(word.objects("with")) and not word.objects("between")


def _named(hit: Hit, words: list[Word]) -> list[str]:
    """The sides that these words name, or stand for ("the government and the Houthis")."""
    found = [(m.start, m.party) for m in hit.sentence.parties_in(words) if _takes_part(hit, m)]
    for word in words:
        if word.low in ("him", "her") and word.dep == "pobj" and word.head.low == "with":
            doers = _doers(hit, word)
            him = hit.context.party_before(hit.sentence, word.start, other_than=doers)
            found += [(word.start, party) for party in (*doers[:1], him) if party is not None]
        if base(word) not in _UNNAMED or word.dep in ("compound", "amod"):
            continue
        own = word.subtree(skip=("conj", "relcl", "acl", "advcl", "appos"))
        if not hit.sentence.parties_in(own) and (side := belligerents.standing_for(hit, word)):
            found.append((word.start, side))
    return list(dict.fromkeys(party for _, party in sorted(found)))


def _doers(hit: Hit, word: Word) -> list[str]:
    """The parties that are the subjects above a word: "with him" is with somebody else."""
    subjects = [s for at in word.climb() for s in at.kids_of("nsubj")]
    return [m.party for s in subjects for m in hit.sentence.parties_in(s.subtree(skip=("relcl", "acl", "advcl")))]


def _takes_part(hit: Hit, mention: PartyMention) -> bool:
    """Not an organisation, nor a place where it happens: a capital or country under "in" or "at"."""
    if mention.source in _NEVER:
        return False
    at = hit.sentence.word_at(mention.start, mention.end)
    if at is not None and at.dep == "poss" and any(m.source == "group" for m in hit.sentence.parties_in([at.head])):
        return False  # "Yemen's Houthis" are not Yemen
    if at is None or mention.source not in ("capital", "country"):
        return at is None or at.dep != "amod" or at.head.lemma not in _PRIVATE
    if at.dep in ("compound", "nmod") and mention.source == "capital" and NOUNS.fullmatch(at.head.text):
        return False  # "the Luanda talks"
    lead = conjoined(at)[0]
    while lead.dep in ("conj", "compound", "appos") and not lead.is_root:
        lead = lead.head
    return not (lead.dep == "pobj" and lead.head.low in ("in", "at", "near", "on", "over", "about", "outside", "to"))
