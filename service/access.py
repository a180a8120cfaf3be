"""Who may do what: API keys and their scopes, and the desk that is open to its own machine while it has no key."""

from __future__ import annotations

import hmac
import ipaddress
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, g, request

from service.problems import ProblemError
from service.rates import Rates, Standing
from store import keys
from store.database import Database, Unavailable
from store.keys import FEED, KeyView

# The name of the scheme in the description, and of the mark that a view carries.
SCHEME = "key"
SCOPES = "scopes_needed"
# Of calendars and readers that can send no header: a key that may do nothing but this, in the address.
IN_ADDRESS = "token"
FEED_SCHEME = "feed"
# The same of requests whose body is signed, as Superdesk does it.
SIGNATURE, SIGNATURE_HEADER = "signature", "x-superdesk-signature"
SIGNED = "may_be_signed"
# Under which signed requests are counted; no key can have it as its id.
_SIGNER = "ninjs:signed"
_LIFE = "operations.healthz"
LOOPBACK = re.compile(r"localhost|127(?:\.\d{1,3}){3}|::1|\[::1\]")
_ONE_KEY = re.compile(r"([!-+\--~]+)")
_BEARER = re.compile(r"bearer +([!-~]+)", re.IGNORECASE)
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="claimtrail"'}
# So long a request waits to write down that its key was used; the next one will do as well.
_NOTE_SECONDS = 0.05


class Access:
    """Decides on each request. `exposed` says that other machines can reach this one's address; `push_secret` is what
    signed bodies are signed with, "" for none."""

    def __init__(
        self,
        database: Database,
        rates: Rates,
        *,
        clock: Callable[[], datetime],
        exposed: bool,
        push_secret: str = "",
    ) -> None:
        self._database = database
        self._rates = rates
        self._clock = clock
        self._exposed = exposed
        self._push_secret = push_secret.encode()
        self._closed = False

    def is_open(self) -> bool:
        """Whether no key was ever made, so that this machine may do everything without one. Raises Unavailable."""
        # Keys are never deleted, so that a closed desk stays closed.
        if not self._closed:
            with self._database.reading() as s:
                self._closed = keys.exist(s)
        return not self._closed

    def admit(self) -> None:
        """Lets the request pass, or ends it: ProblemError 401, 403 or 429. Where bodies may be signed, 503 for the
        last: their senders take a 4xx for a fault of the item, and 503 for a reason to send it again."""
        view = current_app.view_functions.get(request.endpoint or "")
        signed = getattr(view, SIGNED, False)
        try:
            self._admit(getattr(view, SCOPES, None), signed=signed)
        except ProblemError as problem:
            if signed and problem.status == 429:
                problem.status = 503
            raise

    def _admit(self, needed: tuple[str, ...] | None, *, signed: bool) -> None:
        if request.endpoint == _LIFE:
            # Asks the database nothing, as that may be what is amiss.
            if not (self._closed or self._exposed):
                self._check_host()
            return
        if needed is None:
            # Nothing is shown here that a stranger may not see; but no page is to lead its visitors here.
            with suppress(Unavailable):
                if self.is_open():
                    self._check_host()
            return
        given = request.headers.get("Authorization")
        by_token = given is None and IN_ADDRESS in request.args and takes_token()
        if by_token:
            found = _ONE_KEY.fullmatch(",".join(request.args.getlist(IN_ADDRESS)))
        elif given is not None:
            found = _BEARER.fullmatch(given)
        elif signed and self._push_secret:
            self._check_signature()
            return
        else:
            self._admit_without_key()
            return
        g.key = key = self._known(found[1] if found else "")
        self._count(key.id, "A key may be used {:,} times a minute; this one was.")
        if by_token and key.scopes != (FEED,):
            raise ProblemError(403, f"An address may hold no key but one with the scope {FEED} alone; revoke this one.")
        if needed and not key.may(*needed):
            raise ProblemError(403, f"This needs a key with the scope {' or '.join(needed)}; this one has not got it.")

    def _count(self, who: str, told: str) -> None:
        g.standing = standing = self._rates.use(who)
        if standing is not None and not standing.allowed:
            raise ProblemError(429, told.format(standing.limit), headers=standing.headers)

    def _check_signature(self) -> None:
        """Lets pass who knows the secret. Who guesses is slowed down."""
        given = request.headers.get(SIGNATURE_HEADER)
        if given is None:
            detail = f"A key is needed, or the body's signature in {SIGNATURE_HEADER}: sha1=<HMAC of the body>."
            raise ProblemError(401, detail, headers=_CHALLENGE)
        try:
            raw = request.get_data(cache=True)
        except OSError:
            raw = b""  # it broke off, and whoever reads it learns so
        wanted = "sha1=" + hmac.new(self._push_secret, raw, "sha1").hexdigest()
        if not hmac.compare_digest(given.encode(), wanted.encode()):
            standing = self._rates.guess(_network(request.remote_addr or ""), None)
            if not standing.allowed:
                raise _too_many_guesses(standing)
            detail = f"{SIGNATURE_HEADER} is not the body's: the secret here is another, or the body was changed."
            raise ProblemError(401, detail, headers=_CHALLENGE)
        self._count(_SIGNER, "Signed items may come {:,} times a minute; more have.")

    def _admit_without_key(self) -> None:
        if not self.is_open():
            raise ProblemError(401, "A key is needed: Authorization: Bearer ctk_…", headers=_CHALLENGE)
        if self._exposed:
            detail = "No key exists yet, and other machines can reach this address; run: claimtrail keys create NAME"
            raise ProblemError(401, detail, headers=_CHALLENGE)
        self._check_host()

    def _known(self, key: str) -> KeyView:
        """The key as it is kept. Who guesses is slowed down; by what does not begin as keys do nothing is guessed."""
        parts = keys.split(key)
        g.tried_key_id = None if parts is None else parts[0]
        if not key.startswith(keys.PREFIX):
            raise ProblemError(401, "This is no key: keys begin with ctk_.", headers=_CHALLENGE)
        address, now = _network(request.remote_addr or ""), self._clock()
        if parts is not None and self._rates.guessed_at(address, parts[0]):
            raise _too_many_guesses(self._rates.guess(address, parts[0]))
        with self._database.reading() as s:
            known = keys.find(s, key, now)
        if known is None:
            standing = self._rates.guess(address, None if parts is None else parts[0])
            if not standing.allowed:
                raise _too_many_guesses(standing)
            raise ProblemError(401, "This key is unknown, expired or revoked.", headers=_CHALLENGE)
        if not keys.is_noted(known, now):
            with suppress(Unavailable), self._database.transaction(patience=_NOTE_SECONDS) as s:
                keys.note_use(s, known.id, now)
        return known

    def _check_host(self) -> None:
        # A page elsewhere could have a name of its own lead to this machine, and read here what it likes, or send what
        # it likes without reading the answer.
        if request.headers.get("Sec-Fetch-Site") == "cross-site" or not _is_here(request.headers.get("Origin")):
            raise ProblemError(403, "Without a key this service answers no page of another site; make one.")
        host, _, port = request.host.lower().rpartition(":")
        name = host if port.isdigit() and host else request.host.lower()
        if not LOOPBACK.fullmatch(name):
            raise ProblemError(
                403, "Without a key this service answers under 127.0.0.1, localhost and [::1] only; make one."
            )


