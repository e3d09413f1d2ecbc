"""The WebSocket: one task reads frames, one carries them out in order, one streams the log."""

import asyncio
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Query, WebSocket, WebSocketDisconnect
from pydantic import TypeAdapter, ValidationError

from api.actions import carry_out
from api.addresses import address_of
from api.auth import Principal, token_expired
from api.errors import ApiError, Forbidden, NotSignedIn, TooMany, fields_of
from api.frames import (
    FRAME,
    MAX_FRAME_BYTES,
    AnswerFrame,
    AuthFrame,
    CancelFrame,
    ClientFrame,
    CommandFrame,
    MessageFrame,
    PingFrame,
)
from api.gateway import Gateway
from api.hub import Watcher
from api.language import language_of
from api.stream import Stream
from talknshop import __version__
from talknshop.events import EventPage
from talknshop.messages import in_words, say, sentence, worded
from talknshop.model import SessionId
from workflows.ids import conversation_id

log = structlog.get_logger()
router = APIRouter()

RESTARTING, TRY_AGAIN = 1012, 1013
UNAUTHENTICATED, NOT_YOURS, IDLE, TOO_LARGE, TOO_MANY = 4401, 4403, 4408, 4413, 4429
SIGN_IN_WITHIN = timedelta(seconds=10)
# Frames that may wait to be carried out; more and the client is reading nothing it is told.
MAX_QUEUED = 32
# How long a frame may wait for a client that does not read; nothing piles up for it meanwhile.
MAX_SEND = timedelta(seconds=10)

_TYPES = "message, answer, action, cancel, ping, auth"
_SESSION_ID = TypeAdapter(SessionId)


@router.websocket("/ws/chat")
async def chat(
    socket: WebSocket,
    session_id: str,
    token: str | None = None,
    user_id: str | None = None,
    last_event_id: Annotated[int, Query(ge=0)] = 0,
    language: str | None = None,
) -> None:
    """A conversation, live. The contract's frames go both ways; see docs/contract.md."""
    gateway: Gateway = socket.app.state.gateway
    try:
        gateway.origins.check(socket.headers)
    except ApiError as error:
        await socket.close(NOT_YOURS, str(error))
        return
    protocols = socket.scope.get("subprotocols", [])
    bearer = next((name for name in protocols if name.startswith("bearer.")), None)
    await socket.accept(subprotocol=bearer)
    connection = Connection(socket, gateway, session_id, language_of(socket.headers, language))
    try:
        # Before anybody has signed in: who opens many and says nothing is counted as well.
        async with gateway.sockets.from_address(address_of(socket)):
            principal = await connection.sign_in(
                token or (bearer or "").removeprefix("bearer."), user_id
            )
            _SESSION_ID.validate_python(session_id)
            page = await gateway.conversations.events_since(
                session_id, principal.user_id, last_event_id
            )
            async with gateway.sockets.of_person(principal.user_id):
                await connection.serve(principal, page, last_event_id)
    except Forbidden as error:
        await connection.refuse(NOT_YOURS, error)
    except NotSignedIn as error:
        await connection.refuse(UNAUTHENTICATED, error)
    except TooMany as error:
        await connection.refuse(TOO_MANY, error)
    except ApiError as error:
        await connection.refuse(TRY_AGAIN, error)
    except ValidationError:
        refused = ApiError("invalid_session_id", sentence("api_session_id"))
        await connection.refuse(NOT_YOURS, refused)
    except WebSocketDisconnect:
        return


class SlowClient(Exception):  # noqa: N818
    """It reads too slowly: it may connect again and resume."""


