"""A gateway as one would put it on the internet: people sign in, limits are narrow, it restarts."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from websockets.asyncio.client import connect

from tests.chatting import Chat
from tests.running import AnotherGateway, Running, another_gateway, bearer, eventually

STRICT = {
    "TALKNSHOP_GATEWAY__AUTH_REQUIRED": "true",
    "TALKNSHOP_LIMITS__MESSAGES": "2/minute",
    "TALKNSHOP_LIMITS__REQUESTS": "5/minute",
    "TALKNSHOP_GATEWAY__MAX_SOCKETS_PER_USER": "2",
}


@pytest.fixture(scope="module")
async def strict(stack: Running) -> AsyncIterator[AnotherGateway]:
    async with another_gateway(stack, **STRICT) as gateway:
        yield gateway


async def test_a_name_opens_nothing(stack: Running, strict: AnotherGateway) -> None:
    assert (await stack.http.get(f"{strict.url}/api/v1/jobs?user_id=ann")).status_code == 401
    url = strict.url.replace("http", "ws", 1) + "/ws/chat?session_id=abc&user_id=ann"
    async with connect(url) as socket:
        assert json.loads(await socket.recv())["data"]["error"]["code"] == "not_signed_in"
        await socket.wait_closed()
        assert socket.close_code == 4401


async def test_one_message_too_many_is_told_when_to_come_back(
    stack: Running, strict: AnotherGateway
) -> None:
    session = await stack.guest()
    async with Chat.open(strict.url, session) as chat:
        for _ in range(2):
            await chat.say("hello")
            await chat.next("done")
    # Nor does another connection help: it is the person who is counted.
    async with Chat.open(strict.url, session, last_event_id=chat.last_event_id) as chat:
        message_id = await chat.say("hello")
        error = (await chat.next_other("error"))["data"]["error"]
    assert error["code"] == "rate_limited"
    assert error["retryable"] is True
    assert error["details"]["message_id"] == message_id
    assert 1 <= error["details"]["retry_after_s"] <= 60


async def test_every_other_frame_that_costs_something_is_counted_as_a_request(
    stack: Running, strict: AnotherGateway
) -> None:
    frames: tuple[dict[str, str], ...] = (
        {"type": "action", "action": "select_product"},
        {"type": "action", "action": "stop_watching"},
        {"type": "cancel"},
        {"type": "auth", "token": "forged"},
    )
    session = await stack.guest()
    async with Chat.open(strict.url, session) as chat:
        for frame in (*frames, frames[0]):
            await chat.send(frame)
            error = (await chat.next_other("error"))["data"]["error"]
            assert error["code"] != "rate_limited", frame
        for frame in frames:
            await chat.send(frame)
            error = (await chat.next_other("error"))["data"]["error"]
            assert error["code"] == "rate_limited", frame
            assert 1 <= error["details"]["retry_after_s"] <= 60
        await chat.send({"type": "ping"})
        await chat.next_other("pong")
    # The same count holds for what is asked over HTTP.
    refused = await stack.http.get(f"{strict.url}/api/v1/jobs", headers=bearer(session))
    assert refused.status_code == 429
    assert refused.headers["ratelimit-policy"] == '"requests";q=5;w=60'


async def test_a_person_has_so_many_windows_and_no_more(
    stack: Running, strict: AnotherGateway
) -> None:
    session = await stack.guest()
    async with AsyncExitStack() as windows:
        for _ in range(2):
            window = await windows.enter_async_context(Chat.open(strict.url, session))
            await window.next_other("connected")
        third = await windows.enter_async_context(Chat.open(strict.url, session))
        assert await third.wait_closed() == 4429

    async def is_let_in() -> bool:
        async with Chat.open(strict.url, session) as again:
            try:
                await again.next_other("connected")
            except AssertionError:  # closed: the gateway has not yet noticed who left
                return False
            return True

    await eventually(is_let_in, "there is room again")


async def test_an_address_has_so_many_windows_whoever_they_are(stack: Running) -> None:
    limit = {"TALKNSHOP_GATEWAY__MAX_SOCKETS_PER_ADDRESS": "2"}
    async with another_gateway(stack, **limit) as narrow, AsyncExitStack() as windows:
        for _ in range(2):
            chat = Chat.open(narrow.url, await stack.guest())
            await (await windows.enter_async_context(chat)).next_other("connected")
        third = await windows.enter_async_context(Chat.open(narrow.url, await stack.guest()))
        assert await third.wait_closed() == 4429
        # Not even to say who they are.
        nobody = Chat.open(narrow.url, {"session_id": "x", "token": ""})
        assert await (await windows.enter_async_context(nobody)).wait_closed() == 4429
        session = await stack.guest()
        events = f"{narrow.url}/api/v1/sessions/{session['session_id']}/events"
        refused = await stack.http.get(events, headers=bearer(session))
        assert refused.status_code == 429


async def test_a_silent_client_is_let_go(stack: Running) -> None:
    async with (
        another_gateway(stack, TALKNSHOP_GATEWAY__IDLE_TIMEOUT="PT1S") as hasty,
        Chat.open(hasty.url, await stack.guest()) as chat,
    ):
        assert await chat.wait_closed() == 4408


async def test_a_gateway_that_is_asked_to_stop_tells_its_clients_to_move(
    stack: Running, strict: AnotherGateway
) -> None:
    async with Chat.open(strict.url, await stack.guest()) as chat:
        await chat.next_other("connected")
        stopping = asyncio.create_task(strict.stop())
        assert await chat.wait_closed() == 1012
        await stopping
    await strict.start()
