"""A spent quota, over HTTP: refused in each marketplace's way, and kept to by who asks."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from listings import PHOTOS, request_for
from sandbox_control import Sandbox

from adapters.errors import Throttled
from adapters.marketplaces.guarded import GuardedMarketplace
from adapters.marketplaces.quota import NoRateLimit
from adapters.marketplaces.registry import Marketplaces
from talknshop.requirement import RequirementSpec

SEARCHING = ("amazon", "bestbuy", "ebay", "walmart")
LAPTOPS = RequirementSpec(product_type="laptop")
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.mark.parametrize("name", SEARCHING)
async def test_who_has_spent_the_day_is_told_how_long_to_wait(
    name: str, marketplaces: Marketplaces, sandbox: Sandbox
) -> None:
    ebay_counts = {"resource": "buy.browse"} if name == "ebay" else {}
    sandbox.allow(name, 2, **ebay_counts)
    searching = marketplaces.searching[name]
    for _ in range(2):
        assert (await searching.search(LAPTOPS, 3)).products
    with pytest.raises(Throttled) as caught:
        await searching.search(LAPTOPS, 3)
    wait = caught.value.retry_after
    if name == "amazon":  # which never says
        assert wait is None
    else:
        assert wait
        assert timedelta(0) < wait <= DAY
    sandbox.reset()
    assert (await searching.search(LAPTOPS, 3)).products


@pytest.mark.parametrize("name", SEARCHING)
async def test_a_full_second_is_waited_for_within_the_deadline(
    name: str, marketplaces: Marketplaces, sandbox: Sandbox
) -> None:
    guarded = GuardedMarketplace(marketplaces.searching[name], NoRateLimit())
    sandbox.allow(name, 1, seconds=1)
    for _ in range(3):
        assert (await guarded.search(LAPTOPS, 3, MINUTE)).products


@pytest.mark.parametrize("name", ["bestbuy", "ebay", "walmart"])
async def test_nobody_asks_again_before_the_wait_is_over(
    name: str, marketplaces: Marketplaces, sandbox: Sandbox
) -> None:
    guarded = GuardedMarketplace(marketplaces.searching[name], NoRateLimit())
    sandbox.allow(name, 1)
    await guarded.search(LAPTOPS, 3, MINUTE)
    with pytest.raises(Throttled):
        await guarded.search(LAPTOPS, 3, MINUTE)
    asked = sandbox.calls(name)
    for _ in range(3):
        with pytest.raises(Throttled):
            await guarded.search(LAPTOPS, 3, MINUTE)
    assert sandbox.calls(name) == asked


async def test_one_marketplace_that_is_spent_costs_the_others_nothing(
    marketplaces: Marketplaces, sandbox: Sandbox
) -> None:
    sandbox.allow("ebay", 1)
    await marketplaces.searching["ebay"].search(LAPTOPS, 3)
    for name in ("amazon", "walmart", "bestbuy"):
        assert (await marketplaces.searching[name].search(LAPTOPS, 3)).products


async def test_where_ebay_names_no_wait_its_analytics_do(
    marketplaces: Marketplaces, sandbox: Sandbox
) -> None:
    ebay = marketplaces.searching["ebay"]
    sandbox.allow("ebay", 1, resource="buy.browse")
    await ebay.search(LAPTOPS, 3)
    sandbox.spoil("ebay", "GET /buy", "throttle")
    with pytest.raises(Throttled) as caught:
        await ebay.search(LAPTOPS, 3)
    assert caught.value.retry_after
    assert caught.value.retry_after <= DAY


async def test_a_throttled_ebay_that_tells_nothing_is_still_throttled(
    marketplaces: Marketplaces, sandbox: Sandbox
) -> None:
    sandbox.spoil("ebay", "GET /buy", "throttle")
    sandbox.spoil("ebay", "GET /developer", "status")
    with pytest.raises(Throttled) as caught:
        await marketplaces.searching["ebay"].search(LAPTOPS, 3)
    assert caught.value.retry_after is None


@pytest.mark.parametrize(
    ("name", "resource"),
    [("ebay", "sell.inventory"), ("facebook", "catalog_batch"), ("craigslist", "")],
)
async def test_a_listing_that_met_a_spent_quota_is_posted_once_later(
    name: str, resource: str, marketplaces: Marketplaces, sandbox: Sandbox
) -> None:
    posting, request = marketplaces.posting[name], request_for(name)
    await posting.publish(request_for(name, "earlier"), PHOTOS)
    sandbox.allow(name, 1, resource=resource)
    with pytest.raises(Throttled) as caught:
        await posting.publish(request, PHOTOS)
    assert caught.value.retry_after
    assert len(sandbox.live_listings(name)) == 1
    sandbox.allow(name, 1_000_000, resource=resource)
    await posting.publish(request, PHOTOS)
    keys = [listing["key"] for listing in sandbox.live_listings(name)]
    assert sorted(keys) == sorted([request.key, request_for(name, "earlier").key])


async def test_calls_with_wrong_keys_use_up_nobodys_quota(
    http: httpx.AsyncClient, marketplaces: Marketplaces, sandbox: Sandbox
) -> None:
    sandbox.allow("bestbuy", 1)
    for _ in range(3):
        wrong = f"{sandbox.access.url}/v1/products?apiKey=wrong&format=json"
        assert (await http.get(wrong)).status_code == 403
    assert (await marketplaces.searching["bestbuy"].search(LAPTOPS, 3)).products


@pytest.mark.parametrize("path", ["rate_limit", "rate_limit/"])
async def test_ebay_tells_how_much_is_left(
    path: str, http: httpx.AsyncClient, marketplaces: Marketplaces, sandbox: Sandbox
) -> None:
    sandbox.allow("ebay", 5000, resource="buy.browse")
    await marketplaces.searching["ebay"].search(LAPTOPS, 3)
    analytics = f"{sandbox.access.url}/developer/analytics/v1_beta/{path}"
    headers = {"Authorization": f"Bearer {await app_token(http, sandbox)}"}
    query = {"api_context": "buy", "api_name": "browse"}
    reply = await http.get(analytics, params=query, headers=headers)
    (limit,) = reply.raise_for_status().json()["rateLimits"]
    assert (limit["apiContext"], limit["apiName"], limit["apiVersion"]) == ("buy", "Browse", "v1")
    (resource,) = limit["resources"]
    (rate,) = resource["rates"]
    assert resource["name"] == "buy.browse"
    assert (rate["limit"], rate["remaining"], rate["timeWindow"]) == (5000, 4999, 86_400)
    # Its days end at midnight in California, which is 7 or 8 o'clock in UTC.
    reset = datetime.fromisoformat(rate["reset"])
    assert reset > datetime.now(UTC)
    assert (reset.hour in (7, 8), reset.minute) == (True, 0)
    assert (await http.get(analytics)).status_code == 400  # no token
    nothing = await http.get(analytics, params={"api_name": "none"}, headers=headers)
    assert (nothing.status_code, nothing.content) == (204, b"")


async def test_ebay_counts_photos_by_user(
    http: httpx.AsyncClient, marketplaces: Marketplaces, sandbox: Sandbox
) -> None:
    sandbox.allow("ebay", 50, seconds=5, resource="commerce.media")
    base = f"{sandbox.access.url}/developer/analytics/v1_beta"
    headers = {"Authorization": f"Bearer {await app_token(http, sandbox)}"}
    reply = await http.get(f"{base}/user_rate_limit/", headers=headers)
    names = [
        resource["name"]
        for limit in reply.raise_for_status().json()["rateLimits"]
        for resource in limit["resources"]
    ]
    assert names == ["commerce.media"]


async def test_facebook_tells_with_each_reply_how_much_is_used(
    http: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    keys = sandbox.access.credentials["facebook"]
    sandbox.allow("facebook", 4, seconds=3600, resource="catalog_management")
    url = f"{sandbox.access.url}/v26.0/{keys['catalog_id']}/products"
    headers = {"Authorization": f"Bearer {keys['access_token']}"}
    used = []
    for _ in range(4):
        reply = await http.get(url, headers=headers)
        used.append(reply.raise_for_status().headers["X-App-Usage"])
    assert '"call_count": 25' in used[0]
    assert '"call_count": 100' in used[3]
    refused = await http.get(url, headers=headers)
    assert refused.json()["error"]["code"] == 80014
    assert "estimated_time_to_regain_access" in refused.headers["X-Business-Use-Case-Usage"]


async def app_token(http: httpx.AsyncClient, sandbox: Sandbox) -> str:
    keys = sandbox.access.credentials["ebay"]
    reply = await http.post(
        f"{sandbox.access.url}/identity/v1/oauth2/token",
        auth=(keys["client_id"], keys["client_secret"]),
        data={"grant_type": "client_credentials", "scope": "https://api.ebay.com/oauth/api_scope"},
    )
    return str(reply.raise_for_status().json()["access_token"])
