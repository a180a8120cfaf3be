"""When a claim that was found and a claim that was annotated say the same, field by field.

A found claim is in the API's form, an annotated one in that of the gold files (see CONTRIBUTING.md).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

Found = Mapping[str, Any]
Gold = Mapping[str, Any]

LEAST_OVERLAP = 0.3
_SAYING_DAYS = 31  # how long before publication a statement may lie that dates an otherwise undated fact

# One name for each party or place that goes by several; all as `_bare` leaves them.
_SAME_NAME = {
    other: name
    for name, others in {
        "united states": "us, usa, u s, america",
        "united kingdom": "uk, britain",
        "united nations": "un, u n",
        "european union": "eu",
        "united arab emirates": "uae, emirates",
        "turkey": "turkiye",
        "myanmar": "burma",
        "democratic republic congo": "congo, dr congo, drc",
        "cote divoire": "ivory coast",
        "palestine": "palestinian, palestinians, palestinian authority",
        "houthis": "houthi, ansar allah, ansarullah",
        "rapid support forces": "rsf",
        "sudan": "saf",
        "syrian democratic forces": "sdf",
        "somalia": "snc",
        "tigray": "tplf, tigray peoples liberation front",
        "taang national liberation army": "tnla",
        "arakan rohingya salvation army": "arsa",
        "arakan army": "aa",
        "kachin independence army": "kia",
        "karen national union": "knu",
        "national liberation army": "eln",
        "revolutionary armed forces colombia": "farc",
        "kurdistan workers party": "pkk",
        "peoples protection units": "ypg",
        "hayat tahrir al sham": "hts",
        "islamic state": "is, isis, isil",
        "al qaeda in arabian peninsula": "aqap",
        "jamaat nusrat al islam wal muslimin": "jnim",
        "islamic state west africa": "iswap",
        "moro islamic liberation front": "milf",
        "tamil tigers": "ltte",
        "palestine liberation organization": "plo",
        "tehrik i taliban pakistan": "ttp",
        "sudan peoples liberation movement": "splm",
        "kyiv": "kiev",
        "luhansk": "lugansk",
        "el fasher": "al fasher, al fashir",
        "aleppo": "aleppo city",
    }.items()
    for other in others.split(", ")
}
_COUNTRY_OF = dict(
    pair.split("=")
    for pair in (
        "russian=russia ukrainian=ukraine israeli=israel french=france german=germany turkish=turkey chinese=china"
        " indian=india pakistani=pakistan iranian=iran iraqi=iraq syrian=syria lebanese=lebanon egyptian=egypt"
        " qatari=qatar yemeni=yemen sudanese=sudan ethiopian=ethiopia eritrean=eritrea rwandan=rwanda ugandan=uganda"
        " armenian=armenia azerbaijani=azerbaijan georgian=georgia thai=thailand cambodian=cambodia burmese=myanmar"
        " colombian=colombia korean=korea japanese=japan afghan=afghanistan polish=poland hungarian=hungary"
        " finnish=finland belarusian=belarus swiss=switzerland palestinian=palestine"
    ).split()
) | {
    "american": "united states",
    "us": "united states",
    "british": "united kingdom",
    "saudi": "saudi arabia",
    "congolese": "democratic republic congo",
    "emirati": "united arab emirates",
}
# Last words of a speaker that two different speakers may share.
_OFFICES = frozenset(
    "ministry minister army military staff general forces government officials official office spokesman spokesperson"
    " spokeswoman president presidency delegation side authorities command source sources media agency service"
    " administration council committee headquarters group groups party rebels mediators envoy department".split()
)
_AREA_WORDS = re.compile(
    r"\b(?:city|town|village|settlement|regions?|provinces?|districts?) of\b"
    r"|\b(?:the|regions?|oblasts?|provinces?|districts?|of)\b"
    r"|\b(?:north|south)?(?:east|west|north|south)ern\b|\bcentral\b"
)
_SMALL_WORDS = re.compile(r"\b(?:the|of|for|a|s)\b")
_POSSESSIVE = re.compile(r"[’']s\b")
_APOSTROPHES = re.compile(r"[’'ʼ`]")
_PLAIN_FIELDS = {
    "prisoners": ("qualifier", "per_side", "action", "subject", "side"),
    "casualties": ("qualifier", "outcome", "subject", "side", "place"),
}


def same_name(one: Any, other: Any) -> bool:
    """Whether two names (or place objects, or None) of a place or party mean the same."""
    return _name(one) == _name(other)


def stretches(gold: Gold, text: str) -> list[tuple[int, int]]:
    """Everywhere that the annotated quote stands in the text."""
    return [match.span() for match in re.finditer(re.escape(gold["quote"]), text)]


def overlap(found: Found, gold: Gold, text: str) -> float:
    """How much the two quotes share: intersection over union, for the best place of the annotated one."""
    start, end = found["source"]["start"], found["source"]["end"]
    shares = [0.0]
    for first, last in stretches(gold, text):
        common = min(end, last) - max(start, first)
        if common > 0:
            shares.append(common / (max(end, last) - min(start, first)))
    return max(shares)


def on_same_words(found: Found, gold: Gold, text: str) -> bool:
    """Whether the quotes overlap enough to be about the same words."""
    return overlap(found, gold, text) >= LEAST_OVERLAP


def same_fact(found: Found, gold: Gold, published_at: str) -> bool:
    """Whether two claims of one kind agree in what makes a fact.

    For talks that is their date, for territory what was done where, for prisoners how many, for casualties how many
    suffered what, else the date.
    """
    details = found["details"]
    if gold["kind"] == "talks":
        told = gold.get("date_from") or gold.get("date_to") or not gold["parties"]
        return same_date(found, gold, published_at) and bool(
            told or _names(details.get("parties")) & _names(gold["parties"])
        )
    if gold["kind"] == "prisoners":
        return bool(details.get("count") == gold.get("count"))
    if gold["kind"] == "casualties":
        return bool(details.get("count") == gold.get("count") and details.get("outcome") == gold.get("outcome"))
    if gold["kind"] == "territory":
        here, there = _names(details.get("places")), _names(gold["places"])
        return details.get("action") == gold["action"] and bool(here & there or here == there)
    return same_date(found, gold, published_at)


def same_date(found: Found, gold: Gold, published_at: str) -> bool:
    """Whether the resolved dates agree: exactly, or by any overlap where the annotation calls its own fuzzy."""
    date_found = found.get("date") or {}
    mine = date_found.get("from"), date_found.get("to")
    theirs = gold.get("date_from"), gold.get("date_to")
    if not gold.get("date_fuzzy") or mine == (None, None):
        return mine == theirs
    if theirs == (None, None):
        told = date.fromisoformat(published_at[:10])
        earliest, latest = told - timedelta(days=_SAYING_DAYS), told + timedelta(days=1)
        return str(mine[0] or mine[1]) >= earliest.isoformat() and str(mine[1] or mine[0]) <= latest.isoformat()
    return max(mine[0] or "0001", theirs[0] or "0001") <= min(mine[1] or "9999", theirs[1] or "9999")


def same_speaker(found: str | None, gold: str | None) -> bool:
    """Whether two speakers are one: the words of one are among the other's, or a person's surname is the same."""
    mine, theirs = _speaker_words(found), _speaker_words(gold)
    if not mine or not theirs:
        return mine == theirs
    if set(mine) <= set(theirs) or set(theirs) <= set(mine):
        return True
    surname = mine[-1] == theirs[-1] and mine[-1] not in _OFFICES
    return surname and (gold or "-").split()[-1][0].isupper()


def fields(found: Found, gold: Gold, published_at: str) -> Iterator[tuple[str, bool]]:
    """Every field that is compared for this kind, with whether it agrees."""
    details, kind = found["details"], gold["kind"]
    yield "status", found["status"] == gold["status"]
    yield "attribution", same_speaker((found.get("attribution") or {}).get("speaker"), gold.get("attributed_to"))
    yield "date", same_date(found, gold, published_at)
    if kind == "talks":
        yield "parties", _names(details.get("parties")) == _names(gold["parties"])
        yield "place", same_name(details.get("place"), gold.get("place"))
        yield "round", details.get("round") == gold.get("round")
    elif kind == "territory":
        yield "actor", same_name(details.get("actor"), gold.get("actor"))
        yield "places", _names(details.get("places")) == _names(gold["places"])
        for name in ("area_km2", "share_percent"):
            yield name, _same_number(details.get(name), gold.get(name))
    else:
        for name in _PLAIN_FIELDS.get(kind) or sorted(details.keys() & gold.keys()):
            yield name, _same_value(details.get(name), gold.get(name))


def _same_number(one: float | None, other: float | None) -> bool:
    """Within one percent: areas are converted and rounded."""
    if one is None or other is None:
        return one == other
    return one == other or abs(one - other) <= 0.01 * max(abs(one), abs(other))


def _same_value(one: Any, other: Any) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return bool(one) == bool(other)
    named = isinstance(one, (str, Mapping)) or isinstance(other, (str, Mapping))
    return same_name(one, other) if named else bool(one == other)


def _names(values: Any) -> set[str]:
    return {_name(value) for value in values or ()}


def _name(value: Any) -> str:
    """A place's or party's name without what a writer may add to it."""
    name = value.get("name") if isinstance(value, Mapping) else value
    bare = " ".join(_AREA_WORDS.sub(" ", _bare(name)).split())
    return _SAME_NAME.get(bare, bare)


def _bare(words: str | None) -> str:
    """Lower case, without accents and apostrophes, hyphens and points as spaces."""
    spread = unicodedata.normalize("NFKD", words or "")
    letters = "".join(c for c in spread if not unicodedata.combining(c)).lower()
    return " ".join(_APOSTROPHES.sub("", letters).replace("-", " ").replace(".", " ").split())


def _speaker_words(speaker: str | None) -> list[str]:
    bare = _bare(_POSSESSIVE.sub("", speaker or ""))
    return [_COUNTRY_OF.get(word, word) for word in _SMALL_WORDS.sub(" ", bare).split()]
