"""The control plane under /_sandbox: tests and the supervisor use it, no marketplace has it."""

from dataclasses import asdict
from typing import Any, Literal

from fastapi import APIRouter, HTTPException, Request
from pydantic import BaseModel, model_validator

from sandbox import facebook_login
from sandbox.catalogue.importing import BadLineError, read_goods
from sandbox.catalogue.stocking import keep_as_it_is
from sandbox.disturbance import Fault, LatencyMode, Spread
from sandbox.ebay import RuName, expire_codes, register, revoke_all
from sandbox.ebay.own_items import show_listings
from sandbox.marketplaces import MARKETPLACES
from sandbox.marketplaces import buy as buy_one
from sandbox.marketplaces import orders as orders_of
from sandbox.purchases import bring_back
from sandbox.quotas import QuotaMode, Window
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


class QuotaChange(BaseModel):
    """Windows of one's own, none of them for no limit, or a mode. Without a marketplace: all."""

    marketplace: str | None = None
    resource: str | None = None
    windows: list[Window] | None = None
    mode: QuotaMode | None = None

    @model_validator(mode="after")
    def _is_one_of_them(self) -> "QuotaChange":
        if (self.mode is None) == (self.windows is None):
            raise ValueError("give windows or a mode")
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
    """Forgets everything that was posted and bought, all faults, counts and quotas; with
    `subscriptions` also who is to be told of sales. Tokens stay as they are."""
    bring_back(world)
    world.store.forget_posted((TOKENS,) if subscriptions else ACCOUNTS)
    world.disturbances.forget()
    world.quotas.forget()
    return {"status": "ok"}


@router.post("/expire_tokens")
async def expire_tokens(world: TheWorld, marketplace: str | None = None) -> dict[str, str]:
    """Every access token, and every code of a consent, is refused from now on."""
    _check_known(marketplace)
    if marketplace in (None, "ebay"):
        expire_codes(world)
    if marketplace in (None, "facebook"):
        facebook_login.expire_codes(world)
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
    facebook_login.revoke_all(world)
    return {"status": "ok"}


@router.post("/ru_names")
async def register_ru_name(name: RuName, world: TheWorld) -> RuName:
    """As a developer does it in eBay's portal; kept over restarts and resets."""
    register(world, name)
    return name


@router.get("/requests")
async def count_requests(world: TheWorld) -> dict[str, Any]:
    """How many there were, and the most that came within any one second."""
    disturbances = world.disturbances
    return {
        "total": {name: disturbances.requests[name] for name in MARKETPLACES},
        "paths": disturbances.requests_by_path,
        "busiest_second": disturbances.busiest_second,
    }


@router.get("/quotas")
async def read_quotas(world: TheWorld) -> list[dict[str, Any]]:
    """What each marketplace grants a key, and how much of it the busiest key has used."""
    return [
        {
            "marketplace": marketplace,
            "resource": resource,
            "windows": [
                {**usage.window.model_dump(), "used": usage.used}
                for usage in world.quotas.busiest(marketplace, resource)
            ],
        }
        for marketplace in MARKETPLACES
        for resource in world.quotas.windows(marketplace)
    ]


@router.post("/quotas")
async def set_quotas(wanted: QuotaChange, world: TheWorld) -> list[dict[str, Any]]:
    """From now on; what was used already counts."""
    _check_known(wanted.marketplace)
    for marketplace in [wanted.marketplace] if wanted.marketplace else MARKETPLACES:
        if wanted.mode:
            world.quotas.set_mode(marketplace, wanted.mode)
            continue
        try:
            world.quotas.set(marketplace, wanted.windows or [], wanted.resource)
        except KeyError as error:
            raise HTTPException(422, f"{marketplace} counts no {wanted.resource!r}") from error
    return await read_quotas(world)


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


@router.get("/orders")
async def list_orders(marketplace: str, world: TheWorld) -> list[dict[str, Any]]:
    """What people bought there, newest first."""
    _check_known(marketplace)
    return [asdict(order) for order in orders_of(world.store, marketplace)]


@router.post("/buy")
async def buy(purchase: Purchase, world: TheWorld) -> dict[str, str]:
    """Somebody buys one piece of a live listing, or of an offer of the catalogue."""
    _check_known(purchase.marketplace)
    if not buy_one(world, purchase.marketplace, purchase.listing_id):
        raise HTTPException(409, f"{purchase.listing_id!r} is not a live listing there")
    return {"status": "sold"}


def _check_known(marketplace: str | None) -> None:
    if marketplace is not None and marketplace not in MARKETPLACES:
        raise HTTPException(422, f"{marketplace!r} is none of {', '.join(MARKETPLACES)}")
