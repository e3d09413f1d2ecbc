"""As many pages of a search as it takes, or the one offer that was asked for."""

from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from pydantic import RootModel

from adapters.errors import AdapterError, Unintelligible
from adapters.marketplaces.narrowing import POOL, narrow, page_size, sorts_itself
from adapters.marketplaces.port import Found
from adapters.marketplaces.quota import further_call
from adapters.marketplaces.wire import Sieve, Wire
from talknshop.messages import sentence
from talknshop.products import ProductResult
from talknshop.requirement import RequirementSpec

W = TypeVar("W", bound=Wire)

MOST_PAGES = 5
# Another call is worth its share of the quota only when this much is still missing.
ENOUGH = 0.8
# Of best matches, before the cheapest are picked: some vendors' pages are small.
SORTED_PAGES = 2


@dataclass(frozen=True)
class Page:
    products: list[ProductResult]
    total: int


async def search_pages(
    requirement: RequirementSpec,
    limit: int,
    ask: Callable[[int, int], Awaitable[Page]],
    sieve: Sieve,
    *,
    delegated: Collection[str],
    most: int,
) -> Found:
    """`ask` takes a page's number, from 1, and its size, at most `most`.

    An error on a later page ends the search with what there is.
    """
    size = page_size(requirement, delegated, limit, most)
    offers: dict[str, ProductResult] = {}
    found = Found([], 0)
    for number in range(1, MOST_PAGES + 1):
        try:
            if number > 1:
                await further_call.get()()
            page = await ask(number, size)
        except AdapterError:
            if number == 1:
                raise
            break
        before = len(found.products)
        offers |= {product.product_id: product for product in page.products}
        found = narrow(
            requirement,
            list(offers.values()),
            delegated=delegated,
            limit=limit,
            total_found=page.total,
        )
        is_last = number * size >= page.total or len(found.products) == before
        is_small = sorts_itself(requirement, delegated) and number < SORTED_PAGES and size < POOL
        if is_last or (len(found.products) >= limit * ENOUGH and not is_small):
            break
    return replace(found, dropped=sieve.dropped, cleaned=sieve.cleaned)


class AnyItem(RootModel[dict[str, Any]]):
    """A reply that is one offer: an object, whatever is in it."""


def the_product(
    sieve: Sieve, raw: Any, model: type[W], normalise: Callable[[W], ProductResult], vendor: str
) -> ProductResult:
    """The one offer that was asked for. Raises Unintelligible when its data can't be used."""
    products = sieve.read([raw], model, normalise)
    if not products:
        raise Unintelligible(sentence("fault_offer_unusable", vendor=vendor))
    return products[0]


def with_gtin(offer: ProductResult, gtin: str) -> ProductResult:
    return offer.model_copy(update={"attributes": {**offer.attributes, "gtin": gtin}})


def those_with(gtin: str, offers: Iterable[ProductResult]) -> list[ProductResult]:
    """Of offers found by the words of a number: those that really have it."""
    return [offer for offer in offers if offer.attributes.get("gtin") == gtin]
