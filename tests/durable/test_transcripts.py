"""Voice notes as words to be corrected before they are sent."""

from pathlib import Path

import httpx

from tests.running import Running

RECORDING = (Path(__file__).parents[1] / "wire" / "media" / "keyboard.ogg").read_bytes()


async def uploaded(stack: Running, headers: dict[str, str]) -> str:
    reply = await stack.http.post(
        f"{stack.web}/api/v1/media", files={"file": ("note.ogg", RECORDING)}, headers=headers
    )
    media_id: str = reply.raise_for_status().json()["media_id"]
    return media_id


async def transcript(stack: Running, media_id: str, headers: dict[str, str]) -> httpx.Response:
    url = f"{stack.web}/api/v1/media/{media_id}/transcript"
    return await stack.http.post(url, headers=headers, timeout=90)


async def bearer(stack: Running) -> dict[str, str]:
    session = (await stack.http.post(f"{stack.web}/api/v1/sessions")).raise_for_status().json()
    return {"Authorization": f"Bearer {session['token']}"}


async def test_a_voice_note_can_be_read_before_it_is_sent(stack: Running) -> None:
    mine, others = await bearer(stack), await bearer(stack)
    media_id = await uploaded(stack, mine)
    heard = (await transcript(stack, media_id, mine)).raise_for_status().json()
    assert "keyboard" in heard["text"].lower()
    assert 0 < heard["confidence"] <= 1
    assert (await transcript(stack, media_id, others)).status_code == 404
    assert (await transcript(stack, "0" * 32, mine)).status_code == 404
