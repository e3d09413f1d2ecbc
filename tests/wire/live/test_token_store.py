"""Processes share a token through a real Valkey, where nobody can read it."""

import httpx
import pytest

from adapters.live.connection import connect
from adapters.live.token_store import RedisTokenStore
from adapters.marketplaces.tokens import TokenAuth, TokenReply
from tests.wire.live.conftest import Valkey

ACCOUNT, SECRET = "ebay|client-7|search", "the vendor's secret"


class Mint:
    """Gives out token-1, token-2, …"""

    def __init__(self) -> None:
        self.minted = 0

    async def __call__(self) -> TokenReply:
        self.minted += 1
        return TokenReply(access_token=f"token-{self.minted}", expires_in=7200)


def process(valkey: Valkey, mint: Mint, account: str = ACCOUNT, secret: str = SECRET) -> TokenAuth:
    auth = TokenAuth(mint, account=account, secret=secret)
    auth.share(RedisTokenStore(connect(valkey.url)))
    return auth


async def ask(auth: TokenAuth, refused: str = "") -> str:
    """The token that a request was answered with; `refused` is turned away."""

    def answer(request: httpx.Request) -> httpx.Response:
        token = request.headers["Authorization"].removeprefix("Bearer ")
        return httpx.Response(401 if token == refused else 200, text=token)

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        return (await http.get("https://shop.example", auth=auth)).text


async def test_two_processes_fetch_one_token(valkey: Valkey) -> None:
    mint = Mint()
    assert await ask(process(valkey, mint)) == await ask(process(valkey, mint)) == "token-1"
    assert mint.minted == 1


async def test_the_store_holds_neither_token_nor_secret_nor_account(valkey: Valkey) -> None:
    await ask(process(valkey, Mint()))
    redis = connect(valkey.url)
    (name,) = await redis.keys("*")
    held = f"{name} {await redis.get(name)}"
    assert not any(word in held for word in ("token-1", SECRET, "client-7"))
    assert 0 < await redis.ttl(name) <= 7200


@pytest.mark.parametrize("changes", [{"account": "ebay|client-8|search"}, {"secret": "new"}])
async def test_another_account_or_secret_has_its_own_token(
    valkey: Valkey, changes: dict[str, str]
) -> None:
    mint = Mint()
    await ask(process(valkey, mint))
    assert await ask(process(valkey, mint, **changes)) == "token-2"


async def test_a_refused_token_is_replaced_for_all(valkey: Valkey) -> None:
    mint = Mint()
    await ask(process(valkey, mint))
    assert await ask(process(valkey, mint), refused="token-1") == "token-2"
    assert await ask(process(valkey, mint)) == "token-2"
    assert mint.minted == 2


async def test_without_the_server_each_process_fetches_its_own(valkey: Valkey) -> None:
    await valkey.kill()
    mint = Mint()
    assert await ask(process(valkey, mint)) == "token-1"
    assert await ask(process(valkey, mint)) == "token-2"


async def test_rubbish_in_the_store_is_no_token(valkey: Valkey) -> None:
    await ask(process(valkey, Mint()))
    redis = connect(valkey.url)
    (name,) = await redis.keys("*")
    await redis.set(name, "rubbish!")
    assert await ask(process(valkey, Mint())) == "token-1"
