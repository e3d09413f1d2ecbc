"""Speech through a server that speaks OpenAI's interface, over a real connection."""

import asyncio
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

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

CLIP = Path(__file__).with_name("keyboard.ogg").read_bytes()
HEARD = {
    "text": " A wireless keyboard. Under fifty.",
    "language": "english",
    "segments": [
        {"start": 0.0, "end": 3.0, "text": " A wireless keyboard.", "avg_logprob": -0.1},
        {"start": 3.0, "end": 4.0, "text": " Under fifty.", "avg_logprob": -0.5},
    ],
}


class Server:
    """Answers with `answer`, and keeps what it was sent."""

    def __init__(self) -> None:
        self.answer: Response = JSONResponse(HEARD)
        self.form: dict[str, Any] = {}
        self.key = ""
        self.app = FastAPI()
        self.app.add_api_route("/v1/audio/transcriptions", self.transcribe, methods=["POST"])
        self.url = ""

    async def transcribe(self, request: Request) -> Response:
        self.key = request.headers.get("authorization", "")
        async with request.form() as form:
            file = form["file"]
            assert not isinstance(file, str)
            self.form = {**form, "file": (file.filename, await file.read())}
        return self.answer


@pytest.fixture
def server() -> Iterator[Server]:
    fake = Server()
    running = uvicorn.Server(uvicorn.Config(fake.app, port=0, log_level="error"))
    socket = running.config.bind_socket()
    fake.url = f"http://127.0.0.1:{socket.getsockname()[1]}/v1/"
    thread = threading.Thread(target=asyncio.run, args=(running.serve(sockets=[socket]),))
    thread.start()
    yield fake
    running.should_exit = True
    thread.join()


async def hear(url: str, data: bytes = CLIP) -> TranscriptionResult:
    headers = {"Authorization": "Bearer secret"}
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=10) as http:
        return await OpenAISpeechToText(http, "whisper-1").transcribe(
            data, ["Logitech", "Corsair"], lambda: None
        )


async def test_the_words_come_back_with_how_sure_they_are(server: Server) -> None:
    heard = await hear(server.url)
    assert heard.text == "A wireless keyboard. Under fifty."
    assert heard.confidence == pytest.approx(0.819, abs=0.001)
    assert [part.text for part in heard.segments] == ["A wireless keyboard.", "Under fifty."]
    assert server.key == "Bearer secret"
    assert server.form["model"] == "whisper-1"
    assert server.form["prompt"] == "Logitech, Corsair"
    assert server.form["file"] == ("note.ogg", CLIP)


async def test_words_without_a_certainty_are_to_be_looked_at(server: Server) -> None:
    server.answer = JSONResponse({"text": "hello"})
    assert (await hear(server.url)).confidence == 0.5


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        pytest.param(Response(status_code=401), Unauthorized, id="wrong key"),
        pytest.param(Response(status_code=429, headers={"Retry-After": "7"}), Throttled, id="busy"),
        pytest.param(Response(status_code=503), Unavailable, id="down"),
        pytest.param(Response(status_code=400), Rejected, id="not a recording to it"),
        pytest.param(Response("<html>"), Unintelligible, id="no JSON"),
    ],
)
async def test_a_refusal_is_told_by_its_kind(
    server: Server, answer: Response, failure: type[AdapterError]
) -> None:
    server.answer = answer
    with pytest.raises(failure) as raised:
        await hear(server.url)
    if failure is Throttled:
        assert raised.value.retry_after == timedelta(seconds=7)


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        await hear("http://127.0.0.1:9/v1/")


async def test_what_is_no_recording_is_not_sent(server: Server) -> None:
    with pytest.raises(Rejected):
        await hear(server.url, b"<svg/>")
    assert server.form == {}
