"""Photos from strangers: opened within limits, turned upright, saved without what else they say."""

import io
from typing import TYPE_CHECKING

from adapters.errors import Rejected
from adapters.media.sniffing import PHOTO_FORMATS, content_type_of
from talknshop.messages import sentence

if TYPE_CHECKING:
    from PIL.Image import Image

LONG_SIDE = 2048
# A card or a form shows 160 points at most, and phones have two or three pixels for each.
THUMB_SIDE = 320
# A phone's largest photos have 50 megapixels; libjpeg decodes them at half size or less.
MAX_JPEG_PIXELS = 52_000_000
# The other formats are decoded whole, at 4 bytes a pixel.
MAX_PIXELS = 25_000_000

_JPEG_QUALITY = 87
_THUMB_QUALITY = 80
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}


def open_image(data: bytes) -> "Image":
    """The picture, upright, in sRGB, at most LONG_SIDE pixels long. Raises Rejected."""
    from PIL import Image, UnidentifiedImageError

    content_type = content_type_of(data)
    if content_type not in _FORMATS:
        raise Rejected(sentence("photo_unknown", formats=PHOTO_FORMATS))
    try:
        # Only the header is read here.
        with Image.open(io.BytesIO(data), formats=(_FORMATS[content_type],)) as image:
            _check_size(image.size, content_type)
            return _upright(image)
    except (Image.DecompressionBombError, MemoryError) as error:
        raise _too_large(MAX_PIXELS) from error
    except UnidentifiedImageError as error:
        raise Rejected(sentence("photo_damaged")) from error
    # Pillow's decoders report a damaged file in these ways.
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError) as error:
        raise Rejected(sentence("photo_damaged")) from error


def to_jpeg(image: "Image", quality: int = _JPEG_QUALITY) -> bytes:
    """The picture alone: no EXIF, comment, colour profile or thumbnail."""
    from PIL import Image

    bare = Image.new("RGB", image.size)
    bare.paste(image)
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()


def to_thumbnail(image: "Image") -> bytes:
    """The picture as a JPEG of at most THUMB_SIDE pixels; a smaller one keeps its size."""
    from PIL import Image

    small = image.copy()
    small.thumbnail((THUMB_SIDE, THUMB_SIDE), Image.Resampling.LANCZOS)
    return to_jpeg(small, _THUMB_QUALITY)


def _check_size(size: tuple[int, int], content_type: str) -> None:
    limit = MAX_JPEG_PIXELS if content_type == "image/jpeg" else MAX_PIXELS
    if size[0] * size[1] > limit:
        raise _too_large(limit)


def _too_large(limit: int) -> Rejected:
    return Rejected(sentence("photo_too_big", most=limit // 1_000_000))


def _upright(image: "Image") -> "Image":
    from PIL import Image, ImageOps

    # Lets a JPEG be decoded at a fraction of its size.
    image.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS, reducing_gap=1.0)
    upright = ImageOps.exif_transpose(image)
    return _on_white(_in_srgb(upright))


def _in_srgb(image: "Image") -> "Image":
    """Phones save Display P3; without its profile that would look dull."""
    from PIL import ImageCms

    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "RGBA"):
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"))
    # A profile that cannot be used says nothing about the pixels.
    except (ImageCms.PyCMSError, OSError):
        return image
    return converted if converted is not None else image


def _on_white(image: "Image") -> "Image":
    from PIL import Image

    if image.mode.startswith("I"):  # 16 bits, which convert("RGB") would cut off at 255
        image = image.point(lambda value: value * (1 / 256)).convert("L")
    if not image.has_transparency_data:
        return image.convert("RGB")
    with_alpha = image.convert("RGBA")
    canvas = Image.new("RGB", with_alpha.size, "white")
    canvas.paste(with_alpha, mask=with_alpha.getchannel("A"))
    return canvas
