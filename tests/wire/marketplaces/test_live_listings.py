"""What may happen to a listing once it is live: changes, questions, sales, cancelled sales."""

from decimal import Decimal

import pytest
from listings import PHOTOS, request_for
from sandbox_control import Sandbox

from adapters.errors import NotFound, OutcomeUnknown, Rejected, Throttled, Unavailable, Unsupported
from adapters.marketplaces.port import PostingMarketplace
from adapters.marketplaces.registry import Marketplaces
from talknshop.jobs import ListingStatus

CHANGING = ("ebay", "craigslist", "facebook")
CHANGE_CALL = {
    "ebay": "POST /sell/inventory/v1/bulk_update_price_quantity",
    "craigslist": "PUT /bulkpost/v1/postings",
    "facebook": "POST /v26.0",
}


@pytest.fixture(params=CHANGING)
def marketplace(request: pytest.FixtureRequest, marketplaces: Marketplaces) -> PostingMarketplace:
    return marketplaces.posting[request.param]


async def test_a_new_price_shows_and_nothing_else_changes(
    marketplace: PostingMarketplace, sandbox: Sandbox
) -> None:
    live = await marketplace.publish(request_for(marketplace.name), PHOTOS)
    (before,) = sandbox.live_listings(marketplace.name)
    cheaper = request_for(marketplace.name, price=Decimal(599), title="not what was asked for")
    await marketplace.update(cheaper, live.listing_id, ["price"], PHOTOS)
    (after,) = sandbox.live_listings(marketplace.name)
    assert after["price"].startswith("599")
    assert {**after, "price": ""} == {**before, "price": ""}


async def test_new_words_show(marketplace: PostingMarketplace, sandbox: Sandbox) -> None:
    live = await marketplace.publish(request_for(marketplace.name), PHOTOS)
    changed = request_for(marketplace.name, description="Now with its charger.")
    await marketplace.update(changed, live.listing_id, ["description"], PHOTOS)
    (shown,) = sandbox.live_listings(marketplace.name)
    assert "Now with its charger." in shown["description"]
    assert shown["listing_id"] == live.listing_id
    assert shown["image"]


async def test_a_change_may_be_repeated_after_a_lost_reply(
    marketplace: PostingMarketplace, sandbox: Sandbox
) -> None:
    live = await marketplace.publish(request_for(marketplace.name), PHOTOS)
    cheaper = request_for(marketplace.name, price=Decimal(599))
    sandbox.spoil(marketplace.name, CHANGE_CALL[marketplace.name], "drop_reply")
    with pytest.raises(OutcomeUnknown):
        await marketplace.update(cheaper, live.listing_id, ["price"], PHOTOS)
    await marketplace.update(cheaper, live.listing_id, ["price"], PHOTOS)
    assert sandbox.live_listings(marketplace.name)[0]["price"].startswith("599")


async def test_what_a_marketplace_cannot_change_is_unsupported_and_named(
    marketplace: PostingMarketplace,
) -> None:
    with pytest.raises(Unsupported, match="shipping"):
        await marketplace.update(
            request_for(marketplace.name), "7812345678", ["price", "shipping"], PHOTOS
        )


async def test_what_is_not_live_cannot_be_changed(marketplace: PostingMarketplace) -> None:
    request = request_for(marketplace.name)
    live = await marketplace.publish(request, PHOTOS)
    await marketplace.withdraw(request, live.listing_id)
    with pytest.raises(NotFound):
        await marketplace.update(request, live.listing_id, ["price"], PHOTOS)


async def test_a_listing_stands_where_the_seller_left_it(marketplace: PostingMarketplace) -> None:
    request = request_for(marketplace.name)
    live = await marketplace.publish(request, PHOTOS)
    assert (await marketplace.status(request, live.listing_id)).status is ListingStatus.LIVE
    await marketplace.withdraw(request, live.listing_id)
    assert (await marketplace.status(request, live.listing_id)).status is ListingStatus.WITHDRAWN


async def test_ebay_counts_what_is_left_and_what_was_sold(
    marketplaces: Marketplaces, sandbox: Sandbox
) -> None:
    ebay, request = marketplaces.posting["ebay"], request_for("ebay", quantity=2)
    live = await ebay.publish(request, PHOTOS)
    sandbox.buy("ebay", live.listing_id)
    standing = await ebay.status(request, live.listing_id)
    assert (standing.status, standing.available, standing.sold) == (ListingStatus.LIVE, 1, 1)
    sandbox.buy("ebay", live.listing_id)
    standing = await ebay.status(request, live.listing_id)
    assert (standing.status, standing.available, standing.sold) == (ListingStatus.SOLD, 0, 2)


