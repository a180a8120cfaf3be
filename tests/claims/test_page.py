from __future__ import annotations

import contextlib
import logging
import socket
import time
from datetime import date

import pytest

from claims import page
from claims.page import PageError, read_page

URL = "https://news.example/2025/swap"
BODY = """
<article><h1>Swap agreed in Doha</h1>
<p>The two delegations met in <b>Doha</b> on <a href="/w">Wednesday</a>, and agreed to
   exchange 40 prisoners, the host&rsquo;s   foreign ministry said.</p>
<p>The swap is to begin next week at the border crossing, under the eyes of the Red Cross.<br>Both sides confirmed.</p>
<ul><li>First the wounded are to go home, said a doctor</li><li>Then all the others follow</li></ul>
<blockquote><p>“We expect no delay,” the mediator told reporters in the lobby of the hotel.</p></blockquote>
</article>"""
HEAD = (
    '<meta property="article:published_time" content="2025-06-03T23:30:00-04:00"><title>Swap agreed | Example</title>'
)


def html(body: str = BODY, head: str = HEAD, attributes: str = ' lang="en-GB"') -> str:
    furniture = '<nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav>'
    comments = '<div id="comments" class="comments"><p>First! This is what a reader thinks of it, at length.</p></div>'
    foot = "<footer><p>Copyright by the Example</p></footer>"
    return f"<!doctype html><html{attributes}><head>{head}</head><body>{furniture}{body}{comments}{foot}</body></html>"


def test_the_article_is_all_that_is_left() -> None:
    found = read_page(html(), url=URL)
    assert found.text == "\n\n".join(
        [
            "Swap agreed in Doha",
            "The two delegations met in Doha on Wednesday, and agreed to exchange 40 prisoners, the host’s foreign"
            " ministry said.",
            "The swap is to begin next week at the border crossing, under the eyes of the Red Cross.\n"
            "Both sides confirmed.",
            "First the wounded are to go home, said a doctor",
            "Then all the others follow",
            "“We expect no delay,” the mediator told reporters in the lobby of the hotel.",
        ]
    )
    assert found.title == "Swap agreed in Doha"
    assert found.language == "en-GB"


def test_a_title_that_begins_with_a_date_stays_whole() -> None:
    found = read_page(
        html(
            head='<meta property="og:title" content="2025-06-03 in brief: swap agreed"/>',
            body=BODY.replace("<h1>Swap agreed in Doha</h1>", ""),
        ),
        url=URL,
    )
    assert found.title == "2025-06-03 in brief: swap agreed"


@pytest.mark.parametrize(
    ("head", "published_at", "published_on"),
    [
        (HEAD, "2025-06-03T23:30:00-04:00", date(2025, 6, 3)),
        (
            '<script type="application/ld+json">{"@type":"NewsArticle","dateModified":"2025-06-09T10:00:00Z",'
            '"datePublished":"2025-06-04T08:15:00+0300"}</script>',
            "2025-06-04T08:15:00+03:00",
            date(2025, 6, 4),
        ),
        ('<meta name="date" content="2025-06-05">', "2025-06-05", date(2025, 6, 5)),
        ('<meta property="article:published_time" content="2025-06-05T10:00:00">', "2025-06-05", date(2025, 6, 5)),
        ("", None, None),
    ],
)
def test_the_date_is_the_pages_own(head: str, published_at: str | None, published_on: date | None) -> None:
    found = read_page(html(head=head), url="https://news.example/swap")
    assert (found.published_at, found.published_on) == (published_at, published_on)


@pytest.mark.parametrize(
    "changed",
    [
        '<meta property="article:modified_time" content="2025-06-03T20:00:00+02:00">',
        '<time class="updated" datetime="2025-06-03T20:00:00+02:00"></time>',
    ],
)
def test_the_time_of_a_change_is_not_taken_for_that_of_publication(changed: str) -> None:
    head = changed + '<meta property="article:published_time" content="2025-06-03">'
    assert read_page(html(head=head), url=URL).published_at == "2025-06-03"


def test_the_language_is_what_the_words_are_not_what_the_template_says() -> None:
    paragraph = "<p>Міністерство закордонних справ повідомило, що переговори відбудуться у понеділок у столиці.</p>"
    found = read_page(html(f"<article>{paragraph * 3}</article>", attributes=' lang="en"'), url=URL)
    assert found.language == "uk"


def test_the_declared_language_stands_where_the_words_do_not_tell() -> None:
    paragraph = "<p>Xyzzy plugh frobnicate quux corge grault garply waldo fred thud wibble wobble flob.</p>"
    assert read_page(html(f"<article>{paragraph * 3}</article>", attributes=" lang=sw"), url=URL).language == "sw"


def test_long_articles_are_cut_at_the_end_of_a_paragraph() -> None:
    paragraphs = "".join(
        f"<p>Paragraph {n} tells of a village that {n} people left before the winter came to the valley.</p>"
        for n in range(3_000)
    )
    text = read_page(html(f"<article>{paragraphs}</article>"), url=URL).text
    assert 99_000 < len(text) <= 100_000
    assert text.endswith("winter came to the valley.")


def test_one_endless_paragraph_is_cut_at_a_word() -> None:
    text = read_page(html(f"<article><p>{'endless ' * 20_000}</p></article>"), url=URL).text
    assert 99_900 < len(text) <= 100_000
    assert set(text.split()) == {"endless"}


