"""Casualties: a number of people killed, wounded, missing or displaced in a conflict."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from claims import belligerents, captives
from claims.backref import meant
from claims.context import Sentence
from claims.deeds import date_of
from claims.draft import Draft, Hit, Refusal
from claims.events import tolls
from claims.headcount import Headcount, has_numbers, headcounts
from claims.kind import Kind
from claims.land import SETTLED
from claims.losses import DISPLACED, MISSING, OUTCOMES, PATTERNS, Trigger, cost_of, counts, is_known, one_of, triggers
from claims.model import Field, FieldType, Place, Status
from claims.nationality import side_of
from claims.reporting import is_report
from claims.rule import Rule
from claims.timing import dated_word
from claims.values.dates import DateMention
from claims.values.numbers import EXACT
from claims.values.places import PlaceMention
from claims.wartime import unfit
from claims.words import Word

SOLDIERS, CIVILIANS, CHILDREN, WOMEN, PEOPLE = SUBJECTS = ("soldiers", "civilians", "children", "women", "people")
IDENTITY = ("count_text", "outcome", "subject", "side")

_SUBJECTS = {captives.SOLDIERS: SOLDIERS, captives.CIVILIANS: CIVILIANS, captives.CHILDREN: CHILDREN}
_MORE_SUBJECTS = {"woman": WOMEN, "female": WOMEN, "attacker": SOLDIERS, "assailant": SOLDIERS}
_EVENTS = frozenset(
    """strike airstrike attack raid clash fighting battle war shelling bombing bombardment ambush offensive massacre
    assault blast explosion incursion campaign toll violence operation""".split()
)
_TOGETHER = re.compile(r" (?:or|and|and/or)(?: [a-z]+)? ")
_AMONG = re.compile(r"(?: (?!and\b)[\w’'-]+| and \d[\d,]* \w+){0,5}? (?:among|of|amongst) (?:them|whom|those)\b")
_INCLUDING = re.compile(r"\b(?:including|among them|among whom|with)(?:[ ,]+[\w-]+){0,2}? ?$|: $", re.IGNORECASE)
_JOINED = re.compile(r",? and (?:[\w-]+ ){0,2}?$|, (?:[\w-]+ )?$")
_GIVING = frozenset("report give list count register record mourn admit acknowledge confirm".split())
_LOSERS = {"lose": ("nsubj",), "suffer": ("nsubj",), "cost": ("dative", "iobj")}
_WHERE = frozenset("in at near around outside inside on across towards toward from to over throughout within".split())
_SPOTS = frozenset("market hospital village town city outskirts district suburb area port school siege region".split())
_HITTING = frozenset("strike hit bomb shell attack pound raid storm bombard target pummel rock ambush".split())
_CORPSES = one_of("bodies|remains|corpses|coffins")
_REACH = 60
# Bounds on the work that one sentence may ask for: nobody writes so many numbers, or so far from what they count.
_MOST_NUMBERS = 30
_FARTHEST = 250


@dataclass(frozen=True, slots=True)
class _Reading:
    """A number of people and what became of them; `sure` from 0 to 1. Killed or wounded together have no outcome.

    Those counted are `like` the ones before them whose noun they share ("40 soldiers killed and 60 wounded").
    """

    count: Headcount
    subject: str
    trigger: Trigger
    outcome: str | None
    sure: float
    like: Headcount | None = None


def _build(rule: str) -> Callable[[Hit], Iterable[Draft | Refusal]]:
    def build(hit: Hit) -> Iterator[Draft | Refusal]:
        refusal = _refusal(hit.sentence)
        if refusal is not None:
            yield refusal
        for reading in _readings(hit.sentence):
            if reading.trigger.rule == rule and reading.trigger.word is hit.word:
                yield _draft(hit, reading)

    return build


@lru_cache(maxsize=1)
def _refusal(sentence: Sentence) -> Refusal | None:
    """Why people counted in a sentence are not read as casualties; None where they are, or nobody is counted."""
    if len(sentence.numbers) > _MOST_NUMBERS:
        return Refusal("a sentence with so many numbers is a table")
    why = unfit(sentence)
    return Refusal(why) if why is not None and headcounts(sentence) else None


@lru_cache(maxsize=1)
def _readings(sentence: Sentence) -> tuple[_Reading, ...]:
    """The casualties that a sentence counts; kept for its next trigger."""
    if len(sentence.numbers) > _MOST_NUMBERS or unfit(sentence) is not None:
        return ()
    told = list(triggers(sentence))
    made: list[_Reading] = []
    for one in counts(sentence):
        if _of_others(sentence, one):
            continue
        near = [(abs(t.word.start - one.mention.end), i) for i, t in enumerate(told)]
        costs = [(cost_of(sentence, one, told[i]), gap, i) for gap, i in near if gap <= _FARTHEST]
        fitting = [(cost, gap, i) for cost, gap, i in costs if cost is not None]
        if fitting:
            cost, _, i = min(fitting)
            like = _like(sentence, one, made)
            subject = _sort(one) if like is None else like.subject
            outcome = _outcome(sentence, told[i], told)
            whole = like.count if like is not None else None
            made.append(_Reading(one, subject, told[i], outcome, 0.9 - 0.2 * cost, whole))
        elif made and _is_part(sentence, made[-1].count, one):
            last = made[-1]
            made.append(
                replace(last, count=one, subject=_sort(one), sure=last.sure - 0.1, like=last.like or last.count)
            )
    return tuple(made)


def _of_others(sentence: Sentence, one: Headcount) -> bool:
    """Whether a bare number counts captives named before it, or corpses, who are the prisoners kind's."""
    before = sentence.text[: one.mention.start]
    if one.noun is None and captives.CAPTIVE.search(before):
        return True
    at = one.noun if one.noun is not None else one.word
    dead = any(k.low in captives.DEAD for k in (at, *at.kids, *one.word.objects("of", "for")))
    return _CORPSES.search(sentence.text) is not None and (dead or one.subject == captives.BODIES)


