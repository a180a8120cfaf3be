"""The score: how claims are paired and counted, and that it is the figure of the corpus's own scorer."""

from __future__ import annotations

import copy
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from claimtrail.scoring import Counts, Score

PROJECT = Path(__file__).resolve().parents[2]
REFERENCE = PROJECT.parent / "shared" / "gold"
TEXT = "Alfa fell. Bravo and Charlie fell. Delta is held by Mali."


def claim(
    quote: str, places: list[str], *, action: str = "captured", status: str = "occurred", text: str = TEXT
) -> Any:
    start = text.index(quote)
    return {
        "kind": "territory",
        "quote": quote,
        "status": status,
        "date": None,
        "attribution": {"speaker": None},
        "confidence": 0.9,
        "details": {"actor": None, "action": action, "places": [{"name": name} for name in places]},
        "source": {"start": start, "end": start + len(quote)},
    }


def gold(quote: str, places: list[str], **values: Any) -> Any:
    return {"kind": "territory", "quote": quote, "status": "occurred", "action": "captured", "places": places} | values


def article(*claims: Any) -> dict[str, Any]:
    return {"id": "own-1", "text": TEXT, "published_at": "2025-06-03", "claims": list(claims)}


def score(golds: list[Any], found: list[Any]) -> Score:
    made = Score()
    made.add(article(*golds), found, ["territory"])
    return made


@pytest.mark.parametrize(
    ("annotated", "counted"),
    [({}, 1), ({"kinds": ["territory", "talks"]}, 1), ({"kinds": ["talks"]}, 0), ({"kinds": []}, 0)],
)
def test_only_the_kinds_that_an_article_is_annotated_for_count(annotated: dict[str, Any], counted: int) -> None:
    made = Score()
    made.add(article() | annotated, [claim("Alfa fell.", ["Alfa"])], ["talks", "territory"])
    assert sum(counts.false for counts in made.core.values()) == counted
    assert made.spans == 1


def test_a_kind_that_came_later_counts_only_where_an_article_names_or_annotates_it() -> None:
    facts = {"count": 4, "outcome": "killed"}
    told = {"kind": "casualties", "quote": "Alfa fell.", **facts}
    quotes = ("Alfa fell.", "Bravo and Charlie fell.")
    found = [claim(quote, []) | {"kind": "casualties", "details": facts} for quote in quotes]
    for one, counts in [
        (article(), None),
        (article() | {"kinds": ["casualties"]}, Counts(false=2)),
        (article(gold("Alfa fell.", []) | told), Counts(right=1, false=1)),
    ]:
        made = Score()
        made.add(one, found, ["casualties"])
        assert made.core.get("casualties") == counts


def test_right_false_and_missed() -> None:
    made = score(
        [gold("Alfa fell.", ["Alfa"]), gold("Delta is held by Mali.", ["Delta"], action="holds")],
        [claim("Alfa fell.", ["Alfa"]), claim("Bravo and Charlie fell.", ["Bravo"])],
    )
    assert made.core["territory"] == Counts(right=1, false=1, missed=1)
    assert {(fault.what, fault.quote) for fault in made.faults} == {
        ("missed", "Delta is held by Mali."),
        ("false alarm", "Bravo and Charlie fell."),
    }


def test_strictly_the_status_counts_too() -> None:
    made = score([gold("Alfa fell.", ["Alfa"])], [claim("Alfa fell.", ["Alfa"], status="denied")])
    assert made.core["territory"] == Counts(right=1)
    assert made.strict["territory"] == Counts(false=1, missed=1)
    assert [(fault.what, fault.wrong) for fault in made.faults] == [("wrong", ("status",))]


def test_one_claim_is_not_paired_twice() -> None:
    one = gold("Bravo and Charlie fell.", ["Bravo", "Charlie"])
    made = score([one], [claim("Bravo and Charlie fell.", ["Bravo"]), claim("Bravo and Charlie fell.", ["Charlie"])])
    assert made.core["territory"] == Counts(right=1, false=1)


def test_as_many_pairs_as_there_can_be() -> None:
    # The first found fits both, the second only the first of the annotated ones.
    golds = [gold("Bravo and Charlie fell.", ["Bravo"]), gold("Bravo and Charlie fell.", ["Charlie"])]
    found = [claim("Bravo and Charlie fell.", ["Bravo", "Charlie"]), claim("Bravo and Charlie fell.", ["Bravo"])]
    for order in (found, found[::-1]):
        assert score(golds, order).core["territory"] == Counts(right=2)


def test_of_equal_pairings_the_one_that_agrees_most() -> None:
    golds = [
        gold("Bravo and Charlie fell.", ["Bravo", "Charlie"], status="denied"),
        gold("Bravo and Charlie fell.", ["Bravo", "Charlie"]),
    ]
    found = [claim("Bravo and Charlie fell.", ["Bravo", "Charlie"], status=s) for s in ("occurred", "denied")]
    assert score(golds, found).faults == []


