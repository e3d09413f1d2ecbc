"""A refresh token is exchanged once; one that comes back later ends the sign-in for everybody."""

from datetime import timedelta

import pytest

from adapters.keys import KeyRing
from adapters.live.connection import connect
from adapters.live.refresh_ledger import RefreshLedger
from api.auth import Tokens
from api.errors import NotSignedIn
from tests.wire.live.conftest import Valkey

HOUR = timedelta(hours=1)


def tokens_at(url: str) -> Tokens:
    """Each has a connection of its own, as two gateways have."""
    return Tokens(KeyRing(["k" * 40]), HOUR, HOUR, RefreshLedger(connect(url)))


async def test_each_is_used_once_by_whichever_gateway(valkey: Valkey) -> None:
    one, two = tokens_at(valkey.url), tokens_at(valkey.url)
    first = one.issue("ann")
    second = await one.refresh(first.refresh_token)
    third = await two.refresh(second.refresh_token)
    assert two.principal(third.token).user_id == "ann"
    with pytest.raises(NotSignedIn) as reused:
        await two.refresh(first.refresh_token)
    assert reused.value.code == "signed_out"
    for token in (first, second, third):
        with pytest.raises(NotSignedIn):
            await one.refresh(token.refresh_token)


async def test_when_the_answer_was_lost_the_same_one_is_used_again(valkey: Valkey) -> None:
    tokens = tokens_at(valkey.url)
    first = tokens.issue("ann")
    await tokens.refresh(first.refresh_token)
    again = await tokens.refresh(first.refresh_token)
    assert (await tokens.refresh(again.refresh_token)).token


async def test_a_copied_one_is_noticed_when_both_have_gone_on(valkey: Valkey) -> None:
    tokens = tokens_at(valkey.url)
    copied = tokens.issue("ann").refresh_token
    thief, person = await tokens.refresh(copied), await tokens.refresh(copied)
    gone_on = await tokens.refresh(thief.refresh_token)
    with pytest.raises(NotSignedIn):
        await tokens.refresh(person.refresh_token)
    with pytest.raises(NotSignedIn):
        await tokens.refresh(gone_on.refresh_token)


async def test_signing_out_ends_one_sign_in_and_no_other(valkey: Valkey) -> None:
    tokens = tokens_at(valkey.url)
    phone, desk = tokens.issue("ann"), tokens.issue("ann")
    await tokens.end(phone.refresh_token)
    with pytest.raises(NotSignedIn):
        await tokens.refresh(phone.refresh_token)
    assert (await tokens.refresh(desk.refresh_token)).token


async def test_while_redis_is_away_people_stay_signed_in(valkey: Valkey) -> None:
    tokens = tokens_at(valkey.url)
    first = tokens.issue("ann")
    second = await tokens.refresh(first.refresh_token)
    await valkey.kill()
    assert tokens.principal((await tokens.refresh(second.refresh_token)).token).user_id == "ann"
