"""Walmart's Affiliate API v2: every request is signed; searching and reading items."""

import base64
import binascii
import re
import time
from functools import cache
from typing import Any
from urllib.parse import quote

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from fastapi import APIRouter, Depends, Request
from starlette.datastructures import QueryParams
from starlette.responses import JSONResponse, Response

from sandbox.catalogue.catalogue import Match
from sandbox.catalogue.goods import Offer
from sandbox.catalogue.where import Where, all_of, between, one_of
from sandbox.pictures import picture_url
from sandbox.prices import number, to_cents
from sandbox.refusal import RefusalError, Refusals
from sandbox.world import TheWorld, World, base_url

_FRESH_MILLISECONDS = 180_000
_REACHABLE = 1000
_SORTS = {
    "relevance": "",
    "price": "o.price",
    "title": "o.title",
    "bestseller": "p.reviews DESC",
    "customerRating": "p.rating DESC",
    "new": "o.listed DESC",
}
_TWO_WAYS = ("price", "title")


async def check_signature(request: Request, world: TheWorld) -> None:
    """Signed are the values of three headers in the order of their names, a newline after each."""
    keys = world.credentials.walmart
    headers = request.headers
    consumer = headers.get("WM_CONSUMER.ID", "")
    timestamp = headers.get("WM_CONSUMER.INTIMESTAMP", "")
    version = headers.get("WM_SEC.KEY_VERSION", "")
    if consumer != keys.consumer_id or version != keys.key_version:
        raise _unauthenticated("consumer id or key version unknown")
    now = time.time() * 1000
    if not timestamp.isdecimal() or abs(now - int(timestamp)) > _FRESH_MILLISECONDS:
        raise _unauthenticated("timestamp not fresh")
    try:
        _public_key(keys.private_key).verify(
            base64.b64decode(headers.get("WM_SEC.AUTH_SIGNATURE", ""), validate=True),
            f"{consumer}\n{timestamp}\n{version}\n".encode(),
            PKCS1v15(),
            SHA256(),
        )
    except (InvalidSignature, binascii.Error) as failure:
        raise _unauthenticated("signature wrong") from failure
    world.quotas.spend("walmart", "", consumer, throttled)


router = APIRouter(
    prefix="/api-proxy/service/affil/product/v2", dependencies=[Depends(check_signature)]
)


@router.get("/search")
async def search_items(request: Request, world: TheWorld) -> dict[str, Any]:
    query = request.query_params
    if not query.get("query"):
        raise _bad(4001, "Query is required")
    start = _whole(query, "start", 1, 1, _REACHABLE)
    count = _whole(query, "numItems", 10, 1, 25)
    sort = query.get("sort", "relevance")
    if sort not in _SORTS:
        raise _bad(4005, "Invalid sort")
    order = _SORTS[sort]
    if sort in _TWO_WAYS and query.get("order") == "descending":
        order += " DESC"
    found = world.catalogue.search(
        "walmart",
        [query["query"]],
        Match.MOST,
        _wanted(query, world),
        order,
        start - 1,
        min(count, _REACHABLE - start + 1),
    )
    group = query.get("responseGroup", "base")
    return {
        "query": query["query"],
        "sort": sort,
        "responseGroup": group,
        "totalResults": found.total,
        "start": start,
        "numItems": len(found.offers),
        "items": [_item(offer, query, base_url(request)) for offer in found.offers],
        "facets": [],
    }


@router.get("/items")
async def read_items(request: Request, world: TheWorld) -> dict[str, Any]:
    query = request.query_params
    gtin = query.get("upc") or query.get("gtin")
    if gtin:
        offers = world.catalogue.by_gtin("walmart", gtin)
    else:
        ids = query.get("ids", "").split(",")
        if not 1 <= len(ids) <= 20 or ids == [""]:
            raise _bad(4003, "1 to 20 item ids are needed")
        found = [world.catalogue.offer("walmart", id) for id in ids]
        offers = [offer for offer in found if offer is not None]
    if not offers:
        raise _bad(4002, "Invalid itemId")
    return {"items": [_item(offer, query, base_url(request)) for offer in offers]}


