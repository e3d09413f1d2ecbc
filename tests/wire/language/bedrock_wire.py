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


def streaming(
    *pieces: str,
    then: bytes | None = None,
    ends: bool = True,
    usage: dict[str, int] | None = None,
) -> Answer:
    """Text in pieces; `then` a last frame in place of the proper end, or `ends` without any."""

    async def answer(_: Asked, writer: asyncio.StreamWriter) -> None:
        await begin(writer)
        for piece in pieces:
            await say(writer, piece)
        if then is not None:
            await _send(writer, then)
        elif ends:
            counted = {**USAGE, **(usage or {})}
            await _send(writer, _event("contentBlockStop", {"contentBlockIndex": 0}))
            await _send(writer, _event("messageStop", {"stopReason": "end_turn"}))
            await _send(writer, _event("metadata", {"usage": counted, "metrics": {"latencyMs": 9}}))
        writer.write(b"0\r\n\r\n")

    return answer


def breaking_off(*pieces: str) -> Answer:
    """The connection is closed in the middle of the stream."""

    async def answer(_: Asked, writer: asyncio.StreamWriter) -> None:
        await begin(writer)
        for piece in pieces:
            await say(writer, piece)
        writer.close()

    return answer


def stalling(*pieces: str) -> Answer:
    """The connection stays, but nothing more comes."""

    async def answer(_: Asked, writer: asyncio.StreamWriter) -> None:
        await begin(writer)
        for piece in pieces:
            await say(writer, piece)
        await asyncio.Event().wait()

    return answer


def model(filled_in: Answer, written: Answer) -> Answer:
    """A whole model: forms and streams each with an answer of its own."""

    async def answer(request: Asked, writer: asyncio.StreamWriter) -> None:
        streams = request.line.split()[1].endswith("/converse-stream")
        await (written if streams else filled_in)(request, writer)

    return answer


async def begin(writer: asyncio.StreamWriter) -> None:
    writer.write(
        b"HTTP/1.1 200 OK\r\ncontent-type: application/vnd.amazon.eventstream\r\n"
        b"transfer-encoding: chunked\r\n\r\n"
    )
    await _send(writer, _event("messageStart", {"role": "assistant"}))


async def say(writer: asyncio.StreamWriter, piece: str) -> None:
    delta = {"contentBlockIndex": 0, "delta": {"text": piece}}
    await _send(writer, _event("contentBlockDelta", delta))


async def _send(writer: asyncio.StreamWriter, frame: bytes) -> None:
    writer.write(f"{len(frame):x}\r\n".encode() + frame + b"\r\n")
    await writer.drain()


def exception(code: str) -> bytes:
    """The frame with which a stream fails; its code begins with a small letter."""
    headers = {
        ":exception-type": code,
        ":content-type": "application/json",
        ":message-type": "exception",
    }
    return _frame(headers, {"message": f"{code} says the fake"})


def _message(content: list[dict[str, Any]], stop_reason: str) -> Answer:
    reply = {
        "output": {"message": {"role": "assistant", "content": content}},
        "stopReason": stop_reason,
        "usage": USAGE,
        "metrics": {"latencyMs": 9},
    }
    return answering(200, json.dumps(reply).encode(), content_type="application/json")


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


def spoiled_frame() -> bytes:
    frame = _event("messageStart", {"role": "assistant"})
    return frame[:-1] + bytes([frame[-1] ^ 1])
