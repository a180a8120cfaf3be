"""A process that must not outlive the one that started it."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1
ORPHANED = 3


def die_with_parent(parent: int) -> None:
    """Has the kernel kill this process with SIGKILL as soon as its parent, the process `parent`, is gone.

    Survives an exec. Ends this process with status 3 when the parent has gone already. The kernel counts the parent's
    thread as the parent: start such a process from the main thread. Elsewhere than on Linux only the check is made.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(ORPHANED)


def tie_forks() -> None:
    """Has every process that this one forks, and those that they fork, die with the one that forked it."""
    forking = [os.getpid()]

    def note() -> None:
        forking[0] = os.getpid()

    os.register_at_fork(before=note, after_in_child=lambda: die_with_parent(forking[0]))
