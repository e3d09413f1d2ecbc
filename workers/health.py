"""Answers a worker's probes and scrapes: it is asked only once it polls its queues."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from adapters.telemetry.process import CONTENT_TYPE

log = structlog.get_logger()


async def serve_health(
    host: str, port: int, metrics: Callable[[], Awaitable[bytes]]
) -> asyncio.Server:
    """`/metrics` is what the process counts; every other path says 200 while its loop turns."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(5):
                request = await reader.readuntil(b"\r\n\r\n")
                is_scrape = request.split(b" ", 2)[1:2] == [b"/metrics"]
                writer.write(await _page(metrics) if is_scrape else _reply("200 OK", b"ok\n"))
                await writer.drain()
        except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError):
            return
        finally:
            writer.close()

    return await asyncio.start_server(answer, host, port)


async def _page(metrics: Callable[[], Awaitable[bytes]]) -> bytes:
    try:
        return _reply("200 OK", await metrics(), CONTENT_TYPE)
    except OSError as error:
        log.warning("no_metrics", error=repr(error))
        return _reply("503 Service Unavailable", b"the SDK's metrics are away\n")


def _reply(status: str, body: bytes, kind: str = "text/plain") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"Connection: close\r\n\r\n" + body
