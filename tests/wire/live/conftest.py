"""A real Valkey for these tests, which may be killed and started again on its port."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pytest
from redis.exceptions import RedisError

from adapters.live.connection import connect
from talknshop.cli.ports import free_ports
from talknshop.cli.stack import valkey_server


class Valkey:
    def __init__(self, port: int) -> None:
        self.url = f"redis://127.0.0.1:{port}"
        self._port = port
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *(valkey_server(), "--port", str(self._port), "--bind", "127.0.0.1", "--save", ""),
            stdout=asyncio.subprocess.DEVNULL,
        )
        redis = connect(self.url)
        async with asyncio.timeout(10):
            while True:
                try:
                    await redis.ping()
                    break
                except (RedisError, OSError):
                    await asyncio.sleep(0.02)
        await redis.aclose()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Neither answers nor closes its connections."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    async def kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()


@pytest.fixture
async def valkey() -> AsyncIterator[Valkey]:
    (port,) = free_ports(1)
    server = Valkey(port)
    await server.start()
    yield server
    await server.kill()
