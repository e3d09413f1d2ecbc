"""Whatever a marketplace sends about an offer, a search ends well and says what it threw away."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from scripted_server import answering, scripted

from adapters.marketplaces.configuration import SandboxAccess
from adapters.marketplaces.registry import load_marketplaces
from talknshop.requirement import RequirementSpec

LAMP = RequirementSpec(product_type="lamp")
KEYS = {"bestbuy": {"api_key": "k"}}


def offer(**changes: Any) -> dict[str, Any]:
    return {"sku": 1, "name": "Lamp", "salePrice": 9.5, **changes}


async def search(*offers: Any) -> Any:
    page = json.dumps({"total": len(offers), "products": offers}).encode()
    async with scripted(answering(200, page)) as server, httpx.AsyncClient() as http:
        marketplaces = load_marketplaces(http, SandboxAccess(server.url, KEYS))
        return await marketplaces.searching["bestbuy"].search(LAMP, 10)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"salePrice": -5}, "salePrice"),
        ({"salePrice": "free"}, "salePrice"),
        ({"salePrice": None}, "salePrice"),
        ({"name": None}, "name"),
        ({"name": "<script>alert(1)</script>"}, "name"),
        ({"sku": None}, "sku"),
        ({"sku": {"$gt": ""}}, "sku"),
    ],
)
async def test_an_offer_that_lacks_what_it_needs_is_dropped_and_counted(
    changes: dict[str, Any], field: str
) -> None:
    found = await search(offer(**changes), offer(sku=2))
    assert [product.product_id for product in found.products] == ["2"]
    assert found.dropped == {field: 1}


@pytest.mark.parametrize(
    ("changes", "field", "is_clean"),
    [
        ({"name": "<b>Lamp</b>"}, "name", lambda p: p.title == "Lamp"),
        ({"name": "Lamp " * 200_000}, "name", lambda p: len(p.title) <= 300),
        ({"customerReviewAverage": 99}, "customer_review_average", lambda p: p.rating is None),
        ({"customerReviewCount": -3}, "customer_review_count", lambda p: p.review_count is None),
        ({"image": "http://169.254.169.254/x"}, "image", lambda p: p.image_url is None),
        ({"image": "javascript:alert(1)"}, "image", lambda p: p.image_url is None),
        ({"url": "https://evil.example/1"}, "url", lambda p: "www.bestbuy.com" in p.deep_link),
        ({"upc": "not a number"}, "upc", lambda p: "gtin" not in p.attributes),
    ],
)
async def test_an_unusable_extra_is_cleaned_and_counted(
    changes: dict[str, Any], field: str, is_clean: Callable[[Any], bool]
) -> None:
    found = await search(offer(**changes))
    (product,) = found.products
    assert is_clean(product)
    assert found.cleaned == {field: 1}
    assert not found.dropped
