"""A session's events as server-sent events: for clients behind what stops WebSockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from api.addresses import address_of
from api.hub import Hub
from api.routes import Asking, Through
from api.stream import Stream

router = APIRouter(prefix="/api/v1")


async def owned(session_id: str, through: Through, asking: Asking) -> str:
    """The session's id; raises NotFound before a stream begins."""
    await through.conversations.view(session_id, asking.user_id)
    return session_id


async def held(request: Request, through: Through, asking: Asking) -> AsyncIterator[None]:
    async with through.sockets.held(asking.user_id, address_of(request)):
        yield


@router.get(
    "/sessions/{session_id}/events",
    response_class=EventSourceResponse,
    dependencies=[Depends(held)],
)
async def stream_events(
    session_id: Annotated[str, Depends(owned)],
    through: Through,
    asking: Asking,
    last_event_id: Annotated[int, Header(ge=0)] = 0,
    after: Annotated[int, Query(ge=0)] = 0,
) -> AsyncIterator[ServerSentEvent]:
    """What the WebSocket sends, from the event after Last-Event-ID on; say things by WebSocket.

    `after` does the same as the header, for the first connection of an EventSource. The stream ends
    with the token that opened it.
    """
    # One at a time: a slow reader is waited for, and nothing piles up for it.
    waiting: asyncio.Queue[dict[str, Any]] = asyncio.Queue(1)
    stream = Stream(
        session_id,
        asking.user_id,
        last_event_id or after,
        through.conversations,
        through.hub,
        waiting.put,
    )
    running = asyncio.create_task(_run(stream, through.hub, session_id))
    left = asking.seconds_left
    end = None if left is None else asyncio.get_running_loop().time() + left
    try:
        while True:
            # Around each wait alone: a generator is resumed by whoever reads it.
            async with asyncio.timeout_at(end):
                event = await waiting.get()
            number = event.get("event_id")
            yield ServerSentEvent(
                data=event, event=event["type"], id=None if number is None else str(number)
            )
    except TimeoutError:
        return
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def _run(stream: Stream, hub: Hub, session_id: str) -> None:
    watcher = await hub.join(session_id)
    try:
        await stream.run(watcher)
    finally:
        await hub.leave(session_id, watcher)
