"""Talks: negotiations, rounds, summits, meetings and calls between states, armed sides or mediators."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from claims.context import Sentence
from claims.draft import Draft, Hit, Refusal
from claims.encounters import (
    NOUNS,
    anchors,
    downwards,
    is_meeting,
    is_talks,
    openings,
    plans,
    political,
    talks_before,
    topics,
    upwards,
)
from claims.events import meetings
from claims.kind import Kind
from claims.model import Field, FieldType, Status
from claims.moved import moved
from claims.reporting import is_report
from claims.rule import Rule
from claims.sides import parties_of
from claims.status import calls_off, modality, upheld
from claims.talkwords import AGAIN, UNDATED, VERBS
from claims.timing import dated_word, dates_of, hung_on, next_date, soon_date, wanted_by
from claims.values.dates import DateMention
from claims.values.spans import Setting
from claims.venue import venue
from claims.words import Word

FORMATS = ("meeting", "call", "summit", "talks")
IDENTITY = ("date", "round")
# Talks with more dates than these in one sentence are none.
_TIMES = 12
_NO_SIDES = "fewer than two sides of the talks can be told"
_CLEAR = re.compile(r"talks|negotiations?|summits?", re.IGNORECASE)

# Verbs whose present tells of what is to come, those of _COMING where the time is theirs.
_HAVING = frozenset("have hold see await meet gather convene sit talk negotiate host attend".split())
_COMING = frozenset("be follow begin start open resume take come bring kick get go".split())
_SITTING = frozenset("meet gather convene talk negotiate confer bring".split())
# What a verb says with these words beside it.
_ASIDE = re.compile(
    r"on the (?:phone|line|telephone)|behind closed doors|across \w+ table|under one roof|in one room"
    r"|a?round \w+ table|face to face",
    re.IGNORECASE,
)
_DROPPING_OUT = frozenset((("back", "out"), ("pull", "out"), ("stay", "away"), ("drop", "out"), ("walk", "away")))


def noun_talks(hit: Hit) -> Iterable[Draft | Refusal]:
    """Talks named by a noun, with each time the sentence gives for them, or with word that they were called off."""
    word = hit.word
    if not is_talks(hit, word):
        if _CLEAR.fullmatch(word.text) and word.is_noun and word.dep not in ("compound", "amod"):
            yield Refusal("these are not talks between states or armed sides")
        return
    yield from _drafts(hit, word, anchors(word))


def verb_talks(hit: Hit) -> Iterable[Draft | Refusal]:
    """Sides that meet, talk, negotiate, sit down or speak with each other."""
    word: Word | None = hit.word
    if _ASIDE.fullmatch(hit.trigger):
        word = next((w for w in hit.word.climb() if w.is_verb and w.lemma != "face"), None)
    # "That he and Putin meet": the parse may take the verb for a noun.
    misread = hit.word.low == "meet" and hit.word.kid("nsubj") is not None
    if not hit.word.is_verb and " " in hit.trigger and hit.word.low != "due":
        first = hit.trigger.split()[0]
        word = next((w for w in hit.sentence.words if w.is_verb and w.text == first), word)  # "brought … together"
    if hit.word.low == "due":
        word = hit.word.head if hit.word.dep in ("acomp", "attr") and hit.word.head.lemma == "be" else None
        misread = word is not None
    if word is None or not political(hit) or not (word.is_verb or misread) or not is_meeting(hit, word):
        return
    for draft in _drafts(hit, word, [word, *upwards(word), *([hit.word] if misread else [])]):
        due = hit.word.low == "due"
        yield replace(draft, status=Status.SCHEDULED) if due and isinstance(draft, Draft) else draft


def same_talks(hit: Hit) -> Iterable[Draft]:
    """Talks that a pronoun or a bare ordinal stands for, named in this sentence or the one before."""
    verb = hit.word.verb()
    subject = (verb.kid("nsubj", "nsubjpass") or verb.kid("amod")) if verb is not None else None
    if verb is None or subject is None or subject.start > verb.start:
        return
    if subject.pos == "NOUN" and subject.low != "one":
        return
    if subject.low == "it" and any(k.dep in ("ccomp", "relcl", "advcl") and k.kid("mark") for k in verb.kids):
        return  # "it was in Doha that they met"
    named = talks_before(hit, subject)
    if named is None:
        return
    sides = parties_of(named, named.word)
    dates = [d for d in dates_of(hit.sentence, [verb, *upwards(verb), *downwards(verb)]) if not _frames(hit, d)]
    off = calls_off(verb) or modality(verb).status is Status.CANCELLED
    if len(sides) < 2 or not (dates or off):
        return
    times: Sequence[DateMention | None] = dates or [None]
    for date in times:
        status, words = (Status.CANCELLED, verb.text) if off else (None, None)
        yield _draft(hit, verb, sides, date, round_=_ordinal(hit, subject), status=status, words=words, rank=0.84)


def undated_talks(hit: Hit) -> Iterable[Draft | Refusal]:
    """Talks of which the sentence says that no date is set, or that none are planned."""
    sentence = hit.sentence
    nouns = _talks_in(sentence)
    if not nouns:
        return
    cue = sentence.text.lower().find(hit.trigger.lower())
    word = min(nouns, key=lambda w: abs(w.start - cue) if w.start < cue + len(hit.trigger) else 40 + w.start - cue)
    sides = parties_of(hit, word)
    if len(sides) < 2:
        yield Refusal(_NO_SIDES)
        return
    near = [o for o in sentence.ordinals if o.start <= cue]
    number = next(
        (
            o.value
            for o in reversed(near)
            if re.match(
                r".{0,25}\b(?:round|summit|meeting|session)|\s+(?:is|has|remains|was|one)\b", sentence.text[o.end :]
            )
        ),
        None,
    )
    draft = _draft(hit, word, sides, None, round_=number, status=Status.UNSCHEDULED, words=hit.trigger, rank=0.9)
    # "He wants to meet him in May, but the Kremlin said no date was set": that is the Kremlin's word.
    apart = any(is_report(w) for w in sentence.words[word.i + 1 : hit.word.i])
    yield replace(draft, word=hit.word) if apart else draft


@lru_cache(maxsize=1)
def _talks_in(sentence: Sentence) -> list[Word]:
    """The words for talks in a sentence; kept for its next trigger."""
    found = [w for span in sentence.spans(NOUNS) if (w := sentence.word_at(*span)) is not None]
    nouns = [w for w in found if is_talks(Hit(sentence.context, sentence, w, w.text), w)]
    sitting = [w for w in sentence.words if w.lemma in _SITTING and w.is_verb]
    return nouns or [w for w in sitting if political(Hit(sentence.context, sentence, w, w.text))]


def _drafts(hit: Hit, word: Word, verbs: Sequence[Word]) -> Iterator[Draft | Refusal]:
    sentence = hit.sentence
    below = word.subtree(skip=("relcl", "acl", "advcl", "appos", *(("conj",) if word.is_verb else ())))
    about = set(topics(word))
    own = [w for w in below if w is word or (w.is_noun and w not in about)]
    dates = dates_of(sentence, own) or next_date(sentence, word) or dates_of(sentence, openings(word))
    told_by_verb = word.is_verb or not dates
    dates = dates or dates_of(sentence, list(verbs)) or wanted_by(sentence, word)
    dates = dates or hung_on(sentence, verbs) or soon_date(sentence, word)
    dates = dates or dates_of(sentence, plans(word, off=modality(word).status is Status.CANCELLED))
    dates = [d for d in dates if not _frames(hit, d) and dated_word(sentence, d) not in about][:_TIMES]
    told = modality(word).status
    filed = not dates and sentence.stamp is not None and told is not Status.CANCELLED
    dates = [sentence.stamp] if filed and sentence.stamp is not None else dates
    left = modality(word).words == "out"  # who pulls out of a meeting leaves it, unless it was to come
    put = moved(sentence, word, dates)
    if put is None and not dates and (left or told is not Status.CANCELLED or _told_before(hit, word)):
        yield Refusal("no time is told for the talks, nor that there is none")
        return
    off = _called_off(hit, word) if told in (None, Status.SCHEDULED, Status.DENIED) else None
    number = _round(hit, word)
    sides = parties_of(hit, word)
    if len(sides) < 2 and number is not None and (before := talks_before(hit, word)) is not None:
        sides = parties_of(before, before.word)  # one round is of the same talks as the one before it
    if len(sides) < 2:
        yield Refusal(_NO_SIDES)
        return
    if put is not None:
        for when, became in put.times:
            yield _draft(hit, word, sides, when, round_=number, status=became, words=put.verb.text, rank=0.92)
        return
    times: Sequence[DateMention | None] = dates or [None]
    if UNDATED.search(sentence.text) and all(d is not None and _is_vague(hit, d) for d in times):
        return  # "no plans to meet in the near future" is told as such
    for date in times:
        status, words = (None, None) if off is None else (Status.CANCELLED, off.text)
        if off is not None and upheld(off):
            status = Status.SCHEDULED
        rank = 0.92 if date else 0.84
        draft = _draft(hit, word, sides, date, round_=number, status=status, words=words, rank=rank)
        ahead = date is not None and not filed and (_to_come(hit, word, told_by_verb) or plans(word))
        yield replace(draft, usual=Status.SCHEDULED) if ahead else draft


def _is_vague(hit: Hit, date: DateMention) -> bool:
    span = date.resolve(Setting(hit.context.today, None, None))
    return hit.context.today is not None and span.first is None and span.last is None


def _to_come(hit: Hit, word: Word, told_by_verb: bool) -> bool:
    """Whether a present tense tells of talks ahead ("they meet on Friday"); in a headline it tells of what was."""
    verb = word if word.is_verb else word.head
    if hit.sentence.heading or verb.tag not in ("VBZ", "VBP") or verb.kid("aux", "auxpass") is not None:
        return False
    if not word.is_verb and word.dep not in ("nsubj", "dobj", "attr"):
        return False
    return verb.lemma in _HAVING or (told_by_verb and verb.lemma in _COMING)


def _called_off(hit: Hit, word: Word) -> Word | None:
    """The verb that calls the talks off further on: "were to meet on Friday, but Oman called the meeting off"."""
    for verb in hit.sentence.words[word.i + 1 :]:
        if verb.is_verb and verb.dep == "conj" and any((verb.lemma, k.low) in _DROPPING_OUT for k in verb.kids):
            return verb
        if calls_off(verb) and verb.dep in ("conj", "ROOT", "ccomp", "parataxis"):
            if verb.dep == "conj" and not verb.kids_of("dobj", "nsubj", "nsubjpass") and word.verb() is verb.head:
                return verb
            meant = [*verb.kids_of("dobj", "nsubjpass"), *([] if verb.kid("dobj") else verb.kids_of("nsubj"))]
            if any(w.low in ("it", "them", "they", "this", "that") or NOUNS.fullmatch(w.text) for w in meant):
                return verb
            # "That the talks set for Monday had been put off": the parse may make two clauses of one.
            if not meant and verb.dep == "ccomp" and (own := word.verb()) is not None and own.head is verb.head:
                return verb
    return None


def _told_before(hit: Hit, word: Word) -> bool:
    """Whether the sentence has told of these talks already, as "the meeting" at its end says."""
    if not any(k.low in ("the", "this", "that") for k in word.kids_of("det")):
        return False
    before = hit.sentence.words[: word.i]
    return any(w.is_verb and w.lemma in ("meet", "negotiate", "talk", "confer") for w in before)


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
    place, mention = venue(hit, word, date)
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


def _frames(hit: Hit, date: DateMention) -> bool:
    """Whether a time only frames others: "the third round this year"."""
    today = hit.context.today
    span = date.resolve(Setting(today, None, None))
    if today is None or span.first is None or span.last is None:
        return False
    return span.first <= today <= span.last and (span.last - span.first).days > 300


def _round(hit: Hit, word: Word) -> int | None:
    reach = word.subtree(skip=("relcl", "acl", "advcl", "conj"))
    for ordinal in hit.sentence.within(hit.sentence.ordinals, reach):
        value = getattr(ordinal, "value", None)
        after = hit.sentence.text[ordinal.end : ordinal.end + 40]
        if isinstance(value, int) and (re.match(r"(?:[ -]\w+){0,3}[ -]rounds?\b", after) or (value > 1 and value < 30)):
            return value
    return None


def _ordinal(hit: Hit, word: Word) -> int | None:
    return next(
        (o.value for o in hit.sentence.ordinals if o.start < word.end <= o.end or o.end == word.start - 1), None
    )


@lru_cache(maxsize=1)
def _format(word: Word) -> str:
    words = {word.lemma, *(w.lemma for w in word.subtree(skip=("relcl", "acl", "advcl")))}
    if word.lemma in ("call", "phone", "telephone") or (
        word.lemma in ("speak", "talk") and words & {"phone", "telephone"}
    ):
        return "call"
    if "summit" in words:
        return "summit"
    return "meeting" if word.lemma in ("meet", "meeting", "sit", "come", "session") else "talks"


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
            pattern=NOUNS,
            build=noun_talks,
            example="Armenia and Azerbaijan held talks in Brussels on May 14, 2023.",
            counter_example="The coach said on Monday that talks with the striker were going well.",
        ),
        Rule(
            id="talks.verb",
            pattern=VERBS,
            build=verb_talks,
            example="Envoys of Ethiopia and Eritrea met in Asmara on 9 July 2018.",
            counter_example="The president of Colombia met journalists in Bogotá on Tuesday.",
        ),
        Rule(
            id="talks.again",
            pattern=AGAIN,
            build=same_talks,
            example="The summit of Rwanda and Burundi fell through. It will now be held in Kigali on 20 June 2025.",
            counter_example="Rwanda and Burundi want a summit. The harvest failed. It was brought in by May 2025.",
        ),
        Rule(
            id="talks.undated",
            pattern=UNDATED,
            build=undated_talks,
            example="No date has been set for the next round of talks between Sudan and Ethiopia.",
            counter_example="No date has been set for the wedding of the Danish prince.",
        ),
    ),
    happening=meetings.HAPPENING,
)
