"""Voice notes as words to be corrected before they are sent."""

from pathlib import Path

import httpx

from tests.running import Running
from workflows.conversation import ConversationWorkflow
from workflows.ids import conversation_id

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


async def test_a_voice_note_of_a_conversation_may_name_it_and_nobody_else_s(
    stack: Running,
) -> None:
    session, stranger = await stack.guest(), await stack.guest()
    async with stack.chat(session) as chat:
        await chat.say("find me a mechanical keyboard under $100")
        await chat.next("done")
    headers = {"Authorization": f"Bearer {session['token']}"}
    media_id = await uploaded(stack, headers)
    url = f"{stack.web}/api/v1/media/{media_id}/transcript"
    for named in (session["session_id"], stranger["session_id"], "no-such-session"):
        reply = await stack.http.post(
            url, params={"session_id": named}, headers=headers, timeout=90
        )
        assert "keyboard" in reply.raise_for_status().json()["text"].lower()
    handle = (await stack.temporal()).get_workflow_handle(conversation_id(session["session_id"]))
    likely = await handle.query(ConversationWorkflow.likely_words)
    assert "keyboard" in " ".join(likely.words).lower()
    assert likely.user_id == session["user_id"]
