"""eBay's consent page: a seller lets an application act for them, and may take that back."""

import html
import secrets
import time
from urllib.parse import quote, urlencode, urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel

from sandbox.ebay.scopes import USER_SCOPES
from sandbox.state import TOKENS, Document
from sandbox.world import TheWorld, World, base_url

router = APIRouter()

CODES = "ebay_codes"
GRANTS = "ebay_grants"
RU_NAMES = "ebay_ru_names"
_CODE_SECONDS = 299

_PAGE = """<!doctype html><link rel="icon" href="data:,"><title>eBay sandbox</title>
<h1>Let TalknShop sell for you?</h1>
<p><a id="agree" href="{agree}">Agree and continue</a></p><p><a id="decline" href="{decline}">No</a>
"""


class RuName(BaseModel):
    """eBay's name for the addresses that people come back to, set in the developer's account."""

    ru_name: str
    accept_url: str
    declined_url: str


@router.get("/oauth2/authorize")
async def ask(request: Request, world: TheWorld) -> Response:
    if fault := _fault(request, world):
        return HTMLResponse(f"<h1>Error 400</h1>{fault}", status_code=400)
    answer = f"{base_url(request)}/oauth2/authorize/answer?{request.url.query}"
    return HTMLResponse(
        _PAGE.format(
            agree=html.escape(f"{answer}&pressed=agree"),
            decline=html.escape(f"{answer}&pressed=decline"),
        )
    )


@router.get("/oauth2/authorize/answer")
async def go_back(request: Request, world: TheWorld) -> Response:
    """What pressing a button does. A code is made when the seller agrees, and is good for five
    minutes from then."""
    if fault := _fault(request, world):
        return HTMLResponse(f"<h1>Error 400</h1>{fault}", status_code=400)
    query = request.query_params
    name = query["redirect_uri"]
    addresses = _addresses(world, name)
    state = {"state": query["state"]} if "state" in query else {}
    if query.get("pressed") != "agree":
        return _to(addresses.declined_url, {"error": "access_denied", **state})
    code = f"v^1.1#i^1#c^{secrets.token_urlsafe(24)}"
    world.store.put(
        CODES,
        code,
        {
            "code": code,
            "redirect_uri": name,
            "scopes": query["scope"].split(),
            "expires_at": time.time() + _CODE_SECONDS,
        },
    )
    return _to(addresses.accept_url, {**state, "code": code, "expires_in": str(_CODE_SECONDS)})


def register(world: World, name: RuName) -> None:
    world.store.put(RU_NAMES, name.ru_name, name.model_dump())


def redeem(world: World, code: str, redirect_uri: str) -> tuple[str, list[str]] | None:
    """A refresh token and its scopes for a code. A code is good once, and a failed try with
    another address spends it too."""
    asked = world.store.get(CODES, code)
    if asked is None:
        return None
    world.store.delete(CODES, code)
    if asked["redirect_uri"] != redirect_uri or asked["expires_at"] < time.time():
        return None
    refresh_token = f"v^1.1#i^1#r^1#{secrets.token_urlsafe(32)}"
    world.store.put(GRANTS, refresh_token, {"token": refresh_token, "scopes": asked["scopes"]})
    return refresh_token, asked["scopes"]


def expire_codes(world: World) -> None:
    for asked in world.store.all(CODES):
        world.store.delete(CODES, asked["code"])


def revoke_all(world: World) -> None:
    """Every seller who agreed takes it back: their tokens are worth nothing any more."""
    for token in world.store.all(TOKENS):
        if token.get("grant"):
            world.store.put(TOKENS, token["token"], {**token, "expires_at": 0})
    for grant in world.store.all(GRANTS):
        world.store.delete(GRANTS, grant["token"])


def _fault(request: Request, world: World) -> str:
    """In OAuth's words; empty when a seller may be asked."""
    query = request.query_params
    if query.get("client_id") != world.credentials.ebay.client_id:
        return "unauthorized_client"
    if query.get("response_type") != "code":
        return "unsupported_response_type"
    if not _registered(world, query.get("redirect_uri", "")):
        return "invalid_request: redirect_uri"
    scopes = set(query.get("scope", "").split())
    return "" if scopes and scopes <= USER_SCOPES else "invalid_scope"


def _registered(world: World, name: str) -> Document | None:
    """An address on this machine stands for itself: the sandbox has no developer accounts in which
    a gateway on a free port could be registered."""
    known = world.store.get(RU_NAMES, name)
    if known is None and urlsplit(name).hostname in ("127.0.0.1", "localhost"):
        known = {"ru_name": name, "accept_url": name, "declined_url": name}
    return known


def _addresses(world: World, name: str) -> RuName:
    return RuName.model_validate(_registered(world, name))


def _to(url: str, parameters: dict[str, str]) -> Response:
    mark = "&" if "?" in url else "?"
    return RedirectResponse(f"{url}{mark}{urlencode(parameters, quote_via=quote)}", 302)
