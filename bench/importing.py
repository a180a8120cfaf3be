"""`python -m bench.importing`: an import that is interrupted twice brings every article in, once.

A service of its own is brought up, and `claimtrail import` of a made-up archive started against it; killed by SIGKILL
at a third of the way, by Ctrl-C at two thirds, and started once more. Then the service is asked what it has.
"""

from __future__ import annotations

import argparse
import json
import signal
import tempfile
import time
from collections import Counter
from pathlib import Path

import httpx
from tqdm import tqdm

from bench.service import Process, Service, end_on_sigterm, until
from claimtrail.client import Client

_BATCHES = 'claimtrail_requests_total{method="POST",route="/v1/articles/batch",status="207"}'
_TEXT = "Envoys of Chad and Niger will hold round {0} of their talks in Doha on June 9, Amina Yaro said. {1}"
_FILLER = "The talks were agreed on in spring, and nothing of what was said there has become known so far. "


def archive(path: Path, count: int) -> None:
    """Writes so many articles, each of its own text, as NDJSON."""
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            text = _TEXT.format(number + 1, _FILLER * 6)
            told = {"url": f"https://archive.example/{number}", "text": text, "published_at": "2025-06-03"}
            file.write(json.dumps(told) + "\n")


def run(count: int) -> bool:
    """Does it all and prints the figures; whether nothing is missing, double or taken in by another way."""
    with tempfile.TemporaryDirectory(prefix="ct-") as name:
        folder = Path(name)
        archive(folder / "archive.ndjson", count)
        with Service(folder, {"CLAIMTRAIL_MAX_BACKLOG": str(max(count, 10_000))}) as service:
            seconds = []
            for number, part in enumerate((1 / 3, 2 / 3, 1.0), 1):
                seconds.append(_import(service, folder, int(count * part), number))
            good = _tell(service, folder, count, seconds)
            service.stop()
    return good


def _import(service: Service, folder: Path, up_to: int, number: int) -> float:
    """Imports until so many articles are in; returns the seconds that took."""
    log = folder / f"import-{number}"
    process = Process(["import", str(folder / "archive.ndjson")], service.settings, log)
    began = time.monotonic()
    with process:
        if number == 3:
            process.process.wait()
        else:
            until(lambda: _batches(service) * 100 >= up_to, 1800, f"{up_to:,} articles")
            process.kill() if number == 1 else process.stop(signal.SIGINT)
    print(f"import {number}: ended with {process.process.returncode} after {time.monotonic() - began:.1f} s")
    print(
        "".join(f"  {line}\n" for line in process.log().replace("\r", "\n").splitlines() if "archive" in line), end=""
    )
    return time.monotonic() - began


def _batches(service: Service) -> int:
    told = httpx.get(f"{service.base}/metrics", timeout=60).text
    return sum(int(float(line.rpartition(" ")[2])) for line in told.splitlines() if line.startswith(_BATCHES))


def _tell(service: Service, folder: Path, count: int, seconds: list[float]) -> bool:
    batches = _batches(service)
    with Client(service.base, retries=20) as client:
        found = list(tqdm(client.articles(), desc="counting", unit="article", disable=None, leave=False))
    urls = Counter(article["url"] for article in found)
    revisions = Counter(article["revision"] for article in found)
    doubles = sum(number - 1 for number in urls.values())
    print(f"{len(found):,} articles of {count:,}, {doubles} double, revisions {dict(revisions)}")
    print(f"{batches:,} batches; {count / sum(seconds):.0f} articles a second over all three, with starting up")
    left = list((folder / "data" / "imports").glob("*")) + list(folder.glob("*.errors.ndjson"))
    print(f"left behind: {len(left)} files of state or errors")
    whole = len(found) == len(urls) == count and set(revisions) == {1} and not left
    # A batch at each interruption may have been sent twice.
    return whole and -(-count // 100) <= batches <= -(-count // 100) + 2


def main() -> int:
    """The command: 1 where anything is missing or double."""
    parser = argparse.ArgumentParser(prog="python -m bench.importing", description=__doc__)
    parser.add_argument("--articles", type=int, default=10_000, help="how many (default: %(default)s)")
    args = parser.parse_args()
    end_on_sigterm()
    good = run(args.articles)
    print("everything is in, once, by batches" if good else "NOT as it has to be")
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
