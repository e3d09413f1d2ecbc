"""As many pages as it takes, and no more."""

from decimal import Decimal

import pytest

from adapters.errors import Unavailable
from adapters.marketplaces.paging import MOST_PAGES, Page, search_pages
from adapters.marketplaces.port import Found
from adapters.marketplaces.wire import Sieve
from talknshop.products import ProductResult
from talknshop.requirement import RequirementSpec, Sort

ANY = RequirementSpec(product_type="lamp")


def offer(number: int, title: str = "Lamp") -> ProductResult:
    return ProductResult(
        product_id=str(number),
        title=title,
        price=Decimal(1),
        currency="USD",
        marketplace="ebay",
        deep_link="https://shop.example/1",
    )


class Shop:
    def __init__(self, offers: list[ProductResult], fails_on: int = 0) -> None:
        self.offers = offers
        self.asked: list[int] = []
        self._fails_on = fails_on

    async def ask(self, number: int, size: int) -> Page:
        self.asked.append(number)
        if number == self._fails_on:
            raise Unavailable("down")
        return Page(self.offers[(number - 1) * size : number * size], len(self.offers))

    async def search(self, limit: int, most: int = 10, requirement: RequirementSpec = ANY) -> Found:
        return await search_pages(requirement, limit, self.ask, Sieve(()), delegated=(), most=most)


async def test_a_second_page_is_asked_for_when_much_is_missing() -> None:
    shop = Shop([offer(n) for n in range(40)])
    assert len((await shop.search(20)).products) == 20
    assert shop.asked == [1, 2]


async def test_a_little_missing_is_not_worth_a_call() -> None:
    shop = Shop([offer(n) for n in range(40)])
    assert len((await shop.search(12)).products) == 10
    assert shop.asked == [1]


async def test_small_pages_are_sorted_two_at_a_time() -> None:
    cheapest = ANY.model_copy(update={"sort": Sort.PRICE_ASC})
    shop = Shop([offer(n) for n in range(80)])
    await shop.search(5, requirement=cheapest)
    assert shop.asked == [1, 2]
    big = Shop([offer(n) for n in range(400)])
    await big.search(5, most=200, requirement=cheapest)
    assert big.asked == [1]


async def test_the_last_page_is_the_last() -> None:
    shop = Shop([offer(n) for n in range(13)])
    assert len((await shop.search(20)).products) == 13
    assert shop.asked == [1, 2]


async def test_pages_are_bounded() -> None:
    shop = Shop([offer(n) for n in range(500)])
    await shop.search(50, most=5)
    assert len(shop.asked) == MOST_PAGES


async def test_a_page_without_a_fitting_offer_ends_the_search() -> None:
    shop = Shop([offer(n, "Acme lamp") for n in range(100)])
    wish = ANY.model_copy(update={"excluded_brands": ["Acme"]})
    assert (await shop.search(20, requirement=wish)).products == []
    assert shop.asked == [1]


async def test_an_offer_on_two_pages_is_one() -> None:
    shop = Shop([offer(n % 12) for n in range(24)])
    assert len((await shop.search(20)).products) == 12


async def test_a_later_page_that_fails_leaves_what_there_is() -> None:
    shop = Shop([offer(n) for n in range(40)], fails_on=2)
    assert len((await shop.search(20)).products) == 10
    with pytest.raises(Unavailable):
        await Shop([], fails_on=1).search(20)
