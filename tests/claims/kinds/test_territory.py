from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from claims.model import Article, Claim
from claims.reader import Reader

OWN = sorted((Path(__file__).resolve().parents[2] / "gold").glob("own-territory-*.json"))
PUBLISHED = date(2025, 6, 5)


def found(reader: Reader, text: str, published: date = PUBLISHED) -> list[Claim]:
    claims = [
        c for c in reader.read(Article(text, published_at=published, language="en")).claims if c.kind == "territory"
    ]
    return sorted(claims, key=lambda c: (c.start, text.find(c.value_words)))


def names(claim: Claim) -> list[str]:
    return [place.name for place in claim.details["places"]]


# The text; of each claim its actor, action, places and status.
READ: list[tuple[str, list[tuple[str | None, str, list[str], str]]]] = [
    # taken
    ("Ethiopian troops seized the town of Shire.", [("Ethiopia", "captured", ["Shire"], "occurred")]),
    ("The town of Shire was seized by Ethiopian troops.", [("Ethiopia", "captured", ["Shire"], "occurred")]),
    ("Shire, seized by Ethiopian troops, lies in ruins.", [("Ethiopia", "captured", ["Shire"], "occurred")]),
    ("Shire has fallen to Ethiopian troops.", [("Ethiopia", "captured", ["Shire"], "occurred")]),
    ("Ethiopia's capture of Shire stunned the rebels.", [("Ethiopia", "captured", ["Shire"], "occurred")]),
    ("The capture of Shire by Ethiopian troops was swift.", [("Ethiopia", "captured", ["Shire"], "occurred")]),
    ("Ethiopian troops took control of Shire.", [("Ethiopia", "captured", ["Shire"], "occurred")]),
    ("Control of Shire passed to the Ethiopian army.", [("Ethiopia", "captured", ["Shire"], "occurred")]),
    ("Shire came under the control of the Ethiopian army.", [("Ethiopia", "captured", ["Shire"], "occurred")]),
    ("Into the hands of the Ethiopian army passed Shire.", [("Ethiopia", "captured", ["Shire"], "occurred")]),
    ("Ethiopian troops raised their flag over Shire.", [("Ethiopia", "captured", ["Shire"], "occurred")]),
    ("Ethiopian troops have driven the rebels out of Shire.", [("Ethiopia", "captured", ["Shire"], "occurred")]),
    (
        "It was Ethiopia that had declared Shire captured by its army.",
        [("Ethiopia", "captured", ["Shire"], "occurred")],
    ),
    (
        "The villages in North Kivu that M23 rebels captured are empty.",
        [("M23", "captured", ["North Kivu"], "occurred")],
    ),
    (
        "Congolese soldiers stormed Sake and cleared Minova and Kalehe.",
        [
            ("Democratic Republic of the Congo", "captured", ["Sake"], "occurred"),
            ("Democratic Republic of the Congo", "captured", ["Minova", "Kalehe"], "occurred"),
        ],
    ),
    (
        "Congolese soldiers entered Sake and took it.",
        [("Democratic Republic of the Congo", "captured", ["Sake"], "occurred")],
    ),
    ("Sake, the town that M23 seized, is empty.", [("M23", "captured", ["Sake"], "occurred")]),
    ("The fall of Runirgod to the Wazalendo surprised M23.", [("Wazalendo", "captured", ["Runirgod"], "occurred")]),
    # entered
    (
        "Russian troops made gains in eastern Ukraine, particularly in Donetsk and Luhansk regions.",
        [("Russia", "advanced", ["Donetsk", "Luhansk"], "occurred")],
    ),
    ("M23 fighters advanced on Walikale.", [("M23", "advanced", ["Walikale"], "occurred")]),
    ("M23 fighters are closing in on Walikale.", [("M23", "advanced", ["Walikale"], "ongoing")]),
    ("M23's advance towards Walikale alarmed the army.", [("M23", "advanced", ["Walikale"], "occurred")]),
    ("M23 has gained ground in Masisi territory.", [("M23", "advanced", ["Masisi"], "occurred")]),
    ("Tanks of the Sudanese army broke through the lines near Bara.", [("Sudan", "advanced", ["Bara"], "occurred")]),
    ("Israeli troops pushed deep into Khan Younis.", [("Israel", "advanced", ["Khan Younis"], "occurred")]),
    # held
    ("The Houthis control Sanaa and Hodeidah.", [("Houthis", "holds", ["Sanaa", "Hodeidah"], "ongoing")]),
    ("Sanaa and Hodeidah are held by the Houthis.", [("Houthis", "holds", ["Sanaa", "Hodeidah"], "ongoing")]),
    ("Sanaa is under Houthi control.", [("Houthis", "holds", ["Sanaa"], "ongoing")]),
    ("Sanaa remains in the hands of the Houthis.", [("Houthis", "holds", ["Sanaa"], "ongoing")]),
    ("Rwandan troops remain in Goma.", [("Rwanda", "holds", ["Goma"], "ongoing")]),
    ("Goma has been occupied by M23 since January.", [("M23", "holds", ["Goma"], "ongoing")]),
    ("The Taliban held Kunduz in 2015.", [("Taliban", "holds", ["Kunduz"], "occurred")]),
    ("Sanaa, scene of a war, is now Houthi-held.", [("Houthis", "holds", ["Sanaa"], "ongoing")]),
    ("Rwanda has 4,000 soldiers in North Kivu.", [("Rwanda", "holds", ["North Kivu"], "ongoing")]),
    ("Rwandan soldiers are present in Rutshuru.", [("Rwanda", "holds", ["Rutshuru"], "ongoing")]),
    ("Half of Khartoum is back with the Sudanese army.", [("Sudan", "holds", ["Khartoum"], "ongoing")]),
    ("M23 rebels have made themselves masters of Goma.", [("M23", "captured", ["Goma"], "occurred")]),
    ("M23 rebels gained a foothold in Walikale.", [("M23", "advanced", ["Walikale"], "occurred")]),
    ("The Taliban have ruled over half of Kunduz for a year.", [("Taliban", "holds", ["Kunduz"], "ongoing")]),
    ("The port of Hodeidah remains with the Houthis.", [("Houthis", "holds", ["Hodeidah"], "ongoing")]),
    ("A fifth of Georgia is under Russian occupation.", [("Russia", "holds", ["Georgia"], "ongoing")]),
    ("Goma was the first big town to fall to M23.", [("M23", "captured", ["Goma"], "occurred")]),
    ("Soldiers say Goma has changed hands again.", [(None, "captured", ["Goma"], "occurred")]),
    ("Ramadi was declared free by the Iraqi army.", [("Iraq", "captured", ["Ramadi"], "occurred")]),
    (
        "Iraqi troops hoisted the flag atop a building in Ramadi.",
        [("Iraq", "captured", ["Ramadi"], "occurred")],
    ),
    ("Ugandan soldiers took the base at Bulo Marer.", [("Uganda", "captured", ["Bulo Marer"], "occurred")]),
    ("Rwandan soldiers slipped into Bukavu.", [("Rwanda", "advanced", ["Bukavu"], "occurred")]),
    ("Rwanda's army accuses Burundi of having seized Uvira.", [("Burundi", "captured", ["Uvira"], "occurred")]),
    ("Sanaa is one of the towns where the Houthis hold sway.", [("Houthis", "holds", ["Sanaa"], "ongoing")]),
    ("M23 rebels have planted themselves in Nyabibwe.", [("M23", "holds", ["Nyabibwe"], "ongoing")]),
    ("The flag of Azerbaijan flies over Zangilan, the army says.", [("Azerbaijan", "holds", ["Zangilan"], "ongoing")]),
    (
        "China claims the Paracel Islands as its own by force of its navy's warships.",
        [("China", "annexed", ["Paracel Islands"], "occurred")],
    ),
    (
        "All but two of Rakhine's towns are under the sway of the Arakan Army.",
        [("Arakan Army", "holds", ["Rakhine"], "ongoing")],
    ),
    ("A Rwandan army column got to within ten kilometres of Uvira.", [("Rwanda", "advanced", ["Uvira"], "occurred")]),
    (
        "Units of the Zapad grouping continued to advance into the enemy's defence and liberated Dovhenke.",
        [("Russia", "captured", ["Dovhenke"], "occurred")],
    ),
    # left and lost
    (
        "The TPLF ordered its fighters out of Amhara.",
        [("Tigray People's Liberation Front", "withdrew", ["Amhara"], "occurred")],
    ),
    ("Mali's army acknowledged that a base near Ber had been lost.", [("Mali", "withdrew", ["Ber"], "occurred")]),
    ("Kidal's loss was acknowledged by Mali's army.", [("Mali", "withdrew", ["Kidal"], "occurred")]),
    ("Armenian forces, dislodged from Agdam, fled.", [("Armenia", "withdrew", ["Agdam"], "occurred")]),
    ("Armenian forces must be out of Agdam by Friday.", [("Armenia", "withdrew", ["Agdam"], "proposed")]),
    ("Armenian forces withdrew from Agdam.", [("Armenia", "withdrew", ["Agdam"], "occurred")]),
    ("Armenia pulled its last soldiers out of Agdam.", [("Armenia", "withdrew", ["Agdam"], "occurred")]),
    ("Armenia has lost Hadrut, its army admitted.", [("Armenia", "withdrew", ["Hadrut"], "occurred")]),
    (
        "The Armenian retreat from Agdam was orderly; the army lost no tank.",
        [("Armenia", "withdrew", ["Agdam"], "occurred")],
    ),
    ("The withdrawal of Armenian troops from Agdam is complete.", [("Armenia", "withdrew", ["Agdam"], "occurred")]),
    ("Armenian forces will leave Agdam on Friday.", [("Armenia", "withdrew", ["Agdam"], "scheduled")]),
    ("The army of Mali has lost control of Kidal.", [("Mali", "withdrew", ["Kidal"], "occurred")]),
    ("“We have pulled out of Kidal,” a Malian colonel said.", [("Mali", "withdrew", ["Kidal"], "occurred")]),
    ("Mali's National Guard evacuated Kidal.", [("Mali", "withdrew", ["Kidal"], "occurred")]),
    ("The army of Mali gave up Kidal before dawn.", [("Mali", "withdrew", ["Kidal"], "occurred")]),
    (
        "Tuareg rebels were driven out of Kidal by the army of Mali.",
        [("Tuareg rebels", "withdrew", ["Kidal"], "occurred")],
    ),
    # given up and annexed
    ("Mali handed control of Kidal to a militia.", [("Mali", "cedes", ["Kidal"], "occurred")]),
    ("Its army inside, Morocco declared Smara part of its territory.", [("Morocco", "annexed", ["Smara"], "occurred")]),
    ("Armenia agreed to cede Kalbajar to Azerbaijan in a truce.", [("Armenia", "cedes", ["Kalbajar"], "scheduled")]),
    ("A truce provides for the handover of Kalbajar by Armenia.", [("Armenia", "cedes", ["Kalbajar"], "scheduled")]),
    ("Eritrea wants Ethiopia to give up Badme, scene of a war.", [("Ethiopia", "cedes", ["Badme"], "proposed")]),
    ("Morocco annexed Western Sahara in 1976.", [("Morocco", "annexed", ["Western Sahara"], "occurred")]),
    (
        "Indonesia's annexation of East Timor followed the invasion.",
        [("Indonesia", "annexed", ["East Timor"], "occurred")],
    ),
    ("Ethiopia has ruled out handing over Badme, the army says.", [("Ethiopia", "cedes", ["Badme"], "denied")]),
    # qualified
    ("Armenian troops will not withdraw from Agdam.", [("Armenia", "withdrew", ["Agdam"], "denied")]),
    (
        "Should Kidal fall, it would be the first loss of Mali's army to Tuareg rebels.",
        [("Tuareg rebels", "captured", ["Kidal"], "proposed")],
    ),
    (
        "The army denied that Kidal had been captured by Tuareg rebels.",
        [("Tuareg rebels", "captured", ["Kidal"], "denied")],
    ),
    ("Reports that Tuareg rebels had seized Kidal are false.", [("Tuareg rebels", "captured", ["Kidal"], "denied")]),
    ("Tuareg rebels failed to capture Kidal.", [("Tuareg rebels", "captured", ["Kidal"], "denied")]),
    ("A French withdrawal from Kidal is among the junta's terms.", [("France", "cedes", ["Kidal"], "proposed")]),
    (
        "Mali on Monday called the pullout of French troops from Kidal a relief.",
        [("France", "withdrew", ["Kidal"], "occurred")],
    ),
    (
        "The fall of Kidal to Tuareg rebels may topple the junta of Mali.",
        [("Tuareg rebels", "captured", ["Kidal"], "occurred")],
    ),
    ("Kidal, in rebel hands again, will get no grain.", [(None, "holds", ["Kidal"], "ongoing")]),
    ("Malian troops are across the river and pushing on towards Kidal.", [("Mali", "advanced", ["Kidal"], "ongoing")]),
    ("Tuareg rebels are trying to capture Kidal.", [("Tuareg rebels", "captured", ["Kidal"], "proposed")]),
    # without a place, gapped, and by what stands before
    ("Rwanda's troops have been gaining ground.", [("Rwanda", "advanced", [], "ongoing")]),
    ("Rwandan forces have broken through the front line.", [("Rwanda", "advanced", [], "occurred")]),
    ("Rwandan troops are retreating, a resident said.", [("Rwanda", "withdrew", [], "ongoing")]),
    ("Rwanda's army has acknowledged losing ground.", [("Rwanda", "withdrew", [], "occurred")]),
    ("The army halted the Rwandan advance on Goma.", [("Rwanda", "advanced", ["Goma"], "denied")]),
    (
        "Rwandan troops took Goma on Monday, and Bukavu on Friday.",
        [("Rwanda", "captured", ["Goma"], "occurred"), ("Rwanda", "captured", ["Bukavu"], "occurred")],
    ),
    (
        "Rwandan troops captured Goma in May, lost it in June.",
        [("Rwanda", "captured", ["Goma"], "occurred"), ("Rwanda", "withdrew", ["Goma"], "occurred")],
    ),
    (
        "In April Haftar had to abandon Surman and Sabratha.",
        [("Libyan National Army", "withdrew", ["Surman", "Sabratha"], "occurred")],
    ),
    ("Rwandan troops control nearly all of North Kivu.", [("Rwanda", "holds", ["North Kivu"], "ongoing")]),
    ("Rwanda has no intention of capturing Goma, its army said.", [("Rwanda", "captured", ["Goma"], "denied")]),
    ("Have Rwandan troops captured Goma?", []),
]

