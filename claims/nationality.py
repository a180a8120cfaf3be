"""Whose people those counted are."""

from __future__ import annotations

import re
from collections.abc import Sequence

from claims import belligerents
from claims.captives import BODIES, CHILDREN, CIVILIANS, HOSTAGES, SOLDIERS
from claims.deeds import MOVING, Deed, deeds, nearest
from claims.draft import Hit
from claims.forces import base
from claims.headcount import Headcount, headcounts
from claims.reporting import is_report
from claims.values.parties import PartyMention, country_code, country_named, demonym_of, rivals_of
from claims.words import Word, conjoined

_OWN = frozenset("its their our his her".split())
_RECEIVING = frozenset("receive welcome get recover regain retrieve repatriate".split())
_BRINGING = frozenset("bring take have win".split())
_GIVING = frozenset("release return capture hold kill".split())
# What tells of a side where soldiers alone do not.
_FORCES = frozenset(
    "government junta regime army rebel insurgent guerrilla guerilla militant separatist terrorist".split()
)
_BACK = 2
_CAPTORS = frozenset("hand custody captivity".split())
_REGULARS = frozenset("soldier serviceman policeman troop trooper conscript".split())
_CONFINED = frozenset("captivity custody jail prison detention camp dungeon".split())
_INSIDE = frozenset("amod compound nmod poss det nummod".split())


def side_before(hit: Hit, one: Headcount) -> tuple[str | None, str]:
    """Whose a bare number's people are, by the captives counted last before it: "the last 26", "two of them"."""
    for sentence in reversed(hit.context.sentences[max(0, hit.sentence.index - _BACK) : hit.sentence.index + 1]):
        if not sentence.numbers:
            continue
        here = sentence is hit.sentence
        for other in reversed(headcounts(sentence)):
            if other.noun is None or (here and other.mention.start >= one.mention.start):
                continue
            deed = next((deed for _, deed in nearest(other, deeds(sentence))), None)
            side, words = side_of(Hit(hit.context, sentence, other.noun, other.mention.text), other, deed)
            return side, other.mention.text if words else ""
    return None, ""


def side_of(hit: Hit, one: Headcount, deed: Deed | None) -> tuple[str | None, str]:
    """The party whose people they are and the words that say so; None where nothing says it, or several are named."""
    own = _named(hit, one, deed)
    if own:
        parties = {m.party for m in own}
        return (own[0].party, own[0].text) if len(parties) == 1 else (None, "")
    owner = _by_pronoun(hit, one, deed) or _of_force(hit, one) or _out_of(hit, one)
    if owner is not None:
        return owner
    if deed is None:
        return None, ""
    found = _from_captivity(hit, one, deed) or _by_direction(hit, one, deed) or _by_other(hit, one, deed)
    if found is None and one.like is not None:
        parties = {m.party for m in _in_phrase(hit, one.like, ("of", "from"))}
        return (parties.pop(), one.like.text) if len(parties) == 1 else (None, "")
    if found is None and one.subject == HOSTAGES and deed.family != "exchange":
        group = next((p for p in hit.context.mentions if country_code(p) is None), None)
        state = _opponent(hit, group) if group is not None else None
        return (state, deed.text) if state is not None and _has_hostages(hit, state) else (None, "")
    return found or _of_the_state(hit, one) or (None, "")


def _of_the_state(hit: Hit, one: Headcount) -> tuple[str, str] | None:
    """Soldiers whom nobody calls anybody's are the state's, in an article on a state and its rebels."""
    states = [p for p in hit.context.pair if country_code(p)]
    if one.noun is None or base(one.noun) not in _REGULARS or len(states) != 1:
        return None
    if states[0] not in hit.context.mentions:
        return None
    fighting = any(country_code(p) is None for p in hit.context.pair)
    return (states[0], one.noun.text) if fighting else None


def _has_hostages(hit: Hit, state: str, *, alone: bool = True) -> bool:
    """Whether the article speaks of a country's hostages, or, of hostages, names that country `alone` beside their
    captors.
    """
    theirs = rf"\b{re.escape(demonym_of(state) or state)} (?:\w+ )?(?:hostages?|captives?|prisoners?|citizens?)"
    return hit.context.mentions_any(re.compile(theirs)) or (
        alone and sum(1 for p in hit.context.mentions if country_code(p)) == 1
    )


def _named(hit: Hit, one: Headcount, deed: Deed | None) -> list[PartyMention]:
    """The parties that the noun phrase names: "Ukrainian soldiers", "80 Chadians", "men of the army of Chad"."""
    # Whom somebody brings home from Libya is no Libyan.
    joints = ("of",) if deed is not None and deed.family == "return" else ("of", "from")
    if one.noun is None:
        return _in_phrase(hit, one.head, joints)
    between = [w for w in hit.sentence.words if one.mention.end <= w.start < one.noun.start]
    return _in_phrase(hit, one.noun, joints, between)


