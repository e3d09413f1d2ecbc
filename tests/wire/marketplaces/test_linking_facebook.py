"""A business's consent to Facebook, from the dialog to its catalogue, as Facebook Login does it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import consent
import httpx
import pytest
from sandbox_control import Sandbox

from adapters.errors import Rejected, Unauthorized
from adapters.marketplaces.facebook.config import FacebookConfig
from adapters.marketplaces.facebook.linking import FacebookLinking, linking
from adapters.marketplaces.registry import Marketplaces
from talknshop.jobs import ListingRequest
from talknshop.listing import ListingSpec

HERE = "http://127.0.0.1:1/callback"
REQUEST = ListingRequest(
    job_id="linked", user_id="ann", marketplace="facebook", listing=ListingSpec(title="Lamp")
)


@pytest.fixture
async def facebook(sandbox: Sandbox, http: httpx.AsyncClient) -> FacebookLinking:
    made = linking(http, sandbox.access)
    assert made
    return made


async def pressed(http: httpx.AsyncClient, consent_url: str, button: str) -> dict[str, str]:
    """What the browser is sent back with."""
    to, query = await consent.pressed(http, consent_url, button)
    assert f"{to.scheme}://{to.netloc}{to.path}" == HERE
    assert to.fragment == "_=_"
    return query


async def code_for(http: httpx.AsyncClient, facebook: FacebookLinking, button: str) -> str:
    return (await pressed(http, facebook.consent_url("s", HERE, None), button))["code"]


async def test_who_agrees_gives_a_token_for_sixty_days_and_their_own_catalogue(
    facebook: FacebookLinking,
    http: httpx.AsyncClient,
    marketplaces: Marketplaces,
    sandbox: Sandbox,
) -> None:
    back = await pressed(http, facebook.consent_url("the & state=", HERE, None), "agree")
    assert back["state"] == "the & state="
    grant = await facebook.redeem(back["code"], HERE, None)
    left = (grant.expires_at or datetime.now(UTC)) - datetime.now(UTC)
    assert timedelta(days=59) < left < timedelta(days=61)
    config = FacebookConfig.load("facebook", sandbox.access)
    assert config
    assert [place.name for place in grant.places] == ["Attic", "Cellar"]
    assert grant.account == grant.places[0].place_id != config.catalog_id
    for place in grant.places:
        chosen = replace(grant, account=place.place_id)
        assert await marketplaces.posting["facebook"].acting_for(chosen).find(REQUEST) is None
    assert grant.refresh_token not in repr(grant)


async def test_who_declines_comes_back_without_a_code(
    facebook: FacebookLinking, http: httpx.AsyncClient
) -> None:
    back = await pressed(http, facebook.consent_url("s", HERE, None), "decline")
    assert (back["error"], back["error_reason"]) == ("access_denied", "user_denied")
    assert back["state"] == "s"
    assert "code" not in back


async def test_who_leaves_the_catalogue_out_is_told_what_is_missing(
    facebook: FacebookLinking, http: httpx.AsyncClient
) -> None:
    with pytest.raises(Rejected, match="catalog_management"):
        await facebook.redeem(await code_for(http, facebook, "partly"), HERE, None)


async def test_a_code_is_good_once_and_for_its_own_address_only(
    facebook: FacebookLinking, http: httpx.AsyncClient
) -> None:
    code = await code_for(http, facebook, "agree")
    with pytest.raises(Rejected):
        await facebook.redeem(code, "http://127.0.0.1:1/another", None)
    await facebook.redeem(code, HERE, None)
    with pytest.raises(Rejected):
        await facebook.redeem(code, HERE, None)


async def test_a_code_expires(
    facebook: FacebookLinking, http: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    code = await code_for(http, facebook, "agree")
    sandbox.expire_tokens()
    with pytest.raises(Rejected):
        await facebook.redeem(code, HERE, None)


@pytest.mark.parametrize(
    "change",
    [
        {"client_id": "somebody"},
        {"redirect_uri": "https://evil.example/"},
        {"scope": "catalog_management,everything"},
    ],
)
async def test_an_address_or_scope_that_is_not_registered_is_not_even_asked_about(
    facebook: FacebookLinking, http: httpx.AsyncClient, change: dict[str, str]
) -> None:
    url = httpx.URL(facebook.consent_url("s", HERE, None))
    for path in (url.path, f"{url.path}/answer"):
        asked = url.copy_with(path=path).copy_merge_params({**change, "pressed": "agree"})
        page = await http.get(asked)
        assert page.status_code == 400
        assert "location" not in page.headers


async def test_who_removes_the_application_is_unauthorized_until_they_link_again(
    facebook: FacebookLinking,
    http: httpx.AsyncClient,
    marketplaces: Marketplaces,
    sandbox: Sandbox,
) -> None:
    grant = await facebook.redeem(await code_for(http, facebook, "agree"), HERE, None)
    revoke = f"{sandbox.access.url}/_sandbox/revoke_consents"
    (await http.post(revoke)).raise_for_status()
    with pytest.raises(Unauthorized):
        await marketplaces.posting["facebook"].acting_for(grant).find(REQUEST)
    again = await facebook.redeem(await code_for(http, facebook, "agree"), HERE, None)
    assert again.account == grant.account
    assert await marketplaces.posting["facebook"].acting_for(again).find(REQUEST) is None
