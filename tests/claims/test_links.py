from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.links import anchor

URL = "https://news.example/a"


def terms(link: str) -> dict[str, str]:
    """What a link's directive asks a browser to look for."""
    assert link.count(":~:text=") == 1
    parts = link.partition(":~:text=")[2].split(",")
    found = {}
    if parts[0].endswith("-"):
        found["before"] = unquote(parts.pop(0)[:-1])
    if parts[-1].startswith("-"):
        found["after"] = unquote(parts.pop()[1:])
    found["first"] = unquote(parts.pop(0))
    if parts:
        found["last"] = unquote(parts.pop())
    assert parts == []
    return found


def sought(term: str) -> str:
    """A term as a pattern: any case, any whitespace but the end of a paragraph, whole words only."""
    words = r"[^\S\n]+".join(re.escape(word) for word in term.split())
    begin = r"(?<!\w)" if re.match(r"\w", term) else ""
    return begin + words + (r"(?!\w)" if re.search(r"\w$", term) else "")


def browsed(text: str, link: str) -> tuple[int, int]:
    """The first place in the text that fits the link, as a browser looks for it."""
    asked = terms(link)
    pattern = f"(?P<quote>{sought(asked['first'])}"
    pattern += rf".*?{sought(asked['last'])})" if "last" in asked else ")"
    pattern = (rf"{sought(asked['before'])}\s*" if "before" in asked else "") + pattern
    pattern += rf"(?=\s*{sought(asked['after'])})" if "after" in asked else ""
    match = re.search(pattern, text, re.IGNORECASE | re.DOTALL)
    assert match is not None, (asked, text)
    return match.span("quote")


WORDS = st.sampled_from(
    ["talks", "Talks", "end", "a-b", "x,y", "“so”", "1,000", "R&D", "it’s", "no.", "100%", "#1", "Zürich"]
)


@st.composite
def quotes(draw: st.DrawFn) -> tuple[str, int, int]:
    """A text of few and often repeated words, each paragraph told apart by its number, and a stretch of whole words."""
    paragraphs = draw(st.lists(st.lists(WORDS, min_size=1, max_size=9), min_size=1, max_size=4))
    gaps = st.sampled_from([" ", "  ", "\t", "\u00a0"])
    text, words = "", []
    for number, paragraph in enumerate(paragraphs):
        text += draw(st.sampled_from(["\n", "\n\n", "\n \n"])) if number else ""
        for word in [f"par{number}", *paragraph, f"rap{number}"]:
            text += draw(gaps) if text and not text[-1].isspace() else ""
            words.append((len(text), len(text) + len(word)))
            text += word
    first = draw(st.integers(0, len(words) - 1))
    last = draw(st.integers(first, min(len(words) - 1, first + draw(st.sampled_from([0, 1, 3, 40])))))
    return text, words[first][0], words[last][1]


@given(quotes())
def test_a_link_leads_to_its_own_quote_and_no_other(quote: tuple[str, int, int]) -> None:
    text, start, end = quote
    assert browsed(text, anchor(text, start, end, URL).deep_link) == (start, end)


@given(quotes())
def test_context_is_in_the_link_only_where_the_quote_stands_twice(quote: tuple[str, int, int]) -> None:
    text, start, end = quote
    asked = terms(anchor(text, start, end, URL).deep_link)
    flat, words = " ".join(text.split()), " ".join(text[start:end].split())
    once = len(re.findall(f"(?={sought(words)})", flat, re.IGNORECASE)) == 1
    assert ("before" in asked or "after" in asked) == (not once)


@given(st.text(max_size=80), st.data())
def test_any_stretch_of_any_text_gets_a_link_and_its_context(text: str, data: st.DataObject) -> None:
    if not text:
        return
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    link = anchor(text, start, end, URL)
    assert text[:start].endswith(link.prefix)
    assert text[end:].startswith(link.suffix)
    assert len(link.prefix) == min(32, start)
    assert len(link.suffix) == min(32, len(text) - end)
    assert link.deep_link == URL or re.fullmatch(r"[\w.~%,/:#=-]+", link.deep_link, re.ASCII)
    if link.deep_link != URL:
        for term in link.deep_link.partition(":~:text=")[2].split(","):
            assert "-" not in term.removesuffix("-").removeprefix("-")


@pytest.mark.parametrize(
    ("url", "start"),
    [
        ("https://news.example/a", "https://news.example/a#:~:text="),
        ("https://news.example/a?b=c&d", "https://news.example/a?b=c&d#:~:text="),
        ("https://news.example/a#live", "https://news.example/a#live:~:text="),
        ("https://news.example/a#", "https://news.example/a#:~:text="),
        ("https://news.example/a#live:~:text=old", "https://news.example/a#live:~:text="),
        ("https://news.example/a#:~:text=old#er", "https://news.example/a#:~:text="),
    ],
)
def test_the_address_keeps_its_own_fragment(url: str, start: str) -> None:
    assert anchor("Talks ended.", 0, 12, url).deep_link == start + "Talks%20ended."


def test_the_signs_of_the_directive_are_encoded() -> None:
    text = "Re-taken: A, B & C – 100%?"
    link = anchor(text, 0, len(text), URL).deep_link
    assert link.endswith("text=Re%2Dtaken%3A%20A%2C%20B%20%26%20C%20%E2%80%93%20100%25%3F")


