"""Best Buy's products: lists by query, one by SKU."""

import json
import re
from collections.abc import Callable, Mapping
from hmac import compare_digest
from typing import Any
from urllib.parse import unquote

from fastapi import APIRouter, Request
from starlette.datastructures import QueryParams
from starlette.responses import JSONResponse, Response

from sandbox.bestbuy.query import Comparison, Query, QueryError, a_flag, a_number, a_text
from sandbox.catalogue.catalogue import Match, mentions
from sandbox.catalogue.goods import Kind, Offer, State
from sandbox.catalogue.where import EVERYTHING, Where, is_true, one_of
from sandbox.catalogue.words import search_words
from sandbox.pictures import picture_url
from sandbox.prices import number
from sandbox.refusal import RefusalError, Refusals
from sandbox.world import TheWorld, World, base_url

router = APIRouter()

_MAX_PAGE_SIZE = 100
_CONDITIONS = {State.NEW: "New", State.REFURBISHED: "Refurbished", State.GOOD: "Pre-Owned"}
_CATEGORY_QUERY = re.compile(r"\(*(id|name)=([^&|()]+)\)*")
_RESOURCE = re.compile(r"/v1/(products|categories)(\.json|\(.*\)?|/[^/]+\.json)?")
_OPEN_BOX = re.compile(r"/beta/products/(?:openBox(\(.*\))?|(\d+)/openBox)")


@router.get("/v1/{path:path}")
async def answer(path: str, request: Request, world: TheWorld) -> Response:
    """Reads the undecoded path: the query language stands in it, escapes included."""
    _check_key(request, world)
    resource = _RESOURCE.fullmatch(_raw_path(request))
    if resource is None:
        raise _refused(404, "Not Found")
    name, rest = resource[1], resource[2] or ""
    if rest.startswith("/"):
        single = {"products": _single, "categories": _single_category}[name]
        return single(rest[1:].removesuffix(".json"), request, world)
    query = rest if rest.startswith("(") else ""
    return {"products": _list, "categories": _list_categories}[name](query, request, world)


@router.get("/beta/{path:path}")
async def answer_open_box(path: str, request: Request, world: TheWorld) -> Response:
    """Opened copies of what is sold new, cheaper: by category, or of one product."""
    _check_key(request, world)
    wanted = _OPEN_BOX.fullmatch(_raw_path(request))
    if wanted is None:
        raise _refused(404, "Not Found")
    where = is_true("o.state = ?", State.NEW.value)
    if wanted[1]:
        attributes = {
            "categoryId": _in_category(world, 0, "cat00000"),
            "sku": a_number(_NUMBERS["sku"]),
        }
        where = where & _parsed(wanted[1], attributes).where
    if wanted[2]:
        where = where & is_true("o.id = ?", wanted[2])
    offers = world.catalogue.search("bestbuy", [], Match.ALL, where, count=20).offers
    base = base_url(request)
    results = [_opened(offer, base) for offer in offers]
    body = {
        "metadata": {"resultSet": {"count": len(results)}, "page": {"total": 1, "current": 1}},
        "results": results,
    }
    return _formatted(body, request, is_json=True)


