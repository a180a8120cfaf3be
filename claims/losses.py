"""Losses: the words that tell that people were killed, wounded, missing or displaced, and whom a number counts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from claims import captives
from claims.context import Sentence
from claims.headcount import Headcount, headcounts
from claims.values.numbers import NumberMention
from claims.words import Word

KILLED, WOUNDED, MISSING, DISPLACED = OUTCOMES = ("killed", "wounded", "missing", "displaced")

# What else is killed, lost or missing in numbers.
_THINGS = frozenset(
    """tank vehicle truck aircraft plane jet helicopter ship boat drone missile rocket gun weapon howitzer system cow
    cattle sheep goat horse camel animal dog bird pig fish whale job day week month year hour minute time village town
    house home building seat point game match goal kilometre kilometer mile metre state country city family household
    pound euro dollar tree crop vote base battle post part way place case province district region settlement camp
    attack strike raid incident clash front round kilo""".split()
)
_HOMES = r"(?=(?: [\w,.’'-]+){0,7}? (?:homes?|houses|villages|towns|lands?|neighbou?rhoods)\b)"
_KILLED = (
    r"kill(?:s|ed|ing|ings)?|slain|slay(?:s|ing)?|slew|massacr(?:es?|ed|ing)|murder(?:s|ed|ing)?|execut(?:ed|ing|es)"
    r"|(?:hacked|beaten|burn(?:ed|t)|shot|stoned|tortured) to death"
    r"|slaughter(?:ed|ing)?|behead(?:ed|ing)|gunned down|d(?:ied|ie|ying)|dead|perish(?:ed|es)?|fallen|succumb(?:ed|s)?"
    r"|fell(?! (?:to|into|back|by|from|in|on|under|short|silent)\b)"
)
_WOUNDED = r"wound(?:s|ed|ing)|injur(?:ed|es|ing|y|ies)|hurt|maim(?:ed|ing|s)"
_MISSING = r"missing|unaccounted|disappear(?:ed)?|vanished"
_DISPLACED = (
    r"displac(?:ed|es|ing|ement)|flee(?:s|ing)?|fled|uproot(?:ed|ing|s)?|homeless"
    rf"|(?:driv(?:en|es|ing)|drove|forc(?:ed|es|ing)|chas(?:ed|es|ing)|expel(?:led|s|ling)){_HOMES}"
    r"|(?:left|leav(?:e|ing)|abandon(?:ed|ing)?)(?=(?: [\w,’'-]+){0,3}? their (?:homes|houses|villages)\b)"
)
_TOLL = r"(?:death )?tolls?|deaths?|fatalit(?:y|ies)|lives"
_LOST = r"los(?:t|es|e|ing)|cost(?:s|ing)?(?= [\w,’' -]{1,50}? (?:men|soldiers|troops|fighters|servicemen)\b)"


def one_of(words: str) -> re.Pattern[str]:
    """A pattern that finds any of these alternatives as whole words, whatever their case."""
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)


PATTERNS: dict[str, tuple[str | None, re.Pattern[str]]] = {
    "killed": (KILLED, one_of(_KILLED)),
    "wounded": (WOUNDED, one_of(_WOUNDED)),
    "missing": (MISSING, one_of(_MISSING)),
    "displaced": (DISPLACED, one_of(_DISPLACED)),
    "toll": (KILLED, one_of(_TOLL)),
    "lost": (KILLED, one_of(_LOST)),
    "together": (None, one_of("casualt(?:y|ies)")),
}
_NEXT = 60
# The sort of those whom claims.headcount does not take for people.
_UNKNOWN = ""
_INTRANSITIVE = frozenset("die perish succumb fall disappear vanish flee".split())
_GOING = frozenset("flee leave abandon".split())
_SERIOUS = frozenset(
    "be remain go report fear list believe presume leave become make render confirm shoot find".split()
)
_LEAVING = frozenset("leave make render find shoot".split())
_TAKING_LIVES = frozenset("claim cost take lose".split())
_COMPLEMENTS = frozenset("acomp oprd xcomp ccomp attr advcl dep advmod amod".split())
_INSIDE = frozenset("nummod quantmod compound nmod amod advmod npadvmod predet det".split())
_NUMBERS = frozenset("toll number count tally figure total".split())
_REACHING = ("of", "to", "at", "as", "past", "above", "beyond")
_QUALIFYING = frozenset(
    "at least more than up to as many about some around nearly almost over only just another".split()
)
_LINKING = frozenset("ADJ ADV AUX PART ADP DET PRON".split())
_TAKEN = frozenset("captured kidnapped abducted imprisoned jailed detained".split())


@dataclass(frozen=True, slots=True)
class Trigger:
    """A word that tells an outcome, and the rule that it belongs to."""

    rule: str
    outcome: str | None
    word: Word


def triggers(sentence: Sentence) -> Iterator[Trigger]:
    """The words in a sentence that tell an outcome, in the order of PATTERNS."""
    for rule, (outcome, pattern) in PATTERNS.items():
        for start, end in sentence.spans(pattern):
            word = sentence.word_at(start, end)
            if word is not None:
                yield Trigger(rule, outcome, word)


def counts(sentence: Sentence) -> Iterator[Headcount]:
    """The numbers that may count people: those of claims.headcount, single ones, and those of the dead and wounded."""
    known = {one.mention.start: one for one in headcounts(sentence)}
    for mention in sentence.numbers:
        word = sentence.word_at(mention.start, mention.end)
        if word is None or _counts_none(sentence, mention):
            continue
        one = known.get(mention.start) or _count(mention, word)
        noun = one.noun
        if noun is not None and any(mention.end <= m.start < noun.start for m in sentence.numbers):
            one, noun = replace(one, noun=None, head=word, subject=captives.UNSPECIFIED), None
        if noun is not None and (noun.lemma in _THINGS or one.captive or any(k.low in _TAKEN for k in noun.kids)):
            continue
        if mention.value == 1 and not is_known(one):
            continue
        yield one


def _counts_none(sentence: Sentence, mention: NumberMention) -> bool:
    """Nought, a time ("10.05"), and a rise "from 50 to 64", which is no range."""
    ends = mention.low is not None or mention.high is not None
    if mention.value is None and mention.text[0].isdigit() and not ends:
        return True
    rise = mention.value is None and ends and sentence.text[: mention.start].endswith("from ")
    return mention.value == 0 or rise


def is_known(one: Headcount) -> bool:
    """Whether what is counted is named, and names people."""
    return one.noun is not None and (one.subject != _UNKNOWN or captives.subject_of(one.noun) is not None)


def _count(mention: NumberMention, word: Word) -> Headcount:
    at, noun = word, None
    while noun is None and at.dep in _INSIDE and not at.is_root:
        at = at.head
        noun = at if at.is_noun and at.start >= mention.end else None
    noun = noun or next((o for o in word.objects("of") if o.pos != "PRON"), None)
    head = noun if noun is not None and not noun.under(word) else word
    return Headcount(mention, word, noun, head, _UNKNOWN, captive=False)


def cost_of(sentence: Sentence, one: Headcount, trigger: Trigger) -> float | None:
    """How doubtful it is that a trigger tells of those counted, from 0; None where it does not."""
    word, noun = trigger.word, one.noun
    if trigger.rule == "lost":
        return 0.2 if is_known(one) and one.head.dep == "dobj" and one.head.head is word else None
    if word.low == "lives":
        verb = word.verb()
        if verb is None or verb.lemma not in _TAKING_LIVES:
            return None
        taken = one.head.dep == "nsubj" and one.head.head is verb
        return 0.0 if noun is word else 0.2 if taken or one.head in word.objects("of") else None
    if word in one.word.objects("of") and one.head.dep == "nsubj" and one.head.head.lemma != "be":
        return None  # what became of "two of the wounded" is told by their verb
    if word is noun or one.word in word.kids_of("nummod", "quantmod"):
        return 0.0
    if noun is not None and not is_known(one) and (trigger.outcome in (MISSING, DISPLACED) or word.is_noun):
        return None
    if word.dep in ("amod", "acl", "relcl", "compound", "nmod") and word.head in (noun, one.head, one.word):
        described = 0.3 if word.dep in ("amod", "compound") else 0.1  # "three wounded men died" tells of deaths
        return described if not _acts(word) and _of_the_noun(word) else None
    return _governed(one, word) or _tolled(one, word) or _among(one, word) or _adjacent(sentence, one, word)


def _acts(verb: Word) -> bool:
    """Whether a verb is done by its subject to somebody else."""
    doing = verb.tag == "VBG" and verb.low not in ("missing", "dying", "fleeing")
    return (doing or verb.kid("dobj") is not None) and verb.kid("auxpass") is None


def _of_the_noun(word: Word) -> bool:
    """Whether a clause tells of the noun it hangs on, and not of somebody else ("5,000 men, three of whom died")."""
    subject = word.kid("nsubj", "nsubjpass")
    return subject is None or subject.low in ("who", "which", "that", "whom")


def _among(one: Headcount, word: Word) -> float | None:
    """ "Among the dead were three children", "two of them are among those killed"."""
    at = word.head if word.dep in ("acl", "amod") else word
    if at.dep != "pobj" or at.head.low != "among":
        return None
    verb = at.head.head
    fits = verb.lemma == "be" and one.head.head is verb and one.head.dep in ("nsubj", "attr")
    return 0.2 if fits else None


def _lead(head: Word) -> Word:
    """The first of the nouns and numbers that one is joined to."""
    while head.dep in ("conj", "appos") and (head.head.is_noun or head.head.pos == "NUM") and not head.is_root:
        head = head.head
    return head


def _governed(one: Headcount, word: Word) -> float | None:
    """Those counted are the ones whom the verb is done to, or of whom the adjective is told."""
    head = _lead(one.head)
    above, far = head.head, 0.0 if head is one.head else 0.3
    if above is word and word is not head:
        if head.dep == "nsubjpass" or (head.dep in ("dobj", "npadvmod") and word.lemma not in _INTRANSITIVE):
            return 0.1 + far
        if head.dep == "nsubj":
            return 0.2 + far if not _acts(word) or word.lemma in _GOING else None
    if word.dep == "xcomp" and word.lemma in _GOING and above is word.head:
        return 0.3 + far if head.dep in ("nsubj", "nsubjpass") else None
    if word.dep in _COMPLEMENTS and above is word.head and not word.is_root:
        said = above.lemma in (_LEAVING if head.dep == "dobj" else _SERIOUS)
        return 0.3 + far if said and head.dep in ("nsubj", "nsubjpass", "dobj") and not _acts(word) else None
    return None


def _tolled(one: Headcount, word: Word) -> float | None:
    """The number stands under the noun that counts the dead: "a toll of 90", "the number of wounded rose to 300"."""
    if not (word.is_noun or word.pos == "ADJ" or word.dep == "pobj"):
        return 0.2 if word.tag == "VBG" and any(o is one.head for o in word.objects("of")) else None
    counting = word.head.head if word.dep == "pobj" and word.head.low == "of" else word
    if counting.lemma not in _NUMBERS and not word.is_noun:
        return None
    head = one.head
    prep = head.head if head.dep == "pobj" else None
    if prep is not None and prep.low == "of" and prep.head in (word, counting):
        return 0.1
    verb = counting.head
    if counting.lemma not in _NUMBERS and word.lemma not in ("death", "fatality", "casualty"):
        return None
    if not verb.is_verb or counting.dep not in ("nsubj", "nsubjpass", "dobj"):
        return None
    if prep is not None:
        return 0.2 if prep.low in _REACHING and prep.head in (verb, counting) else None
    return (
        0.3
        if head.head is verb and head.dep in ("dobj", "attr", "npadvmod", "acomp") and head is not counting
        else None
    )


def _adjacent(sentence: Sentence, one: Headcount, word: Word) -> float | None:
    """Number and word stand side by side, whatever the parse makes of them: "40 killed", "killed at least 40"."""
    end = one.noun.end if one.noun is not None and one.noun.start >= one.mention.end else one.mention.end
    if word.start > end + _NEXT or word.end < one.mention.start - _NEXT:
        return None
    if word.start >= end:
        between = [w for w in sentence.words if end <= w.start < word.start]
        close = len(between) <= 4 and all(w.pos in _LINKING and w.low not in ("by", "who") for w in between)
        return 0.6 if close and not _acts(word) else None
    between = [w for w in sentence.words if word.end <= w.start < one.mention.start]
    if word.is_verb and len(between) <= 4 and all(w.low in _QUALIFYING for w in between):
        return 0.6 if word.lemma not in _INTRANSITIVE else None
    return None
