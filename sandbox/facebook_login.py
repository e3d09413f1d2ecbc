"""Facebook Login: a business lets an application fill its catalogue, and may take that back.

How refusals read is written down from memory: [M] in their comments.
"""

import html
import secrets
import time
from hmac import compare_digest
from typing import Any
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from sandbox.refusal import RefusalError
from sandbox.state import TOKENS, Document
from sandbox.world import TheWorld, World, base_url

router = APIRouter()

CODES = "facebook_codes"
BUSINESS_ID = "2003004005006"
# Of whoever agrees: the sandbox has one person with a business.
CATALOGS = {"3004005006007": "Attic", "3004005006011": "Cellar"}
_SCOPES = {"catalog_management", "business_management", "public_profile", "email"}
_CODE_SECONDS = 600
_SHORT_SECONDS, _LONG_SECONDS = 5400, 5_183_944

_PAGE = """<!doctype html><link rel="icon" href="data:,"><title>Facebook sandbox</title>
<h1>Continue as Robin?</h1>
<p><a id="agree" href="{agree}">Continue</a></p>
<p><a id="partly" href="{partly}">Continue, but without catalogues</a></p>
<p><a id="decline" href="{decline}">Cancel</a></p>
"""


_BUTTONS = ("agree", "partly", "decline")


@router.get("/facebook/{version}/dialog/oauth")
async def ask(request: Request, world: TheWorld) -> Response:
    if fault := _fault(request, world):
        return HTMLResponse(f"<h1>Error</h1>{fault}", status_code=400)
    answer = f"{base_url(request)}{request.url.path}/answer?{request.url.query}"
    pressed = {name: html.escape(f"{answer}&pressed={name}") for name in _BUTTONS}
    return HTMLResponse(_PAGE.format(**pressed))


@router.get("/facebook/{version}/dialog/oauth/answer")
async def go_back(request: Request, world: TheWorld) -> Response:
    if fault := _fault(request, world):
        return HTMLResponse(f"<h1>Error</h1>{fault}", status_code=400)
    query = request.query_params
    state = {"state": query["state"]} if "state" in query else {}
    pressed = query.get("pressed")
    if pressed not in ("agree", "partly"):
        declined = {
            "error": "access_denied",
            "error_code": "200",
            "error_description": "Permissions error",
            "error_reason": "user_denied",
        }
        return _to(query["redirect_uri"], declined | state)
    scopes = _scopes(request)
    code = secrets.token_urlsafe(48)
    world.store.put(
        CODES,
        code,
        {
            "code": code,
            "redirect_uri": query["redirect_uri"],
            "granted": sorted(scopes - {"catalog_management"} if pressed == "partly" else scopes),
            "declined": ["catalog_management"] if pressed == "partly" else [],
            "expires_at": time.time() + _CODE_SECONDS,
            "is_used": False,
        },
    )
    return _to(query["redirect_uri"], {"code": code, **state})


@router.get("/{version}/oauth/access_token")
async def exchange(version: str, request: Request, world: TheWorld) -> dict[str, Any]:
    """A code for a token of an hour or two, or such a token for one of sixty days."""
    query, keys = request.query_params, world.credentials.facebook
    if query.get("client_id") != keys.app_id:
        raise _refused(101, "Error validating application. Cannot get application info.")
    if not compare_digest(query.get("client_secret", "").encode(), keys.app_secret.encode()):
        raise _refused(1, "Error validating client secret.")
    if query.get("grant_type") == "fb_exchange_token":
        held = person_of(world, query.get("fb_exchange_token", ""))
        if held is None:
            raise _refused(190, "Error validating access token: it is not valid.")
        return _issue(world, held["granted"], held["declined"], _LONG_SECONDS)
    asked = world.store.get(CODES, query.get("code", ""))
    # [M] the subcodes of a code: 36009 used or unknown, 36007 expired, 36008 another address.
    if asked is None or asked["is_used"]:
        raise _refused(100, "This authorization code has been used.", subcode=36009)
    if asked["expires_at"] < time.time():
        raise _refused(100, "This authorization code has expired.", subcode=36007)
    if asked["redirect_uri"] != query.get("redirect_uri"):
        raise _refused(
            100,
            "Error validating verification code. Please make sure your redirect_uri is identical"
            " to the one you used in the OAuth dialog request",
            subcode=36008,
        )
    world.store.put(CODES, asked["code"], {**asked, "is_used": True})
    return _issue(world, asked["granted"], asked["declined"], _SHORT_SECONDS)


