"""Grouping claims into events, in the transaction that changes the claims.

What is compared is decided elsewhere (`Editor`); here it is kept. A claim's facts are its members of events; those of
one event that tell the very same have one signature, and stand for each other wherever facts are compared, so that the
cost of one article more does not grow with the articles that tell the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any, Protocol

from sqlalchemy import bindparam, delete, select, text, update
from sqlalchemy.orm import Session

from claims.model import Fact, Member, plain
from store import event_keys, notices, partings
from store.bulk import insert_many, update_many
from store.event_tables import Event, EventKey, EventMember
from store.ids import new_id
from store.members import chunks, compared, newest

# No news tells of so many happenings: what an article tells beyond them is of no event. Else one of ten thousand
# numbers would keep all others from writing while they are compared.
MOST_TOLD = 150
_LOCK_KEY = 0x6576656E74  # any constant will do: "event" in ASCII
Cluster = tuple[str | None, Sequence[Member]]


class Editor(Protocol):
    """What decides on events (claims.events.editor)."""

    def looks(self, fact: Fact) -> Iterable[tuple[str, date, date]]:
        """Under which keys, and in which days, events are kept that the fact may belong to."""

    def deal(
        self, added: Sequence[Member], known: Sequence[Member], apart: frozenset[frozenset[str]]
    ) -> Sequence[Cluster]:
        """The members in clusters, each with the id of the event that it goes on as, None for a new one."""

    def extent(self, facts: Sequence[Fact]) -> tuple[date | None, date | None]:
        """The days of an event."""

    def contradictory(self, members: Sequence[Member], added: Sequence[Member] | None = None) -> bool:
        """Whether the members contradict each other; where they did not before some were `added`, whether they do."""


@dataclass(frozen=True, slots=True)
class Told:
    """A claim of an article, by its row, with the facts that it tells; `back` where it was withdrawn until now."""

    seq: int
    facts: Sequence[Fact]
    speaker: str | None = None
    published_on: date | None = None
    back: bool = False


@dataclass(frozen=True, slots=True)
class _Homeless:
    """A member that has no event yet, with its signature and its fact as that is kept."""

    member: Member
    kept: Mapping[str, Any]
    mark: str


@dataclass(slots=True)
class _Touched:
    """What a change leaves to do: events that lost members, and members that have no event yet, by their places."""

    events: set[str]
    homeless: dict[tuple[int, int], _Homeless]


def signature(fact: Fact, kept: Mapping[str, Any], article_id: str) -> str:
    """What two facts have in common only if they tell the very same, `kept` being the fact as it is kept. A place that
    may be one of several is nobody else's."""
    told = dict(kept)
    if fact.spot is not None and fact.spot.unsure:
        told["article"] = article_id
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def bring_up_to_date(
    s: Session, article_id: str, told: Sequence[Told], gone: Collection[int], editor: Editor, now: datetime
) -> None:
    """Gives the facts of an article's claims their places in events, and takes away those of claims that are gone.

    `told` are the article's current claims, `gone` the rows of those that were withdrawn just now. Facts without a
    time are of no event. In the caller's transaction; on PostgreSQL one such change waits for the other.
    """
    alone(s)
    touched = _Touched(set(), {})
    _forget(s, gone, touched)
    _note(s, article_id, told, touched)
    regroup(s, touched.homeless, touched.events, editor, now)


def alone(s: Session) -> None:
    """Waits until nobody else changes events; SQLite has one writer anyway."""
    if s.get_bind().dialect.name == "postgresql":
        s.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})


def _forget(s: Session, gone: Collection[int], touched: _Touched) -> None:
    if not gone:
        return
    rows = s.execute(select(EventMember.event_id).where(EventMember.claim_seq.in_(gone)))
    touched.events |= {event_id for (event_id,) in rows}
    unconfirmed = (EventMember.claim_seq.in_(gone), EventMember.confirmed.is_(False))
    s.execute(delete(EventMember).where(*unconfirmed).execution_options(synchronize_session=False))


