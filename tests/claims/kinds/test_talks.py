from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from claims.model import Article, Claim
from claims.reader import Reader

PUBLISHED = date(2025, 6, 5)  # a Thursday


def talks(reader: Reader, text: str) -> list[Claim]:
    reading = reader.read(Article(text, published_at=PUBLISHED, language="en"))
    return [claim for claim in reading.claims if claim.kind == "talks"]


def told(claim: Claim) -> tuple[str, str | None, tuple[str, ...]]:
    when = None if claim.date is None or claim.date.first is None else claim.date.first.isoformat()
    return str(claim.status), when, tuple(claim.details["parties"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Armenia and Azerbaijan held talks in Brussels on May 14.",
            [("occurred", "2025-05-14", ("Armenia", "Azerbaijan"))],
        ),
        (
            "Envoys of Ethiopia and Eritrea will meet in Asmara on June 20.",
            [("scheduled", "2025-06-20", ("Ethiopia", "Eritrea"))],
        ),
        (
            "A summit between India and Pakistan planned for Friday was called off.",
            [("cancelled", "2025-06-06", ("India", "Pakistan"))],
        ),
        (
            "No date has been set for the next round of talks between Colombia and Venezuela.",
            [("unscheduled", None, ("Colombia", "Venezuela"))],
        ),
        (
            "Kenya's president is to travel to Juba on Saturday to meet the leader of South Sudan.",
            [("scheduled", "2025-06-07", ("Kenya", "South Sudan"))],
        ),
        (
            "The African Union hopes to gather Sudan and Chad at a round table in Addis Ababa in July.",
            [("proposed", "2025-07-01", ("Sudan", "Chad"))],
        ),
        (
            "Talks between Kenya and Uganda that were to take place in Nairobi in May came to nothing.",
            [("cancelled", "2025-05-01", ("Kenya", "Uganda"))],
        ),
        (
            "Officers from Chad, Niger and the African Union are to meet in Zinder on Saturday.",
            [("scheduled", "2025-06-07", ("Chad", "Niger", "African Union"))],
        ),
        (
            "A delegation from ECOWAS is to meet the rulers of Niger in Niamey on Saturday.",
            [("scheduled", "2025-06-07", ("ECOWAS", "Niger"))],
        ),
        (
            "Kenya, Uganda and Chad held talks in Nairobi on May 14. The same three delegations will meet on June 20.",
            [
                ("occurred", "2025-05-14", ("Kenya", "Uganda", "Chad")),
                ("scheduled", "2025-06-20", ("Kenya", "Uganda", "Chad")),
            ],
        ),
        (
            "Envoys from Kenya, Uganda and Chad held talks in Nairobi on May 14. The same three delegations will meet "
            "on June 20.",
            [
                ("occurred", "2025-05-14", ("Kenya", "Uganda", "Chad")),
                ("scheduled", "2025-06-20", ("Kenya", "Uganda", "Chad")),
            ],
        ),
        ("Rwanda wants to hold talks with Burundi in July.", [("proposed", "2025-07-01", ("Rwanda", "Burundi"))]),
        (
            "Talks between Thailand and Cambodia took place on May 28 and on June 2.",
            [
                ("occurred", "2025-05-28", ("Thailand", "Cambodia")),
                ("occurred", "2025-06-02", ("Thailand", "Cambodia")),
            ],
        ),
        (
            "The president of Kenya denied that Kenya and Somalia had held talks on Monday.",
            [("denied", "2025-06-02", ("Kenya", "Somalia"))],
        ),
        (
            "Cyprus and Turkey fell out over peace. Their leaders were to meet next week, but called the meeting off.",
            [("cancelled", "2025-06-09", ("Cyprus", "Turkey"))],
        ),
        (
            "Chad and Niger were to hold a summit on June 20; Niamey has since put it off.",
            [("cancelled", "2025-06-20", ("Chad", "Niger"))],
        ),
        (
            "The June 5 meeting between Rwanda and Burundi was scrapped. It will now be held on June 20 in Luanda.",
            [("cancelled", "2025-06-05", ("Rwanda", "Burundi")), ("scheduled", "2025-06-20", ("Rwanda", "Burundi"))],
        ),
        (
            "Sudan and Chad plan a third round of talks. The first ended on May 2 and the second one on May 28.",
            [("occurred", "2025-05-02", ("Sudan", "Chad")), ("occurred", "2025-05-28", ("Sudan", "Chad"))],
        ),
        (
            "The African Union called for talks between Sudan and Chad before the end of the month.",
            [("proposed", None, ("Sudan", "Chad"))],
        ),
        ("There will be no talks between Mali and Algeria.", [("unscheduled", None, ("Mali", "Algeria"))]),
    ],
)
def test_time_status_and_sides(reader: Reader, text: str, expected: list[Any]) -> None:
    assert sorted((told(claim) for claim in talks(reader, text)), key=str) == sorted(expected, key=str)


