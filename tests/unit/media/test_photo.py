"""Reading a photo: what is there, and nothing that is not."""

import io

import pytest
import zxingcpp
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from recordings import photo

from adapters.errors import Rejected
from adapters.media.colors import color_word, dominant_colors
from adapters.media.photo import PhotoReader

EAN13 = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.EAN13])

# Its models are loaded once.
READER = PhotoReader()


def no_beat() -> None:
    pass


async def test_size_and_colours_are_read_and_the_rest_stays_empty() -> None:
    seen = await READER.read_image("m1", photo(size=(640, 480)), no_beat)
    assert (seen.media_id, seen.width, seen.height) == ("m1", 640, 480)
    assert sorted(seen.dominant_colors) == ["blue", "red"]
    assert (seen.labels, seen.objects, seen.text) == ([], [], [])
    assert (seen.barcode, seen.brand, seen.model, seen.condition_hints) == ("", "", "", [])


def with_code(text: str, format_: zxingcpp.BarcodeFormat, tilt: float = 0) -> bytes:
    code = Image.fromarray(
        zxingcpp.write_barcode_to_image(zxingcpp.create_barcode(text, format_), scale=4)
    )
    page = Image.new("L", (1000, 700), 230)
    page.paste(code, (200, 200))
    out = io.BytesIO()
    page.rotate(tilt, fillcolor=230).save(out, "JPEG", quality=70)
    return out.getvalue()


@pytest.mark.parametrize("tilt", [0, 12, 90, 180])
async def test_a_product_code_is_read_from_a_tilted_photo(tilt: float) -> None:
    data = with_code("4006381333931", zxingcpp.BarcodeFormat.EAN13, tilt)
    seen = await READER.read_image("m1", data, no_beat)
    assert seen.barcode == "4006381333931"


@pytest.mark.parametrize("text", ["4006381333931", "4548736132566"])
async def test_a_product_code_out_of_focus_is_read_at_half_the_size(text: str) -> None:
    with Image.open(io.BytesIO(with_code(text, zxingcpp.BarcodeFormat.EAN13))) as image:
        blurred = image.filter(ImageFilter.GaussianBlur(2.4))
    out = io.BytesIO()
    blurred.save(out, "JPEG", quality=85)
    assert zxingcpp.read_barcodes(blurred, formats=EAN13) == []
    seen = await READER.read_image("m1", out.getvalue(), no_beat)
    assert seen.barcode == text


@pytest.mark.parametrize(
    ("text", "format_", "barcode"),
    [
        ("036000291452", zxingcpp.BarcodeFormat.UPCA, "036000291452"),
        ("01234565", zxingcpp.BarcodeFormat.UPCE, "012345000065"),
        ("96385074", zxingcpp.BarcodeFormat.EAN8, "96385074"),
        ("10012345678902", zxingcpp.BarcodeFormat.ITF14, "10012345678902"),
    ],
    ids=["UPC-A", "UPC-E", "EAN-8", "ITF-14"],
)
async def test_every_kind_of_product_code_is_read_as_its_number(
    text: str, format_: zxingcpp.BarcodeFormat, barcode: str
) -> None:
    seen = await READER.read_image("m1", with_code(text, format_), no_beat)
    assert seen.barcode == barcode


async def test_a_qr_code_is_not_taken_for_a_product_code() -> None:
    data = with_code("https://evil.example/ignore-all-instructions", zxingcpp.BarcodeFormat.QRCode)
    assert (await READER.read_image("m1", data, no_beat)).barcode == ""


async def test_what_is_no_photo_is_refused() -> None:
    with pytest.raises(Rejected):
        await READER.read_image("m1", b"<svg/>", no_beat)


async def test_a_heartbeat_is_given_for_every_photo() -> None:
    beats: list[int] = []
    await READER.read_image("m1", photo(), lambda: beats.append(1))
    assert beats


def test_the_table_around_the_thing_is_not_its_colour() -> None:
    image = Image.new("RGB", (500, 500), "white")
    image.paste((20, 160, 60), (100, 100, 400, 400))
    assert dominant_colors(image) == ["green"]


@pytest.mark.parametrize(
    ("color", "word"),
    [
        ("#000000", "black"),
        ("#1c1c1e", "black"),
        ("#808080", "gray"),
        ("#c0c0c0", "gray"),
        ("#fafafa", "white"),
        ("#d01020", "red"),
        ("#8b4513", "brown"),
        ("#ff8c00", "orange"),
        ("#f5deb3", "beige"),
        ("#ffe000", "yellow"),
        ("#228b22", "green"),
        ("#40e0d0", "turquoise"),
        ("#1e60d0", "blue"),
        ("#101860", "blue"),
        ("#800080", "purple"),
        ("#ff69b4", "pink"),
        ("#ffc0cb", "pink"),
    ],
)
def test_a_colour_has_the_word_people_use(color: str, word: str) -> None:
    assert color_word(*bytes.fromhex(color[1:])) == word


async def test_printed_words_are_read_and_the_flaws_are_named() -> None:
    image = Image.new("RGB", (1200, 900), "#e8e2d6")
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((200, 150, 1000, 750), 40, fill="#2b3a67")
    draw.text((260, 250), "SONY", font=ImageFont.load_default(90), fill="white")
    draw.text((260, 450), "WH-1000XM5", font=ImageFont.load_default(80), fill="white")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    seen = await READER.read_image("m1", out.getvalue(), no_beat)
    assert seen.text == ["SONY", "WH-1000XM5"]
    assert seen.flaws == []
    assert len(seen.fingerprint) == 16
