"""Requests made up from the description by schemathesis, with all its checks and phases: none finds a fault."""

from __future__ import annotations

import sys
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.core import failures
from schemathesis.engine import events, from_schema
from schemathesis.generation import GenerationMode


def withheld(context: Any, case: Any, kwargs: Any) -> None:
    """What no description can rule out, but the contract refuses: a cursor that no page gave, one key for two bodies.

    In requests that shall be refused both stay as they are.
    """
    if case.meta is None or case.meta.generation.mode != GenerationMode.POSITIVE:
        return
    if case.query:
        case.query.pop("cursor", None)
    if case.headers and "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = str(uuid.uuid4())


def stays_withdrawn(check: str, recorder: Any, case_id: str) -> bool:
    """DELETE withdraws, so that the article can be seen afterwards, marked so."""
    answer = recorder.interactions[case_id].response
    return check == "use_after_free" and answer.json().get("state") in ("withdrawn", None)


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


def run(desk: Any, *, keyed: bool, examples: int, seed: int) -> Found:
    """All phases and checks against the app, as an open desk or with a key that may everything."""
    settings: dict[str, Any] = {"seed": seed, "generation": {"max-examples": examples}}
    if keyed:
        settings["auth"] = {"openapi": {"key": {"bearer": desk.key("admin")}}}
    config = SchemathesisConfig.from_dict(settings)
    schema = schemathesis.openapi.from_wsgi("/openapi.json", desk.app, config=config)
    found = Found()
    for event in from_schema(schema).execute():
        found.note(event)
    return found


def check(found: Found, *, keyed: bool, least: int) -> None:
    assert not found.faults, "\n\n".join(found.faults[:10])
    assert {"COVERAGE", "FUZZING", "STATEFUL_TESTING"} <= found.phases
    assert found.requests >= least, "it made requests"
    assert found.statuses[200] > found.requests / 20, "and many of them were good ones"
    assert not [status for status in found.statuses if status >= 500]
    assert keyed or not found.statuses[401]


@pytest.mark.usefixtures("_withheld")
@pytest.mark.timeout(600)
@pytest.mark.parametrize("keyed", [False, True])
def test_nothing_is_found(desk: Any, keyed: bool) -> None:
    check(run(desk, keyed=keyed, examples=6, seed=20250603), keyed=keyed, least=500)


@pytest.mark.torture
@pytest.mark.usefixtures("_withheld")
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("keyed", [False, True])
def test_nothing_is_found_in_five_thousand_requests(desk: Any, keyed: bool) -> None:
    found = run(desk, keyed=keyed, examples=90, seed=20250604)
    sys.stdout.write(f"{found.requests} requests, {dict(sorted(found.statuses.items()))}\n")
    check(found, keyed=keyed, least=5000)
