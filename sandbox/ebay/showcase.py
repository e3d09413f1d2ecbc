"""eBay's listings as people see them."""

from collections.abc import Iterator

from sandbox.ebay.conditions import ID_OF_ENUM, NAMES
from sandbox.ebay.inventory import ITEMS, LISTINGS, OFFERS
from sandbox.posted import Posted
from sandbox.state import Document, Store


def posted(store: Store) -> Iterator[Posted]:
    """Every listing that was ever published, oldest first."""
    for listing in store.all(LISTINGS):
        offer = store.get(OFFERS, listing["offerId"])
        shown = listing.get("shown")
        item = shown["item"] if shown else store.get(ITEMS, listing["sku"])
        price = shown["price"] if shown else _price(offer)
        if item is None:
            continue
        product = item.get("product", {})
        yield Posted(
            marketplace="ebay",
            key=listing["sku"],
            listing_id=listing["listingId"],
            title=product.get("title", ""),
            price=f"{price.get('value', '')} {price.get('currency', '')}".strip(),
            status=_status(listing),
            url=f"/ebay/itm/{listing['listingId']}",
            image=next(iter(product.get("imageUrls", [])), ""),
            description=(offer or {}).get("listingDescription") or product.get("description", ""),
            condition=NAMES[ID_OF_ENUM[item["condition"]]],
        )


def _price(offer: Document | None) -> Document:
    price: Document = (offer or {}).get("pricingSummary", {}).get("price", {})
    return price


def _status(listing: Document) -> str:
    if listing["listingStatus"] == "ACTIVE":
        return "live"
    return "sold" if listing["soldQuantity"] else "withdrawn"
