"""What an article or a service brings never steers the terminal it is shown on."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from claimtrail import cli
from claimtrail.commands import score, submit
from claimtrail.tables import explained, refused, table
from claimtrail.visible import visible, visible_lines

Output = pytest.CaptureFixture[str]

# Clears the screen, sets the title, C1's own escape, turns the line round, hides, breaks it, erases.
HOSTILE = "\x1b[2J\x1b]0;owned\x07\x9b31m\u202egnorw\u2066\ufeff\u2028\x7f\r\b\U000e0041"


def steers(text: str) -> list[str]:
    return [c for c in text if c != "\n" and unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"}]


def test_every_letter_that_steers_is_written_out() -> None:
    assert visible("a\x1b[31mb\x9bc\u202ed\r\n\te") == r"a\x1b[31mb\x9bc\u202ed\r\n\te"
    every = "".join(map(chr, range(0x110000)))
    assert set(steers(visible(every))) == {"\u200c", "\u200d"}, "the joiners that many scripts need"


@pytest.mark.parametrize(
    "text", ["plain text", "Ереван, Բաքու, بغداد, 東京", "naïve “quotes” – 40 °C", "می\u200cخواهم"]
)
def test_ordinary_text_is_left_as_it_is(text: str) -> None:
    assert visible(text) == text


def test_lines_stay_lines() -> None:
    assert visible_lines("one\x1b\ntwo\r\n") == "one\\x1b\ntwo\\r\n"


def hostile_claim() -> dict[str, Any]:
    return {
        "kind": f"prisoners{HOSTILE}",
        "status": f"scheduled{HOSTILE}",
        "state": "current",
        "quote": f"Both {HOSTILE} sides.",
        "date": {"text": f"then{HOSTILE}", "from": None, "to": None},
        "attribution": {"speaker": f"Ada{HOSTILE}", "via": f"Herald{HOSTILE}", "cue": f"told{HOSTILE}"},
        "details": {"count": 40, "places": [{"name": f"Alfa{HOSTILE}"}], f"x{HOSTILE}": True},
        "source": {"deep_link": f"https://news.example/{HOSTILE}"},
        "explanation": {"rule": f"r{HOSTILE}", "trigger": f"t{HOSTILE}", "fields": {f"f{HOSTILE}": f"w{HOSTILE}"}},
        "confidence": 0.85,
    }


def test_no_cell_or_line_of_a_claim_steers() -> None:
    abstention = {"quote": f"No {HOSTILE}", "rule": HOSTILE, "trigger": HOSTILE, "reason": HOSTILE}
    claim = hostile_claim()
    for shown, lines in ((table([claim], width=400), 2), (explained(claim), 8), (refused(abstention), 2)):
        assert steers(shown) == []
        assert shown.count("\n") == lines - 1
        assert r"\x1b[2J" in shown


def test_columns_stay_aligned_and_within_the_terminal() -> None:
    assert max(map(len, table([hostile_claim()], width=150).splitlines())) <= 150


@pytest.fixture
def hostile_service(service: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    client = submit.Client
    for command in (submit, score):
        monkeypatch.setattr(
            command,
            "Client",
            lambda url, **given: client(url, transport=service.transport, pause=lambda _: None, **given),
        )
    return service


@pytest.mark.parametrize(
    "told",
    [
        {"reading": {"state": "skipped", "reason": f"language {HOSTILE}"}},
        {"job": {"status": "failed", "error": f"reading failed: {HOSTILE}"}},
    ],
)
def test_what_a_service_tells_of_an_article_is_shown_not_obeyed(
    hostile_service: Any, told: dict[str, Any], tmp_path: Path, capsys: Output
) -> None:
    for name, value in told.items():
        setattr(hostile_service, name, value)
    file = tmp_path / "a\x1b[2Jb.txt"
    file.write_text("Talks.", "utf-8")
    cli.main(["submit", str(file)])
    said = capsys.readouterr()
    assert steers(said.out + said.err) == []
    assert r"\x1b[2J" in said.out


def test_a_refusal_is_shown_not_obeyed(hostile_service: Any, tmp_path: Path, capsys: Output) -> None:
    hostile_service.refusals.append(hostile_service.problem(422, f"Refused {HOSTILE}"))
    (tmp_path / "a.txt").write_text("Talks.", "utf-8")
    assert cli.main(["submit", str(tmp_path / "a.txt")]) == 1
    said = capsys.readouterr().err
    assert steers(said) == []
    assert r"Refused \x1b[2J" in said


def test_an_extraction_shows_what_it_read_and_its_json_is_exact(
    claimtrail: Callable[..., int], tmp_path: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    speaker = "Georgian \x9b31m\u202eforeign ministry"
    text = f"Armenia and Azerbaijan will hold talks in Tbilisi on June 12, the {speaker} said\x1b[2J."
    file = tmp_path / "a\x1b.txt"
    file.write_text(text, "utf-8")
    monkeypatch.setenv("COLUMNS", "400")
    for options in ((), ("--explain",), ("--abstentions",)):
        assert claimtrail("extract", file, *options) == 0
        said = capsys.readouterr().out
        assert steers(said) == []
        assert r"\x9b31m\u202e" in said
    assert claimtrail("extract", file, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["article"]["text"] == text
    assert told["claims"][0]["quote"] == text


def test_the_errors_of_a_score_are_shown_not_obeyed(
    claimtrail: Callable[..., int], tmp_path: Path, capsys: Output
) -> None:
    quote = "Armenia and Azerbaijan \x9b31m\x1b[2J will hold talks\u202e in Tbilisi on June 12."
    missed = {"kind": "talks", "quote": "Nothing\x1b[2J at all.", "status": "occurred", "date_text": "\x9b1m"}
    article = {"id": "a\x1b", "url": "https://news.example/1", "published_at": "2025-06-03", "claims": [missed]}
    (tmp_path / "1.json").write_text(json.dumps(article | {"text": f"{quote}\n\nNothing\x1b[2J at all."}), "utf-8")
    assert claimtrail("score", tmp_path, "--errors") == 0
    said = capsys.readouterr().out
    assert steers(said) == []
    assert r"Nothing\x1b[2J" in said
