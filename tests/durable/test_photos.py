"""Photos in a conversation: advice to the seller, and a search for what one shows."""

import io
from typing import Any

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from tests.running import Running


def jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=88)
    return out.getvalue()


def package(*lines: str) -> Image.Image:
    image = Image.new("RGB", (1200, 900), "#e8e2d6")
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((150, 100, 1050, 800), 40, fill="#2b3a67")
    for row, line in enumerate(lines):
        font = ImageFont.load_default(90)
        draw.text((210, 180 + row * 160), line, font=font, fill="white")
    return image


async def media(stack: Running, session: dict[str, Any], image: Image.Image) -> dict[str, str]:
    reply = await stack.http.post(
        f"{stack.web}/api/v1/media",
        files={"file": ("photo.jpg", jpeg(image))},
        headers={"Authorization": f"Bearer {session['token']}"},
    )
    stored = reply.raise_for_status().json()
    return {"media_id": stored["media_id"], "media_type": "image"}


async def test_a_blurred_photo_is_named_in_the_preview_and_stays_named(stack: Running) -> None:
    session = await stack.guest()
    sharp = await media(stack, session, package("iPhone 13"))
    blurred = package("iPhone 13").rotate(90).filter(ImageFilter.GaussianBlur(20))
    photos = [sharp, await media(stack, session, blurred)]
    async with stack.chat(session) as chat:
        await chat.say("sell my iPhone 13, $650, good condition", media=photos)
        first = (await chat.next("listing_preview"))["data"]
        await chat.act("edit_listing", price=600)
        edited = (await chat.next("listing_preview"))["data"]
    advice = "Photo 2 is blurred: a sharp one sells better."
    assert advice in first["warnings"]
    assert advice in edited["warnings"]


async def test_this_in_a_photo_is_searched_for_by_its_print(stack: Running) -> None:
    session = await stack.guest()
    photo = await media(stack, session, package("Sony", "WH-1000XM5"))
    async with stack.chat(session) as chat:
        await chat.say("find me this", media=[photo])
        results = (await chat.next("results"))["data"]
        done = (await chat.next("done"))["data"]
    assert results["products"]
    assert "WH-1000XM5" in results["summary"]
    assert any("the print in your photo" in assumed for assumed in done["assumptions"])
