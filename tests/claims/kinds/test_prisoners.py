from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from claims.model import Article, Claim
from claims.reader import Reader

OWN = sorted((Path(__file__).resolve().parents[2] / "gold").glob("own-prisoners-*.json"))
PUBLISHED = date(2025, 6, 5)


def found(reader: Reader, text: str, published: date = PUBLISHED) -> list[Claim]:
    claims = [
        c for c in reader.read(Article(text, published_at=published, language="en")).claims if c.kind == "prisoners"
    ]
    return sorted(claims, key=lambda c: (c.start, text.find(c.value_words)))


# The text; of each claim its count, action, status, subject, side, and whether it holds for each side.
READ: list[tuple[str, list[tuple[int | None, str, str, str, str | None, bool]]]] = [
    (
        "Uganda and Rwanda fought. Twelve Rwandan soldiers are being held in Kasese, Uganda said.",
        [(12, "held", "ongoing", "prisoners_of_war", "Rwanda", False)],
    ),
    (
        "Ethiopia fought Eritrea. The Red Cross was given access to 40 Eritrean prisoners.",
        [(40, "held", "occurred", "unspecified", "Eritrea", False)],
    ),
    (
        "Ethiopia fought Eritrea. Doctors visited 30 Eritrean prisoners of war on Sunday.",
        [(30, "held", "occurred", "prisoners_of_war", "Eritrea", False)],
    ),
    (
        "Eritrea and Djibouti traded 19 prisoners of war on Friday.",
        [(19, "exchanged", "occurred", "prisoners_of_war", None, False)],
    ),
    (
        "A 200-for-200 exchange of captives between Georgia and Abkhazia is planned for July.",
        [(200, "exchanged", "scheduled", "unspecified", None, True)],
    ),
    (
        "Azerbaijan turned over fifteen Armenian captives; Yerevan gave up maps of minefields in return.",
        [(15, "released", "occurred", "unspecified", "Armenia", False)],
    ),
    (
        "By Kyiv's count 1,212 Ukrainian bodies have come home under the Istanbul accord, against 27 Russian ones.",
        [
            (1212, "returned", "occurred", "bodies", "Ukraine", False),
            (27, "returned", "occurred", "bodies", "Russia", False),
        ],
    ),
    (
        "The Taliban freed two Americans in exchange for an Afghan, the US State Department said.",
        [(2, "released", "occurred", "unspecified", "United States", False)],
    ),
    (
        "Under the truce, Hezbollah is to get back the bodies of 11 of its fighters.",
        [(11, "returned", "scheduled", "bodies", "Hezbollah", False)],
    ),
    (
        "Tigrayan forces say they are holding more than 7,000 Ethiopian soldiers as prisoners.",
        [(7000, "held", "ongoing", "prisoners_of_war", "Ethiopia", False)],
    ),
    (
        "Negotiators in Amman have settled on the release of 2,900 detainees by the Houthis and the Yemeni government.",
        [(2900, "released", "scheduled", "detainees", None, False)],
    ),
    (
        "Both countries will hand over 40 prisoners apiece at the border on June 20.",
        [(40, "exchanged", "scheduled", "unspecified", None, True)],
    ),
    (
        "No fewer than 60 worshippers were abducted from a church in Kaduna by gunmen on Sunday.",
        [(60, "captured", "occurred", "civilians", None, False)],
    ),
    (
        "Of the 30 nurses abducted by the rebels in May, 12 are still held.",
        [
            (30, "captured", "occurred", "civilians", None, False),
            (12, "held", "ongoing", "civilians", None, False),
        ],
    ),
    (
        "Chad repatriated the remains of 27 soldiers from Libya.",
        [(27, "returned", "occurred", "bodies", "Chad", False)],
    ),
    (
        "Forty Armenian soldiers and two Azerbaijanis changed hands on the border.",
        [
            (40, "exchanged", "occurred", "prisoners_of_war", "Armenia", False),
            (2, "exchanged", "occurred", "unspecified", "Azerbaijan", False),
        ],
    ),
    (
        "The kidnappers let 17 of the pupils go after a ransom was paid.",
        [(17, "released", "occurred", "children", None, False)],
    ),
    (
        "Russia denied that it had executed nine Ukrainian prisoners of war in Kursk.",
        [(9, "killed", "denied", "prisoners_of_war", "Ukraine", False)],
    ),
    (
        "Colombia's army said 38 guerrillas had given themselves up in Chocó.",
        [(38, "captured", "occurred", "prisoners_of_war", None, False)],
    ),
    (
        "The exchange of 50 bodies of fallen soldiers was postponed, according to the Armenian ministry.",
        [(50, "exchanged", "cancelled", "bodies", None, False)],
    ),
    (
        "The two armies could exchange up to 300 prisoners next week, a mediator in Riyadh said.",
        [(300, "exchanged", "proposed", "unspecified", None, False)],
    ),
    (
        "Thailand has repatriated 18 Cambodian soldiers captured in July.",
        [(18, "released", "occurred", "prisoners_of_war", "Cambodia", False)],
    ),
    (
        "Ten soldiers were killed and four taken prisoner in the ambush near Gao.",
        [(4, "captured", "occurred", "unspecified", None, False)],
    ),
    (
        "The capture by M23 of 150 Burundian soldiers was confirmed by Bujumbura.",
        [(150, "captured", "occurred", "prisoners_of_war", "Burundi", False)],
    ),
    (
        "Militants seized 26 passengers from a bus in Balochistan and freed five of them hours later.",
        [(26, "captured", "occurred", "civilians", None, False), (5, "released", "occurred", "civilians", None, False)],
    ),
    (
        "A dozen Indian soldiers who strayed across the line in Ladakh were sent back by China.",
        [(12, "released", "occurred", "prisoners_of_war", "India", False)],
    ),
    (
        "Three hundred and three prisoners from each side crossed the bridge at dawn in the latest swap.",
        [(303, "exchanged", "occurred", "unspecified", None, True)],
    ),
    (
        "The Lebanese army received five prisoners from Israel via the Red Cross.",
        [(5, "released", "occurred", "unspecified", "Lebanon", False)],
    ),
    (
        "There are 62 Armenians in Azerbaijani prisons, a lawyer for the captives said.",
        [(62, "held", "ongoing", "unspecified", "Armenia", False)],
    ),
    (
        "Mali's junta swapped nearly 200 jihadists for a single politician.",
        [(200, "exchanged", "occurred", "prisoners_of_war", None, False)],
    ),
    (
        "Seven of the nine crewmen held by the Houthis since July have been set free, Manila said.",
        [(7, "released", "occurred", "prisoners_of_war", None, False)],
    ),
    (
        "The rebels promised to release 25 policemen in the coming days.",
        [(25, "released", "scheduled", "unspecified", None, False)],
    ),
    (
        "Sixteen more hostages walked free on Tuesday, bringing to 76 the number released since the truce began.",
        [
            (16, "released", "occurred", "hostages", None, False),
            (76, "released", "occurred", "unspecified", None, False),
        ],
    ),
    (
        "Kyiv and Moscow agreed to give each other 6,000 bodies of dead soldiers.",
        [(6000, "returned", "scheduled", "bodies", None, False)],
    ),
    (
        "The Sudanese army freed 537 RSF prisoners of war as a gesture.",
        [(537, "released", "occurred", "prisoners_of_war", "Rapid Support Forces", False)],
    ),
    (
        "Freed on Tuesday in a deal with the Houthis were 14 Indian sailors, New Delhi announced.",
        [(14, "released", "occurred", "prisoners_of_war", "India", False)],
    ),
    (
        "The freeing of 101 schoolgirls by Boko Haram followed months of secret bargaining.",
        [(101, "released", "occurred", "children", None, False)],
    ),
    (
        "The number of captives returned by Azerbaijan now stands at 178, Yerevan says.",
        [(178, "released", "occurred", "unspecified", "Armenia", False)],
    ),
    (
        "Aboard the two planes were 1,050 detainees in all, the Red Cross said of the exchange in Yemen.",
        [(1050, "exchanged", "occurred", "detainees", None, False)],
    ),
    (
        "A swap on the scale of 1,000 people for each side was mooted in Istanbul.",
        [(1000, "exchanged", "proposed", "unspecified", None, True)],
    ),
    (
        "Nigerian troops rescued 76 hostages from bandits in Katsina on Saturday.",
        [(76, "released", "occurred", "hostages", None, False)],
    ),
    (
        "Pakistan's claim that it took 80 Afghan soldiers prisoner was rejected in Kabul.",
        [(80, "captured", "occurred", "prisoners_of_war", "Afghanistan", False)],
    ),
    (
        "Eighty-four prisoners, most of them long held, came home to Ukraine on Thursday after a swap.",
        [(84, "exchanged", "occurred", "unspecified", "Ukraine", False)],
    ),
    (
        "Hamas gave up the bodies of two Thai farm workers, its armed wing said.",
        [(2, "returned", "occurred", "bodies", "Thailand", False)],
    ),
    (
        "For every Israeli civilian let go, 30 Palestinian prisoners are to be released.",
        [(30, "released", "scheduled", "unspecified", "Palestine", False)],
    ),
    (
        "What the rebels ask for the 13 foreigners they hold is money.",
        [(13, "held", "ongoing", "unspecified", None, False)],
    ),
    (
        "Libya's coastguard seized 40 Egyptian fishermen and let 12 of them go after talks with Cairo.",
        [
            (40, "captured", "occurred", "civilians", "Egypt", False),
            (12, "released", "occurred", "civilians", "Egypt", False),
        ],
    ),
    (
        "Sixty days after the raid, 31 of the women kidnapped in Sinjar remain in captivity.",
        [(31, "held", "ongoing", "civilians", None, False)],
    ),
    (
        "Neither army will say how many it has taken; independent counts run to about 900 captured Sudanese soldiers.",
        [(900, "captured", "occurred", "prisoners_of_war", "Sudan", False)],
    ),
    (
        "Taken hostage when the embassy fell, 52 Americans spent 444 days in Iranian captivity.",
        [(52, "held", "occurred", "unspecified", "United States", False)],
    ),
    (
        "The guerrillas announced the unilateral release of ten police officers and soldiers, the last in their power.",
        [(10, "released", "occurred", "prisoners_of_war", None, False)],
    ),
    (
        "Cambodia demands that Bangkok free its 18 troops at once.",
        [(18, "released", "proposed", "prisoners_of_war", "Cambodia", False)],
    ),
    (
        "The Wagner fighters had captured some 40 Ukrainian marines, a video suggests.",
        [(40, "captured", "occurred", "prisoners_of_war", "Ukraine", False)],
    ),
    (
        "Vietnam returned the remains of 11 US airmen to American officers in Hanoi.",
        [(11, "returned", "occurred", "bodies", "United States", False)],
    ),
    (
        "Iraq and Iran closed the file of their war with a last trade: 941 Iraqis against 349 Iranians.",
        [
            (941, "exchanged", "occurred", "unspecified", "Iraq", False),
            (349, "exchanged", "occurred", "unspecified", "Iran", False),
        ],
    ),
    (
        "Riyadh has let go 104 Houthi prisoners, three short of what was agreed.",
        [(104, "released", "occurred", "unspecified", "Houthis", False)],
    ),
    (
        "Israel holds the bodies of 726 Palestinians, rights groups say.",
        [(726, "held", "ongoing", "bodies", "Palestine", False)],
    ),
    (
        "Buenos Aires counted its men as they came ashore. In all, 4,167 prisoners, landed from the liner at "
        "Puerto Madryn, were home by June 19. London kept back 593 officers as a pledge for peace in the "
        "South Atlantic war.",
        [
            (4167, "released", "occurred", "unspecified", None, False),
            (593, "held", "occurred", "prisoners_of_war", "Argentina", False),
        ],
    ),
    (
        "Seoul's spy agency says two North Korean soldiers were taken alive in Kursk, and that 300 others died there.",
        [(2, "captured", "occurred", "prisoners_of_war", "North Korea", False)],
    ),
    (
        "Rwanda-backed rebels executed at least 21 of the civilians they had rounded up in Goma, the UN said.",
        [(21, "killed", "occurred", "civilians", None, False)],
    ),
    (
        "Hundreds of Azerbaijani prisoners passed through camps at Shusha in the first war, while dozens of "
        "Armenians were held at Baku.",
        [
            (None, "held", "occurred", "unspecified", "Azerbaijan", False),
            (None, "held", "occurred", "unspecified", "Armenia", False),
        ],
    ),
    (
        "Colombia: the ELN returned six hostages to a humanitarian mission in Norte de Santander on Tuesday. "
        "Still missing are 26 people.",
        [(6, "released", "occurred", "hostages", "Colombia", False)],
    ),
    (
        "Tripoli said militias had swapped bodies, thirteen for nine, after the fighting at Abu Salim.",
        [
            (13, "exchanged", "occurred", "unspecified", None, False),
            (9, "exchanged", "occurred", "unspecified", None, False),
        ],
    ),
    (
        "Two Syrian pilots were shot down and captured; the rebels later traded both for 50 women in government jails.",
        [
            (2, "captured", "occurred", "prisoners_of_war", "Syria", False),
            (50, "exchanged", "occurred", "civilians", None, False),
        ],
    ),
    (
        "The Ethiopian government pardoned 1,500 Tigrayan prisoners of war on New Year's Day, state media said.",
        [(1500, "released", "occurred", "prisoners_of_war", "Tigray People's Liberation Front", False)],
    ),
    (
        "Not until all 251 people seized on October 7 are accounted for will Israel end the war, its defence "
        "minister vowed.",
        [(251, "captured", "occurred", "unspecified", None, False)],
    ),
    (
        "Hezbollah bartered the remains of two soldiers for five prisoners and 199 bodies in July 2008.",
        [
            (2, "exchanged", "occurred", "bodies", None, False),
            (5, "exchanged", "occurred", "unspecified", None, False),
            (199, "exchanged", "occurred", "bodies", None, False),
        ],
    ),
    (
        "The first group of 31 returnees, all sick or hurt, reached Kyiv at noon in the new prisoner exchange.",
        [(31, "exchanged", "occurred", "unspecified", None, False)],
    ),
    (
        "An exchange of the dead took place as well: 909 bodies went to Ukraine and 41 to Russia.",
        [
            (909, "exchanged", "occurred", "bodies", "Ukraine", False),
            (41, "exchanged", "occurred", "bodies", "Russia", False),
        ],
    ),
    (
        "In the war's first month the Russians took prisoner 2,500 fighters at Azovstal, by Moscow's figures.",
        [(2500, "captured", "occurred", "prisoners_of_war", None, False)],
    ),
    (
        "Families of 48 hostages wrote to the president.",
        [(48, "held", "ongoing", "hostages", None, False)],
    ),
    (
        "The hostages, 48 in all, are to come home, Israel says.",
        [(48, "released", "scheduled", "hostages", None, False)],
    ),
]

