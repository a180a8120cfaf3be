"""What one client may take of the API process: bytes, seconds, connections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Limits:
    """The measures of the HTTP door. A body or an answer has its seconds and, on top of them, one more for every
    `bytes_per_second` that have moved: whoever trickles is ended, whoever is merely far away is not."""

    head_seconds: float = 10
    idle_seconds: float = 5
    body_seconds: float = 30
    answer_seconds: float = 30
    bytes_per_second: int = 20_000
    # After the last answer on a connection: for the client to take it and close.
    parting_seconds: float = 2
    # From SIGTERM on: for requests of which a part has come.
    hurry_seconds: float = 5
    # Room for a query in which every value is as long as it may be, and a little longer.
    line_bytes: int = 49_152
    head_bytes: int = 65_536
    body_bytes: int = 2_000_000
    # Bodies of other sizes, by path.
    bodies: Mapping[str, int] = field(default_factory=dict)
    connections: int = 1000
    # What all connections together may hold of requests and answers under way; 64 KB of each in memory.
    held_bytes: int = 256 * 1024 * 1024

    def body_of(self, path: str) -> int:
        """How large a body may be that is sent to this path."""
        return self.bodies.get(path, self.body_bytes)
