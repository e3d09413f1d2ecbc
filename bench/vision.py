"""How well photos are read: print and barcodes by what is wrong with them, time, and memory.

`python -m bench.vision [--photos 500]`. Photos are drawn: packages with a brand, a model and a
barcode on a table, spoiled one way at a time. They are plainer than photos of people's kitchens:
compare by them, and don't take them for a promise.
"""

import argparse
import asyncio
import io
import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jiwer
import numpy as np
import psutil
import zxingcpp
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from adapters.media.photo import PhotoReader
from adapters.storage.media_store import MediaStore
from bench.figures import keep, show
from talknshop.media import ImageAttributes

SEED = 20
MIB = 2**20
SETTLED = 20  # photos until everything is loaded and every buffer has had its size
LARGE = (4000, 3000)  # 12 megapixels, as phones take them

THINGS = [
    ("Sony", "WH-1000XM5", "Wireless headphones", "4548736132566"),
    ("Apple", "AirPods Pro 2", "True wireless earphones", "0194253397168"),
    ("Dyson", "V8 Absolute", "Cordless vacuum", "5025155026236"),
    ("Samsung", "Galaxy S23", "Smartphone 128 GB", "8806094724776"),
    ("Nintendo", "Switch OLED", "Game console", "0045496453435"),
    ("Bose", "QuietComfort 45", "Noise cancelling", "0017817835039"),
    ("Logitech", "MX Master 3S", "Wireless mouse", "0097855174956"),
    ("Canon", "EOS R50", "Mirrorless camera", "4549292207958"),
    ("Philips", "HX6859/29", "Sonic toothbrush", "8710103865858"),
    ("Lenovo", "ThinkPad X1", "Laptop 14 inch", "0195000000001"),
    ("KitchenAid", "5KSM175", "Stand mixer 4.8 L", "5413184123086"),
    ("Garmin", "Forerunner 255", "GPS running watch", "0753759280956"),
]


@dataclass(frozen=True)
class Thing:
    brand: str
    model: str
    kind: str
    gtin: str

    @property
    def lines(self) -> list[str]:
        return [self.brand, self.model, self.kind]


def with_check_digit(digits: str) -> str:
    weighed = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(digits[:12]))
    return digits[:12] + str(-weighed % 10)


def things() -> list[Thing]:
    return [Thing(brand, model, kind, with_check_digit(g)) for brand, model, kind, g in THINGS]


def photo(thing: Thing, chance: random.Random, size: tuple[int, int] = (1600, 1200)) -> Image.Image:
    """A package on a table, straight, sharp and well lit."""
    scale = size[0] / 1600
    table = chance.choice(["#e8e2d6", "#8a6f4d", "#c9cdd1", "#3f3a36"])
    body, ink = chance.choice([("#2b3a67", "white"), ("#f4f4f0", "black"), ("#7d1f2a", "#ffe9c9")])
    image = Image.new("RGB", size, table)
    draw = ImageDraw.Draw(image)
    box = [int(value * scale) for value in (220, 130, 1380, 1070)]
    draw.rounded_rectangle(tuple(box), int(30 * scale), fill=body)
    for row, (line, height) in enumerate(zip(thing.lines, (110, 90, 56), strict=True)):
        font = ImageFont.load_default(height * scale)
        draw.text((290 * scale, (190 + row * 150) * scale), line, font=font, fill=ink)
    code = zxingcpp.create_barcode(thing.gtin, zxingcpp.BarcodeFormat.EAN13)
    bars = Image.fromarray(zxingcpp.write_barcode_to_image(code, scale=max(1, round(4 * scale))))
    image.paste(bars, (int(760 * scale), int(760 * scale)))
    return image


def turned(degrees: float) -> Callable[[Image.Image], Image.Image]:
    def turn(image: Image.Image) -> Image.Image:
        fill = image.getpixel((0, 0))
        return image.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=fill)

    return turn


def blurred(pixels: float) -> Callable[[Image.Image], Image.Image]:
    return lambda image: image.filter(ImageFilter.GaussianBlur(pixels))


def noisy(deviation: float) -> Callable[[Image.Image], Image.Image]:
    def spoil(image: Image.Image) -> Image.Image:
        grains = np.random.default_rng(SEED).normal(0, deviation, (*image.size[::-1], 3))
        return Image.fromarray(np.clip(np.asarray(image) + grains, 0, 255).astype(np.uint8))

    return spoil


def darkened(share: float) -> Callable[[Image.Image], Image.Image]:
    return lambda image: image.point(lambda value: int(value * share))


def slanted(image: Image.Image) -> Image.Image:
    """Taken from the side: the right edge is a fifth shorter."""
    width, height = image.size
    edge = height * 0.1
    corners = (0, 0, 0, height, width, height + edge, width, -edge)
    return image.transform(image.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC)


SPOILED: dict[str, Callable[[Image.Image], Image.Image]] = {
    "as it is": lambda image: image,
    "turned by 5°": turned(5),
    "turned by 15°": turned(15),
    "turned by 90°": turned(90),
    "upside down": turned(180),
    "from the side": slanted,
    "blurred by 2 px": blurred(2),
    "blurred by 4 px": blurred(4),
    "blurred by 8 px": blurred(8),
    "noise of 20": noisy(20),
    "noise of 50": noisy(50),
    "a third of the light": darkened(0.33),
    "blurred, noisy, turned": lambda image: noisy(20)(blurred(2)(turned(5)(image))),
}


