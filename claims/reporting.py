"""The verbs by which somebody is said to say something."""

from __future__ import annotations

from functools import lru_cache

from claims.words import Word

VERBS = frozenset(
    """say tell announce report claim state add note confirm declare write warn argue insist stress emphasize emphasise
    explain deny acknowledge concede admit reveal describe reiterate tweet post estimate reckon allege promise
    assert contend comment indicate maintain underline underscore recall conclude inform vow pledge relate
    remark observe mention repeat cite quote disclose boast predict proclaim affirm caution complain specify
    signal testify clarify respond reply suggest hint call believe think accuse blame echo whisper
    hail verify document write recount fume allow establish lament crow gloat attest aver opine venture confide
    divulge relay grumble scoff retort rejoin counter surmise speculate reason profess joke quip thunder rail gush rage
    assess calculate intimate find congratulate praise""".split()
)
# These report only with a clause of what was said.
_WITH_CLAUSE = frozenset(
    """promise vow pledge suggest hint call describe believe think signal post maintain recall
    repeat note respond quote cite write allow establish counter reason rage rail relay assess calculate venture
    lament find""".split()
)
# What these govern as an object is who was told.
_ADDRESSED = frozenset(("tell", "inform", "warn", "caution", "say"))
_ANY = frozenset("some many most several others none all both each few".split())
# Two words that say so together.
_PHRASES = {
    ("go", "on"),
    ("point", "out"),
    ("set", "out"),
    ("spell", "out"),
    ("own", "up"),
    ("give", "out"),
    ("let", "on"),
    ("let", "slip"),
}


# Who puts these at a number says it.
_FIGURES = frozenset("number toll loss figure count total tally".split())
# What is no saying, though the verb may be: "claimed the lives".
_OTHERWISE = {("claim", "life"), ("claim", "responsibility"), ("call", "election")}


@lru_cache(maxsize=500)
def is_report(word: Word) -> bool:
    """Whether the word is a verb of saying; kept, as every fact asks it of all the words above it."""
    if word.pos != "VERB" or (word.lemma == "call" and any(k.low == "off" for k in word.kids_of("prt"))):
        return False
    if word.lemma == "conclude" and word.kid("dobj", "npadvmod") is not None:
        return False  # "concluded three days of talks"
    if word.lemma in VERBS:
        done = word.kid("dobj")
        return done is None or (word.lemma, done.lemma) not in _OTHERWISE
    if word.lemma in ("put", "give", "set") and any(k.lemma in _FIGURES for k in word.kids_of("dobj")):
        return True
    if word.lemma in ("speak", "talk") and any(kid.dep == "prep" and kid.low == "of" for kid in word.kids):
        return True
    if any((word.lemma, kid.low) in _PHRASES for kid in word.kids if kid.dep in ("prt", "advmod")):
        return True
    return _makes_known(word) or _trails(word)


def _makes_known(verb: Word) -> bool:
    """ "Let it be known", "made it clear"."""
    if verb.lemma not in ("let", "make"):
        return False
    return any(k.low in ("known", "clear", "plain") for kid in verb.kids for k in (kid, *kid.kids) if k.i > verb.i)


def _trails(verb: Word) -> bool:
    """Whether what a verb governs stands before it and its subject, as only what is said does ("…, a panel found")."""
    subject, clause = verb.kid("nsubj"), verb.kid("ccomp")
    if subject is None or clause is None or verb.kid("dobj", "neg") is not None or not clause.is_verb:
        return False
    if any(k.lemma != "have" for k in verb.kids_of("aux")) or subject.low in _ANY:
        return False
    if any(k.low in (";", ":") for k in (*verb.kids, *clause.kids, *subject.kids)):
        return False
    return clause.i < subject.i < verb.i and clause.kid("mark") is None and clause.kid("nsubj", "nsubjpass") is not None


def reports(word: Word, fact: Word) -> bool:
    """Whether a verb of saying above a fact says that fact, and is not merely about it or addressed to it."""
    if not is_report(word):
        return False
    branch = fact
    while branch.head is not word:
        if branch.is_root:
            return False
        branch = branch.head
    if branch.dep in ("ccomp", "parataxis", "xcomp", "pcomp", "conj", "advcl"):
        return True
    if branch.dep == "dobj" and word.lemma in ("call", "describe") and word.kid("oprd", "acomp") is not None:
        return True  # "called the loss of the town painful"
    if branch.dep == "prep" and branch.i < word.i and branch.low in ("of", "about", "on") and word.kid("ccomp"):
        return True  # "Of the talks he said that there was no date"
    if branch.dep == "prep" and fact.is_verb and any(w.low == "that" and w.i < fact.i for w in branch.subtree()):
        return True  # "said at the briefing that the hill was taken": the parse may hang the clause on the briefing
    return branch.dep in ("dobj", "prep", "nsubjpass", "dep") and word.lemma not in _WITH_CLAUSE | _ADDRESSED
