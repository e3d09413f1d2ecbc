"""Searching one marketplace."""

import asyncio
import time
from collections.abc import Mapping

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.failures import typed_failures
from activities.heartbeats import heartbeating
from adapters.live.port import SearchCache
from adapters.marketplaces.port import SearchMarketplace
from talknshop.errors import FailureCode
from talknshop.products import (
    SearchOutcome,
    SearchRequest,
    SourceStatus,
)


class SearchingActivities:
    """`cache` may be away: then every search goes to the marketplace."""

    def __init__(self, marketplaces: Mapping[str, SearchMarketplace], cache: SearchCache) -> None:
        self._marketplaces = marketplaces
        self._cache = cache

    @activity.defn
    async def search_marketplace(self, request: SearchRequest) -> SearchOutcome:
        """One marketplace's offers, from the cache when they are fresh there."""
        marketplace = self._marketplaces.get(request.marketplace)
        if marketplace is None:
            return SearchOutcome(
                marketplace=request.marketplace,
                status=SourceStatus.SKIPPED,
                error=f"{request.marketplace} is not connected on this installation.",
            )
        started = time.monotonic()
        cached = await self._cache.get(request)
        if cached is not None:
            return cached.model_copy(
                update={"status": SourceStatus.CACHED, "elapsed_ms": _since(started)}
            )
        with typed_failures():
            async with heartbeating():
                try:
                    async with asyncio.timeout(request.deadline_ms / 1000):
                        found = await marketplace.search(request.requirement, request.limit)
                except TimeoutError as error:
                    raise ApplicationError(
                        f"{request.marketplace} did not answer within"
                        f" {request.deadline_ms / 1000:g} seconds.",
                        type=FailureCode.UNAVAILABLE,
                        non_retryable=True,
                    ) from error
        outcome = SearchOutcome(
            marketplace=request.marketplace,
            status=SourceStatus.DONE,
            products=found.products,
            total_found=found.total_found,
            elapsed_ms=_since(started),
            dropped=found.dropped,
            applied_afterwards=list(found.applied_afterwards),
        )
        await self._cache.put(request, outcome)
        return outcome


def _since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
