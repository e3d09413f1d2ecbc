"""Guest tokens end, are refreshed, and outlive the key that signed them."""

from datetime import timedelta
from pathlib import Path

import jwt
import pytest

from adapters.keys import KeyRing, rotate
from api.auth import SignIn, Tokens
from api.errors import NotSignedIn

HOUR = timedelta(hours=1)
RING = KeyRing(["k" * 40])


def test_a_token_names_its_person_and_a_refresh_token_opens_nothing() -> None:
    tokens = Tokens(RING, HOUR, 30 * 24 * HOUR)
    issued = tokens.issue("ann")
    assert tokens.principal(issued.token).user_id == "ann"
    with pytest.raises(NotSignedIn):
        tokens.principal(issued.refresh_token)
    with pytest.raises(NotSignedIn):
        tokens.refresh(issued.token)
    assert tokens.principal(tokens.refresh(issued.refresh_token).token).user_id == "ann"


def test_an_expired_token_says_so_and_is_refreshed() -> None:
    tokens = Tokens(RING, -HOUR, HOUR)
    issued = tokens.issue("ann")
    with pytest.raises(NotSignedIn) as refused:
        tokens.principal(issued.token)
    assert refused.value.code == "token_expired"
    assert tokens.refresh(issued.refresh_token).token


def test_keys_rotate_without_logging_anybody_out(tmp_path: Path) -> None:
    path = tmp_path / "session.key"
    old = Tokens(KeyRing.of(None, path), HOUR, HOUR)
    before = old.issue("ann")
    rotate(path)
    new = Tokens(KeyRing.of(None, path), HOUR, HOUR)
    assert new.principal(before.token).user_id == "ann"
    after = new.refresh(before.refresh_token)
    kids = [jwt.get_unverified_header(issued.token)["kid"] for issued in (before, after)]
    assert kids[0] != kids[1]
    # A gateway that has not been restarted yet takes the new one's tokens too.
    assert old.principal(after.token).user_id == "ann"
    path.write_text(path.read_text().splitlines()[0])
    with pytest.raises(NotSignedIn):
        Tokens(KeyRing.of(None, path), HOUR, HOUR).principal(before.token)


async def test_a_name_counts_only_where_authentication_is_off() -> None:
    tokens = Tokens(RING, HOUR, HOUR)
    by_name = SignIn(tokens, None, guests=True, by_name=True)
    assert (await by_name.principal(None, "ann")).user_id == "ann"
    strict = SignIn(tokens, None, guests=True, by_name=False)
    for token, user_id in ((None, "ann"), ("", "ann"), (None, None), ("forged", "ann")):
        with pytest.raises(NotSignedIn):
            await strict.principal(token, user_id)
    with pytest.raises(NotSignedIn):
        await by_name.principal(None, 'x" OR UserId="y')
