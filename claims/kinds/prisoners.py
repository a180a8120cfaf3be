"""Prisoners: a number of people exchanged, freed, captured or held, or of bodies handed over."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from claims.captives import (
    ACTIONS,
    BODIES,
    CAPTIVES,
    CAPTURED,
    EXCHANGED,
    HELD,
    KILLED,
    PEOPLE,
    RELEASED,
    RETURNED,
    SWAP,
    action_of,
    governing_action,
    in_conflict,
    on_topic,
    subject_kind,
)
from claims.draft import Draft, Hit
from claims.ground import actor_of, other_side, subject_of
from claims.kind import Kind
from claims.model import Field, FieldType, Status
from claims.rule import Rule
from claims.timing import dates_of
from claims.values.numbers import NumberMention
from claims.words import Word, conjoined

IDENTITY = ("count", "count_text", "side", "action", "subject")
SUBJECTS = ("prisoners_of_war", "civilians", "children", "hostages", "detainees", "bodies", "unspecified")

_PEOPLE = re.compile(
    r"\b(?:prisoners?|captives?|PO?Ws?|hostages?|detainees?|abductees?|bodies|body|remains|corpses|soldiers?|troops?"
    r"|service(?:wo)?m[ae]n"
    r"|fighters?|marines?|sailors?|paratroopers?|officers?|conscripts?|guards?|combatants?|people|persons?|m[ae]n"
    r"|wom[ae]n|civilians?"
    r"|child(?:ren)?|(?:school)?girls?|boys?|students?|nationals?|citizens?|residents?|villagers?|workers?|militants?"
    r"|insurgents?"
    r"|rebels?|volunteers?|members?|others|those|defenders?|servicemembers?|peacekeepers?|policemen|foreigners?"
    r"|passengers?"
    r"|pupils?|crew|[A-Z][a-z]+(?:ians|ans|is|ese|ish|ens|aks|ns)|personnel)\b"
)
_ACTS = re.compile(
    r"\b(?:exchang\w+|swap\w*|trad(?:e|es|ed|ing)|releas\w+|fre(?:e|es|ed|eing)|return\w*|repatriat\w+|hand(?:s|ed"
    r"|ing)?|home|captur\w+"
    r"|receiv\w+|back|brought)\b",
    re.IGNORECASE,
)
_EACH = re.compile(
    r"\b(?:each|apiece|per side|either side|(?:from|on|by|for) (?:each|both"
    r"|either)(?: of the two)?(?: (?:the )?(?:sides?|armies|army|countries))?"
    r"|each (?:side|army|country)|respectively)\b",
    re.IGNORECASE,
)
_FOR = re.compile(r"[- ]for[- ]$")
_TOTALS = frozenset("number total toll figure count".split())
_ARROW = frozenset("to into".split())


def counted(hit: Hit) -> Iterable[Draft]:
    """A number of captives, soldiers, civilians or bodies, and what happened to them."""
    if not in_conflict(hit):
        return
    noun = hit.word
    for number in hit.sentence.numbers:
        if number.value != 1 and _counts(hit, number) is noun:
            yield from _draft(hit, number, noun)


def uncounted(hit: Hit) -> Iterable[Draft]:
    """A number whose people are left out: "handed over 60 and received 75", "a further 300 from each"."""
    if not in_conflict(hit) or not on_topic(hit):
        return
    for number in hit.sentence.numbers:
        word = hit.sentence.word_at(number.start, number.end)
        if word is None or number.value in (None, 1) or _counts(hit, number) is not None or word.dep == "nummod":
            continue
        if word.pos not in ("NUM", "NOUN") or not word.under(hit.word) or not hit.word.is_verb:
            continue
        if action_of(hit.word) is not None and word.dep in ("dobj", "nsubj", "nsubjpass", "conj", "pobj"):
            yield from _draft(hit, number, word)


def _counts(hit: Hit, number: NumberMention) -> Word | None:
    """The noun of people that a number counts."""
    word = hit.sentence.word_at(number.start, number.end)
    if word is None:
        return None
    of = [o for o in word.objects("of") if _are_people(hit, o)]
    if of:
        return of[0]
    at = word
    while at.dep in ("nummod", "quantmod", "compound", "amod", "det", "advmod", "nmod") and not at.is_root:
        at = at.head
        if _are_people(hit, at):
            return at
    if word.dep == "pobj" and word.head.low == "at" and word.head.head.is_verb:
        for noun in word.head.head.kids_of("dobj", "nsubjpass"):
            if noun.lemma in _TOTALS:
                return next((o for o in noun.objects("of") if _are_people(hit, o)), None)
    return None


def _are_people(hit: Hit, noun: Word) -> bool:
    if noun.lemma in PEOPLE or noun.low in ("pows", "personnel", "those", "remains"):
        return True
    return noun.tag in ("NNPS", "NNS") and any(m.source == "demonym" for m in hit.sentence.parties_in([noun]))


def _draft(hit: Hit, number: NumberMention, noun: Word) -> Iterator[Draft]:
    body = _body(noun)
    bodies = body is not None or noun.lemma in BODIES
    found = governing_action(body or noun)
    strong = bodies or noun.lemma in CAPTIVES or noun.low.startswith("pow")
    if found is None and strong:
        found = _nearby(hit, noun)
    if found is None and noun.head.lemma == "of" and any(w.lemma == "list" for w in noun.climb()) and on_topic(hit):
        found = (noun, EXCHANGED)
    if found is None or not (strong or on_topic(hit)):
        return
    word, action = found
    each = _per_side(hit, number, noun)
    subject = subject_kind(noun, bodies=bodies)
    if bodies or subject == "children":
        action = RETURNED if action == RELEASED else action
        if bodies and action in (CAPTURED, HELD, KILLED):
            return
    if action == KILLED and not strong:
        return
    if action == RELEASED and (each or _in_a_swap(word)):
        action = EXCHANGED
    side = None if each else _side(hit, noun, word, action)
    verb = word if word.is_verb else word.verb()
    dates = dates_of(hit.sentence, [word, *([verb] if verb is not None and verb is not word else [])])
    yield Draft(
        word=word,
        details={
            "count": number.value,
            "count_low": number.low,
            "count_high": number.high,
            "count_text": number.text,
            "qualifier": number.qualifier,
            "per_side": each,
            "action": action,
            "subject": subject,
            "side": side,
        },
        value_words=number.text,
        fields={"count": number.text, "action": word.text, "subject": noun.text} | ({"side": side} if side else {}),
        date=dates[0] if dates else None,
        usual=Status.ONGOING if action == HELD else Status.OCCURRED,
        identity=IDENTITY,
        rank=0.85 if strong else 0.7,
    )


def _body(noun: Word) -> Word | None:
    """The bodies that a count of people is of: "four hostages' bodies", "the remains of six soldiers"."""
    if noun.dep == "poss" and noun.head.lemma in BODIES:
        return noun.head
    if noun.dep == "pobj" and noun.head.low == "of" and noun.head.head.lemma in BODIES:
        return noun.head.head
    described = [k for k in noun.kids_of("relcl", "acl") if any(w.lemma in BODIES for w in k.subtree())]
    return noun if described else None


def _nearby(hit: Hit, noun: Word) -> tuple[Word, str] | None:
    """The act nearest to captives that nothing governs: in headlines and lists."""
    acts = [(abs(w.i - noun.i), w, a) for w in hit.sentence.words if w is not noun and (a := action_of(w)) is not None]
    near = [(d, w.i, w, a) for d, w, a in acts if a != KILLED]
    if not near:
        return None
    _, _, word, action = min(near, key=lambda item: item[:2])
    return word, action


def _in_a_swap(word: Word) -> bool:
    """Whether the sentence tells the act as part of a swap: "the swap saw 60 soldiers turned over"."""
    for at in word.climb():
        subject = subject_of(at) if at.is_verb else None
        if subject is not None and SWAP.fullmatch(subject.text):
            return True
    return False


def _per_side(hit: Hit, number: NumberMention, noun: Word) -> bool:
    text = hit.sentence.text
    for other in hit.sentence.numbers:
        if other is not number and other.value == number.value and other.value is not None:
            first, second = sorted((number, other), key=lambda n: n.start)
            if _FOR.fullmatch(text[first.end : second.start]):
                return True
    reach = text[number.end : max(noun.end, number.end) + 45]
    return bool(_EACH.search(re.split(r"[;.]| and (?:a |another |some )?\d", reach)[0]))


def _side(hit: Hit, noun: Word, word: Word, action: str) -> str | None:
    """Whose people they are."""
    sentence = hit.sentence
    if any(m.source == "demonym" for m in sentence.parties_in([noun])):
        return actor_of(hit, noun)
    owners = [k for n in conjoined(noun)[:1] for k in n.kids_of("amod", "poss", "compound", "nmod")]
    named = next((a for k in owners if (a := actor_of(hit, k))), None)
    if named is not None:
        return named
    if action in (RELEASED, EXCHANGED, RETURNED):
        home = [o for at in (word, noun) for o in at.objects("to")]
        named = next((a for o in home if (a := actor_of(hit, o))), None)
        if named is not None:
            return named
    captor = _captor(hit, noun, word, action)
    if captor is not None:
        return other_side(hit, captor)
    return _usual_side(hit, noun)


def _captor(hit: Hit, noun: Word, word: Word, action: str) -> str | None:
    """Who took or holds them, where the clause says so."""
    clauses = [k for k in noun.kids_of("acl", "relcl") if action_of(k) in (CAPTURED, HELD)]
    if action in (CAPTURED, HELD):
        clauses.append(word)
    for clause in clauses:
        by = next(iter(clause.objects("by")), None)
        if by is not None:
            return actor_of(hit, by)
        if clause.is_verb and clause.kid("dobj") is not None and clause.lemma != "surrender":
            return actor_of(hit, subject_of(clause))
    return None


def _usual_side(hit: Hit, noun: Word) -> str | None:
    """Whose the captives of this sort are elsewhere in the article ("Israeli hostages"), where that is one side only."""
    if noun.lemma not in ("hostage", "captive"):
        return None
    pattern = re.compile(rf"\s{noun.lemma}s?\b")
    sides = {m.party for s in hit.context.sentences for m in s.parties if pattern.match(s.text, m.end)}
    return sides.pop() if len(sides) == 1 else None


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
        Field("action", FieldType.CHOICE, "What happened to them.", ACTIONS),
        Field("subject", FieldType.CHOICE, "Who they are.", SUBJECTS),
        Field("side", FieldType.PARTY, "Whose people they are."),
    ),
    rules=(
        Rule(
            id="prisoners.counted",
            pattern=_PEOPLE,
            build=counted,
            example="Armenia and Azerbaijan exchanged 32 prisoners of war on the border, the army said.",
            counter_example="The army said 32 soldiers were wounded in the war.",
        ),
        Rule(
            id="prisoners.uncounted",
            pattern=_ACTS,
            build=uncounted,
            example="In the exchange of prisoners after the war, the rebels handed over 60 and received 75.",
            counter_example="The captives heard of the war: shops returned 60 of the faulty radios.",
        ),
    ),
)
