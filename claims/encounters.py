"""Which words name talks between sides, and which verbs lend them their time."""

from __future__ import annotations

import re
from functools import lru_cache

from claims.context import Context
from claims.draft import Hit
from claims.forces import FORCES, base
from claims.reporting import is_report
from claims.words import Word, conjoined

NOUNS = re.compile(
    r"\b(?:talks|peace talks|negotiations?|rounds?|summits?|meetings?|calls?|conversations?|sessions?|discussions?"
    r"|dialogue"
    r"|consultations?|contacts?|parleys?|peace conference|encounters?|cycles?|sit-downs?|face-to-faces?"
    r"|t[eê]te-[aà]-t[eê]tes?|follow-ups?|negotiating table)\b",
    re.IGNORECASE,
)
# Meetings that are no talks between sides.
_OTHER = re.compile(
    r"\b(?:press|news|cabinet|parliament(?:ary)?|board|shareholders?|committee|congress|plenary|staff|family|families"
    r"|party|town[- ]hall"
    r"|court|training|trading|question|closing|opening|briefing|security council|general assembly|emergency|business"
    r"|investors?|central bank"
    r"|fans?|coach|match|cup|qualifying|league|ammunition|shots?|mortar|drinks|firing|funding|budget|election|voting"
    r"|group stage|therapy"
    r"|ordinary|wake-up|distress|emergency|roll|conference|video|telephone operators?)\b",
    re.IGNORECASE,
)
_NOT_A_SIDE = frozenset(
    """reporter journalist soldier troop family relative voter student worker resident veteran investor fan parliament
    lawmaker press cabinet businessman nation public serviceman officer commander brigade""".split()
)
_SPORT = re.compile(
    r"\b(?:cup|league|semi-?finals?|quarter-?finals?|footballers?|football|strikers?|goalkeeper|kick-?off|tournament"
    r"|championships?|olympic committee|(?:chess|basketball|athletics|sports?) federation|F[IE]FA|UEFA|FIBA|IAAF)\b",
    re.IGNORECASE,
)
# Those who talk where one of these stands are no states, though they be called by the names of such.
_TRADE = re.compile(
    r"\b(?:oil majors?|shareholders?|ship-?owners[’']? (?:federation|association)|takeover bid|carmakers?|bondholders"
    r"|(?:gulf|foreign|private|\w{2,20}(?:i|ese|ish|an)) investors)\b",
    re.IGNORECASE,
)
_HOUSES = re.compile(
    r"\b(?:upper house|lower house|parliament\w*|senate|congress|duma|knesset|assembly|council of ministers|cabinet"
    r"|legislat\w+|lawmakers|chamber|bundestag|majlis|(?:municipal|town|city|village|regional|provincial) council)\b",
    re.IGNORECASE,
)
# Verbs under which talks are what happens, so that their time is the talks' time.
_LIGHT = frozenset(
    """hold host have conduct lead attend begin start open resume restart continue end conclude finish take place occur
    happen convene schedule set plan slate arrange expect postpone cancel shelve suspend delay call put be go
    join launch preside spend reopen mark see complete wrap kick get fix pencil stage organise organize chair mediate
    broker facilitate break fall collapse due run last adjourn skip leave include follow come propose offer""".split()
)
_POLITICS = re.compile(
    r"\b(?:foreign ministers?|foreign ministry|prime ministers?|presidents?|defen[cs]e ministry|defen[cs]e ministers?"
    r"|army"
    r"|armies|troops"
    r"|ceasefire|truce|peace|diplomats?|diplomatic|diplomacy|rebels?|insurgents?|militants?|militia|war|hostages?"
    r"|prisoners?"
    r"|treaty|Kremlin|White House|envoys?|sanctions|nuclear|border|delegations?|ambassador|sovereignty|mediat\w+|regime"
    r"|negotiators?|separatists?|leaders?|officials|commanders|occupied|territor\w+|military"
    r"|bilateral|united nations|governments?|guerrillas?)\b",
    re.IGNORECASE,
)
_ABOUT = ("on", "about", "over")
_CLEARLY = re.compile(r"\b(?:talks|negotiations|ceasefire|peace)\b", re.IGNORECASE)
_NEGOTIATED = re.compile(r"\b(?:talks|negotiat\w+)\b", re.IGNORECASE)
_MET = re.compile(r"\b(?:meetings?|summits?|met)\b", re.IGNORECASE)
# Who travels for talks, and when, tells when they are.
_TRAVELS = frozenset(
    """fly travel arrive go come head send visit jet journey welcome receive invite dispatch sail drive cross
    return land""".split()
)
_SIDES = frozenset(
    "side leader minister delegation president envoy negotiator party director ombudsman general".split()
)
_GATHERED = _SIDES | frozenset(
    """official commander chief diplomat team foe rival neighbour neighbor country enemy mediator delegate
    officer""".split()
)
# Verbs that say so with other words only ("saw each other", "returned to the table").
_GATHERING = frozenset("shake gather convene return come get go sit bring spend stay huddle".split())
# Whom a leader receives he meets.
_RECEIVING = frozenset("host receive welcome greet see".split())
# Whoever holds one of these offices speaks for a side.
_OFFICES = frozenset(
    "minister president premier chancellor king emir counterpart envoy delegation ambassador secretary leader".split()
)
_PLANNED = frozenset("plan schedule set hold slate announce due".split())
_EXPECTED = frozenset("negotiator delegation envoy team mediator diplomat delegate".split())
_LINES = frozenset("phone telephone hotline video".split())
_AT = frozenset("at in during through throughout within amid".split())


