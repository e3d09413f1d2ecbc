"""Builds the gateway from its settings."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

import httpx
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import PlainTextResponse
from fastapi_offline import FastAPIOffline

from adapters.encryption.factory import build_codec
from adapters.keys import SESSION_KEYS, KeyRing
from adapters.live.connection import connect
from adapters.live.redis_live import NothingLive, RedisLiveFeed
from adapters.live.refresh_ledger import RefreshLedger
from adapters.live.shared_counts import SharedCounts
from adapters.marketplaces.configuration import SandboxAccess
from adapters.marketplaces.registry import load_marketplaces
from adapters.notify.channels import Channels
from adapters.notify.vapid import PUSH_KEYS, Vapid
from adapters.outbound import PublicHttp
from adapters.secrets.factory import build_secret_store
from adapters.secrets.links import PendingLinks
from adapters.storage.bulk_store import BulkStore
from adapters.storage.links import MediaLinks
from adapters.storage.media_store import MediaStore
from adapters.telemetry.process import Telemetry
from api import (
    account_routes,
    bulk_routes,
    chat,
    codec,
    health,
    memory_routes,
    notice_routes,
    routes,
    sse,
    watch_routes,
    webhooks,
)
from api.accounts import Accounts
from api.auth import Oidc, SignIn, Tokens
from api.bulk import BulkUploads
from api.codec import CodecServer
from api.conversations import Conversations
from api.errors import install_error_handlers
from api.gateway import Gateway, SocketLimit
from api.hub import Hub
from api.hygiene import Hygiene, Origins
from api.installation import watch
from api.jobs import Jobs
from api.limits import Limits
from api.memories import Memories
from api.metrics import Metrics
from api.notices import Notices
from api.observing import Observer
from api.photos import Photos
from api.searches import Searches
from api.transcripts import Transcripts
from api.watches import Watches
from api.web_client import web_client
from api.webhooks import Webhooks
from talknshop import __version__
from talknshop.settings import GatewaySettings, Settings
from workflows.client import connect as connect_temporal
from workflows.conversation import ConversationSettings

_HEADERS_OF_PAGES = [
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-None-Match",
    "Last-Event-ID",
    "X-Namespace",
    "X-Request-ID",
]


def create_app(settings: Settings, telemetry: Telemetry | None = None) -> FastAPI:
    telemetry = telemetry or Telemetry()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with _connected(app, settings, telemetry):
            yield

    # Its /docs is complete without another host; the rest is plain FastAPI.
    app = FastAPIOffline(
        title="TalknShop",
        version=__version__,
        lifespan=lifespan,
        # Its own spans would hold queries: what people search for, and tokens of event streams.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    install_error_handlers(app)
    origins = _origins(settings)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=sorted(origins.allowed),
        allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
        allow_headers=_HEADERS_OF_PAGES,
        expose_headers=["ETag", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-ID"],
    )
    app.add_middleware(Hygiene, origins=origins, https=settings.gateway.url.startswith("https:"))
    app.include_router(routes.router)
    app.include_router(webhooks.router)
    app.include_router(bulk_routes.router)
    app.include_router(account_routes.router)
    app.include_router(memory_routes.router)
    app.include_router(watch_routes.router)
    app.include_router(notice_routes.router)
    app.include_router(health.router)
    app.include_router(chat.router)
    app.include_router(sse.router)
    app.include_router(codec.router)
    _serve_web_client(app, settings)
    return app


@asynccontextmanager
async def _connected(app: FastAPI, settings: Settings, telemetry: Telemetry) -> AsyncIterator[None]:
    temporal, given = settings.temporal, settings.gateway.session_key
    payload_codec = build_codec(settings.encryption, settings.data_dir)
    client = await connect_temporal(
        temporal,
        role="gateway",
        codec=payload_codec,
        interceptors=telemetry.interceptors,
        runtime=telemetry.runtime,
    )
    redis = connect(settings.redis_url) if settings.redis_url else None
    feed = RedisLiveFeed(redis) if redis else NothingLive()
    counts = SharedCounts(redis) if redis else None
    keys = KeyRing.of(given.get_secret_value() if given else None, settings.data_dir / SESSION_KEYS)
    hub = Hub(feed)
    # Only to know a marketplace's signature when a notice comes; it posts and searches nothing.
    http = httpx.AsyncClient(timeout=httpx.Timeout(5, connect=3))
    sandbox = SandboxAccess.given(settings.sandbox_url, settings.sandbox_credentials)
    marketplaces = load_marketplaces(http, sandbox)
    kept = settings.secrets
    secrets = build_secret_store(
        kept.store,
        data_dir=settings.data_dir,
        key=kept.key.get_secret_value() if kept.key else None,
        prefix=kept.prefix,
        region=kept.region,
    )
    accounts = Accounts(
        client,
        marketplaces.linking,
        PendingLinks(secrets),
        settings.gateway.url,
        [name for name, each in marketplaces.posting.items() if each.assisted],
    )
    outbound, push = PublicHttp(settings.private_hosts), settings.push
    push_keys = KeyRing.of(
        push.key.get_secret_value() if push.key else None, settings.data_dir / PUSH_KEYS
    )
    app.state.temporal = client
    app.state.telemetry = telemetry
    operator = settings.gateway.operator_token
    app.state.codec_server = CodecServer(
        payload_codec, operator.get_secret_value() if operator else None
    )
    media = MediaStore(settings.media_url)
    photos = Photos(media)
    metrics = Metrics()
    app.state.gateway = Gateway(
        conversations=Conversations(
            client,
            ConversationSettings(
                marketplaces=settings.search_marketplaces,
                posting_marketplaces=settings.posting_marketplaces,
                search_deadline_ms=round(settings.search_deadline.total_seconds() * 1000),
                rest_after_s=round(settings.conversation_rest.total_seconds()),
            ),
        ),
        jobs=Jobs(client, settings.posting_marketplaces, photos),
        accounts=accounts,
        notices=Notices(
            accounts,
            Channels(secrets),
            outbound,
            Vapid(push_keys, settings.push_contact),
        ),
        memories=Memories(
            client,
            accounts,
            settings.search_marketplaces,
            settings.search_deadline,
        ),
        bulk=BulkUploads(client, BulkStore(settings.media_url), settings.posting_marketplaces),
        searches=Searches(client, settings.search_marketplaces, settings.search_deadline),
        watches=Watches(client, settings.watch_interval),
        webhooks=Webhooks(
            client, marketplaces.notices, settings.gateway.url, settings.sales_interval
        ),
        transcripts=Transcripts(client),
        hub=hub,
        sign_in=_sign_in(settings.gateway, keys, RefreshLedger(redis)),
        media=media,
        photos=photos,
        links=MediaLinks(settings.gateway.url, keys.secrets),
        sockets=SocketLimit(
            settings.gateway.max_sockets_per_user,
            settings.gateway.max_sockets_per_address,
            counts,
        ),
        limits=Limits(settings.limits.model_dump(), settings.redis_url),
        origins=_origins(settings),
        idle_timeout=settings.gateway.idle_timeout,
        temporal_ui_url=temporal.ui_url,
        namespace=temporal.namespace,
        metrics=metrics,
        observer=Observer(metrics, tells_messages=settings.log_messages),
    )
    tasks = [asyncio.create_task(feed.run()), asyncio.create_task(hub.run())]
    if settings.metrics:
        watching = watch(client, metrics, settings.posting_marketplaces)
        tasks.append(asyncio.create_task(watching))
    if counts is not None:
        tasks.append(asyncio.create_task(counts.run()))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await http.aclose()
        await outbound.aclose()


def _sign_in(settings: GatewaySettings, keys: KeyRing, ledger: RefreshLedger) -> SignIn:
    return SignIn(
        Tokens(keys, settings.token_lifetime, settings.refresh_lifetime, ledger),
        Oidc(settings.oidc) if settings.oidc else None,
        guests=settings.oidc is None if settings.guests is None else settings.guests,
        by_name=not settings.auth_required,
    )


def _origins(settings: Settings) -> Origins:
    own = (urlsplit(settings.gateway.url).hostname, settings.gateway.host, "localhost")
    return Origins(
        allowed=frozenset([*settings.gateway.allowed_origins, settings.temporal.ui_url]),
        names=None if settings.gateway.auth_required else frozenset(name for name in own if name),
    )


def _serve_web_client(app: FastAPI, settings: Settings) -> None:
    if (settings.web_dir / "index.html").exists():
        app.mount("/", web_client(settings.web_dir))
        return

    @app.get("/", include_in_schema=False)
    async def not_built() -> PlainTextResponse:
        return PlainTextResponse(
            f"The web client is not built: {settings.web_dir} is missing. `make web` builds it.",
            status_code=503,
        )
