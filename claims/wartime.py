"""Whether people were killed or hurt in a conflict, or otherwise: told by what else their article speaks of."""

from __future__ import annotations

import re
from functools import lru_cache

from claims import captives
from claims.context import Sentence
from claims.losses import one_of
from claims.values.parties import find_parties

# What tells an article on a conflict, beside captives.CONFLICT; and what tells one whose dead died otherwise.
_WAR = one_of(
    r"air ?strikes?|air raids?|missiles?|shell(?:s|ed|ing)?|rockets?|mortars?|drones?|bomb\w*|clash(?:es)?|artillery"
    r"|jets?|sieges?|snipers?|gunfire|ambush\w*|massacres?|refugees?|displaced|peacekeepers?|convoy|mines?|warplanes?"
    r"|raid(?:s|ed)?|attackers?|terror(?:ist)? attacks?|civilians|shot dead|open(?:s|ed|ing)? fire|suicide bomb\w*"
    r"|aid (?:sites?|cent(?:re|er)s?|points?|hubs?|seekers?|distribution|convoys?|trucks?)"
)
# "A Russian strike", "strikes on Sanaa": workers strike, too, but nobody in particular.
_TARGETS = (
    r"(?:cit(?:y|ies)|towns?|villages?|camps?|schools?|hospitals?|markets?|shelters?|mosques?|church(?:es)?|convoys?"
    r"|bases?|barracks|outposts?|residential|neighbou?rhoods?|homes?|houses?|cent(?:re|er) of [A-Z]|outskirts)"
)
_STRIKE = re.compile(
    rf"\b(?:[Ss]trikes? (?:on|near|against)|[Aa]ttack(?:s|ed|ing)?(?: on)?) (?:the |an? )?"
    rf"(?:\w+ ){{0,2}}?{_TARGETS}\b|"
    r"\b(?:[Ss]trikes? on|[Aa]ttacks? (?:on|near|in|at)) (?:the )?(?:\w+ ){0,3}?[A-Z]"
    r"|\b[A-Z][a-z]+(?:an|i|ese|ish) (?:strikes?|attacks?|fire)\b|\bUS strikes?\b"
)
_OTHERWISE = (
    r"crash(?:es|ed)?|collid\w+|collisions?|pile-up|accidents?|earthquakes?|quake|floods?|flooding|landslides?|cyclone"
    r"|flu|influenza|covid\S*|cholera|measles|malaria|ebola|disease|outbreak|epidemic|films?|movie|novel|stabb\w+"
    r"|drown\w*|drought|famine|starv\w+|hunger|malnutrition|after the match|overdos\w*"
)
_ELSEWHERE = one_of(_OTHERWISE)
_PEACE = one_of(
    _OTHERWISE + r"|motorway|drivers?|storms?|hurricane|typhoon|tornado|wildfires?|blaze|firefighters?|derail\w*|virus"
    r"|pandemic|patients|vaccin\w+|cancer|smoking|director|actors?|actress|scenes?|screen|series|games?|goals?"
    r"|match(?:es)?|coach(?:es)?|league|season|striker|defenders|cup|burglar\w*|robber\w*|gangs?|murders?|homicides?"
    r"|drugs?|jury|suspect|heat ?wave|ferry|capsiz\w+|suicides|supporters"
)


def unfit(sentence: Sentence) -> str | None:
    """Why those counted are no casualties of a conflict, None where they may be."""
    text = sentence.context.article.text
    war = sum(_weight(text, pattern) for pattern in (captives.CONFLICT, _WAR, _STRIKE)) + _groups(text)
    if not war:
        return "the article tells of no conflict"
    if _weight(text, _PEACE) >= war:
        return "the article tells of accidents, illness, crime or sport"
    if _ELSEWHERE.search(sentence.text):
        return "they suffered it by an accident, illness or crime, or in a tale"
    return None


@lru_cache(maxsize=8)
def _weight(text: str, pattern: re.Pattern[str]) -> int:
    return len(pattern.findall(text))


@lru_cache(maxsize=2)
def _groups(text: str) -> int:
    """How often the text names an armed group."""
    return sum(mention.source == "group" for mention in find_parties(text))