def _note(s: Session, article_id: str, told: Sequence[Told], touched: _Touched) -> None:
    """Compares what the claims tell now with what they told before."""
    seqs = [one.seq for one in told]
    columns = (EventMember.claim_seq, EventMember.number, EventMember.event_id, EventMember.signature)
    known = {
        (row.claim_seq, row.number): row
        for row in s.execute(select(*columns, EventMember.confirmed).where(EventMember.claim_seq.in_(seqs)))
    }
    wanted = _wanted(article_id, told)
    for place, one in wanted.items():
        row = known.get(place)
        if row is None:
            touched.homeless[place] = one
        elif row.signature != one.mark:
            touched.events.add(row.event_id)
            if row.confirmed:
                s.execute(update(EventMember).where(*_at(place)).values(signature=one.mark, fact=one.kept))
            else:
                s.execute(delete(EventMember).where(*_at(place)))
                touched.homeless[place] = one
    back = {one.seq for one in told if one.back}
    touched.events |= {row.event_id for row in known.values() if row.claim_seq in back}
    for place, row in known.items():
        if place not in wanted and not row.confirmed:
            touched.events.add(row.event_id)
            s.execute(delete(EventMember).where(*_at(place)))


def _wanted(article_id: str, told: Sequence[Told]) -> dict[tuple[int, int], _Homeless]:
    """The members that the claims are to have, by their places: what has a time, in the first ways of telling."""
    found: dict[tuple[int, int], _Homeless] = {}
    marks: set[str] = set()
    for one in told:
        for number, fact in enumerate(one.facts):
            if fact.first is None:
                continue
            member = _homeless(one, number, fact, article_id)
            if member.mark in marks or len(marks) < MOST_TOLD:
                marks.add(member.mark)
                found[one.seq, number] = member
    return found


def _homeless(told: Told, number: int, fact: Fact, article_id: str) -> _Homeless:
    member = Member(str(told.seq), number, fact, article_id, "", speaker=told.speaker, published_on=told.published_on)
    kept = plain(fact)
    return _Homeless(member, kept, signature(fact, kept, article_id))


def _at(place: tuple[int, int]) -> tuple[Any, Any]:
    return EventMember.claim_seq == place[0], EventMember.number == place[1]


def regroup(
    s: Session,
    homeless: Mapping[tuple[int, int], _Homeless],
    events: Collection[str],
    editor: Editor,
    now: datetime,
) -> None:
    """Finds events for facts that have none, and brings up to date the events named, which lost members."""
    placed = _twins(s, {one.mark for one in homeless.values()})
    joined = set(placed.values())
    added: dict[str, Member] = {}
    for one in homeless.values():
        if one.mark not in placed:
            added.setdefault(one.mark, one.member)
    dealt = _deal(s, added, placed, events, editor, now) if added else set()
    insert_many(s, EventMember, [_row(place, placed[one.mark], one) for place, one in homeless.items()])
    stale = {*events, *_asleep(s, joined)} - dealt
    refresh(s, stale, editor, now)
    if grown := joined - dealt - stale:
        _change(s, grown, now)


def refresh(s: Session, events: Collection[str], editor: Editor, now: datetime) -> None:
    """Brings events up to date with the members that they have; those without are withdrawn."""
    left = set(events)
    standing = _by_event(compared(s, left))
    _settle(s, {of: (members, editor.contradictory(members)) for of, members in standing.items()}, editor, now)
    left -= set(standing)
    if left:
        _change(s, left, now, state="withdrawn", merged_into=None, contradicted=False)
        event_keys.drop(s, left)


def retire(s: Session, event_id: str, other: str, now: datetime) -> None:
    """Marks an event whose members all went to another one."""
    partings.inherit(s, event_id, other)
    _change(s, [event_id], now, state="merged", merged_into=other, contradicted=False)
    event_keys.drop(s, [event_id])


def new_event(event_id: str, kind: str, family: str, now: datetime) -> dict[str, Any]:
    """The row of a new event, without its days."""
    return {
        "id": event_id,
        "kind": kind,
        "family": family,
        "state": "current",
        "dated": False,
        "contradicted": False,
        "version": 1,
        "created_at": now,
        "updated_at": now,
    }


