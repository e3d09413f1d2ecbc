"""Craigslist's bulk posting: an RDF document of ads, validated or posted.

Posting the same document twice makes two ads, as there: nothing is looked up by `rdf:about`.
"""

import base64
import binascii
import re
import secrets
from dataclasses import dataclass
from hmac import compare_digest
from xml.etree.ElementTree import (
    Element,
    ParseError,
    QName,
    SubElement,
    register_namespace,
    tostring,
)

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from sandbox.craigslist.manage import throttled
from sandbox.craigslist.postings import FIRST_POSTING, POSTINGS
from sandbox.image_type import image_type
from sandbox.refusal import RefusalError
from sandbox.state import Picture
from sandbox.world import TheWorld, World, base_url

router = APIRouter(prefix="/bulk-rss")

_RSS = "http://purl.org/rss/1.0/"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_CL = "http://www.craigslist.org/about/cl-bulk-ns/1.0"
for prefix, namespace in (("", _RSS), ("rdf", _RDF), ("cl", _CL)):
    register_namespace(prefix, namespace)

_MAX_IMAGES = 24
_SUBAREAS = {
    "sfo": {"sfc", "eby", "sby", "nby", "pen", "scz"},
    "sea": {"see", "est", "sno", "tac", "kit", "oly", "skc"},
    "nyc": {"mnh", "brk", "que", "brx", "stn", "jsy", "lgi", "wch", "fct"},
    "lax": {"wst", "sfv", "lac", "sgv", "lgb", "ant"},
    "chi": {"chc", "nch", "wcl", "sox", "nwi", "nwc"},
}


@dataclass(frozen=True)
class _Ad:
    about: str
    title: str
    description: str
    category: str
    area: str
    subarea: str
    price: str
    postal_code: str
    pictures: tuple[bytes, ...]
    faults: tuple[str, ...]


@router.post("/validate")
async def validate(request: Request, world: TheWorld) -> Response:
    ads = _ads(await request.body(), world)
    return _answer(
        [
            (ad, {"postedStatus": "VALID", "postedExplanation": "valid", "previewHTML": ad.title})
            if not ad.faults
            else (ad, _not_valid(ad))
            for ad in ads
        ]
    )


@router.post("/post")
async def post(request: Request, world: TheWorld) -> Response:
    ads = _ads(await request.body(), world)
    base = base_url(request)
    with world.store.transaction():
        return _answer(
            [(ad, _not_valid(ad) if ad.faults else _posted(ad, world, base)) for ad in ads]
        )


def _ads(document: bytes, world: World) -> list[_Ad]:
    try:
        root: Element = fromstring(document, forbid_dtd=True)
    except (ParseError, DefusedXmlException) as failure:
        raise RefusalError(PlainTextResponse("Failed to parse RSS", 415)) from failure
    items = root.findall(QName(_RSS, "item").text)
    if root.tag != QName(_RDF, "RDF").text or not items:
        raise RefusalError(PlainTextResponse("Failed to parse RSS", 415))
    _check_account(root.find(f"{{{_RSS}}}channel/{{{_CL}}}auth"), world)
    return [_ad(item) for item in items]


def _check_account(auth: Element | None, world: World) -> None:
    keys = world.credentials.craigslist
    given = auth.attrib if auth is not None else {}
    for name, what in (
        ("username", "username"),
        ("password", "password"),
        ("accountID", "account id"),
    ):
        if not given.get(name):
            raise RefusalError(PlainTextResponse(f"Must supply {what}", 403))
    known = compare_digest(
        "\n".join((given["username"], given["password"], given["accountID"])).encode(),
        "\n".join((keys.email, keys.password, keys.account_id)).encode(),
    )
    if not known:
        raise RefusalError(PlainTextResponse("Bad login", 403))
    world.quotas.spend("craigslist", "", keys.account_id, throttled)