# Of none of these is ground the object, or no force acts; each stands in an article about a war.
PASSED_OVER = [
    "The army captured 40 rebels near Goma.",
    "Soldiers seized drugs and rifles in Goma.",
    "The rebels took hostages in Goma.",
    "The rebel leader left Goma for Kampala.",
    "Families have fled Goma since the war began.",
    "Cypriots fled Kyrenia during the war.",
    "The president lost an election in Mali after a coup by soldiers.",
    "Troops from Mali took part in a parade in Bamako.",
    "Russia withdrew from the contest in Doha because of the war.",
    "The ceasefire took hold in Gaza and holds so far.",
    "The war captured the imagination of readers in Paris.",
    "Soldiers shelled Goma and killed nine people.",
    "A German company took over a factory near the front line in Kharkiv.",
    "Prices fell in Khartoum after the army opened the road.",
    "The striker won Portsmouth a point; his brother is a soldier.",
    "The minister entered parliament in Yerevan during the war.",
    "Army doctors left a patient in Sanaa without water.",
]


@pytest.mark.parametrize(("text", "expected"), READ, ids=[text[:48] for text, _ in READ])
def test_reading(reader: Reader, text: str, expected: list[tuple[str | None, str, list[str], str]]) -> None:
    got = [(c.details["actor"], c.details["action"], names(c), str(c.status)) for c in found(reader, text)]
    assert sorted(got, key=str) == sorted(expected, key=str)


