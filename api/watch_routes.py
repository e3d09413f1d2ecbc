"""The REST calls of price alerts."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from api.language import Language
from api.routes import Asking, Through, limited
from talknshop.messages import worded
from talknshop.model import MarketplaceName, Price
from talknshop.watches import MOST_WATCHES, Watch

router = APIRouter(prefix="/api/v1/watches")


class NewWatch(BaseModel, extra="forbid"):
    """`target` in the offer's currency, `drop_percent` from the price as it is now; at least one.

    `session_id`: the conversation to tell.
    """

    marketplace: MarketplaceName
    product_id: str = Field(min_length=1, max_length=100)
    target: Price | None = None
    drop_percent: Annotated[float, Field(gt=0, le=90)] | None = None
    session_id: str = Field("", max_length=64)


class WatchList(BaseModel):
    """`most`: how many offers one person may watch."""

    items: list[Watch]
    most: int = MOST_WATCHES


@router.post("", status_code=201, dependencies=[limited("searches")])
async def begin_watch(
    watch: NewWatch, through: Through, asking: Asking, language: Language
) -> Watch:
    """Be told when an offer becomes cheaper; again for the same offer, change when."""
    if watch.session_id:
        await through.conversations.view(watch.session_id, asking.user_id)
    payload = watch.model_dump(exclude={"session_id"})
    return worded(await through.watches.begin(asking.user_id, watch.session_id, payload), language)


@router.get("")
async def list_watches(through: Through, asking: Asking, language: Language) -> WatchList:
    """What you watch, and what you watched until it ended; the newest first."""
    return worded(WatchList(items=await through.watches.all(asking.user_id)), language)


@router.delete("/{watch_id}", status_code=204)
async def stop_watch(
    watch_id: Annotated[str, Path(max_length=64)], through: Through, asking: Asking
) -> None:
    """Stop watching an offer."""
    await through.watches.stop(asking.user_id, watch_id)
