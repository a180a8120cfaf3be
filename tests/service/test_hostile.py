"""What bad input gets: its code, its pointer, and nothing stored."""

from __future__ import annotations

import gzip
import io
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

URL = "https://a.example/1"
JSON = "application/json"
NOBODY = "019723f0-5b1c-7a52-9d0e-3f6a1c2b4d5e"


def sent(**fields: Any) -> bytes:
    return json.dumps({"url": URL, "text": "Words.", **fields}).encode()


def without(name: str) -> bytes:
    return json.dumps({k: v for k, v in {"url": URL, "text": "Words."}.items() if k != name}).encode()


def nested(depth: int) -> bytes:
    return b'{"url": "https://a.example", "text": ' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"


MALFORMED = {
    "empty": b"",
    "blank": b" \n",
    "no JSON": b"{",
    "a word": b"nonsense",
    "two values": b"{} {}",
    "NaN": b'{"url": NaN}',
    "Infinity": b'{"url": -Infinity}',
    "beyond numbers": b'{"url": 1e999}',
    "endless digits": b'{"url": ' + b"1" * 5000 + b"}",
    "BOM": b"\xef\xbb\xbf" + sent(),
    "UTF-16": sent().decode().encode("utf-16"),
    "UTF-16 without BOM": sent().decode().encode("utf-16-le"),
    "not UTF-8": b'{"url": "\xff"}',
    "a bare control character": b'{"url": "a\x01"}',
    "a bare NUL": b'{"url": "a\x00"}',
    "a trailing comma": b'{"url": "x",}',
    "single quotes": b"{'url': 'x'}",
    "a comment": b'{"url": "x" /* y */}',
    "brackets that only close": b"]" * 100 + b"[" * 10,
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
@pytest.mark.parametrize("path", ["/v1/articles", "/v1/articles/batch"])
def test_malformed_json(desk: Any, faults: Any, body: bytes, path: str) -> None:
    answer = desk.http.post(path, data=body, content_type=JSON)
    assert answer.status_code == 400
    assert faults(answer) == {("", "malformed_json")}
    assert desk.rows() == 0


@pytest.mark.parametrize(
    "body",
    [
        b'{"url": "https://a.example/1", "text": "x", "text": "y"}',
        b'{"url": "https://a.example/1", "text": "x", "te\\u0078t": "y"}',
        b'{"url": "https://a.example/1", "text": "x", "more": {"a": 1, "a": 1}}',
    ],
)
def test_names_that_occur_twice(desk: Any, faults: Any, body: bytes) -> None:
    answer = desk.http.post("/v1/articles", data=body, content_type=JSON)
    assert answer.status_code == 400
    assert faults(answer) == {("", "duplicate_key")}
    assert desk.rows() == 0


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (nested(20), 422, ("/text", "type")),
        (nested(21), 400, ("", "too_deep")),
        (nested(100_000), 400, ("", "too_deep")),
        (b"[" * 1_000_000, 400, ("", "too_deep")),
        (b"[" + b"[]," * 600_000 + b"[]]", 400, ("", "too_many")),
        (b"[" + b"[{}]," * 200 + b"{}]", 422, ("", "type")),
        (b'{"a":' * 300_000, 400, ("", "too_deep")),
        (b'{"url": "https://a.example/1", "text": "' + b'[{\\"' * 200 + b'"}', 202, None),
    ],
    ids=["20", "21", "100000", "open", "many", "not so many", "open objects", "brackets in a text"],
)
def test_depth(desk: Any, faults: Any, body: bytes, status: int, code: Any) -> None:
    answer = desk.http.post("/v1/articles", data=body, content_type=JSON)
    assert answer.status_code == status
    if code is not None:
        assert faults(answer) == {code}
        assert desk.rows() == 0


