"""Who is asking: guest tokens that the gateway signs, and bearer tokens of an identity provider."""

import asyncio
import hashlib
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import structlog
from pydantic import TypeAdapter, ValidationError

from adapters.keys import KeyRing
from adapters.live.refresh_ledger import RefreshLedger
from api.errors import NotSignedIn, Unavailable
from talknshop.messages import sentence
from talknshop.model import UserId
from talknshop.settings import OidcSettings

log = structlog.get_logger()

_ALGORITHM = "HS256"
_ACCESS, _REFRESH = "talknshop", "talknshop-refresh"
_USER_ID = TypeAdapter(UserId)
_REQUIRED = {_ACCESS: ["sub", "exp", "aud"], _REFRESH: ["sub", "exp", "aud", "jti", "family"]}


@dataclass(frozen=True)
class Principal:
    """The person on whose behalf a request is made. `expires_at`: until then, where it is known."""

    user_id: UserId
    expires_at: datetime | None = None
    is_guest: bool = False

    @property
    def seconds_left(self) -> float | None:
        """Of this access; None where it has no end."""
        if self.expires_at is None:
            return None
        return max(0.0, (self.expires_at - datetime.now(UTC)).total_seconds())


@dataclass(frozen=True)
class Issued:
    token: str
    expires_at: datetime
    refresh_token: str
    refresh_expires_at: datetime


class Tokens:
    """Issues and checks guest tokens. All gateways share the keys; a token names its own.

    What a guest signs in with is short-lived; the refresh token beside it is exchanged for the next
    two, and shows by its second use that somebody else has it too (docs/decisions/0008).
    """

    def __init__(
        self,
        keys: KeyRing,
        lifetime: timedelta,
        refresh_lifetime: timedelta,
        ledger: RefreshLedger,
    ) -> None:
        self._keys = keys
        self._lifetime = lifetime
        self._refresh_lifetime = refresh_lifetime
        self._ledger = ledger

    def issue(self, user_id: UserId) -> Issued:
        return self._issued(user_id, family=uuid.uuid4().hex, token_id=uuid.uuid4().hex)

    async def refresh(self, refresh_token: str) -> Issued:
        """Raises NotSignedIn. The new tokens are signed by the newest key."""
        claims = self._claims(refresh_token, _REFRESH)
        family, following = claims["family"], uuid.uuid4().hex
        if not await self._ledger.use(family, claims["jti"], following, self._refresh_lifetime):
            log.warning("refresh_token_used_again", user_id=claims["sub"])
            raise NotSignedIn("signed_out", sentence("api_signed_out"))
        return self._issued(claims["sub"], family=family, token_id=following)

    async def end(self, refresh_token: str) -> None:
        """Raises NotSignedIn for a token that is not ours. Its whole family is taken no more."""
        await self._ledger.end(
            self._claims(refresh_token, _REFRESH)["family"], self._refresh_lifetime
        )

    def principal(self, token: str) -> Principal:
        """Raises NotSignedIn for a token that is not ours, or is too old."""
        claims = self._claims(token, _ACCESS)
        return Principal(claims["sub"], datetime.fromtimestamp(claims["exp"], UTC), is_guest=True)

    def _issued(self, user_id: UserId, *, family: str, token_id: str) -> Issued:
        now = datetime.now(UTC).replace(microsecond=0)  # tokens count in seconds
        expires_at, refresh_expires_at = now + self._lifetime, now + self._refresh_lifetime
        return Issued(
            self._signed({"sub": user_id, "aud": _ACCESS, "exp": expires_at}),
            expires_at,
            self._signed(
                {
                    "sub": user_id,
                    "aud": _REFRESH,
                    "exp": refresh_expires_at,
                    "jti": token_id,
                    "family": family,
                }
            ),
            refresh_expires_at,
        )

    def _signed(self, claims: dict[str, Any]) -> str:
        key = self._keys.newest
        return jwt.encode(claims, key.secret, algorithm=_ALGORITHM, headers={"kid": key.key_id})

    def _claims(self, token: str, audience: str) -> dict[str, Any]:
        required: Any = {"require": _REQUIRED[audience]}
        try:
            key = self._keys.find(str(jwt.get_unverified_header(token).get("kid")))
            if key is None:
                raise _invalid()
            claims: dict[str, Any] = jwt.decode(
                token, key.secret, algorithms=[_ALGORITHM], audience=audience, options=required
            )
        except jwt.ExpiredSignatureError as error:
            raise token_expired() from error
        except jwt.InvalidTokenError as error:
            raise _invalid() from error
        return claims


