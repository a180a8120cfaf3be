"""The formats of exports there are: every module in `service.exports.formats`. Adding a module is enough."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence

import service.exports.formats
from service.exports.contract import Format


def formats() -> Sequence[Format]:
    """All formats, in the order in which they are preferred. Raises TypeError for a module whose `FORMAT` is none."""
    found = []
    for module in pkgutil.iter_modules(service.exports.formats.__path__):
        made = getattr(importlib.import_module(f"service.exports.formats.{module.name}"), "FORMAT", None)
        if not isinstance(made, Format):
            raise TypeError(f"service.exports.formats.{module.name} defines no FORMAT")
        found.append(made)
    return sorted(found, key=lambda one: (one.order, one.suffix))
