"""The whole service with its real processes: brought up, killed part by part, and stopped."""

from __future__ import annotations

import collections
import itertools
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from settings import valkey_url
from workers import valkey

pytestmark = pytest.mark.slow

KILLLOAD = Path(__file__).resolve().parents[3] / "shared" / "bench" / "killload.py"
PADDING = " ".join(
    f"On May {1 + n % 28}, officials said {{n}} soldiers were captured near the village while talks went on."
    for n in range(25)
)
TEXT = f"{PADDING} Armenia and Azerbaijan exchanged {{n}} prisoners of war on Monday, the Red Cross said."


def until(true: Callable[[], Any], seconds: float = 60) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
    return found


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def running(data_dir: Path) -> list[int]:
    """The pids of all living processes that were started for this data directory."""
    mark = f"CLAIMTRAIL_DATA_DIR={data_dir}".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
        except OSError:  # gone meanwhile, or a zombie
            continue
    return found


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]


class Service:
    """`claimtrail up` on a data directory and port of its own."""

    def __init__(self, folder: Path, **env: str) -> None:
        self.data_dir = folder / "data"
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.log_file = folder / "log"
        self.env = {"CLAIMTRAIL_DATA_DIR": str(self.data_dir), "CLAIMTRAIL_PORT": str(self.port)}
        self.env |= {"CLAIMTRAIL_LEASE_SECONDS": "3"} | env
        self.process: subprocess.Popen[bytes] | None = None
        self.numbers = itertools.count(1000)

    def start(self) -> float:
        """Brings it up; returns the seconds until it announced itself."""
        began = time.monotonic()
        with self.log_file.open("wb") as log:
            command = [sys.executable, "-m", "claimtrail", "up"]
            env = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
            self.process = subprocess.Popen(command, env=env | self.env, stdout=log, stderr=log, process_group=0)
        until(lambda: "is ready" in self.log() or self.process.poll() is not None)
        assert self.process.poll() is None, self.log()
        return time.monotonic() - began

    def log(self) -> str:
        return self.log_file.read_text("utf-8")

    def pid(self, name: str) -> int:
        def read() -> int:
            try:
                return int((self.data_dir / "run" / f"{name}.pid").read_text("ascii"))
            except FileNotFoundError:
                return 0

        return until(read)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(40)

    def end(self) -> None:
        """Ends whatever is left, by pid."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
        for pid in running(self.data_dir):
            os.kill(pid, signal.SIGKILL)

    def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        """One request, repeated while there is nobody to answer it, as a client would."""
        deadline = time.monotonic() + 60
        while True:
            try:
                answer = httpx.request(method, self.base + path, timeout=40, **more)
                if answer.status_code != 503:
                    return answer
            except httpx.TransportError:
                pass
            assert time.monotonic() < deadline, "nobody answers"
            time.sleep(0.1)

    def submit(self, _: Any = None) -> dict[str, Any]:
        """Submits an article that tells of a number of its own; returns number, article id and job id."""
        number = next(self.numbers)
        article = {"url": f"https://example.org/{number}", "published_at": "2025-06-03"}
        article["text"] = TEXT.replace("{n}", str(number))
        key = {"Idempotency-Key": uuid.uuid4().hex}
        answer = self.call("POST", "/v1/articles", json=article, headers=key)
        assert answer.status_code == 202, answer.text
        return {"number": number, "article": answer.json()["article"]["id"], "job": answer.json()["job"]["id"]}

    def status(self, sent: dict[str, Any]) -> str:
        return str(self.call("GET", f"/v1/jobs/{sent['job']}").json()["status"])

    def claims(self, sent: dict[str, Any]) -> list[dict[str, Any]]:
        return list(self.call("GET", f"/v1/articles/{sent['article']}/claims?limit=200").json()["items"])

    def check(self, all_sent: list[dict[str, Any]]) -> None:
        """Everything finished, and each article has its own claims, once."""
        waiting = collections.deque(all_sent)

        def ended() -> bool:
            while waiting and self.status(waiting[0]) == "finished":
                waiting.popleft()
            return not waiting

        until(ended, 150)
        assert len({sent["article"] for sent in all_sent}) == len({sent["job"] for sent in all_sent}) == len(all_sent)
        found = {sent["number"]: self.claims(sent) for sent in all_sent}
        ids = [claim["id"] for claims in found.values() for claim in claims]
        assert ids
        assert len(set(ids)) == len(ids)
        for number, claims in found.items():
            assert all(str(number) in claim["quote"] or str(number) not in TEXT for claim in claims)
            places = [(c["kind"], c["source"]["start"], c["source"]["end"], json.dumps(c["details"])) for c in claims]
            assert len(set(places)) == len(places)
        assert len({len(claims) for claims in found.values()}) == 1, "the same text but for its number"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service for the tests that leave it whole."""
    found = Service(tmp_path_factory.mktemp("up"))
    found.start()
    yield found
    found.end()


