from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from claimtrail.sources import SourceError, sources

NONE: dict[str, str | None] = {}


def test_each_form_by_its_suffix(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("<b>Just</b> text", "utf-8")
    (tmp_path / "b.HTML").write_text("<p>Page</p>", "utf-8")
    (tmp_path / "c.json").write_text('{"text": "One", "url": "https://news.example/c", "mood": "good"}', "utf-8")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "d.jsonl").write_text('{"text": "Two"}\n\n{"html": "<p>Three</p>"}\n', "utf-8")
    (tmp_path / "sub" / "e.png").write_bytes(b"\x89PNG")
    found = list(sources([str(tmp_path)], NONE))
    assert [(Path(s.name.partition(":")[0]).name, s.submission) for s in found] == [
        ("a.txt", {"text": "<b>Just</b> text", "url": "https://files.invalid/a.txt"}),
        ("b.HTML", {"html": "<p>Page</p>", "url": "https://files.invalid/b.HTML"}),
        ("c.json", {"text": "One", "url": "https://news.example/c"}),
        ("d.jsonl", {"text": "Two", "url": "https://files.invalid/d.jsonl%3A1"}),
        ("d.jsonl", {"html": "<p>Three</p>", "url": "https://files.invalid/d.jsonl%3A3"}),
    ]


def test_a_file_named_is_read_whatever_its_suffix(tmp_path: Path) -> None:
    path = tmp_path / "article"
    path.write_text("Text", "utf-8")
    (found,) = sources([str(path)], NONE)
    assert found.submission["text"] == "Text"


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xef\xbb\xbfText")
    (found,) = sources([str(path)], NONE)
    assert found.submission["text"] == "Text"


def test_line_ends_are_left_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"One.\r\n\r\nTwo.")
    (found,) = sources([str(path)], NONE)
    assert found.submission["text"] == "One.\r\n\r\nTwo."


@pytest.mark.parametrize(
    ("content", "form"),
    [
        ("Text", "text"),
        ("  <html><p>Page", "html"),
        (json.dumps({"text": "One"}), "text"),
        ("< 5 killed", "text"),
        ("\ufeffText", "text"),
    ],
)
def test_standard_input_is_known_by_its_first_character(
    content: str, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(content))
    (found,) = sources(["-"], NONE)
    assert found.name == "stdin"
    assert list(found.submission) == [form, "url"]


@pytest.mark.parametrize("gap", ["\n", "\n\n", "\r\n"])
def test_standard_input_may_hold_many(gap: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [json.dumps({"text": f"Text\u2028{number}"}, ensure_ascii=False) for number in range(3)]
    monkeypatch.setattr("sys.stdin", io.StringIO(gap.join(lines) + gap))
    assert [source.submission["text"] for source in sources(["-"], NONE)] == [f"Text\u2028{n}" for n in range(3)]


def test_standard_input_that_is_not_utf_8_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"caf\xe9"), "utf-8"))
    with pytest.raises(SourceError, match="stdin: not UTF-8"):
        list(sources(["-"], NONE))


def test_defaults_fill_but_do_not_replace(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"text": "One", "title": "Own"}', "utf-8")
    defaults = {"title": "Given", "publisher": "Given", "url": None}
    (found,) = sources([str(tmp_path / "a.json")], defaults)
    assert (found.submission["title"], found.submission["publisher"]) == ("Own", "Given")
    assert found.submission["url"] == "https://files.invalid/a.json"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.txt", b" \n", "there is no text in it"),
        ("a.txt", b"\xff\xfe", "not UTF-8 text"),
        ("a.json", b"{", "not JSON"),
        ("a.json", b"[1]", "a JSON object with `text` or `html` is wanted, not a list"),
        ("a.json", b'{"text": 5}', "there is no text in it"),
        ("a.json", b'{"title": "x"}', "there is no text in it"),
        ("a.ndjson", b'{"text": "x"}\n{', "a.ndjson:2: not JSON"),
        ("a.ndjson", b"\n", "there is no text in it"),
        ("a.png", None, "No such file"),
    ],
)
def test_what_is_no_article_is_named(tmp_path: Path, name: str, content: bytes | None, said: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError) as refused:
        list(sources([str(tmp_path / name)], NONE))
    assert str(refused.value).startswith(str(tmp_path / name))
    assert said in str(refused.value)


def test_an_address_alone_is_enough_where_its_page_may_be_fetched(tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson"
    path.write_text('{"url": "https://news.example/1"}\n', "utf-8")
    (found,) = sources([str(path)], {"publisher": "Given"}, addresses=True)
    assert found.submission == {"url": "https://news.example/1", "publisher": "Given"}
    with pytest.raises(SourceError, match="there is no text in it"):
        list(sources([str(path)], NONE))
    for none in ('{"title": "x"}', '{"url": "https://news.example/1", "text": " "}'):
        path.write_text(none, "utf-8")
        with pytest.raises(SourceError, match="there is no text in it"):
            list(sources([str(path)], {"url": "https://news.example/2"}, addresses=True))


def test_json_without_a_bottom_is_refused(tmp_path: Path) -> None:
    (tmp_path / "deep.json").write_text("[" * 100_000)
    with pytest.raises(SourceError, match="nested too deep"):
        list(sources([str(tmp_path / "deep.json")], {}))


def test_a_folder_without_articles_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG")
    with pytest.raises(SourceError, match="no article files in this folder"):
        list(sources([str(tmp_path)], NONE))
