"""Lets the faults strike: what happens to a marketplace's request before, during and after it."""

import asyncio
from collections.abc import Callable, Mapping

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.connection import CLOSE_CONNECTION
from sandbox.disturbance import Disturbances, Fault
from sandbox.hostile import poison
from sandbox.refusal import Refusals
from sandbox.traffic import call_of, marketplace_of


class SpoilingMiddleware:
    """Counts, delays and spoils the marketplaces' requests; pages and control pass untouched."""

    def __init__(
        self,
        app: ASGIApp,
        disturbances: Disturbances,
        refusals: dict[str, Refusals],
        expire_tokens: Callable[[str], None],
        prefixes: Mapping[str, str],
    ) -> None:
        self._app = app
        self._disturbances = disturbances
        self._refusals = refusals
        self._expire_tokens = expire_tokens
        self._prefixes = prefixes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_http = scope["type"] == "http"
        marketplace = marketplace_of(scope["path"], self._prefixes) if is_http else None
        if marketplace is None:
            await self._app(scope, receive, send)
            return
        method, path = scope["method"], scope["path"]
        self._disturbances.count(marketplace, method, path)
        fault = self._disturbances.next_fault(marketplace, method, path)
        await asyncio.sleep(self._disturbances.delay(marketplace, call_of(method, path)))
        if fault is None:
            await self._app(scope, receive, send)
        elif fault.kind == "hang":
            await _until_disconnected(receive)
        elif fault.kind == "drop_reply":
            await self._app(scope, receive, _swallow)
            scope["extensions"][CLOSE_CONNECTION]["close"]()
            await _until_disconnected(receive)
        elif fault.kind == "hostile":
            chance = self._disturbances.chance(f"{marketplace}/hostile")
            await _poisoned(self._app, scope, receive, send, lambda body: poison(body, chance))
        else:
            await self._instead(marketplace, fault)(scope, receive, send)

    def _instead(self, marketplace: str, fault: Fault) -> Response:
        refusals = self._refusals[marketplace]
        match fault.kind:
            case "status":
                return refusals.outage(fault.status)
            case "throttle":
                return refusals.throttled(fault.retry_after)
            case "expire_token":
                self._expire_tokens(marketplace)
                return refusals.expired()
            case _:
                return Response(b'{"unfinished": [', media_type="application/json")


async def _poisoned(
    app: ASGIApp, scope: Scope, receive: Receive, send: Send, change: Callable[[bytes], bytes]
) -> None:
    """Holds the reply back until it is complete."""
    head: Message = {}
    body = bytearray()

    async def hold(message: Message) -> None:
        if message["type"] == "http.response.start":
            head.update(message)
        else:
            body.extend(message.get("body", b""))

    await app(scope, receive, hold)
    changed = change(bytes(body))
    headers = [pair for pair in head["headers"] if pair[0].lower() != b"content-length"]
    headers.append((b"content-length", str(len(changed)).encode()))
    await send({**head, "headers": headers})
    await send({"type": "http.response.body", "body": changed})


async def _until_disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _swallow(message: Message) -> None:
    pass
