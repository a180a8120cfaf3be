from __future__ import annotations

import signal
import subprocess
import sys


def run(script: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60)


def test_processor_time_ends_a_loop_in_c_code_that_no_handler_could() -> None:
    endless = "collections.deque(itertools.count(), maxlen=0)"
    done = run(f"import collections, itertools; from workers.limits import arm; arm(1); {endless}")
    assert done.returncode == -signal.SIGXCPU


def test_each_article_has_its_own_time() -> None:
    done = run(
        """
import time
from workers.limits import arm
for _ in range(4):
    arm(1)
    end = time.process_time() + 0.8
    while time.process_time() < end:
        pass
print("four articles of 0.8 s")
"""
    )
    assert done.stdout == "four articles of 0.8 s\n", done.stderr


def test_memory_is_refused_beyond_the_limit_and_what_fits_is_given() -> None:
    done = run(
        """
from workers.limits import confine
confine(300)
fits = bytearray(100 * 2**20)
try:
    bytearray(400 * 2**20)
except MemoryError:
    print("refused")
"""
    )
    assert done.stdout == "refused\n", done.stderr


def test_memory_that_was_freed_is_not_asked_for_again() -> None:
    done = run(
        """
import resource
from workers.limits import keep_freed
keep_freed()
for _ in range(2):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    [bytes(1000) for _ in range(20_000)]
    print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before > 500)
"""
    )
    assert done.stdout == "True\nFalse\n", done.stderr
