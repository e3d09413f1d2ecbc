"""eBay's OAuth: issues application and user tokens, and checks them."""

import base64
import binascii
import secrets
import time
from collections.abc import Awaitable, Callable
from hmac import compare_digest
from typing import Any

from fastapi import APIRouter, Depends, Request

from sandbox.ebay.consent import GRANTS, redeem
from sandbox.ebay.errors import expired, refused, throttled, token_refused
from sandbox.ebay.scopes import (
    ACCOUNT,
    BASE_SCOPE,
    FULFILLMENT,
    INVENTORY,
    NOTIFICATION,
    USER_SCOPES,
)
from sandbox.refusal import RefusalError
from sandbox.state import TOKENS
from sandbox.world import TheWorld, World

router = APIRouter()

_LIFETIME_SECONDS = 7200
_CONSENT_SECONDS = 47_304_000  # eighteen months


@router.post("/identity/v1/oauth2/token")
async def issue_token(request: Request, world: TheWorld) -> dict[str, Any]:
    form = await request.form()
    _check_client(request.headers.get("authorization", ""), world)
    scopes = set(str(form.get("scope", "")).split())
    match form.get("grant_type"):
        case "client_credentials":
            if scopes - {BASE_SCOPE}:
                raise token_refused(400, "invalid_scope", "The requested scope is invalid")
            if not scopes:
                raise token_refused(400, "invalid_request", "scope is missing")
            return _issue(world, scopes, "Application Access Token")
        case "authorization_code":
            redeemed = redeem(world, str(form.get("code", "")), str(form.get("redirect_uri", "")))
            if redeemed is None:
                raise token_refused(
                    400,
                    "invalid_grant",
                    "the provided authorization grant code is invalid or was issued to another "
                    "client",
                )
            refresh_token, granted = redeemed
            tokens = _issue(world, set(granted), "User Access Token", grant=refresh_token)
            return tokens | {
                "refresh_token": refresh_token,
                "refresh_token_expires_in": _CONSENT_SECONDS,
            }
        case "refresh_token":
            refresh_token = str(form.get("refresh_token", ""))
            grant = world.store.get(GRANTS, refresh_token)
            if grant is None and not compare_digest(
                refresh_token.encode(), world.credentials.ebay.refresh_token.encode()
            ):
                raise token_refused(
                    400,
                    "invalid_grant",
                    "the provided authorization refresh token is invalid or was issued to another "
                    "client",
                )
            if scopes - USER_SCOPES:
                raise token_refused(400, "invalid_scope", "The requested scope is invalid")
            allowed = set(grant["scopes"]) if grant else USER_SCOPES
            if scopes - allowed:
                raise token_refused(
                    400, "invalid_scope", "The requested scope exceeds the one that was granted"
                )
            return _issue(
                world,
                scopes or allowed,
                "User Access Token",
                grant=refresh_token if grant else "",
            )
        case _:
            raise token_refused(
                400, "unsupported_grant_type", "grant type in request is not supported"
            )


def _check_client(authorization: str, world: World) -> None:
    keys = world.credentials.ebay
    scheme, _, encoded = authorization.partition(" ")
    try:
        decoded = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        decoded = b""
    expected = f"{keys.client_id}:{keys.client_secret}".encode()
    if scheme.lower() != "basic" or not compare_digest(decoded, expected):
        raise token_refused(401, "invalid_client", "client authentication failed")


def _issue(world: World, scopes: set[str], kind: str, grant: str = "") -> dict[str, Any]:
    token = f"v^1.1#i^1#{secrets.token_urlsafe(48)}"
    world.store.put(
        TOKENS,
        token,
        {
            "token": token,
            "of": "ebay",
            "scopes": sorted(scopes),
            "grant": grant,
            "expires_at": time.time() + _LIFETIME_SECONDS,
        },
    )
    return {"access_token": token, "expires_in": _LIFETIME_SECONDS, "token_type": kind}


def _require(
    *any_of: str, scheme: str = "bearer"
) -> Callable[[Request, TheWorld], Awaitable[None]]:
    async def check(request: Request, world: TheWorld) -> None:
        authorization = request.headers.get("authorization")
        if not authorization:
            raise refused(400, 1002, "Missing access token.", domain="OAuth")
        given, _, token = authorization.partition(" ")
        if given.lower() != scheme:
            raise refused(400, 1003, "Token type in the request is invalid.", domain="OAuth")
        granted = world.store.get(TOKENS, token.strip())
        if granted is None or granted["of"] != "ebay" or granted["expires_at"] < time.time():
            raise RefusalError(expired())
        if not set(any_of) & set(granted["scopes"]):
            raise refused(403, 1100, "Access denied: insufficient permissions.", domain="ACCESS")
        resource = _resource_of(request)
        key = quota_key(request, world, resource)
        world.quotas.spend("ebay", resource, key, throttled)

    return check


def by_user(resource: str) -> bool:
    """Whether each user has a quota of their own, rather than the application."""
    return resource == "commerce.media"


def quota_key(request: Request, world: World, resource: str) -> str:
    """Who the request counts for. Its token must have been checked."""
    if not by_user(resource):
        return world.credentials.ebay.client_id
    token = request.headers["authorization"].partition(" ")[2].strip()
    granted = world.store.get(TOKENS, token)
    return (granted or {}).get("grant") or "the seller"


def _resource_of(request: Request) -> str:
    """ "/buy/browse/v1/…" is buy.browse."""
    return ".".join(request.url.path.split("/")[1:3])


may_search = Depends(_require(BASE_SCOPE))
may_sell = Depends(_require(INVENTORY))
may_read_listings = Depends(_require(INVENTORY, f"{INVENTORY}.readonly"))
may_read_account = Depends(_require(ACCOUNT, f"{ACCOUNT}.readonly"))
# The Post-Order API is older than OAuth, and calls the token's scheme IAF.
may_cancel = Depends(_require(FULFILLMENT, scheme="iaf"))
may_subscribe = Depends(_require(NOTIFICATION, FULFILLMENT))
may_read_orders = Depends(_require(FULFILLMENT, f"{FULFILLMENT}.readonly"))
