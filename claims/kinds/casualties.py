"""Casualties: a number of people killed, wounded, missing or displaced in a conflict."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from claims import belligerents, captives
from claims.context import Sentence
from claims.deeds import date_of
from claims.draft import Draft, Hit, Refusal
from claims.headcount import Headcount, headcounts
from claims.kind import Kind
from claims.model import Field, FieldType, Place, Status
from claims.nationality import side_of
from claims.reporting import is_report
from claims.rule import Rule
from claims.values.numbers import EXACT, NumberMention
from claims.values.places import PlaceMention
from claims.words import Word

KILLED, WOUNDED, MISSING, DISPLACED = OUTCOMES = ("killed", "wounded", "missing", "displaced")
SOLDIERS, CIVILIANS, CHILDREN, WOMEN, PEOPLE = SUBJECTS = ("soldiers", "civilians", "children", "women", "people")
IDENTITY = ("count_text", "outcome", "subject", "side")

_SUBJECTS = {captives.SOLDIERS: SOLDIERS, captives.CIVILIANS: CIVILIANS, captives.CHILDREN: CHILDREN}
_MORE_SUBJECTS = {"woman": WOMEN, "female": WOMEN, "attacker": SOLDIERS, "assailant": SOLDIERS}
# What else is killed, lost or missing in numbers.
_THINGS = frozenset(
    """tank vehicle truck aircraft plane jet helicopter ship boat drone missile rocket gun weapon howitzer system cow
    cattle sheep goat horse camel animal dog bird pig fish whale job day week month year hour minute time village town
    house home building seat point game match goal kilometre kilometer mile metre state country city family household
    pound euro dollar tree crop vote base battle post part way place case province district region settlement camp
    attack strike raid incident clash front round kilo""".split()
)
_HOMES = r"(?=(?: [\w,.’'-]+){0,7}? (?:homes?|houses|villages|towns|lands?|neighbou?rhoods)\b)"
_KILLED = (
    r"kill(?:s|ed|ing|ings)?|slain|slay(?:s|ing)?|slew|massacr(?:es?|ed|ing)|murder(?:s|ed|ing)?|execut(?:ed|ing|es)"
    r"|slaughter(?:ed|ing)?|behead(?:ed|ing)|gunned down|d(?:ied|ie|ying)|dead|perish(?:ed|es)?|fallen"
    r"|fell(?! (?:to|into|back|by|from|in|on|under|short|silent)\b)"
)
_WOUNDED = r"wound(?:s|ed|ing)|injur(?:ed|es|ing|y|ies)|hurt|maim(?:ed|ing|s)"
_MISSING = r"missing|unaccounted|disappear(?:ed)?|vanished"
_DISPLACED = (
    r"displac(?:ed|es|ing|ement)|flee(?:s|ing)?|fled|uproot(?:ed|ing|s)?|homeless"
    rf"|(?:driv(?:en|es|ing)|drove|forc(?:ed|es|ing)|chas(?:ed|es|ing)|expel(?:led|s|ling)){_HOMES}"
    r"|(?:left|leav(?:e|ing)|abandon(?:ed|ing)?)(?=(?: [\w,’'-]+){0,3}? their (?:homes|houses|villages)\b)"
)
_TOLL = r"(?:death )?tolls?|deaths?|fatalit(?:y|ies)|lives"
_LOST = r"los(?:t|es|e|ing)"


def _words(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)


_PATTERNS = {
    "killed": (KILLED, _words(_KILLED)),
    "wounded": (WOUNDED, _words(_WOUNDED)),
    "missing": (MISSING, _words(_MISSING)),
    "displaced": (DISPLACED, _words(_DISPLACED)),
    "toll": (KILLED, _words(_TOLL)),
    "lost": (KILLED, _words(_LOST)),
}
# What tells an article on a conflict, beside captives.CONFLICT; and what tells one whose dead died otherwise.
_WAR = _words(
    r"air ?strikes?|air raids?|missiles?|shell(?:s|ed|ing)|rockets?|mortars?|drones?|bomb\w*|clash(?:es)?|artillery"
    r"|ambush\w*|massacres?|refugees?|displaced|peacekeepers?|convoy|mines?|warplanes?|raid(?:s|ed)?|attackers?"
)
_OTHERWISE = (
    r"crash(?:es|ed)?|collid\w+|collisions?|pile-up|accidents?|earthquakes?|quake|floods?|flooding|landslides?|cyclone"
    r"|flu|influenza|covid\S*|cholera|measles|malaria|ebola|disease|outbreak|epidemic|films?|movie|novel|stabb\w+"
    r"|drown\w*|starv\w+|hunger|malnutrition|after the match|overdos\w*"
)
_ELSEWHERE = _words(_OTHERWISE)
_PEACE = _words(
    _OTHERWISE + r"|motorway|drivers?|storms?|hurricane|typhoon|tornado|wildfires?|blaze|firefighters?|derail\w*|virus"
    r"|pandemic|patients|vaccin\w+|cancer|smoking|director|actors?|actress|scenes?|screen|series|games?|goals?"
    r"|match(?:es)?|coach(?:es)?|league|season|striker|defenders|cup|burglar\w*|robber\w*|gangs?|murders?|homicides?"
    r"|drugs?|jury|suspect|heat ?wave|ferry|capsiz\w+|suicides|supporters"
)
_INTRANSITIVE = frozenset("die perish fall disappear vanish flee".split())
_SERIOUS = frozenset(
    "be remain go report fear list believe presume leave become make render confirm shoot find".split()
)
_LEAVING = frozenset("leave make render find shoot".split())
_TAKING_LIVES = frozenset("claim cost take lose".split())
_COMPLEMENTS = frozenset("acomp oprd xcomp ccomp attr advcl dep advmod amod".split())
_INSIDE = frozenset("nummod quantmod compound nmod amod advmod npadvmod predet det".split())
_NUMBERS = frozenset("toll number count tally figure total".split())
_REACHING = ("of", "to", "at", "as", "past", "above", "beyond")
_NEITHER = re.compile(r" (?:or|and|and/or)(?: \w+)? ")
_AMONG = re.compile(r"(?: (?!and\b)[\w’'-]+| and \d[\d,]* \w+){0,5}? (?:among|of|amongst) (?:them|whom|those)\b")
_INCLUDING = re.compile(r"\b(?:including|among them|among whom|with|:)(?:[ ,]+[\w-]+){0,2}? ?$", re.IGNORECASE)
_JOINED = re.compile(r" and (?:[\w-]+ ){0,2}?$")
_WHERE = frozenset("in at near around outside inside on across towards toward from to over throughout along".split())
_QUALIFYING = frozenset(
    "at least more than up to as many about some around nearly almost over only just another".split()
)
_LINKING = frozenset("ADJ ADV AUX PART ADP DET PRON".split())
_TAKEN = frozenset("captured kidnapped abducted imprisoned jailed detained".split())
_REACH = 60


@dataclass(frozen=True, slots=True)
class _Trigger:
    """A word that tells an outcome, and the rule that it belongs to."""

    rule: str
    outcome: str
    word: Word


@dataclass(frozen=True, slots=True)
class _Reading:
    """A number of people and what became of them; `sure` from 0 to 1. Killed or wounded together have no outcome."""

    count: Headcount
    subject: str
    trigger: _Trigger
    outcome: str | None
    sure: float


def _build(rule: str) -> Callable[[Hit], Iterable[Draft | Refusal]]:
    def build(hit: Hit) -> Iterator[Draft | Refusal]:
        why = _unfit(hit.sentence)
        if why is not None:
            if headcounts(hit.sentence):
                yield Refusal(why)
            return
        for reading in _readings(hit.sentence):
            if reading.trigger.rule == rule and reading.trigger.word is hit.word:
                yield _draft(hit, reading)

    return build


def _unfit(sentence: Sentence) -> str | None:
    """Why those counted are no casualties of a conflict, None where they may be."""
    text = sentence.context.article.text
    war = _weight(text, captives.CONFLICT) + _weight(text, _WAR)
    if not war:
        return "the article tells of no conflict"
    if _weight(text, _PEACE) >= war:
        return "the article tells of accidents, illness, crime or sport"
    if _ELSEWHERE.search(sentence.text):
        return "they suffered it by an accident, illness or crime, or in a tale"
    return None


@lru_cache(maxsize=4)
def _weight(text: str, pattern: re.Pattern[str]) -> int:
    return len(pattern.findall(text))


@lru_cache(maxsize=1)
def _readings(sentence: Sentence) -> tuple[_Reading, ...]:
    """The casualties that a sentence counts; kept for its next trigger."""
    triggers = list(_triggers(sentence))
    made: list[_Reading] = []
    for one in _counts(sentence):
        costs = [
            (cost, abs(t.word.start - one.mention.end), i)
            for i, t in enumerate(triggers)
            if (cost := _cost(sentence, one, t)) is not None
        ]
        if costs:
            cost, _, i = min(costs)
            trigger = triggers[i]
            made.append(_Reading(one, _subject(one), trigger, _outcome(sentence, trigger, triggers), 0.9 - 0.2 * cost))
        elif made and _is_part(sentence, made[-1].count, one):
            made.append(replace(made[-1], count=one, subject=_subject(one), sure=made[-1].sure - 0.1))
    return tuple(made)


def _triggers(sentence: Sentence) -> Iterator[_Trigger]:
    for rule, (outcome, pattern) in _PATTERNS.items():
        for match in pattern.finditer(sentence.text):
            word = sentence.word_at(match.start(), match.end())
            if word is not None:
                yield _Trigger(rule, outcome, word)


def _counts(sentence: Sentence) -> Iterator[Headcount]:
    """The numbers that may count people: those of claims.headcount, single ones, and those of the dead and wounded."""
    known = {one.mention.start: one for one in headcounts(sentence)}
    for mention in sentence.numbers:
        word = sentence.word_at(mention.start, mention.end)
        if word is None or mention.value == 0:
            continue
        one = known.get(mention.start) or _count(mention, word)
        noun = one.noun
        if noun is not None and (noun.lemma in _THINGS or one.captive or any(k.low in _TAKEN for k in noun.kids)):
            continue
        if mention.value == 1 and (noun is None or captives.subject_of(noun) is None):
            continue
        yield one


def _count(mention: NumberMention, word: Word) -> Headcount:
    at, noun = word, None
    while noun is None and at.dep in _INSIDE and not at.is_root:
        at = at.head
        noun = at if at.is_noun and at.start >= mention.end else None
    noun = noun or next((o for o in word.objects("of") if o.pos != "PRON"), None)
    head = noun if noun is not None and not noun.under(word) else word
    return Headcount(mention, word, noun, head, captives.UNSPECIFIED, captive=False)


def _subject(one: Headcount) -> str:
    noun = one.noun or one.like
    if noun is None:
        return PEOPLE
    sort = _MORE_SUBJECTS.get(noun.lemma)
    civil = any(k.low in ("civilian", "civilians") for k in noun.kids)
    return sort or (CIVILIANS if civil else _SUBJECTS.get(captives.subject_of(noun) or one.subject, PEOPLE))


def _outcome(sentence: Sentence, trigger: _Trigger, triggers: list[_Trigger]) -> str | None:
    """The trigger's own, None where it is one of two that are counted together ("killed or wounded")."""
    for other in triggers:
        first, second = sorted((trigger.word, other.word), key=lambda w: w.start)
        if other.outcome != trigger.outcome and _NEITHER.fullmatch(sentence.text[first.end : second.start]):
            return None
    return trigger.outcome


