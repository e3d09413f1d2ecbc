"""What is remembered of a person, from one conversation to the next, on the real engine."""

from typing import Any

import httpx
import pytest

from tests.running import Running, bearer, eventually


class Person:
    """One guest: every session of theirs, and their memory over REST."""

    def __init__(self, stack: Running, session: dict[str, Any]) -> None:
        self.stack = stack
        self.session = session

    async def new_session(self) -> dict[str, Any]:
        reply = await self.stack.http.post(
            f"{self.stack.web}/api/v1/sessions", headers=bearer(self.session)
        )
        session: dict[str, Any] = reply.json()
        return session

    async def call(self, method: str, path: str, **content: Any) -> httpx.Response:
        return await self.stack.http.request(
            method, f"{self.stack.web}/api/v1/me{path}", headers=bearer(self.session), **content
        )

    async def items(self) -> dict[str, dict[str, Any]]:
        memory = (await self.call("GET", "/memory")).json()
        return {item["kind"]: item for item in memory["items"]}

    async def learned(self, kind: str, value: str) -> dict[str, Any]:
        async def is_there() -> bool:
            return (await self.items()).get(kind, {}).get("value") == value

        await eventually(is_there, f"{kind} {value} is remembered")
        return (await self.items())[kind]

    async def turn(self, text: str, session: dict[str, Any] | None = None) -> dict[str, Any]:
        """One turn in a session of its own: the data of its `results` and `done`."""
        async with self.stack.chat(session or await self.new_session()) as chat:
            await chat.say(text)
            done = await chat.next("done")
        found = [event["data"] for event in chat.events if event["type"] == "results"]
        return {"results": found[-1] if found else None, "done": done["data"]}


@pytest.fixture
async def ann(stack: Running) -> Person:
    return Person(stack, await stack.guest())


async def test_a_size_said_once_is_assumed_next_time_and_the_answer_says_so(ann: Person) -> None:
    await ann.turn("running shoes size 10 under $200")
    item = await ann.learned("size", "10")
    assert (item["about"], item["reason"]) == ("shoes", "said")
    assert "size 10" in item["because"]

    later = await ann.turn("find me hiking boots")
    assert later["results"]["requirement"]["attributes"]["Size"] == "10"
    (remembered,) = later["results"]["remembered"]
    assert remembered["item_id"] == item["item_id"]
    assert remembered["text"] in later["done"]["message"]
    assert later["done"]["remembered"] == [remembered]


async def test_what_was_assumed_can_be_dropped_and_is_not_assumed_again(ann: Person) -> None:
    await ann.turn("running shoes size 10")
    await ann.learned("size", "10")
    async with ann.stack.chat(await ann.new_session()) as chat:
        await chat.say("find me hiking boots")
        requirement = (await chat.next("results"))["data"]["requirement"]
        await chat.next("done")
        await chat.say("any size", requirement=requirement | {"attributes": {}})
        dropped = (await chat.next("results"))["data"]
        await chat.next("done")
        await chat.say("cheaper ones")
        refined = (await chat.next("results"))["data"]
        await chat.next("done")
    assert (dropped["remembered"], refined["remembered"]) == ([], [])
    assert "Size" not in refined["requirement"]["attributes"]

    async def is_gone() -> bool:
        return "size" not in await ann.items()

    await eventually(is_gone, "the size is forgotten")


async def test_what_is_opened_and_dismissed_is_learned_from(ann: Person) -> None:
    session = await ann.new_session()
    async with ann.stack.chat(session) as chat:
        await chat.say("wireless headphones under $300")
        products = (await chat.next("results"))["data"]["products"]
        await chat.next("done")
        for action, product in (("select_product", products[0]), ("dismiss_product", products[1])):
            await chat.act(
                action, product_id=product["product_id"], marketplace=product["marketplace"]
            )

        async def are_kept() -> bool:
            memory = (await ann.call("GET", "/memory")).json()
            return {entry["how"] for entry in memory["looked_at"]} == {"selected", "dismissed"}

        await eventually(are_kept, "both are remembered")
        await chat.act("select_product", product_id="made-up", marketplace="ebay")
        refused = await chat.next_other("error")
    assert refused["data"]["error"]["code"] == "no_such_product"
    hidden = (products[1]["marketplace"], products[1]["product_id"])
    again = await ann.turn("wireless headphones under $300")
    shown = [(p["marketplace"], p["product_id"]) for p in again["results"]["products"]]
    assert shown
    assert hidden not in shown

    found = (await ann.call("GET", "/recommendations?limit=4")).json()["items"]
    assert found
    assert products[0]["title"] in found[0]["reason"]
    recommended = {(i["product"]["marketplace"], i["product"]["product_id"]) for i in found}
    known = {(p["marketplace"], p["product_id"]) for p in products[:2]}
    assert not recommended & known


