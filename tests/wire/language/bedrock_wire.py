"""What Bedrock's Converse and ConverseStream send, from their documented formats."""

import asyncio
import json
import struct
import zlib
from typing import Any

from tests.wire.marketplaces.scripted_server import Answer, Asked, answering

USAGE = {"inputTokens": 120, "outputTokens": 30, "totalTokens": 150}


def text(content: str, stop_reason: str = "end_turn") -> Answer:
    """A whole answer in one piece: what a form filled in as JSON comes as."""
    return _message([{"text": content}], stop_reason)


def form(**fields: Any) -> Answer:
    return text(json.dumps(fields))


def tool_call(fields: dict[str, Any], name: str = "Form") -> Answer:
    use = {"toolUseId": "tool-1", "name": name, "input": fields}
    return _message([{"toolUse": use}], "tool_use")


def refusing(status: int, code: str) -> Answer:
    body = json.dumps({"message": f"{code} says the fake"}).encode()
    return answering(status, body, x_amzn_ErrorType=code, content_type="application/json")


def streaming(*pieces: str, then: bytes | None = None, ends: bool = True) -> Answer:
    """Text in pieces; `then` a last frame in place of the proper end, or `ends` without any."""
    frames = [_event("messageStart", {"role": "assistant"})]
    for piece in pieces:
        delta = {"contentBlockIndex": 0, "delta": {"text": piece}}
        frames.append(_event("contentBlockDelta", delta))
    if then is not None:
        frames.append(then)
    elif ends:
        frames.append(_event("contentBlockStop", {"contentBlockIndex": 0}))
        frames.append(_event("messageStop", {"stopReason": "end_turn"}))
        frames.append(_event("metadata", {"usage": USAGE, "metrics": {"latencyMs": 9}}))
    return _chunked(frames)


def breaking_off(*pieces: str) -> Answer:
    """The connection is closed in the middle of the stream."""
    whole = streaming(*pieces, ends=False)

    async def answer(request: Asked, writer: asyncio.StreamWriter) -> None:
        await whole(request, _Unfinished(writer))  # type: ignore[arg-type]
        writer.close()

    return answer


def exception(code: str) -> bytes:
    """The frame with which a stream fails; its code begins with a small letter."""
    headers = {
        ":exception-type": code,
        ":content-type": "application/json",
        ":message-type": "exception",
    }
    return _frame(headers, {"message": f"{code} says the fake"})


class _Unfinished:
    """A writer that leaves out the chunk that ends a body."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer

    def write(self, data: bytes) -> None:
        if data != b"0\r\n\r\n":
            self._writer.write(data)

    async def drain(self) -> None:
        await self._writer.drain()


def _message(content: list[dict[str, Any]], stop_reason: str) -> Answer:
    reply = {
        "output": {"message": {"role": "assistant", "content": content}},
        "stopReason": stop_reason,
        "usage": USAGE,
        "metrics": {"latencyMs": 9},
    }
    return answering(200, json.dumps(reply).encode(), content_type="application/json")


def _chunked(frames: list[bytes]) -> Answer:
    async def answer(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/vnd.amazon.eventstream\r\n"
            b"transfer-encoding: chunked\r\n\r\n"
        )
        for frame in frames:
            writer.write(f"{len(frame):x}\r\n".encode() + frame + b"\r\n")
            await writer.drain()
        writer.write(b"0\r\n\r\n")

    return answer


def _event(kind: str, payload: dict[str, Any]) -> bytes:
    headers = {
        ":event-type": kind,
        ":content-type": "application/json",
        ":message-type": "event",
    }
    return _frame(headers, payload)


def _frame(headers: dict[str, str], payload: dict[str, Any]) -> bytes:
    head = b"".join(
        struct.pack(">B", len(name))
        + name.encode()
        + struct.pack(">BH", 7, len(value))
        + value.encode()
        for name, value in headers.items()
    )
    body = json.dumps(payload).encode()
    prelude = struct.pack(">II", 16 + len(head) + len(body), len(head))
    message = prelude + struct.pack(">I", zlib.crc32(prelude)) + head + body
    return message + struct.pack(">I", zlib.crc32(message))
