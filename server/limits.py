"""How often one may ask: counted in process, or in Redis for all nodes together. What is over gets 429 and a time.

Doors are never counted by address, since a venue's laptops share one: they share slots, see `server.sync.slots`.
"""

import hmac
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Annotated, TypeVar, cast

import structlog
from fastapi import Depends
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.aio.storage import RedisStorage, Storage
from limits.aio.storage.redis.redispy import RedispyBridge
from limits.aio.strategies import FixedWindowRateLimiter
from limits.errors import StorageError
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from eventreg_core import device_auth
from server import errors
from server.auth.access import caller_of
from server.callers import authorization
from server.counts import Counts
from server.errors import ApiProblem
from server.settings import Settings

log = structlog.get_logger("server.limits")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Rule:
    """So many requests of one kind in a time; `name` keeps its counts apart from others'."""

    name: str
    item: RateLimitItem


LINKS_ASKED = Rule("links-asked", RateLimitItemPerMinute(5, 15))
"""Registrations and password resets for one e-mail from one network."""
LINKS_FROM = Rule("links-from", RateLimitItemPerHour(60))
"""The same from one network, whatever the e-mail."""
LINKS_SENT = Rule("links-sent", RateLimitItemPerHour(10))
"""Mails to one address, wherever they were asked for; what is over is not sent, and nobody hears of it."""
VISITOR = Rule("visitor", RateLimitItemPerMinute(600))
"""Requests without good credentials from one address."""
ASKED_BY_BALANCERS = "/health"
REDIS_WITHIN_S = 1.0
"""A Redis that takes longer is none: counting must not hold up what is counted."""
FREE_TRIES = 10
TRIES_KEPT_S = 900
LONGEST_WAIT_S = 60


class Limits:
    """Counts by rule and key. Keys are hashed: neither Redis nor memory holds an e-mail."""

    def __init__(self, storage: Storage, secret: bytes) -> None:
        self._storage = storage
        self._instead = Counts()
        self._secret = hmac.digest(secret, b"eventreg-limits", "sha256")

    async def close(self) -> None:
        """Give the connections to Redis back."""
        if isinstance(self._storage, RedisStorage) and isinstance(self._storage.bridge, RedispyBridge):
            await self._storage.bridge.storage.aclose()

    async def spend(self, rule: Rule, *who: str) -> None:
        """Count one request; raises ApiProblem 429 `too_many_requests` when that is one too many."""
        if not await self.may(rule, *who):
            key = self._key(rule.name, *who)
            reset = await self._ask(lambda storage: FixedWindowRateLimiter(storage).get_window_stats(rule.item, key))
            raise too_many("too_many_requests", reset.reset_time - time.time())

    async def may(self, rule: Rule, *who: str) -> bool:
        """Count one request; whether it is within the rule."""
        key = self._key(rule.name, *who)
        return await self._ask(lambda storage: FixedWindowRateLimiter(storage).hit(rule.item, key))

    async def try_password(self, account: str, network: str) -> None:
        """Count one try at an account's password; past FREE_TRIES each next one has to wait, twice as long each time.

        Nobody is locked out: the wait ends after a minute at most, and who asks from elsewhere does not wait at all.
        Raises ApiProblem 429 `too_many_attempts`.
        """
        tries, wait = self._key("tries", account, network), self._key("wait", account, network)
        if not await self._ask(lambda storage: self._admit(storage, tries, wait)):
            ends = await self._ask(lambda storage: storage.get_expiry(wait))
            raise too_many("too_many_attempts", ends - time.time())

    async def password_was_right(self, account: str, network: str) -> None:
        """Forget the tries before."""
        for key in (self._key("tries", account, network), self._key("wait", account, network)):
            await self._ask(lambda storage, key=key: storage.clear(key))  # type: ignore[misc]

    async def _admit(self, storage: Storage, tries: str, wait: str) -> bool:
        if await storage.get(wait):
            return False
        over = await storage.incr(tries, TRIES_KEPT_S) - FREE_TRIES
        # Of several at once only the first one gets to try.
        return over <= 0 or await storage.incr(wait, min(2 ** (over - 1), LONGEST_WAIT_S)) == 1

    async def _ask(self, question: Callable[[Storage], Awaitable[Answer]]) -> Answer:
        try:
            return await question(self._storage)
        except StorageError as error:
            log.warning("limits are counted in process", kind=type(error.storage_error).__name__)
            return await question(self._instead)

    def _key(self, name: str, *who: str) -> str:
        return f"{name}/{hmac.digest(self._secret, chr(0).join(who).encode(), 'sha256').hex()[:32]}"


class LimitVisitors:
    """ASGI layer that counts requests without good credentials by address, whatever else they send as such.

    Not counted: this machine's own, what doors sign, and what balancers ask, who must not hear 429 of a healthy node.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        address = visiting_address(HTTPConnection(scope)) if scope["type"] == "http" else None
        if address is not None:
            try:
                await cast(Limits, scope["app"].state.limits).spend(VISITOR, address)
            except ApiProblem as problem:
                await errors.answer(problem)(scope, receive, send)
                return
        await self.app(scope, receive, send)


def open_limits(settings: Settings) -> Limits:
    """Where this node counts; connects at first use."""
    if settings.redis_url is None:
        return Limits(Counts(), settings.secret_key)
    storage = RedisStorage(
        f"async+{settings.redis_url}",
        wrap_exceptions=True,
        implementation="redispy",
        socket_connect_timeout=REDIS_WITHIN_S,
        socket_timeout=REDIS_WITHIN_S,
    )
    return Limits(storage, settings.secret_key)


async def limits_of(connection: HTTPConnection) -> Limits:
    """The application's limits."""
    return cast(Limits, connection.app.state.limits)


Limited = Annotated[Limits, Depends(limits_of)]
"""Parameter of a route that counts."""


def too_many(code: str, seconds: float) -> ApiProblem:
    """429 that says when to come back."""
    wait = max(1, math.ceil(seconds))
    sentence = f"That was too often. Try again in {wait} seconds." if wait > 1 else "That was too often. Wait a second."
    return ApiProblem(429, code, sentence, headers={"Retry-After": str(wait)})


def visiting_address(connection: HTTPConnection) -> str | None:
    """The address by which this request is counted; None: it is not."""
    scope = connection.scope
    if _shows_who(connection) or scope["path"].startswith(ASKED_BY_BALANCERS):
        return None
    return counted_address(scope["client"][0] if scope.get("client") else "")


def _shows_who(connection: HTTPConnection) -> bool:
    told = authorization(connection)
    if not told:
        return False
    if told.startswith(f"{device_auth.SCHEME} "):
        # Only there is the signature looked at.
        return "/sync/" in connection.scope["path"]
    try:
        caller_of(connection)
    except ApiProblem:
        return False
    return True


def counted_address(address: str) -> str | None:
    """What an address is counted as: of IPv6 the /64, which is one customer's; None for this machine's own."""
    try:
        ip = ip_address(address)
    except ValueError:
        return None
    ip = getattr(ip, "ipv4_mapped", None) or ip
    if ip.is_loopback:
        return None
    return str(ip) if ip.version == 4 else str(ip_network((ip, 64), strict=False))
