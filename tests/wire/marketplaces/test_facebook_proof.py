"""Facebook's proof that whoever has the token has the application's secret too."""

from dataclasses import replace

import httpx
import pytest
from listings import PHOTOS, request_for
from sandbox_control import Sandbox
from scripted_server import answering, scripted

from adapters.errors import Rejected
from adapters.marketplaces.configuration import SandboxAccess
from adapters.marketplaces.registry import load_marketplaces

KEYS = {"access_token": "token", "catalog_id": "7"}
# printf token | openssl dgst -sha256 -hmac secret
PROOF = "e941110e3d2bfe82621f0e3e1434730d7305d106c5f68c87165d0b27a4611a4a"


@pytest.mark.parametrize("secret", ["secret", None])
async def test_every_call_carries_the_proof_when_there_is_a_secret(secret: str | None) -> None:
    keys = {**KEYS, **({"app_secret": secret} if secret else {})}
    async with scripted(answering(200, b'{"data": []}')) as server, httpx.AsyncClient() as http:
        marketplaces = load_marketplaces(http, SandboxAccess(server.url, {"facebook": keys}))
        await marketplaces.posting["facebook"].find(request_for("facebook"))
    (asked,) = server.asked
    assert asked.headers["authorization"] == "Bearer token"
    assert (f"appsecret_proof={PROOF}" in asked.line) is bool(secret)
    assert ("appsecret_proof" in asked.line) is bool(secret)
    assert "filter=" in asked.line


async def test_a_wrong_secret_posts_nothing(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    credentials = dict(sandbox.access.credentials)
    credentials["facebook"] = {**credentials["facebook"], "app_secret": "another"}
    wrong = load_marketplaces(http, replace(sandbox.access, credentials=credentials))
    with pytest.raises(Rejected, match="appsecret_proof"):
        await wrong.posting["facebook"].publish(request_for("facebook"), PHOTOS)
    assert sandbox.live_listings("facebook") == []
