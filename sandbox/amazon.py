"""Amazon's Creators API: tokens of both generations, searching and reading items."""

import json
import re
import secrets
import time
from hmac import compare_digest
from typing import Any
from urllib.parse import urlencode
from zlib import crc32

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from sandbox.catalogue.catalogue import Match, Page, spellings_of
from sandbox.catalogue.goods import Offer, State
from sandbox.catalogue.where import all_of, between, is_true, one_of
from sandbox.pictures import picture_url
from sandbox.prices import display, number
from sandbox.refusal import RefusalError, Refusals
from sandbox.state import TOKENS
from sandbox.world import TheWorld, World, base_url

router = APIRouter()

_LIFETIME_SECONDS = 3600
_MARKETPLACE = "www.amazon.com"
_SORTS = {
    "AvgCustomerReviews": "p.rating DESC",
    "Featured": "",
    "NewestArrivals": "o.listed DESC",
    "Price:HighToLow": "o.price DESC",
    "Price:LowToHigh": "o.price",
    "Relevance": "",
}
_CRITERIA = ("keywords", "title", "brand", "actor", "artist", "author", "browseNodeId")
_RESOURCE = re.compile(
    r"(images\.(primary|variants)\.(small|medium|large|highRes)"
    r"|itemInfo\.\w+|offersV2\.listings\.\w+|customerReviews\.(count|starRating)"
    r"|searchRefinements|parentASIN|browseNodeInfo(\.\w+)*)"
)


@router.post("/auth/o2/token")
async def issue_v3_token(request: Request, world: TheWorld) -> Response:
    """Version 3.x: a JSON body."""
    try:
        body = json.loads(await request.body())
    except ValueError:
        body = {}
    return _token(world, body if isinstance(body, dict) else {}, "creatorsapi::default")


@router.post("/oauth2/token")
async def issue_v2_token(request: Request, world: TheWorld) -> Response:
    """Version 2.x: a form."""
    return _token(world, dict(await request.form()), "creatorsapi/default")


@router.post("/catalog/v1/searchItems")
async def search_items(request: Request, world: TheWorld) -> dict[str, Any]:
    body = await _checked_body(request, world)
    if not any(body.get(name) for name in _CRITERIA):
        raise _invalid("keywords", "One of keywords, title, brand or browseNodeId is needed")
    count = _integer(body, "itemCount", 10, 1, 100)
    page = _integer(body, "itemPage", 1, 1, 10)
    found = _found(world, body, (page - 1) * count, count)
    if not found.offers:
        return {"errors": [{"code": "NoResults", "message": "No results found for your request."}]}
    base = base_url(request)
    query = urlencode({"k": body.get("keywords", ""), "tag": body["partnerTag"]})
    return {
        "searchResult": {
            "totalResultCount": found.total,
            "searchURL": f"{base}/amazon/s?{query}",
            "items": [_item(offer, body, base) for offer in found.offers],
        }
    }


@router.post("/catalog/v1/getItems")
async def get_items(request: Request, world: TheWorld) -> dict[str, Any]:
    body = await _checked_body(request, world)
    ids = body.get("itemIds")
    if not isinstance(ids, list) or not 1 <= len(ids) <= 10:
        raise _invalid("itemIds", "1 to 10 item ids are needed")
    offers = {asin: world.catalogue.offer("amazon", str(asin)) for asin in ids}
    base = base_url(request)
    answer: dict[str, Any] = {}
    if items := [_item(offer, body, base) for offer in offers.values() if offer]:
        answer["itemsResult"] = {"items": items}
    if missing := [asin for asin, offer in offers.items() if offer is None]:
        answer["errors"] = [
            {"code": "ItemNotAccessible", "message": f"The ItemId {asin} is not accessible."}
            for asin in missing
        ]
    return answer


def outage(status: int) -> Response:
    return JSONResponse({"message": "The service is not available."}, status)


def throttled(_: int | None) -> Response:
    """Amazon does not say how long to wait."""
    return JSONResponse(
        {
            "type": "ThrottleException",
            "message": "The request was denied due to request throttling.",
            "serviceCode": "creatorsapi",
            "quotaCode": "TPS",
        },
        429,
    )