def _like(sentence: Sentence, one: Headcount, made: list[_Reading]) -> _Reading | None:
    """Those whose noun a bare number shares, being joined to them."""
    if one.noun is not None or not made:
        return None
    last = made[-1]
    joined = _JOINED.fullmatch(sentence.text[max(last.trigger.word.end, last.count.mention.end) : one.mention.start])
    return last if joined or one.head.dep in ("nsubj", "nsubjpass") else None


def _sort(one: Headcount) -> str:
    noun = one.noun
    whole = next((o for o in one.word.objects("of") if o.low == "whom"), None)
    if noun is None and whole is not None:
        noun = next((w.head for w in whole.climb() if w.dep == "relcl"), None)
    if noun is None:
        return PEOPLE
    if any(k.low in ("civilian", "civilians") for k in noun.kids_of("compound", "amod", "nmod")):
        return CIVILIANS
    sort = captives.subject_of(noun) or one.subject
    return _MORE_SUBJECTS.get(noun.lemma) or _SUBJECTS.get(sort, PEOPLE)


def _outcome(sentence: Sentence, trigger: Trigger, told: list[Trigger]) -> str | None:
    """The trigger's own, None where it is one of two that are counted together ("killed or wounded")."""
    for other in told:
        first, second = sorted((trigger.word, other.word), key=lambda w: w.start)
        if second.start - first.end > _REACH:
            continue
        counted = any(first.end <= m.start < second.start for m in sentence.numbers)
        joined = not counted and _TOGETHER.fullmatch(sentence.text[first.end : second.start])
        if joined and other.outcome != trigger.outcome:
            return None
    return trigger.outcome


def _is_part(sentence: Sentence, whole: Headcount, one: Headcount) -> bool:
    """Whether a number tells who some of those counted before it were ("including five children")."""
    end = whole.noun.end if whole.noun is not None and whole.noun.start > whole.mention.end else whole.mention.end
    between = sentence.text[end : one.mention.start]
    behind = sentence.text[one.mention.end :]
    joined = _INCLUDING.search(between) or _AMONG.match(behind) or _JOINED.fullmatch(between)
    return is_known(one) and joined is not None


