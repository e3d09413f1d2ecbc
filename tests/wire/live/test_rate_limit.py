"""A quota holds over processes, and in each of them without the server."""

from datetime import timedelta

import pytest

from adapters.errors import Throttled
from adapters.live.connection import connect
from adapters.live.rate_limit import SharedRateLimit
from adapters.marketplaces.quota import Quota
from tests.wire.live.conftest import Valkey

TWO_A_DAY = Quota(per_day=2)
AT_ONCE = timedelta(0)


async def test_processes_share_a_quota(valkey: Valkey) -> None:
    one, other = (SharedRateLimit(connect(valkey.url)) for _ in range(2))
    await one.take("amazon", TWO_A_DAY, AT_ONCE)
    await other.take("amazon", TWO_A_DAY, AT_ONCE)
    with pytest.raises(Throttled) as caught:
        await one.take("amazon", TWO_A_DAY, timedelta(seconds=1))
    assert caught.value.retry_after
    await one.take("ebay", TWO_A_DAY, AT_ONCE)


async def test_a_call_waits_for_its_second(valkey: Valkey) -> None:
    limit = SharedRateLimit(connect(valkey.url))
    for _ in range(3):
        await limit.take("amazon", Quota(per_second=1), timedelta(seconds=5))


async def test_what_has_no_quota_never_waits(valkey: Valkey) -> None:
    limit = SharedRateLimit(connect(valkey.url))
    for _ in range(50):
        await limit.take("amazon", Quota(), AT_ONCE)


async def test_without_the_server_each_process_counts_for_itself(valkey: Valkey) -> None:
    await valkey.kill()
    for limit in (SharedRateLimit(connect(valkey.url)), SharedRateLimit(None)):
        await limit.take("amazon", TWO_A_DAY, AT_ONCE)
        await limit.take("amazon", TWO_A_DAY, AT_ONCE)
        with pytest.raises(Throttled):
            await limit.take("amazon", TWO_A_DAY, AT_ONCE)
