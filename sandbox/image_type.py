"""Tells a picture's format from its first bytes."""


def image_type(data: bytes) -> str | None:
    """The MIME type; None for anything that is not a picture."""
    for start, mime in _STARTS.items():
        if data.startswith(start):
            return mime
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp":
        return {b"avif": "image/avif", b"heic": "image/heic", b"mif1": "image/heic"}.get(data[8:12])
    return None


_STARTS = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF8": "image/gif",
    b"BM": "image/bmp",
    b"II*\x00": "image/tiff",
    b"MM\x00*": "image/tiff",
}
