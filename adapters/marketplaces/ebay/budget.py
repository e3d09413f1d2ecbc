"""When a spent quota of eBay's is filled up again: no Retry-After is promised, Analytics tells."""

from datetime import UTC, datetime, timedelta

import httpx

from adapters.errors import AdapterError
from adapters.marketplaces.exchange import LONGEST_WAIT, Vendor
from adapters.marketplaces.wire import Wire


async def wait_for_quota(
    ebay: Vendor, auth: httpx.Auth, api_url: str, context: str, api: str
) -> timedelta | None:
    """None when nothing is spent, or eBay does not tell."""
    try:
        reply = await ebay.read(
            "GET",
            f"{api_url}/developer/analytics/v1_beta/rate_limit/",
            params={"api_context": context, "api_name": api},
            auth=auth,
        )
    except AdapterError:
        # This only makes the wait better known; that there is one is known already.
        return None
    limits = reply.as_model(_RateLimits)
    resets = [
        rate.reset
        for limit in (limits.rate_limits if limits else [])
        for resource in limit.resources
        for rate in resource.rates
        if rate.remaining == 0
    ]
    if not resets:
        return None
    return min(max(max(resets) - datetime.now(UTC), timedelta(0)), LONGEST_WAIT)


class _Rate(Wire):
    remaining: int
    reset: datetime


class _Resource(Wire):
    rates: list[_Rate] = []


class _RateLimit(Wire):
    resources: list[_Resource] = []


class _RateLimits(Wire):
    rate_limits: list[_RateLimit]
