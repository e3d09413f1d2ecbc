"""Keeps what marketplaces answered, and sees to it that equal searches make one call."""

import asyncio
import hashlib
import json
import time
from dataclasses import dataclass
from datetime import timedelta

from pydantic import BaseModel, ValidationError
from redis.asyncio import Redis

from adapters.live.connection import Patient
from adapters.live.port import Search
from adapters.metrics import SEARCH_CACHE
from talknshop.products import SearchOutcome, SearchRequest, SourceStatus

# How often to look whether another process has finished the same search.
LOOK_S = 0.02
# A search under way belongs to a process for so long, and for longer each time that it says so:
# when it dies, the next try need not wait for the deadline of the one before.
LEASE = timedelta(seconds=2)
RENEWED_EACH_S = 0.5


@dataclass(eq=False)
class _Flight:
    """A search under way, and how many wait for it."""

    search: asyncio.Task[SearchOutcome]
    waiting: int = 0


class FlightsOnly:
    """Without a store nothing is kept, but equal searches at one time still make one call."""

    def __init__(self) -> None:
        self._flights: dict[str, _Flight] = {}

    async def find(self, request: SearchRequest, search: Search) -> SearchOutcome:
        return await self._fly(request, search)

    async def kept(self, request: SearchRequest) -> SearchOutcome | None:
        return None

    async def _fly(self, request: SearchRequest, search: Search) -> SearchOutcome:
        """Joins the search that is under way in this process, or starts it.

        One who gives up waiting does not stop it for the others; the last one does.
        """
        key = key_of(request)
        flight = self._flights.get(key)
        if flight is None:
            flight = self._flights[key] = _Flight(asyncio.ensure_future(search()))
            SEARCH_CACHE.labels(request.marketplace, "miss").inc()
        else:
            SEARCH_CACHE.labels(request.marketplace, "shared").inc()
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.search)
        finally:
            flight.waiting -= 1
            if flight.waiting == 0:
                flight.search.cancel()  # nothing happens to one that is over
                # Whoever comes now starts anew, while this one may still be ending.
                if self._flights.get(key) is flight:
                    del self._flights[key]


class _Entry(BaseModel):
    found_at: float  # seconds since the epoch
    outcome: SearchOutcome


class RedisSearchCache(FlightsOnly):
    """Fresh for `fresh_for`; then served once more while one process searches anew.

    Entries stay for `kept_for` in all.
    """

    def __init__(self, redis: Redis, fresh_for: timedelta, kept_for: timedelta) -> None:
        super().__init__()
        self._redis = redis
        self._fresh_for = fresh_for
        self._kept_for = max(kept_for, fresh_for)
        self._patient = Patient()

    async def find(self, request: SearchRequest, search: Search) -> SearchOutcome:
        entry = await self._read(request)
        if entry is None:
            return await self._fly(request, lambda: self._search_once(request, search))
        is_fresh = time.time() - entry.found_at < self._fresh_for.total_seconds()
        SEARCH_CACHE.labels(request.marketplace, "hit" if is_fresh else "stale").inc()
        if not is_fresh and key_of(request) not in self._flights and await self._lease(request):
            flight = self._fly(request, lambda: self._search_and_keep(request, search))
            asyncio.ensure_future(flight).add_done_callback(lambda done: done.exception())
        return entry.outcome.model_copy(update={"status": SourceStatus.CACHED, "kept": True})

    async def kept(self, request: SearchRequest) -> SearchOutcome | None:
        entry = await self._read(request)
        return entry.outcome if entry else None

    async def _search_once(self, request: SearchRequest, search: Search) -> SearchOutcome:
        """Searches unless another process does; then waits for that one's outcome."""
        give_up = time.monotonic() + request.deadline_ms / 1000
        while not await self._lease(request):
            await asyncio.sleep(LOOK_S)
            entry = await self._read(request)
            if entry is not None:
                return entry.outcome.model_copy(update={"kept": True})
            if time.monotonic() > give_up:
                break
        else:
            # Whoever had the lease may have kept its outcome since we looked.
            entry = await self._read(request)
            if entry is not None:
                await self._give_back(request)
                return entry.outcome.model_copy(update={"kept": True})
        return await self._search_and_keep(request, search)

    async def _search_and_keep(self, request: SearchRequest, search: Search) -> SearchOutcome:
        renewing = asyncio.create_task(self._renew_lease(request))
        try:
            outcome = await search()
            is_kept = await self._keep(request, outcome)
            return outcome.model_copy(update={"kept": is_kept})
        finally:
            renewing.cancel()
            await self._give_back(request)

    async def _lease(self, request: SearchRequest) -> bool:
        """True for one process at a time, and for all when the store is away."""
        taken = await self._patient.run(self._redis.set(_lease_of(request), "1", nx=True, px=LEASE))
        return bool(taken) or self._patient.is_resting

    async def _give_back(self, request: SearchRequest) -> None:
        await self._patient.run(self._redis.delete(_lease_of(request)))

    async def _renew_lease(self, request: SearchRequest) -> None:
        while True:
            await asyncio.sleep(RENEWED_EACH_S)
            await self._patient.run(self._redis.pexpire(_lease_of(request), LEASE))

    async def _read(self, request: SearchRequest) -> _Entry | None:
        text = await self._patient.run(self._redis.get(key_of(request)))
        if text is None:
            return None
        try:
            return _Entry.model_validate_json(text)
        except ValidationError:
            # Written by another version: as good as not there.
            return None

    async def _keep(self, request: SearchRequest, outcome: SearchOutcome) -> bool:
        text = _Entry(found_at=time.time(), outcome=outcome).model_dump_json()
        kept = await self._patient.run(self._redis.set(key_of(request), text, ex=self._kept_for))
        return bool(kept)


def key_of(request: SearchRequest) -> str:
    """Equal for searches that a marketplace could not tell apart."""
    wish = request.requirement.model_dump(mode="json", exclude={"marketplaces", "language"})
    wish["product_type"] = " ".join(sorted(wish["product_type"].casefold().split()))
    for name in ("brand_preferences", "excluded_brands"):
        wish[name] = sorted(brand.casefold() for brand in wish[name])
    for name in ("attributes", "filters"):
        wish[name] = {key.casefold(): value.casefold() for key, value in wish[name].items()}
    text = f"{json.dumps(wish, sort_keys=True)}|{request.limit}"
    return f"search:{request.marketplace}:{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def _lease_of(request: SearchRequest) -> str:
    return f"lease:{key_of(request)}"