def _is_part(sentence: Sentence, whole: Headcount, one: Headcount) -> bool:
    """Whether a number tells of those counted before it who some of them were ("including five children")."""
    end = whole.noun.end if whole.noun is not None and whole.noun.start > whole.mention.end else whole.mention.end
    between = sentence.text[end : one.mention.start]
    behind = sentence.text[one.mention.end :]
    if one.noun is None or captives.subject_of(one.noun) is None:
        return False
    return bool(_INCLUDING.search(between) or _AMONG.match(behind) or _JOINED.fullmatch(between))


def _cost(sentence: Sentence, one: Headcount, trigger: _Trigger) -> float | None:
    """How doubtful it is that a trigger tells of those counted, from 0; None where it does not."""
    word, noun = trigger.word, one.noun
    if trigger.rule == "lost":
        return _lost(one, word)
    if word.low == "lives":
        verb = word.verb()
        if verb is None or verb.lemma not in _TAKING_LIVES:
            return None
        return 0.0 if noun is word else 0.2 if one.head.dep == "nsubj" and one.head.head is verb else None
    if word is noun or (word.kids and one.word in word.kids_of("nummod", "quantmod")):
        return 0.0
    if noun is not None and word.dep in ("amod", "acl", "relcl", "compound", "nmod") and word.head in (noun, one.head):
        return 0.1 if word.tag != "VBG" and not _acts(word) else None
    return _governed(one, word) or _tolled(one, word) or _adjacent(sentence, one, word)


