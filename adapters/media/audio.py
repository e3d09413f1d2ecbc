"""Recordings from strangers: decoded from memory within limits, without any other program."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from adapters.errors import Rejected
from adapters.media.sniffing import SOUND_FORMATS, content_type_of
from talknshop.messages import sentence

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from numpy import float32
    from numpy.typing import NDArray

MAX_DURATION_S = 120.0
SPEECH_RATE = 16_000

# Naming the demuxer keeps FFmpeg from guessing: playlists and scripts are never tried.
_DEMUXERS = {
    "audio/webm": "matroska",
    "audio/ogg": "ogg",
    "audio/mp4": "mov",
    "audio/wav": "wav",
    "audio/mpeg": "mp3",
}
_SAMPLE_RATES = range(4_000, 192_001)

_RIFF_HEADER = 12
_CHUNK_HEADER = 8
_UNKNOWN_SIZE = 0xFFFF_FFFF  # of what is written while it is being recorded


def duration_s(data: bytes) -> float:
    """Seconds of sound, by decoding it all: headers of browser recordings often lack it.

    Raises Rejected, also when it is longer than MAX_DURATION_S.
    """
    with _damage_refused():
        return sum(frame.samples / frame.sample_rate for frame in _frames(data))


def speech_samples(data: bytes) -> "NDArray[float32]":
    """Mono samples from -1 to 1 at SPEECH_RATE. Raises Rejected."""
    import numpy as np
    from av.audio.resampler import AudioResampler

    resampler = AudioResampler(format="s16", layout="mono", rate=SPEECH_RATE)
    chunks: list[Any] = []
    with _damage_refused():
        for frame in _frames(data):
            frame.pts = None  # gaps in the time stamps are not silence to be filled
            chunks += [resampled.to_ndarray() for resampled in resampler.resample(frame)]
        chunks += [resampled.to_ndarray() for resampled in resampler.resample(None)]
        samples: NDArray[float32] = np.concatenate(chunks, axis=1)[0].astype(np.float32) / 32768
    return samples


@contextmanager
def _damage_refused() -> Iterator[None]:
    import av

    try:
        yield
    # av reports a damaged file in these ways; IndexError: no sound track.
    except (av.error.FFmpegError, ValueError, IndexError, OSError) as error:
        raise Rejected(sentence("sound_damaged")) from error


def _frames(data: bytes) -> "Iterator[AudioFrame]":
    import av

    content_type = content_type_of(data)
    if content_type not in _DEMUXERS:
        raise Rejected(sentence("sound_unknown", formats=SOUND_FORMATS))
    if content_type == "audio/wav":
        _check_chunks(data)
    heard = 0.0
    with av.open(
        io.BytesIO(data), mode="r", format=_DEMUXERS[content_type], metadata_errors="replace"
    ) as container:
        if any(not _is_cover(stream) for stream in container.streams.video):
            raise Rejected(sentence("sound_video"))
        for frame in container.decode(audio=0):
            if frame.sample_rate not in _SAMPLE_RATES:
                raise Rejected(sentence("sound_rate", rate=frame.sample_rate))
            heard += frame.samples / frame.sample_rate
            if heard > MAX_DURATION_S:
                raise Rejected(sentence("sound_too_long", most=round(MAX_DURATION_S / 60)))
            yield frame
    if heard == 0:
        raise Rejected(sentence("sound_silent"))


def _check_chunks(wav: bytes) -> None:
    """FFmpeg takes as much memory as a text chunk claims: gigabytes, for a file of kilobytes."""
    at = _RIFF_HEADER
    while at + _CHUNK_HEADER <= len(wav):
        name, size = wav[at : at + 4], int.from_bytes(wav[at + 4 : at + 8], "little")
        if name == b"data" and size in (0, _UNKNOWN_SIZE):  # up to the end
            return
        at += _CHUNK_HEADER + size + size % 2
        if name != b"data" and at > len(wav) + 1:
            raise Rejected(sentence("sound_damaged"))


def _is_cover(stream: Any) -> bool:
    """A cover picture in an MP3 or M4A looks like a video of one frame."""
    from av.stream import Disposition

    return bool(stream.disposition & Disposition.attached_pic)