# A war, a number of people, and no captive among them; or captives, and no number of them.
PASSED_OVER = [
    "Chad and Niger fought on. The police exposed 11 forgers of passes; two have been released on bail.",
    "Chad and Niger fought on. Police sent 34 suspects of fraud to court, and 112 foreign workers were released.",
    "Kyiv proposed an all-for-all exchange; Moscow offered 500.",
    "The army lost 40 soldiers and 12 tanks in the fighting near Bakhmut.",
    "The rebels captured 14 villages and two tanks after 300 fighters crossed the river.",
    "Some 4,000 refugees returned home to Aleppo after the ceasefire.",
    "Police detained 30 football fans in Madrid.",
    "The troops held 20 positions along the front for three days.",
    "A brigade of 3,500 soldiers returned to its barracks after the war games.",
    "Ukraine received 31 tanks and 200 missiles from the United States for its army.",
    "The general, who spent six years as a prisoner of war, turned 80.",
    "Fighting in Khartoum killed 70 people and wounded 300, doctors said.",
    "The two leaders exchanged views with 12 ministers about the war.",
    "A rebel was captured and 15 civilians were wounded by shelling.",
    "The film about prisoners of war sold 20,000 tickets.",
    "Putting 87 fighters of the rival militia behind wire took the Misrata brigades an hour.",
    "The ministry put at 1,596 the number of Russian deserters now in its camps.",
    "Three hundred soldiers from the garrison marched home through Tbilisi on Army Day.",
    "The rebel group has 2,000 men under arms and 14 captured tanks.",
    "Iran executed 12 drug smugglers in one week, a rights group said.",
    "The truce let 600 lorries enter Gaza and 2,000 people return to Jabalia.",
    "The company traded 1,200 workers' contracts for cheaper ones during the war.",
    "Kyiv says 1,130 Russian soldiers were killed or wounded in a day and 15 tanks destroyed.",
    "The envoy held talks with 40 officials about hostages.",
    "A prisoner swap was discussed for two hours by 12 negotiators.",
    "The exchange of prisoners took place 40 kilometres from Donetsk; 200 journalists watched.",
    "The two sides have exchanged prisoners 64 times since 2022.",
    "A hostage crisis in 1979 cost the president 10 points in the polls.",
    "The parents of the hostage, held for 15 months, met 30 senators.",
    "Some 900 peacekeepers returned from Congo to South Africa in June.",
    (
        "Delhi announced that a BSF constable held by Pakistan had come home. In return, a Pakistani ranger "
        "crossed at Attari."
    ),
    (
        "The rebels' leader, 44, was a prisoner for 11 years. His army of 5,000 fighters holds three "
        "provinces and 200 km of border."
    ),
    "After the hostage drama, 1,200 police officers guard the city and 35 schools stay closed.",
    "The swap of command took two hours. Some 600 marines relieved 450 soldiers at the base near Basra.",
    "A drone strike hit a prison in Saada, killing 68 migrants and wounding 47 others, the Houthis said.",
    "In Gaza the ministry of health counts 52,000 dead; in Israel 1,200 people were killed on October 7.",
    "Kyiv brought home 24 tonnes of aid and 300 generators after the exchange of prisoners.",
    "Soldiers freed a road held by 60 protesters for two days in Goma.",
    "The mediators, 14 in number, returned to Doha for talks on the hostages.",
    "Some 30,000 Israelis demonstrated for the hostages' release on Saturday.",
    "North Korea sent 11,000 troops to Kursk, of whom 4,000 were killed, wounded or captured.",
    "Armenian investigators questioned 12 witnesses about the torture of prisoners of war.",
    "Some 300 fighters captured the town of Sake from the army.",
    "Sixty delegates were held up at the airport of Juba in the war.",
    "About 40 soldiers freed the hostages in the raid.",
    "Government troops captured 60 villages near Malakal in the war.",
    "Sixty rebels took the governor prisoner in Bunia.",
]


