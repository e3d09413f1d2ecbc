"""Puts the sandbox together."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from fastapi import FastAPI

from sandbox import control, metrics, pictures
from sandbox.catalogue.stocking import open_stocked
from sandbox.credentials import load_or_make
from sandbox.disturbance import Disturbances, LatencyMode
from sandbox.ebay.own_items import follow_listings
from sandbox.marketplaces import MARKETPLACES
from sandbox.metrics import CountedMiddleware
from sandbox.notices import Notices
from sandbox.pages import routes as pages
from sandbox.quotas import QuotaMode, Quotas
from sandbox.refusal import RefusalError, answer_refusal
from sandbox.spoiling import SpoilingMiddleware
from sandbox.state import Store
from sandbox.world import World


def create_app(
    data_dir: Path,
    *,
    latency: LatencyMode = "default",
    seed: int = 1,
    index_delay: float = 0.0,
    quotas: QuotaMode = "generous",
) -> FastAPI:
    """`data_dir` is made when missing; keys, goods and posted listings in it are kept."""
    data_dir.mkdir(parents=True, exist_ok=True)
    disturbances = Disturbances(seed, latency)
    catalogue = open_stocked(data_dir / "catalogue.sqlite", seed)
    store = Store(data_dir / "sandbox.sqlite")
    follow_listings(store, catalogue)
    notices = Notices(store, disturbances)
    app = FastAPI(title="Marketplace sandbox", openapi_url=None, lifespan=_delivering(notices))
    app.state.world = World(
        catalogue=catalogue,
        credentials=load_or_make(data_dir / "credentials.json", _keys()),
        store=store,
        disturbances=disturbances,
        notices=notices,
        quotas=Quotas(quotas),
        index_delay=index_delay,
    )
    app.add_middleware(
        SpoilingMiddleware,
        disturbances=disturbances,
        refusals={name: entry.refusals for name, entry in MARKETPLACES.items()},
        expire_tokens=store.expire_tokens,
        prefixes={entry.prefix: name for name, entry in MARKETPLACES.items() if entry.prefix},
    )
    app.add_exception_handler(RefusalError, answer_refusal)
    app.add_middleware(CountedMiddleware)
    app.include_router(control.router)
    app.include_router(metrics.router)
    app.include_router(pictures.router)
    app.include_router(pages.router)
    for entry in MARKETPLACES.values():
        app.include_router(entry.router)
    return app


def _keys() -> dict[str, Callable[[], dict[str, str]]]:
    return {name: entry.keys for name, entry in MARKETPLACES.items() if entry.keys}


def _delivering(notices: Notices) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        delivery = asyncio.create_task(notices.deliver())
        try:
            yield
        finally:
            delivery.cancel()

    return lifespan
