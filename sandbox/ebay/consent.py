"""eBay's consent page: a seller lets an application act for them, and may take that back."""

import html
import secrets
import time
from typing import Annotated
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from sandbox.state import TOKENS
from sandbox.world import TheWorld, World

router = APIRouter()

CODES = "ebay_codes"
GRANTS = "ebay_grants"
_CODE_SECONDS = 299

_PAGE = """<!doctype html><title>eBay sandbox</title><h1>Let TalknShop sell for you?</h1>
<p><a id="agree" href="{agree}">Agree and continue</a></p><p><a id="decline" href="{decline}">No</a>
"""


@router.get("/oauth2/authorize")
async def ask(
    world: TheWorld,
    client_id: str,
    redirect_uri: str,
    response_type: str,
    scope: Annotated[str, Query(min_length=1)],
    state: str = "",
) -> HTMLResponse:
    """eBay takes a RuName, registered with it, for `redirect_uri`; here it is the address itself,
    and only one on this machine."""
    host = urlsplit(redirect_uri).hostname
    known = client_id == world.credentials.ebay.client_id and host in ("127.0.0.1", "localhost")
    if not known or response_type != "code":
        return HTMLResponse("<h1>Error 400</h1>unauthorized_client", status_code=400)
    code = f"v^1.1#i^1#c^{secrets.token_urlsafe(24)}"
    world.store.put(
        CODES,
        code,
        {
            "redirect_uri": redirect_uri,
            "scopes": scope.split(),
            "expires_at": time.time() + _CODE_SECONDS,
        },
    )
    agreed = urlencode({"code": code, "expires_in": _CODE_SECONDS, "state": state})
    declined = urlencode({"error": "access_denied", "state": state})
    return HTMLResponse(
        _PAGE.format(
            agree=html.escape(f"{redirect_uri}?{agreed}"),
            decline=html.escape(f"{redirect_uri}?{declined}"),
        )
    )


def redeem(world: World, code: str, redirect_uri: str) -> tuple[str, list[str]] | None:
    """A refresh token and its scopes for a code; each code is good once."""
    asked = world.store.get(CODES, code)
    if asked is None or asked["redirect_uri"] != redirect_uri or asked["expires_at"] < time.time():
        return None
    world.store.delete(CODES, code)
    refresh_token = f"v^1.1#i^1#r^1#{secrets.token_urlsafe(32)}"
    world.store.put(GRANTS, refresh_token, {"token": refresh_token, "scopes": asked["scopes"]})
    return refresh_token, asked["scopes"]


def revoke_all(world: World) -> None:
    """Every seller who agreed takes it back: their tokens are worth nothing any more."""
    for token in world.store.all(TOKENS):
        if token.get("grant"):
            world.store.put(TOKENS, token["token"], {**token, "expires_at": 0})
    for grant in world.store.all(GRANTS):
        world.store.delete(GRANTS, grant["token"])
