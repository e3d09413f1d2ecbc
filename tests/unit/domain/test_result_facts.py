"""What an answer may say of a search: true, and of help where nothing was found."""

from decimal import Decimal
from typing import Any

import pytest

from talknshop.products import ProductResult, SearchOutcome, Shortlist, SourceStatus
from talknshop.requirement import RequirementSpec
from workflows.graphs.facts import result_facts
from workflows.searching import results_of

KETTLE = ProductResult(
    product_id="1",
    title="Steel kettle",
    price=Decimal(72),
    currency="USD",
    marketplace="walmart",
    deep_link="https://example.com/1",
)


def facts(count: int = 0, beyond: ProductResult | None = None, **wishes: Any) -> list[str]:
    """Of a search that left nothing over of `count` offers."""
    requirement = RequirementSpec.model_validate({"product_type": "kettle", **wishes})
    outcome = SearchOutcome(marketplace="walmart", status=SourceStatus.DONE, count=count)
    results = results_of(requirement, [outcome], Shortlist(products=[]))
    return result_facts(results, None, [], requirement.language, beyond=beyond)


@pytest.mark.parametrize(
    ("wishes", "advice"),
    [
        ({}, "Try another word for it."),
        (
            {"price": {"max": 60}},
            "To find more, leave out one of these: up to $60; or try another word for it.",
        ),
        (
            {
                "price": {"min": 20, "max": 60},
                "brand_preferences": ["Bosch"],
                "rating_min": 4.5,
                "condition": "open_box",
                "marketplaces": ["ebay"],
            },
            "To find more, leave out one of these: Bosch, from $20, up to $60, at least 4.5 stars,"
            " open box, only on eBay; or try another word for it.",
        ),
    ],
)
def test_where_nothing_is_found_it_says_what_can_be_left_out(
    wishes: dict[str, Any], advice: str
) -> None:
    assert facts(**wishes)[1:] == [advice]


def test_what_there_is_above_the_budget_is_said() -> None:
    told = facts(beyond=KETTLE, price={"max": 60})
    assert told[1] == "Above your budget, the cheapest is Steel kettle for $72 on Walmart."
    german = facts(beyond=KETTLE, price={"max": 60}, language="de")
    assert "Über deinem Budget" in german[1]


def test_offers_that_do_not_fit_are_not_nothing() -> None:
    assert facts(count=1)[0] == "Nothing that was found for kettle is quite what you asked for."
