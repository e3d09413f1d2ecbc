"""The Graph API: its keys, its error codes, and the waits hidden in its usage headers."""

import hmac
import json
from collections.abc import Generator
from datetime import timedelta

import httpx

from adapters.errors import AdapterError, Unauthorized
from adapters.marketplaces.exchange import Refusal, Reply, retry_after
from adapters.marketplaces.wire import Wire
from talknshop.messages import sentence

_TOKEN = 190
_PERMISSIONS = {10, *range(200, 300)}
_THROTTLED = {4, 17, 32, 613, 80014}
_PASSING = {1, 2}
_INVALID, _NO_ACCESS = 100, 33


class GraphAuth(httpx.Auth):
    """The token, and with an application's secret the proof that whoever sends it has that too."""

    def __init__(self, token: str, app_secret: str = "") -> None:
        self._token = token
        proof = hmac.new(app_secret.encode(), token.encode(), "sha256").hexdigest()
        self._proof = {"appsecret_proof": proof} if app_secret else {}

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        request.headers["Authorization"] = f"Bearer {self._token}"
        request.url = request.url.copy_merge_params(self._proof)
        yield request


class _GraphError(Wire):
    model_config = {"alias_generator": None}

    message: str = ""
    code: int = 0
    error_subcode: int = 0
    error_user_msg: str = ""
    is_transient: bool = False


class _ErrorReply(Wire):
    error: _GraphError


def code_of(reply: Reply) -> int:
    """The error's code, 0 for what is no error of theirs."""
    refused = reply.as_model(_ErrorReply)
    return refused.error.code if refused else 0


def explain(refusal: Refusal) -> AdapterError:
    reply = refusal.reply.as_model(_ErrorReply)
    if reply is None:
        return refusal.by_status()
    error = reply.error
    said = error.error_user_msg or error.message
    if error.code in _THROTTLED:
        return refusal.throttled(_wait(refusal.reply.headers))
    if error.code == _TOKEN or error.code in _PERMISSIONS:
        return refusal.unauthorized(said)
    if error.code == _INVALID and error.error_subcode == _NO_ACCESS:
        return Unauthorized(sentence("fault_catalogue", vendor=refusal.vendor))
    if error.code in _PASSING or error.is_transient:
        return refusal.broken(said, retry_after(refusal.reply.headers))
    return refusal.by_status(said)


def _wait(headers: httpx.Headers) -> timedelta | None:
    """The longest `estimated_time_to_regain_access`, which is in minutes."""
    try:
        usage = json.loads(headers.get("x-business-use-case-usage", "{}"))
        minutes = max(
            int(use["estimated_time_to_regain_access"]) for uses in usage.values() for use in uses
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return retry_after(headers)
    return timedelta(minutes=min(max(minutes, 0), 1440))
