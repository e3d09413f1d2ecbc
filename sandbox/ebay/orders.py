"""eBay's Fulfillment API: the orders that buyers made, which is how a seller sees a sale."""

import re
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request

from sandbox.ebay.errors import refused
from sandbox.ebay.inventory import ITEMS, LISTINGS, OFFERS
from sandbox.ebay.tokens import may_read_orders
from sandbox.instants import instant
from sandbox.notices import ORDER_CONFIRMATION
from sandbox.state import Document
from sandbox.world import TheWorld, World

router = APIRouter(prefix="/sell/fulfillment/v1", dependencies=[may_read_orders])

ORDERS = "ebay/orders"
_DATE_FIELDS = {"creationdate": "creationDate", "lastmodifieddate": "lastModifiedDate"}


@router.get("/order")
async def list_orders(request: Request, world: TheWorld) -> dict[str, Any]:
    query = request.query_params
    limit = _whole(query.get("limit", "50"), 31100, "limit")
    offset = _whole(query.get("offset", "0"), 31000, "offset")
    if not 1 <= limit <= 200:
        raise _bad(31100, "The limit must be between 1 and 200.")
    orders = world.store.all(ORDERS)
    if wanted := query.get("orderIds"):
        ids = wanted.split(",")
        if len(ids) > 50:
            raise _bad(30900, "At most 50 order ids.")
        orders = [order for order in orders if order["orderId"] in ids]
    else:
        orders = _filtered(orders, query.get("filter", ""))
    page = orders[offset : offset + limit]
    return {
        "href": str(request.url),
        "total": len(orders),
        "limit": limit,
        "offset": offset,
        "orders": page,
    }


@router.get("/order/{order_id}")
async def read_order(order_id: str, world: TheWorld) -> Document:
    order = world.store.get(ORDERS, order_id)
    if order is None:
        raise refused(404, 32100, "Invalid order ID.", domain="API_FULFILLMENT")
    return order


def buy(world: World, listing_id: str) -> bool:
    """One piece is bought and paid for. False when the listing is not active."""
    store = world.store
    listing = store.get(LISTINGS, listing_id)
    if listing is None or listing["listingStatus"] != "ACTIVE":
        return False
    offer = store.get(OFFERS, listing["offerId"])
    item = store.get(ITEMS, listing["sku"])
    if offer is None or item is None:
        return False
    in_stock = item["availability"]["shipToLocationAvailability"]
    left = max(0, min(in_stock["quantity"], offer.get("availableQuantity", 1)) - 1)
    in_stock["quantity"] = offer["availableQuantity"] = left
    listing["soldQuantity"] += 1
    if left == 0:
        listing["listingStatus"] = "ENDED"
    offer["listing"] |= {name: listing[name] for name in ("soldQuantity", "listingStatus")}
    with store.transaction():
        number = store.next_number("ebay/order", 10_001)
        order = _order(number, listing, offer, item)
        store.put(ORDERS, order["orderId"], order)
        store.put(LISTINGS, listing_id, listing, listing["sku"])
        store.put(OFFERS, offer["offerId"], offer, offer["sku"])
        store.put(ITEMS, item["sku"], item)
        world.notices.put(ORDER_CONFIRMATION, _confirmed(order))
    return True


def _confirmed(order: Document) -> Document:
    lines = [
        {"lineItemId": line["lineItemId"], "legacyItemId": line["legacyItemId"]}
        for line in order["lineItems"]
    ]
    return {"orderId": order["orderId"], "orderLineItems": lines}


def _order(number: int, listing: Document, offer: Document, item: Document) -> Document:
    order_id = f"27-{number:05d}-{60_000 + number % 10_000}"
    now = instant(datetime.now(UTC))
    price = offer["pricingSummary"]["price"]
    return {
        "orderId": order_id,
        "legacyOrderId": order_id,
        "creationDate": now,
        "lastModifiedDate": now,
        "orderFulfillmentStatus": "NOT_STARTED",
        "orderPaymentStatus": "PAID",
        "sellerId": "me",
        "buyer": {"username": f"buyer{number % 97}"},
        "cancelStatus": {"cancelState": "NONE_REQUESTED", "cancelRequests": []},
        "pricingSummary": {"priceSubtotal": price, "total": price},
        "lineItems": [
            {
                "lineItemId": f"1001{number:010d}",
                "legacyItemId": listing["listingId"],
                "sku": listing["sku"],
                "title": item.get("product", {}).get("title", ""),
                "quantity": 1,
                "lineItemCost": price,
                "soldFormat": offer["format"],
                "listingMarketplaceId": offer["marketplaceId"],
                "lineItemFulfillmentStatus": "NOT_STARTED",
            }
        ],
    }


def _filtered(orders: list[Document], text: str) -> list[Document]:
    """`creationdate` wins over `lastmodifieddate` when both are given."""
    parts = dict(re.findall(r"(\w+):(\[[^\]]*\]|\{[^}]*\})", text))
    if text and not parts:
        raise _bad(30700, "Invalid filter name.")
    for name, value in parts.items():
        if name == "orderfulfillmentstatus":
            wanted = value.strip("{}").split("|")
            orders = [order for order in orders if order["orderFulfillmentStatus"] in wanted]
        elif name not in _DATE_FIELDS:
            raise _bad(30700, f"Invalid filter name {name!r}.")
        elif name == "creationdate" or "creationdate" not in parts:
            start, end = _dates(value)
            field = _DATE_FIELDS[name]
            orders = [order for order in orders if start <= _date(order[field]) <= end]
    return orders


def _dates(value: str) -> tuple[datetime, datetime]:
    start, dots, end = value.strip("[]").partition("..")
    if not dots:
        raise _bad(30810, "Invalid date range.")
    return _date(start), _date(end) if end else datetime.max.replace(tzinfo=UTC)


def _date(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError as failure:
        raise _bad(30810, f"Invalid date {text!r}.") from failure


def _whole(text: str, error_id: int, name: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text):
        raise _bad(error_id, f"Invalid {name}.")
    return int(text)


def _bad(error_id: int, message: str) -> Exception:
    return refused(400, error_id, message, domain="API_FULFILLMENT")