@pytest.mark.parametrize(("text", "expected"), READ, ids=[text[:40] for text, _ in READ])
def test_numbers_of_captives(
    reader: Reader, text: str, expected: Sequence[tuple[int | None, str, str, str, str | None, bool]]
) -> None:
    got = [
        (d["count"], d["action"], str(c.status), d["subject"], d["side"], d["per_side"])
        for c in found(reader, text)
        for d in [c.details]
    ]
    assert sorted(got, key=str) == sorted(expected, key=str)


@pytest.mark.parametrize("text", PASSED_OVER, ids=[text[:40] for text in PASSED_OVER])
def test_numbers_of_others_are_passed_over(reader: Reader, text: str) -> None:
    assert found(reader, text) == []


@pytest.mark.parametrize(
    ("text", "number", "qualifier", "low", "high"),
    [
        ("The rebels freed at least 40 captured soldiers.", "40", "at_least", 40, None),
        ("The rebels freed up to 40 captured soldiers.", "40", "at_most", None, 40),
        ("The rebels freed some 40 captured soldiers.", "40", "about", None, None),
        ("The rebels freed another 40 captured soldiers.", "40", "exact", 40, 40),
        ("The rebels handed over 40 captured soldiers.", "40", "exact", 40, 40),
        ("The rebels freed dozens of captured soldiers.", "dozens", "about", None, None),
        ("The rebels freed a dozen captured soldiers.", "a dozen", "exact", 12, 12),
    ],
)
def test_how_exact_a_number_is(
    reader: Reader, text: str, number: str, qualifier: str, low: int | None, high: int | None
) -> None:
    (claim,) = found(reader, text)
    details = claim.details
    assert (details["count_text"], details["qualifier"], details["count_low"], details["count_high"]) == (
        number,
        qualifier,
        low,
        high,
    )


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Rwanda and Burundi swapped 40 prisoners on Monday.", date(2025, 6, 2), date(2025, 6, 2)),
        ("Rwanda and Burundi will swap 40 prisoners on Monday.", date(2025, 6, 9), date(2025, 6, 9)),
        ("Rwanda and Burundi agreed on Monday to swap 40 prisoners.", date(2025, 6, 2), date(2025, 6, 2)),
        ("Rwanda offered on Monday to release 40 Burundian prisoners.", None, None),
        ("The army said on Monday that it had captured 40 rebels.", None, None),
        ("The last swap took place in May, when 40 prisoners changed hands.", date(2025, 5, 1), date(2025, 5, 31)),
    ],
)
def test_the_date_is_that_of_the_deed(reader: Reader, text: str, first: date | None, last: date | None) -> None:
    (claim,) = found(reader, text)
    got = (claim.date.first, claim.date.last) if claim.date else (None, None)
    assert got == (first, last)


