"""A marketplace in a package of its own, held to what holds for the built-in ones.

Installed for these tests, with the stand-in that it brings for the sandbox; nothing else is edited.
"""

import importlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from conformance import (
    FAULTS,
    LAPTOPS,
    a_product_is_read_or_refused_typed,
    a_search_answers_or_fails_typed,
    a_second_attempt_leaves_one_listing,
)
from listings import PHOTOS, request_for
from sandbox_control import Sandbox, running_sandbox

from adapters.errors import Unauthorized
from adapters.marketplaces import registry
from adapters.marketplaces.configuration import SandboxAccess
from adapters.marketplaces.registry import Marketplaces, load_marketplaces
from tests.plugins.installing import TRINKETS, install

NAME = "trinkets"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Here and for the processes that are started; gone when these tests are over."""
    folder = tmp_path_factory.mktemp("installed")
    install(TRINKETS, folder)
    sys.path.insert(0, str(folder))
    _look_again()
    yield folder
    sys.path.remove(str(folder))
    for module in [m for m in sys.modules if m.startswith("talknshop_trinkets")]:
        del sys.modules[module]
    _look_again()


def _look_again() -> None:
    importlib.invalidate_caches()
    registry._plugins.cache_clear()
    registry.installed.cache_clear()


@pytest.fixture(scope="module")
def sandbox_process(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    path = os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH"), str(installed)]))
    with running_sandbox(tmp_path_factory.mktemp("sandbox"), PYTHONPATH=path) as running:
        yield running


@pytest.fixture
def trinkets(http: httpx.AsyncClient, sandbox: Sandbox) -> Marketplaces:
    return load_marketplaces(http, sandbox.access)


@pytest.fixture
def impatient(
    http: httpx.AsyncClient, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> Marketplaces:
    with monkeypatch.context() as environment:
        environment.setenv("TALKNSHOP_TRINKETS_TIMEOUT", "PT1S")
        return load_marketplaces(http, sandbox.access)


def test_it_is_registered_and_has_keys_of_its_own(trinkets: Marketplaces, sandbox: Sandbox) -> None:
    assert NAME in trinkets.searching
    assert NAME in trinkets.posting
    assert NAME in registry.installed().posting
    assert sandbox.access.credentials[NAME]["api_key"]


@pytest.mark.parametrize("kind", FAULTS)
async def test_a_search_answers_or_fails_with_a_typed_error(
    kind: str, impatient: Marketplaces, trinkets: Marketplaces, sandbox: Sandbox
) -> None:
    await a_search_answers_or_fails_typed(
        impatient.searching[NAME], trinkets.searching[NAME], kind, sandbox
    )


@pytest.mark.parametrize("kind", FAULTS)
async def test_a_product_is_read_or_refused_with_a_typed_error(
    kind: str, impatient: Marketplaces, trinkets: Marketplaces, sandbox: Sandbox
) -> None:
    await a_product_is_read_or_refused_typed(
        impatient.searching[NAME], trinkets.searching[NAME], kind, sandbox
    )


@pytest.mark.parametrize("kind", FAULTS)
async def test_whatever_call_fails_a_second_attempt_leaves_one_listing(
    kind: str, impatient: Marketplaces, trinkets: Marketplaces, sandbox: Sandbox
) -> None:
    await a_second_attempt_leaves_one_listing(
        impatient.posting[NAME], trinkets.posting[NAME], kind, sandbox
    )


async def test_wrong_keys_are_unauthorized(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    keys = {**sandbox.access.credentials, NAME: {"api_key": "wrong"}}
    wrong = load_marketplaces(http, SandboxAccess(sandbox.access.url, keys))
    with pytest.raises(Unauthorized):
        await wrong.searching[NAME].search(LAPTOPS, 3)
    with pytest.raises(Unauthorized):
        await wrong.posting[NAME].publish(request_for(NAME), PHOTOS)


async def test_what_it_posted_is_sold_on_its_page(
    http: httpx.AsyncClient, trinkets: Marketplaces, sandbox: Sandbox
) -> None:
    live = await trinkets.posting[NAME].publish(request_for(NAME), PHOTOS)
    url = f"{sandbox.access.url}/{NAME}"
    assert live.listing_id in (await http.get(f"{url}/listings")).text
    sandbox.buy(NAME, live.listing_id)
    assert live.listing_id in (await http.get(f"{url}/orders")).text
    assert sandbox.live_listings(NAME) == []