@pytest.mark.parametrize("text", PASSED_OVER, ids=[text[:48] for text in PASSED_OVER])
def test_what_is_no_ground_is_passed_over(reader: Reader, text: str) -> None:
    assert found(reader, text) == []


@pytest.mark.parametrize(
    ("text", "area", "share"),
    [
        ("The Arakan Army captured 200 square kilometres of Rakhine.", 200.0, None),
        ("The Arakan Army captured 100 square miles of Rakhine.", 259.0, None),
        ("The Arakan Army controls 80 percent of Rakhine.", None, 80.0),
        ("A third of Rakhine is held by the Arakan Army.", None, 33.33),
        ("The Arakan Army captured Gwa.", None, None),
    ],
)
def test_how_much_ground(reader: Reader, text: str, area: float | None, share: float | None) -> None:
    (claim,) = found(reader, text)
    assert (claim.details["area_km2"], claim.details["share_percent"]) == (area, share)


@pytest.mark.parametrize(
    ("second", "actor", "places"),
    [
        ("The rebels then took the town of Sake too.", "M23", ["Sake"]),
        ("The town was abandoned by the army.", "Democratic Republic of the Congo", ["Goma"]),
        ("They also seized Minova.", "M23", ["Minova"]),
        ("Its fall was denied by nobody.", "M23", ["Goma"]),
        ("Runirgod was seized too.", "M23", ["Runirgod"]),
        ("Soldiers left the centre before dawn.", "Democratic Republic of the Congo", ["Goma"]),
    ],
)
def test_who_and_where_are_told_by_what_came_before(
    reader: Reader, second: str, actor: str | None, places: list[str]
) -> None:
    text = f"M23 rebels captured Goma from Congolese troops. {second}"
    claim = found(reader, text)[-1]
    assert (claim.details["actor"], names(claim)) == (actor, places)


