"""What can be understood of a recording and of a photo."""

from collections.abc import Callable
from typing import Protocol

from talknshop.media import ImageAttributes, TranscriptionResult


class SpeechToText(Protocol):
    """Hears words."""

    async def transcribe(
        self,
        data: bytes,
        hints: list[str],
        heartbeat: Callable[[], None],
        language: str = "",
    ) -> TranscriptionResult:
        """The words of a recording. `hints` are words likely to be heard.

        `language` (es …) is the person's, where it is known: what could be any language is
        heard in it; nobody is kept from speaking another.

        Calls `heartbeat` on the event loop, about once a second. When cancelled, stops at the
        end of the segment being worked on. Raises Rejected for what is not a recording.
        """


class ImageReader(Protocol):
    """Sees what a photo shows."""

    async def read_image(
        self, media_id: str, data: bytes, heartbeat: Callable[[], None]
    ) -> ImageAttributes:
        """What could be recognised; the rest stays empty. Raises Rejected for what is no photo."""