_AS_SIDES = frozenset(("country", "capital", "leader", "group"))


def political(hit: Hit) -> bool:
    """Whether the article is about states or armed sides at all, and not about sport or trade.

    Two sides named in the sentence itself as such, not only by the nationality of somebody, are enough.
    """
    if hit.sentence.spans(_SPORT) or hit.sentence.spans(_TRADE):
        return False
    named = {m.party for m in hit.sentence.parties if m.source in _AS_SIDES and not m.modifier}
    return len(named) > 1 or _political(hit.context)


@lru_cache(maxsize=1)
def _political(context: Context) -> bool:
    """Whether an article has words of politics, or one and two sides to it ("the Congolese and Rwandan presidents"), or
    tells of talks between two."""
    # Asked for every hit of an article: searched each time, a long article would take as many times too long.
    if len({m.lower() for m in _POLITICS.findall(context.article.text)}) > 1:
        return True
    return any(
        len({m.party for m in s.parties}) > 1 and (_POLITICS.search(s.text) or _CLEARLY.search(s.text))
        for s in context.sentences
    )


def is_talks(hit: Hit, word: Word) -> bool:
    """Whether a noun names talks: not those of sport or parliaments, nor "round" and "call" in other senses."""
    if not political(hit) or _private(hit, word):
        return False
    if word.pos not in ("NOUN", "PROPN") or word.dep in ("compound", "amod"):
        return False
    if word.dep == "pobj" and word.head.low == "of" and NOUNS.fullmatch(word.head.head.text):
        return False  # "a round of talks" is told by "round"
    start, _ = word.noun_span()
    phrase = hit.sentence.text[start : word.end]
    if _OTHER.search(phrase):
        return False
    inner = [w.lemma for prep in word.kids if prep.low == "of" for w in prep.kids]
    if word.lemma == "session" and _HOUSES.search(hit.sentence.text):
        return False
    if word.lemma in ("round", "cycle") and not set(inner) & {
        "talk",
        "talks",
        "negotiation",
        "discussion",
        "dialogue",
        "consultation",
        "meeting",
        "contact",
        "diplomacy",
    }:
        modified = word.kid("amod", "poss", "nummod") is not None or any(k.low == "another" for k in word.kids)
        modified = modified or any(k.lemma in _PLANNED for k in word.kids_of("acl"))
        return modified and (hit.context.mentions_any(_NEGOTIATED) or hit.context.mentions_any(_MET))
    if word.lemma == "call":
        return bool(
            re.search(r"\b(?:phone|telephone|video)\b", phrase + hit.sentence.text[word.end : word.end + 12])
        ) or (any(k.low in ("with", "between") for k in word.kids))
    if phrase.lower().endswith(("follow-up", "follow-ups")):
        return hit.context.mentions_any(_NEGOTIATED) or hit.context.mentions_any(_MET)
    if word.lemma in ("contact", "conversation", "discussion"):
        return bool(hit.sentence.parties) or any(k.low in ("their", "between", "with") for k in word.kids)
    return True


def _private(hit: Hit, word: Word) -> bool:
    """Whether others than sides have a meeting: "exporters and buyers had a meeting"."""
    subject = word.head.kid("nsubj") if word.dep == "dobj" else None
    if subject is None or word.lemma not in ("meeting", "session", "discussion", "conversation"):
        return False
    people = conjoined(subject)
    plain = all(w.tag == "NNS" and w.lemma not in _GATHERED and base(w) not in FORCES for w in people)
    return plain and not hit.sentence.parties_in([*(w for p in people for w in p.kids), *people, *word.subtree()])


def talks_before(hit: Hit, word: Word) -> Hit | None:
    """The talks named last before a word: in its sentence or the one before; by a mere ordinal, in the two before."""
    at = hit.sentence
    back = 1 if word.pos == "PRON" else 2
    for sentence in reversed(hit.context.sentences[max(0, at.index - back) : at.index + 1]):
        for start, end in reversed(sentence.spans(NOUNS)):
            noun = sentence.word_at(start, end)
            if noun is None or (sentence is at and noun.i >= word.i):
                continue
            named = Hit(hit.context, sentence, noun, sentence.text[start:end])
            if is_talks(named, noun):
                return named
    return None