class Oidc:
    """Checks an issuer's tokens by its published keys, which are cached and follow its rotation."""

    def __init__(self, settings: OidcSettings) -> None:
        self._settings = settings
        # An unknown key id makes it ask the issuer anew, but not more often than the cooldown.
        self._jwks = jwt.PyJWKClient(
            settings.jwks_url, lifespan=300, cooldown_duration=settings.cooldown_s, timeout=3
        )

    async def principal(self, token: str) -> Principal:
        """Raises NotSignedIn, and Unavailable when the issuer's keys cannot be had."""
        settings = self._settings
        try:
            header = jwt.get_unverified_header(token)
            key = await asyncio.to_thread(self._jwks.get_signing_key, str(header.get("kid")))
            claims = jwt.decode(
                token,
                key,
                algorithms=settings.algorithms,
                audience=settings.audience,
                issuer=settings.issuer,
                leeway=30,
                options={"require": ["sub", "exp", "aud", "iss"]},
            )
        except jwt.ExpiredSignatureError as error:
            raise token_expired() from error
        except jwt.InvalidTokenError as error:
            raise _invalid() from error
        except jwt.PyJWKClientConnectionError as error:
            raise Unavailable("issuer_away", sentence("api_issuer_away")) from error
        except jwt.PyJWKClientError as error:
            raise _invalid() from error
        # Hashed: it becomes part of search attributes, which are stored in clear.
        person = hashlib.sha256(f"{settings.issuer}\n{claims['sub']}".encode()).hexdigest()[:32]
        return Principal(f"oidc-{person}", datetime.fromtimestamp(claims["exp"], UTC))


class SignIn:
    """The one place where a token, or a name where authentication is off, becomes a person."""

    def __init__(self, tokens: Tokens, oidc: Oidc | None, *, guests: bool, by_name: bool) -> None:
        self.tokens = tokens
        self._oidc = oidc
        self._guests = guests
        self._by_name = by_name

    async def principal(self, token: str | None, user_id: str | None = None) -> Principal:
        """Raises NotSignedIn, and Unavailable when the issuer's keys cannot be had."""
        if token:
            return await self._by_token(token)
        if user_id and self._by_name:
            try:
                return Principal(_USER_ID.validate_python(user_id))
            except ValidationError as error:
                raise NotSignedIn("invalid_user_id", sentence("api_user_id")) from error
        raise NotSignedIn("not_signed_in", sentence("api_send_token"))

    def check_guests(self) -> None:
        """Raises NotSignedIn where only the identity provider lets people in."""
        if not self._guests:
            raise NotSignedIn("sign_in_required", sentence("api_sign_in"))

    async def _by_token(self, token: str) -> Principal:
        try:
            algorithm = jwt.get_unverified_header(token).get("alg")
        except jwt.InvalidTokenError as error:
            raise _invalid() from error
        if algorithm == _ALGORITHM and self._guests:
            return self.tokens.principal(token)
        if algorithm != _ALGORITHM and self._oidc is not None:
            return await self._oidc.principal(token)
        raise _invalid()


def token_expired() -> NotSignedIn:
    return NotSignedIn("token_expired", sentence("api_expired"))


def _invalid() -> NotSignedIn:
    return NotSignedIn("invalid_token", sentence("api_token"))
