"""What people bought, as the pages show it: one record for each purchase.

eBay keeps orders of its own, which its sellers can read; the other marketplaces tell nobody.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sandbox.instants import instant
from sandbox.posted import Posted
from sandbox.prices import display
from sandbox.state import Store
from sandbox.world import World

PURCHASES = "purchases"
_FIRST = 10_001


@dataclass(frozen=True)
class Order:
    """`when` is an ISO 8601 instant; `key` is the seller's own, empty for the catalogue's goods."""

    order_id: str
    when: str
    listing_id: str
    key: str
    title: str
    price: str
    url: str
    buyer: str
    seller: str = "me"
    status: str = "paid"


def record(store: Store, listing: Posted) -> None:
    """Somebody bought one piece of what was posted."""
    _record(
        store,
        marketplace=listing.marketplace,
        listing_id=listing.listing_id,
        key=listing.key,
        title=listing.title,
        price=listing.price,
        url=listing.url,
        seller="me",
    )


def buy_offer(world: World, marketplace: str, id: str, url: str) -> bool:
    """Takes one piece of the catalogue's stock. False when there is none."""
    offer = world.catalogue.offer(marketplace, id)
    if offer is None or not world.catalogue.take(marketplace, id):
        return False
    _record(
        world.store,
        marketplace=marketplace,
        listing_id=id,
        key="",
        title=offer.title,
        price=display(offer.price),
        url=url,
        seller=offer.seller.name,
    )
    return True


def bring_back(world: World) -> None:
    """Every piece that was taken from the catalogue is on sale again."""
    for bought in world.store.all(PURCHASES):
        if not bought["key"]:
            world.catalogue.take(bought["marketplace"], bought["listing_id"], -1)


def orders(store: Store, marketplace: str) -> Iterator[Order]:
    """Oldest first."""
    for bought in store.find(PURCHASES, marketplace):
        fields = {name: value for name, value in bought.items() if name != "marketplace"}
        yield Order(**fields)


def _record(store: Store, *, marketplace: str, **fields: str) -> None:
    number = store.next_number("purchase", _FIRST)
    bought = {
        "order_id": f"S-{number}",
        "when": instant(datetime.now(UTC)),
        "buyer": f"buyer{number % 97}",
        "marketplace": marketplace,
        **fields,
    }
    store.put(PURCHASES, bought["order_id"], bought, marketplace)
