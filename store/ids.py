"""Identifiers."""

from __future__ import annotations

import re

import uuid_utils

_SHAPE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def new_id() -> str:
    """A new UUID of version 7 in text form: later ones sort behind earlier ones."""
    return str(uuid_utils.uuid7())


def is_id(value: str) -> bool:
    """Whether `value` can be an id at all; what cannot is not asked for in the database (PostgreSQL refuses a NUL)."""
    return _SHAPE.fullmatch(value) is not None
