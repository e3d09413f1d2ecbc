"""Buying by chat, through the socket, on the real engine."""

import asyncio
import json
from decimal import Decimal

from tests.running import Running, bearer

MARKETPLACES = {"ebay", "amazon", "walmart", "bestbuy"}


async def test_a_request_becomes_ten_cards_from_four_marketplaces(stack: Running) -> None:
    async with stack.chat() as chat:
        await chat.say("find me a laptop under $1000")
        results = (await chat.next("results"))["data"]
        done = await chat.next("done")
    assert len(results["products"]) == 10
    assert all(0 < Decimal(str(card["price"])) <= 1000 for card in results["products"])
    assert all(card["why_ranked"] for card in results["products"])
    assert {source["marketplace"] for source in results["sources"]} == MARKETPLACES
    assert len({card["marketplace"] for card in results["products"]}) > 1
    assert results["partial"] is False
    assert "laptop" in done["data"]["message"].lower()


async def test_events_are_numbered_without_gaps_from_one(stack: Running) -> None:
    async with stack.chat() as chat:
        await chat.say("wireless headphones under $100")
        await chat.next("done")
    assert [event["event_id"] for event in chat.events] == list(range(1, len(chat.events) + 1))


async def test_a_turn_is_at_most_40_events_and_40_kib_of_history(stack: Running) -> None:
    temporal = await stack.temporal()
    async with stack.chat() as chat:
        conversation = temporal.get_workflow_handle(f"conversation/{chat.session['session_id']}")
        for text in ("find a coffee machine", "under $200", "not Philips", "the best rated first"):
            await chat.say(text)
            await chat.next("done")
    events = (await conversation.fetch_history()).events
    assert len(events) <= 4 * 40
    assert sum(event.ByteSize() for event in events) <= 4 * 40 * 1024


async def test_a_marketplace_that_is_down_leaves_a_partial_answer_that_says_so(
    stack: Running,
) -> None:
    await stack.fault(marketplace="walmart", match="", kind="status", status=500, count=50)
    try:
        async with stack.chat() as chat:
            await chat.say("find me a mountain bike under $3000")
            results = (await chat.next("results"))["data"]
            done = await chat.next("done")
    finally:
        await stack.clear_faults()
    status = {source["marketplace"]: source["status"] for source in results["sources"]}
    assert status["walmart"] == "failed"
    assert results["partial"] is True
    assert results["products"]
    assert "walmart" in done["data"]["message"].lower()


async def test_a_marketplace_that_hangs_does_not_hold_up_the_others(stack: Running) -> None:
    await stack.fault(marketplace="amazon", match="", kind="hang", count=5)
    try:
        async with stack.chat() as chat:
            await chat.say("find me a drill under $400")
            results = (await chat.next("results"))["data"]
    finally:
        await stack.clear_faults()
    ended = [
        event["data"]["marketplace"]
        for event in chat.events
        if event["type"] == "progress" and event["data"].get("status") in ("done", "failed")
    ]
    assert set(ended) == MARKETPLACES
    assert ended[-1] == "amazon", "what the others found is told while it is awaited"
    status = {source["marketplace"]: source["status"] for source in results["sources"]}
    assert status == dict.fromkeys(MARKETPLACES, "done") | {"amazon": "failed"}


async def test_hostile_offers_from_everywhere_fail_no_turn(stack: Running) -> None:
    for marketplace in MARKETPLACES:
        await stack.fault(marketplace=marketplace, match="", kind="hostile", count=None)
    try:
        async with stack.chat() as chat:
            for thing in ("vacuum cleaner", "office chair", "camera", "backpack", "monitor"):
                await chat.say(f"find me a {thing} under $900")
                done = await chat.next("done")
                assert done["data"]["message"]
    finally:
        await stack.clear_faults()
    assert not [event for event in chat.events if event["type"] == "error"]
    cards = [
        card
        for event in chat.events
        if event["type"] == "results"
        for card in event["data"]["products"]
    ]
    assert cards
    assert all(0 < Decimal(str(card["price"])) <= 900 for card in cards)
    assert not any("<script" in json.dumps(card) for card in cards)
    assert all(card["deep_link"].startswith(("https://", stack.sandbox)) for card in cards)


