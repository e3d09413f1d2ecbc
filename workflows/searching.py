"""Searching every marketplace and ranking the answers: for a turn, and for a search of its own."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from temporalio import workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.finding import FindingActivities
    from activities.searching import SearchingActivities
    from talknshop.events import ResultsData
    from talknshop.memory import NO_TASTE, Assumed, Taste
    from talknshop.messages import say
    from talknshop.model import MarketplaceName, UserId, Value
    from talknshop.products import (
        FindRequest,
        Found,
        ProductAnswer,
        ProductRequest,
        RankRequest,
        SearchOutcome,
        SearchRequest,
        Shortlist,
        Source,
        SourceStatus,
    )
    from talknshop.requirement import RequirementSpec
    from workflows import metrics, policies
    from workflows.failures import code_of, sentence_of, told
    from workflows.ids import SEARCH
    from workflows.patches import SEARCHED_TOGETHER
    from workflows.visibility import KIND, USER_ID

# More offers than are shown: folding duplicates and checking wishes takes some away.
OFFERS_PER_MARKETPLACE = 12
PRODUCTS_SHOWN = 10


class SearchCommand(Value):
    """A search outside of any conversation."""

    user_id: UserId
    requirement: RequirementSpec
    marketplaces: list[MarketplaceName]
    search_deadline_ms: int


@workflow.defn
class SearchWorkflow:
    """One search, answered synchronously to whoever started it."""

    @workflow.run
    async def run(self, command: SearchCommand) -> ResultsData:
        workflow.upsert_search_attributes(
            [USER_ID.value_set(command.user_id), KIND.value_set("search")]
        )
        requirement, began = command.requirement, workflow.now()
        names = requirement.marketplaces or command.marketplaces
        if workflow.patched(SEARCHED_TOGETHER):
            found = await find_all(requirement, names, command.search_deadline_ms)
        else:
            outcomes = await asyncio.gather(
                *(search_one(name, requirement, command.search_deadline_ms) for name in names)
            )
            shortlist = await rank_all(requirement, outcomes, command.search_deadline_ms)
            found = Found(outcomes=outcomes, shortlist=shortlist)
        results = results_of(requirement, found.outcomes, found.shortlist)
        count_search(results, began)
        return results


@workflow.defn
class ProductWorkflow:
    """One offer read again from its marketplace; a failure is an answer too."""

    @workflow.run
    async def run(self, request: ProductRequest) -> ProductAnswer:
        workflow.upsert_search_attributes([KIND.value_set("product")])
        try:
            product = await workflow.execute_activity_method(
                SearchingActivities.read_product,
                request,
                task_queue=SEARCH,
                summary=f"read an offer on {request.marketplace}",
                **policies.BUYER_STEP,
            )
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            return ProductAnswer(code=code_of(error), error=sentence_of(error))
        return ProductAnswer(product=product)


async def search_one(
    marketplace: MarketplaceName,
    requirement: RequirementSpec,
    deadline_ms: int,
    session_id: str = "",
) -> SearchOutcome:
    """One marketplace's answer; a failure is an answer too, so that it costs the others nothing."""
    try:
        return await workflow.execute_activity_method(
            SearchingActivities.search_marketplace,
            SearchRequest(
                session_id=session_id,
                marketplace=marketplace,
                requirement=requirement,
                limit=OFFERS_PER_MARKETPLACE,
                deadline_ms=deadline_ms,
            ),
            task_queue=SEARCH,
            summary=f"search {marketplace}",
            **policies.BUYER_STEP,
        )
    except ActivityError as error:
        if is_cancelled_exception(error):
            raise
        return SearchOutcome(
            marketplace=marketplace,
            status=SourceStatus.FAILED,
            error=told(error, requirement.language),
        )


async def find_all(
    requirement: RequirementSpec,
    marketplaces: Sequence[MarketplaceName],
    deadline_ms: int,
    session_id: str = "",
    turn_id: str = "",
    taste: Taste = NO_TASTE,
) -> Found:
    """All marketplaces' answers and one list of them, from the buyer's worker."""
    return await workflow.execute_activity_method(
        FindingActivities.find_offers,
        FindRequest(
            session_id=session_id,
            turn_id=turn_id,
            requirement=requirement,
            marketplaces=list(marketplaces),
            searched_for=OFFERS_PER_MARKETPLACE,
            deadline_ms=deadline_ms,
            limit=PRODUCTS_SHOWN,
            taste=taste,
        ),
        task_queue=SEARCH,
        summary=f"search {', '.join(marketplaces)}"[:200],
        **policies.FIND_STEP,
    )


async def rank_all(
    requirement: RequirementSpec,
    outcomes: Sequence[SearchOutcome],
    deadline_ms: int,
    session_id: str = "",
    taste: Taste = NO_TASTE,
) -> Shortlist:
    """In the buyer's worker: it has the products, so that only the shortlist comes back."""
    return await workflow.execute_activity_method(
        SearchingActivities.rank_offers,
        RankRequest(
            session_id=session_id,
            requirement=requirement,
            outcomes=list(outcomes),
            searched_for=OFFERS_PER_MARKETPLACE,
            deadline_ms=deadline_ms,
            limit=PRODUCTS_SHOWN,
            taste=taste,
        ),
        task_queue=SEARCH,
        summary="rank offers",
        **policies.BUYER_STEP,
    )


def count_search(results: ResultsData, began: datetime) -> None:
    answered = any(not source.error for source in results.sources)
    outcome: metrics.SearchOutcome = "partial" if results.partial else "full"
    metrics.searched(outcome if answered else "none", began)


def results_of(
    requirement: RequirementSpec,
    outcomes: Sequence[SearchOutcome],
    shortlist: Shortlist,
    remembered: Sequence[Assumed] = (),
) -> ResultsData:
    """The answer's cards, and which marketplace said what."""
    sources = [_source(outcome, shortlist, requirement.language) for outcome in outcomes]
    missing = (SourceStatus.FAILED, SourceStatus.SKIPPED)
    return ResultsData(
        products=shortlist.products,
        summary=_summary(requirement, shortlist, sources),
        total_found=sum(outcome.total_found for outcome in outcomes),
        partial=any(source.status in missing for source in sources),
        sources=sources,
        requirement=requirement,
        remembered=list(remembered),
    )


def _source(outcome: SearchOutcome, shortlist: Shortlist, language: str) -> Source:
    is_lost = outcome.marketplace in shortlist.lost
    return Source(
        marketplace=outcome.marketplace,
        status=SourceStatus.FAILED if is_lost else outcome.status,
        count=0 if is_lost else outcome.count,
        elapsed_ms=outcome.elapsed_ms,
        error=say(language, "answer_lost") if is_lost else outcome.error,
        applied_afterwards=outcome.applied_afterwards,
    )


def _summary(requirement: RequirementSpec, shortlist: Shortlist, sources: Sequence[Source]) -> str:
    """One line over the cards."""
    language = requirement.language
    thing = requirement.keywords or say(language, "what_you_asked_for")
    found = len(shortlist.products)
    if not found:
        was_offered = any(source.count for source in sources)
        return say(language, "nothing_fits" if was_offered else "nothing_found", thing=thing)
    places = sum(1 for source in sources if source.count)
    return say(
        language,
        "found",
        offers=say(language, "offers", count=found),
        thing=thing,
        places=say(language, "places", count=places),
    )
