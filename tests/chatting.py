"""A chat client for tests: keeps what it was sent, and waits for what it wants to see."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

Event = dict[str, Any]


class Chat:
    """One socket. `events` are the durable ones in the order they came; `others` the rest."""

    def __init__(self, socket: ClientConnection, session: dict[str, Any]) -> None:
        self._socket = socket
        self.session = session
        self.events: list[Event] = []
        self.others: list[Event] = []
        self._seen = 0
        self._news = asyncio.Condition()
        self.closed = False

    @staticmethod
    @asynccontextmanager
    async def open(
        web: str, session: dict[str, Any], last_event_id: int = 0, language: str = "en"
    ) -> AsyncIterator["Chat"]:
        url = web.replace("http", "ws", 1) + f"/ws/chat?session_id={session['session_id']}"
        url += f"&token={session['token']}&last_event_id={last_event_id}&language={language}"
        async with connect(url, max_size=None, open_timeout=30) as socket:
            chat = Chat(socket, session)
            reading = asyncio.create_task(chat._read())
            try:
                yield chat
            finally:
                reading.cancel()

    async def _read(self) -> None:
        try:
            async for text in self._socket:
                event = json.loads(text)
                async with self._news:
                    (self.events if "event_id" in event else self.others).append(event)
                    self._news.notify_all()
        except ConnectionClosed:
            pass
        async with self._news:
            self.closed = True
            self._news.notify_all()

    @property
    def _how_closed(self) -> str:
        return f"Closed with {self._socket.close_code} {self._socket.close_reason!r}"

    @property
    def last_event_id(self) -> int:
        return self.events[-1]["event_id"] if self.events else 0

    async def send(self, frame: dict[str, Any] | str) -> None:
        await self._socket.send(frame if isinstance(frame, str) else json.dumps(frame))

    async def say(self, message: str, **fields: Any) -> str:
        """Sends a message; returns its id."""
        message_id = fields.pop("message_id", str(uuid.uuid4()))
        await self.send({"type": "message", "message": message, "message_id": message_id, **fields})
        return message_id

    async def act(self, action: str, **payload: Any) -> None:
        frame = {"type": "action", "action": action, "payload": payload}
        await self.send({**frame, "message_id": str(uuid.uuid4())})

    async def answer(self, question: Event, answer: str) -> None:
        await self.send(
            {
                "type": "answer",
                "question_id": question["data"]["question_id"],
                "answer": answer,
                "message_id": str(uuid.uuid4()),
            }
        )

    async def next(self, *types: str, seconds: float = 60) -> Event:
        """The next durable event of one of the types, after those that `next` gave before."""
        return await self.next_where(lambda event: event["type"] in types, str(types), seconds)

    async def next_where(
        self, wanted: Callable[[Event], bool], what: str = "it", seconds: float = 60
    ) -> Event:
        async def look() -> Event:
            async with self._news:
                while True:
                    while self._seen < len(self.events):
                        event = self.events[self._seen]
                        self._seen += 1
                        if wanted(event):
                            return event
                    if self.closed:
                        raise AssertionError(f"{self._how_closed} before {what} came.")
                    await self._news.wait()

        try:
            return await asyncio.wait_for(look(), seconds)
        except TimeoutError:
            seen = [(event["event_id"], event["type"]) for event in self.events]
            raise AssertionError(f"{what} never came; there were {seen}.") from None

    async def next_other(self, kind: str, seconds: float = 30) -> Event:
        """An event without an id (connected, error, pong, token), taken out of `others`."""

        async def look() -> Event:
            async with self._news:
                while True:
                    for event in self.others:
                        if event["type"] == kind:
                            self.others.remove(event)
                            return event
                    if self.closed:
                        raise AssertionError(f"{self._how_closed} before {kind} came.")
                    await self._news.wait()

        return await asyncio.wait_for(look(), seconds)

    async def wait_closed(self, seconds: float = 30) -> int:
        """The code with which the gateway closed the socket."""
        await asyncio.wait_for(self._socket.wait_closed(), seconds)
        return self._socket.close_code or 0
