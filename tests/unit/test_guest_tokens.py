"""Guest tokens end, are refreshed, and outlive the key that signed them."""

from datetime import timedelta
from pathlib import Path

import jwt
import pytest

from adapters.keys import KeyRing, rotate
from adapters.live.refresh_ledger import RefreshLedger
from api.auth import SignIn, Tokens
from api.errors import NotSignedIn
from talknshop.settings import GatewaySettings

HOUR = timedelta(hours=1)
RING = KeyRing(["k" * 40])


def tokens_of(
    ring: KeyRing = RING, lifetime: timedelta = HOUR, refresh_lifetime: timedelta = HOUR
) -> Tokens:
    return Tokens(ring, lifetime, refresh_lifetime, RefreshLedger(None))


async def test_a_token_names_its_person_and_a_refresh_token_opens_nothing() -> None:
    tokens = tokens_of()
    issued = tokens.issue("ann")
    assert tokens.principal(issued.token).user_id == "ann"
    with pytest.raises(NotSignedIn):
        tokens.principal(issued.refresh_token)
    with pytest.raises(NotSignedIn):
        await tokens.refresh(issued.token)
    assert tokens.principal((await tokens.refresh(issued.refresh_token)).token).user_id == "ann"


async def test_an_expired_token_says_so_and_is_refreshed() -> None:
    tokens = tokens_of(lifetime=-HOUR)
    issued = tokens.issue("ann")
    with pytest.raises(NotSignedIn) as refused:
        tokens.principal(issued.token)
    assert refused.value.code == "token_expired"
    assert (await tokens.refresh(issued.refresh_token)).token


async def test_a_refresh_token_that_is_too_old_gives_nothing() -> None:
    tokens = tokens_of(refresh_lifetime=-HOUR)
    with pytest.raises(NotSignedIn):
        await tokens.refresh(tokens.issue("ann").refresh_token)


def test_what_leaks_does_not_last() -> None:
    assert GatewaySettings().token_lifetime <= HOUR


async def test_keys_rotate_without_logging_anybody_out(tmp_path: Path) -> None:
    path = tmp_path / "session.key"
    old = tokens_of(KeyRing.of(None, path))
    before = old.issue("ann")
    rotate(path)
    new = tokens_of(KeyRing.of(None, path))
    assert new.principal(before.token).user_id == "ann"
    after = await new.refresh(before.refresh_token)
    kids = [jwt.get_unverified_header(issued.token)["kid"] for issued in (before, after)]
    assert kids[0] != kids[1]
    # A gateway that has not been restarted yet takes the new one's tokens too.
    assert old.principal(after.token).user_id == "ann"
    path.write_text(path.read_text().splitlines()[0])
    with pytest.raises(NotSignedIn):
        tokens_of(KeyRing.of(None, path)).principal(before.token)


async def test_a_name_counts_only_where_authentication_is_off() -> None:
    tokens = tokens_of()
    by_name = SignIn(tokens, None, guests=True, by_name=True)
    assert (await by_name.principal(None, "ann")).user_id == "ann"
    strict = SignIn(tokens, None, guests=True, by_name=False)
    for token, user_id in ((None, "ann"), ("", "ann"), (None, None), ("forged", "ann")):
        with pytest.raises(NotSignedIn):
            await strict.principal(token, user_id)
    with pytest.raises(NotSignedIn):
        await by_name.principal(None, 'x" OR UserId="y')