@pytest.mark.parametrize(
    ("text", "actor", "places"),
    [
        ("Tuareg rebels hold Kidal. Wagner fighters rest. The rebels pulled out of Gao.", "Tuareg rebels", ["Gao"]),
        ("Russia holds the Donetsk region of Ukraine. Its army overran towns in that region.", "Russia", ["Donetsk"]),
        ("Somali troops entered Adan Yabaal. Runirgod was seized by the Somali army.", "Somalia", ["Runirgod"]),
    ],
)
def test_sides_and_places_are_told_by_their_sort(reader: Reader, text: str, actor: str, places: list[str]) -> None:
    claim = found(reader, text)[-1]
    assert (claim.details["actor"], names(claim)) == (actor, places)


@pytest.mark.parametrize(
    ("text", "actor"),
    [
        ("Mali's army announced that Kidal had been captured; Tuareg rebels ran.", "Mali"),
        ("Mali's army admitted that Kidal had been captured; Tuareg rebels cheered.", "Tuareg rebels"),
        ("Mali and Tuareg rebels fight on. Kidal was retaken on Monday.", "Mali"),
        ("Mali and Tuareg rebels fight on. Kidal was overrun on Monday.", "Tuareg rebels"),
        ("Mali and Tuareg rebels fight on. Kidal was wrested from the rebels.", "Mali"),
        ("Tuareg rebels fight on against Mali. The National Guard took Kidal.", "Mali"),
    ],
)
def test_who_took_a_place_where_nobody_is_named(reader: Reader, text: str, actor: str) -> None:
    assert found(reader, text)[-1].details["actor"] == actor


