"""API keys: made, shown once, known again by a hash, revoked."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from store.tables import ApiKey

# Of a key that may stand in an address, which is seen by many, and so has no other.
FEED = "claims:feed"
SCOPES = ("articles:write", "claims:read", "claims:review", "webhooks:write", FEED, "admin")
SECRET_BYTES = 32
ID_BYTES = 8
PREFIX = "ctk_"
_SHAPE = re.compile(rf"{PREFIX}([0-9a-z]{{1,32}})_([0-9a-f]{{64}})")
# What `last_used_at` is good for needs no more than that, and so no write at each request.
_USE_NOTED_EVERY = timedelta(minutes=1)
# Compared with where no key of the id exists, so that both cases take the same way.
_NO_HASH = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True, slots=True)
class KeyView:
    """A key without its secret."""

    id: str
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None

    def state(self, now: datetime) -> str:
        """ "active", "expired" or "revoked"."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and self.expires_at <= now else "active"

    def may(self, *scopes: str) -> bool:
        """Whether it has one of these scopes; `admin` holds all of them."""
        return "admin" in self.scopes or not set(scopes).isdisjoint(self.scopes)


def split(key: str) -> tuple[str, str] | None:
    """The id and the secret in `ctk_<id>_<secret>`, None for anything else."""
    found = _SHAPE.fullmatch(key)
    return None if found is None else (found[1], found[2])


def make(
    s: Session,
    name: str,
    scopes: Sequence[str],
    *,
    now: datetime,
    random_bytes: Callable[[int], bytes],
    expires_at: datetime | None = None,
) -> str:
    """Makes a key of 256 random bits and returns it whole, which nothing can do later.

    ValueError for a blank name, control characters in it, unknown scopes or none, claims:feed beside another, and an
    end that is past.
    """
    key = f"{PREFIX}{random_bytes(ID_BYTES).hex()}_{random_bytes(SECRET_BYTES).hex()}"
    add(s, key, name, scopes, now=now, expires_at=expires_at)
    return key


def add(
    s: Session, key: str, name: str, scopes: Sequence[str], *, now: datetime, expires_at: datetime | None = None
) -> None:
    """Stores a key that was made elsewhere. ValueError as for `make`, and for what has not the form of a key."""
    parts = split(key)
    if parts is None:
        raise ValueError("a key has the form ctk_<id>_<secret>, the secret in 64 hexadecimal digits")
    if not name.strip() or not name.isprintable() or len(name) > 200:
        raise ValueError("a key's name is printable, not blank, and at most 200 characters long")
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        raise ValueError(f"{', '.join(unknown) or 'none'}: scopes are {', '.join(SCOPES)}")
    if FEED in scopes and set(scopes) != {FEED}:
        raise ValueError(f"{FEED} stands alone: make another key for the rest")
    if expires_at is not None and expires_at <= now:
        raise ValueError("the key would have expired already")
    s.add(
        ApiKey(
            id=parts[0],
            name=name.strip(),
            secret_hash=_hash(parts[1]),
            scopes=[scope for scope in SCOPES if scope in scopes],
            created_at=now,
            expires_at=expires_at,
        )
    )
    s.flush()


def exist(s: Session) -> bool:
    """Whether a key was ever made, revoked ones included."""
    return s.scalar(select(ApiKey.id).limit(1)) is not None


def find(s: Session, key: str, now: datetime) -> KeyView | None:
    """The key in the form in which it was shown, if it is known and neither expired nor revoked.

    Looked up by its id; the secret's hash is compared in constant time.
    """
    parts = split(key)
    if parts is None:
        return None
    row = s.get(ApiKey, parts[0], populate_existing=True)
    same = hmac.compare_digest(_hash(parts[1]), _NO_HASH if row is None else row.secret_hash)
    if row is None or not same:
        return None
    found = _view(row)
    return found if found.state(now) == "active" else None


def is_noted(key: KeyView, now: datetime) -> bool:
    """Whether its last use is written down closely enough."""
    return key.last_used_at is not None and now - key.last_used_at < _USE_NOTED_EVERY


def note_use(s: Session, key_id: str, now: datetime) -> None:
    """Writes down that a key was used now."""
    later = or_(ApiKey.last_used_at.is_(None), ApiKey.last_used_at < now)
    s.execute(
        update(ApiKey)
        .where(ApiKey.id == key_id, later)
        .values(last_used_at=now)
        .execution_options(synchronize_session=False)
    )


def revoke(s: Session, key_id: str, now: datetime) -> KeyView | None:
    """Ends a key for good; once more changes nothing. None for an unknown id."""
    row = s.get(ApiKey, key_id)
    if row is None:
        return None
    row.revoked_at = row.revoked_at or now
    s.flush()
    return _view(row)


def listed(s: Session) -> list[KeyView]:
    """All keys, oldest first."""
    return [_view(row) for row in s.scalars(select(ApiKey).order_by(ApiKey.created_at, ApiKey.id))]


def _view(row: ApiKey) -> KeyView:
    return KeyView(
        row.id, row.name, tuple(row.scopes), row.created_at, row.expires_at, row.last_used_at, row.revoked_at
    )


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
