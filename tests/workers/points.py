"""Points at which a process of the tests kills itself: the one that the file FAULTY_DOOM names, once."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path


def at(point: str, kill: Callable[[], None]) -> None:
    """Kills where the file says so. The file is gone then, so that one process dies of it."""
    doom = Path(os.environ["FAULTY_DOOM"])
    try:
        if doom.read_text("utf-8") != point:
            return
        doom.unlink()
    except FileNotFoundError:
        return
    kill()
