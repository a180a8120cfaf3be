"""Territory told in a roundabout way: beaten assaults, orders to leave, sovereignty, what follows, what is so, too."""

from __future__ import annotations

from datetime import date

import pytest

from claims.model import Article, Claim
from claims.reader import Reader

PUBLISHED = date(2025, 6, 5)
# A sentence before, which tells who fights; then the text; of each claim of it the actor, action, places and status.
CHAD = "Rebels of Boko Haram fought Chad's army."
SUDAN = "Sudan's army fought the Rapid Support Forces (RSF)."
CASES: list[tuple[str, str, list[tuple[str | None, str, list[str], str]]]] = [
    (
        SUDAN,
        "The army repelled an RSF attack on Dilling.",
        [("Rapid Support Forces", "captured", ["Dilling"], "denied")],
    ),
    (
        SUDAN,
        "Soldiers have beaten back an assault by the RSF on Kadugli, a spokesman said.",
        [("Rapid Support Forces", "captured", ["Kadugli"], "denied")],
    ),
    (SUDAN, "RSF attacks on Kadugli were unsuccessful.", [("Rapid Support Forces", "captured", ["Kadugli"], "denied")]),
    (SUDAN, "An attempt to seize Kosti failed.", [("Rapid Support Forces", "captured", ["Kosti"], "denied")]),
    (
        SUDAN,
        "RSF fighters tried to storm Babanusa but were driven back.",
        [("Rapid Support Forces", "captured", ["Babanusa"], "denied")],
    ),
    (SUDAN, "Soldiers shot down a drone and repelled an air attack on Kosti.", []),
    (
        "Morocco's army fought the Polisario Front.",
        "Spain recognised Moroccan sovereignty over Western Sahara in March.",
        [("Morocco", "annexed", ["Western Sahara"], "occurred")],
    ),
    (
        "Argentina invaded the islands in the war of 1982.",
        "Argentina claims sovereignty over the Falkland Islands.",
        [("Argentina", "annexed", ["Falkland Islands"], "occurred")],
    ),
    (
        "Rwanda's army fought in the war in Congo.",
        "Washington has told Rwanda to leave Goma and Bukavu.",
        [("Rwanda", "cedes", ["Goma", "Bukavu"], "proposed")],
    ),
    (
        "Israel's army fought Hezbollah.",
        "The plan gives Israel 60 days to leave southern Lebanon.",
        [("Israel", "cedes", ["Lebanon"], "proposed")],
    ),
    (
        "Armenia and Azerbaijan fought a war.",
        "Yerevan wants Azerbaijani soldiers out of the hills near Jermuk.",
        [("Azerbaijan", "cedes", ["Jermuk"], "proposed")],
    ),
    (
        "Syria's army was at war.",
        "Turkey, whose army occupies Afrin, kept silent.",
        [("Turkey", "holds", ["Afrin"], "ongoing")],
    ),
    (
        "The army of Congo fought the M23 rebels.",
        "The government in Kinshasa conceded that Walikale was beyond its control.",
        [("Democratic Republic of the Congo", "withdrew", ["Walikale"], "occurred")],
    ),
    (
        "The army of Congo fought the M23 rebels.",
        "Residents of Masisi, which slipped from the army's grasp on Monday, have fled.",
        [("Democratic Republic of the Congo", "withdrew", ["Masisi"], "occurred")],
    ),
    (
        "The Taliban fought the Afghan army.",
        "Zaranj fell on Friday; Sheberghan followed a day later.",
        [("Taliban", "captured", ["Zaranj"], "occurred"), ("Taliban", "captured", ["Sheberghan"], "occurred")],
    ),
    (
        "The Houthis fought Yemen's army.",
        "Hodeidah is in Houthi hands, as is Sanaa.",
        [("Houthis", "holds", ["Hodeidah"], "ongoing"), ("Houthis", "holds", ["Sanaa"], "ongoing")],
    ),
    (
        "Ethiopia and Eritrea were at war.",
        "Badme has been under Ethiopian administration since March.",
        [("Ethiopia", "holds", ["Badme"], "ongoing")],
    ),
    (
        "Israel's army fought Syria.",
        "The Golan Heights were conquered by Israel in 1967 and annexed in 1981.",
        [("Israel", "captured", ["Golan Heights"], "occurred"), ("Israel", "annexed", ["Golan Heights"], "occurred")],
    ),
    (
        "The Houthis fought Yemen's army.",
        "The Iran-backed movement governs Sanaa.",
        [("Houthis", "holds", ["Sanaa"], "ongoing")],
    ),
    (
        "Mali's army fought jihadists of JNIM.",
        "The jihadists entered Farabougou in May and left it a week later.",
        [
            ("Jama'at Nusrat al-Islam wal-Muslimin", "advanced", ["Farabougou"], "occurred"),
            ("Jama'at Nusrat al-Islam wal-Muslimin", "withdrew", ["Farabougou"], "occurred"),
        ],
    ),
    (
        "Russia's army invaded Ukraine.",
        "Melitopol and Berdiansk are still occupied.",
        [("Russia", "holds", ["Melitopol", "Berdiansk"], "ongoing")],
    ),
    (
        "The M23 fought the army of Congo.",
        "The M23 still has its base in Bunagana.",
        [("M23", "holds", ["Bunagana"], "ongoing")],
    ),
    (
        "Somalia's army fought al-Shabaab.",
        "Puntland claims Sool for itself.",
        [("Puntland", "annexed", ["Sool"], "occurred")],
    ),
    (SUDAN, "The RSF captured Kosti in the election on Sunday.", []),
    ("Israel's army fought Hamas.", "The ministry of health in Gaza, which Hamas runs, had no figures.", []),
    (CHAD, "Chad's army took on Bol.", []),
    (SUDAN, "The army holds little more than Kosti.", [("Sudan", "holds", ["Kosti"], "ongoing")]),
    (
        SUDAN,
        "The RSF has overrun several towns, among which are Kosti and Dilling.",
        [("Rapid Support Forces", "captured", ["Kosti", "Dilling"], "occurred")],
    ),
    (
        CHAD,
        "Chad's army has retaken three villages (Bol, Mora and Kangalam), a spokesman said.",
        [("Chad", "captured", ["Bol", "Mora", "Kangalam"], "occurred")],
    ),
    (
        CHAD,
        "Boko Haram overran four villages in Lac on Sunday, notably Bol and Mora.",
        [("Boko Haram", "captured", ["Bol", "Mora"], "occurred")],
    ),
    (
        SUDAN,
        "“The enemy has been driven from Kosti,” a spokesman for the RSF said.",
        [("Rapid Support Forces", "captured", ["Kosti"], "occurred")],
    ),
    (
        SUDAN,
        "The government in Khartoum says it is “not true” that the city of Kosti has fallen.",
        [("Rapid Support Forces", "captured", ["Kosti"], "denied")],
    ),
    (SUDAN, "Technical teams of the army sit in Kosti from Monday.", []),
    # What a state's army tells of nameless rebels, or of the enemy, is not done by that state.
    (
        "The army of Chad gave an account of the week.",
        "Rebels seized three villages, among them Bol and Mora, the army of Chad said.",
        [(None, "captured", ["Bol", "Mora"], "occurred")],
    ),
    (
        "The army of Chad gave an account of the week.",
        "The army of Chad said that the enemy had captured the village of Mora.",
        [(None, "captured", ["Mora"], "occurred")],
    ),
]


