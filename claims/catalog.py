"""The kinds of claim there are: every module in `claims.kinds` that defines `KIND`. Adding a module is enough."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType

import claims.kinds
from claims.events.happening import Happening
from claims.kind import Kind


def kinds() -> Mapping[str, Kind]:
    """All kinds by name, in alphabetical order. Raises TypeError for a module whose `KIND` is no Kind."""
    found = {}
    for module in sorted(pkgutil.iter_modules(claims.kinds.__path__), key=lambda m: m.name):
        kind = getattr(importlib.import_module(f"claims.kinds.{module.name}"), "KIND", None)
        if not isinstance(kind, Kind):
            raise TypeError(f"claims.kinds.{module.name} defines no KIND")
        found[kind.name] = kind
    return MappingProxyType(found)


def happenings() -> Mapping[str, Happening]:
    """What each kind brings to tell events apart, by the kind's name; kinds without events are left out."""
    return MappingProxyType({name: kind.happening for name, kind in kinds().items() if kind.happening is not None})
