"""Filtering what a marketplace could not."""

from decimal import Decimal
from typing import Any

import pytest

from adapters.marketplaces.narrowing import narrow, page_size
from talknshop.model import Condition
from talknshop.offers import offer_of
from talknshop.products import ProductResult
from talknshop.requirement import PriceRange, RequirementSpec, Sort, WantedCondition
from talknshop.wishes import names_one_of


def offer(product_id: str = "1", **changes: Any) -> ProductResult:
    facts: dict[str, Any] = {
        "product_id": product_id,
        "title": "Lenovo ThinkPad X1",
        "price": Decimal("389.00"),
        "currency": "USD",
        "rating": 4.5,
        "condition": Condition.GOOD,
        "marketplace": "ebay",
        "deep_link": "https://www.ebay.com/itm/1",
    }
    return ProductResult(**{**facts, **changes})


def wanting(**wishes: Any) -> RequirementSpec:
    return RequirementSpec(product_type="laptop", **wishes)


def kept(requirement: RequirementSpec, *offers: ProductResult) -> list[str]:
    found = narrow(requirement, offers, delegated=(), limit=10, total_found=len(offers))
    return [product.product_id for product in found.products]


@pytest.mark.parametrize(
    ("requirement", "unwanted"),
    [
        (wanting(price=PriceRange(max=Decimal(300))), offer()),
        (wanting(price=PriceRange(min=Decimal(400))), offer()),
        (wanting(price=PriceRange(max=Decimal(500))), offer(currency="EUR")),
        (wanting(condition=WantedCondition.NEW), offer()),
        (wanting(condition=WantedCondition.NEW), offer(condition=None)),
        (wanting(rating_min=4.6), offer()),
        (wanting(rating_min=1), offer(rating=None)),
        (wanting(excluded_brands=["lenovo"]), offer()),
        (
            wanting(excluded_brands=["Acer"]),
            offer(title="Aspire 5", attributes={"brand": "Acer"}),
        ),
    ],
    ids=[
        "dearer than the most",
        "cheaper than the least",
        "another currency",
        "used instead of new",
        "condition unknown",
        "rated too low",
        "not rated",
        "excluded brand in the title",
        "excluded brand as a fact",
    ],
)
def test_an_offer_that_breaks_a_wish_is_left_out(
    requirement: RequirementSpec, unwanted: ProductResult
) -> None:
    assert kept(requirement, unwanted) == []


def test_both_ends_of_the_price_range_are_included() -> None:
    requirement = wanting(price=PriceRange(min=Decimal("389.00"), max=Decimal("389.00")))
    assert kept(requirement, offer()) == ["1"]


@pytest.mark.parametrize(
    ("title", "brand", "is_named"),
    [
        ("HP Spectre", "hp", True),
        ("Case for chp-laptop", "HP", False),
        ("Cable 3.5 (C++)", "C++", True),
        ("Apple pie", " ", False),
    ],
)
def test_brands_are_recognised_as_whole_words(title: str, brand: str, is_named: bool) -> None:
    assert names_one_of([brand], offer_of(offer(title=title))) is is_named


def test_only_what_the_vendor_could_not_do_is_named_as_applied_afterwards() -> None:
    requirement = wanting(
        rating_min=4, excluded_brands=["Acer"], price=PriceRange(max=Decimal(500))
    )
    found = narrow(requirement, [], delegated={"price"}, limit=5, total_found=0)
    assert found.applied_afterwards == ("rating_min", "excluded_brands")


def test_what_is_ruled_out_is_left_out_and_named() -> None:
    picky = wanting(filters={"excluded_colors": "red"})
    found = narrow(
        picky,
        [offer("red", title="Lenovo ThinkPad red"), offer("gray", title="Lenovo ThinkPad gray")],
        delegated={"price"},
        limit=5,
        total_found=2,
    )
    assert [product.product_id for product in found.products] == ["gray"]
    assert found.applied_afterwards == ("excluded_colors",)


def test_without_wishes_nothing_is_named() -> None:
    found = narrow(wanting(), [offer()], delegated=(), limit=5, total_found=418)
    assert (found.applied_afterwards, found.total_found) == ((), 418)


def test_what_the_vendor_cannot_sort_is_sorted_afterwards() -> None:
    offers = [offer("low", rating=3.0), offer("none", rating=None), offer("high", rating=5.0)]
    assert kept(wanting(sort=Sort.RATING), *offers) == ["high", "low", "none"]


def test_the_vendors_own_order_is_left_alone() -> None:
    offers = [offer("dear", price=Decimal(9)), offer("cheap", price=Decimal(1))]
    requirement = wanting(sort=Sort.PRICE_ASC)
    found = narrow(requirement, offers, delegated={"sort"}, limit=5, total_found=2)
    assert [product.product_id for product in found.products] == ["dear", "cheap"]


@pytest.mark.parametrize("sort", [Sort.PRICE_ASC, Sort.PRICE_DESC, Sort.RATING])
def test_what_only_has_the_word_comes_after_what_was_asked_for(sort: Sort) -> None:
    offers = [
        offer("sleeve", title="Sleeve for Laptop", price=Decimal(9), rating=5.0),
        offer("two", title="Acer Aspire Laptop", price=Decimal(700), rating=4.0),
        offer("one", title="HP Stream Laptop", price=Decimal(200), rating=4.4),
        offer("gold", title="Golden Laptop Stand", price=Decimal(9000), rating=5.0),
    ]
    first_two = {Sort.PRICE_ASC: ["one", "two"], Sort.RATING: ["one", "two"]}
    assert kept(wanting(sort=sort), *offers)[:2] == first_two.get(sort, ["two", "one"])


def test_what_is_to_be_sorted_is_picked_from_many() -> None:
    cheapest = wanting(sort=Sort.PRICE_ASC)
    assert page_size(cheapest, (), 12, 200) == 100
    assert page_size(cheapest, (), 12, 25) == 25
    assert page_size(cheapest, {"sort"}, 12, 200) == 12
    assert page_size(wanting(sort=Sort.NEWEST), {"sort"}, 12, 200) == 12


def test_more_is_asked_for_when_some_will_be_left_out() -> None:
    picky = wanting(excluded_brands=["Acer"])
    assert page_size(wanting(), (), 12, 200) == 12
    assert page_size(picky, (), 12, 200) == 24
    assert page_size(picky, {"excluded_brands"}, 12, 200) == 12
    assert page_size(picky, (), 12, 10) == 10
