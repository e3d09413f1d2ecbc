"""Photos with a vision model behind the media worker, until that model dies."""

import asyncio
import io
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from PIL import Image

from tests.running import bearer, running_stack
from tests.wire.language import openai_wire
from tests.wire.marketplaces.scripted_server import Asked, scripted

SEEN = {
    "objects": ["headphones"],
    "labels": [],
    "brand": "Sony",
    "model": "WH-1000XM5",
    "text": [],
    "dominant_colors": ["black"],
    "condition_hints": ["cracked left cup"],
}


class Patient:
    """A model that answers once so many photos were shown to it."""

    def __init__(self) -> None:
        self.expected, self.shown = 1, 0
        self.complete = asyncio.Event()

    def expect(self, photos: int) -> None:
        self.expected, self.shown = photos, 0
        self.complete.clear()

    async def answer(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        self.shown += 1
        if self.shown >= self.expected:
            self.complete.set()
        await self.complete.wait()
        await openai_wire.form(**SEEN)(asked, writer)


def picture(color: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (900, 700), color).save(out, "JPEG")
    return out.getvalue()


async def test_what_the_model_sees_is_found_and_sold_and_its_death_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = Patient()
    async with AsyncExitStack() as model:
        server = await model.enter_async_context(scripted(patient.answer))
        for name, value in {
            "MODEL": "openai:local-model",
            "BASE_URL": f"{server.url}/v1",
            "API_KEY": "none",
            "TIMEOUT": "PT3S",
        }.items():
            monkeypatch.setenv(f"TALKNSHOP_VISION__{name}", value)
        async with running_stack(tmp_path) as stack:
            session = await stack.guest()
            photos = []
            for color in ("#222222", "#333333", "#444444"):
                uploaded = await stack.http.post(
                    f"{stack.web}/api/v1/media",
                    files={"file": picture(color)},
                    headers=bearer(session),
                )
                photos.append({"media_id": uploaded.json()["media_id"], "media_type": "image"})
            photo = photos[:1]
            async with stack.chat(session) as chat:
                await chat.say("find me this", media=photo)
                found = (await chat.next("done"))["data"]
                assert "vision model saw in your photo: Sony WH-1000XM5" in found["assumptions"][0]
                assert found["usage"]["calls"] == 1
                assert not found["degraded"]

                patient.expect(3)
                await chat.say("find me this", media=photos)
                together = (await chat.next("done"))["data"]
                assert together["usage"]["calls"] == 3
                assert not together["degraded"]

                patient.expect(1)
                await chat.say("sell my Sony WH-1000XM5, $150, like new", media=photo)
                asked = await chat.next("clarification")
                assert "cracked left cup" in asked["data"]["question"]
                await chat.answer(asked, "For parts")
                preview = (await chat.next("listing_preview"))["data"]["listing_spec"]
                assert preview["condition"] == "for_parts"
                await chat.say("no, forget it")
                await chat.next("done")

                await model.aclose()
                await chat.say("find me this", media=photo)
                without = (await chat.next("done"))["data"]
            assert without["degraded"]
            assert "vision model is not answering" in without["message"]
