"""Who is asking: guest tokens, signed by the gateway."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import jwt

from api.errors import NotSignedIn
from talknshop.model import UserId

_ALGORITHM = "HS256"
_AUDIENCE = "talknshop"


@dataclass(frozen=True)
class Principal:
    """The person on whose behalf a request is made."""

    user_id: UserId


class Tokens:
    """Issues and checks guest tokens. All gateways share the key."""

    def __init__(self, key: bytes, lifetime: timedelta) -> None:
        self._key = key
        self._lifetime = lifetime

    def issue(self, user_id: UserId) -> tuple[str, datetime]:
        """A token and when it expires."""
        expires_at = datetime.now(UTC) + self._lifetime
        claims = {"sub": user_id, "aud": _AUDIENCE, "exp": expires_at}
        return jwt.encode(claims, self._key, algorithm=_ALGORITHM), expires_at

    def principal(self, token: str) -> Principal:
        """Raises NotSignedIn for a token that is not ours, or is too old."""
        try:
            claims = jwt.decode(
                token,
                self._key,
                algorithms=[_ALGORITHM],
                audience=_AUDIENCE,
                options={"require": ["sub", "exp", "aud"]},
            )
        except jwt.ExpiredSignatureError as error:
            raise NotSignedIn("token_expired", "Your session has expired: start anew.") from error
        except jwt.InvalidTokenError as error:
            raise NotSignedIn("invalid_token", "This token is not valid here.") from error
        return Principal(user_id=claims["sub"])
