from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from schemas.abstention import Abstention
from schemas.claim import Claim, Source

Run = Callable[..., int]
Output = pytest.CaptureFixture[str]

TEXT = (
    "Delegations of Armenia and Azerbaijan will hold a second round of talks in Tbilisi next Monday, the Georgian"
    " foreign ministry said on Friday.\n\nNo prisoners were mentioned."
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "talks.txt"
    path.write_text(TEXT, "utf-8")
    return path


def test_a_table(claimtrail: Run, file: Path, capsys: Output) -> None:
    assert claimtrail("extract", file, "--published-at", "2025-06-07") == 0
    heading, columns, row = capsys.readouterr().out.strip().splitlines()
    assert heading == f"{file}: 1 claim"
    assert columns.split()[:3] == ["KIND", "STATUS", "DATE"]
    assert row.split()[:3] == ["talks", "scheduled", "2025-06-09"]
    assert "Armenia, Azerbaijan · Tbilisi · 2" in row


def test_json_is_the_form_of_the_api(claimtrail: Run, file: Path, capsys: Output) -> None:
    url = "https://news.example/1#live"
    assert claimtrail("extract", file, "--json", "--url", url, "--published-at", "2025-06-07", "--title", "Talks") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["article"] == {
        "url": url,
        "title": "Talks",
        "publisher": None,
        "published_at": "2025-06-07",
        "language": "en",
        "reading": {"state": "read", "reason": None},
        "claims_count": 1,
        "text": TEXT,
    }
    (claim,) = told["claims"]
    source = claim["source"]
    assert TEXT[source["start"] : source["end"]] == claim["quote"]
    assert source["deep_link"].startswith("https://news.example/1#live:~:text=Delegations%20of%20Armenia")
    assert (source["url"], source["title"], source["published_at"]) == (url, "Talks", "2025-06-07")
    assert source["suffix"] == "\n\nNo prisoners were mentioned."
    assert claim["date"]["from"] == claim["date"]["to"] == claim["date"]["edtf"] == "2025-06-09"
    assert claim["date"]["precision"] == "day"
    assert claim["details"]["parties"] == ["Armenia", "Azerbaijan"]
    assert {"name", "canonical", "region", "country", "lat", "lon", "geonames_id", "candidates"} == set(
        claim["details"]["place"]
    )
    assert set(claim["attribution"]) == {"speaker", "via", "cue"}
    assert set(claim["explanation"]) == {"rule", "trigger", "fields"}
    assert claim["extractor"]
    assert 0 < claim["confidence"] <= 1


def test_json_is_what_the_wire_takes(claimtrail: Run, file: Path, capsys: Output) -> None:
    """Every field of the API's claims but those that storing one adds, and each of its type."""
    assert claimtrail("extract", file, "--json", "--published-at", "2025-06-07") == 0
    (claim,) = json.loads(capsys.readouterr().out)["claims"]
    assert Claim(unknown="raise").validate(claim) == {}
    assert set(Claim().fields) - set(claim) == {"id", "state", "created_at", "updated_at"}
    assert set(Source().fields) - set(claim["source"]) == {"article_id", "revision"}
    assert set(claim["date"]) == {"text", "from", "to", "edtf", "precision"}


@pytest.fixture
def vague(tmp_path: Path) -> Path:
    path = tmp_path / "vague.txt"
    path.write_text(f"The talks make progress. {TEXT}", "utf-8")
    return path


def test_what_was_refused_is_told_after_the_claims_when_asked_for(
    claimtrail: Run, vague: Path, tmp_path: Path, capsys: Output
) -> None:
    assert claimtrail("extract", vague, "--published-at", "2025-06-07") == 0
    claims = capsys.readouterr().out
    assert claims.startswith(f"{vague}: 1 claim\n")
    refused = (
        "2 abstentions\n"
        "“The talks make progress.”\n"
        "  talks.noun on “talks”: no time is told for the talks, nor that there is none\n"
        "“No prisoners were mentioned.”\n"
        "  prisoners.running on “prisoners”: how many captives is not told, or it is one\n\n"
    )
    assert claimtrail("extract", vague, "--published-at", "2025-06-07", "--abstentions") == 0
    assert capsys.readouterr().out == claims + refused
    assert claimtrail("extract", vague, "--published-at", "2025-06-07", "--explain", "--abstentions") == 0
    assert capsys.readouterr().out.endswith(f"\n\n{refused}")
    (tmp_path / "dull.txt").write_text("The harbour was quiet.", "utf-8")
    assert claimtrail("extract", tmp_path / "dull.txt", "--abstentions") == 0
    assert capsys.readouterr().out == f"{tmp_path / 'dull.txt'}: 0 claims\n0 abstentions\n\n"


def test_what_was_refused_as_json_is_what_the_wire_takes(claimtrail: Run, vague: Path, capsys: Output) -> None:
    assert claimtrail("extract", vague, "--json", "--abstentions") == 0
    told = json.loads(capsys.readouterr().out)
    assert list(told) == ["article", "claims", "abstentions"]
    first, second = told["abstentions"]
    for one in (first, second):
        assert Abstention(unknown="raise").validate(one) == {}
        assert set(Abstention().fields) - set(one) == {"revision"}
        assert told["article"]["text"][one["start"] : one["end"]] == one["quote"]
    assert (first["kind"], first["trigger"], first["quote"]) == ("talks", "talks", "The talks make progress.")
    assert claimtrail("extract", vague, "--json") == 0
    assert set(json.loads(capsys.readouterr().out)) == {"article", "claims"}


def test_a_text_that_is_not_read_has_none(claimtrail: Run, vague: Path, capsys: Output) -> None:
    assert claimtrail("extract", vague, "--json", "--abstentions", "--language", "uk") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["article"]["reading"]["state"], told["abstentions"]) == ("skipped", [])
    assert claimtrail("extract", vague, "--abstentions", "--language", "uk") == 0
    assert capsys.readouterr().out == f"{vague}: not read for claims: language uk is not read yet\n"


