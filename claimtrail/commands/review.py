"""`claimtrail review`: what fact-checkers record about claims, in a running service."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from claimtrail.actions import Act, add_action
from claimtrail.client import Client, ServiceError
from claimtrail.tables import aligned
from claimtrail.visible import visible, visible_lines

EXAMPLES = """examples:
  claimtrail review list --state draft --assignee Ada
  claimtrail review list --claim 5b0d3c52-6c2f-5f0e-9a37-6a7f0f1f2c3d --json
  claimtrail review add CLAIM --verdict "half true" --evidence https://ministry.example/31 --reviewer Ada --publish
  claimtrail review add CLAIM --correct details.count=207 --because "the list has 207 names"
  claimtrail review add CLAIM --file review.json        a review as POST /v1/claims/{id}/reviews takes it
  claimtrail review show REVIEW
  claimtrail review edit REVIEW --verdict false --reason "the ministry denied it"
  claimtrail review edit REVIEW --withdraw --reason "a mix-up of two articles"
  claimtrail review history REVIEW

Nothing is ever overwritten: each change is a version more, and `history` shows all of them. `edit` changes the review
as it is at that moment; with --version N only if it is still the one you looked at.
"""
_CONTENT = ("verdict", "rationale", "evidence", "corrections", "assignee")
_TOLD = ("state", *_CONTENT)
_HEADINGS = ("REVIEW", "STATE", "VERDICT", "ASSIGNEE", "REVIEWER", "CHANGED", "SUBJECT")


def add_parser(subparsers: Any) -> None:
    """Adds `review` to the command line."""
    parser = subparsers.add_parser(
        "review",
        help="list, record and change reviews of claims",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    _add_list(actions)
    for name, act, told in (
        ("show", _show, "show one review"),
        ("history", _history, "show every version of a review, oldest first"),
    ):
        action = _action(actions, name, act, told, "claims:read")
        action.add_argument("review", metavar="REVIEW", help="its id, as `review list` shows it")
    add = _action(actions, "add", _add, "record a review of a claim", "claims:review")
    add.add_argument("claim", metavar="CLAIM", help="the claim's id")
    _add_content(add)
    add.add_argument("--publish", dest="state", action="store_const", const="published", help="needs a verdict")
    edit = _action(actions, "edit", _edit, "change a review", "claims:read and claims:review")
    edit.add_argument("review", metavar="REVIEW", help="its id, as `review list` shows it")
    _add_content(edit)
    edit.add_argument("--reason", help="why it is changed, for the history")
    edit.add_argument("--version", type=int, metavar="N", help="only if the review is at this version still")
    edit.add_argument(
        "--clear", action="append", default=[], choices=_CONTENT, metavar="FIELD", help=f"empty {', '.join(_CONTENT)}"
    )
    state = edit.add_mutually_exclusive_group()
    state.add_argument("--draft", dest="state", action="store_const", const="draft", help="back to draft")
    state.add_argument("--withdraw", dest="state", action="store_const", const="withdrawn", help="needs --reason")
    state.add_argument("--publish", dest="state", action="store_const", const="published", help="needs a verdict")


def _add_list(actions: Any) -> None:
    action = _action(actions, "list", _list, "list reviews, newest change first", "claims:read")
    action.add_argument("--claim", metavar="CLAIM", help="those of one claim, newest first; only --state goes with it")
    action.add_argument("--state", help="draft, published or withdrawn; several with commas")
    action.add_argument("--verdict", help="one verdict, or several with commas")
    action.add_argument("--assignee", help="who is to work on them")
    action.add_argument("--reviewer", help="who wrote their newest version")
    action.add_argument("--updated-since", metavar="WHEN", help="changed since: a date-time with its offset")


def _add_content(action: argparse.ArgumentParser) -> None:
    action.add_argument("--file", metavar="FILE|-", help="the review as JSON; what else is given goes before it")
    action.add_argument("--verdict", help="one of the service's scale")
    action.add_argument("--rationale", metavar="TEXT", help="why")
    action.add_argument("--evidence", action="append", metavar="URL", help="what it rests on; repeatable")
    action.add_argument(
        "--correct",
        action="append",
        type=_correction,
        metavar="FIELD=VALUE",
        help="what a field should say, as JSON or plain text; repeatable",
    )
    action.add_argument("--because", metavar="TEXT", help="why the fields named by --correct are wrong")
    action.add_argument("--assignee", metavar="NAME", help="who is to work on it")
    action.add_argument("--reviewer", metavar="NAME", help="who you are (default: the name of the key)")


def _correction(words: str) -> tuple[str, Any]:
    field, equals, value = words.partition("=")
    if not equals or not field.strip():
        raise argparse.ArgumentTypeError(f"FIELD=VALUE is wanted, such as details.count=207, not {words!r}")
    try:
        return field.strip(), json.loads(value)
    except (ValueError, RecursionError):
        return field.strip(), value


def _action(actions: Any, name: str, act: Act, told: str, scopes: str) -> argparse.ArgumentParser:
    return add_action(actions, "review", name, act, told, scopes, hint=_hint)


def _hint(error: ServiceError, args: argparse.Namespace) -> str:
    if error.status == 412:
        return f"; see what changed: claimtrail review history {args.review}"
    if error.status == 404:
        return "; ids of reviews are in: claimtrail review list, those of claims in: claimtrail submit --json"
    return ""


def _list(service: Client, args: argparse.Namespace) -> None:
    names = ("state", "verdict", "assignee", "reviewer", "updated_since")
    filters = {name: value for name in names if (value := getattr(args, name)) is not None}
    if args.claim and set(filters) - {"state"}:
        raise ValueError("with --claim only --state narrows the list")
    found = service.reviews(args.claim, **filters)
    if args.json:
        for review in found:
            _print_json(review)
        return
    rows = [_row(review) for review in found]
    print(aligned([_HEADINGS, *rows]) if rows else "There are no such reviews.")


def _show(service: Client, args: argparse.Namespace) -> None:
    _tell(service.review(args.review), args)


def _add(service: Client, args: argparse.Namespace) -> None:
    _tell(service.add_review(args.claim, _body(args, {})), args)


def _edit(service: Client, args: argparse.Namespace) -> None:
    now = service.review(args.review)
    body = _body(args, now) | dict.fromkeys(args.clear)
    if args.reason is not None:
        body["reason"] = args.reason
    if not set(body) - {"reason", "reviewer"}:
        raise ValueError("nothing to change is named; see: claimtrail review edit --help")
    _tell(service.edit_review(now if args.version is None else now | {"version": args.version}, body), args)


def _history(service: Client, args: argparse.Namespace) -> None:
    before: Mapping[str, Any] = {}
    for version in service.review_versions(args.review):
        if args.json:
            _print_json(version)
        else:
            changed = ", ".join(name for name in _TOLD if version[name] != before.get(name, version[name]))
            print(visible(f"version {version['version']}  {_signed(version)}"))
            for name, value in (("changed", changed), ("reason", version["reason"])):
                if value:
                    print(visible(f"  {name:<10} {value}"))
            print(visible(f"  {'says':<10} {version['state']}, {version['verdict'] or 'undecided'}"))
        before = version


def _body(args: argparse.Namespace, now: Mapping[str, Any]) -> dict[str, Any]:
    """What the call says, in the API's form. Lists go on from those of the review as it is. Raises ValueError."""
    body = _read(args.file) if args.file else {}
    names = ("state", "verdict", "rationale", "assignee", "reviewer")
    body |= {name: value for name in names if (value := getattr(args, name)) is not None}
    if args.evidence:
        body["evidence"] = [*body.get("evidence", now.get("evidence", [])), *({"url": url} for url in args.evidence)]
    if args.correct:
        named = {field for field, _ in args.correct}
        kept = [
            {name: one.get(name) for name in ("field", "value", "reason")}
            for one in body.get("corrections", now.get("corrections", []))
            if one.get("field") not in named
        ]
        made = [{"field": field, "value": value, "reason": args.because} for field, value in args.correct]
        body["corrections"] = [*kept, *made]
    elif args.because is not None:
        raise ValueError("--because tells why a field named by --correct is wrong; none is")
    return body


