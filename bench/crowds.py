"""Many at once: clients with the same key, and a service that is spread over several machines."""

from __future__ import annotations

import json
import socket
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
from tqdm import tqdm

from bench.faults import Figures, must
from bench.ledger import FIRST_NUMBER, Ledger, must_be_clean
from bench.servers import Postgres, Queue
from bench.service import Process, free_port, until
from bench.wire import Clients


class Api(Process):
    """`claimtrail api` by itself, as on a machine of its own."""

    def __init__(self, folder: Path, name: str, env: Mapping[str, str]) -> None:
        port = free_port()
        self.base = f"http://127.0.0.1:{port}"
        super().__init__(["api"], {**env, "CLAIMTRAIL_PORT": str(port)}, folder / f"{name}.log")

    def start(self) -> float:
        """Starts it and waits until it answers."""
        began = time.monotonic()
        super().start()
        until(self._answers, 60, "the API")
        return time.monotonic() - began

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.base}/healthz", timeout=5).is_success
        except httpx.TransportError:
            return False


@contextmanager
def machines(database: str, env: Mapping[str, str], *, apis: int, workers: int) -> Iterator[list[Process]]:
    """So many API and worker processes on one database and one Valkey, each started by itself; the APIs first."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ct-")))
        if database == "postgresql":
            url = stack.enter_context(Postgres()).database("claimtrail")
        else:
            url = f"sqlite:///{folder / 'claimtrail.sqlite3'}"
        queue = stack.enter_context(Queue(folder / "queue"))
        shared = {"DATABASE_URL": url, "REDIS_URL": queue.url, **env}

        def own(name: str) -> dict[str, str]:
            return {**shared, "CLAIMTRAIL_DATA_DIR": str(folder / name)}

        with Process(["migrate"], own("migrate"), folder / "migrate.log") as migrate:
            must(migrate.process.wait(60) == 0, "the database cannot be migrated", {"log": migrate.log()})
        names = [f"api-{number}" for number in range(apis)], [f"worker-{number}" for number in range(workers)]
        started: list[Process] = [stack.enter_context(Api(folder, name, own(name))) for name in names[0]]
        started += [stack.enter_context(Process(["worker"], own(name), folder / f"{name}.log")) for name in names[1]]
        yield started


def several_machines(env: Mapping[str, str], *, articles: int = 300, rate: float = 15.0) -> Figures:
    """Two APIs and two workers on one PostgreSQL; one of each is killed under load, and the API comes back.

    All is read once, and both APIs show the same.
    """
    with machines("postgresql", env, apis=2, workers=2) as (first, second, worker, other):
        bases = [api.base for api in (first, second) if isinstance(api, Api)]
        ledger = Ledger(Clients(bases), padding=20)
        ledger.fill(10)
        must_be_clean(ledger.verdict(90), [worker.log(), other.log()])
        with ThreadPoolExecutor(8) as pool:
            began, sent = time.monotonic(), []
            for turn in tqdm(range(articles), desc="articles", unit="article", disable=None, leave=False):
                time.sleep(max(0.0, began + turn / rate - time.monotonic()))
                sent.append(pool.submit(ledger.send, FIRST_NUMBER + 10 + turn))
                if turn == articles // 3:
                    first.kill()
                    worker.kill()
                elif turn == 2 * articles // 3:
                    first.start()
            for one in sent:
                one.result()
        verdict = ledger.verdict(600)
        must_be_clean(verdict, [first.log(), second.log(), other.log()])
        shown = [[list(client.claims(one.article)) for one in ledger.sent[:50]] for client in ledger.clients.all]
        answers = dict(sorted(ledger.clients.wire.statuses.items()))
    figures: Figures = {"sent": articles, "answers": answers, "finished_s": round(verdict.seconds, 1)}
    must(shown[0] == shown[1], "the APIs do not show the same", figures)
    must(not answers.get(500), "an answer was a 500", figures)
    return figures


def same_key(env: Mapping[str, str], *, database: str, rounds: int = 100, clients: int = 20) -> Figures:
    """The same Idempotency-Key from many clients at once, after one whose answer was lost: one article, one job.

    Another body under that key is refused.
    """
    statuses, faults = Counter[int](), list[str]()
    with machines(database, env, apis=1, workers=0) as (api,), ThreadPoolExecutor(clients) as pool:
        base = api.base if isinstance(api, Api) else ""
        ledger, gate = Ledger(Clients([base])), threading.Barrier(clients)
        with httpx.Client(base_url=base, timeout=60, limits=httpx.Limits(max_connections=clients)) as http:

            def post(number: int, body: bytes, *, together: bool = True) -> httpx.Response:
                if together:
                    gate.wait(60)
                headers = {"Content-Type": "application/json", "Idempotency-Key": ledger.key(number)}
                return http.post("/v1/articles", content=body, headers=headers)

            for number in tqdm(range(FIRST_NUMBER, FIRST_NUMBER + rounds), desc="rounds", disable=None, leave=False):
                body = json.dumps(ledger.article(number)).encode()
                _send_and_hang_up(base, body, ledger.key(number))
                answers = list(pool.map(lambda _, n=number, b=body: post(n, b), range(clients)))
                statuses.update(answer.status_code for answer in answers)
                good = [ledger.note(number, answer.json()) for answer in answers if answer.status_code == 202]
                if len({(one.article, one.job) for one in good}) != 1 or len(good) != clients:
                    faults.append(f"round {number}: {Counter(answer.status_code for answer in answers)}")
                another = json.dumps(ledger.article(number) | {"title": "Another"}).encode()
                other = post(number, another, together=False)
                if other.status_code != 422:
                    faults.append(f"round {number}: another body is answered {other.status_code}")
        stored = Counter(article["url"] for article in ledger.clients.all[0].articles())
    figures: Figures = {"rounds": rounds, "clients": clients, "answers": dict(statuses), "stored": len(stored)}
    must(not faults, "; ".join(faults[:5]), figures)
    must(len(stored) == stored.total() == rounds, "not one article for each key", figures)
    return figures


def _send_and_hang_up(base: str, body: bytes, key: str) -> None:
    """Sends a whole request and does not wait for its answer."""
    host, _, port = base.removeprefix("http://").rpartition(":")
    head = (
        f"POST /v1/articles HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: application/json\r\n"
        f"Idempotency-Key: {key}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(head.encode("ascii") + body)
