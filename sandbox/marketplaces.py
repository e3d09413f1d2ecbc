"""The marketplaces that the sandbox plays, by name."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from fastapi import APIRouter

from sandbox import amazon, bestbuy, craigslist, ebay, facebook, poshmark, walmart
from sandbox.posted import Posted
from sandbox.refusal import Refusals
from sandbox.state import Store
from sandbox.world import World


def _nothing_posted(_: Store) -> Iterable[Posted]:
    return ()


def _nothing_to_buy(_: World, __: str) -> bool:
    return False


@dataclass(frozen=True)
class Marketplace:
    title: str
    router: APIRouter
    refusals: Refusals
    posted: Callable[[Store], Iterable[Posted]] = _nothing_posted
    buy: Callable[[World, str], bool] = _nothing_to_buy


MARKETPLACES = {
    "ebay": Marketplace("eBay", ebay.router, ebay.refusals, ebay.posted, ebay.buy),
    "amazon": Marketplace("Amazon", amazon.router, amazon.refusals),
    "walmart": Marketplace("Walmart", walmart.router, walmart.refusals),
    "bestbuy": Marketplace("Best Buy", bestbuy.router, bestbuy.refusals),
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

POSTING = [name for name, entry in MARKETPLACES.items() if entry.posted is not _nothing_posted]
