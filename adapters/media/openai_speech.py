"""Speech to text by a server that speaks OpenAI's transcription interface."""

import math
from collections.abc import Callable
from datetime import timedelta

import httpx
from pydantic import BaseModel, ValidationError

from adapters.errors import Rejected, Throttled, Unauthorized, Unavailable, Unintelligible
from adapters.media.sniffing import content_type_of
from talknshop.media import TranscriptionResult, TranscriptionSegment
from talknshop.messages import sentence

# Servers tell the format by the file's name.
_NAMES = {
    "audio/webm": "note.webm",
    "audio/ogg": "note.ogg",
    "audio/mp4": "note.m4a",
    "audio/wav": "note.wav",
    "audio/mpeg": "note.mp3",
}
# Of a server that does not say how sure it is: low enough for the person to look at the words.
_UNSTATED = 0.5
# Models read about as many words of a prompt; the rest would be cut off in the middle.
_PROMPT_LENGTH = 600


class _Segment(BaseModel):
    start: float
    end: float
    text: str
    avg_logprob: float | None = None


class _Transcription(BaseModel):
    text: str
    language: str = ""
    segments: list[_Segment] = []


class OpenAISpeechToText:
    """A SpeechToText. `http` has the server's base URL, its key and a timeout.

    The language is left to the server, which can be told of one only as the only one.
    """

    def __init__(self, http: httpx.AsyncClient, model: str) -> None:
        self._http = http
        self._model = model

    async def transcribe(
        self,
        data: bytes,
        hints: list[str],
        heartbeat: Callable[[], None],
        language: str = "",
    ) -> TranscriptionResult:
        """Raises Rejected, Throttled, Unauthorized, Unavailable or Unintelligible."""
        content_type = content_type_of(data)
        if content_type not in _NAMES:
            raise Rejected(sentence("sound_again"))
        form = {"model": self._model, "response_format": "verbose_json"}
        if hints:
            form["prompt"] = ", ".join(hints)[:_PROMPT_LENGTH]
        heartbeat()
        try:
            response = await self._http.post(
                "audio/transcriptions",
                data=form,
                files={"file": (_NAMES[content_type], data, content_type)},
            )
        except httpx.TransportError as error:
            raise Unavailable(sentence("speech_away")) from error
        _raise_for_refusal(response)
        try:
            heard = _Transcription.model_validate_json(response.content)
        except ValidationError as error:
            raise Unintelligible(sentence("speech_unreadable")) from error
        return TranscriptionResult(
            text=heard.text.strip(),
            language=heard.language,
            confidence=_confidence(heard),
            segments=[
                TranscriptionSegment(start_s=part.start, end_s=part.end, text=part.text.strip())
                for part in heard.segments
            ],
        )


def _raise_for_refusal(response: httpx.Response) -> None:
    status = response.status_code
    if status < 400:
        return
    if status in (401, 403):
        raise Unauthorized(sentence("speech_keys"))
    if status == 429:
        seconds = response.headers.get("retry-after", "")
        after = timedelta(seconds=int(seconds)) if seconds.isdecimal() else None
        raise Throttled(sentence("speech_busy"), retry_after=after)
    if status >= 500:
        raise Unavailable(sentence("speech_away"))
    raise Rejected(sentence("sound_again"))


def _confidence(heard: _Transcription) -> float:
    """The mean probability of a heard token, longer segments counting more."""
    if not heard.text.strip():
        return 0.0
    weighed = [
        (part.end - part.start, part.avg_logprob)
        for part in heard.segments
        if part.avg_logprob is not None and part.end > part.start
    ]
    length = sum(seconds for seconds, _ in weighed)
    if not length:
        return _UNSTATED
    return min(1.0, math.exp(sum(seconds * logprob for seconds, logprob in weighed) / length))
