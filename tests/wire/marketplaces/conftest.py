"""The sandbox as a process of its own, and the adapters pointed at it."""

import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from adapters.marketplaces.configuration import SandboxAccess
from adapters.marketplaces.registry import Marketplaces, load_marketplaces

START_SECONDS = 60


class Sandbox:
    """A running sandbox, and its control plane."""

    def __init__(self, access: SandboxAccess) -> None:
        self.access = access
        self._control = httpx.Client(base_url=f"{access.url}/_sandbox", timeout=10)

    def reset(self) -> None:
        self._control.post("/reset").raise_for_status()

    def expire_tokens(self) -> None:
        self._control.post("/expire_tokens").raise_for_status()

    def spoil(self, marketplace: str, match: str, kind: str, **options: Any) -> None:
        """The next request whose "METHOD /path" starts like `match` goes wrong."""
        fault = {"marketplace": marketplace, "match": match, "kind": kind, **options}
        self._control.post("/faults", json=fault).raise_for_status()

    def spoils_left(self) -> int:
        return len(self._control.get("/faults").raise_for_status().json())

    def live_listings(self, marketplace: str) -> list[dict[str, Any]]:
        reply = self._control.get("/listings", params={"marketplace": marketplace})
        return [x for x in reply.raise_for_status().json() if x["status"] == "live"]


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


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient() as client:
        yield client


@pytest.fixture
def marketplaces(
    sandbox: Sandbox,
    http: httpx.AsyncClient,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Marketplaces:
    monkeypatch.chdir(tmp_path)  # no .env with keys of this machine
    return load_marketplaces(http, sandbox.access)
