"""When a watched price is news."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from talknshop.headlines import watch_headline
from talknshop.messages import LANGUAGES, in_words
from talknshop.products import Availability, ProductResult
from talknshop.watches import Terms, Watch

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


def watching(**changes: Any) -> Watch:
    return Watch.model_validate(
        {
            "watch_id": "w1",
            "marketplace": "ebay",
            "product_id": "v1|1|0",
            "title": "A bike",
            "deep_link": "https://example.com/1",
            "currency": "USD",
            "first_price": 100,
            "price": 100,
            "lowest_price": 100,
            "target": 80,
            "created_at": NOW,
            "looked_at": NOW,
            "next_look_at": NOW,
            "ends_at": NOW,
            **changes,
        }
    )


def offer(price: float, **changes: Any) -> ProductResult:
    return ProductResult.model_validate(
        {
            "product_id": "v1|1|0",
            "title": "A bike",
            "price": price,
            "currency": "USD",
            "marketplace": "ebay",
            "deep_link": "https://example.com/1",
            **changes,
        }
    )


@pytest.mark.parametrize(
    ("terms", "price", "met"),
    [
        ({"target": 80}, "80.00", True),
        ({"target": 80}, "80.01", False),
        ({"drop_percent": 10}, "90.00", True),
        ({"drop_percent": 10}, "90.01", False),
        ({"drop_percent": 12.5}, "87.50", True),
        ({"target": 50, "drop_percent": 10}, "90.00", True),
        ({"target": 95, "drop_percent": 10}, "95.00", True),
    ],
)
def test_a_price_meets_the_terms_from_its_limit_down(
    terms: dict[str, Any], price: str, met: bool
) -> None:
    assert Terms.model_validate(terms).are_met(Decimal(100), Decimal(price)) is met


@pytest.mark.parametrize("terms", [{}, {"drop_percent": 0}, {"drop_percent": 91}, {"target": -1}])
def test_terms_that_say_nothing_or_cannot_be_are_refused(terms: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Terms.model_validate(terms)


def test_the_same_price_is_news_once_and_a_lower_one_again() -> None:
    low = watching().seen(offer(75), NOW)
    assert low.is_news
    told = low.model_copy(update={"told_price": low.price})
    assert not told.seen(offer(75), NOW).is_news
    assert not told.seen(offer(78), NOW).is_news
    assert told.seen(offer(74.99), NOW).is_news


def test_after_the_price_was_up_again_the_next_drop_is_news() -> None:
    told = watching(price=75, told_price=75)
    up = told.seen(offer(90), NOW)
    assert not up.is_news
    assert up.seen(offer(79), NOW).is_news


def test_what_cannot_be_had_is_no_news() -> None:
    gone = watching().seen(offer(10, availability=Availability.OUT_OF_STOCK), NOW)
    assert not gone.is_news


def test_a_price_in_another_currency_is_not_compared() -> None:
    seen = watching().seen(offer(10, currency="JPY"), NOW)
    assert (seen.price, seen.is_news) == (100, False)
    assert "JPY" in in_words(seen.problem, "fr")


def test_the_lowest_price_is_remembered() -> None:
    seen = watching().seen(offer(85), NOW).seen(offer(95), NOW)
    assert (seen.price, seen.lowest_price) == (95, 85)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_headline_names_price_and_place_in_each_language(language: str) -> None:
    told = watch_headline(watching(price=75), language)
    assert "A bike" in told.title
    assert "$75" in told.title
    assert "$100" in told.body
    assert "eBay" in told.body
    assert told.link == "https://example.com/1"
