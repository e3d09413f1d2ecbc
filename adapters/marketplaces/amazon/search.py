"""Searching Amazon with the Creators API."""

from typing import Any, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, Field

from adapters.errors import NotFound, Rejected, Unintelligible
from adapters.marketplaces.amazon.access import auth, vendor
from adapters.marketplaces.amazon.config import AmazonConfig
from adapters.marketplaces.configuration import SandboxAccess
from adapters.marketplaces.narrowing import delegated_sort
from adapters.marketplaces.paging import Page, search_pages, the_product, those_with
from adapters.marketplaces.port import Found
from adapters.marketplaces.quota import Quota
from adapters.marketplaces.tokens import TokenAuth
from adapters.marketplaces.wire import (
    AskingPrice,
    Count,
    CurrencyCode,
    Gtin,
    Identifier,
    Maybe,
    PageUrl,
    Rating,
    Sieve,
    Text,
    WebUrl,
    Wire,
)
from talknshop.gtin import as_printed
from talknshop.messages import sentence
from talknshop.model import Condition
from talknshop.products import Availability, ProductResult
from talknshop.requirement import RequirementSpec, Sort, WantedCondition

# The SDK lets 100 through, the API's predecessor refused more than 10.
_MOST = 10
_RESOURCES = [
    "images.primary.large",
    "itemInfo.title",
    "itemInfo.byLineInfo",
    "itemInfo.externalIds",
    "offersV2.listings.price",
    "offersV2.listings.condition",
    "offersV2.listings.availability",
    "offersV2.listings.merchantInfo",
    "offersV2.listings.isBuyBoxWinner",
    "customerReviews.count",
    "customerReviews.starRating",
]
_CONDITIONS = {
    ("New", ""): Condition.NEW,
    ("Refurbished", ""): Condition.REFURBISHED,
    ("Collectible", ""): Condition.GOOD,
    ("Used", "LikeNew"): Condition.LIKE_NEW,
    ("Used", "VeryGood"): Condition.GOOD,
    ("Used", "Good"): Condition.GOOD,
    ("Used", "Acceptable"): Condition.FAIR,
    ("Used", ""): Condition.GOOD,
}
_AVAILABILITY = {
    "IN_STOCK": Availability.IN_STOCK,
    "IN_STOCK_SCARCE": Availability.LIMITED,
    "OUT_OF_STOCK": Availability.OUT_OF_STOCK,
    "UNAVAILABLE": Availability.OUT_OF_STOCK,
}
R = TypeVar("R", bound=BaseModel)


def search(http: httpx.AsyncClient, sandbox: SandboxAccess | None) -> "AmazonSearch | None":
    config = AmazonConfig.load("amazon", sandbox)
    return AmazonSearch(http, config) if config else None


class AmazonSearch:
    name = "amazon"

    def __init__(self, http: httpx.AsyncClient, config: AmazonConfig) -> None:
        self._config = config
        self._amazon = vendor(http, config)
        self._auth = auth(config, self._amazon)

    @property
    def quota(self) -> Quota:
        return self._config.quota

    @property
    def tokens(self) -> TokenAuth:
        return self._auth

    async def search(self, requirement: RequirementSpec, limit: int) -> Found:
        if not requirement.keywords:
            raise Rejected(sentence("fault_no_words", vendor="Amazon"))
        sieve = self._sieve()

        async def ask(number: int, size: int) -> Page:
            result = await self._results(_query(requirement, number, size))
            products = sieve.read(result.items, _Item, self._normalise)
            return Page(products, result.total_result_count)

        return await search_pages(
            requirement, limit, ask, sieve, delegated=_delegated(requirement), most=_MOST
        )

    async def by_gtin(self, gtin: str, limit: int) -> Found:
        """There is no query by number, but the number is among the words that are searched."""
        sieve = self._sieve()
        words = {"keywords": as_printed(gtin), "searchIndex": "All"}
        result = await self._results({**words, "itemCount": min(limit, _MOST), "itemPage": 1})
        offers = those_with(gtin, sieve.read(result.items, _Item, self._normalise))
        return Found(offers, len(offers), sieve.dropped, sieve.cleaned)

    async def product(self, product_id: str) -> ProductResult:
        reply = await self._call("getItems", {"itemIds": [product_id]}, _ItemsReply)
        items = reply.items_result.items if reply.items_result else []
        if not items:
            raise NotFound(sentence("fault_no_item", vendor="Amazon", id=product_id))
        return the_product(self._sieve(), items[0], _Item, self._normalise, "Amazon")

    def _sieve(self) -> Sieve:
        domain = self._config.site.removeprefix("www.")
        return Sieve((self._config.api_url,), (domain,))

    async def _results(self, query: dict[str, Any]) -> "_SearchResult":
        page = await self._call("searchItems", query, _SearchReply)
        if page.search_result is None and "NoResults" not in [e.code for e in page.errors]:
            raise Unintelligible(sentence("fault_format", vendor="Amazon"))
        return page.search_result or _SearchResult()

    async def _call(self, operation: str, body: dict[str, Any], model: type[R]) -> R:
        reply = await self._amazon.read(
            "POST",
            f"{self._config.api_url}/catalog/v1/{operation}",
            json={**body, "partnerTag": self._config.partner_tag, "resources": _RESOURCES},
            headers={"x-marketplace": self._config.site},
            auth=self._auth,
        )
        return self._amazon.parse(reply, model)

    def _normalise(self, item: "_Item") -> ProductResult:
        offer = item.offers_v2.best
        info, reviews = item.item_info, item.customer_reviews or _Reviews()
        link = f"https://{self._config.site}/dp/{quote(item.asin, safe='')}"
        picture = item.images.primary.best if item.images else None
        return ProductResult(
            product_id=item.asin,
            title=info.title.display_value,
            price=offer.price.money.amount,
            currency=offer.price.money.currency,
            rating=reviews.stars,
            review_count=reviews.count,
            condition=offer.condition.canonical if offer.condition else None,
            image_url=picture,
            marketplace="amazon",
            deep_link=item.detail_page_url or f"{link}?tag={self._config.partner_tag}",
            availability=offer.stock,
            seller_name=offer.merchant_info.name if offer.merchant_info else None,
            attributes=info.facts,
        )


