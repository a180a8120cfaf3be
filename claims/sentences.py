"""The text layer: an article's text as blocks and sentences, with its page furniture set apart.

Sentences are found by punctuation alone, so that they are the same whatever part of the text is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_LONGEST = 1_500
# Possessive, and begun at the first stop only: hostile rows of full stops are to take no more than their length.
_TERMINAL = re.compile(
    r"(?<![.!?…])[.!?…]++[\"”’'»)\]]*+(?=\s+[\"“‘'«(\[]*[A-Z0-9\u00c0-\u024f\u0400-\u042f])|[\"”](?=\s+[“\"][A-Z])"
)
_ABBREVIATED = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Lt|Col|Maj|Capt|Sgt|Brig|Adm|Cmdr|Gov|Sen|Rep|Hon|Rev|St|Ste|Mt|Ft|No|Nos|vs|etc|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Inc|Ltd|Co|Corp|Jr|Sr|approx|est|e\.g|i\.e|cf|Fig|sq|al)"
    r"|\b[A-Za-z]\.[A-Za-z]|\b[A-Z]|[ap]\.m)\.$"
)
_STARTERS = re.compile(
    r"(?<!\s)\s++[\"“]?(?:The|He|She|It|They|We|In|On|At|But|And|A|An|This|That|These|Those|His|Her|Its|Their|As|After"
    r"|Before|Meanwhile|However|If|When|While|For|There|Both|Some|Earlier|Later)\b"
)
_DATELINE = re.compile(
    r"[A-Z][A-Z'’.-]{2,60}(?: [A-Z][A-Z'’.-]{1,60}){0,3}(?:[,/] ?[A-Z][A-Za-z.]{1,20}(?: [A-Z][a-z]{2,15})?){0,2}"
    r"(?:,? (?:[A-Z][a-z]{2,8}\.? \d{1,2}|\d{1,2} [A-Z][a-z]{2,8})(?:,? \d{4})?)?"
    r"(?: ?\([A-Za-z /.]{2,30}\))? ?(?:--|[-–—:]) (?=\S)"
)
# "Goma, 3 February 2025 - ": in small letters only with a date.
_DATED_LINE = re.compile(
    r"[A-Z][\w’'-]{2,20}(?: [A-Z][\w’'-]{2,20}){0,2}, (?:[A-Z][a-z]{2,8}\.? \d{1,2}|\d{1,2} [A-Z][a-z]{2,8})"
    r"(?:,? \d{4})?(?: ?\([A-Za-z /.]{2,30}\))? ?(?:--|[-–—]) (?=\S)"
)
_LINE = re.compile(r"[^\n]+")
_ENDS = frozenset(".!?…:;\"”’')]")

# The stamp of a live blog's entry, and the label of a bulletin's: neither is part of what is said.
_STAMP = re.compile(
    r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?: ?(?:GMT|UTC|[A-Z]{1,2}ST|CET|CEST|EST|EDT|[ap]\.?m\.?|local(?: time)?|hrs?|h))?"
    r"(?: ?[-–—:|] ?| (?=[A-Z]))(?=\S)"
)
_LABEL = re.compile(
    r"(?:[A-Z][\w’'-]{0,60}+ )(?:[\w’'-]{1,60}+ ){0,5}?"
    r"(?:[Zz]one|[Dd]irection|[Aa]xis|[Ss]ector|[Ff]ront|[Gg]roup|[Rr]egion)s?"
    r"(?: of (?:[\w’'-]{1,60}+ ){1,5}?[\w’'-]{1,60}+)?: (?=\S+ \S+ \S)"
    r"|[Zz]one of (?:[\w’'-]{1,60}+ ){1,6}?[\w’'-]{1,60}+: (?=\S+ \S+ \S)"
)

# What begins a part of the page that is not the article: everything behind it belongs to other stories or the site.
_AFTERWORD = re.compile(
    r"^\s*(?:related (?:articles?|stories|news|content|posts?|topics|reading)|more (?:stories|news|from .{1,40}"
    r"|on this(?: story| topic)?)"
    r"|you (?:may|might) (?:also|be) (?:like|interested in)|recommended(?: stories| for you)?|most (?:read|popular"
    r"|viewed)|trending(?: now)?"
    r"|also (?:read|on .{1,30})|further reading|leave a (?:reply|comment)|comments?|no comments yet\W*|latest (?:news"
    r"|stories)"
    r"|what to read next|read next|from our partners|sponsored(?: content)?|about the author)\s*:?\s*$",
    re.IGNORECASE,
)
# A heading that a site puts above its article may say the same; only one that comes after some text closes it.
_AFTERWORD_FROM = 600
_FURNITURE = re.compile(
    r"(?:\b(?:sign up|subscribe|newsletter|your inbox|privacy policy|terms of (?:use|service)|all rights reserved"
    r"|cookies?|"
    r"your email address|follow us|share this|download (?:the|our) app|advertisement|support us|donate|read more"
    r"|read also|"
    r"click here|log in|create an account|copyright)\b|©)",
    re.IGNORECASE,
)
_READ_MORE = re.compile(r"^\s*(?:read (?:more|also|next)|see also|also read|more)\s*[:|–-]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Span:
    """A sentence by its place: `text[start:end]`, the number of its block, and whether it stands as a heading."""

    start: int
    end: int
    block: int
    heading: bool
    furniture: bool


def dateline(text: str) -> int:
    """How long the dateline at the head of a sentence is ("KINSHASA, Dec 10 (Wire) - "); 0 where there is none.

    The time stamp of a live blog's entry ("09:45 - ") and a bulletin's label ("Southern front: ") count as one.
    """
    match = _DATELINE.match(text) or _DATED_LINE.match(text) or _STAMP.match(text) or _LABEL.match(text)
    return match.end() if match else 0


def split(text: str) -> list[Span]:
    """The sentences of an article in order. Headings and captions are sentences; none is longer than 1,500."""
    found: list[Span] = []
    closed = False
    for number, (start, end) in enumerate(_blocks(text)):
        block = text[start:end]
        closed = closed or (start > _AFTERWORD_FROM and _AFTERWORD.match(block) is not None)
        pieces = list(_sentences(text, start, end))
        heading = len(pieces) == 1 and len(block) < 200 and not _ends(text, start, end)
        for first, last in pieces:
            words = text[first:last]
            aside = bool(closed or _READ_MORE.match(words) or (len(words) < 300 and _FURNITURE.search(words)))
            found.append(Span(first, last, number, heading, aside))
    return found


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Paragraphs: lines, joined where a line breaks in the middle of a sentence (pasted e-mails do)."""
    start = end = -1
    for match in _LINE.finditer(text):
        line = match.group()
        if not line.strip():
            continue
        joined = start >= 0 and text[end : match.start()].count("\n") == 1
        if joined and line.lstrip()[:1].islower() and not _ends(text, start, end):
            end = match.end()
            continue
        if start >= 0:
            yield start, end
        start, end = match.span()
    if start >= 0:
        yield start, end


def _ends(text: str, start: int, end: int) -> bool:
    """Whether punctuation closes a block."""
    while end > start and text[end - 1].isspace():
        end -= 1
    return end > start and text[end - 1] in _ENDS


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    begin = start
    for match in _TERMINAL.finditer(text, start, end):
        if _goes_on(text, begin, match):
            continue
        yield from _cut(text, begin, match.end())
        begin = match.end()
    yield from _cut(text, begin, end)


def _goes_on(text: str, begin: int, match: re.Match[str]) -> bool:
    """Whether a full stop only ends an abbreviation; "the U.S. The" still ends a sentence."""
    dot = match.start()
    if not match.group().startswith(".") or not _ABBREVIATED.search(text, max(begin, dot - 12), dot + 1):
        return False
    acronym = text[dot - 1].isupper() and "." in text[max(begin, dot - 3) : dot]
    return not (acronym and _STARTERS.match(text, match.end()))


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > _LONGEST:
        at = text.rfind(" ", start, start + _LONGEST)
        at = at if at > start else start + _LONGEST
        yield start, at
        start = at + 1
    if start < end:
        yield start, end
