"""What a person may do is counted over all gateways, by each for itself while Redis is away."""

import pytest

from api.errors import TooMany
from api.limits import Limits
from tests.running import eventually
from tests.wire.live.conftest import Valkey


async def test_two_gateways_together_allow_no_more(valkey: Valkey) -> None:
    one, two = (Limits({"messages": "3/minute"}, valkey.url) for _ in range(2))
    for gateway, left in ((one, 2), (two, 1), (one, 0)):
        assert (await gateway.take("messages", "ann")).remaining == left
    for gateway in (one, two):
        with pytest.raises(TooMany):
            await gateway.take("messages", "ann")
    await two.take("messages", "bob")


async def test_each_counts_by_itself_while_redis_is_away_and_together_when_it_is_back(
    valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.limits.REST_S", 0.1)
    one, two = (Limits({"messages": "1000/minute"}, valkey.url) for _ in range(2))

    async def is_counted_together() -> bool:
        left = [(await gateway.take("messages", "ann")).remaining for gateway in (one, two, one)]
        return left == [left[0], left[0] - 1, left[0] - 2]

    assert await is_counted_together()
    await valkey.kill()
    assert not await is_counted_together()
    await valkey.start()
    await eventually(is_counted_together, "it is counted together again")
