"""Selling by chat: preview, confirm, live, and what a person can do afterwards."""

import uuid

from tests.running import Running
from tests.selling import by_marketplace, preview, settled

PHONE = "sell my iPhone 13, $650, good condition"
POSTED = ("ebay", "craigslist", "facebook")


async def test_a_confirmed_listing_is_live_once_on_three_marketplaces_and_handed_off_to_the_fourth(
    stack: Running,
) -> None:
    async with stack.chat() as chat:
        shown = await preview(stack, chat, PHONE)
        assert shown["data"]["listing_spec"]["title"] == "iPhone 13"
        assert shown["data"]["missing"] == []
        await chat.act("confirm_listing")
        done = await chat.next("done")
        job = await chat.next_where(settled, "a settled job")
        news = await chat.next("notification")
    listings = by_marketplace(job)
    assert {name: listings[name]["status"] for name in listings} == {
        "ebay": "live",
        "craigslist": "live",
        "facebook": "live",
        "poshmark": "needs_action",
    }
    assert all(listings[name]["confirmation_link"] for name in POSTED)
    assert listings["poshmark"]["needs"]["handoff"]["fields"]
    assert "iPhone 13" in done["data"]["message"]
    assert news["data"]["title"] == "✓ Your iPhone 13 is live on 3 marketplaces!"
    for name in POSTED:
        assert len(await stack.listings(name, job["data"]["job_id"])) == 1


async def test_a_job_of_four_marketplaces_keeps_within_its_budget_of_history(
    stack: Running,
) -> None:
    async with stack.chat() as chat:
        await preview(stack, chat, PHONE)
        await chat.act("confirm_listing")
        job = await chat.next_where(settled, "a settled job")
        await chat.next("notification")
    job_id, client = job["data"]["job_id"], await stack.temporal()
    ids = [f"job/{job_id}", *(f"listing/{job_id}/{name}" for name in by_marketplace(job))]
    histories = [await client.get_workflow_handle(id).fetch_history() for id in ids]
    assert len(ids) == 5
    assert sum(len(history.events) for history in histories) <= 150


async def test_nothing_is_posted_before_it_is_confirmed(stack: Running) -> None:
    async with stack.chat() as chat:
        await preview(stack, chat, PHONE)
        await chat.say("no, forget it")
        await chat.next("done")
    assert not any(event["type"] == "job" for event in chat.events)


async def test_an_edit_changes_the_preview_and_what_is_posted(stack: Running) -> None:
    async with stack.chat() as chat:
        await preview(stack, chat, PHONE)
        await chat.act("edit_listing", price=600, target_marketplaces=["ebay"])
        again = await chat.next("listing_preview")
        assert again["data"]["listing_spec"]["price"] == 600
        await chat.act("confirm_listing")
        job = await chat.next_where(settled, "a settled job")
    assert list(by_marketplace(job)) == ["ebay"]
    (listing,) = await stack.listings("ebay", job["data"]["job_id"])
    assert listing["price"] == "600.00 USD"


async def test_an_edit_that_is_wrong_is_explained_and_the_preview_stays(stack: Running) -> None:
    async with stack.chat() as chat:
        await preview(stack, chat, PHONE)
        await chat.act("edit_listing", price=-5)
        error = await chat.next("error")
        again = await chat.next("listing_preview")
    assert "price" in error["data"]["error"]["message"]
    assert again["data"]["listing_spec"]["price"] == 650


async def test_what_is_missing_is_asked_for_and_then_previewed(stack: Running) -> None:
    async with stack.chat() as chat:
        await chat.say("I want to sell my iPhone 13 for $500")
        question = await chat.next("clarification")
        assert question["data"]["field"] == "condition"
        await chat.answer(question, "Good")
        shown = await chat.next("listing_preview")
    assert shown["data"]["listing_spec"]["condition"] == "good"
    assert shown["data"]["missing"] == []


async def test_what_buyers_will_ask_is_asked_beside_the_preview_one_thing_at_a_time(
    stack: Running,
) -> None:
    async with stack.chat() as chat:
        first = await preview(stack, chat, PHONE)
        question = await chat.next("clarification")
        assert (question["data"]["field"], question["data"]["required"]) == ("fact_storage", False)
        await chat.answer(question, "128")
        second = await chat.next("listing_preview")
        other = await chat.next("clarification")
        await chat.act("confirm_listing")
        job = await chat.next_where(settled, "a settled job")
    assert "Storage" not in first["data"]["listing_spec"]["attributes"]
    assert second["data"]["listing_spec"]["attributes"]["Storage"] == "128GB"
    assert "128GB" in second["data"]["listing_spec"]["description"]
    assert other["data"]["field"] != "fact_storage"
    assert job["data"]["marketplace_jobs"]


