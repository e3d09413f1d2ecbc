"""One contract for every marketplace that can be searched, over HTTP against the sandbox."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from sandbox_control import Sandbox

from adapters.errors import (
    AdapterError,
    NotFound,
    Rejected,
    Throttled,
    Unauthorized,
    Unavailable,
    Unintelligible,
)
from adapters.marketplaces.port import GtinSearch, SearchMarketplace
from adapters.marketplaces.registry import Marketplaces, load_marketplaces
from talknshop.model import Condition
from talknshop.requirement import PriceRange, RequirementSpec, Sort, WantedCondition

NAMES = ("ebay", "amazon", "walmart", "bestbuy")
SEARCH_CALL = {
    "ebay": "GET /buy/browse/v1/item_summary/search",
    "amazon": "POST /catalog/v1/searchItems",
    "walmart": "GET /api-proxy/service/affil/product/v2/search",
    "bestbuy": "GET /v1/products",
}
WRONG_KEYS: dict[str, Mapping[str, str]] = {
    "ebay": {"client_secret": "wrong"},
    "amazon": {"credential_secret": "wrong"},
    "walmart": {"consumer_id": "00000000-0000-0000-0000-000000000000"},
    "bestbuy": {"api_key": "wrong"},
}


@pytest.fixture(params=NAMES)
def marketplace(request: pytest.FixtureRequest, marketplaces: Marketplaces) -> SearchMarketplace:
    return marketplaces.searching[request.param]


def laptops(**wishes: Any) -> RequirementSpec:
    return RequirementSpec(product_type="laptop", **wishes)


async def test_a_search_finds_normalised_offers(marketplace: SearchMarketplace) -> None:
    found = await marketplace.search(laptops(), 5)
    assert 1 <= len(found.products) <= 5
    assert found.total_found >= len(found.products)
    assert not found.dropped
    for product in found.products:
        assert product.marketplace == marketplace.name
        assert product.title
        assert product.price > 0
        assert product.currency == "USD"
        assert product.deep_link.startswith("http")
        assert product.image_url
        assert product.condition


async def test_deep_links_lead_to_a_page(
    marketplace: SearchMarketplace, http: httpx.AsyncClient
) -> None:
    (product,) = (await marketplace.search(laptops(), 1)).products
    page = await http.get(product.deep_link, follow_redirects=True)
    assert page.status_code == 200


async def test_walmart_links_are_tracked_only_for_a_publisher(
    http: httpx.AsyncClient, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    walmart = load_marketplaces(http, sandbox.access).searching["walmart"]
    (product,) = (await walmart.search(laptops(), 1)).products
    assert "PUBID" not in product.deep_link
    monkeypatch.setenv("TALKNSHOP_WALMART_PUBLISHER_ID", "impact-7")
    walmart = load_marketplaces(http, sandbox.access).searching["walmart"]
    (product,) = (await walmart.search(laptops(), 1)).products
    assert "impact-7" in product.deep_link


async def test_prices_stay_within_the_range(marketplace: SearchMarketplace) -> None:
    price = PriceRange(min=Decimal(300), max=Decimal(900))
    found = await marketplace.search(laptops(price=price), 10)
    assert found.products
    assert all(300 <= product.price <= 900 for product in found.products)
    assert "price" not in found.applied_afterwards


@pytest.mark.parametrize("wanted", list(WantedCondition))
async def test_only_wanted_conditions_come_back(
    marketplace: SearchMarketplace, wanted: WantedCondition
) -> None:
    found = await marketplace.search(laptops(condition=wanted), 10)
    assert all(wanted.accepts(product.condition) for product in found.products)
    if wanted is WantedCondition.NEW:
        assert any(product.condition is Condition.NEW for product in found.products)


async def test_poorly_rated_and_unrated_offers_are_left_out(
    marketplace: SearchMarketplace,
) -> None:
    found = await marketplace.search(laptops(rating_min=4), 10)
    assert all((product.rating or 0) >= 4 for product in found.products)


async def test_an_excluded_brand_does_not_come_back(marketplace: SearchMarketplace) -> None:
    found = await marketplace.search(laptops(), 10)
    brand = next(product.title.split()[0] for product in found.products)
    without = await marketplace.search(laptops(excluded_brands=[brand]), 10)
    assert without.products
    assert all(brand not in product.title.split() for product in without.products)


@pytest.mark.parametrize("sort", list(Sort))
async def test_every_order_is_understood(marketplace: SearchMarketplace, sort: Sort) -> None:
    found = await marketplace.search(laptops(sort=sort), 10)
    assert found.products
    assert ("sort" in found.applied_afterwards) is (sort not in (Sort.RELEVANCE, Sort.NEWEST))
    if sort is not Sort.NEWEST:
        assert all("laptop" in product.title.lower() for product in found.products)
    prices = [product.price for product in found.products]
    if sort is Sort.PRICE_ASC:
        assert prices == sorted(prices)
    if sort is Sort.PRICE_DESC:
        assert prices == sorted(prices, reverse=True)


PICKY = laptops(
    price=PriceRange(max=Decimal(1200)),
    condition=WantedCondition.USED,
    rating_min=3.5,
    excluded_brands=["HP"],
    filters={"excluded_colors": "red"},
    sort=Sort.PRICE_ASC,
)
AFTERWARDS = {
    "ebay": {"rating_min", "excluded_brands", "excluded_colors", "sort"},
    "amazon": {"condition", "rating_min", "excluded_brands", "excluded_colors", "sort"},
    "walmart": {"condition", "rating_min", "excluded_brands", "excluded_colors", "sort"},
    "bestbuy": {"excluded_colors", "sort"},
}


async def test_what_a_marketplace_can_not_do_is_done_afterwards_and_said(
    marketplace: SearchMarketplace,
) -> None:
    found = await marketplace.search(PICKY, 12)
    assert set(found.applied_afterwards) == AFTERWARDS[marketplace.name]
    for product in found.products:
        assert product.price <= 1200
        assert WantedCondition.USED.accepts(product.condition)
        assert (product.rating or 0) >= 3.5
        assert not {"hp", "red"} & set(product.title.lower().split())


async def test_two_brands_are_alternatives(marketplace: SearchMarketplace) -> None:
    found = await marketplace.search(laptops(brand_preferences=["Lenovo", "Dell"]), 10)
    assert found.products


async def test_signs_of_the_query_language_are_only_words(marketplace: SearchMarketplace) -> None:
    hostile = 'laptop (14") & more | salePrice<1 *,{}[]'
    await marketplace.search(RequirementSpec(product_type=hostile), 5)


async def test_nothing_found_is_an_empty_page(marketplace: SearchMarketplace) -> None:
    found = await marketplace.search(RequirementSpec(product_type="qwxzyvut"), 5)
    assert (found.products, found.total_found) == ([], 0)


async def test_a_search_without_words_is_refused_without_asking(
    marketplace: SearchMarketplace, sandbox: Sandbox
) -> None:
    with pytest.raises(Rejected):
        await marketplace.search(RequirementSpec(), 5)


async def test_an_offer_is_read_again_by_its_id(marketplace: SearchMarketplace) -> None:
    (product,) = (await marketplace.search(laptops(), 1)).products
    again = await marketplace.product(product.product_id)
    assert (again.product_id, again.title, again.price) == (
        product.product_id,
        product.title,
        product.price,
    )


@pytest.mark.parametrize("product_id", ["1", "v1|1|0", "B0NOTTHERE", "../../x y?&#"])
async def test_an_unknown_id_is_not_found(marketplace: SearchMarketplace, product_id: str) -> None:
    with pytest.raises(NotFound):
        await marketplace.product(product_id)


@pytest.mark.parametrize("name", NAMES)
async def test_wrong_keys_are_unauthorized(
    name: str, http: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    credentials = dict(sandbox.access.credentials)
    credentials[name] = {**credentials[name], **WRONG_KEYS[name]}
    wrong = load_marketplaces(http, replace(sandbox.access, credentials=credentials))
    with pytest.raises(Unauthorized) as caught:
        await wrong.searching[name].search(laptops(), 5)
    secrets = [value for value in credentials[name].values() if len(value) > 3]
    assert not any(secret in str(caught.value) for secret in secrets)


@pytest.mark.parametrize("name", ["ebay", "walmart", "bestbuy"])  # Amazon never says how long
async def test_a_wait_asked_for_is_passed_on(
    name: str, marketplaces: Marketplaces, sandbox: Sandbox
) -> None:
    sandbox.spoil(name, SEARCH_CALL[name], "throttle", retry_after=7)
    with pytest.raises(Throttled) as caught:
        await marketplaces.searching[name].search(laptops(), 5)
    assert caught.value.retry_after == timedelta(seconds=7)


async def test_throttling_without_a_wait_is_still_throttling(
    marketplace: SearchMarketplace, sandbox: Sandbox
) -> None:
    sandbox.spoil(marketplace.name, SEARCH_CALL[marketplace.name], "throttle")
    with pytest.raises(Throttled):
        await marketplace.search(laptops(), 5)


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("status", Unavailable),
        ("drop_reply", Unavailable),
        ("malformed", Unintelligible),
    ],
)
async def test_each_way_to_fail_has_its_error(
    marketplace: SearchMarketplace, sandbox: Sandbox, kind: str, error: type[AdapterError]
) -> None:
    sandbox.spoil(marketplace.name, SEARCH_CALL[marketplace.name], kind)
    with pytest.raises(AdapterError) as caught:
        await marketplace.search(laptops(), 5)
    assert type(caught.value) is error
    assert sandbox.spoils_left() == 0


@pytest.mark.parametrize("name", NAMES)
async def test_a_marketplace_that_hangs_is_given_up(
    name: str, http: httpx.AsyncClient, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"TALKNSHOP_{name.upper()}_TIMEOUT", "PT0.2S")
    impatient = load_marketplaces(http, sandbox.access).searching[name]
    sandbox.spoil(name, SEARCH_CALL[name], "hang", count=5)
    with pytest.raises(Unavailable):
        await impatient.search(laptops(), 5)


async def test_an_expired_token_is_replaced_unnoticed(
    marketplace: SearchMarketplace, sandbox: Sandbox
) -> None:
    await marketplace.search(laptops(), 1)
    sandbox.expire_tokens()
    assert (await marketplace.search(laptops(), 1)).products


@pytest.fixture
def by_number(marketplace: SearchMarketplace) -> GtinSearch:
    assert isinstance(marketplace, GtinSearch)
    return marketplace


async def a_sold_number(marketplace: SearchMarketplace) -> tuple[str, set[str]]:
    """The GTIN of something that is for sale there, and the titles of a search for it."""
    for offer in (await marketplace.search(laptops(), 12)).products:
        whole = await marketplace.product(offer.product_id)
        if gtin := whole.attributes.get("gtin"):
            return gtin, {whole.title}
    raise AssertionError(f"no laptop on {marketplace.name} has a number")


async def test_a_barcodes_number_finds_the_very_thing(
    by_number: GtinSearch, marketplace: SearchMarketplace
) -> None:
    gtin, titles = await a_sold_number(marketplace)
    found = await by_number.by_gtin(gtin, 10)
    assert titles <= {offer.title for offer in found.products}
    assert {offer.attributes["gtin"] for offer in found.products} == {gtin}
    assert found.total_found >= len(found.products)


async def test_a_number_that_nobody_sells_finds_nothing(by_number: GtinSearch) -> None:
    assert (await by_number.by_gtin("04006381333931", 10)).products == []


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("throttle", Throttled), ("status", Unavailable), ("malformed", Unintelligible)],
)
async def test_a_number_can_fail_to_be_looked_up_as_words_can(
    by_number: GtinSearch,
    marketplace: SearchMarketplace,
    sandbox: Sandbox,
    kind: str,
    expected: type[AdapterError],
) -> None:
    sandbox.spoil(marketplace.name, "", kind, count=None)
    with pytest.raises(expected):
        await by_number.by_gtin("04006381333931", 10)
