"""Replies that are not in the documented format are a failing model, never a failing turn."""

import asyncio
import json
from typing import Any

import bedrock_wire
import openai_wire
import pytest
from conftest import bedrock, openai, written

from talknshop.understanding import AnswerRequest, Utterance
from tests.wire.marketplaces.scripted_server import Asked, answering, scripted

SAID = Utterance(text="a laptop under $1000")
FACTS = AnswerRequest(session_id="s", turn_id="t", kind="results", facts=["I found 10 laptops."])
JSON = {"content_type": "application/json"}
CALL = openai_wire.tool_call


def raw_stream(kind: str, *chunks: bytes) -> Any:
    async def answer(_: Asked, writer: asyncio.StreamWriter) -> None:
        head = f"HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ntransfer-encoding: chunked\r\n\r\n"
        writer.write(head.encode())
        for chunk in (*chunks, b""):
            writer.write(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")
        await writer.drain()

    return answer


PROXY_PAGE = answering(200, b"<html>Please log in</html>", content_type="text/html")
REPLIES = {
    "a page": PROXY_PAGE,
    "nothing": answering(200, b"", **JSON),
    "empty object": answering(200, b"{}", **JSON),
    "a list": answering(200, b"[]", **JSON),
    "half": answering(200, b'{"output": {"mess', **JSON),
    "null choices": answering(200, b'{"choices": null, "usage": null}', **JSON),
    "empty choices": answering(200, b'{"choices": []}', **JSON),
    "null message": answering(200, b'{"output": {"message": null}, "choices": [null]}', **JSON),
    "redirect": answering(302, b"", location="http://127.0.0.1:9/"),
    "teapot": answering(418, b"short and stout"),
}


@pytest.mark.parametrize("opened", [bedrock, openai])
@pytest.mark.parametrize("reply", REPLIES.values(), ids=REPLIES)
async def test_a_reply_that_makes_no_sense(opened: Any, reply: Any) -> None:
    async with scripted(reply) as server:
        language = opened(server.url)
        assert (await language.understand(SAID)).degraded
        _, whole = await written(language.compose(FACTS))
    assert whole.degraded
    assert "I found 10 laptops." in whole.text


EVENTS = "application/vnd.amazon.eventstream"
STREAMS = [
    pytest.param(bedrock, raw_stream(EVENTS, b"garbage" * 9), id="no frames"),
    pytest.param(bedrock, raw_stream(EVENTS), id="no events"),
    pytest.param(bedrock, raw_stream(EVENTS, bedrock_wire.spoiled_frame()), id="bad checksum"),
    pytest.param(bedrock, raw_stream(EVENTS, b"\0" * 64), id="zeros"),
    pytest.param(openai, raw_stream("text/event-stream", b"data: {oops\n\n"), id="no json"),
    pytest.param(openai, raw_stream("text/event-stream", b"data: [DONE]\n\n"), id="nothing said"),
    pytest.param(
        openai,
        raw_stream("text/event-stream", b'data: {"error": {"message": "busy", "code": 500}}\n\n'),
        id="error in the stream",
    ),
    pytest.param(
        openai, raw_stream("text/event-stream", b'data: {"choices": 3}\n\n'), id="no list"
    ),
]


@pytest.mark.parametrize(("opened", "stream"), STREAMS)
async def test_a_stream_that_makes_no_sense(opened: Any, stream: Any) -> None:
    async with scripted(stream) as server:
        _, whole = await written(opened(server.url).compose(FACTS))
    assert whole.degraded
    assert "I found 10 laptops." in whole.text


FORMS = [
    pytest.param(bedrock, bedrock_wire.tool_call({"intent": "dance"}), id="wrong value"),
    pytest.param(bedrock, bedrock_wire.tool_call({}, name="Other"), id="another tool"),
    pytest.param(
        bedrock, bedrock_wire.tool_call({"intent": ["buy"], "wish": "laptop"}), id="types"
    ),
    pytest.param(openai, CALL('{"intent": "buy", "wish": {"product'), id="openai cut off"),
    pytest.param(openai, CALL("intent=buy"), id="openai no json"),
    pytest.param(openai, CALL("[1, 2]"), id="openai list"),
    pytest.param(openai, CALL(json.dumps({"intent": "buy"}), name="Other"), id="openai other tool"),
]


@pytest.mark.parametrize(("opened", "call"), FORMS)
async def test_a_malformed_tool_call(opened: Any, call: Any) -> None:
    async with scripted(call) as server:
        language = opened(server.url, structured_output="function_calling")
        understood = await language.understand(SAID)
        assert len(server.asked) == 2
    assert understood.degraded
    assert understood.requirement
