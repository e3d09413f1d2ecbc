"""Recommendations: the likes of what a person looked at or for, found on the marketplaces."""

import asyncio
from collections.abc import Sequence

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.searching import SearchingActivities
    from talknshop.memory import Recollection, Seed
    from talknshop.model import MarketplaceName, UserId, Value
    from talknshop.products import Recommendations, RecommendRequest
    from talknshop.recalling import wide_taste
    from talknshop.requirement import RequirementSpec
    from workflows import policies
    from workflows.ids import SEARCH
    from workflows.searching import OFFERS_PER_MARKETPLACE, search_one
    from workflows.visibility import KIND, USER_ID


class RecommendCommand(Value):
    user_id: UserId
    recollection: Recollection
    marketplaces: list[MarketplaceName]
    search_deadline_ms: int
    language: str = "en"
    limit: int = 8


@workflow.defn
class RecommendWorkflow:
    """Recommendations outside of any conversation."""

    @workflow.run
    async def run(self, command: RecommendCommand) -> Recommendations:
        workflow.upsert_search_attributes(
            [USER_ID.value_set(command.user_id), KIND.value_set("recommendation")]
        )
        return await recommend(
            command.recollection.seeds,
            command.recollection,
            command.marketplaces,
            command.search_deadline_ms,
            command.language,
            command.limit,
        )


async def recommend(
    seeds: list[Seed],
    recollection: Recollection,
    marketplaces: list[MarketplaceName],
    deadline_ms: int,
    language: str,
    limit: int,
    session_id: str = "",
    excluded: Sequence[str] = (),
) -> Recommendations:
    """All searches at once; mostly they were made before, and the cache answers."""
    if not seeds:
        return Recommendations()
    wanted = [RequirementSpec(product_type=seed.search) for seed in seeds]
    outcomes = await asyncio.gather(
        *(
            search_one(name, requirement, deadline_ms, session_id)
            for requirement in wanted
            for name in marketplaces
        )
    )
    count = len(marketplaces)
    return await workflow.execute_activity_method(
        SearchingActivities.recommend,
        RecommendRequest(
            seeds=seeds,
            outcomes=[outcomes[i * count : (i + 1) * count] for i in range(len(seeds))],
            searched_for=OFFERS_PER_MARKETPLACE,
            deadline_ms=deadline_ms,
            taste=wide_taste(recollection),
            excluded=[*recollection.seen, *excluded],
            language=language,
            limit=limit,
        ),
        task_queue=SEARCH,
        summary="recommend",
        **policies.BUYER_STEP,
    )
