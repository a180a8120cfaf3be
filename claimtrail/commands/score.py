"""`claimtrail score`: compare what the extractor finds with what people annotated."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from tqdm import tqdm

import settings
from claimtrail.client import Client, ServiceError
from claimtrail.errors import EngineError
from claimtrail.scoring import Fault, Score
from claimtrail.sources import FIELDS
from claimtrail.visible import visible, visible_lines

EXAMPLES = """examples:
  claimtrail score tests/gold                          with the engine in this process
  claimtrail score tests/gold --errors                 and everything that was read wrongly, by article
  claimtrail score tests/gold more/ --api http://127.0.0.1:8000
  claimtrail score tests/gold --json --pred-out found.jsonl

A gold folder holds one JSON file an article: id, url, published_at, text and the annotated claims.
"""
_HEADINGS = ("gold", "found", "false_alarms", "precision", "recall", "f1", "strict_f1")
_LEFT_OUT = ("kind", "quote")

Read = Callable[[Mapping[str, Any]], list[dict[str, Any]]]


class GoldError(ValueError):
    """A folder holds no gold articles, or a file in it is none; the message names it."""


def add_parser(subparsers: Any) -> None:
    """Adds `score` to the command line."""
    parser = subparsers.add_parser(
        "score",
        help="compare the extractor's claims with annotated ones",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR", help="folders of annotated articles")
    parser.add_argument("--api", help="address of a running service (without it, the engine runs in this process)")
    parser.add_argument("--key", help="API key, where the service asks for one")
    parser.add_argument("--errors", action="store_true", help="also list misses, false alarms and wrong fields")
    parser.add_argument("--json", action="store_true", help="print the figures as one JSON object")
    parser.add_argument("--pred-out", type=Path, metavar="FILE", help="write the claims found, one line an article")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Reads every article and prints the score; returns 1 when one could not be read, 2 for bad folders."""
    try:
        articles = load(args.folders)
        if args.api:
            with Client(args.api, key=args.key or settings.client_key()) as service:
                found = _read_all(articles, lambda article: _through(service, article))
        else:
            from claimtrail.engine import Engine  # it brings the language model's library along

            engine = Engine.open(settings.read().gazetteer)
            found = _read_all(articles, lambda article: engine.read(_submission(article))["claims"])
    except GoldError as error:
        print(visible(f"claimtrail score: {error}"), file=sys.stderr)
        return 2
    except (EngineError, ServiceError) as error:
        print(visible(f"claimtrail score: {error}"), file=sys.stderr)
        return 1
    if args.pred_out:
        lines = (json.dumps({"id": id_, "claims": claims}, ensure_ascii=False) + "\n" for id_, claims in found.items())
        args.pred_out.write_text("".join(lines), "utf-8")
    score = scored(articles, found)
    if args.errors:
        print(visible_lines(faults(score.faults)))
    print(json.dumps(score.report()) if args.json else visible_lines(figures(score.report())))
    return 0


