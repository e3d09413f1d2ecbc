"""Searching eBay with the Browse API, version 1."""

from typing import Any
from urllib.parse import quote

import httpx

from adapters.errors import NotFound, Rejected, Throttled
from adapters.marketplaces.configuration import SandboxAccess
from adapters.marketplaces.ebay.access import app_auth, vendor
from adapters.marketplaces.ebay.budget import wait_for_quota
from adapters.marketplaces.ebay.conditions import CONDITIONS, ids_for
from adapters.marketplaces.ebay.config import EbayConfig
from adapters.marketplaces.exchange import Reply
from adapters.marketplaces.narrowing import delegated_sort
from adapters.marketplaces.paging import AnyItem, Page, search_pages, the_product, with_gtin
from adapters.marketplaces.port import Found
from adapters.marketplaces.quota import Quota
from adapters.marketplaces.tokens import TokenAuth
from adapters.marketplaces.wire import (
    HIGHEST_PRICE,
    Amount,
    Count,
    CurrencyCode,
    Gtin,
    Identifier,
    Maybe,
    PageUrl,
    ShippingCost,
    Sieve,
    Text,
    WebUrl,
    Wire,
)
from talknshop.gtin import as_printed
from talknshop.messages import sentence
from talknshop.products import Availability, ProductResult, ShippingInfo
from talknshop.requirement import PriceRange, RequirementSpec, Sort

_MOST = 200
_FEW = 3
_LANDS = (
    "com",
    "co.uk",
    "com.au",
    "de",
    "fr",
    "it",
    "es",
    "ca",
    "ie",
    "at",
    "ch",
    "nl",
    "pl",
    "us",
)
_DOMAINS = [f"ebay.{land}" for land in _LANDS]


def search(http: httpx.AsyncClient, sandbox: SandboxAccess | None) -> "EbaySearch | None":
    config = EbayConfig.load("ebay", sandbox)
    return EbaySearch(http, config) if config else None


class EbaySearch:
    name = "ebay"

    def __init__(self, http: httpx.AsyncClient, config: EbayConfig) -> None:
        self._config = config
        self._ebay = vendor(http, config.timeout)
        self._auth = app_auth(config, self._ebay)

    @property
    def quota(self) -> Quota:
        return self._config.quota

    @property
    def tokens(self) -> TokenAuth:
        return self._auth

    async def search(self, requirement: RequirementSpec, limit: int) -> Found:
        words = _words(requirement)
        if not words:
            raise Rejected(sentence("fault_no_words", vendor="eBay"))
        sieve = self._sieve()

        async def ask(number: int, size: int) -> Page:
            query = {
                "q": words,
                "filter": ",".join(_filters(requirement)),
                "limit": str(size),
                "offset": str((number - 1) * size),
            }
            if requirement.sort is Sort.NEWEST:
                query["sort"] = "newlyListed"
            reply = await self._get("/item_summary/search", params=query)
            page = self._ebay.parse(reply, _Page)
            return Page(sieve.read(page.item_summaries, _Item, self._normalise), page.total)

        delegated = {"price", "condition", *delegated_sort(requirement)}
        return await search_pages(requirement, limit, ask, sieve, delegated=delegated, most=_MOST)

    async def by_gtin(self, gtin: str, limit: int) -> Found:
        """Summaries do not repeat the number that was asked for."""
        sieve = self._sieve()
        query = {"gtin": as_printed(gtin), "limit": str(limit)}
        reply = await self._get("/item_summary/search", params=query)
        page = self._ebay.parse(reply, _Page)
        offers = sieve.read(page.item_summaries, _Item, self._normalise)
        named = [with_gtin(offer, gtin) for offer in offers]
        return Found(named, page.total, sieve.dropped, sieve.cleaned)

    async def product(self, product_id: str) -> ProductResult:
        reply = await self._get(f"/item/{quote(product_id, safe='')}", expect=(400, 404))
        if reply.status != 200:  # a 400 is 11012, an id that no item could have
            raise NotFound(sentence("fault_no_item", vendor="eBay", id=product_id))
        item = self._ebay.parse(reply, AnyItem)
        return the_product(self._sieve(), item.root, _Item, self._normalise, "eBay")

    async def _get(self, path: str, **options: Any) -> Reply:
        headers = {"X-EBAY-C-MARKETPLACE-ID": self._config.marketplace_id}
        if self._config.affiliate_campaign_id:
            # Makes eBay answer with links that earn a commission.
            campaign = f"affiliateCampaignId={self._config.affiliate_campaign_id}"
            headers["X-EBAY-C-ENDUSERCTX"] = campaign
        api_url = self._config.api_url
        try:
            return await self._ebay.read(
                "GET",
                f"{api_url}/buy/browse/v1{path}",
                headers=headers,
                auth=self._auth,
                **options,
            )
        except Throttled as error:
            if error.retry_after is None:
                error.retry_after = await wait_for_quota(
                    self._ebay, self._auth, api_url, "buy", "Browse"
                )
            raise

    def _sieve(self) -> Sieve:
        return Sieve((self._config.api_url, self._config.site_url), _DOMAINS)

    def _normalise(self, item: "_Item") -> ProductResult:
        about = {"brand": item.brand, "gtin": item.gtin, "color": item.color}
        link = f"{self._config.site_url}/itm/{_legacy_id(item.item_id)}"
        return ProductResult(
            product_id=item.item_id,
            title=item.title,
            price=item.price.value,
            currency=item.price.currency,
            condition=CONDITIONS.get(item.condition_id or ""),
            image_url=item.image.image_url if item.image else None,
            marketplace="ebay",
            deep_link=item.item_affiliate_web_url or item.item_web_url or link,
            availability=_availability(item),
            seller_name=item.seller.username if item.seller else None,
            shipping_info=_shipping(item),
            attributes={name: value for name, value in about.items() if value},
        )


def _legacy_id(item_id: str) -> str:
    """The number in "v1|225001112223|0", which listings' pages go by."""
    parts = item_id.split("|")
    return quote(parts[1] if len(parts) > 1 else item_id, safe="")


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
    item_web_url: Maybe[PageUrl] = None
    item_affiliate_web_url: Maybe[PageUrl] = None
    condition_id: Maybe[str] = None
    image: Maybe[_Image] = None
    seller: Maybe[_Seller] = None
    shipping_options: list[Maybe[_Shipping]] = []
    estimated_availabilities: list[_Stock] = []
    brand: Maybe[Text] = None
    gtin: Maybe[Gtin] = None
    color: Maybe[Text] = None


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
