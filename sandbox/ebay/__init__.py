"""eBay: its APIs for buyers and sellers."""

from fastapi import APIRouter

from sandbox.ebay import (
    account,
    analytics,
    browse,
    cancellations,
    consent,
    inventory,
    media,
    notifications,
    orders,
    tokens,
)
from sandbox.ebay.consent import RuName, expire_codes, register, revoke_all
from sandbox.ebay.errors import refusals
from sandbox.ebay.orders import buy
from sandbox.ebay.showcase import orders as sold
from sandbox.ebay.showcase import posted

__all__ = [
    "RuName",
    "buy",
    "expire_codes",
    "posted",
    "refusals",
    "register",
    "revoke_all",
    "router",
    "sold",
]

router = APIRouter()
for part in (
    tokens,
    consent,
    analytics,
    browse,
    inventory,
    account,
    media,
    orders,
    cancellations,
    notifications,
):
    router.include_router(part.router)
