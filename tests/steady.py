"""A client that stays in its conversation whatever happens to the gateways, and hides nothing."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import urlencode

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

PAUSE_S = 0.2
FINAL = (4401, 4403, 4413, 4429)


class Steady:
    """`events` are the durable ones as they came, so that what came twice is there twice."""

    def __init__(self, web: str, session: dict[str, Any]) -> None:
        self.session = session
        self.events: list[dict[str, Any]] = []
        self.said: list[str] = []
        self.connections = 0
        self._web = web.replace("http", "ws", 1)
        self._unconfirmed: dict[str, str] = {}
        self._socket: ClientConnection | None = None
        self._news = asyncio.Condition()

    @asynccontextmanager
    async def present(self) -> AsyncIterator["Steady"]:
        self._staying = asyncio.create_task(self._stay())
        try:
            yield self
        finally:
            self._staying.cancel()
            await asyncio.wait({self._staying})

    async def says(self, message: str, seconds: float = 120) -> None:
        """Until it is answered."""
        message_id = str(uuid.uuid4())
        frame = {"type": "message", "message": message, "message_id": message_id}
        self.said.append(message_id)
        self._unconfirmed[message_id] = json.dumps(frame)
        await self._send(message_id)
        try:
            async with asyncio.timeout(seconds), self._news:
                await self._news.wait_for(lambda: self._is_answered(message_id))
        except TimeoutError:
            kept = self._staying.exception() if self._staying.done() else None
            raise AssertionError(f"No answer in {self.session['session_id']}.") from kept

    def of_type(self, kind: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["type"] == kind]

    def _is_answered(self, message_id: str) -> bool:
        turns = [
            event["turn_id"]
            for event in self.of_type("user_message")
            if event["data"]["message_id"] == message_id
        ]
        return bool(turns) and turns[0] in [event["turn_id"] for event in self.of_type("done")]

    async def _stay(self) -> None:
        while True:
            query = {
                "session_id": self.session["session_id"],
                "token": self.session["token"],
                "last_event_id": max((event["event_id"] for event in self.events), default=0),
            }
            try:
                async with connect(f"{self._web}/ws/chat?{urlencode(query)}") as socket:
                    self.connections += 1
                    await self._listen(socket)
                    code = socket.close_code
            except (OSError, EOFError, InvalidHandshake, ConnectionClosed):
                code = None
            finally:
                self._socket = None
            assert code not in FINAL, f"the gateway refused for good: {code}"
            await asyncio.sleep(PAUSE_S)

    async def _listen(self, socket: ClientConnection) -> None:
        self._socket = socket
        for message_id in list(self._unconfirmed):
            await self._send(message_id)
        async for text in socket:
            frame = json.loads(text)
            if "event_id" in frame:
                async with self._news:
                    self.events.append(frame)
                    if frame["type"] == "user_message":
                        self._unconfirmed.pop(frame["data"]["message_id"], None)
                    self._news.notify_all()
            elif frame["type"] == "error":
                error = frame["data"]["error"]
                assert error["retryable"], error
                if message_id := error["details"].get("message_id"):
                    asyncio.get_running_loop().call_later(PAUSE_S, self._send_again, message_id)

    def _send_again(self, message_id: str) -> None:
        self._sending = asyncio.ensure_future(self._send(message_id))

    async def _send(self, message_id: str) -> None:
        """Only what is known to have arrived is not sent with the next connection."""
        text = self._unconfirmed.get(message_id)
        if self._socket is not None and text is not None:
            with suppress(ConnectionClosed):
                await self._socket.send(text)
