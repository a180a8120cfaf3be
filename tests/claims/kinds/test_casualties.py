from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from claims.kinds.casualties import KIND, SUBJECTS
from claims.losses import OUTCOMES
from claims.model import Article, Claim, Reading
from claims.reader import Reader

GOLD = sorted((Path(__file__).resolve().parents[2] / "gold").glob("*.json"))
PUBLISHED = date(2025, 6, 5)
War = list[tuple[int | None, str | None, str]]


def read(reader: Reader, text: str) -> Reading:
    return reader.read(Article(text, published_at=PUBLISHED, language="en"))


def found(reader: Reader, text: str) -> list[Claim]:
    claims = [c for c in read(reader, text).claims if c.kind == "casualties"]
    return sorted(claims, key=lambda c: (c.start, text.find(c.value_words)))


# The text; of each claim its count, outcome and subject.
READ: list[tuple[str, War]] = [
    ("An air strike on Kassala killed 14 people.", [(14, "killed", "people")]),
    (
        "At least 30 soldiers were killed and 45 wounded in the ambush.",
        [(30, "killed", "soldiers"), (45, "wounded", "soldiers")],
    ),
    ("Rebel rockets killed 4 women and wounded 11.", [(4, "killed", "women"), (11, "wounded", "people")]),
    (
        "Shells fell on Derna, killing six and injuring more than 20.",
        [(6, "killed", "people"), (20, "wounded", "people")],
    ),
    (
        "Nine soldiers and 14 civilians died in the battle.",
        [(9, "killed", "soldiers"), (14, "killed", "civilians")],
    ),
    ("Two of the wounded soldiers have since succumbed.", [(2, "killed", "soldiers")]),
    ("Doctors said that two of the wounded succumbed after the shelling.", [(2, "killed", "people")]),
    ("The clinic received 94 wounded within two hours of the shelling.", [(94, "wounded", "people")]),
    ("The raid left 9 dead and 31 injured.", [(9, "killed", "people"), (31, "wounded", "people")]),
    ("The death toll of the bombardment stands at 212.", [(212, "killed", "people")]),
    ("The number of wounded in the shelling rose to 64.", [(64, "wounded", "people")]),
    ("The war has claimed 90,000 lives.", [(90_000, "killed", "people")]),
    ("In the siege, 700 civilians lost their lives.", [(700, "killed", "civilians")]),
    ("A mine took the lives of five shepherds near the front line.", [(5, "killed", "people")]),
    ("The army has lost 300 men since March.", [(300, "killed", "soldiers")]),
    ("The assault cost the rebels 80 fighters.", [(80, "killed", "soldiers")]),
    ("One soldier was killed by a mine and one was wounded.", [(1, "killed", "soldiers")]),
    (
        "The missile killed 17 people, including three children.",
        [(17, "killed", "people"), (3, "killed", "children")],
    ),
    ("Among the dead of the raid were two nurses.", [(2, "killed", "civilians")]),
    (
        "The militia reported 12 deaths, seven of them civilians.",
        [(12, "killed", "people"), (7, "killed", "civilians")],
    ),
    ("The army sent 900 troops, 20 of whom were wounded by mortars.", [(20, "wounded", "soldiers")]),
    ("About 26 sailors are missing after the missile attack.", [(26, "missing", "soldiers")]),
    ("In the war 11 million Sudanese have had to leave their homes.", [(11_000_000, "displaced", "people")]),
    ("Two of the aid workers are among those killed by shelling.", [(2, "killed", "civilians")]),
    ("Eight villagers remain unaccounted for after the militants' raid.", [(8, "missing", "civilians")]),
    ("Some 30,000 people have fled the fighting.", [(30_000, "displaced", "people")]),
    ("The offensive has driven 5,000 families and 18,000 people from their homes.", [(18_000, "displaced", "people")]),
    ("The conflict has displaced over two million people.", [(2_000_000, "displaced", "people")]),
    ("The shelling forced 400 residents out of their houses.", [(400, "displaced", "civilians")]),
    ("Dozens of fighters were killed in the battle.", [(None, "killed", "soldiers")]),
    ("Some 1,500 soldiers have been killed or wounded in the battle.", [(1_500, None, "soldiers")]),
    ("The army suffered 6,000 casualties in the battle.", [(6_000, None, "people")]),
    ("DRONE STRIKE: 7 killed, 12 wounded in convoy", [(7, "killed", "people"), (12, "wounded", "people")]),
]