def test_the_side_without_whom_nothing_is_said_stays_open(reader: Reader) -> None:
    (claim,) = found(reader, "The front line moved. Sirte was overrun.")
    assert claim.details["actor"] is None


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Sudanese troops recaptured Bara on Monday.", date(2025, 6, 2), date(2025, 6, 2)),
        ("Sudanese troops said on Monday that they had recaptured Bara.", None, None),
        (
            "On Monday Sudanese troops entered Bara, capturing the town of Umm Ruwaba.",
            date(2025, 6, 2),
            date(2025, 6, 2),
        ),
        ("Bara, annexed by Sudan in May 2024, is a town at war.", date(2024, 5, 1), date(2024, 5, 31)),
        ("Bara has been occupied by the Rapid Support Forces since May.", date(2025, 5, 1), None),
    ],
)
def test_the_date_is_that_of_the_deed(reader: Reader, text: str, first: date | None, last: date | None) -> None:
    claim = found(reader, text)[-1]
    got = (claim.date.first, claim.date.last) if claim.date else (None, None)
    assert got == (first, last)


def test_the_region_named_with_a_place_stays_with_it(reader: Reader) -> None:
    (claim,) = found(reader, "Congolese troops recaptured the town of Sake in North Kivu.")
    (place,) = claim.details["places"]
    assert (place.name, place.region, place.country) == ("Sake", "North Kivu", "CD")


