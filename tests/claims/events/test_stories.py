"""What many articles tell of one happening comes together, look-alikes stay apart, and only what cannot all be true is
called a contradiction.

In the files of stories invented outlets tell of happenings. `events` names each event's claims by a piece of their
quotes; a day before `|` picks the article, a number behind `#` one of a sentence's claims. `disputes` are all
contradictions that there are: the field, and the values that cannot all be true.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from claims import catalog
from claims.events import sources
from claims.events.editor import Editor
from claims.model import Article, Member
from claims.reader import Reader


@dataclass(frozen=True)
class Story:
    name: str
    articles: list[dict[str, str]]
    events: dict[str, list[str]]
    disputes: dict[str, list[tuple[str, list[Any]]]]


STORIES = [
    Story(**one)
    for name in ("stories.json", "stories_more.json")
    for one in json.loads(Path(__file__).with_name(name).read_text("utf-8"))
]
EDITOR = Editor(catalog.happenings())


def members_of(reader: Reader, story: Story) -> list[Member]:
    found = []
    for number, given in enumerate(story.articles):
        publisher, day = given["publisher"], date.fromisoformat(given["published_at"])
        article = Article(given["text"], published_at=day, publisher=publisher, language="en")
        claims = reader.read(article).claims
        for place, (claim, facts) in enumerate(zip(claims, EDITOR.facts(article, claims), strict=True)):
            said = claim.attribution
            for part, fact in enumerate(facts):
                found.append(
                    Member(
                        f"{number}-{place}",
                        part,
                        fact,
                        f"article {number}",
                        claim.quote,
                        publisher=publisher,
                        speaker=said.speaker,
                        via=said.via,
                        published_on=day,
                    )
                )
    return found


def labelled(members: list[Member], story: Story) -> Mapping[str, list[Member]]:
    """The members that each event of the story names; each of the names has to name some."""
    named: dict[str, list[Member]] = {}
    for event, pieces in story.events.items():
        for piece in pieces:
            day, _, rest = piece.rpartition("|")
            words, _, number = rest.partition("#")
            mine = [
                m
                for m in members
                if words in m.quote
                and (not day or str(m.published_on) == day)
                and (not number or m.fact.values.get("count") == int(number))
            ]
            assert mine, f"{story.name}: nothing is claimed by {piece!r}"
            named.setdefault(event, []).extend(mine)
    return named


def clusters_of(members: list[Member]) -> list[list[Member]]:
    return [list(cluster) for _, cluster in EDITOR.deal(members, (), frozenset())]


def place_of(clusters: list[list[Member]], member: Member) -> int:
    return next(n for n, cluster in enumerate(clusters) if member in cluster)


@pytest.fixture(scope="module")
def told(reader: Reader) -> dict[str, list[Member]]:
    return {story.name: members_of(reader, story) for story in STORIES}


@pytest.mark.parametrize("story", STORIES, ids=lambda s: s.name)
def test_a_story_comes_out_as_its_events(told: dict[str, list[Member]], story: Story) -> None:
    members = told[story.name]
    clusters = clusters_of(members)
    places = {event: {place_of(clusters, m) for m in mine} for event, mine in labelled(members, story).items()}
    assert {event: len(found) for event, found in places.items()} == dict.fromkeys(places, 1)
    assert len(set.union(*places.values())) == len(places), "look-alikes stay apart"


@pytest.mark.parametrize("story", STORIES, ids=lambda s: s.name)
def test_a_story_has_its_contradictions_and_no_others(told: dict[str, list[Member]], story: Story) -> None:
    members = told[story.name]
    named = labelled(members, story)
    found = {}
    for cluster in clusters_of(members):
        event = next((e for e, mine in named.items() if cluster[0] in mine or any(m in mine for m in cluster)), "other")
        disputes = [[c.field, sorted({v.value for v in c.values}, key=str)] for c in EDITOR.contradictions(cluster)]
        if disputes:
            found[event] = disputes
    assert found == story.disputes


@pytest.mark.parametrize("story", STORIES, ids=lambda s: s.name)
def test_the_order_in_which_articles_come_does_not_matter(told: dict[str, list[Member]], story: Story) -> None:
    members = told[story.name]
    chance = random.Random(4)
    expected = {frozenset((m.claim_id, m.number) for m in c) for c in clusters_of(members)}
    for _ in range(5):
        mixed = chance.sample(members, len(members))
        assert {frozenset((m.claim_id, m.number) for m in c) for c in clusters_of(mixed)} == expected


def test_of_two_hundred_pairs_nearly_all_are_told_right(told: dict[str, list[Member]]) -> None:
    """All stories at once: pairs of claims of one event, and pairs of one kind that are not."""
    renamed, labels = [], {}
    for story in STORIES:
        for event, mine in labelled(told[story.name], story).items():
            for member in mine:
                one = Member(
                    f"{story.name} {member.claim_id}",
                    member.number,
                    member.fact,
                    f"{story.name} {member.article_id}",
                    member.quote,
                    published_on=member.published_on,
                )
                renamed.append(one)
                labels[(one.claim_id, one.number)] = (story.name, event)
    place = {(m.claim_id, m.number): n for n, c in enumerate(clusters_of(renamed)) for m in c}
    right = wrong = missed = pairs = 0
    for one, other in combinations(renamed, 2):
        if one.fact.kind != other.fact.kind:
            continue
        pairs += 1
        a, b = (one.claim_id, one.number), (other.claim_id, other.number)
        same, put = labels[a] == labels[b], place[a] == place[b]
        right += same and put
        wrong += put and not same
        missed += same and not put
    assert pairs >= 200
    assert right / (right + wrong) >= 0.97
    assert right / (right + missed) >= 0.85


def test_copies_of_one_text_and_chains_of_outlets_count_once(told: dict[str, list[Member]]) -> None:
    members = told["one report carried by three outlets"]
    assert sorted(len(group) for group in sources.sources(members)) == [1, 3]
