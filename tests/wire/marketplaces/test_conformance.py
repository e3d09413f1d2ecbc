"""What holds for every registered marketplace: the list is the registry's own."""

import httpx
import pytest
from conformance import (
    FAULTS,
    a_product_is_read_or_refused_typed,
    a_search_answers_or_fails_typed,
    a_second_attempt_leaves_one_listing,
)
from sandbox_control import Sandbox

from adapters.marketplaces.registry import Marketplaces, load_marketplaces

# The registry decides who is tested; these only say how long the tests wait for a hanging one.
SEARCHING = ("amazon", "bestbuy", "ebay", "walmart")
POSTING = ("craigslist", "ebay", "facebook", "poshmark")


@pytest.fixture
def impatient(
    http: httpx.AsyncClient, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> Marketplaces:
    with monkeypatch.context() as environment:
        for name in {*SEARCHING, *POSTING}:
            environment.setenv(f"TALKNSHOP_{name.upper()}_TIMEOUT", "PT1S")
        environment.setenv("TALKNSHOP_FACEBOOK_BATCH_PATIENCE", "PT2S")
        return load_marketplaces(http, sandbox.access)


def test_every_registered_marketplace_is_tested_here(marketplaces: Marketplaces) -> None:
    assert tuple(marketplaces.searching) == SEARCHING
    assert tuple(marketplaces.posting) == POSTING


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("name", SEARCHING)
async def test_a_search_answers_or_fails_with_a_typed_error(
    name: str, kind: str, impatient: Marketplaces, marketplaces: Marketplaces, sandbox: Sandbox
) -> None:
    await a_search_answers_or_fails_typed(
        impatient.searching[name], marketplaces.searching[name], kind, sandbox
    )


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("name", SEARCHING)
async def test_a_product_is_read_or_refused_with_a_typed_error(
    name: str, kind: str, impatient: Marketplaces, marketplaces: Marketplaces, sandbox: Sandbox
) -> None:
    await a_product_is_read_or_refused_typed(
        impatient.searching[name], marketplaces.searching[name], kind, sandbox
    )


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("name", [name for name in POSTING if name != "poshmark"])
async def test_whatever_call_fails_a_second_attempt_leaves_one_listing(
    name: str, kind: str, impatient: Marketplaces, marketplaces: Marketplaces, sandbox: Sandbox
) -> None:
    await a_second_attempt_leaves_one_listing(
        impatient.posting[name], marketplaces.posting[name], kind, sandbox
    )
