"""`python -m bench.torture`: all that a service has to live through, one after the other, and a table of figures.

Each scenario brings up real processes on a database of its own. Nothing accepted may be lost, doubled or read wrongly,
no answer may be a 500, and each has a bar of its own besides, which the table names.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bench import crowds, faults, killload
from bench.faults import Figures, Skipped
from bench.killload import Plan
from bench.ledger import Ledger
from bench.service import end_on_sigterm
from bench.wire import Clients

EXAMPLES = """examples:
  python -m bench.torture                            all of it; about half an hour on two cores
  python -m bench.torture --quick                    all of it on a small scale; some minutes
  python -m bench.torture --only killload-sqlite     one scenario; can be given several times
  python -m bench.torture --list                     their names
  make torture ARGS="--only disk-full --json figures.json"

Exit status: 0 when all passed or were skipped, 1 when one failed.
"""
_POWERCUT = "bench.powercut"


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario: its name, the bar it has to reach, and how it is run at length and quickly."""

    name: str
    bar: str
    long: Callable[[], Figures]
    quick: Callable[[], Figures]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a scenario."""

    name: str
    bar: str
    how: str
    seconds: float
    told: Figures


def load(plan: Plan, victims: Sequence[str], database: str, env: Mapping[str, str]) -> Figures:
    """A load with kills; AssertionError with its figures where something did not hold."""
    with killload.brought_up(victims, database, env) as (service, found):
        figures = killload.run(Ledger(Clients([service.base]), padding=plan.padding), plan, found)
        worries = service.worries()
    if not figures["passed"]:
        raise AssertionError(f"{json.dumps(figures)}\n{worries}")
    kept = "sent", "lost", "doubled", "wrong", "errors_500", "kills", "kills_total", "recovered_s", "accept_ms"
    return {name: figures[name] for name in kept}


def powercut(rounds: int) -> Figures:
    """The power cuts, where that program is here."""
    if importlib.util.find_spec(_POWERCUT) is None:
        raise Skipped(f"{_POWERCUT} is not here")
    command = [sys.executable, "-m", _POWERCUT, "--rounds", str(rounds), "--seed", "1"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    told = (done.stdout.strip().splitlines() or [""])[-1]
    if done.returncode:
        raise AssertionError(f"{told}\n{done.stderr[-3000:]}")
    return {"told": told[:300]}


def scenarios(env: Mapping[str, str]) -> list[Scenario]:
    """All scenarios, their services with these settings besides."""
    parts = ("api", "worker-1", "horse-1", "worker-2", "valkey")
    long = Plan(articles=2000, rate=15, kill_every=2, min_kills=60, max_recover=60)
    quick = Plan(articles=60, rate=8, kill_every=2, min_kills=4, max_recover=60)
    rare = Plan(articles=300, rate=8, kill_every=8, min_kills=5, max_recover=60)
    few = Plan(articles=40, rate=5, kill_every=4, min_kills=2, max_recover=60)

    def loads(victims: Sequence[str], database: str, *plans: Plan) -> list[Callable[[], Figures]]:
        # Such an article takes a tenth of a second to read: one worker alone would not keep up with the rate.
        return [partial(load, plan, victims, database, {"CLAIMTRAIL_WORKERS": "2", **env}) for plan in plans]

    def both(run: Callable[..., Figures], at_length: Mapping[str, Any], quickly: Mapping[str, Any]) -> Any:
        return partial(run, env, **at_length), partial(run, env, **quickly)

    recovered = "all read 60 s after the last kill"
    return [
        Scenario("killload-sqlite", recovered, *loads(parts, "sqlite", long, quick)),
        Scenario("killload-postgresql", recovered, *loads(parts, "postgresql", long, quick)),
        Scenario("supervisor-killed", recovered, *loads(["supervisor"], "sqlite", rare, few)),
        Scenario("postgresql-killed", recovered, *loads(["postgresql", *parts], "postgresql", rare, few)),
        Scenario("valkey-wiped", "500 read in 30 s", *both(faults.wiped, {}, {"waiting": 100})),
        Scenario(
            "valkey-away",
            "each 202 in 1 s",
            *both(faults.queue_away, {"frozen": False}, {"frozen": False, "seconds": 5}),
        ),
        Scenario(
            "valkey-frozen",
            "each 202 in 1 s",
            *both(faults.queue_away, {"frozen": True}, {"frozen": True, "seconds": 5}),
        ),
        Scenario("database-locked", "503, then well", *both(faults.locked, {}, {"seconds": 8})),
        Scenario("disk-full", "503, then well", *both(faults.disk_full, {}, {"tries": 5})),
        Scenario("stopped-under-load", "no attempt lost", *both(faults.terminated, {"rounds": 10}, {"rounds": 2})),
        Scenario(
            "same-key-sqlite",
            "one article each",
            *both(crowds.same_key, {"database": "sqlite"}, {"database": "sqlite", "rounds": 10}),
        ),
        Scenario(
            "same-key-postgresql",
            "one article each",
            *both(crowds.same_key, {"database": "postgresql"}, {"database": "postgresql", "rounds": 10}),
        ),
        Scenario("several-machines", "both show the same", *both(crowds.several_machines, {}, {"articles": 60})),
        Scenario("power-cut", "nothing missing", partial(powercut, 20), partial(powercut, 3)),
    ]


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the scenarios and prints the table; 1 where one failed."""
    parser = argparse.ArgumentParser(
        prog="bench.torture", description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    found = {one.name: one for one in scenarios({})}
    parser.add_argument("--only", action="append", choices=found, metavar="NAME", help="run this scenario")
    parser.add_argument("--quick", action="store_true", help="on a small scale")
    parser.add_argument("--list", action="store_true", help="print the scenarios' names and end")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    args = parser.parse_args(argv)
    if args.list:
        print("\n".join(found))
        return 0
    outcomes = []
    for name in args.only or found:
        print(f"{name} …", file=sys.stderr, flush=True)
        outcomes.append(_outcome(found[name], quick=args.quick))
        print(_row(outcomes[-1]), file=sys.stderr, flush=True)
    print("\n".join(_row(one) for one in outcomes))
    if args.json is not None:
        held = {one.name: {"outcome": one.how, "seconds": round(one.seconds), **one.told} for one in outcomes}
        args.json.write_text(json.dumps(held, indent=1) + "\n", "utf-8")
    return 1 if any(one.how == "FAILED" for one in outcomes) else 0


def _outcome(scenario: Scenario, *, quick: bool) -> Outcome:
    began = time.monotonic()
    try:
        how, told = "passed", (scenario.quick if quick else scenario.long)()
    except Skipped as reason:
        how, told = "skipped", {"why": str(reason)}
    except Exception as fault:  # the others are still to be run
        how, told = "FAILED", {"why": f"{type(fault).__name__}: {fault}"}
    return Outcome(scenario.name, scenario.bar, how, time.monotonic() - began, told)


def _row(one: Outcome) -> str:
    told = ", ".join(f"{name} {value}" for name, value in one.told.items())
    return f"{one.name:20} {one.how:8} {one.seconds:5.0f} s  ({one.bar}) {told}"


if __name__ == "__main__":
    end_on_sigterm()
    sys.exit(main())
