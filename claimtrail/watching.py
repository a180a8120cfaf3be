"""Watching feeds: what is new in them is submitted, once, however often the watching is interrupted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from claimtrail import kept
from claimtrail.client import Client, ServiceError
from claimtrail.feeds import Entry, FeedError, Fetched, fetch

# Entries that are remembered beyond those that the feed still shows.
_MOST_SEEN = 5_000
_LONGEST_REST = 86_400.0
_NO_TEXT = " for they bring no full text (--fetch has the service fetch such pages)"


@dataclass(frozen=True, slots=True)
class Ways:
    """How the outside is reached: the service, the feeds' hosts, the time in seconds since 1970, chance from 0 to 1,
    and who is told what happens."""

    service: Client
    http: httpx.Client
    now: Callable[[], float]
    chance: Callable[[], float]
    tell: Callable[[str], None]


class Watched:
    """One feed that is watched. What is known of it is kept in `folder`: where it is, what of it was seen, and until
    when it is to be left alone. Raises OSError where that cannot be read."""

    def __init__(self, url: str, *, api: str, folder: Path, every: float, ways: Ways, by_address: bool) -> None:
        self.url = url
        self._path = kept.place(folder, api, url)
        self._known: dict[str, Any] = {"url": url, "seen": {}, **kept.read(self._path)}
        self._every = every
        self._ways = ways
        self._by_address = by_address
        self.next = self.rests_until

    @property
    def gone(self) -> bool:
        """Whether the feed has said that it will never be there again."""
        return bool(self._known.get("gone"))

    @property
    def rests_until(self) -> float:
        """Until when its host wants it left alone, in seconds since 1970."""
        return float(self._known.get("rests_until") or 0.0)

    def forget(self) -> None:
        """Begins with it as with a new one."""
        self._path.unlink(missing_ok=True)
        self._known = {"url": self.url, "seen": {}}
        self.next = 0.0

    def look(self) -> bool:
        """Submits what is new in it; False where the feed could not be had, or something was refused. Raises
        ServiceError where the service does not take anything, and OSError."""
        ways, known = self._ways, self._known
        begun = ways.now()
        try:
            etag, modified = str(known.get("etag") or ""), str(known.get("modified") or "")
            found = fetch(ways.http, str(known["url"]), etag=etag, modified=modified)
        except FeedError as error:
            self._fail(str(error), begun, after=error.after, gone=error.gone)
            return False
        if found.url != known["url"]:
            ways.tell(f"{self.url}: it has moved for good to {found.url}, and is looked for there from now on")
            known["url"] = found.url
        good = self._submit(found) if found.entries is not None else True
        if found.entries is not None and good is not None:
            known |= {"etag": found.etag, "modified": found.modified, "wished": found.wished}
        wished = float(known.get("wished") or 0.0)
        known |= {"failures": 0, "rests_until": begun + wished if wished > self._every else 0.0}
        kept.write(self._path, known)
        self.next = begun + max(self._every, wished) * (1 + 0.1 * ways.chance())
        return bool(good)

    def _fail(self, told: str, begun: float, *, after: float, gone: bool) -> None:
        failures = int(self._known.get("failures") or 0) + 1
        rest = min(self._every * 2.0 ** min(failures, 20), _LONGEST_REST) * (0.8 + 0.4 * self._ways.chance())
        rest = max(rest, after)
        self._known |= {"failures": failures, "rests_until": begun + rest, "gone": gone}
        kept.write(self._path, self._known)
        self.next = begun + rest
        hope = "it is not looked at any more" if gone else f"the next look is in {rest / 60:.0f} min"
        self._ways.tell(f"{self.url}: {told}; {hope}")

    def _submit(self, found: Fetched) -> bool | None:
        """Submits what was not seen, the oldest first; False where something was refused for good, None where the
        service cannot take it now."""
        seen: dict[str, str] = self._known["seen"]
        entries = found.entries or []
        name = found.title or self.url
        new = [entry for entry in reversed(entries) if seen.get(entry.key) != entry.digest]
        taken = left = refused = 0
        for entry in new:
            if not (entry.whole or self._by_address):
                left += 1
            else:
                try:
                    taken += not self._ways.service.submit(entry.submission)["duplicate"]
                except ServiceError as error:
                    if error.passing:
                        self._ways.tell(f"{name}: {error}; the rest is tried again at the next look")
                        return None
                    if error.status in (401, 403) or error.status is None:
                        raise
                    refused += 1
                    self._ways.tell(_refused(name, entry, error))
            seen.pop(entry.key, None)
            seen[entry.key] = entry.digest
            kept.write(self._path, self._known)
        self._prune({entry.key for entry in entries})
        if new or found.nameless:
            nameless = f", {found.nameless} without an address" if found.nameless else ""
            self._ways.tell(
                f"{name}: {taken} taken in, {left} left out{_NO_TEXT if left else ''}, {refused} refused{nameless}"
            )
        return not refused

    def _prune(self, shown: set[str]) -> None:
        seen: dict[str, str] = self._known["seen"]
        old = [key for key in seen if key not in shown]
        for key in old[: max(0, len(old) - _MOST_SEEN)]:
            del seen[key]


def _refused(name: str, entry: Entry, error: ServiceError) -> str:
    if entry.whole:
        return f"{name}: {entry.url} is refused: {error}"
    return f"{name}: {entry.url} is not fetched by the service: {error}"
