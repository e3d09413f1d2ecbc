"""What a marketplace is to the sandbox, be it one of its own or one in a package of its own."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from fastapi import APIRouter

from sandbox.posted import Posted
from sandbox.refusal import Refusals
from sandbox.state import Store
from sandbox.world import World


def nothing_posted(_: Store) -> Iterable[Posted]:
    return ()


def _nothing_to_buy(_: World, __: str) -> bool:
    return False


@dataclass(frozen=True)
class Marketplace:
    """`offer_path` is where an offer of the catalogue is shown; empty where there is none.

    One in a package of its own is the object behind an entry point of the group
    `talknshop.sandbox`. Below `prefix` its API is, and its faults strike; `keys` makes its keys,
    which are then in `world.credentials.model_extra`.
    """

    title: str
    router: APIRouter
    refusals: Refusals
    posted: Callable[[Store], Iterable[Posted]] = nothing_posted
    buy: Callable[[World, str], bool] = _nothing_to_buy
    offer_path: str = ""
    prefix: str = ""
    keys: Callable[[], dict[str, str]] | None = None

    def path_of(self, offer_id: str) -> str:
        return self.offer_path.format(offer_id)
