"""Corrections of what the language model is known to get wrong, made on its words before any rule sees them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from claims.words import Word

_TIME = re.compile(
    r"(?:jan(?:uary)?|feb(?:ruary)?|march|april|may|june|july|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?"
    r"|dec(?:ember)?|(?:mon|tues|wednes|thurs|fri|satur|sun)day|spring|summer|autumn|winter|\d{4})\.?"
)
_FRONTED = frozenset("in on by at since during".split())
_JOINED = ("compound", "nmod", "amod", "nummod")
_ARGUMENTS = ("nsubj", "nsubjpass", "dobj", "pobj")
_OWNING = frozenset("acknowledge admit deny report confirm concede".split())
_MEETING = frozenset("negotiate confer talk meet speak".split())
# Forms of verbs that are nothing else.
_PASTS = frozenset("retook took overran withdrew seized captured recaptured met swapped".split())
_SUBJECTS = ("nsubj", "nsubjpass", "expl", "csubj")


def mend(words: Sequence[Word]) -> None:
    """Corrects the words of one sentence in place."""
    _name_nouns(words)
    _name_verb(words)
    _part(words)
    _let_act(words)
    for word in words:
        _let_own(word)


def _name_nouns(words: Sequence[Word]) -> None:
    """ "The American envoys met him": a plural noun taken for a verb, though it is the subject or object of one."""
    for word in words:
        owned = any(k.dep in ("det", "amod", "poss", "compound") for k in word.kids)
        if word.tag == "VBZ" and word.dep in _ARGUMENTS and owned and word.kid(*_SUBJECTS) is None:
            word.pos, word.tag, word.lemma = "NOUN", "NNS", word.low.removesuffix("s")


def _name_verb(words: Sequence[Word]) -> None:
    """ "Mali's army retook Kidal": the verb of a clause taken for a noun, and its subject for a part of it."""
    root = next((w for w in words if w.low in _PASTS and (w.is_root or w.dep == "ccomp")), None)
    if root is None or root.pos not in ("NOUN", "PROPN", "ADJ"):
        return
    before = [k for k in root.kids if k.i < root.i and k.dep != "punct"]
    subject = before[-1] if before else None
    if subject is None or subject.i != root.i - 1 or subject.dep not in _JOINED or root.kid(*_SUBJECTS) is not None:
        return
    root.pos, root.tag = "VERB", "VBD"
    for kid in before[:-1]:
        if kid.dep in ("det", "poss", *_JOINED):
            _hang(kid, subject, kid.dep)
    subject.dep = "nsubj"


def _let_act(words: Sequence[Word]) -> None:
    """ "Delegations of both countries negotiated in Ankara.": no participle but the verb of the sentence."""
    root = next((w for w in words if w.is_root), None)
    if root is None or root.pos not in ("NOUN", "PROPN") or not words[-1].text.startswith("."):
        return
    held = [root, *root.objects("of", "from")]
    verb = next((k for noun in held for k in noun.kids_of("acl") if k.tag == "VBN" and k.lemma in _MEETING), None)
    if verb is None or verb.kid(*_SUBJECTS) is not None:
        return
    _hang_root(verb, root)


def _let_own(word: Word) -> None:
    """ "Acknowledged losing ground": what one owns up to, and no ground that loses."""
    noun = word.head
    if word.tag != "VBG" or word.dep != "amod" or noun.dep != "dobj" or noun.head.lemma not in _OWNING:
        return
    if word.i != noun.head.i + 1:
        return
    verb = noun.head
    _hang(word, verb, "xcomp")
    _hang(noun, word, "dobj")


def _hang_root(verb: Word, noun: Word) -> None:
    verb.head.kids.remove(verb)
    verb.head, verb.dep, verb.tag = verb, "ROOT", "VBD"
    noun.head, noun.dep = verb, "nsubj"
    verb.kids = sorted([noun, *verb.kids], key=lambda w: w.i)


def _part(words: Sequence[Word]) -> None:
    """Parts a time or place at the head of a sentence from the subject behind it: "In April Haftar left the town".

    Without a comma between the two the model takes both for one name, and leaves the verb without a subject.
    """
    lead = next((w for w in words if w.text.isalpha()), None)
    if lead is None or lead.dep != "prep" or lead.low not in _FRONTED or not lead.head.is_verb:
        return
    verb, noun = lead.head, lead.kid("pobj")
    if noun is None or verb.kid(*_SUBJECTS) is not None or not noun.i < verb.i or verb.tag in ("VB", "VBG"):
        return
    before = [k for k in noun.kids if k.dep in _JOINED and k.i < noun.i]
    parted = next((k for k in reversed(before) if _TIME.fullmatch(k.low)), None)
    if parted is None and noun.tag == "NNS" and before and before[-1].pos == "PROPN" and before[-1].i == noun.i - 1:
        parted = before[-1]
    between = words[_last(noun).i + 1 : verb.i]
    if parted is None or any(w.head is not verb for w in between if w.dep != "punct"):
        return
    for kid in [k for k in noun.kids if k.i <= parted.i]:
        _hang(kid, lead if kid is parted else parted, "pobj" if kid is parted else kid.dep)
    _hang(noun, verb, "nsubjpass" if verb.kid("auxpass") is not None else "nsubj")


def _last(noun: Word) -> Word:
    return max(noun.subtree(), key=lambda w: w.i)


def _hang(word: Word, head: Word, dep: str) -> None:
    word.head.kids.remove(word)
    word.head, word.dep = head, dep
    head.kids.append(word)
    head.kids.sort(key=lambda w: w.i)
