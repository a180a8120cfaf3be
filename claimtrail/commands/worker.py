"""`claimtrail worker`: a process that reads waiting articles."""

from __future__ import annotations

import argparse
import gc
import logging
import os
import socket
import sys
import time
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import logs
import settings
from claimtrail.children import Role
from claimtrail.processes import add_tie, say_ready, tie
from claimtrail.programs import Fork
from claimtrail.supervisor import Supervisor
from settings import MOST_WORKERS, Settings, SettingsError

if TYPE_CHECKING:
    from workers.tools import Reads

EXAMPLES = """examples:
  claimtrail worker
  claimtrail worker --processes 4
  DATABASE_URL=postgresql://desk@db/claimtrail REDIS_URL=redis://queue:6379/0 claimtrail worker

`claimtrail up` starts its own workers. Run this where the service is spread over several machines: as many as you
like, all with the same DATABASE_URL and REDIS_URL. SIGTERM lets it finish the article in hand.

With --processes the language model is loaded once, for all of them: they share its memory, and one that dies has a
successor within a second.
"""


_log = logging.getLogger(__name__)


def add_parser(subparsers: Any) -> None:
    """Adds `worker` to the command line."""
    parser = subparsers.add_parser(
        "worker",
        help="read waiting articles, on this or any other machine",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--processes", type=_count, metavar="N", help="keep N readers, forks of one process (default: be one reader)"
    )
    parser.add_argument("--run-dir", type=Path, help=argparse.SUPPRESS)
    add_tie(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Works until told to stop. Raises SettingsError, also for a gazetteer that cannot be used."""
    tie(args)
    read = settings.read()
    logs.configure(read.log_level)
    reader = _open_reader(read.gazetteer)
    name = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:12]}"
    from workers.work import work

    if args.processes is None:
        return _work(work, read, reader, name, args.ready_fd)
    gc.collect()
    gc.freeze()  # what is never collected is never written to, and stays shared with the forks
    # Each fork in a role bears the name of those before it, which are dead when it is made.
    roles = [
        Role(f"worker-{number}", Fork(partial(_work, work, read, reader, f"{name}:{number}")), says_ready=True)
        for number in range(1, args.processes + 1)
    ]
    supervisor = Supervisor(roles, args.run_dir, plain=sys.stderr.isatty())
    return supervisor.run(lambda: True, partial(say_ready, args.ready_fd))


def _work(work: Callable[..., int], read: Settings, reader: Reads, name: str, ready: int | None) -> int:
    try:
        return work(read, reader, name, ready=partial(say_ready, ready))
    except SettingsError as fault:
        print(fault, file=sys.stderr)
        return 2


def _open_reader(gazetteer: Path) -> Reads:
    from claims.reader import open_reader
    from claims.values.gazetteer import GazetteerError
    from workers.jobs import rehearse

    began = time.monotonic()
    try:
        reader = open_reader(gazetteer)
    except GazetteerError as fault:
        raise SettingsError(f"CLAIMTRAIL_GAZETTEER: {fault}; `make run` builds it") from None
    rehearse(reader)
    _log.info("model and gazetteer loaded in %.1f s", time.monotonic() - began)
    return reader


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_WORKERS:
        raise argparse.ArgumentTypeError(f"a number from 1 to {MOST_WORKERS}")
    return int(text)