@pytest.mark.parametrize(("text", "wanted"), READ, ids=[text[:50] for text, _ in READ])
def test_who_was_counted_and_what_became_of_them(reader: Reader, text: str, wanted: War) -> None:
    claims = found(reader, text)
    assert [(c.details["count"], c.details["outcome"], c.details["subject"]) for c in claims] == wanted
    assert all(text[c.start : c.end] == c.quote and c.value_words in c.quote for c in claims)


NONE = [
    "A lorry crash near the barracks killed 14 soldiers.",
    "Cholera has killed 90 people in the camps of the war zone.",
    "The rebels say 40 soldiers killed their cattle.",
    "The army lost 60 tanks and 11 jets in the offensive.",
    "The strike killed 40 cows and 12 horses near the front line.",
    "The troops were killed 12 kilometres from the border.",
    "Soldiers saved 80 lives during the shelling.",
    "The rebels handed over the bodies of 30 fallen soldiers.",
    "Of the 12 hostages the militants held, three were killed.",
    "The militants executed 14 hostages, the army said.",
    "A soldier was wounded by the shelling.",
    "The number of wounded in the shelling rose from 50 to 64.",
    "The general fled to a camp of 3,000 soldiers.",
    "Two goals in six minutes killed the game, and four injured defenders were missing.",
    "Eleven people were killed in a pile-up on the motorway, police said.",
    "A gang murdered five people in the city this year.",
    "In the film 200 soldiers are killed in the first scene of the war.",
]


@pytest.mark.parametrize("text", NONE)
def test_no_casualties_of_a_conflict(reader: Reader, text: str) -> None:
    assert found(reader, text) == []


def test_every_field_of_a_claim(reader: Reader) -> None:
    text = (
        "Chad's army said that more than 50 Chadian soldiers were killed near Bol on Tuesday in a clash with militants."
    )
    (claim,) = found(reader, text)
    assert set(claim.details) == {field.name for field in KIND.fields}
    place = claim.details["place"]
    told = {k: v for k, v in claim.details.items() if k != "place"}
    assert told == {
        "count": 50,
        "count_low": 50,
        "count_high": None,
        "count_text": "50",
        "qualifier": "at_least",
        "outcome": "killed",
        "subject": "soldiers",
        "side": "Chad",
    }
    assert (place.name, place.country) == ("Bol", "TD")
    assert claim.date is not None
    assert (claim.date.first, claim.attribution.speaker) == (date(2025, 6, 3), "Chad's army")
    assert dict(claim.explanation.fields) == {
        "count": "50",
        "outcome": "killed",
        "subject": "soldiers",
        "qualifier": "more than",
        "side": "Chadian",
        "place": "Bol",
        "date": "on Tuesday",
        "attribution": "said",
    }


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("Russia lost 900 soldiers in the battle.", "Russia"),
        ("Hezbollah named 14 of its fighters killed in the air raid.", "Hezbollah"),
        ("The offensive cost the Houthis 70 men.", "Houthis"),
        ("Mali mourned. At least two of its soldiers were killed in the ambush.", None),
        ("Israeli jets killed 5 people in Lebanon.", None),
    ],
)
def test_whose_people_they_are_is_said_and_not_guessed(reader: Reader, text: str, side: str | None) -> None:
    (claim,) = found(reader, text)
    assert claim.details["side"] == side


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Forty troops are missing after the ambush.", "ongoing"),
        ("Some 7,000 people have been displaced by the war.", "occurred"),
        ("Forty troops went missing in the ambush.", "occurred"),
        ("Some 7,000 people remain displaced by the war.", "ongoing"),
        ("Some 7,000 people were displaced by the war.", "occurred"),
        ("The army denied that 70 soldiers had been killed in the battle.", "denied"),
        ("The army fears that 70 soldiers may have died in the battle.", "proposed"),
    ],
)
def test_what_lasts_and_what_is_only_feared(reader: Reader, text: str, status: str) -> None:
    (claim,) = found(reader, text)
    assert claim.status == status


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A shell that fell on Wednesday killed eight civilians.", "on Wednesday"),
        ("Six soldiers died when rebels stormed their base last Thursday.", "last Thursday"),
        ("Four rebels were killed in the battle; the truce was signed on 2 February.", None),
        ("Signatories of the 2016 truce wept: 5 rebels were shot dead.", None),
        ("The president told troops on Monday that 40 soldiers had been killed in the war.", None),
    ],
)
def test_the_date_is_that_of_the_deed(reader: Reader, text: str, words: str | None) -> None:
    (claim,) = found(reader, text)
    assert (claim.date.text if claim.date else None) == words


