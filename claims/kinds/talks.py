"""Talks: negotiations, rounds, summits, meetings and calls between states, armed sides or mediators."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from claims.draft import Draft, Hit
from claims.kind import Kind
from claims.model import Field, FieldType, Place, Status
from claims.reporting import is_report
from claims.rule import Rule
from claims.sides import parties_of
from claims.status import modality
from claims.timing import dates_of, next_date
from claims.values.dates import DateMention
from claims.values.places import PlaceMention
from claims.values.spans import Setting
from claims.words import Word

FORMATS = ("meeting", "call", "summit", "talks")
IDENTITY = ("date", "round")

_NOUNS = re.compile(
    r"\b(?:talks|peace talks|negotiations?|rounds?|summits?|meetings?|calls?|conversations?|sessions?|discussions?"
    r"|dialogue"
    r"|consultations?|contacts|parleys?|peace conference|encounters?|cycles?)\b",
    re.IGNORECASE,
)
_VERBS = re.compile(
    r"\b(?:met|meets?|meeting|negotiat(?:es?|ed|ing)|confer(?:s|red|ring)?|s[ia]t(?:s|ting)? down|speaks?|spoke"
    r"|spoken|speaking"
    r"|talks?|talked|talking|c[oa]mes? together|coming together|convened?|holds?|held|telephoned|phoned)\b",
    re.IGNORECASE,
)
_UNDATED = re.compile(
    r"\b(?:no (?:(?:fixed|exact|firm|specific|new|set|agreed|precise|concrete|future|further|more|next|such|other) )*"
    r"(?:(?:meeting|talks|negotiation|summit|round) )?(?:dates?|timeline|timetable|timeframe|schedule|plans?)\b"
    r"|(?:dates?|timing|time|timelines?|timetable)\b[^.;]{0,60}?\b(?:not|yet to|n[o']t|never|unknown|unclear"
    r"|undecided|open)\b"
    r"|(?:yet|still|remains?) to be (?:\w+ )?(?:scheduled|set|agreed|determined|fixed|announced|confirmed|decided"
    r"|arranged|named)"
    r"|(?:not|n[o']t|never)(?: yet)?(?: been)?(?: yet)? (?:scheduled|set|fixed|planned|arranged|agreed (?:up)?on"
    r"|on the (?:agenda|cards|table|calendar))"
    r"|(?:without|lacks?|lacking) (?:setting |naming |giving |fixing )?(?:a|any|an agreed|the)? ?(?:new |firm "
    r"|fixed )?dates?"
    r"|(?:cannot|can ?not|can't|could not|unable to|refused to|declined to) (?:yet )?(?:name|give|say|set|fix"
    r"|specify)[^.;]{0,40}\b(?:dates?|when)"
    r"|no (?:\w+ ){0,4}(?:talks|meetings?|negotiations|summits?|rounds?|contacts|calls?|sessions?)\b[^.;]{0,50}"
    r"\b(?:scheduled|planned|set|fixed|arranged|confirmed|on the (?:agenda|cards|table))"
    r"|unscheduled|indefinitely)\b",
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
    r"|wake-up|distress|emergency|roll|conference|video|telephone operators?)\b",
    re.IGNORECASE,
)
_NOT_A_SIDE = frozenset(
    """reporter journalist soldier troop family relative voter student worker resident veteran investor fan parliament
    lawmaker press cabinet businessman nation public serviceman officer commander brigade""".split()
)
# Verbs under which talks are what happens, so that their time is the talks' time.
_LIGHT = frozenset(
    """hold host have conduct lead attend begin start open resume restart continue end conclude finish take place occur
    happen convene schedule set plan slate arrange expect postpone cancel shelve suspend delay call put be go
    join launch reopen mark see complete wrap kick get fix pencil stage organise organize chair mediate broker
    facilitate break fall collapse due run last adjourn skip leave include follow come propose offer""".split()
)
_POLITICS = re.compile(
    r"\b(?:foreign minister|foreign ministry|prime minister|president|defen[cs]e ministry|defen[cs]e minister|army"
    r"|armies|troops"
    r"|ceasefire|truce|peace|diplomats?|diplomatic|diplomacy|rebels?|insurgents?|militants?|militia|war|hostages?"
    r"|prisoners?"
    r"|treaty|Kremlin|White House|envoys?|sanctions|nuclear|border|delegations?|ambassador|sovereignty|mediat\w+|regime"
    r"|separatists?|occupied|territor\w+|military|bilateral|united nations|governments?|guerrillas?)\b",
    re.IGNORECASE,
)
_NEGOTIATED = re.compile(r"\b(?:talks|negotiat\w+)\b", re.IGNORECASE)
_SIDES = frozenset(
    "side leader minister delegation president envoy negotiator party director ombudsman general".split()
)
_VENUES = frozenset("venue site scene setting host".split())
_LINES = frozenset("phone telephone hotline video".split())
_AT = frozenset("at in during through throughout within amid".split())
_BEFORE_NOUN = frozenset("compound amod nmod poss nummod".split())


def noun_talks(hit: Hit) -> Iterable[Draft]:
    """Talks named by a noun, with each time the sentence gives for them, or with word that they were called off."""
    word = hit.word
    if not _is_talks(hit, word):
        return
    yield from _drafts(hit, word, _anchors(word))


def verb_talks(hit: Hit) -> Iterable[Draft]:
    """Sides that meet, talk, negotiate, sit down or speak with each other."""
    word = hit.word
    if not _political(hit) or not word.is_verb or not _is_meeting(hit, word):
        return
    yield from _drafts(hit, word, [word, *_upwards(word)])


def undated_talks(hit: Hit) -> Iterable[Draft]:
    """Talks of which the sentence says that no date is set, or that none are planned."""
    sentence = hit.sentence
    nouns = [
        w for m in _NOUNS.finditer(sentence.text) if (w := sentence.word_at(m.start(), m.end())) and _is_talks(hit, w)
    ]
    if not nouns:
        return
    cue = sentence.text.lower().find(hit.trigger.lower())
    word = min(nouns, key=lambda w: abs(w.start - cue) if w.start < cue + len(hit.trigger) else 40 + w.start - cue)
    sides = parties_of(hit, word)
    if len(sides) < 2:
        return
    near = [o for o in sentence.ordinals if o.start <= cue]
    number = next(
        (
            o.value
            for o in reversed(near)
            if re.match(r".{0,25}\bround|\s+(?:is|has|remains|was|one)\b", sentence.text[o.end :])
        ),
        None,
    )
    yield _draft(hit, word, sides, None, round_=number, status=Status.UNSCHEDULED, words=hit.trigger, rank=0.8)


def _drafts(hit: Hit, word: Word, anchors: Sequence[Word]) -> Iterator[Draft]:
    sentence = hit.sentence
    own = [w for w in word.subtree(skip=("relcl", "acl", "advcl", "appos")) if w is word or w.is_noun]
    dates = dates_of(sentence, own) or next_date(sentence, word) or dates_of(sentence, list(anchors))
    dates = [date for date in dates if not _frames(hit, date)]
    told = modality(word).status
    if not dates and told is not Status.CANCELLED:
        return
    sides = parties_of(hit, word)
    if len(sides) < 2:
        return
    for date in dates or [None]:
        yield _draft(hit, word, sides, date, round_=_round(hit, word), rank=0.85 if date else 0.7)


def _draft(
    hit: Hit,
    word: Word,
    sides: Sequence[str],
    date: DateMention | None,
    *,
    round_: int | None,
    status: Status | None = None,
    words: str | None = None,
    rank: float,
) -> Draft:
    place, mention = _place(hit, word)
    fields = {"parties": ", ".join(sides)}
    if mention is not None:
        fields["place"] = mention.text
    if words is not None:
        fields["status"] = words
    return Draft(
        word=word,
        details={"parties": list(sides), "place": place, "round": round_, "format": _format(word)},
        value_words=words or (date.text if date is not None else word.text),
        fields=fields,
        date=date,
        status=status,
        identity=IDENTITY,
        rank=rank,
    )


def _political(hit: Hit) -> bool:
    """Whether the article is about states or armed sides at all, and not about sport or trade."""
    return len({m.lower() for m in _POLITICS.findall(hit.context.article.text)}) > 1


def _is_talks(hit: Hit, word: Word) -> bool:
    if not _political(hit):
        return False
    if word.pos not in ("NOUN", "PROPN") or word.dep in ("compound", "amod"):
        return False
    if word.dep == "pobj" and word.head.low == "of" and _NOUNS.fullmatch(word.head.head.text):
        return False  # "a round of talks" is told by "round"
    start, _ = word.noun_span()
    phrase = hit.sentence.text[start : word.end]
    if _OTHER.search(phrase):
        return False
    inner = [w.lemma for prep in word.kids if prep.low == "of" for w in prep.kids]
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
        modified = word.kid("amod") is not None or any(k.low == "another" for k in word.kids)
        return modified and hit.context.mentions_any(_NEGOTIATED)
    if word.lemma == "call":
        return bool(
            re.search(r"\b(?:phone|telephone|video)\b", phrase + hit.sentence.text[word.end : word.end + 12])
        ) or (any(k.low in ("with", "between") for k in word.kids))
    if word.lemma in ("contact", "conversation", "discussion"):
        return bool(hit.sentence.parties) or any(k.low in ("their", "between", "with") for k in word.kids)
    return True


def _is_meeting(hit: Hit, verb: Word) -> bool:
    subject = _subject(verb)
    if subject is None:
        return False
    others = [*verb.kids_of("dobj"), *verb.objects("with", "to")]
    if any(w.lemma in _NOT_A_SIDE for w in others):
        return False
    lemma = verb.lemma
    if lemma in ("hold", "convene"):
        return False
    several = len({m.party for m in hit.sentence.parties_in(subject.subtree(skip=("relcl",)))}) > 1
    several = several or (subject.tag == "NNS" and subject.lemma in _SIDES)
    if lemma in ("speak", "talk", "telephone", "phone"):
        partners = [w for w in others if hit.sentence.parties_in(w.subtree(skip=("relcl",)))]
        lines = [k for k in verb.kids if k.low in ("by", "over", "on") and {w.low for w in k.subtree()} & _LINES]
        return bool(partners) or (bool(lines) and (several or bool(verb.objects("with", "to"))))
    if lemma == "meet" and others and not several:
        reach = [w for o in others for w in o.subtree(skip=("relcl", "advcl"))]
        return bool(hit.sentence.parties_in(reach)) or any(
            w.lemma in ("counterpart", "leader", "minister", "envoy", "delegation", "president") or w.pos == "PRON"
            for w in others
        )
    return True


def _subject(verb: Word) -> Word | None:
    for at in verb.climb():
        subject = at.kid("nsubj", "nsubjpass")
        if subject is not None:
            return subject
        if at.dep not in ("conj", "xcomp", "advcl", "acl", "ccomp", "relcl") or is_report(at.head):
            return at.head if at.dep in ("acl", "relcl") else None
    return None


def _anchors(word: Word) -> list[Word]:
    """The verbs whose time is that of the talks named by a noun."""
    top = word
    while top.dep in ("pobj", "prep", "conj", "compound", "poss", "nmod") and not top.is_root:
        if top.dep == "prep" and top.low not in _AT and top.low not in ("of", "for", "from"):
            break
        if top.is_verb:
            break
        if top.dep == "prep" and top.low in ("for", "from") and top.head.is_verb:
            return [top.head] if top.head.lemma in _LIGHT else []
        top = top.head
    if top.is_verb:
        return [top] if not is_report(top) else []
    if top.is_root:
        return []
    head = top.head
    own = word.subtree(skip=("relcl", "acl", "advcl", "appos"))
    clauses = [verb for w in own for kid in w.kids if kid.dep in ("relcl", "acl") for verb in (kid, *_downwards(kid))]
    if not head.is_verb or is_report(head):
        return clauses
    if top.dep in ("nsubj", "nsubjpass") or head.lemma in _LIGHT:
        return [head, *_upwards(head), *_downwards(head), *clauses]
    return clauses


def _downwards(verb: Word) -> list[Word]:
    """The infinitives a verb leads to: "are also to be held", "is expected to open"."""
    found = []
    for kid in verb.kids_of("xcomp"):
        found += [kid, *_downwards(kid)]
    return found


def _frames(hit: Hit, date: DateMention) -> bool:
    """Whether a time only frames others: "the third round this year"."""
    today = hit.context.today
    span = date.resolve(Setting(today, None, None))
    if today is None or span.first is None or span.last is None:
        return False
    return span.first <= today <= span.last and (span.last - span.first).days > 300


def _upwards(verb: Word) -> list[Word]:
    """The verbs above that lend a verb their time: "is due to", "are expected", "agreed … to" not."""
    found, at = [], verb
    while at.dep in ("xcomp", "ccomp", "conj", "oprd", "acomp", "advcl") and not at.is_root:
        if at.dep == "advcl" or is_report(at.head) or (at.head.is_verb and at.head.lemma not in _LIGHT):
            break
        if at.dep == "conj" and at.kid("nsubj", "nsubjpass"):
            break
        at = at.head
        found.append(at)
    return found


def _round(hit: Hit, word: Word) -> int | None:
    reach = word.subtree(skip=("relcl", "acl", "advcl", "conj"))
    for ordinal in hit.sentence.within(hit.sentence.ordinals, reach):
        value = getattr(ordinal, "value", None)
        after = hit.sentence.text[ordinal.end : ordinal.end + 40]
        if isinstance(value, int) and (re.match(r"(?:[ -]\w+){0,3}[ -]rounds?\b", after) or (value > 1 and value < 30)):
            return value
    return None


def _format(word: Word) -> str:
    words = {word.lemma, *(w.lemma for w in word.subtree(skip=("relcl", "acl", "advcl")))}
    if word.lemma in ("call", "phone", "telephone") or (
        word.lemma in ("speak", "talk") and words & {"phone", "telephone"}
    ):
        return "call"
    if "summit" in words:
        return "summit"
    return "meeting" if word.lemma in ("meet", "meeting", "sit", "come", "session") else "talks"


def _place(hit: Hit, word: Word) -> tuple[Place | None, PlaceMention | None]:
    """Where: "in Istanbul" on the talks or their verb, or a place before the noun ("the Geneva talks")."""
    sentence, verb = hit.sentence, word.verb()
    spots: list[tuple[int, PlaceMention]] = []
    for mention in sentence.places:
        at = sentence.word_at(mention.start, mention.end)
        if at is None:
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
        prep = next((w for w in at.climb() if w.dep == "prep" or w.is_verb), None)
        if prep is not None and prep.dep == "prep" and prep.low in ("in", "at") and _belongs(prep.head, word, verb):
            spots.append((2 if mention.kind == "country" else 0 if prep.head is word else 1, mention))
        elif at.dep in _BEFORE_NOUN and at.head is word and mention.kind == "settlement" and at.dep != "amod":
            spots.append((1, mention))
    if not spots:
        return None, None
    mention = min(spots, key=lambda s: (s[0], s[1].start))[1]
    context = hit.context
    return context.gazetteer.resolve(mention.name, region=mention.region, countries=context.countries), mention


def _belongs(at: Word, word: Word, verb: Word | None) -> bool:
    if at is word or at is verb or (at.is_noun and at.under(word)):
        return True
    return at.is_verb and word.under(at) and not is_report(at)


KIND = Kind(
    name="talks",
    definition=(
        "Talks, negotiations, a round, a summit, a meeting or a call between states, armed sides, their leaders, "
        "delegations or mediators, with a time for it, or with word that no date is set or that it was called off."
    ),
    fields=(
        Field("parties", FieldType.PARTIES, "The sides that talk, by their usual English names."),
        Field("place", FieldType.PLACE, "Where the talks are held."),
        Field("round", FieldType.NUMBER, "Which round it is: 2 for the second round."),
        Field("format", FieldType.CHOICE, "What sort of talks.", FORMATS),
    ),
    rules=(
        Rule(
            id="talks.noun",
            pattern=_NOUNS,
            build=noun_talks,
            example="Armenia and Azerbaijan held talks in Brussels on May 14, 2023.",
            counter_example="The coach said on Monday that talks with the striker were going well.",
        ),
        Rule(
            id="talks.verb",
            pattern=_VERBS,
            build=verb_talks,
            example="Envoys of Ethiopia and Eritrea met in Asmara on 9 July 2018.",
            counter_example="The president of Colombia met journalists in Bogotá on Tuesday.",
        ),
        Rule(
            id="talks.undated",
            pattern=_UNDATED,
            build=undated_talks,
            example="No date has been set for the next round of talks between Sudan and Ethiopia.",
            counter_example="No date has been set for the wedding of the Danish prince.",
        ),
    ),
)
