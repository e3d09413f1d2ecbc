"""Linking a seller's own eBay account: eBay takes no PKCE, the client's secret stands for it."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import httpx
from pydantic import BaseModel

from adapters.errors import Rejected
from adapters.marketplaces.configuration import SandboxAccess
from adapters.marketplaces.ebay.access import vendor
from adapters.marketplaces.ebay.config import EbayConfig
from adapters.marketplaces.exchange import Refusal
from adapters.marketplaces.linking import Grant
from adapters.marketplaces.tokens import OAuthError
from talknshop.messages import sentence

_SCOPE = "https://api.ebay.com/oauth/api_scope"
SCOPES = (
    _SCOPE,
    f"{_SCOPE}/sell.inventory",
    f"{_SCOPE}/sell.account",
    f"{_SCOPE}/sell.fulfillment",
)


def linking(http: httpx.AsyncClient, sandbox: SandboxAccess | None) -> "EbayLinking | None":
    config = EbayConfig.load("ebay", sandbox)
    return EbayLinking(http, config) if config else None


class EbayLinking:
    name = "ebay"
    takes_pkce = False

    def __init__(self, http: httpx.AsyncClient, config: EbayConfig) -> None:
        self._config = config
        self._ebay = vendor(http, config.timeout)

    def consent_url(self, state: str, redirect_uri: str, challenge: str | None) -> str:
        query = {
            "client_id": self._config.client_id or "",
            "redirect_uri": self._redirect_uri(redirect_uri),
            "response_type": "code",
            "scope": " ".join(SCOPES),
            "state": state,
            # Or whoever is logged in on a shared machine would be linked without a word.
            "prompt": "login",
        }
        return f"{self._config.auth_url}/oauth2/authorize?{urlencode(query)}"

    async def redeem(self, code: str, redirect_uri: str, verifier: str | None) -> Grant:
        secret = self._config.client_secret
        reply = await self._ebay.read(
            "POST",
            f"{self._config.api_url}/identity/v1/oauth2/token",
            data={
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": self._redirect_uri(redirect_uri),
            },
            auth=httpx.BasicAuth(
                self._config.client_id or "", secret.get_secret_value() if secret else ""
            ),
            expect=(400,),
        )
        refused = reply.as_model(OAuthError)
        if refused and refused.error == "invalid_grant":
            raise Rejected(sentence("fault_consent", vendor="eBay"))
        if refused:
            raise self._ebay.explain(Refusal(self._ebay.name, reply, writes=False))
        tokens = self._ebay.parse(reply, _Tokens)
        lifetime = timedelta(seconds=tokens.refresh_token_expires_in)
        return Grant(tokens.refresh_token, datetime.now(UTC) + lifetime, SCOPES)

    def _redirect_uri(self, given: str) -> str:
        """eBay wants the RuName that stands for our address in the developer's account."""
        return self._config.ru_name or given


class _Tokens(BaseModel):
    refresh_token: str
    refresh_token_expires_in: int
