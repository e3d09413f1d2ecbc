"""What a test tells a running sandbox, and asks it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from adapters.marketplaces.configuration import SandboxAccess
from talknshop.cli.ports import free_ports

START_SECONDS = 60


class Sandbox:
    """A running sandbox, and its control plane."""

    def __init__(self, access: SandboxAccess) -> None:
        self.access = access
        self._control = httpx.Client(base_url=f"{access.url}/_sandbox", timeout=30)

    def reset(self, *, subscriptions: bool = False) -> None:
        query = {"subscriptions": subscriptions}
        self._control.post("/reset", params=query).raise_for_status()

    def expire_tokens(self) -> None:
        self._control.post("/expire_tokens").raise_for_status()

    def spoil(self, marketplace: str, match: str, kind: str, **options: Any) -> None:
        """The next request whose "METHOD /path" starts like `match` goes wrong."""
        fault = {"marketplace": marketplace, "match": match, "kind": kind, **options}
        self._control.post("/faults", json=fault).raise_for_status()

    def clear_faults(self) -> None:
        self._control.delete("/faults").raise_for_status()

    def spoils_left(self) -> int:
        return len(self._control.get("/faults").raise_for_status().json())

    def allow(self, marketplace: str, limit: int, seconds: int = 86_400, **options: Any) -> None:
        """So many calls from now on, those already made included."""
        wanted = {"windows": [{"limit": limit, "seconds": seconds}], **options}
        body = {"marketplace": marketplace, **wanted}
        self._control.post("/quotas", json=body).raise_for_status()

    def calls(self, marketplace: str) -> int:
        total: dict[str, int] = self._control.get("/requests").raise_for_status().json()["total"]
        return total[marketplace]

    def live_listings(self, marketplace: str) -> list[dict[str, Any]]:
        reply = self._control.get("/listings", params={"marketplace": marketplace})
        return [x for x in reply.raise_for_status().json() if x["status"] == "live"]

    def buy(self, marketplace: str, listing_id: str) -> None:
        purchase = {"marketplace": marketplace, "listing_id": listing_id}
        self._control.post("/buy", json=purchase).raise_for_status()


@contextmanager
def running_sandbox(data_dir: Path, **environment: str) -> Iterator[Sandbox]:
    """One of its own, in a process of its own."""
    (port,) = free_ports(1)
    options = f"--host 127.0.0.1 --port {port} --latency none --data-dir".split()
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", *options, str(data_dir)],
        env={**os.environ, **environment},
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_healthy(url, process)
        yield Sandbox(SandboxAccess.from_file(url, data_dir / "credentials.json"))
    finally:
        process.terminate()
        process.wait(timeout=30)


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
