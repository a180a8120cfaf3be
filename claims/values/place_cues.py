"""The words around a name that tell a place from anything else, as patterns and lists for `claims.values.places`."""

from __future__ import annotations

import re

CAP = (
    r"(?:(?:al|el)[-‑ ]|(?:an|ar|as|ash|ad|at|az|ez|es)[-‑])?"
    r"(?:(?:St|Ft|Mt)\. )?[A-ZÀ-ÖØ-ÞĀ-ŽȘȚ][\w’'‘ʼ]*(?:[-‑][\w’'‘ʼ]+)*"
)
WORD = re.compile(rf"(?:[A-Z]\.){{2,}}|\b{CAP}")
LINKS = re.compile(r" (?:(?:of|de|del|da|do|dos|la|le|les|es|el|al|and|the|du|sur|upon|in|au)(?: the)? |(?=\S))|[-‑–]")
SINGLE = "village|town|city|settlement|hamlet|suburb|port|community|municipality|commune|neighbou?rhood|station"
SETTLED = rf"(?:{SINGLE}|capital|stronghold|outpost|township|locality|base|resort|camp|base)"
REGIONAL = (
    "region|oblast|province|district|governorate|prefecture|department|territory|state|county|canton|raion|krai"
    "|republic|division|zone|locality|administrative region"
)
AREAL = "area|front|sector|direction|axis|peninsula|plateau|enclave|exclave|corridor|strip|highlands|countryside"
WET = "river|lake|sea|gulf|strait|bay|canal|reservoir|dam"
KINDS = (
    (re.compile(rf"(?:{REGIONAL})s?$", re.IGNORECASE), "region"),
    (re.compile(rf"(?:{AREAL}|valley|island|mountains?)s?$", re.IGNORECASE), "area"),
    (re.compile(rf"(?:{WET})s?$", re.IGNORECASE), "water"),
)
BEFORE = re.compile(
    rf"\b(?P<word>{SETTLED}|cities|communities|municipalities|localities|{REGIONAL}|{AREAL}|valley|island)(?P<many>s)?"
    r"(?: (?:of|called|named)(?: the)?)? $",
    re.IGNORECASE,
)
# What stands before some of a number.
AMONG = r"(?:among (?:them|which)(?: are| is)?|including|notably)"
# "Three villages were taken, among them Sake and Minova": those that follow are such ones.
EXAMPLES = re.compile(
    rf"\b(?P<word>(?:{SETTLED}|{REGIONAL})s|cities|communities|municipalities|localities|counties|territories)"
    rf"(?: [^.;:()“”\"]{{1,80}}?)?(?:,? (?:{AMONG}|namely|such as)|:| [–—]| \()(?: the)? ?$",
    re.IGNORECASE,
)
OF = re.compile(r"(?:of|called|named)(?: the)? $")
AFTER = re.compile(
    rf"[’']?s? (?:(?:border|frontier|port|mining|coastal) )?(?P<word>{REGIONAL}|{AREAL}|{SETTLED}|valley|island"
    rf"|{WET}|cities|communities)(?P<many>s)?\b(?! (?:of|media|television|TV|department|news|run|visit|budget|duma))",
    re.IGNORECASE,
)
HEIGHT = re.compile(r"\b(?:Hill|Point|Height|Heights|Elevation) \d{2,4}(?:\.\d)?\b")
LIST = re.compile(r",? and |,? or |, |/")
LOCATIVE = re.compile(
    r"\b(?:in|at|near|outside|around|towards?|into|inside|across|through|via|from|to|of|between|over|for|on|beyond|and|north"
    r"|south|east|west|northern|southern|eastern|western|central|northeastern|northwestern|southeastern|southwestern"
    r"|north-eastern|north-western|south-eastern|south-western|northeast|northwest|southeast|southwest|upper|lower"
    r"|downtown|nearby|neighbou?ring|occupied|besieged|recaptured|liberated|frontline)(?: the)? $",
    re.IGNORECASE,
)
STRICT = re.compile(
    r"\b(?:near|outside|around|towards?|(?:north|south|east|west)(?:east|west)? of|outskirts of|centre of|center of"
    r"|(?:refinery|airport|airfield|air ?base|base|dam|barracks|power (?:plant|station)|checkpoint|camp"
    r"|oilfield|mine) at"
    r"|siege of|battle (?:of|for)|fall of|capture of|seizure of|liberation of|loss of|taking of"
    r"|recapture of|control of|control over|occupation of|declar(?:ed|ing)|entry into)(?: the)? $",
    re.IGNORECASE,
)
TAKING = re.compile(
    r"\b(?:captur(?:ed?|ing)|seiz(?:ed?|ing)|liberat(?:ed?|ing)|recaptur(?:ed?|ing)|retook|retak(?:e|ing)"
    r"|overr(?:an|un)|besieg(?:ed|ing)|occup(?:y|ied|ying)|(?:advanc|mov|push)(?:ed?|ing) (?:on|into|towards?)"
    r"|(?:withdr[ae]w(?:n|ing)?|retreat(?:ed|ing)?|pull(?:ed|ing)? (?:out|back)|driven|dislodged) (?:from|of)"
    r"|entered|reach(?:ed|ing)|cleared|encircl(?:ed|ing)|took|taken) (?:control of |over )?(?:the )?$",
    re.IGNORECASE,
)
# "…, a mining town in": what follows a name tells that it is a place.
APPOSED = re.compile(
    rf", (?:(?:an?|the|another|one of the) )(?:[\w’'-]+ ){{0,5}}?(?P<word>{SETTLED})s?\b", re.IGNORECASE
)
# "Ukrainsk, north of Kurakhove": what lies on some side of a place is one.
BESIDE = re.compile(
    r",? (?:which (?:is|lies) )?(?:(?:just|some|about|around) )?(?:\d+ ?(?:km|kilomet(?:re|er)s|miles) )?(?:to the )?"
    r"(?:north|south|east|west)(?:-?(?:east|west))? of (?:the )?[A-Z]"
)
# Who speaks behind a place need not speak in its region: "Bukavu, a spokesman in Kinshasa said".
TELLER = re.compile(
    r"\b(?:spokes[a-z]+|official|officer|minister|commander|resident|diplomat|reporter|correspondent|source|mayor"
    r"|governor|medic|doctor|soldier|lawmaker|lawyer|witness|aide)s?\b"
)
INSIDE = re.compile(
    rf"(?:, (?:an?|the|another)(?! (?:[\w’'-]+ ){{0,4}}?{TELLER.pattern})"
    r"(?: [\w’'-]+){1,6}?)?,? (?:(?:located|both|all|also|situated) )?"
    r"(?:in|of|within|inside)(?: the)? "
    r"(?:[A-Z][\w’'-]*(?:(?:[’']s)|n|i|ese|ish) )?"
    r"(?:(?:[a-z]+-)?[a-z]*(?:ern|central|occupied|border|upper|lower)[a-z]* )*"
    r"(?:(?:region|province|oblast|district|state|governorate) of )?$|, $| \($"
)
FOLLOWED = re.compile(
    r" (?:battalion|brigade|regiment|division|corps|submarine|cruiser|accords?|agreements?|protocols?|format|convention"
    r"|conventions|treaty|declaration|club|newspaper|airlines|cartel|ruble|dollar|pound|derby|variant)\b"
)
# What is done to a town, as its subject or owner; and what only people do.
UNDERGONE = re.compile(
    r"[’']s? (?:capture|fall|loss|seizure|liberation|defen[cs]e|defenders|residents|mayor|outskirts|streets"
    r"|handover|takeover|recovery|annexation|cession|evacuation|cent(?:er|re)|population|airport|suburbs|surrender|recapture|encirclement|northern|southern|eastern|western)\b"
    r"|(?: to)? fall(?:s|en)?\b(?! (?:into|ill|asleep|short|behind|victim|out)\b)"
    r"|,? (?:fell|won back|changed hands|taken|retaken)\b"
    r"| (?:was|were|is|are|has been|had been|have been|being|remain(?:s|ed)?|came|comes) (?:\w+ ){0,2}"
    r"(?:captured|taken|seized|liberated|recaptured|retaken|lost|under|surrounded|encircled|besieged|shelled|bombed"
    r"|attacked|overrun|cleared|occupied|controlled|held|destroyed|evacuated|cut off|contested|hit|home to)\b"
)
# Verbs of which a town is often the object, people too: enough for a known name.
STRUCK = re.compile(
    r"\b(?:gave up|giv(?:e|es|ing) up|lost|los(?:e|ing)|holds?|held|holding|ced(?:e|ed|ing)|attack(?:ed|ing)"
    r"|storm(?:ed|ing)|shell(?:ed|ing)|struck|bomb(?:ed|ing)|left|leav(?:e|ing)|abandon(?:ed|ing)|controls?|controlled|controlling"
    r"|defend(?:ed|ing)|threaten(?:ed|ing)|evacuat(?:ed|ing)|fled|hit|cross(?:ed|ing)|surround(?:ed|ing)|visit(?:ed|ing)"
    r"|annex(?:ed|ing)|claim(?:s|ed|ing)?|takes?|taking|captures?|seizes?) (?:the )?$",
    re.IGNORECASE,
)
SPOKE = re.compile(r" (?:said|says|told|added|wrote|warned|noted|argued|insisted|tweeted|replied|joked|who)\b")
CALLED = re.compile(rf"\b(?:{SETTLED}|cities|{REGIONAL})s? (?:of|called|named) $", re.IGNORECASE)
PLACED = re.compile(r"\b(?:in|near|from|outside) $", re.IGNORECASE)
TOWNS_TOO = frozenset("nice bath reading split mobile orange derby bar".split())
OFFICE = frozenset(
    """president prime foreign defense defence minister ministry mayor governor ambassador envoy army police airport
    oblast region province district city governorate state county raion territory front axis strip embassy parliament
    chancellor premier peninsula river sea gulf bay valley plateau republic special secretary spokesman spokesperson
    talks summit peace time""".split()
)
TITLES = frozenset(
    """president minister premier mr mrs ms dr sir lord general gen col colonel major maj capt captain lt senator sen
    rep king queen prince princess pope sheikh emir sultan mullah ayatollah judge professor prof st analyst
    governor mayor spokesman spokeswoman ambassador brigadier admiral commander""".split()
)
COMPASS = frozenset(
    """northern southern eastern western central northeastern northwestern southeastern southwestern north south east
    west upper lower greater downtown rural russian-occupied ukrainian-held occupied mount lake fort outer inner
    region province district city town village capital""".split()
)