def jpeg(image: Image.Image, quality: int = 85) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


async def look(reader: PhotoReader, data: bytes) -> ImageAttributes:
    return await reader.read_image("photo", data, lambda: None)


async def accuracy(reader: PhotoReader) -> list[dict[str, Any]]:
    chance = random.Random(SEED)
    photos = [(thing, photo(thing, chance)) for thing in things()]
    rows = []
    for name, spoil in SPOILED.items():
        codes = brands = models = 0
        wanted, read = [], []
        for thing, image in photos:
            seen = await look(reader, jpeg(spoil(image)))
            printed = " ".join(seen.text).lower()
            codes += seen.barcode.zfill(13) == thing.gtin
            brands += seen.brand.lower() == thing.brand.lower()
            models += "".join(thing.model.lower().split()) in "".join(printed.split())
            wanted.append(" ".join(thing.lines).lower())
            # What stands under the bars is no print of the package.
            own = [line for line in seen.text if sum(map(str.isdigit, line)) < 10]
            read.append(" ".join(own).lower())
        count = len(photos)
        rows.append(
            {
                "spoiled": name,
                "photos": count,
                "barcode": codes / count,
                "brand": brands / count,
                "model": models / count,
                "character_error_rate": jiwer.cer(wanted, read),
            }
        )
    return rows


async def time_of_a_photo(reader: PhotoReader) -> dict[str, float]:
    """From the bytes of a phone's photo to what it says; uploading it, besides."""
    image = photo(things()[0], random.Random(SEED), LARGE)
    data = jpeg(noisy(4)(image), 90)
    kept = MediaStore("memory:///")
    stored = await kept.put_upload("bench", data)
    await look(reader, data)
    seconds, uploads = [], []
    for _ in range(5):
        started = time.perf_counter()
        await kept.put_upload("bench", data)
        uploads.append(time.perf_counter() - started)
        whole, _ = await kept.read("bench", stored.media_id)
        started = time.perf_counter()
        await look(reader, whole)
        seconds.append(time.perf_counter() - started)
    started = time.perf_counter()
    await look(reader, data)
    return {
        "mb": len(data) / 1e6,
        "upload_best_s": min(uploads),
        "upload_worst_s": max(uploads),
        "read_best_s": min(seconds),
        "read_worst_s": max(seconds),
        "both_best_s": min(uploads) + min(seconds),
        "read_at_full_size_s": time.perf_counter() - started,
    }


async def memory_over(reader: PhotoReader, count: int) -> dict[str, float]:
    """MiB of this process, once it has settled and at the end."""
    chance = random.Random(SEED)
    spoils = list(SPOILED.values())
    memory = psutil.Process()
    before = memory.memory_info().rss / MIB
    settled = most = 0.0
    for number in range(count):
        thing = chance.choice(things())
        image = photo(thing, chance, LARGE if number % 4 == 0 else (1600, 1200))
        data = jpeg(spoils[number % len(spoils)](image))
        del image
        await look(reader, data)
        most = max(most, memory.memory_info().rss / MIB)
        if number == min(SETTLED, count) - 1:
            settled = memory.memory_info().rss / MIB
    end = memory.memory_info().rss / MIB
    return {"photos": count, "before": before, "settled": settled, "end": end, "most": most}


async def measure(photos: int) -> dict[str, Any]:
    # One core, as a small worker has.
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    reader = PhotoReader()
    figures: dict[str, Any] = {
        "accuracy": await accuracy(reader),
        "photo_of_12_mp": await time_of_a_photo(reader),
    }
    if photos:
        figures["memory_mib"] = await memory_over(PhotoReader(), photos)
    return figures


def show_all(figures: dict[str, Any]) -> None:
    show(
        "photos",
        ("photo", "barcode", "brand", "model", "character errors"),
        (
            (
                row["spoiled"],
                f"{row['barcode']:.0%}",
                f"{row['brand']:.0%}",
                f"{row['model']:.0%}",
                f"{row['character_error_rate']:.1%}",
            )
            for row in figures["accuracy"]
        ),
    )
    took = figures["photo_of_12_mp"]
    print(
        f"a photo of 12 megapixels on one core: {took['upload_best_s']:.2f} to"
        f" {took['upload_worst_s']:.2f} s to take in, {took['read_best_s']:.2f} to"
        f" {took['read_worst_s']:.2f} s to read"
    )
    if memory := figures.get("memory_mib"):
        print(
            f"memory after {SETTLED} photos {memory['settled']:.0f} MiB, after"
            f" {memory['photos']} {memory['end']:.0f} MiB, at most {memory['most']:.0f} MiB"
        )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.vision", description=__doc__)
    parser.add_argument("--photos", type=int, default=0, help="read so many and watch the memory")
    figures = asyncio.run(measure(parser.parse_args().photos))
    keep("vision", figures)
    show_all(figures)


if __name__ == "__main__":
    main()