async def test_the_same_search_again_comes_from_the_cache(stack: Running) -> None:
    async with stack.chat() as chat:
        await chat.say("find me running shoes under $150")
        await chat.next("done")
        await chat.say("find me running shoes under $150")
        results = (await chat.next("results"))["data"]
    assert {source["status"] for source in results["sources"]} == {"cached"}


async def test_fifty_equal_searches_at_once_are_one_call_of_each_marketplace(
    stack: Running,
) -> None:
    people = [bearer(await stack.guest()) for _ in range(10)]

    async def calls() -> dict[str, int]:
        reply = await stack.http.get(f"{stack.sandbox}/_sandbox/requests")
        paths = reply.raise_for_status().json()["paths"]
        return {
            # eBay is also asked for tokens, and every so often what was sold there.
            name: sum(n for path, n in paths.get(name, {}).items() if "search" in path)
            for name in MARKETPLACES
        }

    async def search(person: dict[str, str]) -> int:
        wish = {"product_type": "espresso machine", "price": {"max": 700}}
        reply = await stack.http.post(f"{stack.web}/api/v1/search", json=wish, headers=person)
        return len(reply.raise_for_status().json()["products"])

    before = await calls()
    found = await asyncio.gather(*(search(person) for person in people * 5))
    assert len(set(found)) == 1
    after = await calls()
    assert {name: after[name] - before[name] for name in MARKETPLACES} == dict.fromkeys(
        MARKETPLACES, 1
    )


async def test_sources_say_what_was_applied_afterwards(stack: Running) -> None:
    wish = {
        "product_type": "laptop",
        "price": {"max": 900},
        "excluded_brands": ["HP"],
        "condition": "new",
        "sort": "price_asc",
    }
    person = bearer(await stack.guest())
    reply = await stack.http.post(f"{stack.web}/api/v1/search", json=wish, headers=person)
    found = reply.raise_for_status().json()
    said = {s["marketplace"]: set(s["applied_afterwards"]) for s in found["sources"]}
    assert said == {
        "ebay": {"excluded_brands", "sort"},
        "amazon": {"excluded_brands", "sort"},
        "walmart": {"condition", "excluded_brands", "sort"},
        "bestbuy": {"sort"},
    }
    cards = found["products"]
    assert cards
    assert all("laptop" in card["title"].lower() for card in cards)
    prices = [Decimal(str(card["price"])) for card in cards]
    assert prices == sorted(prices)


async def test_a_refinement_keeps_what_was_said_before(stack: Running) -> None:
    async with stack.chat() as chat:
        await chat.say("find me a laptop under $1500")
        await chat.next("done")
        await chat.say("under $700 instead, and not HP")
        results = (await chat.next("results"))["data"]
    assert results["requirement"]["product_type"]
    assert results["products"]
    assert all(card["price"] <= 700 for card in results["products"])
    assert not any("HP " in card["title"] for card in results["products"])


async def test_a_question_waits_and_its_answer_resumes_the_turn(stack: Running) -> None:
    async with stack.chat() as chat:
        await chat.say("I want to buy something")
        question = await chat.next("clarification")
    # Nobody is connected now; the turn waits in the workflow.
    async with stack.chat(chat.session, last_event_id=question["event_id"]) as later:
        await later.answer(question, "a coffee machine under $300")
        results = await later.next("results")
    assert results["turn_id"] == question["turn_id"]
    assert results["data"]["products"]


async def test_a_free_message_answers_the_open_question(stack: Running) -> None:
    async with stack.chat() as chat:
        await chat.say("I want to buy something")
        await chat.next("clarification")
        await chat.say("a monitor under $400")
        results = await chat.next("results")
    assert results["data"]["products"]