def _acts(verb: Word) -> bool:
    """Whether a verb is done by its subject to somebody else."""
    return verb.kid("dobj") is not None and verb.kid("auxpass") is None


def _lost(one: Headcount, verb: Word) -> float | None:
    known = one.noun is not None and captives.subject_of(one.noun) is not None
    return 0.2 if known and one.head.dep == "dobj" and one.head.head is verb else None


def _lead(head: Word) -> Word:
    """The first of the nouns and numbers that one is joined to."""
    while head.dep in ("conj", "appos") and (head.head.is_noun or head.head.pos == "NUM") and not head.is_root:
        head = head.head
    return head


def _governed(one: Headcount, word: Word) -> float | None:
    """Those counted are the ones whom the verb is done to, or of whom the adjective is told."""
    head = _lead(one.head)
    above, far = head.head, 0.0 if head is one.head else 0.3
    if above is word and word is not head:
        if head.dep == "nsubjpass" or (head.dep in ("dobj", "npadvmod") and word.lemma not in _INTRANSITIVE):
            return 0.1 + far
        if head.dep == "nsubj":
            undergoes = word.lemma in _INTRANSITIVE or word.pos == "ADJ" or not _acts(word)
            return 0.2 + far if undergoes and word.tag != "VBG" else None
    if word.dep in _COMPLEMENTS and above is word.head and not word.is_root:
        said = above.lemma in (_LEAVING if head.dep == "dobj" else _SERIOUS)
        return 0.3 + far if said and head.dep in ("nsubj", "nsubjpass", "dobj") and not _acts(word) else None
    return None


