"""Words in a conversation change listings that are up."""

import asyncio
import uuid
from typing import Any

import pytest
from temporalio.client import Client, WorkflowHandle
from temporalio.testing import ActivityEnvironment

from activities import managing
from activities.managing import ManagingActivities
from talknshop.jobs import CrosspostRequest
from talknshop.listing import ListingSpec
from talknshop.managing import FindJobs
from tests.chatting import Chat
from tests.running import Running, bearer, eventually
from tests.selling import by_marketplace, preview, settled
from workers.replay import replay_histories
from workflows.crosspost import CrosspostWorkflow
from workflows.ids import conversation_id, job_workflow_id
from workflows.visibility import job_attributes, job_memo


async def posted(stack: Running, chat: Chat, words: str) -> str:
    """The id of a job that is at rest; its news have been read."""
    await preview(stack, chat, words)
    await chat.act("confirm_listing")
    job = await chat.next_where(settled, "a settled job")
    await chat.next("notification")
    job_id: str = job["data"]["job_id"]
    return job_id


async def answer(chat: Chat, words: str) -> str:
    await chat.say(words)
    done = await chat.next("done")
    message: str = done["data"]["message"]
    return message


async def entry(stack: Running, chat: Chat, job_id: str) -> dict[str, Any]:
    url = f"{stack.web}/api/v1/jobs/{job_id}"
    reply = await stack.http.get(url, headers=bearer(chat.session))
    reply.raise_for_status()
    return by_marketplace({"data": reply.json()})


async def shown(stack: Running, job_id: str, marketplace: str) -> dict[str, Any]:
    (listing,) = await stack.listings(marketplace, job_id)
    return listing


async def test_a_lower_price_reaches_every_marketplace_without_a_question(stack: Running) -> None:
    async with stack.chat() as chat:
        job_id = await posted(
            stack, chat, "sell my iPhone 13, $500, good condition, on ebay and facebook"
        )
        said = await answer(chat, "lower the price of my iPhone to 450")
        assert "$450 on eBay and Facebook Marketplace" in said
        for marketplace in ("ebay", "facebook"):
            assert (await shown(stack, job_id, marketplace))["price"].startswith("450")


async def test_who_asks_is_told_where_each_listing_stands(stack: Running) -> None:
    async with stack.chat() as chat:
        assert await answer(chat, "how are my listings doing?") == "You offer nothing now."
        await posted(stack, chat, "sell my desk lamp, $20, good condition, on facebook")
        assert await answer(chat, "is it live yet?") == "desk lamp: Live on Facebook Marketplace."
        await posted(stack, chat, "sell my road bike, $300, good, on ebay and poshmark")
        of_the_bike = await answer(chat, "how is my bike doing?")
        assert of_the_bike.startswith("road bike: Live on eBay. Poshmark needs you: ")
        on_ebay = await answer(chat, "is my bike sold on ebay?")
        assert on_ebay == "road bike: Live on eBay."
        told = (await answer(chat, "show my listings")).splitlines()
        assert told == [of_the_bike, "desk lamp: Live on Facebook Marketplace."]
        called = await answer(chat, "how is my piano doing?")
        assert called == "I know no listing of yours called “piano”."


async def test_taking_down_is_asked_about_first_and_a_no_leaves_it(stack: Running) -> None:
    async with stack.chat() as chat:
        job_id = await posted(
            stack, chat, "sell my Trek bike, $300, good condition, on ebay and facebook"
        )
        await chat.say("withdraw the bike from eBay")
        question = await chat.next("clarification")
        assert question["data"]["options"] == ["Yes", "No"]
        assert "eBay" in question["data"]["question"]
        await chat.answer(question, "no thanks")
        done = await chat.next("done")
        assert done["data"]["message"] == "All right, I leave it as it is."
        assert (await entry(stack, chat, job_id))["ebay"]["status"] == "live"

        await chat.say("withdraw the bike from eBay")
        await chat.answer(await chat.next("clarification"), "yes please")
        done = await chat.next("done")
        assert done["data"]["message"].endswith("is down from eBay.")
        statuses = {
            name: each["status"] for name, each in (await entry(stack, chat, job_id)).items()
        }
        assert statuses == {"ebay": "withdrawn", "facebook": "live"}


async def test_something_else_said_instead_of_a_yes_does_not_take_it_down(stack: Running) -> None:
    async with stack.chat() as chat:
        job_id = await posted(stack, chat, "sell my desk lamp, $20, good condition, on facebook")
        await chat.say("take my lamp down")
        await chat.answer(await chat.next("clarification"), "find me a laptop under $1000")
        await chat.next("results")
        await chat.next("done")
        assert (await entry(stack, chat, job_id))["facebook"]["status"] == "live"


async def test_marking_sold_asks_where_and_ends_the_others(stack: Running) -> None:
    async with stack.chat() as chat:
        job_id = await posted(
            stack, chat, "sell my floor lamp, $40, good condition, on ebay and facebook"
        )
        await chat.say("mark the lamp as sold")
        where = await chat.next("clarification")
        assert sorted(where["data"]["options"]) == ["Facebook Marketplace", "eBay"]
        await chat.answer(where, "eBay")
        await chat.answer(await chat.next("clarification"), "Yes")
        await chat.next("done")
        statuses = {
            name: each["status"] for name, each in (await entry(stack, chat, job_id)).items()
        }
        assert statuses == {"ebay": "sold", "facebook": "withdrawn"}