CONGO = (
    "The Democratic Republic of Congo and the M23 rebels, backed by Rwanda, signed a truce in April; diplomats call it"
    " fragile, and earlier talks led nowhere. "
)
RWANDA, BOTH = ("Rwanda", "Democratic Republic of the Congo"), ("Democratic Republic of the Congo", "M23")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kagame and Tshisekedi met in Doha on March 18.", [("occurred", "2025-03-18", RWANDA)]),
        ("Kagame and Tshisekedi shook hands in Doha on March 18.", [("occurred", "2025-03-18", RWANDA)]),
        ("Kagame and Tshisekedi last saw each other on March 18.", [("occurred", "2025-03-18", RWANDA)]),
        ("Kagame telephoned Tshisekedi on Sunday, both governments say.", [("occurred", "2025-06-01", RWANDA)]),
        ("The summit of Kagame and Tshisekedi on June 12 will not take place.", [("cancelled", "2025-06-12", RWANDA)]),
        ("A summit of Kagame and Tshisekedi planned for June 12 is off.", [("cancelled", "2025-06-12", RWANDA)]),
        ("Kagame flew to Kinshasa on Tuesday for talks with Tshisekedi.", [("occurred", "2025-06-03", RWANDA)]),
        ("Kagame is due in Kinshasa on Tuesday for talks with Tshisekedi.", [("scheduled", "2025-06-10", RWANDA)]),
        ("The sides will return to the table in Doha on June 9.", [("scheduled", "2025-06-09", BOTH)]),
        ("Both sides gathered in the Luanda talks on June 2.", [("occurred", "2025-06-02", BOTH)]),
        ("A sit-down of the two sides is set for June 9.", [("scheduled", "2025-06-09", BOTH)]),
        ("No new round is on the calendar, a diplomat said.", [("unscheduled", None, BOTH)]),
        ("When the delegations will meet again has not been decided.", [("unscheduled", None, BOTH)]),
        ("The UN envoy sat down with M23 in Goma on Monday.", [("occurred", "2025-06-02", ("United Nations", "M23"))]),
    ],
)
def test_meetings_by_other_words(reader: Reader, text: str, expected: list[Any]) -> None:
    found = [c for c in talks(reader, CONGO + text) if c.start >= len(CONGO)]
    assert [told(claim) for claim in found] == expected


@pytest.mark.parametrize(
    "text",
    [
        "Armenia and Azerbaijan are ready for talks, the foreign ministry said on Monday.",
        "The foreign minister of Chad said on Monday that talks with Sudan had been useful.",
        "The Turkish striker held talks with the Italian club on Monday.",
        "The president of Colombia met journalists in Bogotá on Tuesday.",
        "The cabinet of Mali held an emergency meeting on the army on Tuesday.",
    ],
)
def test_no_claim_without_a_time_of_the_talks_themselves(reader: Reader, text: str) -> None:
    assert talks(reader, text) == []


def test_round_place_format_and_speaker(reader: Reader) -> None:
    text = "Mali and Niger will hold a second round of talks in Algiers on June 9, the Malian foreign ministry said."
    (claim,) = talks(reader, text)
    assert claim.details["round"] == 2
    assert claim.details["place"].name == "Algiers"
    assert claim.details["format"] == "talks"
    assert claim.attribution.speaker == "the Malian foreign ministry"
    (call,) = talks(reader, "The leaders of Kosovo and Serbia spoke by phone on Wednesday.")
    assert call.details["format"] == "call"