def test_places_are_those_of_the_deed_and_not_of_the_teller(reader: Reader) -> None:
    (claim,) = found(reader, "Officials in Niamey said 12 troops were killed near Tillaberi by gunmen.")
    assert claim.details["place"].name == "Tillaberi"
    (claim,) = found(reader, "Officials in Niamey said 12 troops were killed by gunmen.")
    assert claim.details["place"] is None
    (claim,) = found(reader, "Shells hit the market of Gao, killing nine people.")
    assert claim.details["place"].name == "Gao"
    claim, *_ = found(reader, "In Mali, drones killed four civilians on Monday: three in Gao, the army said.")
    assert claim.details["place"].name == "Mali"
    (claim,) = found(reader, "Some 12 troops were killed by gunmen, according to Niamey.")
    assert claim.details["place"] is None
    (claim,) = found(reader, "Rebels shelled Gao on Monday, killing nine people.")
    assert claim.details["place"].name == "Gao"
    (claim,) = found(reader, "Rebels attacked the outskirts of Gao. The raid on the town killed nine people.")
    assert claim.details["place"].name == "Gao"


def test_an_attack_on_a_town_is_war_and_a_car_in_a_house_is_not(reader: Reader) -> None:
    assert found(reader, "Nine people were shot dead at an aid centre in Khan Younis on Monday, medics said.")
    assert found(reader, "Russia attacked a village near Sumy. Nine people were killed.")
    assert not found(reader, "A car struck a house near Lyon. Nine people were killed.")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Eleven people were killed in a pile-up, the mayor said.", "the article tells of no conflict"),
        ("An army coach crash killed eleven people, the mayor said.", "the article tells of accidents"),
        ("The war goes on, and shelling too. Cholera killed eleven people.", "they suffered it by an accident"),
    ],
)
def test_why_there_is_none(reader: Reader, text: str, reason: str) -> None:
    told = [a.reason for a in read(reader, text).abstentions if a.kind == "casualties"]
    assert len(told) == 1
    assert told[0].startswith(reason)


def test_a_sentence_that_counts_nobody_is_not_told_of(reader: Reader) -> None:
    assert read(reader, "Nobody was killed in the crash, the mayor said.").abstentions == ()


def test_a_table_is_refused_whole(reader: Reader) -> None:
    text = "The war: " + "12 soldiers killed, " * 31
    reading = read(reader, text)
    assert found(reader, text) == []
    assert "a sentence with so many numbers is a table" in {a.reason for a in reading.abstentions}
    assert len(found(reader, "The war: " + "12 soldiers killed, " * 2)) == 1


def test_people_killed_as_captives_are_one_claim_of_one_kind(reader: Reader) -> None:
    claims = read(reader, "The militants executed 14 hostages and killed nine soldiers, the army said.").claims
    assert {(c.kind, c.details["count"]) for c in claims} >= {("prisoners", 14), ("casualties", 9)}
    assert ("casualties", 14) not in {(c.kind, c.details["count"]) for c in claims}


def test_no_article_without_claims_holds_casualties(reader: Reader) -> None:
    articles = [json.loads(file.read_text("utf-8")) for file in GOLD]
    traps = [article for article in articles if not article["claims"] and not article["id"].startswith("own-mixed-")]
    assert len(traps) >= 14
    assert {article["id"]: found(reader, article["text"]) for article in traps} == {a["id"]: [] for a in traps}


def test_annotations_use_the_words_of_the_kind() -> None:
    claims = [c for file in GOLD for c in json.loads(file.read_text("utf-8"))["claims"] if c["kind"] == "casualties"]
    assert len(claims) > 80
    assert {c["subject"] for c in claims} <= set(SUBJECTS)
    assert {c["outcome"] for c in claims} <= {*OUTCOMES, None}
    assert all(c["count_text"] in c["quote"] for c in claims)
