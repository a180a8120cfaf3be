"""What a command keeps in the data directory, so that it can be interrupted and go on: small files of JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from store.files import beside, publish


def place(folder: Path, *of: str) -> Path:
    """The file in `folder` for what these words name."""
    return folder / f"{hashlib.sha256(chr(0).join(of).encode('utf-8', 'surrogateescape')).hexdigest()[:32]}.json"


def read(path: Path) -> dict[str, Any]:
    """What was kept; {} where there is nothing, or nothing that can be read. Raises OSError but for a missing file."""
    try:
        found = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write(path: Path, value: Mapping[str, Any]) -> None:
    """Keeps a value in place of the one before: after a crash there is one of the two. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with beside(path) as new:
        new.write_text(json.dumps(value), "utf-8")
        publish(new, path, replace=True)
