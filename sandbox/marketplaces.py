"""The marketplaces that the sandbox plays, by name: its own, and those of installed packages."""

from importlib.metadata import entry_points

from sandbox import amazon, bestbuy, craigslist, ebay, facebook, poshmark, purchases, walmart
from sandbox.marketplace import Marketplace, nothing_posted
from sandbox.purchases import Order, buy_offer
from sandbox.state import Store
from sandbox.world import World

MARKETPLACES: dict[str, Marketplace] = {
    "ebay": Marketplace(
        "eBay", ebay.router, ebay.refusals, ebay.posted, ebay.buy, offer_path="/ebay/itm/{}"
    ),
    "amazon": Marketplace("Amazon", amazon.router, amazon.refusals, offer_path="/amazon/dp/{}"),
    "walmart": Marketplace(
        "Walmart", walmart.router, walmart.refusals, offer_path="/walmart/ip/{}"
    ),
    "bestbuy": Marketplace(
        "Best Buy", bestbuy.router, bestbuy.refusals, offer_path="/bestbuy/site/{}.p"
    ),
    "craigslist": Marketplace(
        "Craigslist", craigslist.router, craigslist.refusals, craigslist.posted, craigslist.buy
    ),
    "facebook": Marketplace(
        "Facebook Marketplace", facebook.router, facebook.refusals, facebook.posted, facebook.buy
    ),
    "poshmark": Marketplace(
        "Poshmark", poshmark.router, poshmark.refusals, poshmark.posted, poshmark.buy
    ),
}

for _entry_point in entry_points(group="talknshop.sandbox"):
    MARKETPLACES[_entry_point.name] = _entry_point.load()

POSTING = [name for name, entry in MARKETPLACES.items() if entry.posted is not nothing_posted]


def buy(world: World, marketplace: str, listing_id: str) -> bool:
    """One piece of a live listing, or of an offer of the catalogue. False when there is none."""
    entry = MARKETPLACES[marketplace]
    if entry.buy(world, listing_id):
        return True
    return bool(entry.offer_path) and buy_offer(
        world, marketplace, listing_id, entry.path_of(listing_id)
    )


def orders(store: Store, marketplace: str) -> list[Order]:
    """Newest first."""
    found = ebay.sold(store) if marketplace == "ebay" else purchases.orders(store, marketplace)
    return sorted(found, key=lambda order: order.when, reverse=True)
