"""Searching Trinkets: one call, whose filters know the price alone."""

import httpx

from adapters.errors import Rejected
from adapters.marketplaces.configuration import SandboxAccess
from adapters.marketplaces.exchange import Vendor
from adapters.marketplaces.paging import AnyItem, Page, search_pages, the_product
from adapters.marketplaces.port import Found
from adapters.marketplaces.wire import AskingPrice, Identifier, PageUrl, Sieve, Text, Wire
from talknshop.model import Condition
from talknshop.products import ProductResult
from talknshop.requirement import RequirementSpec
from talknshop_trinkets.config import TrinketsConfig


def search(http: httpx.AsyncClient, sandbox: SandboxAccess | None) -> "TrinketsSearch | None":
    config = TrinketsConfig.load("trinkets", sandbox)
    return TrinketsSearch(http, config) if config else None


class TrinketsSearch:
    name = "trinkets"

    def __init__(self, http: httpx.AsyncClient, config: TrinketsConfig) -> None:
        self._config = config
        self._trinkets = Vendor("Trinkets", http, config.timeout)

    async def search(self, requirement: RequirementSpec, limit: int) -> Found:
        if not requirement.product_type:
            raise Rejected("There are no words to search Trinkets for.")
        sieve = self._sieve()

        async def ask(number: int, size: int) -> Page:
            price = requirement.price
            wanted = {"q": requirement.product_type, "page": number, "size": size}
            bounds = {"min": price.min, "max": price.max} if price else {}
            wanted |= {name: str(value) for name, value in bounds.items() if value is not None}
            reply = await self._trinkets.read(
                "GET",
                f"{self._config.api_url}/things",
                params=wanted,
                headers=self._config.headers,
            )
            page = self._trinkets.parse(reply, _Page)
            return Page(sieve.read(page.things, _Thing, _normalise), page.total)

        return await search_pages(requirement, limit, ask, sieve, delegated={"price"}, most=50)

    async def product(self, product_id: str) -> ProductResult:
        reply = await self._trinkets.read(
            "GET", f"{self._config.api_url}/things/{product_id}", headers=self._config.headers
        )
        thing = self._trinkets.parse(reply, AnyItem)
        return the_product(self._sieve(), thing.root, _Thing, _normalise, "Trinkets")

    def _sieve(self) -> Sieve:
        return Sieve((self._config.api_url,), ("trinkets.example",))


class _Thing(Wire):
    id: Identifier
    title: Text
    price: AskingPrice
    page: PageUrl


class _Page(Wire):
    total: int
    things: list[object]


def _normalise(thing: _Thing) -> ProductResult:
    return ProductResult(
        product_id=thing.id,
        title=thing.title,
        price=thing.price,
        currency="USD",
        condition=Condition.NEW,
        marketplace="trinkets",
        deep_link=thing.page,
    )
