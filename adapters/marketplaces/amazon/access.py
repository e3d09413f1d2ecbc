"""Tokens and errors of the Creators API: two generations of credentials, told by their version."""

import httpx
from pydantic import BaseModel

from adapters.errors import AdapterError
from adapters.marketplaces.amazon.config import AmazonConfig
from adapters.marketplaces.exchange import Refusal, Vendor
from adapters.marketplaces.tokens import OAuthError, TokenAuth, TokenReply

_COGNITO = "https://creatorsapi.auth.{}.amazoncognito.com"
_TOKEN_HOSTS = {
    "2.1": _COGNITO.format("us-east-1"),
    "2.2": _COGNITO.format("eu-south-2"),
    "2.3": _COGNITO.format("us-west-2"),
    "3.1": "https://api.amazon.com",
    "3.2": "https://api.amazon.co.uk",
    "3.3": "https://api.amazon.co.jp",
}
# Reasons for a 400 that are about the account, not about the request.
_ACCOUNT_REASONS = {"InvalidAssociate", "InvalidPartnerTag"}


class _ErrorReply(BaseModel):
    message: str = ""
    reason: str = ""


def explain(refusal: Refusal) -> AdapterError:
    oauth = refusal.reply.as_model(OAuthError)
    if oauth and refusal.reply.status < 500:
        return refusal.unauthorized(oauth.error_description or oauth.error)
    error = refusal.reply.as_model(_ErrorReply) or _ErrorReply()
    if refusal.reply.status == 400 and error.reason in _ACCOUNT_REASONS:
        return refusal.unauthorized(error.message)
    return refusal.by_status(error.message)


def auth(config: AmazonConfig, amazon: Vendor) -> TokenAuth:
    if config.version not in _TOKEN_HOSTS:
        raise ValueError(f"Amazon credential version {config.version!r} is none of {_TOKEN_HOSTS}")
    host = config.auth_url or _TOKEN_HOSTS[config.version]
    is_older = config.version.startswith("2.")

    secret = config.credential_secret.get_secret_value() if config.credential_secret else ""

    async def fetch() -> TokenReply:
        grant = {
            "grant_type": "client_credentials",
            "client_id": config.credential_id or "",
            "client_secret": secret,
            "scope": "creatorsapi/default" if is_older else "creatorsapi::default",
        }
        url = f"{host}/oauth2/token" if is_older else f"{host}/auth/o2/token"
        reply = await (
            amazon.read("POST", url, data=grant)
            if is_older
            else amazon.read("POST", url, json=grant)
        )
        return amazon.parse(reply, TokenReply)

    # The older generation really writes a comma and the version into the Authorization header.
    scheme = f"Bearer {{}}, Version {config.version}" if is_older else "Bearer {}"
    account = f"amazon|{host}|{config.credential_id}"
    return TokenAuth(fetch, scheme.format, account=account, secret=secret)


def vendor(http: httpx.AsyncClient, config: AmazonConfig) -> Vendor:
    return Vendor("Amazon", http, config.timeout, explain)
