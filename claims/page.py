"""Reduces a web page to its article: the words of its paragraphs, its title, date and language.

HTML is hostile until shown otherwise. The parser below is C code that nothing interrupts and that takes minutes over
certain shapes of page, so these shapes are refused by a scan that takes time in proportion to the page's length.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import trafilatura

from claims.tongue import tongue_of

LONGEST_TEXT = 100_000
LONGEST_TITLE = 500
MOST_TAGS = 50_000
MOST_ATTRIBUTES = 500
MOST_INLINE = 3_000
DEEPEST = 200

_ROOT = re.compile(r"<(?:html|body)\b", re.IGNORECASE)
_UNSEEN = "//*[@hidden or contains(translate(@style, ' ', ''), 'display:none')]"
_TAG = re.compile(r"<(?:!--|/?[a-z][a-z0-9:-]*)")
_RAW = ("script", "style", "textarea", "title", "noscript", "iframe", "svg")
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
# Elements that the next one of their kind, or their parent's end, closes.
_SELF_CLOSING = frozenset("p li dt dd tr td th thead tbody tfoot option optgroup colgroup html head body".split())
_INLINE = frozenset(
    "a abbr b bdi bdo big br cite code data dfn em font i img ins del kbd label mark q s samp small span strike strong"
    " sub sup time tt u var wbr".split()
)
_BLOCKS = frozenset("body p head list item quote table row cell code div".split())
_LANGUAGE = re.compile(r"<html\b[^>]{0,500}?\slang\s*=\s*[\"']?([a-z]{2,3}(?:-[a-z0-9]{2,8}){0,3})\b", re.IGNORECASE)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)")
# A date in an attribute or in JSON, with a time of day or without.
_STAMP = re.compile(
    r"(?<=[=:])(\s*[\"'])(\d{4}-\d\d-\d\d)((?:[Tt ][0-9:.,]{1,20} ?(?:[A-Za-z]{1,5}|[+-][0-9:]{2,6})?)?)(?=[\"'])"
)
_PUBLISHED = re.compile(r"publi[sc]|pubdate|issued|created|datetime", re.IGNORECASE)
_CHANGED = re.compile(r"modif|updat", re.IGNORECASE)
# Characters that XML, and so the parsed page, cannot hold; NUL and lone surrogates could not be stored either.
_BARRED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(?:x0*([0-9a-f]{1,6})|0*([0-9]{1,7}));?", re.IGNORECASE)
# No clock is asked: this only keeps figures that are no dates from being taken for one.
_DATES = {"original_date": True, "extensive_search": False, "min_date": "1990-01-01", "max_date": "2100-01-01"}


class PageError(ValueError):
    """A page that holds no article, or that is not safe to parse; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says: paragraphs are set apart by a blank line.

    `published_at` is the page's own date, as ISO 8601 date or date-time with offset; `published_on` the local date of
    it. All but the text are None where the page does not tell.
    """

    text: str
    title: str | None
    published_at: str | None
    published_on: date | None
    language: str | None


def read_page(html: str, *, url: str) -> Page:
    """The article in the page. Text over 100,000 characters is cut at the end of a paragraph; nothing is fetched.

    Raises PageError for a page without an article and for one that would take too long to parse.
    """
    tags = _check(html)
    html = _STAMP.sub(_possible, html)
    found = _extract(_REFERENCE.sub(_referred, _BARRED.sub(" ", html)), url) if tags else None
    text = _cut("\n\n".join(_paragraphs(found.body))) if found is not None else ""
    if found is None or not text:
        raise PageError("no article text was found in the page")
    published_at, published_on = _published(html, found.date)
    title = " ".join(_BARRED.sub(" ", found.title or "").split())
    return Page(text, title[:LONGEST_TITLE] or None, published_at, published_on, _language(html, text))


def _extract(html: str, url: str) -> Any:
    """The extractor's document, or None. It is kept from writing to logs that are not ours."""
    if not _ROOT.search(html):
        html = f"<html><body>{html}</body></html>"  # a piece of a page, as editors export it
    for name in ("trafilatura", "htmldate", "courlan", "justext"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # What is too short, or stands in a table, is found at the second look only.
        for strict in (True, False):
            found = trafilatura.bare_extraction(
                html,
                url=url or None,
                favor_precision=strict,
                favor_recall=not strict,
                include_comments=False,
                include_tables=not strict,
                prune_xpath=_UNSEEN,
                with_metadata=True,
                date_extraction_params=dict(_DATES),
            )
            if found is not None:
                return found
    return None


def _possible(stamp: re.Match[str]) -> str:
    """A date that a page states, without a time of day that is none; nothing, where the day itself is none."""
    quote, day, rest = stamp.groups()
    for told in (day + rest, day):
        with suppress(ValueError):
            datetime.fromisoformat(told)
            return quote + told
    return quote


def _referred(reference: re.Match[str]) -> str:
    """The reference as it stands, a space for one to a character that is barred."""
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    return " " if code > 0x10FFFF or _BARRED.match(chr(code)) else reference[0]


def _check(html: str) -> int:
    """The number of tags. Refuses what the parser would be busy with for longer than any article is worth."""
    page = html.lower()
    at = tags = depth = inline = 0
    still_open: Counter[str] = Counter()
    while match := _TAG.search(page, at):
        name = match.group()[1:]
        if name == "!--":
            at = page.find("-->", match.end())
            if at < 0:
                return tags
            continue
        end = page.find(">", match.end())
        end = len(page) if end < 0 else end
        if (
            page.count(" ", match.end(), end) > MOST_ATTRIBUTES
            and len(page[match.end() : end].split()) > MOST_ATTRIBUTES
        ):
            raise PageError(f"the page cannot be read safely: a tag has more than {MOST_ATTRIBUTES} attributes")
        at, tags = end, tags + 1
        bare = name.removeprefix("/")
        inline = inline + 1 if bare in _INLINE else 0
        if name == bare and bare in _RAW:
            at = page.find(f"</{bare}", end)
            if at < 0:
                at = len(page)
        elif name == bare and bare not in _VOID and bare not in _SELF_CLOSING:
            still_open[bare] += 1
            depth += 1
        elif name != bare and still_open[bare]:
            still_open[bare] -= 1
            depth -= 1
        if depth > DEEPEST:
            raise PageError(f"the page cannot be read safely: its elements are nested more than {DEEPEST} deep")
        if tags > MOST_TAGS:
            raise PageError(f"the page cannot be read safely: it has more than {MOST_TAGS:,} tags")
        if inline > 2 * MOST_INLINE:
            raise PageError(
                f"the page cannot be read safely: a paragraph has more than {MOST_INLINE:,} inline elements"
            )
    return tags


def _paragraphs(body: Any) -> Iterator[str]:
    """The words of each block, whitespace as a browser shows it."""
    for paragraph in "".join(_pieces(body)).split("\f"):
        lines = (" ".join(line.split()) for line in paragraph.split("\v"))
        if words := "\n".join(line for line in lines if line):
            yield words


def _pieces(element: Any) -> Iterator[str]:
    """The text of an element in order: a form feed at the edge of each block, a vertical tab for a line break."""
    edge = "\f" if element.tag in _BLOCKS else "\v" if element.tag == "lb" else ""
    yield edge
    yield _words(element.text)
    for child in element:
        yield from _pieces(child)
        yield _words(child.tail)
    yield edge


def _words(text: str | None) -> str:
    return _BARRED.sub(" ", (text or "").replace("\f", " ").replace("\v", " "))


def _cut(text: str) -> str:
    if len(text) <= LONGEST_TEXT:
        return text
    whole = text.rfind("\n\n", 0, LONGEST_TEXT + 2)
    if whole <= 0:
        whole = text.rfind(" ", 0, LONGEST_TEXT + 1)
    return text[: whole if whole > 0 else LONGEST_TEXT].rstrip()


def _published(html: str, day: str | None) -> tuple[str | None, date | None]:
    """The page's date, with its time of day where the page states one with an offset."""
    if not day:
        return None, None
    for match in _MOMENT.finditer(html):
        if match.group().startswith(day):
            told = html[max(0, match.start() - 120) : match.start()].rpartition("<")[2].rpartition(",")[2]
            if _PUBLISHED.search(told) and not _CHANGED.search(told):
                with suppress(ValueError):
                    moment = datetime.fromisoformat(match.group())
                    return moment.isoformat(), moment.date()
    return day, date.fromisoformat(day)


def _language(html: str, text: str) -> str | None:
    """What the words say; what the page declares only where it agrees, or where the words do not tell."""
    declared = _LANGUAGE.search(html)
    told, spoken = declared.group(1) if declared else None, tongue_of(text)
    return told if told and spoken in (None, told.split("-")[0].lower()) else spoken
