"""News items that editorial systems push, as Superdesk does it."""

from __future__ import annotations

import hmac
import json
import re
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations
from pathlib import Path
from typing import Any

import httpx
import pytest

from service import ninjs_items
from service.urls import canonical

PATH = "/v1/ingest/ninjs"
SECRET = "a secret of sixteen or more"
GUID = "urn:newsml:desk.example:2025-06-03T09:12:44.104772:9f0c1a7e"


def item(**fields: Any) -> dict[str, Any]:
    """As Superdesk's ninjs formatter writes one."""
    return {
        "guid": GUID,
        "version": "2",
        "type": "text",
        "pubstatus": "usable",
        "headline": "Envoys  met",
        "body_html": "<p>Envoys of Chad and Niger met in Doha on Monday.</p>",
        "language": "en_GB",
        "source": "DESK",
        "firstcreated": "2025-06-03T01:30:00+0300",
        "versioncreated": "2025-06-03T02:00:00+0300",
        "byline": "Amina Yaro",
        "priority": 6,
        "service": [{"code": "a", "name": "World"}],
        "authors": [{"name": "Amina Yaro", "role": "writer"}],
        "associations": {"featuremedia": {"type": "picture", "guid": "p1", "renditions": {}}},
        "extra": {"anything": [1, None, {"x": "y"}]},
        "wordcount": 9,
        **fields,
    }


def push(newsroom: Any, status: int, **fields: Any) -> Any:
    answer = newsroom.http.post(PATH, json=item(**fields))
    assert answer.status_code == status, answer.text
    return answer.json


def signed(raw: bytes, secret: str = SECRET) -> dict[str, str]:
    mac = hmac.new(secret.encode(), raw, "sha1").hexdigest()
    return {"x-superdesk-signature": f"sha1={mac}", "Content-Type": "application/json"}


def test_an_item_becomes_an_article_that_a_worker_reads(newsroom: Any) -> None:
    answer = newsroom.http.post(PATH, json=item())
    told = answer.json
    assert answer.status_code == 201
    assert answer.headers["Location"] == told["article"]["links"]["self"]
    assert (told["outcome"], told["guid"], told["job"]["status"]) == ("taken", GUID, "queued")
    article = told["article"]
    assert article["url"] == f"https://ninjs.invalid/{GUID}"
    assert (article["title"], article["publisher"], article["language"]) == ("Envoys met", "DESK", "en-GB")
    assert (article["published_at"], article["external_id"]) == ("2025-06-03T01:30:00+0300", GUID)
    again = push(newsroom, 200)
    assert (again["outcome"], again["article"]["revision"]) == ("duplicate", 1)
    assert newsroom.read() == 1


def test_the_next_version_is_the_next_revision_and_an_older_one_changes_nothing(newsroom: Any) -> None:
    first = push(newsroom, 201, version="9")["article"]
    second = push(newsroom, 201, version="10", body_html="<p>They met on Tuesday.</p>")
    assert (second["article"]["id"], second["article"]["revision"]) == (first["id"], 2)
    late = push(newsroom, 200, version="9", body_html="<p>An old text.</p>")
    assert late["outcome"] == "outdated"
    assert "newer version" in late["reason"]
    assert late["article"]["revision"] == 2
    for fields in ({"version": "8", "pubstatus": "canceled"}, {"version": 7}):
        assert push(newsroom, 200, **fields)["article"]["state"] == "current"


def test_without_numbers_the_time_decides(newsroom: Any) -> None:
    bare, field = {"version": "a", "versioncreated": None}, "versionCreated"
    push(newsroom, 201, **bare | {field: "2025-06-03T02:00:00+03:00"})
    late = push(newsroom, 200, **bare | {field: "2025-06-02T22:59:59Z", "body_html": "<p>Old.</p>"})
    assert late["outcome"] == "outdated"
    assert push(newsroom, 201, **bare | {field: "2025-06-02T23:00:01Z", "body_html": "<p>New.</p>"})


