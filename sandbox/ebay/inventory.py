"""eBay's Sell Inventory API: items, offers, and the listings that publishing them makes."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from sandbox.ebay.account import POLICY_IDS
from sandbox.ebay.bodies import json_body, part_of
from sandbox.ebay.conditions import ID_OF_ENUM
from sandbox.ebay.errors import error, refused
from sandbox.ebay.tokens import may_read_listings, may_sell
from sandbox.prices import to_cents
from sandbox.state import Document, Store
from sandbox.world import TheWorld

router = APIRouter(prefix="/sell/inventory/v1")

LOCATIONS, ITEMS, OFFERS, LISTINGS = (
    "ebay/locations",
    "ebay/items",
    "ebay/offers",
    "ebay/listings",
)
_FIRST_LISTING = 225_001_112_000
_FIRST_OFFER = 8_209_815_000
_MAX_TITLE, _MAX_IMAGES, _MAX_SKU = 80, 24, 50
_MARKETPLACES = {"EBAY_US", "EBAY_GB", "EBAY_DE", "EBAY_CA", "EBAY_AU"}


@router.post("/location/{key}", status_code=204, dependencies=[may_sell])
async def create_location(key: str, request: Request, world: TheWorld) -> None:
    body = await json_body(request)
    if len(key) > 36:
        raise refused(400, 25800, "The merchantLocationKey is longer than 36 characters.")
    address = part_of(body, "location", "address")
    if not address.get("country") or not (address.get("postalCode") or address.get("city")):
        raise refused(400, 25802, "The location needs a country, and a postal code or a city.")
    if world.store.get(LOCATIONS, key):
        raise refused(409, 25803, "A location with this merchantLocationKey already exists.")
    world.store.put(LOCATIONS, key, {**body, "merchantLocationKey": key})


@router.get("/location/{key}", dependencies=[may_read_listings])
async def read_location(key: str, world: TheWorld) -> Document:
    return _found(world.store.get(LOCATIONS, key), 25804, "The location was not found.")


@router.get("/location", dependencies=[may_read_listings])
async def list_locations(world: TheWorld) -> Document:
    locations = world.store.all(LOCATIONS)
    return {"total": len(locations), "locations": locations}


@router.put("/inventory_item/{sku}", dependencies=[may_sell])
async def put_item(sku: str, request: Request, world: TheWorld) -> Response:
    _check_language(request)
    body = await json_body(request)
    if not 1 <= len(sku) <= _MAX_SKU:
        raise refused(400, 25707, "The SKU is not valid: 1 to 50 characters.")
    condition = body.get("condition")
    if condition is not None and condition not in ID_OF_ENUM:
        raise refused(
            400,
            2004,
            f"Could not serialize field [condition]: {condition}",
            domain="ACCESS",
        )
    images = part_of(body, "product").get("imageUrls", [])
    aspects = part_of(body, "product", "aspects").values()
    if not all(isinstance(values, list) for values in aspects):
        raise refused(400, 2004, "Could not serialize field [product.aspects]", domain="ACCESS")
    _check_quantity(part_of(body, "availability", "shipToLocationAvailability").get("quantity"))
    if (
        not isinstance(images, list)
        or len(images) > _MAX_IMAGES
        or not all(isinstance(url, str) for url in images)
    ):
        raise refused(400, 25501, "Too many or invalid image URLs.")
    existed = world.store.get(ITEMS, sku) is not None
    world.store.put(ITEMS, sku, {**body, "sku": sku})
    return Response(status_code=204 if existed else 201)


@router.get("/inventory_item/{sku}", dependencies=[may_read_listings])
async def read_item(sku: str, world: TheWorld) -> Document:
    return _found(world.store.get(ITEMS, sku), 25710, "We didn't find the resource you asked for.")


@router.get("/inventory_item", dependencies=[may_read_listings])
async def list_items(request: Request, world: TheWorld) -> Document:
    items = world.store.all(ITEMS)
    page, limit = _page(request, items)
    return {
        "href": str(request.url),
        "total": len(items),
        "size": len(page),
        "limit": limit,
        "inventoryItems": page,
    }


@router.delete("/inventory_item/{sku}", status_code=204, dependencies=[may_sell])
async def delete_item(sku: str, world: TheWorld) -> None:
    with world.store.transaction():
        for offer in world.store.find(OFFERS, sku):
            _end_listing(world.store, offer)
            world.store.delete(OFFERS, offer["offerId"])
        if not world.store.delete(ITEMS, sku):
            raise refused(404, 25710, "We didn't find the resource you asked for.")


@router.post("/offer", status_code=201, dependencies=[may_sell])
async def create_offer(request: Request, world: TheWorld) -> dict[str, str]:
    _check_language(request)
    body = await json_body(request)
    sku = str(body.get("sku", ""))
    if body.get("marketplaceId") not in _MARKETPLACES:
        raise _invalid("marketplaceId")
    if body.get("format") not in ("FIXED_PRICE", "AUCTION"):
        raise _invalid("format")
    if world.store.get(ITEMS, sku) is None:
        raise refused(404, 25702, f"SKU {sku} is not available in the system.")
    for offer in world.store.find(OFFERS, sku):
        if all(offer[name] == body[name] for name in ("marketplaceId", "format")):
            raise refused(
                400,
                25002,
                "A user error has occurred. Offer entity already exists.",
                parameters={"offerId": offer["offerId"]},
            )
    _check_offer(body)
    offer_id = str(world.store.next_number("ebay/offer", _FIRST_OFFER))
    world.store.put(OFFERS, offer_id, {**body, "offerId": offer_id, "status": "UNPUBLISHED"}, sku)
    return {"offerId": offer_id}


@router.get("/offer", dependencies=[may_read_listings])
async def list_offers(request: Request, world: TheWorld) -> Document:
    query = request.query_params
    if not query.get("sku"):
        raise _invalid("sku")
    offers = [
        offer
        for offer in world.store.find(OFFERS, query["sku"])
        if query.get("marketplace_id") in (None, "", offer["marketplaceId"])
        and query.get("format") in (None, "", offer["format"])
    ]
    if not offers:
        raise refused(404, 25713, "This Offer is not available.")
    page, limit = _page(request, offers)
    return {
        "href": str(request.url),
        "total": len(offers),
        "size": len(page),
        "limit": limit,
        "offers": page,
    }


@router.get("/offer/{offer_id}", dependencies=[may_read_listings])
async def read_offer(offer_id: str, world: TheWorld) -> Document:
    return _offer(world.store, offer_id)


@router.put("/offer/{offer_id}", dependencies=[may_sell])
async def revise_offer(offer_id: str, request: Request, world: TheWorld) -> dict[str, str]:
    """Replaces the whole offer; a published one changes its live listing at once."""
    _check_language(request)
    body = await json_body(request)
    offer = _offer(world.store, offer_id)
    _check_offer(body)
    kept = ("sku", "marketplaceId", "format", "offerId", "status", "listing")
    revised = {**body, **{name: offer[name] for name in kept if name in offer}}
    if offer["status"] == "PUBLISHED":
        _check_publishable(world.store, revised)
    world.store.put(OFFERS, offer_id, revised, offer["sku"])
    return {"offerId": offer_id}


@router.delete("/offer/{offer_id}", status_code=204, dependencies=[may_sell])
async def delete_offer(offer_id: str, world: TheWorld) -> None:
    offer = _offer(world.store, offer_id)
    with world.store.transaction():
        _end_listing(world.store, offer)
        world.store.delete(OFFERS, offer_id)


@router.post("/offer/{offer_id}/publish", dependencies=[may_sell])
async def publish_offer(offer_id: str, world: TheWorld) -> dict[str, Any]:
    offer = _offer(world.store, offer_id)
    if offer["status"] == "PUBLISHED":
        return {"listingId": offer["listing"]["listingId"], "warnings": []}
    _check_publishable(world.store, offer)
    listing_id = str(world.store.next_number("ebay/listing", _FIRST_LISTING))
    listing = {"listingId": listing_id, "listingStatus": "ACTIVE", "soldQuantity": 0}
    with world.store.transaction():
        world.store.put(
            OFFERS, offer_id, {**offer, "status": "PUBLISHED", "listing": listing}, offer["sku"]
        )
        world.store.put(
            LISTINGS,
            listing_id,
            {**listing, "sku": offer["sku"], "offerId": offer_id, "started": _now()},
            offer["sku"],
        )
    return {"listingId": listing_id, "warnings": []}


@router.post("/offer/{offer_id}/withdraw", dependencies=[may_sell])
async def withdraw_offer(offer_id: str, world: TheWorld) -> dict[str, str]:
    """Ends the listing; publishing again makes a new one, with a new id."""
    offer = _offer(world.store, offer_id)
    if offer["status"] != "PUBLISHED":
        raise refused(400, 25713, "This Offer is not available: it is not published.")
    with world.store.transaction():
        _end_listing(world.store, offer)
        unpublished = {name: value for name, value in offer.items() if name != "listing"}
        unpublished["status"] = "UNPUBLISHED"
        world.store.put(OFFERS, offer_id, unpublished, offer["sku"])
    return {"listingId": offer["listing"]["listingId"]}


@router.post("/bulk_update_price_quantity", dependencies=[may_sell])
async def update_prices_and_quantities(request: Request, world: TheWorld) -> Response:
    body = await json_body(request)
    requests = body.get("requests")
    if not isinstance(requests, list) or not 1 <= len(requests) <= 25:
        raise _invalid("requests")
    if not all(isinstance(entry, dict) for entry in requests):
        raise _invalid("requests")
    with world.store.transaction():
        responses = [answer for entry in requests for answer in _update(world.store, entry)]
    ok = all(answer["statusCode"] == 200 for answer in responses)
    return JSONResponse({"responses": responses}, 200 if ok else 207)


def _update(store: Store, entry: Document) -> list[Document]:
    """One answer for the SKU's quantity and one for each of its offers."""
    answers = []
    quantity = part_of(entry, "shipToLocationAvailability").get("quantity")
    _check_quantity(quantity)
    sku = str(entry.get("sku", ""))
    if quantity is not None:
        item = store.get(ITEMS, sku)
        if item is None:
            failure = error(25702, f"SKU {sku} is not available in the system.")
            answers.append({"sku": sku, "statusCode": 404, "errors": [failure], "warnings": []})
        else:
            item.setdefault("availability", {})["shipToLocationAvailability"] = {
                "quantity": quantity
            }
            store.put(ITEMS, sku, item)
            answers.append({"sku": sku, "statusCode": 200, "errors": [], "warnings": []})
    for change in entry.get("offers", []):
        offer_id = str(change.get("offerId", ""))
        answer = {"sku": sku, "offerId": offer_id, "statusCode": 200, "errors": [], "warnings": []}
        offer = store.get(OFFERS, offer_id)
        price = change.get("price")
        if offer is None:
            answer |= {"statusCode": 404, "errors": [error(25713, "This Offer is not available.")]}
        elif price is not None and to_cents(price.get("value")) is None:
            answer |= {"statusCode": 400, "errors": [error(25003, "The price is not valid.")]}
        else:
            if price is not None:
                offer.setdefault("pricingSummary", {})["price"] = price
            if "availableQuantity" in change:
                offer["availableQuantity"] = change["availableQuantity"]
            store.put(OFFERS, offer_id, offer, offer["sku"])
        answers.append(answer)
    return answers


