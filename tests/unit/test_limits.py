"""What is counted, what is refused, and that Redis away means counting here."""

import time

import pytest

from api.errors import TooMany, problem
from api.gateway import SocketLimit
from api.limits import REST_S, Limits

NOBODY_THERE = "redis://127.0.0.1:1/0"


@pytest.mark.parametrize("redis_url", [None, NOBODY_THERE], ids=["without Redis", "Redis away"])
async def test_one_too_many_is_refused_with_when_to_come_back(redis_url: str | None) -> None:
    limits = Limits({"messages": "2/minute", "uploads": "1/minute"}, redis_url)
    first = await limits.take("messages", "ann")
    assert (first.remaining, first.headers["RateLimit-Policy"]) == (1, '"messages";q=2;w=60')
    await limits.take("messages", "ann")
    with pytest.raises(TooMany) as refused:
        await limits.take("messages", "ann")
    assert 1 <= refused.value.details["retry_after_s"] <= 60
    assert refused.value.retryable
    response = problem(refused.value, "de")
    assert response.status_code == 429
    assert b"zu viel auf einmal" in response.body
    assert response.headers["retry-after"] == str(refused.value.details["retry_after_s"])
    assert response.headers["ratelimit"].startswith('"messages";r=0;t=')
    with pytest.raises(TooMany):
        await limits.count("messages", "ann")
    await limits.count("messages", "eve")
    assert (await limits.take("messages", "eve")).remaining == 0
    # Neither another person nor another limit is touched.
    await limits.take("messages", "bob")
    await limits.take("uploads", "ann")


async def test_a_store_that_is_away_is_not_asked_each_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limits = Limits({"messages": "9/minute"}, NOBODY_THERE)
    await limits.take("messages", "ann")
    asked = 0

    async def count(*_: object) -> None:
        nonlocal asked
        asked += 1
        raise AssertionError("it was asked")

    assert limits._shared is not None
    monkeypatch.setattr(limits._shared, "hit", count)
    await limits.take("messages", "ann")
    now = time.monotonic()
    monkeypatch.setattr("api.limits.time.monotonic", lambda: now + REST_S)
    with pytest.raises(AssertionError, match="it was asked"):
        await limits.take("messages", "ann")


async def test_connections_are_counted_by_person_and_by_address() -> None:
    sockets = SocketLimit(per_user=1, per_address=2)
    async with sockets.held("ann", "a"):
        await _is_refused(sockets, "ann", "b")
        async with sockets.held("bob", "a"):
            await _is_refused(sockets, "eve", "a")
        async with sockets.held("eve", "b"):
            pass
    async with sockets.held("ann", "a"):
        pass


async def _is_refused(sockets: SocketLimit, user_id: str, address: str) -> None:
    with pytest.raises(TooMany):
        async with sockets.held(user_id, address):
            pass