def test_a_dateline_is_neither_a_side_nor_a_place(reader: Reader) -> None:
    text = "BEIRUT, June 4 (Wire) - Rebels seized the town of Saraqib from Syrian troops. The town fell quickly."
    first, second = found(reader, text)
    assert (names(first), names(second)) == (["Saraqib"], ["Saraqib"])
    (claim,) = found(reader, "MOSCOW, June 4 (Wire) - The town of Sake was overrun in the war.")
    assert claim.details["actor"] is None
    assert text[first.start : first.end] == first.quote


def test_it_was_they_that_said_so(reader: Reader) -> None:
    (claim,) = found(reader, "In July it was Ethiopia that had declared Shire taken by its army.")
    assert claim.attribution.speaker == "Ethiopia"


def test_a_claim_explains_itself(reader: Reader) -> None:
    (claim,) = found(reader, "Congolese troops recaptured the town of Sake.")
    assert (claim.explanation.rule, claim.explanation.trigger) == ("territory.verb", "recaptured")
    assert dict(claim.explanation.fields) == {
        "action": "recaptured",
        "places": "Sake",
        "actor": "Democratic Republic of the Congo",
    }


def test_an_article_about_no_war_claims_no_ground(reader: Reader) -> None:
    text = "Labour captured Cornwall and took Kent.\n\nA bank took over Lisbon's old port and left Madrid."
    assert found(reader, text) == []


def test_a_long_sentence_is_read(reader: Reader) -> None:
    text = "The army captured " + ", ".join(["the town of Sake"] * 80) + " and Minova."
    assert len(text) > 1_400
    assert len(found(reader, text)) >= 1


@pytest.mark.parametrize("path", OWN, ids=[p.stem for p in OWN])
def test_own_articles(reader: Reader, path: Path) -> None:
    article = json.loads(path.read_text(encoding="utf-8"))
    wanted = [c for c in article["claims"] if c["kind"] == "territory"]
    got = found(reader, article["text"], date.fromisoformat(article["published_at"]))
    assert all(article["text"][c.start : c.end] == c.quote for c in got)
    astray = [c.quote for c in got if not any(w["quote"] in c.quote for w in wanted)]
    assert len(astray) <= 1
    sure = [w for w in wanted if not w.get("optional")]
    read = [w for w in sure if any(_same(w, claim) for claim in got)]
    assert len(read) >= 0.5 * len(sure)


def _same(wanted: dict[str, object], claim: Claim) -> bool:
    places = wanted["places"]
    assert isinstance(places, list)
    shared = bool(set(places) & set(names(claim))) or places == names(claim)
    return str(wanted["quote"]) in claim.quote and wanted["action"] == claim.details["action"] and shared


def test_a_town_in_no_gazetteer_is_the_town(reader: Reader) -> None:
    before = "Fighting raged in Al-Runirgod in West Kordofan for a third day."
    claim = found(reader, f"{before} The RSF said it had taken the town.")[-1]
    assert names(claim) == ["Al-Runirgod"]
    claim = found(reader, "Fighting raged in West Kordofan. The RSF said it had taken the region.")[-1]
    assert names(claim) == ["West Kordofan"]


def test_forces_of_a_government_are_at_war(reader: Reader) -> None:
    (claim,) = found(reader, "Ethiopia's government said on Wednesday its forces had retaken Lalibela.")
    assert (claim.details["actor"], names(claim)) == ("Ethiopia", ["Lalibela"])
