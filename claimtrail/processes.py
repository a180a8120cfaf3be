"""What the commands that run a process of the service have in common."""

from __future__ import annotations

import argparse
import os

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


def say_ready(descriptor: int | None) -> None:
    """Tells the supervisor, if there is one that waits for it, that this process is ready."""
    if descriptor is not None and descriptor >= 0:
        os.write(descriptor, b"\n")
        os.close(descriptor)
