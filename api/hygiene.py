"""What holds for every HTTP request: where it may come from, how big it is, what goes with it."""

import hashlib
import ipaddress
import re
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import ApiError, Forbidden, Internal, TooLarge, WhileReading, problem
from api.language import language_of
from api.limits import Quota
from api.observing import Observer
from talknshop.bulk import MAX_BYTES as MAX_BULK_BYTES
from talknshop.messages import sentence

MAX_UPLOAD_BYTES = 15 * 1024 * 1024
_MAX_BODY_BYTES = 1024 * 1024
# A file comes with the lines of its multipart form around it.
_LARGER_BODIES = {
    "/api/v1/media": MAX_UPLOAD_BYTES + 64 * 1024,
    "/api/v1/jobs/bulk": MAX_BULK_BYTES + 64 * 1024,
}
_MAX_TAGGED_BYTES = 1024 * 1024
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

# Pictures come from the marketplaces; everything else from the gateway itself.
_POLICY = (
    "default-src 'self'; img-src 'self' data: blob: https: http:; style-src 'self'"
    " 'unsafe-inline'; object-src 'none'; base-uri 'none'; form-action 'self';"
    " frame-ancestors 'none'"
)
# FastAPI starts its documentation pages with a script in the page; nothing a person said is there.
_SCRIPTS_OF_DOCS = "; script-src 'self' 'unsafe-inline'"
_HOST = re.compile(r"[A-Za-z0-9._:\[\]-]{1,260}")
_DOCS = ("/docs", "/redoc")
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=()",
}


@dataclass(frozen=True)
class Origins:
    """Which pages may talk to the gateway, and by which names it may be called.

    `names` None: by any. Where a person is known by name alone, a page elsewhere could otherwise
    lead its own domain name to this machine and be taken for ours.
    """

    allowed: frozenset[str]
    names: frozenset[str] | None

    def check(self, headers: Headers) -> None:
        """Raises Forbidden. Programs send no Origin."""
        host, origin = headers.get("host", ""), headers.get("origin")
        self.check_host(host)
        if origin is None or origin in self.allowed or urlsplit(origin).netloc == host:
            return
        raise Forbidden("origin_not_allowed", sentence("api_origin"))

    def check_host(self, host: str) -> None:
        name = (urlsplit(f"//{host}").hostname or "") if host else ""
        if self.names is None or name in self.names or name.endswith(".localhost"):
            return
        try:
            ipaddress.ip_address(name)
        except ValueError:
            raise Forbidden("host_not_allowed", sentence("api_host")) from None


class Hygiene:
    """Pure ASGI, so that streams stay streams."""

    def __init__(self, app: ASGIApp, origins: Origins, *, https: bool) -> None:
        self._app = app
        self._origins = origins
        self._headers = dict(_HEADERS)
        if https:
            self._headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        answer = _Answer(scope, headers, send, self._headers)
        with structlog.contextvars.bound_contextvars(request_id=answer.request_id):
            try:
                self._check(scope, headers)
            except ApiError as error:
                await problem(error, language_of(headers))(scope, receive, answer.send)
                return
            try:
                await self._answered(scope, receive, answer)
            except Exception:
                if not answer.has_begun:
                    await problem(Internal(), language_of(headers))(scope, receive, answer.send)
                raise  # to be logged

    async def _answered(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        bounded = _Bounded(scope["path"], receive)
        if scope["method"] in _SAFE_METHODS:
            await self._app(scope, bounded, answer.send)
            return
        observer: Observer = scope["app"].state.gateway.observer
        with observer.request(scope["method"], answer.request_id):
            await self._app(scope, bounded, answer.send)

    def _check(self, scope: Scope, headers: Headers) -> None:
        if scope["method"] in _SAFE_METHODS:
            self._origins.check_host(headers.get("host", ""))
        else:
            self._origins.check(headers)
        length = headers.get("content-length", "0")
        if length.isdecimal() and int(length) > _most(scope["path"]):
            raise _too_large(scope["path"])


class _Bounded:
    """Counts what arrives: a body may come without saying its length."""

    def __init__(self, path: str, receive: Receive) -> None:
        self._path = path
        self._receive = receive
        self._received = 0

    async def __call__(self) -> Message:
        message = await self._receive()
        self._received += len(message.get("body", b""))
        if self._received > _most(self._path):
            # FastAPI makes a 400 of every other exception while it reads.
            raise WhileReading(_too_large(self._path))
        return message


class _Answer:
    """Adds the headers, the tag and the count to what is sent."""

    def __init__(
        self, scope: Scope, headers: Headers, send: Send, fixed: Mapping[str, str]
    ) -> None:
        given = headers.get("x-request-id", "")
        self.request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        self._scope = scope
        self._request = headers
        self._send = send
        self._fixed = fixed
        self._start: Message | None = None
        self.has_begun = False
        self._started = time.perf_counter()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._begin(message)
            self._start = None
            if self._may_be_tagged(message):
                self._start = message
                return
        elif self._start is not None:
            message = await self._tagged(self._start, message)
            self._start = None
        self.has_begun = True
        await self._send(message)

    def _begin(self, message: Message) -> None:
        headers = MutableHeaders(scope=message)
        for name, value in self._fixed.items():
            headers.setdefault(name, value)
        policy = f"{_POLICY}; connect-src {_connections(self._request.get('host', ''))}"
        is_docs = self._scope["path"] in _DOCS
        headers["Content-Security-Policy"] = f"{policy}{_SCRIPTS_OF_DOCS}" if is_docs else policy
        headers["X-Request-ID"] = self.request_id
        if self._scope["path"].startswith("/api/"):
            headers.setdefault("Cache-Control", "private, no-cache")
        # Whatever is answered, refusals and files too: a limit is told where something was counted.
        counted: Quota | None = self._scope.get("state", {}).get("counted")
        for name, value in counted.headers.items() if counted else ():
            headers.setdefault(name, value)
        self._count(message["status"])

    def _count(self, status: int) -> None:
        route = getattr(self._scope.get("route"), "path", "other")
        self._scope["app"].state.gateway.metrics.requests.labels(
            self._scope["method"], route, status
        ).observe(time.perf_counter() - self._started)

    def _may_be_tagged(self, message: Message) -> bool:
        kind = MutableHeaders(scope=message).get("content-type", "")
        is_read = self._scope["method"] == "GET" and message["status"] == 200
        return is_read and kind == "application/json"

    async def _tagged(self, start: Message, body: Message) -> Message:
        headers = MutableHeaders(scope=start)
        content = body.get("body", b"")
        if not body.get("more_body") and len(content) <= _MAX_TAGGED_BYTES:
            tag = f'W/"{hashlib.sha256(content).hexdigest()[:32]}"'
            headers["ETag"] = tag
            if tag in self._request.get("if-none-match", ""):
                start["status"] = 304
                del headers["content-length"]
                body = {**body, "body": b""}
        await self._send(start)
        return body


def _connections(host: str) -> str:
    """To whom a page of ours may speak: us. Older browsers take 'self' for no WebSocket."""
    return f"'self' ws://{host} wss://{host}" if _HOST.fullmatch(host) else "'self'"


def _most(path: str) -> int:
    return _LARGER_BODIES.get(path, _MAX_BODY_BYTES)


def _too_large(path: str) -> TooLarge:
    return TooLarge("body_too_large", sentence("api_body_too_large", most=_most(path)))
