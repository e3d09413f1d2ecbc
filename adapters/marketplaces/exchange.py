"""One request to a vendor and its reply: bounded in time and size, every failure typed."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from adapters.errors import (
    AdapterError,
    NotFound,
    OutcomeUnknown,
    Rejected,
    Throttled,
    Unauthorized,
    Unavailable,
    Unintelligible,
)
from adapters.marketplaces.wire import plain_text
from talknshop.messages import Sentence, sentence

MAX_REPLY_BYTES = 4 * 1024 * 1024
CONNECT_SECONDS = 5.0
LONGEST_WAIT = timedelta(days=1)

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Reply:
    status: int
    headers: httpx.Headers
    body: bytes

    def as_model(self, model: type[M]) -> M | None:
        """The body as JSON of that shape, None when it is something else."""
        try:
            return model.model_validate_json(self.body)
        except ValidationError:
            return None


@dataclass(frozen=True)
class Refusal:
    """A reply that is not a success. `writes`: the request was to change something."""

    vendor: str
    reply: Reply
    writes: bool

    def by_status(self, said: str = "") -> AdapterError:
        """The error that the HTTP status stands for; `said` is the vendor's own explanation."""
        status, wait = self.reply.status, retry_after(self.reply.headers)
        if status in (401, 403):
            return self.unauthorized(said)
        if status == 404:
            return NotFound(explained("fault_not_there", self.vendor, said))
        if status == 429:
            return self.throttled(wait)
        if status >= 500 or status == 408:
            return self.broken(said, wait)
        if status >= 400:
            return Rejected(explained("fault_refused", self.vendor, said))
        return Unintelligible(sentence("fault_status", vendor=self.vendor, status=status))

    def unauthorized(self, said: str = "") -> Unauthorized:
        return Unauthorized(explained("fault_keys", self.vendor, said))

    def throttled(self, wait: timedelta | None = None) -> Throttled:
        return Throttled(sentence("fault_slow_down", vendor=self.vendor), wait)

    def broken(self, said: str = "", wait: timedelta | None = None) -> AdapterError:
        """The vendor failed inside: after a write nobody knows what it had done by then."""
        error: AdapterError = (
            OutcomeUnknown(explained("fault_while_writing", self.vendor, said))
            if self.writes
            else Unavailable(explained("fault_out_of_order", self.vendor, said))
        )
        error.retry_after = wait
        return error


def explained(key: str, vendor: str, why: str, **values: str | int) -> Sentence:
    """The message, or its sister that quotes the vendor's reason where it gave one."""
    why = plain_text(why)
    if why:
        return sentence(f"{key}_why", vendor=vendor, why=why, **values)
    return sentence(key, vendor=vendor, **values)


def retry_after(headers: httpx.Headers) -> timedelta | None:
    """The Retry-After header, in seconds or as a date (RFC 9110), at most a day."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        wait = timedelta(seconds=min(int(value[:9]), LONGEST_WAIT.total_seconds()))
    else:
        try:
            until = parsedate_to_datetime(value)
        except ValueError:
            return None
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
        wait = until - datetime.now(UTC)
    return min(max(wait, timedelta(0)), LONGEST_WAIT)


@dataclass(frozen=True)
class Vendor:
    """`name` as people write it. `explain` reads the vendor's own error format.

    `timeout` bounds a whole exchange: token, request, and reply.
    """

    name: str
    http: httpx.AsyncClient
    timeout: timedelta
    explain: Callable[[Refusal], AdapterError] = Refusal.by_status

    async def read(
        self, method: str, url: str, *, expect: Collection[int] = (), **options: Any
    ) -> Reply:
        """For requests that change nothing, so that a lost reply is only Unavailable.

        `expect` names statuses besides 2xx that are answers, not errors.
        """
        return await self._exchange(method, url, False, expect, options)

    async def write(
        self, method: str, url: str, *, expect: Collection[int] = (), **options: Any
    ) -> Reply:
        """For requests that change something: without a reply the outcome is unknown."""
        return await self._exchange(method, url, True, expect, options)

    def parse(self, reply: Reply, model: type[M]) -> M:
        parsed = reply.as_model(model)
        if parsed is None:
            raise Unintelligible(sentence("fault_format", vendor=self.name))
        return parsed

    async def _exchange(
        self, method: str, url: str, writes: bool, expect: Collection[int], options: dict[str, Any]
    ) -> Reply:
        try:
            async with asyncio.timeout(self.timeout.total_seconds()):
                reply = await self._send(method, url, options)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise Unavailable(sentence("fault_unreachable", vendor=self.name)) from error
        except httpx.DecodingError as error:
            raise Unintelligible(sentence("fault_format", vendor=self.name)) from error
        except (httpx.TransportError, TimeoutError) as error:
            if writes:
                raise OutcomeUnknown(sentence("fault_answer_lost", vendor=self.name)) from error
            raise Unavailable(sentence("fault_no_answer", vendor=self.name)) from error
        if 200 <= reply.status < 300 or reply.status in expect:
            return reply
        raise self.explain(Refusal(self.name, reply, writes))

    async def _send(self, method: str, url: str, options: dict[str, Any]) -> Reply:
        seconds = self.timeout.total_seconds()
        async with self.http.stream(
            method,
            url,
            timeout=httpx.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds)),
            # A redirect could carry our keys to another host.
            follow_redirects=False,
            **options,
        ) as response:
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > MAX_REPLY_BYTES:
                    raise Unintelligible(
                        sentence("fault_too_long", vendor=self.name, most=MAX_REPLY_BYTES >> 20)
                    )
            return Reply(response.status_code, response.headers, bytes(body))