def test_an_optional_claim_counts_neither_way_and_excuses_one() -> None:
    maybe = gold("Bravo and Charlie fell.", ["Bravo"], optional=True)
    assert score([maybe], []).core["territory"] == Counts()
    assert score([maybe], [claim("Bravo and Charlie fell.", ["Bravo"])]).core["territory"] == Counts()
    other = claim("Bravo and Charlie fell.", ["Charlie"], action="holds")
    assert score([maybe], [other]).core["territory"] == Counts()
    assert score([maybe], [other, copy.deepcopy(other)]).core["territory"] == Counts(false=1)


def test_an_obligatory_claim_goes_before_an_optional_one() -> None:
    golds = [gold("Alfa fell.", ["Alfa"], optional=True), gold("Alfa fell.", ["Alfa"])]
    assert score(golds, [claim("Alfa fell.", ["Alfa"])]).core["territory"] == Counts(right=1)


def test_a_quote_that_is_not_at_its_place_is_counted() -> None:
    right, wrong = claim("Alfa fell.", ["Alfa"]), claim("Alfa fell.", ["Alfa"])
    wrong["source"]["start"] += 1
    assert score([], [right, wrong]).report()["spans_exact"] == [1, 2]


def test_shares() -> None:
    assert (Counts(3, 1, 2).precision, Counts(3, 1, 2).recall) == (0.75, 0.6)
    assert Counts(3, 1, 2).f1 == pytest.approx(2 * 0.75 * 0.6 / 1.35)
    assert Counts().f1 == Counts().precision == Counts().recall == 0.0


def test_the_sum_is_over_all_kinds() -> None:
    made = Score()
    made.add(article(gold("Alfa fell.", ["Alfa"]), gold("Alfa fell.", [], kind="other")), [], ["territory", "other"])
    assert made.report()["kinds"]["all"]["gold"] == 2


def _predicted(gold_claim: Any, article: Any, chance: random.Random) -> dict[str, Any]:
    """A claim such as an extractor might find for an annotated one: now and then wrong in one thing or another."""

    def maybe(value: Any, *others: Any) -> Any:
        return chance.choice(others) if others and chance.random() < 0.2 else value

    names = (
        "round",
        "actor",
        "action",
        "area_km2",
        "share_percent",
        "count",
        "qualifier",
        "per_side",
        "subject",
        "side",
    )
    details = {name: gold_claim[name] for name in names if name in gold_claim}
    details |= {name: maybe(details[name], None) for name in details if name != "action"}
    if "parties" in gold_claim:
        details["parties"] = maybe(gold_claim["parties"], [], gold_claim["parties"][:1], ["USA", "Kiev"])
        details["place"] = maybe({"name": gold_claim.get("place")}, None, {"name": "Doha"})
    if "places" in gold_claim:
        places = maybe(gold_claim["places"], gold_claim["places"][:1], ["the Alfa region"])
        details["places"] = [{"name": place} for place in places]
        details["action"] = maybe(details["action"], "holds")
    start = article["text"].index(gold_claim["quote"])
    end = start + len(gold_claim["quote"])
    start, end = maybe(start, max(0, start - 40), start + 5), maybe(end, end + 60, end - (end - start) // 3)
    return {
        "kind": gold_claim["kind"],
        "quote": article["text"][start:end] if chance.random() < 0.95 else "elsewhere",
        "status": maybe(gold_claim["status"], "denied", "scheduled"),
        "date": {
            "from": maybe(gold_claim.get("date_from"), None, "2025-05-01"),
            "to": maybe(gold_claim.get("date_to"), None, "2025-06-01"),
        },
        "attribution": {"speaker": maybe(gold_claim.get("attributed_to"), None, "the army", "Ada Testova")},
        "confidence": 0.9,
        "details": details,
        "source": {"start": start, "end": end},
    }


@pytest.mark.skipif(
    not (REFERENCE / "score.py").exists(), reason="the corpus with its own scorer is not beside the project"
)
@pytest.mark.parametrize("seed", range(4))
def test_the_figures_are_those_of_the_corpus_scorer(seed: int, tmp_path: Path) -> None:
    from claimtrail.commands.score import load, scored

    folders = [REFERENCE / "tune", REFERENCE / "check"]
    articles, chance = load(folders), random.Random(seed)
    found = {}
    for one in articles:
        made = [_predicted(c, one, chance) for c in one["claims"] for _ in range(chance.choice([0, 1, 1, 1, 2]))]
        chance.shuffle(made)
        found[one["id"]] = made
    lines = (json.dumps({"id": name, "claims": claims}) for name, claims in found.items())
    (tmp_path / "found.jsonl").write_text("\n".join(lines), "utf-8")
    command = [sys.executable, REFERENCE / "score.py", "--json", "--pred", tmp_path / "found.jsonl", "--gold", *folders]
    theirs = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    ours = scored(articles, found).report()
    del ours["confidence"]  # which that scorer does not look at
    assert ours == theirs
