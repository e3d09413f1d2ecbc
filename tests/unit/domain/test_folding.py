"""One thing on several marketplaces becomes one card; two things never do."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from talknshop.folding import fold
from talknshop.products import ProductResult


def offer(marketplace: str, title: str, price: str, **fields: Any) -> ProductResult:
    return ProductResult(
        product_id=f"{marketplace}-{price}",
        title=title,
        price=Decimal(price),
        currency=fields.pop("currency", "USD"),
        marketplace=marketplace,
        deep_link=f"https://{marketplace}.example/{price}",
        **fields,
    )


def near(text: str, others: Sequence[str]) -> list[float]:
    return [0.95] * len(others)


def test_the_cheapest_stands_for_all_and_the_others_are_kept() -> None:
    gtin = {"gtin": "00012345678905"}
    offers = [
        offer("walmart", "TV 55", "300", attributes=gtin),
        offer("ebay", "A television", "280", attributes={"gtin": "012345678905"}),
        offer("amazon", "TV, 55 inch", "290", attributes=gtin),
    ]
    (folded,) = fold(offers)
    assert folded.best.marketplace == "ebay"
    assert [(o.marketplace, o.price) for o in folded.also_at] == [
        ("amazon", Decimal(290)),
        ("walmart", Decimal(300)),
    ]
    assert folded.also_at[0].deep_link == "https://amazon.example/290"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme - Phone 128GB - Black", "Acme Phone, 128GB, Black"),
        ("Acme Phone 128GB Black New Sealed", "Acme Phone 128GB Black"),
    ],
)
def test_titles_that_say_the_same_are_one_thing(one: str, other: str) -> None:
    assert len(fold([offer("ebay", one, "1"), offer("amazon", other, "2")])) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"title": "Acme Phone 128GB"}, {"title": "Acme Phone 256GB"}),
        ({"title": "Acme Phone Pro Black Case"}, {"title": "Acme Watch Mini Gold Set"}),
        ({"condition": "new"}, {"condition": "good"}),
        ({"currency": "USD"}, {"currency": "EUR"}),
        ({"attributes": {"gtin": "12345678905"}}, {"attributes": {"gtin": "12345678912"}}),
        ({"attributes": {"brand": "Acme"}}, {"attributes": {"brand": "Apex"}}),
    ],
    ids=["another size", "other words", "condition", "currency", "gtin", "brand"],
)
def test_two_things_stay_two(one: dict[str, Any], other: dict[str, Any]) -> None:
    offers = [
        offer("ebay", **{"title": "Acme Phone", "price": "1", **one}),
        offer("amazon", **{"title": "Acme Phone", "price": "2", **other}),
    ]
    assert len(fold(offers, near)) == 2


def test_meaning_folds_titles_that_share_half_their_words() -> None:
    offers = [
        offer("ebay", "Acme Roast Coffee Machine", "1"),
        offer("amazon", "Acme Roast Coffee Maker", "2"),
    ]
    assert len(fold(offers)) == 2
    assert len(fold(offers, near)) == 1
    assert len(fold(offers, lambda text, others: [0.5] * len(others))) == 2
