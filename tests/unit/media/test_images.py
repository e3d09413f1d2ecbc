"""Photos: within limits, upright, and saying nothing but the picture."""

import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageCms
from recordings import photo

from adapters.errors import Rejected
from adapters.media import images

RED, BLUE = (254, 0, 0), (0, 0, 254)


def stored(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(images.to_jpeg(images.open_image(data))))


def near(pixel: object, color: tuple[int, int, int]) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(a - b) < 12 for a, b in zip(pixel, color, strict=True))


def png_header_only(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    checksum = struct.pack(">I", zlib.crc32(chunk))
    return b"\x89PNG\r\n\x1a\n\0\0\0\x0d" + chunk + checksum + b"\0\0\0\x01IDAT"


def test_where_the_photo_was_taken_is_not_kept() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "SecretCamera"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (52.0, 31.0, 0.0)
    data = photo(exif=exif, comment=b"<script>home</script>", xmp=b"<x:xmpmeta>me</x:xmpmeta>")
    assert b"SecretCamera" in data
    kept = images.to_jpeg(images.open_image(data))
    assert not any(word in kept for word in (b"SecretCamera", b"Exif", b"script", b"xmpmeta"))


def test_a_photo_taken_with_the_phone_held_sideways_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6  # the top is on the right: turn clockwise
    upright = stored(photo(size=(640, 480), exif=exif))
    assert upright.size == (480, 640)
    assert near(upright.getpixel((240, 100)), RED)
    assert near(upright.getpixel((240, 540)), BLUE)


def test_the_long_side_is_cut_to_what_marketplaces_show() -> None:
    assert stored(photo(size=(4000, 3000))).size == (2048, 1536)
    assert stored(photo("PNG", size=(1000, 4096))).size == (500, 2048)


def test_a_small_photo_is_not_blown_up() -> None:
    assert stored(photo(size=(300, 200))).size == (300, 200)


def test_the_default_photo_of_a_24_megapixel_phone_is_taken() -> None:
    assert stored(photo(size=(5712, 4284))).size == (2048, 1536)


def test_what_was_transparent_is_white() -> None:
    image = Image.new("RGBA", (20, 20), (255, 0, 0, 0))
    out = io.BytesIO()
    image.save(out, "PNG")
    assert near(stored(out.getvalue()).getpixel((10, 10)), (254, 254, 254))


@pytest.mark.parametrize("mode", ["L", "P", "LA", "CMYK", "1"])
def test_every_usual_kind_of_pixel_becomes_rgb(mode: str) -> None:
    out = io.BytesIO()
    Image.new("RGB", (20, 20), "white").convert(mode).save(out, "JPEG" if mode == "CMYK" else "PNG")
    kept = stored(out.getvalue())
    assert kept.mode == "RGB"
    assert near(kept.getpixel((10, 10)), (254, 254, 254))


def test_sixteen_bits_a_pixel_are_not_blown_out() -> None:
    out = io.BytesIO()
    Image.new("I;16", (20, 20), 128 * 257).save(out, "PNG")
    assert near(stored(out.getvalue()).getpixel((10, 10)), (128, 128, 128))


def test_a_colour_profile_is_applied_before_it_is_dropped() -> None:
    usual = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    red_for_blue = (
        usual.replace(b"rXYZ", b"----").replace(b"bXYZ", b"rXYZ").replace(b"----", b"bXYZ")
    )
    kept = stored(photo(icc_profile=red_for_blue))
    assert near(kept.getpixel((5, 5)), BLUE)
    assert near(kept.getpixel((60, 5)), RED)
    assert "icc_profile" not in kept.info


def test_a_profile_that_is_nonsense_does_not_lose_the_photo() -> None:
    assert near(stored(photo(icc_profile=b"nonsense" * 40)).getpixel((5, 5)), RED)


@pytest.mark.parametrize(
    ("data", "remedy"),
    [
        (png_header_only(20_000, 10_000), "at most 25 megapixels"),
        (photo("PNG", size=(5_001, 5_000)), "at most 25 megapixels"),
        (photo(size=(8_000, 6_501)), "at most 52 megapixels"),
        (photo("PNG")[:-30], "the whole file"),
        (photo(size=(640, 480))[:-400], "the whole file"),
        (photo()[:20], "again"),
        (b"\xff\xd8\xff" + b"<svg/>", "again"),
        (b"<svg/>", "JPEG, PNG, WEBP"),
    ],
    ids=[
        "200 MP in 41 bytes",
        "25 MP PNG",
        "52 MP JPEG",
        "cut PNG",
        "cut JPEG",
        "stub",
        "disguised",
        "svg",
    ],
)
def test_a_bad_photo_is_refused_with_what_would_be_right(data: bytes, remedy: str) -> None:
    with pytest.raises(Rejected, match=remedy):
        images.open_image(data)


SAMPLES = [photo("JPEG"), photo("PNG"), photo("WEBP"), photo("JPEG", progressive=True)]


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(SAMPLES),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=12),
    st.floats(0, 1),
)
def test_damage_anywhere_is_a_picture_or_a_refusal_and_never_a_crash(
    sample: bytes, changes: list[tuple[float, int]], kept: float
) -> None:
    damaged = bytearray(sample)
    for at, value in changes:
        damaged[int(at * len(damaged))] = value
    try:
        image = images.open_image(bytes(damaged[: round(len(damaged) * kept)]))
    except Rejected:
        return
    assert image.mode == "RGB"
    assert max(image.size) <= images.LONG_SIDE
