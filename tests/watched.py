"""An offer that tests can make cheaper: what they sell on eBay themselves."""

import uuid
from collections.abc import Awaitable, Callable

from tests.running import Running, bearer, eventually
from tests.selling import upload_photo


async def posted_on_ebay(
    stack: Running, price: int
) -> tuple[str, Callable[[int], Awaitable[None]]]:
    """The offer's id as buyers know it, and how its seller changes the price."""
    session = await stack.guest()
    seller, photo = bearer(session), await upload_photo(stack, session)
    listing = {
        "title": f"Rare lamp {uuid.uuid4().hex[:8]}",
        "description": "A lamp that nobody else has.",
        "price": price,
        "condition": "good",
        "location": {"postal_code": "98101", "country": "US"},
        "target_marketplaces": ["ebay"],
        "media_refs": [photo["media_id"]],
    }
    reply = await stack.http.post(f"{stack.web}/api/v1/post", json=listing, headers=seller)
    reply.raise_for_status()
    job = f"{stack.web}{reply.json()['status_url']}"
    found: list[str] = []

    async def is_live() -> bool:
        view = await stack.http.get(job, headers=seller)
        entries = view.json()["marketplace_jobs"] if view.status_code == 200 else []
        found[:] = [entry["listing_id"] for entry in entries if entry["status"] == "live"]
        return bool(found)

    await eventually(is_live, "the lamp is on eBay")

    async def edit(changed: int) -> None:
        edited = await stack.http.post(f"{job}/edit", json={"price": changed}, headers=seller)
        edited.raise_for_status()

    return f"v1|{found[0]}|0", edit
