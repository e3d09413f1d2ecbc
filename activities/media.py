"""Listening to voice notes and looking at photos."""

from datetime import UTC, datetime, timedelta

from temporalio import activity

from activities.failures import typed_failures
from activities.heartbeats import heartbeating
from adapters.media.port import ImageReader, SpeechToText
from adapters.storage.media_store import MediaStore
from talknshop.media import ImageAttributes, MediaRequest, TranscriptionResult


class MediaActivities:
    """`retention` is how long an upload is kept that nobody uses."""

    def __init__(
        self,
        store: MediaStore,
        speech: SpeechToText,
        images: ImageReader,
        retention: timedelta = timedelta(days=180),
    ) -> None:
        self._store = store
        self._speech = speech
        self._images = images
        self._retention = retention

    @activity.defn
    async def transcribe_audio(self, request: MediaRequest) -> TranscriptionResult:
        """What was said in one voice note."""
        with typed_failures():
            async with heartbeating():
                data, _ = await self._store.read(request.user_id, request.media.media_id)
                return await self._speech.transcribe(
                    data, request.hints, activity.heartbeat, request.language
                )

    @activity.defn
    async def extract_image_attributes(self, request: MediaRequest) -> ImageAttributes:
        """What can be read from one photo."""
        with typed_failures():
            async with heartbeating():
                data, _ = await self._store.read(request.user_id, request.media.media_id)
                return await self._images.read_image(
                    request.media.media_id, data, activity.heartbeat
                )

    @activity.defn
    async def erase_expired(self) -> int:
        """How many uploads were erased. Running it again erases what is left."""
        with typed_failures():
            async with heartbeating():
                return await self._store.erase_older(datetime.now(UTC) - self._retention)
