"""`python -m service.openapi` prints the description of the interface as YAML; `--check FILE` says whether FILE still
holds it."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

import yaml

import settings
from service import description, doorbell
from service.app import create_app
from service.doorbell import Doorbell
from service.rates import Rates
from store.database import Database


def to_yaml(described: dict[str, Any]) -> str:
    """A description as it is committed."""
    return yaml.safe_dump(described, allow_unicode=True, sort_keys=False, width=120)


def current() -> dict[str, Any]:
    """The description of this code; neither a database nor Redis is asked for it."""
    read = settings.read()
    ring = Doorbell(doorbell.connect(read.redis_url), now=time.monotonic)
    rates = Rates(None, per_minute=0, now=time.monotonic)
    app = create_app(read, database=Database.open(read.database_url), doorbell=ring, rates=rates)
    described: dict[str, Any] = app.extensions[description.EXTENSION]
    return described


def main(arguments: list[str] | None = None) -> int:
    """The command: 1 where the file that was checked differs."""
    parser = argparse.ArgumentParser(prog="python -m service.openapi", description=__doc__)
    parser.add_argument("--check", metavar="FILE", type=Path, help="only say whether FILE still holds the description")
    args = parser.parse_args(arguments)
    text = to_yaml(current())
    if args.check is None:
        sys.stdout.write(text)
        return 0
    if not args.check.is_file() or args.check.read_text("utf-8") != text:
        sys.stderr.write(f"{args.check} does not match the routes and schemas; run: make openapi\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
