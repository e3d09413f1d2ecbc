"""The marketplaces that the sandbox plays, by name."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from fastapi import APIRouter

from sandbox import amazon, bestbuy, craigslist, ebay, facebook, poshmark, walmart
from sandbox.disturbance import OutageReply, ThrottleReply
from sandbox.posted import Posted
from sandbox.state import Store


def _nothing_posted(_: Store) -> Iterable[Posted]:
    return ()


def _nothing_to_buy(_: Store, __: str) -> bool:
    return False


@dataclass(frozen=True)
class Marketplace:
    """`outage` and `throttled` answer in the marketplace's own error format."""

    title: str
    router: APIRouter
    outage: OutageReply
    throttled: ThrottleReply
    posted: Callable[[Store], Iterable[Posted]] = _nothing_posted
    buy: Callable[[Store, str], bool] = _nothing_to_buy


MARKETPLACES = {
    "ebay": Marketplace("eBay", ebay.router, ebay.outage, ebay.throttled, ebay.posted, ebay.buy),
    "amazon": Marketplace("Amazon", amazon.router, amazon.outage, amazon.throttled),
    "walmart": Marketplace("Walmart", walmart.router, walmart.outage, walmart.throttled),
    "bestbuy": Marketplace("Best Buy", bestbuy.router, bestbuy.outage, bestbuy.throttled),
    "craigslist": Marketplace(
        "Craigslist",
        craigslist.router,
        craigslist.outage,
        craigslist.throttled,
        craigslist.posted,
        craigslist.buy,
    ),
    "facebook": Marketplace(
        "Facebook Marketplace",
        facebook.router,
        facebook.outage,
        facebook.throttled,
        facebook.posted,
        facebook.buy,
    ),
    "poshmark": Marketplace(
        "Poshmark",
        poshmark.router,
        poshmark.outage,
        poshmark.throttled,
        poshmark.posted,
        poshmark.buy,
    ),
}

POSTING = [name for name, entry in MARKETPLACES.items() if entry.posted is not _nothing_posted]
