"""The REST calls of a person's account."""

import secrets
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Cookie, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from api.accounts import LINK_WITHIN
from api.errors import ApiError
from api.language import Language
from api.payloads import exactly
from api.routes import Asking, Through
from talknshop.accounts import Connection, Preferences
from talknshop.messages import worded
from talknshop.model import MarketplaceName

router = APIRouter(prefix="/api/v1/me")

_COOKIE = "talknshop_link"


class Consent(BaseModel):
    """Open `consent_url`: the marketplace asks, and sends the browser back to us."""

    consent_url: str
    expires_at: datetime


class ConnectionList(BaseModel):
    """`assisted`: no program may post there; you do by hand what is prepared for you."""

    items: list[Connection]
    linkable: list[MarketplaceName]
    assisted: list[MarketplaceName]


class WantedPlace(BaseModel):
    """One of the connection's `places`."""

    place_id: str = Field(min_length=1, max_length=100)


class ReturnedCode(BaseModel):
    """What the marketplace added to the address that it sent the browser to."""

    state: str = Field(min_length=1, max_length=200)
    code: str = Field(min_length=1, max_length=4000)


@router.get("/preferences")
async def get_preferences(through: Through, asking: Asking) -> Preferences:
    """What you prefer."""
    return (await through.accounts.view(asking.user_id)).preferences


@router.put("/preferences")
async def put_preferences(
    preferences: Annotated[Preferences, exactly(Preferences)], through: Through, asking: Asking
) -> Preferences:
    """What you prefer from now on, all of it."""
    return await through.accounts.set_preferences(asking.user_id, preferences)


@router.get("/connections")
async def list_connections(through: Through, asking: Asking, language: Language) -> ConnectionList:
    """Your linked marketplace accounts and their health, and which could be linked."""
    account = await through.accounts.view(asking.user_id)
    return worded(
        ConnectionList(
            items=account.connections,
            linkable=through.accounts.linkable,
            assisted=through.accounts.assisted,
        ),
        language,
    )


@router.get("/connections/{marketplace}/callback", include_in_schema=False)
async def finish_in_browser(
    marketplace: MarketplaceName,
    through: Through,
    state: Annotated[str, Query(max_length=200)] = "",
    code: Annotated[str, Query(max_length=4000)] = "",
    error: Annotated[str, Query(max_length=200)] = "",
    talknshop_link: Annotated[str, Cookie()] = "",
) -> Response:
    """Where the marketplace sends the person back to; only the browser that began is heard."""
    if error or not code:
        return _back(connection_refused=marketplace)
    try:
        await through.accounts.finish_link(marketplace, state, code, browser=talknshop_link)
    except ApiError as refused:
        return _back(connection_refused=marketplace, reason=refused.code)
    return _back(connected=marketplace)


def _back(**query: str) -> Response:
    response = RedirectResponse(f"/?{urlencode(query)}", status_code=303)
    response.delete_cookie(_COOKIE, path="/api/v1/me/connections")
    return response


@router.get("/connections/{marketplace}")
async def get_connection(
    marketplace: MarketplaceName, through: Through, asking: Asking, language: Language
) -> Connection | None:
    """One linked account; null when there is none."""
    account = await through.accounts.view(asking.user_id)
    return worded(
        next((c for c in account.connections if c.marketplace == marketplace), None), language
    )


@router.post("/connections/{marketplace}")
async def begin_link(
    marketplace: MarketplaceName,
    request: Request,
    response: Response,
    through: Through,
    asking: Asking,
) -> Consent:
    """Begin to link your own account of a marketplace."""
    browser = secrets.token_urlsafe(32)
    url, expires_at = await through.accounts.begin_link(asking.user_id, marketplace, browser)
    response.set_cookie(
        _COOKIE,
        browser,
        max_age=round(LINK_WITHIN.total_seconds()),
        path="/api/v1/me/connections",
        httponly=True,
        secure=request.url.scheme == "https",
        # The marketplace sends the browser back by a link, which "strict" would not count as ours.
        samesite="lax",
    )
    return Consent(consent_url=url, expires_at=expires_at)


@router.post("/connections/{marketplace}/finish")
async def finish_link(
    marketplace: MarketplaceName,
    returned: ReturnedCode,
    through: Through,
    asking: Asking,
    language: Language,
) -> Connection:
    """For programs that show the consent page themselves: hand in what came back."""
    return worded(
        await through.accounts.finish_link(
            marketplace, returned.state, returned.code, user_id=asking.user_id
        ),
        language,
    )


@router.put("/connections/{marketplace}/place")
async def use_place(
    marketplace: MarketplaceName,
    chosen: WantedPlace,
    through: Through,
    asking: Asking,
    language: Language,
) -> Connection:
    """Have your listings go into another of your catalogues; refused while some are up."""
    moved = await through.accounts.use_place(asking.user_id, marketplace, chosen.place_id)
    return worded(moved, language)


@router.delete("/connections/{marketplace}", status_code=204)
async def unlink(marketplace: MarketplaceName, through: Through, asking: Asking) -> None:
    """Forget your account's token. What is live there stays live."""
    await through.accounts.unlink(asking.user_id, marketplace)