FIELDS: dict[str, tuple[bytes, set[tuple[str, str]]]] = {
    "no object": (b"[]", {("", "type")}),
    "null": (b"null", {("", "type")}),
    "a number": (b"7", {("", "type")}),
    "no url": (without("url"), {("/url", "required")}),
    "neither text nor html": (without("text"), {("/url", "not_fetched")}),
    "nulls": (sent(text=None, html=None), {("/url", "not_fetched")}),
    "both": (sent(html="<p>x</p>"), {("/html", "conflict")}),
    "unknown": (sent(body="x"), {("/body", "unknown")}),
    "unknown with a slash": (sent(**{"a/b~c": 1}), {("/a~1b~0c", "unknown")}),
    "an id": (sent(id="x"), {("/id", "unknown")}),
    "url null": (sent(url=None), {("/url", "null")}),
    "url a number": (sent(url=7), {("/url", "type")}),
    "text a list": (sent(text=["x"]), {("/text", "type")}),
    "text true": (sent(text=True), {("/text", "type")}),
    "title an object": (sent(title={}), {("/title", "type")}),
    "text empty": (sent(text=""), {("/text", "blank")}),
    "text blank": (sent(text=" \n\t\u00a0\u2003"), {("/text", "blank")}),
    "title blank": (sent(title=" "), {("/title", "blank")}),
    "text NUL": (sent(text="a\0b"), {("/text", "invalid_text")}),
    "html NUL": (b'{"url": "https://a.example/1", "html": "a\\u0000"}', {("/html", "invalid_text")}),
    "title NUL": (sent(title="a\0"), {("/title", "invalid_text")}),
    "external_id NUL": (sent(external_id="\0"), {("/external_id", "invalid_text")}),
    "url NUL": (sent(url="https://a.example/\0"), {("/url", "invalid_text")}),
    "text surrogate": (sent(text="a\ud800"), {("/text", "invalid_text")}),
    "publisher surrogate": (sent(publisher="\udfff"), {("/publisher", "invalid_text")}),
    "url surrogate": (sent(url="https://a.example/\ud800"), {("/url", "invalid_text")}),
    "text too long": (sent(text="x" * 100_001), {("/text", "too_long")}),
    "title too long": (sent(title="x" * 501), {("/title", "too_long")}),
    "publisher too long": (sent(publisher="x" * 201), {("/publisher", "too_long")}),
    "external_id too long": (sent(external_id="x" * 201), {("/external_id", "too_long")}),
    "url too long": (sent(url="https://a.example/" + "x" * 2_031), {("/url", "too_long")}),
    "several": (
        sent(url="x", title="", language="?", more=1),
        {("/url", "invalid_url"), ("/title", "blank"), ("/language", "invalid_language"), ("/more", "unknown")},
    ),
}
for _name, _value in {
    "no scheme": "a.example/1",
    "relative": "/1",
    "ftp": "ftp://a.example/",
    "file": "file:///etc/passwd",
    "javascript": "javascript:alert(1)",
    "data": "data:text/html,x",
    "scheme alone": "https://",
    "no host": "https:///path",
    "one slash": "https:/a.example",
    "user": "https://joe@a.example/",
    "password": "https://joe:secret@a.example/",
    "port 0": "https://a.example:0/",
    "port 65536": "https://a.example:65536/",
    "port a word": "https://a.example:http/",
    "port negative": "https://a.example:-1/",
    "port empty": "https://a.example:/",
    "blank inside": "https://a.example/a b",
    "blank before": " https://a.example/",
    "newline": "https://a.example/\n",
    "tab": "https://a.exa\tmple/",
    "backslash": "https://a.example\\b",
    "bracket": "https://[::1",
    "dots": "https://.../",
    "angle": "https://a.example/<script>",
}.items():
    FIELDS[f"url: {_name}"] = (sent(url=_value), {("/url", "invalid_url")})
for _value in (
    "yesterday",
    "2025-13-01",
    "2025-02-30",
    "2025-6-3",
    "20250603",
    "2025-06-03T09:30:00",
    "2025-06-03 09:30:00+02:00",
    "2025-06-03T25:00:00Z",
    "2025-06-03T09:30:00+25:00",
    "2025-06-03T09:30:00[Europe/Paris]",
    "2025-W23-2",
    "0000-01-01",
    "２０２５-06-03",
):
    FIELDS[f"published_at: {_value}"] = (sent(published_at=_value), {("/published_at", "invalid_date")})
FIELDS["published_at: a number"] = (sent(published_at=1748900000), {("/published_at", "type")})
for _value in ("e", "english", "en_US", "en-", "-en", "en-toolongsubtag", "12", "x" * 36, "en\n"):
    FIELDS[f"language: {_value[:20]!r}"] = (sent(language=_value), {("/language", "invalid_language")})


@pytest.mark.parametrize(("body", "wanted"), FIELDS.values(), ids=FIELDS)
def test_the_fault_of_a_field(desk: Any, faults: Any, body: bytes, wanted: set[tuple[str, str]]) -> None:
    answer = desk.http.post("/v1/articles", data=body, content_type=JSON)
    assert answer.status_code == 422
    assert faults(answer) == wanted
    assert desk.rows() == 0


