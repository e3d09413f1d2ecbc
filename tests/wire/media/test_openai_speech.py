"""Speech through a server that speaks OpenAI's interface, over a real connection."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.types import Message

from adapters.errors import (
    AdapterError,
    Rejected,
    Throttled,
    Unauthorized,
    Unavailable,
    Unintelligible,
)
from adapters.media.openai_speech import OpenAISpeechToText
from talknshop.media import TranscriptionResult
from tests.wire.marketplaces.scripted_server import Answer, Asked, answering, scripted

CLIP = Path(__file__).with_name("keyboard.ogg").read_bytes()
HEARD = json.dumps(
    {
        "text": " A wireless keyboard. Under fifty.",
        "language": "english",
        "segments": [
            {"start": 0.0, "end": 3.0, "text": " A wireless keyboard.", "avg_logprob": -0.1},
            {"start": 3.0, "end": 4.0, "text": " Under fifty.", "avg_logprob": -0.5},
        ],
    }
).encode()


async def hear(url: str, data: bytes = CLIP) -> TranscriptionResult:
    headers = {"Authorization": "Bearer secret"}
    async with httpx.AsyncClient(base_url=f"{url}/v1/", headers=headers, timeout=10) as http:
        return await OpenAISpeechToText(http, "whisper-1").transcribe(
            data, ["Logitech", "Corsair"], lambda: None
        )


async def test_the_words_come_back_with_how_sure_they_are() -> None:
    async with scripted(answering(200, HEARD)) as server:
        heard = await hear(server.url)
    assert heard.text == "A wireless keyboard. Under fifty."
    assert heard.confidence == pytest.approx(0.819, abs=0.001)
    assert [part.text for part in heard.segments] == ["A wireless keyboard.", "Under fifty."]
    (asked,) = server.asked
    assert asked.line.startswith("POST /v1/audio/transcriptions ")
    assert asked.headers["authorization"] == "Bearer secret"
    form = await form_of(asked)
    assert form["model"] == "whisper-1"
    assert form["prompt"] == "Logitech, Corsair"
    assert form["file"] == ("note.ogg", CLIP)


async def form_of(asked: Asked) -> dict[str, Any]:
    """The fields of a request; of a file its name and content."""

    async def receive() -> Message:
        return {"type": "http.request", "body": asked.body}

    content_type = (b"content-type", asked.headers["content-type"].encode())
    request = Request({"type": "http", "headers": [content_type]}, receive)
    async with request.form() as form:
        return {
            name: (value.filename, await value.read()) if isinstance(value, UploadFile) else value
            for name, value in form.items()
        }


async def test_words_without_a_certainty_are_to_be_looked_at() -> None:
    async with scripted(answering(200, b'{"text": "hello"}')) as server:
        assert (await hear(server.url)).confidence == 0.5


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        pytest.param(answering(401), Unauthorized, id="wrong key"),
        pytest.param(answering(429, retry_after="7"), Throttled, id="busy"),
        pytest.param(answering(503), Unavailable, id="down"),
        pytest.param(answering(400), Rejected, id="not a recording to it"),
        pytest.param(answering(200, b"<html>"), Unintelligible, id="no JSON"),
    ],
)
async def test_a_refusal_is_told_by_its_kind(answer: Answer, failure: type[AdapterError]) -> None:
    async with scripted(answer) as server:
        with pytest.raises(failure) as raised:
            await hear(server.url)
    if failure is Throttled:
        assert raised.value.retry_after == timedelta(seconds=7)


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        await hear("http://127.0.0.1:9")


async def test_what_is_no_recording_is_not_sent() -> None:
    async with scripted(answering(200, HEARD)) as server:
        with pytest.raises(Rejected):
            await hear(server.url, b"<svg/>")
    assert server.asked == []
