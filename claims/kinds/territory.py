"""Territory: who took, holds, lost, left, claims or is asked to give up which ground."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from claims.draft import Draft, Hit
from claims.ground import FORCES, Ground, actor_of, ground_of, hands_of, is_ground, other_side, possessors, subject_of
from claims.kind import Kind
from claims.model import Field, FieldType, Status
from claims.reporting import is_report
from claims.rule import Rule
from claims.status import modality
from claims.timing import dates_of
from claims.words import Word, conjoined

CAPTURED, ADVANCED, HOLDS, WITHDREW, CEDES, ANNEXED = ACTIONS = (
    "captured",
    "advanced",
    "holds",
    "withdrew",
    "cedes",
    "annexed",
)
IDENTITY = ("action", "places")

# Verbs whose object is the ground.
_OBJECT = {
    CAPTURED: """capture seize take retake recapture liberate overrun conquer reclaim regain reconquer wrest snatch occupy
    free secure clear storm grab win gain""",
    HOLDS: "hold control retain keep govern administer rule dominate",
    WITHDREW: "lose abandon leave vacate evacuate quit desert flee forfeit",
    CEDES: "cede relinquish surrender yield renounce concede sign hand give",
    ANNEXED: "annex absorb incorporate",
    ADVANCED: "enter penetrate breach reach approach",
}
# Verbs whose ground stands behind a preposition.
_BEHIND = {
    ADVANCED: (
        "advance push move press drive break thrust cross close gain pour storm march inch roll",
        ("into", "on", "toward", "towards", "to", "in", "through", "near", "across", "beyond", "deeper", "onto", "at"),
    ),
    WITHDREW: (
        "withdraw retreat pull back flee expel drive oust dislodge push evict eject flush leave clear chase force beat",
        ("from", "of"),
    ),
}
_LEMMAS = {lemma: action for action, words in _OBJECT.items() for lemma in words.split()}
# These mean ground only where forces do them, or where the ground is a place or a settlement.
_LOOSE = frozenset(
    """take win gain keep free clear secure leave lose reach enter approach quit sign hand give move press reach rule
    govern flee desert storm break grab snatch administer yield""".split()
)
_PUSHED = frozenset("expel drive oust dislodge push evict eject flush clear chase force".split())
_PARTICLES = {
    ("give", "up"),
    ("hand", "over"),
    ("sign", "away"),
    ("give", "away"),
    ("take", "over"),
    ("win", "back"),
    ("take", "back"),
}
_NEEDS_PARTICLE = {
    "give": {"up", "away"},
    "hand": {"over", "back"},
    "sign": {"away", "over"},
    "win": {"back", "over"},
    "pull": {"out", "back"},
}

_VERBS = re.compile(
    r"\b(?:captur(?:es?|ed|ing)|seiz(?:es?|ed|ing)|tak(?:es?|en|ing)|took|retak(?:es?|en|ing)|retook|recaptur(?:es?"
    r"|ed|ing)"
    r"|liberat(?:es?|ed|ing)|overr[au]n(?:s|ning)?|conquer(?:s|ed|ing)?|recla(?:ims?|imed|iming)|regain(?:s|ed|ing)?"
    r"|wrest(?:s|ed|ing)?|snatch(?:es|ed|ing)?|occup(?:y|ies|ied|ying)|fre(?:es?|ed|eing)|secur(?:es?|ed|ing)"
    r"|clear(?:s|ed|ing)?|storm(?:s|ed|ing)?|grab(?:s|bed|bing)?|wins?|won|winning|hold(?:s|ing)?|held|control(?:s"
    r"|led|ling)?"
    r"|retain(?:s|ed|ing)?|keep(?:s|ing)?|kept|los(?:es?|t|ing)|abandon(?:s|ed|ing)?|leav(?:es?|ing)|left|vacat(?:es?"
    r"|ed|ing)"
    r"|evacuat(?:es?|ed|ing)|quit(?:s|ting)?|fle(?:es?|d|eing)|ced(?:es?|ed|ing)|relinquish(?:es|ed|ing)?"
    r"|surrender(?:s|ed|ing)?|yield(?:s|ed|ing)?|renounc(?:es?|ed|ing)|conced(?:es?|ed|ing)|sign(?:s|ed|ing)?"
    r"|hand(?:s|ed|ing)?|g[ai]v(?:es?|en|ing)|annex(?:es|ed|ing)?|absorb(?:s|ed|ing)?|incorporat(?:es?|ed|ing)"
    r"|enter(?:s|ed|ing)?|penetrat(?:es?|ed|ing)|breach(?:es|ed|ing)?|reach(?:es|ed|ing)?|approach(?:es|ed|ing)?"
    r"|advanc(?:es?|ed|ing)|push(?:es|ed|ing)?|mov(?:es?|ed|ing)|press(?:es|ed|ing)?|driv(?:es?|en|ing)|drove"
    r"|br(?:eaks?|oke|oken)"
    r"|cross(?:es|ed|ing)?|march(?:es|ed|ing)?|inch(?:es|ed|ing)?|withdr[ae]w(?:s|n|ing)?|retreat(?:s|ed|ing)?"
    r"|pull(?:s|ed|ing)?"
    r"|expel(?:s|led|ling)?|oust(?:s|ed|ing)?|dislodg(?:es?|ed|ing)|evict(?:s|ed|ing)?|flush(?:es|ed|ing)?"
    r"|f[ae]ll(?:s|en|ing)?"
    r"|administ(?:ers?|ered)|govern(?:s|ed)?|gain(?:s|ed|ing)?|conced(?:es?|ed)|reconquer(?:s|ed)?|closing|clos(?:es?"
    r"|ed)|chased?)\b",
    re.IGNORECASE,
)
_NOMINAL = {
    CAPTURED: """capture seizure taking retaking recapture liberation takeover conquest fall reconquest freeing overrunning
    occupation storming clearing capturing seizing regaining""",
    ADVANCED: "advance incursion gain push thrust entry foray breakthrough",
    HOLDS: "control presence foothold",
    WITHDREW: "withdrawal pullout pullback retreat loss departure evacuation exit",
    CEDES: "cession ceding surrender handover relinquishment transfer concession",
    ANNEXED: "annexation absorption incorporation",
}
_ACTS = {lemma: action for action, words in _NOMINAL.items() for lemma in words.split()}
_NOUNS = re.compile(
    r"\b(?:captur(?:e|ing)|seiz(?:ure|ing)|(?:re)?taking|recapture|liberation|takeover|(?:re)?conquest|fall|freeing"
    r"|overrunning"
    r"|occupation|storming|clearing|advances?|incursions?|gains|pushe?s?|thrust|entry|foray|breakthrough|control"
    r"|presence"
    r"|foothold|withdrawals?|pull-?out|pull-?back|retreat|loss|departure|evacuation|exit|cession|ceding|surrender"
    r"|handover"
    r"|relinquishment|transfer|concessions?|annexation|absorption|incorporation|regaining)\b",
    re.IGNORECASE,
)
_TAKING_CONTROL = frozenset(
    "take gain seize establish wrest regain assert assume capture win secure recapture retake".split()
)
_KEEPING_CONTROL = frozenset("have hold retain maintain keep exercise tighten consolidate share".split())
_HANDS = re.compile(r"\b(?:hands|control|rule|occupation)\b", re.IGNORECASE)
_OF_NOUN = ("of", "over", "from", "into", "in", "on", "to", "near", "toward", "towards", "around")
# These lose and give up other things than ground, too.
_VAGUE_NOUNS = frozenset("loss departure exit evacuation transfer concession handover surrender fall".split())
_IN = frozenset("in into under beyond outside".split())


def verb_ground(hit: Hit) -> Iterable[Draft]:
    """A side takes, holds, loses, leaves, gives up or annexes ground, told by a verb."""
    verb = hit.word
    if not verb.is_verb or verb.tag == "NN":
        return
    if verb.lemma == "fall":
        yield from _fallen(hit, verb)
        return
    action = _LEMMAS.get(verb.lemma)
    particles = {k.low for k in verb.kids if k.dep in ("prt", "advmod", "prep")}
    needed = _NEEDS_PARTICLE.get(verb.lemma)
    if action is not None and (needed is None or particles & needed):
        objects = _objects(hit, verb)
        ground = ground_of(hit, objects, [verb], strict=verb.lemma not in _LOOSE or bool(particles & {"back", "over"}))
        if ground is None and verb.tag == "VBN" and _warlike(hit, verb):
            ground = ground_of(hit, objects, [verb], strict=True)
        if ground is not None and (verb.lemma not in _LOOSE or _warlike(hit, verb)):
            if action == CEDES and _gave_way(verb):
                action = WITHDREW
            yield from _drafts(hit, verb, action, _doer(hit, verb), ground)
            return
    for behind, (lemmas, prepositions) in _BEHIND.items():
        if verb.lemma in lemmas.split():
            yield from _behind(hit, verb, behind, prepositions)


def noun_ground(hit: Hit) -> Iterable[Draft]:
    """The same told by a noun: the capture, fall, loss, control, withdrawal, annexation of ground."""
    noun = hit.word
    action = _ACTS.get(noun.lemma.replace("-", "")) or _ACTS.get(noun.low.replace("-", ""))
    if action is None or noun.pos not in ("NOUN", "PROPN", "VERB") or (noun.is_verb and noun.tag != "VBG"):
        return
    if noun.is_verb and noun.dep not in ("pobj", "dobj", "nsubj", "nsubjpass"):
        return
    owners = possessors(noun)
    strict = action in (CAPTURED, WITHDREW, ANNEXED, CEDES) and noun.lemma not in _VAGUE_NOUNS
    places = [o for o in owners if o.dep == "poss" and not _is_side(hit, o) and (strict or is_ground(hit.sentence, o))]
    targets = [*noun.objects(*_OF_NOUN), *_right_behind(noun), *places]
    if action == ADVANCED and noun.head.is_verb:
        targets += noun.head.objects("in", "into", "near", "on")
    ground = ground_of(hit, targets, strict=strict)
    if ground is None or (action == ADVANCED and not _forces_named(hit, noun, owners)):
        return
    actor = next((a for o in owners if o not in places and (a := actor_of(hit, o))), None)
    verb = noun.head if noun.dep in ("dobj", "nsubj", "nsubjpass") else None
    if noun.lemma == "control":
        action, actor = _of_control(hit, noun, verb, actor)
        if action is None:
            return
    if actor is None and verb is not None and not is_report(verb):
        actor = actor_of(hit, subject_of(verb)) if noun.dep == "dobj" else None
    if actor is None and noun.lemma == "loss":
        actor = next(iter(hit.context.pair), None)
    if actor is None:
        actor = _teller(hit, noun)
    yield from _drafts(hit, noun, action, actor, ground)


def hands_ground(hit: Hit) -> Iterable[Draft]:
    """Ground that is in somebody's hands, under somebody's control."""
    noun = hit.word
    if noun.dep != "pobj" or noun.head.low not in _IN:
        return
    actor = next((a for o in hands_of(noun) if (a := actor_of(hit, o))), None)
    verb = noun.head.head
    if actor is None or not verb.is_verb:
        return
    subjects = [*verb.kids_of("nsubj", "nsubjpass"), *verb.kids_of("dobj")]
    if verb.dep in ("relcl", "acl"):
        subjects = [verb.head]
    ground = ground_of(hit, [s for x in subjects for s in conjoined(x)], [verb])
    if ground is None:
        return
    moved = verb.lemma in ("come", "bring", "fall", "pass", "place", "put", "go", "slip") or noun.head.low == "into"
    yield from _drafts(hit, noun, CAPTURED if moved else HOLDS, actor, ground)


def _drafts(hit: Hit, word: Word, action: str, actor: str | None, ground: Ground) -> Iterator[Draft]:
    if actor is None and not ground.places and ground.area is None and ground.share is None:
        return
    verb = word if word.is_verb else word.verb()
    own = [w for w in word.subtree(skip=("relcl", "advcl")) if w is word or (w.is_noun and not w.is_verb)]
    dates = dates_of(hit.sentence, own) or dates_of(hit.sentence, [verb] if verb is not None else [])
    sure = 0.6 + 0.15 * bool(ground.places) + 0.1 * bool(actor)
    yield Draft(
        word=word,
        details={
            "actor": actor,
            "action": action,
            "places": list(ground.places),
            "area_km2": ground.area.value if ground.area else None,
            "share_percent": ground.share.value if ground.share else None,
        },
        value_words=ground.words,
        fields={"action": hit.trigger, "places": ground.words} | ({"actor": actor} if actor else {}),
        date=dates[0] if dates else None,
        usual={HOLDS: Status.ONGOING, CEDES: Status.PROPOSED}.get(action, Status.OCCURRED),
        identity=IDENTITY,
        rank=sure,
    )


def _objects(hit: Hit, verb: Word) -> list[Word]:
    """What a verb is done to: its object, the subject of its passive, or the noun it describes."""
    found = [x for noun in verb.kids_of("dobj", "nsubjpass") for x in conjoined(noun)]
    if not found and verb.tag == "VBN" and verb.dep == "acl":
        found = conjoined(verb.head)
    passive = verb.tag == "VBN" and verb.dep in ("ccomp", "xcomp", "oprd", "conj", "advcl", "dep")
    if not found and (passive or (verb.tag == "VBD" and verb.objects("by"))):
        found = [x for noun in verb.kids_of("nsubj") for x in conjoined(noun)]
    if not found and verb.tag == "VBN" and verb.dep in ("advcl", "conj", "dep") and verb.kid("auxpass", "aux") is None:
        before = [w for w in hit.sentence.words if w.i < verb.i and w.is_noun and is_ground(hit.sentence, w)]
        found = before[-1:]
    return [verb.head if w.low in ("which", "that") and verb.dep == "relcl" else w for w in found]


def _right_behind(noun: Word) -> list[Word]:
    """The ground right behind a noun ("the pullout from Izyum"), wherever the parse has hung it."""
    top = noun
    while not top.is_root:
        top = top.head
        for prep in top.kids:
            if prep.dep == "prep" and prep.i == noun.i + 1 and prep.low in _OF_NOUN:
                return [x for o in prep.kids_of("pobj") for x in conjoined(o)]
    return []


def _doer(hit: Hit, verb: Word) -> str | None:
    """The side that does it: the subject, the agent of a passive, else who tells of it."""
    bare = verb.tag == "VBN" and verb.kid("auxpass", "dobj", "aux") is None
    passive = verb.kid("nsubjpass") is not None or bare or (verb.kid("dobj") is None and bool(verb.objects("by")))
    if passive:
        agent = next(iter(verb.objects("by")), None)
        return actor_of(hit, agent) if agent is not None else _teller(hit, verb)
    return actor_of(hit, subject_of(verb))


def _teller(hit: Hit, word: Word) -> str | None:
    """Whoever reports the taking of a place and is a side in it."""
    for at in word.climb():
        if at is not word and is_report(at):
            named = actor_of(hit, subject_of(at))
            return named if named in hit.context.pair else None
    return None


def _fallen(hit: Hit, verb: Word) -> Iterator[Draft]:
    """ "X fell to the rebels", "X has fallen"."""
    subject = subject_of(verb)
    if subject is None or verb.kid("prt") is not None:
        return
    ground = ground_of(hit, conjoined(subject), [verb])
    named = any(m.start <= w.start < m.end for w in conjoined(subject) for m in hit.sentence.places)
    taker = next((a for o in verb.objects("to", "into") if (a := actor_of(hit, o))), None)
    if ground is None or not (named or taker):
        return
    yield from _drafts(hit, verb, CAPTURED, taker, ground)


def _behind(hit: Hit, verb: Word, action: str, prepositions: Sequence[str]) -> Iterator[Draft]:
    particles = {k.low for k in verb.kids if k.dep in ("prt", "advmod")}
    needed = _NEEDS_PARTICLE.get(verb.lemma)
    outward = verb.kid("prep") is not None and any(k.low in ("out", "back") for k in verb.kids)
    if action == WITHDREW and needed is not None and not (particles & needed or outward):
        return
    targets = verb.objects(*prepositions) + [o for k in verb.kids if k.dep == "prep" for o in k.objects(*prepositions)]
    pushed = action == WITHDREW and verb.lemma in _PUSHED
    if pushed:
        losers = [*verb.kids_of("dobj"), *verb.kids_of("nsubjpass")]
        loser = next((a for w in losers if (a := actor_of(hit, w))), None)
        if loser is None:
            return
        action, actor = _pushed(hit, verb, loser)
    else:
        subject = subject_of(verb)
        objects = verb.kids_of("dobj")
        movers = [w for w in [subject, *objects] if w is not None]
        if not any(_can_move(hit, w) for w in movers):
            return
        actor = actor_of(hit, subject)
        if action == WITHDREW and verb.kid("nsubjpass") is not None:
            actor = actor_of(hit, verb.kid("nsubjpass"))
    ground = ground_of(hit, targets)
    if ground is None or (action == ADVANCED and not ground.places):
        return
    yield from _drafts(hit, verb, action, actor, ground)


def _pushed(hit: Hit, verb: Word, loser: str) -> tuple[str, str]:
    """Who drove whom out: told of the one who drove, it is a capture; of nobody, a loss."""
    agent = next(iter(verb.objects("by")), None) if verb.kid("nsubjpass") is not None else subject_of(verb)
    winner = actor_of(hit, agent)
    if winner is None or winner == loser:
        winner = other_side(hit, loser)
    return (CAPTURED, winner) if winner is not None else (WITHDREW, loser)


def _can_move(hit: Hit, noun: Word) -> bool:
    """Whether a noun is a force, or a side as a whole, and not one person."""
    if noun.lemma in FORCES or noun.low in ("they", "it", "we"):
        return True
    mentions = hit.sentence.parties_in([noun])
    return any(m.source in ("country", "demonym", "capital", "group") for m in mentions)


def _gave_way(verb: Word) -> bool:
    """Whether ground was given up to force and not by agreement: told as done, not asked or agreed."""
    return verb.tag in ("VBD", "VBN") and modality(verb).status is None


def _warlike(hit: Hit, verb: Word) -> bool:
    """Whether a loose verb means ground here: forces do it, and to a place or a settlement."""
    doer = subject_of(verb) if verb.kid("nsubjpass") is None else next(iter(verb.objects("by")), None)
    if doer is not None:
        return _can_move(hit, doer) or actor_of(hit, doer) is not None
    return verb.kid("nsubjpass") is not None or verb.dep == "acl"


def _forces_named(hit: Hit, noun: Word, owners: Sequence[Word]) -> bool:
    if any(actor_of(hit, o) for o in owners):
        return True
    if any(k.low in ("territorial", "battlefield", "military", "ground") for k in noun.kids):
        return True
    return noun.head.is_verb and noun.dep == "dobj" and actor_of(hit, subject_of(noun.head)) is not None


def _is_side(hit: Hit, noun: Word) -> bool:
    """Whether a possessor is a side rather than a place: countries and their capitals are."""
    return bool(hit.sentence.parties_in([noun]))


def _of_control(hit: Hit, noun: Word, verb: Word | None, actor: str | None) -> tuple[str | None, str | None]:
    if verb is None:
        return (HOLDS, actor) if actor else (None, None)
    subject = actor_of(hit, subject_of(verb)) if noun.dep == "dobj" else None
    if verb.lemma in _TAKING_CONTROL:
        return CAPTURED, subject or actor
    if verb.lemma in ("lose", "cede", "relinquish", "surrender", "give"):
        return (WITHDREW if verb.lemma == "lose" else CEDES), subject or actor
    if verb.lemma in _KEEPING_CONTROL:
        return HOLDS, subject or actor
    return (HOLDS, actor) if actor else (None, None)


KIND = Kind(
    name="territory",
    definition="Who took, holds, lost, left, claims or is asked to give up which ground.",
    fields=(
        Field("actor", FieldType.PARTY, "The side that acts, by its usual English name."),
        Field("action", FieldType.CHOICE, "What it did with the ground.", ACTIONS),
        Field("places", FieldType.PLACES, "The most specific places named, each with its containing region."),
        Field("area_km2", FieldType.NUMBER, "An area in square kilometres, converted where needed."),
        Field("share_percent", FieldType.NUMBER, "A share of a whole in percent."),
    ),
    rules=(
        Rule(
            id="territory.verb",
            pattern=_VERBS,
            build=verb_ground,
            example="Congolese troops recaptured the town of Sake in North Kivu on Tuesday.",
            counter_example="The striker captured the hearts of fans in Goma on Tuesday.",
        ),
        Rule(
            id="territory.noun",
            pattern=_NOUNS,
            build=noun_ground,
            example="The army confirmed the loss of Kidal to Tuareg rebels.",
            counter_example="Doctors warned of a loss of appetite among children in Kidal.",
        ),
        Rule(
            id="territory.hands",
            pattern=_HANDS,
            build=hands_ground,
            example="The port of Hodeidah remains in Houthi hands.",
            counter_example="The matter of the port is in good hands, the mayor said.",
        ),
    ),
)
