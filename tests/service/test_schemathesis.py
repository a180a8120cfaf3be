"""Requests made up from the description by schemathesis, with all its checks and phases: none finds a fault."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.core import failures
from schemathesis.engine import events, from_schema
from schemathesis.generation import GenerationMode

SECONDS = 240


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


@pytest.mark.usefixtures("_withheld")
@pytest.mark.timeout(SECONDS * 2)
def test_nothing_is_found(desk: Any) -> None:
    config = SchemathesisConfig.from_dict({"seed": 20250603, "generation": {"max-examples": 12}})
    schema = schemathesis.openapi.from_wsgi("/openapi.json", desk.app, config=config)
    found: list[str] = []
    phases: set[str] = set()
    requests = 0
    stream = from_schema(schema).execute()
    for event in stream:
        if isinstance(event, events.ScenarioFinished):
            phases.add(event.phase.name)
            requests += len(event.recorder.interactions)
            for case_id, checks in event.recorder.checks.items():
                for check in checks:
                    if check.failure_info is not None and not stays_withdrawn(check.name, event.recorder, case_id):
                        failure: failures.Failure = check.failure_info.failure
                        answer = event.recorder.interactions[case_id].response
                        told = "" if answer is None else f"{answer.status_code} {answer.content[:300]!r}"
                        found.append(
                            f"{check.name}: {failure.operation}: {failure.title}\n{failure.message}\n"
                            f"{check.failure_info.code_sample[:600]}\n{told}"
                        )
        elif isinstance(event, events.NonFatalError | events.FatalError):
            found.append(str(event))
    assert not found, "\n\n".join(found[:10])
    assert {"COVERAGE", "FUZZING", "STATEFUL_TESTING"} <= phases
    assert requests > 500, "it made requests"
