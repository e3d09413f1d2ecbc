"""The sandbox's pages: what is on sale, what was sold, and the button between the two."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from listings import PHOTOS, request_for
from sandbox_control import Sandbox

from adapters.marketplaces.registry import Marketplaces

ALL = ("ebay", "amazon", "walmart", "bestbuy", "craigslist", "facebook", "poshmark")
WITH_GOODS = ("ebay", "amazon", "walmart", "bestbuy")
BUTTON = re.compile(r'action="/(\w+)/buy"><input type="hidden" name="listing_id" value="([^"]+)"')
ROW = re.compile(
    r'<tr data-order-id="[^"]+" data-listing-id="([^"]+)" data-key="([^"]*)" data-status="(\w+)"'
)


@pytest.fixture
async def browser(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=sandbox.access.url, follow_redirects=True) as http:
        yield http


async def post(
    name: str, marketplaces: Marketplaces, browser: httpx.AsyncClient
) -> tuple[str, str]:
    """The listing's page and our key."""
    request = request_for(name)
    if name != "poshmark":
        live = await marketplaces.posting[name].publish(request, PHOTOS)
        return live.url, request.key
    form = {
        **{"title": "Apple iPhone 13", "description": "", "price": "650", "size": "OS"},
        **{"brand": "Apple", "condition": "Good", "sku": request.key},
    }
    return str((await browser.post("/poshmark/create-listing", data=form)).url), request.key


async def press_buy(browser: httpx.AsyncClient, page: httpx.Response) -> tuple[httpx.Response, str]:
    """The page that one gets to, and what was bought."""
    found = BUTTON.search(page.text)
    assert found, f"no Buy button on {page.url}"
    return await browser.post(f"/{found[1]}/buy", data={"listing_id": found[2]}), found[2]


@pytest.mark.parametrize("name", ["ebay", "craigslist", "facebook", "poshmark"])
async def test_pressing_buy_on_a_listing_makes_an_order_that_the_page_shows(
    name: str, marketplaces: Marketplaces, sandbox: Sandbox, browser: httpx.AsyncClient
) -> None:
    url, key = await post(name, marketplaces, browser)
    assert "Nobody has bought anything" in (await browser.get(f"/{name}/orders")).text
    assert key in (await browser.get(f"/{name}/listings")).text
    page, listing_id = await press_buy(browser, await browser.get(url))
    assert page.url.path == f"/{name}/orders"
    assert ROW.findall(page.text) == [(listing_id, key, "paid")]
    assert "iPhone 13" in page.text
    assert sandbox.live_listings(name) == []
    assert not BUTTON.search((await browser.get(url)).text)
    assert (await browser.post(f"/{name}/buy", data={"listing_id": listing_id})).status_code == 409


@pytest.mark.parametrize("name", WITH_GOODS)
async def test_goods_of_others_are_found_and_bought_until_there_are_none(
    name: str, browser: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    page = await browser.get(f"/{name}/listings", params={"q": "laptop"})
    stocks = [int(stock) for stock in re.findall(r"(\d+) in stock", page.text)]
    after, offer_id = await press_buy(browser, page)
    assert ROW.findall(after.text) == [(offer_id, "", "paid")]
    now = (await browser.get(f"/{name}/listings", params={"q": "laptop"})).text
    assert sum(stocks) - sum(map(int, re.findall(r"(\d+) in stock", now))) == 1
    for _ in range(max(stocks)):
        last = await browser.post(f"/{name}/buy", data={"listing_id": offer_id})
        if last.status_code == 409:
            break
    assert last.status_code == 409
    sandbox.reset()
    again = (await browser.get(f"/{name}/listings", params={"q": "laptop"})).text
    assert [int(stock) for stock in re.findall(r"(\d+) in stock", again)] == stocks


async def test_a_cancelled_order_says_so(
    marketplaces: Marketplaces, sandbox: Sandbox, browser: httpx.AsyncClient
) -> None:
    ebay = marketplaces.posting["ebay"]
    live = await ebay.publish(request_for("ebay"), PHOTOS)
    sandbox.buy("ebay", live.listing_id)
    (sale,) = (await ebay.sales_since("")).sales
    await ebay.cancel_sale(sale.sale_id)
    ((_, _, status),) = ROW.findall((await browser.get("/ebay/orders")).text)
    assert status == "cancelled"


async def test_what_people_wrote_is_text_on_every_page(
    browser: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    form = {"title": "<script>alert(1)</script>", "price": "9", "size": "OS", "condition": "Good"}
    url = (await browser.post("/poshmark/create-listing", data=form)).url
    page = await browser.get(url)
    sold, _ = await press_buy(browser, page)
    listings = await browser.get("/poshmark/listings")
    found = await browser.get("/ebay/listings", params={"q": "<b>"})
    pages = [page, sold, listings, found]
    assert not any("<script>alert" in page.text or "<b>" in page.text for page in pages)


async def test_every_marketplace_has_both_pages_and_an_unknown_one_neither(
    browser: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    index = (await browser.get("/")).text
    for name in ALL:
        for kind in ("listings", "orders"):
            assert f"/{name}/{kind}" in index
            assert (await browser.get(f"/{name}/{kind}")).status_code == 200
    for path in ("/nowhere/listings", "/nowhere/orders"):
        assert (await browser.get(path)).status_code == 404
    assert (await browser.post("/nowhere/buy")).status_code == 404