async def test_the_address_of_what_a_person_posted_makes_the_handoff_live(stack: Running) -> None:
    async with stack.chat() as chat:
        await preview(stack, chat, PHONE)
        await chat.act("edit_listing", target_marketplaces=["poshmark"])
        await chat.next("listing_preview")
        await chat.act("confirm_listing")
        job = await chat.next_where(settled, "a settled job")
        job_id = job["data"]["job_id"]
        wrong = {"job_id": job_id, "marketplace": "poshmark", "url": "https://example.com/x"}
        await chat.act("retry_listing", **wrong)
        refused = await chat.next_where(
            lambda event: settled(event) and by_marketplace(event)["poshmark"]["error"], "refusal"
        )
        assert by_marketplace(refused)["poshmark"]["status"] == "needs_action"
        right = "https://poshmark.com/listing/iPhone-13-65f0c0ffee65f0c0ffee65f0"
        await chat.act("retry_listing", job_id=job_id, marketplace="poshmark", url=right)
        live = await chat.next_where(
            lambda event: settled(event) and by_marketplace(event)["poshmark"]["status"] == "live",
            "poshmark live",
        )
    assert by_marketplace(live)["poshmark"]["confirmation_link"] == right


async def test_sold_on_one_marketplace_withdraws_the_others(stack: Running) -> None:
    async with stack.chat() as chat:
        await preview(stack, chat, PHONE)
        await chat.act("confirm_listing")
        job = await chat.next_where(settled, "a settled job")
        job_id = job["data"]["job_id"]
        await chat.act("mark_sold", job_id=job_id, marketplace="ebay")
        end = await chat.next_where(
            lambda event: (
                event["type"] == "job"
                and by_marketplace(event)["ebay"]["status"] == "sold"
                and all(
                    by_marketplace(event)[name]["status"] == "withdrawn"
                    for name in ("craigslist", "facebook", "poshmark")
                )
            ),
            "sold on eBay, withdrawn elsewhere",
        )
    assert end["data"]["status"] == "completed"
    for name in ("craigslist", "facebook"):
        assert [entry["status"] for entry in await stack.listings(name, job_id)] != ["live"]


async def test_a_lost_reply_leaves_exactly_one_listing(stack: Running) -> None:
    await stack.fault(marketplace="ebay", match="POST /sell", kind="drop_reply", count=3)
    await stack.fault(marketplace="facebook", match="POST /", kind="drop_reply", count=1)
    try:
        async with stack.chat() as chat:
            await preview(stack, chat, PHONE)
            await chat.act("edit_listing", target_marketplaces=["ebay", "facebook"])
            await chat.next("listing_preview")
            await chat.act("confirm_listing")
            job = await chat.next_where(settled, "a settled job", 90)
    finally:
        await stack.clear_faults()
    assert {entry["status"] for entry in by_marketplace(job).values()} == {"live"}
    for name in ("ebay", "facebook"):
        assert len(await stack.listings(name, job["data"]["job_id"])) == 1


async def test_a_lost_reply_where_nobody_can_look_waits_for_the_person_and_never_doubles(
    stack: Running,
) -> None:
    await stack.fault(
        marketplace="craigslist", match="POST /bulk-rss/post", kind="drop_reply", count=1
    )
    try:
        async with stack.chat() as chat:
            await preview(stack, chat, PHONE)
            await chat.act("edit_listing", target_marketplaces=["craigslist"])
            await chat.next("listing_preview")
            await chat.act("confirm_listing")
            job = await chat.next_where(settled, "a settled job")
    finally:
        await stack.clear_faults()
    listing = by_marketplace(job)["craigslist"]
    assert listing["status"] == "needs_action"
    assert listing["needs"]["code"] == "in_doubt"
    posted = await stack.listings("craigslist", job["data"]["job_id"])
    assert len(posted) == 1
    async with stack.chat(chat.session) as later:
        job_id = job["data"]["job_id"]
        await later.act("retry_listing", job_id=job_id, marketplace="craigslist")
        refused = await later.next_other("error")
        assert refused["data"]["error"]["code"] == "in_doubt"
        url = posted[0]["url"]
        await later.act("retry_listing", job_id=job_id, marketplace="craigslist", url=url)
        await later.next_where(
            lambda event: (
                event["type"] == "job" and by_marketplace(event)["craigslist"]["status"] == "live"
            ),
            "craigslist live",
        )
    assert len(await stack.listings("craigslist", job_id)) == 1


