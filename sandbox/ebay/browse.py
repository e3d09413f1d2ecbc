"""eBay's Browse API: searching items, reading one."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request

from sandbox.catalogue.goods import Offer
from sandbox.catalogue.search import Match
from sandbox.ebay.conditions import ID_OF_STATE, ID_OF_WORN_STATE, NAMES
from sandbox.ebay.errors import error, refused
from sandbox.ebay.filters import Filters, parse_filters
from sandbox.ebay.own_items import own_offer, own_offers
from sandbox.ebay.tokens import may_search
from sandbox.prices import decimal_string
from sandbox.world import TheWorld, World, base_url

router = APIRouter(prefix="/buy/browse/v1", dependencies=[may_search])

_SEARCH_PATH = "/buy/browse/v1/item_summary/search"
_MAX_LIMIT, _MAX_OFFSET = 200, 10_000
_CRITERIA = ("q", "category_ids", "epid", "gtin", "charity_ids")


@router.get("/item_summary/search")
async def search_items(request: Request, world: TheWorld) -> dict[str, Any]:
    query = request.query_params
    if not any(query.get(name) for name in _CRITERIA):
        raise _bad(12001, "The call must have a valid 'q', 'category_ids', 'epid' or 'gtin'.")
    limit = _whole(query.get("limit", "50"), 12006, "limit")
    offset = _whole(query.get("offset", "0"), 12004, "offset")
    if not 1 <= limit <= _MAX_LIMIT:
        raise _bad(12007, f"The 'limit' value should be between 1 and {_MAX_LIMIT}.")
    if offset < 0:
        raise _bad(12005, "The 'offset' value should not be negative.")
    if offset >= _MAX_OFFSET:
        raise _bad(12029, f"The 'offset' value should be less than {_MAX_OFFSET}.")
    filters = parse_filters(query.get("filter", ""))
    found = _found(world, query.get("q", ""), query.get("category_ids"), query.get("gtin"), filters)
    sort = query.get("sort", "")
    _sort(found, sort, filters)

    base = base_url(request)
    page = found[offset : offset + limit]
    answer: dict[str, Any] = {
        "href": _href(base, request, limit, offset),
        "total": len(found),
        "limit": limit,
        "offset": offset,
    }
    if offset + limit < len(found):
        answer["next"] = _href(base, request, limit, offset + limit)
    if offset > 0:
        answer["prev"] = _href(base, request, limit, max(0, offset - limit))
    if page:
        answer["itemSummaries"] = [_summary(offer, base) for offer in page]
    if filters.refused:
        answer["warnings"] = [
            error(
                12002,
                "The filter is invalid and was ignored.",
                "API_BROWSE",
                "REQUEST",
                {"filter": f},
            )
            for f in filters.refused
        ]
    return answer


@router.get("/item/get_item_by_legacy_id")
async def get_item_by_legacy_id(request: Request, world: TheWorld) -> dict[str, Any]:
    return _item(world, request.query_params.get("legacy_item_id", ""), base_url(request))


@router.get("/item/{item_id}")
async def get_item(item_id: str, request: Request, world: TheWorld) -> dict[str, Any]:
    parts = re.fullmatch(r"v1\|(\d+)\|\d+", item_id)
    if parts is None:
        raise _bad(11012, "The item ID is invalid.")
    return _item(world, parts[1], base_url(request))


def _found(
    world: World, words: str, category: str | None, gtin: str | None, filters: Filters
) -> list[Offer]:
    """Best matches first."""

    def keep(offer: Offer) -> bool:
        return (
            (not category or offer.product.kind.ebay[0] in category.split(","))
            and (not gtin or offer.product.gtin == gtin.zfill(12))
            and (not filters.price or filters.price[0] <= offer.price <= filters.price[1])
            and (filters.condition_ids is None or _condition_id(offer) in filters.condition_ids)
            and bool(filters.buying_options & set(_buying_options(offer)))
            and (not filters.sellers or offer.seller.name in filters.sellers)
            and filters.country in (None, "US")
        )

    # "(a, b)" means a or b; each alternative is searched for with the words around it.
    alternatives = re.search(r"\(([^)]*,[^)]*)\)", words)
    phrases = [words]
    if alternatives is not None:
        phrases = [words.replace(alternatives[0], one) for one in alternatives[1].split(",")]
    found: dict[str, Offer] = {}
    for phrase in phrases:
        for offer in world.catalogue.search("ebay", phrase, Match.ALL, keep):
            found.setdefault(offer.id, offer)
        for offer in filter(keep, own_offers(world.store, phrase)):
            found.setdefault(offer.id, offer)
    return list(found.values())


def _sort(offers: list[Offer], sort: str, filters: Filters) -> None:
    match sort:
        case "":
            pass
        case "price":
            offers.sort(key=lambda offer: offer.price + offer.shipping)
        case "-price":
            offers.sort(key=lambda offer: -(offer.price + offer.shipping))
        case "newlyListed":
            offers.sort(key=lambda offer: offer.listed, reverse=True)
        case "distance":
            offers.sort(key=lambda offer: offer.seller.postal_code)
        case _:
            filters.refused.append(f"sort:{sort}")


def _summary(offer: Offer, base: str) -> dict[str, Any]:
    category, name = offer.product.kind.ebay
    item: dict[str, Any] = {
        "itemId": f"v1|{offer.id}|0",
        "legacyItemId": offer.id,
        "title": offer.title,
        "leafCategoryIds": [category],
        "categories": [{"categoryId": category, "categoryName": name}],
        "image": {"imageUrl": offer.image or f"{base}/images/{offer.product.slug}.svg"},
        "condition": _condition_name(offer),
        "conditionId": _condition_id(offer),
        "itemHref": f"{base}/buy/browse/v1/item/{quote(f'v1|{offer.id}|0', safe='')}",
        "itemWebUrl": f"{base}/ebay/itm/{offer.id}",
        "seller": {
            "username": offer.seller.name,
            "feedbackPercentage": offer.seller.feedback_percent,
            "feedbackScore": offer.seller.feedback_score,
        },
        "shippingOptions": [
            {
                "shippingCostType": "FIXED",
                "shippingCost": _money(offer.shipping),
                "minEstimatedDeliveryDate": _instant(_in_days(3)),
                "maxEstimatedDeliveryDate": _instant(_in_days(6)),
            }
        ],
        "buyingOptions": _buying_options(offer),
        "itemLocation": {"postalCode": f"{offer.seller.postal_code[:3]}**", "country": "US"},
        "itemCreationDate": _instant(offer.listed),
        "listingMarketplaceId": "EBAY_US",
        "adultOnly": False,
    }
    if offer.auction_bids is None:
        item["price"] = _money(offer.price)
    else:
        item["currentBidPrice"] = item["price"] = _money(offer.price)
        item["bidCount"] = offer.auction_bids
        item["itemEndDate"] = _instant(_in_days(2))
    return item


def _item(world: World, legacy_id: str, base: str) -> dict[str, Any]:
    offer = world.catalogue.offer("ebay", legacy_id) or own_offer(world.store, legacy_id)
    if offer is None:
        raise refused(
            404,
            11001,
            "The specified item Id was not found.",
            domain="API_BROWSE",
            parameters={"itemId": legacy_id},
        )
    product = offer.product
    return {
        **_summary(offer, base),
        "description": f"<p>{product.description}</p>",
        "shortDescription": product.description,
        "brand": product.brand,
        "mpn": product.mpn,
        "gtin": product.gtin,
        "color": product.colour,
        "localizedAspects": [
            {"type": "STRING", "name": name, "value": value}
            for name, value in {"Brand": product.brand, **product.attributes}.items()
        ],
        "estimatedAvailabilities": [
            {
                "estimatedAvailabilityStatus": "IN_STOCK" if offer.stock else "OUT_OF_STOCK",
                "estimatedAvailableQuantity": offer.stock,
                "estimatedSoldQuantity": product.reviews % 7,
            }
        ],
        "returnTerms": {
            "returnsAccepted": True,
            "returnPeriod": {"value": 30, "unit": "CALENDAR_DAY"},
        },
    }


def _condition_id(offer: Offer) -> str:
    ids = ID_OF_WORN_STATE if offer.product.kind.worn else ID_OF_STATE
    return ids[offer.state]


def _condition_name(offer: Offer) -> str:
    condition_id = _condition_id(offer)
    if condition_id == "3000" and offer.product.kind.worn:
        return "Pre-owned - Good"
    return NAMES[condition_id]


def _buying_options(offer: Offer) -> list[str]:
    options = ["FIXED_PRICE"] if offer.auction_bids is None else ["AUCTION"]
    return [*options, "BEST_OFFER"] if offer.best_offer else options


def _money(cents: int) -> dict[str, str]:
    return {"value": decimal_string(cents), "currency": "USD"}


def _in_days(days: int) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)


def _instant(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000Z"


def _href(base: str, request: Request, limit: int, offset: int) -> str:
    query = {**request.query_params, "limit": limit, "offset": offset}
    return f"{base}{_SEARCH_PATH}?{urlencode(query)}"


def _whole(text: str, error_id: int, name: str) -> int:
    if not re.fullmatch(r"-?\d{1,9}", text):
        raise _bad(error_id, f"The '{name}' value is not a number.")
    return int(text)


def _bad(error_id: int, message: str) -> Exception:
    return refused(400, error_id, message, domain="API_BROWSE")