def test_each_number_of_a_sentence_takes_the_date_of_its_own_stretch(reader: Reader) -> None:
    text = "Sixty soldiers from each side came home on Monday and a further 45 from each on Tuesday in the swap."
    days = {c.details["count"]: c.date.first for c in found(reader, text) if c.date}
    assert days == {60: date(2025, 6, 2), 45: date(2025, 6, 3)}


def test_two_numbers_alike_are_two_claims_with_words_of_their_own(reader: Reader) -> None:
    text = "The swap saw 86 Ukrainian sailors sent home, with 86 Russian sailors coming back as well."
    claims = found(reader, text)
    assert [c.value_words for c in claims] == ["86 Ukrainian sailors", "86 Russian sailors"]
    assert [c.details["side"] for c in claims] == ["Ukraine", "Russia"]


def test_a_claim_explains_itself(reader: Reader) -> None:
    (claim,) = found(reader, "The M23 movement released about 300 Congolese soldiers.")
    assert (claim.explanation.rule, claim.explanation.trigger) == ("prisoners.release", "released")
    assert dict(claim.explanation.fields) == {
        "count": "300",
        "action": "released",
        "subject": "soldiers",
        "qualifier": "about",
        "side": "Congolese",
    }


def test_what_an_article_speaks_of_tells_what_became_of_captives_without_a_verb(reader: Reader) -> None:
    text = "Armenia and Azerbaijan carried out a swap.\n\nOn the list of the Red Cross: 12 prisoners, all of them men."
    (claim,) = found(reader, text)
    assert (claim.details["count"], claim.details["action"]) == (12, "exchanged")


