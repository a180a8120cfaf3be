"""`claimtrail doctor`: look at everything the service stands on, and say what to do where something is amiss."""

from __future__ import annotations

import argparse
import json
from typing import Any

EXAMPLES = """examples:
  claimtrail doctor
  claimtrail doctor --json                             for monitoring: {"ok": …, "findings": [{"check": …}]}
  CLAIMTRAIL_DATA_DIR=/var/lib/claimtrail claimtrail doctor       with the service's settings, as the service's user

It looks at Python, the settings, the data directory and its disk, the database, the queue, the gazetteer, the language
model, and the service itself, running or not. One line each: ok, warning or fault, and what to do next. The exit
status is 0 when there is no fault. Passwords are never shown.
"""


def add_parser(subparsers: Any) -> None:
    """Adds `doctor` to the command line."""
    parser = subparsers.add_parser(
        "doctor",
        help="check everything the service stands on, and say what to do",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Prints what every check found; returns 1 where one found a fault."""
    from claimtrail.checkup import State, findings
    from claimtrail.visible import visible

    found = []
    for finding in findings():
        found.append(finding)
        if not args.json:
            advice = f" → {finding.advice}" if finding.advice else ""
            print(visible(f"{finding.state:<8} {finding.check:<10} {finding.told}{advice}"))
    ok = all(finding.state is not State.FAULT for finding in found)
    if args.json:
        told = [{"check": f.check, "state": f.state, "told": f.told, "advice": f.advice} for f in found]
        print(json.dumps({"ok": ok, "findings": told}))
    return 0 if ok else 1