async def test_memory_is_entered_corrected_erased_and_switched_off(ann: Person) -> None:
    assert (await ann.call("GET", "/memory")).json()["items"] == []
    item = {"kind": "size", "about": "shoes", "value": "42"}
    entered = await ann.call("POST", "/memory/items", json=item)
    assert (entered.status_code, entered.json()["reason"]) == (201, "entered")
    path = f"/memory/items/{entered.json()['item_id']}"
    assert (await ann.call("PUT", path, json={"value": "43"})).json()["value"] == "43"
    wrong = {"kind": "condition", "value": "shiny"}
    refused = await ann.call("POST", "/memory/items", json=wrong)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_item")
    missing = await ann.call("PUT", "/memory/items/size-00000000", json={"value": "1"})
    assert (missing.status_code, missing.json()["code"]) == (404, "no_such_item")

    off = await ann.call("PUT", "/memory", json={"enabled": False})
    assert (off.json()["enabled"], len(off.json()["items"])) == (False, 1)
    unaware = await ann.turn("find me hiking boots")
    assert "Size" not in unaware["results"]["requirement"]["attributes"]
    assert (await ann.call("DELETE", path)).status_code == 204
    assert (await ann.call("GET", "/memory")).json()["items"] == []
    assert (await ann.call("DELETE", "/memory")).status_code == 204
    memory = (await ann.call("GET", "/memory")).json()
    assert memory == {"enabled": False, "items": [], "looked_at": [], "looked_for": []}


async def test_nobody_sees_what_is_remembered_of_another(stack: Running, ann: Person) -> None:
    await ann.call("POST", "/memory/items", json={"kind": "brand", "value": "Dell"})
    eve = Person(stack, await stack.guest())
    assert (await eve.call("GET", "/memory")).json()["items"] == []
    (item,) = (await ann.items()).values()
    await eve.call("DELETE", f"/memory/items/{item['item_id']}")
    assert list(await ann.items()) == ["brand"]


async def test_what_is_told_in_the_chat_is_kept_used_and_forgotten(ann: Person) -> None:
    told = await ann.turn("never show me Sony")
    assert "Sony" in told["done"]["message"]
    assert (await ann.learned("excluded_brand", "Sony"))["reason"] == "told"
    tvs = await ann.turn("find me a tv under $900")
    assert tvs["results"]["requirement"]["excluded_brands"] == ["Sony"]
    assert "Sony" in tvs["done"]["message"]
    asked = await ann.turn("what do you know about me?")
    assert "Sony" in asked["done"]["message"]
    await ann.turn("forget what you know about me")

    async def is_gone() -> bool:
        return await ann.items() == {}

    await eventually(is_gone, "all is forgotten")


async def test_recommendations_are_given_on_request(ann: Person) -> None:
    async with ann.stack.chat(await ann.new_session()) as chat:
        await chat.say("recommend me something")
        nothing = await chat.next("done")
        await chat.say("find me wireless headphones")
        products = (await chat.next("results"))["data"]["products"]
        await chat.next("done")
        await chat.act(
            "select_product",
            product_id=products[2]["product_id"],
            marketplace=products[2]["marketplace"],
        )
        await chat.say("anything similar?")
        items = (await chat.next("recommendations"))["data"]["items"]
        done = await chat.next("done")
    assert "don't know yet" in nothing["data"]["message"]
    shown = {(p["marketplace"], p["product_id"]) for p in products}
    assert items
    assert not shown & {(i["product"]["marketplace"], i["product"]["product_id"]) for i in items}
    assert all(products[2]["title"][:120] in item["reason"] for item in items)
    assert items[0]["product"]["title"] in done["data"]["message"]