@pytest.fixture
def own_service(tmp_path: Path) -> Iterator[Service]:
    """A service that the test may break."""
    found = Service(tmp_path)
    yield found
    found.end()


def fill(service: Service, number: int = 50) -> list[dict[str, Any]]:
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(service.submit, range(number)))


def test_what_it_prints_works_as_pasted(service: Service) -> None:
    told = service.log()
    assert f"docs     {service.base}/docs" in told
    line = next(line for line in told.splitlines() if line.strip().startswith("try"))
    _, curl, silent, url, *options = shlex.split(line)
    assert (curl, silent, url) == ("curl", "-s", f"{service.base}/v1/articles")
    headers = dict(v.split(": ", 1) for o, v in itertools.pairwise(options) if o == "-H")
    answer = httpx.post(url, headers=headers, content=options[options.index("-d") + 1], timeout=40)
    assert answer.status_code == 201
    assert [claim["kind"] for claim in answer.json()["claims"]] == ["prisoners"]
    assert httpx.get(f"{service.base}/docs", follow_redirects=True).status_code == 200


def test_every_process_has_its_pid_file(service: Service) -> None:
    names = {"supervisor", "valkey", "api", "worker-1"}
    assert {path.stem for path in (service.data_dir / "run").glob("*.pid")} == names
    assert service.pid("supervisor") == service.process.pid
    assert {service.pid(name) for name in names - {"supervisor"}} == set(children(service.process.pid))
    assert (service.data_dir / "run").stat().st_mode & 0o777 == 0o700


def test_the_api_has_no_language_model_and_each_child_a_group_of_its_own(service: Service) -> None:
    for name in ("valkey", "api", "worker-1"):
        assert os.getpgid(service.pid(name)) == service.pid(name)
    for pid in (service.pid("api"), *children(service.pid("api"))):
        assert "spacy" not in Path(f"/proc/{pid}/maps").read_text("utf-8")
    assert "spacy" in Path(f"/proc/{service.pid('worker-1')}/maps").read_text("utf-8")


def test_the_longest_article_is_read_within_its_limits(service: Service) -> None:
    sentence = "Armenia and Azerbaijan exchanged {n} prisoners of war in Geneva on June {n}, the Red Cross said. "
    text = "".join(sentence.replace("{n}", str(1 + n % 28)) for n in range(1200))[:100_000]
    article = {"url": "https://example.org/longest", "published_at": "2025-06-03", "text": text}
    job = service.call("POST", "/v1/articles", json=article).json()["job"]["id"]
    path = f"/v1/jobs/{job}"
    found = until(lambda: (j := service.call("GET", path).json())["status"] in {"finished", "failed"} and j, 150)
    assert (found["status"], found["attempts"]) == ("finished", 1), found["error"]


@pytest.mark.parametrize("victim", ["horse", "worker-1", "valkey", "api"])
def test_one_killed_with_fifty_articles_in_flight_loses_and_doubles_nothing(service: Service, victim: str) -> None:
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(fill, service)
        if victim == "horse":
            pid = until(lambda: children(service.pid("worker-1")))[0]
        else:
            time.sleep(0.3)
            pid = service.pid(victim)
        os.kill(pid, signal.SIGKILL)
        sent = sending.result()
    service.check(sent)
    if victim != "horse":
        assert service.pid(victim) != pid


def test_a_killed_supervisor_leaves_nothing_running_and_its_successor_does_the_rest(own_service: Service) -> None:
    """Not even the API process that has a client waiting, nor a worker that is stuck."""
    own_service.start()
    os.kill(own_service.pid("worker-1"), signal.SIGSTOP)
    sent = fill(own_service)
    waiting = f"{own_service.base}/v1/jobs/{sent[0]['job']}"
    with ThreadPoolExecutor(1) as pool:
        client = pool.submit(httpx.get, waiting, headers={"Prefer": "wait=30"}, timeout=60)
        time.sleep(0.5)
        own_service.process.kill()
        own_service.process.wait()
        until(lambda: not running(own_service.data_dir), 10)
        assert isinstance(client.exception(), httpx.TransportError)
    assert own_service.start() < 15
    own_service.check(sent)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly_and_gives_back_what_it_was_reading(own_service: Service, number: signal.Signals) -> None:
    own_service.start()
    sent = fill(own_service, 20)
    if number is signal.SIGINT:
        os.killpg(own_service.process.pid, number)  # as a terminal does
        assert own_service.process.wait(40) == 0
    else:
        assert own_service.stop(number) == 0
    assert running(own_service.data_dir) == []
    assert list((own_service.data_dir / "run").glob("*.pid")) == []
    own_service.start()
    own_service.check(sent)
    assert {own_service.call("GET", f"/v1/jobs/{one['job']}").json()["attempts"] for one in sent} == {1}


