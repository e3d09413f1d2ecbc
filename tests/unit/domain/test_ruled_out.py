"""What a buyer ruled out is left out, as far as an offer tells."""

from decimal import Decimal

import pytest

from talknshop.model import Condition
from talknshop.products import ProductResult
from talknshop.ranking import rank
from talknshop.requirement import RequirementSpec

LEATHER = {
    "Brown leather sofa": False,
    "Faux leather sofa": True,
    "Sofa, leather-free": True,
    "Sofa (no leather)": True,
    "Fabric sofa": True,
}


@pytest.mark.parametrize("title", LEATHER)
def test_without_leather_means_none_that_says_leather(title: str) -> None:
    wanted = RequirementSpec(product_type="sofa", filters={"excluded_features": "leather"})
    shown = rank(wanted, [offer(title)], 10).products
    assert bool(shown) is LEATHER[title]
    assert all("leather" in product.why_ranked for product in shown)


def test_blue_or_green_leaves_out_red_and_puts_first_what_says_so() -> None:
    wanted = RequirementSpec(product_type="coat", filters={"any_colors": "blue,green"})
    offers = [offer(title) for title in ("Coat", "Red coat", "Green coat", "Blue coat")]
    shown = rank(wanted, offers, 10).products
    assert {shown[0].title, shown[1].title} == {"Green coat", "Blue coat"}
    assert [product.title for product in shown[2:]] == ["Coat"]
    assert "as you asked" in shown[0].why_ranked


def test_reasons_are_in_the_person_s_language() -> None:
    for language, words in {"es": "coincide", "de": "passt", "zh": "符合"}.items():
        wanted = RequirementSpec(product_type="coat", language=language)
        (shown,) = rank(wanted, [offer("Coat")], 10).products
        assert words in shown.why_ranked.lower()


def offer(title: str) -> ProductResult:
    return ProductResult(
        product_id=title, title=title, price=Decimal(20), currency="USD",
        marketplace="ebay", deep_link="https://example.com",
    )  # fmt: skip


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