def test_what_is_told_of_a_body_does_not_outgrow_it(desk: Any) -> None:
    answer = desk.post({"k" * 500 + str(n): 0 for n in range(3000)})
    assert answer.status_code == 422
    assert len(answer.json["errors"]) == 100
    assert len(answer.get_data()) < 40_000


def test_the_same_faults_in_a_batch(desk: Any) -> None:
    entries = list(FIELDS.values())
    for first in range(0, len(entries), 25):
        part = entries[first : first + 25]
        body = b"[" + b",".join(body for body, _ in part) + b"]"
        answer = desk.http.post("/v1/articles/batch", data=body, content_type=JSON)
        for item, (_, wanted) in zip(answer.json["items"], part, strict=True):
            assert item["status"] == item["problem"]["status"] == 422
            assert {(fault["pointer"], fault["code"]) for fault in item["problem"]["errors"]} == wanted
    assert desk.rows() == 0


GOOD = {
    "url": [
        "http://a.example",
        "HTTPS://A.example/Path",
        "https://a.example:65535/x?y=%20#z",
        "https://xn--bcher-kva.example/",
        "https://bücher.example/ä",
        "https://192.0.2.7:8080/",
        "https://a.example./",
        "https://a_b.example?q",
        "https://a.example/" + "x" * 2_030,
    ],
    "published_at": [
        "2025-06-03",
        "2025-06-03T09:30:00Z",
        "2025-06-03T09:30:00.123456789+05:45",
        "2025-06-03T09:30-0700",
    ],
    "language": ["en", "pt-BR", "zh-Hant-TW", "sr-Latn-RS", "ukr", None],
    "title": ["x" * 500, None, "«Заголовок» 🙂"],
    "text": ["x" * 100_000, "🙂" * 100_000, "\ufeffx", "a\u0001b"],
}


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values in GOOD.items() for value in values])
def test_what_is_taken(desk: Any, field: str, value: Any) -> None:
    answer = desk.http.post("/v1/articles", data=sent(**{field: value}), content_type=JSON)
    assert answer.status_code == 202, answer.text
    shown = desk.http.get(answer.json["article"]["links"]["self"]).json
    assert shown[field] == value


@pytest.mark.parametrize("path", ["/v1/articles", "/v1/articles/batch"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "multipart/form-data; boundary=x"},
        {"Content-Type": ""},
        {"Content-Type": "application/json; charset=utf-16"},
        {"Content-Type": JSON, "Content-Encoding": "gzip"},
        {"Content-Type": JSON, "Content-Encoding": "br"},
    ],
)
def test_other_media_types_and_encodings(desk: Any, faults: Any, path: str, headers: dict[str, str]) -> None:
    body = gzip.compress(sent()) if "Content-Encoding" in headers else sent()
    answer = desk.http.post(path, data=body, headers=headers)
    assert answer.status_code == 415
    assert faults(answer) == set()
    assert desk.rows() == 0


def test_lines_are_for_batches_only(desk: Any) -> None:
    assert desk.http.post("/v1/articles", data=sent(), content_type="application/x-ndjson").status_code == 415


@pytest.mark.parametrize("media_type", [JSON, "application/json; charset=utf-8", 'application/json;charset="UTF-8"'])
def test_json_by_its_names(desk: Any, media_type: str) -> None:
    assert desk.http.post("/v1/articles", data=sent(), content_type=media_type).status_code == 202


@pytest.mark.parametrize("path", ["/v1/articles", "/v1/articles/batch"])
def test_a_body_that_ends_too_early(desk: Any, faults: Any, path: str) -> None:
    body = sent()
    answer = desk.http.post(
        path,
        input_stream=io.BytesIO(body),
        content_type=JSON,
        environ_overrides={"CONTENT_LENGTH": str(len(body) + 10)},
    )
    assert answer.status_code == 400
    faults(answer)
    assert desk.rows() == 0


def test_a_body_that_is_too_large(desk: Any, faults: Any) -> None:
    answer = desk.http.post("/v1/articles", data=sent(text="x" * 2_000_000), content_type=JSON)
    assert answer.status_code == 413
    assert faults(answer) == set()
    assert desk.rows() == 0