def _in_phrase(hit: Hit, noun: Word, joints: Sequence[str], more: Sequence[Word] = ()) -> list[PartyMention]:
    words = [noun, *more]
    for kid in noun.kids:
        held = any(k.lemma in _CONFINED for k in kid.kids)  # "from Boko Haram captivity"
        if kid.dep in _INSIDE or (kid.dep == "prep" and kid.low in joints and not held):
            words += kid.subtree(skip=("relcl", "acl", "advcl"))
    named = hit.sentence.parties_in(words)
    found = [m for m in named if m.source != "organisation" or m.end == noun.start - 1]  # "UN hostages"
    return found or _of_region(hit, noun, joints)


def _of_region(hit: Hit, noun: Word, joints: Sequence[str]) -> list[PartyMention]:
    """ "Civilians from the Kursk region": of the country where it lies."""
    for place in hit.sentence.places_in([w for o in noun.objects(*joints) for w in o.subtree()]):
        land = hit.context.gazetteer.resolve(place.name, region=place.region, countries=hit.context.countries).country
        party = country_named(land) if land is not None else None
        if party in hit.context.mentions:
            return [PartyMention(place.start, place.end, place.text, str(party), "country", modifier=False)]
    return []


def _of_force(hit: Hit, one: Headcount) -> tuple[str, str] | None:
    """Whose they are by the force that the phrase tells of: "junta soldiers", "jailed rebels"."""
    if one.noun is None:
        return None
    forces = [one.noun, *one.noun.kids_of("amod", "compound", "nmod")]
    forces += [w for o in one.noun.objects("of", "from") for w in (o, *o.kids_of("compound", "amod"))]
    word = next((w for w in forces if base(w) in _FORCES), None)
    party = belligerents.side_of(hit, word) if word is not None else None
    return (party, word.text) if word is not None and party is not None else None


def _out_of(hit: Hit, one: Headcount) -> tuple[str, str] | None:
    """Whose the many are of whom they are some: "Of the Ethiopians interned there, 229 were sent home"."""
    first = next(iter(hit.sentence.words), None)
    if first is None or first.low != "of" or one.mention.start < first.start:
        return None
    named = [m for o in first.kids_of("pobj") for m in _in_phrase(hit, o, ("of", "from"))]
    return (named[0].party, named[0].text) if len({m.party for m in named}) == 1 else None


def _by_pronoun(hit: Hit, one: Headcount, deed: Deed | None) -> tuple[str | None, str] | None:
    owner = next((k for k in (one.noun or one.head).kids if k.dep == "poss" and k.low in _OWN), None)
    if owner is None:
        return None
    verb = owner.verb()
    if owner.low in ("our", "my"):
        party = _speaking(hit, owner)
    elif verb is not None and verb.lemma in _RECEIVING:
        party = _doer(hit, verb)  # whatever else he did: "gave up ten and got back five of his own"
    else:
        party = _owner(hit, deed) if deed is not None else None
    party = party or hit.context.party_before(hit.sentence, owner.start)
    return party, owner.text if party else ""


def _speaking(hit: Hit, word: Word) -> str | None:
    """The party that the speaker of these words is named with ("Hussein Ahmed, who heads the rebels' committee")."""
    saying = next((v for v in word.climb() if is_report(v)), None)
    speaker = saying.kid("nsubj") if saying is not None else None
    named = hit.sentence.parties_in(speaker.subtree()) if speaker is not None else []
    return named[0].party if named else None


def _owner(hit: Hit, deed: Deed) -> str | None:
    """Whose "its" are: of him who gets them back or trades them, not of him who holds, takes or frees them."""
    doer = _doer(hit, deed.word)
    getting = deed.word.lemma in _RECEIVING | _BRINGING or deed.trigger is not deed.word
    if doer is None or deed.family not in _GIVING or getting:
        return doer
    above = deed.word.head.verb() if not deed.word.is_root else None
    asking = _subject(hit, above) if above is not None else None
    return asking if asking not in (None, doer) else _opponent(hit, doer)


def _from_captivity(hit: Hit, one: Headcount, deed: Deed) -> tuple[str, str] | None:
    """Who comes "from Russian captivity" is no Russian."""
    verb = one.head.verb()
    for word in (one.head, deed.word, deed.trigger, *([verb] if verb is not None else [])):
        for noun in word.objects("from"):
            captors = {m.party for m in hit.sentence.parties_in(noun.kids)} if noun.lemma in _CONFINED else set()
            captor = captors.pop() if len(captors) == 1 else None
            other = _opponent(hit, captor) if captor is not None and country_code(captor) else None
            if other is not None:
                return other, noun.text
    return None


