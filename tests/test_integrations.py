"""The pages of docs/integrations: what they say is typed, with a whole service behind it, and prints what they show."""

from __future__ import annotations

import csv
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, date, datetime
from http.server import HTTPServer
from pathlib import Path
from typing import Any

import httpx
import icalendar
import pyogrio
import pytest
from standardwebhooks import Webhook

from bench.service import Process, Service, free_port, until

PROJECT = Path(__file__).resolve().parents[1]
PAGES = PROJECT / "docs" / "integrations"
SECRET = "whsec_YW4gaW52ZW50ZWQgc2VjcmV0IG9mIDMyIGJ5dGVzISE="

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed"),
]

_BLOCK = re.compile(r"^```(sh|python|text)\n(.*?)^```", re.DOTALL | re.MULTILINE)
# What is another at each run.
_CHANGING = [
    (re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "ID"),
    (re.compile(r"[^\s:]*/docs/integrations/"), "docs/integrations/"),
]


def steps(page: str) -> list[tuple[str, str | None]]:
    """The commands of a page, and what it says that each group of them prints; None where it says nothing."""
    found: list[tuple[str, str | None]] = []
    for language, inside in _BLOCK.findall((PAGES / page).read_text("utf-8")):
        if language == "text":
            found[-1] = (found[-1][0], inside)
        else:
            command = f".venv/bin/python - <<'PYTHON'\n{inside}PYTHON\n" if language == "python" else inside
            found.append((command, None))
    return found


def steady(text: str) -> str:
    """Output without what is another at each run."""
    for pattern, name in _CHANGING:
        text = pattern.sub(name, text)
    return text.strip()


class Desk:
    """A terminal in the project's folder, with a service of its own behind it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (self.folder / "docs").symlink_to(PROJECT / "docs")
        (self.folder / ".venv" / "bin").mkdir(parents=True)
        for name, call in (("python", ""), ("claimtrail", " -m claimtrail")):
            program = self.folder / ".venv" / "bin" / name
            program.write_text(f'#!/bin/sh\nexec "{sys.executable}"{call} "$@"\n', "utf-8")
            program.chmod(0o755)
        self.ports = {port: str(free_port()) for port in ("8080", "8090")}
        allowed = {
            "CLAIMTRAIL_ALLOWED_NETWORKS": "127.0.0.0/8",
            "CLAIMTRAIL_ALLOWED_PORTS": ",".join(self.ports.values()),
        }
        self.service = Service(folder, {"PYTHONPATH": str(PROJECT)} | allowed)
        self.env = os.environ | self.service.settings | {"CLAIMTRAIL": self.service.base, "LC_ALL": "C.UTF-8"}

    def start(self) -> None:
        """Brings the service up as far as its API; the worker gets ready while the pages are typed."""
        Process.start(self.service)
        with httpx.Client(base_url=self.service.base) as http:
            until(lambda: answers(http), what="the service")

    def type(self, page: str) -> Iterator[tuple[str | None, str]]:
        """Types what a page says into one shell; what it says that is printed, and what is."""
        told = steps(page)
        script = "set -eu\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n"
        for command, shown in told:
            lines = len((shown or "").splitlines())
            # The shell looks until it is there where the reader gives it a moment.
            wait = f'for _ in $(seq 200); do [ "$(wc -l < room.log)" -ge {lines} ] && break; sleep 0.1; done'
            script += f"{command.replace('sleep 2', wait)}\nprintf '\\0'\n"
        script = script.replace("http://127.0.0.1:8000", self.service.base)
        for port, mine in self.ports.items():
            script = script.replace(port, mine)
        done = subprocess.run(
            ["bash", "-c", f"{script}echo \"$CLAIMTRAIL_KEY\""],
            cwd=self.folder, env=self.env, capture_output=True, text=True, timeout=100, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{page}: {done.stdout}\n{done.stderr}"
        *printed, key = done.stdout.split("\0")
        self.env["CLAIMTRAIL_KEY"] = key.strip()
        for (_, shown), text in zip(told, printed, strict=True):
            yield shown, text.replace(self.service.base, "http://127.0.0.1:8000")

    def follow(self, page: str) -> None:
        """Types what a page says, which prints what it shows."""
        for shown, printed in self.type(page):
            if shown is not None:
                assert steady(printed) == steady(shown)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, _sqlite_template: Path) -> Iterator[Desk]:
    found = Desk(tmp_path_factory.mktemp("desk"))
    found.service.data_dir.mkdir()
    shutil.copy(_sqlite_template, found.service.data_dir / "claimtrail.sqlite3")  # migrating one more takes seconds
    try:
        found.start()
        found.follow("README.md")
        yield found
    finally:
        found.service.end()


def test_the_index_names_every_page() -> None:
    told = (PAGES / "README.md").read_text("utf-8")
    assert set(re.findall(r"^- \[(\S+?\.md)\]", told, re.MULTILINE)) == {
        page.name for page in PAGES.glob("*.md") if page.name != "README.md"
    }
    for page in PAGES.glob("*.md"):
        for link in re.findall(r"\]\((?!http)([^)#]+)\)", page.read_text("utf-8")):
            assert (PAGES / link).exists(), f"{page.name} links to {link}"


def test_a_cms_sends_corrects_and_takes_down(desk: Desk) -> None:
    desk.follow("cms.md")
    with httpx.Client(base_url=desk.service.base, headers=authorized(desk)) as http:
        for story, revision in (("story-17", 2), ("story-18", 2)):
            query = {"url": f"https://lake.example/2025/{story}", "state": "withdrawn"}
            (article,) = http.get("/v1/articles", params=query).json()["items"]
            assert (article["external_id"], article["revision"]) == (story, revision)


def test_a_chat_room_is_told_of_claims(desk: Desk) -> None:
    desk.follow("chat.md")


@pytest.fixture
def chat(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """chat.py as a module."""
    monkeypatch.setenv("WEBHOOK_SECRET", SECRET)
    monkeypatch.setenv("SEEN", str(tmp_path / "seen"))
    spec = importlib.util.spec_from_file_location("chat", PAGES / "chat.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    yield made
    made.SEEN.close()


@pytest.fixture
def knock(chat: Any) -> Iterator[Callable[..., int]]:
    """Sends one notice to chat.py's receiver; its status."""
    with HTTPServer(("127.0.0.1", 0), chat.Receiver) as server, ThreadPoolExecutor(1) as pool:

        def send(number: str, *, body: str = "{}", secret: str = SECRET) -> int:
            now = datetime.now(UTC)
            signature = Webhook(secret).sign(number, now, "{}")
            headers = {"webhook-id": number, "webhook-timestamp": str(int(now.timestamp()))}
            sent = pool.submit(
                httpx.post,
                f"http://127.0.0.1:{server.server_port}/",
                content=body,
                headers=headers | {"webhook-signature": signature},
            )
            server.handle_request()
            return sent.result(10).status_code

        yield send