def _ad(item: Element) -> _Ad:
    def rss(name: str) -> str:
        return (item.findtext(f"{{{_RSS}}}{name}") or "").strip()

    def cl(name: str) -> str:
        return (item.findtext(f"{{{_CL}}}{name}") or "").strip()

    place = item.find(f"{{{_CL}}}mapLocation")
    where = place.attrib if place is not None else {}
    has_place = where.get("postal") or (where.get("latitude") and where.get("longitude"))
    pictures, picture_faults = _pictures(item)
    price = cl("price")
    rules = {
        "rdf:about is required": item.get(f"{{{_RDF}}}about"),
        "title is required": rss("title"),
        "description is required": rss("description"),
        "category is required": re.fullmatch(r"[a-z]{3}", cl("category")),
        "area is required": re.fullmatch(r"[a-z]{3}", cl("area")),
        "subarea is required": cl("area") not in _SUBAREAS
        or cl("subarea") in _SUBAREAS[cl("area")],
        "replyEmail is required": "@" in cl("replyEmail"),
        "mapLocation with postal code is required": has_place,
        "price must be a whole number": not price or price.isdecimal(),
    }
    return _Ad(
        about=item.get(f"{{{_RDF}}}about", ""),
        title=rss("title"),
        description=rss("description"),
        category=cl("category"),
        area=cl("area"),
        subarea=cl("subarea"),
        price=price,
        postal_code=where.get("postal", ""),
        pictures=pictures,
        faults=(*(rule for rule, holds in rules.items() if not holds), *picture_faults),
    )


def _pictures(item: Element) -> tuple[tuple[bytes, ...], list[str]]:
    """In the order of their positions."""
    images = item.findall(f"{{{_CL}}}image")
    if len(images) > _MAX_IMAGES:
        return (), [f"more than {_MAX_IMAGES} images"]
    pictures: dict[int, bytes] = {}
    for image in images:
        position = image.get("position", "")
        try:
            data = base64.b64decode("".join((image.text or "").split()), validate=True)
        except binascii.Error:
            return (), ["an image is not base64"]
        if not position.isdecimal() or not 0 <= int(position) < _MAX_IMAGES:
            return (), ["an image has no position"]
        if image_type(data) is None:
            return (), ["an image is not a picture"]
        pictures[int(position)] = data
    return tuple(pictures[position] for position in sorted(pictures)), []


def _posted(ad: _Ad, world: World, base: str) -> dict[str, str]:
    posting_id = str(world.store.next_number("craigslist/posting", FIRST_POSTING))
    pictures = []
    for data in ad.pictures:
        picture_id = secrets.token_hex(12)
        world.store.put_picture(picture_id, Picture(image_type(data) or "image/jpeg", data))
        pictures.append(picture_id)
    slug = re.sub(r"[^a-z0-9]+", "-", ad.title.lower()).strip("-")[:60] or "item"
    place = f"{ad.subarea or ad.area}/{ad.category}"
    path = f"/craigslist/{ad.area}/{place}/d/{slug}/{posting_id}.html"
    world.store.put(
        POSTINGS,
        posting_id,
        {
            "id": posting_id,
            "about": ad.about,
            "title": ad.title,
            "description": ad.description,
            "category": ad.category,
            "area": ad.area,
            "subarea": ad.subarea,
            "price": ad.price,
            "postal_code": ad.postal_code,
            "pictures": pictures,
            "status": "active",
            "path": path,
        },
        ad.about,
    )
    # The real answers pad their URLs with line breaks.
    return {
        "postedStatus": "POSTED",
        "postedExplanation": "posted",
        "postingID": posting_id,
        "postingManageURL": f"\n{base}/craigslist/manage/{posting_id}\n",
        "postingViewURL": f"\n{base}{path}\n",
    }


def _not_valid(ad: _Ad) -> dict[str, str]:
    return {"postedStatus": "NOT_VALID", "postedExplanation": "; ".join(ad.faults)}


def _answer(results: list[tuple[_Ad, dict[str, str]]]) -> Response:
    root = Element(f"{{{_RDF}}}RDF")
    channel = SubElement(root, f"{{{_RSS}}}channel")
    SubElement(channel, f"{{{_RSS}}}description").text = f"upload id: {secrets.randbelow(10**6)}"
    SubElement(channel, f"{{{_RSS}}}items")
    for ad, fields in results:
        item = SubElement(root, f"{{{_RSS}}}item", {f"{{{_RDF}}}about": ad.about})
        for name, value in fields.items():
            SubElement(item, f"{{{_CL}}}{name}").text = value
    return Response(tostring(root, "utf-8", xml_declaration=True), media_type="text/xml")
