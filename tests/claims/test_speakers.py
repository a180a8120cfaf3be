"""Who is said to say it: by the verb, by "according to", across sentences, in the fullest form the article gives."""

from __future__ import annotations

from datetime import date

import pytest

from claims.acronyms import explained
from claims.model import Article, Attribution
from claims.reader import Reader


def attributions(reader: Reader, text: str) -> list[Attribution]:
    reading = reader.read(Article(text, published_at=date(2025, 6, 5), language="en"))
    return [claim.attribution for claim in reading.claims]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Rebels captured the town of Sake, the Congolese army said.", "the Congolese army"),
        ("The Congolese army said rebels had captured the town of Sake.", "The Congolese army"),
        ("Rebels captured the town of Sake, according to the United Nations.", "United Nations"),
        ("Rebels captured the town of Sake on Monday.", None),
        ("Army spokesman Guillaume Ndjike said rebels had captured the town of Sake.", "Guillaume Ndjike"),
    ],
)
def test_within_one_sentence(reader: Reader, text: str, speaker: str | None) -> None:
    assert [found.speaker for found in attributions(reader, text)] == [speaker]


def test_pronouns_offices_and_surnames_lead_to_the_full_name(reader: Reader) -> None:
    before = "Army spokesman Guillaume Ndjike spoke to reporters in Goma about the war."
    for short in ("He said", "Ndjike said", "The spokesman said"):
        text = f"{before} {short} rebels had captured the town of Sake."
        assert [found.speaker for found in attributions(reader, text)] == ["Guillaume Ndjike"], short


def test_the_outlet_that_passes_it_on(reader: Reader) -> None:
    (found,) = attributions(reader, "Rebels captured the town of Sake, the Congolese army told Reuters.")
    assert (found.speaker, found.via, found.cue) == ("the Congolese army", "Reuters", "told")


def test_whose_ministry_and_whose_statement_it_is(reader: Reader) -> None:
    (found,) = attributions(
        reader, "Eritrea sent troops. Its defence ministry said they had captured the town of Badme."
    )
    assert found.speaker == "Eritrea's defence ministry"
    text = "Troops captured the town of Badme, said a statement put out by the Eritrean army."
    assert [found.speaker for found in attributions(reader, text)] == ["the Eritrean army"]


def test_acronyms_stand_for_the_name_that_the_article_explains(reader: Reader) -> None:
    text = "The Free Kivu Front (FKF) met in Goma. Rebels captured the town of Sake, the FKF said."
    assert [found.speaker for found in attributions(reader, text)] == ["Free Kivu Front"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("The Free Kivu Front (FKF) spoke.", {"FKF": "Free Kivu Front"}),
        ("Men of the Army of National Unity (ANU) came.", {"ANU": "Army of National Unity"}),
        ("The Kenyan Ministry of Defence (MoD) spoke.", {"MoD": "Kenyan Ministry of Defence"}),
        ("Forces of the (RSF) and the Rapid- Support Forces (RSF) came.", {"RSF": "Rapid- Support Forces"}),
        ("Nobody (nobody) came.", {}),
    ],
)
def test_acronyms_of_a_text(text: str, names: dict[str, str]) -> None:
    assert {short: explained(text)[short] for short in names} == names


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Rwanda has pulled its troops out of the town of Sake, its spokesman, Jean Habimana, said.", "Jean Habimana"),
        (
            "Ukraine has withdrawn its last units from Avdiivka, General Oleksandr Syrskyi said early on Saturday.",
            "Oleksandr Syrskyi",
        ),
        (
            "Rebels captured the town of Sake, the Defence Ministry in Kinshasa said.",
            "the Defence Ministry in Kinshasa",
        ),
        ("Rebels captured the town of Sake, regional governor Oleh Petrenko said on Telegram.", "Oleh Petrenko"),
    ],
)
def test_a_speaker_named_at_the_end_is_the_speaker(reader: Reader, text: str, speaker: str) -> None:
    found = attributions(reader, f"Troops fought rebels near the town of Popasna all day. {text}")
    assert [one.speaker for one in found] == [speaker]


def test_a_law_says_nothing(reader: Reader) -> None:
    text = "According to the constitution, no talks can be held after rebels captured the town of Sake in Congo."
    assert {found.speaker for found in attributions(reader, text)} <= {None}
