"""The sandbox as a process of its own, and the adapters pointed at it."""

import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from sandbox_control import Sandbox

from adapters.marketplaces.configuration import SandboxAccess
from adapters.marketplaces.registry import Marketplaces, load_marketplaces

START_SECONDS = 60


@pytest.fixture(scope="session")
def sandbox_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    data_dir = tmp_path_factory.mktemp("sandbox")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = f"--host 127.0.0.1 --port {port} --latency none --data-dir".split()
    process = subprocess.Popen([sys.executable, "-m", "sandbox", *options, str(data_dir)])
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_healthy(url, process)
        yield Sandbox(SandboxAccess.from_file(url, _credentials(data_dir)))
    finally:
        process.terminate()
        process.wait(timeout=10)


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, "the sandbox ended while starting"
        try:
            httpx.get(f"{url}/_sandbox/health", timeout=1).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"the sandbox is not healthy after {START_SECONDS} s")


def _credentials(data_dir: Path) -> Path:
    return data_dir / "credentials.json"


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