async def test_two_messages_at_once_are_two_turns_in_order(stack: Running) -> None:
    async with stack.chat() as chat:
        await asyncio.gather(chat.say("find me a laptop"), chat.say("find me a watch"))
        first, second = await chat.next("done"), await chat.next("done")
    assert first["turn_id"] != second["turn_id"]
    assert first["event_id"] < second["event_id"]


async def test_the_same_message_twice_is_one_turn(stack: Running) -> None:
    async with stack.chat() as chat:
        message_id = await chat.say("find me a tv under $600")
        await chat.say("find me a tv under $600", message_id=message_id)
        await chat.next("done")
    async with stack.chat(chat.session) as again:
        await again.say("find me a tv under $600", message_id=message_id)
        await again.say("find me a camera")
        await again.next("done")
        await again.next("done")
    messages = [event for event in again.events if event["type"] == "user_message"]
    assert len(messages) == 2


async def test_cancel_stops_the_turn_and_the_next_message_works(stack: Running) -> None:
    await stack.fault(marketplace="ebay", match="", kind="hang", count=1)
    try:
        async with stack.chat() as chat:
            await chat.say("find me a sofa under $900")
            await chat.next_where(
                lambda event: event["data"].get("status") == "searching", "searching"
            )
            await chat.send({"type": "cancel"})
            stopped = await chat.next("done")
            await chat.say("find me a book")
            done = await chat.next("done")
    finally:
        await stack.clear_faults()
    assert stopped["data"]["cancelled"] is True
    assert done["data"]["cancelled"] is False


async def test_two_devices_see_the_same_events(stack: Running) -> None:
    async with stack.chat() as one, stack.chat(one.session) as other:
        await one.say("find me headphones")
        await one.next("done")
        await other.next("done")
    assert one.events == other.events


async def test_a_search_changed_by_hand_is_taken_as_it_is(stack: Running) -> None:
    async with stack.chat() as chat:
        await chat.say("find me a laptop under $1000")
        requirement = (await chat.next("results"))["data"]["requirement"]
        await chat.next("done")
        price = {"min": 300, "max": 700, "currency": "USD"}
        wanted = requirement | {"price": price, "marketplaces": ["ebay"], "sort": "price_asc"}
        await chat.say("Price: 300 to 700, only eBay", requirement=wanted)
        results = (await chat.next("results"))["data"]
    assert results["requirement"] == wanted
    prices = [card["price"] for card in results["products"]]
    assert prices == sorted(prices)
    assert 300 <= prices[0] <= prices[-1] <= 700
    assert {card["marketplace"] for card in results["products"]} == {"ebay"}


async def test_a_search_changed_by_hand_leaves_an_open_draft_for_the_shop(stack: Running) -> None:
    async with stack.chat() as chat:
        await chat.say("find me a kettle under $100")
        requirement = (await chat.next("results"))["data"]["requirement"]
        await chat.next("done")
        await chat.say("sell my iPhone 13, $650, good condition")
        await chat.next("listing_preview")
        await chat.say("Only eBay", requirement=requirement | {"marketplaces": ["ebay"]})
        results = (await chat.next("results"))["data"]
    assert {source["marketplace"] for source in results["sources"]} == {"ebay"}


async def test_a_conversation_is_held_in_the_persons_language(stack: Running) -> None:
    async with stack.chat() as chat:
        await chat.say("busco un portátil por menos de 900 dólares")
        results = (await chat.next("results"))["data"]
        done = await chat.next("done")
    assert results["requirement"]["product_type"] == "laptop"
    assert results["products"]
    assert "ofertas" in results["summary"]
    assert "Lo que mejor encaja" in done["data"]["message"]


async def test_everywhere_but_one_is_searched_where_one_can_buy(stack: Running) -> None:
    async with stack.chat() as chat:
        await chat.say("find me a laptop everywhere but amazon")
        results = (await chat.next("results"))["data"]
    assert {source["marketplace"] for source in results["sources"]} == MARKETPLACES - {"amazon"}
