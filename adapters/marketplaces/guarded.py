"""A marketplace behind its quota, a circuit breaker and a deadline."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from adapters.errors import AdapterError, Throttled, Unavailable, Unintelligible, Unsupported
from adapters.marketplaces.breaker import Breaker
from adapters.marketplaces.port import Found, GtinSearch, SearchMarketplace
from adapters.marketplaces.quota import HasQuota, Quota, RateLimit, further_call
from adapters.metrics import FIELDS_CLEANED, MARKETPLACE_CALLS, MARKETPLACE_RESTS, OFFERS_DROPPED
from talknshop.errors import FailureCode
from talknshop.headlines import marketplace_title
from talknshop.messages import Sentence, sentence
from talknshop.products import ProductResult
from talknshop.requirement import RequirementSpec

# Reading changes nothing, so it is repeated while there is time.
MOST_ATTEMPTS = 3
PAUSE_S = 0.15
# Who asks to slow down and names no wait (Amazon) counts calls by the second.
UNNAMED_WAIT_S = 1.0

T = TypeVar("T")


class GuardedMarketplace:
    """One for each marketplace and process. Raises adapters.errors, and never later than asked.

    Nothing is hedged: every vendor counts calls, so a second one in parallel is not free.
    """

    def __init__(self, marketplace: SearchMarketplace, rate_limit: RateLimit) -> None:
        self.name = marketplace.name
        self._marketplace = marketplace
        self._quota = marketplace.quota if isinstance(marketplace, HasQuota) else Quota()
        self._rate_limit = rate_limit
        self._places = asyncio.Semaphore(self._quota.at_once)
        self._breaker = Breaker()
        self._quiet_until = 0.0

    async def search(self, requirement: RequirementSpec, limit: int, deadline: timedelta) -> Found:
        return self._counted(
            await self._call(lambda: self._marketplace.search(requirement, limit), deadline)
        )

    async def by_gtin(self, gtin: str, limit: int, deadline: timedelta) -> Found:
        """Raises Unsupported when the marketplace can't be asked for a number."""
        marketplace = self._marketplace
        if not isinstance(marketplace, GtinSearch):
            raise Unsupported(self._said("cannot_barcode"))
        return self._counted(await self._call(lambda: marketplace.by_gtin(gtin, limit), deadline))

    def _said(self, key: str) -> Sentence:
        return sentence(key, vendor=marketplace_title(self.name))

    def _counted(self, found: Found) -> Found:
        for field, count in found.dropped.items():
            OFFERS_DROPPED.labels(self.name, field).inc(count)
        for field, count in found.cleaned.items():
            FIELDS_CLEANED.labels(self.name, field).inc(count)
        return found

    async def product(self, product_id: str, deadline: timedelta) -> ProductResult:
        return await self._call(lambda: self._marketplace.product(product_id), deadline)

    async def _call(self, call: Callable[[], Awaitable[T]], deadline: timedelta) -> T:
        end = time.monotonic() + deadline.total_seconds()
        attempt = 1
        while True:
            try:
                return await self._attempt(call, end)
            except (Throttled, Unavailable, Unintelligible) as error:
                wait = _wait(error, attempt)
                if attempt == MOST_ATTEMPTS or time.monotonic() + wait >= end:
                    raise
            attempt += 1
            await asyncio.sleep(wait)

    async def _attempt(self, call: Callable[[], Awaitable[T]], end: float) -> T:
        self._check_quiet()
        try:
            async with asyncio.timeout(_left(end)):
                await self._places.acquire()
        except TimeoutError as error:
            raise Unavailable(self._said("fault_busy")) from error
        try:
            await self._take(end)
            further_call.set(lambda: self._take(end))
            return await self._watched(call, end)
        finally:
            self._places.release()

    async def _take(self, end: float) -> None:
        await self._rate_limit.take(self.name, self._quota, timedelta(seconds=_left(end)))

    def _check_quiet(self) -> None:
        wait = self._quiet_until - time.monotonic()
        if wait > 0:
            raise Throttled(self._said("fault_slow_down"), timedelta(seconds=wait))

    async def _watched(self, call: Callable[[], Awaitable[T]], end: float) -> T:
        started = time.monotonic()
        if not self._breaker.admits(started):
            raise Unavailable(self._said("fault_away"))
        outcome = "abandoned"
        try:
            async with asyncio.timeout(_left(end)):
                result = await call()
        except TimeoutError as error:
            outcome = FailureCode.UNAVAILABLE
            self._breaker.failed(time.monotonic())
            raise Unavailable(self._said("fault_late")) from error
        except AdapterError as error:
            outcome = error.code
            self._learn(error)
            raise
        else:
            outcome = "done"
            self._breaker.succeeded()
            return result
        finally:
            if outcome == "abandoned":
                self._breaker.abandoned()
            MARKETPLACE_CALLS.labels(self.name, outcome).observe(time.monotonic() - started)
            MARKETPLACE_RESTS.labels(self.name).set(self._breaker.is_open)

    def _learn(self, error: AdapterError) -> None:
        now = time.monotonic()
        if isinstance(error, Unavailable | Unintelligible):
            self._breaker.failed(now)
            return
        # It answered, be it that it refuses us.
        self._breaker.succeeded()
        if isinstance(error, Throttled) and error.retry_after:
            self._quiet_until = now + error.retry_after.total_seconds()


def _wait(error: AdapterError, attempt: int) -> float:
    """Seconds until the next attempt."""
    if error.retry_after:
        return error.retry_after.total_seconds()
    return UNNAMED_WAIT_S if isinstance(error, Throttled) else PAUSE_S * 2**attempt


def _left(end: float) -> float:
    return max(0.0, end - time.monotonic())
