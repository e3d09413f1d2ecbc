"""Whose account a listing is posted with, and how it is linked."""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from adapters.errors import Unauthorized, Unsupported
from adapters.marketplaces.accounts import ConnectedMarketplaces, Grants
from adapters.marketplaces.ebay.config import EbayConfig
from adapters.marketplaces.ebay.posting import EbayPosting
from adapters.marketplaces.linking import Grant, challenge_of
from adapters.secrets.links import PendingLinks
from api.accounts import Accounts
from talknshop.jobs import ListingRequest
from talknshop.listing import ListingSpec


class SecretsInMemory:
    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    async def get(self, name: str) -> str | None:
        return self.kept.get(name)

    async def put(self, name: str, secret: str) -> None:
        self.kept[name] = secret

    async def delete(self, name: str) -> None:
        self.kept.pop(name, None)


class Ebay:
    """Counts who asks for tokens, and knows no listings."""

    def __init__(self) -> None:
        self.refreshed: list[str] = []
        self.http = httpx.AsyncClient(transport=httpx.MockTransport(self._answer))

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        if "oauth2" not in str(request.url):
            return httpx.Response(404)
        form = dict(pair.split("=") for pair in request.content.decode().split("&"))
        self.refreshed.append(form["refresh_token"])
        await asyncio.sleep(0)
        return httpx.Response(200, json={"access_token": "t", "expires_in": 7200})

    def posting(self, refresh_token: str | None) -> EbayPosting:
        own = {"client_id": "c", "client_secret": "s", "refresh_token": refresh_token}
        return EbayPosting(self.http, EbayConfig(**own))  # type: ignore[arg-type]


LISTING = ListingRequest(
    job_id="j", user_id="ann", marketplace="ebay", listing=ListingSpec(title="Lamp")
)


@pytest.fixture
def secrets() -> SecretsInMemory:
    return SecretsInMemory()


async def test_many_listings_at_once_refresh_a_linked_account_once(
    secrets: SecretsInMemory,
) -> None:
    ebay = Ebay()
    await Grants(secrets).put("ann", "ebay", Grant("of-ann"))
    connected = ConnectedMarketplaces({"ebay": ebay.posting("ours")}, ["ebay"], Grants(secrets))

    async def find() -> None:
        marketplace = await connected.acting_for("ann", "ebay")
        assert await marketplace.find(LISTING) is None

    await asyncio.gather(*(find() for _ in range(20)))
    assert ebay.refreshed == ["of-ann"]
    marketplace = await connected.acting_for("bob", "ebay")
    await marketplace.find(LISTING)
    assert ebay.refreshed == ["of-ann", "ours"]


async def test_a_grant_that_was_replaced_is_noticed(
    secrets: SecretsInMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.marketplaces.accounts.FRESH_S", -1.0)
    ebay, grants = Ebay(), Grants(secrets)
    connected = ConnectedMarketplaces({"ebay": ebay.posting("ours")}, ["ebay"], grants)
    for grant in ("first", "first", "second"):
        await grants.put("ann", "ebay", Grant(grant))
        await (await connected.acting_for("ann", "ebay")).find(LISTING)
    await grants.delete("ann", "ebay")
    await (await connected.acting_for("ann", "ebay")).find(LISTING)
    assert ebay.refreshed == ["first", "second", "ours"]


async def test_without_our_own_account_theirs_must_be_linked(secrets: SecretsInMemory) -> None:
    connected = ConnectedMarketplaces({"ebay": Ebay().posting(None)}, ["ebay"], Grants(secrets))
    with pytest.raises(Unauthorized, match="Link your own eBay account"):
        await connected.acting_for("ann", "ebay")
    with pytest.raises(Unsupported):
        await connected.acting_for("ann", "etsy")


def test_a_grants_token_is_in_no_repr() -> None:
    assert "of-ann" not in repr(Grant("of-ann"))


def test_the_challenge_is_that_of_rfc_7636() -> None:
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert challenge_of(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


class LinkingWithPkce:
    name = "bazaar"
    takes_pkce = True

    def consent_url(self, state: str, redirect_uri: str, challenge: str | None) -> str:
        return f"{redirect_uri} {challenge}"

    async def redeem(self, code: str, redirect_uri: str, verifier: str | None) -> Grant:
        raise NotImplementedError


async def test_where_a_marketplace_takes_pkce_the_verifier_stays_in_the_secret_store(
    secrets: SecretsInMemory,
) -> None:
    nobody: Any = None
    linking: Mapping[str, Any] = {"bazaar": LinkingWithPkce()}
    accounts = Accounts(nobody, linking, PendingLinks(secrets), "https://shop.example")
    url, _ = await accounts.begin_link("ann", "bazaar", "browser-secret")
    redirect_uri, challenge = url.split()
    assert redirect_uri == "https://shop.example/api/v1/me/connections/bazaar/callback"
    (kept,) = secrets.kept
    link = await PendingLinks(secrets).get(kept.removeprefix("link/"))
    assert link is not None
    assert link.verifier is not None
    assert challenge_of(link.verifier) == challenge
    assert link.verifier not in url
    assert "browser-secret" not in secrets.kept[kept]
