"""Requests made up from the description by schemathesis, with all its checks and phases: none finds a fault."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.config._checks import NegativeDataRejectionConfig, PositiveDataAcceptanceConfig
from schemathesis.core import failures
from schemathesis.engine import events, from_schema
from schemathesis.generation import GenerationMode

from store import keys
from store.database import Database

pytestmark = pytest.mark.slow
# A correction's value has no more levels.
_DEEPEST = 6
# Whether a query is good or bad, together its values may be longer than a request line: no schema can say so.
MAY_BE_TOO_LONG = {
    "positive_data_acceptance": PositiveDataAcceptanceConfig().expected_statuses,
    "negative_data_rejection": NegativeDataRejectionConfig().expected_statuses,
}


def _given(body: dict[str, Any]) -> set[str]:
    return {name for name, value in body.items() if value is not None}


def _depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(_depth, inner), default=0)


def withheld(context: Any, case: Any, kwargs: Any) -> None:
    """What no description can rule out, but the contract refuses: a cursor that no page gave, one key for two bodies,
    a version that was not seen, verdicts off the scale and states without theirs, fields that no claim has, values
    nested too deep, plain http, a page that has to be fetched where the operator lists no host.

    In requests that shall be refused all of it stays as it is.
    """
    if case.meta is None or case.meta.generation.mode != GenerationMode.POSITIVE:
        return
    if case.query:
        case.query.pop("cursor", None)
    if case.headers and "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = str(uuid.uuid4())
    if case.path == "/v1/articles" and isinstance(case.body, dict) and not ({"text", "html"} & _given(case.body)):
        case.body["text"] = "A text, as nothing is fetched here."
    if case.path.endswith("/source-checks") and isinstance(case.body, dict) and not _given(case.body):
        case.body["text"] = "A text, as nothing is fetched here."
    if case.path.endswith(("/reviews", "/reviews/{review_id}")) and isinstance(case.body, dict):
        if case.method == "PATCH":
            case.headers["If-Match"] = "*"
            case.body["reason"] = "a reason, as withdrawing wants one"
        if case.body.get("verdict") or case.body.get("state") == "published":
            case.body["verdict"] = "true"
        if case.body.get("corrections"):
            # In both claims and events.
            correction = case.body["corrections"][0] | {"field": "state"}
            if _depth(correction.get("value")) > _DEEPEST:
                correction["value"] = "a value"
            case.body["corrections"] = [correction]
    if case.path.startswith("/v1/webhooks") and isinstance(case.body, dict):
        if case.method == "PATCH":
            case.headers["If-Match"] = "*"
        if str(case.body.get("url", "")).lower().startswith("http:"):
            case.body["url"] = f"https:{case.body['url'][5:]}"


def stays_withdrawn(check: str, recorder: Any, case_id: str) -> bool:
    """DELETE withdraws, so that the article can be seen afterwards, marked so, and its source as it was sent."""
    if check != "use_after_free":
        return False
    seen = recorder.interactions[case_id]
    return seen.request.uri.endswith("/source") or seen.response.json().get("state") in ("withdrawn", None)


@pytest.fixture
def _withheld() -> Iterator[None]:
    schemathesis.hook("before_call")(withheld)
    yield
    schemathesis.hooks.unregister(withheld)


@dataclass
class Found:
    """What a run of requests brought to light."""

    faults: list[str] = field(default_factory=list)
    phases: set[str] = field(default_factory=set)
    requests: int = 0
    statuses: Counter[int] = field(default_factory=Counter)

    def note(self, event: Any) -> None:
        if isinstance(event, events.NonFatalError | events.FatalError):
            self.faults.append(str(event))
        if not isinstance(event, events.ScenarioFinished):
            return
        self.phases.add(event.phase.name)
        self.requests += len(event.recorder.interactions)
        answers = [one.response for one in event.recorder.interactions.values() if one.response is not None]
        self.statuses.update(answer.status_code for answer in answers)
        for case_id, checks in event.recorder.checks.items():
            for check in checks:
                if check.failure_info is not None and not stays_withdrawn(check.name, event.recorder, case_id):
                    self.faults.append(told(check, event.recorder.interactions[case_id].response))


def told(check: Any, answer: Any) -> str:
    failure: failures.Failure = check.failure_info.failure
    seen = "" if answer is None else f"{answer.status_code} {answer.content[:300]!r}"
    sample = check.failure_info.code_sample[:600]
    return f"{check.name}: {failure.operation}: {failure.title}\n{failure.message}\n{sample}\n{seen}"


@dataclass
class Api:
    """The API process over a database of its own, as an open desk or with a key that may everything."""

    url: str
    key: str | None

    def run(self, found: Found, *, examples: int, seed: int, every_format: bool = True) -> None:
        """All phases and checks, noted in `found`. The formats of exports take the same parameters: one
        may stand for them."""
        settings: dict[str, Any] = {
            "seed": seed,
            "generation": {"max-examples": examples},
            # What depends on how busy the machine is would be no fault of the API.
            "request-timeout": 60,
            "suppress-health-check": ["too_slow"],
            "checks": {name: {"expected-statuses": [*known, "414"]} for name, known in MAY_BE_TOO_LONG.items()},
        }
        if self.key:
            settings["auth"] = {"openapi": {"key": {"bearer": self.key}}}
        config = SchemathesisConfig.from_dict(settings)
        schema = schemathesis.openapi.from_url(f"{self.url}/openapi.json", config=config)
        if not every_format:
            schema = schema.exclude(path_regex=r"^/v1/claims\.(?!csv$|atom$)")
        for event in from_schema(schema).execute():
            found.note(event)


@pytest.fixture
def api(
    request: pytest.FixtureRequest, sqlite_database: Database, tmp_path: Path, desk: Any, claim_of: Any
) -> Iterator[Api]:
    desk.post()
    desk.read(claim_of("They freed 40 captives"))
    (claim,) = desk.http.get("/v1/claims").json["items"]
    assert desk.post({}, f"/v1/claims/{claim['id']}/reviews").status_code == 201
    hook = {"url": "https://hooks.example/", "types": ["article.read"]}
    made = desk.post(hook, "/v1/webhooks").json
    assert desk.post({}, f"/v1/webhooks/{made['id']}/test").status_code == 202
    key = None
    if request.param == "keyed":
        with sqlite_database.transaction() as s:
            key = keys.make(s, "all", ["admin"], now=datetime.now(UTC), random_bytes=os.urandom)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    env = {
        "DATABASE_URL": f"sqlite:///{sqlite_database.path}",
        "REDIS_URL": "redis://127.0.0.1:1",
        "CLAIMTRAIL_DATA_DIR": str(tmp_path),
        "CLAIMTRAIL_PORT": str(port),
        "CLAIMTRAIL_RATE_LIMIT": "0",
    }
    log = tmp_path / "log"
    with log.open("wb") as told:
        command = [sys.executable, "-m", "claimtrail", "api"]
        process = subprocess.Popen(command, env=os.environ | env, stdout=told, stderr=told)
    url, deadline = f"http://127.0.0.1:{port}", time.monotonic() + 60
    while True:
        try:
            httpx.get(f"{url}/healthz").raise_for_status()
            break
        except httpx.HTTPError:
            assert time.monotonic() < deadline, log.read_text("utf-8")
            time.sleep(0.1)
    yield Api(url, key)
    process.terminate()
    process.wait(60)
    assert "Traceback" not in log.read_text("utf-8")


def check(found: Found, *, keyed: bool, least: int) -> None:
    assert not found.faults, "\n\n".join(found.faults[:10])
    assert {"COVERAGE", "FUZZING", "STATEFUL_TESTING"} <= found.phases
    assert found.requests >= least, "it made requests"
    assert found.statuses[200] > found.requests / 20, "and many of them were good ones"
    assert not [status for status in found.statuses if status >= 500]
    assert bool(found.statuses[401]) == keyed


@pytest.mark.parametrize("api", ["keyed"], indirect=True)
@pytest.mark.usefixtures("_withheld")
@pytest.mark.timeout(600)
def test_nothing_is_found(api: Api) -> None:
    found = Found()
    api.run(found, examples=1, seed=20250603, every_format=False)
    check(found, keyed=api.key is not None, least=300)


@pytest.mark.torture
@pytest.mark.parametrize("api", ["open", "keyed"], indirect=True)
@pytest.mark.usefixtures("_withheld")
@pytest.mark.timeout(3600)
def test_nothing_is_found_in_five_thousand_requests(api: Api) -> None:
    found = Found()
    # One run makes some 2,000: of many routes there is not more to make up from one seed.
    for seed in range(20250604, 20250614):
        if found.requests < 5000 and not found.faults:
            api.run(found, examples=90, seed=seed)
    sys.stdout.write(f"{found.requests} requests, {dict(sorted(found.statuses.items()))}\n")
    check(found, keyed=api.key is not None, least=5000)