async def test_a_listing_of_another_conversation_is_found_and_in_another_language(
    stack: Running,
) -> None:
    session = await stack.guest()
    async with stack.chat(session) as chat:
        job_id = await posted(stack, chat, "sell my Nikon camera, $200, good condition, on ebay")
    other = {**session, "session_id": f"{session['session_id']}-2"}
    async with stack.chat(other) as chat:
        said = await answer(chat, "senke den Preis für meine Nikon auf 180")
        assert "kostet jetzt $180 auf eBay" in said
        assert (await shown(stack, job_id, "ebay"))["price"].startswith("180")


async def test_an_older_one_is_found_by_its_name_behind_hundreds(
    stack: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await stack.guest()
    async with stack.chat(session) as chat:
        job_id = await posted(stack, chat, "sell my Nikon camera, $200, good condition, on ebay")
    client = await stack.temporal()
    user_id = session["user_id"]
    newer = [await _untended(client, user_id, f"Teapot {number}") for number in range(120)]
    query = f'Kind = "job" AND UserId = "{user_id}"'

    async def are_listed() -> bool:
        return (await client.count_workflows(query)).count == 121

    try:
        await eventually(are_listed, "all are listed")
        finding = ActivityEnvironment(client=client)
        found = await finding.run(
            ManagingActivities().find_jobs, FindJobs(user_id=user_id, thing="nikon")
        )
        assert [(job.job_id, job.title) for job in found.jobs] == [(job_id, "Nikon camera")]
        assert found.only_newest is None
        other = {**session, "session_id": f"{session['session_id']}-2"}
        async with stack.chat(other) as chat:
            said = await answer(chat, "lower the price of my Nikon camera to 180")
        assert said == "Your Nikon camera is $180 on eBay now."
        # Where there are more than are looked through, it is said so.
        monkeypatch.setattr(managing, "MOST_LISTED", 100)
        found = await finding.run(
            ManagingActivities().find_jobs, FindJobs(user_id=user_id, thing="nikon")
        )
        assert (found.jobs, found.only_newest) == ([], 100)
    finally:
        await asyncio.gather(*(handle.terminate() for handle in newer))


async def _untended(client: Client, user_id: str, title: str) -> WorkflowHandle[Any, Any]:
    """A job that nobody works at, nor asks where it stands: it is in the list."""
    listing = ListingSpec(title=title)
    request = CrosspostRequest(job_id=uuid.uuid4().hex, user_id=user_id, listing=listing)
    return await client.start_workflow(
        CrosspostWorkflow.run,
        request,
        id=job_workflow_id(request.job_id),
        task_queue="nobody",
        search_attributes=job_attributes(request),
        memo=job_memo(listing),
    )


async def test_nobody_else_s_listing_is_found(stack: Running) -> None:
    async with stack.chat() as chat:
        job_id = await posted(stack, chat, "sell my Fender guitar, $90, good condition, on ebay")
    async with stack.chat() as eve:
        said = await answer(eve, "lower the price of my Fender guitar to 1")
        assert said == "I know no listing of yours called “Fender guitar”."
        assert (await shown(stack, job_id, "ebay"))["price"].startswith("90")


async def test_the_failed_one_is_tried_again(stack: Running) -> None:
    async with stack.chat() as chat:
        await stack.fault(
            marketplace="craigslist", kind="status", status=400, match="POST /bulk-rss", count=1
        )
        try:
            job_id = await posted(
                stack, chat, "sell my oak table, $70, good condition, on craigslist, 98101"
            )
            assert (await entry(stack, chat, job_id))["craigslist"]["status"] == "needs_action"
        finally:
            await stack.clear_faults()
        said = await answer(chat, "retry the failed one")
        assert said == "Your oak table is live on Craigslist."
        assert (await entry(stack, chat, job_id))["craigslist"]["status"] == "live"


async def test_one_of_two_with_the_same_word_is_asked_about(stack: Running) -> None:
    async with stack.chat() as chat:
        await posted(stack, chat, "sell my Trek bike, $70, good condition, on facebook")
        giant = await posted(stack, chat, "sell my Giant bike, $80, good condition, on facebook")
        await chat.say("lower the price of my bike to 60")
        which = await chat.next("clarification")
        assert len(which["data"]["options"]) == 2
        choice = next(each for each in which["data"]["options"] if "giant" in each.lower())
        await chat.answer(which, choice)
        await chat.next("done")
        assert (await shown(stack, giant, "facebook"))["price"].startswith("60")


async def test_what_was_ordered_is_carried_out_once_and_replays(stack: Running) -> None:
    """The order's key is in the history: a step that runs twice changes nothing more."""
    async with stack.chat() as chat:
        await posted(stack, chat, "sell my garden chair, $30, good condition, on facebook")
        await answer(chat, "lower the price of my garden chair to 25")
    client = await stack.temporal()
    handle = client.get_workflow_handle(conversation_id(chat.session["session_id"]))
    history = await handle.fetch_history()
    (outcome,) = await replay_histories([history], stack.codec)
    assert outcome.divergence == ""
