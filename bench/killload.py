"""`python -m bench.killload`: a load of articles while the service's processes are killed with SIGKILL, and the proof
that nothing came of it.

Articles are submitted at a steady rate by several threads, each with an Idempotency-Key, and again after every refusal,
as the README tells clients to do. Meanwhile a victim is killed every so often. Then all of these have to hold:

- each submission was accepted, no answer was a 500, and none was refused for another reason than time;
- each article's job is finished, within the time allowed after the last kill (nothing lost);
- each key has one article, each article one key, the lists hold no article besides (nothing doubled);
- each article has the claims that the first one had, which was read before any kill, but for its number, and each
  quote stands in the text where its claim says (nothing wrong).

Without --base a service of its own is brought up in a temporary folder and ended afterwards.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tqdm import tqdm

from bench.ledger import FIRST_NUMBER, Ledger
from bench.servers import Postgres
from bench.service import Service, children, end_on_sigterm, pid_in, slay
from bench.wire import Clients
from claimtrail.client import ServiceError

EXAMPLES = """examples:
  python -m bench.killload                                        200 articles, a kill every second
  python -m bench.killload --n 2000 --rate 15 --kill-every 2 --min-kills 60 --database postgresql
  python -m bench.killload --victim supervisor --kill-every 8     the supervisor alone, started again by this program
  python -m bench.killload --database postgresql --victim postgresql --victim worker-1 --kill-every 4
  python -m bench.killload --base http://127.0.0.1:8000 --run data/run --victim api --victim valkey
                                                                  a service that runs already: its supervisor has to
                                                                  start again what is killed

Exit status: 0 when all holds, 1 when something does not. The last line printed is a JSON object with the figures.
"""
VICTIMS = ("api", "worker-1", "valkey")
_CONTROLS = 3
# What is not read by then is lost; what is, but later than it should, is late.
_PATIENCE_SECONDS = 900.0
# Every so many articles the client sends one again, as if the answer had been lost.
_REPEAT_EVERY = 20


@dataclass(frozen=True, slots=True)
class Victim:
    """What can be killed. `kill` is False where there was nothing to kill just then."""

    name: str
    kill: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is sent, how fast, what is killed how often, and what has to come of it. Times are seconds."""

    articles: int = 200
    rate: float = 10.0
    threads: int = 8
    padding: int = 40
    kill_every: float = 1.0
    min_kills: int = 12
    max_recover: float = 60.0
    seed: int = 1


@dataclass(slots=True)
class Killer(threading.Thread):
    """Kills victims at random, until it is told that it is enough and has killed the least that is wanted."""

    victims: Sequence[Victim]
    plan: Plan
    kills: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    enough: threading.Event = field(default_factory=threading.Event)
    last: float = 0.0

    __hash__ = threading.Thread.__hash__

    def __post_init__(self) -> None:
        threading.Thread.__init__(self, name="killer", daemon=True)

    def run(self) -> None:
        """Kills."""
        chance = random.Random(self.plan.seed)
        while not self._over(self.plan.kill_every * chance.uniform(0.5, 1.5)):
            victim = chance.choice(self.victims)
            try:
                if victim.kill():
                    self.kills[victim.name] += 1
                    self.last = time.monotonic()
            except Exception as fault:  # what cannot be started again ends the run, not this thread unseen
                self.faults.append(f"{victim.name}: {fault}")
                break

    def _over(self, seconds: float) -> bool:
        if self.kills.total() < self.plan.min_kills:
            time.sleep(seconds)
            return False
        return self.enough.wait(seconds)


def run(ledger: Ledger, plan: Plan, victims: Sequence[Victim]) -> dict[str, Any]:
    """Runs the load with the kills on a service that is up; the figures, of which `passed` says whether all held."""
    ledger.fill(_CONTROLS)
    if not ledger.verdict(60).clean:
        raise RuntimeError("the first articles, before any kill, are not read as they should be")
    killer, wire = Killer(victims, plan), ledger.clients.wire
    wire.statuses.clear()
    began = time.monotonic()
    if victims:
        killer.start()
    waits, refused = _send(ledger, plan)
    sending = time.monotonic() - began
    if victims:
        killer.enough.set()
        killer.join()
    calm = time.monotonic()
    verdict = ledger.verdict(max(_PATIENCE_SECONDS, plan.max_recover))
    recovered = verdict.seconds + calm - (killer.last or calm)
    figures = verdict.figures() | {
        "sent": plan.articles,
        "accepted": len({one.number for one in ledger.sent}) - _CONTROLS,
        "refused": refused[:5],
        "errors_500": wire.statuses[500],
        "answers": dict(sorted(wire.statuses.items())),
        "kills": dict(sorted(killer.kills.items())),
        "kills_total": killer.kills.total(),
        "kill_faults": killer.faults,
        "sending_s": round(sending, 1),
        "recovered_s": round(recovered, 1),
        "accept_ms": _spread(waits),
    }
    del figures["seconds"]
    good = verdict.clean and not refused and not killer.faults and not wire.statuses[500]
    enough = figures["accepted"] == plan.articles and killer.kills.total() >= (plan.min_kills if victims else 0)
    return figures | {"passed": good and enough and recovered <= plan.max_recover}


