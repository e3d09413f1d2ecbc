"""Photos by a chat model: LangChain's real code, pointed at a server that a test scripts."""

import asyncio
import base64
import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from adapters.errors import Rejected
from adapters.language.breaker import FAILURES
from adapters.media.photo import PhotoReader
from adapters.media.vision import VisionReader
from talknshop.chat_models import ChatModelChoice, TokenPrices
from talknshop.media import ImageAttributes
from tests.wire.language import bedrock_wire, openai_wire
from tests.wire.marketplaces.scripted_server import (
    Answer,
    ScriptedServer,
    answering,
    hanging_up_half_way,
    never,
    scripted,
)

SEEN = {
    "objects": ["wireless headphones"],
    "labels": ["over-ear", "electronics"],
    "brand": "Sony",
    "model": "WH-1000XM5",
    "text": ["SONY"],
    "dominant_colors": ["black"],
    "condition_hints": ["scratches on the left cup"],
}
GOOD = openai_wire.form(**SEEN)


@pytest.fixture(autouse=True)
def no_real_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.delenv("AWS_BEARER_TOKEN_BEDROCK", raising=False)
    monkeypatch.setattr("adapters.language.chat_model.filling.BACKOFF_S", 0.01)


def jpeg(size: tuple[int, int] = (1600, 1200)) -> bytes:
    """A plain red photo with the barcode of something on it."""
    image = Image.new("RGB", size, "red")
    code = zxingcpp.create_barcode("4006381333931", zxingcpp.BarcodeFormat.EAN13)
    image.paste(Image.fromarray(zxingcpp.write_barcode_to_image(code, scale=4)), (600, 500))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90)
    return out.getvalue()


PHOTO = jpeg()


def openai(server: ScriptedServer, **options: Any) -> VisionReader:
    return reader(
        {"model": "openai:local-model", "base_url": f"{server.url}/v1", "api_key": "none"}, options
    )


def bedrock(server: ScriptedServer, **options: Any) -> VisionReader:
    model = "bedrock_converse:global.anthropic.claude-haiku-5-5"
    return reader({"model": model, "base_url": server.url, "region": "us-east-1"}, options)


def reader(choice: dict[str, Any], options: dict[str, Any]) -> VisionReader:
    given = {"timeout": timedelta(seconds=30), **choice, **options}
    return VisionReader(ChatModelChoice.model_validate(given), PhotoReader())


async def look(reader: VisionReader, photo: bytes = PHOTO) -> ImageAttributes:
    return await reader.read_image("m1", photo, lambda: None)


@pytest.mark.parametrize("opened", [openai, bedrock])
async def test_the_model_sees_the_thing_and_this_machine_reads_the_code(
    opened: Callable[..., VisionReader],
) -> None:
    wire = GOOD if opened is openai else bedrock_wire.form(**SEEN)
    async with scripted(wire) as server:
        seen = await look(opened(server, prices=TokenPrices(input=1, output=5)))
    assert (seen.brand, seen.model, seen.objects) == ("Sony", "WH-1000XM5", ["wireless headphones"])
    assert seen.condition_hints == ["scratches on the left cup"]
    assert "SONY" in seen.text
    assert seen.dominant_colors == ["black"]
    assert seen.barcode == "4006381333931"
    assert not seen.degraded
    assert seen.usage.calls == 1
    assert seen.usage.cost_micro_usd > 0
    assert seen.usage.prompts == {"look": 1}


async def test_the_photo_goes_along_without_its_exif_and_not_too_large() -> None:
    async with scripted(GOOD) as server:
        await look(openai(server), jpeg((4000, 3000)))
    content = json.loads(server.asked[0].body)["messages"][-1]["content"]
    url = next(part["image_url"]["url"] for part in content if part["type"] == "image_url")
    kind, _, sent = url.partition(";base64,")
    with Image.open(io.BytesIO(base64.b64decode(sent))) as image:
        assert (kind, image.size, dict(image.getexif())) == ("data:image/jpeg", (1280, 960), {})


BROKEN: dict[str, Answer] = {
    "throttled": openai_wire.refusing(429, retry_after="9"),
    "no keys": openai_wire.refusing(401),
    "no such model": openai_wire.refusing(404),
    "out of order": openai_wire.refusing(503),
    "refuses the photo": openai_wire.refusing(400),
    "prose": openai_wire.text("What a lovely pair of headphones!"),
    "cut off": openai_wire.text('{"objects": ["wireless he', finish_reason="length"),
    "a list": openai_wire.text("[1, 2]"),
    "wrong types": openai_wire.form(**{**SEEN, "objects": "headphones", "brand": ["Sony"]}),
    "a page": answering(200, b"<html>log in</html>", content_type="text/html"),
    "no choices": answering(200, b'{"choices": []}', content_type="application/json"),
    "hangs up": hanging_up_half_way,
}


@pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN)
async def test_without_the_model_this_machine_reads_on_and_says_so(answer: Answer) -> None:
    async with scripted(answer) as server:
        seen = await look(openai(server))
    assert seen.degraded
    assert seen.barcode == "4006381333931"
    assert (seen.objects, seen.model) == ([], "")
    assert seen.dominant_colors


async def test_a_model_that_never_answers_is_not_waited_for_long() -> None:
    async with scripted(never) as server:
        assert (await look(openai(server, timeout=timedelta(seconds=0.5)))).degraded


async def test_a_form_that_cannot_be_used_is_asked_for_once_more() -> None:
    async with scripted(openai_wire.text("Sure! Here it is:"), GOOD) as server:
        seen = await look(openai(server))
    assert (seen.brand, seen.degraded, seen.usage.calls) == ("Sony", False, 2)
    assert "could not be used" in server.asked[1].body.decode()


async def test_throttled_for_a_moment_it_is_asked_again() -> None:
    async with scripted(openai_wire.refusing(429, retry_after="0"), GOOD) as server:
        assert not (await look(openai(server))).degraded


async def test_a_model_that_keeps_failing_is_left_alone() -> None:
    async with scripted(openai_wire.refusing(503)) as server:
        failing = openai(server)
        for _ in range(FAILURES):
            await look(failing)
        asked = len(server.asked)
        assert (await look(failing)).degraded
    assert len(server.asked) == asked


async def test_one_bad_photo_does_not_take_the_model_from_the_others() -> None:
    answers = [openai_wire.refusing(400)] * (FAILURES + 1)
    async with scripted(*answers, GOOD) as server:
        picky = openai(server)
        for _ in range(FAILURES + 1):
            assert (await look(picky)).degraded
        assert not (await look(picky)).degraded


async def test_endless_lists_and_lines_are_cut() -> None:
    endless = {**SEEN, "labels": ["x" * 5000] * 500, "brand": "B" * 900, "text": ["t" * 9000] * 99}
    async with scripted(openai_wire.form(**endless)) as server:
        seen = await look(openai(server))
    assert len(seen.labels) == 5
    assert len(seen.text) <= 20
    assert max(map(len, [*seen.labels, *seen.text, seen.brand])) <= 200


async def test_a_file_that_is_no_photo_is_refused_as_ever() -> None:
    async with scripted(GOOD) as server:
        with pytest.raises(Rejected):
            await look(openai(server), b"<svg/>")
    assert server.asked == []


async def test_cancelled_it_stops_waiting_for_the_model() -> None:
    async with scripted(never) as server:
        looking = asyncio.create_task(look(openai(server, timeout=timedelta(seconds=60))))
        while not server.asked:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        looking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await looking