def _check_offer(body: Document) -> None:
    """What is wrong at any time; what is only missing is found at publish."""
    part_of(body, "listingPolicies")
    price = part_of(body, "pricingSummary", "price")
    if price:
        value = price.get("value")
        if not isinstance(value, str) or not to_cents(value):
            raise refused(400, 25003, "The price is not valid: a decimal string above 0.")
        if price.get("currency") != "USD":
            raise refused(400, 25003, "The currency does not belong to the marketplace.")
    _check_quantity(body.get("availableQuantity"))


def _check_quantity(quantity: object) -> None:
    if quantity is not None and (not isinstance(quantity, int) or quantity < 0):
        raise refused(400, 25004, "The quantity is not valid.")


def _check_publishable(store: Store, offer: Document) -> None:
    item = store.get(ITEMS, offer["sku"]) or {}
    product = item.get("product", {})
    policies = offer.get("listingPolicies", {})
    title = product.get("title", "")
    in_stock = item.get("availability", {}).get("shipToLocationAvailability", {}).get("quantity", 0)
    description = offer.get("listingDescription") or product.get("description")
    rules: list[tuple[Callable[[], bool], int, str]] = [
        (lambda: bool(title), 25017, "The item's title is missing."),
        (lambda: len(title) <= _MAX_TITLE, 25016, "The title is longer than 80 characters."),
        (lambda: bool(description), 25017, "The listing's description is missing."),
        (lambda: bool(product.get("imageUrls")), 25014, "Add at least 1 photo."),
        (lambda: item.get("condition") in ID_OF_ENUM, 25021, "The item's condition is missing."),
        (lambda: bool(offer.get("categoryId")), 25005, "The category is missing."),
        (lambda: "price" in offer.get("pricingSummary", {}), 25003, "The price is missing."),
        (
            lambda: offer.get("availableQuantity", in_stock) >= 1 and in_stock >= 1,
            25004,
            "The quantity must be 1 or more.",
        ),
        (
            lambda: policies.get("fulfillmentPolicyId") == POLICY_IDS["fulfillment"],
            25007,
            "The fulfillment policy is missing or not yours.",
        ),
        (
            lambda: policies.get("paymentPolicyId") == POLICY_IDS["payment"],
            25008,
            "The payment policy is missing or not yours.",
        ),
        (
            lambda: policies.get("returnPolicyId") == POLICY_IDS["return"],
            25009,
            "The return policy is missing or not yours.",
        ),
        (
            lambda: store.get(LOCATIONS, str(offer.get("merchantLocationKey"))) is not None,
            25012,
            "The inventory location is missing or unknown.",
        ),
    ]
    for holds, error_id, message in rules:
        if not holds():
            raise refused(400, error_id, message)


