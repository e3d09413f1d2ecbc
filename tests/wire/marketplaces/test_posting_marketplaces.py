"""One contract for every marketplace that listings can be put on, over HTTP against the sandbox."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from listings import PHOTOS, request_for
from sandbox_control import Sandbox

from adapters.errors import (
    AdapterError,
    OutcomeUnknown,
    Rejected,
    Throttled,
    Unauthorized,
    Unavailable,
    Unintelligible,
    Unsupported,
)
from adapters.marketplaces.port import PostingMarketplace
from adapters.marketplaces.registry import Marketplaces, load_marketplaces

BY_API = ("ebay", "craigslist", "facebook")
FINDING = ("ebay", "facebook")
GRAPH = "/v26.0"
PUBLISH_CALL = {
    "ebay": "POST /sell/inventory/v1/offer",
    "craigslist": "POST /bulk-rss/post",
    "facebook": f"POST {GRAPH}",
}
WRITES = [
    ("ebay", "POST /sell/inventory/v1/location"),
    ("ebay", "POST /commerce/media/v1_beta/image"),
    ("ebay", "PUT /sell/inventory/v1/inventory_item"),
    ("ebay", "POST /sell/inventory/v1/offer"),
    ("facebook", f"POST {GRAPH}"),
]
WRONG_KEYS: dict[str, Mapping[str, str]] = {
    "ebay": {"refresh_token": "wrong"},
    "craigslist": {"password": "wrong"},
    "facebook": {"access_token": "wrong"},
}


@pytest.fixture(params=BY_API)
def marketplace(request: pytest.FixtureRequest, marketplaces: Marketplaces) -> PostingMarketplace:
    return marketplaces.posting[request.param]


@pytest.fixture(params=FINDING)
def finding(request: pytest.FixtureRequest, marketplaces: Marketplaces) -> PostingMarketplace:
    return marketplaces.posting[request.param]


async def test_a_listing_goes_live_as_it_was_written(
    marketplace: PostingMarketplace, sandbox: Sandbox
) -> None:
    live = await marketplace.publish(request_for(marketplace.name), PHOTOS)
    (shown,) = sandbox.live_listings(marketplace.name)
    assert shown["listing_id"] == live.listing_id
    assert shown["title"] == "Apple iPhone 13 128 GB <blue> & clean"
    assert shown["price"].startswith("650")
    assert shown["image"]


async def test_the_address_of_a_live_listing_shows_it_and_names_its_id(
    marketplace: PostingMarketplace, http: httpx.AsyncClient
) -> None:
    live = await marketplace.publish(request_for(marketplace.name), PHOTOS)
    page = await http.get(live.url)
    assert page.status_code == 200
    assert "iPhone 13" in page.text
    assert marketplace.listing_id_from(live.url) == live.listing_id


async def test_a_withdrawn_listing_is_gone_and_withdrawing_again_is_a_success(
    marketplace: PostingMarketplace, sandbox: Sandbox
) -> None:
    request = request_for(marketplace.name)
    live = await marketplace.publish(request, PHOTOS)
    await marketplace.withdraw(request, live.listing_id)
    assert sandbox.live_listings(marketplace.name) == []
    await marketplace.withdraw(request, live.listing_id)


async def test_what_was_never_posted_is_not_found(finding: PostingMarketplace) -> None:
    assert await finding.find(request_for(finding.name, "never")) is None


async def test_a_listing_is_found_by_its_key_until_it_is_withdrawn(
    finding: PostingMarketplace,
) -> None:
    request = request_for(finding.name)
    live = await finding.publish(request, PHOTOS)
    found = await finding.find(request)
    assert found
    assert (found.listing_id, found.url) == (live.listing_id, live.url)
    await finding.withdraw(request, live.listing_id)
    assert await finding.find(request) is None


async def test_publishing_twice_makes_one_listing(
    finding: PostingMarketplace, sandbox: Sandbox
) -> None:
    request = request_for(finding.name)
    first = await finding.publish(request, PHOTOS)
    second = await finding.publish(request, PHOTOS)
    assert first.listing_id == second.listing_id
    assert len(sandbox.live_listings(finding.name)) == 1


async def test_two_attempts_at_once_leave_one_ebay_listing(
    marketplaces: Marketplaces, sandbox: Sandbox
) -> None:
    ebay, request = marketplaces.posting["ebay"], request_for("ebay")
    one, other = await asyncio.gather(ebay.publish(request, PHOTOS), ebay.publish(request, PHOTOS))
    assert one.listing_id == other.listing_id
    assert [x["listing_id"] for x in sandbox.live_listings("ebay")] == [one.listing_id]


async def test_what_an_ebay_account_holds_is_asked_for_once(
    marketplaces: Marketplaces, sandbox: Sandbox
) -> None:
    ebay = marketplaces.posting["ebay"]
    calls = []
    for key in ("first", "second"):
        before = sandbox.calls("ebay")
        await ebay.publish(request_for("ebay", key), PHOTOS)
        calls.append(sandbox.calls("ebay") - before)
    # Is it there, two pictures, the item, the offer, publish.
    assert calls[1] == 6
    assert calls[0] > 6


async def test_an_ebay_place_that_is_no_more_is_made_anew(
    marketplaces: Marketplaces, sandbox: Sandbox
) -> None:
    ebay = marketplaces.posting["ebay"]
    await ebay.publish(request_for("ebay", "first"), PHOTOS)
    sandbox.reset()  # the account's places are gone with its listings
    live = await ebay.publish(request_for("ebay", "second"), PHOTOS)
    assert [x["listing_id"] for x in sandbox.live_listings("ebay")] == [live.listing_id]


async def test_what_ebay_refuses_for_another_reason_is_not_tried_twice(
    marketplaces: Marketplaces, sandbox: Sandbox
) -> None:
    ebay = marketplaces.posting["ebay"]
    await ebay.publish(request_for("ebay", "first"), PHOTOS)
    sandbox.spoil("ebay", "POST /sell/inventory/v1/offer", "status", status=400)
    with pytest.raises(Rejected):
        await ebay.publish(request_for("ebay", "second"), PHOTOS)


async def test_a_posting_that_craigslist_does_not_know_any_more_is_down(
    marketplaces: Marketplaces,
) -> None:
    await marketplaces.posting["craigslist"].withdraw(request_for("craigslist"), "7999999999")


async def test_a_listing_that_was_sold_meanwhile_does_not_go_up_again(
    finding: PostingMarketplace, sandbox: Sandbox
) -> None:
    request = request_for(finding.name)
    live = await finding.publish(request, PHOTOS)
    sandbox.buy(finding.name, live.listing_id)
    again = await finding.publish(request, PHOTOS)
    assert again.listing_id == live.listing_id
    assert sandbox.live_listings(finding.name) == []


async def test_a_withdrawn_listing_can_be_posted_again(
    finding: PostingMarketplace, sandbox: Sandbox
) -> None:
    request = request_for(finding.name)
    live = await finding.publish(request, PHOTOS)
    await finding.withdraw(request, live.listing_id)
    await finding.publish(request, PHOTOS)
    assert len(sandbox.live_listings(finding.name)) == 1


async def test_other_jobs_listings_are_left_alone(
    finding: PostingMarketplace, sandbox: Sandbox
) -> None:
    one, other = request_for(finding.name, "one"), request_for(finding.name, "other")
    live = await finding.publish(one, PHOTOS)
    await finding.publish(other, PHOTOS)
    await finding.withdraw(one, live.listing_id)
    assert await finding.find(one) is None
    assert await finding.find(other)


@pytest.mark.parametrize(("name", "call"), WRITES)
async def test_after_a_lost_reply_a_second_attempt_leaves_one_listing(
    name: str, call: str, marketplaces: Marketplaces, sandbox: Sandbox
) -> None:
    marketplace, request = marketplaces.posting[name], request_for(name)
    sandbox.spoil(name, call, "drop_reply")
    with pytest.raises(OutcomeUnknown):
        await marketplace.publish(request, PHOTOS)
    assert sandbox.spoils_left() == 0
    live = await marketplace.find(request) or await marketplace.publish(request, PHOTOS)
    assert [x["listing_id"] for x in sandbox.live_listings(name)] == [live.listing_id]


async def test_a_listing_that_went_live_without_a_reply_is_found(
    marketplaces: Marketplaces, sandbox: Sandbox
) -> None:
    ebay, request = marketplaces.posting["ebay"], request_for("ebay")
    sandbox.spoil("ebay", "POST /sell/inventory/v1/offer", "drop_reply")
    with pytest.raises(OutcomeUnknown):
        await ebay.publish(request, PHOTOS)
    # The offer exists by now, so this strikes the call that publishes it.
    sandbox.spoil("ebay", "POST /sell/inventory/v1/offer", "drop_reply")
    with pytest.raises(OutcomeUnknown):
        await ebay.publish(request, PHOTOS)
    found = await ebay.find(request)
    (shown,) = sandbox.live_listings("ebay")
    assert found
    assert found.listing_id == shown["listing_id"]


async def test_craigslist_cannot_be_asked_what_became_of_a_lost_reply(
    marketplaces: Marketplaces, sandbox: Sandbox
) -> None:
    craigslist, request = marketplaces.posting["craigslist"], request_for("craigslist")
    assert not craigslist.finds
    sandbox.spoil("craigslist", "POST /bulk-rss/post", "drop_reply")
    with pytest.raises(OutcomeUnknown):
        await craigslist.publish(request, PHOTOS)
    assert len(sandbox.live_listings("craigslist")) == 1
    with pytest.raises(Unsupported):
        await craigslist.find(request)


async def test_whatever_goes_wrong_in_craigslists_dry_run_posts_nothing(
    marketplaces: Marketplaces, sandbox: Sandbox
) -> None:
    craigslist = marketplaces.posting["craigslist"]
    for kind in ("drop_reply", "status", "malformed"):
        sandbox.spoil("craigslist", "POST /bulk-rss/validate", kind)
        with pytest.raises(Unavailable):
            await craigslist.publish(request_for("craigslist"), PHOTOS)
    assert sandbox.live_listings("craigslist") == []


async def test_what_a_marketplace_refuses_is_rejected_with_its_reason(
    marketplaces: Marketplaces,
) -> None:
    craigslist = marketplaces.posting["craigslist"]
    with pytest.raises(Rejected, match="title"):
        await craigslist.publish(request_for("craigslist", title=" "), PHOTOS)
    ebay = marketplaces.posting["ebay"]
    with pytest.raises(Rejected):
        await ebay.publish(request_for("ebay", media_refs=[]), PHOTOS)


@pytest.mark.parametrize("name", BY_API)
async def test_wrong_keys_are_unauthorized(
    name: str, http: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    credentials = dict(sandbox.access.credentials)
    credentials[name] = {**credentials[name], **WRONG_KEYS[name]}
    wrong = load_marketplaces(http, replace(sandbox.access, credentials=credentials))
    with pytest.raises(Unauthorized):
        await wrong.posting[name].publish(request_for(name), PHOTOS)
    assert sandbox.live_listings(name) == []


async def test_a_wait_asked_for_is_passed_on(
    marketplace: PostingMarketplace, sandbox: Sandbox
) -> None:
    sandbox.spoil(marketplace.name, PUBLISH_CALL[marketplace.name], "throttle", retry_after=60)
    with pytest.raises(Throttled) as caught:
        await marketplace.publish(request_for(marketplace.name), PHOTOS)
    assert caught.value.retry_after == timedelta(seconds=60)


@pytest.mark.parametrize(
    ("kind", "error"),
    [("status", OutcomeUnknown), ("malformed", Unintelligible)],
)
async def test_each_way_to_fail_has_its_error(
    marketplace: PostingMarketplace, sandbox: Sandbox, kind: str, error: type[AdapterError]
) -> None:
    sandbox.spoil(marketplace.name, PUBLISH_CALL[marketplace.name], kind)
    with pytest.raises(AdapterError) as caught:
        await marketplace.publish(request_for(marketplace.name), PHOTOS)
    assert type(caught.value) is error


async def test_a_lookup_that_gets_no_answer_is_unavailable_and_not_absent(
    finding: PostingMarketplace, sandbox: Sandbox
) -> None:
    request = request_for(finding.name)
    await finding.publish(request, PHOTOS)
    lookup = {"ebay": "GET /sell/inventory/v1/offer", "facebook": f"GET {GRAPH}"}[finding.name]
    sandbox.spoil(finding.name, lookup, "drop_reply")
    with pytest.raises(Unavailable):
        await finding.find(request)


async def test_expired_tokens_are_replaced_unnoticed(
    marketplaces: Marketplaces, sandbox: Sandbox
) -> None:
    ebay, craigslist = marketplaces.posting["ebay"], marketplaces.posting["craigslist"]
    on_ebay = await ebay.publish(request_for("ebay"), PHOTOS)
    ads = [
        await craigslist.publish(request_for("craigslist", job_id), PHOTOS)
        for job_id in ("one", "other")
    ]
    await craigslist.withdraw(request_for("craigslist", "one"), ads[0].listing_id)
    sandbox.expire_tokens()
    await ebay.withdraw(request_for("ebay"), on_ebay.listing_id)
    await craigslist.withdraw(request_for("craigslist", "other"), ads[1].listing_id)
    assert sandbox.live_listings("ebay") == sandbox.live_listings("craigslist") == []


async def test_poshmark_is_posted_by_a_person(
    marketplaces: Marketplaces, http: httpx.AsyncClient
) -> None:
    poshmark, request = marketplaces.posting["poshmark"], request_for("poshmark")
    assert poshmark.assisted
    with pytest.raises(Unsupported):
        await poshmark.publish(request, PHOTOS)
    page = await http.get(poshmark.handoff(request).url)
    assert page.status_code == 200
