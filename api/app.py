"""Builds the gateway from its settings."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import httpx
from fastapi import FastAPI, Request, Response
from fastapi.responses import PlainTextResponse
from fastapi.staticfiles import StaticFiles
from fastapi_offline import FastAPIOffline

from adapters.encryption.factory import build_codec
from adapters.keys import SESSION_KEYS, KeyRing
from adapters.live.connection import connect
from adapters.live.redis_live import NothingLive, RedisLiveFeed
from adapters.marketplaces.configuration import SandboxAccess
from adapters.marketplaces.registry import load_marketplaces
from adapters.storage.bulk_store import BulkStore
from adapters.storage.links import MediaLinks
from adapters.storage.media_store import MediaStore
from api import bulk_routes, chat, codec, health, routes, webhooks
from api.auth import Oidc, SignIn, Tokens
from api.bulk import BulkUploads
from api.codec import CodecServer
from api.conversations import Conversations
from api.errors import install_error_handlers
from api.gateway import Gateway, SocketLimit
from api.hub import Hub
from api.jobs import Jobs
from api.searches import Searches
from api.transcripts import Transcripts
from api.webhooks import Webhooks
from talknshop import __version__
from talknshop.settings import GatewaySettings, Settings
from workflows.client import connect as connect_temporal
from workflows.conversation import ConversationSettings

# Pictures come from the marketplaces; everything else from the gateway itself.
_POLICY = (
    "default-src 'self'; img-src 'self' data: blob: https: http:; style-src 'self'"
    " 'unsafe-inline'; connect-src 'self' ws: wss:; object-src 'none'; base-uri 'none';"
    " frame-ancestors 'none'"
)
# FastAPI starts its documentation pages with a script in the page; nothing a person said is there.
_POLICY_OF_DOCS = f"{_POLICY}; script-src 'self' 'unsafe-inline'"
_DOCS = ("/docs", "/redoc")
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def create_app(settings: Settings) -> FastAPI:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with _connected(app, settings):
            yield

    # Its /docs is complete without another host; the rest is plain FastAPI.
    app = FastAPIOffline(title="TalknShop", version=__version__, lifespan=lifespan)
    install_error_handlers(app)
    app.middleware("http")(_observe)
    app.include_router(routes.router)
    app.include_router(webhooks.router)
    app.include_router(bulk_routes.router)
    app.include_router(health.router)
    app.include_router(chat.router)
    app.include_router(codec.router)
    _serve_web_client(app, settings)
    return app


@asynccontextmanager
async def _connected(app: FastAPI, settings: Settings) -> AsyncIterator[None]:
    temporal, given = settings.temporal, settings.gateway.session_key
    payload_codec = build_codec(settings.encryption, settings.data_dir)
    client = await connect_temporal(temporal, role="gateway", codec=payload_codec)
    feed = RedisLiveFeed(connect(settings.redis_url)) if settings.redis_url else NothingLive()
    keys = KeyRing.of(given.get_secret_value() if given else None, settings.data_dir / SESSION_KEYS)
    hub = Hub(feed)
    # Only to know a marketplace's signature when a notice comes.
    http = httpx.AsyncClient(timeout=httpx.Timeout(5, connect=3))
    sandbox = SandboxAccess.given(settings.sandbox_url, settings.sandbox_credentials)
    notices = load_marketplaces(http, sandbox).notices
    app.state.temporal = client
    operator = settings.gateway.operator_token
    app.state.codec_server = CodecServer(
        payload_codec, operator.get_secret_value() if operator else None, temporal.ui_url
    )
    app.state.gateway = Gateway(
        conversations=Conversations(
            client,
            ConversationSettings(
                marketplaces=settings.search_marketplaces,
                posting_marketplaces=settings.posting_marketplaces,
                search_deadline_ms=round(settings.search_deadline.total_seconds() * 1000),
            ),
        ),
        jobs=Jobs(client, settings.posting_marketplaces),
        bulk=BulkUploads(client, BulkStore(settings.media_url), settings.posting_marketplaces),
        searches=Searches(client, settings.search_marketplaces, settings.search_deadline),
        webhooks=Webhooks(client, notices, settings.gateway.url, settings.sales_interval),
        transcripts=Transcripts(client),
        hub=hub,
        sign_in=_sign_in(settings.gateway, keys),
        media=MediaStore(settings.media_url),
        links=MediaLinks(settings.gateway.url, keys.secrets),
        sockets=SocketLimit(settings.gateway.max_sockets_per_user),
        idle_timeout=settings.gateway.idle_timeout,
        allowed_origins=frozenset(settings.gateway.allowed_origins),
        temporal_ui_url=temporal.ui_url,
        namespace=temporal.namespace,
    )
    tasks = [asyncio.create_task(feed.run()), asyncio.create_task(hub.run())]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await http.aclose()


def _sign_in(settings: GatewaySettings, keys: KeyRing) -> SignIn:
    return SignIn(
        Tokens(keys, settings.token_lifetime, settings.refresh_lifetime),
        Oidc(settings.oidc) if settings.oidc else None,
        guests=settings.oidc is None if settings.guests is None else settings.guests,
        by_name=not settings.auth_required,
    )


async def _observe(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    started = time.perf_counter()
    response = await call_next(request)
    response.headers.update(_HEADERS)
    is_docs = request.url.path in _DOCS
    response.headers["Content-Security-Policy"] = _POLICY_OF_DOCS if is_docs else _POLICY
    route = getattr(request.scope.get("route"), "path", "other")
    request.app.state.gateway.metrics.requests.labels(
        request.method, route, response.status_code
    ).observe(time.perf_counter() - started)
    return response


def _serve_web_client(app: FastAPI, settings: Settings) -> None:
    if (settings.web_dir / "index.html").exists():
        app.mount("/", StaticFiles(directory=settings.web_dir, html=True))
        return

    @app.get("/", include_in_schema=False)
    async def not_built() -> PlainTextResponse:
        return PlainTextResponse(
            f"The web client is not built: {settings.web_dir} is missing. `make web` builds it.",
            status_code=503,
        )
