"""The sandbox as a process of its own, and the adapters pointed at it."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from sandbox_control import Sandbox, running_sandbox

from adapters.marketplaces.registry import Marketplaces, load_marketplaces


@pytest.fixture(scope="session")
def sandbox_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


@pytest.fixture
def sandbox(sandbox_process: Sandbox) -> Iterator[Sandbox]:
    """Nothing posted, nothing spoiled."""
    sandbox_process.reset()
    yield sandbox_process
    sandbox_process.reset()


@pytest.fixture(scope="session")
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient() as client:
        yield client


@pytest.fixture
def marketplaces(sandbox: Sandbox, http: httpx.AsyncClient) -> Marketplaces:
    """New adapters, on a sandbox where nothing has happened yet."""
    return load_marketplaces(http, sandbox.access)