def _read(name: str) -> dict[str, Any]:
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text("utf-8")
        body = json.loads(text)
    except OSError as fault:
        raise ValueError(f"{name} cannot be read: {fault.strerror}") from fault
    except (ValueError, RecursionError) as fault:
        raise ValueError(f"{name} is no JSON: {fault}") from fault
    if not isinstance(body, dict):
        raise ValueError(f"{name} holds no JSON object")
    for listed in ("evidence", "corrections"):
        items = body.get(listed, [])
        if not isinstance(items, list) or not all(isinstance(one, dict) for one in items):
            raise ValueError(f"{name}: {listed} is a list of objects")
    return body


def _tell(review: Mapping[str, Any], args: argparse.Namespace) -> None:
    if args.json:
        _print_json(review)
        return
    subject = review["subject"]
    print(visible(f"{review['id']}  version {review['version']}  {_signed(review)}"))
    rows: list[tuple[str, str | None]] = [
        (subject["type"], subject["id"]),
        ("state", review["state"]),
        ("verdict", review["verdict"] or "undecided"),
        ("assignee", review["assignee"]),
        ("reason", review["reason"]),
        ("rationale", review["rationale"]),
        *(("evidence", _joined(one["url"], one["title"], one["note"])) for one in review["evidence"]),
        *(("correction", _corrected(one)) for one in review["corrections"]),
    ]
    for name, value in rows:
        if value:
            print(visible_lines(f"  {name:<10} " + value.replace("\n", "\n" + " " * 13)))


def _corrected(one: Mapping[str, Any]) -> str:
    said, should = (json.dumps(one[name], ensure_ascii=False) for name in ("machine", "value"))
    return _joined(f"{one['field']}: {should} (the machine: {said})", one["reason"])


def _joined(*parts: str | None) -> str:
    return " · ".join(part for part in parts if part)


def _signed(review: Mapping[str, Any]) -> str:
    who = review["reviewer"] or "nobody named"
    key = f" (key: {review['by_key']})" if review["by_key"] not in (None, who) else ""
    return f"{review['updated_at'][:16].replace('T', ' ')}  {who}{key}"


def _row(review: Mapping[str, Any]) -> Sequence[str]:
    subject = review["subject"]
    told = (review["state"], review["verdict"], review["assignee"], review["reviewer"])
    changed = review["updated_at"][:16].replace("T", " ")
    return (review["id"], *(one or "" for one in told), changed, f"{subject['type']} {subject['id']}")


def _print_json(value: Mapping[str, Any]) -> None:
    print(json.dumps(value, ensure_ascii=False))
