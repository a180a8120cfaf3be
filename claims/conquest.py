"""The words for taking, holding, losing, leaving and giving up ground, and the patterns that find them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from claims.words import Word

CAPTURED, ADVANCED, HOLDS, WITHDREW, CEDES, ANNEXED = ACTIONS = (
    "captured",
    "advanced",
    "holds",
    "withdrew",
    "cedes",
    "annexed",
)


@dataclass(frozen=True, slots=True)
class Sense:
    """What a verb or noun says of its ground. A `loose` word says so only of forces, or of a plain piece of land.

    With `particles` the verb needs one of them ("give up"); `behind` are the prepositions its ground stands behind.
    """

    action: str
    loose: bool = False
    particles: frozenset[str] = frozenset()
    behind: frozenset[str] = frozenset()


def _senses(table: Iterable[tuple[str, Sense]]) -> dict[str, Sense]:
    return {lemma: sense for words, sense in table for lemma in words.split()}


_TO = frozenset("into on toward towards to onto across beyond deeper inside past".split())
_INTO = _TO | frozenset("in through near at up over".split())
_OUT_OF = frozenset("from of out".split())
_AWAY = frozenset("out back away".split())
_ON = frozenset("on onto out".split())
_THERE = frozenset("in around at inside near on along".split())

# Verbs whose object is the ground.
OBJECT = _senses(
    [
        (
            "capture seize retake recapture liberate overrun conquer reclaim regain reconquer wrest occupy re-take "
            "reoccupy re-occupy wrestle",
            Sense(CAPTURED),
        ),
        (
            "take free secure clear storm grab snatch gain recover win claw swallow prise gobble",
            Sense(CAPTURED, loose=True),
        ),
        ("get", Sense(CAPTURED, loose=True, particles=frozenset({"back"}))),
        ("hold control retain keep dominate govern administer rule garrison run", Sense(HOLDS, loose=True)),
        ("vacate", Sense(WITHDREW)),
        ("lose abandon leave evacuate quit desert flee forfeit", Sense(WITHDREW, loose=True)),
        ("cede relinquish", Sense(CEDES)),
        ("surrender yield renounce concede forgo transfer return", Sense(CEDES, loose=True)),
        ("bite gnaw nibble slice lop carve", Sense(CAPTURED, loose=True, particles=frozenset({"off", "away"}))),
        ("restore", Sense(CEDES, loose=True)),
        ("set", Sense(CAPTURED, loose=True, particles=frozenset({"free"}))),
        ("give", Sense(CEDES, loose=True, particles=frozenset({"up", "away", "back"}))),
        ("hand turn sign", Sense(CEDES, loose=True, particles=frozenset({"over", "back", "away", "to"}))),
        ("annex", Sense(ANNEXED)),
        ("absorb incorporate", Sense(ANNEXED, loose=True)),
        ("invade", Sense(ADVANCED)),
        ("enter penetrate breach reach approach infiltrate cross", Sense(ADVANCED, loose=True)),
    ]
)
# Verbs whose ground stands behind a preposition; some go either way.
BEHIND = (
    _senses(
        [
            (
                "advance push break thrust penetrate punch infiltrate inch creep edge crawl grind probe",
                Sense(ADVANCED, loose=True, behind=_INTO),
            ),
            (
                "move press drive cross pour storm march roll sweep walk fight barrel surge enter "
                "return charge rumble stream encroach file burst spill battle stroll tramp trek wade race dash "
                "sail ride",
                Sense(ADVANCED, loose=True, behind=_TO),
            ),
            ("slip sneak filter steal", Sense(ADVANCED, loose=True, behind=frozenset({"into", "across"}))),
            ("rule", Sense(HOLDS, loose=True, behind=frozenset({"over"}))),
            ("get", Sense(ADVANCED, loose=True, behind=frozenset({"to", "into"}))),
            ("set", Sense(ADVANCED, loose=True, behind=frozenset({"in", "on", "inside"}))),
            ("send", Sense(ADVANCED, loose=True, behind=frozenset({"into", "across"}))),
            ("land", Sense(ADVANCED, loose=True, behind=frozenset({"on", "at"}))),
            ("close", Sense(ADVANCED, loose=True, particles=frozenset({"in"}), behind=frozenset({"on"}))),
            ("plant install establish ensconce", Sense(HOLDS, loose=True, behind=_THERE)),
            (
                "remain stay dig entrench station base deploy garrison sit squat perch camp",
                Sense(HOLDS, loose=True, behind=_THERE),
            ),
        ]
    ),
    _senses(
        [
            (
                "withdraw retreat order flee depart disengage redeploy regroup reposition decamp retire",
                Sense(WITHDREW, loose=True, behind=_OUT_OF),
            ),
            (
                "pull fall move march roll pour walk slip scuttle melt drift clear drop",
                Sense(WITHDREW, loose=True, particles=_AWAY, behind=_OUT_OF),
            ),
            ("go", Sense(WITHDREW, loose=True, particles=frozenset({"out"}), behind=frozenset({"of"}))),
            ("keep maintain", Sense(HOLDS, loose=True, behind=_THERE)),
            ("cling", Sense(HOLDS, loose=True, behind=frozenset({"to"}))),
            ("hold hang", Sense(HOLDS, loose=True, particles=_ON, behind=frozenset({"to", "in", "onto"}))),
            ("close", Sense(ADVANCED, loose=True, behind=frozenset({"within"}))),
        ]
    ),
)
# Verbs whose object is whoever has to leave.
PUSHED = frozenset(
    """expel drive oust dislodge push evict eject flush clear chase force root throw deprive strip rob hound
    bundle""".split()
)
# They are never said of ground in the passive ("left in ruins", "quit").
ACTIVE_ONLY = frozenset("leave quit flee".split())
# Ground that changes hands on its own account.
FALLING = {
    "fall": ("to", "into"),
    "pass": ("to", "into"),
    "succumb": ("to",),
    "come": ("under",),
    "slip": ("from",),
    "go": ("to",),
    "change": (),
    "follow": (),
}
FLAGS = frozenset("raise hoist plant fly unfurl".split())
# What brings ground back to whom it belonged.
BACK = frozenset(
    """retake recapture liberate reclaim regain reconquer free recover retaking recapture liberation reconquest freeing
    return restoration de-occupation recovery""".split()
)

NOUNS = _senses(
    [
        (
            "capture seizure taking retaking recapture liberation takeover conquest reconquest freeing overrunning "
            "storming clearing capturing seizing regaining de-occupation liberating",
            Sense(CAPTURED),
        ),
        ("fall recovery", Sense(CAPTURED, loose=True)),
        (
            "advance incursion gain push thrust entry foray breakthrough inroad invasion march drive lunge",
            Sense(ADVANCED, loose=True),
        ),
        ("control occupation", Sense(HOLDS)),
        (
            "presence stay foothold toehold grip hold sway grasp stranglehold dominance possession run",
            Sense(HOLDS, loose=True),
        ),
        ("withdrawal pullout pullback retreat abandonment", Sense(WITHDREW)),
        ("loss departure evacuation exit", Sense(WITHDREW, loose=True)),
        ("cession ceding relinquishment relinquishing", Sense(CEDES)),
        ("surrender handover transfer concession return", Sense(CEDES, loose=True)),
        ("annexation absorption incorporation annexing", Sense(ANNEXED)),
    ]
)
# Nouns for having ground, of which the verb tells whether it is taken, kept or lost.
CONTROL = frozenset("control grip hold sway grasp stranglehold possession run".split())
GETTING_CONTROL = frozenset(
    "take gain seize establish wrest regain assert assume capture win secure recapture retake grab reassert".split()
)
KEEPING_CONTROL = frozenset("have hold retain maintain keep exercise tighten consolidate share claim".split())
LOSING_CONTROL = frozenset("lose".split())
CEDING_CONTROL = frozenset("cede relinquish surrender give hand".split())

# Where none of these stands in an article it is about no conflict, and "took", "left", "lost" are about no ground.
WAR = re.compile(
    r"\b(?:soldiers?|troops?|army|armies|military|militants?|rebels?|militias?|militiamen|insurgents?|insurgency"
    r"|jihadists?|paramilitar\w+|guerrillas?|separatists?|gunmen|fighters?|peacekeepers?|paratroopers?|commandos?"
    r"|warring|wars?|front ?-?lines?|cease-?fires?|truce|armistice|invasion|invad\w+|occupi\w+|occupation|offensives?"
    r"|counteroffensives?|air ?strikes?|shelling|artillery|brigades?|battalions?|annex\w+|junta|hostilities"
    r"|fought|fighting|combat|clash(?:es|ed)"
    r"|territor(?:y|ies|ial)|regiments?|servicemen|armed forces|group of forces|enemy|conquest|conquered|warships?"
    r"|gangs? (?:violence|leaders?|coalition|alliance|fighters|control|hold|seiz|overr)|armed gangs?"
    r"|garrisons?|colonel|national guard|general staff|government forces"
    r"|(?:its|their|his|our|security|opposition|rebel|federal|loyalist|regional|special) forces"
    r"|[a-z]{2,}(?:an|i|ish|ese|ch|led|ed) forces)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=1)
def at_war(text: str) -> bool:
    """Whether an article speaks of armed conflict; asked for every hit, searched once."""
    return WAR.search(text) is not None


_IRREGULAR = {
    "take": "took taken",
    "retake": "retook retaken",
    "re-take": "re-took re-taken",
    "overrun": "overran",
    "win": "won",
    "hold": "held",
    "keep": "kept",
    "lose": "lost",
    "leave": "left",
    "flee": "fled",
    "forgo": "forwent forgone",
    "give": "gave given",
    "drive": "drove driven",
    "throw": "threw thrown",
    "break": "broke broken",
    "sweep": "swept",
    "creep": "crept",
    "fight": "fought",
    "withdraw": "withdrew withdrawn",
    "fall": "fell fallen",
    "dig": "dug",
    "cling": "clung",
    "hang": "hung",
    "run": "ran",
    "come": "came",
    "go": "went gone",
    "fly": "flew flown",
    "bite": "bit bitten",
    "steal": "stole stolen",
    "sit": "sat",
    "ride": "rode ridden",
    "set": "",
    "write": "wrote written",
}
_DOUBLING = frozenset(
    "overrun grab control quit expel win transfer dig slip drop run strip rob sit set squat camp".split()
)


def _forms(lemma: str) -> list[str]:
    """The forms of a verb as they stand in a text."""
    stem = lemma + lemma[-1] if lemma in _DOUBLING else lemma
    if lemma.endswith("ee"):
        made = [lemma + "s", lemma + "d", lemma + "ing"]
    elif lemma.endswith("e"):
        made = [lemma + "s", lemma + "d", lemma[:-1] + "ing"]
    elif lemma.endswith("y") and lemma[-2] not in "aeo":
        made = [lemma[:-1] + "ies", lemma[:-1] + "ied", lemma + "ing"]
    else:
        made = [lemma + ("es" if lemma.endswith(("s", "sh", "ch", "x", "o")) else "s"), stem + "ed", stem + "ing"]
    return [lemma, *made, *_IRREGULAR.get(lemma, "").split()]


def _pattern(forms: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"\b{_alternatives(sorted(set(forms)))}\b", re.IGNORECASE)


def _alternatives(words: Sequence[str]) -> str:
    """A pattern of any of these sorted words: what they begin with alike is looked at once, which is far faster."""
    branches = []
    for first, group in groupby((w for w in words if w), key=lambda word: word[0]):
        tails = [word[1:] for word in group]
        branches.append(re.escape(first) + (_alternatives(tails) if tails != [""] else ""))
    joined = "|".join(branches)
    if "" in words:
        return f"(?:{joined})?" if branches else ""
    return joined if len(branches) == 1 else f"(?:{joined})"


_VERBS = frozenset(
    [
        *OBJECT,
        *BEHIND[0],
        *BEHIND[1],
        *PUSHED,
        *FALLING,
        *FLAGS,
        "declare",
        "proclaim",
        "pronounce",
        "recognise",
        "recognize",
    ]
)
_LEMMAS = {form: lemma for lemma in sorted(_VERBS) for form in _forms(lemma)}
VERB_FORMS = _pattern(_LEMMAS)


def lemma_of(verb: Word) -> str:
    """The verb a form belongs to; the parser's own lemma is wrong for rare ones ("overran", "retook")."""
    return _LEMMAS.get(verb.low, verb.lemma)


NOUN_FORMS = _pattern(
    form
    for noun in NOUNS
    for form in (noun, noun + "s", noun.replace("pull", "pull-"), noun.replace("pullout", "pull out"))
)