def _row(place: tuple[int, int], event_id: str, one: _Homeless) -> dict[str, Any]:
    return {
        "claim_seq": place[0],
        "number": place[1],
        "event_id": event_id,
        "signature": one.mark,
        "confirmed": False,
        "fact": one.kept,
    }


def _twins(s: Session, marks: Collection[str]) -> dict[str, str]:
    """The events of facts that tell the very same, where there is one each."""
    query = select(EventMember.signature, EventMember.event_id).distinct()
    found: dict[str, set[str]] = {}
    for mark, event_id in s.execute(query.where(EventMember.signature.in_(marks))) if marks else ():
        found.setdefault(mark, set()).add(event_id)
    return {mark: next(iter(events)) for mark, events in found.items() if len(events) == 1}


def _deal(
    s: Session,
    added: Mapping[str, Member],
    placed: dict[str, str],
    bereft: Collection[str],
    editor: Editor,
    now: datetime,
) -> set[str]:
    """Deals new facts and their neighbours out to events; returns the events whose members changed. The `bereft` ones
    lost members before."""
    clusters, marks = _clustered(s, added, editor)
    named = [(kept or new_id(), kept is None, members) for kept, members in clusters]
    _make(s, [(event_id, members) for event_id, is_new, members in named if is_new], editor, now)
    went: dict[str, str] = {}
    dealt: set[str] = set()
    for event_id, is_new, members in named:
        changed = is_new
        for member in members:
            mark = marks[id(member)]
            if member.event_id is None:
                placed[mark] = event_id
                changed = True
            elif member.event_id != event_id:
                move(s, member.event_id, event_id, [mark])
                went[member.event_id] = event_id
                changed = True
        if changed:
            dealt.add(event_id)
    # What only gained members is as contradictory as before, if it was.
    standing = _standing(s, dealt)
    settled: dict[str, tuple[Sequence[Member], bool]] = {}
    for event_id, is_new, members in named:
        if event_id not in dealt or is_new:
            continue
        gained = [member for member in members if member.event_id != event_id]
        lost = event_id in went or event_id in bereft
        contradicted = (not lost and standing[event_id]) or editor.contradictory(members, None if lost else gained)
        settled[event_id] = members, contradicted
    _settle(s, settled, editor, now)
    left = {event_id for event_id, _, _ in named}
    # What is not compared did not go with the rest: confirmed members whose claims are withdrawn, for one.
    staying = _peopled(s, went.keys() - left)
    for event_id, other in went.items():
        if event_id not in left | staying:
            retire(s, event_id, other, now)
    refresh(s, staying, editor, now)
    return dealt | set(went)


def _clustered(s: Session, added: Mapping[str, Member], editor: Editor) -> tuple[Sequence[Cluster], Mapping[int, str]]:
    """New facts and their neighbours in clusters, and the signature of each, by the identity of its member."""
    found = event_keys.near(s, {look for member in added.values() for look in editor.looks(member.fact)})
    near, known = newest(s, found)
    marks = {id(member): mark for mark, member in [*added.items(), *known]}
    return editor.deal(list(added.values()), [member for _, member in known], partings.among(s, near)), marks


def whereabouts(s: Session, members: Sequence[Member], editor: Editor) -> list[str | None]:
    """The event that each of these members, of one article, would tell of if it were taken in; None where no event
    does, it has no time, or more ways of telling stand before it than are compared. Nothing is written."""
    marks = [None if m.fact.first is None else signature(m.fact, plain(m.fact), m.article_id) for m in members]
    placed: dict[str, str | None] = {**_twins(s, {mark for mark in marks if mark is not None})}
    added = {mark: m for mark, m in zip(marks, members, strict=True) if mark is not None and mark not in placed}
    added = dict(islice(added.items(), MOST_TOLD))
    clusters, told = _clustered(s, added, editor) if added else ((), {})
    for kept, cluster in clusters:
        event_id = kept or next((m.event_id for m in cluster if m.event_id is not None), None)
        placed |= {told[id(m)]: event_id for m in cluster if m.event_id is None}
    return [None if mark is None else placed.get(mark) for mark in marks]