def test_a_frame_of_time_is_no_time_of_its_own(reader: Reader) -> None:
    (claim,) = talks(reader, "Peru and Chile held talks in Lima in May this year.")
    assert told(claim) == ("occurred", "2025-05-01", ("Peru", "Chile"))


CAUCASUS = ("Armenia", "Azerbaijan")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "The talks of Armenia and Azerbaijan in Tbilisi were moved from June 10 to June 14.",
            [("cancelled", "2025-06-10", CAUCASUS), ("scheduled", "2025-06-14", CAUCASUS)],
        ),
        (
            "Armenia and Azerbaijan moved their talks from Friday to Saturday.",
            [("cancelled", "2025-06-06", CAUCASUS), ("scheduled", "2025-06-07", CAUCASUS)],
        ),
        (
            "Armenia and Azerbaijan put off a meeting planned for Friday to next week.",
            [("cancelled", "2025-06-06", CAUCASUS), ("scheduled", "2025-06-09", CAUCASUS)],
        ),
        (
            "Talks of Armenia and Azerbaijan planned for June 10 will now be held on June 14.",
            [("cancelled", "2025-06-10", CAUCASUS), ("scheduled", "2025-06-14", CAUCASUS)],
        ),
        (
            "Armenia asked to move the talks with Azerbaijan from June 10 to June 14.",
            [("scheduled", "2025-06-10", CAUCASUS), ("proposed", "2025-06-14", CAUCASUS)],
        ),
        (
            "Georgia denied that the talks of Armenia and Azerbaijan had been postponed to June 14.",
            [("scheduled", None, CAUCASUS)],
        ),
        (
            "The talks between Armenia and Azerbaijan were brought forward to Sunday.",
            [("scheduled", "2025-06-08", CAUCASUS)],
        ),
    ],
)
def test_talks_that_are_moved_have_the_day_given_up_and_the_new_one(
    reader: Reader, text: str, expected: list[tuple[str, str | None, tuple[str, ...]]]
) -> None:
    assert sorted(map(told, talks(reader, text)), key=str) == sorted(expected, key=str)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Sudan and Chad met in Abeche on Monday and agreed to meet again on June 20.", {"2025-06-20": None}),
        ("Sudan and Chad met in Abeche on Monday and agreed to hold a second round on June 20.", {"2025-06-20": None}),
        ("Sudan and Chad will meet again on June 20 after talks in Abeche on Monday.", {"2025-06-20": None}),
        ("Sudan and Chad met at Egypt's request on Monday.", {"2025-06-02": None}),
    ],
)
def test_where_they_agreed_is_not_where_they_will_meet(
    reader: Reader, text: str, places: dict[str, str | None]
) -> None:
    found = {told(c)[1]: c.details["place"] and c.details["place"].name for c in talks(reader, text)}
    assert places.items() <= found.items()


def test_who_offers_talks_takes_part_and_a_group_is_not_its_country(reader: Reader) -> None:
    for text in ("Yemen's Houthis proposed talks with Oman", "Yemen's Houthis offered to meet Oman"):
        (claim,) = talks(reader, f"{text} in Salalah on June 12.")
        assert told(claim) == ("proposed", "2025-06-12", ("Houthis", "Oman"))


@pytest.mark.parametrize(
    "text",
    [
        "Kuwaiti investors and Chad resume talks on Monday.",
        "Executives of two oil majors held talks with Niger on Monday.",
        "Niger's chess federation held talks with Chad on Monday.",
        "Niger's Olympic Committee held talks with Chad on Monday.",
    ],
)
def test_companies_and_federations_hold_other_talks(reader: Reader, text: str) -> None:
    assert talks(reader, f"Chad and Niger fought on the border. {text}") == []


def test_what_fell_through_on_a_day_was_of_that_day(reader: Reader) -> None:
    (claim,) = talks(reader, "A meeting of Chad and Niger in Niamey fell through on June 1.")
    assert (claim.status, claim.date.text) == ("cancelled", "on June 1")
