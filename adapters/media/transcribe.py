"""Speech to text by Amazon Transcribe: a job for each recording, which is in S3 meanwhile."""

import asyncio
import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import boto3
import structlog
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError
from pydantic import BaseModel, ValidationError

from adapters.errors import (
    AdapterError,
    Rejected,
    Throttled,
    Unauthorized,
    Unavailable,
    Unintelligible,
)
from adapters.media.heartbeats import run_in_thread
from adapters.media.sniffing import content_type_of
from talknshop.media import TranscriptionResult, TranscriptionSegment
from talknshop.messages import sentence

log = structlog.get_logger()

# What StartTranscriptionJob calls them (MediaFormat).
_FORMATS = {
    "audio/webm": "webm",
    "audio/ogg": "ogg",
    "audio/mp4": "mp4",
    "audio/wav": "wav",
    "audio/mpeg": "mp3",
}
# A job takes some ten seconds; reading one is limited to a few in a second for an account.
_POLL_S = 1.0
_PREFIX = "talknshop-transcribe"
_FAMILIES: dict[str, type[AdapterError]] = {
    "LimitExceededException": Throttled,
    "ThrottlingException": Throttled,
    "SlowDown": Throttled,
    "BadRequestException": Rejected,
    "AccessDenied": Unauthorized,
    "AccessDeniedException": Unauthorized,
    "ExpiredTokenException": Unauthorized,
    "InvalidAccessKeyId": Unauthorized,
    "InvalidClientTokenId": Unauthorized,
    "NoSuchBucket": Unauthorized,
    "SignatureDoesNotMatch": Unauthorized,
    "UnrecognizedClientException": Unauthorized,
}


class _Alternative(BaseModel):
    content: str
    confidence: float = 0.0


class _Item(BaseModel):
    type: str
    alternatives: list[_Alternative] = []


class _Segment(BaseModel):
    transcript: str
    start_time: float
    end_time: float


class _Text(BaseModel):
    transcript: str


class _Results(BaseModel):
    language_code: str = ""
    transcripts: list[_Text]
    items: list[_Item] = []
    audio_segments: list[_Segment] = []


class _Transcript(BaseModel):
    """What a job writes to S3, as its developer guide shows it."""

    results: _Results