def expired() -> Response:
    return _refused(401, "TokenExpired", "The token has expired").response


refusals = Refusals(outage, throttled, expired)


def _token(world: World, fields: dict[str, Any], scope: str) -> Response:
    keys = world.credentials.amazon
    if fields.get("grant_type") != "client_credentials":
        return JSONResponse({"error": "unsupported_grant_type"}, 400)
    known = compare_digest(
        f"{fields.get('client_id')}\n{fields.get('client_secret')}".encode(),
        f"{keys.credential_id}\n{keys.credential_secret}".encode(),
    )
    if not known:
        return JSONResponse({"error": "invalid_client"}, 401)
    if fields.get("scope") != scope:
        return JSONResponse({"error": "invalid_scope"}, 400)
    token = f"Atc|{secrets.token_urlsafe(48)}"
    expires_at = time.time() + _LIFETIME_SECONDS
    world.store.put(TOKENS, token, {"token": token, "of": "amazon", "expires_at": expires_at})
    return JSONResponse(
        {"access_token": token, "expires_in": _LIFETIME_SECONDS, "token_type": "bearer"}
    )


async def _checked_body(request: Request, world: World) -> dict[str, Any]:
    _check_token(request.headers.get("authorization", ""), world)
    try:
        body = json.loads(await request.body())
    except ValueError as failure:
        raise _refused(400, "CannotParse", "The body is not JSON") from failure
    if not isinstance(body, dict):
        raise _refused(400, "CannotParse", "The body is not a JSON object")
    if request.headers.get("x-marketplace") != _MARKETPLACE:
        raise _invalid("x-marketplace", f"The marketplace must be {_MARKETPLACE}")
    if body.get("partnerTag") != world.credentials.amazon.partner_tag:
        raise _refused(400, "InvalidPartnerTag", "The partner tag is not mapped to your account")
    resources = body.get("resources", [])
    if not isinstance(resources, list):
        raise _invalid("resources", "A list of resources is needed")
    for resource in resources:
        if not _RESOURCE.fullmatch(str(resource)):
            raise _invalid("resources", f"Unknown resource {resource}")
    return body


def _check_token(authorization: str, world: World) -> None:
    """v2 clients write "Bearer TOKEN, Version 2.1"."""
    scheme, _, rest = authorization.partition(" ")
    token = rest.partition(",")[0].strip()
    if scheme.lower() != "bearer" or not token:
        raise _refused(401, "MissingCredential", "The request has no credentials")
    granted = world.store.get(TOKENS, token)
    if granted is None or granted["of"] != "amazon":
        raise _refused(401, "InvalidToken", "The token is not valid")
    if granted["expires_at"] < time.time():
        raise _refused(401, "TokenExpired", "The token has expired")
    world.quotas.spend("amazon", "", world.credentials.amazon.credential_id, throttled)


def _found(world: World, body: dict[str, Any], start: int, count: int) -> Page:
    words = " ".join(str(body[name]) for name in ("keywords", "title") if body.get(name))
    brand = str(body.get("brand", ""))
    index = body.get("searchIndex", "All")
    sort = body.get("sortBy", "Relevance")
    if sort not in _SORTS:
        raise _invalid("sortBy", f"Unknown sort {sort}")
    condition = body.get("condition", "Any")
    if condition not in ("Any", "New"):
        raise _invalid("condition", "The condition must be Any or New")
    parts = [
        between(
            "o.price",
            _integer(body, "minPrice", 0, 0, 10**9),
            _integer(body, "maxPrice", 10**9, 0, 10**9),
        ),
        between("p.rating", _integer(body, "minReviewsRating", 0, 0, 4), None),
    ]
    if brand:
        parts.append(is_true("lower(p.brand) = ?", brand.lower()))
    if index != "All":
        kinds = world.catalogue.kinds_where(lambda kind: kind.amazon_index == index)
        parts.append(one_of("p.kind", kinds))
    if condition == "New":
        parts.append(is_true("o.state = ?", State.NEW.value))
    if body.get("availability") != "IncludeOutOfStock":
        parts.append(is_true("o.stock > 0"))
    # Amazon's index has a thing's UPC and EAN among its words.
    if re.fullmatch(r"[0-9]{8,14}", words):
        parts.append(one_of("p.gtin", spellings_of(words)))
        words = ""
    return world.catalogue.search(
        "amazon", [words or brand], Match.MOST, all_of(parts), _SORTS[sort], start, count
    )


