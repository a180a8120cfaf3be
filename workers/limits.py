"""What one article may cost: limits that the kernel enforces, in C code too, and memory kept for the next one."""

from __future__ import annotations

import ctypes
import math
import resource
from contextlib import suppress

# <malloc.h> of the GNU C library, and the greatest block that it takes as one that comes and goes.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_KEPT_BYTES, _BLOCK_BYTES = 256 * 2**20, 32 * 2**20


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


def keep_freed() -> None:
    """Has the C library keep freed memory for the next article, instead of giving it back to be asked for again.

    Each article frees as much as the next one needs; the kernel clears every page that it hands out. Another C library
    than GNU's is left as it is.
    """
    with suppress(AttributeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_M_TRIM_THRESHOLD, _KEPT_BYTES)
        mallopt(_M_MMAP_THRESHOLD, _BLOCK_BYTES)
