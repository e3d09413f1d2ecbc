"""A listing's life on an engine that skips time, with marketplaces in this process."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from temporalio.client import WorkflowUpdateFailedError

from adapters.errors import OutcomeUnknown, Unauthorized, Unavailable
from talknshop.jobs import ListingStatus
from talknshop.messages import in_words
from talknshop.posting import (
    EditJob,
    ListingCommand,
)
from tests.market import BIKE, USER, Market
from tests.running import eventually
from workflows.crosspost import CrosspostWorkflow
from workflows.listing import ListingWorkflow


async def test_an_edit_reaches_every_marketplace(market: Market) -> None:
    job = await market.post()
    await job.becomes(one="live", two="live")
    view = await job.edit(price=80, title="Red bike")
    for marketplace in (market.one, market.two):
        shown = marketplace.live[job.key(marketplace.name)]
        assert (shown.price, shown.title) == (80, "Red bike")
    assert view.title == "Red bike"


async def test_an_edit_while_posting_is_carried_out_after_it(market: Market) -> None:
    market.one.gate.clear()
    job = await market.post()
    await market.one.entered.wait()
    editing = asyncio.create_task(job.edit(price=80))
    await eventually(lambda: bool(market.two.calls), "two is asked")
    market.one.gate.set()
    await editing
    await job.becomes(one="live", two="live")
    await eventually(lambda: market.one.live[job.key("one")].price == 80, "one shows the new price")


async def test_one_of_several_sold_lowers_the_number_everywhere(market: Market) -> None:
    job = await market.post(quantity=3)
    await job.becomes(one="live", two="live")
    await job.sold("one", "o1")
    await eventually(
        lambda: {m.live[job.key(m.name)].quantity for m in (market.one, market.two)} == {2},
        "both show two",
    )
    await job.sold("two", "t1", quantity=2)
    await job.becomes(one="sold", two="sold")
    assert market.one.live == market.two.live == {}


async def test_a_report_that_comes_twice_counts_once(market: Market) -> None:
    job = await market.post(quantity=3)
    await job.becomes(one="live", two="live")
    for _ in range(3):
        await job.sold("one", "o1")
    await eventually(lambda: market.two.live[job.key("two")].quantity == 2, "two shows two")
    assert (await job.view()).stock == 2


async def test_a_cancellation_that_comes_before_its_order_leaves_everything_as_it_was(
    market: Market,
) -> None:
    job = await market.post()
    await job.becomes(one="live", two="live")
    await job.sold("one", "o1", cancelled=True)
    await job.sold("one", "o1")
    assert (await job.view()).stock == 1
    assert await job.statuses() == {"one": "live", "two": "live"}


async def test_what_a_buyer_gives_back_can_be_listed_again(market: Market) -> None:
    job = await market.post()
    await job.becomes(one="live", two="live")
    await job.sold("one", "o1")
    await job.becomes(one="sold", two="withdrawn")
    await job.sold("one", "o1", cancelled=True)
    again = await job.relist("two")
    assert again.status is ListingStatus.LIVE
    assert job.key("two") in market.two.live


async def test_of_two_sales_at_the_same_moment_the_second_is_cancelled(market: Market) -> None:
    job = await market.post()
    await job.becomes(one="live", two="live")
    await asyncio.gather(job.sold("one", "o1"), job.sold("two", "t1"))
    await eventually(
        lambda: len(market.one.cancelled_sales) + len(market.two.cancelled_sales) == 1,
        "one of the two is cancelled",
    )
    view = await job.view()
    assert sorted(record.status.value for record in view.sales) in (
        ["counted", "oversold"],
        ["counted", "revoked"],
    )
    assert view.stock == 0
    assert market.one.live == market.two.live == {}


async def test_a_second_sale_that_nobody_but_the_person_can_cancel_is_told(
    market: Market,
) -> None:
    market.two.cancels_sales = False
    job = await market.post()
    await job.becomes(one="live", two="live")
    await job.sold("one", "o1")
    await job.sold("two", "t1")

    async def told() -> bool:
        return (await job.view()).sales[-1].status == "to_revoke"

    await eventually(told, "the person must cancel it")
    assert (await job.view()).sales[-1].reason


async def test_the_marketplaces_own_report_of_what_a_person_marked_is_the_same_sale(
    market: Market,
) -> None:
    job = await market.post()
    await job.becomes(one="live", two="live")
    assert (await job.mark_sold("one")).status is ListingStatus.SOLD
    await job.sold("one", "o1")
    await job.becomes(one="sold", two="withdrawn")
    assert market.one.cancelled_sales == []
    assert [record.status.value for record in (await job.view()).sales] == ["counted"]


async def test_cancelling_while_an_attempt_is_under_way_takes_down_what_it_posted(
    market: Market,
) -> None:
    market.one.gate.clear()
    job = await market.post()
    await market.one.entered.wait()
    cancelling = asyncio.create_task(job.cancel())
    await job.becomes(one="posting", two="withdrawn")
    market.one.gate.set()
    await cancelling
    await job.becomes(one="withdrawn", two="withdrawn")
    assert market.one.live == market.two.live == {}


async def test_cancelling_between_attempts_ends_them_and_takes_down_what_is_there(
    market: Market,
) -> None:
    market.one.failures = [Unavailable("It is down.")] * 50
    job = await market.post()
    await eventually(lambda: market.one.calls.count("publish") >= 2, "it was tried again")
    # The first attempt took effect after all.
    market.one.failures = []
    market.one.gate.clear()
    market.one.live[job.key("one")] = BIKE
    market.one.gate.set()
    await job.cancel()
    await job.becomes(one="withdrawn", two="withdrawn")
    assert market.one.live == {}


async def test_what_is_refused_waits_and_an_edit_everywhere_tries_it_again(
    market: Market,
) -> None:
    market.one.refuses = "Bike"
    job = await market.post()
    await job.becomes(one="needs_action", two="live")
    assert (await job.entry("one")).needs.actions == ["retry", "edit", "cancel"]  # type: ignore[union-attr]
    await job.edit(title="Bicycle")
    await job.becomes(one="live", two="live")
    assert market.one.live[job.key("one")].title == "Bicycle"


async def test_an_update_that_is_refused_says_that_the_old_one_is_still_shown(
    market: Market,
) -> None:
    market.one.refuses = "stolen"
    job = await market.post()
    await job.becomes(one="live", two="live")
    await job.edit(title="stolen bike")
    entry = await job.entry("one")
    assert entry.status is ListingStatus.NEEDS_ACTION
    assert "still shows it as it was before" in in_words(entry.needs.message, "en")  # type: ignore[union-attr]
    assert market.one.live[job.key("one")].title == "Bike"
    await job.retry("one", changes={"title": "My bike"})
    assert market.one.live[job.key("one")].title == "My bike"
    assert market.two.live[job.key("two")].title == "stolen bike"


async def test_a_connection_that_was_lost_goes_on_after_a_retry(market: Market) -> None:
    market.one.failures = [Unauthorized("Log in again.")]
    job = await market.post()
    await job.becomes(one="needs_action", two="live")
    assert (await job.retry("one")).status is ListingStatus.LIVE


async def test_what_an_unanswered_attempt_left_is_found_and_brought_to_what_is_wanted_now(
    market: Market,
) -> None:
    market.one.failures = [Unauthorized("Log in again.")]
    job = await market.post()
    await job.becomes(one="needs_action", two="live")
    # It had been posted all the same.
    market.one.live[job.key("one")] = BIKE
    await job.retry("one", changes={"price": 70})
    await job.becomes(one="live", two="live")
    await eventually(lambda: market.one.live[job.key("one")].price == 70, "the price is 70")


async def test_a_lost_reply_is_looked_up(market: Market) -> None:
    market.one.failures = [OutcomeUnknown("No answer.")]
    job = await market.post()
    await job.becomes(one="live", two="live")
    assert market.one.published == [job.key("one")]


async def test_a_listing_is_renewed_before_it_ends(market: Market) -> None:
    market.one.expires_after(timedelta(days=30))
    job = await market.post()
    await job.becomes(one="live", two="live")
    first = (await job.entry("one")).expires_at
    await market.environment.sleep(timedelta(days=29))
    await eventually(lambda: "renew" in market.one.calls, "it is renewed")
    renewed = (await job.entry("one")).expires_at
    assert first
    assert renewed
    assert renewed > first


async def test_a_listing_that_can_not_be_renewed_ends_and_may_be_listed_again(
    market: Market,
) -> None:
    market.one.expires_after(timedelta(days=30))
    job = await market.post()
    await job.becomes(one="live", two="live")
    market.one.lifetime = None
    await market.environment.sleep(timedelta(days=29))
    await job.becomes(one="live", two="live")
    assert "could not be renewed" in in_words((await job.entry("one")).warnings[0], "en")
    await market.environment.sleep(timedelta(days=2))
    await job.becomes(one="expired", two="live")
    market.one.live.clear()
    assert (await job.relist("one")).status is ListingStatus.LIVE


async def test_a_hand_off_is_brought_up_again_and_then_left_alone(market: Market) -> None:
    job = await market.post(target_marketplaces=["hand"])
    await job.becomes(hand="needs_action")
    await market.environment.sleep(timedelta(days=30))
    entry = await job.entry("hand")
    assert entry.needs
    assert entry.needs.reminders == 3


async def test_a_price_changed_where_a_person_posts_is_asked_of_the_person(
    market: Market,
) -> None:
    job = await market.post(target_marketplaces=["hand"])
    await job.becomes(hand="needs_action")
    await job.retry("hand", url="https://hand/42")
    await job.becomes(hand="live")
    await job.edit(price=80)
    needs = (await job.entry("hand")).needs
    assert needs
    assert needs.actions == ["done", "confirm_url", "cancel"]
    assert needs.handoff
    assert needs.handoff.fields[0].value == "80"
    assert (await job.retry("hand", done=True)).status is ListingStatus.LIVE


async def test_sold_elsewhere_asks_the_person_to_take_it_down_where_only_they_can(
    market: Market,
) -> None:
    job = await market.post(target_marketplaces=["one", "hand"])
    await job.becomes(one="live", hand="needs_action")
    await job.retry("hand", url="https://hand/42")
    await job.sold("one", "o1")
    await job.becomes(one="sold", hand="needs_action")
    assert (await job.entry("hand")).needs.actions == ["cancel"]  # type: ignore[union-attr]
    await job.listing("hand").execute_update(
        ListingWorkflow.withdraw, ListingCommand(user_id=USER, done_by_person=True)
    )
    await job.becomes(one="sold", hand="withdrawn")


async def test_sold_where_a_person_posts_is_their_word(market: Market) -> None:
    job = await market.post(target_marketplaces=["one", "hand"])
    await job.becomes(one="live", hand="needs_action")
    await job.retry("hand", url="https://hand/42")
    await job.mark_sold("hand")
    await job.becomes(one="withdrawn", hand="sold")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"price": -1}, "invalid_listing"),
        ({"colour": "red"}, "invalid_listing"),
        ({"title": ""}, "invalid_listing"),
        ({"target_marketplaces": ["two"]}, "invalid_listing"),
    ],
    ids=["negative price", "unknown field", "no title", "other marketplaces"],
)
async def test_a_wrong_edit_changes_nothing(
    market: Market, changes: dict[str, Any], code: str
) -> None:
    job = await market.post()
    await job.becomes(one="live", two="live")
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await job.edit(**changes)
    assert refused.value.cause.type == code  # type: ignore[attr-defined]
    assert market.one.live[job.key("one")] == market.two.live[job.key("two")]
    assert "update" not in market.one.calls


async def test_what_is_sold_can_not_be_edited_or_listed_again(market: Market) -> None:
    job = await market.post()
    await job.becomes(one="live", two="live")
    await job.mark_sold("one")
    await job.becomes(one="sold", two="withdrawn")
    for ask, code in ((job.edit(price=1), "already_final"), (job.relist("two"), "sold_out")):
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await ask
        assert refused.value.cause.type == code  # type: ignore[attr-defined]


async def test_a_job_closes_a_month_after_nothing_is_up_any_more(market: Market) -> None:
    job = await market.post()
    await job.becomes(one="live", two="live")
    await job.cancel()
    await market.environment.sleep(timedelta(days=31))
    view = await job.handle.result()
    assert {entry.status for entry in view.marketplace_jobs} == {ListingStatus.WITHDRAWN}


async def test_a_job_of_somebody_else_is_refused(market: Market) -> None:
    job = await market.post()
    await job.becomes(one="live", two="live")
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await job.handle.execute_update(
            CrosspostWorkflow.edit, EditJob(user_id="other", changes={"price": 1})
        )
    assert refused.value.cause.type == "not_owner"  # type: ignore[attr-defined]
