"""What a supervisor starts: a fork of itself."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable

import pytest

from claimtrail.programs import Fork

Ran = Callable[[Callable[[int], int]], tuple[int, str]]


@pytest.fixture
def ran(capfd: pytest.CaptureFixture[str]) -> Ran:
    """Runs a function in a fork; gives its exit status and output."""

    def run(play: Callable[[int], int]) -> tuple[int, str]:
        heard, output = os.pipe()
        with capfd.disabled():  # the streams are those of the process
            process = Fork(play).start(output, -1)
        os.close(output)
        with os.fdopen(heard) as told:
            said = told.read()
        return process.wait(), said

    return run


def test_a_fork_has_a_group_of_its_own_and_what_it_says_goes_where_it_is_told(ran: Ran) -> None:
    def play(ready: int) -> int:
        print(os.getpid() == os.getpgid(0), ready)  # noqa: T201
        print("amiss", file=sys.stderr)  # noqa: T201
        return 3

    status, said = ran(play)
    assert status == 3
    assert set(said.splitlines()) == {"True -1", "amiss"}


@pytest.mark.parametrize(("code", "status"), [(None, 0), (2, 2), ("refused", 1)])
def test_an_exit_is_its_status_and_goes_no_further(ran: Ran, code: int | str | None, status: int) -> None:
    def play(_ready: int) -> int:
        sys.exit(code)

    assert ran(play) == (status, "")


def test_a_fault_is_told_and_does_not_come_back_into_the_parent(ran: Ran) -> None:
    def play(_ready: int) -> int:
        raise LookupError("no such thing")

    status, said = ran(play)
    assert status == 1
    assert said.endswith("LookupError: no such thing\n")


def test_a_fork_does_not_handle_signals_in_its_parents_way() -> None:
    handled = []
    before = signal.signal(signal.SIGTERM, lambda *_: handled.append(True))
    heard, output = os.pipe()
    try:
        process = Fork(lambda _: time.sleep(60) or 0).start(output, -1)
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait() == -signal.SIGTERM
    finally:
        signal.signal(signal.SIGTERM, before)
        os.close(heard)
        os.close(output)
    assert handled == []
