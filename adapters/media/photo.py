"""The embedded reader of photos: barcode, printed words, colours, flaws, and no guesses."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from adapters.language.embedded.brands import brand_in
from adapters.language.embedded.measures import read
from adapters.language.embedded.splitting import clean
from adapters.media.colors import dominant_colors
from adapters.media.heartbeats import run_in_thread
from adapters.media.images import open_image
from adapters.media.printed_text import PrintedText
from adapters.media.quality import fingerprint, flaws
from talknshop.gtin import as_printed, gtin14
from talknshop.media import ImageAttributes

if TYPE_CHECKING:
    from PIL.Image import Image


# One is opened while print is read from another; an open photo takes up to 220 MB.
_AT_ONCE = 2


class PhotoReader:
    """An ImageReader without a vision model: labels, objects and model stay empty."""

    def __init__(self) -> None:
        self._printed = PrintedText()
        self._places = asyncio.Semaphore(_AT_ONCE)

    async def read_image(
        self, media_id: str, data: bytes, heartbeat: Callable[[], None]
    ) -> ImageAttributes:
        async with self._places:
            return await run_in_thread(lambda: self._attributes(media_id, data), heartbeat)

    def _attributes(self, media_id: str, data: bytes) -> ImageAttributes:
        image = open_image(data)
        text = self._printed.lines(image)
        return ImageAttributes(
            media_id=media_id,
            width=image.width,
            height=image.height,
            text=text,
            dominant_colors=dominant_colors(image),
            barcode=_product_code(image),
            brand=_printed_brand(text),
            flaws=flaws(image),
            fingerprint=fingerprint(image),
        )


def _printed_brand(lines: list[str]) -> str:
    """The first brand among the printed words."""
    return next((brand for line in lines if (brand := brand_in(read(clean(line), "en")))), "")


def _product_code(image: "Image") -> str:
    """Digits of the first product code, a UPC-E written out. QR codes may say anything."""
    grey = image.convert("L")
    # At half the size a little blur and noise are gone.
    return _code_in(grey) or _code_in(grey.reduce(2))


def _code_in(grey: "Image") -> str:
    import zxingcpp

    format_ = zxingcpp.BarcodeFormat
    formats = zxingcpp.BarcodeFormats(
        [format_.EAN13, format_.EAN8, format_.UPCA, format_.UPCE, format_.ITF14]
    )
    codes = zxingcpp.read_barcodes(grey, formats=formats)
    found = (gtin14(code.text) for code in codes if code.valid)
    return next((as_printed(gtin) for gtin in found if gtin), "")
