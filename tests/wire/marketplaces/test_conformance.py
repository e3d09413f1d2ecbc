"""What holds for every registered marketplace, whatever goes wrong: the list is the registry's own.

Each fault of the sandbox strikes each call. An adapter may fail, but only with an error of
`adapters/errors.py`, and where it can look up what it did, a second attempt leaves one listing.
"""

from collections.abc import Awaitable, Callable

import httpx
import pytest
from listings import PHOTOS, request_for
from sandbox_control import Sandbox

from adapters.errors import AdapterError
from adapters.marketplaces.port import Found
from adapters.marketplaces.registry import Marketplaces, load_marketplaces
from sandbox.disturbance import REQUEST_KINDS
from talknshop.requirement import RequirementSpec

# The registry decides who is tested; these only say how long the tests wait for a hanging one.
SEARCHING = ("amazon", "bestbuy", "ebay", "walmart")
POSTING = ("craigslist", "ebay", "facebook", "poshmark")
FAULTS = sorted(REQUEST_KINDS)
LAPTOPS = RequirementSpec(product_type="laptop")
# How many calls a posting takes at most.
CALLS = 12


@pytest.fixture
def impatient(
    http: httpx.AsyncClient, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> Marketplaces:
    for name in {*SEARCHING, *POSTING}:
        monkeypatch.setenv(f"TALKNSHOP_{name.upper()}_TIMEOUT", "PT1S")
    monkeypatch.setenv("TALKNSHOP_FACEBOOK_BATCH_PATIENCE", "PT2S")
    return load_marketplaces(http, sandbox.access)


def test_every_registered_marketplace_is_tested_here(connected: Marketplaces) -> None:
    assert tuple(connected.searching) == SEARCHING
    assert tuple(connected.posting) == POSTING


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("name", SEARCHING)
async def test_a_search_answers_or_fails_with_a_typed_error(
    name: str, kind: str, impatient: Marketplaces, sandbox: Sandbox
) -> None:
    marketplace = impatient.searching[name]
    sandbox.spoil(name, "", kind, count=None)
    found = await outcome(lambda: marketplace.search(LAPTOPS, 12))
    if isinstance(found, Found):
        assert all(0 < product.price <= 10_000_000 for product in found.products)
        assert all(product.deep_link.startswith("http") for product in found.products)
        assert all("<script" not in product.title for product in found.products)
    sandbox.reset()
    assert (await marketplace.search(LAPTOPS, 12)).products


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("name", SEARCHING)
async def test_a_product_is_read_or_refused_with_a_typed_error(
    name: str, kind: str, impatient: Marketplaces, sandbox: Sandbox
) -> None:
    marketplace = impatient.searching[name]
    (first, *_) = (await marketplace.search(LAPTOPS, 1)).products
    sandbox.spoil(name, "", kind, count=None)
    await outcome(lambda: marketplace.product(first.product_id))
    sandbox.reset()
    assert await marketplace.product(first.product_id)


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("name", [name for name in POSTING if name != "poshmark"])
async def test_whatever_call_fails_a_second_attempt_leaves_one_listing(
    name: str, kind: str, impatient: Marketplaces, sandbox: Sandbox
) -> None:
    marketplace = impatient.posting[name]
    for call in range(CALLS):
        sandbox.reset()
        sandbox.spoil(name, "", kind, after=call)
        request = request_for(name, f"job-{kind}-{call}")
        live = await outcome(lambda request=request: marketplace.publish(request, PHOTOS))
        struck = sandbox.spoils_left() == 0
        sandbox.clear_faults()
        if isinstance(live, AdapterError) and marketplace.finds:
            live = await marketplace.find(request) or await marketplace.publish(request, PHOTOS)
        shown = sandbox.live_listings(name)
        assert len(shown) == 1 if marketplace.finds else len(shown) <= 1
        if not struck:
            return
    raise AssertionError(f"posting on {name} takes more than {CALLS} calls")


async def outcome(action: Callable[[], Awaitable[object]]) -> object:
    """What it gave, or the error of the family that it raised; any other error fails the test."""
    try:
        return await action()
    except AdapterError as error:
        return error
