"""eBay's Analytics API: how much of each quota an application, or its user, has used."""

from datetime import UTC
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from sandbox.ebay.tokens import by_user, may_search, quota_key
from sandbox.instants import instant
from sandbox.quotas import Usage
from sandbox.world import TheWorld

router = APIRouter(prefix="/developer/analytics/v1_beta", dependencies=[may_search])

_NAMES = {
    "buy.browse": ("buy", "Browse", "v1"),
    "sell.inventory": ("sell", "Inventory", "v1"),
    "sell.fulfillment": ("sell", "Fulfillment", "v1"),
    "sell.account": ("sell", "Account", "v1"),
    "commerce.notification": ("commerce", "Notification", "v1"),
    "commerce.media": ("commerce", "Media", "v1_beta"),
    "developer.analytics": ("developer", "Analytics", "v1_beta"),
}


@router.get("/rate_limit/")
@router.get("/rate_limit", include_in_schema=False)
async def read_rate_limits(request: Request, world: TheWorld) -> Response:
    return _limits(request, world, of_users=False)


@router.get("/user_rate_limit/")
@router.get("/user_rate_limit", include_in_schema=False)
async def read_user_rate_limits(request: Request, world: TheWorld) -> Response:
    return _limits(request, world, of_users=True)


def _limits(request: Request, world: TheWorld, of_users: bool) -> Response:
    """204 when the filters leave nothing over."""
    query = request.query_params
    wanted = [query.get(name, "").casefold() for name in ("api_context", "api_name")]
    limits = []
    for resource in world.quotas.windows("ebay"):
        context, name, version = _NAMES[resource]
        names = (context, name.casefold())
        if by_user(resource) is not of_users or any(
            asked and asked != held for asked, held in zip(wanted, names, strict=True)
        ):
            continue
        usages = world.quotas.usage("ebay", resource, quota_key(request, world, resource))
        rates = [_rate(usage) for usage in usages]
        limits.append(
            {
                "apiContext": context,
                "apiName": name,
                "apiVersion": version,
                "resources": [{"name": resource, "rates": rates}],
            }
        )
    return JSONResponse({"rateLimits": limits}) if limits else Response(status_code=204)


def _rate(usage: Usage) -> dict[str, Any]:
    return {
        "count": usage.used,
        "limit": usage.window.limit,
        "remaining": usage.remaining,
        "reset": instant(usage.resets_at.astimezone(UTC)),
        "timeWindow": usage.window.seconds,
    }
