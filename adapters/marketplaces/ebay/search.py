"""Searching eBay with the Browse API, version 1."""

from typing import Any
from urllib.parse import quote

import httpx

from adapters.errors import NotFound, Rejected
from adapters.marketplaces.configuration import SandboxAccess
from adapters.marketplaces.ebay.access import app_auth, vendor
from adapters.marketplaces.ebay.conditions import CONDITIONS, ids_for
from adapters.marketplaces.ebay.config import EbayConfig
from adapters.marketplaces.narrowing import narrow, page_size
from adapters.marketplaces.port import Found
from adapters.marketplaces.wire import (
    HIGHEST_PRICE,
    Amount,
    Count,
    CurrencyCode,
    Gtin,
    Identifier,
    Maybe,
    ShippingCost,
    Text,
    WebUrl,
    Wire,
    usable,
)
from talknshop.products import Availability, ProductResult, ShippingInfo
from talknshop.requirement import PriceRange, RequirementSpec, Sort

_MOST = 200
_FEW = 3
_SORTS = {Sort.PRICE_ASC: "price", Sort.PRICE_DESC: "-price", Sort.NEWEST: "newlyListed"}


def search(http: httpx.AsyncClient, sandbox: SandboxAccess | None) -> "EbaySearch | None":
    config = EbayConfig.load("ebay", sandbox)
    return EbaySearch(http, config) if config else None


class EbaySearch:
    name = "ebay"

    def __init__(self, http: httpx.AsyncClient, config: EbayConfig) -> None:
        self._config = config
        self._ebay = vendor(http, config.timeout)
        self._auth = app_auth(config, self._ebay)

    async def search(self, requirement: RequirementSpec, limit: int) -> Found:
        words = _words(requirement)
        if not words:
            raise Rejected("There are no words to search eBay for.")
        delegated = {"price", "condition", *(["sort"] if requirement.sort in _SORTS else [])}
        query = {
            "q": words,
            "filter": ",".join(_filters(requirement)),
            "limit": str(page_size(requirement, delegated, limit, _MOST)),
        }
        if requirement.sort in _SORTS:
            query["sort"] = _SORTS[requirement.sort]
        reply = await self._ebay.read(
            "GET",
            f"{self._config.api_url}/buy/browse/v1/item_summary/search",
            params=query,
            headers=self._headers,
            auth=self._auth,
        )
        page = self._ebay.parse(reply, _Page)
        products = usable(page.item_summaries, _product)
        return narrow(
            requirement,
            products,
            delegated=delegated,
            limit=limit,
            total_found=page.total,
            dropped=len(page.item_summaries) - len(products),
        )

    async def product(self, product_id: str) -> ProductResult:
        reply = await self._ebay.read(
            "GET",
            f"{self._config.api_url}/buy/browse/v1/item/{quote(product_id, safe='')}",
            headers=self._headers,
            auth=self._auth,
            expect=(400, 404),
        )
        if reply.status != 200:  # a 400 is 11012, an id that no item could have
            raise NotFound(f"eBay has no item {product_id!r}.")
        return _normalise(self._ebay.parse(reply, _Item))

    @property
    def _headers(self) -> dict[str, str]:
        return {"X-EBAY-C-MARKETPLACE-ID": self._config.marketplace_id}


def _words(requirement: RequirementSpec) -> str:
    """A space means "and", `(a, b)` means "or"; those signs can't be searched for."""
    words = _plain(requirement.keywords)
    brands = [plain for brand in requirement.brand_preferences if (plain := _plain(brand))]
    return f"({', '.join(brands)}) {words}" if len(brands) > 1 else words


def _plain(text: str) -> str:
    return " ".join(text.translate(str.maketrans('(),*"', "     ")).split())[:100]


def _filters(requirement: RequirementSpec) -> list[str]:
    filters = ["buyingOptions:{FIXED_PRICE}"]
    if requirement.condition:
        filters.append(f"conditionIds:{{{'|'.join(ids_for(requirement.condition))}}}")
    return filters + _price_filters(requirement.price)


def _price_filters(price: PriceRange) -> list[str]:
    if price.min is None and price.max is None:
        return []
    high = HIGHEST_PRICE if price.max is None else price.max
    return [f"price:[{price.min or 0}..{high}]", f"priceCurrency:{price.currency}"]


class _Page(Wire):
    """Without a match `itemSummaries` is absent."""

    total: int
    item_summaries: list[Any] = []


class _Image(Wire):
    image_url: Maybe[WebUrl] = None


class _Seller(Wire):
    username: Maybe[Text] = None


class _ShippingAmount(Wire):
    value: ShippingCost
    currency: CurrencyCode


class _Shipping(Wire):
    shipping_cost: _ShippingAmount


class _Stock(Wire):
    estimated_availability_status: str = ""
    estimated_available_quantity: Maybe[Count] = None


class _Item(Wire):
    """An item of a search, or one read by its id."""

    item_id: Identifier
    title: Text
    price: Amount
    item_web_url: WebUrl
    condition_id: Maybe[str] = None
    image: Maybe[_Image] = None
    seller: Maybe[_Seller] = None
    shipping_options: list[Maybe[_Shipping]] = []
    estimated_availabilities: list[_Stock] = []
    brand: Maybe[Text] = None
    gtin: Maybe[Gtin] = None
    color: Maybe[Text] = None


def _product(raw: Any) -> ProductResult:
    return _normalise(_Item.model_validate(raw))


def _normalise(item: _Item) -> ProductResult:
    about = {"brand": item.brand, "gtin": item.gtin, "color": item.color}
    return ProductResult(
        product_id=item.item_id,
        title=item.title,
        price=item.price.value,
        currency=item.price.currency,
        condition=CONDITIONS.get(item.condition_id or ""),
        image_url=item.image.image_url if item.image else None,
        marketplace="ebay",
        deep_link=item.item_web_url,
        availability=_availability(item),
        seller_name=item.seller.username if item.seller else None,
        shipping_info=_shipping(item),
        attributes={name: value for name, value in about.items() if value},
    )


def _availability(item: _Item) -> Availability:
    """A search only finds what can be bought, so there it is in stock."""
    if not item.estimated_availabilities:
        return Availability.IN_STOCK
    stock = item.estimated_availabilities[0]
    left = stock.estimated_available_quantity
    if left == 0 or stock.estimated_availability_status == "OUT_OF_STOCK":
        return Availability.OUT_OF_STOCK
    return Availability.LIMITED if left is not None and left < _FEW else Availability.IN_STOCK


def _shipping(item: _Item) -> ShippingInfo:
    known = [option.shipping_cost for option in item.shipping_options if option]
    if not known:
        return ShippingInfo()
    cost = known[0]
    return ShippingInfo(cost=cost.value, currency=cost.currency, free=cost.value == 0)
