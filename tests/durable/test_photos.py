"""Photos in a conversation: advice to the seller, and a search for what one shows."""

import io
from typing import Any

import zxingcpp
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from tests.running import Running, bearer


def bomb() -> bytes:
    """A PNG of 200 megapixels in a few hundred kilobytes."""
    out = io.BytesIO()
    Image.new("1", (14_200, 14_200)).save(out, "PNG")
    return out.getvalue()


HOSTILE = {
    "nothing.jpg": b"",
    "bomb.png": bomb(),
    "script.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "photo.heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(64),
    "cut.jpg": b"\xff\xd8\xff\xe0" + bytes(200),
    "page.png": b"<!doctype html><script>alert(1)</script>",
    "noise.webm": b"\x1a\x45\xdf\xa3" + b"webm" * 50,
    "cut.wav": b"RIFF\xff\xff\xff\xffWAVEfmt ",
    "polyglot.mp3": b"ID3\x04\0\0%PDF-1.7" + bytes(100),
}


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


def barcode(gtin: str, *printed: str) -> Image.Image:
    """A photo of a package's back: an EAN-13 and some print, not quite straight."""
    code = zxingcpp.create_barcode(gtin.lstrip("0").zfill(13), zxingcpp.BarcodeFormat.EAN13)
    image = package(*printed) if printed else Image.new("RGB", (1200, 900), "#e8e2d6")
    image.paste(Image.fromarray(zxingcpp.write_barcode_to_image(code, scale=4)), (480, 480))
    return image.rotate(4, fillcolor="#e8e2d6")


async def sold(stack: Running, words: str) -> dict[str, Any]:
    """An offer that has a number, as the marketplace tells all of it."""
    reply = await stack.http.post(
        f"{stack.web}/api/v1/search",
        json={"product_type": words, "marketplaces": ["walmart", "bestbuy"]},
        headers=bearer(await stack.guest()),
        timeout=20,
    )
    found: list[dict[str, Any]] = reply.raise_for_status().json()["products"]
    return next(offer for offer in found if offer["attributes"].get("gtin"))


async def test_this_is_named_by_its_barcode_and_found(stack: Running) -> None:
    offer = await sold(stack, "noise cancelling headphones")
    session = await stack.guest()
    photo = await media(stack, session, barcode(offer["attributes"]["gtin"]))
    async with stack.chat(session) as chat:
        await chat.say("find me this", media=[photo])
        results = (await chat.next("results"))["data"]
        done = (await chat.next("done"))["data"]
    said = next(each for each in done["assumptions"] if "the barcode in your photo" in each)
    assert offer["attributes"]["brand"] in said
    numbers = [each["attributes"].get("gtin") for each in results["products"]]
    assert offer["attributes"]["gtin"] in numbers


async def test_a_barcode_that_nobody_knows_is_said_and_the_last_search_not_repeated(
    stack: Running,
) -> None:
    session = await stack.guest()
    photo = await media(stack, session, barcode("4006381333931"))
    async with stack.chat(session) as chat:
        await chat.say("find me a kettle under $80")
        await chat.next("done")
        await chat.say("find me this", media=[photo])
        done = (await chat.next("done"))["data"]
    assert "No marketplace knows the barcode 4006381333931 in your photo." in done["message"]
    assert len([event for event in chat.events if event["type"] == "results"]) == 1


async def test_what_is_to_be_sold_is_named_by_its_barcode(stack: Running) -> None:
    offer = await sold(stack, "noise cancelling headphones")
    session = await stack.guest()
    photo = await media(stack, session, barcode(offer["attributes"]["gtin"]))
    async with stack.chat(session) as chat:
        await chat.say("sell this for $90, like new", media=[photo])
        preview = (await chat.next("listing_preview"))["data"]["listing_spec"]
    assert preview["brand"] == offer["attributes"]["brand"]
    assert preview["brand"] in preview["title"]
    assert preview["attributes"]["GTIN"].lstrip("0") == offer["attributes"]["gtin"].lstrip("0")


async def test_a_photo_of_another_thing_is_asked_about(stack: Running) -> None:
    offer = await sold(stack, "noise cancelling headphones")
    session = await stack.guest()
    photo = await media(stack, session, barcode(offer["attributes"]["gtin"]))
    async with stack.chat(session) as chat:
        await chat.say("sell my Nokia 3310, $40, good condition", media=[photo])
        question = await chat.next("clarification")
        asked = question["data"]
        assert asked["field"] == "title"
        assert "Nokia 3310" in asked["options"]
        seen = next(option for option in asked["options"] if option != "Nokia 3310")
        await chat.answer(question, seen)
        preview = (await chat.next("listing_preview"))["data"]["listing_spec"]
    assert (preview["title"], preview["brand"]) == (seen, offer["attributes"]["brand"])
    assert "Nokia" not in preview["description"]


async def test_a_photo_that_cannot_be_read_never_loses_the_turn(stack: Running) -> None:
    lost = {"media_id": "0" * 32, "media_type": "image"}
    session = await stack.guest()
    async with stack.chat(session) as chat:
        await chat.say("find me a kettle under $80")
        await chat.next("done")
        await chat.say("find me this", media=[lost])
        pointed = (await chat.next("done"))["data"]
        await chat.say("find me a toaster like this", media=[lost])
        named = (await chat.next("done"))["data"]
        await chat.say("sell my toaster, $20, good condition", media=[lost])
        preview = (await chat.next("listing_preview"))["data"]
    unread = "I could not read photo 1"
    assert unread in pointed["message"]
    assert unread in named["message"]
    assert any(warning.startswith(unread) for warning in preview["warnings"])
    # What nobody has is no photo of the listing either.
    assert preview["listing_spec"]["media_refs"] == []
    assert len([event for event in chat.events if event["type"] == "results"]) == 2


async def test_hostile_uploads_get_a_sentence_and_hurt_nobody(stack: Running) -> None:
    session = await stack.guest()
    url, headers = f"{stack.web}/api/v1/media", bearer(session)
    for name, data in HOSTILE.items():
        refused = await stack.http.post(url, files={"file": (name, data)}, headers=headers)
        assert refused.status_code == 422, name
        assert refused.json()["code"] == "unusable_file", name
        assert "please" in refused.json()["detail"], name
    # By its bytes it is a photo, whatever it is called.
    misnamed = ("note.mp3", jpeg(package("Sony", "WH-1000XM5")), "audio/mpeg")
    taken = await stack.http.post(url, files={"file": misnamed}, headers=headers)
    assert taken.json()["media_type"] == "image"
    photo = {"media_id": taken.json()["media_id"], "media_type": "image"}
    async with stack.chat(session) as chat:
        await chat.say("find me this", media=[photo])
        assert "WH-1000XM5" in (await chat.next("results"))["data"]["summary"]