def test_a_second_one_on_the_same_data_is_refused_and_a_stale_pid_file_fools_nobody(service: Service) -> None:
    command = [sys.executable, "-m", "claimtrail", "up"]
    other = service.env | {"CLAIMTRAIL_PORT": str(free_port())}
    done = subprocess.run(command, env=os.environ | other, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"another one (process {service.process.pid}) runs on the data directory" in done.stderr
    assert service.pid("supervisor") == service.process.pid


def test_a_stale_pid_file_fools_nobody(own_service: Service) -> None:
    run = own_service.data_dir / "run"
    run.mkdir(parents=True)
    for name in ("supervisor", "valkey", "api", "worker-1"):
        (run / f"{name}.pid").write_text(f"{os.getpid()}\n", "ascii")
    own_service.start()
    assert os.getpid() not in {own_service.pid(name) for name in ("supervisor", "valkey", "api", "worker-1")}
    assert own_service.stop() == 0


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        env = {"CLAIMTRAIL_DATA_DIR": str(tmp_path), "CLAIMTRAIL_PORT": str(port)}
        command = [sys.executable, "-m", "claimtrail", "up"]
        done = subprocess.run(command, env=os.environ | env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"cannot listen on 127.0.0.1 port {port}: Address already in use; CLAIMTRAIL_PORT" in done.stderr
    assert list((tmp_path / "run").glob("*.pid")) == []


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("CLAIMTRAIL_HOST", "0.0.0.0", "CLAIMTRAIL_HOST: Other machines can reach 0.0.0.0"),
        ("REDIS_URL", "elsewhere", "REDIS_URL: A URL such as redis://"),
    ],
)
def test_settings_that_cannot_be_used_are_told_before_anything_starts(
    tmp_path: Path, name: str, value: str, told: str
) -> None:
    env = {"CLAIMTRAIL_DATA_DIR": str(tmp_path), "CLAIMTRAIL_PORT": str(free_port()), name: value}
    command = [sys.executable, "-m", "claimtrail", "up"]
    done = subprocess.run(command, env=os.environ | env, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert told in done.stderr
    assert running(tmp_path) == []


def test_a_missing_gazetteer_is_told_before_anything_starts(tmp_path: Path) -> None:
    env = {"CLAIMTRAIL_DATA_DIR": str(tmp_path), "CLAIMTRAIL_GAZETTEER": str(tmp_path / "none")}
    command = [sys.executable, "-m", "claimtrail", "up"]
    done = subprocess.run(command, env=os.environ | env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"there is no gazetteer at {tmp_path / 'none'}" in done.stderr


def test_with_its_queue_away_articles_are_accepted_and_read_later(tmp_path: Path) -> None:
    """A queue of the newsroom's own, which the supervisor neither starts nor stops; and two workers."""
    elsewhere = tmp_path / "elsewhere"

    def start_queue() -> subprocess.Popen[bytes]:
        return subprocess.Popen(valkey.command(elsewhere, os.getpid()))

    service = Service(tmp_path, REDIS_URL=valkey_url(elsewhere), CLAIMTRAIL_WORKERS="2")
    queue = start_queue()
    try:
        service.start()
        names = {path.stem for path in (service.data_dir / "run").glob("*.pid")}
        assert names == {"supervisor", "api", "worker-1", "worker-2"}
        queue.kill()
        queue.wait()
        sent = fill(service, 5)
        time.sleep(1)
        assert {service.status(one) for one in sent} == {"queued"}
        queue = start_queue()
        service.check(sent)
    finally:
        service.end()
        queue.kill()
        queue.wait()


@pytest.mark.skipif(not KILLLOAD.exists(), reason="the load test with kills is not beside this checkout")
def test_under_load_and_kills_nothing_is_lost_doubled_or_wrong(own_service: Service, tmp_path: Path) -> None:
    own_service.start()
    run = own_service.data_dir / "run"
    victims = [part for name in ("api", "worker-1", "valkey") for part in ("--pidfile", f"{name}={run / name}.pid")]
    options = [
        "--n",
        "60",
        "--rate",
        "8",
        "--kill-every",
        "2",
        "--settle",
        "90",
        "--log",
        str(tmp_path / "killload.log"),
    ]
    command = [sys.executable, str(KILLLOAD), "--base", own_service.base, *options, *victims]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr + own_service.log()[-3000:]
