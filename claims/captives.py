"""People in the hands of the other side: which nouns name them, and which words say what happened to them."""

from __future__ import annotations

import re

from claims.draft import Hit
from claims.words import Word

EXCHANGED, RELEASED, CAPTURED, HELD, RETURNED, KILLED = ACTIONS = (
    "exchanged",
    "released",
    "captured",
    "held",
    "returned",
    "killed",
)
CAPTIVES = frozenset("prisoner captive pow pows hostage detainee abductee internee".split())
BODIES = frozenset("body remains remain corpse".split())
SOLDIERS = frozenset(
    """soldier troop serviceman servicewoman fighter marine sailor paratrooper officer conscript guard combatant
    reservist airman trooper guardsman servicemember militiaman defender peacekeeper pilot policeman""".split()
)
OTHERS = frozenset(
    """people person man woman civilian child girl schoolgirl boy student schoolchild national citizen resident
    villager worker militant insurgent rebel volunteer member other foreigner passenger journalist medic nurse
    doctor teacher pupil minor relative crew recruit priest nun tourist pilgrim activist compatriot individual
    dissident aide fisherman farmer""".split()
)
PEOPLE = CAPTIVES | BODIES | SOLDIERS | OTHERS

_VERBS = {
    EXCHANGED: "exchange swap trade barter",
    RELEASED: "release free liberate repatriate return rescue pardon deliver welcome recover receive",
    CAPTURED: "capture seize detain abduct kidnap surrender snatch imprison intern nab",
    HELD: "hold keep languish jail captive imprison",
    KILLED: "execute murder kill die",
}
VERBS = {lemma: action for action, words in _VERBS.items() for lemma in words.split()}
_PHRASES = {
    ("hand", RELEASED): {"over", "back"},
    ("turn", RELEASED): {"over"},
    ("bring", RELEASED): {"back", "home"},
    ("come", RELEASED): {"back", "home"},
    ("go", RELEASED): {"home", "free", "back"},
    ("let", RELEASED): {"go", "free", "out"},
    ("set", RELEASED): {"free"},
    ("send", RELEASED): {"home", "back"},
    ("walk", RELEASED): {"free", "out"},
    ("get", RELEASED): {"back", "home"},
    ("transfer", RELEASED): {"to", "back"},
    ("give", CAPTURED): {"up"},
    ("lay", CAPTURED): {"down"},
    ("take", CAPTURED): {"prisoner", "captive", "hostage", "prisoners", "hostages", "captives"},
    ("remain", HELD): {"captive", "in"},
    ("be", HELD): {"captive"},
}
_NOUNS = {
    EXCHANGED: "exchange swap trade",
    RELEASED: "release freeing freedom return repatriation liberation handover homecoming transfer delivery",
    CAPTURED: "capture seizure abduction kidnapping surrender detention capturing seizing taking",
    HELD: "captivity custody imprisonment",
    KILLED: "execution murder",
}
NOUNS = {lemma: action for action, words in _NOUNS.items() for lemma in words.split()}
SWAP = re.compile(r"\b(?:swap(?:s|ped|ping)?|exchang(?:es?|ed|ing)|trad(?:es?|ed|ing))\b", re.IGNORECASE)

_TOPIC = re.compile(
    r"\b(?:prisoners? of war|prisoners?|POWs?|captiv\w+|captives?|hostages?|detainees?|swaps?|abduct\w+|kidnap\w+)\b",
    re.IGNORECASE,
)
_CONFLICT = re.compile(
    r"\b(?:prisoners? of war|POWs?|hostages?|captivity|captives?|swap|prisoner exchange|troops|soldiers|servicem[ae]n"
    r"|rebels?"
    r"|militants?|insurgents?|guerrillas?|ceasefire|truce|war|army|invasion|military|militia|junta|fighters"
    r"|separatists?"
    r"|peace (?:talks|deal|process|agreement)|front ?line|jihadists?|gunmen|Red Cross|armed (?:group|forces))\b",
    re.IGNORECASE,
)


def in_conflict(hit: Hit) -> bool:
    """Whether the article is about an armed conflict at all, and not about prisons or crime."""
    return len({m.lower() for m in _CONFLICT.findall(hit.context.article.text)}) > 1


def on_topic(hit: Hit) -> bool:
    """Whether the article speaks of captives anywhere."""
    return hit.context.mentions_any(_TOPIC)


def action_of(word: Word) -> str | None:
    """What a verb or a noun says happened to people; None where it says nothing of the sort."""
    if word.is_verb:
        around = {k.low for k in word.kids} | {
            k.low for kid in word.kids_of("prep", "acomp", "oprd", "xcomp") for k in kid.kids
        }
        for (lemma, action), particles in _PHRASES.items():
            if word.lemma == lemma and around & particles:
                return action
        return VERBS.get(word.lemma)
    if word.pos == "NOUN":
        return NOUNS.get(word.lemma)
    return None


def governing_action(noun: Word) -> tuple[Word, str] | None:
    """The nearest word above the people that says what happened to them, else one in a clause that describes them."""
    for at in noun.climb():
        if at is noun:
            continue
        action = action_of(at)
        if action is not None and not _in_exchange(at):
            return at, action
        if at.is_verb and at.dep in ("relcl", "advcl"):
            break
    for kid in noun.kids:
        if kid.dep in ("acl", "relcl") and (action := action_of(kid)) is not None:
            return kid, action
    for kid in noun.kids_of("prep"):
        for inner in kid.kids_of("pobj"):
            if (action := NOUNS.get(inner.lemma)) == HELD:
                return inner, HELD
    return None


def _in_exchange(word: Word) -> bool:
    """Whether "exchange" only says for what ("in exchange for"): then the verb tells the act."""
    return word.lemma in ("exchange", "return") and word.dep == "pobj" and word.head.low == "in"


def subject_kind(noun: Word, *, bodies: bool) -> str:
    """Who the people are, in the terms of the kind's `subject`."""
    if bodies or noun.lemma in BODIES:
        return "bodies"
    of_war = any(o.lemma == "war" for o in noun.objects("of"))
    if noun.lemma in SOLDIERS or noun.low.startswith("pow") or (noun.lemma in CAPTIVES and of_war):
        return "prisoners_of_war"
    if noun.lemma in ("civilian",):
        return "civilians"
    if noun.lemma in ("child", "minor", "schoolchild", "girl", "boy", "schoolgirl", "pupil"):
        return "children"
    if noun.lemma in ("hostage", "abductee"):
        return "hostages"
    if noun.lemma in ("detainee", "internee"):
        return "detainees"
    return "unspecified"
