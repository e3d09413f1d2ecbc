"""Media steps on the real engine: they beat while they work, and stop when they are cancelled."""

import asyncio
import threading
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.client import ActivityFailureError
from temporalio.exceptions import CancelledError
from temporalio.worker import Worker

from activities.media import MediaActivities
from adapters.media.heartbeats import run_in_thread
from adapters.media.photo import PhotoReader
from adapters.storage.media_store import MediaStore
from talknshop.media import MediaRef, MediaRequest, TranscriptionResult
from tests.running import Running, eventually

RECORDING = (Path(__file__).parents[1] / "wire" / "media" / "keyboard.ogg").read_bytes()


class SlowEars:
    """Hears segment after segment, for an hour."""

    def __init__(self) -> None:
        self.segments = 0
        self.stopped = threading.Event()

    async def transcribe(
        self,
        data: bytes,
        hints: list[str],
        heartbeat: Callable[[], None],
        language: str = "",
    ) -> TranscriptionResult:
        try:
            while self.segments < 36_000:
                await run_in_thread(lambda: time.sleep(0.1), heartbeat)
                self.segments += 1
        finally:
            self.stopped.set()
        raise AssertionError("nobody cancelled it")


async def test_a_transcription_beats_and_stops_when_it_is_cancelled(
    stack: Running, tmp_path: Path
) -> None:
    store = MediaStore(tmp_path.as_uri())
    stored = await store.put_upload("ann", RECORDING)
    ears, queue = SlowEars(), f"media-{uuid.uuid4()}"
    activities = MediaActivities(store, ears, PhotoReader())
    client = await stack.temporal()
    worker = Worker(
        client,
        task_queue=queue,
        activities=[activities.transcribe_audio],
        max_heartbeat_throttle_interval=timedelta(seconds=1),
        default_heartbeat_throttle_interval=timedelta(seconds=1),
    )
    async with worker:
        handle = await client.start_activity_method(
            MediaActivities.transcribe_audio,
            MediaRequest(
                user_id="ann", media=MediaRef(media_id=stored.media_id, media_type="audio")
            ),
            id=queue,
            task_queue=queue,
            schedule_to_close_timeout=timedelta(minutes=5),
            heartbeat_timeout=timedelta(seconds=10),
        )

        async def has_beaten() -> bool:
            return (await handle.describe()).last_heartbeat_time is not None

        await eventually(has_beaten, "the engine has had a heartbeat")
        await handle.cancel()
        await eventually(ears.stopped.is_set, "it stops listening")
        heard = ears.segments
        with pytest.raises(ActivityFailureError) as caught:
            await handle.result()
        assert isinstance(caught.value.cause, CancelledError)
        await asyncio.sleep(0.5)
        assert ears.segments == heard
