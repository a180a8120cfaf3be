"""Files come piece by piece, from readings that end before the client has to take anything."""

from __future__ import annotations

import json
import socket
import tracemalloc
from typing import Any

import pytest
from structlog.testing import capture_logs

from service.exports import catalog, stream, talks
from service.holding import IN_MEMORY, Budget
from service.outbox import Outbox
from service.problems import ProblemError
from service.slots import Slots
from store import claims
from store.claims import ClaimFilter
from store.database import Database, Unavailable


@pytest.fixture
def many(newsroom: Any, claim_of: Any) -> Any:
    """23 claims in a text of that many sentences."""
    text = " ".join(f"They freed {n} captives." for n in range(10, 33))
    newsroom.post(newsroom.article(text=text))
    newsroom.read(*(claim_of(f"They freed {n} captives", text, kind="prisoners", count=n) for n in range(10, 33)))
    return newsroom


def numbers(answer: Any) -> list[int]:
    return [json.loads(line)["details"]["count"] for line in answer.text.splitlines()]


@pytest.mark.parametrize("most", [None, 1, 4, 5, 6, 22, 23, 24])
def test_pages_are_joined_without_gap_or_double(many: Any, monkeypatch: Any, most: int | None) -> None:
    monkeypatch.setattr(stream, "PAGE", 5)
    whole = [claim["details"]["count"] for claim in many.http.get("/v1/claims?limit=200").json["items"]]
    query = "" if most is None else f"?limit={most}"
    assert numbers(many.http.get(f"/v1/claims.ndjson{query}")) == whole[:most]
    query = query.replace("?", "&")
    since = numbers(many.http.get(f"/v1/claims.ndjson?updated_since=2020-01-01T00:00:00Z{query}"))
    assert since == whole[::-1][:most]


def test_one_page_is_read_at_a_time_and_no_reading_lasts(many: Any, monkeypatch: Any) -> None:
    """What has been read is what has been asked for, and one page ahead of it; between the pieces nothing is open."""
    monkeypatch.setattr(stream, "PAGE", 5)
    read, open_now = [], 0
    page, reading = claims.page, Database.reading

    def counted(s: Any, *given: Any, **more: Any) -> Any:
        read.append(more["limit"])
        return page(s, *given, **more)

    class Reading:
        def __init__(self, database: Database) -> None:
            self.inner = reading(database)

        def __enter__(self) -> Any:
            nonlocal open_now
            open_now += 1
            return self.inner.__enter__()

        def __exit__(self, *fault: Any) -> Any:
            nonlocal open_now
            open_now -= 1
            return self.inner.__exit__(*fault)

    def reading_of(database: Database) -> Reading:
        return Reading(database)

    monkeypatch.setattr(claims, "page", counted)
    monkeypatch.setattr(Database, "reading", reading_of)
    answer = many.http.get("/v1/claims.ndjson", buffered=False)
    assert len(read) == 1
    for pieces, _ in enumerate(answer.response, start=1):
        assert len(read) <= pieces + 1
        assert open_now == 0
    assert read == [5] * 5
    answer.close()


def test_what_breaks_at_the_start_is_a_problem(many: Any, monkeypatch: Any) -> None:
    def broken(*given: Any, **more: Any) -> Any:
        raise Unavailable("locked")

    monkeypatch.setattr(claims, "page", broken)
    for suffix in ("csv", "ndjson", "atom", "geojson"):
        answer = many.http.get(f"/v1/claims.{suffix}")
        if answer.status_code == 200:
            continue
        assert answer.status_code == 503
        assert answer.mimetype == "application/problem+json"
    assert many.http.get("/v1/claims.ndjson").status_code == 503


@pytest.mark.parametrize("suffix", ["csv", "ndjson", "geojson", "jsonld", "ics"])
def test_what_breaks_later_breaks_the_answer(many: Any, monkeypatch: Any, suffix: str, capsys: Any) -> None:
    monkeypatch.setattr(stream, "PAGE", 5)
    page, read = claims.page, 0

    def broken(s: Any, *given: Any, **more: Any) -> Any:
        nonlocal read
        read += 1
        if read > 2:
            raise Unavailable("unreachable")
        return page(s, *given, **more)

    monkeypatch.setattr(claims, "page", broken)
    if suffix == "ics":  # holds talks alone, of which there are none
        monkeypatch.setattr("service.exports.routes._narrowed", lambda filters, _: filters)
    with pytest.raises(BrokenPipeError):
        many.http.get(f"/v1/claims.{suffix}").get_data()
    told = capsys.readouterr()
    assert "export broke off" in told.out + told.err
    assert "captives" not in told.out + told.err
    read = -100
    assert many.http.get(f"/v1/claims.{suffix}").status_code == 200, "its place is free again"