def test_what_cannot_be_stored_is_left_out() -> None:
    body = BODY.replace("exchange", "ex\x00change\ud800 &#xd801; &#0; &#x1b; &#65534;&#x00110000;")
    text = read_page(html(body), url=URL).text
    text.encode("utf-8")
    assert not any(ord(c) < 32 and c != "\n" for c in text)
    assert "agreed to ex change" in text


@pytest.mark.parametrize(
    ("told", "published_on"),
    [
        ("2025-06-03T24:00:00Z", date(2025, 6, 3)),
        ("2025-06-03T10:00:60Z", date(2025, 6, 3)),
        ("2025-06-03T10:00:00+99:00", date(2025, 6, 3)),
        ("2025-02-30", None),
        ("2025-02-30T10:00:00Z", None),
    ],
)
def test_a_time_that_is_none_is_not_read_and_a_day_that_is_none_not_guessed(
    told: str, published_on: date | None
) -> None:
    found = read_page(html(head=f'<meta property="article:published_time" content="{told}">'), url=URL)
    assert (found.published_at, found.published_on) == (published_on and published_on.isoformat(), published_on)


@pytest.mark.parametrize(
    "form",
    [
        "<p>{}</p>",
        "<article><p>{}</p></article>",
        "<div>{}</div>",
        "<pre>{}</pre>",
        "<ul><li>{}</li></ul>",
        "<blockquote><p>{}</p></blockquote>",
        "<table><tr><td>{}</td></tr></table>",
        "<html><body><p>{}</p></body></html>",
        "<p hidden>Kept for later.</p><p>{}</p>",
        '<p style="display: none">Kept for later.</p><p>{}</p>',
    ],
)
def test_the_shortest_article_is_one(form: str) -> None:
    words = "Chad and Sudan exchanged 12 prisoners of war on Monday."
    assert read_page(form.format(words), url=URL).text == words


@pytest.mark.parametrize(
    "empty", ["", " ", "plain words", "<html></html>", "<p></p>", "{}", "<!--", "<", "<html><body>"]
)
def test_a_page_without_an_article_says_so(empty: str) -> None:
    with pytest.raises(PageError, match="no article text"):
        read_page(empty, url=URL)


HOSTILE = {
    "nested more than 200 deep": "<div>" * 200_000 + BODY,
    "more than 500 attributes": "<div " + " ".join(f"a{n}=1" for n in range(100_000)) + ">" + BODY,
    "more than 50,000 tags": "<p>x</p>" * 100_000 + BODY,
    "more than 3,000 inline": "<p>" + "<span>a b</span> " * 20_000 + "</p>" + BODY,
}


@pytest.mark.parametrize("reason", HOSTILE)
def test_what_would_keep_the_parser_busy_is_refused(reason: str) -> None:
    begun = time.process_time()
    with pytest.raises(PageError, match=reason):
        read_page(html(HOSTILE[reason]), url=URL)
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    "noise", ["<a ", "<!--", "<script>", "</", "<a b", "<!-- -->", "<svg></svg>", "&amp;", "<a>b</a\n"]
)
def test_the_scan_takes_time_in_proportion_to_the_page(noise: str) -> None:
    hostile = noise * (2_000_000 // len(noise))
    begun = time.process_time()
    with contextlib.suppress(PageError):
        page._check(hostile)
    assert time.process_time() - begun < 10


@pytest.mark.parametrize(
    "harmless",
    [
        "<p>" * 300,
        "<li>x" * 300,
        "<br>" * 1_000,
        "<img src=x>" * 1_000,
        f"<script>{'<div>' * 1_000}</script>",
        f"<!-- {'<div>' * 1_000} -->",
        "<div></div>" * 1_000,
    ],
)
def test_what_only_looks_deep_is_read(harmless: str) -> None:
    assert "agreed to exchange 40 prisoners" in read_page(html(BODY + harmless), url=URL).text


def test_nothing_is_fetched_or_logged(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def refuse(*args: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    caplog.set_level(logging.DEBUG)
    link = '<link rel="canonical" href="http://127.0.0.1:9/x"><base href="http://127.0.0.1:9/">'
    read_page(html(head=HEAD + link, body=BODY + '<img src="http://127.0.0.1:9/i.png">'), url=URL)
    with pytest.raises(PageError):
        read_page("http://127.0.0.1:9/", url="http://127.0.0.1:9/")
    assert caplog.records == []


def test_what_stands_about_the_article_is_no_part_of_it() -> None:
    teasers = "".join(f'<div class="teaser"><a href="/{n}">Another story with a long title</a></div>' for n in range(4))
    aside = (
        f'<aside class="related"><h3>Read more</h3>{teasers}</aside><div class="newsletter"><p>Sign up now!</p></div>'
    )
    share = '<div class="share-buttons"><a href="/f">Share</a></div><p class="caption">Photo by Example</p>'
    text = read_page(html(BODY.replace("</article>", f"{share}{aside}</article>")), url=URL).text
    for word in ("Another story", "Sign up", "Share"):
        assert word not in text


def test_paragraphs_of_links_are_no_part_of_it() -> None:
    links = '<p><a href="/a">Read also: Another story with a long title here</a></p>'
    more = '<p><a href="/a">More on this subject</a> | <a href="/b">Even more on it</a></p>'
    paragraphs = [
        "The two delegations met in Doha on Wednesday, and agreed to exchange 40 prisoners, the ministry said.",
        "The swap is to begin next week at the border crossing, under the eyes of the Red Cross.",
    ]
    page = "<html><body><article><p>{}</p>{}<p>{}</p>{}</article></body></html>"
    assert read_page(page.format(paragraphs[0], links, paragraphs[1], more), url=URL).text == "\n\n".join(paragraphs)
