"""The conversation's socket, against a real server that closes, drops and repeats."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from websockets.asyncio.server import ServerConnection, serve

from talknshop.cli.client import Conversation, Frame
from talknshop.cli.errors import CommandError
from talknshop.cli.ports import free_ports

Script = Callable[[ServerConnection], Awaitable[None]]


@asynccontextmanager
async def gateway(*scripts: Script) -> AsyncIterator[str]:
    """Plays one script for each connection, the last one again and again."""
    remaining = list(scripts)

    async def play(socket: ServerConnection) -> None:
        await (remaining.pop(0) if len(remaining) > 1 else remaining[0])(socket)

    async with serve(
        play, "127.0.0.1", 0, select_subprotocol=lambda socket, offered: offered[0]
    ) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def event(event_id: int, kind: str = "progress", **data: Any) -> str:
    return json.dumps({"type": kind, "event_id": event_id, "turn_id": "t1", "data": data})


def asked(socket: ServerConnection) -> dict[str, list[str]]:
    assert socket.request is not None
    return parse_qs(urlsplit(socket.request.path).query)


async def first(conversation: Conversation, count: int) -> list[Frame]:
    """The next `count` frames of the log."""
    frames = []
    async with asyncio.timeout(60):
        async for frame in conversation:
            if frame.event_id is not None:
                frames.append(frame)
                if len(frames) == count:
                    break
    return frames


async def test_a_lost_connection_resumes_after_the_last_event_and_shows_none_twice():
    seen: list[dict[str, list[str]]] = []

    async def dies(socket: ServerConnection) -> None:
        seen.append(asked(socket))
        await socket.send(event(1))
        await socket.send(event(2))
        await socket.close(1012)

    async def repeats(socket: ServerConnection) -> None:
        seen.append(asked(socket))
        await socket.send(event(2))
        await socket.send(event(3))
        await socket.wait_closed()

    async with gateway(dies, repeats) as url, Conversation(url, "s1", "token") as conversation:
        frames = await first(conversation, 3)
    assert [frame.event_id for frame in frames] == [1, 2, 3]
    assert [query["last_event_id"] for query in seen] == [["0"], ["2"]]


async def test_a_message_without_an_echo_is_sent_again_with_the_same_id():
    received: list[str] = []

    async def drops(socket: ServerConnection) -> None:
        received.append(json.loads(await socket.recv())["message_id"])
        socket.transport.abort()

    async def answers(socket: ServerConnection) -> None:
        message = json.loads(await socket.recv())
        received.append(message["message_id"])
        await socket.send(event(1, "user_message", message_id=message["message_id"]))
        await socket.wait_closed()

    async with gateway(drops, answers) as url, Conversation(url, "s1", "token") as conversation:
        await conversation.send_message("a laptop")
        await first(conversation, 1)
    assert received[0] == received[1]


async def test_a_message_that_was_echoed_is_not_sent_again():
    late: list[dict[str, Any]] = []

    async def echoes(socket: ServerConnection) -> None:
        message = json.loads(await socket.recv())
        await socket.send(event(1, "user_message", message_id=message["message_id"]))
        await socket.close(1012)

    async def listens(socket: ServerConnection) -> None:
        late.append(json.loads(await socket.recv()))
        await socket.send(event(2))
        await socket.wait_closed()

    async with gateway(echoes, listens) as url, Conversation(url, "s1", "token") as conversation:
        await conversation.send_message("first")
        await first(conversation, 1)
        await conversation.send_message("second")
        await first(conversation, 1)
    assert [frame["message"] for frame in late] == ["second"]


async def test_the_token_is_not_in_the_address():
    seen: list[Any] = []

    async def notes(socket: ServerConnection) -> None:
        assert socket.request is not None
        seen.extend([socket.request.path, socket.subprotocol])
        await socket.send(event(1))
        await socket.wait_closed()

    async with gateway(notes) as url, Conversation(url, "s1", "secret") as conversation:
        await first(conversation, 1)
    path, subprotocol = seen
    assert "secret" not in path
    assert subprotocol == "bearer.secret"


@pytest.mark.parametrize(
    ("code", "words"), [(4401, "token"), (4403, "somebody else"), (4429, "too many connections")]
)
async def test_a_refusal_for_good_is_said_and_not_tried_again(code, words):
    attempts: list[int] = []

    async def refuses(socket: ServerConnection) -> None:
        attempts.append(code)
        await socket.close(code)

    async with gateway(refuses) as url, Conversation(url, "s1", "token") as conversation:
        with pytest.raises(CommandError, match=words) as refusal:
            await first(conversation, 1)
    assert refusal.value.exit_code == 1
    assert len(attempts) == 1


async def test_a_token_that_has_ended_is_renewed_and_the_conversation_goes_on():
    seen: list[tuple[str | None, list[str]]] = []
    renewals: list[str] = []

    async def ends(socket: ServerConnection) -> None:
        seen.append((socket.subprotocol, asked(socket)["last_event_id"]))
        await socket.send(json.dumps({"type": "connected", "data": {}}))
        await socket.send(event(len(seen)))
        expired = {"code": "token_expired", "message": "Your access has expired.", "details": {}}
        await socket.send(json.dumps({"type": "error", "data": {"error": expired}}))
        await socket.close(4401)

    async def renew() -> str:
        renewals.append(f"token{len(renewals) + 1}")
        return renewals[-1]

    async with gateway(ends) as url, Conversation(url, "s1", "token0", renew=renew) as conversation:
        await first(conversation, 3)
    assert seen[:3] == [
        ("bearer.token0", ["0"]),
        ("bearer.token1", ["1"]),
        ("bearer.token2", ["2"]),
    ]


async def test_a_new_token_that_is_not_taken_either_ends_it():
    attempts: list[int] = []

    async def refuses(socket: ServerConnection) -> None:
        attempts.append(1)
        await socket.close(4401)

    async def renew() -> str:
        return "another"

    async with gateway(refuses) as url, Conversation(url, "s1", "t", renew=renew) as conversation:
        with pytest.raises(CommandError, match="token"):
            await first(conversation, 1)
    assert len(attempts) == 2


async def test_a_gateway_that_is_not_there_is_said_with_the_remedy():
    (port,) = free_ports(1)
    async with Conversation(f"http://127.0.0.1:{port}", "s1", "token") as conversation:
        with pytest.raises(CommandError, match="talknshop dev") as refusal:
            await first(conversation, 1)
    assert refusal.value.exit_code == 2
