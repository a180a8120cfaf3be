"""Who is counted as a captive, and by which words captives are exchanged, freed, taken, held, returned or killed."""

from __future__ import annotations

import re

from claims.words import Word

UNSPECIFIED, SOLDIERS, CIVILIANS, CHILDREN = "unspecified", "prisoners_of_war", "civilians", "children"
HOSTAGES, DETAINEES, BODIES = "hostages", "detainees", "bodies"
SUBJECTS = (SOLDIERS, CIVILIANS, CHILDREN, HOSTAGES, DETAINEES, BODIES, UNSPECIFIED)

EXCHANGED, RELEASED, CAPTURED = "exchanged", "released", "captured"
HELD, RETURNED, KILLED = "held", "returned", "killed"
ACTIONS = (EXCHANGED, RELEASED, CAPTURED, HELD, RETURNED, KILLED)

# Nouns that speak of captivity by themselves.
_CAPTIVES = {
    SOLDIERS: "pow",
    HOSTAGES: "hostage abductee kidnappee",
    DETAINEES: "detainee internee",
    UNSPECIFIED: "prisoner captive",
}
# Nouns that do so only where something else does.
_PEOPLE = {
    SOLDIERS: """soldier serviceman servicewoman servicemember troop fighter combatant marine sailor conscript recruit
    airman pilot guardsman paratrooper reservist militiaman infantryman guerrilla guerilla rebel militant insurgent
    jihadist commando peacekeeper legionnaire mercenary trooper warrior officer defender commander volunteer crewman
    grenadier squaddie
    regular seaman general invader deserter personnel gunman islamist separatist partisan cadet draftee operative
    operator scout gunner sniper""",
    CIVILIANS: """civilian resident villager worker journalist farmer woman fisherman fisher nurse doctor medic teacher
    student passenger trader herder engineer priest pilgrim noncombatant worshipper townspeople islander bishop imam
    tourist miner driver refugee lawyer aide reporter missionary nun monk expatriate mariner seafarer employee staff
    staffer settler""",
    CHILDREN: "child girl boy minor orphan schoolchild schoolgirl schoolboy pupil infant baby teenager toddler",
    DETAINEES: "activist suspect protester protestor dissident",
    BODIES: "body remains remain corpse coffin casket cadaver dead fallen",
    UNSPECIFIED: """people person man national citizen member policeman policewoman police brother comrade countryman
    compatriot individual other foreigner relative lifer defector leader guard returnee dozen name male female
    colleague elder bodyguard politician escapee human one""",
}
CAPTIVES = {noun: subject for subject, nouns in _CAPTIVES.items() for noun in nouns.split()}
PEOPLE = {noun: subject for subject, nouns in _PEOPLE.items() for noun in nouns.split()} | CAPTIVES

# Words before or behind the noun that say more of it than the noun itself, when it is a plain one.
OF_WAR = re.compile(r"\b(?:prisoners?|captives?) of war\b|\bPOWs?\b", re.IGNORECASE)
DEAD = frozenset("dead fallen slain deceased killed lifeless".split())
JAILED = frozenset("jailed imprisoned political detained convicted arrested interned incarcerated".split())
NEVER = frozenset("displaced homeless stranded flood-hit evacuated unemployed homesick".split())

