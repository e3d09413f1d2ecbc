"""The control plane under /_sandbox: tests and the supervisor use it, no marketplace has it."""

from typing import Any, Literal

from fastapi import APIRouter, HTTPException, Request
from pydantic import BaseModel, model_validator

from sandbox.catalogue.importing import BadLineError, read_goods
from sandbox.catalogue.stocking import keep_as_it_is
from sandbox.disturbance import Fault, LatencyMode, Spread
from sandbox.ebay import revoke_all
from sandbox.ebay.own_items import show_listings
from sandbox.marketplaces import MARKETPLACES
from sandbox.state import ACCOUNTS, TOKENS
from sandbox.world import TheWorld, base_url

router = APIRouter(prefix="/_sandbox")


class Latency(BaseModel):
    """A mode, or a distribution of one's own."""

    mode: LatencyMode | None = None
    spread: Spread | None = None
    marketplace: str | None = None

    @model_validator(mode="after")
    def _is_one_of_them(self) -> "Latency":
        if (self.mode is None) == (self.spread is None):
            raise ValueError("give a mode or a spread")
        return self


class Purchase(BaseModel):
    marketplace: str
    listing_id: str


class Seed(BaseModel):
    seed: int


@router.get("/health")
async def health(world: TheWorld) -> dict[str, Any]:
    return {"status": "ok", "products": world.catalogue.count_products()}


@router.get("/latency")
async def read_latency(world: TheWorld) -> dict[str, LatencyMode | Spread]:
    return {name: world.disturbances.latency(name) for name in MARKETPLACES}


@router.post("/latency")
async def set_latency(latency: Latency, world: TheWorld) -> dict[str, LatencyMode | Spread]:
    _check_known(latency.marketplace)
    wanted = latency.mode or latency.spread
    assert wanted is not None
    world.disturbances.set_latency(wanted, latency.marketplace)
    return await read_latency(world)


@router.post("/seed")
async def set_seed(seed: Seed, world: TheWorld) -> dict[str, int]:
    """Chance starts anew: the same faults and requests from here on have the same fate."""
    world.disturbances.reseed(seed.seed)
    return {"seed": seed.seed}


@router.get("/faults")
async def list_faults(world: TheWorld) -> list[Fault]:
    return world.disturbances.faults


@router.post("/faults")
async def add_fault(fault: Fault, world: TheWorld) -> list[Fault]:
    """Strikes matching requests from now on, after the faults that were added before."""
    _check_known(fault.marketplace)
    world.disturbances.add_fault(fault)
    return world.disturbances.faults


@router.delete("/faults")
async def clear_faults(world: TheWorld, marketplace: str | None = None) -> list[Fault]:
    _check_known(marketplace)
    world.disturbances.clear_faults(marketplace)
    return world.disturbances.faults


@router.post("/reset")
async def reset(world: TheWorld, subscriptions: bool = False) -> dict[str, str]:
    """Forgets everything that was posted, all faults and counts; with `subscriptions` also who is
    to be told of sales. Tokens stay as they are."""
    world.store.forget_posted((TOKENS,) if subscriptions else ACCOUNTS)
    world.disturbances.forget()
    return {"status": "ok"}


@router.post("/expire_tokens")
async def expire_tokens(world: TheWorld, marketplace: str | None = None) -> dict[str, str]:
    """Every access token is refused from now on."""
    _check_known(marketplace)
    world.store.expire_tokens(marketplace)
    return {"status": "ok"}


@router.post("/import")
async def import_goods(
    request: Request, world: TheWorld, mode: Literal["replace", "extend"] = "extend"
) -> dict[str, int]:
    """JSON lines, as catalogue/importing.py describes them; all of them, or none."""
    catalogue = world.catalogue
    lines = (await request.body()).decode("utf-8", "replace").splitlines()
    try:
        with catalogue.changing():
            if mode == "replace":
                catalogue.clear()
            catalogue.add(read_goods(lines, catalogue, catalogue.next_number()))
            keep_as_it_is(catalogue)
            if mode == "replace":
                show_listings(world.store, catalogue)
    except BadLineError as error:
        raise HTTPException(422, str(error)) from error
    return {"products": catalogue.count_products()}


@router.post("/revoke_consents")
async def revoke_consents(world: TheWorld) -> dict[str, str]:
    """Every seller who let an application act for them takes that back."""
    revoke_all(world)
    return {"status": "ok"}


@router.get("/requests")
async def count_requests(world: TheWorld) -> dict[str, Any]:
    disturbances = world.disturbances
    return {
        "total": {name: disturbances.requests[name] for name in MARKETPLACES},
        "paths": disturbances.requests_by_path,
    }


@router.get("/listings")
async def list_posted(
    request: Request, world: TheWorld, marketplace: str | None = None
) -> list[dict[str, Any]]:
    """Everything that was posted and not forgotten, withdrawn and sold listings included."""
    _check_known(marketplace)
    return [
        posted.as_json(base_url(request))
        for name, entry in MARKETPLACES.items()
        if marketplace in (None, name)
        for posted in entry.posted(world.store)
    ]


@router.post("/buy")
async def buy(purchase: Purchase, world: TheWorld) -> dict[str, str]:
    """Somebody buys one piece of a live listing."""
    _check_known(purchase.marketplace)
    if not MARKETPLACES[purchase.marketplace].buy(world, purchase.listing_id):
        raise HTTPException(409, f"{purchase.listing_id!r} is not a live listing there")
    return {"status": "sold"}


def _check_known(marketplace: str | None) -> None:
    if marketplace is not None and marketplace not in MARKETPLACES:
        raise HTTPException(422, f"{marketplace!r} is none of {', '.join(MARKETPLACES)}")