def test_claims_that_change_meanwhile_do_not_make_it_endless(many: Any, monkeypatch: Any) -> None:
    """By last change, what changes while it is read comes again at the end; it is left to the next export."""
    since = ClaimFilter(updated_since=many.now)
    (form,) = [one for one in catalog.formats() if one.suffix == "ndjson"]
    monkeypatch.setattr(stream, "PAGE", 5)
    before = many.now
    found = stream.batches(many.database, since, form, most=None, until=before)
    first = next(found)
    many.wait(minutes=5)
    with many.database.transaction() as s:
        s.connection().exec_driver_sql(
            "update claims set updated_at = '2025-06-03 09:05:00' "
            "where seq in (select min(seq) from claims union select max(seq) from claims)"
        )
    rest = [claim for batch in found for claim in batch.claims]
    assert len(first.claims) == 5
    assert rest
    assert all(claim.updated_at <= before for claim in rest)
    assert len({claim.id for claim in [*first.claims, *rest]}) == len(first.claims) + len(rest)


def test_memory_does_not_grow_with_the_rows(many: Any, monkeypatch: Any) -> None:
    """Pages that never end, of a store that says that there is more: what is held stays what a page takes."""
    with many.database.reading() as s:
        page = claims.page(s, ClaimFilter(), after=None, limit=20)
    monkeypatch.setattr(claims, "page", lambda *_, **__: type(page)(page.items, (1,)))
    peaks = []
    for rows in (400, 4_000):
        tracemalloc.start()
        answer = many.http.get(f"/v1/claims.csv?limit={rows}", buffered=False)
        size = sum(len(piece) for piece in answer.response)
        answer.close()
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert size > rows * 100
    assert peaks[1] < peaks[0] * 1.5 + 200_000


def test_exports_leave_room_for_others() -> None:
    places = Slots(2)
    leave = [places.take(), places.take()]
    with pytest.raises(ProblemError) as refused:
        places.take()
    assert refused.value.status == 503
    leave[0]()
    places.take()


def test_a_quarter_of_the_threads_may_export(many: Any) -> None:
    """Half may wait for jobs: some are left for those who do neither."""
    here = [many.http.get("/v1/claims.csv", buffered=False) for _ in range(many.settings.api_threads // 4)]
    assert [answer.status_code for answer in here] == [200] * len(here)
    assert many.http.get("/v1/claims.csv").status_code == 503
    for answer in here:
        answer.close()
    assert many.http.get("/v1/claims.csv").status_code == 200


def test_who_leaves_an_export_is_no_error_of_the_services() -> None:
    def gone() -> None:
        raise BrokenPipeError("the client takes too little")

    pieces = stream.begun(iter([b"one", b"two"]), "r1", leave=lambda: None, pace=gone)
    with capture_logs() as logged, pytest.raises(BrokenPipeError):
        list(pieces)
    assert [(line["event"], line["log_level"]) for line in logged] == [("export not taken", "info")]


def test_a_place_is_left_whatever_becomes_of_the_answer(many: Any) -> None:
    for _ in range(5):
        assert many.http.head("/v1/claims.csv").status_code == 200
        assert many.http.get("/v1/claims.csv").status_code == 200
        answer = many.http.get("/v1/claims.csv", buffered=False)
        next(iter(answer.response))
        answer.close()


def test_an_answer_waits_for_its_client_but_not_for_ever() -> None:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    outbox = Outbox(ours, Budget(100_000_000))
    outbox.drain()
    outbox.sendall(b"x" * 8_000_000)
    assert outbox.left > 1_000_000
    taken = 0
    while taken < 6_000_000:
        taken += len(theirs.recv(1_000_000))
        outbox.flush()
    outbox.drain(4_000_000)
    assert outbox.left <= 4_000_000
    theirs.close()
    with pytest.raises(OSError):
        outbox.drain(0)
    outbox.close()
    ours.close()


def test_a_short_answer_has_room_where_a_long_one_has_none() -> None:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    budget = Budget(1_000_000)
    outbox = Outbox(ours, budget)
    outbox.sendall(b"x" * 1_000_000)  # of which the kernel takes some
    rest = 1_000_000 - (outbox.left - IN_MEMORY)
    assert budget.take(rest)
    assert not budget.take(1)
    other = Outbox(theirs, budget)
    theirs.setblocking(False)
    other.sendall(b"y" * 1_000)
    with pytest.raises(OSError):
        other.sendall(b"y" * IN_MEMORY)
    for box in (outbox, other):
        box.close()
    assert budget.take(1_000_000 - rest), "all is given back"
    assert not budget.take(1)
    ours.close()
    theirs.close()


def test_talks_come_page_by_page(filled: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(talks, "_PAGE", 1)
    whole = filled.http.get("/v1/talks.ics").text
    assert whole.count("BEGIN:VEVENT") == len(filled.http.get("/v1/talks").json["items"]) >= 2
    assert filled.http.get("/v1/talks.ics?limit=1").text.count("BEGIN:VEVENT") == 1
    assert filled.http.get("/v1/talks.ics?party=Togo").text.count("BEGIN:VEVENT") == 1
