"""Whatever a marketplace sends about an offer, a search ends well and says what it threw away.

One good offer of each marketplace, over HTTP, with one thing in it replaced.
"""

import asyncio
import copy
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sandbox_control import Sandbox
from scripted_server import Asked, ScriptedServer, answering, scripted

from adapters.errors import AdapterError
from adapters.marketplaces.configuration import SandboxAccess
from adapters.marketplaces.guarded import GuardedMarketplace
from adapters.marketplaces.port import Found
from adapters.marketplaces.quota import NoRateLimit
from adapters.marketplaces.registry import Marketplaces, load_marketplaces
from adapters.metrics import FIELDS_CLEANED, OFFERS_DROPPED
from talknshop.products import ProductResult
from talknshop.requirement import RequirementSpec

LAMP = RequirementSpec(product_type="lamp")
LAPTOP = RequirementSpec(product_type="laptop")
TOKEN = {"access_token": "t", "expires_in": 7200, "token_type": "bearer"}
MISSING = object()
PAGES: dict[str, Callable[[list[Any]], Any]] = {
    "ebay": lambda offers: {"total": len(offers), "itemSummaries": offers},
    "amazon": lambda offers: {"searchResult": {"totalResultCount": len(offers), "items": offers}},
    "walmart": lambda offers: {"totalResults": len(offers), "items": offers},
    "bestbuy": lambda offers: {"total": len(offers), "products": offers},
}
GOOD: dict[str, Any] = {
    "ebay": {
        "itemId": "v1|1|0",
        "title": "Lamp",
        "price": {"value": "9.50", "currency": "USD"},
        "conditionId": "1000",
        "itemWebUrl": "https://www.ebay.com/itm/1",
        "image": {"imageUrl": "https://i.ebayimg.com/1.jpg"},
        "seller": {"username": "shop"},
        "shippingOptions": [{"shippingCost": {"value": "4.00", "currency": "USD"}}],
    },
    "amazon": {
        "asin": "B01",
        "detailPageURL": "https://www.amazon.com/dp/B01?tag=t-20",
        "itemInfo": {"title": {"displayValue": "Lamp"}},
        "images": {"primary": {"large": {"url": "https://m.media-amazon.com/1.jpg"}}},
        "offersV2": {
            "listings": [
                {
                    "price": {"money": {"amount": 9.5, "currency": "USD"}},
                    "merchantInfo": {"name": "shop"},
                }
            ]
        },
        "customerReviews": {"count": 3, "starRating": {"value": 4.5}},
    },
    "walmart": {
        "itemId": 1,
        "name": "Lamp",
        "salePrice": 9.5,
        "productTrackingUrl": "https://goto.walmart.com/c/1",
        "largeImage": "https://i5.walmartimages.com/1.jpg",
        "sellerInfo": "shop",
        "standardShipRate": 4,
        "customerRating": "4.5",
        "numReviews": 3,
    },
    "bestbuy": {
        "sku": 1,
        "name": "Lamp",
        "salePrice": 9.5,
        "url": "https://www.bestbuy.com/site/1.p",
        "image": "https://pisces.bbystatic.com/1.jpg",
        "manufacturer": "shop",
        "shippingCost": 4,
        "customerReviewAverage": 4.5,
        "customerReviewCount": 3,
    },
}
PLACES: dict[str, dict[str, str]] = {
    "ebay": {
        "id": "itemId",
        "title": "title",
        "price": "price.value",
        "currency": "price.currency",
        "link": "itemWebUrl",
        "image": "image.imageUrl",
        "maker": "seller.username",
        "delivery": "shippingOptions.0.shippingCost.value",
        "delivery currency": "shippingOptions.0.shippingCost.currency",
    },
    "amazon": {
        "id": "asin",
        "title": "itemInfo.title.displayValue",
        "price": "offersV2.listings.0.price.money.amount",
        "currency": "offersV2.listings.0.price.money.currency",
        "link": "detailPageURL",
        "image": "images.primary.large.url",
        "maker": "offersV2.listings.0.merchantInfo.name",
        "rating": "customerReviews.starRating.value",
        "reviews": "customerReviews.count",
    },
    "walmart": {
        "id": "itemId",
        "title": "name",
        "price": "salePrice",
        "link": "productTrackingUrl",
        "image": "largeImage",
        "maker": "sellerInfo",
        "delivery": "standardShipRate",
        "rating": "customerRating",
        "reviews": "numReviews",
    },
    "bestbuy": {
        "id": "sku",
        "title": "name",
        "price": "salePrice",
        "link": "url",
        "image": "image",
        "maker": "manufacturer",
        "delivery": "shippingCost",
        "rating": "customerReviewAverage",
        "reviews": "customerReviewCount",
    },
}
NAMES = tuple(PLACES)


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def offer(name: str, what: str = "", value: Any = None) -> dict[str, Any]:
    """A good one, but for `what`, which is one of PLACES."""
    made: dict[str, Any] = copy.deepcopy(GOOD[name])
    if what:
        *path, last = PLACES[name][what].split(".")
        part: Any = made
        for step in path:
            part = part[int(step) if step.isdigit() else step]
        if value is MISSING:
            del part[last]
        else:
            part[last] = value
    return made


