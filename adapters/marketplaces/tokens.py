"""Bearer tokens: fetched once however many ask, renewed early, replaced when refused.

Processes may share them through a store, where they lie sealed: only who has the vendor's secret,
which is what fetches a token anyway, can open them.
"""

import asyncio
import base64
import hashlib
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, TypeGuard, runtime_checkable

import httpx
from cryptography.fernet import Fernet, InvalidToken
from pydantic import BaseModel, ValidationError

RENEW_EARLY = timedelta(minutes=1)


class TokenReply(BaseModel):
    """RFC 6749, section 5.1. `expires_in` is in seconds."""

    access_token: str
    expires_in: int


class OAuthError(BaseModel):
    """RFC 6749, section 5.2."""

    error: str
    error_description: str = ""


class TokenStore(Protocol):
    """Never raises; what it lost is None."""

    async def read(self, name: str) -> bytes | None: ...

    async def write(self, name: str, sealed: bytes, lifetime: timedelta) -> None: ...


class _Held(BaseModel):
    token: str
    fresh_until: float  # seconds since the epoch, which all processes share


@dataclass(frozen=True)
class _Share:
    """A token's place in the store. Its name tells nothing of the account, nor of the secret."""

    store: TokenStore
    name: str
    seal: Fernet

    @classmethod
    def of(cls, store: TokenStore, account: str, secret: str) -> "_Share":
        key = hashlib.scrypt(secret.encode(), salt=account.encode(), n=2**14, r=8, p=1, dklen=32)
        name = hashlib.sha256(account.encode()).hexdigest()[:32]
        return cls(store, f"token:{name}", Fernet(base64.urlsafe_b64encode(key)))

    async def read(self) -> _Held | None:
        sealed = await self.store.read(self.name)
        if sealed is None:
            return None
        try:
            return _Held.model_validate_json(self.seal.decrypt(sealed))
        except (InvalidToken, ValidationError):
            # Sealed with a secret that was changed since, or not by us: as good as not there.
            return None

    async def write(self, held: _Held) -> None:
        left = held.fresh_until - time.time()
        if left > 0:
            sealed = self.seal.encrypt(held.model_dump_json().encode())
            await self.store.write(self.name, sealed, timedelta(seconds=left))


class TokenAuth(httpx.Auth):
    """Puts the token on each request, and asks for another one once when a token is refused.

    `scheme` turns a token into the Authorization header's value. `account` names whose token it is
    and for what, `secret` is what fetches it; both only matter once the token is shared.
    """

    def __init__(
        self,
        fetch: Callable[[], Awaitable[TokenReply]],
        scheme: Callable[[str], str] = "Bearer {}".format,
        *,
        account: str = "",
        secret: str = "",
    ) -> None:
        self._fetch = fetch
        self._scheme = scheme
        self._account = account
        self._secret = secret
        self._share: _Share | None = None
        self._held: _Held | None = None
        self._refused = ""
        self._fetching = asyncio.Lock()

    def share(self, store: TokenStore) -> None:
        """From now on with all processes on that store. Needs a secret to seal by."""
        if self._account and self._secret:
            self._share = _Share.of(store, self._account, self._secret)

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
            if self._is_usable(self._held):
                return self._held, True
            shared = await self._share.read() if self._share else None
            if self._is_usable(shared):
                self._held = shared
                return shared, True
            asked = time.time()
            reply = await self._fetch()
            early = min(RENEW_EARLY.total_seconds(), reply.expires_in / 2)
            fresh_until = asked + reply.expires_in - early
            self._held = _Held(token=reply.access_token, fresh_until=fresh_until)
            if self._share:
                await self._share.write(self._held)
            return self._held, False

    def _is_usable(self, held: _Held | None) -> TypeGuard[_Held]:
        return held is not None and held.token != self._refused and time.time() < held.fresh_until

    def _drop(self, refused: _Held) -> None:
        # The store may have the same one: it must not come back from there.
        self._refused = refused.token
        # Another request may have replaced it already.
        if self._held is refused:
            self._held = None


@runtime_checkable
class HasTokens(Protocol):
    """A marketplace whose token may be shared between processes."""

    @property
    def tokens(self) -> TokenAuth: ...
