"""The REST calls of what is remembered of a person."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, StringConstraints

from api.payloads import exactly
from api.routes import Asking, Through, limited
from talknshop.memory import ChangedItem, Memory, MemorySwitch, NewItem, Remembered
from talknshop.products import Recommendations

router = APIRouter(prefix="/api/v1/me")

ItemPath = Annotated[str, Path(pattern=r"^[a-z_]{4,20}-[0-9a-f]{8}$")]


class NewValue(BaseModel):
    value: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]


@router.get("/memory")
async def get_memory(through: Through, asking: Asking) -> Memory:
    """All that is remembered of you, each thing with how it was learned."""
    return await through.memories.view(asking.user_id)


@router.put("/memory")
async def switch_memory(switch: MemorySwitch, through: Through, asking: Asking) -> Memory:
    """Whether anything is learned and used from now on. Nothing is erased by it."""
    return await through.memories.switch(asking.user_id, switch)


@router.delete("/memory", status_code=204)
async def erase_memory(through: Through, asking: Asking) -> None:
    """Forget everything."""
    await through.memories.erase(asking.user_id)


@router.post("/memory/items", status_code=201)
async def enter_item(
    item: Annotated[NewItem, exactly(NewItem)], through: Through, asking: Asking
) -> Remembered:
    """Tell a preference by hand."""
    return await through.memories.enter(asking.user_id, item)


@router.put("/memory/items/{item_id}")
async def change_item(
    item_id: ItemPath, new: NewValue, through: Through, asking: Asking
) -> Remembered:
    """Correct one."""
    change = ChangedItem(item_id=item_id, value=new.value)
    return await through.memories.change(asking.user_id, change)


@router.delete("/memory/items/{item_id}", status_code=204)
async def erase_item(item_id: ItemPath, through: Through, asking: Asking) -> None:
    """Forget one."""
    await through.memories.erase_item(asking.user_id, item_id)


@router.get("/recommendations", dependencies=[limited("searches")])
async def get_recommendations(
    through: Through,
    asking: Asking,
    limit: Annotated[int, Query(ge=1, le=20)] = 8,
    language: Literal["en", "es", "fr", "de", "hi", "zh"] = "en",
) -> Recommendations:
    """What you may also like, each with the reason."""
    return await through.memories.recommendations(asking.user_id, language, limit)
