"""Work-horses forked while the other threads of their parent are in the middle of something."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

HASTY = Path(__file__).with_name("hasty.py")


def test_no_work_horse_is_held_up_by_what_a_thread_was_doing_when_it_was_forked(yard: Any, until: Any) -> None:
    """A lock that another thread held stays locked in the child; then nothing is read, and the lease is renewed."""
    yard.start(HASTY)
    horses: set[str] = set()
    for _ in range(15):  # one that is quick reads what comes next, too
        ids = [yard.submit(f"text {n}") for n in range(20)]
        until(lambda ids=ids: yard.ended(ids), 40)
        horses = {pid for pid, _ in yard.events("read")}
        if len(horses) >= 5:
            break
    assert len(horses) >= 5