def _delegated(requirement: RequirementSpec) -> set[str]:
    delegated = {"price", *delegated_sort(requirement)}
    if requirement.condition is WantedCondition.NEW:
        delegated.add("condition")
    # Only whole stars can be asked for.
    if requirement.rating_min is not None and requirement.rating_min in (1, 2, 3, 4):
        delegated.add("rating_min")
    return delegated


def _query(requirement: RequirementSpec, number: int, size: int) -> dict[str, Any]:
    price, brands, rating = (
        requirement.price,
        requirement.brand_preferences,
        requirement.rating_min,
    )
    is_new = requirement.condition is WantedCondition.NEW
    query = {
        "keywords": requirement.keywords,
        "searchIndex": "All",
        "itemCount": size,
        "itemPage": number,
        "sortBy": "NewestArrivals" if requirement.sort is Sort.NEWEST else "Relevance",
        "condition": "New" if is_new else "Any",
        "minPrice": None if price.min is None else int(price.min * 100),
        "maxPrice": None if price.max is None else int(price.max * 100),
        "brand": brands[0] if len(brands) == 1 else None,
        "minReviewsRating": min(int(rating), 4) if rating and rating >= 1 else None,
        "currencyOfPreference": price.currency,
    }
    return {name: value for name, value in query.items() if value is not None}


class _Named(Wire):
    display_value: Text


class _ByLine(Wire):
    brand: Maybe[_Named] = None


class _Numbers(Wire):
    display_values: list[Gtin] = Field(min_length=1)


class _ExternalIds(Wire):
    upcs: Maybe[_Numbers] = None
    eans: Maybe[_Numbers] = None

    @property
    def gtin(self) -> str | None:
        numbers = self.upcs or self.eans
        return numbers.display_values[0] if numbers else None


class _ItemInfo(Wire):
    title: _Named
    by_line_info: Maybe[_ByLine] = None
    external_ids: Maybe[_ExternalIds] = None

    @property
    def facts(self) -> dict[str, str]:
        brand = self.by_line_info.brand if self.by_line_info else None
        ids = self.external_ids
        known = {
            "brand": brand.display_value if brand else None,
            "gtin": ids.gtin if ids else None,
        }
        return {name: value for name, value in known.items() if value}


class _Picture(Wire):
    url: WebUrl


class _Pictures(Wire):
    large: Maybe[_Picture] = None
    medium: Maybe[_Picture] = None
    small: Maybe[_Picture] = None

    @property
    def best(self) -> str | None:
        picture = self.large or self.medium or self.small
        return picture.url if picture else None


class _Images(Wire):
    primary: _Pictures


class _Money(Wire):
    amount: AskingPrice
    currency: CurrencyCode


class _Price(Wire):
    money: _Money


class _ConditionOf(Wire):
    value: str
    sub_condition: str = ""

    @property
    def canonical(self) -> Condition | None:
        exact = _CONDITIONS.get((self.value, self.sub_condition))
        return exact or _CONDITIONS.get((self.value, ""))


class _Stock(Wire):
    type: str


class _Merchant(Wire):
    name: Maybe[Text] = None


class _Listing(Wire):
    price: _Price
    condition: Maybe[_ConditionOf] = None
    availability: Maybe[_Stock] = None
    merchant_info: Maybe[_Merchant] = None
    is_buy_box_winner: bool = False

    @property
    def stock(self) -> Availability:
        kind = self.availability.type if self.availability else ""
        return _AVAILABILITY.get(kind, Availability.UNKNOWN)


class _Offers(Wire):
    listings: list[_Listing] = Field(min_length=1)

    @property
    def best(self) -> _Listing:
        return next((x for x in self.listings if x.is_buy_box_winner), self.listings[0])


class _Stars(Wire):
    value: Rating


class _Reviews(Wire):
    """The star rating is a number in one generation, an object in the other."""

    count: Maybe[Count] = None
    star_rating: Maybe[_Stars | Rating] = None

    @property
    def stars(self) -> float | None:
        rating = self.star_rating
        return rating.value if isinstance(rating, _Stars) else rating


class _Item(Wire):
    asin: Identifier
    detail_page_url: Maybe[PageUrl] = Field(None, alias="detailPageURL")
    item_info: _ItemInfo
    offers_v2: _Offers = Field(alias="offersV2")
    images: Maybe[_Images] = None
    customer_reviews: Maybe[_Reviews] = None


class _Problem(Wire):
    code: str = ""
    message: str = ""


class _SearchResult(Wire):
    total_result_count: int = 0
    items: list[Any] = []


class _SearchReply(Wire):
    search_result: _SearchResult | None = None
    errors: list[_Problem] = []


class _Items(Wire):
    items: list[Any] = []


class _ItemsReply(Wire):
    items_result: _Items | None = None
    errors: list[_Problem] = []
