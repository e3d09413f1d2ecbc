"""Losing what the product stands on, for a while: what people see then, and that it mends itself.

Losing a model is in tests/durable/test_chat_model.py, a restore in test_backup.py.
"""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from tests.running import Running, bearer, eventually, running_stack
from tests.selling import by_marketplace, post_bookshelf, preview, upload_photo
from tests.wire.media.test_store_on_s3 import Bucket, bucket

__all__ = ["bucket"]

pytestmark = pytest.mark.timeout(300)

PHONE = "sell my iPhone 13, $650, good condition"


@asynccontextmanager
async def frozen(stack: Running, role: str) -> AsyncIterator[None]:
    """Neither answers nor closes its connections: worse than dead."""
    pid = stack.process(role)["pid"]
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


async def listings(stack: Running, session: dict[str, Any], job_id: str) -> dict[str, Any]:
    reply = await stack.http.get(f"{stack.web}/api/v1/jobs/{job_id}", headers=bearer(session))
    return by_marketplace({"data": reply.raise_for_status().json()})


async def test_redis_hangs_and_people_buy_and_sell_on(doomed: Running) -> None:
    async with frozen(doomed, "valkey"):
        async with doomed.chat() as chat:
            await chat.say("find me a tablet under $700")
            results = await chat.next("results")
            assert results["data"]["products"]
            assert results["data"]["partial"] is False
            await chat.next("done")
            await preview(doomed, chat, PHONE)
            await chat.act("edit_listing", target_marketplaces=["facebook"])
            await chat.next("listing_preview")
            await chat.act("confirm_listing")
            await chat.next_where(
                lambda event: (
                    event["type"] == "job" and by_marketplace(event)["facebook"]["status"] == "live"
                ),
                "a live listing",
            )
        ready = (await doomed.http.get(f"{doomed.web}/health/ready")).json()
        assert ready == {"status": "ok", "live_feed": "away"}

    async def is_back() -> bool:
        ready = (await doomed.http.get(f"{doomed.web}/health/ready")).json()
        return bool(ready["live_feed"] == "connected")

    await eventually(is_back, "the gateway has Redis again")


async def test_a_marketplace_is_lost_and_its_listing_goes_live_when_it_is_back(
    doomed: Running,
) -> None:
    session = await doomed.guest()
    photo = (await upload_photo(doomed, session))["media_id"]
    await doomed.fault(marketplace="ebay", match="", kind="status", status=503, count=10_000)
    try:
        async with doomed.chat() as chat:
            await chat.say("find me a mountain bike under $3000")
            found = (await chat.next("results"))["data"]
        states = {source["marketplace"]: source["status"] for source in found["sources"]}
        assert states["ebay"] == "failed"
        assert found["partial"] is True
        assert found["products"]
        job_id = await post_bookshelf(doomed, session, "ebay", "facebook", photo=photo)

        async def half_is_live() -> bool:
            entries = await listings(doomed, session, job_id)
            return {name: e["status"] for name, e in entries.items()} == {
                "ebay": "posting",
                "facebook": "live",
            }

        await eventually(half_is_live, "the other marketplace has it")
    finally:
        await doomed.clear_faults()

    async def all_is_live() -> bool:
        entries = await listings(doomed, session, job_id)
        return {entry["status"] for entry in entries.values()} == {"live"}

    await eventually(all_is_live, "it is live on eBay too", 180)
    assert len(await doomed.listings("ebay", job_id)) == 1


@pytest.fixture
async def on_s3(
    bucket: Bucket, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Running, Bucket]]:
    folder = tmp_path_factory.mktemp("s3")
    async with running_stack(folder, TALKNSHOP_STORAGE_URL="s3://shop/uploads") as running:
        yield running, bucket


async def test_the_object_store_is_lost_and_nothing_but_photos_waits(
    on_s3: tuple[Running, Bucket],
) -> None:
    stack, bucket = on_s3
    session = await stack.guest()
    photo = (await upload_photo(stack, session))["media_id"]
    assert any(photo in key for key in bucket.objects)
    bucket.status = 503
    with pytest.raises(httpx.HTTPStatusError) as refused:
        await upload_photo(stack, await stack.guest())
    assert refused.value.response.status_code == 503
    async with stack.chat() as chat:
        await chat.say("find me a laptop under $1000")
        assert (await chat.next("results"))["data"]["products"]
        await chat.next("done")
    job_id = await post_bookshelf(stack, session, "facebook", "craigslist", photo=photo)

    async def is_tried() -> bool:
        entries = await listings(stack, session, job_id)
        return "posting" in {entry["status"] for entry in entries.values()}

    await eventually(is_tried, "it is being posted")
    bucket.status = None

    async def is_live() -> bool:
        entries = await listings(stack, session, job_id)
        return {entry["status"] for entry in entries.values()} == {"live"}

    await eventually(is_live, "it is live with its photo", 180)
    for name in ("facebook", "craigslist"):
        assert len(await stack.listings(name, job_id)) == 1