def test_a_receiver_believes_signatures_and_tells_once(
    chat: Any, knock: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Any] = []
    faults: list[Exception] = [OSError("the room is shut")]

    def tell(_: Any, notice: Any) -> None:
        if faults:
            raise faults.pop()
        told.append(notice)

    monkeypatch.setattr(chat.Receiver, "tell", tell)
    assert knock("a", secret="whsec_YW5vdGhlciBpbnZlbnRlZCBzZWNyZXQsIDMyIGJ5dGU=") == 401
    assert knock("a", body='{"type":"claim.created"}') == 401
    assert (faults != [], told) == (True, []), "nothing of these was looked at"
    assert [knock("a"), knock("a"), knock("a"), knock("b")] == [503, 204, 204, 204]
    assert told == [{}, {}], "what failed was told when it came again, and nothing twice"


def test_what_a_room_is_told_calls_nobody(chat: Any) -> None:
    source = {"publisher": "<!here>", "deep_link": "https://a.example/?a=1&b=|x>#:~:text=@all"}
    claim = {"kind": "talks", "status": "denied", "attribution": {"speaker": "R&D"}, "source": source}
    told = chat.message("claim.changed", claim | {"quote": "<!channel> @all <https://evil.example|source>"})
    quote = "&lt;!channel&gt; @\u200ball &lt;https://evil.example|source&gt;"
    assert told.startswith(f"*talks, denied* (changed): “{quote}”")
    assert told.endswith("R&amp;D, &lt;!here&gt; <https://a.example/?a=1&amp;b=%7Cx%3E#:~:text=@all|source>")


def test_a_calendar_shows_each_meeting_once(desk: Desk) -> None:
    desk.follow("calendar.md")
    found = icalendar.Calendar.from_ical((desk.folder / "talks.ics").read_bytes()).walk("VEVENT")
    kisumu = [entry for entry in found if entry["LOCATION"] == "Kisumu, KE"]
    assert [(entry["DTSTART"].dt, entry["STATUS"]) for entry in kisumu] == [(date(2025, 6, 12), "CANCELLED")]


def test_points_can_be_read_without_the_tools_of_gdal(desk: Desk) -> None:
    address = f"{desk.service.base}/v1/claims.geojson"
    points = httpx.get(address, params={"kind": "territory"}, headers=authorized(desk))
    meta, _, shapes, values = pyogrio.raw.read(points.content)
    read = dict(zip(meta["fields"], values, strict=True))
    assert (meta["geometry_type"], meta["crs"], len(shapes)) == ("Point", "EPSG:4326", 2)
    assert sorted(read["place"]) == ["Goma", "Malakal"]


@pytest.mark.skipif(shutil.which("ogr2ogr") is None, reason="ogrinfo and ogr2ogr (gdal-bin) are not installed")
def test_a_map_has_the_points(desk: Desk) -> None:
    desk.follow("gis.md")


def test_a_table_can_be_read_without_a_spreadsheet(desk: Desk) -> None:
    answer = httpx.get(f"{desk.service.base}/v1/claims.csv", params={"kind": "casualties"}, headers=authorized(desk))
    rows = {row["details.outcome"]: row for row in csv.DictReader(answer.text.splitlines())}
    assert (rows["killed"]["details.count"], rows["killed"]["details.count_high"]) == ("17", "")
    assert rows["wounded"]["details.count"] == "30"


@pytest.mark.skipif(shutil.which("ssconvert") is None, reason="ssconvert (gnumeric) is not installed")
def test_a_spreadsheet_has_the_rows(desk: Desk) -> None:
    desk.follow("spreadsheet.md")


def answers(http: httpx.Client) -> bool:
    with suppress(httpx.TransportError):
        return http.get("/healthz").is_success
    return False


def authorized(desk: Desk) -> dict[str, str]:
    return {"Authorization": f"Bearer {desk.env['CLAIMTRAIL_KEY']}"}
