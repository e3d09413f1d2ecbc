"""Poshmark has no API: a page with a form where a person posts by hand, and the listing's page."""

import re
import secrets
from collections.abc import Iterator

from fastapi import APIRouter, Request
from starlette.datastructures import UploadFile
from starlette.responses import HTMLResponse, RedirectResponse, Response

from sandbox.image_type import image_type
from sandbox.pages.templates import render
from sandbox.posted import Posted
from sandbox.purchases import record
from sandbox.refusal import Refusals
from sandbox.state import Document, Picture, Store
from sandbox.world import TheWorld, World, base_url

router = APIRouter(prefix="/poshmark")

LISTINGS = "poshmark/listings"
CONDITIONS = ("New With Tags", "Like New", "Good", "Fair")
_FIELDS = ("title", "description", "price", "size", "brand", "condition", "sku")
_MAX_TITLE, _MAX_DESCRIPTION, _MAX_PHOTOS = 80, 1500, 16


@router.get("/create-listing")
async def show_form(request: Request) -> Response:
    """Query parameters with the fields' names fill the form in."""
    given = {name: request.query_params.get(name, "") for name in _FIELDS}
    return _form(given, [])


@router.post("/create-listing")
async def create_listing(request: Request, world: TheWorld) -> Response:
    async with request.form() as form:
        given = {name: str(form.get(name, "")).strip() for name in _FIELDS}
        photos = [
            data
            for upload in form.getlist("photos")
            if isinstance(upload, UploadFile) and (data := await upload.read())
        ]
    if faults := _faults(given, photos):
        return _form(given, faults, status=422)
    listing_id = secrets.token_hex(12)
    slug = re.sub(r"[^A-Za-z0-9]+", "-", given["title"]).strip("-") or "Listing"
    with world.store.transaction():
        pictures = []
        for data in photos:
            picture_id = secrets.token_hex(12)
            world.store.put_picture(picture_id, Picture(image_type(data) or "image/jpeg", data))
            pictures.append(picture_id)
        path = f"/poshmark/listing/{slug}-{listing_id}"
        listing = {**given, "id": listing_id, "path": path, "pictures": pictures, "status": "live"}
        world.store.put(LISTINGS, listing_id, listing, given["sku"])
    return RedirectResponse(f"{base_url(request)}{path}", 303)


def posted(store: Store) -> Iterator[Posted]:
    return map(_posted, store.all(LISTINGS))


def buy(world: World, listing_id: str) -> bool:
    store = world.store
    listing = store.get(LISTINGS, listing_id)
    if listing is None or listing["status"] != "live":
        return False
    store.put(LISTINGS, listing_id, {**listing, "status": "sold"}, listing["sku"])
    record(store, _posted(listing))
    return True


def _posted(listing: Document) -> Posted:
    return Posted(
        marketplace="poshmark",
        key=listing["sku"],
        listing_id=listing["id"],
        title=listing["title"],
        price=f"{listing['price']} USD",
        status=listing["status"],
        url=listing["path"],
        image=next((f"/uploads/{picture}" for picture in listing["pictures"]), ""),
        description=listing["description"],
        condition=listing["condition"],
    )


def outage(status: int) -> Response:
    return HTMLResponse("<h1>Something went wrong</h1>", status)


def throttled(retry_after: int | None) -> Response:
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return HTMLResponse("<h1>Too many requests</h1>", 429, headers)


def expired() -> Response:
    return HTMLResponse("<h1>Log in to continue</h1>", 401)


refusals = Refusals(outage, throttled, expired)


def _faults(given: dict[str, str], photos: list[bytes]) -> list[str]:
    rules = {
        f"Title: 1 to {_MAX_TITLE} characters": 1 <= len(given["title"]) <= _MAX_TITLE,
        f"Description: at most {_MAX_DESCRIPTION} characters": len(given["description"])
        <= _MAX_DESCRIPTION,
        "Price: whole dollars, at least 3": given["price"].isdecimal() and int(given["price"]) >= 3,
        'Size: required, "OS" if there is none': given["size"],
        f"Photos: at most {_MAX_PHOTOS}": len(photos) <= _MAX_PHOTOS,
        "Photos: pictures only": all(image_type(data) for data in photos),
    }
    return [rule for rule, holds in rules.items() if not holds]


def _form(given: dict[str, str], faults: list[str], status: int = 200) -> Response:
    page = render("poshmark_form.html", given=given, faults=faults, conditions=CONDITIONS)
    return HTMLResponse(page, status)
