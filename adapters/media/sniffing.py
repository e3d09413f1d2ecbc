"""The type of a file, from its bytes: its name and its declared type are not looked at."""

from typing import Literal

ContentType = Literal[
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/heic",
    "audio/webm",
    "audio/ogg",
    "audio/mp4",
    "audio/wav",
    "audio/mpeg",
]

# As people call the types that we take.
PHOTO_FORMATS = "JPEG, PNG, WEBP"
SOUND_FORMATS = "WEBM, OGG, MP4 (M4A), WAV, MP3"

# ISO/IEC 23008-12 still-image brands; every other ISO base media file is taken for sound.
_STILL_IMAGE_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif"}

_ZIP_END = b"PK\x05\x06"
_ZIP_END_LENGTH = 22
# PDF readers accept the header anywhere in the first kilobyte.
_PDF_SEARCH_LENGTH = 1024


def content_type_of(data: bytes) -> ContentType | None:
    """None when the beginning is that of no type we take."""
    for beginning, content_type in _BEGINNINGS:
        if data.startswith(beginning):
            return content_type
    if data[:4] == b"RIFF":
        return _RIFF.get(data[8:12])
    if data[4:8] == b"ftyp":
        return "image/heic" if data[8:12] in _STILL_IMAGE_BRANDS else "audio/mp4"
    if data[:4] == b"\x1a\x45\xdf\xa3" and b"webm" in data[:64]:
        return "audio/webm"
    if len(data) > 2 and data[0] == 0xFF and data[1] & 0xE6 == 0xE2:  # frame sync, layer III
        return "audio/mpeg"
    return None


def is_also_an_archive_or_document(data: bytes) -> bool:
    """Whether another program would open the same bytes as a ZIP archive or a PDF."""
    end = data.rfind(_ZIP_END, -65_535 - _ZIP_END_LENGTH)
    if end >= 0:
        comment_length = int.from_bytes(data[end + 20 : end + 22], "little")
        if end + _ZIP_END_LENGTH + comment_length == len(data):
            return True
    return b"%PDF-" in data[:_PDF_SEARCH_LENGTH]


_BEGINNINGS: tuple[tuple[bytes, ContentType], ...] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
)

_RIFF: dict[bytes, ContentType] = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}
