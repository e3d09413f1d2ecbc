"""Bearer tokens: fetched once however many ask, renewed early, replaced when refused."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import httpx
from pydantic import BaseModel

RENEW_EARLY = timedelta(minutes=1)


class TokenReply(BaseModel):
    """RFC 6749, section 5.1. `expires_in` is in seconds."""

    access_token: str
    expires_in: int


class OAuthError(BaseModel):
    """RFC 6749, section 5.2."""

    error: str
    error_description: str = ""


@dataclass(frozen=True)
class _Held:
    token: str
    fresh_until: float


class TokenAuth(httpx.Auth):
    """Puts the token on each request, and asks for another one once when a token is refused.

    `scheme` turns a token into the Authorization header's value.
    """

    def __init__(
        self,
        fetch: Callable[[], Awaitable[TokenReply]],
        scheme: Callable[[str], str] = "Bearer {}".format,
    ) -> None:
        self._fetch = fetch
        self._scheme = scheme
        self._held: _Held | None = None
        self._fetching = asyncio.Lock()

    async def async_auth_flow(
        self, request: httpx.Request
    ) -> AsyncGenerator[httpx.Request, httpx.Response]:
        held, was_cached = await self._token()
        request.headers["Authorization"] = self._scheme(held.token)
        response = yield request
        if response.status_code == 401 and was_cached:
            self._drop(held)
            held, _ = await self._token()
            request.headers["Authorization"] = self._scheme(held.token)
            yield request

    async def _token(self) -> tuple[_Held, bool]:
        async with self._fetching:
            if self._held and time.monotonic() < self._held.fresh_until:
                return self._held, True
            asked = time.monotonic()
            reply = await self._fetch()
            early = min(RENEW_EARLY.total_seconds(), reply.expires_in / 2)
            self._held = _Held(reply.access_token, asked + reply.expires_in - early)
            return self._held, False

    def _drop(self, refused: _Held) -> None:
        # Another request may have replaced it already.
        if self._held is refused:
            self._held = None
