"""No edit of a review that was answered is lost, and none half made, when the API is killed in between."""

from __future__ import annotations

import random
import threading
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from claims.events.editor import Editor
from claims.model import Claim, Explanation, Reading, Status
from store import articles, jobs, results
from store.database import Database
from store.results import Anchor, Outcome
from tests.service.api_process import Api

pytestmark = pytest.mark.slow
NOW = datetime(2025, 6, 3, 9, tzinfo=UTC)
TEXT = "They freed 40 captives."
KILLS = 5


def claim_in(path: Path) -> str:
    """A claim in the database of that file."""
    database = Database.open(f"sqlite:///{path}")
    url = "https://a.example/1"
    with database.transaction() as s:
        articles.submit(s, articles.Submission(url=url, canonical_url=url, text=TEXT), extractor="1", now=NOW)
        (job,) = jobs.take(s, worker="w", limit=1, lease_seconds=9, now=NOW, new_token=lambda: str(uuid.uuid4()))
        claim = Claim(
            "prisoners", Status.OCCURRED, 0, len(TEXT), TEXT, {"count": 40}, Explanation("r", "freed", {}), "40"
        )
        outcome = Outcome(Reading("read", "en", (claim,)), [Anchor(url, "", "")], [()])
        assert results.commit(s, job, outcome, kinds={"prisoners": ()}, editor=Editor({}), extractor="1", now=NOW)
        found = str(s.connection().exec_driver_sql("select id from claims").scalar())
    database.dispose()
    return found


class Editing:
    """Somebody who edits a review without a pause, and notes what was answered."""

    def __init__(self, review: str) -> None:
        self.review = review
        self.url = ""
        self.answered: dict[int, str] = {}
        self.done = threading.Event()
        self.thread = threading.Thread(target=self._edit)

    def _edit(self) -> None:
        number = 0
        while not self.done.is_set():
            number += 1
            try:
                seen = httpx.get(f"{self.url}/v1/reviews/{self.review}", timeout=5)
                body, etag = {"rationale": f"edit {number}"}, {"If-Match": seen.headers.get("ETag", "")}
                made = httpx.patch(f"{self.url}/v1/reviews/{self.review}", json=body, headers=etag, timeout=5)
            except httpx.HTTPError:
                time.sleep(0.02)
                continue
            if made.status_code == httpx.codes.OK:
                self.answered[made.json()["version"]] = made.json()["rationale"]


def test_no_edit_of_a_review_is_lost_when_the_api_is_killed(tmp_path: Path) -> None:
    chance = random.Random(5)
    api = Api(tmp_path)
    claim = claim_in(api.database)
    made = httpx.post(f"{api.url}/v1/claims/{claim}/reviews", json={"rationale": "edit 0"})
    assert made.status_code == 201
    editing = Editing(made.json()["id"])
    editing.url = api.url
    editing.thread.start()
    for _ in range(KILLS):
        time.sleep(chance.uniform(0.2, 0.6))
        api.process.kill()
        api.process.wait(10)
        api = Api(tmp_path)
        editing.url = api.url
    time.sleep(0.3)
    editing.done.set()
    editing.thread.join(30)
    versions = []
    path: str | None = f"/v1/reviews/{editing.review}/versions?limit=200"
    while path is not None:
        page = httpx.get(f"{api.url}{path}")
        versions += page.json()["items"]
        path = page.links["next"]["url"] if "next" in page.links else None
    assert api.stop() == 0
    assert [one["version"] for one in versions] == list(range(1, len(versions) + 1))
    kept = {one["version"]: one["rationale"] for one in versions}
    assert len(editing.answered) > KILLS
    assert editing.answered.items() <= kept.items()
