"""Answers a worker's health probes: it is asked only once it polls its queues."""

import asyncio

_OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nok\n"


async def serve_health(port: int) -> asyncio.Server:
    """Says 200 to every request on that port of the loopback, while the process's loop turns."""
    return await asyncio.start_server(_answer, "127.0.0.1", port)


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        async with asyncio.timeout(5):
            await reader.readuntil(b"\r\n\r\n")
        writer.write(_OK)
        await writer.drain()
    except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError):
        return
    finally:
        writer.close()
