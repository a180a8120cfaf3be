"""The words by which talks are found: verbs of meeting, words for a day that is not set, and what stands for talks."""

from __future__ import annotations

import re

VERBS = re.compile(
    r"\b(?:met|meets?|meeting|negotiat(?:es?|ed|ing)|confer(?:s|red|ring)?|s[ia]t(?:s|ting)? (?:down|together)"
    r"|haggl(?:es?|ed|ing)"
    r"|speaks?|spoke"
    r"|spoken|speaking"
    r"|talks?|talked|talking|c[oa]mes? together|coming together|(?:re)?conven(?:e|es|ed|ing)"
    r"|discuss(?:es|ed|ing)?(?= [^.;]{0,80}\bwith\b)|telephoned|phoned"
    r"|r[ai]ngs?|host(?:s|ed|ing)?"
    r"|receiv(?:es?|ed|ing)|welcom(?:es?|ed|ing)|greet(?:s|ed|ing)?|sees?|saw|seen|seeing|shuttl(?:es?|ed|ing)"
    r"|br(?:ought|ing|ings|inging) (?:[\w’'-]+ ){1,6}together|gather(?:s|ed|ing)?|sh(?:ook|akes?|aken|aking) hands"
    r"|called(?! (?:for|on|off|upon|up|out|it|the|a|an|by|in|to)\b)"
    r"|(?:return|come|came|get|got|go|went|sit|sat|bring|brought|br)\w* (?:back )?to the (?:\w+ )?table"
    r"|on the (?:phone|line|telephone)(?= with\b)|behind closed doors|across (?:the|a|one) table|under one roof"
    r"|in one room|a?round (?:the|a|one) table"
    r"|closeted"
    r"|fac(?:e|es|ed|ing) each other|s[ia]t(?:s|ting)? (?:across|opposite)|due (?:back )?(?:in|at)(?= [A-Z])"
    r"|face to face)\b",
    re.IGNORECASE,
)
UNDATED = re.compile(
    r"\b(?:no (?:(?:fixed|exact|firm|specific|new|set|agreed|precise|concrete|future|further|more|next|such|other) )*"
    r"(?:(?:meeting|talks|negotiation|summit|round) )?(?:dates?|timeline|timetable|timeframe|schedule|plans?)\b"
    r"|(?:dates?|timing|time|timelines?|timetable)\b[^.;]{0,60}?\b(?:not|yet to|n[o']t|never|unknown|unclear"
    r"|undecided|open)\b"
    r"|when\b[^.;]{0,60}\b(?:not (?:yet )?(?:been )?(?:yet )?(?:decided|known|settled|clear)|unclear|unknown|undecided)"
    r"|(?:yet|still|remains?) to be (?:\w+ )?(?:scheduled|set|agreed|determined|fixed|announced|confirmed|decided"
    r"|arranged|named)"
    r"|(?:not|n[o']t|never)(?: yet)?(?: been)?(?: yet)? (?:scheduled|set|fixed|planned|arranged|agreed (?:up)?on"
    r"|on the (?:agenda|cards|table|calendar))"
    r"|neither (?:side|party|country|government) (?:has|had) (?:\w+ ){1,4}?(?:new |firm |further )?dates?"
    r"|(?:without|lacks?|lacking) (?:setting |naming |giving |fixing )?(?:a|any|an agreed|the)? ?(?:new |firm "
    r"|fixed )?dates?"
    r"|(?:cannot|can ?not|can't|could not|unable to|refused to|declined to) (?:yet )?(?:name|give|say|set|fix"
    r"|specify)[^.;]{0,40}\b(?:dates?|when)"
    r"|no (?:\w+ ){0,4}(?:talks|meetings?|negotiations|summits?|rounds?|contacts|calls?|sessions?)\b[^.;]{0,90}"
    r"\b(?:scheduled|planned|set|fixed|arranged|confirmed|envisaged|foreseen|contemplated|in (?:sight|prospect)"
    r"|on the (?:agenda|cards|table|calendar))"
    r"|no (?:\w+ )?(?:day|date|time) (?:has |had |is |was )?(?:yet )?(?:been )?(?:settled|agreed|fixed|set|named)"
    r"|(?:has|have|had) (?:yet|still) to (?:name|set|fix|agree(?: on)?|announce|settle(?: on)?) (?:\w+ )?(?:\w+ )?"
    r"(?:dates?|day|time)"
    r"|no (?:agreement|decision|word|clarity|understanding)\b[^.;]{0,40}\b(?:rounds?|talks|meetings?|dates?)"
    r"|nothing (?:has |had |is |was )?(?:been )?(?:scheduled|planned|set|fixed|arranged|agreed"
    r"|(?:put |entered |down )?in (?:the|anyone's|any) (?:diary|diaries|calendar))"
    r"|dates?\b[^.;]{0,40}\bwill be (?:agreed|set|announced|fixed|decided|determined|named|coordinated)"
    r"|there (?:will|would|are to) be no (?:\w+ ){0,3}(?:talks|meetings?|negotiations|summits?|dialogue)"
    r"|rul(?:e|es|ed|ing) out (?:\w+ ){0,4}(?:talks|meetings?|negotiations|summits?|dialogue)"
    r"|neither a (?:new |firm )?(?:date|day|time|venue|place) nor an? \w+|unscheduled|indefinitely)\b",
    re.IGNORECASE,
)
# What stands for talks named just before: "it will now be held in May", "the first ended in April".
AGAIN = re.compile(
    r"\b(?:it|they|these|those|that|this|(?:the|a) (?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth"
    r"|last|latest|next|previous|earlier|other|final)(?: one)?),?"
    r"(?: (?:will|would|had|has|have|is|was|were|are|been|being|now|be|to|then|also|only|due|not|again|instead|later"
    r"|finally|both|expected|likely|set|scheduled|planned|in|at)){0,5}"
    r" (?:held|tak(?:e|es|en|ing) place|took place|beg[aiu]n|begins|open(?:s|ed)?|start(?:s|ed)?|resumed?|convened?"
    r"|scheduled|planned|postponed|cancelled|canceled|called off|end(?:s|ed)?|last(?:s|ed)?|closed?"
    r"|broke (?:up|down|off)"
    r"|collapsed|concluded?|follow(?:s|ed)?|came|come|due|set|fixed|on|in)\b",
    re.IGNORECASE,
)
