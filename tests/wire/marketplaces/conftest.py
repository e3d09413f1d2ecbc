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


@pytest.fixture(scope="session")
def connected(sandbox_process: Sandbox, http: httpx.AsyncClient) -> Marketplaces:
    return load_marketplaces(http, sandbox_process.access)


@pytest.fixture
def marketplaces(sandbox: Sandbox, connected: Marketplaces) -> Marketplaces:
    """The adapters, on a sandbox where nothing has happened yet."""
    return connected
