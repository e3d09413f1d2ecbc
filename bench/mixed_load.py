"""A mixed load on the embedded stack: buyers, sellers, jobs, searches, an upload, accounts."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from tests.running import Running, bearer, eventually
from tests.selling import by_marketplace, preview, settled, upload_photo

MARKETPLACES = ["ebay", "craigslist", "facebook", "poshmark"]
THINGS = ("laptop", "phone", "monitor", "camera", "tablet", "watch")
TURNS = 4


async def buy(stack: Running, number: int = 0, turns: int = TURNS) -> str:
    """A buyer's conversation of so many turns, the later ones refinements; its workflow's id."""
    said = [f"find me a {THINGS[number % len(THINGS)]} under ${900 + number}", "cheaper"]
    said += ["and not HP", "in black", "sort by rating"]
    async with stack.chat() as chat:
        for turn in range(turns):
            await chat.say(said[turn] if turn < len(said) else f"under ${800 - 3 * turn}")
            await chat.next("done")
        return f"conversation/{chat.session['session_id']}"


async def sell(stack: Running) -> tuple[str, str]:
    """A seller's conversation until the job is at rest; the workflow's id and the job's."""
    async with stack.chat() as chat:
        await preview(stack, chat, "sell my iPhone 13, $650, good condition")
        await chat.act("confirm_listing")
        job = await chat.next_where(settled, "a settled job", 120)
        return f"conversation/{chat.session['session_id']}", job["data"]["job_id"]


async def post(stack: Running, marketplaces: list[str] | None = None) -> str:
    """A job over REST until it is at rest; its id."""
    session = await stack.guest()
    listing = {
        "title": "Oak bookshelf",
        "description": "Solid oak, some scratches.",
        "price": 80,
        "condition": "good",
        "media_refs": [(await upload_photo(stack, session))["media_id"]],
        "target_marketplaces": marketplaces or MARKETPLACES,
    }
    reply = await stack.http.post(f"{stack.web}/api/v1/post", json=listing, headers=bearer(session))
    reply.raise_for_status()
    job_id: str = reply.json()["job_id"]

    async def at_rest() -> bool:
        view = await stack.http.get(f"{stack.web}/api/v1/jobs/{job_id}", headers=bearer(session))
        if view.status_code != 200:
            return False
        entries = by_marketplace({"data": view.json()}).values()
        return bool(entries) and all(e["status"] not in ("pending", "posting") for e in entries)

    await eventually(at_rest, f"job {job_id} is at rest", 180)
    return job_id


async def search(stack: Running, number: int = 0) -> None:
    """One search without a conversation."""
    wanted = {"product_type": THINGS[number % len(THINGS)], "price": {"max": 700 + number}}
    reply = await stack.http.post(
        f"{stack.web}/api/v1/search", json=wanted, headers=bearer(await stack.guest())
    )
    reply.raise_for_status()


async def upload_many(stack: Running, rows: int) -> str:
    """A file of listings, posted until all have come to rest; its workflow's id."""
    session = await stack.guest()
    lines = ["title,price,condition,zip,marketplaces"]
    lines += [f"Lamp {row},20,good,98101,craigslist" for row in range(rows)]
    reply = await stack.http.post(
        f"{stack.web}/api/v1/jobs/bulk",
        params={"post": "good"},
        content="\n".join(lines).encode(),
        headers=bearer(session),
    )
    reply.raise_for_status()
    url = f"{stack.web}{reply.json()['status_url']}"

    async def has_ended() -> bool:
        view = await stack.http.get(url, headers=bearer(session))
        return view.status_code == 200 and bool(view.json()["status"] == "completed")

    await eventually(has_ended, "the upload has ended", 300)
    return f"bulk/{reply.json()['bulk_id']}"


async def settle_in(stack: Running) -> None:
    """A person who sets a preference."""
    session = await stack.guest()
    reply = await stack.http.put(
        f"{stack.web}/api/v1/me/preferences", json={"timezone": "UTC"}, headers=bearer(session)
    )
    reply.raise_for_status()


async def mixed(stack: Running, scale: int = 10, at_once: int = 4) -> None:
    """Some 22 workflows for each of `scale`, so many people at once."""
    slots = asyncio.Semaphore(at_once)

    async def one(doing: Callable[[], Awaitable[Any]]) -> None:
        async with slots:
            await doing()

    def doings(number: int) -> list[Callable[[], Coroutine[Any, Any, Any]]]:
        return [
            lambda: buy(stack, number),
            lambda: sell(stack),
            lambda: post(stack),
            lambda: search(stack, number),
            lambda: settle_in(stack),
        ]

    await asyncio.gather(
        upload_many(stack, rows=4 * scale),
        *(one(doing) for number in range(scale) for doing in doings(number)),
    )
