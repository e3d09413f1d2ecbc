"""What the sandbox is asked for, for Prometheus."""

import time

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

router = APIRouter()

REQUESTS = Histogram(
    "sandbox_request_seconds",
    "Requests by the first part of their path, faults and latency included.",
    ["part", "status"],
    buckets=(0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8),
)
_KNOWN = 30  # first parts of paths: whoever guesses paths makes no new series for each


@router.get("/metrics", response_class=Response)
async def metrics() -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


class CountedMiddleware:
    """Pure ASGI: replies that are cut off in the middle stay so, and count as status 0."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._parts: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), 0

        async def counted(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self._app(scope, receive, counted)
        finally:
            part = self._part(scope["path"])
            REQUESTS.labels(part, status).observe(time.perf_counter() - started)

    def _part(self, path: str) -> str:
        part = path.split("/", 2)[1]
        if part not in self._parts and len(self._parts) < _KNOWN:
            self._parts.add(part)
        return part if part in self._parts else "other"
