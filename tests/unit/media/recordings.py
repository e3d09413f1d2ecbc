"""Sounds and pictures made on the spot, for the tests of media and storage."""

import io
from typing import Any

import av
import numpy as np
from PIL import Image

# Container, codec and sample rate of each kind of recording that is taken.
RECORDINGS = {
    "audio/webm": ("webm", "libopus", 48_000),
    "audio/ogg": ("ogg", "libopus", 48_000),
    "audio/mp4": ("mp4", "aac", 44_100),
    "audio/wav": ("wav", "pcm_s16le", 16_000),
    "audio/mpeg": ("mp3", "libmp3lame", 44_100),
}


def tone(content_type: str, seconds: float = 1.0, rate: int | None = None) -> bytes:
    """A 440 Hz tone."""
    container_format, codec, usual_rate = RECORDINGS[content_type]
    rate = rate or usual_rate
    wave = (np.sin(2 * np.pi * 440 * np.arange(int(seconds * rate)) / rate) * 8000).astype("<i2")
    out = io.BytesIO()
    with av.open(out, "w", format=container_format) as container:
        stream = container.add_stream(codec, rate=rate, layout="mono")
        frame = av.AudioFrame.from_ndarray(wave.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = rate
        to_codec = av.AudioResampler(
            format=stream.format.name, layout="mono", rate=rate, frame_size=stream.frame_size
        )
        for ready in [*to_codec.resample(frame), *to_codec.resample(None)]:
            container.mux(stream.encode(ready))
        container.mux(stream.encode(None))
    return out.getvalue()


def photo(format_: str = "JPEG", size: tuple[int, int] = (64, 48), **options: Any) -> bytes:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    image.save(out, format_, **options)
    return out.getvalue()
