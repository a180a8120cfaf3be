"""What the log tells of requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import structlog

_log = structlog.get_logger("claimtrail.api")
_NOT_LET_IN = frozenset({401, 403, 429})
_QUIET = frozenset({"/healthz", "/readyz", "/metrics"})


def request_done(
    method: str,
    route: str,
    path: str,
    status: int,
    seconds: float,
    *,
    request_id: str,
    key_id: str | None,
    jobs: Sequence[tuple[str, str]] | None,
    refused: Mapping[str, str],
) -> None:
    """Tells of an answered request; of probes at the level DEBUG. `jobs` are those it ordered, with their articles;
    `refused` is told of one that was not let in."""
    tell = _log.debug if route in _QUIET else _log.info
    more: dict[str, Any] = {} if key_id is None else {"key_id": key_id}
    if jobs:
        more |= {"job_ids": [job for job, _ in jobs], "article_ids": [article for _, article in jobs]}
    if status in _NOT_LET_IN:
        more |= refused
    ms = round(seconds * 1000, 1)
    tell("request", method=method, path=path[:300], status=status, ms=ms, request_id=request_id, **more)
