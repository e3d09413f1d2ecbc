"""Web Push: RFC 8030, with RFC 8291's encryption."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from pywebpush import WebPusher

from adapters.errors import AdapterError, NotFound, Rejected, Throttled, Unauthorized, Unavailable
from adapters.notify.channels import PushKeys
from adapters.notify.vapid import Vapid
from adapters.outbound import PublicHttp

# A device that was off for longer gets nothing; what stands in the conversation stays there.
TTL_S = 24 * 3600


class WebPush:
    """A port.PushSender."""

    def __init__(self, http: PublicHttp, vapid: Vapid) -> None:
        self._http = http
        self._vapid = vapid

    async def send(self, keys: PushKeys, message: dict[str, Any], *, urgent: bool) -> None:
        subscription = {"endpoint": keys.endpoint, "keys": keys.model_dump(exclude={"endpoint"})}
        encrypted = WebPusher(subscription).encode(json.dumps(message).encode())
        headers = {
            **self._vapid.headers(keys.endpoint),
            "Content-Type": "application/octet-stream",
            "Content-Encoding": "aes128gcm",
            "TTL": str(TTL_S),
            "Urgency": "high" if urgent else "normal",
        }
        answer = await self._http.post(keys.endpoint, headers, encrypted["body"])
        if not 200 <= answer.status < 300:
            host = urlsplit(keys.endpoint).hostname or ""
            raise _failure(answer.status, answer.retry_after, host)


def _failure(status: int, wait: timedelta | None, host: str) -> AdapterError:
    match status:
        case 404 | 410:
            return NotFound(f"{host}: the subscription has ended.")
        case 429:
            return Throttled(f"{host} asks to wait.", wait)
        case 401 | 403:
            return Unauthorized(f"{host} does not take our signature: {status}.")
        case _ if status < 500:
            return Rejected(f"{host} refused the push: {status}.")
        case _:
            return Unavailable(f"{host} is down: {status}.")
