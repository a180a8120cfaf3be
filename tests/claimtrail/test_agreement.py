from __future__ import annotations

from typing import Any

import pytest

from claimtrail.agreement import fields, overlap, same_date, same_fact, same_name, same_speaker

TEXT = "The army took Alfa. The army took Alfa. Nobody was hurt."


def found(**values: Any) -> dict[str, Any]:
    return {"status": "occurred", "details": {}, "source": {"start": 0, "end": 19}} | values


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kiev", "Kyiv"),
        ("the Donetsk region", "Donetsk"),
        ("northern Mali", "Mali"),
        ("U.S.", "United States"),
        ("Türkiye", "Turkey"),
        ("Côte d’Ivoire", "Ivory Coast"),
        ("town of El-Fasher", "Al Fashir"),
        ({"name": "Sumy", "region": "Sumy"}, "Sumy oblast"),
        (None, ""),
    ],
)
def test_names_of_one_thing(one: Any, other: Any) -> None:
    assert same_name(one, other)
    assert same_name(other, one)


@pytest.mark.parametrize(("one", "other"), [("Mali", "Malawi"), (None, "Mali"), ("North Korea", "South Korea")])
def test_names_of_two_things(one: Any, other: Any) -> None:
    assert not same_name(one, other)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ada Testova", "Testova", True),
        ("Foreign Minister Ada Testova", "Ada Testova", True),
        ("Mr Testova", "Ada Testova", True),
        ("Ada Testova", "Bo Testova", True),
        ("the Russian army", "Russia's army", True),
        ("the Syrian Army", "the Iraqi Army", False),
        ("Ada Testova", "Bo Other", False),
        ("a doctor", "the doctor", True),
        ("a tall doctor", "a small doctor", False),
        (None, None, True),
        (None, "Ada Testova", False),
        ("", None, True),
    ],
)
def test_speakers(one: str | None, other: str | None, same: bool) -> None:
    assert same_speaker(one, other) is same


def test_overlap_is_that_with_the_nearest_of_equal_quotes() -> None:
    gold = {"quote": "The army took Alfa."}
    second = {"source": {"start": 20, "end": 39}}
    assert overlap(second, gold, TEXT) == 1.0
    assert overlap({"source": {"start": 20, "end": 56}}, gold, TEXT) == pytest.approx(19 / 36)
    assert overlap({"source": {"start": 40, "end": 56}}, gold, TEXT) == 0.0


@pytest.mark.parametrize(
    ("mine", "theirs", "fuzzy", "same"),
    [
        (("2025-06-02", "2025-06-02"), ("2025-06-02", "2025-06-02"), False, True),
        (("2025-06-02", "2025-06-03"), ("2025-06-02", "2025-06-02"), False, False),
        (("2025-06-02", "2025-06-03"), ("2025-06-03", "2025-06-09"), True, True),
        (("2025-06-02", None), ("2025-06-03", "2025-06-09"), True, True),
        ((None, "2025-06-02"), ("2025-06-03", "2025-06-09"), True, False),
        ((None, None), ("2025-06-03", "2025-06-09"), True, False),
        ((None, None), (None, None), True, True),
        (("2025-05-20", "2025-05-20"), (None, None), True, True),
        (("2025-06-10", "2025-06-10"), (None, None), True, True),
        (("2025-06-11", "2025-06-11"), (None, None), True, False),
        (("2025-05-01", "2025-05-01"), (None, None), True, False),
        (("2025-05-20", "2025-05-20"), (None, None), False, False),
    ],
)
def test_dates(mine: tuple[Any, Any], theirs: tuple[Any, Any], fuzzy: bool, same: bool) -> None:
    claim = found(date={"text": "then", "from": mine[0], "to": mine[1]})
    gold = {"date_from": theirs[0], "date_to": theirs[1], "date_fuzzy": fuzzy}
    assert same_date(claim, gold, "2025-06-09T10:00:00+02:00") is same


def test_a_claim_without_a_date_has_the_date_of_none() -> None:
    assert same_date(found(date=None), {"date_from": None, "date_to": None}, "2025-06-09")
    assert same_date(found(), {}, "2025-06-09")


