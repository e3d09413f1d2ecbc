"""The seller's own live listings: the Browse API finds them beside everybody else's."""

from datetime import datetime

from sandbox.catalogue.catalogue import Catalogue
from sandbox.catalogue.goods import Kind, Offer, Product, Seller, State
from sandbox.ebay.conditions import ID_OF_ENUM
from sandbox.ebay.inventory import ITEMS, LISTINGS, OFFERS
from sandbox.prices import to_cents
from sandbox.state import Document, Store

SELLER = Seller("me", "100.0", 12)
# Search results know fewer conditions than sellers: the first id of a group names its state.
_STATES = {
    "1000": State.NEW,
    "1500": State.OPEN_BOX,
    "2000": State.REFURBISHED,
    "2750": State.LIKE_NEW,
    "3000": State.GOOD,
    "6000": State.FAIR,
    "7000": State.FOR_PARTS,
}


def follow_listings(store: Store, catalogue: Catalogue) -> None:
    """Keeps the catalogue's copies of the listings up to date, from now on."""

    def refresh(listing: Document) -> None:
        _refresh(store, catalogue, listing["listingId"])

    def refresh_all_of(document: Document) -> None:
        for listing in store.find(LISTINGS, document["sku"]):
            refresh(listing)

    show_listings(store, catalogue)
    store.watch(LISTINGS, refresh)
    store.watch(ITEMS, refresh_all_of)
    store.watch(OFFERS, refresh_all_of)


def show_listings(store: Store, catalogue: Catalogue) -> None:
    """All of them, in a catalogue that may have none or outdated ones."""
    for listing in store.all(LISTINGS):
        _refresh(store, catalogue, listing["listingId"])


def _refresh(store: Store, catalogue: Catalogue, listing_id: str) -> None:
    listing = store.get(LISTINGS, listing_id)
    if listing and listing["listingStatus"] == "ACTIVE":
        item, offer = store.get(ITEMS, listing["sku"]), store.get(OFFERS, listing["offerId"])
        if item and offer:
            shown = _offer(listing, item, offer, catalogue)
            catalogue.add([(shown.product, [shown])])
            return
    catalogue.remove_offer("ebay", listing_id)


def _offer(listing: Document, item: Document, offer: Document, catalogue: Catalogue) -> Offer:
    product = item["product"]
    price = to_cents(offer["pricingSummary"]["price"]["value"]) or 0
    return Offer(
        id=listing["listingId"],
        marketplace="ebay",
        product=_product(
            int(listing["listingId"]), product, _kind(str(offer["categoryId"]), catalogue), price
        ),
        title=product["title"],
        state=_state(ID_OF_ENUM[item["condition"]]),
        price=price,
        regular_price=price,
        shipping=0,
        stock=item["availability"]["shipToLocationAvailability"]["quantity"],
        seller=SELLER,
        listed=datetime.fromisoformat(listing["started"].replace("Z", "+00:00")),
        image=product["imageUrls"][0],
    )


def _product(number: int, product: Document, kind: Kind, price: int) -> Product:
    aspects = {name: ", ".join(values) for name, values in product.get("aspects", {}).items()}
    return Product(
        number=number,
        kind=kind,
        brand=product.get("brand") or aspects.get("Brand", ""),
        model=product["title"],
        colour=aspects.get("Color", ""),
        options=(),
        attributes=aspects,
        price=price,
        year=0,
        gtin=next(iter(product.get("upc", [])), ""),
        mpn=product.get("mpn", ""),
        rating=0.0,
        reviews=0,
    )


def _kind(category_id: str, catalogue: Catalogue) -> Kind:
    for kind in catalogue.kinds.values():
        if kind.ebay[0] == category_id:
            return kind
    return Kind(
        name=f"ebay/{category_id}",
        noun="",
        in_title="",
        also=(),
        department="",
        drawing="disc",
        ebay=(category_id, ""),
        walmart=("", ""),
        bestbuy=None,
        amazon_index="",
        worn=False,
    )


def _state(condition_id: str) -> State:
    return _STATES[max(first for first in _STATES if first <= condition_id)]
