"""`claimtrail sender`: the process that delivers notices to webhooks."""

from __future__ import annotations

import argparse
import os
import socket
import uuid
from typing import Any

import logs
import settings
from claimtrail.processes import add_tie, tie

EXAMPLES = """examples:
  claimtrail sender
  DATABASE_URL=postgresql://desk@db/claimtrail claimtrail sender

`claimtrail up` starts its own. Run one where the service is spread over several machines, or several: each webhook is
served by one of them at a time. One that is killed loses nothing: what it had in hand is sent once more.
"""


def add_parser(subparsers: Any) -> None:
    """Adds `sender` to the command line."""
    parser = subparsers.add_parser(
        "sender",
        help="deliver notices to webhooks",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_tie(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Sends until told to stop. Raises SettingsError."""
    tie(args)
    read = settings.read()
    logs.configure(read.log_level)
    from workers.sending import send

    return send(read, sender_name())


def sender_name() -> str:
    """A name that no other sender bears."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:12]}"