def _item(offer: Offer, body: dict[str, Any], base: str) -> dict[str, Any]:
    """Only what `resources` asks for, besides the id and the page."""
    wanted = [str(resource) for resource in body.get("resources") or ["itemInfo.title"]]
    product = offer.product
    item: dict[str, Any] = {
        "asin": offer.id,
        "detailPageURL": f"{base}/amazon/dp/{offer.id}?tag={body['partnerTag']}&linkCode=osi",
    }
    sizes = {"small": 75, "medium": 160, "large": 500, "highRes": 1000}
    for size, pixels in sizes.items():
        if f"images.primary.{size}" in wanted:
            picture = {
                "url": picture_url(offer, base),
                "height": pixels,
                "width": pixels,
            }
            item.setdefault("images", {}).setdefault("primary", {})[size] = picture
    information = {
        "title": _text(offer.title, "Title"),
        "byLineInfo": {"brand": _text(product.brand, "Brand")},
        "features": {
            "displayValues": [f"{name}: {value}" for name, value in product.attributes.items()],
            "label": "Features",
            "locale": "en_US",
        },
        "externalIds": {
            "upcs": {"displayValues": [product.gtin], "label": "UPC", "locale": "en_US"}
        },
        "productInfo": {"color": _text(product.colour, "Color")} if product.colour else {},
    }
    for name, value in information.items():
        if f"itemInfo.{name}" in wanted and value:
            item.setdefault("itemInfo", {})[name] = value
    listing = {
        "condition": {
            "value": "New" if offer.state is State.NEW else "Refurbished",
            "subCondition": "Unknown",
        },
        "availability": {
            "type": "IN_STOCK" if offer.stock else "OUT_OF_STOCK",
            "message": "In Stock" if offer.stock else "Currently unavailable",
            "minOrderQuantity": 1,
            "maxOrderQuantity": max(1, min(offer.stock, 10)),
        },
        "merchantInfo": {
            "id": f"A{crc32(offer.seller.name.encode()):012d}",
            "name": offer.seller.name,
        },
        "isBuyBoxWinner": True,
        "price": {"money": _money(offer.price)},
    }
    saved = offer.regular_price - offer.price
    if saved > 0 and offer.state is State.NEW:
        listing["price"] = {
            "money": _money(offer.price),
            "savingBasis": {"money": _money(offer.regular_price)},
            "savings": {
                "money": _money(saved),
                "percentage": round(saved * 100 / offer.regular_price),
            },
        }
    chosen = {name: v for name, v in listing.items() if f"offersV2.listings.{name}" in wanted}
    if chosen:
        item["offersV2"] = {"listings": [chosen]}
    if "customerReviews.count" in wanted:
        item.setdefault("customerReviews", {})["count"] = product.reviews
    if "customerReviews.starRating" in wanted:
        item.setdefault("customerReviews", {})["starRating"] = {"value": product.rating}
    return item


def _text(value: str, label: str) -> dict[str, str]:
    return {"displayValue": value, "label": label, "locale": "en_US"}


def _money(cents: int) -> dict[str, Any]:
    return {"amount": number(cents), "currency": "USD", "displayAmount": display(cents)}


def _integer(body: dict[str, Any], name: str, default: int, low: int, high: int) -> int:
    value = body.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise _invalid(name, f"{name} must be a whole number from {low} to {high}")
    return value


def _invalid(field: str, message: str) -> RefusalError:
    return _refused(400, "FieldValidationFailed", message, [{"name": field, "message": message}])


def _refused(
    status: int, reason: str, message: str, fields: list[dict[str, str]] | None = None
) -> RefusalError:
    kind = "ValidationException" if status == 400 else "UnauthorizedException"
    body: dict[str, Any] = {"type": kind, "message": message, "reason": reason}
    if fields:
        body["fieldList"] = fields
    return RefusalError(JSONResponse(body, status))
