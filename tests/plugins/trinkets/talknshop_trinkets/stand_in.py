"""Trinkets as the sandbox plays it: sells what Walmart has, takes listings under our keys."""

import secrets
from collections.abc import Iterator
from hmac import compare_digest
from typing import Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response

from sandbox.catalogue.catalogue import Match
from sandbox.catalogue.goods import Offer
from sandbox.marketplace import Marketplace
from sandbox.posted import Posted
from sandbox.prices import decimal_string
from sandbox.purchases import record
from sandbox.refusal import RefusalError, Refusals
from sandbox.state import Document, Store
from sandbox.world import TheWorld, World, base_url

LISTINGS = "trinkets/listings"
PREFIX = "/trinkets/api"


def outage(status: int) -> Response:
    return JSONResponse({"error": "out of order"}, status)


def throttled(retry_after: int | None) -> Response:
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return JSONResponse({"error": "too fast"}, 429, headers)


def expired() -> Response:
    return JSONResponse({"error": "who are you?"}, 401)


async def _check_key(request: Request, world: TheWorld) -> None:
    key = (world.credentials.model_extra or {})["trinkets"]["api_key"]
    given = request.headers.get("authorization", "")
    if not compare_digest(given.encode(), f"Bearer {key}".encode()):
        raise RefusalError(expired())


router = APIRouter(prefix=PREFIX, dependencies=[Depends(_check_key)])


@router.get("/things")
async def search(request: Request, world: TheWorld, q: str, page: int, size: int) -> dict[str, Any]:
    found = world.catalogue.search("walmart", [q], Match.MOST, start=(page - 1) * size, count=size)
    base = base_url(request)
    return {"total": found.total, "things": [_thing(offer, base) for offer in found.offers]}


@router.get("/things/{thing_id}")
async def read(thing_id: str, request: Request, world: TheWorld) -> dict[str, Any]:
    offer = world.catalogue.offer("walmart", thing_id)
    if offer is None:
        raise RefusalError(JSONResponse({"error": "no such thing"}, 404))
    return _thing(offer, base_url(request))


@router.get("/listings/{key}")
async def read_listing(key: str, world: TheWorld) -> Document:
    return _listing(world, key)


@router.put("/listings/{key}")
async def write_listing(key: str, request: Request, world: TheWorld) -> Document:
    """The same key again is the same listing."""
    body = await request.json()
    known = world.store.get(LISTINGS, key) or {"id": f"t{secrets.token_hex(6)}"}
    listing = {**known, **body, "key": key, "status": "live"}
    world.store.put(LISTINGS, key, listing, listing["id"])
    return listing


@router.delete("/listings/{key}")
async def withdraw(key: str, world: TheWorld) -> Document:
    listing = {**_listing(world, key), "status": "withdrawn"}
    world.store.put(LISTINGS, key, listing, listing["id"])
    return listing


def posted(store: Store) -> Iterator[Posted]:
    return map(_posted, store.all(LISTINGS))


def buy(world: World, listing_id: str) -> bool:
    for listing in world.store.find(LISTINGS, listing_id):
        if listing["status"] == "live":
            world.store.put(LISTINGS, listing["key"], {**listing, "status": "sold"}, listing_id)
            record(world.store, _posted(listing))
            return True
    return False


def _listing(world: World, key: str) -> Document:
    listing = world.store.get(LISTINGS, key)
    if listing is None:
        raise RefusalError(JSONResponse({"error": "no such listing"}, 404))
    return listing


def _thing(offer: Offer, base: str) -> dict[str, Any]:
    return {
        "id": offer.id,
        "title": offer.title,
        "price": decimal_string(offer.price),
        "page": f"{base}/walmart/ip/{offer.id}",
    }


def _posted(listing: Document) -> Posted:
    return Posted(
        marketplace="trinkets",
        key=listing["key"],
        listing_id=listing["id"],
        title=listing["title"],
        price=f"{listing['price']} USD",
        status=listing["status"],
        url="/trinkets/listings",
        description=listing["text"],
    )


trinkets = Marketplace(
    "Trinkets",
    router,
    Refusals(outage, throttled, expired),
    posted,
    buy,
    prefix=PREFIX,
    keys=lambda: {"api_key": secrets.token_hex(12)},
)
