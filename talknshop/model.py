"""The base of every value that crosses a process border, and the few types they share."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
)
from pydantic_core import PydanticKnownError


class Value(BaseModel):
    """Immutable. Unknown fields are ignored: an older process reads a newer one's payloads."""

    model_config = ConfigDict(frozen=True, extra="ignore")


# A JSON number, as the v1 contract has it; exact in Python.
Price = Annotated[
    Decimal,
    Field(ge=0, le=Decimal("10000000"), decimal_places=2, allow_inf_nan=False),
    PlainSerializer(float, return_type=float, when_used="json"),
]

Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


def _no_bool(value: object) -> object:
    if isinstance(value, bool):
        raise PydanticKnownError("int_type")
    return value


# A number of things; to Python true is 1, to a person it is no number.
Count = Annotated[int, BeforeValidator(_no_bool), Field(ge=1)]

# Open on purpose: the registry of adapters says which ones exist.
MarketplaceName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{2,32}$")]

# In one list or table of what a person says; a longer one is refused before its entries are looked
# at, so that a small request cannot make much work, or a large answer about each entry.
MOST_ENTRIES = 100


def _few(value: object) -> object:
    if isinstance(value, dict) and len(value) > MOST_ENTRIES:
        raise ValueError(f"at most {MOST_ENTRIES} entries")
    return value


Attributes = Annotated[dict[str, str], BeforeValidator(_few)]

SessionId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
UserId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._@-]{1,64}$")]
MessageId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,64}$")]


class Condition(StrEnum):
    """The state of an offered thing; each adapter maps its marketplace's own words to these."""

    NEW = "new"
    OPEN_BOX = "open_box"
    REFURBISHED = "refurbished"
    LIKE_NEW = "like_new"
    GOOD = "good"
    FAIR = "fair"
    FOR_PARTS = "for_parts"