def _tolled(one: Headcount, word: Word) -> float | None:
    """The number stands under the noun that counts the dead: "a toll of 90", "the number of wounded rose to 300"."""
    if not (word.is_noun or word.pos == "ADJ"):
        return 0.2 if word.tag == "VBG" and any(o is one.head for o in word.objects("of")) else None
    counting = word.head.head if word.dep == "pobj" and word.head.low == "of" else word
    if counting.lemma not in _NUMBERS and not word.is_noun:
        return None
    head = one.head
    prep = head.head if head.dep == "pobj" else None
    if prep is not None and prep.low == "of" and prep.head in (word, counting):
        return 0.1
    verb = counting.head
    if counting.lemma not in _NUMBERS and word.lemma not in ("death", "fatality"):
        return None
    if not verb.is_verb or counting.dep not in ("nsubj", "nsubjpass", "dobj"):
        return None
    if prep is not None:
        return 0.2 if prep.low in _REACHING and prep.head in (verb, counting) else None
    return (
        0.3
        if head.head is verb and head.dep in ("dobj", "attr", "npadvmod", "acomp") and head is not counting
        else None
    )


def _adjacent(sentence: Sentence, one: Headcount, word: Word) -> float | None:
    """Number and word stand side by side, whatever the parse makes of them: "40 killed", "killed at least 40"."""
    end = one.noun.end if one.noun is not None and one.noun.start >= one.mention.end else one.mention.end
    if word.start >= end:
        between = [w for w in sentence.words if end <= w.start < word.start]
        close = len(between) <= 4 and all(w.pos in _LINKING and w.low not in ("by", "who") for w in between)
        return 0.6 if close and not _acts(word) and word.tag != "VBG" else None
    between = [w for w in sentence.words if word.end <= w.start < one.mention.start]
    if word.is_verb and len(between) <= 4 and all(w.low in _QUALIFYING for w in between):
        return 0.6 if word.lemma not in _INTRANSITIVE else None
    return None


