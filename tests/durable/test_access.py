"""Access that ends: a socket is renewed in place or closed, and the client resumes."""

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest

from tests.chatting import Chat
from tests.running import AnotherGateway, Running, another_gateway, bearer, eventually


@pytest.fixture(scope="module")
async def brief(stack: Running) -> AsyncIterator[AnotherGateway]:
    """Its tokens last three seconds; its keys are the other gateway's."""
    async with another_gateway(stack, TALKNSHOP_GATEWAY__TOKEN_LIFETIME="PT3S") as gateway:
        yield gateway


async def _guest(stack: Running, gateway: AnotherGateway) -> dict[str, str]:
    session: dict[str, str] = (await stack.http.post(f"{gateway.url}/api/v1/sessions")).json()
    return session


async def _refreshed(stack: Running, url: str, session: dict[str, str]) -> dict[str, str]:
    answer = await stack.http.post(
        f"{url}/api/v1/sessions/refresh", json={"refresh_token": session["refresh_token"]}
    )
    assert answer.status_code == 200, answer.text
    return {**session, **answer.json()}


async def test_a_socket_ends_with_its_access_and_the_client_refreshes_and_resumes(
    stack: Running, brief: AnotherGateway
) -> None:
    session = await _guest(stack, brief)
    async with Chat.open(brief.url, session) as chat:
        assert (await chat.next_other("connected"))["data"]["expires_at"] == session["expires_at"]
        await chat.say("hello")
        first = await chat.next("user_message")
        error = await chat.next_other("error")
        assert error["data"]["error"]["code"] == "token_expired"
        assert await chat.wait_closed() == 4401
    session = await _refreshed(stack, stack.web, session)
    async with stack.chat(session, last_event_id=first["event_id"]) as again:
        await again.next("done")
        await again.say("hello again")
        await again.next("done")
    ids = [event["event_id"] for event in again.events]
    assert ids == list(range(first["event_id"] + 1, first["event_id"] + 1 + len(ids)))


async def test_a_socket_is_renewed_in_place_by_the_same_person_only(
    stack: Running, brief: AnotherGateway
) -> None:
    session, other = await _guest(stack, brief), await stack.guest()
    longer = await _refreshed(stack, stack.web, session)
    async with Chat.open(brief.url, session) as chat:
        await chat.send({"type": "auth", "token": other["token"]})
        assert (await chat.next_other("error"))["data"]["error"]["code"] == "another_person"
        await chat.send({"type": "auth", "token": "forged"})
        assert (await chat.next_other("error"))["data"]["error"]["code"] == "invalid_token"
        await chat.send({"type": "auth", "token": longer["token"]})
        renewed = await chat.next_other("renewed")
        assert renewed["data"]["expires_at"] == longer["expires_at"]
        await eventually(_is_refused(stack, session), "the first token has ended")
        await chat.say("hello")
        await chat.next("done")


async def test_server_sent_events_end_with_the_access_that_opened_them(
    stack: Running, brief: AnotherGateway
) -> None:
    session = await _guest(stack, brief)
    async with Chat.open(brief.url, session) as chat:
        await chat.say("hello")
        await chat.next("user_message")
    session = await _refreshed(stack, brief.url, session)
    url = f"{brief.url}/api/v1/sessions/{session['session_id']}/events"
    async with stack.http.stream("GET", url, headers=bearer(session)) as response:
        assert response.status_code == 200
        lines = [line async for line in response.aiter_lines()]
    assert any(line.startswith("event: user_message") for line in lines)


async def test_a_new_conversation_gives_no_refresh_token_away(stack: Running) -> None:
    session = await stack.guest()
    another = await stack.http.post(f"{stack.web}/api/v1/sessions", headers=bearer(session))
    assert another.status_code == 201
    assert another.json()["token"] == session["token"]
    assert another.json()["refresh_token"] is None


async def test_signing_out_ends_what_could_be_renewed(stack: Running) -> None:
    session = await stack.guest()
    body = {"refresh_token": session["refresh_token"]}
    api = f"{stack.web}/api/v1/sessions"
    assert (await stack.http.post(f"{api}/sign-out", json=body)).status_code == 204
    refused = await stack.http.post(f"{api}/refresh", json=body)
    assert (refused.status_code, refused.json()["code"]) == (401, "signed_out")
    forged = await stack.http.post(f"{api}/sign-out", json={"refresh_token": session["token"]})
    assert forged.status_code == 401


def _is_refused(stack: Running, session: dict[str, str]) -> Callable[[], Awaitable[bool]]:
    async def look() -> bool:
        response: httpx.Response = await stack.http.get(
            f"{stack.web}/api/v1/jobs", headers=bearer(session)
        )
        return response.status_code == 401

    return look
