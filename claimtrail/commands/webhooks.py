"""`claimtrail webhooks`: who is told of what happens in a running service, and what was sent."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from claimtrail.actions import Act, add_action
from claimtrail.client import Client, ServiceError
from claimtrail.tables import aligned
from claimtrail.visible import visible

EXAMPLES = """examples:
  claimtrail webhooks create https://desk.example/claims --types claim.created,claim.changed --kind talks
  SECRET=$(claimtrail webhooks create https://desk.example/hook --types article.read | tail -n 1)
  claimtrail webhooks list
  claimtrail webhooks test WEBHOOK
  claimtrail webhooks deliveries WEBHOOK --status failed
  claimtrail webhooks replay WEBHOOK DELIVERY
  claimtrail webhooks edit WEBHOOK --url https://desk.example/new --enable
  claimtrail webhooks rotate WEBHOOK
  claimtrail webhooks delete WEBHOOK

Types: claim.created, claim.changed, claim.withdrawn, article.read, article.failed, event.contradicted,
review.published. A secret is shown once, alone on the last line, when a webhook is made and when it is rotated; the
service keeps it, as it signs with it, and a rotated one signs beside the new one for a day.
"""
_SCOPE = "webhooks:write"
_FILTERS = ("kind", "status", "publisher", "place", "party")
_HEADINGS = ("WEBHOOK", "STATE", "TYPES", "FILTERS", "URL")
_DELIVERY_HEADINGS = ("DELIVERY", "TYPE", "STATUS", "ATTEMPTS", "CREATED", "LAST")


def add_parser(subparsers: Any) -> None:
    """Adds `webhooks` to the command line."""
    parser = subparsers.add_parser(
        "webhooks",
        help="be told of what happens: make, list and test webhooks",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    _action(actions, "list", _list, "list all webhooks, oldest first")
    create = _action(actions, "create", _create, "make a webhook and show its secret, alone on the last line")
    create.add_argument("url", metavar="URL", help="where notices are posted to")
    create.add_argument("--types", required=True, help="of what it is told, with commas")
    _add_wish(create)
    edit = _on_webhook(actions, "edit", _edit, "change a webhook")
    edit.add_argument("--url", help="where notices are posted to from now on")
    edit.add_argument("--types", help="of what it is told from now on, with commas")
    _add_wish(edit)
    edit.add_argument(
        "--clear", action="append", default=[], choices=(*_FILTERS, "description"), metavar="FIELD", help="empty it"
    )
    state = edit.add_mutually_exclusive_group()
    state.add_argument("--enable", dest="state", action="store_const", const="active", help="what waited is sent")
    state.add_argument("--disable", dest="state", action="store_const", const="disabled", help="nothing is sent")
    _on_webhook(actions, "rotate", _rotate, "give a webhook a new secret and show it, alone on the last line")
    _on_webhook(actions, "test", _test, "send a notice that tells nothing")
    _on_webhook(actions, "delete", _delete, "delete a webhook, what waits for it, and its log")
    log = _on_webhook(actions, "deliveries", _deliveries, "show what was sent to a webhook, newest first")
    log.add_argument("--status", help="waiting, delivered or failed; several with commas")
    log.add_argument("--limit", type=int, default=50, metavar="N", help="show so many (default: %(default)s)")
    replay = _on_webhook(actions, "replay", _replay, "send a notice once more, under its own id")
    replay.add_argument("delivery", metavar="DELIVERY", help="its id, as `webhooks deliveries` shows it")


def _action(actions: Any, name: str, act: Act, told: str) -> argparse.ArgumentParser:
    return add_action(actions, "webhooks", name, act, told, _SCOPE, hint=_hint)


def _on_webhook(actions: Any, name: str, act: Act, told: str) -> argparse.ArgumentParser:
    action = _action(actions, name, act, told)
    action.add_argument("webhook", metavar="WEBHOOK", help="its id, as `webhooks list` shows it")
    return action


def _add_wish(action: argparse.ArgumentParser) -> None:
    for name in _FILTERS:
        action.add_argument(
            f"--{name}", action="append", metavar="VALUE", help=f"only what has this {name}; repeatable"
        )
    action.add_argument("--description", metavar="TEXT", help="whose it is and what for")


def _hint(error: ServiceError, args: argparse.Namespace) -> str:
    if error.status == 404:
        return "; ids are in: claimtrail webhooks list"
    if error.status == 409:
        return f"; switch it on: claimtrail webhooks edit {args.webhook} --enable"
    return ""


def _list(service: Client, args: argparse.Namespace) -> None:
    found = service.webhooks()
    if args.json:
        for webhook in found:
            _print_json(webhook)
        return
    rows = [_row(webhook) for webhook in found]
    print(aligned([_HEADINGS, *rows]) if rows else "There are no webhooks.")


def _create(service: Client, args: argparse.Namespace) -> None:
    _show_secret(service.add_webhook({"url": args.url} | _wish(args)), args)


def _edit(service: Client, args: argparse.Namespace) -> None:
    changes = {name: value for name in ("url", "state") if (value := getattr(args, name)) is not None} | _wish(args)
    cleared: dict[str, Any] = {name: None for name in args.clear if name in _FILTERS}
    if cleared:
        changes["filters"] = changes.get("filters", {}) | cleared
    if "description" in args.clear:
        changes["description"] = None
    if not changes:
        raise ValueError("nothing to change is named; see: claimtrail webhooks edit --help")
    _tell(service.edit_webhook(service.webhook(args.webhook), changes), args)


def _rotate(service: Client, args: argparse.Namespace) -> None:
    _show_secret(service.rotate_webhook_secret(args.webhook), args)


def _test(service: Client, args: argparse.Namespace) -> None:
    _tell_delivery(service.test_webhook(args.webhook), args)


def _replay(service: Client, args: argparse.Namespace) -> None:
    _tell_delivery(service.replay_delivery(args.webhook, args.delivery), args)


def _delete(service: Client, args: argparse.Namespace) -> None:
    service.delete_webhook(args.webhook)
    if not args.json:
        print(visible(f"{args.webhook} is deleted"))


def _deliveries(service: Client, args: argparse.Namespace) -> None:
    filters = {} if args.status is None else {"status": args.status}
    if args.limit < 1:
        raise ValueError("--limit wants a number from 1 on")
    found = [one for one, _ in zip(service.deliveries(args.webhook, **filters), range(args.limit), strict=False)]
    if args.json:
        for delivery in found:
            _print_json(delivery)
        return
    rows = [_delivery_row(delivery) for delivery in found]
    print(aligned([_DELIVERY_HEADINGS, *rows]) if rows else "There are no such deliveries.")


def _wish(args: argparse.Namespace) -> dict[str, Any]:
    """What the call says of types, filters and the description, in the API's form."""
    wish: dict[str, Any] = {}
    if args.types is not None:
        wish["types"] = [one.strip() for one in args.types.split(",") if one.strip()]
    filters = {name: values for name in _FILTERS if (values := getattr(args, name)) is not None}
    if filters:
        wish["filters"] = filters
    if args.description is not None:
        wish["description"] = args.description
    return wish


def _show_secret(webhook: Mapping[str, Any], args: argparse.Namespace) -> None:
    if args.json:
        _print_json(webhook)
        return
    old = webhook["old_secret_until"]
    beside = f", and the old one beside it until {_minute(old)} UTC" if old else ""
    told = f"{webhook['id']} is signed for by this secret{beside}; it is not shown again:"
    print(visible(told), file=sys.stderr)
    print(webhook["secret"])


def _tell(webhook: Mapping[str, Any], args: argparse.Namespace) -> None:
    if args.json:
        _print_json(webhook)
    else:
        print(aligned([_HEADINGS, _row(webhook)]))


def _tell_delivery(delivery: Mapping[str, Any], args: argparse.Namespace) -> None:
    if args.json:
        _print_json(delivery)
    else:
        print(visible(f"{delivery['id']} {delivery['type']} will be sent; see: claimtrail webhooks deliveries"))


def _row(webhook: Mapping[str, Any]) -> Sequence[str]:
    filters = "; ".join(f"{name}: {', '.join(values)}" for name, values in webhook["filters"].items() if values)
    state = webhook["state"] if webhook["reason"] is None else f"{webhook['state']} ({webhook['reason']})"
    return (webhook["id"], state, ",".join(webhook["types"]), filters, webhook["url"])


def _delivery_row(delivery: Mapping[str, Any]) -> Sequence[str]:
    last = delivery["attempts"][-1] if delivery["attempts"] else None
    told = "" if last is None else last["error"] or f"{last['status']} in {last['ms']} ms"
    tries = str(len(delivery["attempts"]))
    return (delivery["id"], delivery["type"], delivery["status"], tries, _minute(delivery["created_at"]), told)


def _minute(moment: str) -> str:
    return moment[:16].replace("T", " ")


def _print_json(value: Mapping[str, Any]) -> None:
    print(json.dumps(value, ensure_ascii=False))
