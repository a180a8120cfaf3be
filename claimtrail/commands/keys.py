"""`claimtrail keys`: who may use the service, and for what."""

from __future__ import annotations

import argparse
import re
import secrets
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import settings
from claimtrail.tables import aligned
from settings import SettingsError

if TYPE_CHECKING:
    from store.database import Database
    from store.keys import KeyView

EXAMPLES = """examples:
  claimtrail keys create "website CMS" --scopes articles:write
  claimtrail keys create "fact-check desk" --scopes claims:read,claims:review --expires 365d
  KEY=$(claimtrail keys create ops --scopes admin | tail -n 1)
  claimtrail keys create "desk calendar" --scopes claims:feed        for …/v1/talks.ics?token=KEY
  claimtrail keys list
  claimtrail keys revoke 5f0c2a9be1d47763

A key is shown once, when it is made; only a hash of it is kept. From the first key on the service answers nobody
without one, and may listen on other addresses than loopback. A revoked key ends at once.
"""
_ELSEWHERE = "CLAIMTRAIL_DATA_DIR or DATABASE_URL name that of a service elsewhere"
_DEFAULT_SCOPES = "articles:write,claims:read"
_SPAN = re.compile(r"(\d{1,5})d")


def add_parser(subparsers: Any) -> None:
    """Adds `keys` to the command line."""
    parser = subparsers.add_parser(
        "keys",
        help="make, list and revoke API keys",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    create = actions.add_parser("create", help="make a key and show it, alone on the last line")
    create.add_argument("name", metavar="NAME", help="whose key it is, for the list")
    create.add_argument(
        "--scopes",
        default=_DEFAULT_SCOPES,
        help="what it may do, separated by commas: articles:write, claims:read, claims:review, webhooks:write, "
        "or admin for everything; or claims:feed alone, for a key that stands in the address of a calendar or a feed "
        "(default: %(default)s)",
    )
    create.add_argument(
        "--expires",
        metavar="WHEN",
        help="when it ends: days from now (90d), or the day at whose beginning it does (2027-01-31, UTC)",
    )
    create.set_defaults(run=_command(_create, makes=True))
    show = actions.add_parser("list", help="show all keys, without their secrets")
    show.set_defaults(run=_command(_list))
    revoke = actions.add_parser("revoke", help="end a key at once")
    revoke.add_argument("id", metavar="ID", help="the middle part of the key, as `keys list` shows it")
    revoke.set_defaults(run=_command(_revoke))


def _command(
    act: Callable[[argparse.Namespace, Database], int], *, makes: bool = False
) -> Callable[[argparse.Namespace], int]:
    """An action with its database, which one that `makes` a key may make, too: a new desk gets its first key before its
    first start. Returns 1 when it cannot be used. Raises SettingsError."""

    def run(args: argparse.Namespace) -> int:
        read = settings.read()
        from store import migrate
        from store.database import Database, Unavailable

        try:
            database = Database.open(read.database_url)
        except ValueError as fault:
            raise SettingsError(f"DATABASE_URL: {fault}") from None
        try:
            if database.path is not None and not database.path.exists():
                if not makes:
                    told = f"there is no database at {database.path}, and so no key; {_ELSEWHERE}"
                    print(f"claimtrail keys: {told}", file=sys.stderr)
                    return 1
                migrate.upgrade(database)
                print(f"A new database was made for it at {database.path}; {_ELSEWHERE}.", file=sys.stderr)
            return act(args, database)
        except Unavailable as fault:
            hint = "; run: claimtrail migrate" if fault.reason == "not migrated" else ""
            print(f"claimtrail keys: {fault}{hint}", file=sys.stderr)
            return 1
        finally:
            database.dispose()

    return run


def _create(args: argparse.Namespace, database: Database) -> int:
    from store import keys

    now = datetime.now(UTC)
    scopes = [scope.strip() for scope in args.scopes.split(",") if scope.strip()]
    try:
        expires_at = None if args.expires is None else _moment(args.expires, now)
        with database.transaction() as s:
            made = keys.make(s, args.name, scopes, now=now, random_bytes=secrets.token_bytes, expires_at=expires_at)
    except ValueError as fault:
        print(f"claimtrail keys create: {fault}", file=sys.stderr)
        return 2
    until = "" if expires_at is None else f" until {expires_at:%Y-%m-%d %H:%M} UTC"
    print(
        f"{args.name.strip()} may {', '.join(scopes)}{until}. This is its key; it is not shown again:", file=sys.stderr
    )
    print(made)
    return 0


def _list(_args: argparse.Namespace, database: Database) -> int:
    from store import keys

    with database.reading() as s:
        found = keys.listed(s)
    if not found:
        print("There are no keys: the service answers its own machine only, without one.")
        return 0
    rows: list[tuple[str, ...]] = [("ID", "NAME", "STATE", "SCOPES", "CREATED", "EXPIRES", "LAST USED")]
    rows += [_row(key, datetime.now(UTC)) for key in found]
    print(aligned(rows))
    return 0


def _revoke(args: argparse.Namespace, database: Database) -> int:
    from store import keys

    with database.transaction() as s:
        ended = keys.revoke(s, args.id, datetime.now(UTC))
    if ended is None:
        print(f"claimtrail keys revoke: no key has the id {args.id!r}; see: claimtrail keys list", file=sys.stderr)
        return 1
    print(f"{ended.name}: the key {ended.id} is revoked")
    return 0


def _row(key: KeyView, now: datetime) -> tuple[str, ...]:
    times = (key.created_at, key.expires_at, key.last_used_at)
    told = ["" if moment is None else f"{moment:%Y-%m-%d %H:%M}" for moment in times]
    return (key.id, key.name, key.state(now), ",".join(key.scopes), *told)


def _moment(told: str, now: datetime) -> datetime:
    """When a key ends. ValueError for what is neither a number of days nor a date."""
    try:
        if span := _SPAN.fullmatch(told):
            return now + timedelta(days=int(span[1]))
        return datetime.combine(date.fromisoformat(told), time.min, UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"--expires wants days from now (90d) or a date (2027-01-31), not {told!r}") from None
