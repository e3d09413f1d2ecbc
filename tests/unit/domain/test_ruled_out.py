"""What a buyer ruled out is left out, as far as an offer tells."""

from decimal import Decimal

import pytest

from talknshop.model import Condition
from talknshop.products import ProductResult
from talknshop.ranking import rank
from talknshop.requirement import RequirementSpec


def titles(filters: dict[str, str]) -> set[str]:
    offers = [
        ProductResult(
            product_id=title, title=title, price=Decimal(20), currency="USD",
            marketplace="ebay", deep_link="https://example.com", condition=condition,
        )
        for title, condition in (
            ("Red coat", Condition.NEW),
            ("Blue coat", Condition.REFURBISHED),
            ("Redwood coat", Condition.GOOD),
        )
    ]  # fmt: skip
    wanted = RequirementSpec(product_type="coat", filters=filters)
    return {product.title for product in rank(wanted, offers, 10).products}


@pytest.mark.parametrize(
    ("filters", "left"),
    [
        ({}, {"Red coat", "Blue coat", "Redwood coat"}),
        ({"excluded_colors": "red,green"}, {"Blue coat", "Redwood coat"}),
        ({"excluded_conditions": "refurbished"}, {"Red coat", "Redwood coat"}),
    ],
)
def test_offers_that_were_ruled_out_are_left_out(filters, left):
    assert titles(filters) == left
