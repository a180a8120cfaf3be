"""No text keeps the reader from its next article: the largest one, full of whatever sets rules off, is read in time."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import date

import pytest

from claims.links import anchor
from claims.model import Article
from claims.page import PageError, read_page
from claims.reader import Reader

LARGEST = 100_000
# What an article may take by default (CLAIMTRAIL_ARTICLE_CPU_SECONDS), and the largest page that is taken in.
SECONDS = 20
PAGE = 2_000_000

# What makes the reader ask for all that it can know of an article.
LEAD = (
    "Russia and Ukraine met on Monday, Hakan Fidan said. The Rapid Support Forces (RSF) said Russia captured Kyiv, and"
    " the army freed 30 prisoners and killed 20 civilians. He said it held them. The ministry said the group took the"
    " town.\n\n"
)
TALKS = "Russia and Ukraine will hold peace talks in Istanbul on June 2, the Turkish foreign minister Hakan Fidan said"
LAND = (
    "Russian forces captured the village of Novooleksiivka in the Donetsk region on Monday, the ministry in Moscow said"
)
SWAP = "Russia and Ukraine exchanged 390 prisoners of war each on May 23, according to President Volodymyr Zelensky"
DEAD = (
    "At least 17 people were killed and 60 wounded, three of them children, in a raid on Kharkiv, Oleh Syniehubov said"
)
ALL = (TALKS, LAND, SWAP, DEAD)

UNITS = [
    *(f"{claim}{joint}" for claim in ALL for joint in (". ", " ", ".\n\n", " and ", ", ", "; ")),
    *(joint.join((*ALL, "")) for joint in (". ", " ", "\n- ", "\n* ", "; ", "\r\n", "\r", " • ")),
    "talks on June 2 between X and Y ",
    "talks on June 2 between Russia and Ukraine ",
    "Talks on June 2 between Chad and Mali. ",
    "talks on June 2, 3, 4 and 5, ",
    "Russia and Ukraine met on June 2, on June 3, on May 4, ",
    "Kyiv Kharkiv Odesa Lviv Dnipro ",
    "Kyiv, Kharkiv, Odesa, Lviv, Dnipro and ",
    "captured Kyiv, Kharkiv, Odesa, Bakhmut, Avdiivka, ",
    "Russia captured Kyiv, Ukraine captured Kursk, ",
    "Zorbulak Mantirok Vessil Qatorin ",
    "the village of Zorbulak in the Mantirok region of ",
    "talks, captured, prisoners, killed, ",
    "Russia and Ukraine and Mali and Chad and ",
    "Russia, Ukraine, Hezbollah, Hamas, Israel held talks ",
    '“talks on Monday” "captured" ‘prisoners’ ',
    "“Russia and Ukraine hold talks on Monday. ",
    '"We took the town. ',
    '"Russia captured Kyiv, Ukraine freed 3 prisoners and met on Monday, ',
    "((talks [captured] (prisoners ",
    "June 2, 2025 and 3 May 2024 to Monday ",
    "two days after the night of June 2 last week ",
    "two hundred and fifty thousand prisoners and 30 ",
    "hundred thousand million two and a half ",
    "freed 30 prisoners, 40 soldiers, 50 captives ",
    "killed 30 soldiers, 40 civilians, 50 children ",
    "swap dozens postponed 30. ",
    "30 who round and ",
    "freed two between set square, ",
    "exchanged his percent round held two, ",
    "Dmitry Peskov said, Sergei Lavrov told, Hakan Fidan added, ",
    "Dmitry Peskov said that Hakan Fidan told that Russia and Ukraine met on Monday, ",
    "Russia said that Ukraine said that Kyiv fell and that ",
    "the town which the army which the rebels which Russia captured ",
    "according to the ministry, talks on Monday, ",
    "He said it was captured by them. She said they met him on Monday. ",
    "The ministry said the army captured it. ",
    "The spokesman said Russia took Kyiv. ",
    "The group said Hezbollah freed 30 prisoners. ",
    "They took the town. It fell. ",
    "Russia and Ukraine want talks. They will be held on Monday. ",
    "no date has been set for talks between Russia and Ukraine, ",
    "met captured freed killed ",
    "Russia met Ukraine captured Kyiv freed 3 prisoners killed 4 soldiers ",
    "KYIV, June 2 (Wire) - Russia and Ukraine met on Monday. ",
    "June 2: Russia and Ukraine met in Doha. June 3: Russia captured Kyiv. ",
    "Southern front: Russia captured Kyiv: ",
    "Talks on Monday\n\nRussia captured Kyiv\n\n",
    "Russia met Ukraine\n",
    "russia met ukraine\n",
    "Subscribe to our newsletter. Read more: Russia captured Kyiv. ",
    "Rapid Support Forces of the Army (RSF) ",
    "U.S. Gen. Mr. St. e.g. ",
    "Moscow-Kyiv-backed-",
    "talks. ",
    "freed\n",
    *'aA.,-\n\t\u00a0\u200b“"(',
    *("A ", "A-", "A’s ", "Aa", "A. ", "A, ", "Ab of Cd ", "al-A "),
    *("1234567890", "1,234,567,890,", "123 456 789 ", "1-", "12:30 "),
    "\U0001f600Russia and Ukraine met on Monday\U0001d538 ",
    "Russia a\u0301\u0302nd Ukraine me\u0301t on Monday. ",
    "e\u0301\u0302\u0303",
    "\u202eRussia and Ukraine met on Monday\u202c שלום. Russia captured Kyiv. ",
    "Russia\u200b and Ukraine\u200d met on\u2060 Monday. ",
    "Russia\u00a0and\u00a0Ukraine\u00a0met\u00a0on\u00a0Monday\u00a0",
    "Ruſſia and Ukraıne met on Mondaу. ",
]
# Those that once took longest, by their cause: runs of capitals, words without an end, tables of numbers, of talks, of
# clauses, offices and groups named before.
WORST = (
    "A ",
    "A-",
    "A",
    "swap dozens postponed 30. ",
    "30 who round and ",
    "freed 30 prisoners, 40 soldiers, 50 captives ",
    "talks on June 2 between Russia and Ukraine ",
    '"Russia captured Kyiv, Ukraine freed 3 prisoners and met on Monday, ',
    "The group said Hezbollah freed 30 prisoners. ",
)


def filled(unit: str, size: int = LARGEST) -> str:
    return (LEAD + unit * (size // len(unit) + 1))[:size]


def _shuffled() -> str:
    chance, text = random.Random(7), LEAD
    while len(text) < LARGEST:
        words = " ".join(ALL).split()
        chance.shuffle(words)
        text += " ".join(words[: chance.randint(5, 60)]) + ". "
    return text[:LARGEST]


def _told_once(sentence: str) -> str:
    return "".join(sentence.format(n=n, day=n % 28 + 1, year=1990 + n % 40) for n in range(4_000))[:LARGEST]


DISTINCT = {
    "shuffled": _shuffled,
    "talks": lambda: _told_once(
        "Russia and Ukraine held talks in Doha on June {day}, {year}, envoy Ivan Petrov{n} said. "
    ),
    "towns": lambda: _told_once("Russian troops captured Zorbulak{n} and Mantirok{n} on May {day}. "),
    "people": lambda: _told_once("President Ivan Petr{n}ov met Premier Oleg Sidor{n}ov. "),
    "offices": lambda: _told_once("The a{n} minister said Russia took Kyiv. "),
    "acronyms": lambda: _told_once("The Army of Group Number{n} (AGN{n}) took Kyiv. "),
}


def seconds_to_read(reader: Reader, text: str, began: float | None = None) -> float:
    """The CPU time it takes to find the claims and to link them; every quote must be what the text has there."""
    began = time.process_time() if began is None else began
    for claim in reader.read(Article(text, published_at=date(2025, 6, 5), language="en")).claims:
        assert text[claim.start : claim.end] == claim.quote
        anchor(text, claim.start, claim.end, "https://news.example/a")
    return time.process_time() - began


@pytest.mark.parametrize("unit", WORST)
def test_a_fifth_of_the_largest_text_takes_a_fifth_of_the_time(reader: Reader, unit: str) -> None:
    assert seconds_to_read(reader, filled(unit, LARGEST // 5)) < SECONDS / 5


@pytest.mark.torture
@pytest.mark.parametrize("unit", UNITS)
def test_the_largest_text_full_of_one_thing_is_read_in_time(reader: Reader, unit: str) -> None:
    assert seconds_to_read(reader, filled(unit)) < SECONDS


@pytest.mark.torture
@pytest.mark.parametrize("made", DISTINCT)
def test_the_largest_text_of_things_all_different_is_read_in_time(reader: Reader, made: str) -> None:
    assert seconds_to_read(reader, DISTINCT[made]()) < SECONDS


def page_of(body: str) -> str:
    return f"<!doctype html><html lang=en><head><title>x</title></head><body><article>{body}</article></body></html>"


def _many(form: str, most: int = 24_000) -> str:
    """As many as a page may hold, each with words of its own: what says the same again is left out of a page."""
    size = len(form.format(n=most, text=TALKS))
    return "".join(form.format(n=n, text=f"{n} {TALKS}") for n in range(min(most, (PAGE - 1_000) // (size + 6))))


PAGES: dict[str, Callable[[], str]] = {
    "paragraphs": lambda: _many("<p>{text}.</p>"),
    "short paragraphs": lambda: _many("<p>Russia met Ukraine {n}.</p>"),
    "headings": lambda: _many("<h2>Talks {n}</h2><p>{text}.</p>", 12_000),
    "nested": lambda: "<div>" * 190 + _many("<p>{text}.</p>", 9_000) + "</div>" * 190,
    "nested too deep": lambda: "<div>" * 20_000 + TALKS,
    "a table": lambda: f"<table>{_many('<tr><td>Russia<td>captured Kyiv {n}', 12_000)}</table>",
    "tables in tables": lambda: "<table><tr><td>" * 60 + _many("<p>{text}.</p>", 900) + "</table>" * 60,
    "a list": lambda: f"<ul>{_many('<li>Russia and Ukraine met {n}')}</ul>",
    "lists in lists": lambda: "<ul><li>Russia captured Kyiv" * 95 + _many("<p>{text}.</p>", 5_000),
    "quotations in quotations": lambda: "<blockquote>" * 190 + _many("<p>{text}.</p>", 5_000),
    "spans": lambda: ("<p>" + "<span>Russia</span> " * 2_900 + "</p>") * 8,
    "emphasis": lambda: _many("<p><b>{n}</b> <i>talks <b>on</b> Monday</i></p>", 6_000),
    "line breaks": lambda: ("<p>" + "Russia met Ukraine on Monday<br>" * 2_900 + "</p>") * 8,
    "broken tags": lambda: _many("<p><b>Russia {n} <i>captured</b> Kyiv</i> <a href='<"),
    "open brackets": lambda: "<" * 1_900_000,
    "open attributes": lambda: "<p title='" * 190_000,
    "attributes": lambda: ("<p " + "a=1 " * 499 + ">Russia met Ukraine.</p>") * 900,
    "a long attribute": lambda: f"<p title='{'x ' * 900_000}'>{TALKS}.</p>",
    "comments": lambda: "<!-- <p> -->" * 100_000 + f"<p>{TALKS}.</p>",
    "open comments": lambda: "<!--" * 400_000,
    "entities": lambda: "<p>" + "&lt;&amp;&#8220;talks&nbsp;&rsquo;" * 55_000,
    "broken entities": lambda: "<p>" + "&#xd800;&#99999999;&foo;&" * 70_000,
    "control characters": lambda: "<p>" + "Russia\x00met\x01Ukraine " * 80_000,
    "dates": lambda: _many("<meta property='article:published_time' content='2025-06-03'>") + f"<p>{TALKS}.</p>",
    "times": lambda: "<p><time datetime='2025-06-03T10:00:00+03:00'>June 3</time></p>" * 12_000,
    "stamps": lambda: "<p>" + "='2025-99-99T99:99'" * 90_000,
    "data": lambda: "<script type='application/ld+json'>" + '{"datePublished":"2025-06-03",' * 60_000 + "</script>",
    "spaces": lambda: "<p>" + " " * 1_900_000 + TALKS,
    "preformatted": lambda: "<pre>" + f"{TALKS}.\n" * 16_000,
    "options": lambda: "<form><select>" + "<option>Russia met Ukraine" * 49_000 + f"</select></form><p>{TALKS}.</p>",
    "drawings": lambda: "<svg>" * 100_000 + TALKS,
    "sections": lambda: "<![CDATA[" * 200_000 + TALKS,
    "no tags": lambda: f"{TALKS}. " * 16_000,
}


def seconds_for_page(reader: Reader, html: str) -> float:
    assert len(html.encode()) <= PAGE
    began = time.process_time()
    try:
        text = read_page(html, url="https://news.example/a").text
    except PageError:
        return time.process_time() - began
    return seconds_to_read(reader, text, began)


@pytest.mark.torture
@pytest.mark.parametrize("made", PAGES)
def test_the_largest_page_is_read_or_refused_in_time(reader: Reader, made: str) -> None:
    assert seconds_for_page(reader, page_of(PAGES[made]())) < SECONDS


@pytest.mark.parametrize("made", ["paragraphs", "broken entities"])
def test_a_large_page_is_read_or_refused_in_time(reader: Reader, made: str) -> None:
    assert seconds_for_page(reader, page_of(PAGES[made]()[: PAGE // 5])) < SECONDS
