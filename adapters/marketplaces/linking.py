"""Linking a person's own account of a marketplace, by OAuth 2.0's authorization code."""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Place:
    """Where of a person's one can post with a grant; `place_id` is the marketplace's own."""

    place_id: str
    name: str


@dataclass(frozen=True)
class Grant:
    """What a person's consent gave us. Tokens are in no repr.

    `refresh_token` gives access tokens, or is one that lasts where a marketplace has none of these.
    `account`: what of theirs it is for, by the marketplace's own id, where that must be said;
    `places`: all that it may be for, as told when it was given.
    """

    refresh_token: str = field(repr=False)
    expires_at: datetime | None = None
    scopes: tuple[str, ...] = ()
    account: str = ""
    places: tuple[Place, ...] = ()


class AccountLinking(Protocol):
    """`takes_pkce`: the marketplace checks a code verifier (RFC 7636)."""

    name: str
    takes_pkce: bool

    def consent_url(self, state: str, redirect_uri: str, challenge: str | None) -> str:
        """Where the person agrees. `challenge` is S256 of the verifier, None without PKCE."""

    async def redeem(self, code: str, redirect_uri: str, verifier: str | None) -> Grant:
        """A code for a grant; a code is good once.

        Raises Rejected for a code that is not (any more), Unauthorized for our own keys, and
        Unavailable, after which the same code may be tried again.
        """


def new_verifier() -> str:
    """43 characters of 256 random bits."""
    return secrets.token_urlsafe(32)


def challenge_of(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