def test_what_was_canceled_by_an_item_of_no_version_is_not_brought_back_by_an_older_one(newsroom: Any) -> None:
    push(newsroom, 201, version="5", versioncreated="2025-06-03T09:30:00Z")
    gone = newsroom.http.post(PATH, json={"guid": GUID, "pubstatus": "canceled"})
    assert (gone.status_code, gone.json["outcome"]) == (200, "withdrawn")
    late = push(newsroom, 200, version="3", versioncreated="2025-06-03T09:00:00Z", body_html="<p>Old.</p>")
    assert (late["outcome"], late["article"]["state"]) == ("outdated", "withdrawn")
    unnumbered = push(newsroom, 200, version=None, versioncreated="2025-06-03T09:29:59Z", body_html="<p>Old.</p>")
    assert unnumbered["outcome"] == "outdated"
    assert push(newsroom, 201, version="6", body_html="<p>New.</p>")["article"]["state"] == "current"


def test_what_evolved_from_an_item_goes_on_with_its_article(newsroom: Any) -> None:
    first = push(newsroom, 201)["article"]
    after = push(
        newsroom, 201, guid="b", version="1", evolvedfrom=GUID, uri="https://news.example/b", body_html="<p>More.</p>"
    )["article"]
    assert (after["id"], after["revision"], after["url"]) == (first["id"], 2, first["url"])
    assert after["external_id"] == "b"
    late = push(newsroom, 200, version="99", body_html="<p>Mended.</p>")
    assert (late["outcome"], late["article"]["revision"]) == ("outdated", 2)
    assert "evolved" in late["reason"]
    assert push(newsroom, 200, version="100", pubstatus="canceled")["article"]["state"] == "current"
    third = push(newsroom, 201, guid="c", version="1", evolvedFrom="b", body_html="<p>Still more.</p>")["article"]
    assert (third["id"], third["revision"]) == (first["id"], 3)


def test_what_evolved_may_come_before_what_it_evolved_from(newsroom: Any) -> None:
    later = push(newsroom, 201, guid="b", evolvedfrom=GUID, body_html="<p>More.</p>")["article"]
    early = push(newsroom, 200)
    assert (early["outcome"], early["article"]["id"], early["article"]["revision"]) == ("outdated", later["id"], 1)
    assert len(newsroom.http.get("/v1/articles").json["items"]) == 1


@pytest.mark.parametrize("order", [*permutations("abc")], ids="".join)
def test_items_that_evolved_one_from_the_other_are_one_article_in_whatever_order_they_come(
    newsroom: Any, order: tuple[str, ...]
) -> None:
    evolved = {"a": None, "b": "a", "c": "b"}
    for guid in order:
        told = item(guid=guid, evolvedfrom=evolved[guid], body_html=f"<p>Part {guid}.</p>")
        assert newsroom.http.post(PATH, json=told).json["outcome"] in ("taken", "outdated")
    (article,) = newsroom.http.get("/v1/articles").json["items"]
    assert article["external_id"] == "c"
    for guid in ("a", "b"):
        late = push(newsroom, 200, guid=guid, version="9", pubstatus="canceled")
        assert (late["outcome"], late["article"]["id"], late["article"]["state"]) == (
            "outdated",
            article["id"],
            "current",
        )
    assert push(newsroom, 200, guid="a", version="9", evolvedfrom="c")["article"]["state"] == "current"
    assert push(newsroom, 201, guid="c", version="9", body_html="<p>All of it.</p>")["article"]["id"] == article["id"]


def test_an_item_that_evolved_from_itself_is_as_any_other(newsroom: Any) -> None:
    assert push(newsroom, 201, evolvedfrom=GUID)["article"]["revision"] == 1
    assert push(newsroom, 201, evolvedfrom=GUID, version="3", body_html="<p>More.</p>")["article"]["revision"] == 2


def test_versions_that_come_at_once_leave_the_newest(newsroom: Any) -> None:
    def send(number: int) -> int:
        told = item(version=str(number), body_html=f"<p>Version {number}.</p>")
        return int(newsroom.http.post(PATH, json=told).status_code)

    with ThreadPoolExecutor(6) as pool:
        statuses = list(pool.map(send, [3, 6, 1, 5, 2, 4]))
    assert set(statuses) <= {200, 201}
    (article,) = newsroom.http.get("/v1/articles").json["items"]
    assert article["revision"] == statuses.count(201)
    again = push(newsroom, 200, version="6", body_html="<p>Version 6.</p>")
    assert again["outcome"] == "duplicate", "the newest is what stands there"


