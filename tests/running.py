"""The whole product as processes, as `make run` starts it, for tests that use it like a person."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
from temporalio.client import Client
from temporalio.converter import PayloadCodec

from adapters.encryption.factory import build_codec
from talknshop.access import EncryptionChoice, TemporalAccess
from talknshop.cli.ports import free_ports
from tests.chatting import Chat
from workflows.client import connect

READY_WITHIN_S = 150


@dataclass
class Running:
    """A running stack; `status()` is what the supervisor says of it now."""

    supervisor: asyncio.subprocess.Process
    status_file: Path
    http: httpx.AsyncClient

    def status(self) -> dict[str, Any]:
        status: dict[str, Any] = json.loads(self.status_file.read_text())
        return status

    def process(self, role: str) -> dict[str, Any]:
        return next(entry for entry in self.status()["processes"] if entry["role"] == role)

    @property
    def web(self) -> str:
        url: str = self.status()["urls"]["web"]
        return url

    @property
    def sandbox(self) -> str:
        url: str = self.status()["urls"]["sandbox"]
        return url

    def kill(self, role: str) -> int:
        """kill -9; the supervisor will start it again. Returns the dead process's id."""
        pid: int = self.process(role)["pid"]
        os.kill(pid, signal.SIGKILL)
        return pid

    async def is_back(self, role: str, dead: int) -> None:
        await eventually(
            lambda: self.process(role)["pid"] != dead and self.process(role)["state"] == "ready",
            f"{role} is running again",
        )

    @property
    def access(self) -> TemporalAccess:
        return TemporalAccess(address=f"127.0.0.1:{self.process('temporal')['port']}")

    async def temporal(self) -> Client:
        return await connect(self.access, role="tests", codec=self.codec)

    @property
    def data_dir(self) -> Path:
        return self.status_file.parent / "data"

    @property
    def codec(self) -> PayloadCodec | None:
        return build_codec(EncryptionChoice(), self.data_dir)

    async def guest(self) -> dict[str, Any]:
        """A new session of a new person: session_id, user_id, token."""
        response = await self.http.post(f"{self.web}/api/v1/sessions")
        response.raise_for_status()
        session: dict[str, Any] = response.json()
        return session

    @asynccontextmanager
    async def chat(
        self,
        session: dict[str, Any] | None = None,
        last_event_id: int = 0,
        language: str = "en",
    ) -> AsyncIterator[Chat]:
        session = session or await self.guest()
        async with Chat.open(self.web, session, last_event_id, language) as chat:
            yield chat

    async def latency(self, mode: str) -> None:
        response = await self.http.post(f"{self.sandbox}/_sandbox/latency", json={"mode": mode})
        response.raise_for_status()

    async def fault(self, **fault: Any) -> None:
        response = await self.http.post(f"{self.sandbox}/_sandbox/faults", json=fault)
        response.raise_for_status()

    async def clear_faults(self) -> None:
        (await self.http.delete(f"{self.sandbox}/_sandbox/faults")).raise_for_status()

    async def listings(self, marketplace: str, job_id: str) -> list[dict[str, Any]]:
        """What the marketplace itself holds for a job."""
        response = await self.http.get(
            f"{self.sandbox}/_sandbox/listings", params={"marketplace": marketplace}
        )
        response.raise_for_status()
        return [entry for entry in response.json() if entry["key"] == f"{job_id}-{marketplace}"]


@asynccontextmanager
async def running_stack(folder: Path, *options: str, **settings: str) -> AsyncIterator[Running]:
    """`talknshop dev` on free ports with a data folder of its own; settings by their names."""
    status_file = folder / "status.json"
    output = (folder / "supervisor.log").open("wb")
    supervisor = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("talknshop")),
        *("dev", "--free-ports", "--plain", "--data-dir", str(folder / "data")),
        *("--latency", "none", "--status-file", str(status_file), *options),
        env={**os.environ, **settings},
        stdout=output,
        stderr=output,
    )
    async with httpx.AsyncClient(timeout=30) as http:
        running = Running(supervisor, status_file, http)
        try:
            await eventually(
                lambda: status_file.exists() and running.status()["ready"],
                f"the stack is ready, see {folder}",
                READY_WITHIN_S,
            )
            yield running
        finally:
            if supervisor.returncode is None:
                supervisor.terminate()
                # The second one says that nobody waits for a graceful end.
                supervisor.send_signal(signal.SIGINT)
            await supervisor.wait()
            output.close()


class AnotherGateway:
    """A gateway process beside that of a stack, on a port of its own."""

    def __init__(self, stack: Running, settings: dict[str, str]) -> None:
        (self.port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{self.port}"
        self._stack = stack
        self._environment = psutil.Process(stack.process("gateway")["pid"]).environ()
        self._environment |= {"TALKNSHOP_GATEWAY__PORT": str(self.port), **settings}
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        with (self._stack.status_file.parent / f"gateway-{self.port}.log").open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "api"), env=self._environment, stdout=output, stderr=output
            )
        await eventually(self._is_ready, "the other gateway is ready")

    async def stop(self) -> None:
        """As a supervisor asks it to."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.terminate()
        await self._process.wait()

    async def _is_ready(self) -> bool:
        try:
            return (await self._stack.http.get(f"{self.url}/health/ready")).status_code == 200
        except httpx.TransportError:
            return False


@asynccontextmanager
async def another_gateway(stack: Running, **settings: str) -> AsyncIterator[AnotherGateway]:
    """With the settings of the stack's own gateway, but for those given."""
    gateway = AnotherGateway(stack, settings)
    try:
        await gateway.start()
        yield gateway
    finally:
        await gateway.stop()


def bearer(session: dict[str, Any]) -> dict[str, str]:
    """The headers of a request in that person's name."""
    return {"Authorization": f"Bearer {session['token']}"}


async def eventually(
    condition: Callable[[], bool] | Callable[[], Awaitable[bool]],
    what: str,
    seconds: float = 60,
) -> None:
    """Waits for something that must come true; fails with its name when it does not."""
    try:
        async with asyncio.timeout(seconds):
            while True:
                outcome = condition()
                if outcome if isinstance(outcome, bool) else await outcome:
                    return
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(f"It never came true that {what}.") from None