def _is_here(origin: str | None) -> bool:
    """Whether a page is this machine's own, or there is none."""
    if origin is None:
        return True
    try:
        return bool(LOOPBACK.fullmatch(urlsplit(origin).hostname or ""))
    except ValueError:
        return False


def _network(address: str) -> str:
    """What one client commands: an IPv4 address, or the /64 of an IPv6 one; "" for what a proxy made up."""
    bare = address[1:].partition("]")[0] if address.startswith("[") else address
    bare = bare.partition(":")[0] if bare.count(":") == 1 else bare
    try:
        found = ipaddress.ip_address(bare)
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address):
        return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False).network_address)
    return str(found)


def takes_token() -> bool:
    """Whether what is asked for may be asked for with a token in the address."""
    needed = getattr(current_app.view_functions.get(request.endpoint or ""), SCOPES, None) or ()
    return FEED in needed and request.method in ("GET", "HEAD")


def may(*scopes: str) -> bool:
    """Whether who asks has one of these scopes, as everyone has while there is no key."""
    key: KeyView | None = g.get("key")
    return key is None or key.may(*scopes)


def key_id() -> str | None:
    """The id of the key that the request came with."""
    key: KeyView | None = g.get("key")
    return None if key is None else key.id


def key_name() -> str | None:
    """The name of that key."""
    key: KeyView | None = g.get("key")
    return None if key is None else key.name


def refused() -> dict[str, str]:
    """What the log tells of a request that was not let in: where it came from, and the id of the key it brought."""
    tried: str | None = g.get("tried_key_id")
    return {"address": request.remote_addr or ""} | ({"tried_key_id": tried} if tried else {})


def standing_headers() -> dict[str, str]:
    """What the answer tells of the client's rate."""
    standing: Standing | None = g.get("standing")
    return {} if standing is None else standing.headers


def _too_many_guesses(standing: Standing) -> ProblemError:
    headers = {"Retry-After": str(max(1, standing.reset))}
    return ProblemError(429, "Too many wrong keys came from this address; wait before the next.", headers=headers)


def check_routes(routes: Any, views: Any) -> None:
    """RuntimeError where a route of the interface does not say which scopes it needs: it would be open to all."""
    for rule in routes:
        if rule.rule.startswith("/v1") and getattr(views[rule.endpoint], SCOPES, None) is None:
            raise RuntimeError(f"{rule.rule} does not say which scopes it needs")
