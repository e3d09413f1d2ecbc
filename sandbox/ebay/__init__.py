"""eBay: Browse for buyers; Inventory, Account, Media, Fulfillment and Post-Order for sellers."""

from fastapi import APIRouter

from sandbox.ebay import account, browse, cancellations, inventory, media, orders, tokens
from sandbox.ebay.errors import outage, throttled
from sandbox.ebay.orders import buy
from sandbox.ebay.showcase import posted

__all__ = ["buy", "outage", "posted", "router", "throttled"]

router = APIRouter()
for part in (tokens, browse, inventory, account, media, orders, cancellations):
    router.include_router(part.router)
