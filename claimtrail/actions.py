"""The actions of a command that asks a running service: what they have in common."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Any

import settings
from claimtrail.client import Client, ServiceError
from claimtrail.visible import visible

Act = Callable[[Client, argparse.Namespace], None]
Hint = Callable[[ServiceError, argparse.Namespace], str]


def add_action(
    actions: Any, command: str, name: str, act: Act, told: str, scopes: str, *, hint: Hint
) -> argparse.ArgumentParser:
    """Adds an action to a command. `told` is its help, `scopes` what its key needs, `hint` what may help where the
    service refuses.

    When run it returns 1 where the service refuses, 2 for a mistake in the call (ValueError). Raises SettingsError.
    """
    action: argparse.ArgumentParser = actions.add_parser(name, help=told, description=f"{told[0].upper()}{told[1:]}.")
    action.add_argument("--api", help="address of the service (default: the one that `claimtrail up` serves from here)")
    action.add_argument("--key", help=f"API key with {scopes} (default: CLAIMTRAIL_KEY)")
    action.add_argument("--json", action="store_true", help="print one JSON object a line")

    def run(args: argparse.Namespace) -> int:
        url = (args.api or settings.read().base_url).rstrip("/")
        try:
            with Client(url, key=args.key or settings.client_key()) as service:
                act(service, args)
        except ServiceError as error:
            told, more = str(error), hint(error, args)
            told = told.removesuffix(".") + more if more else told
            print(visible(f"claimtrail {command} {name}: {told}"), file=sys.stderr)
            return 1
        except ValueError as error:
            print(visible(f"claimtrail {command} {name}: {error}"), file=sys.stderr)
            return 2
        return 0

    action.set_defaults(run=run)
    return action