def _draft(hit: Hit, reading: _Reading) -> Draft:
    one, trigger = reading.count, reading.trigger
    mention = one.mention
    side, side_words = side_of(hit, one, None)
    if side is None and trigger.rule == "lost":
        loser = trigger.word.kid("nsubj")
        side, side_words = belligerents.side_of(hit, loser), loser.text if loser is not None else ""
    place, where = _place(hit, one, trigger.word)
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
            "subject": reading.subject,
            "side": side,
            "place": place,
        },
        value_words=words,
        fields=fields,
        date=date_of(hit.sentence, one, trigger.word),
        usual=_usual(trigger),
        identity=IDENTITY,
        rank=reading.sure,
    )


def _usual(trigger: _Trigger) -> Status:
    """Those missing or displaced are so still where that is told as it stands; the dead and wounded became it once."""
    word = trigger.word
    verb = word.head if word.dep in ("acomp", "attr", "oprd") else word
    lasting = trigger.outcome == MISSING and word.tag not in ("VBD", "VBN")
    lasting = lasting or (trigger.outcome == DISPLACED and verb.lemma in ("be", "remain"))
    return Status.ONGOING if lasting and verb.tag not in ("VBD", "VBN") else Status.OCCURRED


def _place(hit: Hit, one: Headcount, word: Word) -> tuple[Place | None, PlaceMention | None]:
    """Where: the place that stands next behind the number under a preposition of place, else the last before it."""
    found = [m for m in hit.sentence.places if _is_where(hit.sentence, m)]
    towns = [m for m in found if m.kind not in ("country", "region")] or found
    after = [m for m in towns if m.start >= min(one.mention.start, word.start)]
    where = after[0] if after else towns[-1] if towns else None
    if where is None:
        return None, None
    context = hit.context
    return context.gazetteer.resolve(where.name, region=where.region, countries=context.countries), where


def _is_where(sentence: Sentence, mention: PlaceMention) -> bool:
    at = sentence.word_at(mention.start, mention.end)
    while at is not None and at.dep in ("compound", "conj", "appos", "nmod", "amod") and not at.is_root:
        at = at.head
    if at is None or at.dep != "pobj" or at.head.low not in _WHERE:
        return False
    return not any(w.dep == "nsubj" and is_report(w.head) for w in at.climb())


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
            pattern=_PATTERNS["killed"][1],
            build=_build("killed"),
            example="At least 35 soldiers were killed in an ambush near Menaka.",
            counter_example="At least 35 soldiers were killed when their bus crashed on a motorway near Graz.",
        ),
        Rule(
            id="casualties.wounded",
            pattern=_PATTERNS["wounded"][1],
            build=_build("wounded"),
            example="The shelling of Kadugli wounded 26 civilians, the rebels said.",
            counter_example="The army wounded the pride of 26 generals.",
        ),
        Rule(
            id="casualties.missing",
            pattern=_PATTERNS["missing"][1],
            build=_build("missing"),
            example="After the battle 70 marines are still missing, the navy says.",
            counter_example="After the battle 70 rifles are still missing, the navy says.",
        ),
        Rule(
            id="casualties.displaced",
            pattern=_PATTERNS["displaced"][1],
            build=_build("displaced"),
            example="Some 30,000 people have fled the fighting around Kutum.",
            counter_example="The general fled with 30,000 dollars after the fighting.",
        ),
        Rule(
            id="casualties.toll",
            pattern=_PATTERNS["toll"][1],
            build=_build("toll"),
            example="The death toll of the air strike has risen to 1,200.",
            counter_example="The army raised the toll on the bridge to 1,200 dinars.",
        ),
        Rule(
            id="casualties.lost",
            pattern=_PATTERNS["lost"][1],
            build=_build("lost"),
            example="The rebels lost 200 men in the offensive.",
            counter_example="The rebels lost 200 tanks in the offensive.",
        ),
    ),
)