def _opened(offer: Offer, base: str) -> dict[str, Any]:
    conditions = ("excellent", "certified")
    return {
        "sku": offer.id,
        "names": {"title": offer.title},
        "customerReviews": {
            "averageScore": offer.product.rating,
            "count": offer.product.reviews,
        },
        "prices": {"regular": number(offer.regular_price), "current": number(offer.price)},
        "images": {"standard": picture_url(offer, base)},
        "links": {"product": f"{base}/v1/products/{offer.id}.json"},
        "offers": [
            {
                "condition": conditions[int(offer.id) % 2],
                "prices": {
                    "regular": number(offer.price),
                    "current": number(offer.price * 85 // 100),
                },
            }
        ],
    }


def _raw_path(request: Request) -> str:
    raw: bytes = request.scope["raw_path"]
    return raw.decode("ascii").partition("?")[0]


def outage(status: int) -> Response:
    return _error(status, "Service unavailable")


def throttled(retry_after: int | None) -> Response:
    """A spent quota is a 403, told from a bad key by its words."""
    message = "The provided API Key has reached the per second limit allotted to it."
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return JSONResponse({"errorCode": "403", "errorMessage": message}, 403, headers)


def expired() -> Response:
    """There are no tokens, only keys, and they do not expire; this is how a revoked one looks."""
    message = "The provided API Key is not valid."
    return JSONResponse({"errorCode": "403", "errorMessage": message}, 403)


refusals = Refusals(outage, throttled, expired)


def _parsed(query: str, comparisons: Mapping[str, Comparison]) -> Query:
    """`query` still has its parentheses."""
    if query and not query.endswith(")"):
        raise _refused(400, f"Couldn't understand '{query}'")
    try:
        return Query(query[1:-1], comparisons)
    except QueryError as failure:
        raise _refused(400, str(failure)) from failure


def _list(query: str, request: Request, world: World) -> Response:
    parsed = _parsed(query, _comparisons(world))
    parameters = request.query_params
    size = _whole(parameters.get("pageSize", "10"), "pageSize", _MAX_PAGE_SIZE)
    page = _page(parameters)
    base = base_url(request)
    found = world.catalogue.search(
        "bestbuy",
        # With search words the best matches come first, whatever else the query says.
        [] if "|" in query else [" ".join(parsed.search_terms)],
        Match.ALL,
        parsed.where,
        _order(parameters.get("sort", "")),
        (page - 1) * size,
        size,
    )
    shown = found.offers
    body = {
        "from": (page - 1) * size + 1 if shown else 0,
        "to": (page - 1) * size + len(shown),
        "currentPage": page,
        "total": found.total,
        "totalPages": -(-found.total // size),
        "queryTime": "0.012",
        "totalTime": "0.031",
        "partial": False,
        "canonicalUrl": f"{request.url.path}?{request.url.query}",
        "products": [_show(_record(offer, base), parameters.get("show", "")) for offer in shown],
    }
    if "cursorMark" in parameters and page * size < found.total:
        body["nextCursorMark"] = str(page + 1)
    return _formatted(body, request)


def _page(parameters: QueryParams) -> int:
    """A cursor starts with an asterisk; what it is later on is nobody's business."""
    mark = parameters.get("cursorMark")
    if mark is not None:
        return 1 if mark == "*" else _whole(mark, "cursorMark", 10**6)
    return _whole(parameters.get("page", "1"), "page", 10**6)


def _list_categories(query: str, request: Request, world: World) -> Response:
    parameters = request.query_params
    size = _whole(parameters.get("pageSize", "10"), "pageSize", _MAX_PAGE_SIZE)
    page = _whole(parameters.get("page", "1"), "page", 10**6)
    wanted = _CATEGORY_QUERY.fullmatch(unquote(query))
    if query and wanted is None:
        raise _refused(400, f"Couldn't understand '{query}'")
    found = _categories(world)
    if wanted:
        pattern = re.compile(re.escape(wanted[2]).replace(r"\*", ".*"), re.IGNORECASE)
        found = [category for category in found if pattern.fullmatch(category[wanted[1]])]
    shown = found[(page - 1) * size : page * size]
    body = {
        "from": (page - 1) * size + 1 if shown else 0,
        "to": (page - 1) * size + len(shown),
        "currentPage": page,
        "total": len(found),
        "totalPages": -(-len(found) // size),
        "partial": False,
        "categories": shown,
    }
    return _formatted(body, request)


def _single_category(category_id: str, request: Request, world: World) -> Response:
    for category in _categories(world):
        if category["id"] == category_id:
            return _formatted(category, request, is_json=True)
    raise _refused(404, f"The requested category was not found: {category_id}")


def _categories(world: World) -> list[dict[str, Any]]:
    found = {kind.bestbuy for kind in world.catalogue.kinds.values() if kind.bestbuy}
    root = {"id": "cat00000", "name": "Best Buy"}
    return [
        {"id": id, "name": name, "path": [root, {"id": id, "name": name}], "subCategories": []}
        for id, name in sorted(found)
    ]


def _single(sku: str, request: Request, world: World) -> Response:
    offer = world.catalogue.offer("bestbuy", sku)
    if offer is None:
        raise _refused(404, f"The requested product was not found: {sku}")
    record = _record(offer, base_url(request))
    return _formatted(_show(record, request.query_params.get("show", "")), request, is_json=True)


def _record(offer: Offer, base: str) -> dict[str, Any]:
    page = f"{base}/bestbuy/site/{offer.id}.p?skuId={offer.id}"
    image = picture_url(offer, base)
    return {
        **{name: read(offer) for name, read in _ATTRIBUTES.items()},
        "url": page,
        "addToCartUrl": f"{page}&cart=1",
        "image": image,
        "thumbnailImage": image,
    }


_ATTRIBUTES: dict[str, Callable[[Offer], Any]] = {
    "sku": lambda offer: int(offer.id),
    "name": lambda offer: offer.title,
    "type": lambda _: "HardGood",
    "active": lambda _: True,
    "regularPrice": lambda offer: number(offer.regular_price),
    "salePrice": lambda offer: number(offer.price),
    "onSale": lambda offer: offer.price < offer.regular_price,
    "manufacturer": lambda offer: offer.product.brand,
    "modelNumber": lambda offer: offer.product.mpn,
    "upc": lambda offer: offer.product.gtin,
    "color": lambda offer: offer.product.colour or None,
    "condition": lambda offer: _CONDITIONS[offer.state],
    "preowned": lambda offer: offer.state is State.GOOD,
    "onlineAvailability": lambda offer: offer.stock > 0,
    "inStoreAvailability": lambda offer: offer.stock > 5,
    "shortDescription": lambda offer: offer.product.description,
    "longDescription": lambda offer: offer.product.description,
    "customerReviewAverage": lambda offer: offer.product.rating,
    "customerReviewCount": lambda offer: offer.product.reviews,
    "shippingCost": lambda offer: number(offer.shipping),
    "freeShipping": lambda offer: offer.shipping == 0,
    "categoryPath.id": lambda offer: ["cat00000", _category(offer)[0]],
    "categoryPath.name": lambda offer: ["Best Buy", _category(offer)[1]],
    "releaseDate": lambda offer: f"{offer.product.year:04d}-01-01" if offer.product.year else None,
    "itemUpdateDate": lambda offer: f"{offer.listed:%Y-%m-%dT%H:%M:%S}",
}
_STATE_NAMES = " ".join(f"WHEN '{s.value}' THEN '{name}'" for s, name in _CONDITIONS.items())
_NUMBERS = {
    "sku": "CAST(o.id AS INTEGER)",
    "regularPrice": "(o.regular_price / 100.0)",
    "salePrice": "(o.price / 100.0)",
    "customerReviewAverage": "p.rating",
    "customerReviewCount": "p.reviews",
    "shippingCost": "(o.shipping / 100.0)",
}
_TEXTS = {
    "name": "o.title",
    "type": "'HardGood'",
    "manufacturer": "p.brand",
    "modelNumber": "p.mpn",
    "upc": "p.gtin",
    "color": "p.colour",
    "condition": f"CASE o.state {_STATE_NAMES} END",
    "releaseDate": "printf('%04d-01-01', p.year)",
    "itemUpdateDate": "strftime('%Y-%m-%dT%H:%M:%S', o.listed, 'unixepoch')",
}
_FLAGS = {
    "active": "1",
    "onSale": "o.price < o.regular_price",
    "preowned": f"o.state = '{State.GOOD.value}'",
    "onlineAvailability": "o.stock > 0",
    "inStoreAvailability": "o.stock > 5",
    "freeShipping": "o.shipping = 0",
}


def _comparisons(world: World) -> dict[str, Comparison]:
    return {
        "search": _mentions,
        "categoryPath.id": _in_category(world, 0, "cat00000"),
        "categoryPath.name": _in_category(world, 1, "Best Buy"),
        **{name: a_number(sql) for name, sql in _NUMBERS.items()},
        **{name: a_text(sql) for name, sql in _TEXTS.items()},
        **{name: a_flag(sql) for name, sql in _FLAGS.items()},
    }


def _mentions(operator: str, value: str) -> Where:
    if operator != "=":
        raise ValueError(operator)
    words = search_words(value)
    return mentions(" AND ".join(f'"{word}"' for word in words)) if words else EVERYTHING


def _in_category(world: World, part: int, root: str) -> Comparison:
    """The category itself, or the root above all of them."""

    def compare(operator: str, value: str) -> Where:
        if operator != "=":
            raise ValueError(operator)
        pattern = re.compile(re.escape(value).replace(r"\*", ".*"), re.IGNORECASE)

        def holds(kind: Kind) -> bool:
            names = (root, kind.bestbuy[part]) if kind.bestbuy else (root,)
            return any(pattern.fullmatch(name) for name in names)

        return one_of("p.kind", world.catalogue.kinds_where(holds))

    return compare


def _category(offer: Offer) -> tuple[str, str]:
    return offer.product.kind.bestbuy or ("", "")


def _show(record: dict[str, Any], names: str) -> dict[str, Any]:
    """The attributes asked for; `categoryPath.id` comes inside `categoryPath`."""
    wanted = [name.strip() for name in names.split(",")] if names not in ("", "all") else record
    shown: dict[str, Any] = {}
    for name in wanted:
        if name in record and not name.startswith("categoryPath"):
            shown[name] = record[name]
    if any(name.startswith("categoryPath") for name in wanted):
        pairs = zip(record["categoryPath.id"], record["categoryPath.name"], strict=True)
        shown["categoryPath"] = [{"id": id, "name": name} for id, name in pairs]
    return shown


def _order(sort: str) -> str:
    """`salePrice.asc,name.dsc`; nothing keeps the best matches first."""
    columns = {**_NUMBERS, **_TEXTS, **_FLAGS}
    terms = []
    for part in filter(None, sort.split(",")):
        name, _, direction = part.rpartition(".")
        if name not in columns or direction not in ("asc", "dsc", "desc"):
            raise _refused(400, f"Couldn't understand sort '{part}'")
        terms.append(f"{columns[name]} {'ASC' if direction == 'asc' else 'DESC'}")
    return ", ".join(terms)


def _formatted(body: dict[str, Any], request: Request, is_json: bool = False) -> Response:
    """XML is the default of lists, as on the real host; clients ask for JSON."""
    if is_json or request.query_params.get("format") == "json":
        return Response(json.dumps(body), media_type="application/json")
    return Response('<?xml version="1.0"?><products/>', media_type="application/xml")


def _check_key(request: Request, world: World) -> None:
    given = request.query_params.get("apiKey", "")
    if not compare_digest(given.encode(), world.credentials.bestbuy.api_key.encode()):
        raise RefusalError(expired())
    world.quotas.spend("bestbuy", "", given, throttled)


def _whole(text: str, name: str, high: int) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= high:
        raise _refused(400, f"Couldn't understand {name} '{text}'")
    return int(text)


def _refused(status: int, message: str) -> RefusalError:
    return RefusalError(_error(status, message))


def _error(status: int, message: str) -> Response:
    reasons = {400: "Bad Request", 403: "Forbidden", 404: "Not Found"}
    line = f"{status} {reasons.get(status, 'Error')}"
    return JSONResponse({"error": {"code": status, "status": line, "message": message}}, status)
