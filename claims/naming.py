"""The names of speakers: in the fullest form an article gives, for offices and pronouns too."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache

from claims.context import Sentence
from claims.names import bare
from claims.reporting import is_report
from claims.words import Word

_PRONOUNS = frozenset("he she they it who i we".split())
_OFFICES = (
    "spokesman|spokeswoman|spokesperson|ministry|minister|president|premier|chancellor|governor|general|commander|"
    "official|officials|government|army|military|staff|command|office|leader|envoy|diplomat|diplomats|police|agency|"
    "group|movement|faction|statement|rebels|authorities|ambassador|secretary|negotiator|mediator|chief|delegation|mayor|militia"
)
_DEFINITE = re.compile(rf"^(?:the|its|their|his|her)\s+(?:[a-z-]+\s+)?({_OFFICES})$", re.IGNORECASE)
_BANDS = ("group", "movement", "militia", "faction")
_BODIES = ("ministry", "army", "military", "government", "police", "office", "command", "staff")
_BODY = {
    body: re.compile(
        rf"(?:\b[A-Z][\w’'-]{{1,30}} ){{1,6}}(?:(?:foreign|defen[cs]e|interior|health|general|armed) )?(?i:{body})\b"
    )
    for body in _BODIES
}
_OPEN = '“"«'


def name_of(sentence: Sentence, noun: Word) -> str | None:
    """The name of a speaker in the fullest form the article gives; None where nobody can be named."""
    named = _named(sentence, noun)
    short = re.sub(r"^(?:\(|[Tt]he )", "", named or "")
    return sentence.context.acronyms.get(short, named)


def _named(sentence: Sentence, noun: Word) -> str | None:
    if noun.pos == "PRON" or noun.low in _PRONOUNS:
        return behind_pronoun(sentence, noun)
    if noun.low in ("old", "year-old"):  # "the 61-year-old"
        return None
    start, _ = noun.noun_span()
    if sentence.text[start : start + 1] == "(" and noun.head.is_noun:  # "the Ministry of Defence (MoD)"
        return name_of(sentence, noun.head)
    if noun.pos == "PROPN" and not re.fullmatch(_OFFICES, noun.low):
        return _proper(sentence, noun)
    named = next((k for k in noun.kids if k.dep == "appos" and k.pos == "PROPN"), None)
    if named is not None and not sentence.within(sentence.places, [named]):
        return _proper(sentence, named)
    start, end = noun.noun_span()
    for kid in noun.kids:
        if kid.dep == "prep" and kid.low in ("of", "in", "at", "from", "for") and kid.start == end + 1:
            inner = kid.kid("pobj")
            if inner is not None:
                end = inner.noun_span()[1]
    words = sentence.text[start:end].strip().lstrip("•*·▪ ")
    if words[:1] in _OPEN:
        words = words[1:]
    words = _with_owner(sentence, noun, words)
    return in_full(sentence, words) or None


def _with_owner(sentence: Sentence, noun: Word, words: str) -> str:
    """ "Its defence ministry" with the side spoken of before: "Russia's defence ministry"."""
    owner = next((k for k in noun.kids_of("poss") if k.low in ("its", "their")), None)
    if owner is None or not re.fullmatch(_OFFICES, noun.low) or not words.lower().startswith(owner.low):
        return words
    side = sentence.context.party_before(sentence, owner.start)
    return words if side is None else f"{side}'s{words[len(owner.text) :]}"


def _proper(sentence: Sentence, noun: Word) -> str:
    start, end = noun.noun_span()
    words = re.sub(r"^(?:[“\"'‘]|(?:the|a|an)\s)+", "", sentence.text[start:end].strip(), flags=re.IGNORECASE)
    parties = sentence.parties_in([noun])
    if any(p.source in ("country", "capital", "organisation", "group") for p in parties):
        return words
    name = bare(words)
    return sentence.context.people.full(name) if name else words


def behind_pronoun(sentence: Sentence, pronoun: Word) -> str | None:
    """The last speaker named before a pronoun: in its own sentence, else in those before."""
    for at in _backwards(sentence):
        limit = pronoun.start if at is sentence else len(at.text) + 1
        candidates = [w for w in at.words if w.start < limit and w.pos != "PRON" and _acts(w)]
        candidates = [w for w in candidates if _fits(at, w, pronoun)]
        if candidates:
            speaking = [w for w in candidates if is_report(w.head)]
            return name_of(at, (speaking or candidates)[-1 if at is sentence else 0])
        passive = [o for w in at.words if w.low == "according" for o in w.objects("to") if _fits(at, o, pronoun)]
        if passive:
            return name_of(at, passive[0])
    return None


def _acts(word: Word) -> bool:
    """Whether a noun is the subject of a clause, or does what a passive says."""
    return word.dep in ("nsubj", "nsubjpass") or (word.dep == "pobj" and word.head.dep == "agent")


def _backwards(sentence: Sentence) -> Iterator[Sentence]:
    at: Sentence | None = sentence
    while at is not None and sentence.index - at.index <= 5:
        if not at.heading or at is sentence:
            yield at
        at = at.previous


def _fits(sentence: Sentence, noun: Word, pronoun: Word) -> bool:
    office = noun.lemma in ("spokesman", "spokeswoman", "spokesperson", "minister", "president", "leader")
    person = noun.pos == "PROPN" or office or any(k.dep == "appos" and k.pos == "PROPN" for k in noun.kids)
    if pronoun.low in ("he", "she", "i", "who"):
        if not person or sentence.places_in([noun]):
            return False
        named = sentence.parties_in([noun])
        return not any(p.source in ("country", "capital", "organisation", "group", "demonym") for p in named)
    if pronoun.low == "it":
        return not (noun.pos == "PROPN" and sentence.context.people.knows(noun.text)) and _can_speak(sentence, noun)
    return noun.tag in ("NNS", "NNPS") or bool(noun.kids_of("conj")) or noun.lemma in ("ministry", "army", "military")


def _can_speak(sentence: Sentence, noun: Word) -> bool:
    return bool(re.fullmatch(_OFFICES, noun.low)) or bool(
        sentence.parties_in(noun.subtree(skip=("relcl", "prep", "appos")))
    )


def _behind_office(sentence: Sentence, office: str) -> str | None:
    """The full name behind "the ministry", "the spokesman": the last one of that office named before."""
    if office in _BANDS:
        return _band_before(sentence)
    named = _named_in(sentence.context.article.text, office)
    at = bisect_right(named, sentence.start, key=lambda one: one[0])
    if not at:
        return None
    words = named[at - 1][1]
    return words if office in _BODIES else sentence.context.people.full(bare(words))


def _band_before(sentence: Sentence) -> str | None:
    """The group named last before a sentence, as its text has it."""
    for at in range(sentence.index - 1, -1, -1):
        other = sentence.context.sentences[at]
        for mention in reversed(other.parties):
            if mention.source == "group" and not mention.modifier:
                return other.text[mention.start : mention.end]
    return None


@lru_cache(maxsize=2 * len(_BODIES))
def _named_in(text: str, office: str) -> list[tuple[int, str]]:
    """Where in a text such an office is named in full, or its holder: the end, and the name. Kept."""
    if office in _BODIES:
        return [(match.end(), match.group()) for match in _BODY[office].finditer(text)]
    holder = re.compile(rf"\b(?i:{office}),? ((?:[A-Z][\w’'-]+ ?){{2,4}})(?<! )")
    return [(match.end(), match[1]) for match in holder.finditer(text)]


def in_full(sentence: Sentence, words: str) -> str:
    """An office by its full name where the article has told it."""
    definite = _DEFINITE.match(words)
    if definite and words.lower().split()[1:-1] and definite[1].lower() in ("minister", "ministry", "chief"):
        # "The justice minister" is no other minister.
        named = _behind_office(sentence, " ".join(words.lower().split()[1:]))
        return named or words
    return (_behind_office(sentence, definite[1].lower()) if definite else None) or words
