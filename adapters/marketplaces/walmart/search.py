"""Searching Walmart with the Affiliate API, version 2."""

import re
from typing import Any

import httpx

from adapters.errors import AdapterError, NotFound, Rejected
from adapters.marketplaces.configuration import SandboxAccess
from adapters.marketplaces.exchange import Refusal, Vendor
from adapters.marketplaces.narrowing import delegated_sort
from adapters.marketplaces.paging import Page, search_pages, the_product, those_with
from adapters.marketplaces.port import Found
from adapters.marketplaces.quota import Quota
from adapters.marketplaces.walmart.config import WalmartConfig
from adapters.marketplaces.walmart.signature import SignatureAuth
from adapters.marketplaces.wire import (
    AskingPrice,
    Count,
    Gtin,
    Identifier,
    Maybe,
    PageUrl,
    Rating,
    ShippingCost,
    Sieve,
    Text,
    WebUrl,
    Wire,
)
from talknshop.gtin import as_printed
from talknshop.messages import sentence
from talknshop.model import Condition
from talknshop.products import Availability, ProductResult, ShippingInfo
from talknshop.requirement import RequirementSpec, Sort

_MOST = 25
_HIGHEST = 10_000_000
_INVALID_ID = 4002
_STOCK = {
    "Available": Availability.IN_STOCK,
    "Limited Supply": Availability.LIMITED,
    "Last few items": Availability.LIMITED,
    "Not available": Availability.OUT_OF_STOCK,
}
_RENEWED = re.compile(r"\b(restored|refurbished|renewed)\b", re.IGNORECASE)


def search(http: httpx.AsyncClient, sandbox: SandboxAccess | None) -> "WalmartSearch | None":
    config = WalmartConfig.load("walmart", sandbox)
    return WalmartSearch(http, config) if config else None


class WalmartSearch:
    name = "walmart"

    def __init__(self, http: httpx.AsyncClient, config: WalmartConfig) -> None:
        self._config = config
        self._walmart = Vendor("Walmart", http, config.timeout, _explain)
        self._auth = SignatureAuth(config)
        self._base = f"{config.api_url}/api-proxy/service/affil/product/v2"

    @property
    def quota(self) -> Quota:
        return self._config.quota

    async def search(self, requirement: RequirementSpec, limit: int) -> Found:
        if not requirement.keywords:
            raise Rejected(sentence("fault_no_words", vendor="Walmart"))
        sieve = self._sieve()

        async def ask(number: int, size: int) -> Page:
            query = {
                "query": requirement.keywords,
                "numItems": str(size),
                "start": str((number - 1) * size + 1),
                "responseGroup": "full",
                "sort": "new" if requirement.sort is Sort.NEWEST else "relevance",
                **_facets(requirement),
                **self._publisher,
            }
            reply = await self._walmart.read(
                "GET", f"{self._base}/search", params=query, auth=self._auth
            )
            page = self._walmart.parse(reply, _Page)
            return Page(sieve.read(page.items, _Item, self._normalise), page.total_results)

        return await search_pages(
            requirement,
            limit,
            ask,
            sieve,
            delegated={"price", *delegated_sort(requirement)},
            most=_MOST,
        )

    async def by_gtin(self, gtin: str, limit: int) -> Found:
        number = as_printed(gtin)
        try:
            items = await self._items("upc" if len(number) == 12 else "gtin", number)
        except NotFound:  # 4002, as of an id that no item has
            return Found([], 0)
        sieve = self._sieve()
        offers = those_with(gtin, sieve.read(items[:limit], _Item, self._normalise))
        return Found(offers, len(items), sieve.dropped, sieve.cleaned)

    async def product(self, product_id: str) -> ProductResult:
        if not (product_id.isascii() and product_id.isdigit()):
            raise NotFound(sentence("fault_no_item_number", vendor="Walmart", id=product_id))
        items = await self._items("ids", product_id)
        if not items:
            raise NotFound(sentence("fault_no_item", vendor="Walmart", id=product_id))
        return the_product(self._sieve(), items[0], _Item, self._normalise, "Walmart")

    async def _items(self, by: str, number: str) -> list[Any]:
        reply = await self._walmart.read(
            "GET", f"{self._base}/items", params={by: number, **self._publisher}, auth=self._auth
        )
        return self._walmart.parse(reply, _Items).items

    def _sieve(self) -> Sieve:
        return Sieve((self._config.api_url, self._config.site_url), ("walmart.com",))

    def _normalise(self, item: "_Item") -> ProductResult:
        rate = item.standard_ship_rate
        about = {"brand": item.brand_name, "gtin": item.upc, "color": item.color}
        return ProductResult(
            product_id=item.item_id,
            title=item.name,
            price=item.sale_price,
            currency="USD",
            rating=item.customer_rating,
            review_count=item.num_reviews,
            condition=_condition(item),
            image_url=item.large_image or item.medium_image or item.thumbnail_image,
            marketplace="walmart",
            deep_link=self._link(item),
            availability=_STOCK.get(item.stock or "", Availability.UNKNOWN),
            seller_name=item.seller_info,
            shipping_info=ShippingInfo(cost=rate, free=rate == 0),
            attributes={name: value for name, value in about.items() if value},
        )

    def _link(self, item: "_Item") -> str:
        """Without a publisher id, tracking links hold a placeholder and lead nowhere."""
        tracked = item.product_tracking_url if self._config.publisher_id else None
        return tracked or f"{self._config.site_url}/ip/{item.item_id}"

    @property
    def _publisher(self) -> dict[str, str]:
        return {"publisherId": self._config.publisher_id} if self._config.publisher_id else {}


