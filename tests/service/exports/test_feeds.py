"""Feeds: read by feedparser and checked by a schema of JSON Feed 1.1, sent again only when they changed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import feedparser
import pytest
from jsonschema.validators import Draft202012Validator
from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"
LINK = {"type": "string", "pattern": r"^https?://[^\s<>\"\\^`{|}]+$"}
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"}
AUTHORS = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": False,
        "properties": {"name": {"type": "string"}, "url": LINK, "avatar": LINK},
    },
}
ITEM = {
    "type": "object",
    "required": ["id"],
    "anyOf": [{"required": ["content_text"]}, {"required": ["content_html"]}],
    "additionalProperties": False,
    "patternProperties": {"^_": {"type": "object"}},
    "properties": {
        "id": {"type": "string", "minLength": 1},
        "url": LINK,
        "external_url": LINK,
        "title": {"type": "string"},
        "content_html": {"type": "string"},
        "content_text": {"type": "string"},
        "summary": {"type": "string"},
        "image": LINK,
        "date_published": MOMENT,
        "date_modified": MOMENT,
        "authors": AUTHORS,
        "tags": {"type": "array", "items": {"type": "string"}},
        "language": {"type": "string"},
    },
}
FEED = {
    "type": "object",
    "required": ["version", "title", "items"],
    "additionalProperties": False,
    "patternProperties": {"^_": {"type": "object"}},
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": {"type": "string"},
        "home_page_url": LINK,
        "feed_url": LINK,
        "description": {"type": "string"},
        "next_url": LINK,
        "authors": AUTHORS,
        "language": {"type": "string"},
        "expired": {"type": "boolean"},
        "items": {"type": "array", "items": ITEM},
    },
}


def atom(text: str | bytes) -> Any:
    root = etree.fromstring(text if isinstance(text, bytes) else text.encode())
    for part in (root, *root.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(part.findall(f"{ATOM}{name}")) == 1
        assert part.find(f"{ATOM}id").text.startswith("urn:uuid:")
    assert root.find(f"{ATOM}author/{ATOM}name").text
    found = feedparser.parse(text)
    assert not found.bozo, found.get("bozo_exception")
    assert found.version == "atom10"
    return found


def json_feed(text: str) -> Any:
    found = json.loads(text)
    faults = [fault.message for fault in Draft202012Validator(FEED).iter_errors(found)]
    assert faults == []
    return found


def test_an_atom_feed(write: Any, claim: Any) -> None:
    found = atom(write("atom", [claim], following="http://127.0.0.1:8000/v1/claims.atom?cursor=x&a=1"))
    (entry,) = found.entries
    assert entry.id == f"urn:uuid:{claim.id}"
    assert entry.link == claim.deep_link
    assert entry.author == claim.speaker
    assert claim.quote in entry.content[0].value
    assert entry.content[0].type == "text/plain"
    assert [tag.term for tag in entry.tags] == ["talks", "scheduled"]
    assert entry.updated == claim.updated_at.isoformat()
    links = {link.rel: link.href for link in found.feed.links}
    assert links["self"] == "http://127.0.0.1:8000/v1/claims.atom"
    assert links["next"].endswith("?cursor=x&a=1")


def test_a_json_feed(write: Any, claim: Any) -> None:
    found = json_feed(write("feed.json", [claim, replace(claim, speaker=None, publisher=None, date_text=None)]))
    assert [item["url"] for item in found["items"]] == [claim.deep_link] * 2
    assert found["items"][0]["authors"] == [{"name": claim.speaker}]
    assert found["feed_url"] == "http://127.0.0.1:8000/v1/claims.feed.json"


@pytest.mark.parametrize("suffix", ["atom", "feed.json"])
def test_no_words_become_more_than_words(write: Any, injection: Any, suffix: str) -> None:
    text = write(suffix, [injection])
    if suffix == "atom":
        (entry,) = atom(text).entries
        root = etree.fromstring(text.encode())
        names = {etree.QName(one).localname for one in root.iter()}
        assert names <= set("feed id title updated author name generator link entry published category content".split())
        links = [link.get("href") for link in root.iter(f"{ATOM}link")]
        body = root.find(f"{ATOM}entry/{ATOM}content")
        assert (body.get("type"), len(body)) == ("text", 0)
    else:
        (entry,) = json_feed(text)["items"]
        assert "content_html" not in entry
        links = [entry["url"]]
    assert entry["id"] == f"urn:uuid:{injection.id}"
    assert all(link.startswith("http://127.0.0.1:8000/v1/") for link in links)
    assert not any(ord(letter) < 32 and letter not in "\n" for letter in text)


def test_pages_of_a_feed(filled: Any) -> None:
    seen, address = [], "/v1/claims.feed.json?limit=1&kind=talks"
    while address:
        page = json_feed(filled.http.get(address).text)
        seen += [item["id"] for item in page["items"]]
        address = page.get("next_url", "").removeprefix("http://localhost")
    wanted = [f"urn:uuid:{item['id']}" for item in filled.http.get("/v1/claims?kind=talks").json["items"]]
    assert seen == wanted
    first = atom(filled.http.get("/v1/claims.atom?limit=1").get_data())
    following = next(link.href for link in first.feed.links if link.rel == "next")
    again = filled.http.get(following.removeprefix("http://localhost"))
    assert atom(again.get_data()).entries[0].id != first.entries[0].id
    cursor = following.partition("cursor=")[2].partition("&")[0]
    assert filled.http.get(f"/v1/claims.feed.json?cursor={cursor}").status_code == 400, "of another list"


@pytest.mark.parametrize("suffix", ["atom", "feed.json"])
def test_a_feed_is_sent_again_only_when_it_changed(desk: Any, claim_of: Any, suffix: str) -> None:
    desk.post()
    desk.read(claim_of("They freed 40 captives"))
    address = f"/v1/claims.{suffix}"
    first = desk.http.get(address)
    same = desk.http.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (same.status_code, same.get_data(), same.headers["ETag"]) == (304, b"", first.headers["ETag"])
    since = {"If-Modified-Since": first.headers["Last-Modified"]}
    assert desk.http.get(address, headers=since).status_code == 304
    for none in ("Mon, 01 Jan 99999999999999999999 00:00:00 GMT", "Mon, 01 Jan 2020 00:00:00 +99999999999999999999"):
        assert desk.http.get(address, headers={"If-Modified-Since": none}).status_code == 200
    desk.wait(hours=1)
    desk.post(article := desk.article())
    desk.read(claim_of("Envoys of Chad"))
    for known in (since, {"If-None-Match": first.headers["ETag"]}):
        changed = desk.http.get(address, headers=known)
        assert changed.status_code == 200
        assert changed.headers["ETag"] != first.headers["ETag"]
    found = desk.http.get(f"/v1/articles?url={article['url']}").json["items"][0]["id"]
    since = {"If-Modified-Since": changed.headers["Last-Modified"]}
    desk.wait(hours=1)
    assert desk.http.delete(f"/v1/articles/{found}").status_code == 200
    gone = desk.http.get(address, headers=since)
    assert gone.status_code == 200, "what has left it has changed it"
    assert gone.get_data() == first.get_data()


@pytest.mark.parametrize("suffix", ["atom", "feed.json"])
def test_a_feed_that_is_wanted_as_it_was_is_refused_by_a_problem(filled: Any, suffix: str) -> None:
    address = f"/v1/claims.{suffix}"
    answer = filled.http.get(address, headers={"If-Match": '"another"'})
    assert (answer.status_code, answer.mimetype) == (412, "application/problem+json")
    assert answer.json["errors"][0]["pointer"] == "If-Match"
    tag = filled.http.get(address).headers["ETag"]
    assert answer.headers["ETag"] == tag
    assert filled.http.get(address, headers={"If-Match": tag}).status_code == 200


def test_a_feed_tells_the_newest_change_in_it(write: Any, claim: Any) -> None:
    later = claim.updated_at + timedelta(days=1)
    assert atom(write("atom", [claim], updated=later)).feed.updated == later.isoformat()
    assert atom(write("atom", [])).feed.updated.startswith("1970-")