class TranscribeSpeechToText:
    """A SpeechToText. Keys come from the usual AWS_ variables; `timeout` bounds a job.

    `languages` are the codes that a recording may be in (en-US …). A job takes no words that are
    likely to be heard and no likeliest language: both are left aside. What it leaves in `bucket`
    is removed after it.
    """

    def __init__(
        self, bucket: str, languages: Sequence[str], region: str | None, timeout: timedelta
    ) -> None:
        self._bucket = bucket
        self._languages = list(languages)
        self._timeout_s = timeout.total_seconds()
        config = Config(connect_timeout=3, read_timeout=10, retries={"total_max_attempts": 2})
        self._s3 = boto3.client("s3", region_name=region, config=config)
        self._transcribe = boto3.client("transcribe", region_name=region, config=config)

    async def transcribe(
        self,
        data: bytes,
        hints: list[str],
        heartbeat: Callable[[], None],
        language: str = "",
    ) -> TranscriptionResult:
        """Raises Rejected, Throttled, Unauthorized, Unavailable or Unintelligible."""
        content_type = content_type_of(data)
        if content_type not in _FORMATS:
            raise Rejected(sentence("sound_again"))
        # The same name when it is tried again: the job that is under way is waited for.
        name = job_name(data)
        try:
            with _failures():
                await run_in_thread(
                    lambda: self._start(name, data, _FORMATS[content_type]), heartbeat
                )
                await self._finished(name, heartbeat)
                written = await run_in_thread(lambda: self._written(name), heartbeat)
        finally:
            await asyncio.shield(asyncio.to_thread(self._forget, name))
        try:
            return _result(_Transcript.model_validate_json(written).results)
        except ValidationError as error:
            raise Unintelligible(sentence("fault_format", vendor="Amazon Transcribe")) from error

    def _start(self, name: str, data: bytes, media_format: str) -> None:
        self._s3.put_object(Bucket=self._bucket, Key=_sound(name), Body=data)
        several = len(self._languages) > 1
        language = (
            {"IdentifyLanguage": True, "LanguageOptions": self._languages}
            if several
            else {"LanguageCode": self._languages[0]}
        )
        try:
            self._transcribe.start_transcription_job(
                TranscriptionJobName=name,
                Media={"MediaFileUri": f"s3://{self._bucket}/{_sound(name)}"},
                MediaFormat=media_format,
                OutputBucketName=self._bucket,
                OutputKey=_words(name),
                **language,
            )
        except self._transcribe.exceptions.ConflictException:
            return  # an earlier attempt began it

    async def _finished(self, name: str, heartbeat: Callable[[], None]) -> None:
        end = time.monotonic() + self._timeout_s
        while True:
            job = await run_in_thread(lambda: self._job(name), heartbeat)
            status = job["TranscriptionJobStatus"]
            if status == "COMPLETED":
                return
            if status == "FAILED":
                raise Rejected(sentence("sound_again"))
            if time.monotonic() > end:
                raise Unavailable(sentence("fault_late", vendor="Amazon Transcribe"))
            await asyncio.sleep(_POLL_S)

    def _job(self, name: str) -> dict[str, Any]:
        reply = self._transcribe.get_transcription_job(TranscriptionJobName=name)
        job: dict[str, Any] = reply["TranscriptionJob"]
        return job

    def _written(self, name: str) -> bytes:
        found = self._s3.get_object(Bucket=self._bucket, Key=_words(name))
        written: bytes = found["Body"].read()
        return written

    def _forget(self, name: str) -> None:
        """As far as it can: what stays is for a lifecycle rule of the bucket."""
        steps: list[tuple[Callable[..., Any], dict[str, str]]] = [
            (self._transcribe.delete_transcription_job, {"TranscriptionJobName": name}),
            (self._s3.delete_object, {"Bucket": self._bucket, "Key": _sound(name)}),
            (self._s3.delete_object, {"Bucket": self._bucket, "Key": _words(name)}),
        ]
        for call, what in steps:
            try:
                call(**what)
            except (ClientError, BotoCoreError) as error:
                log.warning("transcription_left_behind", job=name, reason=str(error))


def job_name(data: bytes) -> str:
    return f"talknshop-{hashlib.sha256(data).hexdigest()[:40]}"


def _sound(name: str) -> str:
    return f"{_PREFIX}/{name}"


def _words(name: str) -> str:
    return f"{_PREFIX}/{name}.json"


@contextmanager
def _failures() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        raise _FAMILIES.get(code, Unavailable)(f"Amazon Transcribe answered {code}.") from error
    except NoCredentialsError as error:
        raise Unauthorized(sentence("fault_keys", vendor="Amazon Transcribe")) from error
    except BotoCoreError as error:
        raise Unavailable(sentence("fault_no_answer", vendor="Amazon Transcribe")) from error


def _result(results: _Results) -> TranscriptionResult:
    text = " ".join(each.transcript for each in results.transcripts).strip()
    return TranscriptionResult(
        text=text,
        language=results.language_code.partition("-")[0],
        confidence=_confidence(results.items) if text else 0.0,
        segments=[
            TranscriptionSegment(start_s=s.start_time, end_s=s.end_time, text=s.transcript.strip())
            for s in results.audio_segments
        ],
    )


def _confidence(items: list[_Item]) -> float:
    """The mean of the words'; punctuation marks have none."""
    sure = [
        item.alternatives[0].confidence
        for item in items
        if item.type == "pronunciation" and item.alternatives
    ]
    return min(1.0, max(0.0, sum(sure) / len(sure))) if sure else 0.0
