"""Searching Best Buy with the Products API, version 1."""

from datetime import timedelta
from typing import Any

import httpx

from adapters.errors import AdapterError, NotFound, Rejected
from adapters.marketplaces.bestbuy.config import BestBuyConfig
from adapters.marketplaces.bestbuy.query import CONDITIONS, query
from adapters.marketplaces.configuration import SandboxAccess
from adapters.marketplaces.exchange import Refusal, Reply, Vendor, retry_after
from adapters.marketplaces.narrowing import delegated_sort
from adapters.marketplaces.paging import AnyItem, Page, search_pages, the_product, those_with
from adapters.marketplaces.port import Found
from adapters.marketplaces.quota import Quota
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

_MOST = 100
# The quota is counted by the second, and no reply says how long to wait.
_QUOTA_WAIT = timedelta(seconds=1)
_AVAILABILITY: dict[bool | None, Availability] = {
    True: Availability.IN_STOCK,
    False: Availability.OUT_OF_STOCK,
}
_SHOW = (
    "sku,name,salePrice,url,image,thumbnailImage,manufacturer,modelNumber,upc,color,condition,"
    "preowned,onlineAvailability,customerReviewAverage,customerReviewCount,shippingCost"
)


def search(http: httpx.AsyncClient, sandbox: SandboxAccess | None) -> "BestBuySearch | None":
    config = BestBuyConfig.load("bestbuy", sandbox)
    return BestBuySearch(http, config) if config else None


class BestBuySearch:
    name = "bestbuy"

    def __init__(self, http: httpx.AsyncClient, config: BestBuyConfig) -> None:
        self._config = config
        self._bestbuy = Vendor("Best Buy", http, config.timeout, _explain)
        self._products = f"{config.api_url}/v1/products"
        self._key = config.api_key.get_secret_value() if config.api_key else ""

    @property
    def quota(self) -> Quota:
        return self._config.quota

    async def search(self, requirement: RequirementSpec, limit: int) -> Found:
        wanted = query(requirement)
        if not wanted:
            raise Rejected(sentence("fault_no_words", vendor="Best Buy"))
        sieve = self._sieve()

        async def ask(number: int, size: int) -> Page:
            options = {"pageSize": str(size), "page": str(number)}
            if requirement.sort is Sort.NEWEST:
                options["sort"] = "releaseDate.dsc"
            page = self._bestbuy.parse(await self._get(f"({wanted})", options), _Page)
            return Page(sieve.read(page.products, _Item, _normalise), page.total)

        delegated = {"price", "rating_min", "excluded_brands", *delegated_sort(requirement)}
        if requirement.condition in CONDITIONS:
            delegated.add("condition")
        return await search_pages(requirement, limit, ask, sieve, delegated=delegated, most=_MOST)

    async def by_gtin(self, gtin: str, limit: int) -> Found:
        sieve = self._sieve()
        options = {"pageSize": str(limit), "page": "1"}
        reply = await self._get(f"(upc={as_printed(gtin)})", options)
        page = self._bestbuy.parse(reply, _Page)
        offers = those_with(gtin, sieve.read(page.products, _Item, _normalise))
        return Found(offers, page.total, sieve.dropped, sieve.cleaned)

    async def product(self, product_id: str) -> ProductResult:
        if not (product_id.isascii() and product_id.isdigit()):
            raise NotFound(sentence("fault_no_item_number", vendor="Best Buy", id=product_id))
        item = self._bestbuy.parse(await self._get(f"/{product_id}.json", {}), AnyItem)
        return the_product(self._sieve(), item.root, _Item, _normalise, "Best Buy")

    def _sieve(self) -> Sieve:
        return Sieve((self._config.api_url,), ("bestbuy.com",))

    async def _get(self, path: str, options: dict[str, str]) -> Reply:
        return await self._bestbuy.read(
            "GET",
            f"{self._products}{path}",
            params={"format": "json", "show": _SHOW, **options, "apiKey": self._key},
        )


def _explain(refusal: Refusal) -> AdapterError:
    said = (refusal.reply.as_model(_ErrorReply) or _ErrorReply()).said
    # 403 is a bad key as well as a spent quota; only the message tells which.
    if refusal.reply.status in (403, 429) and ("limit" in said or refusal.reply.status == 429):
        return refusal.throttled(retry_after(refusal.reply.headers) or _QUOTA_WAIT)
    return refusal.by_status(said)


class _ErrorDetail(Wire):
    message: str = ""


class _ErrorReply(Wire):
    """Two shapes are in use."""

    error: Maybe[_ErrorDetail] = None
    error_message: str = ""

    @property
    def said(self) -> str:
        return self.error_message or (self.error.message if self.error else "")


class _Page(Wire):
    total: int
    products: list[Any]


class _Item(Wire):
    sku: Identifier
    name: Text
    sale_price: AskingPrice
    url: Maybe[PageUrl] = None
    image: Maybe[WebUrl] = None
    thumbnail_image: Maybe[WebUrl] = None
    manufacturer: Maybe[Text] = None
    model_number: Maybe[Text] = None
    upc: Maybe[Gtin] = None
    color: Maybe[Text] = None
    condition: Maybe[str] = None
    preowned: Maybe[bool] = None
    online_availability: Maybe[bool] = None
    customer_review_average: Maybe[Rating] = None
    customer_review_count: Maybe[Count] = None
    shipping_cost: Maybe[ShippingCost] = None


def _normalise(item: _Item) -> ProductResult:
    about = {
        "brand": item.manufacturer,
        "model": item.model_number,
        "gtin": item.upc,
        "color": item.color,
    }
    return ProductResult(
        product_id=item.sku,
        title=item.name,
        price=item.sale_price,
        currency="USD",
        rating=item.customer_review_average,
        review_count=item.customer_review_count,
        condition=_condition(item),
        image_url=item.image or item.thumbnail_image,
        marketplace="bestbuy",
        deep_link=item.url or f"https://www.bestbuy.com/site/{item.sku}.p?skuId={item.sku}",
        availability=_AVAILABILITY.get(item.online_availability, Availability.UNKNOWN),
        seller_name="Best Buy",
        shipping_info=ShippingInfo(cost=item.shipping_cost, free=item.shipping_cost == 0),
        attributes={name: value for name, value in about.items() if value},
    )


def _condition(item: _Item) -> Condition | None:
    named = {"New": Condition.NEW, "Refurbished": Condition.REFURBISHED}.get(item.condition or "")
    used = Condition.GOOD if item.preowned or item.condition == "Pre-Owned" else None
    return named or used