def test_canceled_withdraws_and_a_newer_version_brings_it_back(newsroom: Any, claim_of: Any) -> None:
    push(newsroom, 201, body_html=None, body_text="Envoys of Chad and Niger met in Doha.")
    newsroom.read(claim_of("met in Doha", "Envoys of Chad and Niger met in Doha."))
    for _ in range(2):
        gone = push(newsroom, 200, version="3", pubstatus="canceled", body_html="")
        assert (gone["outcome"], gone["article"]["state"], gone["article"]["claims_count"]) == (
            "withdrawn",
            "withdrawn",
            0,
        )
    assert push(newsroom, 200, version="2")["outcome"] == "outdated", "it came late"
    assert newsroom.http.get("/v1/claims").json["items"] == []
    assert push(newsroom, 201, version="4", body_html="<p>Anew.</p>")["article"]["state"] == "current"


def test_what_is_canceled_before_it_came_stays_away(newsroom: Any) -> None:
    answer = push(newsroom, 200, version="3", pubstatus="canceled")
    assert (answer["outcome"], answer["article"], answer["job"]) == ("ignored", None, None)
    assert push(newsroom, 200, version="2")["outcome"] == "outdated"
    assert newsroom.rows() == 0
    assert push(newsroom, 201, version="4")["outcome"] == "taken"


IGNORED: list[tuple[dict[str, Any], str]] = [
    ({"type": "picture"}, "picture"),
    ({"type": "video", "body_html": "<p>A text.</p>"}, "video"),
    ({"type": "composite", "body_html": None}, "composite"),
    ({"pubstatus": "withheld"}, "withheld"),
    ({"pubstatus": None, "pubStatus": "withheld"}, "withheld"),
    ({"body_html": " "}, "no body"),
    ({"body_html": None, "bodies": [{"role": "main", "value": ""}]}, "no body"),
]


def test_what_is_not_to_be_read_is_ignored_for_good(desk: Any) -> None:
    for fields, why in IGNORED:
        told = push(desk, 200, **fields)
        assert told["outcome"] == "ignored"
        assert why in told["reason"]
    assert desk.rows() == 0


def test_the_names_of_ninjs_two_and_three_are_understood(desk: Any) -> None:
    told = desk.http.post(
        PATH,
        json={
            "uri": "https://agency.example/items/7",
            "standard": {"name": "ninjs", "version": "3.0"},
            "type": "text",
            "pubStatus": "usable",
            "headlines": [{"role": "short", "value": "Met"}, {"role": "main", "value": "Envoys met in Doha"}],
            "bodies": [
                {"role": "caption", "contentType": "text/html", "value": "<p>A caption.</p>"},
                {"role": "main", "contentType": "text/plain; charset=utf-8", "value": "Envoys met."},
                {"role": "main", "contentType": "text/html", "value": "<p>Envoys met.</p>"},
            ],
            "contentCreated": "2025-06-03T09:00:00+03:00",
            "versionCreated": "2025-06-03T10:00:00+03:00",
            "provider": {"name": "Agency"},
        },
    ).json["article"]
    assert (told["title"], told["publisher"]) == ("Envoys met in Doha", "Agency")
    assert (told["published_at"], told["url"]) == ("2025-06-03T09:00:00+03:00", "https://agency.example/items/7")
    plain = {"body_html": None, "bodies": [{"contenttype": "text/plain", "value": "Plain."}], "guid": "p"}
    shown = push(desk, 201, **plain)["article"]["links"]["self"]
    assert desk.http.get(shown).json["text"] == "Plain."