async def test_new_words_do_not_put_sold_pieces_back_in_stock(
    marketplaces: Marketplaces, sandbox: Sandbox
) -> None:
    ebay, request = marketplaces.posting["ebay"], request_for("ebay", quantity=3)
    live = await ebay.publish(request, PHOTOS)
    sandbox.buy("ebay", live.listing_id)
    reworded = request_for("ebay", quantity=3, title="iPhone 13, blue", media_refs=["photo-3"])
    await ebay.update(reworded, live.listing_id, ["title", "media_refs"], PHOTOS)
    assert (await ebay.status(request, live.listing_id)).available == 2
    assert sandbox.live_listings("ebay")[0]["title"] == "iPhone 13, blue"
    await ebay.update(request, live.listing_id, ["quantity"], PHOTOS)
    assert (await ebay.status(request, live.listing_id)).available == 3


async def test_sales_are_told_once_the_cursor_has_passed_them(
    marketplaces: Marketplaces, sandbox: Sandbox
) -> None:
    ebay, request = marketplaces.posting["ebay"], request_for("ebay")
    start = await ebay.sales_since("")
    assert start.sales == []
    live = await ebay.publish(request, PHOTOS)
    sandbox.buy("ebay", live.listing_id)
    news = await ebay.sales_since(start.cursor)
    (sale,) = news.sales
    assert (sale.listing_id, sale.key, sale.quantity) == (live.listing_id, request.key, 1)
    assert (sale.amount, sale.currency, sale.is_paid) == (Decimal(650), "USD", True)
    assert news.cursor > start.cursor
    # Once more, within the overlap, and recognisable.
    assert [again.sale_id for again in (await ebay.sales_since(news.cursor)).sales] == [
        sale.sale_id
    ]


async def test_a_cancelled_sale_comes_again_as_cancelled(
    marketplaces: Marketplaces, sandbox: Sandbox
) -> None:
    ebay = marketplaces.posting["ebay"]
    live = await ebay.publish(request_for("ebay"), PHOTOS)
    sandbox.buy("ebay", live.listing_id)
    (sale,) = (await ebay.sales_since("")).sales
    sandbox.spoil("ebay", "POST /post-order/v2/cancellation", "drop_reply")
    with pytest.raises(OutcomeUnknown):
        await ebay.cancel_sale(sale.sale_id)
    await ebay.cancel_sale(sale.sale_id)
    (cancelled,) = (await ebay.sales_since("")).sales
    assert cancelled == sale.model_copy(update={"is_cancelled": True})


async def test_a_sale_that_does_not_exist_cannot_be_cancelled(marketplaces: Marketplaces) -> None:
    with pytest.raises(NotFound):
        await marketplaces.posting["ebay"].cancel_sale("27-00000-00000/1")


async def test_more_sales_than_a_page_holds_are_all_told(
    marketplaces: Marketplaces, sandbox: Sandbox
) -> None:
    ebay, count = marketplaces.posting["ebay"], 201
    live = await ebay.publish(request_for("ebay", quantity=count), PHOTOS)
    for _ in range(count):
        sandbox.buy("ebay", live.listing_id)
    news = await ebay.sales_since("")
    assert len({sale.sale_id for sale in news.sales}) == count


@pytest.mark.parametrize(
    ("kind", "error"),
    [("status", Unavailable), ("throttle", Throttled), ("drop_reply", Unavailable)],
)
async def test_questions_that_get_no_answer_do_not_look_like_no_sales(
    marketplaces: Marketplaces, sandbox: Sandbox, kind: str, error: type[Exception]
) -> None:
    sandbox.spoil("ebay", "GET /sell/fulfillment/v1/order", kind)
    with pytest.raises(error):
        await marketplaces.posting["ebay"].sales_since("")


async def test_what_a_marketplace_does_not_do_it_declares(marketplaces: Marketplaces) -> None:
    for marketplace in marketplaces.posting.values():
        request = request_for(marketplace.name)
        if not marketplace.reports_sales:
            with pytest.raises(Unsupported):
                await marketplace.sales_since("")
        if not marketplace.cancels_sales:
            with pytest.raises(Unsupported):
                await marketplace.cancel_sale("sale-1")
        if not marketplace.reports_status:
            with pytest.raises(Unsupported):
                await marketplace.status(request, "1")
        if not marketplace.updates:
            with pytest.raises(Unsupported):
                await marketplace.update(request, "1", ["price"], PHOTOS)


async def test_an_ad_whose_number_is_none_is_not_found(marketplaces: Marketplaces) -> None:
    with pytest.raises(NotFound):
        await marketplaces.posting["craigslist"].status(request_for("craigslist"), "../account")


async def test_a_change_that_facebook_refuses_names_the_reason(marketplaces: Marketplaces) -> None:
    facebook = marketplaces.posting["facebook"]
    live = await facebook.publish(request_for("facebook"), PHOTOS)
    too_long = request_for("facebook", title="long " * 50)
    with pytest.raises(Rejected, match="200"):
        await facebook.update(too_long, live.listing_id, ["title"], PHOTOS)
