"""Territory: who took, holds, lost, left, claims or is asked to give up which ground."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from claims.belligerents import FORCES, can_move, enemy_of, in_conflict, relative, side_of
from claims.clauses import OF_NOUN, hands_over, joins, right_behind, subject_of
from claims.conquest import (
    ACTIONS,
    ADVANCED,
    ANNEXED,
    CAPTURED,
    CEDES,
    CEDING_CONTROL,
    CONTROL,
    GETTING_CONTROL,
    HOLDS,
    KEEPING_CONTROL,
    LOSING_CONTROL,
    NOUN_FORMS,
    NOUNS,
    OBJECT,
    VERB_FORMS,
    WITHDREW,
    Sense,
    lemma_of,
)
from claims.draft import Draft, Hit, Refusal
from claims.gapping import gapped
from claims.ground import Ground, ground_of, is_ground, last_place, resolved
from claims.kind import Kind
from claims.model import Field, FieldType, Status
from claims.reporting import is_report
from claims.rule import Rule
from claims.status import demanded, modality
from claims.takers import Taking, doer_side, unnamed_side
from claims.takings import takings
from claims.tenure import TENURE, tenures
from claims.timing import dates_of, hung_on, next_date
from claims.values.dates import DateMention
from claims.words import Word, conjoined

IDENTITY = ("action", "places")
_NO_CONFLICT = "the article tells of no armed conflict"

_HANDS = re.compile(
    r"\b(?:hands|control|rule|occupation|sway|possession|grip|grasp|authority|keeping|ownership|clutches|mastery)\b",
    re.IGNORECASE,
)
# Ground that slips "from the army's hands" is lost.
_SLIPPING = frozenset("slip fall pass break escape go slide drop".split())
_PASSING = frozenset("come pass go return revert".split())
_ENTIRE = frozenset("full complete total entire firm".split())
_MOMENT = frozenset("present moment".split())
_IN = frozenset("in into under beyond outside within to from".split())
# They come with aid and peacekeepers, and take no ground.
_HELPERS = frozenset(("United Nations", "European Union", "Red Cross", "International Committee of the Red Cross"))
_HAPPENING = frozenset(
    "be begin start happen occur come follow proceed continue end finish resume wait have go".split()
)
_SOLDIERLY = frozenset("territorial battlefield military ground armoured armored cross-border land".split())


def verb_ground(hit: Hit) -> Iterable[Draft | Refusal]:
    """A side takes, enters, holds, loses, leaves, gives up or annexes ground, told by a verb."""
    verb = hit.word
    # "Kidal was overrun", "hand over Kidal": the parse may take a verb for a noun.
    misread = verb.kid("aux", "nsubj", "nsubjpass") is not None or hands_over(verb)
    misread = misread or (verb.dep == "attr" and verb.low == "overrun") or joins(verb, hit.sentence)
    if not (verb.is_verb or misread):
        return
    found = takings(hit, verb)
    if found and not in_conflict(hit):
        yield Refusal(_NO_CONFLICT)
        return
    for taking in found:
        yield from _drafts(hit, taking)
    if not found and _strict(verb):
        yield Refusal("what is taken, held or left is no ground, or no side that could do it")


def _strict(verb: Word) -> bool:
    """Whether a verb is one that of all things means ground first ("capture", "annex")."""
    sense = OBJECT.get(lemma_of(verb))
    return sense is not None and not sense.loose and verb.dep not in ("amod", "compound")


def noun_ground(hit: Hit) -> Iterable[Draft | Refusal]:
    """The same told by a noun: the capture, fall, loss, control, withdrawal, annexation of ground."""
    noun = hit.word
    sense = NOUNS.get(noun.low.replace("-", "")) or NOUNS.get(noun.lemma.replace("-", "")) or NOUNS.get(noun.lemma)
    if sense is None or noun.dep in ("compound", "amod") or not in_conflict(hit):
        return
    if any(p.start <= noun.start < p.end for p in hit.sentence.parties):
        return  # the "Liberation" in a movement's name
    if noun.is_verb and (
        noun.tag != "VBG" or noun.kid("dobj") or noun.dep not in ("pobj", "dobj", "nsubj", "nsubjpass")
    ):
        return
    if noun.dep == "pobj" and noun.head.low in ("under", "beyond", "outside"):
        return
    if sense.action == HOLDS and noun.dep == "appos" and noun.head.dep in ("nsubj", "nsubjpass"):
        return  # "Kidal, their last foothold, fell": what became of it is told by the verb
    verb = noun.head if noun.dep in ("dobj", "nsubj", "nsubjpass") and noun.head.is_verb else None
    targets = [*noun.objects(*(("of", "over") if sense.action == CEDES else OF_NOUN)), *right_behind(noun)]
    if noun.is_root and noun.lemma == "control":
        # "The Houthis control Sanaa", which the parse may take for a noun with its explanation.
        targets += [x for k in noun.kids_of("appos", "dobj") for x in conjoined(k)]
    targets = [t for t in targets if not any(d.start < t.end and t.start < d.end for d in hit.sentence.dates)]
    if sense.action == ADVANCED and verb is not None:
        targets += verb.objects("in", "into", "near", "on", "across", "around")
    owners = [*noun.objects("by"), *noun.kids_of("poss", "amod", "compound", "nmod")]
    if sense.action in (ADVANCED, WITHDREW):
        movers = [o for o in noun.objects("of") if can_move(hit, o) and not is_ground(hit.sentence, o)]
        owners, targets = (
            [*movers, *owners],
            [t for t in targets if t not in movers] + [o for m in movers for o in m.objects(*OF_NOUN)],
        )
    if noun.lemma == "fall":
        owners = [*(o for o in noun.objects("to") if can_move(hit, o)), *owners]
        targets = [t for t in targets if t not in owners]
    where = verb is not None and verb.dep == "relcl" and any(k.low == "where" for k in verb.kids)
    if not targets and noun.lemma in CONTROL and verb is not None and where:
        targets = [_predicated(verb.head)]  # "one of the places where they hold sway"
    ground = ground_of(hit, targets, None, strict=not sense.loose)
    if ground is None and noun.lemma not in CONTROL and sense.action != ADVANCED:
        lost = sense.action in (WITHDREW, CEDES)  # "Armenia's loss" is Armenia's, "the town's loss" its owner's
        owned = [
            o
            for o in noun.kids_of("poss")
            if is_ground(hit.sentence, o) and not (lost and hit.sentence.parties_in([o]))
        ]
        ground, owners = ground_of(hit, owned, None), [o for o in owners if o not in owned]
    if ground is None and not targets and noun.dep in ("nsubj", "nsubjpass", "dobj", "pobj"):
        its = any(k.low == "its" for k in noun.kids_of("poss"))
        the = any(k.low in ("the", "this") for k in noun.kids_of("det")) and not sense.loose
        if sense.action == CAPTURED and (its or the):
            ground, owners = last_place(hit, noun), [o for o in owners if o.dep != "poss"]
    if ground is None or (sense.loose and not _meant_as_ground(hit, noun, sense, owners, ground)):
        return
    actor = next((side for o in owners if (side := side_of(hit, o))), None)
    if noun.lemma in CONTROL:
        for taking in _control(hit, noun, verb, actor, ground):
            yield from _drafts(hit, taking)
        return
    if actor is None and noun.dep == "dobj" and verb is not None and not is_report(verb):
        actor = doer_side(hit, verb, subject_of(verb), ground)
    if actor is None and not any(can_move(hit, o) for o in owners):
        actor = unnamed_side(hit, noun, sense.action, ground)
    small = noun.lemma in ("foothold", "toehold")
    if small and verb is not None and verb.lemma in OBJECT and verb.lemma not in GETTING_CONTROL:
        return
    gained = small and verb is not None and verb.lemma in GETTING_CONTROL
    action = ADVANCED if gained else sense.action
    yield from _drafts(hit, Taking(noun, action, actor, ground, status=_done(noun)))


def hands_ground(hit: Hit) -> Iterable[Draft | Refusal]:
    """Ground that is, or comes, into somebody's hands or under somebody's control."""
    noun = hit.word
    prep = noun.head
    inside = prep.low in _IN or (prep.low == "of" and prep.head.low == "out")
    if noun.dep != "pobj" or not inside or prep.is_root or not in_conflict(hit):
        return
    owners = [*noun.kids_of("poss", "amod", "compound", "nmod"), *noun.objects("of", "by")]
    owners = [o for o in owners if o.low not in _ENTIRE]
    actor = next((side for o in owners if (side := side_of(hit, o))), None)
    at = prep.head
    while (at.pos in ("ADP", "ADV", "ADJ") or at.low in _MOMENT) and not at.is_root:
        at = at.head
    force = any(can_move(hit, o) for o in owners)
    bringer = subject_of(prep.head) if prep.low == "under" and prep.head.lemma in ("bring", "place", "put") else None
    if actor is None and not owners and can_move(hit, bringer):
        actor, force = side_of(hit, bringer), True  # "brought the town under full control"
    if actor is None and not force and not any(o.pos == "PROPN" for o in owners):
        return
    out = prep.low == "from" or (prep.low == "of" and prep.head.low == "out")
    if out and (at.lemma not in _SLIPPING or at.kid("dobj")):
        return
    at = _predicated(at)
    subjects = [at] if at.is_noun else [relative(at, s) for s in at.kids_of("nsubj", "nsubjpass", "dobj")]
    if any(o.low == "which" for s in subjects for o in s.objects("of")):
        # "Toretsk, half of which is …": what stands right before the part.
        before = [w for w in hit.sentence.words if w.end <= subjects[0].noun_span()[0] and w.is_noun]
        subjects = [*subjects, *before[-1:]]
    if at.is_verb and not subjects:
        above = at.head if at.dep in ("relcl", "acl") else subject_of(at)
        subjects = [above] if above is not None else []
    ground = ground_of(hit, [s for x in subjects for s in conjoined(x)], at, strict=at.is_verb, but=noun)
    if ground is None:
        return
    if actor is None:
        actor = next((side for o in owners if can_move(hit, o) and (side := doer_side(hit, noun, o, ground))), None)
    moved = at.lemma in _PASSING or at.lemma in ("bring", "fall", "place", "put", "slip") or prep.low in ("into", "to")
    if actor is None and not force and not (moved and ground.places):
        return
    loser = enemy_of(hit, actor)
    if at.lemma in _PASSING and loser is not None and modality(at).status is Status.SCHEDULED:
        yield from _drafts(hit, Taking(at, CEDES, loser, ground, told=True))  # an agreement that it passes to him
        return
    word = at if at.is_verb else noun
    # "Kidal, in rebel hands again, will get no grain": what its verb says does not touch the hands.
    apart = at.is_noun or any(s.i < prep.i < at.i for s in subjects)
    aside = Status.ONGOING if apart and not moved else None
    action = WITHDREW if out else CAPTURED if moved else HOLDS
    yield from _drafts(hit, Taking(word, action, actor, ground, told=True, status=aside))


def tenure_ground(hit: Hit) -> Iterable[Draft | Refusal]:
    """Ground that a side has, told without a verb of taking or holding."""
    if in_conflict(hit):
        for taking in tenures(hit):
            yield from _drafts(hit, taking)


def _predicated(noun: Word) -> Word:
    """What a noun is said of: "Sittwe remains one of the towns …" tells of Sittwe."""
    top = noun
    while top.dep == "pobj" and top.head.low == "of":
        top = top.head.head
    subject = top.head.kid("nsubj") if top.dep in ("attr", "oprd") else None
    return subject if noun.is_noun and subject is not None else noun


def _drafts(hit: Hit, taking: Taking) -> Iterator[Draft | Refusal]:
    word, action, actor, ground = taking.word, taking.action, taking.actor, taking.ground
    if actor in _HELPERS and action in (ADVANCED, CAPTURED, CEDES, ANNEXED):
        return
    if not ground.says_something and (actor is None or not ground.plain):
        yield Refusal("neither the place nor the side that acts is told")
        return
    if action == HOLDS and actor is None and not taking.told:
        yield Refusal("who holds the ground is not told")
        return
    if action == WITHDREW and demanded(word) and modality(word).status is Status.PROPOSED:
        action = CEDES  # what a side is asked to leave it is asked to give up
    dates = _dates(hit, word)
    apart = list(gapped(hit.sentence, dates[0])) if dates and ground.places and word.is_verb else []
    names = {m.name for places, _ in apart for m in places}
    draft = Draft(
        word=word,
        details={
            "actor": actor,
            "action": action,
            "places": [p for p in ground.places if p.name not in names] or list(ground.places),
            "area_km2": ground.area.value if ground.area else None,
            "share_percent": ground.share.value if ground.share else None,
        },
        value_words=ground.words,
        fields={"action": hit.trigger, "places": ground.words} | ({"actor": actor} if actor else {}),
        date=dates[0] if dates else None,
        status=taking.status,
        usual=_usual(word, action),
        identity=IDENTITY,
        rank=0.5 + 0.25 * bool(ground.places) + 0.14 * bool(actor),
    )
    yield draft
    for places, date in apart:
        details = {**draft.details, "places": resolved(hit, places)}
        yield replace(draft, details=details, date=date, value_words=", ".join(m.text for m in places))


def _dates(hit: Hit, word: Word) -> list[DateMention]:
    own = [
        w for w in word.subtree(skip=("relcl", "advcl", "conj", "ccomp")) if w is word or (w.is_noun and not w.is_verb)
    ]
    found = dates_of(hit.sentence, own) or next_date(hit.sentence, own[-1] if word.is_verb else word)
    at = word if word.is_verb else word.verb()
    while not found and at is not None and not is_report(at):
        found = dates_of(hit.sentence, [at])
        leaning = at.dep == "conj" and not at.kids_of("nsubj", "nsubjpass") and at.head.is_verb
        if not leaning and not (at.dep == "advcl" and at.tag == "VBG" and not at.kids_of("nsubj", "mark")):
            break
        at = at.head
    return found or hung_on(hit.sentence, [word])


def _done(noun: Word) -> Status | None:
    """Whether a nominal deed is done although its verb is not: "the loss of the town may bring down the government"."""
    verb = noun.head
    definite = any(k.dep == "poss" or k.low == "the" for k in noun.kids)
    if noun.dep != "nsubj" or not definite or verb.lemma in _HAPPENING:
        return None
    return Status.OCCURRED if any(k.dep == "aux" and k.low in ("may", "might", "will") for k in verb.kids) else None


def _usual(word: Word, action: str) -> Status:
    """What the words mean when nothing qualifies them: holds of the past are over, ground to give up is only wanted."""
    told = word.is_verb and (word.tag == "VBD" or any(k.dep in ("aux", "auxpass") for k in word.kids))
    if action == CEDES:
        return Status.OCCURRED if told else Status.PROPOSED
    if action != HOLDS:
        return Status.OCCURRED
    verb = word if word.is_verb else word.verb()
    if verb is None or any(k.low in ("since", "still") for k in verb.kids):
        return Status.ONGOING
    past = verb.tag == "VBD" or any(k.dep in ("aux", "auxpass") and k.tag == "VBD" for k in verb.kids)
    reported = any(w.dep == "ccomp" and is_report(w.head) for w in verb.climb()) or any(is_report(k) for k in verb.kids)
    return Status.OCCURRED if past and not reported else Status.ONGOING


def _meant_as_ground(hit: Hit, noun: Word, sense: Sense, owners: Sequence[Word], ground: Ground) -> bool:
    """Whether a loose noun ("fall", "push", "loss", "return") means ground: of places, or by forces."""
    if not ground.says_something:
        return False
    if sense.action in (CAPTURED, WITHDREW, CEDES):
        return ground.plain
    subject = subject_of(noun.head) if noun.dep == "dobj" else None
    doers = [*owners, *([subject] if subject is not None else [])]
    soldierly = any(k.low in _SOLDIERLY for k in noun.kids)
    into = any(k.low in ("into", "on", "toward", "towards") for k in noun.kids_of("prep"))
    if sense.action == HOLDS or noun.lemma in ("incursion", "advance", "invasion") or soldierly or into:
        return soldierly or any(side_of(hit, o) for o in doers)
    return any(o.lemma in FORCES for o in doers)


def _control(hit: Hit, noun: Word, verb: Word | None, owner: str | None, ground: Ground) -> Iterator[Taking]:
    """Control that is taken, kept, lost, given up, or that passes to somebody."""
    if verb is not None and noun.dep == "nsubjpass" and verb.lemma in GETTING_CONTROL:
        agent = next((o for o in verb.objects("by") if can_move(hit, o)), None)
        by = side_of(hit, agent) if agent is not None else owner or unnamed_side(hit, noun, CAPTURED, ground)
        yield Taking(verb, CAPTURED, by, ground)
        return
    if verb is None and noun.dep == "pobj" and noun.head.low == "in":
        verb, action = noun.head.head, HOLDS
    elif verb is None or noun.dep != "dobj":
        taker = next((o for o in verb.objects("to") if can_move(hit, o)), None) if verb is not None else None
        if taker is not None:
            yield Taking(noun, CAPTURED, side_of(hit, taker), ground)
        elif owner is not None:
            yield Taking(noun, HOLDS, owner, ground)
        return
    elif verb.lemma in GETTING_CONTROL:
        action = CAPTURED
    elif verb.lemma in LOSING_CONTROL:
        action = WITHDREW
    elif verb.lemma in CEDING_CONTROL:
        action = CEDES
    elif verb.lemma in KEEPING_CONTROL or owner is not None:
        action = HOLDS
    else:
        return
    subject = subject_of(verb)
    actor = owner or doer_side(hit, verb, subject, ground)
    if actor is not None or can_move(hit, subject):
        yield Taking(verb if verb.is_verb else noun, action, actor, ground, told=True)


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
            pattern=VERB_FORMS,
            build=verb_ground,
            example="Congolese troops recaptured the town of Sake in North Kivu on Tuesday.",
            counter_example="The striker captured the hearts of fans in Goma on Tuesday.",
        ),
        Rule(
            id="territory.noun",
            pattern=NOUN_FORMS,
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
        Rule(
            id="territory.tenure",
            pattern=TENURE,
            build=tenure_ground,
            example="Rwanda has 4,000 soldiers in North Kivu, a panel of experts said.",
            counter_example="The army said it has 4,000 soldiers in need of boots.",
        ),
    ),
)
