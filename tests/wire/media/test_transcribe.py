"""Amazon Transcribe as moto plays it, and what it may refuse, over a real connection."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from adapters.errors import (
    AdapterError,
    Rejected,
    Throttled,
    Unauthorized,
    Unavailable,
    Unintelligible,
)
from adapters.media import transcribe
from adapters.media.transcribe import TranscribeSpeechToText, job_name
from talknshop.settings import SpeechSettings
from tests.running import eventually
from tests.wire.marketplaces.scripted_server import Asked, ScriptedServer, answering, scripted

CLIP = Path(__file__).with_name("keyboard.ogg").read_bytes()
WRITTEN = {
    "jobName": "any",
    "status": "COMPLETED",
    "results": {
        "language_code": "en-US",
        "transcripts": [{"transcript": "A wireless keyboard."}],
        "items": [
            {"type": "pronunciation", "alternatives": [{"confidence": "0.9", "content": "A"}]},
            {"type": "pronunciation", "alternatives": [{"confidence": "0.8", "content": "w…"}]},
            {"type": "punctuation", "alternatives": [{"confidence": "0.0", "content": "."}]},
        ],
        "audio_segments": [
            {"id": 0, "transcript": "A wireless keyboard.", "start_time": "0.1", "end_time": "1.9"}
        ],
    },
}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transcribe, "_POLL_S", 0.01)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")


def adapter(*languages: str, timeout: timedelta = timedelta(seconds=60)) -> TranscribeSpeechToText:
    return TranscribeSpeechToText("notes", languages or ("en-US",), "us-east-1", timeout)


def no_beat() -> None:
    pass


class Account:
    """An AWS account in which jobs end at the third look, with `WRITTEN` as what they wrote."""

    def __init__(self) -> None:
        self.s3 = boto3.client("s3", region_name="us-east-1")
        self.s3.create_bucket(Bucket="notes")
        self.transcribe = boto3.client("transcribe", region_name="us-east-1")

    def write(self, text: bytes) -> None:
        """Before the job, as moto writes nothing itself."""
        key = f"talknshop-transcribe/{job_name(CLIP)}.json"
        self.s3.put_object(Bucket="notes", Key=key, Body=text)

    def left(self) -> list[str]:
        jobs = self.transcribe.list_transcription_jobs()["TranscriptionJobSummaries"]
        objects = self.s3.list_objects_v2(Bucket="notes").get("Contents", [])
        return [*(job["TranscriptionJobName"] for job in jobs), *(o["Key"] for o in objects)]


@pytest.fixture
def account() -> Iterator[Account]:
    with mock_aws():
        yield Account()


@pytest.mark.parametrize("languages", [("en-US",), ("en-US", "es-US")], ids=["one", "several"])
async def test_words_are_heard_and_nothing_is_left_behind(
    account: Account, languages: tuple[str, ...]
) -> None:
    account.write(json.dumps(WRITTEN).encode())
    beats: list[int] = []
    heard = await adapter(*languages).transcribe(CLIP, ["keyboard"], lambda: beats.append(1))
    assert (heard.text, heard.language) == ("A wireless keyboard.", "en")
    assert heard.confidence == pytest.approx(0.85)
    (segment,) = heard.segments
    assert (segment.start_s, segment.end_s, segment.text) == (0.1, 1.9, "A wireless keyboard.")
    assert beats
    assert account.left() == []


async def test_what_is_written_may_be_something_else(account: Account) -> None:
    account.write(b'{"results": []}')
    with pytest.raises(Unintelligible):
        await adapter().transcribe(CLIP, [], no_beat)
    assert account.left() == []


async def test_silence_is_no_words_and_no_confidence(account: Account) -> None:
    silent = {"results": {"transcripts": [{"transcript": ""}], "items": []}}
    account.write(json.dumps(silent).encode())
    heard = await adapter().transcribe(CLIP, [], no_beat)
    assert (heard.text, heard.confidence) == ("", 0.0)


async def test_a_job_that_an_attempt_before_began_is_waited_for(account: Account) -> None:
    account.write(json.dumps(WRITTEN).encode())
    account.transcribe.start_transcription_job(
        TranscriptionJobName=job_name(CLIP),
        Media={"MediaFileUri": "s3://notes/clip"},
        LanguageCode="en-US",
    )
    assert (await adapter().transcribe(CLIP, [], no_beat)).text == "A wireless keyboard."


async def test_what_is_no_recording_never_leaves_the_machine(account: Account) -> None:
    with pytest.raises(Rejected):
        await adapter().transcribe(b"<svg/>", [], no_beat)
    assert account.left() == []


async def test_a_bucket_that_is_not_there_is_said_to_be_a_matter_of_keys(
    account: Account,
) -> None:
    account.s3.delete_bucket(Bucket="notes")
    with pytest.raises(Unauthorized):
        await adapter().transcribe(CLIP, [], no_beat)


@asynccontextmanager
async def aws(
    monkeypatch: pytest.MonkeyPatch, **answers: tuple[int, dict[str, Any]]
) -> AsyncIterator[ScriptedServer]:
    """S3 that takes all, and the operations of Transcribe as given (AWS JSON 1.1)."""

    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        operation = asked.headers.get("x-amz-target", "").partition(".")[2]
        status, body = answers.get(operation, (200, {}))
        await answering(status, json.dumps(body).encode() if operation else b"")(asked, writer)

    async with scripted(answer) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        yield server


def refusal(code: str, status: int = 400) -> tuple[int, dict[str, Any]]:
    return status, {"__type": code, "Message": "says the fake"}


def job(status: str) -> tuple[int, dict[str, Any]]:
    return 200, {"TranscriptionJob": {"TranscriptionJobStatus": status}}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (refusal("LimitExceededException"), Throttled),
        (refusal("ThrottlingException"), Throttled),
        (refusal("BadRequestException"), Rejected),
        (refusal("AccessDeniedException"), Unauthorized),
        (refusal("UnrecognizedClientException"), Unauthorized),
        (refusal("InternalFailureException", 500), Unavailable),
    ],
    ids=lambda value: value[1]["__type"] if isinstance(value, tuple) else "",
)
async def test_a_refusal_has_its_error_and_the_recording_is_removed(
    monkeypatch: pytest.MonkeyPatch,
    answer: tuple[int, dict[str, Any]],
    expected: type[AdapterError],
) -> None:
    async with aws(monkeypatch, StartTranscriptionJob=answer) as server:
        with pytest.raises(AdapterError) as caught:
            await adapter().transcribe(CLIP, [], no_beat)
    assert type(caught.value) is expected
    assert [each.line for each in server.asked if each.line.startswith("DELETE")]


async def test_a_job_that_fails_is_about_the_recording(monkeypatch: pytest.MonkeyPatch) -> None:
    async with aws(monkeypatch, GetTranscriptionJob=job("FAILED")):
        with pytest.raises(Rejected, match="record it again"):
            await adapter().transcribe(CLIP, [], no_beat)


async def test_a_job_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async with aws(monkeypatch, GetTranscriptionJob=job("QUEUED")):
        with pytest.raises(Unavailable):
            await adapter(timeout=timedelta(0)).transcribe(CLIP, [], no_beat)


async def test_cancelled_it_removes_what_it_left(monkeypatch: pytest.MonkeyPatch) -> None:
    async with aws(monkeypatch, GetTranscriptionJob=job("IN_PROGRESS")) as server:
        working = asyncio.create_task(adapter().transcribe(CLIP, [], no_beat))
        await eventually(lambda: was_looked_at(server), "the job is looked at")
        working.cancel()
        with pytest.raises(asyncio.CancelledError):
            await working
        deleted = [each for each in server.asked if each.line.startswith("DELETE")]
    assert len(deleted) == 2


def was_looked_at(server: ScriptedServer) -> bool:
    return any("Get" in each.headers.get("x-amz-target", "") for each in server.asked)


def test_without_a_bucket_it_is_not_started() -> None:
    with pytest.raises(ValueError, match="TALKNSHOP_SPEECH__BUCKET"):
        SpeechSettings(model="transcribe")


async def test_nobody_answering_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(Unavailable):
        await adapter().transcribe(CLIP, [], no_beat)
