"""The `claimtrail` command: one module in `claimtrail.commands` for each thing it can do."""

from __future__ import annotations

import argparse
import importlib
import io
import os
import pkgutil
import signal
import sys
from collections.abc import Sequence
from importlib.metadata import version

import claimtrail.commands
from settings import SettingsError

EXAMPLES = """examples:
  claimtrail up                              the whole service on this machine, at http://127.0.0.1:8000
  claimtrail submit article.txt              post an article to it and show its claims
  claimtrail extract article.txt             the same without a service
  claimtrail worker                          one more reader, beside others that share DATABASE_URL and REDIS_URL

Settings come from the environment; the README lists them. `claimtrail COMMAND --help` tells more of each command.
"""


def parser() -> argparse.ArgumentParser:
    """The command line, with a subcommand for every module of `claimtrail.commands`."""
    found = argparse.ArgumentParser(
        prog="claimtrail",
        description="Finds the checkable claims in news articles, and where each of them stands.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    found.add_argument("--version", action="version", version=f"claimtrail {version('claimtrail')}")
    subparsers = found.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in sorted(pkgutil.iter_modules(claimtrail.commands.__path__), key=lambda m: m.name):
        importlib.import_module(f"claimtrail.commands.{module.name}").add_parser(subparsers)
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit status: 2 for a mistake in the call or the settings, 141 for a closed pipe."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # names and quotes hold what not every terminal can show
    args = parser().parse_args(argv)
    # The products are small, and several workers' threads would wait for each other, spinning. Read when NumPy loads.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        status: int = args.run(args)
        sys.stdout.flush()
    except SettingsError as fault:
        print(fault, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        _give_up_output()  # whoever read it has seen enough
        return 128 + signal.SIGPIPE
    except OSError as fault:
        print(f"claimtrail: {fault}", file=sys.stderr)
        _give_up_output()
        return 1
    return status


def _give_up_output() -> None:
    """Keeps the interpreter's own flush at exit from complaining once more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
