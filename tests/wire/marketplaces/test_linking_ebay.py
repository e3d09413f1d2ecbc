"""A seller's consent to eBay, from the page to the tokens, as eBay does it."""

import consent
import httpx
import pytest
from sandbox_control import Sandbox

from adapters.errors import Rejected, Unauthorized
from adapters.marketplaces.ebay.linking import linking
from adapters.marketplaces.linking import AccountLinking
from adapters.marketplaces.registry import Marketplaces

HERE = "http://127.0.0.1:1/callback"
RU_NAME = "Our-Company-Our-App-abcdef"
ACCEPT, DECLINED = "https://shop.example/linked?by=us", "https://shop.example/declined"


@pytest.fixture
async def ebay(sandbox: Sandbox, http: httpx.AsyncClient) -> AccountLinking:
    made = linking(http, sandbox.access)
    assert made
    return made


@pytest.fixture
async def registered(
    sandbox: Sandbox, http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> AccountLinking:
    """With the name that eBay gives to our addresses."""
    name = {"ru_name": RU_NAME, "accept_url": ACCEPT, "declined_url": DECLINED}
    (await http.post(f"{sandbox.access.url}/_sandbox/ru_names", json=name)).raise_for_status()
    monkeypatch.setenv("TALKNSHOP_EBAY_RU_NAME", RU_NAME)
    made = linking(http, sandbox.access)
    assert made
    return made


async def pressed(http: httpx.AsyncClient, consent_url: str, button: str) -> tuple[str, dict]:
    """Where the browser is sent to, without the query, and with what."""
    to, query = await consent.pressed(http, consent_url, button)
    return f"{to.scheme}://{to.netloc}{to.path}", query


async def test_who_agrees_comes_back_with_a_code_that_is_good_for_their_account(
    registered: AccountLinking, http: httpx.AsyncClient, marketplaces: Marketplaces
) -> None:
    consent_url = registered.consent_url("the & state=", HERE, None)
    where, query = await pressed(http, consent_url, "agree")
    assert where == "https://shop.example/linked"
    assert (query["by"], query["state"], query["expires_in"]) == ("us", "the & state=", "299")
    grant = await registered.redeem(query["code"], HERE, None)
    theirs = marketplaces.posting["ebay"].acting_for(grant)
    assert (await theirs.sales_since("")).sales == []


async def test_who_declines_comes_back_without_a_code(
    registered: AccountLinking, http: httpx.AsyncClient
) -> None:
    where, query = await pressed(http, registered.consent_url("s", HERE, None), "decline")
    assert where == DECLINED
    assert query == {"error": "access_denied", "state": "s"}


async def test_a_code_is_good_once(ebay: AccountLinking, http: httpx.AsyncClient) -> None:
    _, query = await pressed(http, ebay.consent_url("s", HERE, None), "agree")
    await ebay.redeem(query["code"], HERE, None)
    with pytest.raises(Rejected):
        await ebay.redeem(query["code"], HERE, None)


async def test_a_code_is_good_for_its_own_address_only_and_spent_by_a_wrong_one(
    ebay: AccountLinking, http: httpx.AsyncClient
) -> None:
    _, query = await pressed(http, ebay.consent_url("s", HERE, None), "agree")
    for address in ("http://127.0.0.1:1/another", HERE):
        with pytest.raises(Rejected):
            await ebay.redeem(query["code"], address, None)


async def test_a_code_expires(
    ebay: AccountLinking, http: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    _, query = await pressed(http, ebay.consent_url("s", HERE, None), "agree")
    sandbox.expire_tokens()
    with pytest.raises(Rejected):
        await ebay.redeem(query["code"], HERE, None)


@pytest.mark.parametrize(
    "change",
    [
        {"client_id": "somebody"},
        {"redirect_uri": "Unknown-RuName"},
        {"redirect_uri": "https://evil.example/"},
        {"response_type": "token"},
        {"scope": ""},
        {"scope": "https://api.ebay.com/oauth/api_scope/all.of.it"},
    ],
)
async def test_an_address_or_scope_that_is_not_registered_is_not_even_asked_about(
    ebay: AccountLinking, http: httpx.AsyncClient, change: dict[str, str]
) -> None:
    url = httpx.URL(ebay.consent_url("s", HERE, None))
    for path in ("/oauth2/authorize", "/oauth2/authorize/answer"):
        asked = url.copy_with(path=path).copy_merge_params({**change, "pressed": "agree"})
        page = await http.get(asked)
        assert page.status_code == 400
        assert "location" not in page.headers


async def test_a_seller_who_takes_it_back_is_unauthorized(
    ebay: AccountLinking,
    http: httpx.AsyncClient,
    marketplaces: Marketplaces,
    sandbox: Sandbox,
) -> None:
    _, query = await pressed(http, ebay.consent_url("s", HERE, None), "agree")
    grant = await ebay.redeem(query["code"], HERE, None)
    revoke = f"{sandbox.access.url}/_sandbox/revoke_consents"
    (await http.post(revoke)).raise_for_status()
    with pytest.raises(Unauthorized):
        await marketplaces.posting["ebay"].acting_for(grant).sales_since("")
