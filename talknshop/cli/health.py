"""Whether a process on this machine answers yet. Raw streams: the supervisor must stay small."""

import asyncio

PATIENCE = 2.0  # seconds


async def answers_http(host: str, port: int, path: str) -> bool:
    """True when GET `path` is answered with status 200."""
    request = f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n"
    status_line = await _first_line(host, port, request)
    return status_line.split(b" ")[1:2] == [b"200"]


async def answers_ping(host: str, port: int) -> bool:
    """True when a Redis or Valkey server answers PING."""
    return await _first_line(host, port, "PING\r\n") == b"+PONG\r\n"


async def _first_line(host: str, port: int, request: str) -> bytes:
    """The first line of the reply; empty when there is none in time."""
    try:
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(request.encode())
                return await reader.readline()
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return b""