@pytest.mark.parametrize("path", ["/v1/articles", "/v1/claims", "/v1/articles/{id}/claims"])
@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("offset=3", ("offset", "unknown")),
        ("Limit=3", ("Limit", "unknown")),
        ("limit=0", ("limit", "out_of_range")),
        ("limit=201", ("limit", "out_of_range")),
        ("limit=-1", ("limit", "out_of_range")),
        ("limit=x", ("limit", "type")),
        ("limit=", ("limit", "type")),
        ("limit=1.5", ("limit", "type")),
        ("limit=" + "9" * 5000, ("limit", "type")),
        ("limit=3&limit=4", ("limit", "repeated")),
        ("cursor=", ("cursor", "blank")),
        ("cursor=abc", ("cursor", "invalid_cursor")),
        ("cursor=bnVsbA", ("cursor", "invalid_cursor")),
        ("cursor=W10", ("cursor", "invalid_cursor")),
        ("cursor=%C3%A4", ("cursor", "invalid_cursor")),
        ("cursor=%00", ("cursor", "invalid_text")),
        ("cursor=" + "W" * 1900, ("cursor", "invalid_cursor")),
        ("cursor=" + "W" * 2001, ("cursor", "too_long")),
        ("state=gone", ("state", "invalid_choice")),
        ("state=", ("state", "blank")),
    ],
)
def test_bad_parameters_of_lists(desk: Any, faults: Any, path: str, query: str, fault: tuple[str, str]) -> None:
    article = desk.post().json["article"]
    answer = desk.http.get(f"{path.format(id=article['id'])}?{query}")
    assert answer.status_code == 400, answer.text
    assert faults(answer) == {fault}


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("kind=Talks!", ("kind", "invalid_choice")),
        ("status=maybe", ("status", "invalid_choice")),
        ("status=occurred,maybe", ("status", "invalid_choice")),
        ("article=7", ("article", "invalid_id")),
        ("q=", ("q", "blank")),
        ("q=%20", ("q", "blank")),
        ("q=a%00", ("q", "invalid_text")),
        ("q=" + "x" * 501, ("q", "too_long")),
        ("speaker=%00x", ("speaker", "invalid_text")),
        ("party=", ("party", "blank")),
        ("place=%0A", ("place", "blank")),
        ("publisher=", ("publisher", "blank")),
        ("date_from=tomorrow", ("date_from", "invalid_date")),
        ("date_to=2025-02-30", ("date_to", "invalid_date")),
        ("published_from=2025", ("published_from", "invalid_date")),
        ("published_to=", ("published_to", "invalid_date")),
        ("count_min=many", ("count_min", "type")),
        ("count_max=1e3", ("count_max", "type")),
        ("updated_since=2025-06-03T09:30:00", ("updated_since", "invalid_date")),
        ("updated_since=2025-06-03", ("updated_since", "invalid_date")),
        ("date_from=2025-01-01&date_from=2025-01-02", ("date_from", "repeated")),
        ("kind=" + ",".join(f"k{n}" for n in range(51)), ("kind", "too_many")),
        ("&".join(f"article={NOBODY}" for _ in range(51)), ("article", "too_many")),
        ("&".join(f"party=p{n}" for n in range(51)), ("party", "too_many")),
        ("&".join(f"q=w{n}" for n in range(2000)), ("q", "too_many")),
    ],
)
def test_bad_filters_of_claims(desk: Any, faults: Any, query: str, fault: tuple[str, str]) -> None:
    answer = desk.http.get(f"/v1/claims?{query}")
    assert answer.status_code == 400, answer.text
    assert faults(answer) == {fault}


STRANGE = [
    "q=%22",
    "q=%22unclosed",
    "q=AND+OR+NOT+NEAR(a)*%3A%5E",
    "q=%27%3B+drop+table+claims%3B--",
    "q=%F0%9F%99%82",
    "q=%EF%BF%BE",
    "q=%FF%FE",
    "speaker=%25_%5C",
    "count_min=" + "9" * 40,
    "count_max=-" + "9" * 40,
    "updated_since=0001-01-01T00:00:00%2B23:59",
    "updated_since=9999-12-31T23:59:59-23:59",
    "date_from=0001-01-01&date_to=9999-12-31",
    "date_from=2025-06-03&date_to=2025-06-01",
    "published_from=9999-12-31&published_to=0001-01-01",
    "kind=none-such",
    "article=019723f0-5b1c-7a52-9d0e-3f6a1c2b4d5e",
    "&".join(f"q=w{n}" for n in range(50)),
    "&".join(f"party=p{n}" for n in range(50)),
]


