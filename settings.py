"""All configuration, read once from the environment by a process's composition root.

Read by the doors (`service`, `workers`) and by `claimtrail` only. Every variable is in the README's table.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from environs import Env, EnvValidationError, ValidationError, validate

PROJECT = Path(__file__).resolve().parent
# The longest path that fits into sockaddr_un, less the NUL.
_LONGEST_SOCKET = 107
_DATABASES = ("postgresql", "postgresql+psycopg", "sqlite")
# Reading processes of one machine.
MOST_WORKERS = 64
# Without a setting there is a worker for each processor, and no more than so many.
_MOST_UNASKED = 8
# The scale of verdicts: no longer a one than a page can offer, nor a verdict than the wire takes.
MOST_VERDICTS, _LONGEST_VERDICT = 50, 100
_VERDICTS = "true, mostly true, half true, mostly false, false, unproven, disputed"
# Where pushed items stand that bring no web address: the name that RFC 2606 reserves for those that lead nowhere.
NINJS_BASE_URL = "https://ninjs.invalid/"
_REDISES = ("redis", "rediss", "unix")
_HOST = re.compile(r"(?:\*?\.)?[a-z0-9_](?:[a-z0-9._-]*[a-z0-9])?")
_MOST_LISTED = 500
_PORTS = "80,443,8080,8443"


class SettingsError(ValueError):
    """The environment holds settings that cannot be used; the message lists all of them."""


@dataclass(frozen=True, slots=True)
class Hosts:
    """Hosts as an operator lists them: `news.example`, `.news.example` for all below it, `*` for all there are."""

    listed: tuple[str, ...] = ()

    def hold(self, host: str) -> bool:
        """Whether a host, in ASCII, is one of them."""
        host = host.lower()
        return any(
            one in ("*", host) or (one.startswith(".") and host.endswith(one) and host != one) for one in self.listed
        )


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
    keep_jobs_days: int
    keep_checks_hours: int
    keep_deliveries_days: int
    max_backlog: int
    min_free_mb: int
    rate_limit: int
    trusted_proxies: int
    verdicts: tuple[str, ...]
    fetch_hosts: Hosts
    allowed_networks: tuple[IPv4Network | IPv6Network, ...]
    allowed_ports: tuple[int, ...]
    keep_html: bool
    first_key: str = field(repr=False)
    ninjs_secret: str = field(default="", repr=False)
    ninjs_base_url: str = NINJS_BASE_URL

    @property
    def run_dir(self) -> Path:
        """Where the pid files and the embedded Valkey's socket live."""
        return self.data_dir / "run"

    @property
    def local_host(self) -> str:
        """The address by which this machine reaches the API."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(self.host, self.host)  # noqa: S104 - no binding

    @property
    def base_url(self) -> str:
        """Where this machine finds the service."""
        host = self.local_host
        return f"http://{f'[{host}]' if ':' in host and not host.startswith('[') else host}:{self.port}"


def valkey_socket(data_dir: Path) -> Path:
    """Where the embedded Valkey of a data directory listens: in its run directory, or a short path under /tmp."""
    path = data_dir / "run" / "valkey.sock"
    if len(os.fsencode(path)) <= _LONGEST_SOCKET:
        return path
    name = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"claimtrail-{os.getuid()}-{name}" / "valkey.sock"


def valkey_url(data_dir: Path) -> str:
    """The address of that Valkey, as REDIS_URL takes it."""
    return f"unix://{quote(str(valkey_socket(data_dir)))}"


def _address(schemes: Collection[str], example: str) -> Callable[[str], None]:
    """A check that a setting is empty, or a URL of one of these schemes."""

    def check(value: str) -> None:
        try:
            found = urlsplit(value)
            usable = found.scheme in schemes and "://" in value and (found.port is None or found.port > 0)
        except ValueError:
            usable = False
        if value and not usable:
            # Not the value itself: it may hold a password.
            raise ValidationError(f"A URL such as {example} is wanted.")

    return check


def _key(value: str) -> None:
    if value and not re.fullmatch(r"ctk_[0-9a-z]{1,32}_[0-9a-f]{64}", value):
        raise ValidationError("A key of the form ctk_<id>_<64 hexadecimal digits> is wanted.")  # not the value itself


def _secret(value: str) -> None:
    if value and not (16 <= len(value) <= 255 and value.isascii() and value.isprintable()):
        raise ValidationError("From 16 to 255 printable ASCII characters are wanted.")  # not the value itself


def _base(value: str) -> None:
    """A check that a setting is a web address to which a last step can be added."""
    if not re.fullmatch(r"https?://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[1-9][0-9]{0,4})?/[!-~]{0,500}", value):
        raise ValidationError("A web address that ends in / or = is wanted, such as https://news.example/items/")
    if value[-1] not in "/=" or re.search(r"[#\\\"<>]", value):
        raise ValidationError("A web address that ends in / or = is wanted, such as https://news.example/items/")


def _scale(value: str) -> tuple[str, ...]:
    return tuple(verdict.strip() for verdict in value.split(","))


def _verdicts(value: str) -> None:
    """A check that a scale holds from 1 to so many verdicts, each short, printable and there once."""
    found = _scale(value)
    if len(found) > MOST_VERDICTS:
        raise ValidationError(f"At most {MOST_VERDICTS} verdicts are taken; these are {len(found)}.")
    if not all(verdict.isprintable() and 0 < len(verdict) <= _LONGEST_VERDICT for verdict in found):
        raise ValidationError(f"Verdicts of 1 to {_LONGEST_VERDICT} printable characters are wanted, comma between.")
    if len(set(found)) < len(found):
        raise ValidationError("A verdict stands there twice.")


def _listed(value: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.strip() for one in value.split(",") if one.strip()))


def _each(makes: Callable[[str], object], wanted: str) -> Callable[[str], None]:
    """A check that a list holds only what `makes` can make something of."""

    def check(value: str) -> None:
        found = _listed(value)
        if len(found) > _MOST_LISTED:
            raise ValidationError(f"At most {_MOST_LISTED} are taken; these are {len(found)}.")
        for one in found:
            try:
                makes(one)
            except ValueError:
                raise ValidationError(f"{wanted}; {one[:100]!r} is none.") from None

    return check


def _host(one: str) -> str:
    if one != "*" and not _HOST.fullmatch(one.lower()):
        raise ValueError(one)
    return one.lower().removeprefix("*") or "*"


def _port(one: str) -> int:
    if not (one.isascii() and one.isdecimal() and len(one) <= 5 and 1 <= int(one) <= 65535):
        raise ValueError(one)
    return int(one)


def client_key() -> str | None:
    """The key that the command line's own requests carry (CLAIMTRAIL_KEY), None for none."""
    return Env().str("CLAIMTRAIL_KEY", "") or None


