"""Back up a stack at work, destroy it, restore it: conversations and jobs go on from there."""

import asyncio
import shutil
import sys
from pathlib import Path

import pytest

from tests.running import Running, bearer, eventually, running_stack
from tests.selling import by_marketplace, preview, upload_photo

pytestmark = pytest.mark.timeout(300)


async def talknshop(*arguments: str) -> str:
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("talknshop")),
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
    return said.decode()


async def job(stack: Running, session: dict[str, str], job_id: str) -> dict[str, dict[str, object]]:
    reply = await stack.http.get(f"{stack.web}/api/v1/jobs/{job_id}", headers=bearer(session))
    return by_marketplace({"data": reply.raise_for_status().json()})


async def test_a_conversation_and_a_job_go_on_after_a_restore(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "backup.tar.gz"
    async with running_stack(tmp_path) as stack:
        # A question waits; a job is live on Facebook, and at work on eBay, which hangs.
        async with stack.chat() as chat:
            await chat.say("I want to buy something")
            question = await chat.next("clarification")
        asked = chat.session
        photo = await upload_photo(stack, asked)
        await stack.fault(marketplace="ebay", match="PUT /sell", kind="hang", count=3)
        async with stack.chat() as chat:
            await preview(stack, chat, "sell my iPhone 13, $650, good condition")
            await chat.act("edit_listing", target_marketplaces=["ebay", "facebook"])
            await chat.next("listing_preview")
            await chat.act("confirm_listing")
            begun = await chat.next_where(
                lambda event: (
                    event["type"] == "job" and by_marketplace(event)["facebook"]["status"] == "live"
                ),
                "a listing on Facebook",
            )
        job_id = begun["data"]["job_id"]
        assert by_marketplace(begun)["ebay"]["status"] in ("pending", "posting")
        assert "MiB" in await talknshop("backup", str(file), "--data-dir", str(data))
    shutil.rmtree(data)
    (tmp_path / "status.json").unlink()

    await talknshop("restore", str(file), "--data-dir", str(data))
    async with running_stack(tmp_path) as stack:
        # The person's token still opens the conversation, and the question is still open.
        async with stack.chat(asked, last_event_id=question["event_id"]) as later:
            await later.answer(question, "a watch under $300")
            results = await later.next("results")
            assert results["turn_id"] == question["turn_id"]
        kept = await stack.http.get(
            f"{stack.web}/api/v1/media/{photo['media_id']}", headers=bearer(asked)
        )
        assert kept.status_code == 200

        async def is_live() -> bool:
            listings = await job(stack, chat.session, job_id)
            return {each["status"] for each in listings.values()} == {"live"}

        await eventually(is_live, "the job is live on both", 120)
        for name in ("ebay", "facebook"):
            assert len(await stack.listings(name, job_id)) == 1, f"{name} holds exactly one"