def _facets(requirement: RequirementSpec) -> dict[str, str]:
    price, brands = requirement.price, requirement.brand_preferences
    facets = {}
    if price.min is not None or price.max is not None:
        high = _HIGHEST if price.max is None else price.max
        facets["facet.range"] = f"price:[{price.min or 0} TO {high}]"
    # One brand is among the keywords already; more can't be asked for at once.
    if len(brands) == 1:
        facets["facet.filter"] = f"brand:{brands[0]}"
    return {"facet": "on", **facets} if facets else {}


def _explain(refusal: Refusal) -> AdapterError:
    reply = refusal.reply.as_model(_ErrorReply) or _ErrorReply()
    if any(error.code == _INVALID_ID for error in reply.errors):
        return NotFound(sentence("fault_not_there", vendor="Walmart"))
    return refusal.by_status(" ".join(error.message for error in reply.errors))


class _ErrorDetail(Wire):
    code: int = 0
    message: str = ""


class _ErrorReply(Wire):
    errors: list[_ErrorDetail] = []


class _Items(Wire):
    items: list[Any] = []


class _Page(_Items):
    """No match may leave `items` out, but not the total."""

    total_results: int


class _Item(Wire):
    item_id: Identifier
    name: Text
    sale_price: AskingPrice
    product_tracking_url: Maybe[PageUrl] = None
    large_image: Maybe[WebUrl] = None
    medium_image: Maybe[WebUrl] = None
    thumbnail_image: Maybe[WebUrl] = None
    brand_name: Maybe[Text] = None
    upc: Maybe[Gtin] = None
    color: Maybe[Text] = None
    standard_ship_rate: Maybe[ShippingCost] = None
    seller_info: Maybe[Text] = None
    stock: Maybe[str] = None
    customer_rating: Maybe[Rating] = None
    num_reviews: Maybe[Count] = None


def _condition(item: _Item) -> Condition:
    """Walmart has no field for it: what is not new says so in its name or its seller's."""
    text = f"{item.name} {item.seller_info or ''}"
    return Condition.REFURBISHED if _RENEWED.search(text) else Condition.NEW