@router.get("/{version}/me/permissions")
async def list_permissions(version: str, request: Request, world: TheWorld) -> dict[str, Any]:
    held = _asking(request, world)
    return {
        "data": [{"permission": name, "status": "granted"} for name in held["granted"]]
        + [{"permission": name, "status": "declined"} for name in held["declined"]]
    }


@router.get("/{version}/me/businesses")
async def list_businesses(version: str, request: Request, world: TheWorld) -> dict[str, Any]:
    held = _asking(request, world)
    if "business_management" not in held["granted"]:
        return {"data": []}
    return {"data": [{"id": BUSINESS_ID, "name": "Robin's attic"}]}


@router.get("/{version}/{business_id}/owned_product_catalogs")
async def list_catalogs(
    version: str, business_id: str, request: Request, world: TheWorld
) -> dict[str, Any]:
    held = _asking(request, world)
    if "catalog_management" not in held["granted"]:
        raise _refused(200, "(#200) Requires catalog_management permission", status=403)
    if business_id != BUSINESS_ID:
        raise _refused(100, "Unsupported get request.", subcode=33)
    found = [
        {"id": "3004005006001", "name": "Rooms", "vertical": "hotels"},
        *({"id": id_, "name": name, "vertical": "commerce"} for id_, name in CATALOGS.items()),
    ]
    fields = {"id", *request.query_params.get("fields", "id,name").split(",")}
    return {"data": [{n: v for n, v in each.items() if n in fields} for each in found]}


def person_of(world: World, token: str) -> Document | None:
    """What a person's token is good for; None for one that is not, or no more."""
    held = world.store.get(TOKENS, token)
    if held is None or held["of"] != "facebook" or held["expires_at"] < time.time():
        return None
    return held


def token_of(request: Request) -> str:
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    token = bearer if scheme.lower() == "bearer" else ""
    return token or request.query_params.get("access_token", "")


def expire_codes(world: World) -> None:
    for asked in world.store.all(CODES):
        world.store.put(CODES, asked["code"], {**asked, "expires_at": 0})


def revoke_all(world: World) -> None:
    """Everybody who agreed removes the application from their settings."""
    for token in world.store.all(TOKENS):
        if token["of"] == "facebook":
            world.store.put(TOKENS, token["token"], {**token, "expires_at": 0})


def _asking(request: Request, world: World) -> Document:
    held = person_of(world, token_of(request))
    if held is None:
        raise _refused(190, "Error validating access token: it is not valid.", status=401)
    return held


def _issue(world: World, granted: list[str], declined: list[str], seconds: int) -> dict[str, Any]:
    token = f"EAAC{secrets.token_hex(60)}"
    world.store.put(
        TOKENS,
        token,
        {
            "token": token,
            "of": "facebook",
            "granted": granted,
            "declined": declined,
            "expires_at": time.time() + seconds,
        },
    )
    return {"access_token": token, "token_type": "bearer", "expires_in": seconds}


def _scopes(request: Request) -> set[str]:
    return {name.strip() for name in request.query_params.get("scope", "").split(",")} - {""}


def _fault(request: Request, world: World) -> str:
    """Empty when a person may be asked. An address on this machine is taken as registered: the
    sandbox has no developer accounts in which a gateway on a free port could be."""
    query = request.query_params
    if query.get("client_id") != world.credentials.facebook.app_id:
        return "Invalid App ID"
    if urlsplit(query.get("redirect_uri", "")).hostname not in ("127.0.0.1", "localhost"):
        return "URL blocked: this redirect failed because the redirect URI is not white-listed."
    if query.get("response_type", "code") != "code":
        return "The sandbox knows response_type=code only."
    if unknown := _scopes(request) - _SCOPES:
        return f"Invalid Scopes: {html.escape(', '.join(sorted(unknown)))}"
    return ""


def _to(url: str, parameters: dict[str, str]) -> Response:
    mark = "&" if "?" in url else "?"
    # Facebook ends the address with this fragment, so that none of the page before leaks into it.
    return RedirectResponse(f"{url}{mark}{urlencode(parameters)}#_=_", 302)


def _refused(
    code: int, message: str, *, status: int = 400, subcode: int | None = None
) -> RefusalError:
    error: dict[str, Any] = {
        "message": message,
        "type": "OAuthException",
        "code": code,
        "fbtrace_id": f"A{secrets.token_urlsafe(8)}",
    }
    if subcode is not None:
        error["error_subcode"] = subcode
    return RefusalError(JSONResponse({"error": error}, status))