def test_explained(claimtrail: Run, file: Path, capsys: Output) -> None:
    assert claimtrail("extract", file, "--published-at", "2025-06-07", "--explain") == 0
    told = capsys.readouterr().out
    assert "talks · scheduled · confidence" in told
    assert "date       “next Monday” = 2025-06-09" in told
    assert "rule       talks." in told
    assert "place: “Tbilisi”" in told
    assert "#:~:text=Delegations" in told


def test_without_a_date_of_publication_relative_dates_stay_unresolved(
    claimtrail: Run, file: Path, capsys: Output
) -> None:
    assert claimtrail("extract", file, "--json") == 0
    date = json.loads(capsys.readouterr().out)["claims"][0]["date"]
    assert (date["text"], date["from"], date["to"], date["edtf"]) == ("next Monday", None, None, None)
    assert claimtrail("extract", file, "--explain") == 0
    assert "“next Monday” (not resolved)" in capsys.readouterr().out


def test_the_local_date_of_publication_counts(claimtrail: Run, file: Path, capsys: Output) -> None:
    # Already Monday in Kiribati: its next Monday is a week off.
    assert claimtrail("extract", file, "--json", "--published-at", "2025-06-09T01:00:00+14:00") == 0
    assert json.loads(capsys.readouterr().out)["claims"][0]["date"]["from"] == "2025-06-16"


def test_a_page_brings_its_own_date(claimtrail: Run, tmp_path: Path, capsys: Output) -> None:
    page = tmp_path / "page.html"
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in TEXT.split("\n\n"))
    page.write_text(
        '<html lang="en"><head><meta property="article:published_time" content="2025-06-07T09:00:00+04:00"></head>'
        f"<body><nav>Home</nav><article><h1>Talks near</h1>{paragraphs}</article></body></html>",
        "utf-8",
    )
    assert claimtrail("extract", page, "--json", "--url", "https://news.example/2") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["article"]["title"] == "Talks near"
    assert told["article"]["published_at"] == "2025-06-07T09:00:00+04:00"
    assert told["claims"][0]["date"]["from"] == "2025-06-09"
    assert "Home" not in told["article"]["text"]


def test_standard_input(claimtrail: Run, monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    submission = {"text": TEXT, "url": "https://news.example/3", "published_at": "2025-06-07"}
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(submission)))
    assert claimtrail("extract", "-", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["article"]["url"] == "https://news.example/3"
    assert told["claims"][0]["date"]["from"] == "2025-06-09"


def test_another_language_is_named_and_not_read(claimtrail: Run, tmp_path: Path, capsys: Output) -> None:
    file = tmp_path / "uk.txt"
    file.write_text("Міністерство повідомило, що переговори відбудуться у понеділок.", "utf-8")
    assert claimtrail("extract", file) == 0
    assert "not read for claims: language uk is not read yet" in capsys.readouterr().out


def test_one_article_that_cannot_be_read_does_not_stop_the_others(
    claimtrail: Run, file: Path, tmp_path: Path, capsys: Output
) -> None:
    (tmp_path / "empty.html").write_text("<html><body><script>1</script></body></html>", "utf-8")
    assert claimtrail("extract", tmp_path, "--published-at", "2025-06-07", "--json") == 1
    told = capsys.readouterr()
    assert "empty.html: no article text was found" in told.err
    assert len(told.out.splitlines()) == 1


@pytest.mark.parametrize("published_at", ["June 3", "2025-06-03T10:00:00", "2025-13-03", "20250603T10", "20250603"])
def test_a_date_that_is_none_is_refused(claimtrail: Run, file: Path, published_at: str, capsys: Output) -> None:
    assert claimtrail("extract", file, "--published-at", published_at) == 1
    assert "published_at: A date (2025-06-03) or a date-time with offset" in capsys.readouterr().err


def test_one_address_is_for_one_article(claimtrail: Run, file: Path, capsys: Output) -> None:
    assert claimtrail("extract", file, file, "--url", "https://news.example/1") == 2
    assert "--url names one article, but 2 were given" in capsys.readouterr().err


def test_a_missing_file_is_named(claimtrail: Run, capsys: Output) -> None:
    assert claimtrail("extract", "nowhere.txt") == 2
    assert "nowhere.txt: No such file" in capsys.readouterr().err


def test_the_command_itself_and_what_it_says_where_the_gazetteer_is_missing(file: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "claimtrail", "extract", file, "--json"]
    project = Path(__file__).resolve().parents[2]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["article"]["claims_count"] == 1
    env = {**os.environ, "CLAIMTRAIL_GAZETTEER": str(tmp_path / "none.sqlite3")}
    done = subprocess.run(command, cwd=project, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "there is no gazetteer at" in done.stderr