@pytest.mark.parametrize(
    ("kind", "details", "gold", "same"),
    [
        ("talks", {"parties": ["Mali"]}, {"parties": ["Mali", "Niger"]}, True),
        ("talks", {"parties": ["Chad"]}, {"parties": ["Mali", "Niger"]}, False),
        ("talks", {"parties": []}, {"parties": []}, True),
        ("prisoners", {"count": 4}, {"count": 4}, True),
        ("prisoners", {"count": None}, {"count": 4}, False),
        (
            "territory",
            {"action": "holds", "places": [{"name": "Alfa"}]},
            {"action": "holds", "places": ["Alfa", "Bravo"]},
            True,
        ),
        (
            "territory",
            {"action": "holds", "places": [{"name": "Alfa"}]},
            {"action": "cedes", "places": ["Alfa"]},
            False,
        ),
        ("territory", {"action": "holds", "places": [{"name": "Alfa"}]}, {"action": "holds", "places": []}, False),
        ("territory", {"action": "holds", "places": []}, {"action": "holds", "places": []}, True),
        ("casualties", {"count": 4, "outcome": "killed"}, {"count": 4, "outcome": "killed"}, True),
        ("casualties", {"count": 4, "outcome": "killed"}, {"count": 5, "outcome": "killed"}, False),
        ("casualties", {"count": 4, "outcome": "killed"}, {"count": 4, "outcome": "wounded"}, False),
        ("strikes", {"count": 4}, {"count": 5}, True),
    ],
)
def test_facts(kind: str, details: dict[str, Any], gold: dict[str, Any], same: bool) -> None:
    assert same_fact(found(details=details), {"kind": kind, **gold}, "2025-06-09") is same


def test_dated_talks_need_no_common_party() -> None:
    day = {"from": "2025-06-02", "to": "2025-06-02"}
    gold = {"kind": "talks", "parties": ["Mali"], "date_from": "2025-06-02", "date_to": "2025-06-02"}
    assert same_fact(found(details={"parties": []}, date=day), gold, "2025-06-09")


def test_fields_of_each_kind() -> None:
    gold: dict[str, Any] = {"status": "occurred", "attributed_to": "Ada Testova"}
    talks = found(details={"parties": ["Mali"], "place": {"name": "Doha"}, "round": 2})
    told = dict(fields(talks, gold | {"kind": "talks", "parties": ["Mali"], "place": "Doha", "round": 3}, "2025-06-09"))
    assert told == {"status": True, "attribution": False, "date": True, "parties": True, "place": True, "round": False}
    ground = found(details={"actor": "Mali", "places": [], "area_km2": 100.5, "share_percent": None}, status="denied")
    want = {"kind": "territory", "actor": "Mali", "places": ["Alfa"], "area_km2": 100, "share_percent": 20}
    told = dict(fields(ground, gold | want, "2025-06-09"))
    assert told["actor"] and told["area_km2"]
    assert not (told["status"] or told["places"] or told["share_percent"])
    people = found(details={"qualifier": "exact", "per_side": None, "action": "held", "subject": None, "side": "USA"})
    want = {"kind": "prisoners", "qualifier": "about", "per_side": False, "action": "held", "side": "United States"}
    told = dict(fields(people, gold | want, "2025-06-09"))
    assert told["per_side"] and told["action"] and told["side"] and told["subject"]
    assert not told["qualifier"]
    hurt = found(details={"qualifier": "exact", "outcome": "wounded", "subject": "people", "place": {"name": "Alfa"}})
    want = {"kind": "casualties", "qualifier": "exact", "outcome": "killed", "subject": "people", "place": "Alfa"}
    told = dict(fields(hurt, gold | want, "2025-06-09"))
    assert told["qualifier"] and told["subject"] and told["side"] and told["place"]
    assert not told["outcome"]
    assert not dict(fields(hurt, gold | want | {"place": None}, "2025-06-09"))["place"]


def test_a_kind_it_does_not_know_is_compared_by_what_both_state() -> None:
    claim = found(details={"dead": 4, "where": "Alfa", "extra": 1})
    told = dict(fields(claim, {"kind": "strikes", "status": "occurred", "dead": 5, "where": "Alfa"}, "2025-06-09"))
    assert {name: told[name] for name in told if name in {"dead", "where", "extra"}} == {"dead": False, "where": True}
