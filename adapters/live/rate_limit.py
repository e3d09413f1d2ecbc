"""A vendor's quota, counted in Redis for all processes; each counts for itself without Redis."""

import asyncio
import time
from datetime import timedelta

from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import FixedWindowRateLimiter, RateLimiter
from redis.asyncio import Redis
from redis.exceptions import RedisError

from adapters.errors import Throttled
from adapters.live.connection import Patient
from adapters.marketplaces.quota import Quota
from talknshop.headlines import marketplace_title
from talknshop.messages import sentence


class SharedRateLimit:
    """Fixed windows: vendors count by the second and by the day, and so do we."""

    def __init__(self, redis: Redis | None) -> None:
        self._alone = FixedWindowRateLimiter(MemoryStorage())
        self._shared: RateLimiter = self._alone
        self._patient = Patient()
        if redis is not None:
            storage = RedisStorage(
                "redis://",
                implementation="redispy",
                key_prefix="quota",
                connection_pool=redis.connection_pool,  # type: ignore[arg-type]
            )
            self._shared = FixedWindowRateLimiter(storage)

    async def take(self, marketplace: str, quota: Quota, patience: timedelta) -> None:
        give_up = time.monotonic() + patience.total_seconds()
        for window in _windows(quota):
            while (wait := await self._wait_for(window, marketplace)) is not None:
                if time.monotonic() + wait > give_up:
                    raise Throttled(
                        sentence("fault_quota", vendor=marketplace_title(marketplace)),
                        timedelta(seconds=wait),
                    )
                await asyncio.sleep(wait)

    async def _wait_for(self, window: RateLimitItem, marketplace: str) -> float | None:
        """None when the call may be made, and is counted; else seconds until the next window."""
        if self._patient.is_resting:
            return await _hit(self._alone, window, marketplace)
        try:
            return await _hit(self._shared, window, marketplace)
        except (RedisError, OSError, TimeoutError) as error:
            self._patient.rest(error)
            return await _hit(self._alone, window, marketplace)


async def _hit(limiter: RateLimiter, window: RateLimitItem, marketplace: str) -> float | None:
    if await limiter.hit(window, marketplace):
        return None
    reset_time, _ = await limiter.get_window_stats(window, marketplace)
    return max(0.01, reset_time - time.time())


def _windows(quota: Quota) -> list[RateLimitItem]:
    windows: list[RateLimitItem] = []
    # The short one first: a call that has to wait for its second has not yet used up the day.
    if quota.per_second is not None:
        windows.append(RateLimitItemPerSecond(quota.per_second))
    if quota.per_day is not None:
        windows.append(RateLimitItemPerDay(quota.per_day))
    return windows