def _processors() -> int:
    """How many processors this process may use, 8 at most."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(usable or 1, _MOST_UNASKED)


def read() -> Settings:
    """The settings in this process's environment. Raises SettingsError naming every fault at once."""
    env = Env(eager=False)
    data_dir = Path(env.str("CLAIMTRAIL_DATA_DIR", "data")).resolve()
    redis_url = env.str("REDIS_URL", "", validate=_address(_REDISES, "redis://queue.internal:6379/0"))
    database_url = env.str(
        "DATABASE_URL", "", validate=_address(_DATABASES, "postgresql://user@db.internal/claimtrail")
    )
    found: dict[str, Any] = {
        "host": env.str("CLAIMTRAIL_HOST", "127.0.0.1"),
        "port": env.int("CLAIMTRAIL_PORT", 8000, validate=validate.Range(1, 65535)),
        "data_dir": data_dir,
        "database_url": database_url or f"sqlite:///{data_dir / 'claimtrail.sqlite3'}",
        "redis_url": redis_url or valkey_url(data_dir),
        "embedded_valkey": not redis_url,
        "gazetteer": Path(env.str("CLAIMTRAIL_GAZETTEER", "") or PROJECT / "assets" / "gazetteer.sqlite3"),
        "workers": env.int("CLAIMTRAIL_WORKERS", _processors(), validate=validate.Range(1, MOST_WORKERS)),
        "api_threads": env.int("CLAIMTRAIL_API_THREADS", 16, validate=validate.Range(2, 256)),
        "log_level": env.str(
            "CLAIMTRAIL_LOG_LEVEL", "INFO", validate=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR"])
        ),
        "article_cpu_seconds": env.int("CLAIMTRAIL_ARTICLE_CPU_SECONDS", 20, validate=validate.Range(1, 600)),
        "worker_memory_mb": env.int("CLAIMTRAIL_WORKER_MEMORY_MB", 1024, validate=validate.Range(512, 65536)),
        "lease_seconds": env.int("CLAIMTRAIL_LEASE_SECONDS", 30, validate=validate.Range(3, 600)),
        "max_attempts": env.int("CLAIMTRAIL_MAX_ATTEMPTS", 5, validate=validate.Range(1, 100)),
        "keep_jobs_days": env.int("CLAIMTRAIL_KEEP_JOBS_DAYS", 0, validate=validate.Range(0, 36500)),
        "keep_checks_hours": env.int("CLAIMTRAIL_KEEP_CHECKS_HOURS", 24, validate=validate.Range(1, 8760)),
        "keep_deliveries_days": env.int("CLAIMTRAIL_KEEP_DELIVERIES_DAYS", 30, validate=validate.Range(1, 36500)),
        "max_backlog": env.int("CLAIMTRAIL_MAX_BACKLOG", 10_000, validate=validate.Range(1, 10_000_000)),
        "min_free_mb": env.int("CLAIMTRAIL_MIN_FREE_MB", 100, validate=validate.Range(0, 1_000_000)),
        "rate_limit": env.int("CLAIMTRAIL_RATE_LIMIT", 3000, validate=validate.Range(0, 1_000_000)),
        "trusted_proxies": env.int("CLAIMTRAIL_TRUSTED_PROXIES", 0, validate=validate.Range(0, 10)),
        "verdicts": _scale(env.str("CLAIMTRAIL_VERDICTS", _VERDICTS, validate=_verdicts) or ""),
        "fetch_hosts": env.str(
            "CLAIMTRAIL_FETCH_HOSTS",
            "",
            validate=_each(_host, "Host names are wanted, comma between: news.example, *.news.example, or * for all"),
        ),
        "allowed_networks": env.str(
            "CLAIMTRAIL_ALLOWED_NETWORKS",
            "",
            validate=_each(ip_network, "Networks are wanted, comma between, such as 10.1.0.0/16"),
        ),
        "allowed_ports": env.str(
            "CLAIMTRAIL_ALLOWED_PORTS",
            _PORTS,
            validate=_each(_port, "Ports are wanted, comma between"),
        ),
        "keep_html": env.bool("CLAIMTRAIL_KEEP_HTML", True),
        "first_key": env.str("CLAIMTRAIL_FIRST_KEY", "", validate=_key),
        "ninjs_secret": env.str("CLAIMTRAIL_NINJS_SECRET", "", validate=_secret),
        "ninjs_base_url": env.str("CLAIMTRAIL_NINJS_BASE_URL", NINJS_BASE_URL, validate=_base),
    }
    try:
        env.seal()
    except EnvValidationError as fault:
        told = fault.error_messages
        by_name = told.items() if isinstance(told, Mapping) else [("environment", told)]
        lines = [f"  {name}: {' '.join(said)}" for name, said in by_name]
        raise SettingsError("These settings cannot be used:\n" + "\n".join(lines)) from None
    found["fetch_hosts"] = Hosts(tuple(map(_host, _listed(found["fetch_hosts"]))))
    found["allowed_networks"] = tuple(map(ip_network, _listed(found["allowed_networks"])))
    found["allowed_ports"] = tuple(map(_port, _listed(found["allowed_ports"])))
    return Settings(**found)
