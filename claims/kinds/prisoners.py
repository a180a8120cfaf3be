"""Prisoners: a number of people exchanged, freed, captured or held, or of bodies handed over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from claims import captives
from claims.captives import BODIES, CAPTURED, CHILDREN, EXCHANGED, HELD, HOSTAGES, KILLED, RELEASED, RETURNED
from claims.captivity import CLOSE, NEAR, is_meant, speaks_of_captives, topic_of
from claims.context import Sentence
from claims.deeds import Deed, date_of, deeds, follows, nearest, part_of
from claims.draft import Draft, Hit, Refusal
from claims.events import handovers
from claims.headcount import Headcount, has_numbers, headcounts
from claims.kind import Kind
from claims.model import Field, FieldType, Status
from claims.nationality import side_before, side_of
from claims.reporting import is_report
from claims.rule import Rule
from claims.values.numbers import EXACT, NumberMention
from claims.words import Word, conjoined

IDENTITY = ("count_text", "action", "subject", "side")
_USUAL = {"hold": Status.ONGOING, "list": Status.PROPOSED}
_ACTIONS = {
    "exchange": EXCHANGED,
    "release": RELEASED,
    "return": RELEASED,
    "capture": CAPTURED,
    "hold": HELD,
    "kill": KILLED,
    "list": EXCHANGED,
    "journey": RELEASED,
}
_REACH = 60
# What is done to captives that changes nothing of what they are.
_SEEING = frozenset("show see visit parade display film photograph interview register feed treat guard".split())


@dataclass(frozen=True, slots=True)
class _Reading:
    """A number of people and what is done to them. Where the topic alone tells that, `noun` calls them captives."""

    count: Headcount
    family: str
    deed: Deed | None
    cost: float
    noun: Word | None = None


def _build(family: str) -> Callable[[Hit], Iterable[Draft | Refusal]]:
    def build(hit: Hit) -> Iterator[Draft | Refusal]:
        readings = _readings(hit.sentence)
        for reading in readings:
            if reading.family == family and reading.deed is not None and reading.deed.trigger is hit.word:
                yield _draft(hit, reading)
        if not readings and captives.is_strong(hit.trigger.lower()) and any(o.noun for o in headcounts(hit.sentence)):
            yield Refusal("nothing says that the people counted are captives of a conflict")

    return build


def running(hit: Hit) -> Iterator[Draft | Refusal]:
    """A number of captives in a sentence that does not say what became of them; what the article speaks of does."""
    readings = _readings(hit.sentence)
    for reading in readings:
        if reading.deed is None and reading.noun is hit.word:
            yield _draft(hit, reading)
    if readings or hit.word.dep in ("compound", "amod"):
        return
    if not any(one.noun is hit.word for one in headcounts(hit.sentence)):
        yield Refusal("how many captives is not told, or it is one")
    elif not speaks_of_captives(hit.context):
        yield Refusal("the article tells of no conflict, or of prisons and crime")
    else:
        yield Refusal("the number is only a part of one told before")


def among_them(hit: Hit) -> Iterator[Draft]:
    """Who those counted in the sentence before were: "Among them were 270 soldiers and 120 civilians"."""
    sentence = hit.sentence
    if _readings(sentence) or sentence.previous is None or not sentence.previous.numbers:
        return
    parts = [one for one in headcounts(sentence) if one.noun is not None and one.subject != captives.UNSPECIFIED]
    wholes = _readings(sentence.previous) if parts else ()
    whole = wholes[-1] if wholes else None
    if whole is None or whole.family in ("hold", "kill", "list"):
        return
    for one in parts:
        if (one.mention.value or 0) < (whole.count.mention.value or 0) and one.word.start > hit.word.start:
            draft = _draft(hit, replace(whole, count=one, deed=None))
            yield replace(draft, details={**draft.details, "action": _action(sentence, replace(whole, count=one))})


@lru_cache(maxsize=1)
def _readings(sentence: Sentence) -> tuple[_Reading, ...]:
    """What a sentence says of captives; kept for its next trigger."""
    if not speaks_of_captives(sentence.context):
        return ()
    found = deeds(sentence)
    made: list[_Reading] = []
    for one in headcounts(sentence):
        reading = _reading(sentence, one, found, made) or _shared(one, made)
        if reading is not None and not _only_part(reading, made):
            made.append(reading)
    return tuple(made)


def _held_whole(one: Headcount) -> Word | None:
    """The captives that a number is part of: "its prisoners include 70 soldiers"."""
    verb = one.head.head
    if one.noun is None or verb.lemma not in ("include", "comprise", "number"):
        return None
    return next((w for w in verb.kids_of("nsubj") if captives.is_captive(w)), None)


def _only_part(reading: _Reading, made: list[_Reading]) -> bool:
    """Whether a number only tells how many of those counted before it are something ("20 of them alive")."""
    parts = reading.count.word.objects("of")
    return any(o.low in ("them", "whom", "these") for o in parts) and any(m.deed is reading.deed for m in made)


def _shared(one: Headcount, made: list[_Reading]) -> _Reading | None:
    """What is done to those joined to it is done to a number, too: "75 prisoners and 12 soldiers"."""
    for other in made:
        head = other.count.head
        if one.head.dep == "conj" and (one.head in conjoined(head) or one.head.head is head.head):
            return replace(other, count=one)
    return None


def _reading(sentence: Sentence, one: Headcount, found: Sequence[Deed], made: list[_Reading]) -> _Reading | None:
    for cost, deed in nearest(one, found):
        more = one.noun is None and bool(made) and deed.strong and cost <= NEAR
        if more or is_meant(sentence, one, deed, cost, found):
            return _Reading(one, deed.family, deed, cost)
        if deed.family == "kill" and not one.captive and cost <= CLOSE and one.head.under(deed.word):
            break
    part = part_of(one, found)
    if part is not None:
        return _Reading(one, part.family, part, NEAR)
    whole = _held_whole(one)
    if whole is not None:
        return _Reading(one, "hold", None, NEAR, whole)
    if not one.captive or one.noun is None:
        return None
    held = one.subject == HOSTAGES or _are_seen(one)
    return _Reading(one, "hold" if held else topic_of(sentence), None, NEAR, one.noun)


def _are_seen(one: Headcount) -> bool:
    """Whether captives are only looked at: "reporters were shown 20 prisoners", "access to 20 prisoners"."""
    at = one.head.head
    reached = one.head.dep == "pobj" and at.low == "to" and at.head.lemma in ("access", "visit")
    return reached or (one.head.dep in ("dobj", "nsubjpass") and at.lemma in _SEEING)


def _draft(hit: Hit, reading: _Reading) -> Draft:
    one, deed = reading.count, reading.deed
    mention = one.mention
    word = deed.word if deed is not None else one.head
    action = _action(hit.sentence, reading)
    side, side_words = (None, "") if one.per_side else side_of(hit, one, deed)
    if side is None and one.noun is None and not one.per_side and not one.traded:
        side, side_words = side_before(hit, one)
    behind = one.noun is not None and mention.end <= one.noun.start < mention.end + _REACH
    end = one.noun.end if one.noun is not None and behind else mention.end
    words = hit.sentence.text[mention.start : end]
    qualifier, low, high = mention.qualifier, mention.low, mention.high
    if _is_particle(hit.sentence, mention):
        qualifier, low, high = EXACT, mention.value, mention.value
    subject = one.subject
    if one.noun is None and subject == captives.UNSPECIFIED:
        subject = _told_before(hit.sentence) or subject
    fields = {"count": mention.text, "action": hit.trigger}
    if one.noun is not None:
        fields["subject"] = one.noun.text
    if qualifier != EXACT:
        fields["qualifier"] = mention.qualifier_text
    if side_words:
        fields["side"] = side_words
    sure = 0.97 if one.captive else 0.95 if deed is not None and deed.strong else 0.9
    return Draft(
        word=word,
        details={
            "count": mention.value,
            "count_low": low,
            "count_high": high,
            "count_text": mention.text,
            "qualifier": qualifier,
            "per_side": one.per_side,
            "action": action,
            "subject": subject,
            "side": side,
        },
        value_words=words,
        fields=fields,
        date=date_of(hit.sentence, one, word),
        status=_status(reading),
        usual=_usual(reading.family, word),
        identity=IDENTITY,
        rank=sure - 0.015 * reading.cost,
    )


def _told_before(sentence: Sentence) -> str | None:
    """Who a bare number counts: the sort of captives counted last in the two sentences before."""
    at = sentence.previous
    while at is not None and sentence.index - at.index <= 2:
        for one in reversed(headcounts(at) if at.numbers else ()):
            if one.captive or one.subject in (captives.SOLDIERS, HOSTAGES):
                return one.subject if one.subject != captives.UNSPECIFIED else None
        at = at.previous
    return None


def _usual(family: str, word: Word) -> Status:
    """What a deed means when nothing qualifies it; "were held", told by the article itself, is over."""
    verb = word if word.is_verb else word.verb()
    if family == "hold" and verb is not None and not any(is_report(w) for w in verb.climb()):
        past = verb.tag == "VBD" or any(k.tag == "VBD" for k in verb.kids_of("aux", "auxpass"))
        return Status.OCCURRED if past else Status.ONGOING
    return _USUAL.get(family, Status.OCCURRED)


def _is_particle(sentence: Sentence, mention: NumberMention) -> bool:
    """Whether the "over" before a number belongs to the verb ("handed over 60")."""
    if mention.qualifier_text.lower() != "over":
        return False
    over = [w for w in sentence.words if w.low == "over" and w.start < mention.start]
    before = [w for w in sentence.words if over and w.end <= over[-1].start]
    return bool(before) and before[-1].lemma in ("hand", "turn", "give", "sign")


def _status(reading: _Reading) -> Status | None:
    """The status of what is only added of those counted ("the 30 sailors held in Aden"), whatever is said of them."""
    deed, noun = reading.deed, reading.count.noun
    if deed is None or noun is None:
        return None
    adds = deed.word.dep in ("acl", "amod") and deed.word.under(noun)
    if not adds and not (deed.word.tag == "VBN" and follows(reading.count, deed) and not deed.word.kid("auxpass")):
        return None
    return None if deed.word.kid("aux") else _USUAL.get(reading.family, Status.OCCURRED)


def _action(sentence: Sentence, reading: _Reading) -> str:
    one, family = reading.count, reading.family
    action = _ACTIONS[topic_of(sentence, ("exchange", "release")) if family == "portion" else family]
    if one.subject == BODIES and family == "portion":
        return RETURNED
    if action != RELEASED:
        return action
    if one.subject == BODIES or (one.subject == CHILDREN and reading.family == "return"):
        return RETURNED
    if one.per_side or (reading.family == "return" and captives.EXCHANGE.search(sentence.text)):
        return EXCHANGED
    return action


KIND = Kind(
    name="prisoners",
    definition=(
        "A number of people exchanged, freed, captured or held as prisoners of war, detainees or hostages, "
        "or of bodies handed over."
    ),
    fields=(
        Field("count", FieldType.COUNT, "How many, None where the words are vague."),
        Field("count_low", FieldType.COUNT, "The least that the words allow."),
        Field("count_high", FieldType.COUNT, "The most that the words allow."),
        Field("count_text", FieldType.WORDS, "The number words, verbatim."),
        Field("qualifier", FieldType.CHOICE, "How exact the number is.", ("exact", "at_least", "about", "at_most")),
        Field("per_side", FieldType.FLAG, "Whether the number holds for each side."),
        Field("action", FieldType.CHOICE, "What happened to them.", captives.ACTIONS),
        Field("subject", FieldType.CHOICE, "Who they are.", captives.SUBJECTS),
        Field("side", FieldType.PARTY, "Whose people they are."),
    ),
    rules=(
        Rule(
            id="prisoners.exchange",
            pattern=captives.EXCHANGE,
            build=_build("exchange"),
            example="Yemen's government and the Houthis swapped 90 prisoners at Taiz on Friday.",
            counter_example="The armies exchanged fire near Taiz and two soldiers were wounded.",
            needs=has_numbers,
        ),
        Rule(
            id="prisoners.release",
            pattern=captives.RELEASE,
            build=_build("release"),
            example="The rebels have freed 25 captured soldiers in Bunia.",
            counter_example="The museum of war freed 25 rooms for a new show.",
            needs=has_numbers,
        ),
        Rule(
            id="prisoners.return",
            pattern=captives.RETURN,
            build=_build("return"),
            example="In the second stage of the swap, 40 soldiers came home to Baku.",
            counter_example="After the flood 40 soldiers came home to Baku.",
            needs=has_numbers,
        ),
        Rule(
            id="prisoners.capture",
            pattern=captives.CAPTURE,
            build=_build("capture"),
            example="Government troops captured 60 fighters of the militia near Malakal.",
            counter_example="Government troops captured 60 villages near Malakal.",
            needs=has_numbers,
        ),
        Rule(
            id="prisoners.hold",
            pattern=captives.HOLD,
            build=_build("hold"),
            example="The guerrillas are holding 12 hostages in the jungle.",
            counter_example="The army is holding 12 bridges along the river.",
            needs=has_numbers,
        ),
        Rule(
            id="prisoners.kill",
            pattern=captives.KILL,
            build=_build("kill"),
            example="The militants executed 14 hostages, the army said.",
            counter_example="The militants killed 14 soldiers, the army said.",
            needs=has_numbers,
        ),
        Rule(
            id="prisoners.list",
            pattern=captives.LISTED,
            build=_build("list"),
            example="Both sides want peace. For the next swap Khartoum has put together a list of 150 people.",
            counter_example="For the peace conference Khartoum has put together a list of 150 people.",
            needs=has_numbers,
        ),
        Rule(
            id="prisoners.journey",
            pattern=captives.JOURNEY,
            build=_build("journey"),
            example="Kyiv and Moscow carried out a swap. With the soldiers, 20 Ukrainian civilians crossed the border.",
            counter_example="Kyiv and Moscow signed a truce. That day 20 Ukrainian civilians crossed the border.",
            needs=has_numbers,
        ),
        Rule(
            id="prisoners.portion",
            pattern=captives.PORTION,
            build=_build("portion"),
            example="Chad and the rebels have begun a prisoner swap. A second batch, of 100 people, is to follow.",
            counter_example="Chad and the rebels have begun talks. A second batch, of 100 people, is to follow.",
            needs=has_numbers,
        ),
        Rule(
            id="prisoners.among",
            pattern=captives.AMONG_THEM,
            build=among_them,
            example="Chad freed 90 captured fighters on Friday. Among them were 60 conscripts.",
            counter_example="Chad counted 90 voters on Friday. Among them were 60 conscripts.",
            needs=has_numbers,
        ),
        Rule(
            id="prisoners.running",
            pattern=captives.CAPTIVE,
            build=running,
            example="The swap took two hours. Among those on the buses were 75 prisoners of war.",
            counter_example="The swap took two hours. The buses had passed 75 villages.",
        ),
    ),
    happening=handovers.HAPPENING,
)