def _by_direction(hit: Hit, one: Headcount, deed: Deed) -> tuple[str, str] | None:
    """ "Returned to Kyiv", "Ukraine received"."""
    if deed.family in ("return", "release", "exchange"):
        mover = one.head.verb()
        moved = mover.objects("to", "into") if mover is not None and mover.lemma in MOVING else []
        for noun in [
            *one.word.objects("to"),
            *deed.word.objects("to", "into"),
            *deed.trigger.objects("to", "into"),
            *moved,
        ]:
            named = hit.sentence.parties_in(noun.subtree(skip=("relcl", "acl", "advcl", "conj")))
            if noun.lemma in _CAPTORS:  # "fell into Russian hands"
                other = _opponent(hit, named[0].party) if named else None
                return (other, named[0].text) if other is not None else None
            if named and named[0].source in ("country", "capital", "group", "demonym"):
                return named[0].party, named[0].text
    teller = _told_by(deed.word) if deed.family == "return" and not deed.word.is_verb else None
    if teller is not None and (party := _subject(hit, teller)) in hit.context.pair:
        return party, deed.text
    if deed.word.lemma in _RECEIVING or (deed.word.lemma in _BRINGING and deed.trigger is not deed.word):
        party = _subject(hit, deed.word) or _right_before(hit, deed.word)
        if party is not None:
            return party, deed.text
    return None


def _right_before(hit: Hit, verb: Word) -> str | None:
    """The party named right before a verb, which the parse may not take for its subject."""
    return next((m.party for m in hit.sentence.parties if m.end == verb.start - 1), None)


def _by_other(hit: Hit, one: Headcount, deed: Deed) -> tuple[str, str] | None:
    """Who is held, taken or let go by one side belongs to the other, if that is a state."""
    if deed.family not in _GIVING or (one.subject in (CIVILIANS, CHILDREN) and deed.family == "release"):
        return None
    for word in (deed.word, *(k for k in one.head.kids_of("acl") if k.tag == "VBN")):
        party = _doer(hit, word)
        if party is None and deed.family == "capture" and word.kid("nsubjpass") is not None:
            party = belligerents.teller(hit, word)  # "38 had been taken prisoner, said the ministry"
        other = _opponent(hit, party) if party is not None else None
        if party is None or other is None:
            continue
        anybody = country_code(party) is None and one.noun is not None and one.subject not in (SOLDIERS, BODIES)
        if not anybody or _has_hostages(hit, other, alone=one.subject == HOSTAGES):
            return other, word.text
    return None


def _opponent(hit: Hit, party: str) -> str | None:
    """The state that an article sets against a party: the other of its two sides, for an armed group the chief one."""
    pair = hit.context.pair
    foes = [p for p in rivals_of(party) if p in hit.context.mentions or p in pair]
    if party in pair and len(pair) == 2:
        other = next(p for p in pair if p != party)
        allied = bool(foes) and other not in foes
        allied = allied or (
            not foes and any(country_code(r) is None and r in hit.context.mentions for r in rivals_of(other))
        )
        if country_code(other) and not allied:
            return other
    state = next((p for p in foes if country_code(p)), None)
    if state is not None:
        return state
    if country_code(party):
        return None
    return next((p for p, _ in hit.context.mentions.most_common(3) if country_code(p)), None)


def _doer(hit: Hit, word: Word) -> str | None:
    """Who does it: the agent of a passive or a noun, else the subject, where that does more than tell of it."""
    agent = next(iter(word.objects("by")), None) or (None if word.is_verb else word.kid("poss"))
    if agent is None and word.lemma in _CAPTORS:
        agent = next(iter(word.objects("of")), None)  # "in the hands of the rebels"
    if agent is not None:
        return _party(hit, agent)
    if word.kid("nsubjpass") is not None or (not word.is_verb and _told_by(word) is not None):
        return None
    return _subject(hit, word)


def _told_by(word: Word) -> Word | None:
    """The verb of saying right above a noun ("announced the return of")."""
    verb = word.verb()
    return verb if verb is not None and is_report(verb) else None


def _subject(hit: Hit, word: Word) -> str | None:
    verb = word if word.is_verb else word.verb()
    while verb is not None:
        subject = verb.kid("nsubj")
        if subject is not None:
            if subject.pos == "PRON":
                return hit.context.party_before(hit.sentence, subject.start)
            return _party(hit, subject)
        if verb.is_root or verb.dep not in ("conj", "xcomp", "advcl", "pcomp", "prep"):
            return None
        verb = verb.head.verb()
    return None


def _party(hit: Hit, noun: Word) -> str | None:
    """The party that a noun names, None for several together."""
    words = [w for x in conjoined(noun) for w in x.subtree(skip=("relcl", "acl", "advcl", "conj", "appos"))]
    named = {m.party for m in hit.sentence.parties_in(words) if m.source != "organisation"}
    if not named:
        return belligerents.side_of(hit, noun)
    return named.pop() if len(named) == 1 else None