def _draft(hit: Hit, reading: _Reading) -> Draft:
    one, trigger = reading.count, reading.trigger
    mention = one.mention
    side, side_words = _side(hit, reading)
    place, where = _place(hit, one, trigger.word)
    army = trigger.rule == "lost" and one.noun is not None and one.noun.lemma == "man"
    subject = SOLDIERS if army else reading.subject
    behind = one.noun is not None and mention.end <= one.noun.start < mention.end + _REACH
    words = hit.sentence.text[mention.start : one.noun.end if one.noun is not None and behind else mention.end]
    fields = {"count": mention.text, "outcome": hit.trigger}
    if one.noun is not None:
        fields["subject"] = one.noun.text
    if mention.qualifier != EXACT:
        fields["qualifier"] = mention.qualifier_text
    if side is not None:
        fields["side"] = side_words
    if where is not None:
        fields["place"] = where.text
    return Draft(
        word=trigger.word,
        details={
            "count": mention.value,
            "count_low": mention.low,
            "count_high": mention.high,
            "count_text": mention.text,
            "qualifier": mention.qualifier,
            "outcome": reading.outcome,
            "subject": subject,
            "side": side,
            "place": place,
        },
        value_words=words,
        fields=fields,
        date=_date(hit.sentence, one, trigger.word),
        usual=_usual(trigger),
        identity=IDENTITY,
        rank=reading.sure,
    )


def _side(hit: Hit, reading: _Reading) -> tuple[str | None, str]:
    """Whose people they are: of the side named with them, or that "its" means in this sentence, or that lost them."""
    for one in (reading.count, reading.like):
        if one is None:
            continue
        side, words = side_of(hit, one, None)
        if side is not None and any(m.party == side for m in hit.sentence.parties):
            return side, words
        verb = one.head.head
        loser = verb.kid(*_LOSERS.get(verb.lemma, ())) if one.head.dep == "dobj" else None
        if loser is not None:
            return belligerents.side_of(hit, loser), loser.text
    return _own_toll(hit, reading) or (None, "")


def _own_toll(hit: Hit, reading: _Reading) -> tuple[str, str] | None:
    """The one country named where it gives a figure of its own: "Cambodia has reported 13 deaths"."""
    parties = {m.party for m in hit.sentence.parties}
    teller = next((v for v in reading.count.head.climb() if v.lemma in _GIVING), None)
    subject = teller.kid("nsubj") if teller is not None else None
    if subject is None or len(parties) != 1 or any(p.kind != "country" for p in hit.sentence.places):
        return None
    named = hit.sentence.parties_in(subject.subtree(skip=("relcl", "acl")))
    return (named[0].party, named[0].text) if named and named[0].source in ("country", "capital") else None


def _date(sentence: Sentence, one: Headcount, word: Word) -> DateMention | None:
    """When: the date of the deed, else the next behind the number, else the only one; never that of a saying."""
    found = date_of(sentence, one, word)
    if found is None:
        end = min([m.start for m in sentence.numbers if m.start > one.mention.start], default=len(sentence.text))
        found = next((d for d in sentence.dates if one.mention.end <= d.start < end), None)
    if found is None and len(sentence.dates) == 1:
        found = sentence.dates[0]
    if found is None or ";" in sentence.text[min(found.end, one.mention.end) : max(found.start, one.mention.start)]:
        return None
    dated = dated_word(sentence, found)
    if dated is None:
        return found
    named = dated.is_noun and dated.start >= found.end and dated.lemma not in _EVENTS and dated is not one.head
    return None if named or is_report(dated) else found


def _usual(trigger: Trigger) -> Status:
    """Those missing or displaced are so still where that is told as it stands; the dead and wounded became it once."""
    word = trigger.word
    verb = word.head if word.head.lemma in ("be", "remain", "go") else word
    lasting = trigger.outcome == MISSING and verb.lemma != "go" and word.tag not in ("VBD", "VBN")
    lasting = lasting or (trigger.outcome == DISPLACED and (verb.lemma in ("be", "remain") or verb.tag == "VBN"))
    aux = [k.tag for k in verb.kids_of("aux", "auxpass")]
    now = verb.tag not in ("VBD", "VBN") or "VBP" in aux or "VBZ" in aux
    perfect = any(k.lemma == "have" for k in verb.kids_of("aux"))
    return Status.ONGOING if now and lasting and not perfect else Status.OCCURRED


def _place(hit: Hit, one: Headcount, word: Word) -> tuple[Place | None, PlaceMention | None]:
    """Where: the place that stands next behind the number under a preposition of place, else the last before it."""
    found = [m for m in hit.sentence.places if _is_where(hit.sentence, m)]
    colon = hit.sentence.text.find(":", one.mention.end)
    found = [m for m in found if colon < 0 or m.start < colon] or found
    towns = [m for m in found if m.kind not in ("country", "region")] or found
    after = [m for m in towns if m.start >= min(one.mention.start, word.start)]
    where = after[0] if after else towns[-1] if towns else None
    where = where or _place_meant(hit)
    if where is None:
        return None, None
    context = hit.context
    return context.gazetteer.resolve(where.name, region=where.region, countries=context.countries), where


