"""What counts as comparable, and what is said of it."""

from decimal import Decimal
from typing import Any

import pytest

from talknshop.listing import ListingSpec
from talknshop.model import Condition
from talknshop.pricing import comparables_wanted, price_advice
from talknshop.products import ProductResult
from talknshop.requirement import WantedCondition

PHONE = ListingSpec(title="iPhone 13", price=Decimal(650), condition=Condition.GOOD)


def offer(price: float | str, title: str = "Apple iPhone 13 128GB", **fields: Any) -> ProductResult:
    number = len(title) * 1000 + int(Decimal(str(price)))
    return ProductResult.model_validate(
        {
            "product_id": f"p{number}",
            "title": title,
            "price": price,
            "currency": "USD",
            "condition": "good",
            "marketplace": "ebay",
            "deep_link": f"https://example.com/{number}",
            **fields,
        }
    )


def test_half_of_the_offers_lie_between_low_and_high() -> None:
    advice = price_advice(PHONE, [offer(price) for price in (300, 350, 400, 450, 500)])
    assert advice is not None
    assert (advice.low, advice.median, advice.high, advice.n) == (350, 400, 450, 5)
    assert advice.comparables[0].price == 400
    assert advice.comparables[0].link.startswith("https://")


def test_of_two_offers_nothing_is_said() -> None:
    assert price_advice(PHONE, [offer(300), offer(400)]) is None


@pytest.mark.parametrize(
    "other",
    [
        offer(900, "Apple iPhone 13 Pro 128GB"),
        offer(360, "Leather case for iPhone 13"),
        offer(360, "Apple iPhone 12 64GB"),
        offer(360, condition="new"),
        offer(360, condition=None),
        offer(360, currency="EUR"),
        offer(4000),
        offer(20),
        offer(300),
    ],
    ids=[
        "another model",
        "an accessory",
        "another number",
        "another condition",
        "an unknown condition",
        "another currency",
        "absurdly dear",
        "absurdly cheap",
        "the same offer again",
    ],
)
def test_what_is_not_comparable_does_not_count(other: ProductResult) -> None:
    advice = price_advice(PHONE, [offer(300), offer(400), offer(500), other])
    assert advice is not None
    assert advice.n == 3


def test_a_word_of_the_sellers_own_title_is_no_reason_to_leave_an_offer_out() -> None:
    pro = PHONE.model_copy(update={"title": "iPhone 13 Pro"})
    offers = [offer(price, "Apple iPhone 13 Pro 256GB") for price in (600, 700, 800)]
    advice = price_advice(pro, offers)
    assert advice is not None
    assert advice.median == 700


def test_used_things_are_compared_with_used_ones() -> None:
    wanted = comparables_wanted(PHONE)
    assert wanted is not None
    assert (wanted.product_type, wanted.condition) == ("iPhone 13", WantedCondition.USED)


@pytest.mark.parametrize(
    "listing",
    [
        PHONE.model_copy(update={"condition": Condition.FOR_PARTS}),
        PHONE.model_copy(update={"condition": None}),
        PHONE.model_copy(update={"title": "  "}),
    ],
    ids=["for parts", "no condition", "no title"],
)
def test_what_nothing_is_like_is_not_searched_for(listing: ListingSpec) -> None:
    assert comparables_wanted(listing) is None
