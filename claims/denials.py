"""The verbs that say of something told, or tried, that it is not so."""

from __future__ import annotations

from claims.words import Word

DENIED = frozenset("deny refute dispute repel thwart foil repulse disprove debunk dismiss rebut prevent rebuff".split())
_UNTRUE = frozenset(
    """untrue false fake baseless unfounded groundless fabricated nonsense lie fabrication invention fiction fantasy
    hoax propaganda myth rubbish disinformation misinformation falsehood untruth tale""".split()
)
_TRUE = frozenset("true correct accurate so".split())
# What is so called is not so ("branded the report a lie").
_BRANDING = frozenset("brand label call dismiss describe denounce deride reject ridicule condemn".split())
_TELLINGS = frozenset("report claim allegation assertion statement rumour rumor announcement boast account".split())
_BEATEN = frozenset(
    [("throw", "back"), ("beat", "back"), ("beat", "off"), ("fight", "off"), ("fend", "off"), ("fling", "back")]
)


def denied(word: Word) -> bool:
    """Whether a verb above a word says that it is not so."""
    above = (w for w in word.climb() if w is not word and w.is_verb)
    return any((w.lemma in DENIED and w.kid("neg") is None) or rejects(w) or beats(w) for w in above)


def beats(verb: Word) -> bool:
    """Whether a verb says that an attack was beaten: "threw back", "fended off"."""
    return any((verb.lemma, k.low) in _BEATEN for k in verb.kids_of("prt", "advmod"))


def rejects(verb: Word) -> bool:
    """Whether a verb says of what others tell that it is not so: "rejects reports by the ministry that"."""
    told = verb.kid("dobj")
    return verb.lemma in DENIED | {"reject"} and told is not None and told.lemma in _TELLINGS


def disowned(verb: Word) -> bool:
    """Whether a verb says that something told is not true: "is a fabrication", "brands it pure invention"."""
    said = verb.kids_of("acomp", "attr", "oprd", "dobj") + verb.objects("as")
    # Set in quotes, "not true" is one thing; else the verb is what is negated.
    untrue = any(k.lemma in _UNTRUE or k.low in _UNTRUE or (k.low in _TRUE and k.kid("neg") is not None) for k in said)
    return untrue and verb.lemma in _BRANDING | {"be"}
