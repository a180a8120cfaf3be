"""`claimtrail events`: what all articles tell of one happening, in a running service."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from claimtrail.actions import Act, add_action
from claimtrail.client import Client, ServiceError
from claimtrail.tables import aligned
from claimtrail.visible import visible

EXAMPLES = """examples:
  claimtrail events list --contradicted --kind prisoners
  claimtrail events list --place Nairobi --from 2025-06-01
  claimtrail events show EVENT                       who says what, where it does not fit, and every claim
  claimtrail events talks --from 2025-06-01          the calendar
  claimtrail events exchanges --party Ukraine        the ledger, with running totals
  claimtrail events place 364103 --as-of 2025-01-04  who claimed what of the place of that GeoNames id by then
  claimtrail events confirm EVENT --reviewer Ada
  claimtrail events split EVENT CLAIM CLAIM --reason "that was the week before"
  claimtrail events merge EVENT OTHER --reason "one meeting, told with two dates"
  claimtrail events history EVENT
"""
_EVENT, _HEADINGS = "its id, as `events list` shows it", ("EVENT", "DATE", "KIND", "CLAIMS", "ARTICLES", "CONTRADICTED")


def add_parser(subparsers: Any) -> None:
    """Adds `events` to the command line."""
    parser = subparsers.add_parser(
        "events",
        help="see what all articles tell of one happening, and sort it out",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    listed = _action(actions, "list", _list, "list events, the latest first", "claims:read")
    listed.add_argument("--kind", help="talks, territory, prisoners, casualties; several with commas")
    listed.add_argument("--contradicted", action="store_true", help="only those whose claims contradict each other")
    listed.add_argument("--place", help="a place that its claims name")
    listed.add_argument("--claim", help="those that one claim tells of")
    for name, act, told in (
        ("talks", _talks, "the calendar of talks, the earliest first"),
        (
            "exchanges",
            _exchanges,
            "the ledger of exchanges, the earliest first, with running totals of what is told as done",
        ),
    ):
        _add_days(_action(actions, name, act, told, "claims:read"))
    _add_days(listed)
    place = _action(actions, "place", _place, "who claimed what control of a place, and when", "claims:read")
    place.add_argument("place", type=int, metavar="GEONAMES_ID", help="as claims have it in `geonames_id`")
    place.add_argument("--as-of", metavar="DAY", help="only what had been told by that day")
    for name, act, told in (
        ("show", _show, "show one event in full"),
        ("history", _history, "show what people did to an event, the oldest first"),
    ):
        _action(actions, name, act, told, "claims:read").add_argument("event", metavar="EVENT", help=_EVENT)
    confirm = _deed(actions, "confirm", "confirm that claims tell of an event")
    # Without a default argparse says that it is required.
    confirm.add_argument(
        "claims", metavar="CLAIM", nargs="*", default=[], help="the claims; without any, all that it has now"
    )
    split = _deed(actions, "split", "take claims out of an event, into one of their own")
    split.add_argument("claims", metavar="CLAIM", nargs="+", help="the claims that tell of another happening")
    merge = _deed(actions, "merge", "put another event's claims into this one")
    merge.add_argument("other", metavar="OTHER", help="the event that tells of the same happening")


def _deed(actions: Any, name: str, told: str) -> argparse.ArgumentParser:
    action = _action(actions, name, _do, told, "claims:review")
    action.add_argument("event", metavar="EVENT", help=_EVENT)
    action.add_argument("--reviewer", metavar="NAME", help="who you are")
    action.add_argument("--reason", metavar="TEXT", help="why, for the history")
    action.set_defaults(action=name)
    return action


def _add_days(action: argparse.ArgumentParser) -> None:
    action.add_argument("--from", dest="date_from", metavar="DAY", help="what goes on to this day at least")
    action.add_argument("--to", dest="date_to", metavar="DAY", help="what begins on this day at the latest")
    action.add_argument("--party", help="a party that is named; several with commas, each of them has to be")


def _action(actions: Any, name: str, act: Act, told: str, scopes: str) -> argparse.ArgumentParser:
    return add_action(actions, "events", name, act, told, scopes, hint=_hint)


def _hint(error: ServiceError, _: argparse.Namespace) -> str:
    return "; ids of events are in: claimtrail events list" if error.status == 404 else ""


def _filters(args: argparse.Namespace) -> dict[str, str]:
    names = ("kind", "place", "claim", "party", "date_from", "date_to")
    found = {name: value for name in names if (value := getattr(args, name, None)) is not None}
    return found | ({"contradicted": "true"} if getattr(args, "contradicted", False) else {})


def _list(service: Client, args: argparse.Namespace) -> None:
    _table(service.events(**_filters(args)), args, _HEADINGS, _row, "events")


def _row(event: Mapping[str, Any]) -> tuple[str, ...]:
    counts = str(event["claims_count"]), str(event["articles_count"])
    return event["id"], _days(event["date"]), event["kind"], *counts, "yes" if event["contradicted"] else ""


def _talks(service: Client, args: argparse.Namespace) -> None:
    def row(entry: Mapping[str, Any]) -> tuple[str, ...]:
        place = (entry["place"] or {}).get("name") or ""
        number = "" if entry["round"] is None else f"round {entry['round']}"
        parties = ", ".join(entry["parties"])
        return _days(entry["date"]), entry["status"] or "", parties, place, number, entry["event_id"]

    headings = ("DATE", "STATUS", "PARTIES", "PLACE", "ROUND", "EVENT")
    _table(service.events("talks", **_filters(args)), args, headings, row, "talks")


def _exchanges(service: Client, args: argparse.Namespace) -> None:
    def row(entry: Mapping[str, Any]) -> tuple[str, ...]:
        return _days(entry["date"]), _numbers(entry["numbers"]), _numbers(entry["totals"]), entry["event_id"]

    headings = ("DATE", "NUMBERS", "TOTALS", "EVENT")
    _table(service.events("exchanges", **_filters(args)), args, headings, row, "exchanges")


def _numbers(numbers: Iterable[Mapping[str, Any]]) -> str:
    def one(number: Mapping[str, Any]) -> str:
        low, high = number["low"], number["high"]
        span = str(low) if low == high else f"{'?' if low is None else low}-{'?' if high is None else high}"
        return f"{number['side'] or 'unsaid'} {span} {number['category']}"

    return ", ".join(map(one, numbers))


def _place(service: Client, args: argparse.Namespace) -> None:
    as_of = {} if args.as_of is None else {"as_of": args.as_of}
    found = service.events(f"places/{args.place}/control", **as_of)
    if args.json:
        _print_all(found)
        return
    rows = [
        (str(one["told_on"] or ""), _days(one["date"]), _control(one), one["speaker"] or one["publisher"] or "")
        for entry in found
        for one in sorted([*entry["claims"], *entry["denials"]], key=lambda claim: str(claim["told_on"]))
    ]
    print(aligned([("TOLD ON", "FOR", "WHAT", "SAID BY"), *rows]) if rows else "Nothing is told of this place.")


def _control(claim: Mapping[str, Any]) -> str:
    share = "" if claim["share_percent"] is None else f" {claim['share_percent']:g} %"
    told = f"{claim['actor'] or 'somebody'} {claim['action']}{share}"
    return told if claim["status"] in ("occurred", "ongoing") else f"{told} ({claim['status']})"


def _show(service: Client, args: argparse.Namespace) -> None:
    _tell(service.event(args.event), args)


def _history(service: Client, args: argparse.Namespace) -> None:
    headings = ("WHEN", "WHAT", "CLAIMS", "BY", "WHY")

    def row(change: Mapping[str, Any]) -> tuple[str, ...]:
        other = f" from {change['from']}" if change["from"] else f" into {change['into']}" if change["into"] else ""
        who = change["reviewer"] or (f"key {change['by_key']}" if change["by_key"] else "")
        return change["created_at"], change["action"] + other, str(len(change["claims"])), who, change["reason"] or ""

    _table(service.event_changes(args.event), args, headings, row, "changes by people")


def _do(service: Client, args: argparse.Namespace) -> None:
    change = {name: value for name in ("reviewer", "reason") if (value := getattr(args, name)) is not None}
    if args.action == "merge":
        change["event"] = args.other
    elif args.claims:
        change["claims"] = args.claims
    _tell(service.change_event(args.event, args.action, change), args)


def _tell(event: Mapping[str, Any], args: argparse.Namespace) -> None:
    if args.json:
        print(json.dumps(event, ensure_ascii=False))
        return
    merged = event["links"]["merged_into"]
    print(visible(f"{event['id']}  {event['kind']}, {event['family']}, {_days(event['date'])}  {event['state']}"))
    if merged:
        print(visible(f"  merged into {merged.rpartition('/')[2]}"))
    counts = f"{_counted(event['claims_count'], 'claim')} of {_counted(event['articles_count'], 'article')}"
    print(f"  {counts}, {_counted(event['independent_sources'], 'independent source')}")
    for one in event["contradictions"]:
        print(visible(f"  contradiction in {one['field']}: {one['reason']}"))
        for value in one["values"]:
            print(visible(f"    {value['value']}: {', '.join(value['said_by'])}"))
    for one in event["told"]:
        print(visible(f"  {one['field']:<14} {_of(one)}  ({_counted(one['articles'], 'article')})"))
    for member in event["claims"]:
        claim = member["claim"]
        print(visible(f"  {member['membership']:<10} {claim['id']}  “{claim['quote']}”"))


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun if number == 1 else f'{noun}s'}"


def _of(told: Mapping[str, Any]) -> str:
    of = ", ".join(f"{name} {value}" for name, value in told["of"].items())
    return f"{told['value']}" + (f" [{of}]" if of else "")


def _days(date: Mapping[str, Any]) -> str:
    first, last = date["from"], date["to"]
    days = str(first or "") if first == last else f"{first or '…'} to {last or '…'}"
    return days if date["stated"] or not days else f"about {days}"


def _table(
    found: Iterable[Mapping[str, Any]],
    args: argparse.Namespace,
    headings: tuple[str, ...],
    row: Callable[[Mapping[str, Any]], tuple[str, ...]],
    noun: str,
) -> None:
    if args.json:
        _print_all(found)
        return
    rows = [row(one) for one in found]
    print(aligned([headings, *rows]) if rows else f"There are no such {noun}.")


def _print_all(found: Iterable[Mapping[str, Any]]) -> None:
    for one in found:
        print(json.dumps(one, ensure_ascii=False))
