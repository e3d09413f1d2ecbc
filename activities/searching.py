"""Searching one marketplace, and ranking what all of them answered."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

from temporalio import activity

from activities.failures import typed_failures
from activities.heartbeats import heartbeating
from adapters.errors import AdapterError, NotFound
from adapters.live.port import SearchCache
from talknshop.headlines import marketplace_title
from talknshop.memory import Taste
from talknshop.messages import sentence
from talknshop.offers import offer_of
from talknshop.products import (
    ProductRequest,
    ProductResult,
    RankRequest,
    Recommendations,
    RecommendRequest,
    SearchOutcome,
    SearchRequest,
    Shortlist,
    SourceStatus,
)
from talknshop.ranking import rank
from talknshop.recommending import recommended
from talknshop.requirement import RequirementSpec

if TYPE_CHECKING:
    # Workflows import this module for its signatures, and need none of these.
    from adapters.embeddings.minilm import MiniLm
    from adapters.marketplaces.guarded import GuardedMarketplace

# Of a marketplace that fails: a person waits.
TRIES = 3


class SearchingActivities:
    def __init__(
        self,
        marketplaces: Mapping[str, "GuardedMarketplace"],
        cache: SearchCache,
        minilm: "MiniLm",
    ) -> None:
        self._marketplaces = marketplaces
        self._cache = cache
        self._minilm = minilm
        # One thread: more would only share a core, and each keeps memory of its own.
        self._thread = ThreadPoolExecutor(1, "ranking")

    @activity.defn
    async def search_marketplace(self, request: SearchRequest) -> SearchOutcome:
        """One marketplace's offers; without the products when the search cache keeps them."""
        # The deadline bounds the whole call, so that nothing is left for a retry.
        with typed_failures(patience=timedelta(0), tries=TRIES):
            async with heartbeating():
                outcome = await self.found(request)
        return outcome.model_copy(update={"products": []}) if outcome.kept else outcome

    @activity.defn
    async def rank_offers(self, request: RankRequest) -> Shortlist:
        """One list, best first. Products that the search cache has lost are searched again."""
        async with heartbeating():
            found = await asyncio.gather(
                *(
                    self._products(outcome, request.requirement, request)
                    for outcome in request.outcomes
                )
            )
            products = [product for outcome in found if outcome for product in outcome.products]
            shortlist = await self.ranked(
                request.requirement, products, request.limit, request.taste
            )
        pairs = zip(request.outcomes, found, strict=True)
        lost = [outcome.marketplace for outcome, again in pairs if again is None]
        return shortlist.model_copy(update={"lost": lost})

    async def ranked(
        self, requirement: RequirementSpec, products: list[ProductResult], limit: int, taste: Taste
    ) -> Shortlist:
        return await asyncio.get_running_loop().run_in_executor(
            self._thread, rank, requirement, products, limit, self._minilm.similarities, taste
        )

    @activity.defn
    async def recommend(self, request: RecommendRequest) -> Recommendations:
        """What is nearest to each seed, of what was found for it."""
        async with heartbeating():
            found = [
                await self._all_products(seed.search, outcomes, request)
                for seed, outcomes in zip(request.seeds, request.outcomes, strict=True)
            ]
            items = await asyncio.get_running_loop().run_in_executor(
                self._thread,
                recommended,
                request.seeds,
                found,
                request.limit,
                self._minilm.similarities,
                request.taste,
                request.excluded,
                request.language,
            )
        return Recommendations(items=items)

    async def _all_products(
        self, words: str, outcomes: Sequence[SearchOutcome], request: RecommendRequest
    ) -> list[ProductResult]:
        wanted = RequirementSpec(product_type=words)
        found = await asyncio.gather(*(self._products(o, wanted, request) for o in outcomes))
        return [product for outcome in found if outcome for product in outcome.products]

    @activity.defn
    async def read_product(self, request: ProductRequest) -> ProductResult:
        """One offer as it is now; never from a cache."""
        with typed_failures(patience=timedelta(0), tries=TRIES):
            async with heartbeating():
                marketplace = self._marketplaces.get(request.marketplace)
                if marketplace is None:
                    raise NotFound(
                        sentence("cannot_search", vendor=marketplace_title(request.marketplace))
                    )
                deadline = timedelta(milliseconds=request.deadline_ms)
                return await marketplace.product(request.product_id, deadline)

    async def found(self, request: SearchRequest) -> SearchOutcome:
        """As `find`, of what is to be ranked. Raises adapters.errors."""
        outcome = await self.find(request)
        # Ranking will compare them; there is time while slower marketplaces are waited for.
        texts = [offer_of(product).text.said for product in outcome.products]
        self._thread.submit(self._minilm.learn, texts)
        return outcome

    async def find(self, request: SearchRequest) -> SearchOutcome:
        """One marketplace's offers with their products. Raises adapters.errors."""
        marketplace = self._marketplaces.get(request.marketplace)
        if marketplace is None:
            return SearchOutcome(
                marketplace=request.marketplace,
                status=SourceStatus.SKIPPED,
                error=f"{request.marketplace} is not connected on this installation.",
            )

        async def search() -> SearchOutcome:
            deadline = timedelta(milliseconds=request.deadline_ms)
            found = await marketplace.search(request.requirement, request.limit, deadline)
            return SearchOutcome(
                marketplace=request.marketplace,
                status=SourceStatus.DONE,
                products=found.products,
                count=len(found.products),
                total_found=found.total_found,
                dropped=dict(found.dropped),
                applied_afterwards=list(found.applied_afterwards),
            )

        started = time.monotonic()
        outcome = await self._cache.find(request, search)
        elapsed_ms = round((time.monotonic() - started) * 1000)
        return outcome.model_copy(update={"elapsed_ms": elapsed_ms})

    async def _products(
        self,
        outcome: SearchOutcome,
        requirement: RequirementSpec,
        request: RankRequest | RecommendRequest,
    ) -> SearchOutcome | None:
        """The outcome with its products; None when they are gone and can't be found again."""
        if not outcome.kept:
            return outcome
        search = SearchRequest(
            marketplace=outcome.marketplace,
            requirement=requirement,
            limit=request.searched_for,
            deadline_ms=request.deadline_ms,
        )
        try:
            return await self._cache.kept(search) or await self.find(search)
        except AdapterError:
            return None
