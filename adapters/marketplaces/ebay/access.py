"""Tokens and errors, which all eBay APIs share."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import timedelta

import httpx
from pydantic import AliasChoices, Field

from adapters.errors import AdapterError, NotFound, Rejected
from adapters.marketplaces.ebay.config import EbayConfig
from adapters.marketplaces.exchange import Refusal, Vendor
from adapters.marketplaces.tokens import OAuthError, TokenAuth, TokenReply
from adapters.marketplaces.wire import Wire

_SCOPE = "https://api.ebay.com/oauth/api_scope"
# A policy (of fulfillment, payment, return) or a place is missing, and a policy is not found.
_OF_TERMS = frozenset({25007, 25008, 25009, 25012, 25035})


class TermsRejected(Rejected):
    """A policy or a place that was named is not the account's (any more)."""


class Parameter(Wire):
    name: str = ""
    value: str = ""


class ErrorDetail(Wire):
    error_id: int = 0
    message: str = ""
    long_message: str = ""
    parameters: list[Parameter] = []

    @property
    def sentence(self) -> str:
        return self.long_message or self.message


class ErrorReply(Wire):
    """The APIs' envelope; the token endpoint has `error` and `error_description` instead."""

    # The Post-Order API calls them `error`.
    errors: list[ErrorDetail] = Field([], validation_alias=AliasChoices("errors", "error"))


def vendor(http: httpx.AsyncClient, timeout: timedelta) -> Vendor:
    return Vendor("eBay", http, timeout, explain)


def explain(refusal: Refusal) -> AdapterError:
    oauth = refusal.reply.as_model(OAuthError)
    if oauth and refusal.reply.status < 500:
        return refusal.unauthorized(oauth.error_description or oauth.error)
    reply = refusal.reply.as_model(ErrorReply)
    return explain_errors(refusal, reply.errors if reply else [])


def explain_errors(refusal: Refusal, errors: Sequence[ErrorDetail]) -> AdapterError:
    said = " ".join(error.sentence for error in errors)
    # 1002, 1003: no usable Authorization header, which eBay calls a bad request.
    if any(error.error_id in (1001, 1002, 1003) for error in errors):
        return refusal.unauthorized(said)
    refused = refusal.by_status(said)
    of_terms = any(error.error_id in _OF_TERMS for error in errors)
    if of_terms and isinstance(refused, Rejected | NotFound):
        return TermsRejected(refused.said)
    return refused


def app_auth(config: EbayConfig, ebay: Vendor) -> TokenAuth:
    """The application's own token: enough to search."""
    return _auth(config, ebay, {"grant_type": "client_credentials", "scope": _SCOPE})


def seller_auth(
    config: EbayConfig, ebay: Vendor, scheme: Callable[[str], str] = "Bearer {}".format
) -> TokenAuth:
    """A token for the seller who gave the refresh token, good for whatever they consented to."""
    refresh_token = config.refresh_token.get_secret_value() if config.refresh_token else ""
    grant = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    return _auth(config, ebay, grant, scheme)


def _auth(
    config: EbayConfig,
    ebay: Vendor,
    form: dict[str, str],
    scheme: Callable[[str], str] = "Bearer {}".format,
) -> TokenAuth:
    secret = config.client_secret.get_secret_value() if config.client_secret else ""

    async def fetch() -> TokenReply:
        reply = await ebay.read(
            "POST",
            f"{config.api_url}/identity/v1/oauth2/token",
            data=form,
            auth=httpx.BasicAuth(config.client_id or "", secret),
        )
        return ebay.parse(reply, TokenReply)

    # Whose it is and for what, without telling: a seller is known by what only they gave.
    whose = hashlib.sha256(form.get("refresh_token", form["grant_type"]).encode()).hexdigest()
    account = f"ebay|{config.api_url}|{config.client_id}|{whose}"
    return TokenAuth(fetch, scheme, account=account, secret=secret)