async def test_throttling_waits_as_long_as_the_marketplace_asks_and_then_posts(
    stack: Running,
) -> None:
    await stack.fault(
        marketplace="ebay", match="POST /sell", kind="throttle", retry_after=2, count=1
    )
    try:
        async with stack.chat() as chat:
            await preview(stack, chat, PHONE)
            await chat.act("edit_listing", target_marketplaces=["ebay"])
            await chat.next("listing_preview")
            await chat.act("confirm_listing")
            job = await chat.next_where(settled, "a settled job")
    finally:
        await stack.clear_faults()
    assert by_marketplace(job)["ebay"]["status"] == "live"


async def test_buying_in_the_middle_of_selling_keeps_the_draft(stack: Running) -> None:
    async with stack.chat() as chat:
        await preview(stack, chat, PHONE)
        await chat.say("find me a laptop under $900")
        await chat.next("results")
        await chat.next("done")
        await chat.say("ok, post it")
        job = await chat.next("job")
    assert job["data"]["title"] == "iPhone 13"


async def test_post_over_rest_honours_the_idempotency_key(stack: Running) -> None:
    session = await stack.guest()
    listing = {
        "title": "Oak bookshelf",
        "price": 80,
        "condition": "good",
        "description": "Solid oak.",
        "target_marketplaces": ["craigslist"],
    }
    headers = {
        "Authorization": f"Bearer {session['token']}",
        "Idempotency-Key": str(uuid.uuid4()),
    }
    url = f"{stack.web}/api/v1/post"
    first = await stack.http.post(url, json=listing, headers=headers)
    second = await stack.http.post(url, json=listing, headers=headers)
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json()["job_id"] == second.json()["job_id"]


async def test_a_preview_says_what_others_ask_for_such_a_thing(stack: Running) -> None:
    async with stack.chat() as chat:
        shown = await preview(stack, chat, PHONE)
        advice = shown["data"]["price_advice"]
        await chat.act("edit_listing", price=600)
        again = await chat.next("listing_preview")
    assert advice["n"] >= 3
    assert advice["low"] <= advice["median"] <= advice["high"]
    assert all("iphone 13" in entry["title"].lower() for entry in advice["comparables"])
    assert all(entry["link"].startswith("http") for entry in advice["comparables"])
    assert again["data"]["price_advice"] == advice


async def test_a_preview_comes_without_advice_when_the_marketplaces_hang(stack: Running) -> None:
    await stack.fault(marketplace="ebay", match="GET /buy", kind="hang", count=20)
    try:
        async with stack.chat() as chat:
            shown = await preview(stack, chat, "sell my iPhone 12, $300, fair condition")
    finally:
        await stack.clear_faults()
    advice = shown["data"]["price_advice"]
    assert advice is None or "ebay" not in advice["searched"]


async def test_a_preview_shows_what_each_marketplace_gets_and_just_that_is_posted(
    stack: Running,
) -> None:
    title = "iPhone 13 midnight, unlocked for every network, 128 GB, with the box and its cable"
    description = "Works well. Call (206) 555-0143 for more. Battery at 91%."
    async with stack.chat() as chat:
        await preview(stack, chat, PHONE)
        targets = ["ebay", "craigslist"]
        await chat.act(
            "edit_listing", title=title, description=description, target_marketplaces=targets
        )
        shown = await chat.next("listing_preview")
        fitted = {entry["marketplace"]: entry for entry in shown["data"]["fitted"]}
        assert shown["data"]["problems"] == []
        await chat.act("confirm_listing")
        job = await chat.next_where(settled, "a settled job")
    assert fitted["ebay"]["description"] == "Works well. Battery at 91%."
    assert "Left out: a telephone number." in fitted["ebay"]["changes"]
    assert fitted["craigslist"]["description"] is None
    assert fitted["ebay"]["attributes"]["Brand"] == "Apple"
    assert {entry["status"] for entry in by_marketplace(job).values()} == {"live"}
    for name in targets:
        (posted,) = await stack.listings(name, job["data"]["job_id"])
        assert posted["title"] == fitted[name]["title"]