class Connection:
    """One socket, from its acceptance to its end."""

    def __init__(self, socket: WebSocket, gateway: Gateway, session_id: str, language: str) -> None:
        self._socket = socket
        self._language = language
        self._gateway = gateway
        self._session_id = session_id
        self._frames: asyncio.Queue[CommandFrame] = asyncio.Queue(MAX_QUEUED)
        self._access = asyncio.timeout(None)

    async def sign_in(self, token: str, user_id: str | None) -> Principal:
        """By token, by the first frame, or, where authentication is off, by name."""
        if token or user_id:
            return await self._gateway.sign_in.principal(token, user_id)
        try:
            async with asyncio.timeout(SIGN_IN_WITHIN.total_seconds()):
                frame = FRAME.validate_json(await self._socket.receive_text())
        except (TimeoutError, ValidationError, KeyError) as error:
            raise NotSignedIn("not_signed_in", sentence("api_auth_frame")) from error
        if not isinstance(frame, AuthFrame):
            raise NotSignedIn("not_signed_in", sentence("api_auth_frame"))
        return await self._gateway.sign_in.principal(frame.token)

    async def refuse(self, code: int, error: ApiError) -> None:
        with suppress(WebSocketDisconnect, RuntimeError):
            await self.send_error(error)
            # A reason has at most 123 bytes: the frame before it says it in the person's language.
            await self._socket.close(code, str(error))

    async def serve(self, principal: Principal, page: EventPage | None, last_event_id: int) -> None:
        hub = self._gateway.hub
        watcher = await hub.join(self._session_id)
        stream = Stream(
            self._session_id,
            principal.user_id,
            last_event_id,
            self._gateway.conversations,
            hub,
            self._send,
        )
        try:
            await self._greet(principal, page, last_event_id)
            async with asyncio.TaskGroup() as group:
                streaming = group.create_task(stream.run(watcher))
                working = group.create_task(self._carry_out(principal, watcher))
                await self._until_signed_out(principal)
                streaming.cancel()
                working.cancel()
        except* Forbidden as taken:
            refusal = taken.exceptions[0]
            assert isinstance(refusal, Forbidden)
            await self.refuse(NOT_YOURS, refusal)
        except* SlowClient:
            log.info("slow_client", session_id=self._session_id)
            with suppress(TimeoutError, WebSocketDisconnect, RuntimeError):
                # Even the close is read only after what was sent before it.
                async with asyncio.timeout(MAX_SEND.total_seconds()):
                    await self._socket.close(TRY_AGAIN, "This connection is too slow.")
        except* (WebSocketDisconnect, RuntimeError) as gone:
            # Starlette says RuntimeError when the peer left between two sends.
            log.debug("socket_gone", session_id=self._session_id, reason=repr(gone.exceptions[0]))
        finally:
            await hub.leave(self._session_id, watcher)

    async def _greet(
        self, principal: Principal, page: EventPage | None, last_event_id: int
    ) -> None:
        await self._send(
            {
                "type": "connected",
                "data": {
                    "message": say(self._language, "welcome_back" if page else "welcome"),
                    "stage": page.stage.value if page else "initial",
                    "resumed_from": last_event_id,
                    "last_event_id": page.last_event_id if page else 0,
                    "first_available": page.first_available if page else 1,
                    "server_version": __version__,
                    "expires_at": _timestamp(principal.expires_at),
                    "temporal_ui_url": self._gateway.workflow_page(
                        conversation_id(self._session_id)
                    ),
                },
            }
        )

    async def _until_signed_out(self, principal: Principal) -> None:
        """Until the client leaves, or its access ends; an auth frame puts that off."""
        try:
            async with self._access:
                self._grant(principal)
                await self._read(principal)
        except TimeoutError:
            await self.refuse(UNAUTHENTICATED, token_expired())

    def _grant(self, principal: Principal) -> None:
        left = principal.seconds_left
        loop = asyncio.get_running_loop()
        self._access.reschedule(None if left is None else loop.time() + left)

    async def _renew(self, principal: Principal, frame: AuthFrame) -> None:
        try:
            await self._gateway.limits.count("requests", principal.user_id)
            renewed = await self._gateway.sign_in.principal(frame.token)
            if renewed.user_id != principal.user_id:
                raise NotSignedIn("another_person", sentence("api_another_person"))
        except ApiError as error:
            await self.send_error(error)
            return
        self._grant(renewed)
        await self._send(
            {"type": "renewed", "data": {"expires_at": _timestamp(renewed.expires_at)}}
        )

    async def _read(self, principal: Principal) -> None:
        """Until the client leaves, sends too much, or says nothing for too long."""
        while True:
            try:
                async with asyncio.timeout(self._gateway.idle_timeout.total_seconds()):
                    message = await self._socket.receive()
            except TimeoutError:
                await self._socket.close(IDLE, "Nothing was said for a while.")
                return
            if message["type"] == "websocket.disconnect":
                return
            text = message.get("text")
            if text is None:
                await self.send_error(ApiError("not_text", sentence("api_not_json")))
                continue
            if len(text.encode()) > MAX_FRAME_BYTES:
                await self._socket.close(TOO_LARGE, "A frame has at most 64 KiB.")
                return
            frame = await self._parse(text)
            if isinstance(frame, PingFrame):
                await self._send({"type": "pong", "data": {}})
            elif isinstance(frame, CancelFrame):
                await self._cancel(principal)
            elif isinstance(frame, AuthFrame):
                await self._renew(principal, frame)
            elif frame is not None:
                await self._frames.put(frame)

    async def _parse(self, text: str) -> ClientFrame | None:
        try:
            value = json.loads(text)
            kind = value.get("type") if isinstance(value, dict) else None
        except (ValueError, RecursionError):
            await self.send_error(ApiError("malformed_json", sentence("api_not_json")))
            return None
        try:
            return FRAME.validate_python(value)
        except ValidationError as error:
            if any(e["type"].startswith("union_tag") for e in error.errors()):
                types = sentence("api_unknown_type", types=_TYPES)
                await self.send_error(ApiError("unknown_type", types, type=str(kind)[:40]))
            else:
                wrong = sentence("api_fields")
                await self.send_error(ApiError("invalid_frame", wrong, **fields_of(error)))
            return None

    async def _cancel(self, principal: Principal) -> None:
        try:
            await self._gateway.limits.count("requests", principal.user_id)
            await self._gateway.conversations.view(self._session_id, principal.user_id)
            await self._gateway.conversations.cancel_turn(self._session_id)
        except ApiError as error:
            await self.send_error(error)

    async def _carry_out(self, principal: Principal, watcher: Watcher) -> None:
        """One frame after the other, so that a person's words keep their order."""
        while True:
            frame = await self._frames.get()
            try:
                with self._gateway.observer.frame(frame, self._session_id):
                    is_word = isinstance(frame, MessageFrame | AnswerFrame)
                    counted = "messages" if is_word else "requests"
                    await self._gateway.limits.count(counted, principal.user_id)
                    accepted = await carry_out(
                        frame,
                        self._gateway,
                        self._session_id,
                        principal.user_id,
                        self._language,
                    )
            except ApiError as error:
                message_id = getattr(frame, "message_id", None)
                error.details.setdefault("message_id", message_id)
                await self.send_error(error)
            else:
                # The log has grown: no need to wait for the hint.
                if accepted is None:
                    watcher.nudge("")
                else:
                    watcher.grown(accepted.last_event_id + 1, accepted.event)

    async def send_error(self, error: ApiError) -> None:
        body = {
            "code": error.code,
            "message": in_words(error.said, self._language),
            "details": worded(error.details, self._language),
            "retryable": error.retryable,
        }
        await self._send({"type": "error", "data": {"error": body}})

    async def _send(self, event: dict[str, Any]) -> None:
        envelope = {
            "session_id": self._session_id,
            "turn_id": "",
            "timestamp": _timestamp(datetime.now(UTC)),
        }
        text = json.dumps(envelope | event, ensure_ascii=False)
        try:
            async with asyncio.timeout(MAX_SEND.total_seconds()):
                await self._socket.send_text(text)
        except TimeoutError as error:
            raise SlowClient from error


def _timestamp(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat().replace("+00:00", "Z")
