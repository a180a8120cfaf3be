"""What the commands that run a process of the service have in common."""

from __future__ import annotations

import argparse
import logging
import os
import sys

from settings import Settings
from workers.tied import die_with_parent, tie_forks


def add_tie(parser: argparse.ArgumentParser) -> None:
    """Adds the options by which the supervisor ties a process to itself and hears that it is ready."""
    parser.add_argument("--parent", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--ready-fd", type=int, help=argparse.SUPPRESS)


def tie(args: argparse.Namespace) -> None:
    """Has this process die with its supervisor, if it has one, and what it forks die with it."""
    if args.parent is not None:
        die_with_parent(args.parent)
    tie_forks()


def say_ready(args: argparse.Namespace) -> None:
    """Tells the supervisor, if there is one, that this process is ready."""
    if args.ready_fd is not None:
        os.write(args.ready_fd, b"\n")
        os.close(args.ready_fd)


def log_to_stderr(settings: Settings) -> None:
    """Sends the log to stderr, one line an event. RQ tells of its own doings only what is amiss."""
    form = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    logging.basicConfig(stream=sys.stderr, level=settings.log_level, format=form)
    for name in ("rq", "rq.worker", "rq.job", "rq.queue"):
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(settings.log_level)))
