"""What one article may cost: limits that the kernel enforces, in C code too."""

from __future__ import annotations

import math
import resource


def confine(memory_mb: int) -> None:
    """Limits this process's data memory, all of it, and has it leave no core files. Beyond it memory is refused."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _lower(resource.RLIMIT_DATA, memory_mb * 2**20)


def arm(cpu_seconds: int) -> None:
    """Allows this process that much CPU time from now on; then the kernel kills it (SIGXCPU)."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _lower(resource.RLIMIT_CPU, math.ceil(used.ru_utime + used.ru_stime) + cpu_seconds)


def _lower(what: int, soft: int) -> None:
    hard = resource.getrlimit(what)[1]
    resource.setrlimit(what, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))
