"""`python -m bench.powercut`: whether what was acknowledged on SQLite survives that the power goes.

In each round the HTTP door is started on an empty folder and gets articles; all that it writes to its database's
files, and each sync, is recorded. It is killed, and from the record a disk is made as a power cut may leave it: what
was synced, and a random part of the rest. From that the door is started once more, gets more, and is cut off again.
After each cut the database is opened as the next start would; every article that was answered 202 has to be in it,
word for word, with its job, and SQLite's integrity check has to be clean.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from random import Random

from tqdm import tqdm

from bench.powercut import rounds
from bench.powercut.door import AS_IT_IS
from bench.powercut.record import CannotRecordError

LOST, CANNOT_RECORD = 1, 2
EXAMPLES = """examples:
  python -m bench.powercut                           20 rounds; some minutes
  python -m bench.powercut --rounds 3 --seed 7       3 rounds with the choices of seed 7
  python -m bench.powercut --synchronous NORMAL      what would be lost if commits were not synced; ends with status 1

status: 0 all found, 1 something lost or damaged (or nothing acknowledged), 2 this Python's SQLite cannot be recorded
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the rounds and prints a line of figures."""
    parser = argparse.ArgumentParser(
        prog="bench.powercut",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rounds", type=int, default=20, metavar="N", help="how many (20)")
    parser.add_argument("--seed", type=int, help="of all random choices but the timing; told, and another each time")
    parser.add_argument("--lives", type=int, default=2, metavar="N", help="starts of the door in a round (2)")
    parser.add_argument("--articles", type=int, default=150, metavar="N", help="about the most in a life (150)")
    parser.add_argument(
        "--synchronous",
        choices=[AS_IT_IS, "NORMAL", "OFF"],
        default=AS_IT_IS,
        help=f"weaken SQLite's syncing behind the service's back, to see that it shows ({AS_IT_IS}: as it is)",
    )
    args = parser.parse_args(argv)
    seed = secrets.randbelow(10**6) if args.seed is None else args.seed
    figures = rounds.Figures()
    bar = tqdm(range(args.rounds), desc="power cuts", unit="round", disable=None)
    try:
        for number in bar:
            with tempfile.TemporaryDirectory(prefix="ct-cut-") as folder:
                # The lives of a round differ in timing from run to run; so each round has choices of its own.
                rng = Random(f"{seed}/{number}")
                rounds.run(
                    Path(folder),
                    rng,
                    figures,
                    synchronous=args.synchronous,
                    most=args.articles,
                    times=args.lives,
                )
            bar.set_postfix(missing=figures.missing, faults=len(figures.faults))
    except CannotRecordError as fault:
        print(f"bench.powercut: {fault}", file=sys.stderr)
        return CANNOT_RECORD
    for fault_told in sorted(set(figures.faults)):
        print(f"  fault: {fault_told}")
    print(f"seed {seed}, {args.rounds} rounds: {figures}")
    return 0 if figures.clean else LOST


if __name__ == "__main__":
    sys.exit(main())
