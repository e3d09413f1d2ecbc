"""Puts the sandbox together."""

from pathlib import Path

from fastapi import FastAPI

from sandbox import control, pictures
from sandbox.catalogue.generator import generate
from sandbox.catalogue.search import Catalogue
from sandbox.credentials import load_or_make
from sandbox.disturbance import Disturbances, DisturbingMiddleware, LatencyMode
from sandbox.marketplaces import MARKETPLACES
from sandbox.pages import routes as pages
from sandbox.refusal import RefusalError, answer_refusal
from sandbox.state import Store
from sandbox.world import World


def create_app(data_dir: Path, *, latency: LatencyMode = "default", seed: int = 1) -> FastAPI:
    """`data_dir` is made when missing; keys and posted listings in it are kept."""
    data_dir.mkdir(parents=True, exist_ok=True)
    disturbances = Disturbances(seed, latency)
    app = FastAPI(title="Marketplace sandbox", openapi_url=None)
    app.state.world = World(
        catalogue=Catalogue(generate(seed)),
        credentials=load_or_make(data_dir / "credentials.json"),
        store=Store(data_dir / "sandbox.sqlite"),
        disturbances=disturbances,
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
