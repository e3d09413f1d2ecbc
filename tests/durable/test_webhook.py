"""A buyer's order on the sandbox's eBay, told by eBay's own signed notice."""

from typing import Any

import httpx

from tests.running import Running, bearer, eventually
from tests.selling import post_bookshelf

TARGETS = ("ebay", "craigslist", "facebook")


async def test_a_signed_notice_takes_the_sold_thing_down_everywhere_else(stack: Running) -> None:
    session = await stack.guest()
    headers = bearer(session)
    job_id = await post_bookshelf(stack, session, *TARGETS)

    async def job() -> dict[str, Any]:
        reply = await stack.http.get(f"{stack.web}/api/v1/jobs/{job_id}", headers=headers)
        view: dict[str, Any] = reply.json()
        return view

    async def statuses() -> dict[str, str]:
        return {e["marketplace"]: e["status"] for e in (await job())["marketplace_jobs"]}

    async def is_live() -> bool:
        return set((await statuses()).values()) == {"live"}

    async def is_sold() -> bool:
        wanted = {"ebay": "sold", "craigslist": "withdrawn", "facebook": "withdrawn"}
        return await statuses() == wanted

    await eventually(is_live, "it is live on three marketplaces")
    (held,) = await stack.listings("ebay", job_id)
    bought = await stack.http.post(
        f"{stack.sandbox}/_sandbox/buy",
        json={"marketplace": "ebay", "listing_id": held["listing_id"]},
    )
    bought.raise_for_status()
    # Without the notice the next look would be up to a minute away.
    await eventually(is_sold, "it is sold on eBay and withdrawn elsewhere")
    view = await job()
    assert view["stock"] == 0
    assert [record["status"] for record in view["sales"]] == ["counted"]
    for name in ("craigslist", "facebook"):
        assert "live" not in [entry["status"] for entry in await stack.listings(name, job_id)]


async def test_what_nobody_signed_is_refused_and_unknown_senders_too(stack: Running) -> None:
    async def send(marketplace: str, **headers: str) -> httpx.Response:
        url = f"{stack.web}/api/v1/webhooks/{marketplace}"
        return await stack.http.post(url, json={"metadata": {}}, headers=headers)

    assert (await send("ebay")).status_code == 412
    assert (await send("ebay", **{"X-EBAY-SIGNATURE": "bm9wZQ=="})).status_code == 412
    for marketplace in ("etsy", "craigslist"):
        refused = await send(marketplace)
        assert refused.status_code == 404
        assert refused.json()["code"] == "no_such_webhook"