# The words of each family of deeds; which of them need other words of captivity near, is_strong tells.
EXCHANGE = re.compile(
    r"\b(?:sw[ao]p(?:s|ped|ping)?|(?<!in )exchang(?:es?|ed|ing)(?! (?:(?:of|heavy|artillery|small-arms) )?"
    r"(?:rates?|fire|gunfire|shots|views|blows|letters|lists|words|gifts|salvos)\b)|(?<=in )exchange(?! for\b)"
    r"|(?<!in )trad(?:es?|ed|ing)(?! (?:unions?|fire|accusations|blame))|barter(?:s|ed|ing)?"
    r"|chang(?:es?|ed|ing) (?:hands|owners|custody)|handovers?|hand-overs?)\b",
    re.IGNORECASE,
)
RELEASE = re.compile(
    r"\b(?:freed|freeing|frees|free|releas(?:es?|ed|ing)|liberat(?:es?|ed|ing|ion)|let(?:s|ting)?|pardon(?:s|ed|ing)?"
    r"|amnest(?:y|ied)|rescu(?:es?|ed|ing)|ransom(?:s|ed)?|freedom|at liberty"
    r"|from (?:[\w’'-]+ ){0,4}?(?:captivity|captors|custody|jails?|prisons?|detention))\b",
    re.IGNORECASE,
)
RETURN = re.compile(
    r"\b(?:(?<!in )return(?:s|ed|ing)?|repatriat(?:es?|ed|ing|ions?)|home|back|receiv(?:es?|ed|ing)"
    r"|restor(?:es?|ed|ing)(?= to\b)|deliver(?:s|ed|ing|y)?|transfer(?:s|red|ring)?|welcom(?:es?|ed|ing)|homecomings?"
    r"|br(?:ought|ing|ings|inging)(?= (?:[\w,’'-]+ ){1,9}?to\b)|escort(?:s|ed|ing)?|c[ao]me (?:out|through)"
    r"|hand(?:s|ed|ing)?|turn(?:s|ed|ing)?(?= (?:[\w,’'-]+ ){0,9}?(?:over|back)\b)"
    r"|(?:g[ai]ve[ns]?(?! \w+sel)|giving(?! \w+sel)|tak(?:es?|en|ing)|took|g[oe]t(?:s|ting|ten)?)"
    r"(?= (?:[\w,’'-]+ ){0,8}?(?:back|out|other|up)\b)"
    r"|out of (?:\w+ )?(?:jails?|prisons?|captivity|enclave|gaol))\b",
    re.IGNORECASE,
)
CAPTURE = re.compile(
    r"\b(?:captur(?:es?|ed|ing)|kidnap(?:s|ped|ping|pings)?|abduct(?:s|ed|ing|ions?)?|seiz(?:es?|ed|ing|ure)"
    r"|snatch(?:es|ed|ing)?|detain(?:s|ed|ing)?|arrest(?:s|ed|ing)?|surrender(?:s|ed|ing)?|intern(?:ed|ing|s)?"
    r"|l[ai](?:y|id|ying|ys) down (?:\w+ )?(?:arms|weapons)|g[ai]v(?:es?|en|ing) themselves up|round(?:s|ed|ing)? up"
    r"|t(?:akes?|ook|aken|aking)(?= (?:[\w,’'-]+ ){0,9}?(?:prisoner|captive|hostage|alive)s?\b)"
    r"|(?:carr(?:y|ied|ies|ying)|haul(?:s|ed|ing)?|drag(?:s|ged|ging)?|march(?:ed|es|ing)?|spirit(?:ed)?|herd(?:ed|ing)?"
    r"|lead(?:s|ing)?|(?<!-)led)(?= (?:[\w,’'-]+ ){0,4}?(?:off|away)\b)|apprehend(?:s|ed)?|caught"
    r"|turn(?:s|ed|ing)? themselves in|put(?:ting)? up their hands|hands (?:up|in the air|above their heads)"
    r"|pass(?:ed|es|ing)? into (?:\w+ )?(?:custody|captivity)"
    r"|f[ae]ll(?:s|en|ing)? into (?:[\w’'-]+ ){0,3}(?:hands|captivity))\b",
    re.IGNORECASE,
)
HOLD = re.compile(
    r"\b(?:hold(?:s|ing)?|held|captivity|imprison(?:s|ed)?|jailed|incarcerated|behind bars"
    r"|under lock and key|confin(?:es?|ed|ing)|lock(?:s|ed)? (?:up|away)|languish(?:es|ed|ing)?"
    r"|remain(?:s|ed|ing)?|custody|detention|hands|jails?|prisons?|dungeons?|cells|ke(?:eps?|pt|eping))\b",
    re.IGNORECASE,
)
KILL = re.compile(
    r"\b(?:kill(?:s|ed|ing|ings)?|execut(?:es?|ed|ing|ions?)|murder(?:s|ed|ing)?|behead(?:s|ed|ing)?"
    r"|massacr(?:es?|ed|ing)|shot(?! down)|d(?:ied|ie|ying)|deaths?|perish(?:ed)?|slaughter(?:s|ed)?)\b",
    re.IGNORECASE,
)
# How freed captives travel, and how an exchange is divided: read only where captives were spoken of just before.
JOURNEY = re.compile(r"\b(?:cross(?:ed|es|ing)?|flew|flown|boarded|walked|stepped|bussed|ferried)\b", re.IGNORECASE)
PORTION = re.compile(r"\b(?:batch|tranche|stage|phase|leg|group|round|contingent)(?:es|s)?\b", re.IGNORECASE)
LISTED = re.compile(r"\blists?\b", re.IGNORECASE)
# What opens a sentence that tells who the captives counted before it were.
AMONG_THEM = re.compile(
    r"(?<![\w,;:] )\b(?:Among (?:them|those|these)\b|They included?\b|These included?\b"
    r"|(?:The|This) (?:group|exchange|swap|captives|prisoners|detainees) included?\b)"
)
CAPTIVE = re.compile(r"\b(?:prisoners?|captives?|POWs?|hostages?|detainees?|internees?|abductees?)\b", re.IGNORECASE)

