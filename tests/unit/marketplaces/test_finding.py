"""All marketplaces searched in one step: what one of them does costs the others nothing."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from temporalio.testing import ActivityEnvironment

from activities.finding import FindingActivities
from activities.searching import SearchingActivities
from adapters.embeddings.minilm import MiniLm
from adapters.errors import Throttled, Unauthorized, Unavailable
from adapters.live.search_cache import FlightsOnly
from talknshop.messages import say
from talknshop.products import (
    FindRequest,
    Found,
    ProductResult,
    SearchOutcome,
    SearchRequest,
    SourceStatus,
)
from talknshop.requirement import RequirementSpec


class Searching(SearchingActivities):
    """Each marketplace fails in the given ways, one after the other, and then has one lamp."""

    def __init__(self, **failures: list[Exception]) -> None:
        super().__init__({}, FlightsOnly(), MiniLm())
        self.asked = dict.fromkeys(failures, 0)
        self._failures = {name: [*errors] for name, errors in failures.items()}

    async def find(self, request: SearchRequest) -> SearchOutcome:
        name = request.marketplace
        self.asked[name] += 1
        if self._failures[name]:
            raise self._failures[name].pop(0)
        lamp = ProductResult(
            product_id=name,
            title=f"Desk lamp {name}",
            price=Decimal(30),
            currency="USD",
            marketplace=name,
            deep_link=f"https://example.com/{name}",
        )
        return SearchOutcome(
            marketplace=name, status=SourceStatus.DONE, products=[lamp], count=1, total_found=1
        )


async def found(searching: Searching, **wishes: Any) -> Found:
    request = FindRequest(
        requirement=RequirementSpec.model_validate({"product_type": "desk lamp", **wishes}),
        marketplaces=[*searching.asked],
    )
    return await ActivityEnvironment().run(FindingActivities(searching).find_offers, request)


@pytest.mark.parametrize(
    ("failures", "asked", "status"),
    [
        pytest.param([Unavailable("away")] * 2, 3, SourceStatus.DONE, id="away twice"),
        pytest.param([Unavailable("away")] * 3, 3, SourceStatus.FAILED, id="away each time"),
        pytest.param([Unauthorized("no keys")], 1, SourceStatus.FAILED, id="final"),
        pytest.param([KeyError("ours")], 1, SourceStatus.FAILED, id="a mistake in the adapter"),
    ],
)
async def test_what_passes_is_tried_again_and_the_others_answer_whatever_happens(
    failures: list[Exception], asked: int, status: SourceStatus
) -> None:
    searching = Searching(ill=failures, well=[])
    result = await found(searching)
    assert searching.asked == {"ill": asked, "well": 1}
    assert [outcome.status for outcome in result.outcomes] == [status, SourceStatus.DONE]
    expected = {"ill", "well"} if status is SourceStatus.DONE else {"well"}
    assert {product.marketplace for product in result.shortlist.products} == expected
    assert all(not outcome.products for outcome in result.outcomes), "they are in the shortlist"


@pytest.mark.parametrize(
    ("wishes", "beyond"),
    [
        pytest.param({"price": {"max": 20}}, "30", id="above the budget"),
        pytest.param({"price": {"max": 40}}, None, id="within it"),
        pytest.param({"price": {"max": 20}, "rating_min": 4}, None, id="another wish is broken"),
        pytest.param({"rating_min": 4}, None, id="no budget"),
    ],
)
async def test_where_nothing_is_left_the_cheapest_above_the_budget_is_looked_for(
    wishes: dict[str, Any], beyond: str | None
) -> None:
    searching = Searching(ill=[Unauthorized("no keys")] * 2, well=[])
    shortlist = (await found(searching, **wishes)).shortlist
    assert (shortlist.beyond and str(shortlist.beyond.price)) == beyond
    assert bool(shortlist.products) == (wishes == {"price": {"max": 40}})


async def test_a_failure_is_told_in_the_persons_language() -> None:
    result = await found(Searching(ill=[KeyError("ours")]), language="de")
    assert [outcome.error for outcome in result.outcomes] == [say("de", "failure_internal")]


async def test_who_asks_for_a_pause_is_not_asked_again() -> None:
    searching = Searching(busy=[Throttled("slowly", retry_after=timedelta(seconds=2))])
    result = await found(searching)
    assert searching.asked == {"busy": 1}
    assert [outcome.status for outcome in result.outcomes] == [SourceStatus.FAILED]
