"""A sandbox in a process of its own, reached over real HTTP."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from talknshop.cli.ports import free_ports

ROOT = Path(__file__).parents[1]


class RunningSandbox:
    """Starts, kills and starts again; the data folder stays."""

    def __init__(self, data_dir: Path, *options: str) -> None:
        self.data_dir = data_dir
        self._options = options
        (self.port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        arguments = ["--port", str(self.port), "--data-dir", str(self.data_dir), *self._options]
        self.process = subprocess.Popen([sys.executable, "-m", "sandbox", *arguments], cwd=ROOT)
        give_up = time.monotonic() + 60
        while time.monotonic() < give_up:
            try:
                with self.client() as http:
                    http.get("/_sandbox/health").raise_for_status()
            except httpx.TransportError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.02)
            else:
                return
        raise AssertionError(f"the sandbox did not come up: exit code {self.process.poll()}")

    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)

    @property
    def keys(self) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads((self.data_dir / "credentials.json").read_text())
        return loaded

    def client(self, **headers: str) -> httpx.Client:
        # Loading certificates for plain HTTP would take longer than most tests.
        return httpx.Client(base_url=self.url, headers=headers, timeout=10, verify=False)

    def listings(self, marketplace: str) -> list[dict[str, Any]]:
        with self.client() as http:
            answer = http.get("/_sandbox/listings", params={"marketplace": marketplace})
            listed: list[dict[str, Any]] = answer.raise_for_status().json()
            return listed

    def disturb(self, **fault: Any) -> None:
        with self.client() as http:
            http.post("/_sandbox/faults", json=fault).raise_for_status()

    def ebay(self, **headers: str) -> httpx.Client:
        """As a seller, who may search too."""
        keys = self.keys["ebay"]
        with self.client() as http:
            token = http.post(
                "/identity/v1/oauth2/token",
                auth=(keys["client_id"], keys["client_secret"]),
                data={"grant_type": "refresh_token", "refresh_token": keys["refresh_token"]},
            ).json()["access_token"]
        return self.client(Authorization=f"Bearer {token}", **headers)
