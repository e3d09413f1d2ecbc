"""Records the histories that the tests replay: `python -m tests.histories.record`.

Run it when a new path through the workflows is worth keeping; old files stay, for they are what
running workflows look like.
"""

import asyncio
import tempfile
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from tests.running import Running, eventually, running_stack
from tests.selling import preview, settled
from tests.watched import posted_on_ebay

FOLDER = Path(__file__).parent


async def record() -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = {"TALKNSHOP_ENCRYPTION__KEYS": "off", "TALKNSHOP_WATCH_INTERVAL": "PT1S"}
        async with running_stack(Path(folder), **settings) as stack:
            await _buyer(stack)
            await _remembering(stack)
            await _seller(stack)
            await _bulk(stack)
            await _account(stack)
            await _watches(stack)


async def _buyer(stack: Running) -> None:
    """Marketplaces that answer one after the other, and at once."""
    async with stack.chat() as chat:
        await stack.latency("default")
        await chat.say("find me a laptop under $1000")
        await chat.next("done")
        await stack.latency("none")
        await chat.say("cheaper, and not HP")
        await chat.next("done")
    await _save(stack, f"conversation/{chat.session['session_id']}", "buyer-together")


async def _remembering(stack: Running) -> None:
    """A size that is said, remembered, assumed and dropped; and the account that learned it."""
    session = await stack.guest()
    me = f"{stack.web}/api/v1/me"
    headers = {"Authorization": f"Bearer {session['token']}"}
    async with stack.chat(session) as chat:
        await chat.say("running shoes size 10")
        products = (await chat.next("results"))["data"]["products"]
        await chat.next("done")
        await chat.act("select_product", product_id=products[0]["product_id"])
        await chat.say("never show me Sony")
        await chat.next("done")

        async def is_known() -> bool:
            memory = (await stack.http.get(f"{me}/memory", headers=headers)).json()
            return len(memory["looked_at"]) == 1 and len(memory["items"]) > 1

        await eventually(is_known, "it is remembered")
        await chat.say("find me a tv")
        await chat.next("done")
        await chat.say("anything similar?")
        await chat.next("done")
    await stack.http.put(f"{me}/memory", json={"enabled": False}, headers=headers)
    await stack.http.delete(f"{me}/memory", headers=headers)
    await _save(stack, f"conversation/{session['session_id']}", "buyer-told-aside")
    await _save(stack, f"account/{session['user_id']}", "account-remembering")


async def _seller(stack: Running) -> None:
    async with stack.chat() as chat:
        await chat.say("I want to sell my iPhone 13 for $500")
        question = await chat.next("clarification")
        await chat.answer(question, "Good")
        await chat.next("listing_preview")
        await preview(stack, chat, "change the price to 480")
        await chat.act("confirm_listing")
        job = await chat.next_where(settled, "a settled job")
        await chat.next("notification")
    job_id = job["data"]["job_id"]
    await _save(stack, f"conversation/{chat.session['session_id']}", "seller-with-clarification")
    await _save(stack, f"job/{job_id}", "job")
    for marketplace in ("ebay", "craigslist", "poshmark"):
        await _save(stack, f"listing/{job_id}/{marketplace}", f"listing-{marketplace}")


async def _bulk(stack: Running) -> None:
    session = await stack.guest()
    headers = {"Authorization": f"Bearer {session['token']}"}
    reply = await stack.http.post(
        f"{stack.web}/api/v1/jobs/bulk",
        content=b"title,price,condition,zip,marketplaces\n"
        b"Lamp,20,good,98101,craigslist\nShelf,-1,good,98101,craigslist\n",
        headers=headers,
    )
    url = f"{stack.web}{reply.json()['status_url']}"

    async def is_in(status: str) -> bool:
        view = await stack.http.get(url, headers=headers)
        return view.status_code == 200 and bool(view.json()["status"] == status)

    await eventually(lambda: is_in("awaiting_confirmation"), "the question")
    await stack.http.post(f"{url}/confirm", headers=headers)
    await eventually(lambda: is_in("completed"), "the end")
    await _save(stack, f"bulk/{reply.json()['bulk_id']}", "bulk")


async def _account(stack: Running) -> None:
    session = await stack.guest()
    headers = {"Authorization": f"Bearer {session['token']}"}
    me = f"{stack.web}/api/v1/me"
    await stack.http.put(f"{me}/preferences", json={"timezone": "UTC"}, headers=headers)
    begun = await stack.http.post(f"{me}/connections/ebay", headers=headers)
    page = (await stack.http.get(begun.json()["consent_url"])).text
    agreed = unescape(page.split('id="agree" href="')[1].split('"')[0])
    code = dict(parse_qsl(urlsplit(agreed).query))
    await stack.http.post(f"{me}/connections/ebay/finish", json=code, headers=headers)
    await stack.http.delete(f"{me}/connections/ebay", headers=headers)
    await _save(stack, f"account/{session['user_id']}", "account")


async def _watches(stack: Running) -> None:
    offer, edit = await posted_on_ebay(stack, price=100)
    async with stack.chat() as chat:
        await chat.say("hello")
        await chat.next("done")
        await chat.act("watch_price", marketplace="ebay", product_id=offer, target=80)
        watch = await chat.next("watch")
        await edit(79)
        await chat.next("notification")
        await chat.act("stop_watching", watch_id=watch["data"]["watch"]["watch_id"])
        await chat.next("watch")
        await chat.say("thanks")
        await chat.next("done")
    await _save(stack, f"watches/{chat.session['user_id']}", "watches")
    await _save(stack, f"conversation/{chat.session['session_id']}", "buyer-with-alert")


async def _save(stack: Running, workflow_id: str, name: str) -> None:
    client = await stack.temporal()
    history = await client.get_workflow_handle(workflow_id).fetch_history()
    (FOLDER / f"{name}.json").write_text(history.to_json())


if __name__ == "__main__":
    asyncio.run(record())
