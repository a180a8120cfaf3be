"""Whatever characters stand in a text, a quote is what the text has at its place; its link tells of the same place."""

from __future__ import annotations

import random
from datetime import date
from html import escape
from itertools import pairwise
from urllib.parse import unquote

import pytest

from claims.links import CONTEXT, anchor
from claims.model import Article
from claims.page import PageError, read_page
from claims.reader import Reader

URL = "https://news.example/a"
CLAIMS = (
    "Mali and Niger held talks in Doha on May 14, 2023.",
    "“Rebels of the M23 captured the town of Goma on Monday,” the ministry in Kinshasa said.",
    "Chad and Sudan exchanged 40 prisoners of war each on 3 May 2025.",
    "The army of Sudan said that at least 17 soldiers were killed and 60 wounded in the fighting.",
    "Israel and Hamas had not set a date for the next round of talks.",
    "The Malian army withdrew from Kidal on June 2.",
)
FILLERS = (
    "The harvest was good.",
    "𝔗he 𝔥arvest 🌾🇲🇱👨‍👩‍👧 was good.",
    "Zo\u0308e\u0301 a\u0301\u0302\u0303te u\u0308ber.",
    "\u202eשלום עולם\u202c and مرحبا بالعالم too.",
    "A\u200bz\u200de\u2060r\ufeff s\u00adoft hyphen.",
    "Tabs\tand\u00a0no\u202fbreak\u3000spaces\x0b\x0cstand.",
    "x &amp; y &lt;b&gt; &#128512; &nbsp; <i>so</i>.",
    "ſtraße İstanbul ıI K Å ﬁ ß ǆ.",
    "“One ‘two’ «three»” (four) [five]…",
    "No end of it",
    "한국어 中文 ไทย हिन्दी.",
)
GAPS = (
    " ",
    "  ",
    "\n",
    "\n\n",
    "\r\n",
    "\r\n\r\n",
    "\r",
    "\t",
    "\u00a0",
    "\u2028",
    "\u200b ",
    " \u0301",
    " 🌾 ",
    " \u202e",
    "\n \n",
)
# Where they stand in a claim's words, most of them leave it a claim.
STRAYS = ("\u200b", "\u0301", "\u00ad", "\ufe0f", "\u202e", "🌾", "\u00a0", "\t", "\r\n")


def _text(chance: random.Random) -> str:
    """Claims and other sentences in any order, with odd characters within and between them."""
    parts = []
    for _ in range(chance.randint(2, 7)):
        sentence = chance.choice(CLAIMS if chance.random() < 0.6 else FILLERS)
        if chance.random() < 0.25:
            at = chance.randrange(len(sentence))
            sentence = sentence[:at] + chance.choice(STRAYS) + sentence[at:]
        parts += [sentence, chance.choice(GAPS)]
    return "".join(chance.choice(GAPS) if chance.random() < 0.1 else part for part in parts)


def _page(chance: random.Random) -> str:
    """The same on a page: in paragraphs, some characters as entities, some words in other elements."""
    paragraphs = []
    for _ in range(chance.randint(1, 4)):
        text = escape(_text(chance))
        words = [
            "".join(f"&#{ord(c)};" for c in word)
            if chance.random() < 0.1
            else f"<b>{word}</b>"
            if chance.random() < 0.1
            else word
            for word in text.split(" ")
        ]
        paragraphs.append(f"<p>{' '.join(words)}</p>")
    return f"<!doctype html><html><body><article>{''.join(paragraphs)}</article></body></html>"


def _checked(reader: Reader, text: str) -> int:
    """How many claims and abstentions were found, each at its place."""
    reading = reader.read(Article(text, published_at=date(2025, 6, 5), language="en"))
    for one in (*reading.claims, *reading.abstentions):
        assert 0 <= one.start < one.end <= len(text)
        assert text[one.start : one.end] == one.quote
    for claim in reading.claims:
        link = anchor(text, claim.start, claim.end, URL)
        assert link.prefix == text[max(0, claim.start - CONTEXT) : claim.start]
        assert link.suffix == text[claim.end : claim.end + CONTEXT]
        address, _, asked = link.deep_link.partition("#:~:text=")
        assert address == URL
        _stands(text, claim.start, claim.end, asked)
    assert all(one.start <= other.start for one, other in pairwise(reading.claims))
    return len(reading.claims) + len(reading.abstentions)


def _stands(text: str, start: int, end: int, asked: str) -> None:
    """Each term of a link stands in the text: the quote's own inside it, those around it before and behind."""
    terms = asked.split(",")
    before = terms.pop(0)[:-1] if terms[0].endswith("-") else None
    after = terms.pop()[1:] if terms[-1].startswith("-") else None
    around = text[max(0, start - 80) : end + 80]
    inside = " ".join(around.split())
    assert 1 <= len(terms) <= 2
    assert all(unquote(term) in inside for term in terms)
    assert before is None or unquote(before) in " ".join(text[: start + 80].split())
    assert after is None or unquote(after) in " ".join(text[max(0, end - 80) :].split())


def _run(reader: Reader, seeds: range) -> int:
    found = 0
    for seed in seeds:
        chance = random.Random(seed)
        if seed % 4:
            found += _checked(reader, _text(chance))
        else:
            try:
                text = read_page(_page(chance), url=URL).text
            except PageError:
                continue
            found += _checked(reader, text)
    return found


def test_every_quote_is_at_its_place_in_500_texts(reader: Reader) -> None:
    assert _run(reader, range(500)) > 500


@pytest.mark.torture
@pytest.mark.timeout(3_600)
def test_every_quote_is_at_its_place_in_10_000_texts(reader: Reader) -> None:
    assert _run(reader, range(500, 10_500)) > 10_000