def outage(status: int) -> Response:
    return JSONResponse({"errors": [{"code": 5000, "message": "System error"}]}, status)


def throttled(retry_after: int | None) -> Response:
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    errors = [{"code": 4290, "message": "Account over queries per second limit"}]
    return JSONResponse({"errors": errors}, 429, headers)


def expired() -> Response:
    return _unauthenticated("timestamp not fresh").response


refusals = Refusals(outage, throttled, expired)


def _wanted(query: QueryParams, world: World) -> Where:
    """The facets: "brand:Lenovo" in facet.filter, "price:[100 TO 300]" in facet.range."""
    facets = query.getlist("facet.filter") if query.get("facet") == "on" else []
    ranges = query.getlist("facet.range") if query.get("facet") == "on" else []
    parts = []
    if brands := [f.split(":", 1)[1].lower() for f in facets if f.startswith("brand:")]:
        parts.append(one_of("lower(p.brand)", brands))
    for text in ranges:
        bounds = re.fullmatch(r"price:\[([\d.]+|\*) TO ([\d.]+|\*)\]", text)
        if bounds is None:
            raise _bad(4006, "Invalid facet.range")
        parts.append(between("o.price", to_cents(bounds[1]), to_cents(bounds[2])))
    if node := query.get("categoryId"):
        kinds = world.catalogue.kinds_where(lambda kind: node in kind.walmart[0].split("_"))
        parts.append(one_of("p.kind", kinds))
    return all_of(parts)


def _item(offer: Offer, query: QueryParams, base: str) -> dict[str, Any]:
    product = offer.product
    node, path = product.kind.walmart
    image = picture_url(offer, base)
    page = f"{base}/walmart/ip/{offer.id}"
    publisher = query.get("publisherId") or "|PUBID|"
    third_party = offer.seller.name != "Walmart.com"
    return {
        "itemId": int(offer.id),
        "parentItemId": int(offer.id),
        "name": offer.title,
        "msrp": number(offer.regular_price),
        "salePrice": number(offer.price),
        "upc": product.gtin,
        "categoryPath": path,
        "categoryNode": node,
        "shortDescription": product.description,
        "longDescription": product.description,
        "brandName": product.brand,
        "thumbnailImage": f"{image}?odnHeight=100",
        "mediumImage": f"{image}?odnHeight=180",
        "largeImage": f"{image}?odnHeight=450",
        "productTrackingUrl": f"{base}/walmart/c/{publisher}/568844/9383"
        f"?veh=aff&u={quote(page, safe='')}",
        "standardShipRate": number(offer.shipping),
        "marketplace": third_party,
        "sellerInfo": offer.seller.name,
        "color": product.colour,
        "modelNumber": product.mpn,
        "stock": _stock(offer.stock),
        "customerRating": f"{product.rating:.1f}",
        "numReviews": product.reviews,
        "offerType": "ONLINE_AND_STORE" if not third_party else "ONLINE_ONLY",
        "availableOnline": offer.stock > 0,
        "isTwoDayShippingEligible": not third_party,
    }


def _stock(count: int) -> str:
    if count == 0:
        return "Not available"
    return "Last few items" if count <= 3 else "Limited Supply" if count <= 8 else "Available"


@cache
def _public_key(pem: str) -> RSAPublicKey:
    key = load_pem_private_key(pem.encode(), None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("credentials.json: walmart.private_key must be an RSA key")
    return key.public_key()


def _whole(query: QueryParams, name: str, default: int, low: int, high: int) -> int:
    text = query.get(name) or str(default)
    if not text.isdecimal() or not low <= int(text) <= high:
        raise _bad(4004, f"Invalid {name}: {low} to {high}")
    return int(text)


def _bad(code: int, message: str) -> RefusalError:
    return RefusalError(JSONResponse({"errors": [{"code": code, "message": message}]}, 400))


def _unauthenticated(why: str) -> RefusalError:
    description = f"Could not authenticate in-request, auth signature : {why} , response : 401"
    return RefusalError(JSONResponse({"details": {"Description": description}}, 401))
