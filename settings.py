"""All configuration, read once from the environment by a process's composition root.

Read by the doors (`service`, `workers`) and by `claimtrail` only. Every variable is in the README's table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from environs import Env, EnvValidationError, validate

PROJECT = Path(__file__).resolve().parent


class SettingsError(ValueError):
    """The environment holds settings that cannot be used; the message lists all of them."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process. Times are seconds, sizes bytes unless the name says otherwise."""

    host: str
    port: int
    data_dir: Path
    database_url: str
    redis_url: str
    embedded_valkey: bool
    gazetteer: Path
    workers: int
    api_threads: int
    log_level: str
    article_cpu_seconds: int
    worker_memory_mb: int
    lease_seconds: int
    max_attempts: int
    trust_network: bool

    @property
    def run_dir(self) -> Path:
        """Where the pid files and the embedded Valkey's socket live."""
        return self.data_dir / "run"


def read() -> Settings:
    """The settings in this process's environment. Raises SettingsError naming every fault at once."""
    env = Env(eager=False)
    data_dir = Path(env.str("CLAIMTRAIL_DATA_DIR", "data")).resolve()
    redis_url = env.str("REDIS_URL", "")
    found: dict[str, Any] = {
        "host": env.str("CLAIMTRAIL_HOST", "127.0.0.1"),
        "port": env.int("CLAIMTRAIL_PORT", 8000, validate=validate.Range(1, 65535)),
        "data_dir": data_dir,
        "database_url": env.str("DATABASE_URL", "") or f"sqlite:///{data_dir / 'claimtrail.sqlite3'}",
        "redis_url": redis_url or f"unix://{data_dir / 'run' / 'valkey.sock'}",
        "embedded_valkey": not redis_url,
        "gazetteer": Path(env.str("CLAIMTRAIL_GAZETTEER", "") or PROJECT / "assets" / "gazetteer.sqlite3"),
        "workers": env.int("CLAIMTRAIL_WORKERS", 1, validate=validate.Range(1, 64)),
        "api_threads": env.int("CLAIMTRAIL_API_THREADS", 16, validate=validate.Range(2, 256)),
        "log_level": env.str(
            "CLAIMTRAIL_LOG_LEVEL", "INFO", validate=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR"])
        ),
        "article_cpu_seconds": env.int("CLAIMTRAIL_ARTICLE_CPU_SECONDS", 20, validate=validate.Range(1, 600)),
        "worker_memory_mb": env.int("CLAIMTRAIL_WORKER_MEMORY_MB", 1024, validate=validate.Range(512, 65536)),
        "lease_seconds": env.int("CLAIMTRAIL_LEASE_SECONDS", 30, validate=validate.Range(3, 600)),
        "max_attempts": env.int("CLAIMTRAIL_MAX_ATTEMPTS", 5, validate=validate.Range(1, 100)),
        "trust_network": env.bool("CLAIMTRAIL_TRUST_NETWORK", False),
    }
    try:
        env.seal()
    except EnvValidationError as fault:
        told = fault.error_messages
        by_name = told.items() if isinstance(told, Mapping) else [("environment", told)]
        lines = [f"  {name}: {' '.join(said)}" for name, said in by_name]
        raise SettingsError("These settings cannot be used:\n" + "\n".join(lines)) from None
    return Settings(**found)
