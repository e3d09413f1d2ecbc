"""Requests to vendors over real connections: bounds, and an error type for each kind of failure."""

import gzip
import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
from scripted_server import Answer, answering, hanging_up, hanging_up_half_way, never, scripted

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
from adapters.marketplaces.exchange import MAX_REPLY_BYTES, Vendor, retry_after


async def failure_of(answer: Answer, method: str = "read", seconds: float = 5) -> AdapterError:
    # Loading the machine's certificates takes longer than the exchange.
    async with scripted(answer) as server, httpx.AsyncClient(verify=False) as http:
        vendor = Vendor("Shop", http, timedelta(seconds=seconds))
        with pytest.raises(AdapterError) as caught:
            await getattr(vendor, method)("POST", server.url)
    return caught.value


@pytest.mark.parametrize(
    ("status", "read_error", "write_error"),
    [
        (400, Rejected, Rejected),
        (401, Unauthorized, Unauthorized),
        (403, Unauthorized, Unauthorized),
        (404, NotFound, NotFound),
        (429, Throttled, Throttled),
        (500, Unavailable, OutcomeUnknown),
        (503, Unavailable, OutcomeUnknown),
        (302, Unintelligible, Unintelligible),
    ],
)
async def test_a_status_has_one_meaning_for_reads_and_one_for_writes(
    status: int, read_error: type[AdapterError], write_error: type[AdapterError]
) -> None:
    assert type(await failure_of(answering(status))) is read_error
    assert type(await failure_of(answering(status), "write")) is write_error


@pytest.mark.parametrize("lost", [hanging_up, hanging_up_half_way])
async def test_a_lost_reply_leaves_only_a_write_in_doubt(lost: Answer) -> None:
    assert type(await failure_of(lost)) is Unavailable
    assert type(await failure_of(lost, "write")) is OutcomeUnknown


async def test_a_vendor_that_never_answers_is_given_up() -> None:
    assert type(await failure_of(never, "read", 0.05)) is Unavailable
    assert type(await failure_of(never, "write", 0.05)) is OutcomeUnknown


@pytest.mark.parametrize("method", ["read", "write"])
async def test_a_refused_connection_leaves_nothing_in_doubt(method: str) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        async with httpx.AsyncClient() as http:
            vendor = Vendor("Shop", http, timedelta(seconds=5))
            with pytest.raises(Unavailable):
                await getattr(vendor, method)("POST", url)


async def test_a_redirect_is_not_followed_even_if_the_client_would() -> None:
    async with (
        scripted(answering(200)) as elsewhere,
        scripted(answering(302, location=elsewhere.url)) as server,
        httpx.AsyncClient(follow_redirects=True) as http,
    ):
        vendor = Vendor("Shop", http, timedelta(seconds=5))
        with pytest.raises(Unintelligible):
            await vendor.read("GET", server.url, headers={"Authorization": "Bearer secret"})
    assert elsewhere.asked == []


async def test_a_reply_that_is_too_large_is_not_read_to_its_end() -> None:
    error = await failure_of(answering(200, b"x" * (MAX_REPLY_BYTES + 1)))
    assert type(error) is Unintelligible


async def test_a_small_reply_that_unpacks_to_a_large_one_is_refused() -> None:
    bomb = gzip.compress(b"0" * (MAX_REPLY_BYTES * 4))
    assert type(await failure_of(answering(200, bomb, content_encoding="gzip"))) is Unintelligible


async def test_a_reply_that_can_not_be_unpacked_is_unintelligible() -> None:
    broken = answering(200, b"not gzip", content_encoding="gzip")
    assert type(await failure_of(broken)) is Unintelligible


async def test_the_vendors_own_wait_is_kept() -> None:
    error = await failure_of(answering(429, retry_after="7"))
    assert error.retry_after == timedelta(seconds=7)


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("0", timedelta(0)),
        ("120", timedelta(minutes=2)),
        ("99999999999999", timedelta(days=1)),
        ("soon", None),
        ("-5", None),
        ("", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", timedelta(0)),
    ],
)
def test_retry_after_is_read_with_care(value: str, wait: timedelta | None) -> None:
    assert retry_after(httpx.Headers({"Retry-After": value})) == wait


def test_retry_after_may_be_a_date() -> None:
    in_a_minute = format_datetime(datetime.now(UTC) + timedelta(minutes=1), usegmt=True)
    wait = retry_after(httpx.Headers({"Retry-After": in_a_minute}))
    assert wait
    assert timedelta(seconds=50) < wait <= timedelta(minutes=1)
