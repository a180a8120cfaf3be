"""Territory: who took, holds, lost, left, claims or is asked to give up which ground."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from claims.assaults import BEATEN, beaten
from claims.belligerents import can_move, enemy_of, in_conflict, relative, side_of
from claims.clauses import hands_over, joins, subject_of
from claims.conquest import (
    ACTIONS,
    ADVANCED,
    ANNEXED,
    CAPTURED,
    CEDES,
    HOLDS,
    NOUN_FORMS,
    OBJECT,
    VERB_FORMS,
    WITHDREW,
    lemma_of,
)
from claims.demands import demanded
from claims.draft import Draft, Hit, Refusal
from claims.encounters import NOUNS
from claims.events import control
from claims.gapping import gapped
from claims.ground import ground_of, is_ground, resolved
from claims.kind import Kind
from claims.model import Field, FieldType, Status
from claims.nominals import nominals, predicated
from claims.reporting import is_report
from claims.rule import Rule
from claims.status import modality
from claims.takers import Taking, at_home, doer_side
from claims.takings import takings
from claims.tenure import TENURE, tenures
from claims.timing import dates_of, hung_on, next_date
from claims.values.dates import DateMention
from claims.words import Word, conjoined

IDENTITY = ("action", "places")
_NO_CONFLICT = "the article tells of no armed conflict"

_HANDS = re.compile(
    r"\b(?:hands|control|rule|occupation|sway|possession|grip|grasp|authority|keeping|ownership|clutches|mastery"
    r"|administration)\b",
    re.IGNORECASE,
)
# Ground that slips "from the army's hands" is lost.
_SLIPPING = frozenset("slip fall pass break escape go slide drop".split())
# What a side has, or gets, in its hands is the object: "Russia has the town in its grip".
_KEEPING = frozenset("have hold keep bring take put place get leave".split())
_PASSING = frozenset("come pass go return revert".split())
_ENTIRE = frozenset("full complete total entire firm".split())
_NOW = frozenset("now still currently".split())
_TRIES = frozenset("attempt bid effort push attack assault operation".split())
_MOMENT = frozenset("present moment".split())
_IN = frozenset("in into under beyond outside within to from".split())
# They come with aid and peacekeepers, and take no ground.
_HELPERS = frozenset(("United Nations", "European Union", "Red Cross", "International Committee of the Red Cross"))


def verb_ground(hit: Hit) -> Iterable[Draft | Refusal]:
    """A side takes, enters, holds, loses, leaves, gives up or annexes ground, told by a verb."""
    verb = hit.word
    # "Kidal was overrun", "hand over Kidal": the parse may take a verb for a noun.
    misread = verb.kid("aux", "nsubj", "nsubjpass") is not None or hands_over(verb)
    misread = misread or (verb.dep in ("attr", "acomp") and verb.low == "overrun") or joins(verb, hit.sentence)
    if not (verb.is_verb or misread):
        return
    if any(NOUNS.fullmatch(o.text) for prep in verb.kids for o in (*prep.objects("of"), *verb.objects("from"))):
        return  # "pulled out of Monday's talks in Doha"
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
    if in_conflict(hit):
        for taking in nominals(hit):
            yield from _drafts(hit, taking)


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
    at = predicated(at)
    kept = at.kids_of("dobj") if at.lemma in _KEEPING else []
    kept = [k for k in kept if k.low == "which" or is_ground(hit.sentence, k)]
    told = kept or at.kids_of("nsubj", "nsubjpass", "dobj")
    subjects = [at] if at.is_noun else [relative(at, s) for s in told]
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
    actor = at_home(hit, owners[0], actor, ground) if actor is not None and len(owners) == 1 else actor
    if actor is None:
        actor = next((side for o in owners if can_move(hit, o) and (side := doer_side(hit, noun, o, ground))), None)
    moved = at.lemma in _PASSING or at.lemma in ("bring", "fall", "place", "put", "slip") or prep.low in ("into", "to")
    out = out or prep.low in ("beyond", "outside")  # "the town is beyond its control"
    if actor is None and not force and not (moved and ground.places):
        return
    loser = enemy_of(hit, actor)
    if at.lemma in _PASSING and loser is not None and modality(at).status is Status.SCHEDULED:
        yield from _drafts(hit, Taking(at, CEDES, loser, ground, told=True))  # an agreement that it passes to him
        return
    word = at if at.is_verb else noun
    # "Kidal, in rebel hands again, will get no grain": what its verb says does not touch the hands.
    apart = at.is_noun or any(s.i < prep.i < at.i for s in subjects)
    aside = Status.OCCURRED if out else Status.ONGOING if apart and not moved else None
    action = WITHDREW if out else CAPTURED if moved else HOLDS
    yield from _drafts(hit, Taking(word, action, actor, ground, told=True, status=aside))


def tenure_ground(hit: Hit) -> Iterable[Draft | Refusal]:
    """Ground that a side has, told without a verb of taking or holding."""
    if in_conflict(hit):
        for taking in tenures(hit):
            yield from _drafts(hit, taking)


def beaten_ground(hit: Hit) -> Iterable[Draft | Refusal]:
    """Ground that somebody tried to take by an assault that was beaten."""
    if in_conflict(hit):
        for taking in beaten(hit):
            yield from _drafts(hit, taking)


def _drafts(hit: Hit, taking: Taking) -> Iterator[Draft | Refusal]:
    word, action, actor, ground = taking.word, taking.action, taking.actor, taking.ground
    if actor in _HELPERS and action in (ADVANCED, CAPTURED, CEDES, ANNEXED):
        return
    if not ground.says_something and (actor is None or not ground.plain):
        yield Refusal("neither the place nor the side that acts is told")
        return
    if action == HOLDS and word.dep == "relcl" and not ground.says_something:
        return  # "the positions that it held before the war"
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
    for other in _likewise(hit, taking):
        yield from _drafts(hit, other)


def _likewise(hit: Hit, taking: Taking) -> Iterator[Taking]:
    """ "The north is in rebel hands, as is the port"."""
    for clause in taking.word.kids_of("advcl"):
        subject = clause.kid("nsubj", "nsubjpass", "attr")
        so = any(k.low == "as" for k in clause.kids) and clause.lemma in ("be", "do", "have")
        if so and subject is not None and subject.i > clause.i:
            ground = ground_of(hit, conjoined(subject), clause)
            if ground is not None and ground.says_something:
                yield replace(taking, word=clause, ground=ground)


def _dates(hit: Hit, word: Word) -> list[DateMention]:
    own = [
        w for w in word.subtree(skip=("relcl", "advcl", "conj", "ccomp")) if w is word or (w.is_noun and not w.is_verb)
    ]
    found = dates_of(hit.sentence, own) or next_date(hit.sentence, own[-1] if word.is_verb else word)
    at = word if word.is_verb else word.verb()
    if not found and word.dep == "acl" and word.head.lemma in _TRIES:
        found = dates_of(hit.sentence, [word.head])  # "an attempt on Sunday to enter the town"
    while not found and at is not None and not is_report(at) and not any(k.low in _NOW for k in word.kids):
        found = dates_of(hit.sentence, [at])
        leaning = at.dep == "conj" and not at.kids_of("nsubj", "nsubjpass") and at.head.is_verb
        if not leaning and not (at.dep == "advcl" and at.tag == "VBG" and not at.kids_of("nsubj", "mark")):
            break
        at = at.head
    return found or hung_on(hit.sentence, [word])


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
        Rule(
            id="territory.beaten",
            pattern=BEATEN,
            build=beaten_ground,
            example="Somali troops repelled an al-Shabab assault on Adale on Sunday.",
            counter_example="Somali troops repelled a drone attack on Adale on Sunday.",
        ),
    ),
    happening=control.HAPPENING,
)
