"""Puts the sandbox together."""

from pathlib import Path

from fastapi import FastAPI

from sandbox import control, pictures
from sandbox.catalogue.catalogue import Catalogue
from sandbox.catalogue.stocking import stock
from sandbox.credentials import load_or_make
from sandbox.disturbance import Disturbances, DisturbingMiddleware, LatencyMode
from sandbox.ebay.own_items import follow_listings
from sandbox.marketplaces import MARKETPLACES
from sandbox.pages import routes as pages
from sandbox.refusal import RefusalError, answer_refusal
from sandbox.state import Store
from sandbox.world import World


def create_app(
    data_dir: Path,
    *,
    latency: LatencyMode = "default",
    seed: int = 1,
    index_delay: float = 0.0,
) -> FastAPI:
    """`data_dir` is made when missing; keys, goods and posted listings in it are kept."""
    data_dir.mkdir(parents=True, exist_ok=True)
    disturbances = Disturbances(seed, latency)
    catalogue = Catalogue(data_dir / "catalogue.sqlite")
    stock(catalogue, seed)
    store = Store(data_dir / "sandbox.sqlite")
    follow_listings(store, catalogue)
    app = FastAPI(title="Marketplace sandbox", openapi_url=None)
    app.state.world = World(
        catalogue=catalogue,
        credentials=load_or_make(data_dir / "credentials.json"),
        store=store,
        disturbances=disturbances,
        index_delay=index_delay,
    )
    app.add_middleware(
        DisturbingMiddleware,
        disturbances=disturbances,
        outages={name: entry.outage for name, entry in MARKETPLACES.items()},
        throttles={name: entry.throttled for name, entry in MARKETPLACES.items()},
    )
    app.add_exception_handler(RefusalError, answer_refusal)
    app.include_router(control.router)
    app.include_router(pictures.router)
    app.include_router(pages.router)
    for entry in MARKETPLACES.values():
        app.include_router(entry.router)
    return app
