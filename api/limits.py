"""How much one person may do: counted in Redis for all gateways, or here while it is away."""

import math
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import structlog
from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage, Storage
from limits.aio.strategies import MovingWindowRateLimiter, RateLimiter
from limits.errors import StorageError
from limits.storage import storage_from_string

from api.errors import TooMany
from talknshop.messages import sentence

log = structlog.get_logger()

# A store that did not answer is left alone for so long, so that its absence costs no request much.
REST_S = 2.0

T = TypeVar("T")


@dataclass(frozen=True)
class Quota:
    """What is left of a limit. `reset_s`: when the oldest of what was counted is forgotten."""

    name: str
    limit: int
    window_s: int
    remaining: int
    reset_s: int

    @property
    def headers(self) -> dict[str, str]:
        """As the IETF's draft of RateLimit header fields has them."""
        return {
            "RateLimit-Policy": f'"{self.name}";q={self.limit};w={self.window_s}',
            "RateLimit": f'"{self.name}";r={self.remaining};t={self.reset_s}',
        }


class Limits:
    """`rates`: by name, as "10/minute"."""

    def __init__(self, rates: Mapping[str, str], redis_url: str | None) -> None:
        self._items = {name: parse(rate) for name, rate in rates.items()}
        self._here: RateLimiter = MovingWindowRateLimiter(MemoryStorage())
        self._shared = _shared(redis_url) if redis_url else None
        self._away_until = 0.0

    async def take(self, name: str, who: str) -> Quota:
        """Count one. Raises TooMany, with `retry_after_s` and nothing counted."""

        async def count(limiter: RateLimiter) -> Quota:
            await self._count(limiter, name, who)
            return await _quota(limiter, self._items[name], name, who)

        return await self._wherever(count)

    async def count(self, name: str, who: str) -> None:
        """As `take`, for whom what is left is not told: it is not looked up."""
        await self._wherever(lambda limiter: self._count(limiter, name, who))

    async def _wherever(self, count: Callable[[RateLimiter], Awaitable[T]]) -> T:
        if self._shared is not None and time.monotonic() >= self._away_until:
            try:
                return await count(self._shared)
            except StorageError as error:
                self._away_until = time.monotonic() + REST_S
                log.warning("limits_counted_here", error=repr(error.storage_error))
        return await count(self._here)

    async def _count(self, limiter: RateLimiter, name: str, who: str) -> None:
        item = self._items[name]
        if await limiter.hit(item, name, who):
            return
        quota = await _quota(limiter, item, name, who)
        raise TooMany(
            "rate_limited",
            sentence("api_rate_limited", seconds=quota.reset_s),
            quota.headers,
            retry_after_s=quota.reset_s,
        )


async def _quota(limiter: RateLimiter, item: RateLimitItem, name: str, who: str) -> Quota:
    stats = await limiter.get_window_stats(item, name, who)
    reset_s = max(1, math.ceil(stats.reset_time - time.time()))
    return Quota(name, item.amount, item.get_expiry(), stats.remaining, reset_s)


def _shared(redis_url: str) -> RateLimiter:
    storage = storage_from_string(
        f"async+{redis_url}",
        implementation="redispy",
        key_prefix="limit",
        wrap_exceptions=True,
        socket_timeout=0.5,
        socket_connect_timeout=0.5,
    )
    assert isinstance(storage, Storage)
    return MovingWindowRateLimiter(storage)