def _send(ledger: Ledger, plan: Plan) -> tuple[list[float], list[str]]:
    """Sends all at the plan's rate; the seconds that each took to be accepted, and why some were not."""

    def send(number: int) -> float:
        began = time.monotonic()
        ledger.send(number)
        if number % _REPEAT_EVERY == 0:
            ledger.send(number)
        return time.monotonic() - began

    began, sent = time.monotonic(), list[Future[float]]()
    with ThreadPoolExecutor(plan.threads) as pool:
        try:
            for turn in tqdm(range(plan.articles), desc="articles", unit="article", disable=None, leave=False):
                time.sleep(max(0.0, began + turn / plan.rate - time.monotonic()))
                sent.append(pool.submit(send, FIRST_NUMBER + _CONTROLS + turn))
            wait(sent)
        except BaseException:  # a signal: nobody is to wait for what is not sent yet
            ledger.clients.give_up()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    refused = [str(fault) for one in sent if (fault := one.exception()) is not None]
    if any(not isinstance(one.exception(), ServiceError | None) for one in sent):
        raise RuntimeError(f"the load itself failed: {refused[:3]}")
    return [one.result() for one in sent if one.exception() is None], refused


def _spread(waits: Sequence[float]) -> dict[str, int]:
    """Median, 99th percentile and maximum, in milliseconds."""
    if not waits:
        return {}
    ordered = sorted(waits)
    told = statistics.median(ordered), ordered[int(len(ordered) * 0.99)], ordered[-1]
    return {name: round(1000 * value) for name, value in zip(("p50", "p99", "max"), told, strict=True)}


def by_pid_file(run: Path, name: str) -> Victim:
    """A process that a supervisor keeps: killed by the pid in its file. `horse-1` is what worker-1 has forked."""
    if name.startswith("horse-"):
        worker = run / f"worker-{name.removeprefix('horse-')}.pid"
        return Victim(name, lambda: any(slay(horse) for horse in children(pid_in(worker))))
    return Victim(name, lambda: slay(pid_in(run / f"{name}.pid")))


def supervisor_of(service: Service) -> Victim:
    """The supervisor itself, which is started again at once."""

    def kill() -> bool:
        service.kill()
        service.start()
        return True

    return Victim("supervisor", kill)


def postgresql(server: Postgres) -> Victim:
    """The postmaster, which is started again at once."""

    def kill() -> bool:
        if not server.kill():
            return False
        server.start()
        return True

    return Victim("postgresql", kill)


@contextmanager
def brought_up(names: Sequence[str], database: str, env: Mapping[str, str]) -> Iterator[tuple[Service, list[Victim]]]:
    """A service of our own on that database (sqlite or postgresql), and these victims of it."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ct-")))
        server = stack.enter_context(Postgres()) if database == "postgresql" else None
        if server is not None:
            env = {**env, "DATABASE_URL": server.database("claimtrail")}
        service = stack.enter_context(Service(folder, env))
        victims = []
        for name in names:
            if name == "postgresql" and server is not None:
                victims.append(postgresql(server))
            elif name == "supervisor":
                victims.append(supervisor_of(service))
            else:
                victims.append(by_pid_file(service.data_dir / "run", name))
        yield service, victims


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the load and prints a line of JSON; 1 where something did not hold."""
    parser = _parser()
    args = parser.parse_args(argv)
    names = args.victim or [*VICTIMS]
    if args.base is None:
        if "postgresql" in names and args.database != "postgresql":
            parser.error("--victim postgresql wants --database postgresql")
    elif args.run is None or {"postgresql", "supervisor"} & {*names}:
        parser.error("with --base, --run tells where the pid files are, and supervisor and postgresql are no victims")
    plan = Plan(
        args.n, args.rate, args.threads, args.padding, args.kill_every, args.min_kills, args.max_recover, args.seed
    )
    with ExitStack() as stack:
        if args.base is None:
            service, victims = stack.enter_context(
                brought_up(names, args.database, {"CLAIMTRAIL_WORKERS": args.workers})
            )
            base = service.base
        else:
            base, victims = args.base, [by_pid_file(args.run, name) for name in names]
        figures = run(Ledger(Clients([base], key=args.key), padding=plan.padding), plan, victims)
    print(json.dumps(figures))
    return 0 if figures["passed"] else 1


def _parser() -> argparse.ArgumentParser:
    plan = Plan()
    parser = argparse.ArgumentParser(
        prog="bench.killload",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--n", type=int, default=plan.articles, help="articles (%(default)s; at most 89,000)")
    add("--rate", type=float, default=plan.rate, help="articles a second (%(default)s)")
    add("--threads", type=int, default=plan.threads, help="clients at once (%(default)s)")
    add("--padding", type=int, default=plan.padding, help="sentences that make reading last (%(default)s)")
    add("--kill-every", type=float, default=plan.kill_every, help="mean seconds between kills (%(default)s)")
    add("--min-kills", type=int, default=plan.min_kills, help="go on killing until there were so many (%(default)s)")
    add("--max-recover", type=float, default=plan.max_recover, help="seconds from the last kill until all is read")
    add("--seed", type=int, default=plan.seed, help="of the choice of victims and times (%(default)s)")
    add(
        "--victim",
        action="append",
        metavar="NAME",
        help=f"api, worker-N, horse-N (what worker-N forks), valkey, supervisor or postgresql; {', '.join(VICTIMS)}",
    )
    add("--database", choices=("sqlite", "postgresql"), default="sqlite", help="of the service brought up")
    add("--workers", default="1", help="worker processes of the service brought up (%(default)s)")
    add("--base", metavar="URL", help="a service that runs already")
    add("--run", type=Path, metavar="FOLDER", help="where its pid files are: run in its data directory")
    add("--key", help="its API key, if it wants one")
    return parser


if __name__ == "__main__":
    end_on_sigterm()
    sys.exit(main())