def everywhere(*cases: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """Each case for each marketplace that sends such a thing."""
    return [(name, *case) for name in NAMES for case in cases if case[0] in PLACES[name]]


def other(name: str) -> dict[str, Any]:
    return offer(name, "id", {"ebay": "v1|2|0", "amazon": "B02"}.get(name, 2))


def vendor(page: bytes, status: int = 200, **headers: str) -> Callable[..., Any]:
    """Gives out tokens, and that page for everything else."""

    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        is_token = "token" in asked.line
        reply = answering(200, json.dumps(TOKEN).encode()) if is_token else None
        await (reply or answering(status, page, **headers))(asked, writer)

    return answer


async def search(
    name: str, server: ScriptedServer, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> Found:
    monkeypatch.setenv("TALKNSHOP_WALMART_PUBLISHER_ID", "p")  # or it uses no links of Walmart's
    access = SandboxAccess(server.url, sandbox.access.credentials)
    async with httpx.AsyncClient() as http:
        return await load_marketplaces(http, access).searching[name].search(LAMP, 10)


@pytest.fixture
def found_in(name: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    async def found(*offers: Any) -> Found:
        page = json.dumps(PAGES[name](list(offers))).encode()
        async with scripted(vendor(page)) as server:
            return await search(name, server, sandbox, monkeypatch)

    return found


async def test_a_good_offer_is_neither_dropped_nor_cleaned(
    name: str, found_in: Callable[..., Any]
) -> None:
    found = await found_in(offer(name))
    (product,) = found.products
    assert (product.title, str(product.price), product.currency) == ("Lamp", "9.50", "USD")
    assert (found.dropped, found.cleaned) == ({}, {})


@pytest.mark.parametrize(
    ("name", "what", "value"),
    everywhere(
        *[("price", value) for value in (-5, 0, "free", "NaN", None, [], 1e308, MISSING)],
        *[("title", value) for value in (None, 17.5, {}, "", "<script>x()</script>", MISSING)],
        *[("id", value) for value in (None, {"$gt": ""}, "", "x" * 5000, MISSING)],
        *[("currency", value) for value in ("XXZ", "usd", "$", "", None, 840, MISSING)],
    ),
    indirect=["name"],
)
async def test_an_offer_that_lacks_what_it_needs_is_dropped_and_counted(
    name: str, what: str, value: Any, found_in: Callable[..., Any]
) -> None:
    found = await found_in(offer(name, what, value), other(name))
    assert [product.product_id for product in found.products] == [
        {"ebay": "v1|2|0", "amazon": "B02"}.get(name, "2")
    ]
    assert found.dropped == {PLACES[name][what].partition(".")[0]: 1}


@pytest.mark.parametrize("value", [None, 17, "offer", [], [[]], {}, {"": None}])
async def test_what_is_no_offer_is_dropped(
    name: str, value: Any, found_in: Callable[..., Any]
) -> None:
    found = await found_in(value, other(name))
    assert len(found.products) == 1
    assert sum(found.dropped.values()) == 1


PRIVATE = (
    "http://169.254.169.254/latest/meta-data/",
    "http://127.0.0.1:22/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://[::1]:8000/",
    "http://10.0.0.8/",
    "http://metadata.internal/",
    "//127.0.0.1/x",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "data:text/html;base64,PHNjcmlwdD4=",
)


@pytest.mark.parametrize(
    ("name", "what", "value", "is_clean"),
    everywhere(
        ("title", "<b>Lamp</b>", lambda p: p.title == "Lamp"),
        ("title", '<img src=x onerror="alert(1)">Lamp', lambda p: p.title == "Lamp"),
        ("title", "&lt;svg/onload=alert(1)&gt;Lamp", lambda p: p.title == "Lamp"),
        ("title", "&amp;lt;b&amp;gt;Lamp", lambda p: p.title == "Lamp"),
        ("title", "Lamp\u202e\x00\x07", lambda p: p.title == "Lamp"),
        ("title", "Lamp " * 200_000, lambda p: len(p.title) <= 300),
        ("maker", "<script>alert(1)</script>shop", lambda p: "<" not in p.model_dump_json()),
        *[("rating", v, lambda p: p.rating is None) for v in (99, -3, 1e9, "five", "NaN", [])],
        *[("reviews", v, lambda p: p.review_count is None) for v in (-3, 2.5, "many", {})],
        *[("image", v, lambda p: p.image_url is None) for v in PRIVATE],
        *[("link", v, lambda p, v=v: p.deep_link != v) for v in PRIVATE],
        ("link", "https://evil.example/1", lambda p: "evil" not in p.deep_link),
        ("link", "https://ebay.com.evil.example/1", lambda p: "evil" not in p.deep_link),
        ("link", "https://x@evil.example/ebay.com", lambda p: "evil" not in p.deep_link),
        *[("delivery", v, lambda p: p.shipping_info.cost is None) for v in (-4, "free", 1e12)],
        ("delivery currency", "XXZ", lambda p: p.shipping_info.cost is None),
    ),
    indirect=["name"],
)
async def test_an_unusable_extra_is_cleaned_and_counted(
    name: str,
    what: str,
    value: Any,
    is_clean: Callable[[ProductResult], bool],
    found_in: Callable[..., Any],
) -> None:
    found = await found_in(offer(name, what, value))
    (product,) = found.products
    assert is_clean(product)
    assert product.deep_link.startswith("http")
    assert sum(found.cleaned.values()) == 1
    assert not found.dropped


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"<html>down</html>",
        b'{"total": "many"}',
        b"[" * 100_000,
        b'{"total": 1' + b"0" * 5000 + b"}",
        b"\xff\xfe\x00",
        b'{"total": 1, "totalResults": 1, "searchResult": 7, "itemSummaries": 7, "items": 7}',
    ],
)
async def test_a_reply_of_another_shape_is_a_typed_failure(
    name: str, body: bytes, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with scripted(vendor(body)) as server:
        with pytest.raises(AdapterError):
            await search(name, server, sandbox, monkeypatch)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(
    name: str, status: int, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with scripted(vendor(b'{"stolen": true}')) as inside:
        redirect = vendor(b"", status, location=f"{inside.url}/latest/meta-data/")
        async with scripted(redirect) as server:
            with pytest.raises(AdapterError):
                await search(name, server, sandbox, monkeypatch)
        assert inside.asked == []


async def test_whatever_comes_the_search_goes_on_and_the_reasons_are_exported(
    name: str, marketplaces: Marketplaces, sandbox: Sandbox
) -> None:
    """Thirty replies that are poisoned by chance, every one of them whole."""
    guarded = GuardedMarketplace(marketplaces.searching[name], NoRateLimit())
    sandbox.spoil(name, "", "hostile", count=None)
    before = counted(name)
    for _ in range(30):
        found = await found_or_refused(guarded)
        for product in found.products if found else []:
            assert product.price > 0
            assert "<" not in product.title
            assert product.deep_link.startswith(("http://127.0.0.1", "https://"))
    assert counted(name) > before


async def found_or_refused(guarded: GuardedMarketplace) -> Found | None:
    try:
        return await guarded.search(LAPTOP, 10, timedelta(seconds=10))
    except AdapterError:
        return None


def counted(name: str) -> float:
    """The offers dropped and the fields cleaned of one marketplace, as Prometheus reads them."""
    return sum(
        sample.value
        for metric in (OFFERS_DROPPED, FIELDS_CLEANED)
        for family in metric.collect()
        for sample in family.samples
        if sample.labels.get("marketplace") == name and sample.name.endswith("_total")
    )
