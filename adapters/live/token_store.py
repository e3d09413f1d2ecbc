"""Keeps sealed tokens in Redis, no longer than they are good for."""

import base64
import binascii
from datetime import timedelta

from redis.asyncio import Redis

from adapters.live.connection import Patient


class RedisTokenStore:
    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._patient = Patient()

    async def read(self, name: str) -> bytes | None:
        text = await self._patient.run(self._redis.get(name))
        try:
            return base64.b64decode(text) if text else None
        except binascii.Error:
            return None

    async def write(self, name: str, sealed: bytes, lifetime: timedelta) -> None:
        text = base64.b64encode(sealed).decode()
        await self._patient.run(self._redis.set(name, text, px=lifetime))
