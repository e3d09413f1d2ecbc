"""One conversation over the gateway's WebSocket: reconnects, resumes, resends."""

import asyncio
import contextlib
import json
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from talknshop.cli.errors import CommandError
from talknshop.cli.gateway import not_running
from talknshop.media import MediaRef
from talknshop.understanding import Mode

FIRST_PAUSE = 0.2  # seconds before connecting again, doubling
LONGEST_PAUSE = 5.0

UNAUTHENTICATED = 4401
# The contract's close codes after which connecting again would end the same way.
_FINAL = {
    UNAUTHENTICATED: "The gateway does not take this session's token: start a new conversation.",
    4403: "This conversation belongs to somebody else.",
    4413: "That was too large to send.",
    4429: "This guest has too many connections open: close one.",
}


@dataclass(frozen=True)
class Frame:
    """What the gateway sent. `event_id` is None for what is not in the conversation's log."""

    type: str
    data: dict[str, Any] = field(default_factory=dict)
    event_id: int | None = None
    turn_id: str = ""


class Conversation:
    """Iterate for frames: each event comes once and in order, over however many connections.

    What is sent while there is no connection, or is not known to have arrived, is sent again after
    the next one was made; the gateway does each message id once. `renew` gives the next token when
    one has ended. Raises CommandError when the gateway is not there at the start, or refuses for
    good.
    """

    def __init__(
        self,
        gateway_url: str,
        session_id: str,
        token: str,
        *,
        renew: Callable[[], Awaitable[str]] | None = None,
        last_event_id: int = 0,
    ) -> None:
        self.session_id = session_id
        self.last_event_id = last_event_id
        self._gateway_url = gateway_url
        self._token = token
        self._renew = renew
        self._socket: ClientConnection | None = None
        self._greeted = False
        self._unconfirmed: dict[str, str] = {}
        self._sent: set[str] = set()
        self._received: asyncio.Queue[Frame | CommandError] = asyncio.Queue()
        self._reader: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Conversation":
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._reader is not None
        self._reader.cancel()
        await asyncio.wait({self._reader})

    async def __aiter__(self) -> AsyncIterator[Frame]:
        while True:
            received = await self._received.get()
            if isinstance(received, CommandError):
                raise received
            yield received

    async def send_message(
        self, message: str, *, media: Sequence[MediaRef] = (), mode: Mode = Mode.AUTO
    ) -> None:
        uploads = [upload.model_dump(mode="json") for upload in media]
        await self._send({"type": "message", "message": message, "media": uploads, "mode": mode})

    async def answer(self, question_id: str, answer: str) -> None:
        await self._send({"type": "answer", "question_id": question_id, "answer": answer})

    async def act(self, action: str, payload: dict[str, Any] | None = None) -> None:
        await self._send({"type": "action", "action": action, "payload": payload or {}})

    async def cancel_turn(self) -> None:
        await self._transmit(json.dumps({"type": "cancel"}))

    def said_here(self, frame: Frame) -> bool:
        """True for the echo of what this object sent, false for another device's words."""
        return frame.data.get("message_id") in self._sent

    async def _send(self, frame: dict[str, Any]) -> None:
        message_id = str(uuid.uuid4())
        text = json.dumps({**frame, "message_id": message_id})
        self._unconfirmed[message_id] = text
        self._sent.add(message_id)
        await self._transmit(text)

    async def _transmit(self, text: str) -> None:
        if self._socket is not None:
            # The reader connects again and sends what is unconfirmed.
            with contextlib.suppress(ConnectionClosed):
                await self._socket.send(text)

    async def _read(self) -> None:
        pause = FIRST_PAUSE
        was_connected = False
        is_renewed = False
        while True:
            close_code = None
            self._greeted = False
            try:
                async with connect(
                    self._address(), subprotocols=self._subprotocols(), proxy=None, max_size=2**22
                ) as socket:
                    was_connected, pause = True, FIRST_PAUSE
                    await self._converse(socket)
                    close_code = socket.close_code
            except ConnectionClosed as error:
                close_code = error.rcvd.code if error.rcvd else None
            except (OSError, InvalidHandshake):
                if not was_connected:
                    self._received.put_nowait(not_running(self._gateway_url))
                    return
            finally:
                self._socket = None
            is_renewed = is_renewed and not self._greeted
            if close_code == UNAUTHENTICATED and self._renew and not is_renewed:
                try:
                    self._token = await self._renew()
                except CommandError as error:
                    self._received.put_nowait(error)
                    return
                is_renewed = True
                continue
            if close_code in _FINAL:
                self._received.put_nowait(CommandError(_FINAL[close_code], exit_code=1))
                return
            self._received.put_nowait(Frame("disconnected"))
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _converse(self, socket: ClientConnection) -> None:
        for unconfirmed in list(self._unconfirmed.values()):
            await socket.send(unconfirmed)
        self._socket = socket
        async for text in socket:
            frame = _parsed(json.loads(text))
            self._greeted = self._greeted or frame.type == "connected"
            if _is_end_of_access(frame):
                continue
            if frame.event_id is not None:
                if frame.event_id <= self.last_event_id:
                    continue
                self.last_event_id = frame.event_id
            self._confirm(frame)
            self._received.put_nowait(frame)

    def _confirm(self, frame: Frame) -> None:
        """By its echo, by a refusal that names it, or by the end of a turn, for all before it."""
        if frame.type == "user_message":
            self._unconfirmed.pop(frame.data["message_id"], None)
        elif frame.type == "error" and frame.event_id is None:
            self._unconfirmed.pop(frame.data["error"]["details"].get("message_id"), None)
        elif frame.type in ("done", "error"):
            self._unconfirmed.clear()

    def _address(self) -> str:
        query = {"session_id": self.session_id, "last_event_id": self.last_event_id}
        return f"ws{self._gateway_url.removeprefix('http')}/ws/chat?{urlencode(query)}"

    def _subprotocols(self) -> list[Any]:
        """The token goes here rather than into the address, which servers write to their logs."""
        return [f"bearer.{self._token}"]


def _is_end_of_access(frame: Frame) -> bool:
    """The close code that follows is what counts."""
    return frame.type == "error" and frame.data["error"].get("code") == "token_expired"


def _parsed(frame: dict[str, Any]) -> Frame:
    return Frame(
        frame["type"], frame.get("data") or {}, frame.get("event_id"), frame.get("turn_id") or ""
    )
