"""Craigslist's management API: status, price, body and removal of single postings."""

import base64
import binascii
import secrets
import time
from hmac import compare_digest
from typing import Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response

from sandbox.craigslist.postings import POSTINGS
from sandbox.refusal import RefusalError, Refusals
from sandbox.state import TOKENS, Document
from sandbox.world import TheWorld

router = APIRouter(prefix="/bulkpost")

_LIFETIME_SECONDS = 3600
_SCOPE = "bulkpost.posting"


@router.post("/oauth/access-token")
async def issue_token(request: Request, world: TheWorld) -> Response:
    """The Basic user name is "email;accountID"."""
    keys = world.credentials.craigslist
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    try:
        decoded = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        decoded = b""
    expected = f"{keys.email};{keys.account_id}:{keys.password}".encode()
    if scheme.lower() != "basic" or not compare_digest(decoded, expected):
        return _failure(401, "invalid client")
    form = await request.form()
    if form.get("grant_type") != "client_credentials":
        return _failure(400, "unsupported grant type")
    token = secrets.token_urlsafe(32)
    expires_at = time.time() + _LIFETIME_SECONDS
    world.store.put(TOKENS, token, {"token": token, "of": "craigslist", "expires_at": expires_at})
    return JSONResponse(
        {
            "access_token": token,
            "expires_in": _LIFETIME_SECONDS,
            "scopes": str(form.get("scope", _SCOPE)).split(),
            "token_type": "Bearer",
        }
    )


async def _check_token(request: Request, world: TheWorld) -> None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    granted = world.store.get(TOKENS, token)
    if (
        scheme.lower() != "bearer"
        or granted is None
        or granted["of"] != "craigslist"
        or granted["expires_at"] < time.time()
    ):
        raise RefusalError(expired())
    world.quotas.spend("craigslist", "", world.credentials.craigslist.account_id, throttled)


_postings = APIRouter(prefix="/v1/postings/{posting_id}", dependencies=[Depends(_check_token)])


@_postings.get("/status")
async def read_status(posting_id: str, world: TheWorld) -> dict[str, Any]:
    return _envelope({"status": _posting(world, posting_id)["status"]})


@_postings.get("/price")
async def read_price(posting_id: str, world: TheWorld) -> dict[str, Any]:
    return _envelope({"price": int(_posting(world, posting_id)["price"] or 0)})


@_postings.put("/price")
async def change_price(posting_id: str, request: Request, world: TheWorld) -> dict[str, Any]:
    """In whole units of the posting's currency."""
    price = str((await request.form()).get("price", ""))
    if not price.isdecimal():
        raise RefusalError(_failure(400, "invalid price"))
    _change(world, posting_id, price=price)
    return _envelope({"price": int(price), "message": "price changed successfully"})


@_postings.get("/body")
async def read_body(posting_id: str, world: TheWorld) -> dict[str, Any]:
    return _envelope({"body": _posting(world, posting_id)["description"]})


@_postings.put("/body")
async def change_body(posting_id: str, request: Request, world: TheWorld) -> dict[str, Any]:
    body = str((await request.form()).get("body", "")).strip()
    if not body:
        raise RefusalError(_failure(400, "posting body is required"))
    _change(world, posting_id, description=body)
    return _envelope({"body": body, "message": "posting body updated successfully"})


@_postings.delete("")
async def delete_posting(posting_id: str, world: TheWorld) -> dict[str, Any]:
    _change(world, posting_id, status="deleted")
    return _envelope({"message": f"posting {posting_id} has been deleted"})


@_postings.put("/undelete")
async def undelete_posting(posting_id: str, world: TheWorld) -> dict[str, Any]:
    _change(world, posting_id, status="active")
    return _envelope({"message": f"posting {posting_id} has been undeleted"})


router.include_router(_postings)


def outage(status: int) -> Response:
    return _failure(status, "service unavailable")


def throttled(retry_after: int | None) -> Response:
    reply = _failure(429, "too many requests")
    if retry_after is not None:
        reply.headers["Retry-After"] = str(retry_after)
    return reply


def expired() -> Response:
    return _failure(401, "access token invalid or expired")


refusals = Refusals(outage, throttled, expired)


def _posting(world: TheWorld, posting_id: str) -> Document:
    """An unknown one is answered with 200 and a filled `errors`."""
    posting = world.store.get(POSTINGS, posting_id)
    if posting is None:
        raise RefusalError(_failure(200, f"posting {posting_id} not found"))
    return posting


def _change(world: TheWorld, posting_id: str, **fields: str) -> None:
    posting = {**_posting(world, posting_id), **fields}
    world.store.put(POSTINGS, posting_id, posting, posting["about"])


def _envelope(data: dict[str, Any], errors: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return {"apiVersion": 1, "data": data, "errors": errors or [], "accountMessages": []}


def _failure(status: int, message: str) -> Response:
    return JSONResponse(_envelope({}, [{"code": 0, "message": message}]), status)
