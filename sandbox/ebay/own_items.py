"""The seller's own live listings, as offers that the Browse API finds beside the catalogue's."""

from collections.abc import Iterator
from datetime import datetime

from sandbox.catalogue.goods import Kind, Offer, Product, Seller, State
from sandbox.catalogue.search import search_words, tokens
from sandbox.ebay.conditions import ID_OF_ENUM
from sandbox.ebay.inventory import ITEMS, LISTINGS, OFFERS
from sandbox.prices import to_cents
from sandbox.state import Document, Store

_SELLER = Seller("me", "100.0", 12)
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


def own_offers(store: Store, words: str = "") -> Iterator[Offer]:
    """Newest first; with words, those whose title or aspects hold every one of them."""
    wanted = search_words(words)
    for listing in reversed(store.all(LISTINGS)):
        item, offer = store.get(ITEMS, listing["sku"]), store.get(OFFERS, listing["offerId"])
        if listing["listingStatus"] != "ACTIVE" or item is None or offer is None:
            continue
        found = _offer(listing, item, offer)
        text = f"{found.title} {found.product.brand} {' '.join(found.product.attributes.values())}"
        if set(wanted) <= set(tokens(text)):
            yield found


def own_offer(store: Store, listing_id: str) -> Offer | None:
    return next((offer for offer in own_offers(store) if offer.id == listing_id), None)


def _offer(listing: Document, item: Document, offer: Document) -> Offer:
    product = item["product"]
    price = to_cents(offer["pricingSummary"]["price"]["value"]) or 0
    return Offer(
        id=listing["listingId"],
        marketplace="ebay",
        product=_product(product, str(offer["categoryId"]), price),
        title=product["title"],
        state=_state(ID_OF_ENUM[item["condition"]]),
        price=price,
        regular_price=price,
        shipping=0,
        stock=item["availability"]["shipToLocationAvailability"]["quantity"],
        seller=_SELLER,
        listed=datetime.fromisoformat(listing["started"].replace("Z", "+00:00")),
        image=product["imageUrls"][0],
    )


def _product(product: Document, category_id: str, price: int) -> Product:
    aspects = {name: ", ".join(values) for name, values in product.get("aspects", {}).items()}
    kind = Kind(
        name="own",
        noun="Item",
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
    return Product(
        number=0,
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


def _state(condition_id: str) -> State:
    return _STATES[max(first for first in _STATES if first <= condition_id)]