def told(reader: Reader, before: str, text: str) -> list[Claim]:
    article = Article(f"{before}\n\n{text}", published_at=PUBLISHED, language="en")
    return [c for c in reader.read(article).claims if c.kind == "territory" and c.start > len(before)]


@pytest.mark.parametrize(("before", "text", "expected"), CASES, ids=[text[:48] for _, text, _ in CASES])
def test_reading(
    reader: Reader, before: str, text: str, expected: list[tuple[str | None, str, list[str], str]]
) -> None:
    got = [
        (c.details["actor"], c.details["action"], [place.name for place in c.details["places"]], str(c.status))
        for c in told(reader, before, text)
    ]
    assert sorted(got, key=str) == sorted(expected, key=str)


def test_an_area_may_stand_behind_the_ground(reader: Reader) -> None:
    (claim,) = told(reader, CHAD, "Boko Haram controls 20 districts in Nigeria, about 30,000 square kilometres.")
    assert claim.details["area_km2"] == 30_000


def test_what_a_semicolon_joins_is_read_apart(reader: Reader) -> None:
    got = told(reader, SUDAN, "The army holds Port Sudan; Nyala was abandoned in October, an officer said.")
    held, lost = sorted(got, key=lambda c: str(c.details["action"]))
    assert (held.details["action"], [p.name for p in held.details["places"]]) == ("holds", ["Port Sudan"])
    assert (lost.details["action"], [p.name for p in lost.details["places"]]) == ("withdrew", ["Nyala"])
    assert (held.attribution.speaker, lost.attribution.speaker) == (None, "an officer")


def test_a_month_pointed_back_to_is_of_the_year_spoken_of(reader: Reader) -> None:
    got = told(reader, SUDAN, "The army lost Nyala on 26 October 2023, and Zalingei that November.")
    dates = {c.details["places"][0].name: c.date for c in got}
    assert dates["Zalingei"] is not None
    assert (dates["Zalingei"].first, dates["Zalingei"].last) == (date(2023, 11, 1), date(2023, 11, 30))


def test_a_bullet_is_no_part_of_who_speaks(reader: Reader) -> None:
    (claim,) = told(reader, SUDAN, "• Government in Khartoum says Kosti has fallen to the RSF")
    assert claim.attribution.speaker == "Government in Khartoum"