def move(s: Session, event_id: str, other: str, marks: Iterable[str]) -> None:
    """Moves the members of an event that tell what these signatures stand for to another event."""
    chosen = EventMember.event_id == event_id, EventMember.signature.in_(list(marks))
    moved = update(EventMember).where(*chosen).values(event_id=other)
    s.execute(moved.execution_options(synchronize_session=False))


def _make(s: Session, made: Sequence[tuple[str, Sequence[Member]]], editor: Editor, now: datetime) -> None:
    if not made:
        return
    rows, keys = [], []
    for event_id, members in made:
        first, last = editor.extent([member.fact for member in members])
        fact = members[0].fact
        days = {"first": first, "last": last, "dated": _dated(members), "contradicted": editor.contradictory(members)}
        rows.append(new_event(event_id, fact.kind, fact.family, now) | days)
        keys += event_keys.rows(event_id, members)
    notices.events_contradicted(s, {row["id"]: row["kind"] for row in rows if row["contradicted"]}, now)
    insert_many(s, Event, rows)
    insert_many(s, EventKey, keys)


def _asleep(s: Session, events: Collection[str]) -> set[str]:
    """Those of the events that are not current: all whose claims were withdrawn."""
    query = select(Event.id).where(Event.state != "current")
    return {one for some in chunks(sorted(events)) for one in s.scalars(query.where(Event.id.in_(some)))}


def _peopled(s: Session, events: Collection[str]) -> set[str]:
    """Those of the events that have any members."""
    query = select(EventMember.event_id).distinct()
    return {one for some in chunks(sorted(events)) for one in s.scalars(query.where(EventMember.event_id.in_(some)))}


def _standing(s: Session, events: Collection[str]) -> dict[str, bool]:
    """Whether each of these events is contradicted, as it is kept."""
    query = select(Event.id, Event.contradicted)
    return {
        event_id: contradicted
        for some in chunks(sorted(events))
        for event_id, contradicted in s.execute(query.where(Event.id.in_(some)))
    }


def _settle(s: Session, settled: Mapping[str, tuple[Sequence[Member], bool]], editor: Editor, now: datetime) -> None:
    """Brings events' days, keys and standing up to date with their members, of which there may be more than were
    compared, and whether these contradict each other."""
    if not settled:
        return
    rows = []
    for event_id, (members, contradicted) in settled.items():
        first, last = editor.extent([member.fact for member in members])
        days = {"new_first": first, "new_last": last, "new_dated": _dated(members)}
        rows.append({"of": event_id, "new_contradicted": contradicted} | days)
    told = {event_id: members[0].fact.kind for event_id, (members, contradicted) in settled.items() if contradicted}
    notices.events_contradicted(s, told, now)
    standing: dict[str, Any] = {"state": "current", "merged_into": None, "updated_at": now}
    standing |= {name: bindparam(f"new_{name}") for name in ("first", "last", "dated", "contradicted")}
    changed = update_many(Event).where(Event.id == bindparam("of"))
    s.execute(changed.values(version=Event.version + 1, **standing), rows)
    event_keys.bring_up_to_date(s, {event_id: members for event_id, (members, _) in settled.items()})


def _dated(members: Sequence[Member]) -> bool:
    return any(member.fact.dated for member in members)


def _change(s: Session, events: Collection[str], now: datetime, **columns: Any) -> None:
    changed = update(Event).where(Event.id.in_(events))
    changed = changed.values(updated_at=now, version=Event.version + 1, **columns)
    s.execute(changed.execution_options(synchronize_session=False))


def _by_event(known: Sequence[tuple[str, Member]]) -> dict[str, list[Member]]:
    found: dict[str, list[Member]] = {}
    for _, member in known:
        found.setdefault(str(member.event_id), []).append(member)
    return found
