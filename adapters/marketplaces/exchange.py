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
            return NotFound(sentence(f"{self.vendor} does not have it", said))
        if status == 429:
            return self.throttled(wait)
        if status >= 500 or status == 408:
            return self.broken(said, wait)
        if status >= 400:
            return Rejected(sentence(f"{self.vendor} refused the request", said))
        return Unintelligible(f"{self.vendor} answered with an unexpected status {status}.")

    def unauthorized(self, said: str = "") -> Unauthorized:
        return Unauthorized(sentence(f"{self.vendor} does not accept the configured keys", said))

    def throttled(self, wait: timedelta | None = None) -> Throttled:
        return Throttled(f"{self.vendor} asks to slow down.", wait)

    def broken(self, said: str = "", wait: timedelta | None = None) -> AdapterError:
        """The vendor failed inside: after a write nobody knows what it had done by then."""
        error: AdapterError = (
            OutcomeUnknown(sentence(f"{self.vendor} failed while it was writing", said))
            if self.writes
            else Unavailable(sentence(f"{self.vendor} is out of order", said))
        )
        error.retry_after = wait
        return error


def sentence(what: str, why: str = "") -> str:
    why = plain_text(why)
    return f"{what}: {why}" if why else f"{what}."


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
            raise Unintelligible(f"{self.name} answered in a format that is not documented.")
        return parsed

    async def _exchange(
        self, method: str, url: str, writes: bool, expect: Collection[int], options: dict[str, Any]
    ) -> Reply:
        try:
            async with asyncio.timeout(self.timeout.total_seconds()):
                reply = await self._send(method, url, options)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise Unavailable(f"{self.name} can't be reached.") from error
        except httpx.DecodingError as error:
            raise Unintelligible(f"{self.name}'s answer can't be unpacked.") from error
        except (httpx.TransportError, TimeoutError) as error:
            if writes:
                raise OutcomeUnknown(
                    f"{self.name} got the request, but its answer was lost."
                ) from error
            raise Unavailable(f"{self.name} did not answer.") from error
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
                        f"{self.name} answered with more than {MAX_REPLY_BYTES >> 20} MB."
                    )
            return Reply(response.status_code, response.headers, bytes(body))
