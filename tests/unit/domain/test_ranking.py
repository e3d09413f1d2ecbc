"""Ranking keeps every wish, folds duplicates, and gives reasons that are true."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talknshop.model import Condition
from talknshop.offers import offer_of
from talknshop.products import Availability, ProductResult
from talknshop.ranking import rank
from talknshop.requirement import PriceRange, RequirementSpec, Sort, WantedCondition
from talknshop.wishes import broken_wishes


def offer(title: str = "Acme Laptop 14", price: str = "500", **fields: object) -> ProductResult:
    return ProductResult.model_validate(
        {
            "product_id": fields.pop("product_id", title + price),
            "title": title,
            "price": price,
            "currency": "USD",
            "marketplace": "ebay",
            "deep_link": "https://shop.example/1",
            **fields,
        }
    )


LAPTOP = RequirementSpec(product_type="laptop", price=PriceRange(max=Decimal(1000)))


def test_over_budget_excluded_brands_and_wrong_conditions_are_left_out() -> None:
    wish = LAPTOP.model_copy(
        update={"excluded_brands": ["HP"], "condition": WantedCondition.NEW, "rating_min": 4.0}
    )
    good = offer(condition=Condition.NEW, rating=4.5)
    shortlist = rank(
        wish,
        [
            good,
            offer(price="1000.01", condition=Condition.NEW, rating=4.5),
            offer(title="HP Laptop 15", condition=Condition.NEW, rating=4.5),
            offer(title="Used Laptop", condition=Condition.GOOD, rating=4.5),
            offer(title="Unrated Laptop", condition=Condition.NEW),
            offer(title="Gone", condition=Condition.NEW, rating=5, availability="out_of_stock"),
        ],
        10,
    )
    assert [product.product_id for product in shortlist.products] == [good.product_id]
    assert shortlist.left_out == 5


def test_the_same_thing_is_shown_once_at_its_cheapest_delivery_included() -> None:
    dear = offer(price="490", marketplace="walmart", shipping_info={"cost": "30"})
    cheap = offer(price="500", marketplace="ebay", shipping_info={"cost": "0", "free": True})
    shortlist = rank(LAPTOP, [dear, cheap], 10)
    assert [product.marketplace for product in shortlist.products] == ["ebay"]
    assert shortlist.duplicates == 1


def test_used_and_new_of_the_same_thing_are_two_offers() -> None:
    new, used = offer(condition=Condition.NEW), offer(price="300", condition=Condition.GOOD)
    assert len(rank(LAPTOP, [new, used], 10).products) == 2


def test_what_matches_the_words_comes_before_what_is_merely_cheap() -> None:
    wish = RequirementSpec(product_type="gaming laptop")
    shortlist = rank(wish, [offer(title="Laptop bag", price="20"), offer("Acme gaming laptop")], 10)
    assert shortlist.products[0].title == "Acme gaming laptop"


def test_one_marketplace_does_not_fill_the_list_when_others_are_as_good() -> None:
    many = [offer(f"Acme Laptop {n}", marketplace="ebay") for n in range(10)]
    other = [offer(f"Acme Laptop 9{n}", marketplace="walmart") for n in range(10)]
    names = [product.marketplace for product in rank(LAPTOP, many + other, 10).products]
    assert 4 <= names.count("walmart") <= 6


def test_cheapest_first_is_sorted_by_price() -> None:
    wish = LAPTOP.model_copy(update={"sort": Sort.PRICE_ASC})
    products = [offer(f"Laptop {price}", price=price) for price in ("300", "100", "200")]
    assert [p.price for p in rank(wish, products, 10).products] == [100, 200, 300]


@pytest.mark.parametrize("sort", [Sort.PRICE_ASC, Sort.PRICE_DESC, Sort.RATING])
def test_a_sorted_list_begins_with_what_was_asked_for(sort: Sort) -> None:
    wish = RequirementSpec(product_type="iphone 13", sort=sort)
    products = [
        offer("Case for iPhone 13", "9", rating=5, review_count=9000),
        offer("Golden Stand for iPhone 13", "5000", rating=5, review_count=9000),
        offer("Apple iPhone 13 Pro", "100", rating=5, review_count=9000),
        offer("Apple iPhone 13", "400", rating=4, review_count=50),
        offer("Apple iPhone 13 blue", "500", rating=3, review_count=50),
    ]
    titles = [p.title for p in rank(wish, products, 10).products]
    exact = ["Apple iPhone 13", "Apple iPhone 13 blue"]
    assert titles[:2] == (exact if sort is not Sort.PRICE_DESC else exact[::-1])
    assert titles[2] == "Apple iPhone 13 Pro"


def test_accessories_that_were_asked_for_are_sorted_like_anything() -> None:
    wish = RequirementSpec(product_type="iphone 13 case", sort=Sort.PRICE_ASC)
    products = [offer("Case for iPhone 13", "20"), offer("iPhone 13 Phone Case", "9")]
    assert [p.price for p in rank(wish, products, 10).products] == [9, 20]


def test_the_lowest_price_is_said_of_the_cheapest_only() -> None:
    products = [offer("Laptop A", "300"), offer("Laptop B", "400")]
    reasons = {p.title: p.why_ranked for p in rank(LAPTOP, products, 10).products}
    assert "lowest price" in reasons["Laptop A"]
    assert "lowest price" not in reasons["Laptop B"]


products = st.builds(
    offer,
    title=st.text(min_size=1, max_size=30),
    price=st.decimals("0.01", "5000", places=2).map(str),
    rating=st.none() | st.floats(0, 5),
    review_count=st.none() | st.integers(0, 10**6),
    marketplace=st.sampled_from(["ebay", "amazon", "walmart"]),
    condition=st.none() | st.sampled_from(list(Condition)),
    availability=st.sampled_from(list(Availability)),
)


@given(st.lists(products, max_size=30), st.decimals("1", "3000", places=2), st.text(max_size=20))
def test_any_shortlist_meets_every_wish_and_has_no_more_than_asked(
    offers: list[ProductResult], budget: Decimal, words: str
) -> None:
    wish = RequirementSpec(product_type=words, price=PriceRange(max=budget))
    shortlist = rank(wish, offers, 5)
    assert len(shortlist.products) <= 5
    assert not any(broken_wishes(wish, offer_of(product)) for product in shortlist.products)
    assert all(product.price <= budget for product in shortlist.products)