# Words of these families that need no other word of captivity near: nobody else is freed, swapped, kidnapped.
_STRONG = re.compile(
    r"^(?:sw[ao]p|exchang|chang|barter|free|releas|kidnap|abduct|captur|ransom|captiv|tak|took|detain|surrender|seiz|imprison"
    r"|jailed|amnest|custody|detention|lay|laid|repatriat|gave|give|snatch|let|from|hand-?over|carr|haul|drag|lead|led"
    r"|turn(?:ed|ing|s)? them|intern|round|execut|arrest)",
    re.IGNORECASE,
)
FAMILIES = {
    "exchange": EXCHANGE,
    "release": RELEASE,
    "return": RETURN,
    "capture": CAPTURE,
    "hold": HOLD,
    "kill": KILL,
    "list": LISTED,
    "journey": JOURNEY,
    "portion": PORTION,
}
# What is read of an article to know whether it speaks of captives, and of a conflict, at all.
CAPTIVITY = re.compile(
    r"\b(?:prisoners?(?:[ -]of[ -]war)?|POWs?|captives?|captivity|hostages?|detainees?|abduct(?:ed|ion|ees?)|kidnap\w*"
    r"|sw[ao]p(?:s|ped|ping)?|captured (?:\w+ ){0,2}(?:soldiers|servicemen|members|troops|fighters|men|officers|people)"
    r"|(?:prisoner|captive|body|hostage)s?[ -]exchange|captors?|in (?:the|an|this) exchange(?! for\b| rate))\b",
    re.IGNORECASE,
)
CONFINEMENT = re.compile(r"\b(?:jails?|prisons?|custody|detention|imprison\w+|Red Cross|ICRC|deport\w*)\b")
CONFLICT = re.compile(
    r"\b(?:wars?|wartime|army|armies|militar\w+|rebels?|militants?|troops|soldiers?|cease-?fire|truce|front ?lines?"
    r"|insurgen\w+|militias?|hostages?|guerrillas?|jihadist\w*|peace|separatists?|fighters|gunmen|paramilitar\w+"
    r"|invasion|offensive|POWs?|servicemen|junta|battle\w*|conflict|hostilities|fighting|prisoner swaps?|crossfire)\b",
    re.IGNORECASE,
)
# What is seized and who is arrested with these is no matter of war, besides what is `ORDINARY`.
CONTRABAND = re.compile(
    r"\b(?:customs|cocaine|heroin|cannabis|marijuana|narcotics?|drugs?|smuggl\w+|contraband|robber\w*|cigarettes"
    r"|counterfeit\w*|shabu|methamphetamine|graft|loot(?:ed|ing)?)\b",
    re.IGNORECASE,
)
SPORT = re.compile(
    r"\b(?:penalt(?:y|ies)|final|goals?|match|league|cup|(?:goal)?keeper|striker|coach|stadium|tournament|midfielder"
    r"|champions?|fans|referee)\b",
    re.IGNORECASE,
)
# A sentence with any of these tells of police and courts, whatever war there is elsewhere in the article.
ORDINARY = re.compile(
    r"\b(?:(?:on|granted|posted) bail|fraud\w*|bounced[- ]che(?:ck|que)s?|smuggl(?:ing|ers?)|traffick(?:ing|ers?)"
    r"|burglar\w*|shoplift\w*|poach\w*|pickpockets?|tax evasion|embezzl\w*|drink[- ]driving)\b",
    re.IGNORECASE,
)
CRIME = re.compile(
    r"\b(?:overcrowd\w+|capacity|bail|burglar\w*|drugs?|smuggl\w+|theft|thie(?:f|ves)|robber\w*|traffick\w+|inmates?"
    r"|warders?|gang\w*|sentenc\w+|court|verdict|probation|parole)\b",
    re.IGNORECASE,
)


FORCES = frozenset(
    """army military force group rebel militant guerrilla guerilla insurgent militia faction jihadist separatist junta
    kidnapper captor gunman fighter troop soldier side movement paramilitary""".split()
)
# Peoples without a state, in the plural: "Gazans", "Yazidis".
PEOPLES = re.compile(r"[A-Z][a-z]+(?:ans|is|ese|ites)$")


def is_strong(trigger: str) -> bool:
    """Whether a trigger speaks of captives whoever its object is."""
    return _STRONG.match(trigger) is not None


def is_captive(word: Word) -> bool:
    """Whether a noun speaks of captivity by itself."""
    return word.lemma in CAPTIVES or word.low.rstrip("s") in CAPTIVES


def subject_of(word: Word) -> str | None:
    """What sort of people a noun names, None where it names none."""
    if word.lemma == "remain" and word.is_verb:
        return None
    low = word.low.removesuffix("men") + "man" if word.low.endswith("men") else word.low.rstrip("s")
    for form in (word.lemma, word.low, low):
        if form in PEOPLE:
            return PEOPLE[form]
    return None
