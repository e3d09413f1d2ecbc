"""Which refresh token of a sign-in may be used next, so that a stolen one shows itself."""

from datetime import timedelta
from typing import Any

from redis.asyncio import Redis

from adapters.live.connection import Patient

# One step for all gateways. `current` was used last; `next` are those given for it: several when
# the answer was lost and it was used again. Any other is old: two people have the same sign-in.
_USE = """
local current, following, ended = unpack(redis.call('HMGET', KEYS[1], 'current', 'next', 'ended'))
if ended then return 0 end
local given = ARGV[2]
if current == ARGV[1] then
  given = string.sub(following .. ' ' .. given, -1600)
elseif current and not string.find(following, ARGV[1], 1, true) then
  redis.call('HSET', KEYS[1], 'ended', '1')
  redis.call('EXPIRE', KEYS[1], ARGV[3])
  return 0
end
redis.call('HSET', KEYS[1], 'current', ARGV[1], 'next', given)
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
"""


class RefreshLedger:
    """`redis` None, or away: every refresh token may be used until its end."""

    def __init__(self, redis: Redis | None) -> None:
        self._redis = redis
        self._patient = Patient()

    async def use(self, family: str, token_id: str, following: str, kept: timedelta) -> bool:
        """Exchange a token for the `following` one; False ends the family, or says it has ended."""
        if self._redis is None:
            return True
        seconds = str(round(kept.total_seconds()))
        run: Any = self._redis.eval(_USE, 1, f"refresh:{family}", token_id, following, seconds)
        return await self._patient.run(run) != 0

    async def end(self, family: str, kept: timedelta) -> None:
        """None of the family's tokens may be used any more."""
        if self._redis is None:
            return
        pipeline = self._redis.pipeline()
        pipeline.hset(f"refresh:{family}", "ended", "1")
        pipeline.expire(f"refresh:{family}", kept)
        await self._patient.run(pipeline.execute())