def test_the_address_is_the_one_that_the_item_names(desk: Any, make_newsroom: Any) -> None:
    canonical_link = [
        {"rel": "related", "href": "https://a.example/0"},
        {"rel": "canonical", "href": "https://a.example/1"},
    ]
    given: list[tuple[dict[str, Any], str]] = [
        ({"guid": "1", "links": canonical_link, "uri": "https://a.example/2"}, "https://a.example/1"),
        ({"guid": "2", "canonicalurl": "https://a.example/3", "links": canonical_link}, "https://a.example/3"),
        ({"guid": "https://a.example/4"}, "https://a.example/4"),
        ({"guid": "5", "uri": "tag:a.example,2025:5"}, "https://ninjs.invalid/5"),
        ({"guid": "6", "canonicalUrl": "ftp://a.example/"}, "https://ninjs.invalid/6"),
    ]
    for fields, url in given:
        assert push(desk, 201, **fields)["article"]["url"] == url
    here = make_newsroom(desk.database, ninjs_base_url="https://cms.example/find?id=")
    assert push(here, 201, guid="urn:x:7")["article"]["url"] == "https://cms.example/find?id=urn:x:7"


def test_no_two_guids_share_an_address_that_is_made_of_them() -> None:
    guids = [
        "a",
        "A",
        "a/",
        "a/.",
        ".",
        "..",
        "a..b",
        "a.",
        "a#b",
        "a?b",
        "a b",
        "%61",
        "ä",
        "é",
        "urn:a",
        "urn%3Aa",
        "x" * 500,
    ]
    made = [canonical("https://ninjs.invalid/" + ninjs_items._step(guid)) for guid in guids]
    assert len(set(made)) == len(guids)
    assert max(map(len, made)) < 2048


REFUSED: list[tuple[dict[str, Any], tuple[str, str]]] = [
    ({"guid": None}, ("/guid", "required")),
    ({"guid": " "}, ("/guid", "blank")),
    ({"guid": "x" * 501}, ("/guid", "too_long")),
    ({"guid": "a\0"}, ("/guid", "invalid_text")),
    ({"body_html": "\ud800"}, ("/body_html", "invalid_text")),
    ({"body_text": "x" * 100_001}, ("/body_text", "too_long")),
    ({"bodies": [{"value": "x" * 100_001}], "body_html": None}, ("/bodies", "too_long")),
    ({"bodies": [{}] * 101}, ("/bodies", "too_many")),
    ({"headline": 7}, ("/headline", "type")),
    ({"version": [1]}, ("/version", "type")),
    ({"version": 10**18}, ("/version", "out_of_range")),
    ({"version": True}, ("/version", "type")),
    ({"version": 1.5}, ("/version", "type")),
    ({"pubstatus": "gone"}, ("/pubstatus", "not_allowed")),
    ({"versioncreated": "soon"}, ("/versioncreated", "invalid_date")),
    ({"language": "English, mostly"}, ("/language", "invalid_language")),
    ({"type": {"picture": 1}}, ("/type", "type")),
]


def test_what_is_no_item_is_refused(desk: Any, faults: Any) -> None:
    for fields, fault in REFUSED:
        answer = desk.http.post(PATH, data=json.dumps(item(**fields)), content_type="application/json")
        assert answer.status_code == 422, fields
        assert fault in faults(answer)
    assert desk.rows() == 0


def test_what_cannot_be_a_title_or_an_outlet_is_left_out_or_cut(desk: Any) -> None:
    article = push(desk, 201, headline="x" * 600, source="", provider=[1])["article"]
    assert article["title"] == "x" * 500
    assert article["publisher"] is None
    for year in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        push(desk, 201, guid=year, versioncreated=year)


def test_a_signature_opens_this_route_and_no_other(desk: Any, make_newsroom: Any) -> None:
    shut = make_newsroom(desk.database, ninjs_secret=SECRET, host="0.0.0.0")
    raw = json.dumps(item()).encode()
    post = shut.http.post
    assert post(PATH, data=raw, headers=signed(raw)).status_code == 201
    assert post(PATH, data=raw, headers=signed(raw, "another")).status_code == 401
    assert post(PATH, data=raw + b" ", headers=signed(raw)).status_code == 401
    assert post(PATH, data=raw, headers=signed(raw) | {"x-superdesk-signature": "é"}).status_code == 401
    assert post("/v1/articles", data=raw, headers=signed(raw)).status_code == 401
    wrong = signed(raw) | {"Authorization": "Bearer ctk_a_b"}
    assert post(PATH, data=raw, headers=wrong).status_code == 401, "a key that is sent is looked at"


