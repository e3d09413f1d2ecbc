"""Facebook's Graph API, as far as a commerce catalog is filled with it."""

import hmac
import json
import re
import secrets
import time
from collections.abc import Collection, Iterator
from hmac import compare_digest
from typing import Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from sandbox.credentials import FacebookKeys
from sandbox.facebook_login import CATALOGS, person_of, token_of
from sandbox.facebook_login import router as login
from sandbox.posted import Posted
from sandbox.prices import to_cents
from sandbox.purchases import record
from sandbox.refusal import RefusalError, Refusals
from sandbox.state import TOKENS, Document, Store
from sandbox.world import TheWorld, World, base_url

router = APIRouter()
router.include_router(login)

PRODUCTS, BATCHES = "facebook/products", "facebook/batches"
_FIRST_PRODUCT = 6_412_000_000_001_000
_MAX_REQUESTS = 5000
_BUSINESS = "1234567890"
_WORK_SECONDS = 0.3  # a batch takes effect some time after it was accepted

_AVAILABILITY = {"in stock", "out of stock", "preorder", "available for order", "discontinued"}
_CONDITIONS = {
    "new",
    "refurbished",
    "used",
    "used_like_new",
    "used_good",
    "used_fair",
    "cpo",
    "open_box_new",
}
_REQUIRED = ("title", "description", "availability", "condition", "price", "link", "image_link")


@router.post("/{version}/{catalog_id}/items_batch")
async def submit_batch(
    version: str, catalog_id: str, request: Request, world: TheWorld
) -> Response:
    parameters = await _parameters(request)
    _check(version, catalog_id, request, parameters, world)
    if parameters.get("item_type") != "PRODUCT_ITEM":
        raise _refused(100, "(#100) The parameter item_type is required")
    requests = _json(parameters.get("requests"))
    if not isinstance(requests, list) or not 1 <= len(requests) <= _MAX_REQUESTS:
        raise _refused(100, f"(#100) requests must be a list of 1 to {_MAX_REQUESTS} requests")
    if not all(isinstance(r, dict) and isinstance(r.get("data"), dict) for r in requests):
        raise _refused(100, "(#100) each request needs a method and data")
    handle = f"Acw{secrets.token_urlsafe(40)}"
    allow_upsert = str(parameters.get("allow_upsert", "true")).lower() == "true"
    world.store.put(
        BATCHES,
        handle,
        {
            "handle": handle,
            "catalog_id": catalog_id,
            "requests": requests,
            "allow_upsert": allow_upsert,
            "submitted": time.time(),
            "looked_at": False,
            "status": "in_progress",
            "errors": [],
            "warnings": [],
        },
        "open",
    )
    return _reply(
        {"handles": [handle], "validation_status": [_validated(r) for r in requests]},
        request,
        world,
    )


@router.get("/{version}/{catalog_id}/check_batch_request_status")
async def check_batch(version: str, catalog_id: str, request: Request, world: TheWorld) -> Response:
    """Says in_progress at the first look, unless the work is long done."""
    _check(version, catalog_id, request, {}, world)
    handle = request.query_params.get("handle", "")
    batch = world.store.get(BATCHES, handle)
    if batch is None:
        raise _refused(100, "(#100) Invalid handle", subcode=33)
    if batch["status"] == "in_progress" and batch["looked_at"]:
        _finish(world.store, batch)
    elif not batch["looked_at"]:
        batch["looked_at"] = True
        key = "open" if batch["status"] == "in_progress" else ""
        world.store.put(BATCHES, handle, batch, key)
    return _reply(
        {
            "data": [
                {
                    "handle": handle,
                    "status": batch["status"],
                    "errors_total_count": len(batch["errors"]),
                    "errors": batch["errors"],
                    "warnings_total_count": len(batch["warnings"]),
                    "warnings": batch["warnings"],
                    "ids_of_invalid_requests": [failure["id"] for failure in batch["errors"]],
                }
            ]
        },
        request,
        world,
    )