def _end_listing(store: Store, offer: Document) -> None:
    listing_id = offer.get("listing", {}).get("listingId", "")
    listing = store.get(LISTINGS, listing_id)
    if listing is not None:
        ended = {**listing, "listingStatus": "ENDED", "shown": _shown(store, offer)}
        store.put(LISTINGS, listing_id, ended, listing["sku"])


def _shown(store: Store, offer: Document) -> Document:
    """What the ended listing's page still shows, whatever becomes of its item."""
    item = store.get(ITEMS, offer["sku"]) or {}
    return {"item": item, "price": offer.get("pricingSummary", {}).get("price", {})}


def _offer(store: Store, offer_id: str) -> Document:
    return _found(store.get(OFFERS, offer_id), 25713, "This Offer is not available.")


def _found(document: Document | None, error_id: int, message: str) -> Document:
    if document is None:
        raise refused(404, error_id, message)
    return document


def _check_language(request: Request) -> None:
    if not re.fullmatch(r"[a-z]{2}-[A-Z]{2}", request.headers.get("content-language", "")):
        raise refused(400, 25709, "Invalid value for header Content-Language.")


def _invalid(name: str) -> Exception:
    return refused(400, 25709, f"Invalid value for {name}.", parameters={"fieldName": name})


def _page(request: Request, documents: list[Document]) -> tuple[list[Document], int]:
    """`offset` counts pages here, not records."""
    try:
        limit = int(request.query_params.get("limit") or 100)
        page = int(request.query_params.get("offset") or 0)
    except ValueError as failure:
        raise refused(400, 25706, "Invalid pagination.") from failure
    return documents[page * limit : (page + 1) * limit], limit


def _now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}.000Z"