def test_with_a_secret_neither_this_machine_may_push_without_it(desk: Any, make_newsroom: Any) -> None:
    shut = make_newsroom(desk.database, ninjs_secret=SECRET)
    bare = shut.http.post(PATH, json=item())
    assert bare.status_code == 401
    assert "x-superdesk-signature" in bare.json["detail"]
    assert shut.post().status_code == 202, "all else is as open as before"
    key, reader = shut.key("articles:write"), shut.key("claims:read")
    assert shut.as_key(key, PATH, "POST", json=item()).status_code == 201
    assert shut.as_key(reader, PATH, "POST", json=item()).status_code == 403
    described = shut.http.get("/openapi.json").json["paths"]
    assert described[PATH]["post"]["security"] == [{"key": ["articles:write"]}, {"signature": []}]


def test_without_a_secret_no_signature_opens_anything(desk: Any) -> None:
    desk.key("admin")
    raw = json.dumps(item()).encode()
    assert desk.http.post(PATH, data=raw, headers=signed(raw, "")).status_code == 401


def test_too_much_is_answered_so_that_it_is_sent_again(desk: Any, make_newsroom: Any) -> None:
    busy = make_newsroom(desk.database, ninjs_secret=SECRET, rate_limit=3)
    raw = json.dumps(item()).encode()
    told = [busy.http.post(PATH, data=raw, headers=signed(raw)) for _ in range(5)]
    assert [answer.status_code for answer in told] == [201, 200, 200, 503, 503]
    assert 1 <= int(told[-1].headers["Retry-After"]) <= 60
    key = busy.key("articles:write")
    assert [busy.as_key(key, PATH, "POST", json=item()).status_code for _ in range(4)][-1] == 503
    guesses = [busy.http.post(PATH, data=raw, headers=signed(raw, f"guess {n}")) for n in range(62)]
    assert {answer.status_code for answer in guesses} == {401, 503}


def test_a_full_backlog_refuses_and_keeps_nothing(newsroom: Any, make_newsroom: Any) -> None:
    small = make_newsroom(newsroom.database, max_backlog=1)
    push(small, 201)
    full = small.http.post(PATH, json=item(guid="b", evolvedfrom=GUID, body_html="<p>More.</p>"))
    assert full.status_code == 503
    assert full.headers["Retry-After"] == "30"
    small.read()
    assert push(small, 200)["outcome"] == "duplicate", "nothing of the refused one was kept"
    assert push(small, 201, guid="b", evolvedfrom=GUID, body_html="<p>More.</p>")["article"]["revision"] == 2


def test_who_asks_for_media_is_answered_that_there_are_none(desk: Any) -> None:
    assert desk.http.get(f"{PATH}/media-7").status_code == 404
    assert desk.http.post(f"{PATH}/media-7", data={"media_id": "7"}).status_code == 404
    assert desk.http.get(PATH).status_code == 405
    assert desk.http.post(PATH, data={"media_id": "7"}).status_code == 415


def test_what_the_documentation_shows_works(
    desk: Any, make_newsroom: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shut = make_newsroom(desk.database, ninjs_secret=SECRET)
    wire = httpx.Client(transport=httpx.WSGITransport(app=shut.app))
    monkeypatch.setattr(httpx, "post", wire.post)
    monkeypatch.setenv("CLAIMTRAIL_NINJS_SECRET", SECRET)
    told = (Path(__file__).parents[2] / "docs/integrations/superdesk.md").read_text("utf-8")
    (script,) = re.findall(r"```python\n(.*?)```", told, re.DOTALL)
    (shown,) = re.findall(r"```\n(201 .*?)```", told, re.DOTALL)
    for prints in (shown, shown.replace("201 taken", "200 duplicate")):
        exec(script, {})
        assert capsys.readouterr().out.endswith(prints)
