"""eBay's Browse API: searching items, reading one."""

import re
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from starlette.datastructures import QueryParams

from sandbox.catalogue.catalogue import Match, Page, spellings_of
from sandbox.catalogue.goods import Offer
from sandbox.catalogue.where import Where, all_of, is_true, one_of
from sandbox.ebay.conditions import NAMES, id_of
from sandbox.ebay.errors import error, refused
from sandbox.ebay.filters import Filters, parse_filters
from sandbox.ebay.own_items import SELLER
from sandbox.ebay.tokens import may_search
from sandbox.pictures import picture_url
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
    found = _page(request, world, filters, limit, offset)
    base = base_url(request)
    answer: dict[str, Any] = {
        "href": _href(base, request, limit, offset),
        "total": found.total,
        "limit": limit,
        "offset": offset,
    }
    if offset + limit < found.total:
        answer["next"] = _href(base, request, limit, offset + limit)
    if offset > 0:
        answer["prev"] = _href(base, request, limit, max(0, offset - limit))
    if found.offers:
        answer["itemSummaries"] = [_summary(offer, base) for offer in found.offers]
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


def _page(request: Request, world: World, filters: Filters, limit: int, offset: int) -> Page:
    """Best matches first, unless another order is asked for."""
    query = request.query_params
    worn = world.catalogue.kinds_where(lambda kind: kind.worn)
    where = _wanted(world, query.get("category_ids"), query.get("gtin")) & filters.where(worn)
    return world.catalogue.search(
        "ebay",
        _phrases(query.get("q", "")),
        Match.ALL,
        where,
        _order(query, filters),
        offset,
        limit,
    )


def _phrases(words: str) -> list[str]:
    """ "(a, b)" means a or b; each alternative is searched for with the words around it."""
    alternatives = re.search(r"\(([^)]*,[^)]*)\)", words)
    if alternatives is None:
        return [words]
    return [words.replace(alternatives[0], one) for one in alternatives[1].split(",")]


def _wanted(world: World, category: str | None, gtin: str | None) -> Where:
    # What was listed a moment ago is not in the index yet.
    indexed = int(time.time() - world.index_delay)
    parts = [is_true("o.seller <> ? OR o.listed <= ?", SELLER.name, indexed)]
    if category:
        wanted = category.split(",")
        parts.append(one_of("p.kind", world.catalogue.kinds_where(lambda k: k.ebay[0] in wanted)))
    if gtin:
        parts.append(one_of("p.gtin", spellings_of(gtin)))
    return all_of(parts)


def _order(query: QueryParams, filters: Filters) -> str:
    match sort := query.get("sort", ""):
        case "":
            return ""
        case "price":
            return "o.price + o.shipping"
        case "-price":
            return "o.price + o.shipping DESC"
        case "newlyListed":
            return "o.listed DESC"
        case "distance":
            return "o.postal_code"
        case _:
            filters.refused.append(f"sort:{sort}")
            return ""


def _summary(offer: Offer, base: str) -> dict[str, Any]:
    category, name = offer.product.kind.ebay
    item: dict[str, Any] = {
        "itemId": f"v1|{offer.id}|0",
        "legacyItemId": offer.id,
        "title": offer.title,
        "leafCategoryIds": [category],
        "categories": [{"categoryId": category, "categoryName": name}],
        "image": {"imageUrl": picture_url(offer, base)},
        "condition": _condition_name(offer),
        "conditionId": id_of(offer.state, offer.product.kind.worn),
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
    offer = world.catalogue.offer("ebay", legacy_id)
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


def _condition_name(offer: Offer) -> str:
    condition_id = id_of(offer.state, offer.product.kind.worn)
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
