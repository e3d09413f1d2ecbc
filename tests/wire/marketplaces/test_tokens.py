"""Bearer tokens over real connections: fetched once, renewed early, replaced when refused."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from listings import PHOTOS, request_for
from sandbox_control import Sandbox
from scripted_server import answering, scripted

from adapters.errors import Unauthorized
from adapters.marketplaces.linking import Grant
from adapters.marketplaces.registry import load_marketplaces
from adapters.marketplaces.tokens import TokenAuth, TokenReply
from talknshop.requirement import RequirementSpec

LAPTOPS = RequirementSpec(product_type="laptop")


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


class Store:
    """What all processes see; the real one is tested in tests/wire/live."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    async def read(self, name: str) -> bytes | None:
        return self.kept.get(name)

    async def write(self, name: str, sealed: bytes, lifetime: timedelta) -> None:
        self.kept[name] = sealed


def tokens_fetched(sandbox: Sandbox, name: str) -> int:
    paths = httpx.get(f"{sandbox.access.url}/_sandbox/requests").json()["paths"].get(name, {})
    return sum(count for path, count in paths.items() if "token" in path)


@pytest.mark.parametrize("name", ["ebay", "amazon"])
async def test_processes_search_with_one_token(
    name: str, http: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    store = Store()
    for _ in range(3):
        process = load_marketplaces(http, sandbox.access)
        process.share_tokens(store)
        assert (await process.searching[name].search(LAPTOPS, 1)).products
    assert tokens_fetched(sandbox, name) == 1


@pytest.mark.parametrize("name", ["ebay", "craigslist"])
async def test_processes_post_with_one_token(
    name: str, http: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    store = Store()
    for number in range(3):
        process = load_marketplaces(http, sandbox.access)
        process.share_tokens(store)
        posting, request = process.posting[name], request_for(name, f"job-{number}")
        live = await posting.publish(request, PHOTOS)
        await posting.status(request, live.listing_id)
    assert tokens_fetched(sandbox, name) == 1


async def test_the_one_who_searches_and_the_one_who_sells_have_tokens_of_their_own(
    http: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    store = Store()
    process = load_marketplaces(http, sandbox.access)
    process.share_tokens(store)
    await process.searching["ebay"].search(LAPTOPS, 1)
    await process.posting["ebay"].publish(request_for("ebay"), PHOTOS)
    assert len(store.kept) == 2


async def test_people_who_linked_accounts_never_meet_each_others_token(
    http: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    """However the configured account's token is shared, theirs are fetched for them."""
    store = Store()
    process = load_marketplaces(http, sandbox.access)
    process.share_tokens(store)
    ebay = process.posting["ebay"]
    await ebay.publish(request_for("ebay"), PHOTOS)
    with pytest.raises(Unauthorized):
        await ebay.acting_for(Grant("somebody's", None, ())).find(request_for("ebay"))
