"""Searching every marketplace at once and ranking what they answer: one step of a turn."""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from temporalio import activity
from temporalio.service import RPCError

from activities.heartbeats import heartbeating
from activities.searching import TRIES, SearchingActivities
from adapters.errors import AdapterError
from talknshop.messages import in_words, say
from talknshop.model import MarketplaceName
from talknshop.products import (
    FindRequest,
    Found,
    ProductResult,
    SearchNews,
    SearchOutcome,
    SearchRequest,
    Shortlist,
    SourceStatus,
)
from talknshop.requirement import PriceRange, Sort

# Answers that come together are told together: each telling is a workflow task. What is all over
# by then needs none.
TOGETHER_S = 0.1
FIRST_RETRY_S = 0.3
TELL_WITHIN = timedelta(seconds=5)


class FindingActivities:
    def __init__(self, searching: SearchingActivities) -> None:
        self._searching = searching

    @activity.defn
    async def find_offers(self, request: FindRequest) -> Found:
        """One that fails costs the others nothing; who asked is told while some are awaited.

        After a worker's death all are searched again: the search cache has what was answered.
        """
        async with heartbeating():
            with self._searches(request) as searches:
                await self._all(searches, request)
            _log_mistakes(searches)
            outcomes = [_outcome_of(search, request) for search in searches]
            shortlist = await self._ranked(outcomes, request)
            if not shortlist.products and (beyond := _beyond_budget(request)):
                dearer = await self._cheapest(beyond)
                shortlist = shortlist.model_copy(update={"beyond": dearer})
        return Found(outcomes=_bare(outcomes), shortlist=shortlist)

    async def _ranked(self, outcomes: list[SearchOutcome], request: FindRequest) -> Shortlist:
        products = [product for outcome in outcomes for product in outcome.products]
        return await self._searching.ranked(
            request.requirement, products, request.limit, request.taste
        )

    async def _cheapest(self, request: FindRequest) -> ProductResult | None:
        """Of those that answer within one call's deadline: it only helps on whoever waits."""
        with self._searches(request) as searches:
            answered, _ = await asyncio.wait(searches, timeout=request.deadline_ms / 1000)
        outcomes = [_outcome_of(search, request) for search in answered]
        shortlist = await self._ranked(outcomes, request)
        return min(shortlist.products, key=lambda product: product.price, default=None)

    @contextmanager
    def _searches(self, request: FindRequest) -> Iterator[list[asyncio.Task[SearchOutcome]]]:
        """One of each marketplace, at once; none goes on when nobody waits for it any more."""
        searches = [
            asyncio.create_task(self._search(name, request), name=name)
            for name in request.marketplaces
        ]
        try:
            yield searches
        finally:
            for search in searches:
                search.cancel()

    async def _all(self, searches: list[asyncio.Task[SearchOutcome]], request: FindRequest) -> None:
        pending, told = set(searches), set[asyncio.Task[SearchOutcome]]()
        while pending:
            await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait(pending, timeout=TOGETHER_S)
            pending = {search for search in pending if not search.done()}
            if pending and request.turn_id:
                new = [s for s in searches if s.done() and s not in told]
                if await _is_told(request, [_outcome_of(search, request) for search in new]):
                    told.update(new)

    async def _search(self, marketplace: MarketplaceName, request: FindRequest) -> SearchOutcome:
        """Its deadline bounds each call; what passes is tried again, as a person waits: soon."""
        wanted = SearchRequest(
            session_id=request.session_id,
            marketplace=marketplace,
            requirement=request.requirement,
            limit=request.searched_for,
            deadline_ms=request.deadline_ms,
        )
        for left in reversed(range(TRIES)):
            try:
                return await self._searching.found(wanted)
            except AdapterError as error:
                if error.code.is_final or error.retry_after or not left:
                    return _failed(marketplace, in_words(error.said, request.requirement.language))
                await asyncio.sleep(FIRST_RETRY_S * 2 ** (TRIES - 1 - left))
        raise AssertionError("the last try returns")


def _beyond_budget(request: FindRequest) -> FindRequest | None:
    """The same above the budget, the cheapest first; None where there is no budget."""
    price = request.requirement.price
    if price.max is None:
        return None
    above = PriceRange(min=price.max, currency=price.currency)
    requirement = request.requirement.model_copy(update={"price": above, "sort": Sort.PRICE_ASC})
    return request.model_copy(update={"requirement": requirement})


def _outcome_of(search: asyncio.Task[SearchOutcome], request: FindRequest) -> SearchOutcome:
    """A mistake of ours in one adapter costs the others nothing either."""
    if search.exception() is None:
        return search.result()
    return _failed(search.get_name(), say(request.requirement.language, "failure_internal"))


def _log_mistakes(searches: Iterable[asyncio.Task[SearchOutcome]]) -> None:
    for search in searches:
        if (error := search.exception()) is not None:
            activity.logger.error("search of %s failed", search.get_name(), exc_info=error)


def _failed(marketplace: MarketplaceName, told: str) -> SearchOutcome:
    return SearchOutcome(marketplace=marketplace, status=SourceStatus.FAILED, error=told)


async def _is_told(request: FindRequest, outcomes: Iterable[SearchOutcome]) -> bool:
    """Tells the workflow that asked; it hears all again in the end, so this may get lost."""
    asking = activity.info()
    assert asking.workflow_id is not None
    handle = activity.client().get_workflow_handle(
        asking.workflow_id, run_id=asking.workflow_run_id
    )
    news = SearchNews(turn_id=request.turn_id, outcomes=_bare(outcomes))
    try:
        await handle.signal("marketplaces_searched", news, rpc_timeout=TELL_WITHIN)
    except RPCError as error:
        activity.logger.warning("progress was not told: %s", error)
        return False
    return True


def _bare(outcomes: Iterable[SearchOutcome]) -> list[SearchOutcome]:
    """Without products: only the shortlist goes into a history."""
    return [outcome.model_copy(update={"products": []}) for outcome in outcomes]
