"""What eBay is told about a thing: the inventory item that it is, the offer that sells it."""

import hashlib
from decimal import Decimal
from html import escape
from typing import Any

from adapters.marketplaces.ebay.conditions import SELLING_ENUM
from adapters.marketplaces.kinds import kind_of
from talknshop.gtin import as_printed, gtin14
from talknshop.jobs import ListingRequest
from talknshop.listing import ListingSpec
from talknshop.model import Condition

_LONGEST_SKU = 50
_NUMBER_FIELDS = {8: "ean", 12: "upc", 13: "ean"}  # by digits
_CONDITION_WORDS = {
    Condition.OPEN_BOX: "Open box.",
    Condition.LIKE_NEW: "Like new.",
    Condition.GOOD: "Good used condition.",
    Condition.FAIR: "Fair condition, with visible wear.",
}


def sku_of(request: ListingRequest) -> str:
    if len(request.key) <= _LONGEST_SKU:
        return request.key
    return hashlib.blake2s(request.key.encode(), digest_size=20).hexdigest()


def item_body(listing: ListingSpec, pictures: list[str], quantity: int) -> dict[str, Any]:
    condition = listing.condition or Condition.GOOD
    item: dict[str, Any] = {
        "availability": {"shipToLocationAvailability": {"quantity": quantity}},
        "condition": SELLING_ENUM[condition],
        "product": {
            "title": listing.title.strip(),
            "description": _description(listing),
            "aspects": {name: [value] for name, value in aspects_of(listing).items()},
            "imageUrls": pictures,
            **_numbers(listing),
        },
    }
    notes = f"{_CONDITION_WORDS.get(condition, '')} {listing.condition_notes}".strip()
    # eBay ignores the notes of a new thing, and warns about them.
    if notes and condition is not Condition.NEW:
        item["conditionDescription"] = notes[:1000]
    return item


def aspects_of(listing: ListingSpec) -> dict[str, str]:
    """eBay calls them item specifics. A number that has a field of its own is none."""
    has_number = bool(_numbers(listing))
    told = {**listing.attributes, "Brand": listing.brand or listing.attributes.get("Brand", "")}
    return {
        name: value for name, value in told.items() if value and not (name == "GTIN" and has_number)
    }


def _numbers(listing: ListingSpec) -> dict[str, list[str]]:
    """The number under the barcode, by which eBay's catalogue knows the thing."""
    gtin = gtin14(listing.attributes.get("GTIN", ""))
    number = as_printed(gtin) if gtin else ""
    # Cartons' numbers, with 14 digits, have no field.
    field = _NUMBER_FIELDS.get(len(number))
    return {field: [number]} if field else {}


def offer_body(
    listing: ListingSpec, location: str, policies: dict[str, str], quantity: int
) -> dict[str, Any]:
    return {
        "availableQuantity": quantity,
        "categoryId": kind_of(listing).ebay,
        "listingDescription": _description(listing),
        "listingDuration": "GTC",
        "merchantLocationKey": location,
        "pricingSummary": {"price": price_of(listing)},
        "listingPolicies": policies,
    }


def price_of(listing: ListingSpec) -> dict[str, str]:
    return {"value": f"{listing.price or Decimal(0):.2f}", "currency": listing.currency}


def _description(listing: ListingSpec) -> str:
    """eBay reads HTML."""
    return escape(listing.description or listing.title, quote=False).replace("\n", "<br>")