def is_meeting(hit: Hit, verb: Word) -> bool:
    """Whether a verb says that sides meet or speak with each other."""
    subject = _subject(verb)
    if subject is None:
        return False
    others = [*verb.kids_of("dobj"), *verb.objects("with", "to")]
    if any(w.lemma in _NOT_A_SIDE and not w.kids_of("appos") for w in others):
        return False
    lemma = verb.lemma
    if lemma == "hold" or (lemma == "convene" and others):
        return False
    several = len({m.party for m in hit.sentence.parties_in(subject.subtree(skip=("relcl",)))}) > 1
    several = several or (subject.tag == "NNS" and subject.lemma in _SIDES)
    if subject.low == "ministers" and not subject.kids_of("amod", "compound", "nummod", "poss", "prep"):
        return False  # a cabinet
    if lemma == "meet" and others and all(_one_of_them(hit, w) for w in others):
        return False
    if lemma in _RECEIVING:
        guests = [x for k in verb.kids_of("dobj", "nsubjpass") for x in conjoined(k)]
        if any(w.low == "other" for w in guests):
            return several or subject.lemma in _GATHERED  # "saw each other"
        invited = lemma in ("host", "receive", "welcome")
        hosted = invited and any(w.lemma in _GATHERED and w.tag == "NNS" for w in guests)
        hosts = verb.objects("by") if verb.kid("nsubjpass") is not None else [subject]
        if lemma == "see" and not any(_is_side(hit, host) for host in hosts):
            return False
        return hosted or any(_holds_office(hit, w) for w in [*guests, *(hosts if lemma != "host" else [])])
    if lemma == "be":  # "The negotiators are due in Doha"
        return subject.lemma in _EXPECTED
    if (lemma == "face" or (lemma == "sit" and not others)) and not several and not _sits(subject):
        return False
    if lemma == "shuttle":
        return bool(verb.objects("between"))
    if lemma == "discuss":
        partners = [*verb.objects("with"), *(o for w in verb.objects("by", "over") for o in w.objects("with"))]
        return any(hit.sentence.parties_in(w.subtree(skip=("relcl",))) for w in partners)
    if lemma == "bring":
        return any(
            w.lemma in _GATHERED or hit.sentence.parties_in(w.subtree()) for w in verb.kids_of("dobj", "nsubjpass")
        )
    if lemma in _GATHERING:
        together = lemma == "sit" and _sits(subject)
        return together or several or subject.lemma in _GATHERED or bool(hit.sentence.parties_in([subject]))
    if lemma in ("call", "ring"):
        return any(hit.sentence.parties_in([w]) for w in verb.kids_of("dobj")) and not verb.kids_of("oprd", "ccomp")
    if lemma in ("speak", "talk", "telephone", "phone"):
        partners = [w for w in others if hit.sentence.parties_in(w.subtree(skip=("relcl",)))]
        lines = [k for k in verb.kids if k.low in ("by", "over", "on") and {w.low for w in k.subtree()} & _LINES]
        among = lemma == "talk" and not others and (several or subject.lemma in _GATHERED)
        return bool(partners) or among or (bool(lines) and (several or bool(verb.objects("with", "to"))))
    if lemma == "meet" and others and not several:
        reach = [w for o in others for w in o.subtree(skip=("relcl", "advcl"))]
        return bool(hit.sentence.parties_in(reach)) or any(
            w.lemma in ("counterpart", "leader", "minister", "envoy", "delegation", "president") or w.pos == "PRON"
            for w in others
        )
    return lemma != "meet" or several or bool(others) or _plural(subject)


def _sits(subject: Word) -> bool:
    return subject.lemma in _GATHERED or (subject.pos == "PRON" and subject.low in ("they", "both"))


def _is_side(hit: Hit, noun: Word) -> bool:
    """Whether a noun names a side, its leader, or somebody who holds an office."""
    return noun.pos in ("PROPN", "PRON") or noun.lemma in _GATHERED or bool(hit.sentence.parties_in([noun]))


def _holds_office(hit: Hit, noun: Word) -> bool:
    """Whether a noun names a leader, or a person with his office ("Turkish Foreign Minister Hakan Fidan")."""
    if any(m.source == "leader" for m in hit.sentence.parties_in([noun])):
        return True
    titles = [noun, *noun.kids_of("compound", "appos", "nmod")]
    return any(w.low in _OFFICES for w in titles) and bool(hit.sentence.parties_in(noun.subtree(skip=("relcl",))))


