"""Where talks are held."""

from __future__ import annotations

from claims.context import Sentence, kept
from claims.draft import Hit
from claims.encounters import downwards, travels
from claims.model import Place
from claims.reporting import is_report
from claims.values.dates import DateMention
from claims.values.places import PlaceMention
from claims.words import Word

_VENUES = frozenset("venue site scene setting host".split())
# "At Qatar's request" is nowhere.
_ASKING = frozenset(
    """request invitation initiative insistence urging behest suggestion proposal demand mediation expense instigation
    prompting side""".split()
)
_AGREEING = frozenset("agree decide plan promise vow pledge propose offer expect intend resolve undertake".split())
# What is told behind these was before, and elsewhere ("will meet again after talks in Muscat").
_EARLIER = frozenset("after since following".split())
_BEFORE_NOUN = frozenset("compound amod nmod poss nummod".split())


def venue(hit: Hit, word: Word, date: DateMention | None) -> tuple[Place | None, PlaceMention | None]:
    """Where: "in Istanbul" on the talks or their verb, or a place before the noun ("the Geneva talks").

    Of several such the one nearest to the `date` is meant: "in Rome in May and in Oslo in June".
    """
    spots = _spots(hit.sentence, word)
    if not spots:
        return None, None
    several = len([m for _, m in spots if m.kind == "settlement"]) > 1 and date is not None
    mention = min(spots, key=lambda s: (s[0], abs(date.start - s[1].start) if several and date else s[1].start))[1]
    context = hit.context
    return context.gazetteer.resolve(mention.name, region=mention.region, countries=context.countries), mention


@kept
def _spots(sentence: Sentence, word: Word) -> list[tuple[int, PlaceMention]]:
    """The places where it may be, the likelier with the lower number; kept for the next date of the talks."""
    verb = word.verb()
    spots: list[tuple[int, PlaceMention]] = []
    for mention in sentence.places:
        at = sentence.word_at(mention.start, mention.end)
        if at is None or (at.dep == "poss" and at.head.lemma in _ASKING):
            continue
        if (
            at.dep == "nsubj"
            and at.head is verb
            and (verb.lemma == "host" or any(k.lemma in _VENUES for k in verb.kids))
        ):
            spots.append((0, mention))
            continue
        if any(kid.dep == "relcl" and word.under(kid) and any(k.low == "where" for k in kid.kids) for kid in at.kids):
            spots.append((0, mention))
            continue
        if at.dep == "dobj" and at.head.lemma == "visit" and word.under(at.head):
            spots.append((1, mention))  # "visited Sanaa for talks"
            continue
        prep = next((w for w in at.climb() if w.dep == "prep" or w.is_verb), None)
        moving = prep is not None and prep.dep == "prep" and (travels(prep.head) or prep.head.lemma == "bring")
        there = moving and prep is not None and prep.low == "to"
        if there and prep is not None and not word.under(at) and word.under(prep.head):
            spots.append((2 if mention.kind == "country" else 1, mention))
        elif (
            prep is not None
            and prep.dep == "prep"
            and prep.low in ("in", "at", "for")
            and _belongs(prep.head, word, verb)
        ):
            spots.append((2 if mention.kind == "country" else 0 if prep.head is word else 1, mention))
        elif (
            at.dep in _BEFORE_NOUN
            and (at.head is word or at.head in word.objects("of"))
            and mention.kind == "settlement"
            and at.dep != "amod"
        ):
            spots.append((1, mention))
    return spots


def _belongs(at: Word, word: Word, verb: Word | None) -> bool:
    if at.is_verb and at.under(word):
        below = [kid for w in word.subtree() for kid in w.kids_of("relcl", "acl")]
        if any(at is low for kid in below for low in (kid, *downwards(kid))):
            return True  # "a meeting which was to be held in Moscow"
    if verb is not None and any(at is low for low in downwards(verb)):
        return True
    if at.low in ("due", "here", "back") and not at.is_root and (at.head in (word, verb) or at.under(word)):
        return True  # "are due in Doha", "here in Muscat"
    if at is word or at is verb or (at.dep == "relcl" and at.head is word):
        return True
    if at.is_noun and at.under(word):
        return not any(w.dep == "prep" and w.low in _EARLIER for w in at.climb() if w.under(word))
    return at.is_verb and word.under(at) and not is_report(at) and not _elsewhere(word, at)


def _elsewhere(word: Word, at: Word) -> bool:
    """Whether a verb tells of other talks than these: "met in Muscat and agreed to meet again"."""
    if word is not at and any(k.low == "again" for k in word.kids_of("advmod")):
        return True
    between = [w for w in word.climb() if w.under(at) and w is not at and w is not word]
    return any(w.is_verb and w.lemma in _AGREEING for w in between)
