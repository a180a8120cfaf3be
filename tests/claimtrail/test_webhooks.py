"""`claimtrail webhooks` and the client's, against the real API in this process; and `claimtrail sender`, a process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog.testing
from standardwebhooks import Webhook

import settings
from claimtrail import actions, cli
from claimtrail.client import Client, ServiceError
from service import doorbell
from service.app import create_app
from service.doorbell import Doorbell
from service.rates import Rates
from store.database import Database

Output = pytest.CaptureFixture[str]
PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def client(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Callable[..., Client]]:
    monkeypatch.setenv("CLAIMTRAIL_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("CLAIMTRAIL_ALLOWED_NETWORKS", "127.0.0.0/8")
    ring = Doorbell(doorbell.connect("redis://127.0.0.1:1/0"), now=lambda: 0.0)
    rates = Rates(None, per_minute=0, now=lambda: 0.0)
    clock = lambda: datetime.now(UTC)  # noqa: E731
    app = create_app(settings.read(), database=sqlite_database, doorbell=ring, rates=rates, clock=clock)
    transport = httpx.WSGITransport(app=app)
    with structlog.testing.capture_logs():
        yield lambda url="http://127.0.0.1:8000", **given: Client(url, transport=transport, **given)


@pytest.fixture
def run(client: Callable[..., Client], monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    monkeypatch.setattr(actions, "Client", client)
    return lambda *args: cli.main(["webhooks", *args])


def lines(capsys: Output) -> list[Any]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_webhook_from_its_making_to_its_end(run: Callable[..., int], capsys: Output) -> None:
    assert run("list") == 0
    assert capsys.readouterr().out == "There are no webhooks.\n"
    wanted = ["--types", "claim.created,article.read", "--kind", "talks", "--party", "Chad", "--party", "Niger"]
    assert run("create", "https://hooks.example/a", *wanted) == 0
    shown = capsys.readouterr()
    secret = shown.out.strip()
    Webhook(secret)
    assert "it is not shown again" in shown.err
    assert run("list", "--json") == 0
    text = capsys.readouterr().out
    assert secret not in text
    (made,) = [json.loads(line) for line in text.splitlines()]
    assert made["filters"]["party"] == ["Chad", "Niger"]
    number = made["id"]
    edit = ["--clear", "party", "--place", "Doha", "--description", "Ours", "--disable", "--json"]
    assert run("edit", number, *edit) == 0
    (changed,) = lines(capsys)
    assert changed["filters"] == {"kind": ["talks"], "status": [], "publisher": [], "place": ["Doha"], "party": []}
    assert (changed["state"], changed["description"], changed["version"]) == ("disabled", "Ours", 2)
    assert run("test", number) == 1
    assert f"claimtrail webhooks edit {number} --enable" in capsys.readouterr().err
    assert run("edit", number, "--enable") == 0
    assert "kind: talks; place: Doha" in capsys.readouterr().out
    assert run("rotate", number) == 0
    rotated = capsys.readouterr()
    assert rotated.out.strip() != secret
    assert "the old one beside it until" in rotated.err
    assert run("test", number, "--json") == 0
    (tested,) = lines(capsys)
    assert run("replay", number, tested["id"]) == 0
    assert tested["id"] in capsys.readouterr().out
    assert run("deliveries", number) == 0
    assert [line.split()[:3] for line in capsys.readouterr().out.splitlines()] == [
        ["DELIVERY", "TYPE", "STATUS"],
        [tested["id"], "webhook.test", "waiting"],
    ]
    assert run("deliveries", number, "--status", "failed") == 0
    assert capsys.readouterr().out == "There are no such deliveries.\n"
    assert run("deliveries", number, "--limit", "0") == 2
    assert run("edit", number) == 2
    assert "nothing to change" in capsys.readouterr().err
    assert run("delete", number) == 0
    assert run("delete", number) == 1
    assert "claimtrail webhooks list" in capsys.readouterr().err


def test_what_the_service_refuses(run: Callable[..., int], client: Callable[..., Client], capsys: Output) -> None:
    assert run("create", "ftp://hooks.example/", "--types", "article.read") == 1
    assert "Only http and https" in capsys.readouterr().err
    with client() as service:
        made = service.add_webhook({"url": "https://hooks.example/", "types": ["article.read"]})
        service.edit_webhook(made, {"description": "a"})
        with pytest.raises(ServiceError) as stale:
            service.edit_webhook(made, {"description": "b"})
        assert stale.value.status == 412


def test_the_sender_delivers_and_stops_when_told(
    client: Callable[..., Client], sqlite_url: str, tmp_path: Path
) -> None:
    got: list[tuple[dict[str, str], bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    serving.start()
    env = {
        "PYTHONPATH": str(PROJECT),
        "DATABASE_URL": sqlite_url,
        "CLAIMTRAIL_ALLOWED_NETWORKS": "127.0.0.0/8",
        "CLAIMTRAIL_ALLOWED_PORTS": str(server.server_port),
    }
    log = tmp_path / "log"
    with log.open("wb") as told:
        command = [sys.executable, "-m", "claimtrail", "sender"]
        process = subprocess.Popen(command, env=os.environ | env, cwd=tmp_path, stdout=told, stderr=told)
    try:
        with client() as service:
            url = f"http://127.0.0.1:{server.server_port}/hook?key=hush"
            made = service.add_webhook({"url": url, "types": ["article.read"]})
            service.test_webhook(made["id"])
            deadline = time.monotonic() + 60
            while not list(service.deliveries(made["id"], status="delivered")):
                assert time.monotonic() < deadline, log.read_text("utf-8")
                time.sleep(0.1)
        ((headers, body),) = got
        assert Webhook(made["secret"]).verify(body, headers)["type"] == "webhook.test"
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
        server.shutdown()
        serving.join()
        server.server_close()
    said = log.read_text("utf-8")
    assert '"notice delivered"' in said
    for secret in (made["secret"], "hush", url):
        assert secret not in said