def _place_meant(hit: Hit) -> PlaceMention | None:
    """What "the city" means where people were killed in it, or it was struck."""
    for word in hit.sentence.words:
        if word.lemma in SETTLED and (_is_hit(word) or (word.dep == "pobj" and word.head.low in _WHERE)):
            return next(iter(meant(hit, [word], None, [])), None)
    return None


def _is_hit(word: Word) -> bool:
    """Whether a place is what was struck: "bombed Depayin, killing 17"."""
    passive = word.dep == "nsubjpass" and word.head.kid("auxpass") is not None
    return (word.dep == "dobj" or passive) and word.head.lemma in _HITTING


def _is_where(sentence: Sentence, mention: PlaceMention) -> bool:
    at = sentence.word_at(mention.start, mention.end)
    while at is not None and at.dep in ("compound", "conj", "appos", "nmod", "amod") and not at.is_root:
        at = at.head
    if at is not None and _is_hit(at):
        return True
    if at is None or at.dep != "pobj":
        return False
    if at.head.low not in _WHERE and not (at.head.low == "of" and at.head.head.lemma in _SPOTS):
        return False
    return not any((w.dep == "nsubj" and is_report(w.head)) or w.low == "according" for w in at.climb())


KIND = Kind(
    name="casualties",
    definition="A number of people killed, wounded, missing or displaced in a conflict.",
    fields=(
        Field("count", FieldType.COUNT, "How many, None where the words are vague."),
        Field("count_low", FieldType.COUNT, "The least that the words allow."),
        Field("count_high", FieldType.COUNT, "The most that the words allow."),
        Field("count_text", FieldType.WORDS, "The number words, verbatim."),
        Field("qualifier", FieldType.CHOICE, "How exact the number is.", ("exact", "at_least", "about", "at_most")),
        Field("outcome", FieldType.CHOICE, "What became of them, None for killed and wounded together.", OUTCOMES),
        Field("subject", FieldType.CHOICE, "Who they are.", SUBJECTS),
        Field("side", FieldType.PARTY, "Whose people they are."),
        Field("place", FieldType.PLACE, "Where it happened to them."),
    ),
    rules=(
        Rule(
            id="casualties.killed",
            pattern=PATTERNS["killed"][1],
            build=_build("killed"),
            example="At least 35 soldiers were killed in an ambush near Menaka.",
            counter_example="At least 35 soldiers were killed when their bus crashed on a motorway near Graz.",
            needs=has_numbers,
        ),
        Rule(
            id="casualties.wounded",
            pattern=PATTERNS["wounded"][1],
            build=_build("wounded"),
            example="The shelling of Kadugli wounded 26 civilians, the rebels said.",
            counter_example="The army wounded the pride of 26 generals.",
            needs=has_numbers,
        ),
        Rule(
            id="casualties.missing",
            pattern=PATTERNS["missing"][1],
            build=_build("missing"),
            example="After the battle 70 marines are still missing, the navy says.",
            counter_example="After the battle 70 rifles are still missing, the navy says.",
            needs=has_numbers,
        ),
        Rule(
            id="casualties.displaced",
            pattern=PATTERNS["displaced"][1],
            build=_build("displaced"),
            example="Some 30,000 people have fled the fighting around Kutum.",
            counter_example="The general fled with 30,000 dollars after the fighting.",
            needs=has_numbers,
        ),
        Rule(
            id="casualties.toll",
            pattern=PATTERNS["toll"][1],
            build=_build("toll"),
            example="The death toll of the air strike has risen to 1,200.",
            counter_example="The army raised the toll on the bridge to 1,200 dinars.",
            needs=has_numbers,
        ),
        Rule(
            id="casualties.together",
            pattern=PATTERNS["together"][1],
            build=_build("together"),
            example="The offensive has brought the army 8,000 casualties since May.",
            counter_example="The army says the casualties of the offensive are a secret for 30 years.",
            needs=has_numbers,
        ),
        Rule(
            id="casualties.lost",
            pattern=PATTERNS["lost"][1],
            build=_build("lost"),
            example="The rebels lost 200 men in the offensive.",
            counter_example="The rebels lost 200 tanks in the offensive.",
            needs=has_numbers,
        ),
    ),
    happening=tolls.HAPPENING,
)
