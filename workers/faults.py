"""What is told of an exception: its kind and where it came from, not its message, which may hold an article's text."""

from __future__ import annotations

import traceback
from pathlib import Path


class ShiftEnded(Exception):  # noqa: N818 - says what happened
    """A work-horse could not go on; the message is the kind of exception that it met."""


def told(fault: BaseException) -> dict[str, object]:
    """The kind of an exception and the lines it passed, for a line of the log."""
    frames = [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in traceback.extract_tb(fault.__traceback__)]
    return {"fault": type(fault).__name__, "frames": frames}