def load(folders: Iterable[Path]) -> list[dict[str, Any]]:
    """The gold articles of these folders, by file name. Raises GoldError for what cannot be one."""
    files = sorted((file for folder in folders for file in folder.glob("*.json")), key=lambda file: file.name)
    if not files:
        raise GoldError(f"no gold articles (*.json) in {', '.join(map(str, folders))}")
    articles = []
    for file in files:
        try:
            article = json.loads(file.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise GoldError(f"{file}: {error}") from error
        wanted = ("id", "url", "published_at", "text", "claims")
        missing = [name for name in wanted if not isinstance(article, dict) or name not in article]
        if missing:
            raise GoldError(f"{file}: not an annotated article, it has no {', '.join(missing)}")
        misquoted = next((c["quote"] for c in article["claims"] if c["quote"] not in article["text"]), None)
        if misquoted is not None:
            raise GoldError(f"{file}: an annotated quote is not in the text: {misquoted!r}")
        articles.append(article)
    return articles


def scored(articles: Iterable[Mapping[str, Any]], found: Mapping[str, list[dict[str, Any]]]) -> Score:
    """The score of the claims found, given by article id."""
    articles = list(articles)
    claims = [c for a in articles for c in (*a["claims"], *found.get(a["id"], ()))]
    kinds = sorted({claim["kind"] for claim in claims})
    score = Score()
    for article in articles:
        score.add(article, found.get(article["id"], []), kinds)
    return score


def figures(report: Mapping[str, Any]) -> str:
    """The figures as a table: one row a kind, the accuracy of every field over the claims rightly found, and for each
    stretch of confidence the share of claims that are right."""
    lines = [f"{'kind':10} {'gold':>5} {'found':>5} {'false':>5} {'prec':>6} {'recall':>6} {'F1':>6} {'strict':>6}"]
    for kind, row in report["kinds"].items():
        counts, shares = [row[h] for h in _HEADINGS[:3]], [row[h] for h in _HEADINGS[3:]]
        lines.append(f"{kind:10} " + " ".join([*(f"{n:5}" for n in counts), *(f"{n:6.3f}" for n in shares)]))
    lines += ["", f"{'field of a found claim':28} {'right':>5} {'of':>5} {'share':>6}"]
    lines += [f"{name:28} {ok:5} {total:5} {share:6.3f}" for name, (ok, total, share) in report["fields"].items()]
    lines += ["", f"{'confidence':10} {'claims':>6} {'mean':>6} {'right':>6}"]
    lines += [
        f"{b['from']:.1f} - {b['to']:.1f}  {b['claims']:6} {b['mean']:6.3f} {b['share']:6.3f}"
        for b in report["confidence"]["bins"]
    ]
    exact, spans = report["spans_exact"]
    lines += [
        f"expected calibration error: {report['confidence']['expected_error']}",
        "",
        f"exact spans: {exact} of {spans}; mean overlap of quotes with the annotated ones: {report['quote_iou']}",
    ]
    return "\n".join(lines)


def faults(found: Iterable[Fault]) -> str:
    """What was read wrongly, article by article."""
    blocks = []
    for article, group in groupby(sorted(found, key=lambda fault: fault.article), key=lambda fault: fault.article):
        blocks.append(f"== {article}")
        blocks += [_told(fault) for fault in group]
    return "\n".join([*blocks, ""])


def _told(fault: Fault) -> str:
    lines = [f"{fault.what.upper()} {fault.kind} {', '.join(fault.wrong)}".rstrip(), f"    “{fault.quote}”"]
    if fault.gold is not None:
        shown = {k: v for k, v in fault.gold.items() if k not in _LEFT_OUT}
        lines.append("    gold:  " + json.dumps(shown, ensure_ascii=False))
    if fault.found is not None:
        claim = fault.found
        lines.append(f"    found: {claim['status']} " + json.dumps(_values(claim), ensure_ascii=False))
        if fault.gold is not None and claim["quote"] != fault.gold["quote"]:
            lines.append(f"    from:  “{claim['quote']}”")
        rule = claim.get("explanation") or {}
        lines.append(f"    rule:  {rule.get('rule')} on “{rule.get('trigger')}”")
    return "\n".join(lines)


def _values(claim: Mapping[str, Any]) -> dict[str, Any]:
    """What a claim says, places by their names."""
    date, said = claim.get("date") or {}, claim.get("attribution") or {}
    details = {
        name: [_place(v) for v in value] if isinstance(value, list) else _place(value)
        for name, value in claim["details"].items()
        if value not in (None, [], "")
    }
    return {"date": [date.get("text"), date.get("from"), date.get("to")], "speaker": said.get("speaker")} | details


def _place(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    return f"{value.get('name')} ({value['region']})" if value.get("region") else value.get("name")


def _read_all(articles: list[dict[str, Any]], read: Read) -> dict[str, list[dict[str, Any]]]:
    shown = tqdm(articles, desc="reading", unit="article", leave=False, disable=None)
    return {article["id"]: read(article) for article in shown}


def _submission(article: Mapping[str, Any]) -> dict[str, Any]:
    return {field: article[field] for field in FIELDS if article.get(field)}


def _through(service: Client, article: Mapping[str, Any]) -> list[dict[str, Any]]:
    submitted = service.submit(_submission(article))
    job = service.wait(submitted["job"]["id"], seconds=120)
    if job["status"] != "finished":
        raise ServiceError(
            f"{article['id']}: job {job['id']} is {job['status']} ({job.get('error') or 'no reason given'})"
        )
    return list(service.claims(submitted["article"]["id"]))
