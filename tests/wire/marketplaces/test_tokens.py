"""Bearer tokens over real connections: fetched once, renewed early, replaced when refused."""

import asyncio

import httpx
import pytest
from scripted_server import answering, scripted

from adapters.marketplaces.tokens import TokenAuth, TokenReply


class Mint:
    """Gives out token-1, token-2, … and waits for `gate` before each."""

    def __init__(self, expires_in: int = 7200) -> None:
        self.minted = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self._expires_in = expires_in

    async def __call__(self) -> TokenReply:
        await self.gate.wait()
        self.minted += 1
        return TokenReply(access_token=f"token-{self.minted}", expires_in=self._expires_in)


async def test_many_requests_at_once_fetch_one_token() -> None:
    mint = Mint()
    mint.gate.clear()
    auth = TokenAuth(mint)
    async with scripted(answering(200)) as server, httpx.AsyncClient() as http:
        requests = [asyncio.create_task(http.get(server.url, auth=auth)) for _ in range(8)]
        await asyncio.sleep(0)
        mint.gate.set()
        await asyncio.gather(*requests)
    assert mint.minted == 1
    assert {request.headers["authorization"] for request in server.asked} == {"Bearer token-1"}


async def test_a_token_about_to_expire_is_renewed() -> None:
    mint = Mint(expires_in=0)
    auth = TokenAuth(mint)
    async with scripted(answering(200)) as server, httpx.AsyncClient() as http:
        await http.get(server.url, auth=auth)
        await http.get(server.url, auth=auth)
    assert mint.minted == 2


async def test_a_refused_cached_token_is_replaced_once() -> None:
    mint = Mint()
    auth = TokenAuth(mint)
    answers = [answering(200), answering(401), answering(200)]
    async with scripted(*answers) as server, httpx.AsyncClient() as http:
        await http.get(server.url, auth=auth)
        response = await http.post(server.url, auth=auth, content=b"again")
    assert response.status_code == 200
    assert [asked.headers["authorization"] for asked in server.asked] == [
        "Bearer token-1",
        "Bearer token-1",
        "Bearer token-2",
    ]
    assert server.asked[-1].body == b"again"


async def test_a_fresh_token_that_is_refused_is_not_tried_again() -> None:
    mint = Mint()
    async with scripted(answering(401)) as server, httpx.AsyncClient() as http:
        response = await http.get(server.url, auth=TokenAuth(mint))
    assert response.status_code == 401
    assert mint.minted == len(server.asked) == 1


async def test_a_cancelled_fetch_does_not_block_the_next_one() -> None:
    mint = Mint()
    mint.gate.clear()
    auth = TokenAuth(mint)
    async with scripted(answering(200)) as server, httpx.AsyncClient() as http:
        waiting = asyncio.create_task(http.get(server.url, auth=auth))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        mint.gate.set()
        assert (await http.get(server.url, auth=auth)).status_code == 200
