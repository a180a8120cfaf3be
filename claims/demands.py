"""What somebody requires of others: that they leave a place, or hand it over."""

from __future__ import annotations

from claims.reporting import is_report
from claims.words import Word

REQUIRING = frozenset("demand insist require ultimatum condition precondition term requirement".split())


def demanded(word: Word) -> bool:
    """Whether a fact is what somebody requires of others: "demands that they leave", "would have them withdraw"."""
    if any(k.low == "must" for k in word.kids_of("aux")) and any(is_report(w) for w in word.climb()):
        return True
    for at in word.climb():
        if at is word:
            continue
        if at.lemma == "include" and any(k.lemma in REQUIRING for k in at.kids_of("nsubj")):
            return True
        if at.lemma in REQUIRING or any(k.lemma in REQUIRING for k in (*at.kids_of("attr"), *at.objects("among"))):
            return True
        if at.lemma == "call" and any(
            k.low == "for" for branch in (at, *at.kids_of("advcl", "ccomp", "xcomp")) for k in branch.kids
        ):
            return True
        if ordered(at, word):
            return True
        made = at.lemma == "have" and any(k.kid("nsubj") is not None for k in at.kids_of("ccomp"))
        if made and any(k.low in ("would", "'d") for k in at.kids_of("aux")):
            return True
    return False


def ordered(verb: Word, fact: Word) -> bool:
    """Whether a verb tells somebody to do what the fact is: "told them to quit the town", "gave them a week to"."""
    if verb.lemma in ("give", "allow") and verb.kid("dative") is not None:
        terms = [*verb.kids_of("advcl", "acl", "relcl"), *(k for t in verb.kids for k in t.kids_of("acl", "relcl"))]
        return any((fact is k or fact.under(k)) and k.tag == "VB" for k in terms)
    bidden = verb.lemma in ("tell", "instruct") and verb.kid("dobj", "nsubjpass") is not None
    return bidden and any(fact is k or fact.under(k) for k in verb.kids_of("xcomp"))