def test_prisons_and_crime_are_no_conflict(reader: Reader) -> None:
    text = (
        "Overcrowded prisons will free 900 prisoners before their time.\n\nA court let two burglars go on bail."
        "\n\nA drug gang kidnapped three people, police say."
    )
    assert found(reader, text) == []


def test_a_sentence_full_of_numbers_is_read(reader: Reader) -> None:
    text = "The rebels freed " + "12 soldiers and 3 prisoners of war and " * 36 + "one more."
    assert len(found(reader, text)) >= 1


@pytest.mark.parametrize("path", OWN, ids=[p.stem for p in OWN])
def test_own_articles(reader: Reader, path: Path) -> None:
    article = json.loads(path.read_text(encoding="utf-8"))
    wanted = [c for c in article["claims"] if c["kind"] == "prisoners"]
    got = found(reader, article["text"], date.fromisoformat(article["published_at"]))
    for claim in got:
        assert article["text"][claim.start : claim.end] == claim.quote
        assert any(
            w["count"] == claim.details["count"] and w["quote"] in (claim.quote, *_around(claim)) for w in wanted
        )
    sure = [w for w in wanted if not w.get("optional")]
    read = [w for w in sure if any(_same(w, claim) for claim in got)]
    assert len(read) >= 0.6 * len(sure)


