"""What every route shares: the goods, the keys, the state, the disturbances and the quotas."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from sandbox.catalogue.catalogue import Catalogue
from sandbox.credentials import Credentials
from sandbox.disturbance import Disturbances
from sandbox.notices import Notices
from sandbox.quotas import Quotas
from sandbox.state import Store


@dataclass(frozen=True)
class World:
    catalogue: Catalogue
    credentials: Credentials
    store: Store
    disturbances: Disturbances
    notices: Notices
    quotas: Quotas
    index_delay: float = 0.0  # seconds until a new eBay listing is found


async def _world(request: Request) -> World:
    world: World = request.app.state.world
    return world


TheWorld = Annotated[World, Depends(_world)]


def base_url(request: Request) -> str:
    """How the client reached us, without a trailing slash: the host of every link we hand out."""
    return str(request.base_url).rstrip("/")
