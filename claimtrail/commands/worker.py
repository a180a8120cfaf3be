"""`claimtrail worker`: a process that reads waiting articles."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import logs
import settings
from claimtrail.processes import add_tie, say_ready, tie
from settings import SettingsError

if TYPE_CHECKING:
    from workers.tools import Reads

EXAMPLES = """examples:
  claimtrail worker
  DATABASE_URL=postgresql://desk@db/claimtrail REDIS_URL=redis://queue:6379/0 claimtrail worker

`claimtrail up` starts its own workers. Run this where the service is spread over several machines: as many as you
like, all with the same DATABASE_URL and REDIS_URL. SIGTERM lets it finish the article in hand.
"""


def add_parser(subparsers: Any) -> None:
    """Adds `worker` to the command line."""
    parser = subparsers.add_parser(
        "worker",
        help="read waiting articles, on this or any other machine",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_tie(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Works until told to stop. Raises SettingsError, also for a gazetteer that cannot be used."""
    tie(args)
    read = settings.read()
    logs.configure(read.log_level)
    from workers.work import work

    return work(read, _open_reader, ready=partial(say_ready, args))


def _open_reader(gazetteer: Path) -> Reads:
    from claims.reader import open_reader
    from claims.values.gazetteer import GazetteerError
    from workers.jobs import rehearse

    try:
        reader = open_reader(gazetteer)
    except GazetteerError as fault:
        raise SettingsError(f"CLAIMTRAIL_GAZETTEER: {fault}; `make run` builds it") from None
    rehearse(reader)
    return reader
