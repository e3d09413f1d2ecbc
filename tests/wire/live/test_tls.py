"""Redis over TLS and Temporal over mutual TLS, as the settings ask for them."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

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
async def temporal_behind_tls(ours: Authority) -> AsyncIterator[int]:
    """Who has no certificate of ours is not let in."""
    binary = Path(sys.executable).with_name("temporal-test-server")
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(binary)
    ) as environment:
        address = environment.client.service_client.config.target_host
        port = int(address.rpartition(":")[2])
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
