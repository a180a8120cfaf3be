"""`claimtrail import`: bring many articles into a running service, a hundred at a time."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from tqdm import tqdm

import settings
from claimtrail.client import Client, ServiceError
from claimtrail.importing import Importer, Tally
from claimtrail.origins import Origin, origins
from claimtrail.sources import SourceError
from claimtrail.visible import visible

EXAMPLES = """examples:
  claimtrail import archive.ndjson                   one article a line, as POST /v1/articles takes it
  claimtrail import archive/ --publisher "The Daily" every .txt, .html, .md, .json and .ndjson file in the folder
  zcat archive.ndjson.gz | claimtrail import -       lines from standard input
  claimtrail import archive.ndjson --dry-run         only say what would be refused
  claimtrail import archive.ndjson --wait            and wait until all has been read

It can be interrupted at any time, also by kill -9: the same command goes on where it was. Nothing comes in twice, as
the service knows an address and its text again; what was under way in that moment is counted as known already.
A line with nothing but "url" has the service fetch the page, where it may (CLAIMTRAIL_FETCH_HOSTS).
When the service is full it waits. What is refused stands in PATH.errors.ndjson, with its line and the problem.
"""


def add_parser(subparsers: Any) -> None:
    """Adds `import` to the command line."""
    parser = subparsers.add_parser(
        "import",
        help="bring many articles into a running service, a hundred at a time",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "paths", nargs="+", metavar="PATH", help="files of NDJSON, article files, folders, or - for stdin"
    )
    parser.add_argument("--api", help="address of the service (default: the one that `claimtrail up` serves from here)")
    parser.add_argument("--key", help="API key with the scope articles:write (default: CLAIMTRAIL_KEY)")
    parser.add_argument("--publisher", help="publisher, for articles that do not bring their own")
    parser.add_argument(
        "--published-at", help="date or date-time with offset, for articles that do not bring their own"
    )
    parser.add_argument("--language", help="language tag, for articles that do not bring their own")
    parser.add_argument("--anew", action="store_true", help="begin at the start, although an import was interrupted")
    parser.add_argument("--dry-run", action="store_true", help="send nothing; tell what the service would refuse")
    parser.add_argument("--wait", action="store_true", help="wait until all that was accepted has been read")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Imports everything; returns 1 when anything was refused or the service could not be used, 2 when nothing could
    be read, 130 when it was interrupted. Raises SettingsError."""
    defaults = {k: getattr(args, k) for k in ("publisher", "published_at", "language")}
    read = settings.read()
    api = (args.api or read.base_url).rstrip("/")
    try:
        found = origins(args.paths, defaults)
        if args.dry_run:
            return _try(found)
        with Client(api, key=args.key or settings.client_key(), retries=0) as service:
            importer = Importer(
                service,
                api=api,
                folder=read.data_dir / "imports",
                heard=lambda told: tqdm.write(visible(f"waiting: {told}"), file=sys.stderr),
            )
            total = Tally()
            for origin in found:
                total.add(_import(importer, origin, anew=args.anew))
            if len(found) > 1:
                print(f"all together: {total.told()}")
        unread = _wait(api, args, importer.jobs) if args.wait else 0
    except SourceError as error:
        print(visible(f"claimtrail import: {error}"), file=sys.stderr)
        return 2
    except ServiceError as error:
        hint = "; the same command goes on where it was" if error.passing or error.status is not None else ""
        print(visible(f"claimtrail import: {error}{hint}"), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted; the same command goes on where it was.", file=sys.stderr)
        return 130
    return 1 if total.refused or unread else 0


def _import(importer: Importer, origin: Origin, *, anew: bool) -> Tally:
    progress, why = importer.begin(origin, anew=anew)
    if why:
        print(visible(f"{origin.name}: {why}, so it begins at the start"), file=sys.stderr)
    if progress.at:
        print(visible(f"{origin.name}: going on after {progress.tally.total:,} articles"), file=sys.stderr)
    with _bar(origin, progress.at) as bar:
        for now in importer.run(origin, progress):
            bar.set_postfix_str(now.tally.told(), refresh=False)
            bar.update(now.at - bar.n)
    where = f" ({origin.errors})" if progress.tally.refused else ""
    print(visible(f"{origin.name}: {progress.tally.told()}{where}"))
    return progress.tally


def _bar(origin: Origin, at: int) -> Any:
    scaled = origin.unit == "B"
    return tqdm(total=origin.size, initial=at, desc="importing", unit=origin.unit, unit_scale=scaled, disable=None)


def _try(found: list[Origin]) -> int:
    """Tells what the service would refuse; returns 1 if anything."""
    from schemas.article import ArticleIn

    schema, good, bad, alone = ArticleIn(), 0, 0, 0
    for origin in found:
        for record in origin.records(0, 0):
            faults = {"": [str(record.fault)]} if record.submission is None else schema.validate(record.submission)
            if not faults:
                good += 1
                alone += not {"text", "html"} & (record.submission or {}).keys()
                continue
            bad += 1
            where = " ".join(f"{name} {value}" for name, value in record.place.items())
            told = "; ".join((name and f"{name}: ") + says[0].split(": ", 1)[-1] for name, says in faults.items())
            print(visible(f"{origin.name}: {where}: {told}"), file=sys.stderr)
    if alone:
        print(f"{alone:,} bring no text: the service takes them where CLAIMTRAIL_FETCH_HOSTS lists their host")
    print(f"{good:,} can be sent, {bad:,} would be refused; nothing was sent")
    return 1 if bad else 0


def _wait(api: str, args: argparse.Namespace, jobs: list[str]) -> int:
    """Waits for jobs; returns how many failed. Raises ServiceError."""
    failed = 0
    with Client(api, key=args.key or settings.client_key(), retries=20) as service:
        for job_id in tqdm(jobs, desc="reading", unit="article", disable=None):
            job = service.wait(job_id, seconds=86_400)
            if job["status"] != "finished":
                failed += 1
                tqdm.write(visible(f"job {job_id} is {job['status']}: {job.get('error')}"), file=sys.stderr)
    print(f"{len(jobs) - failed:,} read, {failed:,} not")
    return failed
