"""The pages that people and deep links reach: what is on sale and what was sold, with a button."""

import re

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from sandbox.catalogue.catalogue import Match
from sandbox.ebay.inventory import LISTINGS
from sandbox.marketplace import Marketplace
from sandbox.marketplaces import MARKETPLACES, POSTING, buy, orders
from sandbox.pages.templates import render
from sandbox.posted import Posted
from sandbox.world import TheWorld, World, base_url

router = APIRouter()

_SHOWN = 48  # offers on a page


@router.get("/")
async def index(world: TheWorld) -> Response:
    counts = world.catalogue.count_offers()
    rows = []
    for name, entry in MARKETPLACES.items():
        listings = list(entry.posted(world.store))
        live = sum(listing.status == "live" for listing in listings)
        posted = (live, len(listings)) if name in POSTING else None
        sold = len(orders(world.store, name))
        rows.append((name, entry.title, counts.get(name, 0), posted, sold))
    samples = world.catalogue.search("ebay", [], Match.ALL, count=24).offers
    return HTMLResponse(render("index.html", rows=rows, samples=samples))


@router.get("/{marketplace}/listings")
async def show_listings(
    marketplace: str, request: Request, world: TheWorld, q: str = ""
) -> Response:
    """What was posted, and what the catalogue has for the words in `q`."""
    entry = _played(marketplace)
    listings = list(entry.posted(world.store))[::-1] if marketplace in POSTING else None
    page = world.catalogue.search(marketplace, [q], Match.MOST, count=_SHOWN)
    html = render(
        "listings.html",
        name=marketplace,
        marketplace=entry,
        listings=listings,
        words=q,
        offers=page.offers,
        total=page.total,
    )
    return HTMLResponse(html)


@router.get("/{marketplace}/orders")
async def show_orders(marketplace: str, world: TheWorld) -> Response:
    entry = _played(marketplace)
    sold = orders(world.store, marketplace)
    html = render("orders.html", name=marketplace, marketplace=entry, orders=sold)
    return HTMLResponse(html)


@router.post("/{marketplace}/buy")
async def buy_one(marketplace: str, request: Request, world: TheWorld) -> Response:
    _played(marketplace)
    listing_id = str((await request.form()).get("listing_id", ""))
    if not buy(world, marketplace, listing_id):
        raise HTTPException(409, "This is not for sale any more.")
    return RedirectResponse(f"{base_url(request)}/{marketplace}/orders", 303)


@router.get("/uploads/{picture_id}")
async def show_upload(picture_id: str, world: TheWorld) -> Response:
    picture = world.store.picture(picture_id)
    if picture is None:
        raise HTTPException(404)
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "max-age=86400"}
    return Response(picture.data, media_type=picture.content_type, headers=headers)


@router.get("/ebay/itm/{item_id}")
@router.get("/itm/{item_id}")
async def show_ebay_item(item_id: str, world: TheWorld) -> Response:
    """A listing that was posted, of which the catalogue has a copy, or an offer of others."""
    if world.store.get(LISTINGS, item_id):
        return _listing_page(world, "ebay", item_id)
    return _offer_page(world, "ebay", item_id)


@router.get("/amazon/dp/{asin}")
@router.get("/dp/{asin}")
async def show_amazon_item(asin: str, world: TheWorld) -> Response:
    return _offer_page(world, "amazon", asin)


@router.get("/amazon/s")
async def show_amazon_search(request: Request, world: TheWorld) -> Response:
    words = request.query_params.get("k", "")
    offers = world.catalogue.search("amazon", [words], Match.MOST, count=48).offers
    return HTMLResponse(render("results.html", marketplace="Amazon", words=words, offers=offers))


@router.get("/walmart/ip/{item_id}")
@router.get("/ip/{item_id}")
async def show_walmart_item(item_id: str, world: TheWorld) -> Response:
    return _offer_page(world, "walmart", item_id)


@router.get("/walmart/c/{rest:path}")
async def follow_walmart_link(rest: str, request: Request) -> Response:
    """The affiliate link; leads to nowhere but our own page."""
    item = re.search(r"/ip/(\d+)$", request.query_params.get("u", ""))
    if item is None:
        raise HTTPException(404)
    return RedirectResponse(f"{base_url(request)}/walmart/ip/{item[1]}", 302)


@router.get("/bestbuy/site/{sku}.p")
@router.get("/site/{sku}.p")
async def show_bestbuy_item(sku: str, world: TheWorld) -> Response:
    return _offer_page(world, "bestbuy", sku)


@router.get("/craigslist/manage/{posting_id}")
@router.get("/craigslist/{area}/{subarea}/{category}/d/{slug}/{posting_id}.html")
async def show_craigslist_posting(posting_id: str, world: TheWorld) -> Response:
    return _listing_page(world, "craigslist", posting_id)


@router.get("/facebook/marketplace/item/{item_id}")
@router.get("/marketplace/item/{item_id}")
async def show_facebook_item(item_id: str, world: TheWorld) -> Response:
    return _listing_page(world, "facebook", item_id)


@router.get("/poshmark/listing/{slug}")
@router.get("/listing/{slug}")
async def show_poshmark_listing(slug: str, world: TheWorld) -> Response:
    return _listing_page(world, "poshmark", slug.rpartition("-")[2])


def _offer_page(world: World, marketplace: str, id: str) -> Response:
    offer = world.catalogue.offer(marketplace, id)
    if offer is None:
        raise HTTPException(404)
    entry = MARKETPLACES[marketplace]
    return HTMLResponse(render("offer.html", name=marketplace, marketplace=entry, offer=offer))


def _listing_page(world: World, marketplace: str, id: str) -> Response:
    listing = _posted(world, marketplace, id)
    entry = MARKETPLACES[marketplace]
    html = render("listing.html", name=marketplace, marketplace=entry, listing=listing)
    return HTMLResponse(html)


def _played(marketplace: str) -> Marketplace:
    if marketplace not in MARKETPLACES:
        raise HTTPException(404)
    return MARKETPLACES[marketplace]


def _posted(world: World, marketplace: str, id: str) -> Posted:
    for listing in MARKETPLACES[marketplace].posted(world.store):
        if listing.listing_id == id:
            return listing
    raise HTTPException(404)