@router.get("/{version}/{catalog_id}/products")
async def list_products(
    version: str, catalog_id: str, request: Request, world: TheWorld
) -> Response:
    _check(version, catalog_id, request, {}, world)
    query = request.query_params
    settle(world.store)
    products = _filtered(world.store, catalog_id, query.get("filter", ""))
    limit = _whole(query.get("limit", "25"), "limit")
    after = _whole(query.get("after", "0"), "after")
    page = products[after : after + limit]
    fields = [name.strip() for name in query.get("fields", "id,name,retailer_id").split(",")]
    answer: dict[str, Any] = {"data": [_shown(product, fields) for product in page]}
    if page:
        end = str(after + len(page))
        answer["paging"] = {"cursors": {"before": str(after), "after": end}}
        if after + limit < len(products):
            following = request.url.include_query_params(after=end)
            answer["paging"]["next"] = f"{base_url(request)}{following.path}?{following.query}"
    return _reply(answer, request, world)


def outage(status: int) -> Response:
    return _error(status, 2, "Service temporarily unavailable", is_transient=True)


def throttled(retry_after: int | None) -> Response:
    """The wait is told in minutes, in a header of its own."""
    minutes = 1 if retry_after is None else -(-retry_after // 60)
    reply = _error(
        400, 80014, "(#80014) There have been too many calls to this catalog.", is_transient=True
    )
    reply.headers["X-Business-Use-Case-Usage"] = _business_usage("catalog_batch", 100, minutes)
    return reply


def expired() -> Response:
    message = "Error validating access token: Session has expired."
    return _error(401, 190, message, subcode=463)


refusals = Refusals(outage, throttled, expired)


def posted(store: Store) -> Iterator[Posted]:
    settle(store)
    return map(_posted, store.all(PRODUCTS))


def buy(world: World, listing_id: str) -> bool:
    """Sold off the platform: the catalog is told nothing, only the page shows it."""
    store = world.store
    for product in store.all(PRODUCTS):
        if product["id"] == listing_id and _status(product) == "live":
            store.put(PRODUCTS, _place(product), {**product, "sold": True}, listing_id)
            record(store, _posted(product))
            return True
    return False


def _posted(product: Document) -> Posted:
    data = product["data"]
    return Posted(
        marketplace="facebook",
        key=product["retailer_id"],
        listing_id=product["id"],
        title=data["title"],
        price=data["price"],
        status=_status(product),
        url=f"/facebook/marketplace/item/{product['id']}",
        image=data["image_link"],
        description=data["description"],
        condition=data["condition"],
    )


def settle(store: Store) -> None:
    """Finishes the batches whose time has come."""
    for batch in store.find(BATCHES, "open"):
        if time.time() - batch["submitted"] >= _WORK_SECONDS:
            _finish(store, batch)


def _finish(store: Store, batch: Document) -> None:
    """Once: whoever comes first, the client that asks or the time, does the work."""
    with store.transaction():
        for request in batch["requests"]:
            failure, warning = _apply(store, request, batch)
            retailer_id = str(request["data"].get("id", ""))
            for text, place in ((failure, "errors"), (warning, "warnings")):
                if text:
                    batch[place].append({"line": 0, "id": retailer_id, "message": text})
        batch["status"] = "finished"
        store.put(BATCHES, batch["handle"], batch)


def _apply(store: Store, request: Document, batch: Document) -> tuple[str, str]:
    """An error and a warning, both empty when all went well."""
    data, method = request["data"], request.get("method")
    retailer_id = str(data.get("id", ""))
    if faults := _faults(request):
        return "; ".join(faults), ""
    named = {"catalog_id": batch["catalog_id"], "retailer_id": retailer_id}
    existing = store.get(PRODUCTS, _place(named))
    if method == "DELETE":
        if existing is None:
            return "", "The item to delete does not exist."
        deleted = {**existing, "deleted": True}
        store.put(PRODUCTS, _place(named), deleted, existing["id"])
        return "", ""
    gone = existing is None or existing.get("deleted")
    if method == "CREATE" and not gone:
        return "An item with this id already exists.", ""
    if method == "UPDATE" and gone and not batch["allow_upsert"]:
        return "The item does not exist and allow_upsert is false.", ""
    before = {} if gone else existing["data"]  # type: ignore[index]
    merged = {**before, **data}
    if missing := [name for name in _REQUIRED if not merged.get(name)]:
        return f"Required fields are missing: {', '.join(missing)}", ""
    product_id = (
        str(store.next_number("facebook/product", _FIRST_PRODUCT))
        if existing is None
        else existing["id"]
    )
    product = {"id": product_id, **named, "data": merged}
    store.put(PRODUCTS, _place(named), product, product_id)
    return "", ""


def _place(product: Document) -> str:
    """A retailer's id is good for one catalogue."""
    return f"{product.get('catalog_id')}/{product['retailer_id']}"


def _faults(request: Document) -> list[str]:
    """What is wrong with the fields that are there."""
    data, faults = request["data"], []
    if request.get("method") not in ("CREATE", "UPDATE", "DELETE"):
        faults.append("method must be CREATE, UPDATE or DELETE")
    if not data.get("id"):
        faults.append("id is required")
    if len(str(data.get("title", ""))) > 200:
        faults.append("title is longer than 200 characters")
    if "price" in data:
        amount, _, currency = str(data["price"]).partition(" ")
        if to_cents(amount) is None or not re.fullmatch(r"[A-Z]{3}", currency):
            faults.append('price must look like "9.99 USD"')
    if "availability" in data and str(data["availability"]) not in _AVAILABILITY:
        faults.append("availability is not a known value")
    if "condition" in data and str(data["condition"]) not in _CONDITIONS:
        faults.append("condition is not a known value")
    for name in ("link", "image_link"):
        if name in data and not re.match(r"https?://", str(data[name])):
            faults.append(f"{name} must be a URL")
    return faults


def _validated(request: Document) -> Document:
    errors = [{"message": fault} for fault in _faults(request)]
    return {"retailer_id": str(request["data"].get("id", "")), "errors": errors, "warnings": []}


def _filtered(store: Store, catalog_id: str, text: str) -> list[Document]:
    products = [
        product
        for product in store.all(PRODUCTS)
        if product.get("catalog_id") == catalog_id and not product.get("deleted")
    ]
    if not text:
        return products
    wanted = _json(text)
    if not isinstance(wanted, dict):
        raise _refused(100, "(#100) filter must be a JSON object")
    for name, condition in wanted.items():
        if not isinstance(condition, dict):
            raise _refused(100, "(#100) filter must name an operator")
        for operator, value in condition.items():
            products = [p for p in products if _passes(_field(p, name), operator, value)]
    return products


def _passes(held: Any, operator: str, value: Any) -> bool:
    match operator:
        case "eq":
            return bool(held == value)
        case "neq":
            return bool(held != value)
        case "is_any":
            return isinstance(value, list) and held in value
        case "i_contains" | "contains":
            return str(value).lower() in str(held).lower()
        case _:
            raise _refused(100, f"(#100) unknown filter operator {operator}")


def _field(product: Document, name: str) -> Any:
    data = product["data"]
    named = {
        "id": product["id"],
        "retailer_id": product["retailer_id"],
        "name": data["title"],
        "url": data["link"],
        "image_url": data["image_link"],
        "review_status": "approved",
    }
    return named[name] if name in named else data.get(name)


def _shown(product: Document, fields: list[str]) -> Document:
    shown = {name: _field(product, name) for name in ["id", *fields]}
    return {name: value for name, value in shown.items() if value is not None}


def _status(product: Document) -> str:
    if product.get("deleted"):
        return "withdrawn"
    if product.get("sold"):
        return "sold"
    return "live" if product["data"]["availability"] == "in stock" else "withdrawn"


async def _parameters(request: Request) -> dict[str, Any]:
    """From the query, and from a JSON or form body, whichever the client sends."""
    parameters: dict[str, Any] = dict(request.query_params)
    body = await request.body()
    if request.headers.get("content-type", "").startswith("application/json"):
        parsed = _json(body.decode("utf-8", "replace") or "{}")
        parameters.update(parsed if isinstance(parsed, dict) else {})
    elif request.headers.get("content-type", "").startswith("multipart/"):
        parameters.update((name, str(value)) for name, value in (await request.form()).items())
    else:
        parameters.update(
            (name, values[-1]) for name, values in parse_qs(body.decode("utf-8", "replace")).items()
        )
    return parameters


def _check(
    version: str, catalog_id: str, request: Request, parameters: dict[str, Any], world: World
) -> None:
    if not re.fullmatch(r"v\d+\.\d+", version):
        raise _refused(2500, "Unknown path components")
    keys = world.credentials.facebook
    token = token_of(request) or str(parameters.get("access_token", ""))
    if not token:
        raise _refused(104, "An access token is required to request this resource.", status=401)
    allowed = _catalogs_of(world, token)
    proof = request.query_params.get("appsecret_proof") or parameters.get("appsecret_proof")
    if proof is not None and not compare_digest(str(proof).encode(), _proof(keys, token).encode()):
        raise _refused(100, "Invalid appsecret_proof provided in the API argument")
    if catalog_id not in allowed:
        raise _refused(
            100,
            f"Unsupported request. Object with ID '{catalog_id}' does not exist, cannot be loaded "
            "due to missing permissions, or does not support this operation.",
            subcode=33,
        )
    world.quotas.spend("facebook", _resource_of(request), keys.access_token, throttled)


def _catalogs_of(world: World, token: str) -> Collection[str]:
    """What the token opens: the installation's own catalogue, or those of who linked theirs."""
    keys = world.credentials.facebook
    if compare_digest(token.encode(), keys.access_token.encode()):
        return {keys.catalog_id}
    if world.store.get(TOKENS, token) is None:
        raise _refused(190, "Invalid OAuth access token - Cannot parse access token", status=401)
    person = person_of(world, token)
    if person is None:
        message = "Error validating access token: The user has not authorized the application."
        raise _refused(190, message, status=401, subcode=458)
    if "catalog_management" not in person["granted"]:
        raise _refused(200, "(#200) Requires catalog_management permission", status=403)
    return CATALOGS


def _json(text: Any) -> Any:
    if not isinstance(text, str):
        return text
    try:
        return json.loads(text)
    except ValueError as failure:
        raise _refused(100, "(#100) Invalid parameter: no JSON") from failure


def _whole(text: str, name: str) -> int:
    if not text.isdecimal():
        raise _refused(100, f"(#100) {name} must be a number")
    return int(text)


def _proof(keys: FacebookKeys, token: str) -> str:
    """That whoever has the token has the application's secret too."""
    return hmac.new(keys.app_secret.encode(), token.encode(), "sha256").hexdigest()


def _resource_of(request: Request) -> str:
    return "catalog_batch" if request.url.path.endswith("/items_batch") else "catalog_management"


def _reply(body: Any, request: Request, world: World) -> Response:
    """The headers tell how many percent of the quota are used."""
    key = world.credentials.facebook.access_token
    resource = _resource_of(request)
    usages = world.quotas.usage("facebook", resource, key)
    percent = max((usage.percent for usage in usages), default=0)
    times = {"total_cputime": percent, "total_time": percent}
    headers = {
        "X-App-Usage": json.dumps({"call_count": percent, **times}),
        "X-Business-Use-Case-Usage": _business_usage(resource, percent, 0),
    }
    return JSONResponse(body, headers=headers)


def _business_usage(resource: str, percent: int, minutes: int) -> str:
    use = {
        "type": resource,
        "call_count": percent,
        "total_cputime": percent,
        "total_time": percent,
        "estimated_time_to_regain_access": minutes,
    }
    return json.dumps({_BUSINESS: [use]})


def _refused(
    code: int, message: str, *, status: int = 400, subcode: int | None = None
) -> RefusalError:
    return RefusalError(_error(status, code, message, subcode=subcode))


def _error(
    status: int, code: int, message: str, *, subcode: int | None = None, is_transient: bool = False
) -> Response:
    error: dict[str, Any] = {
        "message": message,
        "type": "OAuthException",
        "code": code,
        "is_transient": is_transient,
        "fbtrace_id": f"A{secrets.token_urlsafe(8)}",
    }
    if subcode is not None:
        error["error_subcode"] = subcode
    return JSONResponse({"error": error}, status)
