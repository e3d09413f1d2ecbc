"""Looking up what others ask for the thing that is to be sold."""

import asyncio

from temporalio import activity

from activities.searching import SearchingActivities
from adapters.errors import AdapterError
from talknshop.listing import AdviceRequest, PriceAdvice
from talknshop.pricing import comparables_wanted, price_advice
from talknshop.products import SearchOutcome, SearchRequest

OFFERS_PER_MARKETPLACE = 40


class PricingActivities:
    def __init__(self, searching: SearchingActivities) -> None:
        self._searching = searching

    @activity.defn
    async def advise_price(self, request: AdviceRequest) -> PriceAdvice | None:
        """From whatever answers in time. One activity, so that only the advice is recorded."""
        requirement = comparables_wanted(request.listing)
        if requirement is None:
            return None
        searches = [
            SearchRequest(
                marketplace=name,
                requirement=requirement,
                limit=OFFERS_PER_MARKETPLACE,
                deadline_ms=request.deadline_ms,
            )
            for name in request.marketplaces
        ]
        found = await asyncio.gather(*(self._search(search) for search in searches))
        answered = [outcome for outcome in found if outcome is not None]
        offers = [offer for outcome in answered for offer in outcome.products]
        advice = price_advice(request.listing, offers)
        searched = [outcome.marketplace for outcome in answered]
        return advice and advice.model_copy(update={"searched": searched})

    async def _search(self, request: SearchRequest) -> SearchOutcome | None:
        try:
            return await self._searching.find(request)
        except AdapterError:
            return None
