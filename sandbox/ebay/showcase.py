"""eBay's listings and orders as people see them."""

from collections.abc import Iterator

from sandbox import purchases
from sandbox.ebay.conditions import ID_OF_ENUM, NAMES
from sandbox.ebay.inventory import ITEMS, LISTINGS, OFFERS
from sandbox.ebay.orders import ORDERS
from sandbox.posted import Posted
from sandbox.purchases import Order
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


def orders(store: Store) -> Iterator[Order]:
    """Those of the seller, and what was bought of others, in this order."""
    for order in store.all(ORDERS):
        (line,) = order["lineItems"]
        cancelled = order["cancelStatus"]["cancelState"] == "CANCELED"
        yield Order(
            order_id=order["orderId"],
            when=order["creationDate"],
            listing_id=line["legacyItemId"],
            key=line["sku"],
            title=line["title"],
            price=f"{line['lineItemCost']['value']} {line['lineItemCost']['currency']}",
            url=f"/ebay/itm/{line['legacyItemId']}",
            buyer=order["buyer"]["username"],
            status="cancelled" if cancelled else order["orderPaymentStatus"].lower(),
        )
    yield from purchases.orders(store, "ebay")


def _price(offer: Document | None) -> Document:
    price: Document = (offer or {}).get("pricingSummary", {}).get("price", {})
    return price


def _status(listing: Document) -> str:
    if listing["listingStatus"] == "ACTIVE":
        return "live"
    return "sold" if listing["soldQuantity"] else "withdrawn"
