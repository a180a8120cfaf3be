from __future__ import annotations

from typing import Any

import pytest

from claimtrail.tables import explained, refused, table


def claim(**values: Any) -> dict[str, Any]:
    return {
        "kind": "prisoners",
        "status": "scheduled",
        "quote": "Both sides\nwill free 40 each on June 9.",
        "date": {"text": "on June 9", "from": "2025-06-09", "to": "2025-06-09"},
        "attribution": {"speaker": "Ada Testova", "via": "the Bay Herald", "cue": "told"},
        "details": {"count": 40, "per_side": True, "side": None, "places": [{"name": "Alfa"}, {"name": "Bravo"}]},
        "source": {"deep_link": "https://news.example/1#:~:text=Both"},
        "explanation": {"rule": "prisoners.count", "trigger": "free", "fields": {"count": "40", "date": "on June 9"}},
        "confidence": 0.85,
    } | values


def cells(**values: Any) -> list[str]:
    heading, row = table([claim(**values)], width=300).splitlines()
    starts = [heading.index(name) for name in ("KIND", "STATUS", "DATE", "WHAT", "SAID BY", "QUOTE")]
    return [row[start:end].strip() for start, end in zip(starts, [*starts[1:], None], strict=True)]


def test_a_row() -> None:
    assert cells() == [
        "prisoners",
        "scheduled",
        "2025-06-09",
        "40 · per side · Alfa, Bravo",
        "Ada Testova",
        "Both sides will free 40 each on June 9.",
    ]


@pytest.mark.parametrize(
    ("date", "shown"),
    [
        (None, ""),
        ({"text": "soon", "from": None, "to": None}, "“soon”"),
        ({"text": None, "from": None, "to": None}, ""),
        ({"text": "since June", "from": "2025-06-01", "to": None}, "2025-06-01 – …"),
        ({"text": "by June 9", "from": None, "to": "2025-06-09"}, "… – 2025-06-09"),
        ({"text": "June 8-9", "from": "2025-06-08", "to": "2025-06-09"}, "2025-06-08 – 2025-06-09"),
    ],
)
def test_dates(date: Any, shown: str) -> None:
    assert cells(date=date)[2] == shown


def test_nothing_is_wider_than_the_terminal() -> None:
    wide = claim(quote="long " * 99, attribution={"speaker": "Somebody with a very long name of many words"})
    assert max(map(len, table([wide, claim()], width=150).splitlines())) <= 150


def test_what_was_refused() -> None:
    one = {"rule": "talks.noun", "trigger": "talks", "reason": "no sides", "quote": "The talks\nwent on."}
    assert refused(one).splitlines() == ["“The talks went on.”", "  talks.noun on “talks”: no sides"]


def test_a_claim_in_full() -> None:
    assert explained(claim()).splitlines() == [
        "prisoners · scheduled · confidence 0.85",
        "  says       “Both sides will free 40 each on June 9.”",
        "  what       40 · per side · Alfa, Bravo",
        "  date       “on June 9” = 2025-06-09",
        "  said by    Ada Testova via the Bay Herald (“told”)",
        "  rule       prisoners.count on “free”",
        "  read from  count: “40”; date: “on June 9”",
        "  link       https://news.example/1#:~:text=Both",
    ]


def test_what_a_claim_does_not_have_takes_no_line() -> None:
    bare = claim(date=None, attribution=None, explanation={"rule": "r", "trigger": "t", "fields": {}})
    assert [line.split()[0] for line in explained(bare).splitlines()[1:]] == ["says", "what", "rule", "link"]
    unresolved = claim(date={"text": "soon", "from": None, "to": None})
    assert "  date       “soon” (not resolved)" in explained(unresolved).splitlines()