def _one_of_them(hit: Hit, noun: Word) -> bool:
    """Whether a noun is one man of a nation ("met the Argentine who had shot him")."""
    named = hit.sentence.parties_in([noun])
    return bool(named) and named[0].source == "demonym" and noun.tag in ("NN", "NNP") and noun.kid("det") is not None


def _plural(subject: Word) -> bool:
    """Whether a subject can meet by itself: not one person, nor two of whom nobody knows that they are two sides."""
    many = [subject, *subject.kids_of("appos"), *subject.objects("of"), *subject.kids_of("conj")]
    if subject.kids_of("conj") and any(w.pos == "PROPN" for w in many):
        return True  # "Karam, who leads the Lebanese team, and Resnick had met"
    return subject.pos in ("PRON", "DET", "NUM") or any(w.tag in ("NNS", "NNPS") for w in many)


def _subject(verb: Word) -> Word | None:
    for at in verb.climb():
        subject = at.kid("nsubj", "nsubjpass")
        if subject is not None:
            return subject
        if at.dep not in ("conj", "xcomp", "advcl", "acl", "ccomp", "relcl", "acomp") or is_report(at.head):
            return at.head if at.dep in ("acl", "relcl") else None
    return None


def openings(word: Word) -> list[Word]:
    """The nouns that stand between talks and their verb: the opening, the resumption of talks."""
    found, at = [], word
    while at.dep == "pobj" and at.head.low == "of" and at.head.head.is_noun:
        at = at.head.head
        found.append(at)
    return found


def anchors(word: Word) -> list[Word]:
    """The verbs whose time is that of the talks named by a noun."""
    top = word
    while top.dep in ("pobj", "prep", "conj", "compound", "poss", "nmod") and not top.is_root:
        if top.dep == "prep" and top.low not in _AT and top.low not in ("of", "for", "from"):
            break
        if top.is_verb:
            break
        if top.dep == "prep" and top.low in ("for", "from") and top.head.is_verb:
            told = top.head.lemma in _LIGHT or (top.low == "for" and travels(top.head))
            return [top.head, *upwards(top.head)] if told else []
        top = top.head
    if top.is_verb:
        return [top] if not is_report(top) else []
    if top.is_root:
        return []
    head = top.head
    own = word.subtree(skip=("relcl", "acl", "advcl", "appos"))
    carrying = [top] if top is not word else []  # "his visit for a summit, foreseen for May, fell through"
    clauses = [
        verb
        for w in [*own, *carrying]
        for kid in w.kids
        if kid.dep in ("relcl", "acl")
        for verb in (kid, *downwards(kid))
    ]
    if not head.is_verb or is_report(head):
        # "Announced a summit, to be held in two weeks".
        held = [k for k in head.kids_of("advcl", "xcomp") if k.i > word.i and k.lemma in _LIGHT and not k.kid("nsubj")]
        return [*clauses, *(held if head.is_verb else [])]
    if top.dep in ("nsubj", "nsubjpass") or head.lemma in _LIGHT:
        return [head, *upwards(head), *downwards(head), *clauses]
    return clauses


def travels(verb: Word) -> bool:
    """Whether a verb tells of a journey, which talks may be the purpose of."""
    return verb.lemma in _TRAVELS


def downwards(verb: Word) -> list[Word]:
    """The infinitives a verb leads to: "are also to be held", "is expected to open", "were due to begin"."""
    found = []
    for kid in verb.kids_of("xcomp", "acomp"):
        found += [kid, *downwards(kid)]
    return found


def upwards(verb: Word) -> list[Word]:
    """The verbs above that lend a verb their time: "is due to", "are expected", "agreed … to" not."""
    found: list[Word] = []
    at = verb
    while at.dep in ("xcomp", "ccomp", "conj", "oprd", "acomp", "advcl") and not at.is_root:
        there = travels(at.head) or (at.head.lemma == "be" and bool(at.head.objects("in", "at")))
        if at.dep in ("advcl", "xcomp") and there and any(k.low == "to" for k in at.kids_of("aux")):
            return [*found, at.head]
        if at.dep == "advcl" or is_report(at.head) or (at.head.is_verb and at.head.lemma not in _LIGHT):
            break
        if at.dep == "conj" and at.kid("nsubj", "nsubjpass"):
            break
        at = at.head
        found.append(at)
    return found


def topics(word: Word) -> list[Word]:
    """Other talks that these are about, with what hangs on them: "consultations on the summit planned for May"."""
    about = [o for o in word.objects(*_ABOUT) if NOUNS.fullmatch(o.text)]
    return [w for o in about for w in o.subtree()]


def plans(word: Word, *, off: bool = False) -> list[Word]:
    """The words that say for when talks were planned that others are about, or that were called `off`."""
    if not off and (word.dep != "pobj" or word.head.low not in _ABOUT):
        return []
    return [w for w in word.subtree() if w.dep == "acl" and w.tag == "VBN" and w.lemma in _PLANNED]
