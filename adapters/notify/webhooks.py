"""Notices to programs of people's own, signed as Standard Webhooks has it (v1, symmetric)."""

import hashlib
import hmac
import json
import secrets
import time
from base64 import b64decode, b64encode
from datetime import timedelta
from typing import Any

from adapters.errors import AdapterError, NotFound, Rejected, Throttled, Unavailable
from adapters.outbound import PublicHttp
from talknshop.messages import sentence

_PREFIX = "whsec_"


def new_secret() -> str:
    return _PREFIX + b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, message_id: str, timestamp: str, body: bytes) -> str:
    """What `webhook-signature` says; made and checked alike."""
    key = b64decode(secret.removeprefix(_PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


class SignedWebhooks:
    """A port.WebhookSender."""

    def __init__(self, http: PublicHttp) -> None:
        self._http = http

    async def send(self, url: str, secret: str, message_id: str, message: dict[str, Any]) -> None:
        body = json.dumps(message, ensure_ascii=False).encode()
        timestamp = str(int(time.time()))
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "TalknShop",
            "webhook-id": message_id,
            "webhook-timestamp": timestamp,
            "webhook-signature": signature(secret, message_id, timestamp, body),
        }
        answer = await self._http.post(url, headers, body)
        if not 200 <= answer.status < 300:
            raise _failure(answer.status, answer.retry_after)


def _failure(status: int, wait: timedelta | None) -> AdapterError:
    if status == 410:
        return NotFound(sentence("receiver_gone"))
    if 300 <= status < 400:
        return Rejected(sentence("receiver_elsewhere", status=status))
    if status in (429, 503):
        return Throttled(sentence("receiver_busy", status=status), wait)
    # Also what looks final, such as 404: receivers are deployed anew, and come back.
    return Unavailable(sentence("receiver_answered", status=status))
