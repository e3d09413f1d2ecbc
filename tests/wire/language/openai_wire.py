"""What an OpenAI-compatible server sends, from its documented format."""

import asyncio
import json
from typing import Any

from tests.wire.marketplaces.scripted_server import Answer, Asked, answering

USAGE = {"prompt_tokens": 120, "completion_tokens": 30, "total_tokens": 150}


def text(content: str, finish_reason: str = "stop") -> Answer:
    message = {"role": "assistant", "content": content}
    return _completion(message, finish_reason)


def form(**fields: Any) -> Answer:
    return text(json.dumps(fields))


def tool_call(arguments: str, name: str = "Form") -> Answer:
    call = {"id": "call-1", "type": "function", "function": {"name": name, "arguments": arguments}}
    return _completion({"role": "assistant", "content": None, "tool_calls": [call]}, "tool_calls")


def refusing(status: int, **headers: str) -> Answer:
    body = json.dumps({"error": {"message": "says the fake", "type": "fake", "code": None}})
    return answering(status, body.encode(), content_type="application/json", **headers)


def streaming(*pieces: str, ends: bool = True) -> Answer:
    """Text in pieces; without its end the connection is closed in the middle."""
    chunks = [_chunk([{"index": 0, "delta": {"role": "assistant", "content": ""}}])]
    chunks += [_chunk([{"index": 0, "delta": {"content": piece}}]) for piece in pieces]
    if ends:
        chunks.append(_chunk([{"index": 0, "delta": {}, "finish_reason": "stop"}]))
        chunks.append(_chunk([], usage=USAGE))

    async def answer(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
            b"transfer-encoding: chunked\r\n\r\n"
        )
        for chunk in [*chunks, *(["[DONE]"] if ends else [])]:
            line = f"data: {chunk}\n\n".encode()
            writer.write(f"{len(line):x}\r\n".encode() + line + b"\r\n")
            await writer.drain()
        if ends:
            writer.write(b"0\r\n\r\n")
        else:
            writer.close()

    return answer


def _chunk(choices: list[dict[str, Any]], **more: Any) -> str:
    whole = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "fake"}
    return json.dumps({**whole, "choices": choices, **more})


def _completion(message: dict[str, Any], finish_reason: str) -> Answer:
    reply = {
        "id": "c1",
        "object": "chat.completion",
        "created": 1,
        "model": "fake",
        "choices": [{"index": 0, "message": message, "finish_reason": finish_reason}],
        "usage": USAGE,
    }
    return answering(200, json.dumps(reply).encode(), content_type="application/json")
