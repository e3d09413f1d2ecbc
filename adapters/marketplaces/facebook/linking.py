"""Linking a business's own Facebook catalogue: Facebook Login's dialog, then a token for 60 days.

No PKCE: the application's secret stands for it. The steps and names are of developers.facebook.com,
docs/facebook-login/guides/advanced/manual-flow and docs/marketing-api/catalog.
"""

from datetime import UTC, datetime, timedelta
from typing import TypeVar
from urllib.parse import urlencode

import httpx
from pydantic import BaseModel

from adapters.errors import Rejected
from adapters.marketplaces.configuration import SandboxAccess
from adapters.marketplaces.exchange import Refusal, Vendor
from adapters.marketplaces.facebook.config import FacebookConfig
from adapters.marketplaces.facebook.graph import GraphAuth, code_of, explain
from adapters.marketplaces.linking import Grant, Place
from talknshop.messages import sentence

SCOPES = ("catalog_management", "business_management")
_INVALID = 100
_GOODS = "commerce"  # catalogues also hold hotels, flights, vehicles, homes

M = TypeVar("M", bound=BaseModel)


def linking(http: httpx.AsyncClient, sandbox: SandboxAccess | None) -> "FacebookLinking | None":
    config = FacebookConfig.load("facebook", sandbox)
    return FacebookLinking(http, config) if config and config.app_id and config.app_secret else None


class FacebookLinking:
    name = "facebook"
    takes_pkce = False

    def __init__(self, http: httpx.AsyncClient, config: FacebookConfig) -> None:
        self._config = config
        self._facebook = Vendor("Facebook", http, config.timeout, explain)
        self._graph = f"{config.graph_url}/{config.graph_version}"

    def consent_url(self, state: str, redirect_uri: str, challenge: str | None) -> str:
        query = {
            "client_id": self._config.app_id or "",
            "redirect_uri": redirect_uri,
            "response_type": "code",
            "scope": ",".join(SCOPES),
            "state": state,
            # Or what was declined once would not be asked for again.
            "auth_type": "rerequest",
        }
        dialog = f"{self._config.site_url}/{self._config.graph_version}/dialog/oauth"
        return f"{dialog}?{urlencode(query)}"

    async def redeem(self, code: str, redirect_uri: str, verifier: str | None) -> Grant:
        """Raises Rejected, besides for a bad code, for who declined a permission or has no business
        with a catalogue: nobody else can be posted for."""
        short = await self._token(redirect_uri=redirect_uri, code=code)
        long = await self._token(
            grant_type="fb_exchange_token", fb_exchange_token=short.access_token
        )
        auth = GraphAuth(long.access_token, self._secret)
        granted = await self._get("me/permissions", _Permissions, auth)
        if missing := [scope for scope in SCOPES if scope not in granted.names]:
            raise Rejected(sentence("fault_permissions", vendor="Facebook", permissions=[*missing]))
        catalogs = await self._catalogs(auth)
        lifetime = timedelta(seconds=long.expires_in) if long.expires_in else None
        expires_at = datetime.now(UTC) + lifetime if lifetime else None
        first = catalogs[0].place_id
        return Grant(long.access_token, expires_at, SCOPES, account=first, places=catalogs)

    async def _token(self, **parameters: str) -> "_Token":
        reply = await self._facebook.read(
            "GET",
            f"{self._graph}/oauth/access_token",
            params={
                "client_id": self._config.app_id or "",
                "client_secret": self._secret,
                **parameters,
            },
            expect=(400,),
        )
        if reply.status == 400:
            if code_of(reply) == _INVALID:
                raise Rejected(sentence("fault_consent", vendor="Facebook"))
            raise self._facebook.explain(Refusal(self._facebook.name, reply, writes=False))
        return self._facebook.parse(reply, _Token)

    async def _catalogs(self, auth: GraphAuth) -> tuple[Place, ...]:
        """Those for goods, of every business. Which is first, Facebook always says alike."""
        businesses = await self._get("me/businesses", _Objects, auth)
        found: list[Place] = []
        for business in businesses.data:
            catalogs = await self._get(f"{business.id}/owned_product_catalogs", _Objects, auth)
            found += [
                Place(catalog.id, catalog.name or catalog.id)
                for catalog in catalogs.data
                if catalog.vertical in ("", _GOODS)
            ]
        if not found:
            raise Rejected(sentence("fault_no_catalog", vendor="Facebook"))
        return tuple(found)

    async def _get(self, path: str, model: type[M], auth: GraphAuth) -> M:
        params = {"fields": "id,name,vertical"} if path.endswith("catalogs") else {}
        reply = await self._facebook.read("GET", f"{self._graph}/{path}", params=params, auth=auth)
        return self._facebook.parse(reply, model)

    @property
    def _secret(self) -> str:
        secret = self._config.app_secret
        return secret.get_secret_value() if secret else ""


class _Token(BaseModel):
    access_token: str
    expires_in: int = 0  # absent when it does not expire


class _Permission(BaseModel):
    permission: str
    status: str


class _Permissions(BaseModel):
    data: list[_Permission]

    @property
    def names(self) -> set[str]:
        return {each.permission for each in self.data if each.status == "granted"}


class _Object(BaseModel):
    id: str
    name: str = ""
    vertical: str = ""


class _Objects(BaseModel):
    data: list[_Object]
