"""The log: one JSON object a line on standard error, never with the text of an article."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from typing import Any

import structlog

_log = structlog.get_logger("claimtrail.api")
_QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
_SHARED: list[Any] = [
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]


def configure(level: str) -> None:
    """Sets the whole process's log up."""
    structlog.configure(
        processors=[*_SHARED, structlog.processors.JSONRenderer(ensure_ascii=False)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def of_others(level: str) -> dict[str, Any]:
    """A configuration (logging.config.dictConfig) that puts the log lines of libraries into the same form."""
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "processor": structlog.processors.JSONRenderer(ensure_ascii=False),
        "foreign_pre_chain": _SHARED,
    }
    handler = {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stderr"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": formatter},
        "handlers": {"stderr": handler},
        "root": {"level": level, "handlers": ["stderr"]},
        "loggers": {"gunicorn.error": {"level": level, "handlers": ["stderr"], "propagate": False}},
    }


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
) -> None:
    """Tells of an answered request; of probes at the level DEBUG. `jobs` are those it ordered, with their articles."""
    tell = _log.debug if route in _QUIET else _log.info
    more: dict[str, Any] = {} if key_id is None else {"key_id": key_id}
    if jobs:
        more |= {"job_ids": [job for job, _ in jobs], "article_ids": [article for _, article in jobs]}
    ms = round(seconds * 1000, 1)
    tell("request", method=method, path=path[:300], status=status, ms=ms, request_id=request_id, **more)