def test_a_quote_that_stands_twice_is_told_apart_by_its_neighbours() -> None:
    text = "Talks ended. No date was set.\n\nTalks ended. Both sides went home."
    first, second = (m.start() for m in re.finditer("Talks ended", text))
    assert terms(anchor(text, first, first + 12, URL).deep_link) == {"first": "Talks ended.", "after": "No"}
    assert terms(anchor(text, second, second + 12, URL).deep_link) == {"first": "Talks ended.", "after": "Both"}


def test_only_whole_words_count() -> None:
    text = "Spending on the end of the weekend."
    assert terms(anchor(text, 16, 19, URL).deep_link) == {"first": "end"}


def test_no_more_context_than_it_takes() -> None:
    text = "Mali said no. Chad, far away, said no. Niger said no."
    assert terms(anchor(text, len(text) - 8, len(text), URL).deep_link) == {"before": "Niger", "first": "said no."}


def test_the_same_words_in_other_letters_count_as_the_quote() -> None:
    text = "TALKS  ended in ZURICH. “Why?” – Talks ended in Zürich."
    start = text.index("Talks")
    asked = terms(anchor(text, start, len(text), URL).deep_link)
    assert asked["before"], "a browser would stop at the capitals"


def test_a_quote_over_two_paragraphs_is_given_by_its_ends() -> None:
    text = "Before.\n\nThe army left the town at dawn.\n\nIt did not say why it had gone.\n\nAfter."
    start, end = text.index("The"), text.index(" gone") + 6
    assert terms(anchor(text, start, end, URL).deep_link) == {"first": "The army left", "last": "it had gone."}


def test_a_long_quote_is_given_by_its_ends_and_is_whole() -> None:
    villages = ", ".join(f"village {number}" for number in range(60))
    text = f"Intro. The army said it had taken {villages}, and would go on. The army said it had rested."
    start, end = text.index("The"), text.index("on.") + 3
    link = anchor(text, start, end, URL).deep_link
    assert browsed(text, link) == (start, end)
    assert terms(link) == {"first": "The army said", "last": "would go on."}


def test_a_stretch_that_cuts_a_word_is_linked_by_whole_words() -> None:
    text = "The recaptured town doesn't hold 1,000 people."
    start, end = text.index("captured"), text.index("000") + 1
    assert terms(anchor(text, start, end, URL).deep_link)["first"] == "recaptured town doesn't hold 1,000"
    end = text.index("n't") + 1
    assert terms(anchor(text, start, end, URL).deep_link)["first"] == "recaptured town doesn't"


def test_white_space_alone_has_no_words_to_link_to() -> None:
    assert anchor("a \n b", 1, 4, URL).deep_link == URL


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (0, 0), (3, 2), (0, 6)])
def test_a_stretch_outside_the_text_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="no stretch"):
        anchor("hello", start, end, URL)


def test_the_same_sentence_a_thousand_times_costs_little() -> None:
    sentence = "Russia captured the village. "
    text = sentence * 3_000
    begun = time.process_time()
    for at in range(0, 1_500 * len(sentence), len(sentence)):
        anchor(text, at, at + len(sentence) - 1, URL)
    assert time.process_time() - begun < 30


CHROMIUM = Path("/usr/bin/chromium")
PARAGRAPHS = [
    "TALKS ENDED in Zürich, the U.S. envoy said – “no date” was set.",
    "Talks ended in Zurich. Both sides went home.",
    "Talks ended in Zürich. Nobody said why; R&D, say, or 100% of it, was left for a-b, c.",
    "A long one: " + "; ".join(f"on day {n} the army took village {n}" for n in range(40)) + ". It rested then.",
    "It’s Talks ended in Zürich. The “end” of it.",
    "The last words.",
]
QUOTES = [
    ("TALKS ENDED in Zürich, the U.S.", 0),
    ("“no date” was set.", 0),
    ("Talks ended in Zurich.", 1),
    ("Both sides", 1),
    ("Talks ended in Zürich.", 2),
    ("R&D, say, or 100% of it, was left for a-b, c.", 2),
    (PARAGRAPHS[3], 3),
    ("It rested then.\n\nIt’s Talks", 3),
    ("Talks ended in Zürich.", 4),
    ("The “end” of it.\n\nThe last words.", 4),
    ("words", 5),
]

# The numbers of the paragraphs that are on the screen.
SEEN = """() => [...document.querySelectorAll("p")].flatMap((p, i) => {
    const box = p.getBoundingClientRect();
    return box.bottom > 0 && box.top < innerHeight ? [i] : [];
})"""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """A page with each paragraph on a screen of its own, at an address on this machine."""
    body = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in PARAGRAPHS)
    style = "<style>p { margin: 2000px 0; font: 16px sans-serif; width: 500px }</style>"
    page = f"<!doctype html><meta charset=utf-8>{style}{body}".encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium is installed at /usr/bin/chromium")
def test_a_real_browser_goes_where_the_link_leads(site: str) -> None:
    from playwright.sync_api import sync_playwright

    text = "\n\n".join(PARAGRAPHS)
    starts = [text.index(paragraph) for paragraph in PARAGRAPHS]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        reached = []
        for quote, paragraph in QUOTES:
            start = text.index(quote, starts[paragraph])
            page = browser.new_page(viewport={"width": 800, "height": 600})
            page.goto(anchor(text, start, start + len(quote), site).deep_link)
            page.wait_for_function("window.scrollY > 0")
            reached.append(page.evaluate(SEEN))
            page.close()
        browser.close()
    assert reached == [[paragraph] for _, paragraph in QUOTES]
