"""Selling by chat, as several tests do it."""

import io
from typing import Any

from PIL import Image

from tests.chatting import Chat
from tests.running import Running, bearer


async def upload_photo(stack: Running, session: dict[str, Any]) -> dict[str, Any]:
    """A small photo, uploaded: what a message names as its media."""
    data = io.BytesIO()
    Image.new("RGB", (640, 480), "steelblue").save(data, "JPEG")
    response = await stack.http.post(
        f"{stack.web}/api/v1/media",
        files={"file": ("phone.jpg", data.getvalue())},
        headers=bearer(session),
    )
    response.raise_for_status()
    stored = response.json()
    return {"media_id": stored["media_id"], "media_type": stored["media_type"]}


async def post_bookshelf(
    stack: Running, session: dict[str, Any], *marketplaces: str, photo: str = ""
) -> str:
    """Over REST, for $80; the job's id. `photo`: one that is uploaded already."""
    listing = {
        "title": "Oak bookshelf",
        "description": "Solid oak.",
        "price": 80,
        "condition": "good",
        "media_refs": [photo or (await upload_photo(stack, session))["media_id"]],
        "target_marketplaces": marketplaces,
    }
    reply = await stack.http.post(f"{stack.web}/api/v1/post", json=listing, headers=bearer(session))
    job_id: str = reply.raise_for_status().json()["job_id"]
    return job_id


async def preview(stack: Running, chat: Chat, words: str) -> dict[str, Any]:
    """The preview of what is to be sold, with a photo."""
    await chat.say(words, media=[await upload_photo(stack, chat.session)])
    return await chat.next("listing_preview")


def settled(event: dict[str, Any]) -> bool:
    """Whether a job event shows every listing at rest."""
    return event["type"] == "job" and all(
        listing["status"] not in ("pending", "posting")
        for listing in event["data"]["marketplace_jobs"]
    )


def by_marketplace(event: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {listing["marketplace"]: listing for listing in event["data"]["marketplace_jobs"]}