def _same(wanted: dict[str, object], claim: Claim) -> bool:
    return wanted["count"] == claim.details["count"] and str(wanted["quote"]) in claim.quote


def _around(claim: Claim) -> list[str]:
    """The quote without the time of a live blog before it."""
    return [claim.quote.partition(" – ")[2]]


@pytest.mark.parametrize(
    ("text", "count", "side"),
    [
        ("Ukraine brought home 205 soldiers from Russian captivity on May 6.", 205, "Ukraine"),
        ("Eritrea returned 40 bodies to Ethiopia and got the remains of 27 of its own soldiers.", 27, "Eritrea"),
    ],
)
def test_whose_people_came_back(reader: Reader, text: str, count: int, side: str) -> None:
    claims = reader.read(Article(text, published_at=date(2025, 6, 17), language="en")).claims
    assert [claim.details["side"] for claim in claims if claim.details["count"] == count] == [side]


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("Chad freed 90 captured fighters on Friday. Among them were 60 conscripts and 9 boys.", {90, 60, 9}),
        ("Chad freed 90 captured fighters on Friday. They included 60 conscripts.", {90, 60}),
        ("Chad freed 90 captured fighters on Friday. The 60 towns around them were quiet.", {90}),
        ("Chad's rebels said on Monday they hold 90 soldiers. The army said it was holding 12 rebels.", {90, 12}),
        ("Armenia got 32 of its soldiers back from Azerbaijan on Friday.", {32}),
        ("Armenia got 32 of its soldiers back into shape on Friday.", set()),
    ],
)
def test_parts_of_those_freed_and_who_was_got_back(reader: Reader, text: str, counts: set[int]) -> None:
    assert {claim.details["count"] for claim in found(reader, text)} == counts