def test_strange_filters_break_nothing(newsroom: Any, claim_of: Any) -> None:
    newsroom.post()
    newsroom.read(claim_of("They freed 40 captives"))
    for query in STRANGE:
        answer = newsroom.http.get(f"/v1/claims?{query}")
        assert answer.status_code == 200, (query, answer.text)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/articles/{}"),
        ("GET", "/v1/articles/{}/claims"),
        ("GET", "/v1/claims/{}"),
        ("GET", "/v1/jobs/{}"),
        ("DELETE", "/v1/articles/{}"),
        ("POST", "/v1/articles/{}/jobs"),
    ],
)
def test_ids_that_are_none(newsroom: Any, faults: Any, method: str, path: str) -> None:
    bare = NOBODY.replace("-", "")
    for name in ("1", "x" * 3000, "%00", "%ED%A0%80", NOBODY, NOBODY.upper(), bare, "..%2f", "'--", "🙂"):
        answer = newsroom.http.open(path.format(name), method=method)
        assert answer.status_code == 404, name
        faults(answer)


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/", "/v1/articles/", "/v2/claims", "/docs/../settings.py", "/%00"])
def test_addresses_that_are_none(desk: Any, faults: Any, path: str) -> None:
    answer = desk.http.get(path)
    assert answer.status_code == 404
    faults(answer)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/v1/articles", {"GET", "HEAD", "OPTIONS", "POST"}),
        ("DELETE", "/v1/claims", {"GET", "HEAD", "OPTIONS"}),
        ("PATCH", "/v1/kinds", {"GET", "HEAD", "OPTIONS"}),
        ("GET", "/v1/articles/batch", {"OPTIONS", "POST"}),
        ("GET", f"/v1/articles/{NOBODY}/jobs", {"OPTIONS", "POST"}),
        ("POST", "/healthz", {"GET", "HEAD", "OPTIONS"}),
        ("BREW", "/v1/claims", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_methods_that_are_not_possible(desk: Any, faults: Any, method: str, path: str, allowed: set[str]) -> None:
    answer = desk.http.open(path, method=method)
    assert answer.status_code == 405
    assert faults(answer) == set()
    assert set(answer.headers["Allow"].split(", ")) == allowed


@pytest.mark.parametrize(
    "path", ["/v1/kinds", "/healthz", f"/v1/jobs/{NOBODY}", f"/v1/claims/{NOBODY}", f"/v1/articles/{NOBODY}"]
)
def test_parameters_where_none_are_read(desk: Any, faults: Any, path: str) -> None:
    answer = desk.http.get(f"{path}?limit=3")
    assert answer.status_code == 400
    assert faults(answer) == {("limit", "unknown")}


def test_forged_cursors(newsroom: Any, claim_of: Any) -> None:
    """Someone who knows how they are made gets nowhere either, in any list there is."""
    from service import cursor

    forgeries = [
        (),
        ("x",),
        (1,),
        (-1,),
        (2**70,),
        ("\0",),
        ("2025", 1),
        (1, "x"),
        (0, 2**63),
        ("0001-01-01T00:00:00+23:59", "x"),
        ("9999-12-31T23:59:59-23:59", "x"),
        ("9999-12-31T23:59:59-23:59", 1),
        ("2025-06-03T09:00:00", "x"),
        ("2025-06-03T09:00:00", 1),
        ("2025-06-03", "x"),
        ("2025-06-03", 1),
    ]
    article = newsroom.post().json["article"]["id"]
    newsroom.read(claim_of("They freed 40 captives", dated=date(2025, 6, 2)))
    (claim,) = newsroom.http.get("/v1/claims").json["items"]
    (event,) = newsroom.http.get("/v1/events").json["items"]
    review = newsroom.post({}, f"/v1/claims/{claim['id']}/reviews").json["id"]
    hook = newsroom.post({"url": "https://desk.example/hook", "types": ["claim.created"]}, "/v1/webhooks").json["id"]
    ids = {"article_id": article, "claim_id": claim["id"], "event_id": event["id"], "review_id": review}
    ids["webhook_id"] = hook
    lists = [
        path.format(**ids, geonames_id=1)
        for path, methods in newsroom.http.get("/openapi.json").json["paths"].items()
        if any(one.get("name") == "cursor" for one in methods.get("get", {}).get("parameters", ()))
    ]
    assert len(lists) >= 14
    since = {"updated_since": datetime(2025, 6, 1, tzinfo=UTC)}
    for address, query in [*((one, {}) for one in lists), ("/v1/claims", since), ("/v1/reviews", since)]:
        for key in forgeries:
            made = cursor.encode(key, cursor.list_name(address, query))
            asked = {"cursor": made} | {name: value.isoformat() for name, value in query.items()}
            answer = newsroom.http.get(address, query_string=asked)
            assert answer.status_code in (200, 400), (address, key)
